/* studiobrush - strokes on the head: hair taken off or brought back, over what the pattern of loss says; and
 * what is hair in the photos and what is skin, over what was found there. */
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

int brush_line(const LossStroke *from, const LossStroke *to, LossStroke *out, int most) {
    const float step = SPACING * to->radius_mm, length = distance_mm(from, to);
    int count = (int)(length / step);
    count = count > most ? most : count;
    for (int i = 0; i < count; ++i) {
        const float t = (float)(i + 1) * step / length;
        out[i] = *to;
        out[i].s_mm = from->s_mm + (to->s_mm - from->s_mm) * t;
        out[i].l_mm = from->l_mm + (to->l_mm - from->l_mm) * t;
    }
    return count;
}

static bool is_photo_brush(StudioBrush brush) {
    return brush == BRUSH_PHOTO_HAIR || brush == BRUSH_PHOTO_SKIN;
}

static bool add_dab(Studio *studio, const LossStroke *dab) {
    SkinSettings *skin = &studio->scene.value.skin;
    if (!is_photo_brush(studio->handles.brush)) return brush_add(&studio->scene.value.loss, dab);
    if (skin->stroke_count == SKIN_STROKES) return false;
    HeadSite site = scalp_site(&studio->scene.scalp, dab->s_mm, dab->l_mm);
    skin->stroke[skin->stroke_count++] = (SkinStroke){site.u, site.v, dab->radius_mm, dab->amount};
    return true;
}

static void paint(Studio *studio, const LossStroke *dabs, int count) {
    StudioHandles *hands = &studio->handles;
    for (int i = 0; i < count; ++i) {
        if (!add_dab(studio, &dabs[i])) {
            studio_say(studio, true, _("The brush is used up: clear its strokes, or use a larger one"));
            return;
        }
        hands->last_dab = dabs[i];
        studio->edit_pending = true;
    }
    ui_request_frames(studio->ui, 1);
    /* The photos' skin is made anew once the brush is lifted: that takes seconds. */
    if (count > 0 && !is_photo_brush(hands->brush)) studio_changed(studio);
}

static LossStroke dab_at(const Studio *studio, const HeadHit *hit) {
    const StudioBrush brush = studio->handles.brush;
    return (LossStroke){hit->s_mm, hit->l_mm, studio->handles.brush_mm,
                        brush == BRUSH_ADD || brush == BRUSH_PHOTO_HAIR ? 1 : -1};
}

bool studio_brush_press(Studio *studio, bool on_head, const HeadHit *hit) {
    if (!on_head || !hit->on_skin) return false;
    LossStroke dab = dab_at(studio, hit);
    studio->handles.painting = true;
    paint(studio, &dab, 1);
    return true;
}

void studio_brush_drag(Studio *studio, const HeadHit *hit) {
    enum { A_MOVE = 64 };
    LossStroke to = dab_at(studio, hit), dabs[A_MOVE];
    paint(studio, dabs, brush_line(&studio->handles.last_dab, &to, dabs, A_MOVE));
}

/* Where the photo brush has been: rings of its size, filled where it says hair. */
static void draw_photo_dabs(Studio *studio, const Camera *camera) {
    const Scene *scene = &studio->scene;
    const SkinSettings *skin = &scene->value.skin;
    for (int i = 0; i < skin->stroke_count; ++i) {
        const SkinStroke *dab = &skin->stroke[i];
        float at[3];
        double px[2];
        scalp_point_at(&scene->scalp, dab->u, dab->v, at, NULL);
        if (!headpick_sees(&studio->handles.pick, camera, at)) continue;
        double depth = camera_project(camera, (double[]){(double)at[0], (double)at[1], (double)at[2]}, px);
        float x = studio->stage.x + (float)px[0], y = studio->stage.y + (float)px[1];
        float radius = dab->radius_mm * (float)(camera->fx / depth) / ui_scale(studio->ui);
        if (dab->amount > 0) ui_draw_circle(studio->ui, x, y, radius, 0x3fb6aa30, 0);
        ui_draw_circle(studio->ui, x, y, radius, dab->amount > 0 ? 0x3fb6aaa0 : 0xffffffa0, 1);
    }
}

