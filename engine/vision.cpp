/* The C++ behind vision.h: cascades and GrabCut of OpenCV. No exception leaves this file. */
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

extern "C" {
#include "vision.h"
}

namespace {

const char *const cascade_folder = "/usr/share/opencv4/haarcascades/";
/* Haar windows of 20 to 24 px find a face of a tenth of the picture in a copy of this size. */
constexpr int face_side_px = 640;

/* The same answer on every run: no threads of OpenCV's own, and its random state set. */
void make_repeatable() {
    cv::setNumThreads(0);
    cv::theRNG().state = 0x5eed;
}

cv::Mat view_of(const Image *image) {
    return cv::Mat(image->height, image->width, CV_8UC4, image->rgba);
}

cv::Mat shrunk_bgr(const Image *image, int max_side_px, double *scale) {
    cv::Mat bgr;
    cv::cvtColor(view_of(image), bgr, cv::COLOR_RGBA2BGR);
    *scale = std::min(1.0, (double)max_side_px / std::max(image->width, image->height));
    if (*scale >= 1) return bgr;
    cv::Mat small;
    cv::resize(bgr, small, cv::Size(), *scale, *scale, cv::INTER_AREA);
    return small;
}

/* ---- faces ---- */

struct Candidate {
    cv::Rect box;
    double votes; /* windows of the cascades that agree */
};

bool load_cascade(cv::CascadeClassifier &cascade, const char *name, Err *err) {
    const std::string path = std::string(cascade_folder) + name;
    if (cascade.load(path)) return true;
    return err_set(err, "The face finder's file %s is missing: install opencv-data", path.c_str());
}

double overlap(const cv::Rect &a, const cv::Rect &b) {
    const double both = (a & b).area();
    return both / (a.area() + b.area() - both);
}

/* The same face found by two cascades is one face, and surer. */
void add_candidates(cv::CascadeClassifier &cascade, const cv::Mat &grey, std::vector<Candidate> &all) {
    std::vector<cv::Rect> boxes;
    std::vector<int> votes;
    const int smallest = std::max(24, std::min(grey.cols, grey.rows) / 10);
    cascade.detectMultiScale(grey, boxes, votes, 1.05, 3, 0, cv::Size(smallest, smallest));
    for (size_t i = 0; i < boxes.size(); i++) {
        bool merged = false;
        for (Candidate &old : all) {
            if (overlap(old.box, boxes[i]) < 0.4) continue;
            old.votes += votes[i];
            merged = true;
            break;
        }
        if (!merged) all.push_back({boxes[i], (double)votes[i]});
    }
}

/* One eye in its quarter of the face box: eyes lie between a fifth and three fifths of its height. */
VisionBox find_eye(std::vector<cv::CascadeClassifier> &cascades, const cv::Mat &grey, const cv::Rect &face,
                   bool right_half) {
    const cv::Rect area = cv::Rect(face.x + (right_half ? face.width / 2 : 0), face.y + face.height / 6,
                                   face.width / 2, face.height * 2 / 5) &
                          cv::Rect(0, 0, grey.cols, grey.rows);
    VisionBox best = {0, 0, 0, 0};
    if (area.width < 12 || area.height < 12) return best;
    cv::Mat part;
    cv::resize(grey(area), part, cv::Size(), 2, 2, cv::INTER_CUBIC);
    for (cv::CascadeClassifier &cascade : cascades) {
        std::vector<cv::Rect> boxes;
        const int smallest = std::max(16, part.cols / 4);
        cascade.detectMultiScale(part, boxes, 1.05, 3, 0, cv::Size(smallest, smallest));
        for (const cv::Rect &box : boxes) {
            if (box.width <= best.width * 2) continue;
            best = {(float)area.x + (float)box.x / 2, (float)area.y + (float)box.y / 2, (float)box.width / 2,
                    (float)box.height / 2};
        }
        if (best.width > 0) break;
    }
    return best;
}

VisionBox scaled(const VisionBox &box, double scale) {
    const float s = (float)(1 / scale);
    return {box.x * s, box.y * s, box.width * s, box.height * s};
}

/* Skin of every tone is redder than blue under any light that a photo is balanced for; water, sky, stone and
 * leaves are mostly not. Share of such pixels in the middle of the box, 1 for a photo without colours. */
double skin_share(const cv::Mat &bgr, const cv::Rect &box) {
    const cv::Rect middle =
        cv::Rect(box.x + box.width / 4, box.y + box.height / 4, box.width / 2, box.height / 2) &
        cv::Rect(0, 0, bgr.cols, bgr.rows);
    int redder = 0, coloured = 0;
    for (int y = middle.y; y < middle.y + middle.height; y++) {
        for (int x = middle.x; x < middle.x + middle.width; x++) {
            const cv::Vec3b &pixel = bgr.at<cv::Vec3b>(y, x);
            redder += pixel[2] > pixel[0] + 2;
            coloured += std::abs(pixel[2] - pixel[0]) > 2 || std::abs(pixel[1] - pixel[0]) > 2;
        }
    }
    return coloured * 20 < middle.area() ? 1.0 : (double)redder / coloured;
}

struct Cascades {
    cv::CascadeClassifier faces[2];
    std::vector<cv::CascadeClassifier> eyes;
};

/* Reading the files takes longer than looking for a face, so they stay. */
Cascades *load_cascades(Err *err) {
    static Cascades cascades;
    if (cascades.eyes.size() == 2) return &cascades;
    std::vector<cv::CascadeClassifier> eyes(2);
    const bool ok = load_cascade(cascades.faces[0], "haarcascade_frontalface_alt2.xml", err) &&
                    load_cascade(cascades.faces[1], "haarcascade_frontalface_default.xml", err) &&
                    load_cascade(eyes[0], "haarcascade_eye.xml", err) &&
                    load_cascade(eyes[1], "haarcascade_eye_tree_eyeglasses.xml", err);
    if (!ok) return nullptr;
    cascades.eyes = eyes;
    return &cascades;
}

bool find_faces(const Image *image, VisionFaces *out, Err *err) {
    Cascades *cascades = load_cascades(err);
    if (cascades == nullptr) return false;
    double scale = 1;
    const cv::Mat bgr = shrunk_bgr(image, face_side_px, &scale);
    cv::Mat grey, even;
    cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
    cv::equalizeHist(grey, even);
    std::vector<Candidate> candidates;
    for (cv::CascadeClassifier &cascade : cascades->faces) add_candidates(cascade, even, candidates);
    std::vector<VisionFace> found;
    for (const Candidate &candidate : candidates) {
        VisionFace face = {};
        const cv::Rect &b = candidate.box;
        face.face = scaled({(float)b.x, (float)b.y, (float)b.width, (float)b.height}, scale);
        face.right_eye = scaled(find_eye(cascades->eyes, even, b, false), scale);
        face.left_eye = scaled(find_eye(cascades->eyes, even, b, true), scale);
        /* Small boxes in a portrait are mostly chance: an ear, a fold of the neck. */
        const double share = b.width / (0.25 * std::min(even.cols, even.rows));
        const double eyes = 10 * (face.right_eye.width > 0) + 10 * (face.left_eye.width > 0);
        face.score = (float)((candidate.votes * std::min(1.0, share * share) + eyes) *
                             std::min(1.0, 2 * skin_share(bgr, b)));
        found.push_back(face);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const VisionFace &a, const VisionFace &b) { return a.score > b.score; });
    out->count = (int)std::min(found.size(), (size_t)VISION_MAX_FACES);
    std::copy_n(found.begin(), out->count, out->faces);
    return true;
}

