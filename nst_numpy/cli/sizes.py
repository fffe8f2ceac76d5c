"""How much memory a size takes, and the largest that fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, prod
from pathlib import Path
from typing import Any

from nst_numpy.available import available_memory
from nst_numpy.backend import Computing, Remember, check_address
from nst_numpy.cli.options import Options
from nst_numpy.cli.streams import note
from nst_numpy.errors import InputError
from nst_numpy.files.images import largest_size, smallest_size, wanted_size
from nst_numpy.files.opening import size_and_memory
from nst_numpy.large.cluster import as_here
from nst_numpy.large.crew import Crew, crew_of, starts
from nst_numpy.large.worker import free_memory
from nst_numpy.memory import PROGRAM, check_together, fitted, gigabytes, predicted_memory
from nst_numpy.settings import Settings
from nst_numpy.stylize import least_side


@dataclass(frozen=True)
class Fit:
    """How a painting fits into memory.

    Attributes
    ----------
    size
        Of the longest side, in pixels.
    memory
        What the painting takes, in bytes.
    rows
        Of a strip; None, if the picture is evaluated as a whole.
    pairs
        How many steps L-BFGS remembers.
    strips
        Into how many the picture is cut, if not by their rows.
    remember
        Where L-BFGS keeps them.
    """

    size: int
    memory: int
    rows: int | None
    pairs: int
    strips: int | None = None
    remember: Remember | None = None


def fitting(options: Options, pictures: Sequence[Path], shares: Sequence[float]) -> Fit:
    """Choose the size, if it is ``max``, and refuse one for which there is too little memory.

    ``max`` is the largest that is evaluated as a whole; a larger one goes in strips.

    Parameters
    ----------
    options : Options
    pictures : sequence of Path
        The content and the styles; the one that takes the most memory counts.
    shares : sequence of float
        Of the size, which each picture's longest side has.

    Raises
    ------
    InputError
        If nothing or too little fits, or options exclude each other.
    """
    settings, computing = options.settings(), options.computing
    remember = computing.remember
    of_worker, workers = None, 1
    if computing.cluster:
        crew = crew_told(computing.cluster)
        if not computing.rows:
            computing = replace(computing, strips=computing.strips or crew.size)
        if not crew.local:
            of_worker, workers = int(0.85 * min(crew.told(free_memory))), crew.size
    read = [*zip(pictures, shares, strict=True)]
    if options.start_file:
        read.append((options.start_file, 1.0))
    headers = [header(path, options.size, share) for path, share in read]
    scaled = [(found, share) for (found, _), share in zip(headers, shares, strict=False)]
    side = least_side(settings)
    least = max(ceil(smallest_size(shape, side) / share) for shape, share in scaled)
    most = min(int(largest_size(shape) / share) for shape, share in scaled)
    free = int(1e9 * computing.memory) if computing.memory else available_memory()
    there = f"{gigabytes(free)} are {'allowed' if computing.memory else 'free'}"

    for (path, _), (_, memory) in zip(read, headers, strict=True):
        if (reading := PROGRAM["numpy"] + memory) > free:
            raise InputError(f"{path} needs about {gigabytes(reading)} to be read, and {there}.")
    least_memory = PROGRAM["numpy"] + max(memory for _, memory in headers)
    masked = bool(options.content_mask)

    def at(size: int) -> list[tuple[int, int]]:
        return [wanted_size(shape, max(1, round(size * share)))[::-1] for shape, share in scaled]

    def needed(size: int, settings: Settings = settings, computing: Computing = computing) -> int:
        painting = (predicted_memory(shape, settings, computing, masked) for shape in at(size))
        return max(least_memory, *painting)

    size = options.size
    if isinstance(size, int):
        if not least <= size <= most:  # it is refused where the pictures are read
            return Fit(size, 0, computing.rows, settings.pairs, computing.strips, remember)
        for shape in at(size):
            check_together(shape, settings, computing)
        largest = max(at(size), key=prod)
        fewer, strips = fitted(largest, settings, computing, free, masked, of_worker, workers)
        if (memory := needed(size, fewer, strips)) <= free:
            return Fit(size, memory, strips.rows, fewer.pairs, strips.strips, strips.remember)

    if least > most:
        raise InputError(f"No size works: each side needs {least_side(settings)} pixels.")
    if needed(least) > free:
        raise InputError(
            f"No size fits: the smallest, {least}, needs about {gigabytes(needed(least))}, and "
            f"{there}."
        )
    fits = largest_that(lambda size: needed(size) <= free, least, most)
    if isinstance(size, int):

        def chosen(size: int, changed: Settings = settings) -> tuple[Settings, Computing]:
            largest = max(at(size), key=prod)
            return fitted(largest, changed, computing, free, masked, of_worker, workers)

        larger = largest_that(lambda size: needed(size, *chosen(size)) <= free, fits, most)
        told, (fewer, strips) = f"{larger}", chosen(larger)
        if larger > fits and strips.rows and not computing.rows:
            told = f"{fits} as a whole, and {larger} in strips"
        elif larger > fits and fewer.pairs < settings.pairs:
            told = f"{fits}, and {larger} with --pairs {fewer.pairs}"
        asked = size

        def with_fewer(changed: Settings) -> bool:
            return needed(asked, *chosen(asked, changed)) <= free

        raise InputError(
            f"--size {size} needs about {gigabytes(needed(size))}, and {there}; the largest size "
            f"that fits is {told}.{cure(settings, with_fewer)}"
        )
    check_together(at(fits)[0], settings, computing)
    return Fit(fits, needed(fits), computing.rows, settings.pairs, computing.strips, remember)


def crew_told(address: str) -> Crew:
    """Return the crew of an address; say so before workers are started here, which takes a while.

    Raises
    ------
    InputError
        If there is none.
    """
    check_address(address)
    if workers := starts(address):
        note(f"Starting {workers} worker{'s' if workers > 1 else ''}.")
    return crew_of(address)


def largest_that(fits: Callable[[int], bool], least: int, most: int) -> int:
    """Return the largest size that fits, by halves, where the least is known to."""
    too_large = most + 1
    while too_large - least > 1:
        middle = (least + too_large) // 2
        least, too_large = (middle, too_large) if fits(middle) else (least, middle)
    return least


def refuse_too_large(shape: tuple[int, ...], settings: Settings, computing: Computing) -> int:
    """Return how many bytes a painting of a shape takes, or refuse it.

    Raises
    ------
    InputError
        If there is too little memory.
    """
    free = int(1e9 * computing.memory) if computing.memory else available_memory()
    needed = predicted_memory(shape, settings, computing)
    if needed > free:
        there = f"{gigabytes(free)} are {'allowed' if computing.memory else 'free'}"
        raise InputError(
            f"{shape[1]} × {shape[0]} pixels need about {gigabytes(needed)}, and {there}."
            + cure(settings, lambda changed: predicted_memory(shape, changed, computing) <= free)
        )
    return needed


def cure(settings: Settings, fits: Callable[[Settings], bool]) -> str:
    """Name what makes a painting fit that does not: fewer pairs, or an optimizer without any.

    Parameters
    ----------
    settings : Settings
    fits : callable
        Whether a painting with other settings fits.

    Returns
    -------
    sentence : str
        Empty, if neither helps.
    """
    if settings.optimizer != "lbfgs":
        return ""
    for pairs in (12, 8, 5, 3, 1):
        if pairs < settings.pairs and fits(replace(settings, pairs=pairs)):
            return f" With --pairs {pairs} it fits."
    return " With --optimizer adam it fits." if fits(replace(settings, optimizer="adam")) else ""


def in_parts(fit: Fit, pairs: int, cluster: str | None) -> str:
    """Say what was given up for the memory, if anything was."""
    told = ""
    if fit.rows:
        told += f", in strips of {fit.rows} rows"
    if fit.strips:
        told += f", in up to {fit.strips} strips" if fit.strips > 1 else ""
    if fit.pairs < pairs:
        told += f"; lbfgs remembers {fit.pairs} steps instead of {pairs}"
    if fit.remember == "workers":
        there = "the workers keep" if cluster else "without a cluster this machine keeps"
        told += f"; {there} what lbfgs remembers"
    return told


def vars_of(fit: Fit, computing: Computing) -> dict[str, Any]:
    """Return what was chosen, as options: with them, the same painting is made the same way.

    Even without the cluster: they say how the picture was cut, and in how many threads.
    """
    found = {
        "size": fit.size, "rows": fit.rows, "strips": fit.strips, "pairs": fit.pairs,
        "remember": fit.remember,
    }  # fmt: skip
    return found | ({"threads": as_here(computing).threads} if computing.cluster else {})


def header(path: Path, size: int | str, share: float) -> tuple[tuple[int, int], int]:
    """Return the size of a picture, and what it takes to read it for a painting of this size."""
    if not isinstance(size, int):
        return size_and_memory(path)
    longest = max(1, round(size * share))
    return size_and_memory(path, lambda found: wanted_size(found, longest))
