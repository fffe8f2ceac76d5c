"""The costs of every step in a file, a line of JSON each: to be read while it is written."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError
from nst_numpy.studio.pulls import MeasuredStep
from nst_numpy.stylize import Step


def traced(steps: Iterator[Step], path: str | os.PathLike[str]) -> Iterator[Step]:
    """Pass the steps on, and write a line for each before it goes on.

    Each line is handed over whole, so that a run that is killed leaves whole lines. What the file
    held before is gone with the first step.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    try:
        with Path(path).open("w", encoding="utf-8") as file:
            for step in steps:
                file.write(json.dumps(row(step)) + "\n")
                file.flush()
                yield step
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}).") from error


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
