"""Paint, show how it goes, and save whatever happens."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TypeVar

from rich.console import Console

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.cli.progress import shown
from nst_numpy.cli.saving import PLAIN, Filing, save
from nst_numpy.cli.signals import no_more, stop_if_asked
from nst_numpy.errors import InputError, Vanished
from nst_numpy.files.images import load_image
from nst_numpy.objective import SumOfTerms
from nst_numpy.palette import Colours, gray
from nst_numpy.settings import Settings
from nst_numpy.studio.keeping import Keeping, better, last
from nst_numpy.stylize import Step

T = TypeVar("T")


class Interrupted(Exception):  # noqa: N818  (nothing is wrong: somebody pressed Ctrl-C)
    """Somebody stopped the run; what there was has been saved."""


def drained(steps: Generator[Step, None, T]) -> T:
    """Go through all steps, at which nobody else looks, and return what comes of them."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


def painting(
    steps: Iterator[Step],
    settings: Settings,
    computing: Computing,
    shape: tuple[int, ...],
    output: Path,
    progress: Console,
    keep: Keeping = better,
    finish: Callable[[Step], Step] = lambda step: step,
    about: Callable[[Step, bool], str] = lambda *_: "",
    best: Step | None = None,
    kept: Step | None = None,
    touch: Callable[[Array], Array] = lambda image: image,
    filing: Filing = PLAIN,
) -> Generator[Step, None, Step]:
    """Paint and save the best picture, or another that is to be kept, even if it is cut short.

    Parameters
    ----------
    steps : iterator of Step
        From `stylize`.
    settings, computing
        What they are made with: from it follows how long they will take.
    shape : (n_H, n_W, 3)
        Of the picture to save.
    output : Path
    progress : Console
        Where it is shown how it goes.
    keep : callable
        What is kept, of a step and of what was kept before it.
    finish : callable
        What becomes of what was kept, before it is saved.
    about : callable
        Of a step, and whether the run was cut short: what the picture's file says of itself.
    best : Step, optional
        The best step of an earlier process, whose painting goes on.
    kept : Step, optional
        What that process kept, if it is not the best.
    touch : callable
        What is done to the picture before it is saved.
    filing : Filing
        What of the photograph goes along, and how many bits the file has.

    Yields
    ------
    Step
        Each, once it was shown.

    Returns
    -------
    step : Step
        What was saved.

    Raises
    ------
    Interrupted
        After Ctrl-C or another signal to stop, if there was something to save.
    InputError
        If the cost was no longer a number, the memory too little, or a cluster gone; the best
        picture before that is saved. If no step made J lower. If the picture could not be saved
        where it should be; it is saved elsewhere.

    Notes
    -----
    A picture that is at `output` already is not replaced by an untouched start. Whoever takes the
    steps may close the generator: that saves what there is, as Ctrl-C does, and says nothing.
    """
    kept = best if keep is better else kept
    tried = False
    painted = best is not None and best.iteration > 0
    end: KeyboardInterrupt | GeneratorExit | FloatingPointError | MemoryError | Vanished | None = (
        None
    )

    def taken() -> Iterator[Step]:
        """Note each step before it is shown: whatever interrupts that, it is the best so far."""
        nonlocal best, kept, tried, painted
        for step in steps:
            if best and step.scale == best.scale:
                tried = True
                painted = painted or step.cost.total < best.cost.total
            best = better(step, best)
            kept = keep(step, kept)
            yield step

    try:
        for step in shown(taken(), progress, settings, computing):
            stop_if_asked()
            yield step
        no_more()
    except (KeyboardInterrupt, GeneratorExit, FloatingPointError, MemoryError, Vanished) as error:
        no_more()
        end = error.with_traceback(None)  # which keeps alive what was being computed
    if best is None or kept is None:
        if isinstance(end, KeyboardInterrupt | GeneratorExit | MemoryError):
            raise end
        raise InputError(f"{end or ''} Nothing was painted.".lstrip()) from end
    failed = not painted and best.cost.total > 0 and (tried or end is not None)
    failed = failed and (keep is not last or end is not None)  # else it was asked for, J or not
    chosen = best if failed or isinstance(end, MemoryError | Vanished) else finish(kept)
    untouched = failed and os.path.exists(output)  # noqa: PTH110  (it may be out of reach by now)
    if not untouched:
        save(touch(chosen.image), shape, output, about(chosen, end is not None), filing)
    if isinstance(end, GeneratorExit):
        raise end
    if isinstance(end, KeyboardInterrupt):
        if untouched:
            raise Interrupted(f"Stopped before anything was painted; {output} is as it was.")
        what = "best picture" if keep is better else "picture"
        raise Interrupted(f"Stopped; {output} holds the {what} so far:\n{result(chosen, shape)}.")
    if failed or end:
        reason = end or "No step made J lower; change the learning rate or the weights."
        if isinstance(end, MemoryError):
            reason = "There is too little memory to go on; a smaller size needs less."
        holds = "holds the best picture before that" if end else "holds the start"
        raise InputError(f"{reason} {output} {'is as it was' if untouched else holds}.")
    return chosen


def cost_of_file(output: Path, step: Step, J: SumOfTerms, colours: Colours = "style") -> float:
    """Return the J of what the file holds, with the step's margin around it.

    It is the J of the step but for the rounding to 8 or 16 bits, and for what the format loses;
    where only light and dark were painted, also for what colour the painting had, which is not
    kept; and where the photograph was transparent, for the white that it is laid over.

    Raises
    ------
    InputError
        If no picture can be read there.
    """
    n_H, n_W, _ = step.image.shape
    saved = load_image(output, shape=(n_H, n_W))
    canvas = step.canvas.copy()
    canvas[step.margin : step.margin + n_H, step.margin : step.margin + n_W] = saved
    return J(gray(canvas) if colours == "luminance" else canvas)[0].total


def result(step: Step, shape: tuple[int, ...]) -> str:
    """Say what came out: the size of the file, the iteration, its J, and how long it took."""
    n_H, n_W, _ = step.image.shape
    size = f"{n_W} × {n_H} pixels"
    if step.image.shape != shape:
        size = f"painted at {n_W} × {n_H}, enlarged to {shape[1]} × {shape[0]}"
    return (
        f"{size}, iteration {step.iteration}, J = {step.cost.total:.4g}, after {step.seconds:.0f} s"
    )
