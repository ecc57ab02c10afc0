// What the halo of pigment and hair roots leaves of the light that wanders through the skin, from what it leaves of green: red
// wanders farther and deeper and meets them more often, blue less. Skin2 of domain.md 6.3 with shafts of hair in it (dots.vert)
// keeps 0.52, 0.72, 0.80 of red, green, blue, exponents 2.0, 1, 0.67 over many mm; near a dot less of it shows.
vec3 pigment_leaves(float green) {
    float half_of = sqrt(green), quarter = sqrt(half_of);
    return vec3(green * quarter, green, sqrt(green * half_of * quarter)); // 1.25, 1, 0.875
}
