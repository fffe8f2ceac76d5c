"""What the studio adds to a gradient, as cases: ``check`` holds them beside those of `checks`.

A normalised gradient is the slope of nothing, so no difference can be taken; what can be checked is
what it claims: the length 1, and the direction of the gradient that it was.
"""

from collections.abc import Callable, Iterator

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.case import CENTRAL, Case, Check, checks_of
from nst_numpy.checks.networks import narrow, random_weights
from nst_numpy.costs import Gram, gram_per_position
from nst_numpy.costs.term import cost as cost_of
from nst_numpy.gradcheck import cosine
from nst_numpy.masks import Masked
from nst_numpy.network import VGG19, Weights
from nst_numpy.objective import SumOfTerms
from nst_numpy.settings import Settings
from nst_numpy.studio.normalised import Normalised
from nst_numpy.studio.texture import Cropped, PeriodicVariation, Tileable, continued, folded

NETWORK = narrow(VGG19)
SMALL = Settings(
    network=NETWORK, alpha=1e-3, beta=2.5e-7, tv_weight=10.0, margin=0, scales=1,
    content_layers={"conv2_2": 1.0}, style_layers={"conv1_1": 1.0, "conv2_1": 0.1, "conv3_1": 1e-3},
)  # fmt: skip
"""Of a J through the network with few channels; no term so large that it hides the others."""
SHAPE = (8, 12, 3)


def studio_checks(rng: np.random.Generator | int = 0) -> Iterator[Check]:
    """Check every case, and then the gradient that is none."""
    rng = np.random.default_rng(rng)
    for case in cases():
        yield from checks_of(case, rng)
    yield normalised(rng)


def cases() -> tuple[Case, ...]:
    """Return them all."""
    return (continuation(), periodic_variation(), part(), tile(), regions())


def continuation() -> Case:
    """Return the case of a tile continued by more than itself: P and its transpose."""
    margin = 5
    return Case(
        "tile, continued",
        lambda G: continued(G, margin),
        lambda dcanvas, G: folded(dcanvas, G.shape, margin),
        lambda rng: (rng.standard_normal((4, 3, 3)),),
        linear=True,
    )


def periodic_variation() -> Case:
    """Return the case of the total variation without an edge."""
    return Case(
        "total variation, tile",
        lambda image: cost_of(PeriodicVariation(), image, None)[0],
        lambda dJ, image: dJ * cost_of(PeriodicVariation(), image, None)[1],
        lambda rng: (rng.random((4, 5, 3)),),
    )


def part() -> Case:
    """Return the case of the style cost that looks at one tile of what surrounds it."""
    statistic = Cropped(Gram(), slice(1, 4), slice(2, 4))
    return Case(
        "style cost, tile",
        lambda a_G, target: cost_of(statistic, a_G, target)[0],
        lambda dJ, a_G, target: dJ * cost_of(statistic, a_G, target)[1],
        lambda rng: (
            rng.standard_normal((5, 6, 5)),
            gram_per_position(rng.standard_normal((4, 3, 5))),
        ),
    )


def tile() -> Case:
    """Return the case of the whole J of a tile, content and all."""
    return _of_J("J, tile", lambda rng, C, S, weights: Tileable()(C, S, SMALL, weights, "float64"))


def regions() -> Case:
    """Return the case of the whole J of two regions with soft edges, and a rest left alone."""

    def made(rng: np.random.Generator, C: Array, S: list[Array], weights: Weights) -> SumOfTerms:
        shares = rng.dirichlet(np.ones(3), SHAPE[:2])  # the third belongs to nobody
        masked = Masked([shares[:, :, 0], shares[:, :, 1]], [rng.random(s.shape[:2]) for s in S])
        return masked(C, S, SMALL, weights, "float64")

    return _of_J("J, two regions", made)


def normalised(rng: np.random.Generator) -> Check:
    """Check that a normalised gradient has the length 1, and the direction that it had."""
    a, a_S = 10 * rng.standard_normal((2, 4, 3, 5))
    target = gram_per_position(a_S)
    (_, da), (_, divided) = (
        cost_of(statistic, a, target) for statistic in (Gram(), Normalised(Gram()))
    )
    error = max(abs(np.abs(divided).sum() - 1), 1 - cosine(da, divided))
    return Check("normalised gradient", "length 1, turned by 0", float(error), CENTRAL)


def _of_J(name: str, made: Callable[..., SumOfTerms]) -> Case:
    """Return the case of a J; `made` makes it of a generator, content, styles and weights."""

    def draw(rng: np.random.Generator) -> tuple[Array, SumOfTerms]:
        S = [rng.random(shape) for shape in ((9, 8, 3), (8, 10, 3))]
        return rng.random(SHAPE), made(rng, rng.random(SHAPE), S, random_weights(NETWORK, rng))

    return Case(
        name,
        lambda G, J: J(G)[0].total,
        lambda dJ, G, J: dJ * J(G)[1],
        draw,
    )
