/* kioskoverlays - what lies over the head: stories, the wipe, the corner; and the PIN, "are you there", the
 * end. */
#include "kioskparts.h"

#include <math.h>
#include <string.h>

static const uint32_t WHITE = 0xffffffff, SHADE = 0x000000a8;

/* ---- shared ---- */

static void draw_logo(Kiosk *kiosk, float x, float y, uint32_t ink) {
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui), height = 46 * s;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    if (!gpu_texture_ok(kiosk->gpu, kiosk->logo) || kiosk->logo_height == 0) {
        ui_draw_text(ui, UI_HEADING, x, y, 0, 0, ink, kiosk->config->clinic);
        return;
    }
    float width = height * (float)kiosk->logo_width / (float)kiosk->logo_height;
    ui_draw_image(ui, kiosk->logo, (UiRect){x, y, width, height}, (const float[4]){0, 0, 1, 1}, false);
}

/* A label in a pill; anchor_x as in ui_draw_text. Returns its width. */
static float draw_pill(Kiosk *kiosk, float x, float y, float anchor_x, const char *text, uint32_t ink,
                       uint32_t paper) {
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui), w, h;
    ui_text_size(ui, UI_SMALL, text, &w, &h);
    float width = w + 28 * s, height = h + 16 * s, left = x - anchor_x * width;
    ui_draw_rect(ui, (UiRect){left, y, width, height}, paper, height / 2 / s, 0);
    ui_draw_text(ui, UI_SMALL, left + width / 2, y + height / 2, 0.5f, 0.5f, ink, text);
    return width;
}

/* Today at the left of the line, the simulation at its right; none where an edge would cut it. */
static void draw_wipe_labels(Kiosk *kiosk, float x, float y, float gap) {
    const UiRect *p = &kiosk->picture;
    float room = 0.15f * p->w + gap;
    if (x > p->x + room) draw_pill(kiosk, x - gap, y, 1, kiosk_say(kiosk, "label.before"), WHITE, SHADE);
    if (x < p->x + p->w - room)
        draw_pill(kiosk, x + gap, y, 0, kiosk_say(kiosk, "label.after"), WHITE, SHADE);
}

static void draw_note(Kiosk *kiosk) {
    const UiRect *p = &kiosk->picture;
    float y = p->y + p->h - 48 * ui_scale(kiosk->ui);
    draw_pill(kiosk, p->x + p->w / 2, y, 0.5f, kiosk_say(kiosk, "label.note"), WHITE, SHADE);
}

/* ---- attract ---- */

/* The words of the story, broken into lines no wider than `width`, from y down. */
static float draw_wrapped(Kiosk *kiosk, UiText style, float x, float y, float width, uint32_t ink,
                          const char *text) {
    Ui *ui = kiosk->ui;
    char line[512] = "";
    float w, h;
    ui_text_size(ui, style, "Ag", &w, &h);
    while (*text) {
        size_t word = strcspn(text, " "), used = strlen(line);
        char longer[1024];
        snprintf(longer, sizeof longer, "%s%s%.*s", line, used ? " " : "", (int)(word < 300 ? word : 300),
                 text);
        ui_text_size(ui, style, longer, &w, &h);
        if (w > width && used) {
            ui_draw_text(ui, style, x, y, 0, 0, ink, line);
            y += h * 1.18f;
            line[0] = 0;
            continue;
        }
        snprintf(line, sizeof line, "%.500s", longer);
        text += word;
        text += strspn(text, " ");
    }
    ui_draw_text(ui, style, x, y, 0, 0, ink, line);
    return y + h * 1.18f;
}

static void draw_story_marks(Kiosk *kiosk, float x, float y, float width) {
    Ui *ui = kiosk->ui;
    float s = ui_scale(ui), gap = 8 * s, w = (width - gap * (KIOSK_STORIES - 1)) / KIOSK_STORIES;
    for (int i = 0; i < KIOSK_STORIES; ++i) {
        UiRect bar = {x + (w + gap) * (float)i, y, w, 5 * s};
        ui_draw_rect(ui, bar, ui_colour(ui, UI_COLOUR_LINE), 2.5f, 0);
        float now = kiosk->config->reduced_motion ? 1 : (float)kiosk->story.share;
        float share = i < kiosk->story.index ? 1 : i == kiosk->story.index ? now : 0;
        if (share <= 0) continue;
        bar.w = fmaxf(bar.w * share, bar.h);
        ui_draw_rect(ui, bar, ui_colour(ui, UI_COLOUR_ACCENT), 2.5f, 0);
    }
}