/* ---- silhouettes ---- */

/* The part of the head's ellipse that is the person beyond doubt. */
constexpr double sure_share = 0.55;

/* Ears, hair and a nose lie within. */
constexpr double close_share = 1.5;

struct Ellipse {
    double x, y, rx, ry; /* px of the copy */
};

Ellipse head_ellipse(const VisionCut *cut, const cv::Size &size, double scale) {
    if (cut->radius_px[0] > 0 && cut->radius_px[1] > 0) {
        return {cut->centre_px[0] * scale, cut->centre_px[1] * scale, cut->radius_px[0] * scale,
                cut->radius_px[1] * scale};
    }
    /* A person who fills the picture as people do: the head in the middle, half as wide as the picture. */
    return {size.width * 0.5, size.height * (cut->has_shoulders ? 0.48 : 0.5), size.width * 0.3,
            size.height * 0.27};
}

void fill_ellipse(cv::Mat &mask, const Ellipse &e, double share, uint8_t value) {
    cv::ellipse(mask, cv::Point2d(e.x, e.y), cv::Size((int)(e.rx * share), (int)(e.ry * share)), 0, 0, 360,
                cv::Scalar(value), cv::FILLED);
}

/* What is sure before looking at colours: the middle of the head is the person; the upper rim of the picture
 * is not. */
