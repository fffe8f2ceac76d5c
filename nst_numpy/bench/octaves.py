"""How fine a texture and a painting are, beside the style that they are painted after."""

from dataclasses import dataclass, replace

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.bench.contestants import pictures
from nst_numpy.bench.painting import PLAIN, saved
from nst_numpy.files.weights import load_weights
from nst_numpy.settings import Settings
from nst_numpy.spectrum import grain, octave_shares
from nst_numpy.stylize import stylize


@dataclass(frozen=True)
class Fineness:
    """Of one picture: the shares of its octaves, and its grain where it is flat."""

    shares: list[float]
    light: float
    colour: float


def octaves(n_H: int, n_W: int, evaluations: int, computing: Computing) -> dict[str, Fineness]:
    """Measure how fine style, texture, painting and content are.

    The texture is the style painted from noise, without any content; the painting is the castle
    after the church. Of both the picture is measured that would be saved.
    """
    content, style = pictures(n_H, n_W)
    measured = {
        "style": style,
        "texture": paint(content, style, replace(PLAIN, alpha=0, start="noise"), evaluations,
                         computing),
        "painting": paint(content, style, PLAIN, evaluations, computing),
        "content": content,
    }  # fmt: skip
    return {
        name: Fineness(octave_shares(picture).tolist(), *grain(as_float(picture)))
        for name, picture in measured.items()
    }


def as_float(picture: Array) -> Array:
    """Return a picture as numbers in [0, 1], if it has 8 bits."""
    return picture / np.float32(255) if picture.dtype == np.uint8 else picture


def paint(
    content: Array, style: Array, settings: Settings, evaluations: int, computing: Computing
) -> Array:
    """Paint with no more than so many evaluations of J, and return what would be saved."""
    picture = content
    for step in stylize(content, [style], settings, load_weights(), computing):
        if step.evaluations > evaluations:
            break
        picture = saved(step.image)
        if step.evaluations == evaluations:
            break
    return picture
