// The frame's constants, one std140 block (C mirror: FrameBlock in src/viewpasses.h).
// Spaces: head space in mm (+x left ear, +y up, +z face); camera space in mm, OpenCV axes (x right, y down, z forward);
// clip space of GL. Colours are linear light.
layout(std140) uniform Frame {
    mat4 u_clip_from_head;
    mat4 u_camera_from_head;
    mat4 u_shadow_from_head; // to [0,1]^3
    vec4 u_camera_mm;        // camera centre in head space; w: focal length in px
    vec4 u_viewport;         // what is drawn: width, height in px; its origin in the target (from the bottom)
    vec4 u_crop;             // where that lies in the whole frame, px from the bottom; the whole frame's size
    vec4 u_light_dir[3];     // key, fill, rim: towards the light; w: tangent of its angular radius
    vec4 u_light_rgb[3];     // radiance of a white surface facing it; the key's w: reach of its penumbra in the shadow map
    vec4 u_sh[9];            // diffuse environment, L2
    vec4 u_sky, u_horizon, u_ground; // environment seen in reflections
    vec4 u_up;               // head-space up of the room; w: exposure
    vec4 u_skin;             // gloss 0..1, relief 0..1, mm a pixel at the head's centre, mip bias
    vec4 u_shadow;           // texel (1/size), receiver bias mm, mm of depth range, strength
    vec4 u_hair;             // length mm, shadow of hair on skin, curl, share drawn
    vec4 u_hair_more;        // segments a strand, widening, droop length mm, camera's centre column px
    vec4 u_centre;           // head's centre in head space; w: its depth in camera space
    vec4 u_ground_px;        // contact shadow: centre x, y in px, and 1 / radii
    vec4 u_background[2];    // centre and edge colour, encoded; w: 1 opaque, 0 transparent; shadow's strength
    vec4 u_flags;            // unlit, layer, transmittance only, samples
    vec4 u_eye[2];           // centres of the left and right eyeball
    vec4 u_iris;             // reflectance of the irises
    vec4 u_cut;              // the plane where the neck ends: unit normal upwards, shift in mm
};