/* What the picture shows now: before and after, a length, a year. */
static void draw_story_labels(Kiosk *kiosk) {
    const KioskStory *story = &kiosk->story;
    const UiRect *p = &kiosk->picture;
    float s = ui_scale(kiosk->ui), y = p->y + p->h - 96 * s, x = p->x + p->w / 2;
    char words[64];
    if (story->tale == TALE_LENGTH) {
        snprintf(words, sizeof words, "length.%d", story->length);
        draw_pill(kiosk, x, y, 0.5f, kiosk_say(kiosk, words), WHITE, SHADE);
    } else if (story->tale == TALE_YEARS) {
        int years = (int)(story->years + 0.5);
        kiosk_say_number(kiosk, "label.years", years, words, sizeof words);
        draw_pill(kiosk, x, y, 0.5f, years ? words : kiosk_say(kiosk, "label.fresh"), WHITE, SHADE);
    } else if (story->wipe > 0.02f && story->wipe < 0.98f) {
        x = p->x + story->wipe * p->w;
        ui_draw_line(kiosk->ui, x, p->y, x, y + 36 * s, 2, 0xffffffb0); /* the note stands below */
        draw_wipe_labels(kiosk, x, y, 14 * s);
    } else {
        draw_pill(kiosk, x, y, 0.5f, kiosk_say(kiosk, story->wipe >= 0.98f ? "label.before" : "label.after"),
                  WHITE, SHADE);
    }
}

