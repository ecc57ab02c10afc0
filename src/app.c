#include "app.h"

#include "light.h"
#include <libgen.h>
#include <string.h>

static bool wrong(App *app) {
    app->wrong_use = true;
    return false;
}

bool app_apply_sets(App *app, const CliArgs *args, Err *err) {
    for (int i = 0; i < args->count; ++i) {
        if (strcmp(args->given[i].option->name, "set") != 0) continue;
        const char *text = args->given[i].value, *equals = strchr(text, '=');
        char name[64];
        if (!equals || equals == text || (size_t)(equals - text) >= sizeof name) {
            err_set(err, "--set takes NAME=VALUE, such as --set hair.length_mm=1, not \"%.60s\"", text);
            return wrong(app);
        }
        snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
        if (!case_set(&app->value, name, equals + 1, err)) return wrong(app);
    }
    return true;
}

bool app_load_case(App *app, const CliArgs *args, Err *err) {
    const char *path = args->plain[0];
    if (!case_load(path, &app->value, err)) return false;
    char copy[CASE_PATH];
    snprintf(copy, sizeof copy, "%s", path);
    snprintf(app->case_dir, sizeof app->case_dir, "%s", dirname(copy));
    return app_apply_sets(app, args, err);
}

bool app_open(App *app, Progress *progress, Err *err) {
    if (!arena_create(&app->arena, &(ArenaDesc){.name = "pictures", .secret = true}, err)) return false;
    Progress making = progress_part(progress, 0, 0.9);
    SceneDesc scene_desc = {.case_dir = app->case_dir};
    if (!scene_create(&app->value, &scene_desc, progress ? &making : NULL, &app->scene, err)) return false;
    app->scene_made = true;
    Err lacking;
    if (scene_lacks(&app->scene, &lacking)) log_message(LOG_WARNING, "%s", lacking.text);
    app->platform = platform_create(&(PlatformDesc){.title = "Stipple", .headless = true}, err);
    if (!app->platform) return false;
    app->gpu = gpu_create(&(GpuDesc){.accept_no_glx = !platform_is_glx(app->platform)}, err);
    if (!app->gpu) return false;
    app->view = view_create(app->gpu, err);
    return app->view != NULL;
}

void app_close(App *app) {
    view_destroy(app->view);
    gpu_destroy(app->gpu);
    platform_destroy(app->platform);
    if (app->scene_made) scene_destroy(&app->scene);
    arena_destroy(&app->arena);
    explicit_bzero(app, sizeof *app);
}

int app_fail(const App *app, const CliArgs *args, const Err *err) {
    if (app->wrong_use) return cli_say_usage(args, err);
    if (progress_interrupted()) return cli_fail(_("stopped; nothing was written"));
    return cli_say(CLI_FAILED, err);
}

static bool has_option(const CliArgs *args, const char *name) {
    for (const CliOption *o = args->command->options; o->name; ++o)
        if (strcmp(o->name, name) == 0) return true;
    return false;
}

static bool read_choice(App *app, const CliArgs *args, const char *option, const char *const *names,
                        int count, int *value, Err *err) {
    if (!has_option(args, option)) return true;
    return cli_get_choice(args, option, names, count, value, err) || wrong(app);
}

bool app_read_look(App *app, const CliArgs *args, FrameDesc *frame, Err *err) {
    int preset = frame->light.preset, quality = (int)frame->quality, background = (int)frame->background;
    if (!read_choice(app, args, "light", light_preset_names, LIGHT_PRESET_COUNT, &preset, err) ||
        !read_choice(app, args, "quality", view_quality_names, 3, &quality, err) ||
        !read_choice(app, args, "background", view_background_names, 3, &background, err))
        return false;
    frame->light.preset = preset;
    frame->quality = (ViewQuality)quality;
    frame->background = (ViewBackground)background;
    return true;
}

bool app_draw_mark(Image *image, Err *err) {
    TextFont *font = text_open(TEXT_REGULAR, err);
    if (!font) return false;
    float side = (float)(image->height < image->width ? image->height : image->width);
    float size_px = side * 0.019f < 11 ? 11 : side * 0.019f;
    float margin = size_px * 1.1f;
    const char *words = _("Simulation, not a promise of a result");
    if (text_width(font, size_px, words) > 0.6f * (float)image->width) words = _("Simulation");
    /* A light letter over a soft dark one reads on any background. */
    float x = (float)image->width - margin, y = (float)image->height - margin;
    text_draw(font, image, x + 1, y + 1, size_px, 1, 0x00000060, words);
    text_draw(font, image, x, y, size_px, 1, 0xffffffb0, words);
    text_close(font);
    return true;
}
