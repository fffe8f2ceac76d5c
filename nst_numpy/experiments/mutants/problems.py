"""Each piece of dJ/dG at work on random numbers, so that its gradient can be checked alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nst_numpy import costs, gradcheck, layers, vgg19
from nst_numpy.arrays import Array
from nst_numpy.experiments.mutants.pieces import Pieces, carry_down, carry_up
from nst_numpy.vgg_input import vgg_input_forward

DIRECTIONS = 5


@dataclass(frozen=True)
class Problem:
    """A function of x, and the gradient that some pieces claim for it.

    Attributes
    ----------
    function
        x -> J.
    x
        Where the gradient is checked.
    gradient
        Pieces -> dJ/dx.
    directions
        Along which it is compared. No kink lies on them near x, or only where they run along it.
    """

    function: gradcheck.Scalar
    x: Array
    gradient: Callable[[Pieces], Array]
    directions: tuple[Array, ...]

    def error(self, pieces: Pieces) -> float:
        """Compare with central differences; 0 is perfect."""
        gradient = self.gradient(pieces)
        return gradcheck.directional_error(self.function, self.x, gradient, self.directions)


def problem(piece: str, rng: np.random.Generator, all_ones: bool = False) -> Problem:
    """Draw a problem for one field of `Pieces`, with odd sides.

    Parameters
    ----------
    piece : str
        Its name.
    rng : numpy.random.Generator
        Draws everything.
    all_ones : bool
        Take an upstream gradient of all ones, as one should not, instead of a random one.
    """
    x = rng.standard_normal((5, 7, 4))

    def upstream(shape: tuple[int, ...]) -> Array:
        u = rng.standard_normal(shape)
        return np.ones(shape) if all_ones else u

    if piece in ("content_cost", "style_cost"):
        return cost_problem(piece, rng)
    if piece == "taps":
        return _taps(rng, all_ones)
    if piece == "convolution":
        weight = rng.standard_normal((3, 3, 4, 4))
        return _layer(
            lambda x: layers.conv_forward(x, weight),
            lambda pieces, u, _: pieces.convolution(u, weight),
            x,
            upstream((5, 7, 4)),
            rng,
        )
    if piece == "relu":
        off_zero = rng.choice([-1, 1], x.shape) * rng.uniform(0.1, 1, x.shape)
        return _layer(
            lambda z: layers.relu_forward(z)[0],
            lambda pieces, u, z: pieces.relu(u, z),
            off_zero,
            upstream(x.shape),
            rng,
        )
    if piece == "average_pool":
        return _layer(
            layers.average_pool_forward,
            lambda pieces, u, x: pieces.average_pool(u, x.shape),
            x,
            upstream((2, 3, 4)),
            rng,
        )
    if piece == "max_pool":
        distinct = rng.permutation(x.size).reshape(x.shape) / x.size
        return _max_pool(distinct, upstream((2, 3, 4)), rng)
    return _layer(
        vgg_input_forward,
        lambda pieces, u, _: pieces.vgg_input(u),
        x[:, :, :3],
        upstream((5, 7, 3)),
        rng,
    )


def tied_problem(rng: np.random.Generator) -> Problem:
    """Draw a max pool whose squares hold their largest number twice.

    That is a kink, unless both move together: along these directions each square moves as one.
    """
    x = rng.standard_normal((4, 6, 4))
    x[0::2, 0::2] = x[1::2, 1::2] = np.maximum(x[0::2, 0::2], 0) + 3
    problem = _max_pool(x, rng.standard_normal((2, 3, 4)), rng)
    squares = rng.standard_normal((DIRECTIONS, 2, 3, 4)).repeat(2, 1).repeat(2, 2)
    return Problem(problem.function, x, problem.gradient, tuple(squares))


def cost_problem(
    piece: str,
    rng: np.random.Generator,
    cost: Callable[[Array, Array], float] | None = None,
) -> Problem:
    """Draw features of a content or of a style, and some for G; `cost` replaces the right one."""
    a_other, a_G = rng.standard_normal((2, 5, 7, 4))
    value = cost or (_content_value if piece == "content_cost" else _style_value)
    return Problem(
        lambda a: value(a_other, a),
        a_G,
        lambda pieces: getattr(pieces, piece)(a_other, a_G),
        _directions(a_G, rng),
    )


def _content_value(a_C: Array, a_G: Array) -> float:
    return costs.content_cost(a_C, a_G)[0]


def _style_value(a_S: Array, a_G: Array) -> float:
    return costs.style_cost(costs.gram_per_position(a_S), a_G)[0]


def _layer(
    forward: Callable[[Array], Array],
    backward: Callable[[Pieces, Array, Array], Array],
    x: Array,
    u: Array,
    rng: np.random.Generator,
) -> Problem:
    """Make a layer a function with one value, J = ⟨u, layer(x)⟩, whose gradient is backward(u)."""
    return Problem(
        lambda x: float(np.vdot(u, forward(x))),
        x,
        lambda pieces: backward(pieces, u, x),
        _directions(x, rng),
    )


def _max_pool(x: Array, u: Array, rng: np.random.Generator) -> Problem:
    return _layer(
        lambda x: layers.max_pool_forward(x)[0],
        lambda pieces, u, x: pieces.max_pool(u, x),
        x,
        u,
        rng,
    )


def _taps(rng: np.random.Generator, all_ones: bool) -> Problem:
    """Tap the first four convolutions of a VGG-19 with few channels and random weights."""
    taps = ("conv1_1", "conv1_2", "conv2_1", "conv2_2")
    weights = {}
    n_C_in = 3
    for name in taps:
        scale = np.sqrt(2 / (9 * n_C_in))
        weights[name] = (scale * rng.standard_normal((3, 3, n_C_in, 4)), rng.standard_normal(4))
        n_C_in = 4
    x = rng.standard_normal((7, 9, 3))
    features, kept = carry_up(x, weights, taps, "average")
    u = {layer: rng.standard_normal(a.shape) for layer, a in features.items()}
    if all_ones:
        u = {layer: np.ones_like(a) for layer, a in features.items()}

    def function(x: Array) -> float:
        features, _ = vgg19.forward(x, weights, taps)
        return sum(float(np.vdot(u[layer], a)) for layer, a in features.items())

    return Problem(
        function,
        x,
        lambda pieces: carry_down(u, kept, weights, "average", pieces),
        _directions(x, rng),
    )


def _directions(x: Array, rng: np.random.Generator) -> tuple[Array, ...]:
    return tuple(rng.standard_normal((DIRECTIONS, *x.shape)))
