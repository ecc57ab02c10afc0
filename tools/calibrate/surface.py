"""Stage 5: mean, modes and left ear as B-spline nets over the sheet's parameters.

The skin's net is fitted to the sheet without ears and nostrils; the parameters of its samples are corrected as it
goes. The left ear is a net of its own over (angle, s), s = 0 at the patch's border to 1 in its middle.
"""
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

import splines
from common import MIRROR, HoleFiller, normals, undirected_edges, used_vertices
from modes import SYMMETRIC
from nose import deepened
from splines import NetFit

MODE_U, MODE_V, REFINE = 48, 36, 3  # intervals of the modes' nets; each is REFINE of the mean's along u and v
EAR_U, EAR_S = 64, 32               # intervals of the ear's mean net; its modes have half of these
ROUNDS, ROUGH_ROUNDS = 7, 3         # of fit and parameter correction; the first are fitted smoother
ROUGH = 4                           # by this factor
MEAN_SMOOTHING, MODE_SMOOTHING, EAR_SMOOTHING = 4e-3, 5e-3, 6e-3
BORDER_S, SEEN_S = .11, .12         # of the ear's patch: up to here it is the skin's net, from here on the true ear
BORDER_WEIGHT = 2.                  # of the samples on the border


@dataclass
class Surface:
    knots_u: np.ndarray       # (MODE_U + 1,) 0..1
    knots_v: np.ndarray       # (MODE_V + 1,) -1..1
    fine_u: np.ndarray        # the mean's: every interval in REFINE
    fine_v: np.ndarray
    mean: np.ndarray          # (u, v, 3) mm, symmetric
    modes: np.ndarray         # (modes, u, v, 3) mm per deviation, symmetric or antisymmetric
    ear_knots_u: np.ndarray   # (EAR_U + 1,)
    ear_knots_s: np.ndarray   # (EAR_S + 1,)
    ear_mean: np.ndarray      # (u, s, 3) mm, the left ear
    ear_modes: list           # of (u, s, 3) mm per deviation
    ear_centre: np.ndarray    # (3,) mm
    u: np.ndarray             # (n,) the sheet's vertices, corrected
    v: np.ndarray
    ear_vertices: np.ndarray  # (k,) the sheet's vertices in the left ear's patch, and their parameters there
    ear_vertex_u: np.ndarray
    ear_vertex_s: np.ndarray


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def mirrored(net):
    """A net (u, v, 3) seen from the other side."""
    return net[:, ::-1] * MIRROR


def skin_knots():
    """The modes' knots: denser over the face (u) and over the midline (v)."""
    knots_u = splines.knots_by_density(MODE_U, lambda x: 1 + 1.4 * sigmoid((x - .08) / .02) * sigmoid((.43 - x) / .02))
    knots_v = splines.knots_by_density(MODE_V, lambda x: 1 + 1.0 * sigmoid((.52 - abs(2 * x - 1)) / .05)) * 2 - 1
    return knots_u, (knots_v - knots_v[::-1]) / 2


def curved_middles(position, edges, normal):
    """(edges, 3): the middles of edges curved so that they meet the vertices' normals (n, 3) squarely; linear in
    position (n, 3)."""
    start, end = edges.T
    chord, a, b = position[end] - position[start], normal[start], normal[end]
    bulge = (a * chord).sum(1)[:, None] * a - (b * chord).sum(1)[:, None] * b
    return (position[start] + position[end]) / 2 - bulge / 8


