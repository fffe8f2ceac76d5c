"""Every gradient of this package, held against finite differences: what ``check`` prints.

All in float64, with upstream gradients and directions drawn at random from a seed. The pieces come
first, on inputs so small that each component can be tried; then the whole J through the real
VGG-19; last the checker itself, which must be able to fail.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nst_numpy import costs, gradcheck, layers, vgg19
from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.objective import Objective
from nst_numpy.settings import Pooling, Settings
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward

CENTRAL = 1e-8  # relative error allowed to central differences, for one layer or cost
ADJOINT = 1e-12  # … to the adjoint identity, where no difference is taken
NETWORK = 1e-6  # … to central differences through the whole network
SLOPE = 0.1  # deviation from 2 allowed to the Taylor slope
TAYLOR_STEPS = tuple(2e-5 * 10 ** (-n / 2) for n in range(7))  # three decades

DIRECTIONS = 5


@dataclass(frozen=True)
class Check:
    """One gradient, one way of testing it, and what came out.

    Attributes
    ----------
    name
        Whose gradient.
    method
        "central differences", "pixel by pixel", "adjoint" or "Taylor slope".
    error
        The largest that was seen. For the Taylor slope, its distance from 2.
    allowed
        What the error must not exceed.
    """

    name: str
    method: str
    error: float
    allowed: float

    @property
    def holds(self) -> bool:
        """Whether the error is within what is allowed; NaN is not."""
        return self.error <= self.allowed


def all_checks(
    content: Array, style: Array, weights: vgg19.Weights, seed: int = 0
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
    """
    rng = np.random.default_rng(seed)
    yield from layer_checks(rng)
    yield from network_checks(rng)
    yield from cost_checks(rng)
    yield from objective_checks(content, style, weights, rng)
    yield checker_check()


def layer_checks(rng: np.random.Generator) -> Iterator[Check]:
    """Check each layer on a picture with odd sides."""
    x = rng.standard_normal((5, 7, 3))
    weight = rng.standard_normal((3, 3, 3, 4))
    off_zero = rng.choice([-1, 1], x.shape) * rng.uniform(0.1, 1, x.shape)
    distinct = rng.permutation(x.size).reshape(x.shape) / x.size
    positive = layers.relu_forward(off_zero)[1]
    winner = layers.max_pool_forward(distinct)[1]

    yield from _linear(
        "convolution",
        lambda x: layers.conv_forward(x, weight),
        lambda dz: layers.conv_backward(dz, weight),
        x,
        rng,
    )
    yield from _differences(
        "ReLU",
        lambda x: layers.relu_forward(x)[0],
        lambda da: layers.relu_backward(da, positive),
        off_zero,
        rng,
    )
    yield from _linear(
        "average pool",
        layers.average_pool_forward,
        lambda dy: layers.average_pool_backward(dy, x.shape),
        x,
        rng,
    )
    yield from _differences(
        "max pool",
        lambda x: layers.max_pool_forward(x)[0],
        lambda dy: layers.max_pool_backward(dy, winner, x.shape),
        distinct,
        rng,
    )
    zero = vgg_input_forward(np.zeros_like(x))
    yield from _linear(
        "VGG input", lambda x: vgg_input_forward(x) - zero, vgg_input_backward, x, rng
    )


def network_checks(rng: np.random.Generator) -> Iterator[Check]:
    """Check VGG-19 with few channels and random weights, tapped at all 16 layers at once."""
    narrow = {}
    n_C_in = 3
    for name in vgg19.CHANNELS:
        n_C = int(rng.integers(2, 6))
        scale = np.sqrt(2 / (9 * n_C_in))
        narrow[name] = (scale * rng.standard_normal((3, 3, n_C_in, n_C)), rng.standard_normal(n_C))
        n_C_in = n_C
    x = rng.standard_normal((19, 17, 3))
    for pooling in ("average", "max"):
        features, cache = vgg19.forward(x, narrow, vgg19.CHANNELS, pooling)
        upstream = {layer: rng.standard_normal(a.shape) for layer, a in features.items()}
        gradient = vgg19.backward(upstream, cache, narrow)

        def function(
            x: Array, pooling: Pooling = pooling, upstream: Mapping[str, Array] = upstream
        ) -> float:
            features, _ = vgg19.forward(x, narrow, vgg19.CHANNELS, pooling)
            return sum(float(np.vdot(upstream[layer], a)) for layer, a in features.items())

        yield _central(f"VGG-19, {pooling} pooling", function, x, gradient, rng)


def cost_checks(rng: np.random.Generator) -> Iterator[Check]:
    """Check each cost, by differences along directions and component by component."""
    a_C, a_G = rng.standard_normal((2, 4, 3, 5))
    gram_S = costs.gram_per_position(rng.standard_normal((6, 5, 5)))
    image = rng.random((4, 5, 3))
    functions: tuple[tuple[str, Callable[[Array], tuple[float, Array]], Array], ...] = (
        ("content cost", lambda a: costs.content_cost(a_C, a), a_G),
        ("style cost", lambda a: costs.style_cost(gram_S, a), a_G),
        ("total variation", costs.total_variation, image),
    )
    for name, cost, x in functions:
        _, gradient = cost(x)
        value = _value_of(cost)
        yield _central(name, value, x, gradient, rng)
        error = gradcheck.elementwise_error(value, x, gradient)
        yield Check(name, "pixel by pixel", error, CENTRAL)


