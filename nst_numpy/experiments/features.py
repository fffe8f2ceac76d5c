"""Features of a picture, J of any terms, and the way down it: what most experiments need."""

from collections.abc import Collection, Sequence
from itertools import islice

from nst_numpy import backend
from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.bounds import bounds_forward, bounds_inverse, within_bounds
from nst_numpy.costs import Term
from nst_numpy.metric import Metric
from nst_numpy.network import VGG19, Network, Weights, forward
from nst_numpy.objective import SumOfTerms
from nst_numpy.optimizers import LBFGS, Function, iterates
from nst_numpy.stylize import noise


def features_of(
    picture: Array, weights: Weights, layers: Collection[str], network: Network = VGG19
) -> dict[str, Array]:
    """Carry a picture, RGB in [0, 1], up to some layers: layer -> (n_H_l, n_W_l, n_C_l)."""
    features, _ = forward(picture, network, weights, layers)
    return features


def sum_of(terms: Sequence[Term], weights: Weights, picture: Array) -> SumOfTerms:
    """Make J of these terms, for pictures of the shape and dtype of one."""
    taps = {term.layer for term in terms}
    evaluator = backend.evaluator(VGG19, weights, taps, picture.dtype, Computing())
    return SumOfTerms(terms, evaluator, picture.shape, picture.dtype)


def minimise(function: Function, start: Array, iterations: int) -> tuple[Array, list[float]]:
    """Minimise with L-BFGS: the last picture, and J at the start and after each iteration."""
    heights = []
    for state in islice(iterates(LBFGS(), function, start), iterations + 1):
        heights.append(float(state.value))
    return state.x, heights


def paint(function: Function, start: Array, iterations: int) -> tuple[Array, list[float]]:
    """Minimise as `stylize` does, in the bounds and with the metric: the picture, and its J's."""
    heights = []
    optimizer, u = LBFGS(metric=Metric(start.shape)), bounds_inverse(start)
    for state in islice(iterates(optimizer, within_bounds(function), u), iterations + 1):
        heights.append(float(state.value))
    return bounds_forward(state.x), heights


def faint_noise(shape: tuple[int, ...], around: Array | float = 0.5, seed: int = 0) -> Array:
    """Return what pictures without a photograph begin with: one colour, and a little noise.

    A layer does not mind specks that its pools average away: from strong noise they would stay.
    """
    return noise(shape, seed, around, size=0.02)
