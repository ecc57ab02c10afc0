/* skin from photos: a synthetic head photographed by rays before a green wall, under a known light. */
#include "../../engine/rays.h"
#include "../../src/skin.h"
#include "../../src/skinhair.h"
#include "../../src/skintone.h"
#include <math.h>
#include <omp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ATLAS = 512, PHOTO_W = 360, PHOTO_H = 440, PHOTOS = 3 };

typedef struct Studio {
    Arena arena, scratch;
    HeadModel *model;
    HeadShape shape;
    Mesh mesh;
    Skin truth;
    SkinPhoto photo[PHOTOS];
} Studio;
static Studio studio;

/* Light of a soft key from above and the camera's left; linear, about 1 where it falls straight. */
static float studio_light(const float normal[3], const double to_camera[3]) {
    double key[3] = {to_camera[0] - 0.5 * to_camera[2], to_camera[1] + 0.6,
                     to_camera[2] + 0.5 * to_camera[0]};
    double dot = 0, length = 0;
    for (int c = 0; c < 3; c++) {
        dot += key[c] * (double)normal[c];
        length += key[c] * key[c];
    }
    return 0.35f + 0.75f * fmaxf(0, (float)(dot / sqrt(length)));
}

static void shade_pixel(const Rays *rays, const SkinPhoto *photo, int x, int y, uint8_t rgba[4]) {
    double origin[3], ray[3], centre[3], away = 0;
    camera_ray(&photo->camera, x + 0.5, y + 0.5, origin, ray);
    float from[3] = {(float)origin[0], (float)origin[1], (float)origin[2]};
    float way[3] = {(float)ray[0], (float)ray[1], (float)ray[2]};
    RayHit hit;
    memcpy(rgba, ((uint8_t[4]){20, 200, 40, 255}), 4); /* the wall */
    if (!rays_cast(rays, from, way, 3000, &hit)) return;
    float b[3] = {1 - hit.barycentric[0] - hit.barycentric[1], hit.barycentric[0], hit.barycentric[1]};
    float uv[2] = {0}, normal[3] = {0}, rgb[3];
    for (int k = 0; k < 3; k++) {
        uint32_t v = studio.mesh.tri[hit.triangle][k];
        for (int c = 0; c < 2; c++) uv[c] += b[k] * studio.mesh.uv[v][c];
        for (int c = 0; c < 3; c++) normal[c] += b[k] * studio.mesh.nrm[v][c];
    }
    camera_centre(&photo->camera, centre);
    for (int c = 0; c < 3; c++) away += centre[c] * centre[c];
    for (int c = 0; c < 3; c++) centre[c] /= sqrt(away);
    image_sample_linear(&studio.truth.albedo, uv[0] * ATLAS, uv[1] * ATLAS, rgb);
    float light = studio_light(normal, centre);
    for (int c = 0; c < 3; c++) rgba[c] = (uint8_t)(255 * linear_to_srgb(fminf(1, rgb[c] * light)));
}

static int setup(void **state) {
    (void)state;
    ArenaDesc desc = {.name = "test"};
    Err err = {""};
    if (!arena_create(&studio.arena, &desc, &err) || !arena_create(&studio.scratch, &desc, &err)) return 1;
    studio.model = head_load(NULL, &studio.arena, &err);
    if (!studio.model ||
        !head_mesh(studio.model, &studio.shape, HEAD_LOD_FINE, &studio.arena, &studio.mesh, &err) ||
        !skin_synthesise(studio.model, &studio.shape, 40, 3, ATLAS, &studio.arena, &studio.scratch,
                         &studio.truth, &err)) {
        return 1;
    }
    Rays *rays = rays_create(&studio.mesh, &err);
    if (!rays) return 1;
    const CameraView view[PHOTOS] = {CAMERA_FRONT, CAMERA_LEFT, CAMERA_BACK};
    for (int k = 0; k < PHOTOS; k++) {
        SkinPhoto *photo = &studio.photo[k];
        Orbit orbit = orbit_named(view[k]);
        orbit_camera(&orbit, PHOTO_W, PHOTO_H, &photo->camera);
        if (!image_alloc(&studio.arena, PHOTO_W, PHOTO_H, &photo->image, &err)) return 1;
        for (int i = 0; i < PHOTO_W * PHOTO_H; i++) {
            shade_pixel(rays, photo, i % PHOTO_W, i / PHOTO_W, photo->image.rgba + 4 * i);
        }
    }
    rays_destroy(rays);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_destroy(&studio.arena);
    arena_destroy(&studio.scratch);
    return 0;
}

