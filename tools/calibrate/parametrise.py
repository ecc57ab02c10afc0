"""Stage 3: where every vertex of the sheet lies in the surface's parameters (u, v).

Tutte's embedding (1963) with cotangent weights (Pinkall and Polthier 1993) maps the sheet to the unit disc, a Moebius
map turns it and a stereographic one takes it to the sphere, with the ears at the poles of (u, v). The weights are then
scaled, step by step, until features that need resolution (eyes, nose, lips) get their room. The left ear's true
surface is mapped to a disc of its own in the same way.

u (0..1) turns about the axis through the ears: 0 under the chin, 0.25 face, 0.5 crown, 0.75 back; v runs from the
right ear (-1) over the midline (0) to the left ear (+1).
"""
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

from common import MIRROR, HoleFiller, areas, corner_sums, directed_edges, inverse_degrees, neighbour_matrix, \
    used_vertices

BALANCE_ROUNDS, EAR_ROUNDS = 8, 25
BALANCE_POWER, EAR_POWER = 0.35, 0.3  # how far one round goes towards the wished density
NECK_END, NECK_FROM = np.radians(161), np.radians(112)  # angle from the crown: where the cut comes to lie, and from
                                                        # where on the map is bent to bring it there
EAR_MARGIN_V = .06                    # the ear's patch reaches this far beyond the loop round it


@dataclass
class Parameters:
    direction: np.ndarray  # (n, 3) on the unit sphere: +x the left ear's pole, +y the crown
    u: np.ndarray          # (n,)
    v: np.ndarray          # (n,)
    ear_v: float           # |v| where skin ends and the ears' patches begin
    zeta: np.ndarray       # (n, 2) in the left ear's disc: radius 1 at ear_v, the angle is 2 pi u


def cotangent_weights(points, triangles):
    """(n, n) sparse symmetric: half the cotangents of the angles opposite an edge, kept within bounds."""
    n, row, column, value = len(points), [], [], []
    for k in range(3):
        i, j, opposite = triangles[:, k], triangles[:, (k + 1) % 3], triangles[:, (k + 2) % 3]
        a, b = points[i] - points[opposite], points[j] - points[opposite]
        cotangent = (a * b).sum(1) / (np.linalg.norm(np.cross(a, b), axis=1) + 1e-9)
        cotangent = np.clip(cotangent, 0.05, 4) / 2
        row += [i, j]
        column += [j, i]
        value += [cotangent, cotangent]
    return sp.csr_matrix((np.concatenate(value), (np.concatenate(row), np.concatenate(column))), shape=(n, n))


def scaled(weights, scale):
    """weights with every edge times the geometric mean of its ends' scale (n,)."""
    edges = weights.tocoo()
    edges.data = edges.data * np.sqrt(scale[edges.row] * scale[edges.col])
    return edges.tocsr()


def laplacian_of(weights):
    return sp.diags(np.asarray(weights.sum(1)).ravel()) - weights


def boundary_angles(loop_position):
    """(n,) rad in the disc along the neck's cut, by arc length; the front lies at -90 degrees, the left at 0."""
    x, z = loop_position[:, 0], loop_position[:, 2]
    length = np.linalg.norm(np.roll(loop_position, -1, 0) - loop_position, axis=1)
    along = np.r_[0, np.cumsum(length)]
    front = np.argmax(z - 100 * abs(x))
    way = 1 if x[(front + 3) % len(x)] > x[front] else -1
    return -np.pi / 2 + way * 2 * np.pi * (along[:-1] - along[front]) / along[-1]


