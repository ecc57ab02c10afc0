/* delight - a photo is skin times the light of its room: find the light, leave the skin.
 *
 * In logarithms a node's colour in photo k is albedo(node) + light_k(normal, hollow). The light of each photo
 * is a second-order polynomial of the (smoothed) normal, the log of spherical-harmonic lighting (Ramamoorthi
 * & Hanrahan 2001), plus two terms of hollowness that stand for the shade of eye sockets, nostrils and the
 * neck. All photos are solved together; albedo is free at every node but drawn to one tone (robustly, so that
 * lips, brows and beard do not bend the light). Highlights are found as light that is whiter than the skin
 * and taken out first. What it does NOT do: cast shadows, fine relief (SKINPROJECT_LOW_MM and below stays in
 * the skin).
 */
#pragma once
#include "skinproject.h"

typedef struct Delight {
    int photo_count;
    float (*light[CASE_PHOTOS])[3]; /* per node, log; mean about 0 over the nodes that are seen */
    float (*clean[CASE_PHOTOS])[3]; /* per node, log: view.low without highlights */
    float (*albedo)[3];             /* per node, log, where seen > 0 */
    float *seen;                    /* per node: best weight over the photos */
    float tone[3];                  /* log: the head's typical albedo */
} Delight;

bool delight_solve(const SkinSurface *surface, const SkinView *view, int photo_count, Arena *arena,
                   Arena *scratch, Delight *out, Err *err);
