"""How long several ways take on one core, by turns, and the least that each of them took."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter, sleep

from threadpoolctl import threadpool_info, threadpool_limits

from nst_numpy.arrays import Array

LIMIT = 8.0  # seconds after which no new round begins, on a slow or busy machine
PAUSE = 0.02  # seconds before each timing: some libraries' threads keep spinning for a while


@contextmanager
def one_thread() -> Iterator[bool]:
    """Let NumPy's BLAS work with one thread within this block; yield whether it could be told.

    On a busy machine its threads wait for each other, in each of many small products anew, and no
    number of rounds makes up for it.
    """
    with threadpool_limits(1, user_api="blas"):
        pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
        yield bool(pools) and all(pool["num_threads"] == 1 for pool in pools)


def by_turns(ways: dict[str, Callable[[], Array]], rounds: int) -> dict[str, list[float]]:
    """Time each way once in each round, while there is time: way -> its seconds, one a round."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    stop = perf_counter() + LIMIT
    for _ in range(rounds):
        for name, way in ways.items():
            sleep(PAUSE)
            start = perf_counter()
            way()
            seconds[name].append(perf_counter() - start)
        if perf_counter() > stop:
            break
    return seconds


def least(seconds: dict[str, list[float]]) -> dict[str, float]:
    """Take the minimum of each: what else the machine does can only add to a time."""
    return {name: min(times) for name, times in seconds.items()}