static void build(const SkinPhoto *photo, int count, Skin *out) {
    Err err = {""};
    assert_true(skin_build(studio.model, &studio.shape, photo, count, NULL, ATLAS, NULL, &studio.arena,
                           &studio.scratch, out, &err));
}

static void linear_texel(const Image *image, int i, float rgb[3]) {
    for (int c = 0; c < 3; c++) rgb[c] = srgb8_to_linear_table[image->rgba[4 * i + c]];
}

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Median Delta E (CIE76) between two albedos where both are seen well, after one global gain. */
static float median_difference(const Skin *a, const Image *b, uint8_t confidence) {
    float *value = calloc(ATLAS * ATLAS, sizeof *value), p[3], q[3], lab[2][3];
    double ab = 0, bb = 0;
    size_t count = 0;
    for (int i = 0; i < ATLAS * ATLAS; i++) {
        if (a->confidence[i] < confidence) continue;
        linear_texel(&a->albedo, i, p);
        linear_texel(b, i, q);
        for (int c = 0; c < 3; c++) ab += (double)(p[c] * q[c]), bb += (double)(p[c] * p[c]);
    }
    for (int i = 0; i < ATLAS * ATLAS; i++) {
        if (a->confidence[i] < confidence) continue;
        linear_texel(&a->albedo, i, p);
        linear_texel(b, i, q);
        for (int c = 0; c < 3; c++) p[c] *= (float)(ab / bb);
        skintone_lab_from_linear(p, lab[0]);
        skintone_lab_from_linear(q, lab[1]);
        float sum = 0;
        for (int c = 0; c < 3; c++) sum += (lab[0][c] - lab[1][c]) * (lab[0][c] - lab[1][c]);
        value[count++] = sqrtf(sum);
    }
    assert_true(count > ATLAS * ATLAS / 5);
    qsort(value, count, sizeof *value, by_value);
    float median = value[count / 2];
    free(value);
    return median;
}

static void test_light_is_taken_out(void **state) {
    (void)state;
    Skin skin;
    build(studio.photo, PHOTOS, &skin);
    float difference = median_difference(&skin, &studio.truth.albedo, 100);
    print_message("albedo against the truth: %.2f Delta E\n", (double)difference);
    assert_true(difference < 4);
    assert_true(fabsf(skin.ita_deg - studio.truth.ita_deg) < 25);
}

static void test_no_wall_on_the_head(void **state) {
    (void)state;
    Skin skin;
    int green = 0, sure = 0; /* the bust's cut, before the wall, is seen aslant and leaves a tint of it */
    build(studio.photo, PHOTOS, &skin);
    for (int i = 0; i < ATLAS * ATLAS; i++) {
        const uint8_t *a = skin.albedo.rgba + 4 * i, *r = skin.radiance.rgba + 4 * i;
        const uint8_t *t = studio.truth.albedo.rgba + 4 * i;
        bool iris = t[1] + 20 > t[0] && t[0] < 150; /* the eyes are no skin */
        const bool tinted = !iris && (a[1] > a[0] + 12 || r[1] > r[0] + 12);
        green += tinted;
        sure += tinted && skin.confidence[i] > 12;
    }
    print_message("texels with the wall's green: %d, of them well seen %d\n", green, sure);
    assert_true(sure < ATLAS * ATLAS / 50000 && green < ATLAS * ATLAS / 1000);
}

