"""A film of a painting: its previews one after the other, the ledger's curves under them."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from nst_numpy.errors import InputError, check_number, check_whole
from nst_numpy.files.writing import check_output, replacing
from nst_numpy.runs.curves import Curves
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.trace import read_trace

SUFFIXES = (".webp", ".gif", ".mp4")
SECONDS, MOST_SECONDS = 6.0, 600
HELD = 1.5
"""Seconds for which the last frame is held, before a film begins again."""
LONGEST = 4096
RATE = 25
"""Frames a second of an MP4: it has only one rate, so each frame is repeated."""


def film(
    folder: str | os.PathLike[str],
    output: str | os.PathLike[str],
    ledger: bool = False,
    size: int | None = None,
    seconds: float = SECONDS,
) -> int:
    """Make a film of the previews of a run.

    Parameters
    ----------
    folder : path
        Of the run, finished or not.
    output : path
        .webp, .gif, or .mp4 where imageio-ffmpeg is installed (the extra ``film``).
    ledger : bool
        Draw under the picture what each term adds to J.
    size : int, optional
        Pixels of the picture's longest side; that of the largest preview, if not given.
    seconds : float
        How long it lasts, but for its last frame.

    Returns
    -------
    frames : int

    Raises
    ------
    InputError
        If there are no previews, the suffix is another, or there is no encoder.
    """
    run, path = RunFolder(folder), check_output(output, SUFFIXES)
    run.refuse_own(path)
    check_number("seconds", seconds, above=True)
    if seconds > MOST_SECONDS:
        raise InputError(f"seconds must be at most {MOST_SECONDS}, not {seconds:g}.")
    if size is not None:
        check_whole("size", size, 16, LONGEST)
    write = WRITERS[path.suffix.lower()]
    if path.suffix.lower() == ".mp4" and find_spec("imageio_ffmpeg") is None:
        raise InputError(
            "An MP4 needs an encoder, imageio-ffmpeg, which is not installed; "
            'pip install "nst_numpy[film]" does that, and .webp and .gif need none.'
        )
    pictures = readable(run)
    if not pictures:
        raise InputError(f"There are no previews in {run.path}, so there is nothing to film.")
    curves_of = read_trace(run.path) if ledger else None
    frames = list(framed(pictures, size, curves_of))
    each = max(1, round(1000 * seconds / len(frames)))
    durations = [each] * (len(frames) - 1) + [round(1000 * HELD)]
    try:
        with replacing(path) as temporary:
            write(temporary, frames, durations)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be written ({error}).") from error
    return len(frames)


def readable(run: RunFolder) -> list[tuple[int, int, Image.Image]]:
    """Return the previews that can be read: a kill may have cut one off."""
    found = []
    for scale, iteration, path in run.all_previews():
        try:
            with Image.open(path, formats=["JPEG"]) as picture:
                found.append((scale, iteration, picture.convert("RGB")))
        except (OSError, SyntaxError, ValueError):
            continue
    return found


def framed(
    pictures: Sequence[tuple[int, int, Image.Image]],
    size: int | None,
    rows: Sequence[Any] | None,
) -> Iterator[Image.Image]:
    """Yield the frames: all of one size, with even sides, as encoders of films want them."""
    largest = max((picture.size for _, _, picture in pictures), key=max)
    share = (size or max(largest)) / max(largest)
    width, height = (max(2, 2 * round(side * share / 2)) for side in largest)
    curves = Curves(rows, (width, 2 * max(60, round(0.2 * width)))) if rows else None
    for scale, iteration, picture in pictures:
        frame = picture.resize((width, height), Image.Resampling.LANCZOS)
        if curves:
            below = curves.drawn(scale, iteration)
            whole = Image.new("RGB", (width, height + below.height))
            whole.paste(frame, (0, 0))
            whole.paste(below, (0, height))
            frame = whole
        yield frame


def write_webp(path: Path, frames: Sequence[Image.Image], durations: Sequence[int]) -> None:
    """Write an animated WebP."""
    frames[0].save(path, "WEBP", save_all=True, append_images=frames[1:], duration=durations,
                   loop=0, quality=60, method=6, minimize_size=True)  # fmt: skip


def write_gif(path: Path, frames: Sequence[Image.Image], durations: Sequence[int]) -> None:
    """Write an animated GIF, each frame with the 256 colours that suit it."""
    in_colours = [frame.quantize(dither=Image.Dither.FLOYDSTEINBERG) for frame in frames]
    in_colours[0].save(path, "GIF", save_all=True, append_images=in_colours[1:],
                       duration=list(durations), loop=0)  # fmt: skip


def write_mp4(path: Path, frames: Sequence[Image.Image], durations: Sequence[int]) -> None:
    """Hand the frames to ffmpeg, which imageio-ffmpeg brings along."""
    encoder = import_module("imageio_ffmpeg").write_frames(
        str(path), frames[0].size, fps=RATE, quality=7, macro_block_size=2,
        output_params=["-f", "mp4"], ffmpeg_log_level="error",
    )  # fmt: skip
    with closing(encoder):
        encoder.send(None)
        for frame, duration in zip(frames, durations, strict=True):
            for _ in range(max(1, round(duration * RATE / 1000))):
                encoder.send(np.asarray(frame).tobytes())


WRITERS: dict[str, Callable[[Path, Sequence[Image.Image], Sequence[int]], None]] = {
    ".webp": write_webp,
    ".gif": write_gif,
    ".mp4": write_mp4,
}
