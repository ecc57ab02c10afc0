#include "compare.h"

#include "../engine/language.h"
#include "../engine/text.h"
#include "../engine/video.h"
#include "app.h"
#include "optionwords.h"
#include <stdlib.h>
#include <string.h>

bool compare_parse_axis(const char *text, CompareAxis *out, Err *err) {
    *out = (CompareAxis){0};
    const char *equals = strchr(text, '=');
    if (!equals || equals == text || (size_t)(equals - text) >= sizeof out->option)
        return err_set(err, "--vary takes NAME=a,b,c, such as hair.length_mm=0,0.5,1,3, not \"%.60s\"", text);
    memcpy(out->option, text, (size_t)(equals - text));
    for (const char *p = equals + 1;; ++p) {
        size_t length = strcspn(p, ",");
        if (length == 0) return err_set(err, "--vary %s: there is an empty value in the list", out->option);
        if (length >= COMPARE_TEXT) return err_set(err, "--vary %s: a value is too long", out->option);
        if (out->count == COMPARE_VALUES)
            return err_set(err, "--vary %s: at most %d values fit on a page", out->option, COMPARE_VALUES);
        memcpy(out->value[out->count++], p, length);
        p += length;
        if (!*p) return true;
    }
}

void compare_grid(const CompareDesc *desc, int *columns, int *rows) {
    int count = desc->axis[0].count;
    if (desc->axis_count == 2) {
        *columns = count;
        *rows = desc->axis[1].count;
        return;
    }
    *columns = desc->columns ? desc->columns : count <= 4 ? count : count <= 6 ? 3 : 4;
    if (*columns > count) *columns = count;
    *rows = (count + *columns - 1) / *columns;
}

static const char *value_of(const CompareDesc *desc, int axis, int panel) {
    return desc->axis[axis].value[axis == 0 ? panel % desc->axis[0].count : panel / desc->axis[0].count];
}

static bool parse_distance(const char *text, double *out, Err *err) {
    char *end;
    *out = strtod(text, &end);
    return (*text && !*end && *out >= 0.25 && *out <= 10) ||
           err_set(err, "%s: \"%s\" is not a number from 0.25 to 10", COMPARE_DISTANCE, text);
}

static bool set_values(const CompareDesc *desc, int panel, Case *value, Orbit *orbit, Err *err) {
    *orbit = desc->orbit;
    for (int a = 0; a < desc->axis_count; ++a) {
        const char *text = value_of(desc, a, panel);
        double distance_m;
        if (strcmp(desc->axis[a].option, COMPARE_DISTANCE) == 0) {
            if (!parse_distance(text, &distance_m, err)) return false;
            *orbit = compare_orbit_at(&desc->orbit, distance_m);
        } else if (!case_set(value, desc->axis[a].option, text, err)) {
            return false;
        }
    }
    return true;
}

Orbit compare_orbit_at(const Orbit *from, double distance_m) {
    /* one angle of view for all, so that sizes are as the eye has them */
    static const double FIELD_DEG = 18;
    Orbit orbit = orbit_stood_off(*from, 1000 * distance_m);
    orbit.fov_deg = FIELD_DEG;
    return orbit;
}

bool compare_panel(const CompareDesc *desc, int panel, Case *value, Orbit *orbit, bool *dots, Err *err) {
    if (!set_values(desc, panel, value, orbit, err)) return false;
    *dots = value->treatment.enabled;
    value->treatment.enabled = true;
    return true;
}

static int panel_count(const CompareDesc *desc) {
    return desc->axis[0].count * (desc->axis_count == 2 ? desc->axis[1].count : 1);
}

bool compare_check(const Case *value, const CompareDesc *desc, Err *err) {
    for (int i = 0; i < panel_count(desc); ++i) {
        Case copy = *value;
        Orbit orbit;
        if (!set_values(desc, i, &copy, &orbit, err)) return false;
    }
    return desc->wipe <= 0 || (desc->axis_count == 1 && desc->axis[0].count == 2) ||
           err_set(err, "a wipe is between two values of one option");
}

