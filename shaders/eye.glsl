// An eye that looks along +z: a ball with a cornea before its iris, seen through the lids' opening. Sizes in mm: ball 12
// (Bekerman et al. 2014), cornea 7.8 (Gullstrand), iris 5.9, pupil 1.9; the iris lies 3 behind the cornea's front.
const float BALL_MM = 12.0, CORNEA_MM = 7.8, IRIS_MM = 5.9, PUPIL_MM = 1.9, LIMBUS_Z = 10.45, CORNEA_Z = 5.35, IRIS_Z = 10.1;

struct Eyeball {
    vec3 albedo;
    vec3 n;     // of what scatters light: ball or iris
    vec3 shine; // of the wet surface
    float open; // what the upper lid and its lashes leave of the light
};

// Where the sight line enters a sphere about `centre`; nearest to it when it misses.
vec3 enter_sphere(vec3 p, vec3 v, vec3 centre, float radius) {
    vec3 o = p - centre;
    float along = dot(o, v), square = along * along - dot(o, o) + radius * radius;
    return p - v * (along - sqrt(max(square, 0.0)));
}

// Veins run from the corners towards the iris and thin out.
float vein(vec3 on_ball, float mm_per_px) {
    float along = abs(on_ball.x), across = on_ball.y + 0.5 * sin(along * 1.7 + sign(on_ball.x)) + 0.25 * sin(along * 4.1);
    float lines = smoothstep(0.75, 1.0, sin(across * 5.5 + 1.3 * sin(along * 0.9)));
    return lines * smoothstep(5.5, 10.0, along) * saturate(0.3 / mm_per_px - 0.4) + 0.6 * smoothstep(2.0, -5.0, on_ball.y);
}

vec3 iris_albedo(vec2 at, float mm_per_px) {
    float r = length(at), angle = atan(at.y, at.x), soft = 0.25 + 0.7 * mm_per_px;
    float fibres = sin(angle * 29.0 + 3.0 * sin(angle * 7.0) + r) * (0.6 + 0.4 * sin(angle * 13.0 + 2.5 * r + 4.0 * sin(r)));
    vec3 c = mix(vec3(dot(u_iris.rgb, vec3(0.2126, 0.7152, 0.0722))), u_iris.rgb, 0.65) * (0.85 + 0.30 * fibres * saturate(0.3 / mm_per_px - 0.4));
    c *= mix(1.4, 1.0, smoothstep(2.2, 3.8, r)) * mix(1.1, 0.40, smoothstep(4.0, IRIS_MM + 0.4, r)); // collarette, limbal ring
    return mix(vec3(0.004), c, smoothstep(PUPIL_MM - soft, PUPIL_MM + soft, r));
}

Eyeball eyeball(vec3 pos, vec3 v, float mm_per_px) {
    vec3 p = pos - u_eye[pos.x > 0.0 ? 0 : 1].xyz;
    vec3 on_ball = enter_sphere(p, v, vec3(0.0), BALL_MM), n = normalize(on_ball);
    vec3 on_cornea = enter_sphere(p, v, vec3(0.0, 0.0, CORNEA_Z), CORNEA_MM);
    float inside = smoothstep(-0.45, 0.55, on_cornea.z - LIMBUS_Z);
    Eyeball eye;
    eye.shine = normalize(mix(n, (on_cornea - vec3(0.0, 0.0, CORNEA_Z)) / CORNEA_MM, inside));
    vec3 d = refract(-v, eye.shine, 1.0 / 1.336);
    vec3 at = on_cornea + d * ((IRIS_Z - on_cornea.z) / min(d.z, -0.1));
    vec3 white = mix(vec3(0.42, 0.36, 0.33), vec3(0.33, 0.18, 0.14), smoothstep(5.0, 11.0, abs(on_ball.x)));
    white *= 1.0 - vec3(0.02, 0.10, 0.11) * vein(on_ball, mm_per_px);
    eye.open = mix(0.28, 1.0, smoothstep(4.4, -0.8, on_ball.y)) * mix(0.55, 1.0, smoothstep(11.5, 7.5, abs(on_ball.x)));
    eye.albedo = mix(white, iris_albedo(at.xy, mm_per_px), inside) * eye.open;
    eye.n = normalize(mix(n, vec3(0.0, 0.0, 1.0), 0.7 * inside));
    return eye;
}

// Lamps mirrored in the wet surface: discs of their true size, no smaller than the pixel.
vec3 eye_lamps(Eyeball eye, vec3 v, float key_seen) {
    vec3 n = eye.shine, r = reflect(-v, n), sum = vec3(0.0);
    float k = 1.0 - max(dot(n, v), 0.0), k2 = k * k, fresnel = 0.025 + 0.975 * k2 * k2 * k;
    for (int i = 0; i < 3; ++i) {
        float angle = sqrt(max(2.0 - 2.0 * dot(r, u_light_dir[i].xyz), 0.0)), edge = 0.1 * u_light_dir[i].w + 0.7 * fwidth(angle) + 0.01;
        float size = max(0.45 * u_light_dir[i].w, edge);
        float disc = 1.0 - smoothstep(size - edge, size + edge, angle);
        sum += u_light_rgb[i].rgb * (disc * fresnel / (size * size) * (i == 0 ? mix(0.4, 1.0, key_seen) : 0.5));
    }
    return sum * mix(0.3, 1.0, eye.open);
}
