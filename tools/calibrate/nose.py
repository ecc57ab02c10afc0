"""Part of stage 4: nostrils of people's shape. The open heads' are round holes that open to the front; people's are
slanted drops, narrower towards the nose's tip, under a rim that hangs over their front, and lead far up. Positions
are those of the mean head."""
import numpy as np

RIM_MM, RIM_REACH_MM, RIM_DOWN_MM = (7.5, -14, 107), (7, 4.5, 6), 1.9    # the front of the left nostril's rim hangs
DROP_MM, DROP_REACH_MM, DROP_SHARE = (7.2, -16, 103), (7, 6, 7), .42     # and its sides draw near ...
DROP_SLANT = .3                                                         # ... to an axis that runs to the tip
COLUMELLA_MM = 3.  # nearer to the midline than this, nothing moves sideways by more than its own share
BASE_MM, BASE_SLOPE = (-17.5, 97), .17   # the plane of the rims: y at z, and how it rises to the front
DEEPER, DEEPER_FROM_MM = (0, .6, -.5), 2  # by this much of the depth, of depths beyond


def bell(position, centre, reach):
    """(n,): 1 at centre, 1/e at reach along any axis; position (n, 3) with x >= 0."""
    return np.exp(-(((position - centre) / reach) ** 2).sum(1))


def nostril_change(mean):
    """Displacement (n, 3) mm of the mean head's vertices (n, 3), the same on both sides."""
    side, left = np.sign(mean[:, 0]), np.abs(mean[:, :1])
    left = np.c_[left, mean[:, 1:]]
    axis = DROP_MM[0] - DROP_SLANT * (left[:, 2] - DROP_MM[2])
    sideways = DROP_SHARE * (axis - left[:, 0]) * bell(left, DROP_MM, DROP_REACH_MM)
    sideways *= np.minimum(left[:, 0] / COLUMELLA_MM, 1)
    down = RIM_DOWN_MM * bell(left, RIM_MM, RIM_REACH_MM)
    return np.c_[side * sideways, -down, 0 * down]


def deepened(position, nostril):
    """A copy of position (n, 3) with the closed nostrils' insides (a mask) drawn up and back into the dark."""
    depth = np.maximum(position[:, 1] - BASE_MM[0] - BASE_SLOPE * (position[:, 2] - BASE_MM[1]), 0) * nostril
    return position + (depth * depth / (depth + DEEPER_FROM_MM))[:, None] * DEEPER
