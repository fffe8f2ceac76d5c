"""Which functions are right and too slow to paint with: loops over every number of a picture."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np

MOST = 10.0
"""Seconds that one function may take of one evaluation of J, as far as can be told beforehand."""
PROBE = 12
"""Pixels a side of what is tried."""
PRODUCTS = 2.5e9
"""Products in the convolutions of one evaluation at the usual size, in either direction."""
PRODUCTS_OF_STYLE = 1.1e8
"""The same in the Gram matrices of five layers."""
NUMBERS = 3e6
"""Activations in all layers."""


def too_slow(
    name: str, function: Callable[..., Any], clock: Callable[[], float] = perf_counter
) -> str:
    """Try a function on a small input, and say so if it would take too long in a painting."""
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> Any:
        return rng.standard_normal(shape).astype(np.float32)

    n, n_C = PROBE, 16
    x, kernel = normal(n, n, n_C), normal(3, 3, n_C, n_C)
    tried: dict[str, tuple[tuple[Any, ...], float]] = {
        "conv-forward": ((x, kernel, 0 * kernel[0, 0, 0]), PRODUCTS / (n * n * 9 * n_C**2)),
        "conv-backward": ((x, kernel), PRODUCTS / (n * n * 9 * n_C**2)),
        "relu-forward": ((x,), NUMBERS / x.size),
        "relu-backward": ((x, x > 0), NUMBERS / x.size),
        "average-pool-forward": ((x,), NUMBERS / 2 / x.size),
        "average-pool-backward": ((x[::2, ::2], x.shape), NUMBERS / 2 / x.size),
        "max-pool-forward": ((x,), NUMBERS / 2 / x.size),
        "gram-matrix": ((x,), PRODUCTS_OF_STYLE / (n * n * n_C**2)),
        "style-cost": ((x, x), PRODUCTS_OF_STYLE / (n * n * n_C**2)),
        "style-gradient": ((x, x), PRODUCTS_OF_STYLE / (n * n * n_C**2)),
    }
    if name not in tried:
        return ""
    given, times = tried[name]
    began = clock()
    function(*given)
    once = clock() - began
    if once * min(times, 30) < MOST / 10:  # what is due to the call itself does not grow so
        return ""
    seconds = once * times
    if seconds < MOST:
        return ""
    return f"right, but too slow to paint with: about {seconds:.0f} s for each evaluation of J"