static void test_threads_do_not_matter(void **state) {
    (void)state;
    Skin one, many;
    int before = omp_get_max_threads();
    omp_set_num_threads(1);
    build(studio.photo, 2, &one);
    omp_set_num_threads(3);
    build(studio.photo, 2, &many);
    omp_set_num_threads(before);
    assert_memory_equal(one.albedo.rgba, many.albedo.rgba, ATLAS * ATLAS * 4);
    assert_memory_equal(one.radiance.rgba, many.radiance.rgba, ATLAS * ATLAS * 4);
    assert_memory_equal(one.confidence, many.confidence, ATLAS * ATLAS);
}

/* 1 on the left side's hair: above the ear, and 25 mm of sideburn before and below it. */
static bool on_the_side(const float ear[3], const float at[3]) {
    const float y = at[1] - ear[1], z = at[2] - ear[2];
    return at[0] > 30 && z < 26 && (y > 38 || (y > -14 && z > 9));
}

/* The left photo with dark hair on the side; the sideburn's lower end is paler, but as rough. */
static SkinPhoto draw_sideburn(const float ear[3]) {
    SkinPhoto out = studio.photo[1];
    Err err = {""};
    Rays *rays = rays_create(&studio.mesh, &err);
    assert_true(rays && image_alloc(&studio.arena, PHOTO_W, PHOTO_H, &out.image, &err));
    for (int i = 0; i < PHOTO_W * PHOTO_H; i++) {
        double origin[3], ray[3];
        float from[3], way[3], at[3];
        RayHit hit;
        memcpy(out.image.rgba + 4 * i, studio.photo[1].image.rgba + 4 * i, 4);
        camera_ray(&out.camera, i % PHOTO_W + 0.5, i / PHOTO_W + 0.5, origin, ray);
        for (int c = 0; c < 3; c++) from[c] = (float)origin[c], way[c] = (float)ray[c];
        if (!rays_cast(rays, from, way, 3000, &hit)) continue;
        for (int c = 0; c < 3; c++) at[c] = from[c] + hit.distance_mm * way[c];
        const double streak = (at[1] - ear[1] > 14 ? 0.3 : 0.8) * (0.7 + 0.6 * (i * 7919 % 101) / 101);
        for (int c = 0; c < 3 && on_the_side(ear, at); c++)
            out.image.rgba[4 * i + c] = (uint8_t)fmin(255, out.image.rgba[4 * i + c] * streak);
    }
    rays_destroy(rays);
    return out;
}

/* The ear's own surface reaches into the sideburn; hair there is hair. */
static void test_a_sideburn_goes_to_its_end(void **state) {
    (void)state;
    Skin skin;
    float landmark[LM_COUNT][3];
    size_t places = 0, left = 0;
    head_landmarks(studio.model, &studio.shape, landmark);
    const float *ear = landmark[LM_LEFT_TRAGION];
    const SkinPhoto photo = draw_sideburn(ear);
    build(&photo, 1, &skin);
    for (uint32_t v = 0; v < studio.mesh.vertex_count; v++) {
        const float *at = studio.mesh.pos[v], *uv = studio.mesh.uv[v], y = at[1] - ear[1];
        if (!on_the_side(ear, at) || y > 25 || at[2] - ear[2] < 13) continue;
        places++;
        left += skin.confidence[(int)(uv[1] * (ATLAS - 1)) * ATLAS + (int)(uv[0] * (ATLAS - 1))] > 20;
    }
    print_message("%zu of %zu places of the sideburn are left\n", left, places);
    assert_true(places > 150 && left < places / 20);
}

