"""One team of threads: every kernel is told which share of the work is its own.

A kernel is an ordinary compiled function that releases the interpreter's lock. It is called once
for each thread, with ``t`` and ``T`` before its other arguments, and does the t-th of T shares.
So there is one pool of threads, of a known number, that sleeps when it has nothing to do; and who
computes what does not depend on who is faster: the same T gives the same bits.
"""

from collections.abc import Callable
from concurrent.futures import Future
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from nst_numpy.helpers import Helpers


def aligned(*shape: int) -> Any:
    """Take memory for float32 that begins where a line of the cache begins.

    A vector is as long as such a line; elsewhere every vector would lie across two of them, which
    costs a tenth of the time. The last side of a matrix of scratch must be a multiple of 16.
    """
    size = int(np.prod(shape))
    memory = np.empty(size + 16, np.float32)
    start = -memory.ctypes.data % 64 // 4
    return memory[start : start + size].reshape(shape)


class Team:
    """`size` threads, the calling one included.

    Parameters
    ----------
    size : int
        At least 1.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._others = Helpers(size - 1, "kernel")

    def __reduce__(self) -> tuple[Any, ...]:
        return team_of, (self.size,)

    def run(self, kernel: Callable[..., Any], *arguments: Any) -> None:
        """Call ``kernel(t, size, *arguments)`` for each t in 0 … size - 1, and wait for all."""
        others: list[Future[None]] = []
        try:
            for t in range(1, self.size):
                others.append(self._others.submit(kernel, t, self.size, *arguments))
            kernel(0, self.size, *arguments)
        finally:
            for other in others:
                other.result()


@cache
def team_of(size: int) -> Team:
    """Return the one team of a size; all evaluations share it."""
    return Team(size)


@intrinsic
def draw(typing: Any, ticket: Any) -> Any:
    """Draw the next number, ``ticket[0]++``, which no other thread will get."""

    def make(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        place = context.make_array(signature.args[0])(context, builder, values[0]).data
        return builder.atomic_rmw("add", place, ir.IntType(64)(1), "monotonic")

    return types.int64(ticket), make
