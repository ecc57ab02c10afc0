"""Covariance of the sizes that condition the modes: ANSUR II (Gordon et al. 2014; domain.md 7.1), men and women in
equal parts. Correlations that the table does not give are assumed."""
import numpy as np

HEAD_LEVERS, SYMMETRIC = 40, 34  # as in src/headinternal.h
MEASURE_COUNT = 26               # HM_COUNT
# head length, breadth, circumference, tragion-top height, menton-sellion length: places in src's HeadMeasure
MEASURES = [0, 1, 2, 5, 6]
SD_MEN_MM = np.array([7, 5.5, 16.1, 6.2, 6.7])
SD_WOMEN_MM = np.array([7.5, 5.2, 19.4, 6.6, 6.1])
MEN_MINUS_WOMEN_MM = np.array([9.7, 6.5, 16, 4.7, 9.5])
ASSUMED_CORRELATION = .2
CORRELATION = {(0, 1): .2, (0, 2): .8, (1, 2): .52, (0, 3): .29, (1, 3): .32, (2, 3): .38, (0, 4): .3, (1, 4): .17,
               (2, 4): .32}  # of places in MEASURES, mean of men's and women's


def read_gradient(path):
    """(measures, SYMMETRIC) mm per deviation: the last block of a head.bin that tool_headgradients wrote."""
    with open(path, "rb") as file:
        block = file.read()[-MEASURE_COUNT * HEAD_LEVERS * 4:]
    return np.frombuffer(block, "<f4").reshape(MEASURE_COUNT, HEAD_LEVERS)[MEASURES, :SYMMETRIC].astype(float)


def covariance():
    """(measures, measures) in mm^2, of people of either sex: within the sexes plus between their means."""
    n = len(MEASURES)
    correlation = np.full((n, n), ASSUMED_CORRELATION)
    np.fill_diagonal(correlation, 1)
    for (i, j), value in CORRELATION.items():
        correlation[i, j] = correlation[j, i] = value
    size, vectors = np.linalg.eigh(correlation)
    correlation = (vectors * np.maximum(size, .02)) @ vectors.T  # positive definite, whatever the table rounds
    correlation /= np.sqrt(np.outer(np.diag(correlation), np.diag(correlation)))
    within = correlation * np.outer(SD_MEN_MM, SD_MEN_MM) + correlation * np.outer(SD_WOMEN_MM, SD_WOMEN_MM)
    return within / 2 + np.outer(MEN_MINUS_WOMEN_MM, MEN_MINUS_WOMEN_MM) / 4
