"""The colours of a painting, before and after it is painted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.canvas import halve, mirrored
from nst_numpy.palette import Colours, after, before, gray
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step


def recoloured(
    colours: Colours, content: Array, styles: Sequence[Array], settings: Settings
) -> tuple[Array, list[Array], Settings]:
    """Return what is to be looked at: the content, the styles, and a start in the same colours."""
    pairs = [before(colours, content, style) for style in styles]
    if colours == "luminance" and isinstance(settings.start, np.ndarray):
        settings = replace(settings, start=gray(settings.start))
    seen = pairs[0][0] if pairs else before(colours, content, content)[0]
    return seen, [style for _, style in pairs], settings


def with_colours(
    colours: Colours, content: Array, margin: int, steps: Iterator[Step]
) -> Iterator[Step]:
    """Yield the steps as they are to be seen; what they go on from stays as it is."""
    canvas = mirrored(content, margin)
    for step in steps:
        below = canvas
        while len(below) > len(step.canvas):  # a coarser scale
            below = halve(below, 1)
        yield replace(step, canvas=after(colours, below, step.canvas))