/* The front photo with what lies above the forehead painted over. */
static SkinPhoto paint_crown(void (*paint)(int i, uint8_t rgb[3])) {
    SkinPhoto photo = studio.photo[0];
    Err err = {""};
    assert_true(image_alloc(&studio.arena, PHOTO_W, PHOTO_H, &photo.image, &err));
    memcpy(photo.image.rgba, studio.photo[0].image.rgba, PHOTO_W * PHOTO_H * 4);
    float landmark[LM_COUNT][3];
    head_landmarks(studio.model, &studio.shape, landmark);
    const float *glabella = landmark[LM_GLABELLA];
    double at[3] = {(double)glabella[0], (double)glabella[1] + 38, (double)glabella[2]}, px[2];
    camera_project(&photo.camera, at, px);
    for (int i = 0; i < (int)px[1] * PHOTO_W; i++) {
        uint8_t *p = photo.image.rgba + 4 * i;
        if (p[1] <= p[0] + 30) paint(i, p);
    }
    return photo;
}

static void paint_wig(int i, uint8_t rgb[3]) {
    for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)((i * 7919 % 5) * 6 + 12);
}

static void paint_grey_hair(int i, uint8_t rgb[3]) {
    for (int c = 0; c < 3; c++) rgb[c] = (uint8_t)(150 + i * 7919 % 5);
}

static void paint_highlight(int i, uint8_t rgb[3]) {
    (void)i;
    for (int c = 0; c < 3; c++)
        rgb[c] = (uint8_t)(255 * linear_to_srgb(fminf(1, srgb8_to_linear_table[rgb[c]] + 0.35f)));
}

static int texel_of(HeadSite site) {
    float uv[2];
    head_atlas_from_site(studio.model, site, uv);
    return (int)(uv[1] * ATLAS) * ATLAS + (int)(uv[0] * ATLAS);
}

static HeadSite crown_site(void) {
    HeadSite crown = head_landmark_site(studio.model, LM_GLABELLA);
    crown.u += 0.065f; /* up the forehead, onto the scalp */
    return crown;
}

/* A dark, rough wig on the crown of the front photo is not skin; the face below stays. */
static void test_hair_is_hidden(void **state) {
    (void)state;
    const SkinPhoto photo = paint_crown(paint_wig);
    Skin wig, bald;
    build(&photo, 1, &wig);
    build(studio.photo, 1, &bald);
    const int nose = texel_of(head_landmark_site(studio.model, LM_PRONASALE)), top = texel_of(crown_site());
    print_message("nose %d, crown %d with the wig, %d bald, %d\n", wig.confidence[nose], wig.confidence[top],
                  bald.confidence[top], wig.albedo.rgba[4 * top]);
    assert_true(wig.confidence[nose] > 100);
    assert_true(wig.confidence[top] == 0 && bald.confidence[top] > 0);
    assert_true(wig.albedo.rgba[4 * top] > 90); /* skin, not wig */
}

/* Both are paler than the face: smooth grey hair goes, a scalp that shines stays. */
static void test_a_highlight_is_not_hair(void **state) {
    (void)state;
    const SkinPhoto grey = paint_crown(paint_grey_hair), shiny = paint_crown(paint_highlight);
    Skin skin[2];
    build(&grey, 1, &skin[0]);
    build(&shiny, 1, &skin[1]);
    const int top = texel_of(crown_site());
    print_message("crown %d under grey hair, %d shining\n", skin[0].confidence[top], skin[1].confidence[top]);
    assert_true(skin[0].confidence[top] == 0 && skin[1].confidence[top] > 60);
}

/* The back photo with stubble below the brows' height that thins out over 20 mm above it; farther up, for
 * another 36 mm, `sparse` of the pixels stay hair, paler. Where a place lies: 0 at the thin end, 1 in full
 * stubble.
 */
typedef struct Stubble {
    SkinPhoto photo;
    double from_px, to_px;
} Stubble;

