// The last step. SMOOTH 0: averaged samples, linear premultiplied, to encoded straight alpha. SMOOTH 1: an encoded picture
// whose outlines (steps of depth) are blended along their direction (the short form of Lottes 2009).
#include "frame.glsl"
#include "maths.glsl"
uniform sampler2D t_picture;
uniform sampler2D t_light; // a: depth from the head's centre in mm
layout(location = 0) out vec4 o_colour;

#if SMOOTH
const float STEP_MM = 5.0;
vec4 premultiplied(vec2 uv) {
    vec4 c = textureLod(t_picture, uv, 0.0);
    return vec4(c.rgb * c.a, c.a);
}
float luma(vec4 c) { return dot(c.rgb, vec3(0.299, 0.587, 0.114)) + 0.3 * c.a; }
#endif

void main() {
    vec2 at = gl_FragCoord.xy - u_viewport.zw;
    ivec2 p = ivec2(at), top = ivec2(u_viewport.xy) - 1;
#if SMOOTH
    ivec2 px0 = max(p - 1, ivec2(0)), px1 = min(p + 1, top);
    float z = texelFetch(t_light, p, 0).a;
    vec4 around = vec4(texelFetch(t_light, px0, 0).a, texelFetch(t_light, px1, 0).a,
                       texelFetch(t_light, ivec2(px0.x, px1.y), 0).a, texelFetch(t_light, ivec2(px1.x, px0.y), 0).a);
    vec4 apart = abs(around - z);
    float step_mm = max(max(apart.x, apart.y), max(apart.z, apart.w));
    o_colour = texelFetch(t_picture, p, 0);
    int outlines = step_mm > STEP_MM ? 1 : 0; // a loop, since a software rasteriser skips one that no pixel needs
    for (int i = 0; i < outlines; ++i) {
        vec2 size = vec2(textureSize(t_picture, 0)), uv = (vec2(p) + 0.5) / size;
        vec4 c = premultiplied(uv);
        vec4 nw = premultiplied(uv + vec2(-1, 1) / size), ne = premultiplied(uv + vec2(1, 1) / size),
             sw = premultiplied(uv + vec2(-1, -1) / size), se = premultiplied(uv + vec2(1, -1) / size);
        float lnw = luma(nw), lne = luma(ne), lsw = luma(sw), lse = luma(se), lc = luma(c);
        float lo = min(lc, min(min(lnw, lne), min(lsw, lse))), hi = max(lc, max(max(lnw, lne), max(lsw, lse)));
        vec2 dir = vec2((lsw + lse) - (lnw + lne), (lnw + lsw) - (lne + lse));
        float least = 1.0 / (min(abs(dir.x), abs(dir.y)) + max((lnw + lne + lsw + lse) * 0.03125, 0.0078125));
        dir = clamp(dir * least, vec2(-6.0), vec2(6.0)) / size;
        vec4 close = 0.5 * (premultiplied(uv - dir / 6.0) + premultiplied(uv + dir / 6.0));
        vec4 wide = 0.5 * close + 0.25 * (premultiplied(uv - dir * 0.5) + premultiplied(uv + dir * 0.5));
        float lw = luma(wide);
        c = lw < lo || lw > hi ? close : wide;
        o_colour = vec4(c.rgb / max(c.a, 1e-4), c.a);
    }
#else
    vec4 c = texelFetch(t_picture, p, 0) / u_flags.w; // samples added up
    o_colour = vec4(srgb_encode(c.rgb / max(c.a, 1e-4)), c.a);
#endif
}
