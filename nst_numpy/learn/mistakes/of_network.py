"""Known mistakes in the walk down, and in the two tests of gradients."""

from collections.abc import Callable, Mapping

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.pieces import Pieces
from nst_numpy.gradcheck import Linear, Scalar
from nst_numpy.learn.mistakes.taken import BY_NAME, first_small, of_mutant
from nst_numpy.learn.task import Mistake
from nst_numpy.network import Cache, Network, Weights, backward

WALK = "da[l] = dJ_l/da[l] + back of layer l + 1 (da[l + 1]); in the end 255 · dx[RGB]"
CENTRAL = "slope = (f(x + h·d) - f(x - h·d)) / (2·h)"
ADJOINT = "⟨u, A·v⟩ = ⟨Aᵀ·u, v⟩; the error is |difference| / the larger of the two"


def _with(pieces: Pieces) -> Callable[..., Array]:
    def walk_down(
        dfeatures: Mapping[str, Array], cache: Cache, network: Network, weights: Weights
    ) -> Array:
        return backward(dfeatures, cache, network, weights, pieces)

    return walk_down


def _no_relu(
    dfeatures: Mapping[str, Array], cache: Cache, network: Network, weights: Weights
) -> Array:
    return _with(Pieces(relu_backward=lambda da, positive: da))(dfeatures, cache, network, weights)


def _no_255(
    dfeatures: Mapping[str, Array], cache: Cache, network: Network, weights: Weights
) -> Array:
    pieces = Pieces(vgg_input_backward=lambda dx: dx[:, :, ::-1])
    return _with(pieces)(dfeatures, cache, network, weights)


def _still_bgr(
    dfeatures: Mapping[str, Array], cache: Cache, network: Network, weights: Weights
) -> Array:
    pieces = Pieces(vgg_input_backward=lambda dx: 255 * dx)
    return _with(pieces)(dfeatures, cache, network, weights)


def _in_walk(name: str) -> Mistake:
    mutant = BY_NAME[name]
    sentence = f"On the walk down, in a layer: {first_small(mutant.sentence)}"
    return Mistake(name, sentence, WALK, _with(mutant.pieces))


def _forward_difference(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return (function(x + h * direction) - function(x)) / h


def _backward_difference(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return (function(x) - function(x - h * direction)) / h


def _curvature(function: Scalar, x: Array, direction: Array, h: float) -> float:
    ends = function(x + h * direction) + function(x - h * direction)
    return (ends - 2 * function(x)) / h**2


def _undivided(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return function(x + h * direction) - function(x - h * direction)


def _by_h(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return (function(x + h * direction) - function(x - h * direction)) / h


def _half_h(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return (function(x + h * direction) - function(x - h * direction)) / 2 * h


def _no_brackets(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return function(x + h * direction) - function(x - h * direction) / (2 * h)


def _every_number(function: Scalar, x: Array, direction: Array, h: float) -> float:
    return (function(x + h) - function(x - h)) / (2 * h)


def _error(one: float, other: float) -> float:
    largest = max(abs(one), abs(other))
    return abs(one - other) / largest if largest else 0.0


def _lengths(forward: Linear, backward: Linear, v: Array, u: Array) -> float:
    return _error(float(np.linalg.norm(forward(v))), float(np.linalg.norm(backward(u))))


def _sums(forward: Linear, backward: Linear, v: Array, u: Array) -> float:
    return _error(float(np.sum(forward(v))), float(np.sum(backward(u))))


def _absolute(forward: Linear, backward: Linear, v: Array, u: Array) -> float:
    return abs(float(np.vdot(u, forward(v)) - np.vdot(backward(u), v)))


def _signed(forward: Linear, backward: Linear, v: Array, u: Array) -> float:
    one, other = float(np.vdot(u, forward(v))), float(np.vdot(backward(u), v))
    largest = max(one, other)
    return abs(one - other) / largest if largest else 0.0


def _ones(forward: Linear, backward: Linear, v: Array, u: Array) -> float:
    u = np.ones_like(u)
    return _error(float(np.vdot(u, forward(v))), float(np.vdot(backward(u), v)))


# fmt: off
OF_NETWORK: dict[str, tuple[Mistake, ...]] = {
    "walk-down": (
        of_mutant("tap overwrites", "", WALK, _with),
        of_mutant("tap dropped", "", WALK, _with),
        of_mutant("tap averaged", "", WALK, _with),
        Mistake("no ReLU", "The gradient is not cut where the ReLU was off.", WALK, _no_relu),
        Mistake("no 255", "The factor 255 between [0, 1] and the network's units is forgotten.",
                WALK, _no_255),
        Mistake("still BGR", "The channels are not brought back from BGR to RGB.",
                WALK, _still_bgr),
        *map(_in_walk, ("kernel not turned", "axes not swapped", "height for width",
                        "border lost", "shifted by a pixel", "mask by gradient", "mask by both",
                        "no ¼", "tile for repeat", "input inverted")),
    ),
    "central-difference": (
        Mistake("one-sided", "It is the one-sided difference (f(x + h·d) - f(x)) / h, wrong by "
                "O(h) instead of O(h²).", CENTRAL, _forward_difference),
        Mistake("h for 2h", "It is divided by h; the two points are 2·h apart.", CENTRAL, _by_h),
        Mistake("undivided", "It is not divided by 2·h.", CENTRAL, _undivided),
        Mistake("/ 2 * h", "It is halved and multiplied by h: / 2 * h instead of / (2 * h).",
                CENTRAL, _half_h),
        Mistake("no brackets", "Only the second value is divided by 2·h: brackets are missing "
                "around the difference.", CENTRAL, _no_brackets),
        Mistake("no direction", "Every number of x is moved by h, not x along d.",
                CENTRAL, _every_number),
        Mistake("backward", "It is the one-sided difference (f(x) - f(x - h·d)) / h, wrong by O(h) "
                "instead of O(h²).", CENTRAL, _backward_difference),
        Mistake("curvature", "It is the second difference, of the slope's own slope, not the "
                "slope.", CENTRAL, _curvature),
    ),
    "adjoint-test": (
        Mistake("lengths", "The lengths of A·v and of Aᵀ·u are compared, not the two inner "
                "products.", ADJOINT, _lengths),
        Mistake("sums", "The sums of A·v and of Aᵀ·u are compared, not the two inner products.",
                ADJOINT, _sums),
        Mistake("all ones", "u is replaced by ones, under which exchanged axes stay hidden.",
                ADJOINT, _ones),
        Mistake("absolute", "The difference is not divided by the larger of the two products.",
                ADJOINT, _absolute),
        Mistake("signed", "The larger of the two is taken with its sign: |…| is missing in the "
                "max.", ADJOINT, _signed),
    ),
}
# fmt: on
