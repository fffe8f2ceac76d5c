"""Workers that take tasks: the only place that knows Dask, which schedules them.

A task is a function and a letter, bytes. Dask sends it to a worker, and if that dies, to another
one. Answers are waited for here: whoever waits for workers that will never come back is told so.
"""

import atexit
import logging
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from time import monotonic, sleep
from traceback import clear_frames
from typing import Any

from nst_numpy.backend import check_address
from nst_numpy.errors import InputError, Vanished

ANSWER = 10.0
"""Seconds after which a scheduler, or its first worker, is no longer waited for."""
PATIENCE = 60.0
"""Seconds without any worker, or without the scheduler, after which a cluster is gone."""
BEAT = 0.25
"""Seconds after which we see whether anybody is still there."""


@dataclass
class Task:
    """What a worker was asked, and what will hold its answer."""

    function: Callable[[bytes], Any]
    letter: bytes
    place: float | None
    only: str | None = None
    to: str | None = None
    future: Any = None


class Crew:
    """The workers of one scheduler, or some that are started on this machine.

    Parameters
    ----------
    address : str
        ``tcp://host:port``, or ``local:4``.

    Attributes
    ----------
    size
        How many workers there were in the beginning. A picture is cut for so many, whoever comes
        or goes: how it is cut decides about the last bits.

    Raises
    ------
    InputError
        If Dask is not installed, nobody answers there, or there are no workers.
    """

    def __init__(self, address: str) -> None:
        check_address(address)
        check_dask()
        import dask
        import distributed

        self.address = address
        self.size = 0
        self._cluster: Any = None
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})  # letters are
        for name in ("distributed", "distributed.client", "tornado", "tornado.application"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # what matters is raised
        try:
            if address.startswith("local:"):
                self._cluster = distributed.LocalCluster(
                    n_workers=int(address.partition(":")[2]),
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address="127.0.0.1:0",  # else it wants a port that may be taken
                    memory_limit=0,
                    silence_logs=logging.CRITICAL + 1,
                    preload=["nst_numpy.large.worker"],
                )
            self._client = distributed.Client(self._cluster or address, timeout=ANSWER)
        except (OSError, TimeoutError, ValueError, RuntimeError) as error:
            self.close()
            raise InputError(f"No scheduler answers at {address} ({shortly(error)}).") from None
        began = monotonic()
        while not self.workers():
            if monotonic() - began > ANSWER:
                self.close()
                raise InputError(f"The scheduler at {address} has no workers; start some.")
        self.size = int(address.partition(":")[2]) if self._cluster else len(self.workers())

    def workers(self) -> list[str]:
        """Return the addresses of those that are there now, in a fixed order."""
        return sorted(self._client.nthreads())

    @property
    def local(self) -> bool:
        """Whether the workers are processes that were started here."""
        return self._cluster is not None

    def told(self, function: Callable[..., Any], *arguments: Any) -> list[Any]:
        """Return what each worker says, asked to call a function; or raise what one of them raised.

        Raises
        ------
        InputError
            If a worker cannot call it.
        """
        for address, found in (said := self.everybody(function, *arguments)).items():
            if isinstance(found, BaseException):
                raise InputError(f"The worker at {address} cannot help ({shortly(found)}).")
        return list(said.values())

    def everybody(self, function: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
        """Call a function on each worker, and return what each says, or what it raised."""
        said: dict[str, Any] = self._client.run(function, *arguments, on_error="return")
        return said

    def submit(
        self,
        function: Callable[[bytes], Any],
        letter: bytes,
        place: float | None = None,
        to: str | None = None,
    ) -> Task:
        """Give a task to a worker, or if that is gone, to any.

        Parameters
        ----------
        function : callable
        letter : bytes
        place : float, optional
            In [0, 1): the same place means the same worker, as long as nobody comes or goes.
        to : str, optional
            The address of the worker that it is for, as long as that is there.

        Returns
        -------
        task : Task
            For `answer`.
        """
        task = Task(function, letter, place, to)
        self._give(task)
        return task

    def hold(self, function: Callable[[bytes], Any], letter: bytes, to: str) -> Any:
        """Have a worker make something, which stays there for as long as what this returns is kept.

        Where the worker has gone meanwhile, nothing has been made.
        """
        future = self._client.submit(function, letter, workers=[to], pure=False)
        while not future.done() and to in self.there():
            sleep(BEAT / 10)
        return future

    def wait_for_workers(self) -> list[str]:
        """Return the addresses of those that are there; wait, where there is none at the moment.

        Raises
        ------
        Vanished
            If nobody comes.
        """
        began = monotonic()
        while not (there := self.there()):
            if monotonic() - began > PATIENCE:
                raise Vanished(f"The cluster at {self.address} is gone.")
            sleep(BEAT)
        return there

    def _give(self, task: Task) -> None:
        there = self.there()
        task.to = there[int(task.place * len(there))] if there and task.place is not None else None
        if only := task.only in there:
            task.to = task.only
        task.future = self._client.submit(
            task.function,
            task.letter,
            workers=task.to,
            allow_other_workers=bool(task.to) and not only,
            pure=False,
        )

    def answer(self, task: Task) -> Any:
        """Wait for the answer; what the task raised is raised here.

        Raises
        ------
        Vanished
            If nobody is left who could give it.
        """
        from distributed import KilledWorker

        alone = 0  # beats without a worker; a program that was stopped (Ctrl-Z) has not waited
        handing = ANSWER  # seconds, for an answer that is done to come here
        while True:
            try:
                if done_soon(task.future):
                    return task.future.result(timeout=handing)
                self._look_after(task)
                alone = 0 if self.there() else alone + 1
                if alone * BEAT > PATIENCE:
                    raise Vanished(f"The cluster at {self.address} is gone.")
            except (TimeoutError, UnboundLocalError) as error:  # the latter, if both end at once
                clear_frames(error.__traceback__)  # Dask's hold it, and it ours, with all pictures
                handing *= 2
                self._look_after(task)
            except KilledWorker as error:
                raise Vanished(
                    f"Several workers of {self.address} died over the same task, perhaps for want "
                    f"of memory ({shortly(error)})."
                ) from None
            except (CancelledError, OSError):  # an answer was lost on its way, or all of it is
                if (alone := alone + 1) * BEAT > PATIENCE:
                    raise Vanished(f"The cluster at {self.address} is gone.") from None
                sleep(BEAT)
                if self.there():
                    self._give(task)

    def _look_after(self, task: Task) -> None:
        """Give a task to somebody else, if who had it is gone."""
        there = self.there()
        if there and task.to and task.to not in there and not self._in_work(task):
            self._give(task)

    def there(self) -> list[str]:
        """Return the workers, none if the scheduler does not answer."""
        with suppress(Exception):
            return self.workers() if self._client.status == "running" else []
        return []

    def _in_work(self, task: Task) -> bool:
        """Return whether a worker has the task: Dask gives it no other, if for a while none was."""
        with suppress(Exception):
            return any(task.future.key in keys for keys in self._client.processing().values())
        return True

    def close(self) -> None:
        """Let the workers go; those that were started here end."""
        for one in (getattr(self, "_client", None), self._cluster):
            with suppress(Exception):
                if one is not None:
                    one.close(timeout=ANSWER)


def done_soon(future: Any) -> bool:
    """Wait for a beat until a task is done, without an exception in vain; return whether it is."""
    end = monotonic() + BEAT
    while not future.done():
        if monotonic() > end:
            return False
        sleep(BEAT / 50)
    return True


def check_dask() -> None:
    """Refuse a cluster where Dask is not installed.

    Raises
    ------
    InputError
        It says how to install it.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise InputError(
            f'--cluster needs Dask: pip install "nst_numpy[cluster]" ({error}).'
        ) from None


_crews: dict[str, Crew] = {}
_lock = Lock()


def crew_of(address: str) -> Crew:
    """Return the one crew of an address, which all evaluations share until `dismiss`."""
    with _lock:
        if address not in _crews:
            _crews[address] = Crew(address)
        return _crews[address]


def starts(address: str) -> int:
    """Return how many workers `crew_of` will have to start here first, if it can."""
    check_dask()
    kind, _, number = address.partition(":")
    return int(number) if kind == "local" and address not in _crews else 0


def dismiss(address: str | None = None) -> None:
    """Let the crew of an address go; all, if none is given."""
    with _lock:
        for one in [address] if address else list(_crews):
            if crew := _crews.pop(one, None):
                crew.close()


def shortly(error: BaseException) -> str:
    """Return the first line of an error."""
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


atexit.register(dismiss)
