#include "compare.h"

#include "../engine/text.h"
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

static bool set_values(const CompareDesc *desc, int panel, Case *value, Err *err) {
    for (int a = 0; a < desc->axis_count; ++a) {
        const CompareAxis *axis = &desc->axis[a];
        int i = a == 0 ? panel % axis->count : panel / desc->axis[0].count;
        if (!case_set(value, axis->option, axis->value[i], err)) return false;
    }
    return true;
}

static int panel_count(const CompareDesc *desc) {
    return desc->axis[0].count * (desc->axis_count == 2 ? desc->axis[1].count : 1);
}

bool compare_check(const Case *value, const CompareDesc *desc, Err *err) {
    for (int i = 0; i < panel_count(desc); ++i) {
        Case copy = *value;
        if (!set_values(desc, i, &copy, err)) return false;
    }
    return true;
}

/* "hair.length_mm" "0.5" -> "Hair length 0.5 mm"; "light.preset" "low-sun" -> "Light: low sun"; "time.years"
 * "5" -> "Time 5 years". */
static void make_label(const CompareAxis *axis, int index, char *out, size_t size) {
    char words[COMPARE_TEXT], value[COMPARE_TEXT];
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, axis->option);
    const char *unit = def && def->unit ? def->unit : "";
    bool named = def && (def->type == OPTION_BOOL || def->type == OPTION_ENUM);
    snprintf(words, sizeof words, "%s", axis->option);
    snprintf(value, sizeof value, "%s", axis->value[index]);
    char *dot = strchr(words, '.'), *last = strrchr(words, '_');
    if (named && dot) *dot = 0;
    if (!named && last && unit[0]) *last = 0;
    if (!named && dot && unit[0] && strcmp(dot + 1, unit) == 0) *dot = 0;
    for (char *p = words; *p; ++p)
        if (*p == '.' || *p == '_' || *p == '-') *p = ' ';
    for (char *p = value; *p && named; ++p)
        if (*p == '-') *p = ' ';
    if (words[0] >= 'a' && words[0] <= 'z') words[0] = (char)(words[0] - 'a' + 'A');
    snprintf(out, size, "%s%s %s%s%s", words, named ? ":" : "", value, unit[0] ? " " : "", unit);
}

static void make_panel_label(const CompareDesc *desc, int panel, char *out, size_t size) {
    make_label(&desc->axis[0], panel % desc->axis[0].count, out, size);
    if (desc->axis_count < 2) return;
    char second[128];
    make_label(&desc->axis[1], panel / desc->axis[0].count, second, sizeof second);
    size_t used = strlen(out);
    snprintf(out + used, size - used, "  ·  %s", second);
}

static bool render_panel(View *view, Scene *scene, const CompareDesc *desc, SheetRect at, Arena *arena,
                         Image *out, Err *err) {
    FrameDesc frame;
    if (!scene_update(scene, err)) return false;
    frame_defaults(scene, at.width, at.height, &frame);
    if (desc->own_light) frame.light.preset = desc->look.light.preset;
    frame.quality = desc->look.quality;
    frame.background = desc->look.background;
    orbit_camera(&desc->orbit, at.width, at.height, &frame.camera);
    return view_render(view, scene, &frame, arena, out, err);
}

bool compare_render(View *view, Scene *scene, const CompareDesc *desc, Progress *progress, Arena *arena,
                    Image *page, Err *err) {
    SheetDesc sheet = {.width = desc->width, .height = desc->height};
    compare_grid(desc, &sheet.columns, &sheet.rows);
    if (!sheet_begin(&sheet, arena, page, err)) return false;
    Case *original = arena_push(arena, sizeof *original);
    if (!original) return err_set(err, "There is not enough memory for the comparison");
    *original = scene->value;
    int count = panel_count(desc);
    bool ok = true;
    for (int i = 0; i < count && ok; ++i) {
        if (!progress_step(progress, (double)i / count, "drawing")) ok = err_set(err, "Stopped");
        size_t mark = arena_mark(arena);
        Image picture = {0};
        char label[256];
        scene->value = *original;
        make_panel_label(desc, i, label, sizeof label);
        ok = ok && set_values(desc, i, &scene->value, err) &&
             render_panel(view, scene, desc, sheet_panel(&sheet, i), arena, &picture, err) &&
             sheet_place(&sheet, page, i, &picture, label, err);
        arena_rewind(arena, mark);
    }
    scene->value = *original;
    return ok;
}