/* The brush's edge about the pointer, on the skin. */
void studio_draw_brush(Studio *studio) {
    enum { POINTS = 40 };
    StudioHandles *hands = &studio->handles;
    HeadHit hit;
    float ring[POINTS][2];
    if (studio->tab != TAB_TODAY || hands->brush == BRUSH_OFF || !studio->scene_ready) return;
    Camera camera;
    orbit_camera(&studio->motion.now, (int)studio->stage.w, (int)studio->stage.h, &camera);
    ui_draw_layer(studio->ui, UI_LAYER_SCENE);
    if (is_photo_brush(hands->brush)) draw_photo_dabs(studio, &camera);
    if (!studio_pick_head(studio, hands->pointer[0], hands->pointer[1], &hit) || !hit.on_skin) return;
    for (int i = 0; i < POINTS; ++i) {
        float angle = 6.2831853f * (float)i / POINTS, at[3];
        double px[2];
        scalp_point(&studio->scene.scalp, hit.s_mm + hands->brush_mm * cosf(angle),
                    hit.l_mm + hands->brush_mm * sinf(angle), at, NULL);
        camera_project(&camera, (double[]){(double)at[0], (double)at[1], (double)at[2]}, px);
        ring[i][0] = studio->stage.x + (float)px[0];
        ring[i][1] = studio->stage.y + (float)px[1];
    }
    ui_draw_polyline(studio->ui, (const float(*)[2])ring, POINTS, 4, 0x14110e70, true);
    ui_draw_polyline(studio->ui, (const float(*)[2])ring, POINTS, 2, 0xffffffff, true);
}

static void clear_button(Studio *studio, const char *name, int *count) {
    ui_disabled_begin(studio->ui, *count == 0);
    if (ui_button(studio->ui, ui_named(_("Clear all strokes"), name), UI_SECONDARY, -1, 0)) {
        *count = 0;
        studio_changed(studio);
        studio_commit(studio);
    }
    ui_disabled_end(studio->ui);
}

/* Three choices: off and two of the brushes. */
static void choose_brush(Studio *studio, const char *label, const char *const items[3], StudioBrush first) {
    StudioHandles *hands = &studio->handles;
    int chosen = hands->brush == first ? 1 : hands->brush == first + 1 ? 2 : 0;
    if (!ui_segmented(studio->ui, label, items, 3, &chosen)) return;
    hands->brush = chosen == 0 ? BRUSH_OFF : (StudioBrush)((int)first + chosen - 1);
    hands->placing = false;
}

static bool has_photo_skin(const Case *value) {
    for (int i = 0; i < CASE_PHOTOS; ++i)
        if (value->photo[i].used && !value->skin_path[0]) return true;
    return false;
}

void studio_brush_tools(Studio *studio) {
    static const UiRange sizes = {3, 40, 12, 0, "mm", false};
    Ui *ui = studio->ui;
    StudioHandles *hands = &studio->handles;
    Case *value = &studio->scene.value;
    double radius = (double)hands->brush_mm;
    choose_brush(studio, ui_named(_("Hair brush"), "brush"),
                 (const char *const[]){_("Off"), _("Take hair"), _("Add hair")}, BRUSH_TAKE);
    if (hands->brush == BRUSH_TAKE || hands->brush == BRUSH_ADD || value->loss.stroke_count > 0)
        clear_button(studio, "brush.clear", &value->loss.stroke_count);
    if (has_photo_skin(value)) {
        choose_brush(studio, ui_named(_("What the photos show here"), "photo_brush"),
                     (const char *const[]){_("Off"), _("Is hair"), _("Is skin")}, BRUSH_PHOTO_HAIR);
        if (is_photo_brush(hands->brush) || value->skin.stroke_count > 0)
            clear_button(studio, "photo_brush.clear", &value->skin.stroke_count);
    }
    if (hands->brush != BRUSH_OFF &&
        ui_slider(ui, ui_named(_("Size of the brush"), "brush.size"), &radius, &sizes))
        hands->brush_mm = (float)radius;
}
