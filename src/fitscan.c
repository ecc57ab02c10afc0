#include "fitscan.h"

#include "../engine/file.h"
#include "app.h"
#include "fitcommand.h"
#include "headscan.h"
#include "scanpicture.h"
#include "skinscan.h"
#include <jansson.h>
#include <math.h>
#include <string.h>

enum { SCAN_SKIN_PX = 2048, PINS_FIX = 3 };

typedef struct ScanWish {
    const char *scan, *pins, *out, *report, *mesh, *skin;
    char own_skin[CASE_PATH]; /* beside the case, when --skin names none */
    char lit_skin[CASE_PATH]; /* beside the skin: in the scan's own light */
} ScanWish;

typedef struct ScanJob {
    ScanWish wish;
    Mesh mesh;
    Image texture;
    HeadScanFit fit;
    HeadModel *model;
    int pins; /* how many landmarks are marked */
    bool pinned[LM_COUNT];
    FitVerdict verdict;
    const char *reason;
} ScanJob;

static bool read_wish(App *app, const CliArgs *args, ScanWish *wish, Err *err) {
    app->wrong_use = true;
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (cli_has(args, photo_slot_names[i]))
            return err_set(err, "--scan and --%s cannot be combined yet: fit the scan or the photos",
                           photo_slot_names[i]);
    if (cli_has(args, "circumference"))
        return err_set(err, "--circumference is for photos: a scan has its own scale");
    if (!cli_get_output(args, "output", ".json", &wish->out, err)) return false;
    if (cli_has(args, "report") && !cli_get_output(args, "report", ".json", &wish->report, err)) return false;
    if (cli_has(args, "mesh") && !cli_get_output(args, "mesh", ".obj", &wish->mesh, err)) return false;
    if (cli_has(args, "skin") && !cli_get_output(args, "skin", ".png .jpg .jpeg", &wish->skin, err))
        return false;
    int stem = (int)(strlen(wish->out) - strlen(".json"));
    if (!wish->skin && snprintf(wish->own_skin, CASE_PATH, "%.*s-skin.jpg", stem, wish->out) >= CASE_PATH)
        return err_set(err, "The path %s is too long", wish->out);
    const char *skin = wish->skin ? wish->skin : wish->own_skin, *ending = strrchr(skin, '.');
    if (snprintf(wish->lit_skin, CASE_PATH, "%.*s-lit%s", (int)(ending - skin), skin, ending) >= CASE_PATH)
        return err_set(err, "The path %s is too long", skin);
    wish->scan = cli_get(args, "scan");
    wish->pins = cli_get(args, "pins");
    case_defaults(&app->value);
    if (!app_apply_sets(app, args, err)) return false;
    app->wrong_use = false;
    return true;
}

/* Whether the face and the ears lie where the scan has them. Where fewer pins than a pose needs were set,
 * they must have been found. The limit is chosen: 1 to 3 mm on heads with known landmarks. */
static bool features_lie(const ScanJob *job, const char **reason) {
    static const float OFF_MM = 5;
    const HeadScanFit *fit = &job->fit;
    if (job->pins >= PINS_FIX) return true;
    if (!fit->has_face || fit->features_mm > OFF_MM)
        *reason = fit->has_face
                      ? N_("the face's features lie off the scan's: compare them, or mark them with pins")
                      : N_("no face was made out in the scan: compare the features, or mark them with pins");
    else if (!fit->has_ear[0] || !fit->has_ear[1] || fit->ears_mm > OFF_MM)
        *reason =
            N_("the face lies on the scan, an ear may not: compare the ears, or mark the tragia with pins");
    else
        return true;
    return false;
}

/* Bare skin fits to 0.1-0.3 mm (median of eleven open heads and a real one), its scalp to 0.8 mm (95 %); a
 * ball fits as closely, but only as a shape that nobody has. The limits in between are chosen, not measured.
 * The sentence is for the practitioner. */
