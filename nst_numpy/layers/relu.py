"""The rectifier: what is negative becomes 0."""

import numpy as np

from nst_numpy.arrays import Array, Mask


def relu_forward(z: Array) -> tuple[Array, Mask]:
    """Cut off what is negative, ``a = max(z, 0)``, and say where z was positive.

    Returns
    -------
    a : ndarray, the shape and dtype of `z`
    positive : ndarray of bool, the shape of `z`
        All that `relu_backward` needs: yes or no, not a number.
    """
    return np.maximum(z, 0), z > 0


def relu_backward(da: Array, positive: Mask) -> Array:
    """Let the gradient through where z was positive: what was cut off had no influence on J.

    ``dz = da`` where z > 0, else 0.

    At z = 0 exactly, where the slope jumps from 0 to 1, it is taken as 0.
    """
    return da * positive