/* "hair.length_mm" "0.5" -> "Hair length 0.5 mm"; "light.preset" "low-sun" -> "Light: Low sun". */
static void make_label(const CompareAxis *axis, int index, char *out, size_t size) {
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, axis->option);
    const char *value = axis->value[index];
    char words[OPTION_LABEL];
    if (axis->label[index] || !def) {
        snprintf(out, size, axis->label[index] ? "%s" : "%s m",
                 axis->label[index] ? axis->label[index] : value);
        return;
    }
    option_label(def, words);
    if (strcmp(axis->option, "treatment.enabled") == 0) {
        Case shown;
        Err err = {0};
        case_defaults(&shown);
        bool treated = options_set(&table, &shown, axis->option, value, &err) && shown.treatment.enabled;
        snprintf(out, size, "%s", treated ? _("Simulation") : _("Today"));
    } else if (def->type == OPTION_ENUM)
        for (int c = 0; def->choices[c]; ++c) {
            if (strcmp(def->choices[c], value) == 0)
                snprintf(out, size, "%s: %s", words, option_choice(def, c));
        }
    else
        snprintf(out, size, "%s %s%s%s", words, value, def->unit && def->unit[0] ? " " : "",
                 def->unit && def->unit[0] ? option_unit(def) : "");
}

static void make_panel_label(const CompareDesc *desc, int panel, char *out, size_t size) {
    make_label(&desc->axis[0], panel % desc->axis[0].count, out, size);
    if (desc->axis_count < 2) return;
    char second[128];
    make_label(&desc->axis[1], panel / desc->axis[0].count, second, sizeof second);
    size_t used = strlen(out);
    snprintf(out + used, size - used, "  ·  %s", second);
}

/* The line, and what lies on either side of it. */
static bool label_wipe(const CompareDesc *desc, int split, Image *page, Err *err) {
    char left[256], right[256];
    TextFont *font = text_open(TEXT_SEMIBOLD, err);
    if (!font) return false;
    float size = (float)(desc->height < desc->width ? desc->height : desc->width) * 0.026f;
    float line = size / 8 > 2 ? size / 8 : 2;
    make_label(&desc->axis[0], 0, left, sizeof left);
    make_label(&desc->axis[0], 1, right, sizeof right);
    text_fill_box(page, (float)split - line / 2, 0, line, (float)desc->height, 0, 0xffffffe0);
    text_draw_chip(font, page, (float)split - size, size, size, 1, 0xffffffff, 0x1c1917b0, left);
    text_draw_chip(font, page, (float)split + size, size, size, 0, 0xffffffff, 0x1c1917b0, right);
    text_close(font);
    return true;
}

/* What a panel's case and eye make of its rectangle's columns from..to. */
static bool render_columns(View *view, Scene *scene, const CompareDesc *desc, const Orbit *orbit, bool dots,
                           int width, int height, int from, int to, Arena *arena, Image *out, Err *err) {
    FrameDesc frame;
    if (!scene_update(scene, err)) return false;
    frame_defaults(scene, width, height, &frame);
    frame.show_dots = frame.show_dots && dots;
    if (desc->own_light) frame.light.preset = desc->look.light.preset;
    frame.quality = desc->look.quality;
    frame.background = desc->look.background;
    orbit_camera(orbit, width, height, &frame.camera);
    frame.camera.width = to - from;
    frame.camera.cx -= from;
    return view_render(view, scene, &frame, arena, out, err);
}

/* One whole page, labels included, into `page`. */
typedef struct Page {
    View *view;
    Scene *scene;
    const CompareDesc *desc;
    const Case *original;
    SheetDesc sheet;
    Arena *arena;
} Page;

