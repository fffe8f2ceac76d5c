"""The command ``bench``: speed and memory of one evaluation, and what many of them lead to."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.util import find_spec
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from nst_numpy.available import available_memory
from nst_numpy.backend import Backend, Computing, numba_is_installed
from nst_numpy.bench.evaluations import PAIRS, evaluations_needed
from nst_numpy.bench.measure import by_turns, layer_times
from nst_numpy.bench.octaves import octaves
from nst_numpy.bench.quality import race
from nst_numpy.cli.bench_tables import (
    evaluations_table,
    layers_table,
    octaves_table,
    race_table,
    speed_table,
)
from nst_numpy.cli.spelling import Whole, read_whole
from nst_numpy.cli.streams import Output, say
from nst_numpy.errors import InputError
from nst_numpy.files.opening import MOST_PIXELS
from nst_numpy.memory import gigabytes, predicted_memory
from nst_numpy.settings import Settings

What = Literal["speed", "time-to-quality", "evaluations", "octaves"]
Contestant = Literal["numba", "numpy", "definition", "torch", "pastiche"]
SIZES: dict[What, list[int]] = {
    "speed": [256, 512, 1024, 2048],
    "time-to-quality": [512],
    "evaluations": [256],
    "octaves": [192],
}
EVALUATIONS: dict[What, int] = {"time-to-quality": 500, "evaluations": 100, "octaves": 150}


def bench(
    *,
    what: What = "speed",
    size: Annotated[list[Whole] | None, Parameter(consume_multiple=True, negative=())] = None,
    backend: Backend = "auto",
    against: Contestant | None = None,
    rounds: Whole = 7,
    evaluations: Annotated[int | None, Parameter(converter=read_whole, n_tokens=1)] = None,
    layers: Annotated[bool, Parameter(negative=(), show_default=False)] = False,
    as_json: Annotated[bool, Parameter(name="--json", negative=(), show_default=False)] = False,
) -> int:
    """Measure how fast J and dJ/dG are evaluated, or how far many evaluations lead.

    Parameters
    ----------
    what
        speed: time and memory of one evaluation. time-to-quality: seconds until the picture that
        would be saved is within 5 % of the best that so many evaluations reach. evaluations: how
        many the default settings need for what plain L-BFGS reaches with so many, for six pairs
        of pictures. octaves: how fine a texture and a painting are, beside their style.
    size
        Sides of the square pictures; if not given, 256 512 1024 2048 for speed, 512 for
        time-to-quality, 256 for evaluations, 192 for octaves.
    backend
        What computes ours: numba, numpy, definition, or auto, which is numba where it is installed.
    against
        What to measure beside it (speed, time-to-quality), by turns, each in its own process:
        torch, or another of ours; for time-to-quality also pastiche, with its own loss for both.
    rounds
        Evaluations of each, for speed.
    evaluations
        How many; if not given, 500 for time-to-quality, 100 for evaluations, 150 for octaves.
    layers
        Time each layer of the compiled evaluation too, at the first size (speed).
    as_json
        Print the measurements for a program to read, instead of tables.
    """
    if backend == "auto":
        backend = "numba" if numba_is_installed() else "numpy"
    names: list[str] = [backend, against] if against else [backend]
    for name in names:
        if name in ("numba", "torch", "pastiche") and find_spec(name) is None:
            raise InputError(f"{name} is not installed, so it cannot be measured.")
    sizes = size or SIZES[what]
    most = EVALUATIONS.get(what, 1) if evaluations is None else evaluations
    if layers and (what != "speed" or backend != "numba"):
        raise InputError("--layers times the compiled kernels; it needs --what speed, and numba.")
    if against and what in ("evaluations", "octaves"):
        raise InputError(f"--what {what} measures nothing beside ours; leave --against out.")
    if against == "pastiche" and what != "time-to-quality":
        raise InputError(f"pastiche paints, so it has no part in --what {what}; take torch.")
    if min(sizes) < 16 or rounds < 1 or most < 1:
        raise InputError("bench needs sizes of at least 16, at least 1 round and 1 evaluation.")
    computing = Computing(backend=backend)
    for side in sizes:
        check_memory(side, backend, computing)
    results: dict[str, Any]
    if what == "speed":
        results, tables = speed(names, sizes, rounds, layers)
    elif what == "time-to-quality":
        races = [race(names, side, side, most, backend) for side in sizes]
        results = {"races": [asdict(one) | {"goal": one.goal} for one in races]}
        tables = [race_table(one) for one in races]
    elif what == "evaluations":
        rows = {
            side: [evaluations_needed(pair, side, side, most, computing) for pair in PAIRS]
            for side in sizes
        }
        results = {"evaluations": {side: list(map(asdict, rows[side])) for side in sizes}}
        tables = [evaluations_table(side, rows[side]) for side in sizes]
    else:
        fine = {side: octaves(side, side, most, computing) for side in sizes}
        results = {
            "octaves": {
                side: {name: asdict(one) for name, one in fine[side].items()} for side in sizes
            }
        }
        tables = [octaves_table(side, fine[side]) for side in sizes]
    if as_json:
        say(json.dumps(results, indent=2))
        return 0
    for table in tables:
        Output().print(table)
    return 0


def check_memory(side: int, backend: str, computing: Computing) -> None:
    """Refuse a size for which there is too little memory."""
    if side**2 > MOST_PIXELS:
        raise InputError(
            f"{side}² are more than {MOST_PIXELS} pixels, the most that can be painted."
        )
    needed, free = predicted_memory((side, side), Settings(margin=0), computing), available_memory()
    if needed > free:
        raise InputError(
            f"{side}² with {backend} needs about {gigabytes(needed)}, and {gigabytes(free)} are "
            "free; choose smaller sizes."
        )


def speed(
    names: Sequence[str], sizes: Sequence[int], rounds: int, layers: bool
) -> tuple[dict[str, Any], list[Any]]:
    """Measure one evaluation at each size; return it for a program, and as tables."""
    results = [by_turns(names, side, side, rounds) for side in sizes]
    for result in results:
        if max(result.values) > 1.001 * min(result.values):
            raise InputError(f"At {result.n_H}² the two disagree about J: {result.values}.")
    times = layer_times(sizes[0], sizes[0], rounds) if layers else []
    rows = {"evaluations": list(map(asdict, results)), "layers": list(map(asdict, times))}
    return rows, [speed_table(results), *([layers_table(times)] if times else [])]
