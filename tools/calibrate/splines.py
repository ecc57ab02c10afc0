"""Bicubic B-spline nets over (u, v) and their least-squares fit.

A net is (count_u, count_v, 3): control points in mm. u is periodic, v is clamped by knots repeated at both ends; src
evaluates them the same way (headmodel.c). Knots are arrays of interval borders, n + 1 for n intervals.
"""
import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla


def knots_by_density(count, density):
    """count + 1 knots over 0..1, spaced inversely to density (a function of x)."""
    x = np.linspace(0, 1, 4001)
    value = density(x)
    cumulated = np.r_[0, np.cumsum((value[1:] + value[:-1]) / 2)]
    return np.interp(np.linspace(0, 1, count + 1), cumulated / cumulated[-1], x)


def subdivide(knots, parts):
    """Every interval in equal parts."""
    last = len(knots) - 1
    return np.interp(np.arange(last * parts + 1) / parts, np.arange(last + 1), knots)


def basis(knots, x, periodic):
    """The four cubic bases that are not zero at each x (de Boor's recursion): values (n, 4), their control points'
    indices (n, 4), and how many control points there are."""
    count = len(knots) - 1
    if periodic:
        period = knots[-1] - knots[0]
        extended = np.r_[knots[count - 3:count] - period, knots, knots[1:4] + period]
    else:
        extended = np.r_[[knots[0]] * 3, knots, [knots[-1]] * 3]
    x = np.asarray(x, float)
    interval = np.clip(np.searchsorted(knots, x, side="right") - 1, 0, count - 1)
    at = interval + 3
    value, left, right = np.zeros((len(x), 4)), np.zeros((len(x), 4)), np.zeros((len(x), 4))
    value[:, 0] = 1
    for degree in range(1, 4):
        left[:, degree] = x - extended[at + 1 - degree]
        right[:, degree] = extended[at + degree] - x
        saved = np.zeros(len(x))
        for r in range(degree):
            width = right[:, r + 1] + left[:, degree - r]
            term = value[:, r] / np.where(width == 0, 1, width)
            value[:, r] = saved + right[:, r + 1] * term
            saved = left[:, degree - r] * term
        value[:, degree] = saved
    column = interval[:, None] + np.arange(4)[None]
    return (value, column % count, count) if periodic else (value, column, count + 3)


def design(knots_u, knots_v, u, v):
    """Sparse (n, count_u * count_v): times the flattened net it gives the points at (u, v); and both counts."""
    value_u, column_u, count_u = basis(knots_u, u, True)
    value_v, column_v, count_v = basis(knots_v, v, False)
    value = (value_u[:, :, None] * value_v[:, None, :]).reshape(len(u), -1)
    column = (column_u[:, :, None] * count_v + column_v[:, None, :]).reshape(len(u), -1)
    row = np.repeat(np.arange(len(u)), 16)
    matrix = sp.csr_matrix((value.ravel(), (row, column.ravel())), shape=(len(u), count_u * count_v))
    return matrix, count_u, count_v


def evaluate(net, knots_u, knots_v, u, v):
    """Points (n, 3) of a net at (u, v)."""
    return design(knots_u, knots_v, u, v)[0] @ net.reshape(-1, 3)


def tangents(net, knots_u, knots_v, u, v):
    """Points and their derivatives by u and by v, by differences; each (n, 3)."""
    h = 1e-5

    def at(u, v):
        return evaluate(net, knots_u, knots_v, u % 1, np.clip(v, knots_v[0], knots_v[-1]))

    def inside(v):
        return np.clip(v, knots_v[0], knots_v[-1])

    return (at(u, v), (at(u + h, v) - at(u - h, v)) / (2 * h),
            (at(u, inside(v + h)) - at(u, inside(v - h))) / (2 * h))


def differences(count, order, periodic):
    """Sparse: the first or second differences of count control points along one direction."""
    ones = np.ones(count if periodic else count - order)
    rows = np.arange(len(ones))
    if order == 1:
        steps, values = (1, 0), (ones, -ones)
    else:
        steps, values = ((-1, 0, 1) if periodic else (0, 1, 2)), (ones, -2 * ones, ones)
    columns = np.concatenate([(rows + step) % count if periodic else rows + step for step in steps])
    return sp.csr_matrix((np.concatenate(values), (np.tile(rows, len(steps)), columns)), shape=(len(ones), count))