static bool judge(ScanJob *job, Err *err) {
    const HeadScanFit *fit = &job->fit;
    double square = 0;
    for (int k = 0; k < HEAD_MODES; ++k)
        square += (double)(fit->shape.weight[k] * fit->shape.weight[k]) / HEAD_MODES;
    if (square > 16)
        return err_set(err, "What %s shows is not shaped like a head; mark landmarks on it with pins",
                       job->wish.scan);
    job->verdict = FIT_CHECK;
    if (fit->median_mm > 2 || fit->scalp_p95_mm > 6) {
        job->verdict = FIT_POOR;
        job->reason = N_("much of the scan lies off the head: thick hair, clothes, or pins are needed");
    } else if (!fit->size_known) {
        job->reason = N_("the scan's unit of length is unknown: the size is that of a usual head");
    } else if (fit->median_mm > 0.8f || fit->scalp_p95_mm > 2.5f || square > 6.25) {
        job->reason = N_("parts of the scan lie off the head: look whether it is hair");
    } else if (features_lie(job, &job->reason)) {
        job->verdict = FIT_GOOD;
        job->reason = N_("the head lies on the scan, with its features and ears");
    }
    return true;
}

static json_t *two(const char *a, double x, const char *b, double y) {
    json_t *out = json_object();
    json_object_set_new(out, a, json_real(x));
    json_object_set_new(out, b, json_real(y));
    return out;
}

static bool save_report(const ScanJob *job, Err *err) {
    json_t *root = json_object(), *points = json_object(), *scan = json_object();
    float lm[LM_COUNT][3];
    head_landmarks(job->model, &job->fit.shape, lm);
    head_landmarks_centre(lm, job->pinned);
    for (int k = 0; k < LM_COUNT; ++k) {
        json_t *point = json_array();
        for (int c = 0; c < 3; ++c) json_array_append_new(point, json_real((double)lm[k][c]));
        json_object_set_new(points, head_landmark_names[k], point);
    }
    const HeadScanFit *fit = &job->fit;
    json_object_set_new(scan, "file", json_string(job->wish.scan));
    json_object_set_new(scan, "residual_mm",
                        two("median", (double)fit->median_mm, "p95", (double)fit->p95_mm));
    json_object_set_new(scan, "scalp_residual_mm",
                        two("median", (double)fit->scalp_median_mm, "p95", (double)fit->scalp_p95_mm));
    if (fit->has_face) json_object_set_new(scan, "features_mm", json_real((double)fit->features_mm));
    if (fit->has_ear[0] || fit->has_ear[1])
        json_object_set_new(scan, "ears_mm", json_real((double)fit->ears_mm));
    json_object_set_new(scan, "scale", json_real((double)fit->scale));
    json_object_set_new(scan, "verdict", json_string(fit_verdict_names[job->verdict]));
    json_object_set_new(scan, "reason", json_string(job->reason));
    json_object_set_new(root, "version", json_integer(1));
    json_object_set_new(root, "landmarks_mm", points);
    json_object_set_new(root, "photos", json_array());
    json_object_set_new(root, "unused", json_array());
    json_object_set_new(root, "scan", scan);
    char *text = json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(root);
    if (!text) return err_set(err, "there is not enough memory to write %s", job->wish.report);
    bool ok = file_write(job->wish.report, text, strlen(text), err);
    free(text);
    return ok;
}

static bool solve(App *app, ScanJob *job, Progress *progress, Arena *scratch, Err *err) {
    FitPins pins = {0};
    HeadScanPins on_scan;
    Progress fitting = progress_part(progress, 0.1, 0.5);
    if (job->wish.pins && !fit_pins_load(job->wish.pins, &pins, err)) return false;
    memcpy(on_scan.given, pins.scan_given, sizeof on_scan.given);
    memcpy(on_scan.pos, pins.scan, sizeof on_scan.pos);
    memcpy(job->pinned, pins.scan_given, sizeof job->pinned);
    for (int k = 0; k < LM_VERTEX; k++) job->pins += pins.scan_given[k];
    job->model = head_load(NULL, &app->arena, err);
    if (!job->model) return false;
    if (!progress_step(progress, 0, "reading the scan")) return err_set(err, "Stopped");
    if (!mesh_load(job->wish.scan, &app->arena, &job->mesh, &job->texture, err)) return false;
    if (!head_fit_scan(job->model, &job->mesh, &job->texture, &on_scan, &fitting, scratch, &job->fit, err))
        return false;
    return judge(job, err);
}

