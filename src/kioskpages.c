/* kioskpages - the six steps, the result and the facts: their words and buttons. */
#include "kioskparts.h"

#include "skintone.h"
#include <math.h>
#include <string.h>

enum { ROW = 88, CAPTION = 34 }; /* at scale 1 */

/* ---- layout: rows from the top, buttons at the bottom ---- */

typedef struct Column {
    UiRect left; /* what is still free */
    float gap;
} Column;

float kiosk_gap(const Kiosk *kiosk) {
    return 14 * ui_scale(kiosk->ui);
}

static UiRect take_top(Column *column, float height) {
    UiRect rect = {column->left.x, column->left.y, column->left.w, height};
    column->left.y += height;
    column->left.h -= height;
    return rect;
}

static UiRect take_bottom(Column *column, float height) {
    column->left.h -= height;
    return (UiRect){column->left.x, column->left.y + column->left.h, column->left.w, height};
}

static void plain_begin(Kiosk *kiosk, const char *name, UiRect rect) {
    ui_panel_begin(kiosk->ui, name, rect, UI_PANEL_PLAIN | UI_PANEL_NO_SCROLL);
}

static int step_of(KioskScreen screen) {
    switch (screen) {
    case SCREEN_WHO:
        return 1;
    case SCREEN_HAIRLINE:
        return 3;
    case SCREEN_DENSITY:
        return 4;
    case SCREEN_LENGTH:
        return 5;
    case SCREEN_YEARS:
        return 6;
    case SCREEN_PHOTO:
    case SCREEN_CONSENT:
    case SCREEN_CAMERA:
    case SCREEN_REVIEW:
    case SCREEN_FITTING:
        return 2;
    default:
        return 0;
    }
}

/* Six bars; those reached are coloured and thicker. */
static void draw_steps(Kiosk *kiosk, UiRect rect) {
    Ui *ui = kiosk->ui;
    int step = step_of(kiosk->screen);
    float gap = kiosk_gap(kiosk), w = (rect.w - gap * (KIOSK_STEPS - 1)) / KIOSK_STEPS, s = ui_scale(ui);
    for (int i = 0; i < KIOSK_STEPS && step > 0; ++i) {
        bool done = i < step;
        float h = (done ? 6 : 3) * s;
        ui_draw_rect(ui, (UiRect){rect.x + (w + gap) * (float)i, rect.y + (rect.h - h) / 2, w, h},
                     ui_colour(ui, done ? UI_COLOUR_ACCENT : UI_COLOUR_LINE), h / 2 / s, 0);
    }
}

/* The sheet on which the controls lie, with its margins taken off. */
static Column page_begin(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui), margin = (kiosk->portrait ? 44 : 32) * s;
    UiRect page = kiosk->page;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, page, ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
    ui_draw_rect(ui, kiosk->heading, ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
    Column column = {{page.x + margin, page.y + 20 * s, page.w - 2 * margin, page.h - 44 * s},
                     kiosk_gap(kiosk)};
    draw_steps(kiosk, take_top(&column, 12 * s));
    take_top(&column, column.gap);
    return column;
}

/* Title and words; in landscape they stand above the head, in portrait above the controls. */
static void page_words(Kiosk *kiosk, Column *column, const char *title, const char *words) {
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui);
    UiRect rect;
    if (kiosk->portrait)
        rect = take_top(column, 128 * s);
    else
        rect = (UiRect){kiosk->heading.x + 36 * s, kiosk->heading.y + 24 * s, kiosk->heading.w - 72 * s,
                        kiosk->heading.h - 24 * s};
    plain_begin(kiosk, "words", rect);
    ui_text(ui, UI_TITLE, "%s", title);
    ui_text(ui, UI_MUTED, "%s", words);
    ui_panel_end(ui);
}

