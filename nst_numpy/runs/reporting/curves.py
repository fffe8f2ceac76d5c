"""Curves as SVG, on a logarithmic scale: what each term costs, or how hard it pulls, by steps."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 460, 280
"""So narrow that its words are still read on a telephone."""
LEFT, TOP, BOTTOM = 52, 10, 30
LETTER = 7.2
"""How wide a letter is, about, of the names at the right end."""
LEAST = 1e-6
"""Of the largest, what a curve begins at, if it is 0 there."""
SHADES = 8
"""How many colours there are; the style sheet has them as --c0, --c1, …; J has --ink."""

Curve = Sequence[tuple[float, float]]
"""Step and value."""

ALONE = """<style>svg{--ink:#1d1d1b;--rule:#d8d4cc;--c0:#1b6ca8;--c1:#b3321f;--c2:#a86400;
--c3:#2f6f3a;--c4:#7d3c98;--c5:#0f6f69;--c6:#80502a;--c7:#5c5c5c}
@media (prefers-color-scheme:dark){svg{--ink:#eceae4;--rule:#45433e;--c0:#74b9ee;--c1:#f28b7a;
--c2:#eeb452;--c3:#83c98e;--c4:#cf9be4;--c5:#6fd0c8;--c6:#d3a878;--c7:#b5b5b5}}
text{font:12px sans-serif}</style>"""
"""The colours, for curves that stand in a file of their own."""


def svg(
    curves: Mapping[str, Sequence[Curve]],
    title: str,
    borders: Sequence[float] = (),
    alone: bool = False,
) -> str:
    """Draw curves.

    Parameters
    ----------
    curves : mapping, name -> parts
        Each part is a line of its own: at another scale J is another. "J" is drawn thick.
    title : str
        What it shows, for those who do not see it.
    borders : sequence of float
        Steps at which a finer scale begins.
    alone : bool
        With colours of its own, for a file.
    """
    width, height = WIDTH, HEIGHT
    points = [point for parts in curves.values() for part in parts for point in part]
    largest = max((y for _, y in points if y > 0), default=1.0)
    smallest = min((y for _, y in points if y > LEAST * largest), default=largest)
    low = floor(log10(smallest))
    high = max(ceil(log10(largest)), low + 1)
    first, last = min((x for x, _ in points), default=0), max((x for x, _ in points), default=1)
    right = width - 14 - LETTER * max((len(name) for name in curves), default=1)

    def at(x: float, y: float) -> tuple[float, float]:
        up = (log10(max(y, 10.0**low)) - low) / (high - low)
        along = (x - first) / max(1e-9, last - first)
        return LEFT + along * (right - LEFT), height - BOTTOM - up * (height - BOTTOM - TOP)

    drawn = []
    for power in range(low, high + 1, max(1, (high - low) // 5)):
        y = at(first, 10.0**power)[1]
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{right:.0f}" class="rule"/>')
        drawn.append(
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="end">{power_of_ten(power)}</text>'
        )
    for border in borders:
        x = at(border, largest)[0]
        drawn.append(f'<path d="M{x:.1f} {TOP}V{height - BOTTOM}" class="rule border"/>')
    for x, anchor in ((first, "start"), (last, "end")):
        drawn.append(f'<text x="{at(x, largest)[0]:.1f}" y="{height - 10}" '
                     f'class="{anchor}">{x:g}</text>')  # fmt: skip
    drawn.append(f'<text x="{(LEFT + right) / 2:.0f}" y="{height - 10}" class="mid">step</text>')
    names = []
    for number, (name, parts) in enumerate(curves.items()):
        colour = "var(--ink)" if name == "J" else f"var(--c{(number - 1) % SHADES})"
        thick = 3 if name == "J" else 1.8
        for part in parts:
            line = " ".join("{:.1f},{:.1f}".format(*at(x, y)) for x, y in part)
            if len(part) == 1:
                x, y = at(*part[0])
                drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{thick}" fill="{colour}"/>')
            else:
                drawn.append(f'<polyline points="{line}" fill="none" stroke="{colour}" '
                             f'stroke-width="{thick}"/>')  # fmt: skip
        if parts and parts[-1]:
            names.append((at(*parts[-1][-1])[1], name, colour))
    for y, name, colour in apart(names, height - BOTTOM):
        drawn.append(f'<text x="{right + 8:.0f}" y="{y + 4:.1f}" '
                     f'style="fill:{colour}">{escape(name)}</text>')  # fmt: skip
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curves" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{escape(title)}">{ALONE if alone else ""}<style>'
        ".rule{stroke:var(--rule);fill:none}.border{stroke-dasharray:4 3}"
        ".curves text{fill:var(--ink)}"
        ".curves .end{text-anchor:end}.curves .mid{text-anchor:middle}</style>"
        f"{''.join(drawn)}</svg>"
    )


def apart(
    names: list[tuple[float, str, str]], bottom: float, high: float = 15
) -> list[tuple[float, str, str]]:
    """Move names up and down until none stands over another."""
    names = sorted(names)
    places: list[float] = []
    for y, _, _ in names:
        places.append(max(y, places[-1] + high if places else TOP + 2))
    for number in reversed(range(len(places))):
        below = places[number + 1] - high if number + 1 < len(places) else bottom
        places[number] = min(places[number], below)
    return [(place, *rest) for place, (_, *rest) in zip(places, names, strict=True)]  # type: ignore[misc]


def power_of_ten(power: int) -> str:
    """Write 10², 0.1 or 10⁻³."""
    if -2 <= power <= 3:
        return f"{10.0**power:g}"
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def parts_of(points: Sequence[tuple[int, float, float]]) -> list[Curve]:
    """Cut (scale, step, value) where the scale changes."""
    scales = dict.fromkeys(scale for scale, _, _ in points)
    return [[(x, y) for s, x, y in points if s == scale] for scale in scales]