/* Words and the button, beside the head or below it. */
static void draw_story_card(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char id[48];
    float s = ui_scale(ui), margin = (kiosk->portrait ? 56 : 40) * s;
    UiRect page = kiosk->page;
    float x = page.x + margin, y = page.y + margin, w = page.w - 2 * margin, bh = 96 * s;
    uint32_t ink = ui_colour(ui, UI_COLOUR_TEXT);
    ui_draw_rect(ui, page, ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
    draw_logo(kiosk, x, y, ink);
    if (!kiosk->portrait)
        y = page.y + 0.30f * page.h;
    else
        y += 84 * s;
    draw_story_marks(kiosk, x, y, w);
    y += 34 * s;
    snprintf(id, sizeof id, "story.%s.title", kiosk_story_id(kiosk->story.index));
    y = draw_wrapped(kiosk, UI_DISPLAY, x, y, w, ink, kiosk_say(kiosk, id)) + 12 * s;
    snprintf(id, sizeof id, "story.%s.fact", kiosk_story_id(kiosk->story.index));
    draw_wrapped(kiosk, UI_HEADING, x, y, w, ui_colour(ui, UI_COLOUR_MUTED), kiosk_say(kiosk, id));
    /* The button is a picture of one: a touch anywhere starts. */
    UiRect button = {x, page.y + page.h - margin - bh, w, bh};
    ui_draw_rect(ui, button, ui_colour(ui, UI_COLOUR_ACCENT), 16, 0);
    ui_draw_text(ui, UI_TITLE, button.x + w / 2, button.y + bh / 2, 0.5f, 0.5f,
                 ui_colour(ui, UI_COLOUR_ON_ACCENT), kiosk_say(kiosk, "attract.start"));
}

void kiosk_draw_attract(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    const UiRect *p = &kiosk->picture;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    uint32_t veil = (ui_colour(ui, UI_COLOUR_BACKGROUND) & ~255u) | (uint32_t)(kiosk->veil * 255 + 0.5f);
    if (kiosk->veil > 0) ui_draw_rect(ui, *p, veil, 0, 0);
    if (kiosk->veil < 0.5f) {
        draw_story_labels(kiosk);
        draw_note(kiosk);
    }
    draw_story_card(kiosk);
}

/* ---- the result ---- */

void kiosk_draw_result(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    const UiRect *p = &kiosk->picture;
    float s = ui_scale(ui), x = p->x + kiosk->wipe * p->w, y = p->y + p->h - 108 * s;
    UiDrag drag = ui_handle(ui, "wipe", x, y, 52);
    if (drag.double_clicked) {
        kiosk->wipe = 0.5f;
        kiosk->stage.stale = true;
    }
    kiosk->wipe_held = drag.active;
    if (drag.active && fabsf(drag.dx_px) > 0) {
        kiosk->wipe = fminf(0.96f, fmaxf(0.04f, kiosk->wipe + drag.dx_px / p->w));
        kiosk->stage.stale = true;
    }
    x = p->x + kiosk->wipe * p->w;
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_line(ui, x, p->y, x, y, 2.5f, WHITE); /* the note stands below */
    ui_draw_circle(ui, x, y, 46, 0x00000038, 0);
    ui_draw_circle(ui, x, y, 44, WHITE, 0);
    uint32_t accent = ui_theme_colour(UI_LIGHT, UI_COLOUR_ACCENT);
    for (int side = -1; side <= 1; side += 2) {
        float f = (float)side;
        const float arrow[3][2] = {
            {x + f * 12 * s, y - 11 * s}, {x + f * 23 * s, y}, {x + f * 12 * s, y + 11 * s}};
        ui_draw_polyline(ui, arrow, 3, 3.5f, accent, false);
    }
    draw_wipe_labels(kiosk, x, y - 18 * s, 58 * s);
    draw_note(kiosk);
}

/* ---- the corner of every step ---- */

static void change_language(Kiosk *kiosk) {
    for (int i = 1; i <= KIOSK_LANGUAGES; ++i) {
        KioskLanguage next = (KioskLanguage)(((int)kiosk->language + i) % KIOSK_LANGUAGES);
        if (!kiosk->config->offered[next]) continue;
        kiosk->language = next;
        break;
    }
    ui_request_frames(kiosk->ui, 3);
}

static bool shows_brand(KioskScreen screen) {
    return screen != SCREEN_PIN && screen != SCREEN_CAMERA && screen != SCREEN_REVIEW;
}

void kiosk_draw_corner(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char label[96];
    float s = ui_scale(ui), width = 200 * s;
    const UiRect *p = &kiosk->picture;
    bool two = kiosk->config->offered[KIOSK_ENGLISH] && kiosk->config->offered[KIOSK_SPANISH];
    if (kiosk->job.kind == JOB_REBUILD) {
        ui_draw_layer(ui, UI_LAYER_SCENE);
        draw_pill(kiosk, p->x + p->w / 2, p->y + p->h - 70 * s, 0.5f, kiosk_say(kiosk, "busy"), WHITE,
                  0x000000a0);
    }
    if (kiosk->screen == SCREEN_WHO && two) {
        UiRect place = {p->x + 24 * s, p->y + p->h - 112 * s, width, 88 * s}; /* beside the neck */
        if (kiosk->portrait) place.x = p->x + p->w - width - 24 * s, place.y = p->y + 20 * s;
        ui_panel_begin(ui, "corner", place, UI_PANEL_PLAIN | UI_PANEL_NO_SCROLL);
        KioskLanguage other = kiosk->language == KIOSK_ENGLISH ? KIOSK_SPANISH : KIOSK_ENGLISH;
        snprintf(label, sizeof label, "%s##language", language_names[other]);
        if (ui_button(ui, label, UI_SECONDARY, -1, 0)) change_language(kiosk);
        ui_panel_end(ui);
    }
    if (kiosk->portrait && shows_brand(kiosk->screen))
        draw_logo(kiosk, p->x + 44 * s, p->y + 40 * s, ui_colour(ui, UI_COLOUR_TEXT));
}

/* ---- the PIN ---- */

static void check_pin(Kiosk *kiosk) {
    bool right = kiosk_pin_matches(kiosk->config, kiosk->pin);
    explicit_bzero(kiosk->pin, sizeof kiosk->pin);
    kiosk->pin_wrong = !right;
    if (right) {
        kiosk->end = KIOSK_STAFF_EXIT;
        kiosk->quit = true;
        return;
    }
    kiosk_tell(kiosk, '!');
    if (++kiosk->pin_tries < KIOSK_PIN_TRIES) return;
    kiosk->pin_tries = 0;
    kiosk->locked_until_s = kiosk->now_s + KIOSK_PIN_LOCK_S;
}

static void press_key(Kiosk *kiosk, const char *key) {
    size_t length = strlen(kiosk->pin);
    if (key[0] >= '0' && key[0] <= '9') {
        if (length < KIOSK_PIN_MAX) {
            kiosk->pin[length] = key[0];
            kiosk->pin[length + 1] = 0;
        }
        kiosk->pin_wrong = false;
    } else if (key[0] == 'O') {
        if (length > 0) check_pin(kiosk);
    } else if (length > 0) {
        kiosk->pin[length - 1] = 0;
    }
}

void kiosk_draw_pin(Kiosk *kiosk) {
    static const char *const keys[12] = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "<", "0", "OK"};
    Ui *ui = kiosk->ui;
    char label[96];
    float s = ui_scale(ui), w = 460 * s, h = 690 * s;
    bool locked = kiosk->now_s < kiosk->locked_until_s;
    UiRect rect = {((float)kiosk->width - w) / 2, ((float)kiosk->height - h) / 2, w, h};
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_rect(ui, (UiRect){0, 0, (float)kiosk->width, (float)kiosk->height},
                 ui_colour(ui, UI_COLOUR_PANEL), 0, 0);
    ui_panel_begin(ui, "pin", rect, UI_PANEL_PLAIN | UI_PANEL_NO_SCROLL);
    ui_text(ui, UI_HEADING, "%s", kiosk_say(kiosk, "pin.title"));
    ui_text(ui, UI_MUTED, "%s",
            kiosk_say(kiosk, locked             ? "pin.locked"
                             : kiosk->pin_wrong ? "pin.wrong"
                                                : "pin.help"));
    UiRect dots = ui_reserve(ui, 0, 26);
    ui_draw_layer(ui, UI_LAYER_PANEL);
    for (size_t i = 0; i < strlen(kiosk->pin); ++i)
        ui_draw_circle(ui, dots.x + (12 + 30 * (float)i) * s, dots.y + dots.h / 2, 8,
                       ui_colour(ui, UI_COLOUR_TEXT), 0);
    ui_disabled_begin(ui, locked);
    for (int row = 0; row < 4; ++row) {
        ui_columns_begin(ui, 3);
        for (int i = 0; i < 3; ++i) {
            const char *key = keys[row * 3 + i];
            snprintf(label, sizeof label, "%s##pin.%s", key, key);
            if (ui_button(ui, label, UI_SECONDARY, -1, 0)) press_key(kiosk, key);
        }
        ui_columns_end(ui);
    }
    ui_disabled_end(ui);
    snprintf(label, sizeof label, "%s##pin.cancel", kiosk_say(kiosk, "pin.cancel"));
    if (ui_button(ui, label, UI_GHOST, -1, 0)) {
        explicit_bzero(kiosk->pin, sizeof kiosk->pin);
        kiosk->pin_wrong = false;
        kiosk_go(kiosk, kiosk->before_pin);
    }
    ui_panel_end(ui);
}