/* Back at the left, on at the right. */
static void page_buttons(Kiosk *kiosk, Column *column, KioskScreen back, const char *next_text,
                         KioskScreen next) {
    Ui *ui = kiosk->ui;
    char label[256];
    UiRect rect = take_bottom(column, ROW * ui_scale(ui));
    float gap = kiosk_gap(kiosk), third = floorf((rect.w - gap) / 3), s = ui_scale(ui);
    plain_begin(kiosk, "buttons", rect);
    if (back != SCREEN_ATTRACT) {
        snprintf(label, sizeof label, "%s##back", kiosk_say(kiosk, "button.back"));
        if (ui_button(ui, label, UI_SECONDARY, third / s, 0)) kiosk_go(kiosk, back);
    } else {
        snprintf(label, sizeof label, "%s##over", kiosk_say(kiosk, "button.over"));
        if (ui_button(ui, label, UI_SECONDARY, third / s, 0)) kiosk_end_visit(kiosk);
    }
    ui_same_line(ui);
    snprintf(label, sizeof label, "%s##next", next_text);
    if (next != SCREEN_ATTRACT && ui_button(ui, label, UI_PRIMARY, -1, 0)) kiosk_go(kiosk, next);
    ui_panel_end(ui);
}

/* ---- rows of choices ---- */

static void row_caption(Kiosk *kiosk, Column *column, const char *what, const char *chosen) {
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui), width, height;
    UiRect rect = take_top(column, CAPTION * s);
    float y = rect.y + rect.h * 0.42f;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_text(ui, UI_SMALL, rect.x, y, 0, 0.5f, ui_colour(ui, UI_COLOUR_MUTED), what);
    ui_text_size(ui, UI_SMALL, what, &width, &height);
    if (chosen)
        ui_draw_text(ui, UI_SMALL, rect.x + width + 10 * s, y, 0, 0.5f, ui_colour(ui, UI_COLOUR_TEXT),
                     chosen);
}

/* Cells of one row; the gap is ui's own between columns. */
static UiRect cell_of(const Kiosk *kiosk, UiRect row, int count, int index) {
    float gap = 14 * ui_scale(kiosk->ui), w = (row.w - gap * (float)(count - 1)) / (float)count;
    return (UiRect){row.x + (w + gap) * (float)index, row.y, w, row.h};
}

static const char *choice_text(const Kiosk *kiosk, const char *group, int index) {
    char id[48];
    snprintf(id, sizeof id, "%s.%d", group, index);
    return kiosk_say(kiosk, id);
}

/* A grid of worded choices; true when another was picked. */
static bool choose_words(Kiosk *kiosk, Column *column, const char *group, int count, int columns,
                         int *selected) {
    Ui *ui = kiosk->ui;
    int before = *selected, rows = (count + columns - 1) / columns;
    float row = ROW * ui_scale(ui),
          gap = 17 * ui_scale(ui); /* ui's own spacing of lines in the kiosk's size */
    plain_begin(kiosk, group, take_top(column, row * (float)rows + gap * (float)(rows - 1)));
    for (int first = 0; first < count; first += columns) {
        ui_columns_begin(ui, columns);
        for (int i = first; i < first + columns && i < count; ++i) {
            char label[192];
            snprintf(label, sizeof label, "%s##%s.%d", choice_text(kiosk, group, i), group, i);
            if (ui_choice(ui, label, *selected == i, -1)) *selected = i;
        }
        ui_columns_end(ui);
    }
    ui_panel_end(ui);
    return *selected != before;
}

static bool choose_colours(Kiosk *kiosk, Column *column, const char *group, const float (*colours)[3],
                           int count, int *selected) {
    Ui *ui = kiosk->ui;
    int before = *selected;
    plain_begin(kiosk, group, take_top(column, ROW * ui_scale(ui)));
    ui_columns_begin(ui, count);
    for (int i = 0; i < count; ++i) {
        char label[64];
        snprintf(label, sizeof label, "##%s.%d", group, i);
        if (ui_swatch(ui, label, colours[i], *selected == i)) *selected = i;
    }
    ui_columns_end(ui);
    ui_panel_end(ui);
    return *selected != before;
}