def objective_checks(
    content: Array, style: Array, weights: vgg19.Weights, rng: np.random.Generator
) -> Iterator[Check]:
    """Check the whole J through the real VGG-19, both poolings."""
    for pooling in ("average", "max"):
        name = f"J, {pooling} pooling"
        settings = Settings(pooling=pooling, tv_weight=1.0)
        J = Objective(content, [style], settings, weights, dtype="float64")
        value = _value_of(J)

        errors = []
        for _ in range(DIRECTIONS):
            G, d = _away_from_kinks(J, content, (1e-6, -1e-6), rng)
            errors.append(gradcheck.directional_error(value, G, J(G)[1], [d], (1e-6, 1e-7)))
        yield Check(name, "central differences", max(errors), NETWORK)

        G, d = _away_from_kinks(J, content, TAYLOR_STEPS[:1], rng)
        slope, _ = gradcheck.taylor_slope(value, G, J(G)[1], d, TAYLOR_STEPS)
        yield Check(name, "Taylor slope", abs(slope - 2), SLOPE)


def _away_from_kinks(
    J: Objective, content: Array, steps: Sequence[float], rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw a picture G and a direction d until all switches stand alike at G and at each G + h·d.

    Every ReLU at 0 is a kink of J, and so is every max pool with two equals. One of them between
    the ends, among hundreds of thousands, is enough to be seen.
    """
    for _ in range(1000):
        G: Array = 0.8 * content + 0.2 * rng.random(content.shape)
        d: Array = rng.standard_normal(content.shape)
        here = _switches(J, G)
        ends = [_switches(J, G + h * d) for h in steps]
        if all(np.array_equal(a, b) for end in ends for a, b in zip(here, end, strict=True)):
            return G, d
    raise InputError(
        "No direction without kinks was found in 1000 draws; give smaller pictures to the check."
    )


def _switches(J: Objective, G: Array) -> list[Any]:
    """Tell which way every ReLU and every max pool is switched for a picture."""
    x = vgg_input_forward(G)
    _, cache = vgg19.forward(x, J.weights, J.evaluation.taps, J.settings.pooling)
    return [entry[0] if isinstance(entry, tuple) else entry for entry in cache.entries]


def checker_check() -> Check:
    """Check the checker: x² has the slope 2x at x = 1, so it must refuse 2.001.

    The error is how far what it measures for 2.001 lies from 0.001/2.001, what it should measure.
    """
    x = np.ones(1)
    measured = gradcheck.directional_error(lambda x: float(x[0] ** 2), x, 2.001 * x, [x])
    caught = measured > CENTRAL
    error = abs(measured - 0.001 / 2.001) if caught else np.inf
    return Check("x², 2.001 is refused", "central differences", error, CENTRAL)


def _linear(
    name: str,
    forward: Callable[[Array], Array],
    backward: Callable[[Array], Array],
    x: Array,
    rng: np.random.Generator,
) -> Iterator[Check]:
    """Check a linear layer: by its adjoint, and by differences like any other."""
    u = [rng.standard_normal(forward(x).shape) for _ in range(DIRECTIONS)]
    v = [rng.standard_normal(x.shape) for _ in range(DIRECTIONS)]
    error = max(gradcheck.adjoint_error(forward, backward, v[n], u[n]) for n in range(DIRECTIONS))
    yield Check(name, "adjoint", error, ADJOINT)
    yield from _differences(name, forward, backward, x, rng)


def _differences(
    name: str,
    forward: Callable[[Array], Array],
    backward: Callable[[Array], Array],
    x: Array,
    rng: np.random.Generator,
) -> Iterator[Check]:
    """Check a layer through J = ⟨u, layer(x)⟩, whose gradient is backward(u)."""
    u = rng.standard_normal(forward(x).shape)
    gradient = backward(u)

    def function(x: Array) -> float:
        return float(np.vdot(u, forward(x)))

    yield _central(name, function, x, gradient, rng)
    error = gradcheck.elementwise_error(function, x, gradient)
    yield Check(name, "pixel by pixel", error, CENTRAL)


def _central(
    name: str,
    function: gradcheck.Scalar,
    x: Array,
    gradient: Array,
    rng: np.random.Generator,
) -> Check:
    """Compare along a few random directions."""
    directions = [rng.standard_normal(x.shape) for _ in range(DIRECTIONS)]
    error = gradcheck.directional_error(function, x, gradient, directions)
    return Check(name, "central differences", error, CENTRAL)


def _value_of(function: Callable[[Array], tuple[Any, Array]]) -> gradcheck.Scalar:
    return lambda x: float(function(x)[0])
