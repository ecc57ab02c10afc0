/* studiobrush - hair taken off or brought back by strokes on the head, over what the pattern of loss says. */
#include "../engine/language.h"
#include "studioparts.h"

#include <math.h>

static const float SPACING = 0.5f, SAME = 0.25f; /* of the brush's radius */

static float distance_mm(const LossStroke *a, const LossStroke *b) {
    return hypotf(a->s_mm - b->s_mm, a->l_mm - b->l_mm);
}

bool brush_add(LossSettings *loss, const LossStroke *dab) {
    for (int i = loss->stroke_count - 1; i >= 0; --i) { /* over an equal one: nothing new */
        const LossStroke *old = &loss->stroke[i];
        if (distance_mm(old, dab) > SAME * dab->radius_mm) continue;
        if (old->amount == dab->amount && old->radius_mm == dab->radius_mm) return true;
        break;
    }
    if (loss->stroke_count == LOSS_STROKES) return false;
    loss->stroke[loss->stroke_count++] = *dab;
    return true;
}

int brush_line(LossSettings *loss, const LossStroke *from, const LossStroke *to) {
    const float step = SPACING * to->radius_mm;
    const int count = (int)(distance_mm(from, to) / step);
    for (int i = 1; i <= count; ++i) {
        const float t = (float)i * step / distance_mm(from, to);
        LossStroke dab = *to;
        dab.s_mm = from->s_mm + (to->s_mm - from->s_mm) * t;
        dab.l_mm = from->l_mm + (to->l_mm - from->l_mm) * t;
        if (!brush_add(loss, &dab)) return -1;
    }
    return count;
}

static LossStroke dab_at(const Studio *studio, const HeadHit *hit) {
    return (LossStroke){hit->s_mm, hit->l_mm, studio->handles.brush_mm,
                        studio->handles.brush == BRUSH_ADD ? 1 : -1};
}

static void painted(Studio *studio, bool fits, const LossStroke *at) {
    if (!fits) {
        studio_say(studio, true, _("The brush is used up: clear its strokes, or use a larger one"));
        return;
    }
    studio->handles.last_dab = *at;
    studio_changed(studio);
}

bool studio_brush_press(Studio *studio, bool on_head, const HeadHit *hit) {
    if (!on_head || !hit->on_skin) return false;
    LossStroke dab = dab_at(studio, hit);
    studio->handles.painting = true;
    painted(studio, brush_add(&studio->scene.value.loss, &dab), &dab);
    return true;
}

void studio_brush_drag(Studio *studio, const HeadHit *hit) {
    LossStroke dab = dab_at(studio, hit);
    int added = brush_line(&studio->scene.value.loss, &studio->handles.last_dab, &dab);
    if (added != 0)
        painted(studio, added > 0,
                &studio->scene.value.loss.stroke[studio->scene.value.loss.stroke_count - 1]);
}

/* The brush's edge about the pointer, on the skin. */
void studio_draw_brush(Studio *studio) {
    enum { POINTS = 40 };
    StudioHandles *hands = &studio->handles;
    HeadHit hit;
    float ring[POINTS][2];
    if (studio->tab != TAB_TODAY || hands->brush == BRUSH_OFF || !studio->scene_ready) return;
    if (!studio_pick_head(studio, hands->pointer[0], hands->pointer[1], &hit) || !hit.on_skin) return;
    Camera camera;
    orbit_camera(&studio->motion.now, (int)studio->stage.w, (int)studio->stage.h, &camera);
    for (int i = 0; i < POINTS; ++i) {
        float angle = 6.2831853f * (float)i / POINTS, at[3];
        double px[2];
        scalp_point(&studio->scene.scalp, hit.s_mm + hands->brush_mm * cosf(angle),
                    hit.l_mm + hands->brush_mm * sinf(angle), at, NULL);
        camera_project(&camera, (double[]){(double)at[0], (double)at[1], (double)at[2]}, px);
        ring[i][0] = studio->stage.x + (float)px[0];
        ring[i][1] = studio->stage.y + (float)px[1];
    }
    ui_draw_layer(studio->ui, UI_LAYER_SCENE);
    ui_draw_polyline(studio->ui, (const float(*)[2])ring, POINTS, 4, 0x14110e70, true);
    ui_draw_polyline(studio->ui, (const float(*)[2])ring, POINTS, 2, 0xffffffff, true);
}

void studio_brush_tools(Studio *studio) {
    static const UiRange sizes = {3, 40, 12, 0, "mm", false};
    Ui *ui = studio->ui;
    StudioHandles *hands = &studio->handles;
    LossSettings *loss = &studio->scene.value.loss;
    const char *const kinds[] = {_("Off"), _("Take hair"), _("Add hair")};
    int brush = (int)hands->brush;
    double radius = (double)hands->brush_mm;
    if (ui_segmented(ui, ui_named(_("Hair brush"), "brush"), kinds, 3, &brush)) {
        hands->brush = (StudioBrush)brush;
        hands->placing = false;
    }
    if (hands->brush == BRUSH_OFF && loss->stroke_count == 0) return;
    if (ui_slider(ui, ui_named(_("Size of the brush"), "brush.size"), &radius, &sizes))
        hands->brush_mm = (float)radius;
    ui_disabled_begin(ui, loss->stroke_count == 0);
    if (ui_button(ui, ui_named(_("Clear all strokes"), "brush.clear"), UI_SECONDARY, -1, 0)) {
        loss->stroke_count = 0;
        studio_changed(studio);
        studio_commit(studio);
    }
    ui_disabled_end(ui);
}
