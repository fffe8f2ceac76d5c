"""Pictures on the way: every so many steps, the painting as it is then, in a file of its own."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from nst_numpy.arrays import Array
from nst_numpy.cli.streams import complain
from nst_numpy.errors import InputError, check_whole
from nst_numpy.settings import MOST_ITERATIONS
from nst_numpy.stylize import Step


def name_of(output: Path, iteration: int) -> Path:
    """Name the picture of a step: out-0020.png, beside out.png."""
    return output.with_name(f"{output.stem}-{iteration:04d}{output.suffix}")


def check_series(every: int, output: Path | None, force: bool) -> None:
    """Refuse a series in which pictures of an earlier one would be lost, or mixed with its own.

    Raises
    ------
    InputError
        If there is one already, and nobody said ``--force``.
    """
    check_whole("save-every", every, 0, MOST_ITERATIONS)
    if not every or output is None or force or not output.parent.is_dir():
        return
    ours = re.compile(re.escape(output.stem) + r"-\d{4,}" + re.escape(output.suffix))
    there = sorted(path.name for path in output.parent.iterdir() if ours.fullmatch(path.name))
    if there:
        raise InputError(
            f"{there[0]} is there already, from another --save-every; choose another --output, or "
            "--force to replace it."
        )


def saved_on_the_way(
    steps: Iterator[Step], every: int, output: Path, write: Callable[[Array, Path], None]
) -> Iterator[Step]:
    """Pass the steps on, and write one of so many; what cannot be written is said once."""
    told = False
    for step in steps:
        if step.iteration and step.iteration % every == 0:
            try:
                write(step.image, name_of(output, step.iteration))
            except (InputError, MemoryError) as error:
                if not told:
                    complain(f"{error or 'There is too little memory.'} The painting goes on.")
                told = True
        yield step
