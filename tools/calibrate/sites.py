"""Stage 6: landmarks and measure sites, as parameters of the mean's surface.

Sites are found once, on the mean; on every other head they lie at the same parameters. Where a site is given as a
point in mm, it was picked on the mean head as aligned.
"""
import json
import os

import numpy as np
from scipy.spatial import cKDTree

from common import load_vertices, used_vertices
from splines import evaluate

# HeadLandmark in src/headmodel.h, the first 15
LANDMARKS = ["left_pupil", "right_pupil", "left_exocanthion", "right_exocanthion", "left_endocanthion",
             "right_endocanthion", "sellion", "glabella", "pronasale", "subnasale", "left_cheilion", "right_cheilion",
             "menton", "left_tragion", "right_tragion"]
NECK_END = np.radians(161.0) - 0.035  # from the crown: just inside the sheet's cut (parametrise.NECK_END)
SKIN, LEFT_EAR = 0, 2                 # HeadPart
EAR_LEAN = .26                        # rad, of the ear's long axis to the back


def neck_cosine():
    """Cosine about straight down at which the surface ends."""
    return np.cos(np.pi - NECK_END)


def find_landmarks(folder, heads, sheet, surface, mean, ear_v):
    """{name: (u, v)} of LANDMARKS; |v| > ear_v lies on an ear. The picked ones are read from
    ict_neutral.landmarks.json of folder; right ones are the left ones mirrored."""
    with open(os.path.join(folder, "ict_neutral.landmarks.json")) as file:
        picked = json.load(file)
    nearest = cKDTree(load_vertices(os.path.join(folder, "ict_neutral.obj")))
    on_sheet = {}  # a head's vertex -> the sheet's that equals it
    for row in range(sheet.n_true):
        if sheet.weights.indptr[row + 1] - sheet.weights.indptr[row] == 1:
            on_sheet.setdefault(sheet.weights.indices[sheet.weights.indptr[row]], row)

    found = {}
    for name in LANDMARKS:
        if name in picked and not name.startswith("right_") and name not in ("left_pupil", "left_tragion", "glabella"):
            vertex = on_sheet[nearest.query(picked[name])[1]]
            found[name] = surface.u[vertex], surface.v[vertex]
    found["left_pupil"] = surface.u[sheet.pupils[0]], surface.v[sheet.pupils[0]]
    k = np.where(surface.ear_vertices == on_sheet[heads.tragion])[0][0]
    found["left_tragion"] = surface.ear_vertex_u[k], ear_v + (1 - ear_v) * surface.ear_vertex_s[k]
    # glabella: farthest forward on the midline, 7 to 25 mm above the sellion
    sellion = mean[on_sheet[nearest.query(picked["sellion"])[1]]]
    midline = used_vertices(sheet.triangles, len(mean)) & (abs(mean[:, 0]) < .1) & (mean[:, 2] > 60)
    above = np.where(midline & (mean[:, 1] > sellion[1] + 7) & (mean[:, 1] < sellion[1] + 25))[0]
    glabella = above[np.argmax(mean[above, 2])]
    found["glabella"] = surface.u[glabella], surface.v[glabella]
    for name in list(found):
        if name.startswith("left_"):
            found["right_" + name[5:]] = found[name][0], -found[name][1]
        else:
            found[name] = found[name][0], 0.
    return found


class Grid:
    """Points of a patch at a grid of parameters, to look for sites among them."""

    def __init__(self, part, net, knots_u, knots_v, u, v):
        grid_u, grid_v = np.meshgrid(u, v, indexing="ij")
        self.part, self.u, self.v = part, grid_u.ravel(), grid_v.ravel()
        self.point = evaluate(net, knots_u, knots_v, self.u, self.v)

    def site(self, index):
        return self.part, self.u[index], self.v[index]

    def nearest(self, point_mm, forbidden=0):
        """The site nearest to a point, not among those where forbidden (a mask)."""
        return self.site(np.argmin(((self.point - point_mm) ** 2).sum(1) + 1e6 * forbidden))


def skin_sites(surface, landmarks, ear_v):
    """Trichion, frontotemporale, alare, gonion and the neck's side, front and back."""
    def on_skin(u, v):
        return evaluate(surface.mean, surface.fine_u, surface.fine_v, u, v)

    u = np.linspace(0, 1, 1441)[:-1]
    grid = Grid(SKIN, surface.mean, surface.fine_u, surface.fine_v, u, np.linspace(-ear_v, ear_v, 361))
    below_cut = np.cos(grid.v * np.pi / 2) * np.cos(2 * np.pi * grid.u) >= neck_cosine()
    glabella = on_skin(np.array([landmarks["glabella"][0]]), np.array([0.]))[0]
    midline = on_skin(u, 0 * u)

    def on_midline(first_u, last_u, miss):
        """Where miss (of points on the midline) is least between two u."""
        k = np.where((u > first_u) & (u < last_u))[0]
        return SKIN, u[k[np.argmin(abs(miss(midline[k])))]], 0.

    x, y, z = grid.point.T
    temple = np.where((z > 20) & (abs(y - glabella[1] - 8) < 1) & (x > 0))[0]
    return [on_midline(landmarks["glabella"][0], .7, lambda p: np.linalg.norm(p - glabella, axis=1) - 58),
            grid.site(temple[np.argmin(abs(x[temple] - 56.5))]),
            grid.nearest(np.array([18.3, -14.8, 96.8]), below_cut),
            grid.nearest(np.array([53, -56, 22.]), below_cut),
            grid.nearest(np.array([62, -100, -15.]), below_cut),
            on_midline(.03, .15, lambda p: p[:, 1] + 112),
            on_midline(.75, .99, lambda p: p[:, 1] + 85)]


def ear_sites(surface):
    """The left ear's top, bottom, front, back and its outermost point on the helix."""
    grid = Grid(LEFT_EAR, surface.ear_mean, surface.ear_knots_u, surface.ear_knots_s, np.linspace(0, 1, 361)[:-1],
                np.linspace(.12, .97, 120))
    point, from_centre = grid.point, grid.point - surface.ear_centre
    x, y, z = point.T
    upward = from_centre[:, 1] * np.cos(EAR_LEAN) - from_centre[:, 2] * np.sin(EAR_LEAN)
    backward = -from_centre[:, 1] * np.sin(EAR_LEAN) - from_centre[:, 2] * np.cos(EAR_LEAN)
    return [grid.site(np.argmax(np.where((x > 78) & (y < 30) & (z < 5), upward, -99))),
            grid.site(np.argmin(np.where(x > 70, upward, 99.))),
            grid.nearest(np.array([73.5, 0, 7.5])),
            grid.site(np.argmax(np.where(x > 80, backward, -99))),
            grid.site(np.argmax(x))]


def mastoid_site(surface, ear_v):
    """On the skin behind the left ear."""
    grid = Grid(SKIN, surface.mean, surface.fine_u, surface.fine_v, np.linspace(0, 1, 361)[:-1],
                np.linspace(ear_v, .985, 80))
    return grid.nearest(np.array([70, 11, -33]))


def find_sites(surface, landmarks, ear_v):
    """[(part, u, v)] in the order of HeadSiteName in src/headinternal.h."""
    return skin_sites(surface, landmarks, ear_v) + ear_sites(surface) + [mastoid_site(surface, ear_v)]
