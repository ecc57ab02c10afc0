"""Stage 7: the atlas, a map of the mean head to the unit square that stretches as little as it can.

Every place has a direction on the sphere of (u, v), with the middle of the scalp turned to the top; q, that direction
in the azimuthal equidistant chart about the top, is smooth everywhere but straight down, below the neck's cut. The
atlas is a B-spline map of q. Its net is found by descent on a conformal energy (Hormann and Greiner 2000) with a term
for areas, which gives the scalp its share; both go to infinity before the map could fold (Garanzha et al. 2021).
"""
import numpy as np
import scipy.optimize as optimize
import scipy.sparse.linalg as sla

import splines
from common import MIRROR

ATLAS_NET = 36           # HEAD_ATLAS_NET: intervals of q along either axis
ATLAS_TURN = .14         # as headmesh.c's
CUT_Y_MM, CUT_SLOPE = -141.5, -.318  # the neck's end, as in headneck.c
CUT_NEAREST, CUT_FARTHEST = .19, .30
BLEND_S = .10            # HEAD_EAR_BLEND
SAMPLES = 150            # along either axis
MARGIN, POWER = .006, 8  # the border: a superellipse this far inside the square
BORDER_WEIGHT, BENDING_WEIGHT = 20., 2e-4
SCALP_ABOVE_MM = 15      # the plane through tragia and glabella
FACE_Z_MM, FACE_Y_MM, EAR_S = 40, -95, .15
# share of the atlas wished for, weight, and weight of areas against angles
SCALP, FACE, EAR, REST = (.67, 4.5, 5.), (.15, 2., 1.), (.06, .6, 2.), (.12, 1., 3.)
UNFOLDING = (.1, .02, .004)  # Garanzha's epsilon, stage by stage
STEPS = 150                  # of descent, a stage


def turned(u):
    """The azimuth about the ears' axis that brings the middle of the scalp to the top (headmesh.c)."""
    return u - ATLAS_TURN * (1 - np.cos(2 * np.pi * u)) / 2


EVEN = np.linspace(0, 1, 20001)
TURNED = turned(EVEN)


def chart(u, v):
    """q (n, 2) of parameters; |v| runs to 1 over the ears."""
    azimuth, latitude = 2 * np.pi * turned(u), np.pi / 2 * v
    x, y, z = np.sin(latitude), -np.cos(latitude) * np.cos(azimuth), np.cos(latitude) * np.sin(azimuth)
    flat = np.hypot(x, z)
    scale = np.where(flat > 1e-9, np.arctan2(flat, y) / np.maximum(flat, 1e-9), 1) / np.pi
    return np.c_[x * scale, z * scale]


def parameters(q):
    """(u, v) of q."""
    theta = np.pi * np.hypot(q[:, 0], q[:, 1])
    scale = np.pi * np.sinc(theta / np.pi)
    azimuth = np.arctan2(q[:, 1] * scale, -np.cos(theta)) / (2 * np.pi)
    return np.interp(azimuth % 1, TURNED, EVEN), np.arcsin(np.clip(q[:, 0] * scale, -1, 1)) / (np.pi / 2)


class MeanHead:
    """The mean's skin and ears as one surface over q."""

    def __init__(self, surface, ear_v):
        self.surface, self.ear_v = surface, ear_v

    def ear_s(self, v):
        """Depth in an ear's patch, 0 on the skin."""
        return np.maximum((abs(v) - self.ear_v) / (1 - self.ear_v), 0)

    def at(self, u, v):
        s, depth = self.surface, self.ear_s(v)
        skin = splines.evaluate(s.mean, s.fine_u, s.fine_v, u, abs(v))
        ear = splines.evaluate(s.ear_mean, s.ear_knots_u, s.ear_knots_s, u, depth)
        t = np.clip(depth / BLEND_S, 0, 1)[:, None]
        t = t * t * (3 - 2 * t)
        return ((1 - t) * skin + t * ear) * np.where(v[:, None] < 0, MIRROR, 1)

    def __call__(self, q):
        return self.at(*parameters(q))


