"""How far an earlier process got in the folder of a run."""

from dataclasses import dataclass, replace

from nst_numpy.arrays import Array
from nst_numpy.errors import InputError
from nst_numpy.machine import Fingerprint, differences
from nst_numpy.optimizers import State
from nst_numpy.runs.checkpoint import load_step
from nst_numpy.runs.folder import RunFolder
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step, check_after


@dataclass(frozen=True)
class Found:
    """How far an earlier process got.

    Attributes
    ----------
    step
        The step to go on after.
    best
        The best step of its scale so far; its `canvas` is the best picture.
    pictures
        Those that an average is taken of, if one is to be saved.
    lines
        How many lines of the trace are of steps that count.
    said
        What cannot be as it was, in words; else empty.
    further
        Whether it paints further than was asked for at first.
    """

    step: Step
    best: Step
    pictures: tuple[Array, ...]
    lines: int
    said: str = ""
    further: bool = False


def find(folder: RunFolder, settings: Settings, now: Fingerprint) -> Found | None:
    """See how far an earlier process got: nowhere, if it was killed before its first step.

    On another machine, or with other versions or threads, what the optimizer remembers is left
    behind: J may have changed by more than rounding, and the last picture is as good a start.
    """
    if not folder.checkpoint.exists():
        return None
    step, best, about = load_step(folder.checkpoint, settings)
    lines, before, machine = (about.get(name) for name in ("lines", "iterations", "machine"))
    if type(lines) is not int or type(before) is not int or not isinstance(machine, dict):
        raise InputError(f"{folder.checkpoint} holds no sound checkpoint (it is of no run).")
    further = before != settings.iterations
    if further:  # as if the scales before this one had had as many; it is judged anew
        moved = (step.scale - 1) * (settings.iterations - before)
        step = replace(step, iteration=step.iteration + moved, recent=())
        best = replace(best, iteration=best.iteration + moved)
    of_best = replace(
        step,
        canvas=step.best,
        iteration=best.iteration,
        evaluations=best.evaluations,
        state=replace(step.state, value=best.cost),
    )
    said = differences(machine, now)
    if said:
        state = State(x=step.state.x, value=step.cost, gradient=step.state.gradient, evaluations=0)
        step = replace(step, state=state, recent=())
        lines -= 1  # the step comes again
    return Found(step, of_best, best.pictures, lines, said, further)


def check_further(folder: RunFolder, settings: Settings) -> None:
    """Refuse fewer steps than a run has made already.

    Raises
    ------
    InputError
        If that is so; the sentence says how many it needs.
    """
    if folder.checkpoint.exists():
        step, *_ = load_step(folder.checkpoint, settings)
        check_after(step, settings)