class Samples:
    """Points of a curved surface through the sheet's vertices: the vertices, edge middles and triangle centroids of
    PN triangles (Vlachos et al. 2001, quadratic). With the normals of one reference fixed, linear in the vertices."""

    def __init__(self, triangles, reference):
        n = len(reference)
        self.triangles, self.normal = triangles, normals(reference, triangles)
        self.edges = undirected_edges(triangles)

        def key(a, b):
            return np.minimum(a, b) * n + np.maximum(a, b)

        edge_key = key(self.edges[:, 0], self.edges[:, 1])
        order = np.argsort(edge_key)
        self.triangle_edges = np.stack([
            order[np.searchsorted(edge_key[order], key(triangles[:, k], triangles[:, (k + 1) % 3]))]
            for k in range(3)], 1)
        used = used_vertices(triangles, n)
        self.weight = np.r_[used * 1., np.full(len(self.edges), .5), np.full(len(triangles), .5)]

    def __call__(self, position):
        """(vertices + edges + triangles, 3) of a head or displacement (n, 3)."""
        middle, side = curved_middles(position, self.edges, self.normal), self.triangle_edges
        centroid = -(position[self.triangles].sum(1)) / 9 + 4 / 9 * (
            middle[side[:, 0]] + middle[side[:, 1]] + middle[side[:, 2]])
        return np.concatenate([position, middle, centroid])

    def parameters(self, direction):
        """(u, v) of all samples, from the vertices' directions (n, 3) on the sphere."""
        n, edges, triangles = len(direction), len(self.edges), len(self.triangles)
        weights = np.r_[np.ones(n), np.full(2 * edges, .5), np.full(3 * triangles, 1 / 3)]
        row = np.r_[np.arange(n), n + np.tile(np.arange(edges), 2), n + edges + np.repeat(np.arange(triangles), 3)]
        column = np.r_[np.arange(n), self.edges[:, 0], self.edges[:, 1], self.triangles.ravel()]
        between = sp.csr_matrix((weights, (row, column))) @ direction
        between /= np.linalg.norm(between, axis=1, keepdims=True)
        return ((np.arctan2(between[:, 2], -between[:, 1]) / (2 * np.pi)) % 1,
                np.arcsin(np.clip(between[:, 0], -1, 1)) / (np.pi / 2))


def smoothing_at(round_index, smoothing):
    return smoothing * (ROUGH if round_index < ROUGH_ROUNDS else 1)


def fit_skin_mean(samples, points, u, v, ear_v, fine_u, fine_v):
    """The mean's net and the corrected (u, v) of the samples with positions points."""
    corrected = abs(v) < ear_v - .1
    for k in range(ROUNDS):
        fit = NetFit(fine_u, fine_v, u, v, samples.weight, smoothing_at(k, MEAN_SMOOTHING))
        net = fit(points)
        net = (net + mirrored(net)) / 2
        if k < ROUNDS - 1:
            u, v = splines.corrected_parameters(net, fine_u, fine_v, u, v, points, (.004, .006), corrected)
    miss = fit.residual(net, points)[corrected & (samples.weight > 0)]
    print("surface: mean's distance to its samples, median, 95 %:", np.percentile(miss, [50, 95]).round(3), "mm")
    return net, u, v


def fit_skin_modes(samples, modes, without_holes, mean, u, v, knots_u, knots_v):
    """(modes, u, v, 3): each symmetric, or antisymmetric from SYMMETRIC on."""
    fit = NetFit(knots_u, knots_v, u, v, samples.weight, MODE_SMOOTHING)
    nets = []
    for k, mode in enumerate(modes):
        displacement = without_holes(mean + mode) - without_holes(mean)
        net = fit(samples(displacement))
        side = 1 if k < SYMMETRIC else -1
        nets.append((net + side * mirrored(net)) / 2)
    return np.array(nets)


