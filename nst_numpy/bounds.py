"""From the numbers that an optimizer changes to a picture inside [0, 1], and the gradient back.

A file holds colours from 0 to 1. J knows nothing of that: its minimum lies outside here and there,
and whoever clips it afterwards saves a picture that nobody minimised. So G is made from numbers u
that may be anything, ``G = ½ + ½·sin(2u)``. The slope is 1 in the middle, where G is 0.5, and falls
to 0 at both bounds; beyond a bound the sine turns back. The minimum that is found lies
inside [0, 1], and no optimizer needs to know of it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from nst_numpy.arrays import Array

INSET = 0.01
"""How far inside a start begins: a bound, where the slope is 0, could not be left."""


def bounds_forward(u: Array) -> Array:
    """Make a picture from any numbers: ``G = ½ + ½·sin(2u)``, of the shape and dtype of u."""
    G: Array = 0.5 + 0.5 * np.sin(2 * u)
    return G


def bounds_backward(dG: Array, u: Array) -> Array:
    """Bring a gradient back to u: ``du = cos(2u)·dG``."""
    du: Array = np.cos(2 * u) * dG
    return du


def within_bounds(
    function: Callable[[Array], tuple[Any, Array]],
) -> Callable[[Array], tuple[Any, Array]]:
    """Turn a function of G, with its gradient, into one of u: up through the sine, and back."""

    def of_u(u: Array) -> tuple[Any, Array]:
        value, dG = function(bounds_forward(u))
        return value, bounds_backward(dG, u)

    return of_u


def bounds_inverse(G: Array) -> Array:
    """Return numbers u from which `bounds_forward` makes G, drawn in from the bounds by `INSET`."""
    u: Array = 0.5 * np.arcsin(2 * np.clip(G, INSET, 1 - INSET) - 1)
    return u
