"""Stage 8: head.bin without its last block, which tool_headgradients appends. src/headmodel.c reads it.

Little-endian: header (magic "STHD", version, counts), the modes' knots in u and v (float32), the cosine at which the
neck ends and |v| at which the ears begin; then every net as one float32 scale and int16 coordinates in units of it,
the skin's on the left half only (v >= 0): the mean, the modes, the left ear's mean, its centre (float32), the ear's
modes; then (u, v) of the landmarks, the atlas's net (float32), and (uint32 part, u, v) of the sites.
"""
import struct

import numpy as np

from atlas import ATLAS_NET, find_atlas
from modes import ASYMMETRIC, SYMMETRIC
from sites import LANDMARKS, find_landmarks, find_sites, neck_cosine
from surface import EAR_S, EAR_U, MODE_U, MODE_V, REFINE


def floats(values):
    return np.array(values, "<f4").tobytes()


def quantised(net):
    """Scale, then int16: an error of at most a 65,000th of the greatest coordinate."""
    scale = np.abs(net).max() / 32767.
    return struct.pack("<f", scale) + np.round(net / scale).astype("<i2").tobytes()


def left_half(net):
    """The control points of v >= 0."""
    return net[:, net.shape[1] - (net.shape[1] + 1) // 2:]


def write_head(path, folder, heads, sheet, surface, mean, ear_v):
    landmarks = find_landmarks(folder, heads, sheet, surface, mean, ear_v)
    sites = find_sites(surface, landmarks, ear_v)
    blocks = [struct.pack("<4s11I", b"STHD", 2, MODE_U * REFINE, MODE_V * REFINE, MODE_U, MODE_V,
                          SYMMETRIC + ASYMMETRIC, SYMMETRIC, EAR_U, EAR_S, len(LANDMARKS), ATLAS_NET),
              floats(surface.knots_u), floats(surface.knots_v), floats([neck_cosine(), ear_v]),
              quantised(left_half(surface.mean)), *(quantised(left_half(mode)) for mode in surface.modes),
              quantised(surface.ear_mean), floats(surface.ear_centre), *(quantised(mode) for mode in surface.ear_modes),
              *(floats(landmarks[name]) for name in LANDMARKS),
              floats(find_atlas(surface, landmarks, ear_v)),
              *(struct.pack("<I2f", *site) for site in sites)]
    with open(path, "wb") as file:
        file.write(b"".join(blocks))
