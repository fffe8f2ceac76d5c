"""The mutants as they are shown: a line of the table, a painting in the figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.mutants.outcome import Outcome
from nst_numpy.experiments.mutants.paintings import Painted
from nst_numpy.experiments.mutants.pieces import WORDS

COLUMNS = 6
ALLOWED_OF_J = 1e-6  # of its relative error; J has a kink wherever a ReLU is at 0


@dataclass(frozen=True)
class Row:
    """One mutant: what the check of its piece says, and what it does to J and to the painting."""

    outcome: Outcome
    painted: Painted

    @property
    def name(self) -> str:
        """The mutant's."""
        return self.outcome.mutant.name

    @property
    def unseen_in_J(self) -> bool:
        """Whether the check of the whole J lets it pass, which allows an error of 1e-6."""
        return self.painted.error < ALLOWED_OF_J

    def numbers(self) -> dict[str, Any]:
        """Give them as JSON can hold them."""
        outcome, painted = self.outcome, self.painted
        return {
            "name": self.name,
            "piece": WORDS[outcome.mutant.piece],
            "error": outcome.error,
            "error_without_ties": outcome.error_without_ties,
            "error_with_ones": outcome.error_with_ones,
            "error_of_own_cost": outcome.error_of_own_cost,
            "caught": outcome.caught,
            "error_of_J": painted.error,
            "angle": painted.angle,
            "descent": painted.descent,
            "distance": painted.distance,
        }


def table(rows: Sequence[Row]) -> tuple[str, ...]:
    """Give one line for each mutant, by angle."""
    head = f"{'mistake':<20}{'gradient of':<14}{'error':>8}{'of J':>9}{'angle':>7}"
    lines = [head + f"{'J fell by':>11}{'distance':>10}"]
    for row in rows:
        mutant, painted = row.outcome.mutant, row.painted
        lines.append(
            f"{mutant.name:<20}{WORDS[mutant.piece]:<14}{row.outcome.error:>8.2f}"
            f"{painted.error:>9.1e}{painted.angle:>6.0f}°{painted.descent:>11.0%}"
            f"{painted.distance:>10.2f}"
        )
    return tuple(lines)


def draw(shown: Sequence[tuple[str, Array]], rows: Sequence[Row]) -> Figure:
    """Show all paintings, by the angle between the wrong dJ/dG and the right one."""
    captions = list(shown)
    for row in rows:
        caption = f"{row.name}\n{row.painted.angle:.0f}°, error {row.outcome.error:.2f}"
        if row.unseen_in_J:
            caption += "\n(unseen in J)"
        captions.append((caption, row.painted.painting))
    lines = -(-len(captions) // COLUMNS)
    figure, axes = drawing.panels(lines, COLUMNS, 0.3 + 1.45 * lines)
    cells = [axis for line in axes for axis in line]
    for axis, (caption, image) in zip(cells, captions, strict=False):
        drawing.picture(axis, image)
        axis.set_xlabel(caption, fontsize=9)
    for axis in cells[len(captions) :]:
        axis.set_axis_off()
    figure.supxlabel(
        "Sorted by the angle between dJ/dG and the right one. Error: of the piece with the "
        "mistake, checked\nalone against finite differences, where it is caught. Unseen in J: a "
        "check of the whole dJ/dG lets it pass.",
        fontsize=10,
    )
    return figure
