"""The pictures of a painting: styles from a folder, each at a size of its own; and their masks."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from nst_numpy.arrays import Array
from nst_numpy.cli.options import Options
from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image
from nst_numpy.files.masks import load_mask
from nst_numpy.files.writing import FORMATS
from nst_numpy.masks import Masked, check_number_of_masks
from nst_numpy.objective import Objective, SumOfTerms

SUFFIXES = (*FORMATS, ".avif", ".bmp", ".gif", ".jp2", ".ppm")
"""What is taken for a picture in a folder."""


def each_style(styles: Sequence[Path]) -> list[Path]:
    """Put the pictures of a folder, in the order of their names, in the place of the folder.

    Raises
    ------
    InputError
        If there is no picture in a folder, or it cannot be read; or if a picture that is not there
        is a number, or an option.
    """
    found: list[Path] = []
    for style in styles:
        if is_number(style.name) and not os.path.lexists(style):
            raise InputError(
                f"There is no picture {style}; several numbers are joined by commas, as in "
                "--style-weights 3,1."
            )
        if str(style).startswith("-") and not os.path.lexists(style):
            raise InputError(
                f"There is no picture {style}; options come before --, and only pictures after it."
            )
        if not os.path.isdir(style):  # noqa: PTH112  (where it is out of reach, it says no)
            found.append(style)
            continue
        try:
            inside = sorted(path for path in style.iterdir() if path.suffix.lower() in SUFFIXES)
        except OSError as error:
            raise InputError(f"The folder {style} cannot be read ({error.strerror}).") from error
        if not inside:
            raise InputError(f"There is no picture in the folder {style}.")
        found += inside
    return found


def is_number(word: str) -> bool:
    """Tell whether a word can be read as a number."""
    try:
        float(word)
    except ValueError:
        return False
    return True


def load_styles(
    styles: Sequence[Path], size: int, scales: Sequence[float], least_side: int
) -> list[Array]:
    """Read the styles, each with its longest side at a share of the size.

    Raises
    ------
    InputError
        If one cannot be read, or is too small for what is asked for.
    """
    found = []
    for style, scale in zip(styles, scales, strict=True):
        try:
            found.append(load_image(style, max(1, round(size * scale)), least_side=least_side))
        except InputError as error:
            said = f" (with --style-scale {scale:g})" if scale != 1 else ""
            raise InputError(f"{error}{said}") from None
    return found


def objective_of(
    options: Options, content: tuple[Path, Array], styles: Sequence[tuple[Path, Array]]
) -> Callable[..., SumOfTerms]:
    """Return what makes J: with masks, if there are any, else the J of the paper.

    Parameters
    ----------
    options : Options
    content, styles : (path, picture)
        The files and what was read of them.

    Raises
    ------
    InputError
        If there are not as many masks as styles, or one does not fit.
    """
    masks, of_styles = options.content_mask, options.style_mask
    if not masks and not of_styles:
        return Objective
    try:
        check_number_of_masks(len(masks), len(of_styles), len(styles))
    except InputError as error:
        names = ", ".join(path.name for path, _ in styles)
        option = "--style-mask" if len(masks) == len(styles) else "--content-mask"
        raise InputError(
            f"{error} Repeat {option} before each mask, once for each style; these are {names}."
        ) from None
    return Masked(
        [load_mask(mask, content[0], content[1].shape) for mask in masks],
        [
            load_mask(mask, path, picture.shape)
            for mask, (path, picture) in zip(of_styles, styles, strict=False)
        ],
    )
