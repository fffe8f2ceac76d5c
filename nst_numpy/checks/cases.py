"""Every layer and every cost of this package as a case, made of any pieces.

The convolution is there twice: the definition's, and that by which plain NumPy paints.

The inputs are so small that each component can be tried; their sides differ, and are odd for pools.
"""

from dataclasses import replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.bounds import bounds_backward, bounds_forward
from nst_numpy.checks.case import Case
from nst_numpy.checks.networks import narrow, whole
from nst_numpy.checks.pieces import OURS, CostOfTwo, Gradient, Pieces, style_cost_of_two
from nst_numpy.costs import (
    STATISTICS,
    Histogram,
    MaskedGram,
    Statistic,
    content_cost,
    gram_per_position,
    total_variation,
)
from nst_numpy.costs.term import cost as cost_of
from nst_numpy.network import VGG19
from nst_numpy.winograd.layers import THIN, Winograd

SHAPE = (5, 7, 3)


def cases(pieces: Pieces = OURS) -> tuple[Case, ...]:
    """Return them all."""
    return (
        convolution(pieces),
        winograd(),
        relu(pieces),
        average_pool(pieces),
        max_pool(pieces),
        max_pool_of_equals(pieces),
        bounds(),
        vgg_input(pieces),
        whole(narrow(VGG19), pieces),
        whole(replace(narrow(VGG19), pooling="max"), pieces),
        content(pieces),
        style(pieces),
        masked_style(),
        *(of_statistic(name, s) for name, s in STATISTICS.items() if name != "gram"),
        Case(
            "total variation",
            lambda image: total_variation(image)[0],
            lambda dJ, image: dJ * total_variation(image)[1],
            lambda rng: (rng.random((4, 5, 3)),),
        ),
    )


def convolution(pieces: Pieces = OURS) -> Case:
    """Return the case of the 3×3 convolution, from 3 channels to 4."""
    return Case(
        "convolution",
        pieces.conv_forward,
        lambda dz, x, weight, bias: pieces.conv_backward(dz, weight),
        lambda rng: tuple(rng.standard_normal(shape) for shape in (SHAPE, (3, 3, 3, 4), 4)),
        linear=True,
    )


def winograd() -> Case:
    """Return the case of the convolution by tiles, with as few channels as are done so."""
    layers = Winograd()
    return Case(
        "convolution by tiles",
        layers.conv_forward,
        lambda dz, x, weight, bias: layers.conv_backward(dz, weight),
        lambda rng: tuple(
            rng.standard_normal(shape) for shape in ((5, 7, THIN), (3, 3, THIN, THIN + 1), THIN + 1)
        ),
        linear=True,
    )


def relu(pieces: Pieces = OURS) -> Case:
    """Return the case of the ReLU, on numbers that are not near 0."""
    return Case(
        "ReLU",
        lambda z: pieces.relu_forward(z)[0],
        lambda da, z: pieces.relu_backward(da, pieces.relu_forward(z)[1]),
        lambda rng: (rng.choice([-1, 1], SHAPE) * rng.uniform(0.1, 1, SHAPE),),
    )


def average_pool(pieces: Pieces = OURS) -> Case:
    """Return the case of the average pool."""
    return Case(
        "average pool",
        pieces.average_pool_forward,
        lambda dy, x: pieces.average_pool_backward(dy, x.shape),
        lambda rng: (rng.standard_normal(SHAPE),),
        linear=True,
    )


def max_pool(pieces: Pieces = OURS) -> Case:
    """Return the case of the max pool, on numbers of which no two are near each other."""
    return Case(
        "max pool",
        lambda x: pieces.max_pool_forward(x)[0],
        lambda dy, x: pieces.max_pool_backward(dy, pieces.max_pool_forward(x)[1], x.shape),
        lambda rng: (rng.permutation(5 * 7 * 3).reshape(SHAPE) / 100,),
    )


def max_pool_of_equals(pieces: Pieces = OURS) -> Case:
    """Return the case of the max pool on squares that hold their largest number twice.

    That is a kink, unless both move together: in each direction a square moves as one.
    """

    def draw(rng: np.random.Generator) -> tuple[Array]:
        x = rng.standard_normal((4, 6, 3))
        x[0::2, 0::2] = x[1::2, 1::2] = np.maximum(x[0::2, 0::2], 0) + 3
        return (x,)

    def squares(rng: np.random.Generator) -> Array:
        return rng.standard_normal((2, 3, 3)).repeat(2, 0).repeat(2, 1)

    return replace(max_pool(pieces), name="max pool, equals", draw=draw, direction=squares)


def bounds() -> Case:
    """Return the case of what makes a picture from any numbers."""
    return Case(
        "bounds",
        bounds_forward,
        bounds_backward,
        lambda rng: (2 * rng.standard_normal(SHAPE),),
    )


def vgg_input(pieces: Pieces = OURS) -> Case:
    """Return the case of what makes the network's input from a picture."""
    return Case(
        "VGG input",
        lambda G: pieces.vgg_input_forward(G, VGG19.mean),
        lambda dx, G: pieces.vgg_input_backward(dx),
        lambda rng: (rng.random(SHAPE),),
        linear=True,
    )


def content(pieces: Pieces = OURS) -> Case:
    """Return the case of the content cost."""
    return _cost("content cost", content_cost, pieces.content_gradient)


def style(pieces: Pieces = OURS) -> Case:
    """Return the case of the style cost."""
    return _cost("style cost", style_cost_of_two, pieces.style_gradient)


def of_statistic(name: str, statistic: Statistic) -> Case:
    """Return the case of the style cost by a statistic other than the Gram matrix."""
    return Case(
        f"style cost, {name}",
        lambda a_G, target: cost_of(statistic, a_G, target)[0],
        lambda dJ, a_G, target: dJ * cost_of(statistic, a_G, target)[1],
        lambda rng: (unsorted(statistic, rng), per_position(statistic, rng)),
    )


def unsorted(statistic: Statistic, rng: np.random.Generator) -> Array:
    """Draw activations; where numbers are sorted, until no two are near each other."""
    while True:
        a: Array = rng.standard_normal((4, 3, 5))
        if not isinstance(statistic, Histogram):
            return a
        if np.diff(np.sort(statistic.seen(a))).min() > 1e-3:
            return a


def per_position(statistic: Statistic, rng: np.random.Generator) -> Array:
    """Return what a statistic measures of 5×6 positions, as `Objective` makes a target of it."""
    return statistic.measure(rng.standard_normal((5, 6, 5))) / (5 * 6)


def masked_style() -> Case:
    """Return the case of the style cost in a region with a soft edge."""
    return Case(
        "style cost, masked",
        lambda a_G, target, mask: cost_of(MaskedGram(mask), a_G, target)[0],
        lambda dJ, a_G, target, mask: dJ * cost_of(MaskedGram(mask), a_G, target)[1],
        _masked,
    )


def _masked(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    a_G, a_S = rng.standard_normal((2, 4, 3, 5))
    return a_G, gram_per_position(a_S), rng.random((4, 3))


def _cost(name: str, cost: CostOfTwo, gradient: Gradient) -> Case:
    return Case(
        name,
        lambda a_G, a: cost(a, a_G)[0],
        lambda dJ, a_G, a: dJ * gradient(a, a_G),
        lambda rng: tuple(rng.standard_normal((2, 4, 3, 5))),
    )
