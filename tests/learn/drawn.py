"""The tasks as the diagnosis needs them: a reference, and inputs in several shapes."""

import numpy as np

from nst_numpy import layers
from nst_numpy.checks.networks import narrow
from nst_numpy.costs import content_cost, gram_matrix, gram_per_position, style_cost
from nst_numpy.gradcheck import adjoint_error
from nst_numpy.learn.mistakes import MISTAKES
from nst_numpy.learn.task import Task
from nst_numpy.network import VGG19, backward, forward
from nst_numpy.optimizers import Adam, dot
from nst_numpy.optimizers.first_order import AdamState
from nst_numpy.optimizers.lbfgs import LBFGSState, downhill


def shapes(rng):
    """Draw n_H, n_W, n_C: of even sides, of a tall picture, of odd sides."""
    n_C = rng.integers(3, 6, 3)
    yield "", (4, int(2 * rng.integers(3, 5)), int(n_C[0]))
    yield "n_H > n_W", (int(rng.integers(7, 10)), int(rng.integers(4, 7)), int(n_C[1]))
    yield "odd sides", (5, int(2 * rng.integers(3, 5) + 1), int(n_C[2]))


def adam_step(x, gradient, m, v, t, learning_rate, adam=Adam):
    point = AdamState(x=x, value=0.0, gradient=gradient, evaluations=1, m=m, v=v, t=t - 1)
    made = adam(learning_rate).step(lambda x: (0.0, 0 * x), point)
    return made.x, made.m, made.v


def two_loop(gradient, s, y, downhill=downhill):
    sy = tuple(dot(a, b) for a, b in zip(s, y, strict=True))
    return downhill(
        LBFGSState(x=gradient, value=0.0, gradient=gradient, evaluations=1, s=s, y=y, sy=sy)
    )


def central_difference(function, x, direction, h):
    return (function(x + h * direction) - function(x - h * direction)) / (2 * h)


def line_search(t, height_0, slope_0, height, slope, c1=1e-4, c2=0.9):
    if height > height_0 + c1 * t * slope_0 or slope > -c2 * slope_0:
        return "too long"
    return "too short" if slope < c2 * slope_0 else "right"


def each_shape(*sizes):
    """Inputs of normal numbers, each of a shape made of (n_H, n_W, n_C)."""

    def inputs(rng):
        for about, shape in shapes(rng):
            yield about, tuple(rng.standard_normal(size(*shape)) for size in sizes)

    return inputs


def whole(n_H, n_W, n_C):
    return n_H, n_W, n_C


def pooled_inputs(kind):
    def inputs(rng):
        for about, shape in (*shapes(rng), ("ties", (4, 6, 3))):
            x = rng.standard_normal(shape)
            if about == "ties":
                x = np.round(x)
            if kind == "forward":
                yield about, (x,)
                continue
            y, winner = layers.max_pool_forward(x)
            dy = rng.standard_normal(y.shape)
            yield about, (dy, winner, shape) if kind == "max" else (dy, shape)

    return inputs


def relu_inputs(back):
    def inputs(rng):
        for about, shape in (*shapes(rng), ("zeros", (4, 6, 3))):
            z = rng.standard_normal(shape)
            if about == "zeros":
                z = np.where(rng.random(shape) < 0.3, 0, z)
            yield about, (rng.standard_normal(shape), z > 0) if back else (z,)

    return inputs


def style_inputs(rng):
    for about, shape in shapes(rng):
        a_S, a_G = rng.standard_normal((2, *shape))
        yield about, (np.maximum(a_S, 0), np.maximum(a_G, 0))
    shape = rng.standard_normal((6, 7, 3)), rng.standard_normal((4, 5, 3))
    yield "a style of another size", tuple(np.maximum(a, 0) for a in shape)


def walk_inputs(rng):
    small = narrow(VGG19)
    table = small.table[:5]
    network = type(small)("small", table)
    for about, taps in (("one tap", ["conv2_2"]), ("two taps", ["conv1_2", "conv2_1"])):
        weights = {
            layer: (rng.standard_normal((3, 3, a, b)), rng.standard_normal(b))
            for layer, (a, b) in network.channels.items()
        }
        features, cache = forward(rng.random((6, 9, 3)), network, weights, taps)
        dfeatures = {layer: rng.standard_normal(a.shape) for layer, a in features.items()}
        yield about, (dfeatures, cache, network, weights)


def slope_inputs(rng):
    for function in (lambda x: float(np.sum(np.sin(x))), lambda x: float(np.sum(x**3))):
        yield "", (function, *rng.standard_normal((2, 4, 3)), 1e-3)


