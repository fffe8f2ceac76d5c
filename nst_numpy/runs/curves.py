"""The ledger's curves: what each term adds to J, step by step, drawn under a picture."""

from collections.abc import Sequence
from math import ceil, floor, log10

from PIL import Image, ImageDraw, ImageFont

from nst_numpy.runs.trace import Row

COLOURS = ("#1b6ca8", "#c0392b", "#e08e0b", "#3a7d44", "#7d3c98", "#16807a", "#8a5a2b", "#666666")
PAPER, INK, FAINT = "#ffffff", "#222222", "#cccccc"
LEAST = 1e-6
"""Where a curve begins, as a share of the largest J: the content's is 0, which has no logarithm."""


class Curves:
    """The curves of a run, of a fixed size, drawn as far as a step.

    Parameters
    ----------
    rows : sequence of Row
        The whole trace.
    size : (width, height)
        In pixels.
    """

    def __init__(self, rows: Sequence[Row], size: tuple[int, int]) -> None:
        self.rows, (self.width, self.height) = rows, size
        self.names = list(dict.fromkeys(name for row in rows for name in row["terms"]))
        largest = max((row["J"] for row in rows), default=1.0)
        largest = largest if largest > 0 else 1.0
        values = [v for row in rows for v in row["terms"].values() if v > LEAST * largest]
        self.low = floor(log10(min(values, default=largest)))
        self.high = max(ceil(log10(largest)), self.low + 1)
        self.text = ImageFont.load_default(max(9, min(14, self.width // 28)))

    def drawn(self, scale: int, iteration: int) -> Image.Image:
        """Draw them up to a step: J is black, each term has a colour and its name beside it."""
        picture = Image.new("RGB", (self.width, self.height), PAPER)
        draw = ImageDraw.Draw(picture)
        letters = max(draw.textlength(name, self.text) for name in ["J", *self.names])
        left, right, top = 30, self.width - letters - 10, 6
        bottom = self.height - 8
        across = (right - left) / max(1, len(self.rows) - 1)
        up = (bottom - top) / (self.high - self.low)

        def point(number: int, value: float) -> tuple[float, float]:
            value = max(value, 10.0**self.low)
            return left + across * number, bottom - up * (log10(value) - self.low)

        for power in range(self.low, self.high + 1):
            _, y = point(0, 10.0**power)
            draw.line([(left, y), (right, y)], FAINT)
            if (power - self.low) % max(1, (self.high - self.low) // 4) == 0:
                draw.text((left - 4, y), f"1e{power}", INK, self.text, anchor="rm")
        for number, row in enumerate(self.rows):
            if number and row["scale"] != self.rows[number - 1]["scale"]:
                x = left + across * (number - 0.5)
                draw.line([(x, top), (x, bottom)], FAINT, 2)
        until = sum((row["scale"], row["iteration"]) <= (scale, iteration) for row in self.rows)
        labels = []
        for name, colour in zip(["J", *self.names], self._colours(), strict=False):
            for part in sorted({row["scale"] for row in self.rows[:until]}):
                line = [
                    point(number, row["J"] if name == "J" else row["terms"].get(name, 0.0))
                    for number, row in enumerate(self.rows[:until])
                    if row["scale"] == part  # J is another at another scale
                ]
                if len(line) > 1:
                    draw.line(line, colour, 3 if name == "J" else 2, "curve")
            last = self.rows[-1]["J"] if name == "J" else self.rows[-1]["terms"].get(name, 0.0)
            labels.append((point(0, last)[1], name, colour))
        self._name(draw, sorted(labels), right + 6, top, bottom)
        return picture

    def _colours(self) -> list[str]:
        return [INK, *(COLOURS[n % len(COLOURS)] for n in range(len(self.names)))]

    def _name(
        self, draw: ImageDraw.ImageDraw, labels: list[tuple[float, str, str]],
        x: float, top: float, bottom: float,
    ) -> None:  # fmt: skip
        """Write the names where their curves end, but not over each other."""
        high = min(self.text.size + 1, (bottom - top) / max(1, len(labels)))  # type: ignore[union-attr]
        places: list[float] = []
        for y, _, _ in labels:
            places.append(max(y, places[-1] + high if places else top + high / 2))
        for number in reversed(range(len(places))):
            below = places[number + 1] - high if number + 1 < len(places) else bottom - high / 2
            places[number] = min(places[number], below)
        for place, (_, name, colour) in zip(places, labels, strict=True):
            draw.text((x, place), name, colour, self.text, anchor="lm")
