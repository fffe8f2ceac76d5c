"""Steps shown while they come: a picture over its ledger, or lines where there is no screen."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from time import perf_counter
from typing import Any, Protocol

from nst_numpy.appearance import duration, html_table, png, size
from nst_numpy.arrays import Array
from nst_numpy.easel.stopping import stop_between
from nst_numpy.errors import InputError, check_kind, check_whole, shown
from nst_numpy.objective import LEDGER
from nst_numpy.pace import Clock, Pace
from nst_numpy.stylize import Step

PAUSE = 0.4
"""Seconds between two pictures in a notebook, at least."""
EVERY = 10
"""In a script without a screen, every so many steps have a line."""


class Screen(Protocol):
    """Where steps are shown."""

    def show(self, step: Step, words: str) -> None:
        """Show a step; the words say how far it is."""

    def end(self, step: Step | None, why: str, picture: Callable[[], Array] | None = None) -> None:
        """Show the last one, and say why it is; or the picture that came of them all."""


def watch(steps: Iterable[Step], total: int | None = None) -> Iterator[Step]:
    """Pass steps on, and show them meanwhile.

    In a notebook a picture grows, with the ledger of J under it; a terminal has a line in place; a
    script without a screen prints every tenth step to standard error.

    Ctrl-C, in a notebook the black square, ends it after the step that is being made, without a
    traceback; a second one at once. A generator of steps that has a name goes on in the next loop
    as if nothing had happened. After a second Ctrl-C it is dead, and ``stylize(…, after=step)``
    goes on, where `step` is the last that came.

    Parameters
    ----------
    steps : iterable of Step
        From `steps` or `stylize`.
    total : int, optional
        How many there will be, to say how far it is.

    Yields
    ------
    Step

    Raises
    ------
    InputError
        If these are no steps.

    Examples
    --------
    >>> import nst_numpy as nst
    >>> cat, cafe = nst.examples()["cat"], nst.examples()["cafe"]
    >>> steps = nst.steps(cat, cafe, nst.Settings(iterations=2, scales=1), size=32)
    >>> for step in nst.watch(steps):
    ...     if step.iteration == 1:
    ...         break  # or somebody presses Ctrl-C
    >>> for step in nst.watch(steps):  # and on
    ...     print(step.iteration)
    2
    """
    given: Any = steps
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(f"watch is given steps, as nst.steps makes them, not {shown(steps)}.")
    if total is not None:
        check_whole("total", total)
    return watched(
        steps, total, "the same generator goes on", "stylize(…, after=step) goes on after the last"
    )


def watched(
    steps: Iterable[Step],
    total: int | None,
    between: str,
    within: str,
    pace: Pace | None = None,
    picture: Callable[[], Array] | None = None,
    progress: bool = True,
) -> Iterator[Step]:
    """Do it, and say how it goes on after it was stopped between two steps, or within one.

    What stays in a notebook is the picture that comes of it, if that is another than the last.
    Without `progress` nothing is said, but that it was stopped.
    """
    screen, step, why = screen_here() if progress else Nowhere(), None, ""
    with stop_between() as stop:
        try:
            for step in steps:
                check_kind("A step", step, Step)
                screen.show(step, words(step, total) + left(step, total, pace))
                yield step
                if stop.asked:
                    why = f"Stopped after step {step.iteration}; {between}."
                    break
        except KeyboardInterrupt:
            why = f"Stopped within a step; {within}."
        finally:
            screen.end(step, why, picture)


def words(step: Step, total: int | None) -> str:
    """Say how far a step is, in a line."""
    of = f" of {total}" if total else ""
    line = (
        f"scale {step.scale}, step {step.iteration}{of}: J = {step.cost.total:.4g}, "
        f"{size(step.image)}, {step.seconds:.0f} s"
    )
    return f"{line}; {step.note}" if step.note else line


def left(step: Step, total: int | None, pace: Pace | None) -> str:
    """Say how long it will go on at most, where that is known."""
    if pace is None:
        return ""
    n_H, n_W, _ = step.image.shape
    pace.take(Clock(step.scale, step.iteration, step.evaluations, step.seconds, n_H, n_W))
    seconds = pace.left()
    return "" if seconds is None or step.iteration == total else f", {duration(seconds)} left"


def notebook_here() -> Any:
    """Return the shell of the notebook that runs this, if one does."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell if hasattr(shell, "kernel") else None


def cell_here() -> int | None:
    """Return the number of the notebook's cell that is being run."""
    number: int | None = getattr(notebook_here(), "execution_count", None)
    return number


def screen_here() -> Screen:
    """Look what there is to show something on."""
    if notebook_here():
        from IPython.display import display

        return Notebook(display)
    if sys.stderr is not None and sys.stderr.isatty():
        return Terminal()
    return Lines()


def say(line: str) -> None:
    """Write a line to standard error."""
    with suppress(OSError, ValueError):  # a closed stream hears nothing
        if sys.stderr is not None:
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


class Notebook:
    """A picture and its ledger, which are replaced by the next ones.

    Parameters
    ----------
    display : callable
        IPython's.
    """

    def __init__(self, display: Callable[..., Any]) -> None:
        self._display = display
        self._handles: list[Any] = []
        self._shown, self._cost = -PAUSE, 0.0
        self._step: Step | None = None

    def show(self, step: Step, words: str) -> None:
        """Show a step, if the one before it was shown long enough ago."""
        if perf_counter() - self._shown < PAUSE + 10 * self._cost:
            return
        began = perf_counter()
        self._put(step, words)
        self._shown = perf_counter()
        self._cost = self._shown - began

    def end(self, step: Step | None, why: str, picture: Callable[[], Array] | None = None) -> None:
        """Show the last step, whenever it came."""
        if step is not None and (why or picture or step is not self._step):
            self._put(step, why or words(step, None), picture() if picture else None)

    def _put(self, step: Step, words: str, picture: Array | None = None) -> None:
        self._step = step
        shown = step.image if picture is None else picture
        table = html_table(LEDGER, step.cost.rows)
        parts: list[dict[str, Any]] = [
            {"image/png": png(shown), "text/plain": repr(step)},
            {"text/html": f"<p>{words}</p>{table}", "text/plain": f"{words}\n{step.cost!r}"},
        ]
        if self._handles:
            for handle, part in zip(self._handles, parts, strict=True):
                handle.update(part, raw=True)
        else:
            self._handles = [self._display(part, raw=True, display_id=True) for part in parts]


class Terminal:
    """A line that is written over by the next one."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.status import Status

        self._console = Console(stderr=True, highlight=False)
        self._status = Status("", console=self._console)
        self._began = False

    def show(self, step: Step, words: str) -> None:
        """Write a step's line over the one before."""
        self._status.update(words)
        if not self._began:
            self._status.start()
            self._began = True

    def end(self, step: Step | None, why: str, picture: Callable[[], Array] | None = None) -> None:
        """Leave a line that stays."""
        self._status.stop()
        if step is not None:
            self._console.print(why or words(step, None), soft_wrap=True, markup=False)


class Lines:
    """A line now and then, for whoever reads them later."""

    def show(self, step: Step, words: str) -> None:
        """Print a line for every tenth step."""
        if step.iteration % EVERY == 0:
            say(words)

    def end(self, step: Step | None, why: str, picture: Callable[[], Array] | None = None) -> None:
        """Say why it ended, if there is something to say."""
        if why:
            say(why)


class Nowhere(Lines):
    """Steps are not shown; that somebody stopped them is said."""

    def show(self, step: Step, words: str) -> None:
        """Say nothing."""
