"""Stage 2: the open heads' mesh as one sheet, open only at the neck.

Eyes, mouth and the nostrils' insides are closed, the neck is cut, and each ear is replaced by a smooth cap. What the
sheet adds to a head is linear in that head's vertices, so one sparse matrix carries all of it to every head.
Positions named here are where features lie on the mean head as aligned.
"""
from collections import deque
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from common import boundary_loops, directed_edges

EYE_LOOP, MOUTH_LOOP = 42, 74  # vertices around these openings in ICT-FaceKit's topology
EYE_RINGS = 5                  # rings from the lids' edge to the pupil
EYE_BULGE_MM = 2.6             # the middle of the eye's filling lies this far in front of the lids' edge
MOUTH_RINGS = (.6, .25, .05)   # each ring's gap between the lips, as a share of the mouth's own
MOUTH_DEPTH_MM = 1.0           # of the filling behind the lips
CUT_HEIGHT_MM, CUT_SLOPE = -153., -0.25  # the neck ends in the plane y = CUT_HEIGHT_MM + CUT_SLOPE z
CUT_MARGIN = 0.02              # the least share of an edge that the cut leaves on either side
EAR_CENTRE_MM, EAR_RADII_MM = (-6., -11.), (36., 27.)  # y, z: the ellipse round the auricle
CAP_RINGS = 8                  # of an ear's cap, from the loop round the ear to its middle
NOSTRIL_SEED_MM = (7, -11.4, 86)  # a point inside the left nostril
NOSTRIL_MAX = 400              # vertices: more, and the search has leaked out of the nostril


@dataclass
class Sheet:
    """n vertices, the first n_true of which carry the heads' own surface; the rest are the ears' caps."""
    weights: sp.csr_matrix      # (n_true, vertices of a head): sheet = weights @ head + offset
    offset: np.ndarray          # (n_true, 3) mm
    triangles: np.ndarray       # with caps instead of ears
    true_triangles: np.ndarray  # with the ears themselves
    position: np.ndarray        # (n, 3) mm, of the mean head; caps lie in straight lines to their middles
    mirror: np.ndarray          # (n,) the vertex on the other side
    boundary: list              # vertices along the neck's cut
    n_true: int
    cap: np.ndarray             # (n,) bool: the caps of both ears
    ear: np.ndarray             # (n,) bool: the true surface of both ears
    left_ear: np.ndarray        # (n,) bool
    nostril: np.ndarray         # (n,) bool: the insides of both nostrils
    filled: np.ndarray          # indices of what closes eyes and mouth
    left_loop: list             # vertices around the left ear's cap
    left_cap: slice             # the left cap's vertices; the last is its middle
    pupils: np.ndarray          # left, right: the middles of the eyes' fillings
    tragion: int

    def of(self, head):
        """Positions (n_true, 3) on the sheet of a head's vertices."""
        return self.weights @ head + self.offset


class Builder:
    """The sheet while vertices and triangles are added to it."""

    def __init__(self, heads):
        self.mean = heads.mean
        self.head_mirror = heads.mirror
        self.row, self.column, self.value, self.offset = [], [], [], []
        self.mirror = {i: int(heads.mirror[i]) for i in range(len(heads.mean))}
        for i in range(len(heads.mean)):
            self.add({i: 1.})
        left = heads.triangles[heads.mean[heads.triangles, 0].mean(1) > 0]
        both = np.concatenate([left, heads.mirror[left][:, ::-1]])  # one half and its mirror image: truly symmetric
        self.triangles = both.tolist()

    def add(self, weights, offset=(0, 0, 0)):
        """A new vertex: weights {head's vertex: share} plus an offset in mm. Returns its index."""
        for vertex, share in weights.items():
            self.row.append(len(self.offset))
            self.column.append(vertex)
            self.value.append(share)
        self.offset.append(offset)
        return len(self.offset) - 1

    def matrix(self):
        """Weights (vertices, head's vertices) and offset (vertices, 3)."""
        shape = (len(self.offset), len(self.mean))
        return sp.csr_matrix((self.value, (self.row, self.column)), shape=shape), np.array(self.offset)


def strip(outer, inner):
    """Triangles between two closed rings of equally many vertices, seen as the surface runs on inwards."""
    triangles, n = [], len(outer)
    for i in range(n):
        a, b, c, d = outer[i], outer[(i + 1) % n], inner[i], inner[(i + 1) % n]
        triangles += [[b, a, c], [b, c, d]]
    return triangles


def fan(ring, middle):
    return [[ring[(i + 1) % len(ring)], ring[i], middle] for i in range(len(ring))]


def fill_eye(builder, loop):
    """Rings from the lids' edge to their middle, bulging to the front. Returns triangles, rings and the middle."""
    n, outer, triangles, rings = len(loop), list(loop), [], []
    for j in range(1, EYE_RINGS):
        out = 1 - j / EYE_RINGS
        ring = []
        for a in loop:
            weights = {b: (1 - out) / n for b in loop}
            weights[a] += out
            ring.append(builder.add(weights, (0, 0, EYE_BULGE_MM * (1 - out * out))))
        triangles += strip(outer, ring)
        outer = ring
        rings.append(ring)
    middle = builder.add({b: 1 / n for b in loop}, (0, 0, EYE_BULGE_MM))
    return triangles + fan(outer, middle), rings, middle