/* ---- icons: a head from above, the face up ---- */

static uint32_t pack_srgb(const float rgb[3]) {
    uint32_t out = 255;
    for (int c = 0; c < 3; ++c) out |= (uint32_t)(fminf(1, fmaxf(0, rgb[c])) * 255 + 0.5f) << (24 - 8 * c);
    return out;
}

static void draw_loss_icon(Kiosk *kiosk, UiRect cell, int loss, uint32_t skin, uint32_t hair) {
    typedef struct Spot {
        float x, y, r; /* in radii of the head; bald */
    } Spot;
    static const Spot bald[KIOSK_LOSSES][4] = {
        {{-0.52f, -0.62f, 0.36f}, {0.52f, -0.62f, 0.36f}, {0, -0.86f, 0.24f}},
        {{-0.50f, -0.58f, 0.40f}, {0.50f, -0.58f, 0.40f}, {0, -0.82f, 0.26f}, {0, 0.36f, 0.30f}},
        {{0, -0.48f, 0.56f}, {0, -0.70f, 0.54f}, {0, 0.34f, 0.42f}},
        {{0, -0.28f, 0.70f}, {0, 0.18f, 0.62f}, {0, -0.48f, 0.66f}},
        {{0, -0.92f, 0.20f}}};
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui), r = 0.36f * fminf(cell.w, cell.h), x = cell.x + cell.w / 2,
          y = cell.y + cell.h / 2 + 0.06f * r;
    ui_draw_circle(ui, x, y - r * 1.02f, 0.16f * r / s, skin, 0); /* nose */
    ui_draw_circle(ui, x - r * 0.98f, y + 0.05f * r, 0.17f * r / s, skin, 0);
    ui_draw_circle(ui, x + r * 0.98f, y + 0.05f * r, 0.17f * r / s, skin, 0);
    ui_draw_circle(ui, x, y, r / s, hair, 0);
    for (int i = 0; i < 4; ++i) {
        const Spot *spot = &bald[loss][i];
        if (spot->r > 0) ui_draw_circle(ui, x + spot->x * r, y + spot->y * r, spot->r * r / s, skin, 0);
    }
    if (loss != 4) return;
    for (int i = 0; i < 61; ++i) { /* thinned: skin shows between the hairs, in a spiral of even spots */
        float turn = 2.399963f * (float)i, far = 0.74f * sqrtf((float)i / 61);
        ui_draw_circle(ui, x + far * r * cosf(turn), y - 0.1f * r + far * r * sinf(turn), 0.062f * r / s,
                       skin, 0);
    }
}

static bool choose_loss(Kiosk *kiosk, Column *column, uint32_t skin, uint32_t hair) {
    Ui *ui = kiosk->ui;
    int before = kiosk->choices.loss;
    UiRect row = take_top(column, ROW * ui_scale(ui));
    plain_begin(kiosk, "who.loss", row);
    ui_columns_begin(ui, KIOSK_LOSSES);
    for (int i = 0; i < KIOSK_LOSSES; ++i) {
        char label[64];
        snprintf(label, sizeof label, "##who.loss.%d", i);
        if (ui_choice(ui, label, kiosk->choices.loss == i, -1)) kiosk->choices.loss = i;
    }
    ui_columns_end(ui);
    ui_draw_layer(ui, UI_LAYER_PANEL);
    for (int i = 0; i < KIOSK_LOSSES; ++i)
        draw_loss_icon(kiosk, cell_of(kiosk, row, KIOSK_LOSSES, i), i, skin, hair);
    ui_panel_end(ui);
    return kiosk->choices.loss != before;
}

/* ---- the steps ---- */

