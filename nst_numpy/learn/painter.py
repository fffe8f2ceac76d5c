"""The process that paints with a learner's functions: ``python -m nst_numpy.learn.painter FOLDER``.

It reads ``order.json`` in the folder, and writes pictures and ``told.json`` there.
Each picture is an array of its own, so that what was finished stays if one takes too long.
"""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.bounds import bounds_forward, bounds_inverse, within_bounds
from nst_numpy.canvas import mirrored
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.learn.loading import load, trouble
from nst_numpy.learn.parts import OF_OPTIMIZER, Functions, J_of, descend
from nst_numpy.learn.slowness import too_slow
from nst_numpy.learn.tasks import TASKS
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.settings import Settings

OURS_BY_ADAM = "ours-by-adam"
MARGIN = 8
"""Pixels beyond each edge, painted and cut off."""


def main() -> None:
    """Paint what is ordered: first with our functions, then with theirs, then with each mistake."""
    folder = Path(sys.argv[1])
    order = json.loads((folder / "order.json").read_text("utf-8"))
    progress = sys.stderr
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        paint_all(order, folder, progress)


def paint_all(order: dict[str, Any], folder: Path, progress: Any) -> None:
    """Paint, and write down what came of each picture when it is done."""
    told: dict[str, Any] = {"left_out": {}, "pictures": {}}
    content = load_image(Path(order["content"]), order["size"])
    style = load_image(Path(order["style"]), order["size"])
    canvas = mirrored(content, MARGIN)
    right, left_out = load_all(order["right"], Path(order["folder"]))
    wrong, unusable = load_all(order["wrong"], Path(order["folder"]))
    told["left_out"] = left_out | unusable
    settings = Settings(pooling=order["pooling"])
    definition = Computing(backend="definition")
    J = Objective(canvas, [style], settings, load_weights(), computing=definition)
    todo = what_to_paint(right, wrong, order["optimizer"])
    for number, (name, functions, optimizer) in enumerate(todo, 1):
        say = what_is_painted(name, number, len(todo))
        began = perf_counter()
        try:
            G, note = paint(
                J_of(J, style, functions), canvas, optimizer, functions, order["iterations"],
                partial(show_step, progress, say),
            )  # fmt: skip
        except BaseException as error:
            told["pictures"][name] = {"trouble": trouble(error, Path(order["folder"])).sentence}
        else:
            picture = G[MARGIN:-MARGIN, MARGIN:-MARGIN]
            np.save(folder / f"{name}.npy", picture, allow_pickle=False)
            value = float(J(G)[0])
            seconds = perf_counter() - began
            told["pictures"][name] = {
                "J": value, "seconds": seconds, "note": note, "optimizer": optimizer,
            }  # fmt: skip
        write(folder, told)
    shown(progress, "")


def what_to_paint(
    right: Functions, wrong: Functions, optimizer: str
) -> list[tuple[str, Functions, str]]:
    """List the pictures: ours, theirs, and the package's with each thing that is wrong in it.

    These are painted by Adam, which follows a gradient, right or wrong; a line search would not.
    """
    todo: list[tuple[str, Functions, str]] = [("ours", {}, optimizer), ("yours", right, optimizer)]
    kinds = {name: kind for kind, names in OF_OPTIMIZER.items() for name in names}
    mistakes = [(name, {name: one}, kinds.get(name, "adam")) for name, one in wrong.items()]
    if optimizer != "adam" and any(kind == "adam" for _, _, kind in mistakes):
        todo.append((OURS_BY_ADAM, {}, "adam"))
    return [*todo, *mistakes]


def what_is_painted(name: str, number: int, count: int) -> str:
    """Say what is being painted."""
    words = {"ours": "with the package's functions", "yours": "with yours"}
    words[OURS_BY_ADAM] = "with the package's functions, by Adam"
    return f"Painting {words.get(name, f'what {name} paints')} ({number} of {count})"


def paint(
    J: SumOfTerms,
    canvas: Array,
    optimizer: str,
    functions: Functions,
    iterations: int,
    tell: Callable[[int], None],
) -> tuple[Array, str]:
    """Paint from the photograph: the last canvas, and what is to be said of it."""
    note, made = "", bounds_inverse(canvas)
    with np.errstate(all="ignore"):
        way = descend(within_bounds(J), made, optimizer, functions)
        for k, (u, value) in enumerate(islice(way, iterations + 1)):
            tell(k)
            if not (np.isfinite(value) and np.isfinite(u).all()) or u.shape != canvas.shape:
                note = f"it met numbers that are no colours in step {k} and stopped"
                break
            made = u
        else:
            if k < iterations:
                note = f"no step went down any more after {k}"
    return np.asarray(bounds_forward(made), np.float32), note


def load_all(
    names: list[str], folder: Path
) -> tuple[dict[str, Callable[..., Any]], dict[str, str]]:
    """Load functions that can paint; and say why the others cannot."""
    loaded, left_out = {}, {}
    for name in names:
        task = TASKS[name]
        [path] = folder.glob(f"step??_{task.function}.py")
        try:
            function = load(path, task.function)
            slow = too_slow(name, function)
        except BaseException as error:
            left_out[name] = trouble(error, folder).sentence
            continue
        if slow:
            left_out[name] = slow
        else:
            loaded[name] = function
    return loaded, left_out


def show_step(progress: Any, what: str, step: int) -> None:
    """Show how far a picture is."""
    shown(progress, f"{what}, step {step}")


def shown(progress: Any, line: str) -> None:
    """Show one line on a terminal, over the last one."""
    if progress and progress.isatty():
        progress.write(f"\r{line:<79}" if line else f"\r{'':<79}\r")
        progress.flush()


def write(folder: Path, told: dict[str, Any]) -> None:
    """Write down what is known so far, whole or not at all."""
    part = folder / "told.json.part"
    part.write_text(json.dumps(told), "utf-8")
    part.replace(folder / "told.json")


if __name__ == "__main__":
    main()
