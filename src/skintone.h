/* skintone - skin colour as practitioners and dermatologists speak of it: ITA, Fitzpatrick, and a colour from
 * both.
 *
 * ITA = atan((L* - 50) / b*) (domain.md 6.1), CIE Lab of D65 from linear sRGB.
 */
#pragma once

void skintone_lab_from_linear(const float rgb_lin[3], float lab[3]);
float skintone_ita_deg(const float rgb_lin[3]);
/* 1..6 by the cut-offs 55, 41, 28, 10, -30 degrees; a usual pairing, not a diagnosis. */
int skintone_fitzpatrick(float ita_deg);
/* The tone of domain.md 6.1's table at this ITA (interpolated), linear sRGB. */
void skintone_from_ita(float ita_deg, float rgb_lin[3]);
/* Relative to skin of this ITA: how blood and melanin change it (domain.md 6.2), as natural logs of the
 * reflectance. blood: share of blood volume above the usual 0.2 % as a factor - 1; melanin: change of the
 * melanin fraction. */
void skintone_shift(float ita_deg, float blood, float melanin, float log_rgb[3]);