class EarSamples:
    """Samples of the left ear's true surface, and of the skin's nets along the border of its patch."""

    def __init__(self, sheet, parameters, mean):
        radius = np.linalg.norm(parameters.zeta, axis=1)
        true = sheet.true_triangles
        own = true[(radius[true] < 1).all(1) & (mean[true, 0].min(1) > 30)]
        self.edges, self.vertices = undirected_edges(own), np.unique(own)
        self.normal = normals(mean, true)
        zeta = parameters.zeta
        zeta = np.concatenate([zeta[self.vertices], (zeta[self.edges[:, 0]] + zeta[self.edges[:, 1]]) / 2])
        u = (np.arctan2(zeta[:, 1], zeta[:, 0]) / (2 * np.pi)) % 1
        s = 1 - np.linalg.norm(zeta, axis=1)
        border_u, border_s = np.meshgrid(np.arange(128) / 128, np.linspace(0, BORDER_S, 7), indexing="ij")
        self.border_u = border_u.ravel()
        self.border_v = parameters.ear_v + (1 - parameters.ear_v) * border_s.ravel()
        self.u, self.s = np.r_[u, self.border_u], np.r_[s, border_s.ravel()]
        self.weight = np.r_[np.where(s < SEEN_S, 0, 1.), np.full(border_u.size, BORDER_WEIGHT)]

    def __call__(self, position, skin_net, knots_u, knots_v):
        """(samples, 3) of a head or displacement (n, 3) and its skin's net."""
        middle = curved_middles(position, self.edges, self.normal)
        border = splines.evaluate(skin_net, knots_u, knots_v, self.border_u, self.border_v)
        return np.concatenate([position[self.vertices], middle, border])


def fit_ear(samples, points, knots_u, knots_s):
    """The ear's mean net and the corrected (u, s) of its samples with positions points."""
    u, s = samples.u, samples.s
    for k in range(ROUNDS):
        fit = NetFit(knots_u, knots_s, u, np.clip(s, 0, 1), samples.weight, smoothing_at(k, EAR_SMOOTHING), False)
        net = fit(points)
        if k < ROUNDS - 1:
            active = (s < .93) & (samples.s > .125)
            u, s = splines.corrected_parameters(net, knots_u, knots_s, u, s, points, (.01, .02), active)
    miss = fit.residual(net, points)[samples.weight > 0]
    print("surface: ear's distance to its samples, median, 95 %:", np.percentile(miss, [50, 95]).round(3), "mm")
    return net, u, s


def fit_surface(sheet, parameters, mean, modes):
    """The Surface of the mean (n, 3) and modes (k, n, 3) on a Sheet with its Parameters."""
    knots_u, knots_v = skin_knots()
    fine_u, fine_v = splines.subdivide(knots_u, REFINE), splines.subdivide(knots_v, REFINE)
    without_holes = HoleFiller(sheet.triangles, len(mean), sheet.cap | sheet.nostril)
    flat = deepened(without_holes(mean), sheet.nostril)
    samples = Samples(sheet.triangles, flat)
    u, v = samples.parameters(parameters.direction)
    mean_net, u, v = fit_skin_mean(samples, samples(flat), u, v, parameters.ear_v, fine_u, fine_v)
    mode_nets = fit_skin_modes(samples, modes, without_holes, mean, u, v, knots_u, knots_v)

    ear_u, ear_s = np.linspace(0, 1, EAR_U + 1), np.linspace(0, 1, EAR_S + 1)
    ear = EarSamples(sheet, parameters, mean)
    ear_net, sample_u, sample_s = fit_ear(ear, ear(mean, mean_net, fine_u, fine_v), ear_u, ear_s)
    fit = NetFit(np.linspace(0, 1, EAR_U // 2 + 1), np.linspace(0, 1, EAR_S // 2 + 1), sample_u,
                 np.clip(sample_s, 0, 1), ear.weight, EAR_SMOOTHING, False)
    ear_modes = [fit(ear(mode, net, knots_u, knots_v)) for mode, net in zip(modes, mode_nets)]
    count = len(ear.vertices)
    return Surface(knots_u, knots_v, fine_u, fine_v, mean_net, mode_nets, ear_u, ear_s, ear_net, ear_modes,
                   mean[sheet.left_ear].mean(0), u[:len(mean)], v[:len(mean)], ear.vertices, sample_u[:count],
                   sample_s[:count])
