"""How does one notice that a gradient is wrong?

Not by the picture, and not by a J that falls. Each mistake of `checks.mutants` is built into the
gradient of the whole J, through the real VGG-19, and paints the photograph with Adam: the same
start, the same number of steps, and J itself is always the right one. Some of the paintings look
right, and their J falls as far. What tells is checking each gradient against finite differences: a
right one agrees to many digits, a wrong one to none.

Adam, because its steps need no J: it follows a wrong gradient wherever that leads. A line search
asks whether J went down as the slope promised, so L-BFGS can stall where the promise is false. That
is a symptom, and three mistakes are given to it as well, to see with which it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.checks.cases import max_pool
from nst_numpy.checks.mutants import MUTANTS, Outcome, outcome
from nst_numpy.checks.pieces import OURS
from nst_numpy.experiments import drawing
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.experiments.studio import Painted, Studio
from nst_numpy.network import Weights
from nst_numpy.optimizers import LBFGS

TO_LBFGS = ("style's features", "mask by gradient", "kernel not turned")
ALLOWED_OF_J = 1e-6  # of its relative error; J has a kink wherever a ReLU is at 0
COLUMNS = 6


@dataclass(frozen=True)
class Row:
    """One mutant: what the check of its piece says, and what it does to J and to the painting."""

    outcome: Outcome
    painted: Painted

    @property
    def unseen_in_J(self) -> bool:
        """Whether a check of the whole J lets it pass."""
        return self.painted.error < ALLOWED_OF_J


@dataclass(frozen=True)
class Measured:
    """The mutants, by their angle; the right paintings; what L-BFGS made of some gradients."""

    rows: tuple[Row, ...]
    photograph: Array
    right: Painted
    right_with_max_pooling: Painted
    lbfgs: dict[str, Painted]


def measure(content: Array, style: Array, weights: Weights, iterations: int = 10) -> Measured:
    """Check every mutant, and paint with each."""
    content, style = of_one_size(content, style)
    average = Studio(content, style, weights, "average", iterations)
    largest = Studio(content, style, weights, "max", iterations)
    rows = []
    lbfgs = {"right": average.paint(OURS, LBFGS())}
    for mutant in MUTANTS:
        studio = largest if mutant.case is max_pool else average
        rows.append(Row(outcome(mutant), studio.paint(mutant.pieces)))
        if mutant.name in TO_LBFGS:
            most = lbfgs["right"].evaluations
            lbfgs[mutant.name] = average.paint(mutant.pieces, LBFGS(), most)
    rows.sort(key=lambda row: row.painted.angle)
    return Measured(tuple(rows), content, average.right, largest.right, lbfgs)


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what one can see of a mistake, and what not."""
    rows, lbfgs = measured.rows, measured.lbfgs
    outcomes = [row.outcome for row in rows]
    caught = sum(one.caught for one in outcomes)
    right, allowed = max(one.error_of_right for one in outcomes), outcomes[0].allowed

    turned = [row for row in rows if row.painted.angle > 1]
    same = [row for row in rows if row not in turned]
    yardstick = lbfgs["right"].distance  # of another painting with the right gradient
    near = [row for row in turned if row.painted.distance < yardstick]
    falls = [row for row in turned if row.painted.descent > 0.9]

    right_J = max(measured.right.error, measured.right_with_max_pooling.error)
    ones = [r for r in rows if r.outcome.missed_with_ones and not r.outcome.needs_ties]
    ties = [row for row in rows if row.outcome.needs_ties]
    whole = [row for row in rows if row.unseen_in_J]

    own = [(one, e) for one in outcomes if (e := one.error_of_own_cost) is not None]
    wrong = [painted.descent for name, painted in lbfgs.items() if name != "right"]
    should = lbfgs["right"].descent
    return (
        Claim(
            "Held against finite differences, piece by piece, every mistake is caught.",
            f"{caught} of {len(rows)}; the smallest error is {min(o.error for o in outcomes):.2f}, "
            f"that of the right gradients at most {right:.0e}, and {allowed:.0e} is allowed",
            caught == len(rows) and right <= allowed,
        ),
        Claim(
            "Neither the painting nor a J that falls tells: some wrong gradients do almost as "
            "well.",
            f"{len(same)} leave the direction of dJ/dG as it is ({_names(same)}); of the others "
            f"{len(near)} end nearer to the right painting than L-BFGS does with the right "
            f"gradient, at {yardstick:.2f} of the photograph's distance from it "
            f"({_names(near)}), and with {len(falls)} J falls by at "
            f"least 90 % of what it should ({_names(falls)})",
            bool(near) and bool(falls),
        ),
        Claim(
            "A check has blind spots: an upstream gradient of all ones, inputs without two equal "
            "numbers, and the whole J alone each let a mistake pass.",
            f"all ones: {_names(ones)}; no equal numbers: {_names(ties)}; the whole J, whose right "
            f"gradient has an error of {right_J:.0e}: {_names(whole)}",
            bool(ones) and bool(ties) and bool(whole),
        ),
        Claim(
            "A check says that gradient and cost agree, not that the cost is the one that was "
            "meant.",
            "; ".join(
                f"{one.name}: {error:.0e} against its own wrong cost, {one.error:.1f} against the "
                "definition"
                for one, error in own
            ),
            all(error < 1e-8 < one.error for one, error in own),
        ),
        Claim(
            "L-BFGS stalls on some wrong gradients, which is a symptom; on others it does not.",
            "; ".join(
                f"{name}: {painted.steps} steps in {painted.evaluations} evaluations, and J falls "
                f"by {painted.descent:.0%}"
                for name, painted in lbfgs.items()
            )
            + " (100%: as far as with Adam and the right gradient)",
            min(wrong) < 0.25 * should and max(wrong) > 0.75 * should,
        ),
    )


