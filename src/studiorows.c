/* studiorows - widgets for options of the case: what the table says, as a slider, a switch or a list. */
#include "studioparts.h"

#include "../engine/language.h"
#include "optionwords.h"

#include <math.h>
#include <string.h>

enum { CHOICES = 32 };

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
    const char *items[CHOICES];
    int count = 0, selected = (int)option_get_number(def, &studio->scene.value);
    for (; def->choices[count] && count < CHOICES; ++count)
        items[count] = ui_named(option_choice(def, count), def->choices[count]);
    bool picked = count <= 3 ? ui_segmented(studio->ui, label, items, count, &selected)
                             : ui_combo(studio->ui, label, items, count, &selected);
    if (picked) choose(studio, def, selected);
}

/* A share is told in per cent. */
static void real_row(Studio *studio, const OptionDef *def, const char *label) {
    Case *value = &studio->scene.value;
    bool share = strstr(def->name, "_share") != NULL;
    double max = max_of(def, value), times = share ? 100 : 1, number = times * option_get_number(def, value);
    UiRange range = {times * def->min,
                     times * max,
                     times * def->default_value,
                     share ? 0 : decimals_of(def, max),
                     share ? "%" : option_unit(def),
                     false};
    bool changed = ui_slider(studio->ui, label, &number, &range);
    if (changed) option_set_number(def, value, number / times, NULL);
    after_slider(studio, changed);
}

static void widget(Studio *studio, const OptionDef *def, const char *label) {
    Case *value = &studio->scene.value;
    UiRange range = {def->min, max_of(def, value), def->default_value, 0, option_unit(def), false};
    double number = option_get_number(def, value);
    switch (def->type) {
    case OPTION_FLOAT:
        real_row(studio, def, label);
        break;
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
    if (def->help) ui_tooltip(studio->ui, _(def->help));
}

static void option_row(Studio *studio, const OptionDef *def) {
    char label[OPTION_LABEL];
    option_label(def, label);
    widget(studio, def, ui_named(label, def->name));
}

bool studio_row(Studio *studio, const char *option) {
    const OptionTable table = case_option_table();
    const OptionDef *def = options_find(&table, option);
    if (def) option_row(studio, def);
    return def != NULL;
}

static bool is_in(const OptionDef *def, const char *const *groups) {
    for (; *groups; ++groups)
        if (strncmp(def->name, *groups, strlen(*groups)) == 0) return true;
    return false;
}

void studio_reset_button(Studio *studio, const char *const *groups) {
    Case *value = &studio->scene.value;
    bool changed = false;
    ui_space(studio->ui, 4);
    if (!ui_button(studio->ui, ui_named(_("Reset this page"), "reset"), UI_GHOST, -1, 0)) return;
    for (int i = 0; i < case_option_count; ++i) {
        const OptionDef *def = &case_options[i];
        if (!is_in(def, groups) || fabs(option_get_number(def, value) - def->default_value) < 1e-6) continue;
        option_set_number(def, value, def->default_value, NULL);
        changed = true;
    }
    if (!changed) return;
    studio_changed(studio);
    studio_commit(studio);
}

void studio_rows_of_group(Studio *studio, const char *group, const char *const *except) {
    for (int i = 0; i < case_option_count; ++i) {
        const OptionDef *def = &case_options[i];
        bool skip = strncmp(def->name, group, strlen(group)) != 0;
        for (const char *const *e = except; !skip && e && *e; ++e) skip = strcmp(*e, def->name) == 0;
        if (!skip) option_row(studio, def);
    }
}