class SphereMap:
    """Maps the sheet to the disc and on to the sphere."""

    def __init__(self, sheet):
        n = len(sheet.position)
        angle = boundary_angles(sheet.position[np.array(sheet.boundary)])
        self.boundary = np.array(sheet.boundary)
        self.boundary_disc = np.c_[np.cos(angle), np.sin(angle)]
        on_boundary = np.zeros(n, bool)
        on_boundary[self.boundary] = True
        self.inside = np.where(~on_boundary & used_vertices(sheet.triangles, n))[0]
        self.mirror = sheet.mirror

    def disc(self, weights):
        """(n, 2): every inner vertex is the weighted mean of its neighbours."""
        laplacian = laplacian_of(weights)
        disc = np.zeros((len(self.mirror), 2))
        disc[self.boundary] = self.boundary_disc
        right = -(laplacian[self.inside][:, self.boundary] @ disc[self.boundary])
        disc[self.inside] = sla.splu(laplacian[self.inside][:, self.inside].tocsc()).solve(right)
        return disc

    def sphere(self, disc, pole):
        """Directions (n, 3) with the vertex pole at +x: the Moebius map that keeps the disc and brings the pole to
        the real axis, by bisection along the imaginary one; then stereographic from the crown."""
        complex_disc = disc[:, 0] + 1j * disc[:, 1]

        def moebius(a):
            return (complex_disc - 1j * a) / (1 + 1j * a * complex_disc)

        low, high = -.95, .95
        for _ in range(60):
            middle = (low + high) / 2
            if moebius(middle)[pole].imag > 0:
                low = middle
            else:
                high = middle
        turned = moebius((low + high) / 2)
        pole_x = turned[pole].real
        plane = turned / pole_x
        radius = abs(plane)
        theta = 2 * np.arctan(radius)
        theta_max = 2 * np.arctan(1 / abs(pole_x))
        beyond = np.maximum(theta - NECK_FROM, 0)
        theta = theta - max(0, (theta_max - NECK_END) / (theta_max - NECK_FROM) ** 2) * beyond * beyond
        direction = np.c_[np.sin(theta) * plane.real / (radius + 1e-15), np.cos(theta),
                          -np.sin(theta) * plane.imag / (radius + 1e-15)]
        direction = (direction + direction[self.mirror] * MIRROR) / 2
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        return direction


def wished_density(sheet, flat):
    """(n,) texels per area: the face more than the rest, eyes, nose and lips most. flat (n, 3) has no ears."""
    x, y, z = flat[:, 0], flat[:, 1], flat[:, 2]
    pupil = sheet.position[sheet.pupils]
    eye_x, eye_y = abs(pupil[0][0]), (pupil.mean(0) * [0, 1, 1])[1]
    density = 1.0 + 1.3 / (1 + np.exp(-(z - 60) / 12.)) * (1 / (1 + np.exp(-(y + 85) / 8.))) * (
        1 / (1 + np.exp((y - 55) / 8.)))

    def bump(dx, dy, behind_mm):
        value = np.exp(-(dx ** 2 + dy ** 2) ** 1.5)
        value[z < behind_mm] = 0
        return value

    eyes = bump((np.abs(x) - eye_x) / 17, (y - eye_y) / 11, 40)
    nose = bump(x / 17, (y + 16) / 11, 60)
    lips = bump(x / 28, (y + 48) / 10, 60)
    density[sheet.cap] = .8
    return density * (1 + 1.6 * eyes + 1.8 * nose + .6 * lips)


def move_pole(sheet, mapping, disc, direction):
    """Makes that vertex of the left cap the pole that lies in the middle of the loop round it. Returns the directions
    (n, 3) and the vertex."""
    for _ in range(3):
        middle = direction[sheet.left_loop].mean(0)
        middle /= np.linalg.norm(middle)
        pole = sheet.left_cap.start + np.argmax(direction[sheet.left_cap] @ middle)
        direction = mapping.sphere(disc, pole)
    return direction, pole


