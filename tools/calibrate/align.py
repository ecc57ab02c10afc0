"""Stage 1: all heads and their mirror images in one frame, sized as people are.

The frame is that of src/headmodel.h: mm, +x to the head's left, +y up, +z out of the face, origin midway between the
notches above the tragi. The open heads' mean is not people's: the scales below bring it to the mean of men and women in ANSUR II
(Gordon et al. 2014, "2012 Anthropometric Survey of U.S. Army Personnel"; domain.md 7.1).
"""
import glob
import os
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from common import MIRROR, load_obj, load_vertices

NOTCH_MM = (13.0, 10.5)    # y, z on ict_neutral, as it lies in its file: of the notch above the tragus
TRAGION_MM = (9.7, 12.0)   # and of the tragion: where the tragus meets the head, its upper end (ANSUR II)
NECK_BELOW_MM = -60        # y on ict_neutral: below, vertices do not count for the alignment (heads turn on necks)
ROUNDS = 3                 # of aligning all heads to their mean
SCALE_X, SCALE_Y_ABOVE, SCALE_Y_BELOW, SCALE_Z = .957, .965, 1.075, 1.007  # above and below the notches
BLEND_MM = 18.             # over which the two scales of y blend


@dataclass
class AlignedHeads:
    samples: np.ndarray    # (2h, n, 3) mm: the h heads, then their mirror images in the same order
    mean: np.ndarray       # (n, 3) mm, before it is sized: the heads as ICT has them
    triangles: np.ndarray  # (m, 3)
    mirror: np.ndarray     # (n,) the vertex on the other side
    tragion: int           # the left tragion's vertex


def find_by_ear(neutral, place):
    """The vertex far out on the left near a place (y, z)."""
    y, z = neutral[:, 1] - place[0], neutral[:, 2] - place[1]
    near = np.where((abs(y) < 3) & (abs(z) < 3) & (neutral[:, 0] > 50))[0]
    return near[np.argmax(neutral[near, 0] - 0.5 * np.hypot(y[near], z[near]))]


def rigid(source, target):
    """Rotation (3, 3) and translation (3,) that bring source (n, 3) nearest to target (Kabsch 1976)."""
    source_middle, target_middle = source.mean(0), target.mean(0)
    u, _, vt = np.linalg.svd((target - target_middle).T @ (source - source_middle))
    rotation = u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt
    return rotation, target_middle - rotation @ source_middle


def to_population(points):
    """points (..., 3) scaled along each axis; C-infinity across the height of the notches."""
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    below = BLEND_MM * np.log1p(np.exp(np.clip(-y / BLEND_MM, -40, 40)))  # smooth max(-y, 0)
    up = y * SCALE_Y_ABOVE - (SCALE_Y_BELOW - SCALE_Y_ABOVE) * (below - BLEND_MM * np.log(2))
    return np.stack([x * SCALE_X, up, z * SCALE_Z], -1)


def align_heads(folder):
    """Reads the heads of folder and returns them as AlignedHeads."""
    neutral_path = os.path.join(folder, "ict_neutral.obj")
    neutral, triangles = load_obj(neutral_path)
    files = [neutral_path] + sorted(glob.glob(os.path.join(folder, "ict_??.obj"))) + \
        sorted(glob.glob(os.path.join(folder, "more", "*.obj")))
    heads = np.array([load_vertices(file) for file in files])
    mirror = cKDTree(neutral).query(neutral * MIRROR)[1]
    notch, tragion = find_by_ear(neutral, NOTCH_MM), find_by_ear(neutral, TRAGION_MM)

    samples = np.concatenate([heads, heads[:, mirror] * MIRROR])
    counts = neutral[:, 1] > NECK_BELOW_MM
    mean = neutral.copy()
    for _ in range(ROUNDS):
        for k in range(len(samples)):
            rotation, translation = rigid(samples[k][counts], mean[counts])
            samples[k] = samples[k] @ rotation.T + translation
        mean = samples.mean(0)
        mean = (mean + mean[mirror] * MIRROR) / 2

    def centred(heads):
        return heads - ((heads[:, notch] + heads[:, mirror[notch]]) / 2)[:, None]

    samples = centred(samples)
    mean = samples.mean(0)
    print(f"align: {len(heads)} heads of {len(neutral)} vertices, tragion at {neutral[tragion].round(1)} mm")
    return AlignedHeads(centred(to_population(samples)), mean, triangles, mirror, int(tragion))