cv::Mat first_guess(const cv::Size &size, const Ellipse &head, const VisionCut *cut) {
    cv::Mat mask(size, CV_8UC1, cv::Scalar(cv::GC_PR_BGD));
    if (cut->is_close) {
        mask.rowRange(0, std::clamp((int)(head.y + head.ry), 0, size.height)).setTo(cv::GC_BGD);
        fill_ellipse(mask, head, close_share, cv::GC_PR_BGD);
    }
    const int rim = std::max(2, size.height / 50);
    const double chin = head.y + head.ry;
    if (cut->has_shoulders && cut->chin_known) {
        /* The neck, and shoulders that widen below the chin. */
        const auto at = [&](double x, double y) {
            return cv::Point((int)std::lround(head.x + x * head.rx), (int)std::lround(chin + y * head.ry));
        };
        const std::vector<cv::Point> neck = {at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.3), at(-0.5, 0.3)};
        const std::vector<cv::Point> shoulders = {at(-0.5, 0), at(0.5, 0), at(2, 0.8),
                                                  at(2, 9),    at(-2, 9),  at(-2, 0.8)};
        cv::fillConvexPoly(mask, neck, cv::Scalar(cv::GC_PR_FGD));
        cv::fillConvexPoly(mask, shoulders, cv::Scalar(cv::GC_PR_FGD));
    }
    fill_ellipse(mask, head, 1.0, cv::GC_PR_FGD);
    fill_ellipse(mask, head, sure_share, cv::GC_FGD);
    mask.rowRange(0, rim).setTo(cv::GC_BGD);
    const int side_end =
        cut->has_shoulders ? std::min(size.height, std::max(rim, (int)(chin - head.ry * 0.2))) : size.height;
    mask(cv::Rect(0, 0, rim, side_end)).setTo(cv::GC_BGD);
    mask(cv::Rect(size.width - rim, 0, rim, side_end)).setTo(cv::GC_BGD);
    if (!cut->has_shoulders) mask.rowRange(size.height - rim, size.height).setTo(cv::GC_BGD);
    return mask;
}

/* Only the piece that holds the head, and no holes in it. */
cv::Mat one_piece(const cv::Mat &mask, const Ellipse &head) {
    cv::Mat labels, stats, centres;
    cv::connectedComponentsWithStats(mask, labels, stats, centres, 4, CV_32S);
    cv::Mat votes = cv::Mat::zeros(mask.size(), CV_8UC1);
    fill_ellipse(votes, head, sure_share, 255);
    std::vector<int> count((size_t)stats.rows, 0);
    for (int y = 0; y < mask.rows; y++) {
        for (int x = 0; x < mask.cols; x++) {
            if (votes.at<uint8_t>(y, x) && mask.at<uint8_t>(y, x)) count[(size_t)labels.at<int>(y, x)]++;
        }
    }
    count[0] = 0;
    const int best = (int)(std::max_element(count.begin(), count.end()) - count.begin());
    cv::Mat piece = best > 0 ? cv::Mat(labels == best) : cv::Mat::zeros(mask.size(), CV_8UC1);
    std::vector<std::vector<cv::Point>> outlines;
    cv::findContours(piece, outlines, cv::RETR_EXTERNAL, cv::CHAIN_APPROX_NONE);
    cv::Mat filled = cv::Mat::zeros(mask.size(), CV_8UC1);
    cv::drawContours(filled, outlines, -1, cv::Scalar(255), cv::FILLED);
    return filled;
}

cv::Mat run_grabcut(const cv::Mat &bgr, cv::Mat mask, int rounds, const Ellipse &head) {
    cv::Mat background, foreground;
    cv::theRNG().state = 0x5eed;
    cv::grabCut(bgr, mask, cv::Rect(), background, foreground, rounds, cv::GC_INIT_WITH_MASK);
    const cv::Mat person = (mask == cv::GC_FGD) | (mask == cv::GC_PR_FGD);
    return one_piece(person, head);
}

