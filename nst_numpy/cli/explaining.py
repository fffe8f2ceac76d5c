"""The command ``explain``: the experiments, their figures and what they found."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
from cyclopts import Parameter
from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from nst_numpy.backend import COMPILING, Computing, kernels_to_compile
from nst_numpy.cli.naming import Force, refuse_existing
from nst_numpy.cli.painting import Interrupted
from nst_numpy.cli.signals import stop_if_asked
from nst_numpy.cli.spelling import File, Whole, among
from nst_numpy.cli.streams import Output, Screen, complain, say
from nst_numpy.errors import InputError
from nst_numpy.experiments import EXPERIMENTS, Answer, Experiment
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import load_image
from nst_numpy.files.weights import load_weights
from nst_numpy.files.writing import check_output, refuse_input
from nst_numpy.network import VGG19, Weights

FOLDER = Path("explained")
SMALLEST = 48  # of a picture's longest side, in pixels: less has nothing to show
NARROWEST = 24  # of the other one


def explain(
    *names: among(EXPERIMENTS),  # type: ignore[valid-type]
    content: File = None,
    style: File = None,
    size: Annotated[Whole | None, Parameter(show_default=False)] = None,
    output: Annotated[Path, Parameter(alias="-o")] = FOLDER,
    force: Force = False,
    list_only: Annotated[bool, Parameter(name="--list", negative=(), show_default=False)] = False,
) -> int:
    """Answer questions by experiments: all of them, or those that are named.

    Each writes a figure, NAME.png, and its numbers, NAME.json, and prints what it found.

    Parameters
    ----------
    names
        Of the experiments; all fifteen, if none is given.
    content
        A photograph; the castle that comes with the package, if not given.
    style
        A painting; the church that comes with the package, if not given.
    size
        Longest side of both pictures, in pixels; each experiment has a default of its own.
    output
        The folder for figures and numbers; it is made if it is not there.
    force
        Replace figures and numbers that are there already.
    list_only
        List the questions and run nothing.
    """
    asked_for = [named(name) for name in dict.fromkeys(names)] or list(EXPERIMENTS.values())
    if list_only or not names:
        Output().print(questions_table(asked_for))
    if list_only:
        return 0
    if find_spec("matplotlib") is None:
        raise InputError(
            "The experiments need matplotlib, which is not installed; "
            'install it with pip install "nst_numpy[explain]".'
        )
    if size is not None and size < SMALLEST:
        raise InputError(f"size must be at least {SMALLEST}, not {size}.")
    content = content or embedded("pictures/eilean-donan-castle.webp")
    style = style or embedded("pictures/church-at-auvers.webp")
    check_pictures(content, style, size or min(experiment.size for experiment in asked_for))
    make_folder(output)
    for experiment in asked_for:
        for suffix in (".png", ".json"):
            file = check_output(output / f"{experiment.name}{suffix}")
            refuse_input(file, [content, style])
            refuse_existing(file, force)
    if not names:
        say("All of them take some minutes; Ctrl-C stops, and what is finished stays.")
    if kernels_to_compile(Computing(), VGG19):
        complain(COMPILING)
    weights = load_weights()
    finished = 0
    try:
        for experiment in asked_for:
            run(experiment, content, style, size or experiment.size, weights, output)
            finished += 1
            stop_if_asked()
    except KeyboardInterrupt:
        kept = f"the {finished} that were finished are in {output}" if finished else "none finished"
        raise Interrupted(f"Stopped; {kept}.") from None
    return 0


def named(name: str) -> Experiment:
    """Find an experiment, or say which names there are."""
    if name in EXPERIMENTS:
        return EXPERIMENTS[name]
    close = get_close_matches(name, EXPERIMENTS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(EXPERIMENTS)}."
    raise InputError(f"There is no experiment {name!r}; {hint}")


def check_pictures(content: Path, style: Path, size: int) -> None:
    """Refuse pictures that the experiments cannot use now, and not after the first of them."""
    pictures = [load_image(path, size, least_side=NARROWEST) for path in (content, style)]
    for path, picture in zip((content, style), pictures, strict=True):
        if np.ptp(picture) == 0:
            raise InputError(f"{path} has one colour only; there is nothing in it to measure.")
    if np.array_equal(pictures[0], pictures[1]):
        raise InputError(
            f"{content} and {style} are the same picture; the experiments compare two."
        )


def make_folder(folder: Path) -> None:
    """Make the folder, or say why it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be made ({error.strerror}).") from error


def run(
    experiment: Experiment, content: Path, style: Path, size: int, weights: Weights, folder: Path
) -> None:
    """Run one, write its figure and its numbers, print what it found."""
    output = Output()
    output.print(Text(f"\n{experiment.question}", style="bold"))
    photograph = load_image(content, size, least_side=NARROWEST)
    painting = load_image(style, size, least_side=NARROWEST)
    began = perf_counter()
    with waiting(experiment.name):
        answer = experiment.answer(photograph, painting, weights)
    seconds = perf_counter() - began
    try:
        figure, numbers = answer.save(folder, size=size, seconds=round(seconds, 1))
    except OSError as error:
        reason = error.strerror or error
        raise InputError(
            f"{experiment.name} cannot be written into {folder} ({reason})."
        ) from error
    print_answer(answer, output)
    if size < experiment.size and not all(claim.holds for claim in answer.claims):
        say(f"At {size} pixels there is less to see than at the usual {experiment.size}.")
    say(f"{figure} and {numbers.name}, at {size} pixels, in {seconds:.0f} s.")


def waiting(name: str) -> AbstractContextManager[Any]:
    """On a terminal, show that something is going on."""
    console = Screen(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        return nullcontext()
    return console.status(f"Measuring: {name}")


def print_answer(answer: Answer, output: Output) -> None:
    """Print each sentence, and under it what was seen."""
    for line in answer.lines:
        say(line)
    for claim in answer.claims:
        sentence = claim.sentence if claim.holds else f"Not seen here: {claim.sentence}"
        output.print(Text(sentence, style="" if claim.holds else "yellow"))
        output.print(Padding(Text(claim.seen, style="dim"), (0, 0, 0, 4), expand=False))


def questions_table(experiments: Sequence[Experiment]) -> Table:
    """One row for each experiment."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("experiment", no_wrap=True)
    table.add_column("question")
    for experiment in experiments:
        table.add_row(experiment.name, experiment.question)
    return table