def adjoint_inputs(rng):
    for about in ("", "a wrong gradient", "a wrong gradient", "a wrong gradient"):
        weight = rng.standard_normal((3, 3, 2, 3))
        turned = weight[::-1] if about else weight
        yield (
            about,
            (
                lambda v, w=weight: layers.conv_forward(v, w),
                lambda u, w=turned: layers.conv_backward(u, w),
                rng.standard_normal((4, 5, 2)),
                rng.standard_normal((4, 5, 3)),
            ),
        )


def step_inputs(rng):
    for rate in (0.1, 0.02, 0.5):
        yield "", (*rng.standard_normal((2, 4, 5, 3)), rate)


def adam_inputs(rng):
    for about, t in (("first step", 1), ("", 2), ("", 5)):
        x, gradient, m, v = rng.standard_normal((4, 4, 5, 3))
        first = t == 1
        yield about, (x, gradient, 0 * m if first else m, 0 * v if first else v**2, t, 0.02)


def pairs_inputs(rng):
    for number in (1, 2, 4):
        curve = rng.uniform(0.5, 4, (4, 5, 3))
        s = tuple(rng.standard_normal((4, 5, 3)) for _ in range(number))
        yield f"{number} pairs", (rng.standard_normal((4, 5, 3)), s, tuple(curve * x for x in s))


def step_sizes(rng):
    for about, most in (("", 1.0), ("a little down", 1e-3)):
        for _ in range(60):
            t, slope_0 = rng.uniform(0.1, 4), -rng.uniform(0.5, 2)
            height_0 = rng.standard_normal()
            height = height_0 - most * rng.uniform(-0.2, 1) * t
            yield about, (t, height_0, slope_0, height, slope_0 * rng.uniform(-1.5, 1.5), 1e-4, 0.5)


def images(rng):
    for about, (n_H, n_W, _) in shapes(rng):
        yield about, (rng.random((n_H, n_W, 3)),)


def weight_shape(n_H, n_W, n_C):
    return 3, 3, n_C, n_C + 2


def _task(name, reference, inputs, function=None):
    function = function or name.replace("-", "_")
    return Task(name, function, "", reference, inputs, MISTAKES.get(name, ()), "docs/index.md")


TASKS = {
    task.name: task
    for task in (
        _task("vgg-input-forward", layers.vgg_input_forward, images),
        _task(
            "vgg-input-backward",
            layers.vgg_input_backward,
            each_shape(lambda n_H, n_W, n_C: (n_H, n_W, 3)),
        ),
        _task(
            "conv-forward",
            layers.conv_forward,
            each_shape(whole, weight_shape, lambda n_H, n_W, n_C: n_C + 2),
        ),
        _task(
            "conv-backward",
            layers.conv_backward,
            each_shape(lambda n_H, n_W, n_C: (n_H, n_W, n_C + 2), weight_shape),
        ),
        _task("relu-forward", layers.relu_forward, relu_inputs(False)),
        _task("relu-backward", layers.relu_backward, relu_inputs(True)),
        _task("average-pool-forward", layers.average_pool_forward, pooled_inputs("forward")),
        _task("average-pool-backward", layers.average_pool_backward, pooled_inputs("average")),
        _task("max-pool-forward", layers.max_pool_forward, pooled_inputs("forward")),
        _task("max-pool-backward", layers.max_pool_backward, pooled_inputs("max")),
        _task("content-cost", lambda a_C, a_G: content_cost(a_C, a_G)[0], each_shape(whole, whole)),
        _task(
            "content-gradient", lambda a_C, a_G: content_cost(a_C, a_G)[1], each_shape(whole, whole)
        ),
        _task("gram-matrix", gram_matrix, each_shape(whole)),
        _task(
            "style-cost",
            lambda a_S, a_G: style_cost(gram_per_position(a_S), a_G)[0],
            style_inputs,
        ),
        _task(
            "style-gradient",
            lambda a_S, a_G: style_cost(gram_per_position(a_S), a_G)[1],
            style_inputs,
        ),
        _task(
            "walk-down",
            lambda dfeatures, cache, network, weights: backward(dfeatures, cache, network, weights),
            walk_inputs,
        ),
        _task("central-difference", central_difference, slope_inputs),
        _task("adjoint-test", adjoint_error, adjoint_inputs),
        _task(
            "gradient-descent-step",
            lambda x, gradient, learning_rate: x - learning_rate * gradient,
            step_inputs,
        ),
        _task("adam-step", adam_step, adam_inputs),
        _task("two-loop", two_loop, pairs_inputs),
        _task("line-search", line_search, step_sizes),
    )
}
