/* clientwindow - the client's screen: the head alone, as large as the window, seen as the practitioner sees
 * it.
 *
 * Never a panel, a name or a photo. It is drawn when the practitioner's picture is, a draft at half the size
 * while something moves.
 */
#include "../engine/language.h"
#include "studioparts.h"

void studio_client_toggle(Studio *studio) {
    Err err = {0};
    ClientWindow *client = &studio->client;
    if (platform_second_open(studio->platform)) {
        studio_client_close(studio);
    } else if (platform_open_second(studio->platform, _("Stipple: the client's screen"), true, &err)) {
        stage_init(&client->full, studio->gpu, studio->view);
        stage_init(&client->half, studio->gpu, studio->view);
        client->stale = true;
    } else {
        studio_say(studio, true, "%s", err.text);
    }
    ui_request_frames(studio->ui, 2);
}

void studio_client_close(Studio *studio) {
    ClientWindow *client = &studio->client;
    if (!studio->platform || !platform_second_open(studio->platform)) return;
    platform_close_second(studio->platform);
    platform_show(studio->platform); /* the keyboard comes back */
    gpu_target_destroy(studio->gpu, client->full.target);
    gpu_target_destroy(studio->gpu, client->half.target);
    *client = (ClientWindow){0};
}

bool studio_client_waits(const Studio *studio) {
    return platform_second_open(studio->platform) && (studio->client.stale || studio->client.draft) &&
           !studio_panes_wait(studio);
}

/* While another client's head is built. */
static void draw_nobody(Studio *studio, int width, int height) {
    uint32_t paper = ui_colour(studio->ui, UI_COLOUR_BACKGROUND);
    GpuPassDesc pass = {.window_width = width, .window_height = height, .colour_load = {GPU_CLEAR}};
    for (int c = 0; c < 4; ++c) pass.clear_rgba[0][c] = (float)(paper >> (24 - 8 * c) & 255) / 255;
    platform_make_current(studio->platform, 1);
    gpu_pass_begin(studio->gpu, &pass);
    gpu_pass_end(studio->gpu);
    platform_swap(studio->platform, 1);
    platform_make_current(studio->platform, 0);
}

void studio_client_draw(Studio *studio) {
    ClientWindow *client = &studio->client;
    int width, height;
    if (!platform_second_open(studio->platform) || !studio->scene_ready || studio->job.running ||
        studio_panes_wait(studio))
        return;
    bool draft = studio_in_motion(studio);
    if (!client->stale && !(client->draft && !draft)) return;
    client->stale = false;
    client->draft = draft;
    platform_size(studio->platform, 1, &width, &height);
    if (studio->another) {
        draw_nobody(studio, width, height);
        return;
    }
    Stage *stage = draft ? &client->half : &client->full;
    if (width < 2 || height < 2 || !stage_fit(stage, width / (draft ? 2 : 1), height / (draft ? 2 : 1)))
        return;
    stage->pace = (Pace){0}; /* the half is small enough */
    studio_draw_head(studio, stage, draft);
    platform_make_current(studio->platform, 1);
    gpu_blit(studio->gpu, stage->target, 0, (GpuTarget){0}, width, height, GPU_LINEAR);
    platform_swap(studio->platform, 1);
    platform_make_current(studio->platform, 0);
}

bool studio_client_event(Studio *studio, const PlatformEvent *event) {
    if (event->window != 1) return false;
    bool escape = event->kind == EVENT_KEY_DOWN && event->key == KEY_ESCAPE;
    if (event->kind == EVENT_CLOSE_WINDOW || escape) studio_client_close(studio);
    if (event->kind == EVENT_RESIZE || event->kind == EVENT_EXPOSE) studio->client.stale = true;
    if (event->kind == EVENT_KEY_DOWN && !escape)
        studio_key(studio, event); /* the keyboard is the practitioner's */
    ui_request_frames(studio->ui, 1);
    return true;
}
