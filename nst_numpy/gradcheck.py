"""How we know that a gradient is right: finite differences, the adjoint test, the Taylor test.

All of them compare a gradient that somebody wrote with what the function itself does. They know a
function and a point, in float64, and nothing of pictures. Directions are drawn at random: an error
that hides from one direction (two axes exchanged, say, under an upstream gradient of all ones)
does not hide from the next.
"""

from collections.abc import Callable, Sequence

import numpy as np

from nst_numpy.arrays import Array

Scalar = Callable[[Array], float]
Linear = Callable[[Array], Array]


def relative_error(measured: float, claimed: float) -> float:
    """Return the distance of two numbers as a share of the larger; 0 where both are 0."""
    largest = max(abs(measured), abs(claimed))
    return abs(measured - claimed) / largest if largest else 0.0


def cosine(a: Array, b: Array) -> float:
    """Return the cosine of the angle between two gradients; 0 where one of them is 0.

    Their lengths and their product are taken in float64.
    """
    a, b = a.ravel().astype(float), b.ravel().astype(float)
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.clip(np.vdot(a, b) / lengths, -1, 1)) if lengths else 0.0


def directional_error(
    function: Scalar,
    x: Array,
    gradient: Array,
    directions: Sequence[Array],
    steps: Sequence[float] = (1e-4, 1e-5, 1e-6, 1e-7),
) -> float:
    """Compare the slopes along some directions with central differences.

    ``⟨∇f(x), d⟩ ≈ (f(x + h·d) - f(x - h·d)) / 2h``, wrong by O(h²), by rounding, O(ε/h), and by
    any kink of f between the two ends. A gradient that is right can be spoilt at one step by a
    kink and at another by rounding; a gradient that is wrong is wrong at every step. So several
    are taken, and the best counts.

    Parameters
    ----------
    function : callable
        x -> float.
    x, gradient : ndarray of one shape, float64
        The point, and the gradient that is claimed there.
    directions : sequence of ndarray, each of the shape of `x`
        Each d.
    steps : sequence of float
        The h to try.

    Returns
    -------
    error : float
        Relative, 0 is perfect: the largest deviation along any direction, as a share of the
        typical (root mean square) slope. One slope alone may be near 0 by chance.
    """
    slopes = []
    deviations = []
    for d in directions:
        claimed = float(np.vdot(gradient, d))
        measured = [(function(x + h * d) - function(x - h * d)) / (2 * h) for h in steps]
        best = min(measured, key=lambda slope: abs(slope - claimed))
        slopes.append(max(abs(claimed), abs(best)))
        deviations.append(best - claimed)
    return float(np.abs(deviations).max() / np.sqrt(np.mean(np.square(slopes))))


def elementwise_error(function: Scalar, x: Array, gradient: Array, h: float = 1e-5) -> float:
    """Compare each component of a gradient with a central difference of its own.

    Slow (two evaluations for each component) and merciless. The largest deviation is given as a
    share of the largest component, since a component may rightly be 0.
    """
    measured = np.empty_like(x)
    for index in np.ndindex(x.shape):
        there = np.zeros_like(x)
        there[index] = h
        measured[index] = (function(x + there) - function(x - there)) / (2 * h)
    return float(np.abs(measured - gradient).max() / np.abs(measured).max())


def adjoint_error(forward: Linear, backward: Linear, v: Array, u: Array) -> float:
    """Test that the backward pass of a linear operation is its transpose: ⟨u, A·v⟩ = ⟨Aᵀ·u, v⟩.

    No step size and no rounding of differences: for a linear operation this is exact to the last
    few bits.
    """
    return relative_error(float(np.vdot(u, forward(v))), float(np.vdot(backward(u), v)))


def taylor_slope(
    function: Scalar, x: Array, gradient: Array, direction: Array, steps: Sequence[float]
) -> tuple[float, list[float]]:
    """Test how fast the remainder of the first-order expansion falls.

    ``R(h) = |f(x + h·d) - f(x) - h·⟨∇f(x), d⟩|`` falls like h² if the gradient is right, and only
    like h if it is not: on a log-log plot, slope 2 or slope 1. Taylor's theorem needs f to be
    smooth between x and x + h·d, so no kink may lie there.

    Parameters
    ----------
    function : callable
        x -> float.
    x, gradient, direction : ndarray of one shape, float64
        The point, the gradient that is claimed there, and d.
    steps : sequence of float
        The h to try.

    Returns
    -------
    slope : float
        Of the straight line through (log h, log R), by least squares.
    remainders : list of float
        R(h) for each step.
    """
    here = function(x)
    claimed = float(np.vdot(gradient, direction))
    remainders = [abs(function(x + h * direction) - here - h * claimed) for h in steps]
    slope, _ = np.polyfit(np.log(steps), np.log(remainders), 1)
    return float(slope), remainders
