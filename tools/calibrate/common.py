"""Helpers of the calibration's stages."""
import numpy as np


def load_obj(path):
    """Vertices (n,3) and triangles (m,3); polygons are fanned."""
    v, t = [], []
    for line in open(path):
        if line[:2] == "v ":
            v.append([float(x) for x in line.split()[1:4]])
        elif line[:2] == "f ":
            i = [int(p.split("/")[0]) - 1 for p in line.split()[1:]]
            t += [[i[0], i[k], i[k + 1]] for k in range(1, len(i) - 1)]
    return np.array(v), np.array(t)


def normals(v, t):
    """Area-weighted unit vertex normals."""
    n = np.zeros_like(v)
    c = np.cross(v[t[:, 1]] - v[t[:, 0]], v[t[:, 2]] - v[t[:, 0]])
    for k in range(3):
        np.add.at(n, t[:, k], c)
    return n / (np.linalg.norm(n, axis=1, keepdims=True) + 1e-12)
