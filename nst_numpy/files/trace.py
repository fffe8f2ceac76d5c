"""The costs of every step in a file, a line of JSON each: to be read while it is written."""

import errno
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError
from nst_numpy.studio.pulls import MeasuredStep
from nst_numpy.stylize import Step


class Lines:
    """A file of lines, each of which is in it whole or not at all, kill or full disk.

    Parameters
    ----------
    path : path
    mode : str
        "wb" for a new file, "ab" to go on with one.
    """

    def __init__(self, path: str | os.PathLike[str], mode: str = "wb") -> None:
        self._file = Path(path).open(mode, buffering=0)  # noqa: SIM115  (it stays open)
        self._length = self._file.seek(0, os.SEEK_END)

    def write(self, line: bytes) -> None:
        """Hand a line to the system; of one for which there is no room, nothing stays."""
        count = self._file.write(line)
        if count != len(line):
            self._file.truncate(self._length)
            self._file.seek(self._length)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._length += count

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def traced(
    steps: Iterator[Step], path: str | os.PathLike[str], complain: Callable[[str], object]
) -> Iterator[Step]:
    """Pass the steps on, and write a line for each before it goes on.

    What the file held before is gone with the first step. What cannot be written later is said
    once, and the steps go on: a painting is worth more than its trace.

    Raises
    ------
    InputError
        If the file cannot be opened.
    """
    try:
        lines = Lines(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error
    told = False
    try:
        for step in steps:
            try:
                lines.write(json.dumps(row(step)).encode() + b"\n")
            except OSError as error:
                if not told:
                    said = f"{path} cannot be written ({error.strerror}); the painting goes on."
                    complain(said)
                told = True
            yield step
    finally:
        lines.close()


def row(step: Step) -> dict[str, Any]:
    """Return what a line says of a step.

    Where it is, its J, and each term's cost with its weight (`terms`) and without (`values`); of
    the pulls only where they were measured.
    """
    n_H, n_W, _ = step.image.shape
    found: dict[str, Any] = {
        "scale": step.scale,
        "iteration": step.iteration,
        "width": n_W,
        "height": n_H,
        "evaluations": step.evaluations,
        "seconds": round(step.seconds, 3),
        "J": step.cost.total,
        "terms": dict(step.cost.terms),
        "values": dict(step.cost.values),
    }
    if step.note:
        found["note"] = step.note
    if isinstance(step, MeasuredStep) and step.measured_at == step.iteration:
        found["pulls"] = {
            "length": step.pulls.length,
            "lengths": step.pulls.lengths,
            "degrees": step.pulls.angles,
            "cosines": step.pulls.cosines.tolist(),
        }
    return found
