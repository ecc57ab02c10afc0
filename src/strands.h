/* strands - the curve that a hair takes over the head.
 *
 * A strand leaves the skin at its lean, droops until it lies at a height that grows with its length, follows
 * a sphere of the mean head's radius, hangs from where it points down, and curls about its own path. Where
 * this head is wider than that sphere on its way, a lift that grows with the square of the way keeps it out:
 * one number a strand, found once a head. strands_point is the C form of shaders/strand.glsl's strand_point;
 * tests/gl/test_strand.c holds the two together. Pure.
 */
#pragma once
#include "hair.h"

enum { STRANDS_LONGEST_MM = 120 };

/* Of wavy, curly and coily hair (assumptions): coily hair lies in 0.35 of its length. */
typedef struct StrandCoil {
    float radius_mm, turn_rad_mm; /* a mm of hair */
} StrandCoil;
StrandCoil strands_coil(float curl);

/* Height over the skin that a strand droops to: longer hair lies higher on the hair below it. */
float strands_droop_mm(float length_mm);
/* Place at arc length s_mm of a strand of length_mm. curl: HairSettings.curl; phase_rad: the strand's own. */
void strands_point(const HairSite *site, float s_mm, float length_mm, float curl, float phase_rad,
                   float out_mm[3]);

/* Distance of the skin from a point in the head's middle, by direction. */
enum { STRANDS_RADIUS_SIDE = 96 };
typedef struct StrandsRadius {
    float centre_mm[3];
    float radius_mm[STRANDS_RADIUS_SIDE * STRANDS_RADIUS_SIDE];
} StrandsRadius;
void strands_radius_build(const Scalp *scalp, StrandsRadius *out);
/* The least HairSite.lift_per_mm that keeps the strand outside of the head at every length. `beside`: NULL,
 * or a hair of the same unit, lifted already, which this one follows for its first 50 mm. */
float strands_lift(const StrandsRadius *radius, const HairSite *site, const HairSite *beside);
