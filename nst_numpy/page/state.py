"""What is shown of a job: read from the folder of its run, as often as somebody looks."""

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from nst_numpy.errors import InputError
from nst_numpy.pace import paced
from nst_numpy.page.jobs import Job
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.reporting.curves import parts_of, svg
from nst_numpy.runs.trace import Row, read_trace
from nst_numpy.settings import Settings


def shown(job: Job, before: int = 0) -> dict[str, Any]:
    """Return everything that the page shows of a job, as plain values."""
    found: dict[str, Any] = {
        "name": job.name,
        "title": job.title,
        "state": job.state,
        "said": job.said if job.state == "failed" else "",
        "before": before,
        "chosen": dict(job.chosen),
        "content": job.content,
        "experiment": job.experiment,
    }
    if job.experiment:
        return found | answer(job)
    run = RunFolder(job.folder)
    key = (job.state, job.said, job.steps, before, changed(run.trace))
    if job.told and job.told[0] == key:
        return job.told[1]
    rows = rows_of(job.folder)
    found["frames"] = [path.name for _, _, path in run.all_previews()]
    found["result"] = run.result.is_file() and not job.at_work
    if rows:
        last = rows[-1]
        pace = paced(rows, Settings(iterations=job.steps, scales=job.scales))
        found["step"] = {
            "scale": last["scale"], "scales": job.scales, "iteration": last["iteration"],
            "of": job.steps * job.scales, "seconds": last["seconds"], "J": last["J"],
            "left": pace.left() if job.at_work else None,
            "width": last["width"], "height": last["height"],
        }  # fmt: skip
        found["terms"] = list(last["terms"].items())
    job.told = key, found
    return found


def changed(path: Path) -> int:
    """Return when a file was changed, if it is there."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def rows_of(folder: Path) -> list[Row]:
    """Return the trace so far."""
    try:
        return read_trace(folder)
    except InputError:
        return []


def curves(folder: Path) -> str:
    """Draw what each term adds to J, in a file of its own."""
    rows = rows_of(folder)
    names = dict.fromkeys(name for row in rows for name in row["terms"])
    drawn = {"J": parts_of([(row["scale"], row["iteration"], row["J"]) for row in rows])}
    for name in names:
        drawn[name] = parts_of(
            [(row["scale"], row["iteration"], row["terms"].get(name, 0.0)) for row in rows]
        )
    pairs = pairwise(rows)
    borders = [after["iteration"] for one, after in pairs if after["scale"] != one["scale"]]
    return svg(drawn, "What each term adds to J, step by step", borders, alone=True)


def answer(job: Job) -> dict[str, Any]:
    """Return what an experiment found."""
    try:
        record: Mapping[str, Any] = json.loads(
            (job.folder / f"{job.experiment}.json").read_text("utf-8")
        )
    except (OSError, ValueError):
        return {}
    return {
        "lines": record["lines"],
        "claims": [
            {"sentence": x["sentence"], "seen": x["seen"], "holds": bool(x["holds"])}
            for x in record["claims"]
        ],
        "figure": (job.folder / f"{job.experiment}.png").is_file() and job.state == "done",
    }
