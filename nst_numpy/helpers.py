"""Threads that help with a computation: as many as can be had, and new ones after a fork."""

import os
import warnings
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event, Lock
from typing import Any


class Helpers:
    """Up to `most` threads, started when they are first needed.

    Where the system gives fewer, those do all of the work; where it gives none, the caller does.
    A forked process has no threads but the one that forked, so there they are started again.

    Parameters
    ----------
    most : int
    name : str
        How the names of the threads begin.
    """

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._lock = Lock()
        self._pool: ThreadPoolExecutor | None = None
        _all.add(self)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Have a thread call the function, and return what will hold the result."""
        with self._lock:
            if self._pool is None and self._most:
                self._pool = self._started()
        if self._pool:
            return self._pool.submit(function, *arguments)
        done: Future[Any] = Future()
        try:
            done.set_result(function(*arguments))
        except BaseException as error:
            done.set_exception(error)
        return done

    def _started(self) -> ThreadPoolExecutor | None:
        """Start the threads, all of them now: what fails later leaves work undone, or done twice.

        If there are fewer, the number is lowered for good.
        """
        wanted = self._most
        while self._most:
            pool, go = ThreadPoolExecutor(self._most, self._name), Event()
            try:
                waiting = [pool.submit(go.wait) for _ in range(self._most)]
            except RuntimeError:  # can't start new thread
                go.set()
                pool.shutdown(cancel_futures=True)
                self._most = len(pool._threads) if len(pool._threads) < self._most else 0
                continue
            except BaseException:  # Ctrl-C: whoever waits for `go` would wait for ever
                pool.shutdown(wait=False, cancel_futures=True)
                raise
            finally:
                go.set()
            wait(waiting)
            break
        if self._most < wanted:
            warnings.warn(
                f"Only {self._most} of {wanted} more threads could be started, so it takes longer.",
                stacklevel=4,
            )
        return pool if self._most else None

    def after_fork(self) -> None:
        """Forget the threads: they are the parent's."""
        self._lock, self._pool = Lock(), None


_all: "weakref.WeakSet[Helpers]" = weakref.WeakSet()


def _after_fork() -> None:
    for helpers in list(_all):
        helpers.after_fork()


if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
    os.register_at_fork(after_in_child=_after_fork)
