"""Every gradient of this package, checked against finite differences: what ``check`` prints.

The pieces come first; then the whole J through the real VGG-19; last the checker itself, which must
be able to fail.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from nst_numpy import gradcheck
from nst_numpy.arrays import Array, Choice, Mask
from nst_numpy.checks.case import CENTRAL, DIRECTIONS, Check, checks_of
from nst_numpy.checks.cases import cases
from nst_numpy.checks.pieces import OURS, Pieces, with_pieces
from nst_numpy.network import Weights, forward
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings

NETWORK = 1e-6  # relative error allowed to central differences through the whole network
SLOPE = 0.1  # deviation from 2 allowed to the Taylor slope
TAYLOR_STEPS = tuple(2e-5 * 10 ** (-n / 2) for n in range(7))  # three decades
DRAWS = 1000  # of a picture and a direction, to find one without kinks


def all_checks(
    content: Array, style: Array, weights: Weights, seed: int = 0, pieces: Pieces = OURS
) -> Iterator[Check]:
    """Run every check, yielding each as it is done.

    Parameters
    ----------
    content, style : ndarray, shape (n_H, n_W, 3)
        Small pictures for the whole J, RGB in [0, 1]: 16 to 24 pixels a side. The larger they are,
        the more ReLUs there are, and the harder it is to find a direction that crosses no kink.
    weights : mapping, layer -> (weight, bias)
        The real network.
    seed : int
        Of everything that is drawn at random.
    pieces : Pieces
        What is checked.
    """
    rng = np.random.default_rng(seed)
    for case in cases(pieces):
        yield from checks_of(case, rng)
    for pooling in ("average", "max"):
        settings = Settings(pooling=pooling, tv_weight=1.0)
        J: SumOfTerms = Objective(content, [style], settings, weights, dtype="float64")
        if pieces is not OURS:
            J = with_pieces(J, style, pieces)
        yield from objective_checks(f"J, {pooling} pooling", J, content, rng)
    yield checker_check()


def objective_checks(
    name: str, J: SumOfTerms, content: Array, rng: np.random.Generator
) -> Iterator[Check]:
    """Check the whole J, at pictures near the content."""

    def value(G: Array) -> float:
        return float(J(G)[0])

    errors = []
    for _ in range(DIRECTIONS):
        G, d = _away_from_kinks(J, content, (1e-6, -1e-6), rng)
        errors.append(gradcheck.directional_error(value, G, J(G)[1], [d], (1e-6, 1e-7)))
    yield Check(name, "central differences", max(errors), NETWORK)

    G, d = _away_from_kinks(J, content, TAYLOR_STEPS[:1], rng)
    slope, _ = gradcheck.taylor_slope(value, G, J(G)[1], d, TAYLOR_STEPS)
    yield Check(name, "Taylor slope", abs(slope - 2), SLOPE)


def _away_from_kinks(
    J: SumOfTerms, content: Array, steps: Sequence[float], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw a picture G and a direction d until all switches stand alike at G and at each G + h·d.

    Every ReLU at 0 is a kink of J, and so is every max pool with two equals. One of them between
    the ends, among hundreds of thousands, is enough to be seen.
    """
    for _ in range(DRAWS):
        G: Array = 0.8 * content + 0.2 * rng.random(content.shape)
        d: Array = rng.standard_normal(content.shape)
        here = _switches(J, G)
        ends = (_switches(J, G + h * d) for h in steps)
        if all(np.array_equal(a, b) for end in ends for a, b in zip(here, end, strict=True)):
            return G, d
    raise RuntimeError(f"No direction without kinks in {DRAWS} draws: the pictures are too large.")


def _switches(J: SumOfTerms, G: Array) -> list[Mask | Choice]:
    """Return which way every ReLU and every max pool is switched for a picture."""
    taps = {term.layer for term in J.terms}
    _, cache = forward(G, J.evaluator.network, J.evaluator.weights, taps)
    return [*cache.positive.values(), *cache.winner.values()]


def checker_check() -> Check:
    """Check the checker: x² has the slope 2x at x = 1, so it must refuse 2.001.

    The error is how far what it measures for 2.001 lies from 0.001/2.001, what it should measure.
    """
    x = np.ones(1)
    measured = gradcheck.directional_error(lambda x: float(x[0] ** 2), x, 2.001 * x, [x])
    caught = measured > CENTRAL
    error = abs(measured - 0.001 / 2.001) if caught else np.inf
    return Check("x², 2.001 is refused", "central differences", error, CENTRAL)