cv::Mat disc(int radius) {
    return cv::getStructuringElement(cv::MORPH_ELLIPSE, cv::Size(2 * radius + 1, 2 * radius + 1));
}

/* The same cut on a finer copy: only a band about the known edge is open. */
cv::Mat cut_finer(const cv::Mat &bgr, const cv::Mat &known, int band_px, int rounds, const Ellipse &head) {
    cv::Mat person, inside, near;
    cv::resize(known, person, bgr.size(), 0, 0, cv::INTER_LINEAR);
    person = person >= 128;
    cv::erode(person, inside, disc(band_px));
    cv::dilate(person, near, disc(band_px));
    cv::Mat mask(bgr.size(), CV_8UC1, cv::Scalar(cv::GC_BGD));
    mask.setTo(cv::GC_PR_BGD, near);
    mask.setTo(cv::GC_PR_FGD, person);
    mask.setTo(cv::GC_FGD, inside);
    return run_grabcut(bgr, mask, rounds, head);
}

/* Mean colour of the pixels of `where` in a window about each pixel; `weight` says how many there were. */
cv::Mat local_mean(const cv::Mat &colour, const cv::Mat &where, int window, cv::Mat &weight) {
    cv::Mat share, chosen = cv::Mat::zeros(colour.size(), CV_32FC3), mean;
    where.convertTo(share, CV_32F, 1.0 / 255);
    colour.copyTo(chosen, where);
    cv::boxFilter(chosen, mean, -1, cv::Size(window, window));
    cv::boxFilter(share, weight, -1, cv::Size(window, window));
    return mean;
}

/* A soft edge: within a band each pixel's share of the person follows from the mean colours of the person and
 * of the background next to it. Where the two hardly differ the cut's own edge stays. Returns the mean
 * contrast in [0, 1]. */
double soften_edge(const cv::Mat &bgr, cv::Mat &mask, int band_px) {
    cv::Mat colour, inside, outside, near, in_weight, out_weight;
    bgr.convertTo(colour, CV_32FC3);
    cv::erode(mask, inside, disc(band_px));
    cv::dilate(mask, near, disc(band_px));
    outside = ~near;
    const int window = 6 * band_px + 1;
    const cv::Mat in_mean = local_mean(colour, inside, window, in_weight);
    const cv::Mat out_mean = local_mean(colour, outside, window, out_weight);
    cv::Mat soft;
    cv::GaussianBlur(mask, soft, cv::Size(), 0.8);
    /* Camera noise and skin texture, levels of 255: below it a difference says nothing. */
    const float noise = 14;
    double contrast = 0, open = 0;
    for (int y = 0; y < mask.rows; y++) {
        for (int x = 0; x < mask.cols; x++) {
            if (inside.at<uint8_t>(y, x) || outside.at<uint8_t>(y, x)) continue;
            const float wi = in_weight.at<float>(y, x), wo = out_weight.at<float>(y, x);
            if (wi < 1e-4f || wo < 1e-4f) continue;
            const cv::Vec3f in = in_mean.at<cv::Vec3f>(y, x) / wi, out = out_mean.at<cv::Vec3f>(y, x) / wo;
            const cv::Vec3f step = in - out;
            const float square = step.dot(step);
            const float trust = square / (square + noise * noise);
            const float share = (colour.at<cv::Vec3f>(y, x) - out).dot(step) / std::max(square, 1.0f);
            const float alpha = std::min(1.0f, std::max(0.0f, share));
            const float before = soft.at<uint8_t>(y, x) / 255.0f;
            soft.at<uint8_t>(y, x) = (uint8_t)((trust * alpha + (1 - trust) * before) * 255 + 0.5f);
            contrast += trust;
            open += 1;
        }
    }
    mask = soft;
    return open > 0 ? contrast / open : 0;
}

/* The first cut learns the background's colours from a guess that may hold the ears. Once the head is known
 * they are learnt again with everything near it left open. */