/* What remains is shared out, so that rows breathe on tall screens. */
static float spare_gap(const Column *column, float used, int gaps) {
    float free = (column->left.h - used) / (float)gaps;
    return fmaxf(0, fminf(free, 3.2f * column->gap));
}

static void page_who(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    Column column = page_begin(kiosk);
    page_words(kiosk, &column, kiosk_say(kiosk, "who.title"), kiosk_say(kiosk, "who.help"));
    page_buttons(kiosk, &column, SCREEN_ATTRACT, kiosk_say(kiosk, "button.next"), SCREEN_PHOTO);
    float skins[KIOSK_SKINS][3], s = ui_scale(ui);
    for (int i = 0; i < KIOSK_SKINS; ++i) {
        skintone_from_ita(kiosk_skin_ita_deg[i], skins[i]);
        for (int c = 0; c < 3; ++c) skins[i][c] = linear_to_srgb(skins[i][c]);
    }
    KioskChoices *choices = &kiosk->choices;
    float between = spare_gap(&column, 4 * (ROW + CAPTION) * s, 4);
    char about[48];
    snprintf(about, sizeof about, "who.head.%d.about", choices->head);
    row_caption(kiosk, &column, kiosk_say(kiosk, "who.head"), kiosk_say(kiosk, about));
    bool changed = choose_words(kiosk, &column, "who.head", KIOSK_HEADS, KIOSK_HEADS, &choices->head);
    take_top(&column, between);
    row_caption(kiosk, &column, kiosk_say(kiosk, "who.skin"), choice_text(kiosk, "who.skin", choices->skin));
    changed = choose_colours(kiosk, &column, "who.skin", skins, KIOSK_SKINS, &choices->skin) || changed;
    take_top(&column, between);
    row_caption(kiosk, &column, kiosk_say(kiosk, "who.hair"), choice_text(kiosk, "who.hair", choices->hair));
    changed =
        choose_colours(kiosk, &column, "who.hair", kiosk_hair_srgb, KIOSK_HAIRS, &choices->hair) || changed;
    take_top(&column, between);
    row_caption(kiosk, &column, kiosk_say(kiosk, "who.loss"), choice_text(kiosk, "who.loss", choices->loss));
    changed = choose_loss(kiosk, &column, pack_srgb(skins[choices->skin]),
                          pack_srgb(kiosk_hair_srgb[choices->hair])) ||
              changed;
    if (changed) kiosk_choose(kiosk);
}

/* A step of one question. */
static void page_question(Kiosk *kiosk, const char *group, int count, int columns, int *selected,
                          KioskScreen back, const char *next_text, KioskScreen next) {
    Ui *ui = kiosk->ui;
    char id[48];
    float s = ui_scale(ui);
    Column column = page_begin(kiosk);
    snprintf(id, sizeof id, "%s.title", group);
    const char *title = kiosk_say(kiosk, id);
    snprintf(id, sizeof id, "%s.help", group);
    page_words(kiosk, &column, title, kiosk_say(kiosk, id));
    page_buttons(kiosk, &column, back, next_text, next);
    int rows = (count + columns - 1) / columns;
    if (!kiosk->portrait) /* the choices stand in the middle of the height */
        take_top(&column, fmaxf(0, (column.left.h - (float)rows * (ROW + 17) * s - 130 * s) / 2));
    if (choose_words(kiosk, &column, group, count, columns, selected)) kiosk_choose(kiosk);
    take_top(&column, column.gap * 1.5f);
    snprintf(id, sizeof id, "%s.%d.about", group, *selected);
    plain_begin(kiosk, "about", take_top(&column, fminf(column.left.h, 150 * s)));
    ui_text(ui, UI_BODY, "%s", kiosk_say(kiosk, id));
    if (kiosk->screen == SCREEN_DENSITY && kiosk->job.kind == JOB_NONE) {
        char words[160];
        int dots = (int)((kiosk->scene.dots.visible + 250) / 500) * 500; /* as one would say it */
        kiosk_say_number(kiosk, "density.dots", dots, words, sizeof words);
        ui_text(ui, UI_MUTED, "%s", words);
    }
    ui_panel_end(ui);
}