/* ---- presence and the end ---- */

void kiosk_ask_presence(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    char label[128], words[160];
    double left_s = kiosk_seconds_left(kiosk);
    if (left_s > kiosk->config->warning_s) return;
    snprintf(label, sizeof label, "%s##presence", kiosk_say(kiosk, "idle.title"));
    if (!ui_modal_begin(ui, label, 640)) return;
    kiosk_say_number(kiosk, "idle.body", (int)ceil(fmax(left_s, 0)), words, sizeof words);
    ui_text(ui, UI_BODY, "%s", words);
    ui_space(ui, 12);
    snprintf(label, sizeof label, "%s##idle.stay", kiosk_say(kiosk, "idle.stay"));
    if (ui_button(ui, label, UI_PRIMARY, -1, 0)) kiosk->touched_s = kiosk->now_s;
    snprintf(label, sizeof label, "%s##idle.leave", kiosk_say(kiosk, "idle.leave"));
    if (ui_button(ui, label, UI_SECONDARY, -1, 0)) kiosk_end_visit(kiosk);
    ui_modal_end(ui);
}

void kiosk_draw_ended(Kiosk *kiosk) {
    Ui *ui = kiosk->ui;
    float x = (float)kiosk->width / 2, y = (float)kiosk->height / 2, s = ui_scale(ui);
    ui_draw_layer(ui, UI_LAYER_SCENE);
    ui_draw_text(ui, UI_TITLE, x, y - 6 * s, 0.5f, 1, ui_colour(ui, UI_COLOUR_TEXT),
                 kiosk_say(kiosk, "ended.title"));
    ui_draw_text(ui, UI_BODY, x, y + 6 * s, 0.5f, 0, ui_colour(ui, UI_COLOUR_MUTED),
                 kiosk_say(kiosk, "ended.body"));
}