static double stubble_at(const Stubble *stubble, const float at_mm[3]) {
    double px[2];
    camera_project(&stubble->photo.camera,
                   (const double[3]){(double)at_mm[0], (double)at_mm[1], (double)at_mm[2]}, px);
    return (px[1] - stubble->from_px) / (stubble->to_px - stubble->from_px);
}

static Stubble draw_stubble(double sparse) {
    Stubble out = {.photo = studio.photo[2], .to_px = 1};
    float landmark[LM_COUNT][3];
    Err err = {""};
    assert_true(image_alloc(&studio.arena, PHOTO_W, PHOTO_H, &out.photo.image, &err));
    memcpy(out.photo.image.rgba, studio.photo[2].image.rgba, PHOTO_W * PHOTO_H * 4);
    head_landmarks(studio.model, &studio.shape, landmark);
    const float none[3] = {0, landmark[LM_GLABELLA][1] + 20, -80}, full[3] = {0, none[1] - 20, -80};
    const double from = stubble_at(&out, none), to = stubble_at(&out, full);
    out.from_px = from;
    out.to_px = to;
    for (int i = 0; i < PHOTO_W * PHOTO_H; i++) {
        uint8_t *p = out.photo.image.rgba + 4 * i;
        const double thick = (i / PHOTO_W - from) / (to - from);
        const double share = thick > 0 ? fmax(sparse, 0.6 * fmin(1, thick)) : thick > -1.8 ? sparse : 0;
        if (p[1] > p[0] + 30 || (double)(i * 7919 % 101) / 101 > share) continue;
        for (int c = 0; c < 3; c++) p[c] = (uint8_t)(p[c] * (thick > 0 ? 0.6 : 0.68));
    }
    return out;
}

/* Share of the places between two heights in the stubble that show the photo although hair is there. */
static double share_left(const Stubble *stubble, double lowest, double highest) {
    Skin hidden, bald;
    size_t places = 0, left = 0;
    build(&stubble->photo, 1, &hidden);
    build(&studio.photo[2], 1, &bald);
    for (uint32_t v = 0; v < studio.mesh.vertex_count; v++) {
        const float *uv = studio.mesh.uv[v];
        const int texel = (int)(uv[1] * (ATLAS - 1)) * ATLAS + (int)(uv[0] * (ATLAS - 1));
        const double thick = stubble_at(stubble, studio.mesh.pos[v]);
        if (bald.confidence[texel] < 100 || thick < lowest || thick > highest) continue;
        places++;
        left += hidden.confidence[texel] > 20;
    }
    print_message("%zu of %zu places are left\n", left, places);
    assert_true(places > 150);
    return (double)left / (double)places;
}

/* The skin beside stubble, up to 8 mm off, is hidden with it, for its blurred colour is grey. */
static void test_skin_beside_stubble_is_hidden(void **state) {
    (void)state;
    const Stubble stubble = draw_stubble(0);
    assert_true(share_left(&stubble, -0.4, 0.1) < 0.05);
}

/* Miniaturised hair, one paler pixel in eight, goes with the hair that it stands beside. */
static void test_sparse_hair_goes_with_the_rest(void **state) {
    (void)state;
    const Stubble stubble = draw_stubble(0.12);
    assert_true(share_left(&stubble, -1.6, 0.1) < 0.05);
}

/* Tips that hang below the scalp's border, onto the nape, go with the hair: they are rough, not dark. */
static void test_tips_on_the_nape_are_hidden(void **state) {
    (void)state;
    const Stubble stubble = draw_stubble(0);
    assert_true(share_left(&stubble, 5.4, 7) < 0.1);
}