static void page_photo(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char label[192];
    float s = ui_scale(ui);
    Column column = page_begin(kiosk);
    page_words(kiosk, &column, kiosk_say(kiosk, "photo.title"),
               kiosk_say(kiosk, kiosk->photo.fit_failed ? "fitting.failed" : "photo.help"));
    page_buttons(kiosk, &column, SCREEN_WHO, "", SCREEN_ATTRACT);
    take_top(&column, fmaxf(0, (column.left.h - 3 * ROW * s) / 2));
    plain_begin(kiosk, "photo", take_top(&column, fminf(column.left.h, 3.2f * ROW * s)));
    if (kiosk_has_camera(kiosk)) {
        snprintf(label, sizeof label, "%s##photo.take", kiosk_say(kiosk, "photo.take"));
        if (ui_button(ui, label, UI_PRIMARY, -1, 0)) kiosk_go(kiosk, SCREEN_CONSENT);
    } else {
        ui_text(ui, UI_MUTED, "%s", kiosk_say(kiosk, "photo.absent"));
        ui_space(ui, 8);
    }
    snprintf(label, sizeof label, "%s##photo.none", kiosk_say(kiosk, "photo.none"));
    if (ui_button(ui, label, kiosk_has_camera(kiosk) ? UI_SECONDARY : UI_PRIMARY, -1, 0)) {
        kiosk_forget_photo(kiosk);
        kiosk_go(kiosk, SCREEN_HAIRLINE);
    }
    ui_panel_end(ui);
}

static void page_consent(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char label[192];
    float s = ui_scale(ui);
    Column column = page_begin(kiosk);
    float below = 3 * ROW * s + 2 * column.gap;
    page_words(kiosk, &column, kiosk_say(kiosk, "consent.title"), "");
    plain_begin(kiosk, "consent", take_top(&column, column.left.h - below));
    ui_text(ui, UI_BODY, "%s", kiosk_say(kiosk, "consent.body"));
    ui_panel_end(ui);
    page_buttons(kiosk, &column, SCREEN_PHOTO, "", SCREEN_ATTRACT);
    plain_begin(kiosk, "answers", take_top(&column, column.left.h));
    snprintf(label, sizeof label, "%s##consent.yes", kiosk_say(kiosk, "consent.yes"));
    if (ui_button(ui, label, UI_PRIMARY, -1, 0)) kiosk_go(kiosk, SCREEN_CAMERA);
    snprintf(label, sizeof label, "%s##consent.no", kiosk_say(kiosk, "consent.no"));
    if (ui_button(ui, label, UI_SECONDARY, -1, 0)) {
        kiosk_forget_photo(kiosk);
        kiosk_go(kiosk, SCREEN_HAIRLINE);
    }
    ui_panel_end(ui);
}