def sphere_of(sheet):
    """Directions (n, 3) of all vertices, of the wished density."""
    n, triangles = len(sheet.position), sheet.triangles
    neighbours = neighbour_matrix(triangles, n)
    average = inverse_degrees(neighbours)
    flat = HoleFiller(triangles, n, sheet.cap | sheet.nostril)(sheet.position)
    weights = cotangent_weights(flat, triangles)
    uniform = sheet.nostril.copy()  # where the mesh is too uneven for cotangents
    uniform[sheet.filled] = True
    uniform[sheet.ear] = False
    edges = weights.tocoo()
    edges.data[uniform[edges.row] | uniform[edges.col]] = 1.0
    weights = edges.tocsr()

    mapping, goal = SphereMap(sheet), wished_density(sheet, flat)
    pole = sheet.left_cap.stop - 1  # the cap's middle vertex
    direction = mapping.sphere(mapping.disc(weights), pole)
    true_area = corner_sums(areas(flat, triangles), triangles, n)
    frontal = (flat[:, 2] > 60) & (flat[:, 1] > -60)
    fade = 1 / (1 + np.exp(-(flat[:, 1] + 90) / 6.)) / (1 + np.exp(-(flat[:, 2] - 45) / 9.))
    for _ in range(BALANCE_ROUNDS):
        area = corner_sums(areas(direction, triangles), triangles, n)
        excess = (area / area.sum()) / (true_area / true_area.sum() + 1e-9) / goal
        excess = np.clip(excess, .05, 20)
        for _ in range(2):
            excess = average @ (neighbours @ excess)
        excess /= np.median(excess[frontal]) * 1.5
        weights = scaled(weights, (np.clip(excess, .2, 5) ** BALANCE_POWER) ** fade)
        disc = mapping.disc(weights)
        direction, pole = move_pole(sheet, mapping, disc, mapping.sphere(disc, pole))
    return direction


def ear_disc(sheet, zeta):
    """zeta (n, 2) with the left ear's true surface mapped inside; its boundary and all else as given."""
    n, ear = len(sheet.position), sheet.left_ear
    edges = directed_edges(sheet.true_triangles)
    rim = np.zeros(n, bool)
    for a, b in (edges.T, edges[:, ::-1].T):
        rim[b[ear[a] & ~ear[b]]] = True
    rim, inside = np.where(rim & (sheet.position[:, 0] > 0))[0], np.where(ear)[0]
    own = sheet.true_triangles[ear[sheet.true_triangles].any(1)]
    neighbours = neighbour_matrix(sheet.true_triangles, n)
    average = inverse_degrees(neighbours)
    weights = cotangent_weights(sheet.position, sheet.true_triangles)
    true_area = corner_sums(areas(sheet.position, own), own, n)
    disc = zeta.copy()
    for _ in range(EAR_ROUNDS):
        laplacian = laplacian_of(weights).tocsr()
        disc[inside] = sla.splu(laplacian[inside][:, inside].tocsc()).solve(-(laplacian[inside][:, rim] @ zeta[rim]))
        area = corner_sums(areas(disc, own), own, n)
        excess = (area / area.sum()) / (true_area / true_area.sum() + 1e-9)
        excess[true_area == 0] = 1
        excess = average @ (neighbours @ np.clip(excess, .2, 5))
        scale = excess ** EAR_POWER
        scale[~ear] = 1
        weights = scaled(weights, scale)
    return disc


def parametrise(sheet):
    """The Parameters of a Sheet's vertices."""
    direction = sphere_of(sheet)
    u = (np.arctan2(direction[:, 2], -direction[:, 1]) / (2 * np.pi)) % 1
    v = np.arcsin(np.clip(direction[:, 0], -1, 1)) / (np.pi / 2)
    ear_v = v[sheet.left_loop].min() - EAR_MARGIN_V
    radius = 1 - (v - ear_v) / (1 - ear_v)
    zeta = radius[:, None] * np.c_[np.cos(2 * np.pi * u), np.sin(2 * np.pi * u)]
    corner = [direction[sheet.triangles[:, k]] for k in range(3)]
    turn = np.einsum("ij,ij->i", np.cross(corner[0], corner[1]), corner[2])
    folded = min((turn < 0).sum(), (turn > 0).sum())
    print(f"parametrise: {len(sheet.triangles)} triangles, {folded} turned over, ears from v = {ear_v:.3f}")
    return Parameters(direction, u, v, ear_v, ear_disc(sheet, zeta))
