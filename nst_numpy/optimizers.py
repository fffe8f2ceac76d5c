"""Gradient descent, Adam and L-BFGS: they know a function and a start, not what a picture is.

Each is a generator. It yields the start as its first `Iterate`, then one for every step that it
takes, for as long as it is asked; whoever asks decides when it is enough. The function takes an
array and returns its value and its gradient; the value may be anything that ``float()`` takes.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.line_search import Function, dot, strong_wolfe


@dataclass(frozen=True)
class Iterate:
    """One point on the way: where it is, and what the function says there.

    Attributes
    ----------
    x, value, gradient
        The point, and what the function returned for it.
    evaluations
        How often the function has been evaluated so far.
    note
        Anything out of the ordinary on the way to this point, in words; else empty.
    """

    x: Array
    value: Any
    gradient: Array
    evaluations: int
    note: str = ""


def gradient_descent(
    function: Function, start: Array, learning_rate: float | None = None
) -> Iterator[Iterate]:
    """Walk downhill: ``x ← x - η·∇f(x)``.

    Parameters
    ----------
    function : callable
        x -> (value, gradient).
    start : ndarray
    learning_rate : float, optional
        η. By default such that the first step moves no component by more than 0.02.

    Raises
    ------
    FloatingPointError
        If the value is no longer a finite number: η is too large.
    """
    function = _Counted(function)
    point = _evaluate(function, start)
    yield point
    steepest = float(np.abs(point.gradient).max())
    rate = learning_rate or 0.02 / (steepest or 1.0)
    while True:
        point = _evaluate(function, point.x - rate * point.gradient, rate)
        yield point


def adam(
    function: Function,
    start: Array,
    learning_rate: float | None = None,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
) -> Iterator[Iterate]:
    """Walk with momentum, each component at a pace of its own: ``x ← x - η·m̂ / (√v̂ + ε)``.

    m is a running mean of the gradients and v of their squares. Both begin at 0, and dividing by
    1 - β^t makes up for that (m̂, v̂). A component moves by about η a step, however large or small
    its gradient is.

    Parameters
    ----------
    function : callable
        x -> (value, gradient).
    start : ndarray
    learning_rate : float, optional
        η, in the units of x; 0.02 by default.
    beta1, beta2 : float
        How slowly the running means of the gradient and of its square forget.
    epsilon : float
        Keeps the division from blowing up where the gradient is 0.

    Raises
    ------
    FloatingPointError
        If the value is no longer a finite number: η is too large.

    References
    ----------
    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.
    """
    rate = learning_rate or 0.02
    function = _Counted(function)
    point = _evaluate(function, start)
    yield point
    m = np.zeros_like(start)
    v = np.zeros_like(start)
    t = 0
    while True:
        t += 1
        m = beta1 * m + (1 - beta1) * point.gradient
        v = beta2 * v + (1 - beta2) * np.square(point.gradient)
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        x = point.x - rate * m_hat / (np.sqrt(v_hat) + epsilon)
        point = _evaluate(function, x, rate)
        yield point


def lbfgs(
    function: Function, start: Array, learning_rate: float | None = None, memory: int = 20
) -> Iterator[Iterate]:
    """Walk along the gradient as the curvature met on the last steps bends it.

    Newton's step is -H⁻¹·∇f, with H the matrix of second derivatives, far too large to write down.
    L-BFGS keeps the last few steps s and the changes y of the gradient along them; since y ≈ H·s
    they stand in for H⁻¹ (`_downhill`). How far to go is left to a line search.

    The value never rises from one iterate to the next. Where the line search fails, the memory is
    dropped and a scaled gradient step is tried, shorter and shorter; the iterate's note says so.
    The generator ends where the gradient is 0 or no step goes down.

    Parameters
    ----------
    function : callable
        x -> (value, gradient).
    start : ndarray
    learning_rate : float, optional
        The first trial step along each direction; 1 by default, as Newton would have it. Where no
        curvature is known yet, that many times a step that moves no component by more than 0.02.
    memory : int
        How many pairs (s, y) to keep.

    Raises
    ------
    FloatingPointError
        If the value at the start is not a finite number.

    References
    ----------
    Nocedal and Wright, "Numerical Optimization" (2nd ed. 2006), algorithms 7.4 and 7.5.
    """
    function = _Counted(function)
    point = _evaluate(function, start)
    yield point
    pairs: deque[tuple[Array, Array]] = deque(maxlen=memory)
    while point.gradient.any():
        direction = _downhill(point.gradient, pairs)
        first = learning_rate or 1.0
        if not pairs:  # no curvature is known yet: begin with a step that moves no component far
            first *= 0.02 / float(np.abs(direction).max())
        trial, note = strong_wolfe(function, point.x, point.value, point.gradient, direction, first)
        if trial is not None:
            step = Iterate(trial.x, trial.value, trial.gradient, function.evaluations, note)
        else:
            pairs.clear()
            step = _scaled_gradient_step(function, point, note)
        if step.x is point.x:
            yield step
            return
        s, y = step.x - point.x, step.gradient - point.gradient
        if dot(s, y) > 1e-10 * dot(y, y) > 0:  # the valley curves upwards, as Newton needs it
            pairs.append((s, y))
        point = step
        yield point


def _downhill(gradient: Array, pairs: deque[tuple[Array, Array]]) -> Array:
    """Give -H⁻¹·∇f, as far as the pairs (s, y) know H: the two-loop recursion (algorithm 7.4).

    The first loop takes the known pairs out of the gradient, newest first; what is left is scaled
    by one number, the newest s·y/y·y; the second loop puts them back, oldest first.
    """
    q: Array = gradient.copy()
    shares = []
    for s, y in reversed(pairs):
        share = dot(s, q) / dot(s, y)
        q -= share * y
        shares.append(share)
    if pairs:
        s, y = pairs[-1]
        q *= dot(s, y) / dot(y, y)
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        q += (share - dot(y, q) / dot(s, y)) * s
    return np.negative(q)


def _scaled_gradient_step(function: "_Counted", point: Iterate, why: str) -> Iterate:
    """Step along -∇f, at most 0.02 in any component, then a tenth of that, until f goes down."""
    with np.errstate(invalid="ignore"):
        direction: Array = point.gradient / -np.abs(point.gradient).max()
    for length in (2e-2, 2e-3, 2e-4, 2e-5, 2e-6):
        x = point.x + length * direction
        value, gradient = function(x)
        if float(value) < float(point.value) and np.isfinite(gradient).all():
            note = f"{why}; took a gradient step of {length:g} instead"
            return Iterate(x, value, gradient, function.evaluations, note)
    note = f"{why}; no gradient step goes down either, so this is the end"
    return replace(point, evaluations=function.evaluations, note=note)


class _Counted:
    """A function that knows how often it was evaluated."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.evaluations = 0

    def __call__(self, x: Array) -> tuple[Any, Array]:
        self.evaluations += 1
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is told in words
            return self.function(x)


def _evaluate(function: _Counted, x: Array, rate: float | None = None) -> Iterate:
    value, gradient = function(x)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = (("cost", float(value)), ("gradient", float(gradient.sum())))
    for name, found in sums:
        if math.isfinite(found):
            continue
        if rate is None:
            raise FloatingPointError(
                f"The {name} is {found} at the start; look for NaN there, or lower the weights."
            )
        raise FloatingPointError(f"The {name} is {found}; lower the learning rate of {rate:g}.")
    return Iterate(x, value, gradient, function.evaluations)
