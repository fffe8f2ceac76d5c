"""Threads that help: few or none of them, and after a fork."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from nst_numpy import blas
from nst_numpy.backend import numba_is_installed
from nst_numpy.helpers import Helpers

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")


def limited_to(monkeypatch, most):
    """Let no more than so many of the threads named "few-…" run at a time."""
    real = threading.Thread.start

    def start(thread):
        if sum(one.name.startswith(f"few-{most}") for one in threading.enumerate()) >= most:
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_all_is_done_once_where_few_threads_can_be_started(monkeypatch, most):
    limited_to(monkeypatch, most)
    helpers, done, lock = Helpers(4, f"few-{most}"), [], threading.Lock()

    def note(part):
        with lock:
            done.append((part, threading.current_thread().name.partition("_")[0]))

    with pytest.warns(UserWarning, match=f"Only {most} of 4 more threads could be started"):
        futures = [helpers.submit(note, part) for part in range(9)]
    futures += [helpers.submit(note, part) for part in range(9, 20)]  # nothing more is said
    wait(futures)
    assert sorted(part for part, _ in done) == list(range(20))
    assert {name == f"few-{most}" for _, name in done} == {most > 0}


@pytest.mark.parametrize("before", [1, 2, 3])
def test_stopped_while_they_are_started_nobody_waits_for_ever(monkeypatch, before):
    name, real, started = f"stopped-{before}", ThreadPoolExecutor.submit, []

    def submit(pool, *work):
        future = real(pool, *work)
        started.append(future)
        if len(started) == before:
            raise KeyboardInterrupt
        return future

    helpers = Helpers(3, name)
    monkeypatch.setattr(ThreadPoolExecutor, "submit", submit)
    with pytest.raises(KeyboardInterrupt):
        helpers.submit(int)
    for thread in threading.enumerate():
        if thread.name.startswith(name):
            thread.join(10)
            assert not thread.is_alive()
    monkeypatch.undo()
    assert helpers.submit(int).result(10) == 0  # and they can be started again


def test_what_is_done_by_the_caller_may_fail_like_the_rest():
    with pytest.raises(ZeroDivisionError):
        Helpers(0, "none").submit(lambda: 1 / 0).result()


def in_child(work):
    """Fork, have the child work, and return whether it came to its end within some seconds."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    with ThreadPoolExecutor(1) as waiting:
        ended = waiting.submit(os.waitpid, child, 0)
        try:
            return ended.result(20)[1] == 0
        except TimeoutError:
            os.kill(child, 9)
            return False


@forks
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own():
    each = blas.at_once(2)
    meeting = threading.Barrier(2, timeout=10)
    list(each(lambda _: meeting.wait() and None, range(2)))
    assert in_child(lambda: list(each(lambda _: meeting.wait() and None, range(2))))


@forks
@pytest.mark.skipif(not numba_is_installed(), reason="Numba is not installed")
@pytest.mark.filterwarnings("ignore:.*use of fork.*:DeprecationWarning")
def test_the_team_of_the_kernels_does_too():
    from nst_numpy.kernels.threads import team_of

    team = team_of(3)
    meeting = threading.Barrier(3, timeout=10)
    team.run(lambda t, size: meeting.wait())
    assert in_child(lambda: team.run(lambda t, size: meeting.wait()))
