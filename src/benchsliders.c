#include "benchsliders.h"

#include <math.h>
#include <time.h>

typedef struct Slider {
    const char *family, *option;
    double from, step;
    int mark, alternative; /* what the case carries besides */
    float grown_mm;        /* a woman's hair of this length; 0: short hair */
} Slider;

static const Slider sliders[BENCH_SLIDERS] = {
    {"hair_length", "hair.length_mm", 1, 0.1, 0, 0, 0},
    {"hair_density", "hair.density_per_cm2", 190, 1, 0, 0, 0},
    {"grey", "hair.grey_share", 0.1, 0.01, 0, 0, 0},
    {"whorl", "hair.whorl_back_mm", 0, 1, 0, 0, 0},
    {"grown_whorl", "hair.whorl_back_mm", 0, 1, 0, 0, 20},
    {"parting", "hair.parting_mm", 10, 1, 0, 0, 100},
    {"stage", "loss.stage", 4, 0.05, 0, 0, 0},
    {"patch", "loss.patch1.radius_mm", 10, 1, 0, 0, 0},
    {"hairline", "hairline.front_mm", 70, 0.5, 0, 0, 0},
    {"dot_density", "treatment.session1.density_per_cm2", 40, 1, 0, 0, 0},
    {"days", "time.days", 1, 0.1, 0, 0, 0},
    {"years", "time.years", 2, 0.1, 0, 0, 0},
    {"months", "alternative.months", 5, 0.1, 0, ALTERNATIVE_FINASTERIDE, 0},
    {"fut", "mark1.s_mm", 300, 1, MARK_FUT_SCAR, 0, 0},
    {"fue", "mark1.s_mm", 300, 1, MARK_FUE_SCARS, 0, 0},
    {"burn", "mark1.s_mm", 180, 1, MARK_BURN, 0, 0},
    {"port_wine", "mark1.strength", 0.5, 0.01, MARK_PORT_WINE, 0, 0},
    {"mole", "mark1.l_mm", 0, 1, MARK_MOLE, 0, 0}};

static double now_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void slider_case(const Slider *slider, Case *value) {
    case_defaults(value);
    value->loss.stage = 4;
    value->mark[1] = (MarkSettings){.kind = MARK_SCAR, .s_mm = 250, .l_mm = 60, .strength = 0.8f};
    if (slider->mark != MARK_NONE)
        value->mark[0] = (MarkSettings){.kind = slider->mark, .l_mm = 20, .s_mm = 150, .strength = 0.8f};
    value->alternative.choice = slider->alternative;
    if (slider->grown_mm <= 0) return;
    value->client.woman = true;
    value->loss.pattern = LOSS_LUDWIG, value->loss.stage = 1;
    value->hair.length_mm = slider->grown_mm;
}

static bool slider_move(View *view, Scene *scene, const Slider *slider, BenchSlider *out, Err *err) {
    enum { MOVES = 6 };
    for (int k = 0; k < MOVES; k++) {
        char text[32];
        snprintf(text, sizeof text, "%g", slider->from + slider->step * k);
        if (!case_set(&scene->value, slider->option, text, err)) return false;
        const double wall = now_ms(CLOCK_MONOTONIC), began = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        if (!scene_update(scene, err)) return false;
        const double built = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        if (!view_sync(view, scene, err)) return false;
        const double synced = now_ms(CLOCK_PROCESS_CPUTIME_ID);
        const double took = now_ms(CLOCK_MONOTONIC) - wall;
        if (k == 0) continue; /* the whole case */
        out->wall_ms = k == 1 ? took : fmin(out->wall_ms, took);
        out->model_ms = k == 1 ? built - began : fmin(out->model_ms, built - began);
        out->upload_ms = k == 1 ? synced - built : fmin(out->upload_ms, synced - built);
    }
    return true;
}

bool benchsliders_measure(View *view, BenchSlider out[BENCH_SLIDERS], Err *err) {
    Case value;
    Scene scene;
    slider_case(&sliders[0], &value);
    if (!scene_create(&value, &(SceneDesc){0}, NULL, &scene, err)) return false;
    bool ok = true;
    view_forget(view);
    for (int i = 0; ok && i < BENCH_SLIDERS; i++) {
        slider_case(&sliders[i], &scene.value);
        out[i] = (BenchSlider){.name = sliders[i].family};
        ok = slider_move(view, &scene, &sliders[i], &out[i], err);
    }
    view_forget(view);
    scene_destroy(&scene);
    return ok;
}