def neck_ring(head):
    """q (n, 2) along the neck's cut."""
    around, length = np.linspace(0, 2 * np.pi, 721)[:-1], np.linspace(CUT_NEAREST, CUT_FARTHEST, 111)
    x, z = np.outer(np.sin(around), length).ravel(), np.outer(np.cos(around), length).ravel()
    u = (np.arctan2(2 * z, 1 - x * x - z * z) / (2 * np.pi)) % 1
    v = np.arcsin(2 * x / (1 + x * x + z * z)) / (np.pi / 2)
    point = head.at(u, v)
    below = (point[:, 1] < CUT_Y_MM + CUT_SLOPE * point[:, 2]).reshape(len(around), -1)
    last = len(length) - 1 - np.argmax(below[:, ::-1], 1)  # the farthest from straight down that is cut off
    return chart(u, v).reshape(len(around), -1, 2)[np.arange(len(around)), last]


def knots():
    return np.linspace(-1, 1, ATLAS_NET + 1)


def design(q):
    """Sparse (n, net): times the flattened net it gives the atlas at q."""
    first, column, count = splines.basis(knots(), q[:, 0], False)
    second, row, _ = splines.basis(knots(), q[:, 1], False)
    value = (first[:, :, None] * second[:, None, :]).reshape(len(q), -1)
    index = (column[:, :, None] * count + row[:, None, :]).reshape(len(q), -1)
    at = np.repeat(np.arange(len(q)), 16)
    return splines.sp.csr_matrix((value.ravel(), (at, index.ravel())), shape=(len(q), count * count))


def mirrored(net):
    return net[::-1] * [-1, 1]