static void test_brush_decides(void **state) {
    (void)state;
    const HeadSite nose = head_landmark_site(studio.model, LM_PRONASALE),
                   brow = head_landmark_site(studio.model, LM_GLABELLA);
    SkinSettings settings = {.stroke_count = 2, .stroke = {{brow.u, brow.v, 25, 1}, {brow.u, brow.v, 6, -1}}};
    const float aside[2] = {0, 0.12f}; /* v: within the small dab of skin, within the large dab of hair */
    Skin plain, brushed;
    Err err = {""};
    build(studio.photo, 1, &plain);
    assert_true(skin_build(studio.model, &studio.shape, studio.photo, 1, &settings, ATLAS, NULL,
                           &studio.arena, &studio.scratch, &brushed, &err));
    for (int k = 0; k < 3; k++) {
        float uv[2];
        head_atlas_from_site(studio.model, k == 2 ? nose : (HeadSite){HEAD_SKIN, brow.u, brow.v + aside[k]},
                             uv);
        int at = (int)(uv[1] * ATLAS) * ATLAS + (int)(uv[0] * ATLAS);
        assert_true(plain.confidence[at] > 100);
        if (k == 1)
            assert_int_equal(brushed.confidence[at], 0);
        else
            assert_true(brushed.confidence[at] > 100);
    }
}

/* Another exposure and white balance than the other photos have. */
static void expose(SkinPhoto *photo, const float gain[3]) {
    Err err = {""};
    Image copy;
    assert_true(image_alloc(&studio.arena, PHOTO_W, PHOTO_H, &copy, &err));
    for (int i = 0; i < PHOTO_W * PHOTO_H * 4; i++) {
        float value = srgb8_to_linear_table[photo->image.rgba[i]];
        if (i % 4 < 3) value = linear_to_srgb(fminf(1, gain[i % 4] * value));
        copy.rgba[i] = i % 4 == 3 ? 255 : (uint8_t)(255 * value);
    }
    photo->image = copy;
}

/* Log of the skin's colour over the truth's, mean of a cell of the atlas; false where photos are unsure. */
static bool cell_error(const Skin *skin, int x, int y, int cell, float error[3]) {
    memset(error, 0, 3 * sizeof *error);
    for (int i = 0; i < cell * cell; i++) {
        int at = (y * cell + i / cell) * ATLAS + x * cell + i % cell;
        float got[3], want[3];
        if (skin->confidence[at] < 60) return false;
        linear_texel(&skin->albedo, at, got);
        linear_texel(&studio.truth.albedo, at, want);
        for (int c = 0; c < 3; c++)
            error[c] += logf((got[c] + 0.01f) / (want[c] + 0.01f)) / (float)(cell * cell);
    }
    return true;
}

/* Steps between cells of about a centimetre: the 99th of 100, in e-folds of a colour. */
static float worst_steps(const Skin *skin) {
    enum { CELL = 8, SIDE = ATLAS / CELL };
    static float step[SIDE * SIDE * 6];
    size_t count = 0;
    for (int i = 0; i < (SIDE - 1) * (SIDE - 1); i++) {
        float here[3], there[3];
        int x = i % (SIDE - 1), y = i / (SIDE - 1);
        if (!cell_error(skin, x, y, CELL, here)) continue;
        for (int side = 0; side < 2; side++) {
            if (!cell_error(skin, x + side, y + 1 - side, CELL, there)) continue;
            for (int c = 0; c < 3; c++) step[count++] = fabsf(there[c] - here[c]);
        }
    }
    assert_true(count > 3000);
    qsort(step, count, sizeof *step, by_value);
    return step[count * 99 / 100];
}

static void test_no_seam_where_photos_meet(void **state) {
    (void)state;
    SkinPhoto photo[PHOTOS];
    memcpy(photo, studio.photo, sizeof photo);
    expose(&photo[1], (const float[3]){0.80f, 0.70f, 0.60f});
    expose(&photo[2], (const float[3]){0.75f, 0.85f, 0.95f});
    Skin skin, plain;
    build(studio.photo, PHOTOS, &plain);
    build(photo, PHOTOS, &skin);
    float alike = worst_steps(&plain), unlike = worst_steps(&skin);
    print_message("steps of colour, photos alike %.3f, of other exposure and white balance %.3f\n",
                  (double)alike, (double)unlike);
    assert_true(unlike < 0.08f && unlike < 1.3f * alike);
}

