"""Mistakes in the passes of the convolution, the ReLU and the pools.

A comment says how each line should read. The right passes stand in `layers`.
"""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.cases import (
    average_pool,
    convolution,
    max_pool,
    max_pool_of_equals,
    relu,
)
from nst_numpy.checks.mutants.mutant import Mutant
from nst_numpy.checks.pieces import Pieces
from nst_numpy.layers import conv_backward, conv_forward, max_pool_forward


def _axes_reshaped(dz: Array, weight: Array) -> Array:
    _, _, n_C_in, n_C_out = weight.shape
    turned = weight[::-1, ::-1]
    return conv_forward(dz, turned.reshape(3, 3, n_C_out, n_C_in))  # right: turned.swapaxes(2, 3)


def _border_lost(dz: Array, weight: Array) -> Array:
    dx = conv_backward(dz, weight)
    inside = np.zeros_like(dx)
    inside[1:-1, 1:-1] = dx[1:-1, 1:-1]  # right: all of dx
    return inside


def _shifted(dz: Array, weight: Array) -> Array:
    padded = np.pad(dz, ((2, 0), (2, 0), (0, 0)))  # right: ((1, 1), (1, 1), (0, 0))
    return conv_backward(padded, weight)[1:-1, 1:-1]


def _to_all_four(dy: Array, shape: tuple[int, ...]) -> Array:
    return _enlarged(dy.repeat(2, 0).repeat(2, 1), shape)


def _enlarged(cropped: Array, shape: tuple[int, ...]) -> Array:
    """Add zeros for the row and the column that a pool drops where a side is odd."""
    dx = np.zeros(shape, cropped.dtype)
    dx[: cropped.shape[0], : cropped.shape[1]] = cropped
    return dx


def _tiled(dy: Array, shape: tuple[int, ...]) -> Array:
    return _enlarged(np.tile(dy, (2, 2, 1)) * 0.25, shape)  # right: dy.repeat(2, 0).repeat(2, 1)


def _all_the_largest(x: Array) -> tuple[Array, Any]:
    y, _ = max_pool_forward(x)
    return y, x == _to_all_four(y, x.shape)  # right: the first of them


# fmt: off
MUTANTS_OF_LAYERS = (
    Mutant(
        "kernel not turned", "The kernel is not turned by 180°.", convolution,
        # right: weight[::-1, ::-1].swapaxes(2, 3)
        Pieces(conv_backward=lambda dz, weight: conv_forward(dz, weight.swapaxes(2, 3)))),
    Mutant(
        "axes not swapped", "The channel axes of the kernel are reshaped, not swapped.",
        convolution, Pieces(conv_backward=_axes_reshaped)),
    Mutant(
        "height for width", "The kernel's height and width are exchanged.", convolution,
        # right: weight as it is
        Pieces(conv_backward=lambda dz, weight: conv_backward(dz, weight.swapaxes(0, 1)))),
    Mutant(
        "border lost", "The padding of dz is forgotten, and zeros take the place of the border.",
        convolution, Pieces(conv_backward=_border_lost)),
    Mutant(
        "shifted by a pixel", "All of the padding stands at the top and at the left.",
        convolution, Pieces(conv_backward=_shifted)),
    Mutant(
        "mask by gradient", "The gradient is cut where it is negative itself, not where z was.",
        relu, Pieces(relu_backward=lambda da, positive: da * (da > 0))),  # right: da * positive
    Mutant(
        "no mask", "The ReLU lets everything through: a ≥ 0 is always true.",
        relu, Pieces(relu_forward=lambda z: (a := np.maximum(z, 0), a >= 0))),  # right: a > 0
    Mutant(
        "mask by both", "The gradient is cut where z was negative and where it is negative itself: "
        '"guided backpropagation", which is no gradient.', relu,
        Pieces(relu_backward=lambda da, positive: da * (da > 0) * positive)),  # right: no da > 0
    Mutant(
        "no ¼", "Each of the four pixels gets the whole gradient instead of a quarter.",
        average_pool, Pieces(average_pool_backward=_to_all_four)),  # right: … * 0.25
    Mutant(
        "tile for repeat", "The gradient's map is laid out four times side by side, instead of "
        "each number four times.", average_pool, Pieces(average_pool_backward=_tiled)),
    Mutant(
        "max: to all four", "The whole gradient goes to all four pixels, not to the winner alone.",
        max_pool,  # right: … * (it is the winner)
        Pieces(max_pool_backward=lambda dy, winner, shape: _to_all_four(dy, shape))),
    Mutant(
        "max: as average", "Each of the four pixels gets a quarter, as if it were average pooling.",
        max_pool,  # right: … * (it is the winner)
        Pieces(max_pool_backward=lambda dy, winner, shape: _to_all_four(dy, shape) * 0.25)),
    Mutant(
        "max: ties twice", "Where two pixels are equally large, both get the whole gradient.",
        max_pool, Pieces(
            max_pool_forward=_all_the_largest,
            max_pool_backward=lambda dy, largest, shape: _to_all_four(dy, shape) * largest),
        ties=max_pool_of_equals),
)
# fmt: on
