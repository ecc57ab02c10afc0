/* kioskpages - the kiosk's words and buttons. Facts and figures of the facts page are the seed article's, as
 * ranges that the clinic's configuration may change. */
#include "kioskparts.h"

#include <stdlib.h>
#include <string.h>

typedef struct Story {
    const char *title, *before, *after;
    const char *option; /* changed at the story's turn */
    double from, to;
    double stage, length_mm;
    bool treated;
} Story;

static const Story stories[KIOSK_STORIES] = {
    {"Hair loss, answered", "About 66 % of men have begun to lose their hair by 35.",
     "Thousands of tiny pigment dots give back the look of a close shave.", "treatment.enabled", 0, 1, 5, 0.5,
     false},
    {"As short as it is kept", "Just shaved, dots and hair look alike.",
     "At 3 mm the hair stands out from the dots: it must be kept short.", "hair.length_mm", 0, 3, 4.5, 0,
     true},
    {"Session by session", "The first session is light and sparse.",
     "The second and third add density and shade.", "treatment.sessions", 1, 3, 5, 0.5, true},
    {"Years later", "Healed: crisp and dark.",
     "After some years of sun the dots are lighter; a touch-up renews them.", "time.years", 0, 8, 5, 0.5,
     true},
};

void kiosk_show_story(Kiosk *kiosk) {
    const Story *story = &stories[kiosk->story];
    kiosk_set(kiosk, "treatment.enabled", story->treated);
    kiosk_set(kiosk, "treatment.sessions", 3);
    kiosk_set(kiosk, "time.years", 0);
    kiosk_set(kiosk, "loss.stage", story->stage);
    kiosk_set(kiosk, "hair.length_mm", story->length_mm);
    kiosk_set(kiosk, story->option, kiosk->story_after ? story->to : story->from);
    ui_request_frames(kiosk->ui, 2);
}

static void page_attract(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    const Story *story = &stories[kiosk->story];
    float scale = ui_scale(ui), w = (float)kiosk->width, h = (float)kiosk->height, y = h * 0.80f;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, (UiRect){0, y - 28 * scale, w, h - y + 28 * scale}, 0x000000a0, 0, 0);
    ui_draw_text(ui, UI_TITLE, w / 2, y, 0.5f, 0, 0xffffffff, story->title);
    ui_draw_text(ui, UI_BODY, w / 2, y + 44 * scale, 0.5f, 0, 0xffffffe0,
                 kiosk->story_after ? story->after : story->before);
    ui_draw_text(ui, UI_HEADING, w / 2, h - 28 * scale, 0.5f, 1, 0xffffffff, "Tap anywhere to begin");
    if (kiosk->desc->config->clinic[0])
        ui_draw_text(ui, UI_HEADING, 32 * scale, 28 * scale, 0, 0, 0xffffffff, kiosk->desc->config->clinic);
}

/* ---- the steps ---- */

static void heading(Kiosk *kiosk, const char *title, const char *words) {
    if (kiosk->step >= KIOSK_HEAD && kiosk->step <= KIOSK_RESULT)
        ui_text(kiosk->ui, UI_MUTED, "Step %d of %d", (int)kiosk->step - KIOSK_HEAD + 1,
                KIOSK_RESULT - KIOSK_HEAD + 1);
    ui_text(kiosk->ui, UI_TITLE, "%s", title);
    ui_text(kiosk->ui, UI_BODY, "%s", words);
    ui_space(kiosk->ui, 16);
}

typedef struct Choice {
    const char *label;
    double value;
} Choice;

static bool choices(Kiosk *kiosk, const char *option, const Choice *choice, int count, int columns) {
    double now = kiosk_value(kiosk, option);
    bool changed = false;
    for (int first = 0; first < count; first += columns) {
        ui_columns_begin(kiosk->ui, columns);
        for (int i = first; i < first + columns && i < count; ++i) {
            double away = now - choice[i].value;
            if (!ui_choice(kiosk->ui, choice[i].label, away < 1e-3 && away > -1e-3, -1)) continue;
            kiosk_set(kiosk, option, choice[i].value);
            changed = true;
        }
        ui_columns_end(kiosk->ui);
    }
    ui_space(kiosk->ui, 12);
    return changed;
}
#define CHOICES(kiosk, option, columns, ...)                                                                 \
    choices(kiosk, option, (const Choice[]){__VA_ARGS__},                                                    \
            (int)(sizeof((const Choice[]){__VA_ARGS__}) / sizeof(Choice)), columns)