static float brightness_at(const Skin *skin, HeadSite site) {
    float uv[2], rgb[3];
    head_atlas_from_site(studio.model, site, uv);
    image_sample_linear(&skin->albedo, uv[0] * ATLAS, uv[1] * ATLAS, rgb);
    return logf(rgb[0] + rgb[1] + rgb[2]);
}

/* How alike the ears' brightness is, place by place. */
static double likeness_of_ears(const Skin *skin) {
    double sum[5] = {0};
    int count = 0;
    for (int i = 0; i < 400; i++) {
        HeadSite left = {HEAD_EAR_LEFT, (float)(i % 20) / 20, 0.1f + 0.04f * (float)(i / 20)}, right = left;
        right.part = HEAD_EAR_RIGHT;
        double a = (double)brightness_at(skin, left), b = (double)brightness_at(skin, right);
        double term[5] = {a, b, a * a, b * b, a * b};
        for (int k = 0; k < 5; k++) sum[k] += term[k];
        count++;
    }
    for (int k = 0; k < 5; k++) sum[k] /= count;
    return (sum[4] - sum[0] * sum[1]) / sqrt((sum[2] - sum[0] * sum[0]) * (sum[3] - sum[1] * sum[1]));
}

/* From the left photo alone: the right ear, which it cannot show, looks like the left one, unsurely. */
static void test_unseen_side_mirrors_the_seen_one(void **state) {
    (void)state;
    Skin skin;
    build(&studio.photo[1], 1, &skin);
    for (int i = 0; i < 400; i++) {
        float uv[2];
        head_atlas_from_site(studio.model,
                             (HeadSite){HEAD_EAR_RIGHT, (float)(i % 20) / 20, 0.1f + 0.04f * (float)(i / 20)},
                             uv);
        assert_int_equal(skin.confidence[(int)(uv[1] * ATLAS) * ATLAS + (int)(uv[0] * ATLAS)], 0);
    }
    const double together = likeness_of_ears(&skin);
    print_message("correlation of the unseen ear with the seen one: %.3f\n", together);
    assert_true(together > 0.7);
}

/* The front photo shows the right ear along its folds only, and a little off: the left one is lent to it all
 * the same. */
static void test_an_ear_seen_aslant_mirrors_the_other(void **state) {
    (void)state;
    Skin skin;
    SkinPhoto photo[2] = {studio.photo[0], studio.photo[1]};
    photo[0].camera.cx += 3;
    build(photo, 2, &skin);
    const double together = likeness_of_ears(&skin);
    print_message("correlation of an ear seen aslant with the other: %.3f\n", together);
    assert_true(together > 0.76);
}

/* From the front photo alone: the back of the head has the tone of the head, not of the rim that was seen
 * last. */
static void test_unseen_skin_has_the_heads_tone(void **state) {
    (void)state;
    Skin skin;
    double error[3] = {0};
    int count = 0;
    build(&studio.photo[0], 1, &skin);
    for (uint32_t v = 0; v < studio.mesh.vertex_count; v++) {
        const float *p = studio.mesh.pos[v], *uv = studio.mesh.uv[v];
        if (p[2] > -40 || p[1] < 20) continue;
        float got[3], want[3];
        image_sample_linear(&skin.albedo, uv[0] * ATLAS, uv[1] * ATLAS, got);
        image_sample_linear(&studio.truth.albedo, uv[0] * ATLAS, uv[1] * ATLAS, want);
        for (int c = 0; c < 3; c++) error[c] += (double)logf(got[c] / want[c]);
        count++;
    }
    for (int c = 0; c < 3; c++) error[c] /= count;
    print_message("back of the head unseen: red %+.3f, green %+.3f, blue %+.3f e-folds off\n", error[0],
                  error[1], error[2]);
    for (int c = 0; c < 3; c++) assert_true(fabs(error[c]) < 0.09);
}