cv::Mat cut_again(const cv::Mat &bgr, const cv::Mat &person, const Ellipse &head, const VisionCut *cut) {
    cv::Mat near, inside, mask = first_guess(bgr.size(), head, cut);
    cv::dilate(person, near, disc(std::max(4, (int)(head.rx / 5))));
    cv::erode(person, inside, disc(std::max(4, (int)(head.rx / 8))));
    const cv::Mat rim = mask == cv::GC_BGD;
    mask.setTo(cv::GC_PR_BGD);
    mask.setTo(cv::GC_PR_FGD, near);
    mask.setTo(cv::GC_FGD, inside);
    mask.setTo(cv::GC_BGD, rim);
    return run_grabcut(bgr, mask, 3, head);
}

bool go_on(Progress *progress, double done, Err *err) {
    return progress_step(progress, done, "cutting out the head") || err_set(err, "Stopped");
}

/* Coarse to fine: the whole on 300 px, the edge on 600 px, its softness on up to 1600 px. */
bool cut_head(const Image *image, const VisionCut *cut, uint8_t *out, float *confidence, Progress *progress,
              Err *err) {
    const int sides_px[] = {300, 600, 1600};
    double scale[3];
    cv::Mat copies[3], mask;
    for (int level = 0; level < 3; level++) copies[level] = shrunk_bgr(image, sides_px[level], &scale[level]);
    const Ellipse coarse = head_ellipse(cut, copies[0].size(), scale[0]);
    if (!go_on(progress, 0.1, err)) return false;
    mask = run_grabcut(copies[0], first_guess(copies[0].size(), coarse, cut), 5, coarse);
    if (cv::countNonZero(mask) > 0) mask = cut_again(copies[0], mask, coarse, cut);
    if (!go_on(progress, 0.5, err)) return false;
    if (cv::countNonZero(mask) == 0)
        return err_set(err, "No head stands out from the background of the photo");
    const Ellipse finer = head_ellipse(cut, copies[1].size(), scale[1]);
    mask = cut_finer(copies[1], mask, 7, 2, finer);
    if (!go_on(progress, 0.8, err)) return false;
    cv::resize(mask, mask, copies[2].size(), 0, 0, cv::INTER_CUBIC);
    mask = mask >= 128;
    const int band_px = std::max(2, (int)std::lround(1.5 * scale[2] / scale[1]));
    *confidence = (float)soften_edge(copies[2], mask, band_px);
    cv::Mat full(image->height, image->width, CV_8UC1, out);
    cv::resize(mask, full, full.size(), 0, 0, cv::INTER_LINEAR);
    return go_on(progress, 1, err);
}

} // namespace

extern "C" bool vision_available(void) {
    return true;
}

/* Measured on heads seen from the front to 35 degrees: the cascade's box is about as wide as the head with
 * its ears, reaches from the brow to below the chin, and lags behind a turned head by up to a sixth of its
 * width. */
extern "C" VisionCut vision_cut_for_face(const VisionFace *face) {
    VisionCut cut = {};
    const VisionBox &box = face->face;
    cut.centre_px[0] = box.x + 0.5f * box.width;
    cut.centre_px[1] = box.y + 0.42f * box.height;
    cut.radius_px[0] = 0.46f * box.width;
    cut.radius_px[1] = 0.66f * box.height;
    cut.has_shoulders = cut.chin_known = true;
    return cut;
}

extern "C" bool vision_find_faces(const Image *image, VisionFaces *out, Err *err) {
    *out = VisionFaces();
    try {
        make_repeatable();
        return find_faces(image, out, err);
    } catch (const std::exception &) {
        *out = VisionFaces();
        return err_set(err, "Looking for a face failed");
    }
}

extern "C" bool vision_cut_head(const Image *image, const VisionCut *cut, Arena *arena, uint8_t **mask,
                                float *confidence, Progress *progress, Err *err) {
    *mask = nullptr;
    *confidence = 0;
    const size_t count = (size_t)image->width * (size_t)image->height;
    uint8_t *out = (uint8_t *)arena_push(arena, count);
    if (out == nullptr) return err_set(err, "There is no room for a silhouette");
    try {
        make_repeatable();
        if (!cut_head(image, cut, out, confidence, progress, err)) return false;
    } catch (const std::exception &) {
        return err_set(err, "Cutting out the head failed");
    }
    *mask = out;
    return true;
}