/* The way back and on, always at the page's foot. */
static void foot(Kiosk *kiosk, const char *back, const char *next) {
    bool goes_back = false, goes_on = false;
    ui_panel_end(kiosk->ui);
    ui_panel_begin(kiosk->ui, "foot", kiosk->foot, UI_PANEL_BAR | UI_PANEL_NO_SCROLL);
    ui_columns_begin(kiosk->ui, 2);
    goes_back = ui_button(kiosk->ui, back, UI_SECONDARY, -1, 0);
    goes_on = ui_button(kiosk->ui, next, UI_PRIMARY, -1, 0);
    ui_columns_end(kiosk->ui);
    if (goes_back && kiosk->step == KIOSK_HEAD) kiosk->quit = true;
    if (goes_back && kiosk->step != KIOSK_HEAD) kiosk_go(kiosk, (KioskStep)(kiosk->step - 1));
    if (goes_on && kiosk->step == KIOSK_FACTS)
        kiosk->quit = true;
    else if (goes_on)
        kiosk_go(kiosk, (KioskStep)(kiosk->step + 1));
}

static void page_head(Kiosk *kiosk) {
    heading(kiosk, "Who are you like?",
            "Pick a skin. The head is nobody's; no photo is taken, and nothing is kept.");
    CHOICES(kiosk, "skin.tone_ita_deg", 2, {"Very light", 58}, {"Light", 45}, {"Medium", 32}, {"Olive", 18},
            {"Brown", -10}, {"Dark", -45});
    foot(kiosk, "Leave##leave", "Next##next");
}

static void page_hair(Kiosk *kiosk) {
    heading(kiosk, "Your hair", "Its own colour: pigment is matched to it.");
    CHOICES(kiosk, "hair.melanin", 2, {"Black", 1}, {"Dark brown", 0.65}, {"Brown", 0.4}, {"Blond", 0.2});
    ui_text(kiosk->ui, UI_HEADING, "Grey");
    CHOICES(kiosk, "hair.grey_share", 4, {"None", 0}, {"Some", 0.25}, {"Half", 0.5}, {"Most", 0.85});
    foot(kiosk, "Back##back", "Next##next");
}

static void page_loss(Kiosk *kiosk) {
    heading(kiosk, "Where has it gone?", "From the temples to the crown.");
    CHOICES(kiosk, "loss.stage", 2, {"A little, temples", 2}, {"Temples", 3}, {"Temples and crown", 4},
            {"Most of the top", 5}, {"All of the top", 6}, {"All but a rim", 7});
    foot(kiosk, "Back##back", "Next##next");
}

static void page_hairline(Kiosk *kiosk) {
    heading(kiosk, "A hairline", "Soft lines look natural up close; sharp ones look freshly cut.");
    kiosk_set(kiosk, "treatment.enabled", 1);
    CHOICES(kiosk, "hairline.style", 2, {"Natural", HAIRLINE_NATURAL}, {"Soft", HAIRLINE_SOFT},
            {"Defined", HAIRLINE_DEFINED}, {"Edge-up", HAIRLINE_EDGE_UP}, {"Rounded", HAIRLINE_ROUNDED},
            {"Mature", HAIRLINE_MATURE});
    foot(kiosk, "Back##back", "Next##next");
}

static void page_density(Kiosk *kiosk) {
    heading(kiosk, "How dense?", "It is built up over sessions, about ten days apart.");
    CHOICES(kiosk, "treatment.sessions", 1, {"Light: after 1 session", 1}, {"Natural: after 2 sessions", 2},
            {"Full: after 3 sessions", 3});
    foot(kiosk, "Back##back", "Next##next");
}

static void page_length(Kiosk *kiosk) {
    heading(kiosk, "How long is the hair around it?",
            "Dots stay flat while hair grows: the shorter, the better they match.");
    CHOICES(kiosk, "hair.length_mm", 2, {"Just shaved", 0}, {"0.5 mm", 0.5}, {"1 mm", 1}, {"3 mm", 3});
    foot(kiosk, "Back##back", "See it##next");
}

static void page_result(Kiosk *kiosk) {
    static const UiRange years = {0, 15, 0, 0, "years", false};
    double value = kiosk_value(kiosk, "time.years");
    heading(kiosk, "Today and after",
            "Drag the line. Turn the head with a finger. A simulation, not a promise of a result.");
    if (ui_slider(kiosk->ui, "Years later##years", &value, &years)) kiosk_set(kiosk, "time.years", value);
    if (ui_widget_active(kiosk->ui)) kiosk->slider_held = true;
    ui_space(kiosk->ui, 16);
    if (ui_button(kiosk->ui, "Done##done", UI_SECONDARY, -1, 0)) kiosk->quit = true;
    foot(kiosk, "Back##back", "Good to know##next");
}