/* Brightness of the skin on each pixel's ray against the photo's own, in e-folds; 0 beside the ears. */
static void own_view_errors(const Skin *skin, const SkinPhoto *photo, float error[PHOTO_W * PHOTO_H]) {
    Image radiance;
    Err err = {""};
    assert_true(skin_radiance_from(skin, &photo->camera, &studio.arena, &studio.scratch, &radiance, &err));
    Rays *rays = rays_create(&studio.mesh, &err);
    assert_non_null(rays);
    const HeadSite *site = head_topology(studio.model, HEAD_LOD_FINE)->site;
    for (int i = 0; i < PHOTO_W * PHOTO_H; i++) {
        double origin[3], ray[3];
        camera_ray(&photo->camera, i % PHOTO_W + 0.5, i / PHOTO_W + 0.5, origin, ray);
        const float from[3] = {(float)origin[0], (float)origin[1], (float)origin[2]};
        const float way[3] = {(float)ray[0], (float)ray[1], (float)ray[2]};
        RayHit hit;
        float uv[2] = {0}, got[3], want[3];
        error[i] = 0;
        if (!rays_cast(rays, from, way, 3000, &hit) ||
            site[studio.mesh.tri[hit.triangle][0]].part == HEAD_SKIN)
            continue;
        const float b[3] = {1 - hit.barycentric[0] - hit.barycentric[1], hit.barycentric[0],
                            hit.barycentric[1]};
        for (int k = 0; k < 3; k++)
            for (int c = 0; c < 2; c++) uv[c] += b[k] * studio.mesh.uv[studio.mesh.tri[hit.triangle][k]][c];
        image_sample_linear(&radiance, uv[0] * ATLAS, uv[1] * ATLAS, got);
        linear_texel(&photo->image, i, want);
        error[i] = fabsf(logf((got[0] + got[1] + got[2]) / (want[0] + want[1] + want[2])));
    }
    rays_destroy(rays);
}

/* Seen through a photo's own camera, ears are as it shows them: no rim or fold is another photo's. */
static void test_a_photos_own_view_is_the_photo(void **state) {
    (void)state;
    static float error[PHOTO_W * PHOTO_H];
    Skin skin;
    build(studio.photo, PHOTOS, &skin);
    for (int k = 0; k < PHOTOS; k++) {
        int on = 0, off = 0;
        own_view_errors(&skin, &studio.photo[k], error);
        for (int i = 0; i < PHOTO_W * PHOTO_H; i++) {
            on += error[i] > 0;
            off += error[i] > 0.1f;
        }
        print_message("photo %d: %d of %d px of its ears more than 0.1 e-folds off\n", k, off, on);
        assert_true(on > 1000 && off < on / 8);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_light_is_taken_out),
        cmocka_unit_test(test_no_wall_on_the_head),
        cmocka_unit_test(test_a_photos_own_view_is_the_photo),
        cmocka_unit_test(test_threads_do_not_matter),
        cmocka_unit_test(test_hair_is_hidden),
        cmocka_unit_test(test_a_sideburn_goes_to_its_end),
        cmocka_unit_test(test_a_highlight_is_not_hair),
        cmocka_unit_test(test_skin_beside_stubble_is_hidden),
        cmocka_unit_test(test_sparse_hair_goes_with_the_rest),
        cmocka_unit_test(test_tips_on_the_nape_are_hidden),
        cmocka_unit_test(test_brush_decides),
        cmocka_unit_test(test_unseen_side_mirrors_the_seen_one),
        cmocka_unit_test(test_an_ear_seen_aslant_mirrors_the_other),
        cmocka_unit_test(test_unseen_skin_has_the_heads_tone),
        cmocka_unit_test(test_no_seam_where_photos_meet),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
