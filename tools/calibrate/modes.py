"""Stage 4: the mean head and how heads differ from it, as displacements of the sheet's vertices.

Principal components of the symmetric and of the asymmetric part of the aligned heads. Their spreads are those of 51
ICT heads; given how the named measures answer to them (head_measure_gradients), they are brought to the spreads and
correlations of people.
"""
import numpy as np

from common import HoleFiller
from nose import nostril_change

SYMMETRIC, ASYMMETRIC = 34, 6  # HEAD_SYMMETRIC, HEAD_MODES - HEAD_SYMMETRIC in src
NECK_BELOW_MM, NECK_WEIGHT = -100, .3
FREE_SPREAD = .72  # set by hand: how many of the ICT heads' deviations make one of people's, where no conditioned
                   # measure says so


def components(differences, weight, count):
    """The count greatest principal components (count, n, 3), each one deviation long, of differences (h, n, 3) with
    weight (n,) of the vertices."""
    heads = len(differences)
    rows = (differences * weight[None, :, None]).reshape(heads, -1)
    size, vectors = np.linalg.eigh(rows @ rows.T)
    order = np.argsort(-size)[:count]
    print(f"modes: {count} explain {size[order].sum() / size.sum():.4f} of the variance")
    modes = []
    for k in order:
        score = vectors[:, k] * np.sqrt(size[k])
        modes.append(np.tensordot(score / (score @ score), differences, 1) * np.sqrt((score @ score) / heads))
    return np.array(modes)


def condition(modes, weight, gradient, covariance):
    """Symmetric modes (SYMMETRIC, n, 3) mixed so that N(0, I) of them has the covariance (k, k) in mm^2 of the k
    measures with gradient (k, SYMMETRIC) in mm per deviation, and FREE_SPREAD across them; largest first."""
    inverse = gradient.T @ np.linalg.inv(gradient @ gradient.T)
    unseen = np.eye(SYMMETRIC) - inverse @ gradient
    wished = unseen @ unseen.T * FREE_SPREAD ** 2 + inverse @ covariance @ inverse.T
    variance, vectors = np.linalg.eigh(wished)
    order = np.argsort(-variance)
    mixed = np.tensordot((vectors[:, order] * np.sqrt(variance[order])).T, modes, 1)
    size = np.sqrt((mixed ** 2 * weight[None, :, None]).sum((1, 2)))
    return mixed[np.argsort(-size)]


def find_modes(heads, sheet, population=None):
    """Mean (n, 3) mm and modes (SYMMETRIC + ASYMMETRIC, n, 3) mm per deviation on the sheet, the nostrils shaped and their
    insides smoothed. population: gradient and covariance for condition(), or None."""
    n, caps = len(sheet.position), len(sheet.position) - sheet.n_true
    samples = np.array([sheet.weights @ head for head in heads.samples]) + sheet.offset
    samples = np.concatenate([samples, np.zeros((len(samples), caps, 3))], 1)
    mean, half = samples.mean(0), len(samples) // 2
    weight = np.ones(n)
    weight[sheet.n_true:] = 0
    weight[mean[:, 1] < NECK_BELOW_MM] = NECK_WEIGHT
    symmetric = components((samples[:half] + samples[half:]) / 2 - mean, weight, SYMMETRIC)
    asymmetric = components((samples[:half] - samples[half:]) / 2, weight, ASYMMETRIC)
    if population:
        symmetric = condition(symmetric, weight, *population)
    smooth = HoleFiller(sheet.triangles, n, sheet.nostril)
    return smooth(mean + nostril_change(mean)), np.array([smooth(mode) for mode in np.concatenate([symmetric, asymmetric])])
