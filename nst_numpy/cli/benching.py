"""The command ``bench``: speed and memory of one evaluation, measured by turns."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from typing import Annotated, Literal

from cyclopts import Parameter
from rich import box
from rich.table import Table

from nst_numpy.backend import numba_is_installed
from nst_numpy.bench.measure import LayerTime, Result, by_turns, layer_times
from nst_numpy.cli.streams import Output, say
from nst_numpy.errors import InputError

Contestant = Literal["auto", "numba", "numpy", "definition", "torch"]


def bench(
    *,
    size: Annotated[list[int] | None, Parameter(consume_multiple=True)] = None,
    what: Contestant = "auto",
    against: Contestant | None = None,
    rounds: int = 7,
    layers: Annotated[bool, Parameter(negative=())] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> int:
    """Measure one evaluation of J and dJ/dG: time, memory, and the ratio to another program.

    Parameters
    ----------
    size
        Sides of the square pictures to measure at; 256 512 1024 2048, if not given.
    what
        What to measure: definition, numpy, numba, or auto, which is numba where it is installed,
        else numpy.
    against
        What to measure beside it, by turns, each in its own process: torch, or another of ours.
    rounds
        Evaluations of each.
    layers
        Time each layer of the compiled evaluation too, at the first size.
    as_json
        Print the measurements for a program to read, instead of tables.
    """
    first = ("numba" if numba_is_installed() else "numpy") if what == "auto" else what
    names = [first, against] if against else [first]
    for name, module in (("torch", "torch"), ("numba", "numba")):
        if name in names and find_spec(module) is None:
            raise InputError(f"{name} is not installed, so it cannot be measured.")
    sizes = size or [256, 512, 1024, 2048]
    if layers and first != "numba":
        raise InputError("--layers times the compiled kernels; it needs numba.")
    if min(sizes) < 16 or rounds < 1:
        raise InputError("bench needs sizes of at least 16 and at least 1 round.")
    results = [by_turns(names, side, side, rounds) for side in sizes]
    for result in results:
        if max(result.values) > 1.001 * min(result.values):
            raise InputError(f"At {result.n_H}² the two disagree about J: {result.values}.")
    times = layer_times(sizes[0], sizes[0], rounds) if layers else []
    if as_json:
        rows = {
            "evaluations": [asdict(result) for result in results],
            "layers": [asdict(row) for row in times],
        }
        say(json.dumps(rows, indent=2))
        return 0
    Output().print(results_table(results))
    if times:
        Output().print(layers_table(times))
    return 0


def results_table(results: Sequence[Result]) -> Table:
    """Lay out one row for each size."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("size")
    names = results[0].names
    for name in names:
        table.add_column(f"{name}: s", justify="right")
        table.add_column("µs/pixel", justify="right")
        table.add_column("MiB", justify="right")
    if len(names) > 1:
        table.add_column("time", justify="right")
        table.add_column("memory", justify="right")
    for result in results:
        cells = [f"{result.n_H}²"]
        for seconds, memory in zip(result.medians, result.memory, strict=True):
            cells.append(f"{seconds:.3f}")
            cells.append(f"{1e6 * seconds / (result.n_H * result.n_W):.2f}")
            cells.append(f"{memory / 2**20:.0f}")
        if len(names) > 1:
            cells += [f"{result.ratio:.2f} ×", f"{result.memory_ratio:.2f} ×"]
        table.add_row(*cells)
    return table


def layers_table(times: Sequence[LayerTime]) -> Table:
    """Lay out one row for each layer; the speed counts the definition's operations."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("layer")
    table.add_column("shape")
    for name in ("up: ms", "down: ms", "GFLOP/s", "MiB"):
        table.add_column(name, justify="right")
    for row in times:
        n_H, n_W, n_C = row.shape
        speed = f"{row.speed / 1e9:.0f}" if row.operations else ""
        memory = f"{4 * n_H * n_W * n_C / 2**20:.1f}"
        table.add_row(
            row.layer, f"{n_H}×{n_W}×{n_C}", f"{1e3 * row.up:.1f}", f"{1e3 * row.down:.1f}", speed,
            memory,
        )  # fmt: skip
    return table
