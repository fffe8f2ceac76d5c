"""A network small enough for paper, up and down, with every step kept to be looked at.

A 4×4 picture with one channel, a 3×3 convolution to two, ReLU, average pool, both costs. Everything
is computed by the functions that carry VGG-19; only the kernels are our own.
"""

from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array, Mask
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.layers import (
    average_pool_backward,
    average_pool_forward,
    conv_backward,
    conv_forward,
    relu_backward,
    relu_forward,
)

SIDE = 4
MOST = 4  # the brightest of a picture; its darkest is 0
EDGE = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]  # dark on the left, bright on the right
BRIGHT = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]  # a pixel and its four neighbours
CHANNELS = ("edge", "bright")
WEIGHT = np.stack([EDGE, BRIGHT], axis=-1)[:, :, np.newaxis, :].astype(np.float64)
BIAS = np.array([0.25, -6.75])
"""Pictures are in halves, so with these quarters no z is nearer than ¼ to the ReLU's kink."""

ALPHA, BETA = 16.0, 16.0
"""The divisors 2·n_H·n_W·n_C and n_C²·n_H·n_W are 16 here, so the gradients become bare."""


@dataclass(frozen=True)
class Up:
    """What a picture x becomes: z = conv(x), a = relu(z), p = pool(a)."""

    x: Array
    z: Array
    positive: Mask
    a: Array
    p: Array


@dataclass(frozen=True)
class Costs:
    """What the features p cost, and both gradients with respect to p, without α and β."""

    J_content: float
    J_style: float
    dp_content: Array
    dp_style: Array

    @property
    def J(self) -> float:
        """The weighted sum."""
        return ALPHA * self.J_content + BETA * self.J_style


@dataclass(frozen=True)
class Down:
    """What a gradient dp becomes: da, dz, dx."""

    dp: Array
    da: Array
    dz: Array
    dx: Array


def up(x: Array) -> Up:
    """Carry a picture, (4, 4, 1), up to the features p, (2, 2, 2)."""
    z = conv_forward(x, WEIGHT, BIAS)
    a, positive = relu_forward(z)
    return Up(x, z, positive, a, average_pool_forward(a))


def costs(p_C: Array, p_S: Array, p: Array) -> Costs:
    """Compare features with the content's, place by place, and with the style's Gram matrix."""
    J_content, dp_content = content_cost(p_C, p)
    J_style, dp_style = style_cost(gram_per_position(p_S), p)
    return Costs(J_content, J_style, dp_content, dp_style)


def down(dp: Array, positive: Mask) -> Down:
    """Carry a gradient with respect to the features down to the picture."""
    da = average_pool_backward(dp, positive.shape)
    dz = relu_backward(da, positive)
    return Down(dp, da, dz, conv_backward(dz, WEIGHT))


def small_picture(picture: Array) -> Array:
    """Cut the middle square out of a picture, and average it to 4×4 whole numbers, 0 to 4."""
    side = min(picture.shape[:2]) // SIDE * SIDE
    top, left = ((n - side) // 2 for n in picture.shape[:2])
    gray = picture[top : top + side, left : left + side].astype(np.float64).mean(axis=2)
    small: Array = gray.reshape(SIDE, side // SIDE, SIDE, side // SIDE).mean(axis=(1, 3))
    span = small.max() - small.min()
    brightness = (small - small.min()) / span if span else small
    return np.round(MOST * brightness)[:, :, np.newaxis]
