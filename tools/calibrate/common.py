"""Triangle-mesh helpers of the calibration's stages. Positions are float64 arrays (n, 3) in mm, triangles integer
arrays (m, 3), wound so that their normals point out of the head."""
import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla

MIRROR = np.array([-1, 1, 1])  # times a position: the same place on the head's other side (+x is the head's left)


def load_vertices(path):
    """Vertices (n, 3) of an OBJ file."""
    with open(path) as file:
        return np.array([[float(x) for x in line.split()[1:4]] for line in file if line[:2] == "v "])


def load_obj(path):
    """Vertices (n, 3) and triangles (m, 3) of an OBJ file; polygons are fanned."""
    triangles = []
    with open(path) as file:
        for line in file:
            if line[:2] == "f ":
                i = [int(corner.split("/")[0]) - 1 for corner in line.split()[1:]]
                triangles += [[i[0], i[k], i[k + 1]] for k in range(1, len(i) - 1)]
    return load_vertices(path), np.array(triangles)


def normals(vertices, triangles):
    """Area-weighted unit normals (n, 3) of the vertices."""
    sums = np.zeros_like(vertices)
    corner = [vertices[triangles[:, k]] for k in range(3)]
    cross = np.cross(corner[1] - corner[0], corner[2] - corner[0])
    for k in range(3):
        np.add.at(sums, triangles[:, k], cross)
    return sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-12)


def areas(points, triangles):
    """Areas (m,) of the triangles between points (n, 3) in space or (n, 2) in a plane."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    ab, ac = b - a, c - a
    if points.shape[1] == 2:
        flat = np.zeros((len(triangles), 1))
        ab, ac = np.c_[ab, flat], np.c_[ac, flat]
    return np.linalg.norm(np.cross(ab, ac), axis=1) / 2


def corner_sums(value, triangles, count):
    """(count,): for every vertex the sum of value (m,) over the triangles it is a corner of."""
    sums = np.zeros(count)
    for k in range(3):
        np.add.at(sums, triangles[:, k], value)
    return sums


def directed_edges(triangles):
    """(3m, 2) vertex pairs: the three sides of every triangle in its own direction."""
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


def undirected_edges(triangles):
    """(e, 2) vertex pairs, smaller index first, each edge once, sorted."""
    return np.unique(np.sort(directed_edges(triangles), 1), axis=0)


def neighbour_matrix(triangles, count):
    """(count, count) sparse: 1 where two vertices share an edge."""
    edge = directed_edges(triangles)
    row, column = np.r_[edge[:, 0], edge[:, 1]], np.r_[edge[:, 1], edge[:, 0]]
    ones = sp.csr_matrix((np.ones(len(edge) * 2), (row, column)), shape=(count, count))
    ones.data[:] = 1
    return ones


def inverse_degrees(neighbours):
    """Diagonal sparse: one over every vertex's number of neighbours (1 for a vertex without any)."""
    return sp.diags(1 / np.maximum(np.asarray(neighbours.sum(1)).ravel(), 1))


def used_vertices(triangles, count):
    """(count,) bool: corners of any triangle."""
    used = np.zeros(count, bool)
    used[triangles.ravel()] = True
    return used


def boundary_loops(triangles):
    """The open boundaries as lists of vertex indices, each starting at its lowest vertex."""
    edges = {(int(a), int(b)) for a, b in directed_edges(triangles)}
    following = {a: b for a, b in edges if (b, a) not in edges}
    loops, seen = [], set()
    for start in sorted(following):
        loop, at = [], start
        while at not in seen:
            seen.add(at)
            loop.append(at)
            at = following[at]
        if loop:
            loops.append(loop)
    return loops


class HoleFiller:
    """Replaces vertices by the surface of least bending (uniform bilaplacian) through the vertices around them."""

    def __init__(self, triangles, count, hole):
        """hole (count,) bool: the vertices to replace."""
        neighbours = neighbour_matrix(triangles, count)
        laplacian = sp.identity(count) - inverse_degrees(neighbours) @ neighbours
        bending = (laplacian.T @ laplacian).tocsr()
        self.inside = np.where(hole)[0]
        self.around = np.where(~hole & used_vertices(triangles, count))[0]
        self.coupling = bending[self.inside][:, self.around]
        self.factor = sla.splu(bending[self.inside][:, self.inside].tocsc())

    def __call__(self, positions):
        """A copy of positions (count, 3), or of displacements, with the hole filled: a linear map."""
        filled = positions.copy()
        filled[self.inside] = self.factor.solve(-(self.coupling @ positions[self.around]))
        return filled
