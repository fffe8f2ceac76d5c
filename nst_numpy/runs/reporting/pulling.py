"""The sections of a page that show what was measured: pulls, where they are, Gram matrices."""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.runs.reporting.curves import parts_of, svg
from nst_numpy.runs.reporting.drawn import gram_picture, picture_of, png, pull_picture, webp
from nst_numpy.runs.reporting.measured import Measured
from nst_numpy.runs.reporting.sections import borders_of
from nst_numpy.runs.reporting.told import Told
from nst_numpy.runs.reporting.words import beside, figure, scrolled, tables, text

MAP, MAP_BYTES = 480, 80_000
"""Pixels of the longest side of a map, and its bytes, at most."""


def pulls(told: Told, found: Measured | None) -> str:
    """Draw how hard each term pulled, if it was traced; and tell the pulls at the end."""
    rows = [row for row in told.rows if sound_pulls(row)]
    shown = "<h2>How hard each term pulls</h2>"
    if rows:
        length = [(row["scale"], row["iteration"], row["pulls"]["length"]) for row in rows]
        curves = {"J": parts_of(length)}
        for name in dict.fromkeys(name for row in rows for name in row["pulls"]["lengths"]):
            curves[name] = parts_of([
                (row["scale"], row["iteration"], row["pulls"]["lengths"][name])
                for row in rows if name in row["pulls"]["lengths"]
            ])  # fmt: skip
        drawn = svg(curves, "How hard each term pulls, step by step", borders_of(told))
        shown += scrolled(drawn, "Curves of the pulls")
    else:
        shown += (
            "<p>How they pulled on the way was not traced: <code>--pulls 10</code> does that. "
            "Below is how they pull at the end.</p>"
        )
    if found is None:
        return shown
    P = found.pulls
    head = ("term of J", "cost", "share", "pull", "with J")
    body = [
        (name, f"{P.cost.terms[name]:.4g}", f"{P.shares[name]:.0%}", f"{P.lengths[name]:.3g}",
         f"{P.angles[name]:.0f}°")
        for name in P.names
    ]  # fmt: skip
    foot = ("J", f"{P.cost.total:.4g}", "", f"{P.length:.3g}", "")
    shown += tables([head, *body], "", foot)
    exact = "" if found.exact else " They are of the saved file, not of what was minimised."
    return shown + (
        '<p class="dim">A pull is the root mean square of dJ_t/dG over the pixels; “with J” is its '
        f"angle to dJ/dG: above 90° a term is pulled along unwillingly.{exact}</p>"
    )


def sound_pulls(row: dict[str, Any]) -> bool:
    """Return whether a line tells of pulls, in numbers."""
    told_of = row.get("pulls")
    if not isinstance(told_of, dict) or not isinstance(told_of.get("lengths"), dict):
        return False
    numbers = [told_of.get("length"), *told_of["lengths"].values()]
    return all(isinstance(n, int | float) and np.isfinite(n) for n in numbers)


def still_pulling(result: Array, found: Measured | None, lacking: str) -> str:
    """Show where dJ/dG is long at the end."""
    title = "<h2>Where the gradient still pulls</h2>"
    if found is None:
        return f"{title}<p>This could not be measured. {text(lacking)}</p>"
    shape = found.maps["J"].shape
    under = np.asarray(
        picture_of(result, max(result.shape[:2])).resize(shape[::-1]), np.float32
    ) / 255  # fmt: skip
    most = max(float(np.percentile(found.maps["J"], 99.5)), 1e-30)
    words = {"J": "all terms together", "content": "the content alone", "style": "the style alone"}
    shown = "".join(
        figure(
            webp(picture_of(pull_picture(under, found.maps[name], most), MAP), MAP_BYTES),
            f"Where {said} would change the painting",
            said,
        )
        for name, said in words.items()
        if name in found.maps
    )
    return (
        f'{title}<div class="maps">{shown}</div><div class="ramp"></div>'
        f'<div class="ends dim"><span>no pull</span><span>{most:.2g}</span></div>'
        '<p class="dim">The length of dJ/dG at each pixel, over red, green and blue, on one scale. '
        "Where content and style pull hard and together they do not, they have come to terms.</p>"
    )


def grams(found: Measured | None) -> str:
    """Lay the Gram matrices of each layer side by side."""
    if found is None or not found.grams:
        return ""
    shown = []
    for of in found.grams:
        most = float(np.percentile(of.style, 99.5))
        pictures = [
            figure(png(gram_picture(gram, most)), f"Gram matrix of {name}, {of.layer}", name + said)
            for name, gram, said in (
                ("photograph", of.content, f": {of.before:.0%} away"),
                ("style", of.style, ""),
                ("painting", of.result, f": {of.after:.0%} away"),
            )
        ]
        few = len(of.style) < of.channels
        which = f"the {len(of.style)} strongest of {of.channels}" if few else f"{of.channels}"
        shown.append(
            f"<h3>{text(of.layer)}, {which} channels</h3>"
            f'<div class="grams">{"".join(pictures)}</div>'
        )
    return (
        "<h2>Gram matrices</h2><p>Which channels are active together; on the diagonal, how active "
        "each is. The style’s order of channels, and its scale, serve for all three. “Away” is "
        "|G − G_S| / |G_S|, over all channels.</p>" + beside(*shown)
    )
