/* kioskcamera - the visitor's photo: the live picture with its outline, the count, and the head fitted to it.
 *
 * The photo is in this process's memory only: in a secret arena, in a texture, and in an anonymous file in
 * memory that the scene reads it from. */
#include "kioskparts.h"

#include "../engine/image_memory.h"
#include "fit.h"
#include <math.h>
#include <string.h>
#include <unistd.h>

enum {
    CAMERA_PATIENCE_S = 8, /* cameras take a second or two until their first picture */
    DARK_PATIENCE_S = 2,   /* ... and another to find their exposure */
    DARK_LEVEL = 14        /* of 255, mean: a covered lens; a dim room gives 30 */
};

bool kiosk_has_camera(const Kiosk *kiosk) {
    return kiosk->desc->camera_frames || kiosk->config->camera[0];
}

void kiosk_forget_photo(Kiosk *kiosk) {
    KioskPhoto *photo = &kiosk->photo;
    kiosk_wait_for_job(kiosk); /* it may be reading the photo */
    kiosk_camera_stop(kiosk);
    if (kiosk->gpu) gpu_texture_destroy(kiosk->gpu, photo->texture);
    photo->texture = (GpuTexture){0};
    photo->width = photo->height = 0;
    photo->taken = (Image){0};
    if (photo->arena.base) arena_wipe(&photo->arena);
    if (photo->file >= 0) close(photo->file);
    photo->file = -1;
    photo->fitted = false;
    memset(kiosk->wanted.photo, 0, sizeof kiosk->wanted.photo);
}

void kiosk_camera_start(Kiosk *kiosk) {
    KioskPhoto *photo = &kiosk->photo;
    Err err = {0};
    kiosk_forget_photo(kiosk);
    photo->count_until_s = 0;
    photo->frame_s = photo->light_s = kiosk->now_s;
    photo->live = photo->fit_failed = false;
    CaptureDesc desc = {.device = kiosk->config->camera, .frames = kiosk->desc->camera_frames};
    photo->capture = capture_open(&desc, &err);
    photo->failed = !photo->capture;
    if (photo->failed) log_message(LOG_WARNING, "%s", err.text);
}

void kiosk_camera_stop(Kiosk *kiosk) {
    capture_close(kiosk->photo.capture);
    kiosk->photo.capture = NULL;
}

static void show_picture(Kiosk *kiosk, const Image *image) {
    KioskPhoto *photo = &kiosk->photo;
    if (photo->width != image->width || photo->height != image->height) {
        gpu_texture_destroy(kiosk->gpu, photo->texture);
        photo->texture = gpu_texture_create(
            kiosk->gpu, &(GpuTextureDesc){.width = image->width, .height = image->height, .label = "camera"});
        photo->width = image->width;
        photo->height = image->height;
    }
    gpu_texture_update(kiosk->gpu, photo->texture, 0, 0, 0, image->width, image->height, image->rgba);
}

static bool is_dark(const Image *image) {
    enum { STEP = 8 };
    uint64_t sum = 0, count = 0;
    for (int y = 0; y < image->height; y += STEP)
        for (int x = 0; x < image->width; x += STEP, ++count)
            sum += image->rgba[4 * ((size_t)y * (size_t)image->width + (size_t)x) + 1];
    return sum < DARK_LEVEL * count;
}

bool kiosk_camera_is_dark(const Kiosk *kiosk) {
    return kiosk->photo.live && kiosk->now_s - kiosk->photo.light_s > DARK_PATIENCE_S;
}

static void take_photo(Kiosk *kiosk, const Image *image) {
    KioskPhoto *photo = &kiosk->photo;
    Err err = {0};
    photo->count_until_s = 0;
    if (!image_alloc(&photo->arena, image->width, image->height, &photo->taken, &err)) {
        photo->failed = true;
        log_message(LOG_ERROR, "%s", err.text);
        return;
    }
    memcpy(photo->taken.rgba, image->rgba, (size_t)image->width * (size_t)image->height * 4);
    kiosk_go(kiosk, SCREEN_REVIEW); /* stops the camera */
}

void kiosk_camera_step(Kiosk *kiosk) {
    KioskPhoto *photo = &kiosk->photo;
    const Image *image = NULL;
    bool fresh = false;
    Err err = {0};
    if (!photo->capture) return;
    bool ok = capture_frame(photo->capture, &image, &fresh, &err);
    if (fresh) photo->frame_s = kiosk->now_s;
    if (ok && kiosk->now_s - photo->frame_s > CAMERA_PATIENCE_S)
        ok = err_set(&err, "The camera gives no more pictures");
    if (!ok) {
        log_message(LOG_WARNING, "%s", err.text);
        photo->failed = true;
        photo->count_until_s = 0;
        kiosk_camera_stop(kiosk);
        return;
    }
    if (!image) return;
    photo->live = true;
    if (fresh) show_picture(kiosk, image);
    if (!is_dark(image)) photo->light_s = kiosk->now_s;
    if (kiosk_camera_is_dark(kiosk)) photo->count_until_s = 0;
    if (photo->count_until_s > 0 && kiosk->now_s >= photo->count_until_s) take_photo(kiosk, image);
}

