"""How much memory a size takes, and the largest that fits."""

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from nst_numpy.cli.options import Options
from nst_numpy.errors import InputError
from nst_numpy.files.images import largest_size, smallest_size, wanted_size
from nst_numpy.files.opening import size_and_memory
from nst_numpy.memory import PROGRAM, available_memory, gigabytes, predicted_memory
from nst_numpy.stylize import least_side


def fitting(options: Options, pictures: Sequence[Path], shares: Sequence[float]) -> tuple[int, int]:
    """Choose the size, if it is ``max``, and refuse one for which there is too little memory.

    Parameters
    ----------
    options : Options
    pictures : sequence of Path
        The content and the styles; the one that takes the most memory counts.
    shares : sequence of float
        Of the size, which each picture's longest side has.

    Returns
    -------
    size : int
        Of the longest side, in pixels.
    memory : int
        What the painting takes, in bytes.

    Raises
    ------
    InputError
        If nothing or too little fits.
    """
    settings, computing = options.settings(), options.computing
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

    def needed(size: int) -> int:
        painting = (
            predicted_memory(
                wanted_size(shape, max(1, round(size * share)))[::-1], settings, computing, masked
            )
            for shape, share in scaled
        )
        return max(least_memory, *painting)

    size = options.size
    if isinstance(size, int):
        if not least <= size <= most:
            return size, 0  # it is refused where the pictures are read
        if needed(size) <= free:
            return size, needed(size)
    if least > most:
        raise InputError(f"No size works: each side needs {least_side(settings)} pixels.")
    if needed(least) > free:
        raise InputError(
            f"No size fits: the smallest, {least}, needs about {gigabytes(needed(least))}, and "
            f"{there}."
        )
    fits, too_large = least, most + 1
    while too_large - fits > 1:
        middle = (fits + too_large) // 2
        if needed(middle) <= free:
            fits = middle
        else:
            too_large = middle
    if isinstance(size, int):
        raise InputError(
            f"--size {size} needs about {gigabytes(needed(size))}, and {there}; "
            f"the largest size that fits is {fits}."
        )
    return fits, needed(fits)


def header(path: Path, size: int | str, share: float) -> tuple[tuple[int, int], int]:
    """Return the size of a picture, and what it takes to read it for a painting of this size."""
    if not isinstance(size, int):
        return size_and_memory(path)
    longest = max(1, round(size * share))
    return size_and_memory(path, lambda found: wanted_size(found, longest))