static bool place_panel(Page *page, int i, double turn_deg, Image *out, Err *err) {
    const CompareDesc *desc = page->desc;
    size_t mark = arena_mark(page->arena);
    Image picture = {0};
    Orbit orbit;
    bool dots;
    char label[256];
    SheetRect at = sheet_panel(&page->sheet, i);
    page->scene->value = *page->original;
    make_panel_label(desc, i, label, sizeof label);
    bool ok = compare_panel(desc, i, &page->scene->value, &orbit, &dots, err);
    orbit.azimuth_deg += turn_deg;
    ok = ok &&
         render_columns(page->view, page->scene, desc, &orbit, dots, at.width, at.height, 0, at.width,
                        page->arena, &picture, err) &&
         sheet_place(&page->sheet, out, i, &picture, label, err);
    arena_rewind(page->arena, mark);
    return ok;
}

static bool place_wipe(Page *page, double turn_deg, Image *out, Err *err) {
    const CompareDesc *desc = page->desc;
    int split = (int)(desc->wipe * (float)desc->width);
    bool ok = true;
    for (int i = 0; i < 2 && ok; ++i) {
        size_t mark = arena_mark(page->arena);
        int from = i ? split : 0, to = i ? desc->width : split;
        Image half = {0};
        Orbit orbit;
        bool dots;
        page->scene->value = *page->original;
        ok = compare_panel(desc, i, &page->scene->value, &orbit, &dots, err);
        orbit.azimuth_deg += turn_deg;
        ok = ok && render_columns(page->view, page->scene, desc, &orbit, dots, desc->width, desc->height,
                                  from, to, page->arena, &half, err);
        for (int y = 0; y < desc->height && ok; ++y)
            memcpy(out->rgba + 4 * ((size_t)y * (size_t)desc->width + (size_t)from),
                   half.rgba + 4 * (size_t)y * (size_t)half.width, 4 * (size_t)half.width);
        arena_rewind(page->arena, mark);
    }
    return ok && label_wipe(desc, split, out, err);
}

static bool draw_page(Page *page, double turn_deg, Progress *progress, Image *out, Err *err) {
    int count = panel_count(page->desc);
    bool ok = true;
    if (page->desc->wipe > 0) return place_wipe(page, turn_deg, out, err);
    for (int i = 0; i < count && ok; ++i) {
        if (progress && !progress_step(progress, (double)i / count, "drawing")) ok = err_set(err, "Stopped");
        ok = ok && place_panel(page, i, turn_deg, out, err);
    }
    return ok;
}

static bool begin_page(Page *page, Image *out, Err *err) {
    const CompareDesc *desc = page->desc;
    page->sheet = (SheetDesc){.width = desc->width, .height = desc->height};
    compare_grid(desc, &page->sheet.columns, &page->sheet.rows);
    Case *original = arena_push(page->arena, sizeof *original);
    if (!original) return err_set(err, "There is not enough memory for the comparison");
    *original = page->scene->value;
    page->original = original;
    return sheet_begin(&page->sheet, page->arena, out, err);
}

bool compare_render(View *view, Scene *scene, const CompareDesc *desc, Progress *progress, Arena *arena,
                    Image *page, Err *err) {
    Page whole = {.view = view, .scene = scene, .desc = desc, .arena = arena};
    if (!begin_page(&whole, page, err)) return false;
    bool ok = draw_page(&whole, 0, progress, page, err);
    scene->value = *whole.original;
    return ok;
}

bool compare_turn(View *view, Scene *scene, const CompareDesc *desc, const CompareTurn *turn,
                  Progress *progress, Arena *arena, Err *err) {
    Page whole = {.view = view, .scene = scene, .desc = desc, .arena = arena};
    Image page;
    if (!begin_page(&whole, &page, err)) return false;
    Video *video = video_begin(
        &(VideoDesc){.path = turn->path, .width = desc->width, .height = desc->height, .fps = turn->fps},
        err);
    bool ok = video != NULL;
    for (int i = 0; i < turn->frames && ok; ++i) {
        if (!progress_step(progress, (double)i / turn->frames, "rendering")) ok = err_set(err, "Stopped");
        ok = ok && draw_page(&whole, 360.0 * i / turn->frames, NULL, &page, err) &&
             (!turn->mark || app_draw_mark(&page, err)) && video_write(video, page.rgba, err);
    }
    scene->value = *whole.original;
    if (ok) return video_finish(video, err);
    video_abort(video);
    return false;
}