static void page_camera(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char label[192];
    bool failed = kiosk->photo.failed, review = kiosk->screen == SCREEN_REVIEW,
         dark = !failed && !review && kiosk_camera_is_dark(kiosk);
    kiosk_draw_camera(kiosk);
    Column column = page_begin(kiosk);
    page_buttons(kiosk, &column, SCREEN_PHOTO, "", SCREEN_ATTRACT);
    plain_begin(kiosk, "camera", take_top(&column, column.left.h - column.gap));
    ui_text(ui, UI_TITLE, "%s",
            kiosk_say(kiosk, review   ? "review.title"
                             : failed ? "camera.failed.title"
                                      : "camera.title"));
    ui_text(ui, UI_MUTED, "%s",
            kiosk_say(kiosk, review              ? "review.help"
                             : failed            ? "camera.failed"
                             : dark              ? "camera.dark"
                             : kiosk->photo.live ? "camera.help"
                                                 : "camera.waiting"));
    ui_space(ui, 12);
    if (review) {
        snprintf(label, sizeof label, "%s##review.use", kiosk_say(kiosk, "review.use"));
        if (ui_button(ui, label, UI_PRIMARY, -1, 0)) kiosk_go(kiosk, SCREEN_FITTING);
        snprintf(label, sizeof label, "%s##review.again", kiosk_say(kiosk, "review.again"));
        if (ui_button(ui, label, UI_SECONDARY, -1, 0)) kiosk_go(kiosk, SCREEN_CAMERA);
    } else if (failed || dark) {
        snprintf(label, sizeof label, "%s##photo.none", kiosk_say(kiosk, "photo.none"));
        if (ui_button(ui, label, UI_PRIMARY, -1, 0)) kiosk_go(kiosk, SCREEN_HAIRLINE);
    } else {
        snprintf(label, sizeof label, "%s##camera.ready", kiosk_say(kiosk, "camera.ready"));
        ui_disabled_begin(ui, !kiosk->photo.live || kiosk->photo.count_until_s > 0);
        if (ui_button(ui, label, UI_PRIMARY, -1, 0))
            kiosk->photo.count_until_s = kiosk->now_s + kiosk->config->count_s;
        ui_disabled_end(ui);
    }
    ui_panel_end(ui);
}

static void page_fitting(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    Column column = page_begin(kiosk);
    take_top(&column, column.left.h * 0.3f);
    plain_begin(kiosk, "fitting", take_top(&column, column.left.h));
    ui_text(ui, UI_TITLE, "%s", kiosk_say(kiosk, "fitting.title"));
    ui_text(ui, UI_MUTED, "%s", kiosk_say(kiosk, "fitting.help"));
    ui_space(ui, 16);
    ui_progress(ui, "##fitting", -1);
    ui_panel_end(ui);
}

static void page_result(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char label[192];
    float s = ui_scale(ui);
    Column column = page_begin(kiosk);
    page_words(kiosk, &column, kiosk_say(kiosk, "result.title"), kiosk_say(kiosk, "result.help"));
    page_buttons(kiosk, &column, SCREEN_YEARS, kiosk_say(kiosk, "button.facts"), SCREEN_FACTS);
    if (!kiosk->portrait) take_top(&column, fmaxf(0, (column.left.h - 430 * s) / 2));
    if (choose_words(kiosk, &column, "years", KIOSK_AGES, kiosk->portrait ? 4 : 2, &kiosk->choices.years))
        kiosk_choose(kiosk);
    take_top(&column, column.gap);
    plain_begin(kiosk, "cost", take_top(&column, fmaxf(1, column.left.h - (ROW + 14) * s - column.gap)));
    ui_text(ui, UI_BODY, "%s", kiosk_say(kiosk, "result.cost"));
    ui_text(ui, UI_MUTED, "%s", kiosk_say(kiosk, "result.next"));
    ui_panel_end(ui);
    UiRect row = take_bottom(&column, (ROW + 14) * s);
    plain_begin(kiosk, "finish", row);
    ui_columns_begin(ui, 2);
    snprintf(label, sizeof label, "%s##change", kiosk_say(kiosk, "button.change"));
    if (ui_button(ui, label, UI_SECONDARY, -1, 0)) kiosk_go(kiosk, SCREEN_WHO);
    snprintf(label, sizeof label, "%s##finish", kiosk_say(kiosk, "button.finish"));
    if (ui_button(ui, label, UI_SECONDARY, -1, 0)) kiosk_end_visit(kiosk);
    ui_columns_end(ui);
    ui_panel_end(ui);
}

