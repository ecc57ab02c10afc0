// The curve of a long hair, src/strands.c in GLSL: both are one formula, held against each other by tests/gl/test_strand.c.
const float HEAD_RADIUS_MM = 92.0;

struct Strand {
    vec3 root, normal, tangent;
    float sine;     // of its lean
    float lift;     // a mm squared: keeps it out of the head
    float droop_mm; // strands_droop_mm of the longest hair
    float curl, phase;
    vec3 up; // of the room
};

void strand_frame(vec3 n, vec3 d, out vec3 tangent, out float sine) {
    sine = clamp(dot(d, n), 0.05, 0.98);
    tangent = d - n * dot(d, n);
    float len = length(tangent);
    tangent = len > 1e-3 ? tangent / len : normalize(cross(n, vec3(1.0, 0.0, 0.0)));
}

// Radius (mm) and turn (rad a mm of hair) of its coil: straight, wavy, curly, coily.
vec2 strand_coil(float curl) {
    vec2 a = mix(vec2(0.0, 0.12), vec2(1.8, 0.20), saturate(curl));
    vec2 b = mix(a, vec2(3.0, 0.27), saturate(curl - 1.0));
    return mix(b, vec2(1.7, 0.55), saturate(curl - 2.0));
}

// Point at arc length s; height over the skin saturates at the droop length; lift keeps it out of a head that is wider on its
// way than the sphere; a coil takes its share of the length.
vec3 strand_point(Strand strand, float way) {
    vec3 n = strand.normal, tangent = strand.tangent;
    float sine = strand.sine, droop = strand.droop_mm;
    vec2 coil = strand_coil(strand.curl);
    float s = way * sqrt(1.0 - pow2(coil.x * coil.y));
    float height = droop * (1.0 - exp(-s * sine / droop));
    float along = max(s - height * sine, 0.0) * mix(sqrt(1.0 - sine * sine), 1.0, saturate(s / (3.0 * droop)));
    vec3 down = -strand.up + n * dot(n, strand.up);
    vec3 t = normalize(tangent + down * smoothstep(15.0, 90.0, s) * 1.5 + 1e-4);
    // Along the sphere until it points as far down as it can; from there it hangs.
    float a = min(along / HEAD_RADIUS_MM, max(atan(dot(n, strand.up), -dot(t, strand.up)), 0.13));
    vec3 ahead = t * cos(a) - n * sin(a), side = cross(n, t);
    float wave = coil.x * saturate(s / 8.0), turn = strand.phase + way * coil.y;
    vec3 p = strand.root + t * (sin(a) * HEAD_RADIUS_MM) - n * ((1.0 - cos(a)) * HEAD_RADIUS_MM) + ahead * (along - a * HEAD_RADIUS_MM);
    vec3 up = n * cos(a) + t * sin(a);
    return p + up * (height + strand.lift * s * s / (1.0 + s * s / 3600.0) + wave * (1.0 + cos(turn))) + side * (wave * sin(turn));
}