static void page_facts(Kiosk *kiosk) {
    const KioskConfig *config = kiosk->desc->config;
    Ui *ui = kiosk->ui;
    ui_text(ui, UI_TITLE, "Good to know");
    ui_text(ui, UI_HEADING, "How it works");
    ui_text(ui, UI_BODY,
            "A fine needle sets pigment just under the skin, dot by dot, like the roots of shaved hair.");
    ui_text(ui, UI_HEADING, "Sessions");
    ui_text(ui, UI_BODY,
            "Usually two to four, some days apart. Redness goes within days; keep the scalp dry and out of "
            "the sun.");
    ui_text(ui, UI_HEADING, "Cost");
    ui_text(ui, UI_BODY, "$%d to $%d for a whole treatment, depending on area and skin.", config->price_low,
            config->price_high);
    ui_text(ui, UI_HEADING, "How long it lasts");
    ui_text(ui, UI_BODY, "%d to %d years until a touch-up; sun fades it sooner. Changing it needs a laser.",
            config->touch_up_low_years, config->touch_up_high_years);
    ui_text(ui, UI_HEADING, "Other ways");
    ui_text(ui, UI_BODY,
            "Medicines that slow the loss, a transplant, a hairpiece, or a shaved head as it is.");
    ui_text(ui, UI_HEADING, "Choosing a clinic");
    ui_text(
        ui, UI_BODY,
        "Ask for healed results from years ago, not only fresh ones, and meet the person who will do it.");
    foot(kiosk, "Back##back", "Done##done");
}

static void page_pin(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    size_t length = strlen(kiosk->pin);
    char shown[2 * KIOSK_PIN_DIGITS + 1] = "";
    for (size_t i = 0; i < length; ++i) strcat(shown, "* ");
    ui_text(ui, UI_TITLE, "Staff");
    ui_text(ui, UI_HEADING, "PIN  %s", shown);
    for (int row = 0; row < 4; ++row) {
        static const char *const keys[4][3] = {
            {"1", "2", "3"}, {"4", "5", "6"}, {"7", "8", "9"}, {"Cancel", "0", "OK"}};
        ui_columns_begin(ui, 3);
        for (int i = 0; i < 3; ++i) {
            const char *key = keys[row][i];
            if (!ui_button(ui, key, UI_SECONDARY, -1, 0)) continue;
            if (strcmp(key, "Cancel") == 0)
                kiosk->quit = true;
            else if (strcmp(key, "OK") == 0)
                kiosk_check_pin(kiosk);
            else if (length < KIOSK_PIN_DIGITS)
                kiosk->pin[length] = key[0], kiosk->pin[length + 1] = 0;
        }
        ui_columns_end(ui);
    }
}

/* ---- over the picture ---- */

static void wipe_line(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    const UiRect *p = &kiosk->picture;
    float x = p->x + kiosk->wipe * p->w, y = p->y + p->h * 0.6f, margin = 24 * ui_scale(ui);
    UiDrag drag = ui_handle(ui, "wipe", x, y, 48);
    if (drag.active && drag.dx_px != 0) {
        kiosk->wipe += drag.dx_px / p->w;
        kiosk->wipe = kiosk->wipe < 0.03f ? 0.03f : kiosk->wipe > 0.97f ? 0.97f : kiosk->wipe;
        kiosk->stage.stale = kiosk->slider_held = true;
    }
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_line(ui, x, p->y, x, p->y + p->h, 3, 0xffffffe0);
    ui_draw_circle(ui, x, y, 44, 0xfffffff0, 0);
    ui_draw_text(ui, UI_HEADING, x, y, 0.5f, 0.5f, 0x3a342eff, "<  >");
    ui_draw_text(ui, UI_HEADING, x - margin, p->y + margin, 1, 0, 0xffffffff, "Today");
    ui_draw_text(ui, UI_HEADING, x + margin, p->y + margin, 0, 0, 0xffffffff, "Simulation");
}

static void are_you_there(Kiosk *kiosk) {
    const KioskConfig *config = kiosk->desc->config;
    double left_s = config->idle_s + config->countdown_s - (platform_time_s() - kiosk->touched_s);
    if (left_s > config->countdown_s) return;
    Ui *ui = kiosk->ui;
    if (!ui_modal_begin(ui, "Are you still there?", 560)) return;
    ui_text(ui, UI_BODY, "Everything here is forgotten in %d s.", (int)left_s + 1);
    ui_space(ui, 16);
    if (ui_button(ui, "Yes, go on##stay", UI_PRIMARY, -1, 0)) kiosk->touched_s = platform_time_s();
    ui_modal_end(ui);
}

void kiosk_pages(Kiosk *kiosk) {
    static void (*const pages[KIOSK_STEP_COUNT])(Kiosk *) = {
        NULL,         page_head,   page_hair,   page_loss,  page_hairline,
        page_density, page_length, page_result, page_facts, page_pin};
    kiosk->slider_held = false;
    if (kiosk->step == KIOSK_ATTRACT) {
        page_attract(kiosk);
        return;
    }
    if (kiosk->step == KIOSK_RESULT) wipe_line(kiosk);
    ui_panel_begin(kiosk->ui, "page", kiosk->page, 0);
    pages[kiosk->step](kiosk);
    ui_panel_end(kiosk->ui);
    are_you_there(kiosk);
}