def fill_eyes(builder, loops):
    """Fills both eyes alike and returns their middles: left, right."""
    left, right = sorted(loops, key=lambda loop: -builder.mean[loop, 0].mean())
    triangles, left_rings, left_middle = fill_eye(builder, left)
    _, right_rings, right_middle = fill_eye(builder, right)
    mirror = builder.mirror
    mirror[left_middle], mirror[right_middle] = right_middle, left_middle
    place = {a: i for i, a in enumerate(right)}
    for left_ring, right_ring in zip(left_rings, right_rings):
        for i, a in enumerate(left):
            j = place[int(builder.head_mirror[a])]
            mirror[left_ring[i]], mirror[right_ring[j]] = right_ring[j], left_ring[i]
    builder.triangles += triangles + [[mirror[c], mirror[b], mirror[a]] for a, b, c in triangles]
    return [left_middle, right_middle]


def zip_sides(a, b):
    """Triangles between two rows of vertices that begin and end together."""
    triangles, i, j = [], 0, 0
    while i < len(a) - 1 or j < len(b) - 1:
        next_a = (i + 1) / (len(a) - 1) if i < len(a) - 1 else 9
        next_b = (j + 1) / (len(b) - 1) if j < len(b) - 1 else 9
        if next_a <= next_b:
            triangle = [a[i + 1], a[i], b[j]]
            i += 1
        else:
            triangle = [b[j], b[j + 1], a[i]]
            j += 1
        if len(set(triangle)) == 3:
            triangles.append(triangle)
    return triangles


def fill_mouth(builder, loop):
    """Rings that draw the two lips together, then a seam between them."""
    n, x = len(loop), builder.mean[loop, 0]
    corner = int(np.argmin(x)), int(np.argmax(x))
    lip = [[(corner[0] + i) % n for i in range((corner[1] - corner[0]) % n + 1)],
           [(corner[1] + i) % n for i in range((corner[0] - corner[1]) % n + 1)]]
    opposite = {i: lip[0] for i in lip[1]}
    opposite.update({i: lip[1] for i in lip[0]})
    place = {a: i for i, a in enumerate(loop)}
    outer = list(loop)
    for gap in MOUTH_RINGS:
        ring = []
        for i in range(n):
            other = opposite[i]
            k = other[int(np.argmin(abs(x[other] - x[i])))]  # of the other lip, nearest across
            weights = {loop[i]: (1 + gap) / 2}
            weights[loop[k]] = weights.get(loop[k], 0) + 1 - (1 + gap) / 2
            ring.append(builder.add(weights, (0, 0, -MOUTH_DEPTH_MM * (1 - gap))))
        builder.triangles += strip(outer, ring)
        outer = ring
        for i, a in enumerate(loop):
            builder.mirror[ring[i]] = ring[place[int(builder.head_mirror[a])]]
    builder.triangles += zip_sides([outer[i] for i in lip[0]], [outer[i] for i in lip[1]][::-1])


def cut_neck(builder):
    """Cuts the sheet at the plane of CUT_*. Returns weights, offset and triangles; mirror gains the cut's vertices."""
    weights, offset = builder.matrix()
    position = weights @ builder.mean + offset
    above = position[:, 1] - CUT_SLOPE * position[:, 2] - CUT_HEIGHT_MM  # mm
    kept, cut_of_edge, cuts = [], {}, []

    def cut(a, b):
        edge = min(a, b), max(a, b)
        if edge not in cut_of_edge:
            share = above[edge[0]] / (above[edge[0]] - above[edge[1]])
            share = min(max(share, CUT_MARGIN), 1 - CUT_MARGIN)
            cut_of_edge[edge] = len(offset) + len(cuts)
            cuts.append((*edge, share))
        return cut_of_edge[edge]

    for triangle in builder.triangles:
        inside = [above[i] > 0 for i in triangle]
        if sum(inside) == 3:
            kept.append(triangle)
        if sum(inside) in (0, 3):
            continue
        while not (inside[0] and (sum(inside) == 1 or inside[1])):
            triangle, inside = triangle[1:] + triangle[:1], inside[1:] + inside[:1]
        a, b, c = triangle
        if sum(inside) == 1:
            kept.append([a, cut(a, b), cut(a, c)])
        else:
            p, q = cut(b, c), cut(a, c)
            kept += [[a, b, p], [a, p, q]]
    start, end, share = np.array(cuts).T
    row, column = np.tile(np.arange(len(cuts)), 2), np.r_[start, end].astype(int)
    between = sp.csr_matrix((np.r_[1 - share, share], (row, column)), shape=(len(cuts), len(offset)))
    for (a, b), vertex in cut_of_edge.items():
        a, b = builder.mirror[a], builder.mirror[b]
        builder.mirror[vertex] = cut_of_edge[min(a, b), max(a, b)]
    return sp.vstack([weights, between @ weights]).tocsr(), np.r_[offset, between @ offset], np.array(kept)


