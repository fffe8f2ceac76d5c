"""What is saved of all the pictures on the way: each takes a step, and what was kept before it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.objective import SumOfTerms
from nst_numpy.stylize import Step

Keep = Literal["best", "last", "average"]
Keeping = Callable[[Step, Step | None], Step]
"""(a step, what was kept of those before it) -> what is kept now."""


def better(step: Step, best: Step | None) -> Step:
    """Choose the lower J of two steps; costs at two scales are not compared, the larger wins."""
    if best is None or step.scale > best.scale or step.cost.total < best.cost.total:
        return step
    return best


def last(step: Step, _: Step | None) -> Step:
    """Choose the later of two steps."""
    return step


@dataclass(frozen=True, kw_only=True, repr=False)
class AverageStep(Step):
    """A step whose canvas is the average of the last ones of its scale.

    Attributes
    ----------
    pictures
        Those that it averages; the oldest first.
    """

    pictures: tuple[Array, ...]


def averages(count: int) -> Keeping:
    """Average the last steps of a scale, so many of them.

    An optimizer with steps of a fixed size ends by going round its minimum; the average of where
    it was lies nearer to it. What it averages are pictures: as each is in [0, 1], so is their
    mean. Its J is another than that of the steps: `reassessed` tells it.
    """

    def average(step: Step, kept: Step | None) -> Step:
        before: tuple[Array, ...] = ()
        if isinstance(kept, AverageStep) and kept.scale == step.scale:
            before = kept.pictures
        return average_of(step, (*before, step.canvas)[-count:])

    return average


def average_of(step: Step, pictures: tuple[Array, ...]) -> AverageStep:
    """Return the last of some steps, with the average of all their pictures."""
    plain = {name: found for name, found in vars(step).items() if name in KNOWN}
    mean = np.asarray(np.mean(pictures, axis=0, dtype=np.float64), step.canvas.dtype)
    return AverageStep(**plain | {"canvas": mean}, pictures=pictures)


KNOWN = tuple(Step.__dataclass_fields__)


def reassessed(step: Step, J: SumOfTerms) -> Step:
    """Return the step with the J of its own canvas, which may be another than the optimizer's."""
    return replace(step, state=replace(step.state, value=J(step.canvas)[0]))