/* ---- the picture on the screen ---- */

/* The whole picture inside the rectangle; its place. */
static UiRect place_picture(const Kiosk *kiosk) {
    const KioskPhoto *photo = &kiosk->photo;
    UiRect p = kiosk->picture;
    float fit = fminf(p.w / (float)photo->width, p.h / (float)photo->height);
    float w = (float)photo->width * fit, h = (float)photo->height * fit;
    return (UiRect){p.x + (p.w - w) / 2, p.y + (p.h - h) / 2, w, h};
}

static void draw_oval(Ui *ui, float x, float y, float rx, float ry, float width, uint32_t rgba) {
    enum { POINTS = 64 };
    float points[POINTS][2];
    for (int i = 0; i < POINTS; ++i) {
        float turn = 2 * (float)M_PI * (float)i / POINTS;
        /* An egg: wider above, as heads are. */
        float narrow = 1 - 0.10f * sinf(turn);
        points[i][0] = x + rx * narrow * cosf(turn);
        points[i][1] = y + ry * sinf(turn);
    }
    ui_draw_polyline(ui, (const float(*)[2])points, POINTS, width, rgba, true);
}

void kiosk_draw_camera(Kiosk *kiosk) {
    const KioskPhoto *photo = &kiosk->photo;
    Ui *ui = kiosk->ui;
    UiRect p = kiosk->picture;
    float s = ui_scale(ui);
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, p, photo->failed ? ui_colour(ui, UI_COLOUR_BACKGROUND) : 0x101315ff, 0, 0);
    if (photo->width == 0 || photo->failed) return;
    UiRect at = place_picture(kiosk);
    ui_draw_image(ui, photo->texture, at, (const float[4]){1, 0, 0, 1}, false); /* as in a mirror */
    if (kiosk->screen != SCREEN_CAMERA) return;
    float side = fminf(at.w, at.h), x = at.x + at.w / 2, y = at.y + at.h * 0.50f;
    draw_oval(ui, x, y, side * 0.30f, side * 0.40f, 9, 0x00000060);
    draw_oval(ui, x, y, side * 0.30f, side * 0.40f, 4, 0xffffffff);
    if (photo->count_until_s <= 0) return;
    char number[16];
    snprintf(number, sizeof number, "%d", (int)ceil(fmax(photo->count_until_s - kiosk->now_s, 0.01)));
    y = at.y + at.h - 74 * s;
    ui_draw_circle(ui, x, y, 52, ui_theme_colour(UI_LIGHT, UI_COLOUR_ACCENT), 0);
    ui_draw_text(ui, UI_TITLE, x, y, 0.5f, 0.5f, 0xffffffff, number);
}

/* ---- fitting ---- */

static bool fill_case(Kiosk *kiosk, const Fit *fit, Case *value, Err *err) {
    KioskPhoto *photo = &kiosk->photo;
    CasePhoto *out = &value->photo[PHOTO_FRONT];
    char path[IMAGE_MEMORY_PATH];
    if (photo->file >= 0) close(photo->file);
    photo->file = image_memory_file(&photo->taken, path, err);
    if (photo->file < 0) return false;
    *out = (CasePhoto){.used = true, .camera = fit->photo[PHOTO_FRONT].camera};
    snprintf(out->path, sizeof out->path, "%s", path);
    out->residual_px = fit->photo[PHOTO_FRONT].residual_px;
    out->verdict = fit->photo[PHOTO_FRONT].verdict;
    value->shape = fit->shape;
    memset(value->head_mm, 0, sizeof value->head_mm);
    return true;
}

static bool fit_and_build(Kiosk *kiosk, Fit *fit, Arena *arena, Arena *scratch, Err *err) {
    static const FitPins no_pins;
    fit->photo[PHOTO_FRONT] = (FitPhoto){.present = true, .path = "photo", .image = kiosk->photo.taken};
    if (!fit_solve(kiosk->scene.model, fit, &no_pins, NULL, arena, scratch, err)) return false;
    Case value = kiosk->wanted;
    if (!fill_case(kiosk, fit, &value, err)) return false;
    kiosk->scene.value = value;
    if (!scene_update(&kiosk->scene, err)) return false;
    kiosk->wanted = value;
    return true;
}

bool kiosk_fit_photo(Kiosk *kiosk, Err *err) {
    Arena arena = {0}, scratch = {0};
    const Case before = kiosk->scene.value;
    Fit *fit = calloc(1, sizeof *fit);
    bool ok = fit != NULL && arena_create(&arena, &(ArenaDesc){.name = "fit", .secret = true}, err) &&
              arena_create(&scratch, &(ArenaDesc){.name = "fit scratch", .secret = true}, err) &&
              fit_and_build(kiosk, fit, &arena, &scratch, err);
    if (!ok) { /* the model head again */
        kiosk->scene.value = before;
        scene_update(&kiosk->scene, NULL);
    }
    arena_destroy(&scratch);
    arena_destroy(&arena);
    if (fit) explicit_bzero(fit, sizeof *fit);
    free(fit);
    return ok;
}
