"""A painting that is only told: its sizes, its steps, its memory, and how long it will take."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from nst_numpy.backend import Computing
from nst_numpy.cli.options import Options
from nst_numpy.cli.progress import Progress
from nst_numpy.cli.streams import say
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step

TRIED = 3
"""So many steps are made at the first scale, to see how long they take."""


class Rehearsed(Exception):  # noqa: N818  (nothing is wrong: nobody asked for a painting)
    """All that would be painted has been told."""


def rehearse(
    steps: Iterator[Step],
    shape: tuple[int, ...],
    settings: Settings,
    computing: Computing,
    options: Options,
    output: Path,
) -> None:
    """Tell what would be painted, and where it would be saved; save nothing.

    Parameters
    ----------
    steps : iterator of Step
        From `stylize`, of which a few are made.
    shape : (n_H, n_W, 3)
        Of the painting.
    settings, computing
        With which it would be painted.
    options : Options
    output : Path
    """
    for scale in range(1, settings.scales + 1):
        times = settings.scales - scale
        margin = settings.margin >> times
        n_H, n_W = (((side + 2 * settings.margin) >> times) - 2 * margin for side in shape[:2])
        say(
            f"scale {scale} of {settings.scales}: {n_W} × {n_H} pixels and {margin} beyond each "
            f"edge, up to {settings.iterations} steps"
        )
    if options.pulls:
        say(f"Every {options.pulls} steps the pulls are measured, which takes longer than is said.")
    progress = Progress(settings, computing)
    for step in islice(steps, TRIED + 1):
        progress.take(step)
    left = progress.pace.left()
    if left is not None:
        each = progress.pace.evaluation or 0.0
        say(
            f"At most about {timedelta(seconds=round(left))} in all: an evaluation at scale 1 "
            f"took {each:.2g} s just now."
        )
    say(f"{output}: {shape[1]} × {shape[0]} pixels. It was not painted: this is a dry run.")
