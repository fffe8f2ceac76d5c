"""The sections of a page that show what the folder of a run tells."""

from typing import Any

import numpy as np
from PIL import Image

from nst_numpy.arrays import Array
from nst_numpy.runs.films import readable
from nst_numpy.runs.reporting.commands import chosen, command
from nst_numpy.runs.reporting.curves import parts_of, svg
from nst_numpy.runs.reporting.drawn import no_larger, picture_of, webp
from nst_numpy.runs.reporting.told import Told
from nst_numpy.runs.reporting.words import figure, scrolled, text

LARGE, SMALL, STRIP = 1200, 320, 240
"""Pixels of the longest side of what is shown."""
LARGE_BYTES, SMALL_BYTES, STRIP_BYTES = 560_000, 240_000, 180_000
"""And how many bytes it may have: of the styles and of the strip, all of them together."""
FRAMES, STYLES = 12, 8
"""How many pictures of each there are at most."""


def both(told: Told, result: Array) -> str:
    """Lay the photograph over the painting, with a slider between them."""
    painting = picture_of(result, LARGE)
    photograph = picture_of(told.content, LARGE).resize(painting.size, Image.Resampling.LANCZOS)
    content, style = webp(photograph, LARGE_BYTES), webp(painting, LARGE_BYTES)
    width, height = painting.size
    shown = max(width, min(960, width * 3))
    size = f'width="{width}" height="{height}"'
    return (
        f'<section aria-label="Photograph and painting"><div class="both" style="width:{shown}px">'
        f'<img src="{style}" alt="The painting" {size}>'
        f'<img class="over" src="{content}" alt="The photograph" {size}></div>'
        f'<label class="slide" style="max-width:{shown}px"><span>painting</span>'
        '<input type="range" min="0" max="100" value="50" '
        'aria-label="How much of the photograph lies over the painting">'
        "<span>photograph</span></label></section>"
    )


def inputs(told: Told) -> str:
    """Show the photograph and the styles."""
    most = SMALL_BYTES // (1 + min(STYLES, len(told.styles)))
    roles = [role for role in told.names if role.startswith("style-")]
    shown = [("Photograph", told.names["content"], told.content)]
    for role, picture in zip(roles, told.styles, strict=False):
        shown.append(("Style", told.names[role], picture))
    left = len(shown) - 1 - STYLES
    more = f'<p class="dim">And {left} styles more.</p>' if left > 0 else ""
    pictures = "".join(
        figure(webp(picture_of(picture, SMALL), most), f"{what}: {name}", f"{what}: {name}")
        for what, name, picture in shown[: 1 + STYLES]
    )
    return f'<h2>Painted of</h2><div class="row">{pictures}</div>{more}'


def strip(told: Told) -> str:
    """Show some of the previews side by side."""
    frames = readable(told.run)
    if not frames:
        return "<h2>How it grew</h2><p>No previews were kept, so there is no strip.</p>"
    chosen_ones = sorted({round(n) for n in np.linspace(0, len(frames) - 1, FRAMES)})
    costs_of = {(row["scale"], row["iteration"]): row["J"] for row in told.rows}
    shown = []
    for number in chosen_ones:
        scale, iteration, picture = frames[number]
        J = costs_of.get((scale, iteration))
        caption = f"step {iteration}" + (f", J {J:.3g}" if J is not None else "")
        source = webp(no_larger(picture, STRIP), STRIP_BYTES // len(chosen_ones))
        shown.append(figure(source, f"The painting at step {iteration}, scale {scale}", caption))
    return (
        '<h2>How it grew</h2><div class="strip" tabindex="0" role="group" '
        f'aria-label="The painting, step by step">{"".join(shown)}</div>'
    )


def costs(told: Told) -> str:
    """Draw what each term adds to J."""
    names = list(dict.fromkeys(name for row in told.rows for name in row["terms"]))
    curves = {"J": parts_of([(r["scale"], r["iteration"], r["J"]) for r in told.rows])}
    for name in names:
        rows = [row for row in told.rows if name in row["terms"]]
        curves[name] = parts_of([(r["scale"], r["iteration"], r["terms"][name]) for r in rows])
    drawn = svg(curves, "What each term adds to J, step by step", borders_of(told))
    said = "The dashed line is where a finer scale begins, whose J is another. " * bool(
        borders_of(told)
    )
    return (
        f"<h2>What each term costs</h2>{scrolled(drawn, 'Curves of the costs')}"
        f'<p class="dim">{said}J is their sum.</p>'
    )


def borders_of(told: Told) -> list[float]:
    """Return the steps at which a finer scale begins."""
    pairs = zip(told.rows, told.rows[1:], strict=False)
    return [after["iteration"] for before, after in pairs if after["scale"] != before["scale"]]


def choices(told: Told) -> str:
    """Tell the settings that somebody chose."""
    found = chosen(told)
    if "size" in told.options:
        found = {"size": told.options["size"], **found}
    if not found:
        return "<h2>Settings</h2><p>Everything as it is if nobody chooses.</p>"
    rows = "".join(
        f'<tr><td>{text(name)}</td><td class="text">{text(written(value))}</td></tr>'
        for name, value in found.items()
    )
    return (
        f'<h2>Settings</h2><div class="wide"><table>{rows}</table></div>'
        '<p class="dim">Everything else as it is if nobody chooses.</p>'
    )


def written(value: Any) -> str:
    """Write a setting."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {number:.4g}" for name, number in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def repeated(told: Told) -> str:
    """Tell the command that repeats it."""
    lines = "\n".join(map(text, command(told).split("\n")))
    return f'<h2>The same again</h2><pre tabindex="0">{lines}</pre>'