def find_nostril(position, triangles):
    """Vertices inside the left nostril: all that hang together with its seed, deeper than its rim."""
    neighbours = [[] for _ in position]
    for a, b in directed_edges(triangles):
        neighbours[a].append(b)
    seed = int(np.argmin(((position - NOSTRIL_SEED_MM) ** 2).sum(1)))
    depth = (position[:, 1] - (-16.5 + .39 * (position[:, 2] - 97))) / 1.07  # mm above the plane of the nose's base
    for least_depth in np.arange(0, 8, .25):  # until the rim is closed against the outside
        seen, queue = {seed}, deque([seed])
        while queue and len(seen) <= NOSTRIL_MAX:
            for b in neighbours[queue.popleft()]:
                if b not in seen and depth[b] > least_depth and position[b, 0] > 0.5:
                    seen.add(b)
                    queue.append(b)
        if len(seen) <= NOSTRIL_MAX:
            return np.array(sorted(seen))
    raise ValueError("the nostril is not where it is expected")


def cap_ring(loop, first):
    """Triangles of a cap: CAP_RINGS rings from loop to one middle vertex; new vertices count from first."""
    n, outer, triangles = len(loop), list(loop), []
    for j in range(1, CAP_RINGS):
        ring = [first + (j - 1) * n + i for i in range(n)]
        triangles += strip(outer, ring)
        outer = ring
    return triangles + fan(outer, first + (CAP_RINGS - 1) * n)


def cap_positions(loop_position):
    """(vertices of a cap, 3): straight lines from the loop (n, 3) to its middle."""
    middle = loop_position.mean(0)
    rings = [loop_position + (middle - loop_position) * j / CAP_RINGS for j in range(1, CAP_RINGS)]
    return np.concatenate(rings + [middle[None]])


def close_mesh(heads):
    """The heads' mesh with eyes and mouth closed and the neck cut: weights, offset, triangles, mirror (n,),
    the indices of what was filled, and where a head's or a filling's vertex lies on the sheet (-1: cut off)."""
    builder = Builder(heads)
    loops = boundary_loops(np.array(builder.triangles))
    pupils = fill_eyes(builder, [loop for loop in loops if len(loop) == EYE_LOOP])
    fill_mouth(builder, next(loop for loop in loops if len(loop) == MOUTH_LOOP))
    filled_range = np.arange(len(heads.mean), len(builder.offset))
    weights, offset, triangles = cut_neck(builder)

    used = np.unique(triangles)
    index = -np.ones(len(offset), int)
    index[used] = np.arange(len(used))
    mirror = index[np.array([builder.mirror[int(old)] for old in used])]
    filled = index[filled_range]
    return (weights[used], offset[used], index[triangles], mirror, filled[filled >= 0], index[np.array(pupils)],
            int(index[heads.tragion]))


def build_sheet(heads):
    """The Sheet of AlignedHeads."""
    weights, offset, true_triangles, mirror, filled, pupils, tragion = close_mesh(heads)
    position = weights @ heads.mean + offset
    n_true = len(position)
    boundary = max(boundary_loops(true_triangles), key=len)
    y = (position[:, 1] - EAR_CENTRE_MM[0]) / EAR_RADII_MM[0]
    z = (position[:, 2] - EAR_CENTRE_MM[1]) / EAR_RADII_MM[1]
    in_ellipse = y ** 2 + z ** 2 < 1
    left_ear, right_ear = in_ellipse & (position[:, 0] > 40), in_ellipse & (position[:, 0] < -40)
    inside = find_nostril(position, true_triangles)
    nostril = np.zeros(n_true, bool)
    nostril[inside] = nostril[mirror[inside]] = True

    skin = true_triangles[~(left_ear | right_ear)[true_triangles].any(1)]
    left_loop = next(loop for loop in boundary_loops(skin) if position[loop, 0].mean() > 30 and len(loop) > 25)
    right_loop = [int(mirror[a]) for a in left_loop]
    size = (CAP_RINGS - 1) * len(left_loop) + 1
    left_cap = slice(n_true, n_true + size)
    left = cap_ring(left_loop, n_true)
    to_right = {n_true + i: n_true + size + i for i in range(size)}
    to_right.update(zip(left_loop, right_loop))
    right = [[to_right[c], to_right[b], to_right[a]] for a, b, c in left]
    none = np.zeros(2 * size, bool)
    return Sheet(
        weights, offset, np.array(skin.tolist() + left + right), true_triangles,
        np.r_[position, cap_positions(position[left_loop]), cap_positions(position[right_loop])],
        np.r_[mirror, np.arange(n_true + size, n_true + 2 * size), np.arange(n_true, n_true + size)],
        boundary, n_true, np.r_[np.zeros(n_true, bool), ~none], np.r_[left_ear | right_ear, none],
        np.r_[left_ear, none], np.r_[nostril, none], filled, left_loop, left_cap, pupils, tragion)