def bending(count_u, count_v):
    """Sparse quadratic form on a flattened net: the sum of its squared second differences, (uu, vv and twice uv)."""
    uu = sp.kron(differences(count_u, 2, True), sp.identity(count_v))
    vv = sp.kron(sp.identity(count_u), differences(count_v, 2, False))
    uv = sp.kron(differences(count_u, 1, True), differences(count_v, 1, False))
    return (uu.T @ uu + vv.T @ vv + 2 * uv.T @ uv).tocsc()


def at_row(count_v, j):
    """Sparse (1, count_v): picks control row j of v."""
    return sp.csr_matrix(([1.], ([0], [j])), shape=(1, count_v))


def plane_at_pole(count_u, count_v):
    """Quadratic form that keeps the last rows of v on tilted circles (in u: constant, cosine and sine), so that the
    surface is smooth at a pole in its middle."""
    angle = 2 * np.pi * (np.arange(count_u) + 2 - 3) / count_u
    harmonics = np.c_[np.ones(count_u), np.cos(angle), np.sin(angle)]
    harmonics /= np.linalg.norm(harmonics, axis=0)
    rest = sp.csr_matrix(np.eye(count_u) - harmonics @ harmonics.T)
    total = 0
    for j, weight in ((count_v - 2, 1.), (count_v - 3, .3), (count_v - 4, .03)):
        row = sp.kron(rest, at_row(count_v, j))
        total = total + weight * row.T @ row
    return total


class NetFit:
    """Least squares with a bending term: from points at fixed (u, v) to the net, linear in the points."""

    def __init__(self, knots_u, knots_v, u, v, weight, smoothing, two_poles=True):
        """weight (n,) of the points; smoothing times the bending is added. The control points of a pole's row are
        drawn together: of both ends of v, or, not two_poles, of the upper one, where the surface is smooth too."""
        self.weight = weight
        self.design, self.count_u, self.count_v = design(knots_u, knots_v, u, v)
        normal = self.design.T @ sp.diags(weight) @ self.design + smoothing * bending(self.count_u, self.count_v)
        around = differences(self.count_u, 1, True)
        for j in (0, self.count_v - 1) if two_poles else (self.count_v - 1,):
            pole = sp.kron(around, at_row(self.count_v, j))
            normal = normal + 1. * pole.T @ pole
        if not two_poles:
            normal = normal + plane_at_pole(self.count_u, self.count_v)
        self.factor = sla.splu(normal.tocsc())

    def __call__(self, points):
        """The net (count_u, count_v, 3) nearest to points (n, 3)."""
        flat = self.factor.solve(self.design.T @ (self.weight[:, None] * points))
        return flat.reshape(self.count_u, self.count_v, 3)

    def residual(self, net, points):
        """Distances (n,) in mm."""
        return np.linalg.norm(self.design @ net.reshape(-1, 3) - points, axis=1)


def corrected_parameters(net, knots_u, knots_v, u, v, points, largest, active):
    """(u, v) moved towards the net's nearest points (parameter correction, Hoschek 1988): a damped Gauss-Newton step of
    at most largest (in u, in v) where active (n,) bool."""
    point, du, dv = tangents(net, knots_u, knots_v, u, v)
    miss = points - point
    a, b, c = (du * du).sum(1), (du * dv).sum(1), (dv * dv).sum(1)
    e, g = (du * miss).sum(1), (dv * miss).sum(1)
    damp_u, damp_v = 1e-2 * a + 1, 1e-2 * c + 1
    determinant = (a + damp_u) * (c + damp_v) - b * b
    step_u = ((c + damp_v) * e - b * g) / determinant
    step_v = ((a + damp_u) * g - b * e) / determinant
    step_u = np.clip(step_u, -largest[0], largest[0]) * .7
    step_v = np.clip(step_v, -largest[1], largest[1]) * .7
    return (u + np.where(active, step_u, 0)) % 1, np.clip(v + np.where(active, step_v, 0), knots_v[0], knots_v[-1])
