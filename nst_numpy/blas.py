"""How many threads NumPy's BLAS takes: set from here, never from inside the mathematics."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from nst_numpy.helpers import Helpers


@contextmanager
def limited(threads: int | None) -> Iterator[None]:
    """Keep BLAS to so many threads meanwhile, in the whole process; None leaves it as it is."""
    if threads is None:
        yield
    else:
        with _libraries().limit(limits=threads, user_api="blas"):
            yield


def current_threads() -> int | None:
    """Return how many threads BLAS would take now, or None where that cannot be found out."""
    numbers = [x["num_threads"] for x in _libraries().info() if x["user_api"] == "blas"]
    return max(numbers, default=None)


@cache
def at_once(threads: int) -> Callable[[Callable[[Any], None], Iterable[Any]], Iterable[None]]:
    """Return a `map` that calls its function with the parts in so many threads.

    NumPy lets go of the interpreter while it computes. BLAS should be limited to one thread then:
    two teams on the same processors wait for each other. How the caller treats numbers that are not
    finite (`np.errstate`) holds in those threads, too.
    """
    return map if threads == 1 else _AtOnce(threads)


class _AtOnce:
    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._team = Helpers(threads, "nst_numpy")

    def __call__(self, function: Callable[[Any], None], parts: Iterable[Any]) -> Iterable[None]:
        wanted = np.geterr()

        def quietly(part: Any) -> None:
            with np.errstate(**wanted):
                function(part)

        done = [self._team.submit(quietly, part) for part in parts]
        return (one.result() for one in done)

    def __reduce__(self) -> tuple[Any, ...]:
        return at_once, (self._threads,)


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
