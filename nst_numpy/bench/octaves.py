"""How fine a texture and a painting are, beside the style that they are painted after."""

from dataclasses import replace

from nst_numpy.arrays import Array
from nst_numpy.backend import Computing
from nst_numpy.bench.contestants import pictures
from nst_numpy.bench.painting import PLAIN, saved
from nst_numpy.files.weights import load_weights
from nst_numpy.settings import Settings
from nst_numpy.spectrum import octave_shares
from nst_numpy.stylize import stylize


def octaves(n_H: int, n_W: int, evaluations: int, computing: Computing) -> dict[str, list[float]]:
    """Measure the shares of the octaves in style, texture, painting and content.

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
    return {name: octave_shares(picture).tolist() for name, picture in measured.items()}


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