/* The skin in the light it was scanned in, where that is not flat. */
static bool save_lit_skin(App *app, const ScanWish *wish, const Skin *skin, Err *err) {
    const size_t bytes = 4 * (size_t)skin->size * (size_t)skin->size;
    if (memcmp(skin->radiance.rgba, skin->albedo.rgba, bytes) == 0) return true;
    return image_save(wish->lit_skin, &skin->radiance, err) &&
           fit_name_file(wish->lit_skin, wish->out, app->value.skin_lit_path, err);
}

/* Colours into a picture beside the case, and the tone that the dots are matched to. */
static bool save_skin(App *app, const CliArgs *args, ScanJob *job, Progress *progress, Arena *scratch,
                      Err *err) {
    if (!scanpicture_has_colours(&job->mesh, &job->texture)) return true;
    const char *path = job->wish.skin ? job->wish.skin : job->wish.own_skin;
    Skin skin;
    if (!skinscan_build(job->model, &job->fit, &job->mesh, &job->texture, SCAN_SKIN_PX, progress, &app->arena,
                        scratch, &skin, err) ||
        !image_save(path, &skin.albedo, err))
        return false;
    app->value.skin.tone_ita_deg = fminf(70, fmaxf(-60, skin.ita_deg));
    return app_apply_sets(app, args, err) && fit_name_file(path, job->wish.out, app->value.skin_path, err) &&
           save_lit_skin(app, &job->wish, &skin, err);
}

static bool fit_scan(App *app, const CliArgs *args, Progress *progress, Arena *scratch, ScanJob *job,
                     Err *err) {
    const ScanWish *wish = &job->wish;
    Progress baking = progress_part(progress, 0.5, 1);
    if (!read_wish(app, args, &job->wish, err)) return false;
    if (!arena_create(&app->arena, &(ArenaDesc){.name = "scan", .secret = true}, err) ||
        !arena_create(scratch, &(ArenaDesc){.name = "fit", .secret = true}, err) ||
        !solve(app, job, progress, scratch, err))
        return false;
    app->value.shape = job->fit.shape;
    return save_skin(app, args, job, &baking, scratch, err) &&
           (!wish->mesh || fit_save_mesh(job->model, &job->fit.shape, wish->mesh, &app->arena, err)) &&
           (!wish->report || save_report(job, err)) && case_save(wish->out, &app->value, err);
}

int fitscan_run(const CliArgs *args) {
    App app = {0};
    Arena scratch = {0};
    Err err = {0};
    ScanJob job = {0};
    Progress progress = {.title = _("Fitting the scan")};
    bool ok = fit_scan(&app, args, &progress, &scratch, &job, &err);
    progress_finish(&progress);
    if (ok)
        printf(
            _("scan   %-6s median %.2f mm, 95 %% within %.2f mm; scalp %.2f mm, %.2f mm; features %.1f mm, "
              "ears %.1f mm; scale %g; %s\n"),
            fit_verdict_names[job.verdict], (double)job.fit.median_mm, (double)job.fit.p95_mm,
            (double)job.fit.scalp_median_mm, (double)job.fit.scalp_p95_mm, (double)job.fit.features_mm,
            (double)job.fit.ears_mm, (double)job.fit.scale, _(job.reason));
    int code = ok ? CLI_OK : app_fail(&app, args, &err);
    arena_destroy(&scratch);
    app_close(&app);
    explicit_bzero(&job, sizeof job);
    return code;
}
