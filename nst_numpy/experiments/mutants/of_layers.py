"""Mistakes in the backward passes of the convolution, the ReLU and the pools.

Each function is the right backward pass but for one line, and the comment there says how the line
should read. The right ones stand in `layers`.
"""

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.mutants.pieces import Mutant
from nst_numpy.layers import conv_backward, conv_forward, max_pool_forward


def _kernel_not_turned(dz: Array, weight: Array) -> Array:
    return conv_forward(dz, weight.swapaxes(2, 3))  # right: weight[::-1, ::-1].swapaxes(2, 3)


def _channels_not_swapped(dz: Array, weight: Array) -> Array:
    _, _, n_C_in, n_C_out = weight.shape
    turned = weight[::-1, ::-1]
    return conv_forward(dz, turned.reshape(3, 3, n_C_out, n_C_in))  # right: turned.swapaxes(2, 3)


def _kernel_transposed(dz: Array, weight: Array) -> Array:
    flipped = weight[::-1, ::-1].transpose(1, 0, 3, 2)  # right: transpose(0, 1, 3, 2)
    return conv_forward(dz, flipped)


def _border_lost(dz: Array, weight: Array) -> Array:
    dx = np.zeros((*dz.shape[:2], weight.shape[2]), dz.dtype)
    dx[1:-1, 1:-1] = conv_backward(dz, weight)[1:-1, 1:-1]  # right: dx[...] = the whole of it
    return dx


def _shifted_by_a_pixel(dz: Array, weight: Array) -> Array:
    padded = np.pad(dz, ((2, 0), (2, 0), (0, 0)))  # right: ((1, 1), (1, 1), (0, 0))
    return conv_backward(padded, weight)[1:-1, 1:-1]


def _masked_by_the_gradient(da: Array, z: Array) -> Array:
    return da * (da > 0)  # right: da * (z > 0)


def _not_masked(da: Array, z: Array) -> Array:
    a = np.maximum(z, 0)
    return da * (a >= 0)  # right: da * (a > 0); no a is below 0


def _masked_by_both(da: Array, z: Array) -> Array:
    return da * (z > 0) * (da > 0)  # right: da * (z > 0)


def _average_without_quarter(dy: Array, shape: tuple[int, ...]) -> Array:
    dx = np.zeros(shape, dy.dtype)
    n_H, n_W, _ = dy.shape
    dx[: 2 * n_H, : 2 * n_W] = dy.repeat(2, 0).repeat(2, 1)  # right: … * 0.25
    return dx


def _average_tiled(dy: Array, shape: tuple[int, ...]) -> Array:
    dx = np.zeros(shape, dy.dtype)
    n_H, n_W, _ = dy.shape
    dx[: 2 * n_H, : 2 * n_W] = np.tile(dy, (2, 2, 1)) * 0.25  # right: dy.repeat(2, 0).repeat(2, 1)
    return dx


def _max_to_all_four(dy: Array, x: Array) -> Array:
    dx = np.zeros_like(x)
    n_H, n_W, _ = dy.shape
    dx[: 2 * n_H, : 2 * n_W] = dy.repeat(2, 0).repeat(2, 1)  # right: … * (it is the winner)
    return dx


def _max_as_average(dy: Array, x: Array) -> Array:
    return _max_to_all_four(dy, x) * 0.25  # right: … * (it is the winner)


def _max_ties_twice(dy: Array, x: Array) -> Array:
    y, _ = max_pool_forward(x)
    largest = np.zeros(x.shape, bool)
    n_H, n_W, _ = y.shape
    inside = x[: 2 * n_H, : 2 * n_W]
    largest[: 2 * n_H, : 2 * n_W] = inside == y.repeat(2, 0).repeat(
        2, 1
    )  # right: the first of them
    return _max_to_all_four(dy, x) * largest


MUTANTS_OF_LAYERS = (
    Mutant(
        "kernel not turned", "The kernel is not turned by 180°.", "convolution", _kernel_not_turned
    ),
    Mutant(
        "axes not swapped",
        "The channel axes of the kernel are reshaped, not swapped.",
        "convolution",
        _channels_not_swapped,
    ),
    Mutant(
        "height for width",
        "The kernel's height and width are exchanged.",
        "convolution",
        _kernel_transposed,
    ),
    Mutant(
        "border lost",
        "The padding of dz is forgotten, and zeros take the place of the border.",
        "convolution",
        _border_lost,
    ),
    Mutant(
        "shifted by a pixel",
        "All of the padding stands at the top and at the left.",
        "convolution",
        _shifted_by_a_pixel,
    ),
    Mutant(
        "mask by gradient",
        "The gradient is cut where it is negative itself, not where z was.",
        "relu",
        _masked_by_the_gradient,
    ),
    Mutant(
        "no mask", "The ReLU lets everything through: a ≥ 0 is always true.", "relu", _not_masked
    ),
    Mutant(
        "mask by both",
        "The gradient is cut where z was negative and where it is negative itself: "
        '"guided backpropagation", which is no gradient.',
        "relu",
        _masked_by_both,
    ),
    Mutant(
        "no ¼",
        "Each of the four pixels gets the whole gradient instead of a quarter.",
        "average_pool",
        _average_without_quarter,
    ),
    Mutant(
        "tile for repeat",
        "The gradient's map is laid out four times side by side, instead of each number "
        "four times.",
        "average_pool",
        _average_tiled,
    ),
    Mutant(
        "max: to all four",
        "The whole gradient goes to all four pixels, not to the winner alone.",
        "max_pool",
        _max_to_all_four,
    ),
    Mutant(
        "max: as average",
        "Each of the four pixels gets a quarter, as if it were average pooling.",
        "max_pool",
        _max_as_average,
    ),
    Mutant(
        "max: ties twice",
        "Where two pixels are equally large, both get the whole gradient.",
        "max_pool",
        _max_ties_twice,
    ),
)