class Energy:
    """Of a flattened net; a callable for scipy's minimize, with its gradient."""

    def __init__(self, head, tragion, glabella):
        even = (np.arange(SAMPLES) + .5) / SAMPLES * 2 - 1
        q = np.stack(np.meshgrid(even, even, indexing="ij"), -1).reshape(-1, 2)
        ring = neck_ring(head)
        angle = np.arctan2(ring[:, 0], ring[:, 1])
        reach = np.interp(np.arctan2(q[:, 0], q[:, 1]), np.sort(angle), np.hypot(*ring.T)[np.argsort(angle)],
                          period=2 * np.pi)
        q = q[np.hypot(*q.T) < reach + 1.5 / SAMPLES]
        self.q, self.ring, self.count = q, ring, ATLAS_NET + 3
        step = 1e-3
        dx, dy = ((head(q + d) - head(q - d)) / (2 * step) for d in (np.array([step, 0]), np.array([0, step])))
        self.xx = np.sqrt((dx * dx).sum(1))  # the metric's triangular root
        self.xy = (dx * dy).sum(1) / self.xx
        self.yy = np.sqrt(np.maximum((dy * dy).sum(1) - self.xy ** 2, 1e-6))
        self.weigh(head, self.xx * self.yy * (2 / SAMPLES) ** 2, tragion, glabella)
        step = 1e-5
        self.along_x, self.along_y = ((design(q + d) - design(q - d)) / (2 * step)
                                      for d in (np.array([step, 0]), np.array([0, step])))
        self.border = design(ring)
        second = splines.differences(self.count, 2, False)
        one = splines.sp.identity(self.count)
        across, down = splines.sp.kron(second, one), splines.sp.kron(one, second)
        self.bending = (across.T @ across + down.T @ down).tocsc()

    def weigh(self, head, area, tragion, glabella):
        """Sets wished-for scale (atlas area a mm^2), weight and weight of areas of every sample."""
        u, v = parameters(self.q)
        point, ear = head.at(u, v), head.ear_s(v)
        slope = (glabella[1] - tragion[1]) / (glabella[2] - tragion[2])
        high = point[:, 1] - slope * point[:, 2] > SCALP_ABOVE_MM * np.hypot(1, slope)
        scalp, ear = (ear == 0) & high, ear > EAR_S
        face = ~ear & ~scalp & (point[:, 2] > FACE_Z_MM) & (point[:, 1] > FACE_Y_MM)
        self.scale, self.weight, self.areas = np.zeros((3, len(area)))
        for where, (share, weight, areas) in ((scalp, SCALP), (face, FACE), (ear, EAR), (~(scalp | face | ear), REST)):
            self.scale[where] = share / area[where].sum()
            self.weight[where] = weight * area[where] / area.sum()
            self.areas[where] = areas

    def start(self):
        """A net that keeps q's own shape."""
        factor = sla.splu((design(self.q).T @ design(self.q) + 1e-4 * self.bending).tocsc())
        return factor.solve(design(self.q).T @ (self.q * .53 + [.5, .45])).reshape(self.count, self.count, 2)

    def stretch(self, net, epsilon):
        """Energy and gradient of angles and areas."""
        ux, uy = self.along_x @ net, self.along_y @ net
        jx = ux / self.xx[:, None]
        jy = (uy - ux * (self.xy / self.xx)[:, None]) / self.yy[:, None]
        size = (jx[:, 0] * jy[:, 1] - jx[:, 1] * jy[:, 0]) / self.scale
        root = np.sqrt(size * size + epsilon * epsilon)
        kept, slope = .5 * (size + root), .5 * (1 + size / root)  # of the area: never 0
        squares = ((jx ** 2).sum(1) + (jy ** 2).sum(1)) / self.scale
        energy = (self.weight * (squares / (2 * kept) + self.areas * .5 * (kept + 1 / kept))).sum()
        by_square = self.weight / kept / self.scale
        by_size = self.weight * (self.areas * .5 * (1 - kept ** -2.) - squares / (2 * kept ** 2)) * slope / self.scale
        gx = by_square[:, None] * jx + by_size[:, None] * np.c_[jy[:, 1], -jy[:, 0]]
        gy = by_square[:, None] * jy + by_size[:, None] * np.c_[-jx[:, 1], jx[:, 0]]
        return energy, self.along_x.T @ (gx / self.xx[:, None] - gy * (self.xy / self.xx / self.yy)[:, None]) + \
            self.along_y.T @ (gy / self.yy[:, None])

    def __call__(self, flat, epsilon):
        net = flat.reshape(-1, 2)
        energy, gradient = self.stretch(net, epsilon)
        off = (self.border @ net - .5) / (.5 - MARGIN)
        miss, weight = (abs(off) ** POWER).sum(1) - 1, BORDER_WEIGHT / len(self.ring)
        energy += weight * (miss * miss).sum()
        push = 2 * weight * miss[:, None] * POWER * abs(off) ** (POWER - 1) * np.sign(off) / (.5 - MARGIN)
        gradient = gradient + self.border.T @ push
        bend = self.bending @ net
        energy += BENDING_WEIGHT * (net * bend).sum()
        gradient = (gradient + 2 * BENDING_WEIGHT * bend).reshape(self.count, self.count, 2)
        return energy, ((gradient + mirrored(gradient)) / 2).ravel()


def inside_square(energy, net):
    """The net moved and scaled so that the neck's cut keeps MARGIN / 2 from the square's sides."""
    low, high = (extreme(energy.border @ net.reshape(-1, 2), axis=0) for extreme in (np.min, np.max))
    return MARGIN / 2 + (net - low) * (1 - MARGIN) / (high - low)


def find_atlas(surface, landmarks, ear_v):
    """(ATLAS_NET + 3, ATLAS_NET + 3, 2): the atlas's net over q, symmetric."""
    head = MeanHead(surface, ear_v)
    u, v = np.array([landmarks["left_tragion"], landmarks["glabella"]]).T
    energy = Energy(head, *head.at(u, v))
    net = energy.start()
    net = (net + mirrored(net) + [1, 0]) / 2
    for epsilon in UNFOLDING:
        found = optimize.minimize(energy, net.ravel(), (epsilon,), "L-BFGS-B", True,
                                  options={"maxiter": STEPS, "maxcor": 20})
        net = found.x.reshape(net.shape)
    ux, uy = energy.along_x @ net.reshape(-1, 2), energy.along_y @ net.reshape(-1, 2)
    folded = (ux[:, 0] * uy[:, 1] <= ux[:, 1] * uy[:, 0]).sum()
    print(f"atlas: energy {found.fun:.3f}, {folded} of {len(energy.q)} samples folded")
    return inside_square(energy, net)