static void page_facts(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char id[48];
    float s = ui_scale(ui);
    Column column = page_begin(kiosk);
    plain_begin(kiosk, "title", take_top(&column, 64 * s));
    ui_text(ui, UI_TITLE, "%s", kiosk_say(kiosk, "facts.title"));
    ui_panel_end(ui);
    page_buttons(kiosk, &column, SCREEN_RESULT, kiosk_say(kiosk, "button.finish"), SCREEN_ENDED);
    if (kiosk->screen == SCREEN_ENDED) {
        kiosk_end_visit(kiosk);
        return;
    }
    /* In landscape the words lie where the head was, the six headings beside them. */
    choose_words(kiosk, &column, "facts", KIOSK_FACTS, 2, &kiosk->fact);
    take_top(&column, 2 * column.gap);
    UiRect body = take_top(&column, column.left.h - column.gap);
    if (!kiosk->portrait) {
        UiRect p = {0, 0, kiosk->picture.w, (float)kiosk->height};
        ui_draw_layer(ui, UI_LAYER_SCENE);
        ui_draw_rect(ui, p, ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
        ui_draw_rect(ui, (UiRect){p.x + p.w - s, p.y + 40 * s, s, p.h - 80 * s},
                     ui_colour(ui, UI_COLOUR_LINE), 0, 0);
        body = (UiRect){p.x + 48 * s, p.y + 130 * s, p.w - 96 * s, p.h - 150 * s};
    }
    plain_begin(kiosk, "fact", body);
    ui_text(ui, UI_TITLE, "%s", choice_text(kiosk, "facts", kiosk->fact));
    ui_space(ui, 6);
    snprintf(id, sizeof id, "facts.%d.body", kiosk->fact);
    ui_text(ui, UI_BODY, "%s", kiosk_say(kiosk, id));
    ui_panel_end(ui);
}

static void show_step(Kiosk *kiosk) {
    KioskChoices *choices = &kiosk->choices;
    const char *next = kiosk_say(kiosk, "button.next");
    const int columns = 2;
    switch (kiosk->screen) {
    case SCREEN_WHO:
        page_who(kiosk);
        break;
    case SCREEN_PHOTO:
        page_photo(kiosk);
        break;
    case SCREEN_CONSENT:
        page_consent(kiosk);
        break;
    case SCREEN_CAMERA:
    case SCREEN_REVIEW:
        page_camera(kiosk);
        break;
    case SCREEN_FITTING:
        page_fitting(kiosk);
        break;
    case SCREEN_HAIRLINE:
        page_question(kiosk, "hairline", KIOSK_HAIRLINES, columns, &choices->hairline, SCREEN_PHOTO, next,
                      SCREEN_DENSITY);
        break;
    case SCREEN_DENSITY:
        page_question(kiosk, "density", KIOSK_DENSITIES, columns, &choices->density, SCREEN_HAIRLINE, next,
                      SCREEN_LENGTH);
        break;
    case SCREEN_LENGTH:
        page_question(kiosk, "length", KIOSK_LENGTHS, columns, &choices->length, SCREEN_DENSITY, next,
                      SCREEN_YEARS);
        break;
    case SCREEN_YEARS:
        page_question(kiosk, "years", KIOSK_AGES, columns, &choices->years, SCREEN_LENGTH,
                      kiosk_say(kiosk, "button.result"), SCREEN_RESULT);
        break;
    default:
        break;
    }
}

void kiosk_pages(Kiosk *kiosk) {
    switch (kiosk->screen) {
    case SCREEN_ATTRACT:
        kiosk_draw_attract(kiosk);
        return;
    case SCREEN_RESULT:
        page_result(kiosk);
        if (kiosk->screen == SCREEN_RESULT) kiosk_draw_result(kiosk);
        break;
    case SCREEN_FACTS:
        page_facts(kiosk);
        break;
    case SCREEN_PIN:
        kiosk_draw_pin(kiosk);
        break;
    case SCREEN_ENDED:
        kiosk_draw_ended(kiosk);
        return;
    default:
        show_step(kiosk);
        break;
    }
    kiosk_draw_corner(kiosk);
    kiosk_ask_presence(kiosk);
}