def _names(rows: Sequence[Row]) -> str:
    return ", ".join(row.outcome.name for row in rows) or "none"


def lines(measured: Measured) -> tuple[str, ...]:
    """Make a table, one line for each mutant, by angle."""
    head = f"{'mistake':<20}{'gradient of':<14}{'error':>8}{'of J':>9}{'angle':>7}"
    table = [head + f"{'J fell by':>11}{'distance':>10}"]
    for row in measured.rows:
        one, painted = row.outcome, row.painted
        table.append(
            f"{one.name:<20}{one.gradient_of:<14}{one.error:>8.2f}{painted.error:>9.1e}"
            f"{painted.angle:>6.0f}°{painted.descent:>11.0%}{painted.distance:>10.2f}"
        )
    return tuple(table)


def draw(measured: Measured) -> Figure:
    """Show all paintings, by the angle between the wrong dJ/dG and the right one."""
    shown = [
        ("the photograph", measured.photograph),
        ("right gradient", measured.right.painting),
        ("right, max pooling", measured.right_with_max_pooling.painting),
    ]
    for row in measured.rows:
        caption = f"{row.outcome.name}\n{row.painted.angle:.0f}°, error {row.outcome.error:.2f}"
        unseen = "\n(unseen in J)" if row.unseen_in_J else ""
        shown.append((caption + unseen, row.painted.painting))
    lines = -(-len(shown) // COLUMNS)
    figure = Figure(figsize=(drawing.WIDTH, 0.3 + 1.45 * lines))
    for number, (caption, image) in enumerate(shown, start=1):
        axis = figure.add_subplot(lines, COLUMNS, number)
        drawing.picture(axis, image)
        axis.set_xlabel(caption, fontsize=9)
    figure.supxlabel(
        "Sorted by the angle between dJ/dG and the right one. Error: of the piece with the "
        "mistake, checked\nalone against finite differences, where it is caught. Unseen in J: a "
        "check of the whole dJ/dG lets it pass.",
        fontsize=10,
    )
    return figure
