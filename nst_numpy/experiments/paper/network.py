"""A network small enough for paper, up and down, with every number kept to be looked at.

A 4×4 picture with one channel, a 3×3 convolution to two, ReLU, average pool, both costs. It is a
`Network` like VGG-19, walked by the same functions; only the kernels are our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.pieces import Pieces
from nst_numpy.costs import Content, Gram, Term, gram_per_position
from nst_numpy.costs.term import cost
from nst_numpy.evaluation import Evaluator
from nst_numpy.network import Network, forward, walk_down
from nst_numpy.objective import SumOfTerms

SIDE = 4
MOST = 4  # the brightest of a picture; its darkest is 0
EDGE = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]  # dark on the left, bright on the right
BRIGHT = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]  # a pixel and its four neighbours
PIXEL = (1, 1)  # the one that is followed
CHANNELS = ("edge", "bright")
WEIGHT = np.stack([EDGE, BRIGHT], axis=-1)[:, :, np.newaxis, :].astype(np.float64)
BIAS = np.array([0.25, -6.75])
"""Pictures are in halves, so with these quarters no z is nearer than ¼ to the ReLU's kink."""

PAPER = Network("the network on paper", (("conv1_1", 1, 2), ("pool1", 2, 2)))
WEIGHTS = {"conv1_1": (WEIGHT, BIAS)}
LAYERS = Pieces(vgg_input_forward=lambda G, mean: G, vgg_input_backward=lambda dx: dx)  # x is G

ALPHA, BETA = 16.0, 16.0
"""The divisors 2·n_H·n_W·n_C and n_C²·n_H·n_W are 16 here, so the gradients become bare."""


@dataclass(frozen=True)
class Numbers:
    """What a picture x becomes: z = conv(x), a = relu(z), p = pool(a); or dJ/d of each of them."""

    x: Array
    z: Array
    a: Array
    p: Array


def up(x: Array) -> Numbers:
    """Carry a picture, (4, 4, 1), up to the features p, (2, 2, 2)."""
    features, _ = forward(x, PAPER, WEIGHTS, ("conv1_1", "pool1"), LAYERS)
    z = LAYERS.conv_forward(x, *WEIGHTS["conv1_1"])
    return Numbers(x, z, features["conv1_1"], features["pool1"])


def down(x: Array, terms: Sequence[Term]) -> Numbers:
    """Carry the gradient of some terms, all of p, down to the picture."""
    features, cache = forward(x, PAPER, WEIGHTS, ["pool1"], LAYERS)
    p = features["pool1"]
    dp = np.sum([term.weight * cost(term.statistic, p, term.target)[1] for term in terms], axis=0)
    (_, dp), (_, da), (_, dx) = walk_down({"pool1": dp}, cache, PAPER, WEIGHTS, LAYERS)
    return Numbers(dx, LAYERS.relu_backward(da, cache.positive["conv1_1"]), da, dp)


def objective(C: Numbers, S: Numbers) -> SumOfTerms:
    """Return J: features are compared with C's place by place, and with S's Gram matrix."""
    content = Term("content", "pool1", Content(), ALPHA, C.p)
    style = Term("style", "pool1", Gram(), BETA, gram_per_position(S.p))
    evaluator = Evaluator(PAPER, WEIGHTS, LAYERS)
    return SumOfTerms([content, style], evaluator, C.x.shape, np.dtype(np.float64))


def small_picture(picture: Array) -> Array:
    """Cut the middle square out of a picture, and average it to 4×4 whole numbers, 0 to 4."""
    side = min(picture.shape[:2]) // SIDE * SIDE
    top, left = ((n - side) // 2 for n in picture.shape[:2])
    gray = picture[top : top + side, left : left + side].astype(np.float64).mean(axis=2)
    small: Array = gray.reshape(SIDE, side // SIDE, SIDE, side // SIDE).mean(axis=(1, 3))
    span = small.max() - small.min()
    brightness = (small - small.min()) / span if span else small
    return np.round(MOST * brightness)[:, :, np.newaxis]
