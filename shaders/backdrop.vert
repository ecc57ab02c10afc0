// The wall, without the bust's shadow, as a grid of 32 x 18 cells over the viewport, its colour at the corners: so smooth that more would not show.
#include "frame.glsl"
#include "background.glsl"
out vec4 v_colour;
void main() {
    int cell = gl_VertexID / 6, corner = gl_VertexID - cell * 6;
    corner = corner < 3 ? corner : 6 - corner; // 0 1 2, 3 2 1
    vec2 at = vec2(cell % 32 + (corner & 1), cell / 32 + (corner >> 1)) / vec2(32.0, 18.0);
    v_colour = wall_colour(at * u_crop.zw - u_crop.xy);
    gl_Position = vec4(at * 2.0 - 1.0, 0.0, 1.0);
}
