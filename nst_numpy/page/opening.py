"""Open what a visitor sent, in a process of its own: ``python -m nst_numpy.page.opening``.

A decoder that hangs, dies or eats the memory takes this process with it, and not the page. What
comes out is a picture of our own, no larger than the page paints, and a small one to be shown.
"""

import json
import os
import sys
from pathlib import Path

from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image, save_image
from nst_numpy.files.opening import size_and_memory
from nst_numpy.files.temporary import gone_if_it_fails

MOST_PIXELS = 100_000_000
"""Of what is opened: more than any telephone takes, and not too much to decode."""
LONGEST, SMALL = 2048, 480
"""Pixels of the longest side of what is kept, and of what is shown."""
SECONDS = 60
"""Of computing, at most."""


def opened(path: Path) -> tuple[int, int]:
    """Write ``path.png`` and ``path.webp``; return width and height.

    Raises
    ------
    InputError
        If it is not a picture that the page takes.
    """
    (width, height), _ = size_and_memory(path)
    if width * height > MOST_PIXELS:
        raise InputError(
            f"{path} has {width} × {height} pixels; at most {MOST_PIXELS // 10**6} million are "
            "opened here."
        )
    picture = load_image(path, min(LONGEST, max(width, height)))
    whole, shown = (path.with_name(f"{path.name}{suffix}") for suffix in (".png", ".webp"))
    with gone_if_it_fails(whole), gone_if_it_fails(shown):
        save_image(picture, whole)
        small = Image.open(whole)
        small.thumbnail((SMALL, SMALL))
        try:
            small.save(shown, quality=85)
        except OSError as error:
            raise InputError(f"{path} cannot be kept ({error.strerror}).") from error
    return picture.shape[1], picture.shape[0]


def main() -> int:
    """Open one file, and say what came of it."""
    if os.name == "posix":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    path = Path(sys.argv[1])
    try:
        width, height = opened(path)
    except InputError as error:
        sys.stdout.write(json.dumps({"said": str(error).replace(str(path), "This file")}))
        return 2
    sys.stdout.write(json.dumps({"width": width, "height": height}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
