/* studiorows - widgets for options of the case: what the table says, as a slider, a switch or a list. */
#include "studioparts.h"

#include <math.h>
#include <string.h>

enum { LABEL_SIZE = 96, CHOICES = 32 };

/* "treatment.density_per_cm2" -> "Density"; the unit stands beside the value. */
static void make_label(const OptionDef *def, char *out, size_t size) {
    const char *dot = strchr(def->name, '.');
    snprintf(out, size, "%s", dot ? dot + 1 : def->name);
    const char *const units[] = {"_mm", "_deg", "_per_cm2", "_um", "_years", "_days", "_ev", "_cm2"};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; ++i) {
        size_t n = strlen(out), u = strlen(units[i]);
        if (n > u && strcmp(out + n - u, units[i]) == 0) out[n - u] = 0;
    }
    for (char *p = out; *p; ++p)
        if (*p == '_' || *p == '-' || *p == '.') *p = ' ';
    if (out[0] >= 'a' && out[0] <= 'z') out[0] = (char)(out[0] - 'a' + 'A');
}

static int decimals_of(const OptionDef *def, double max) {
    if (def->type == OPTION_INT) return 0;
    if (def->unit && strcmp(def->unit, "mm") == 0) return max - def->min <= 2 ? 2 : 1;
    double span = max - def->min;
    return span <= 2 ? 2 : span <= 40 ? 1 : 0;
}

/* Clippers reach 25 mm; only women's hair is drawn longer. */
static double max_of(const OptionDef *def, const Case *value) {
    enum { LONGEST_CLIPPED_MM = 25 };
    bool clipped = strcmp(def->name, "hair.length_mm") == 0 && !value->client.woman;
    return clipped && def->max > LONGEST_CLIPPED_MM ? LONGEST_CLIPPED_MM : def->max;
}

/* A held slider keeps the picture a draft; letting go is one step of undo. */
static void after_slider(Studio *studio, bool changed) {
    if (changed) studio_changed(studio);
    if (ui_widget_active(studio->ui)) studio->slider_held = true;
    if (ui_slider_released(studio->ui)) studio_commit(studio);
}

static void choose(Studio *studio, const OptionDef *def, double number) {
    option_set_number(def, &studio->scene.value, number, NULL);
    studio_changed(studio);
    studio_commit(studio);
}

static void enum_row(Studio *studio, const OptionDef *def, const char *label) {
    char words[CHOICES][40];
    const char *items[CHOICES];
    int count = 0, selected = (int)option_get_number(def, &studio->scene.value);
    for (; def->choices[count] && count < CHOICES; ++count) {
        snprintf(words[count], sizeof words[count], "%s", def->choices[count]);
        for (char *p = words[count]; *p; ++p)
            if (*p == '-') *p = ' ';
        if (words[count][0] >= 'a' && words[count][0] <= 'z')
            words[count][0] = (char)(words[count][0] - 'a' + 'A');
        items[count] = words[count];
    }
    bool picked = count <= 3 ? ui_segmented(studio->ui, label, items, count, &selected)
                             : ui_combo(studio->ui, label, items, count, &selected);
    if (picked) choose(studio, def, selected);
}

static void widget(Studio *studio, const OptionDef *def, const char *label) {
    Case *value = &studio->scene.value;
    double max = max_of(def, value);
    UiRange range = {def->min, max, def->default_value, decimals_of(def, max), def->unit, false};
    double number = option_get_number(def, value);
    switch (def->type) {
    case OPTION_FLOAT: {
        bool changed = ui_slider(studio->ui, label, &number, &range);
        if (changed) option_set_number(def, value, number, NULL);
        after_slider(studio, changed);
        break;
    }
    case OPTION_INT: {
        int whole = (int)lrint(number);
        bool changed = ui_slider_int(studio->ui, label, &whole, &range);
        if (changed) option_set_number(def, value, whole, NULL);
        after_slider(studio, changed);
        break;
    }
    case OPTION_BOOL: {
        bool on = number != 0;
        if (ui_toggle(studio->ui, label, &on)) choose(studio, def, on);
        break;
    }
    case OPTION_ENUM:
        enum_row(studio, def, label);
        break;
    }
    if (def->help) ui_tooltip(studio->ui, def->help);
}

static void option_row(Studio *studio, const OptionDef *def, const char *label) {
    char made[LABEL_SIZE], whole[2 * LABEL_SIZE];
    if (!label) make_label(def, made, sizeof made);
    snprintf(whole, sizeof whole, "%s##%s", label ? label : made, def->name);
    widget(studio, def, whole);
}

bool studio_row(Studio *studio, const char *option, const char *label) {
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, option);
    if (def) option_row(studio, def, label);
    return def != NULL;
}

void studio_rows_of_group(Studio *studio, const char *group, const char *const *except) {
    for (int i = 0; i < case_option_count; ++i) {
        const OptionDef *def = &case_options[i];
        bool skip = strncmp(def->name, group, strlen(group)) != 0;
        for (const char *const *e = except; !skip && e && *e; ++e) skip = strcmp(*e, def->name) == 0;
        if (!skip) option_row(studio, def, NULL);
    }
}
