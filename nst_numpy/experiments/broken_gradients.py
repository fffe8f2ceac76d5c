"""How does one notice that a gradient is wrong?

Not by the picture, and not by a J that falls. Each mistake of `mutants` is built into the gradient
of the whole J, through the real VGG-19, and paints the photograph with Adam: the same start, the
same number of steps, and J itself is always the right one. Some of the paintings look right, and
their J falls as far. What tells is to hold each gradient against finite differences: a right one
agrees to many digits, a wrong one to none.

Adam, because its steps need no J: it follows a wrong gradient wherever that leads. A line search
asks whether J went down as the slope promised, so L-BFGS can stall where the promise is false. That
is a symptom, and three mistakes are given to it as well, to see with which it shows.
"""

from collections.abc import Mapping
from dataclasses import asdict

from nst_numpy.arrays import Array
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.mutants.drawing import Row, draw, table
from nst_numpy.experiments.mutants.outcome import MUTANTS, check_mutants, error_of_right
from nst_numpy.experiments.mutants.paintings import LBFGSRun, Studio
from nst_numpy.experiments.mutants.pieces import WORDS
from nst_numpy.experiments.scale import of_one_size
from nst_numpy.vgg19 import Weights

TO_LBFGS = ("style's features", "mask by gradient", "kernel not turned")


def answer(content: Array, style: Array, weights: Weights, iterations: int = 10) -> Answer:
    """Check every mutant, and paint with each."""
    content, style = of_one_size(content, style)
    average = Studio(content, style, weights, "average", iterations)
    largest = Studio(content, style, weights, "max", iterations)
    rows = []
    for outcome in check_mutants():
        studio = largest if outcome.mutant.piece == "max_pool" else average
        rows.append(Row(outcome, studio.paint(outcome.mutant)))
    rows.sort(key=lambda row: row.painted.angle)
    right = max(error_of_right(piece) for piece in WORDS)
    right_J = max(average.check.error(), largest.check.error())
    runs = {"right": average.lbfgs()}
    for mutant in MUTANTS:
        if mutant.name in TO_LBFGS:
            runs[mutant.name] = average.lbfgs(mutant, runs["right"].evaluations)

    claims = (
        _caught(rows, right),
        _almost_right(rows, runs["right"]),
        _blind_spots(rows, right_J),
        _own_costs(rows),
        _lbfgs(runs),
    )
    numbers = {
        "mutants": [row.numbers() for row in rows],
        "right": {"error": right, "error_of_J": right_J},
        "lbfgs": {name: asdict(run) for name, run in runs.items()},
    }
    shown = [("the photograph", content), ("right gradient", average.painting)]
    shown.append(("right, max pooling", largest.painting))
    return Answer(claims, numbers, lambda: draw(shown, rows), table(rows))


def _caught(rows: list[Row], right: float) -> Claim:
    caught = sum(row.outcome.caught for row in rows)
    least = min(row.outcome.error for row in rows)
    return Claim(
        "Held against finite differences, piece by piece, every mistake is caught.",
        f"{caught} of {len(rows)}; the smallest error is {least:.2f}, that of the right gradients "
        f"at most {right:.0e}, and {rows[0].outcome.allowed:.0e} is allowed",
        caught == len(rows) and right <= rows[0].outcome.allowed,
    )


def _almost_right(rows: list[Row], right: LBFGSRun) -> Claim:
    """Another painting with the right gradient, that of L-BFGS, tells what is near."""
    turned = [row for row in rows if row.painted.angle > 1]
    near = [row for row in turned if row.painted.distance < right.distance]
    falls = [row for row in turned if row.painted.descent > 0.9]
    same = [row for row in rows if row not in turned]
    return Claim(
        "Neither the painting nor a J that falls tells: some wrong gradients do almost as well.",
        f"{len(same)} leave the direction of dJ/dG as it is ({_names(same)}); of the others "
        f"{len(near)} end nearer to the right painting than L-BFGS does with the right gradient, "
        f"at {right.distance:.2f} ({_names(near)}), and with {len(falls)} J falls by at least 90 % "
        f"of what it should ({_names(falls)})",
        bool(near) and bool(falls),
    )


def _blind_spots(rows: list[Row], right_J: float) -> Claim:
    ones = [row for row in rows if row.outcome.missed_with_ones and not row.outcome.needs_ties]
    ties = [row for row in rows if row.outcome.needs_ties]
    whole = [row for row in rows if row.unseen_in_J]
    return Claim(
        "A check has blind spots: an upstream gradient of all ones, inputs without two equal "
        "numbers, and the whole J alone each let a mistake pass.",
        f"all ones: {_names(ones)}; no equal numbers: {_names(ties)}; the whole J, whose right "
        f"gradient has an error of {right_J:.0e}: {_names(whole)}",
        bool(ones) and bool(ties) and bool(whole),
    )


def _own_costs(rows: list[Row]) -> Claim:
    seen = {
        row.name: (row.outcome.error_of_own_cost, row.outcome.error)
        for row in rows
        if row.outcome.error_of_own_cost is not None
    }
    return Claim(
        "A check says that gradient and cost agree, not that the cost is the one that was meant.",
        "; ".join(
            f"{name}: {own:.0e} against its own wrong cost, {error:.1f} against the definition"
            for name, (own, error) in seen.items()
        ),
        all(own < 1e-8 < error for own, error in seen.values()),
    )


def _lbfgs(runs: Mapping[str, LBFGSRun]) -> Claim:
    wrong = [run.descent for name, run in runs.items() if name != "right"]
    return Claim(
        "L-BFGS stalls on some wrong gradients, which is a symptom; on others it does not.",
        "; ".join(
            f"{name}: {run.iterations} steps in {run.evaluations} evaluations, and J falls by "
            f"{run.descent:.0%}"
            for name, run in runs.items()
        )
        + " (100%: as far as with Adam and the right gradient)",
        min(wrong) < 0.25 * runs["right"].descent and max(wrong) > 0.75 * runs["right"].descent,
    )


def _names(rows: list[Row]) -> str:
    return ", ".join(row.name for row in rows) or "none"
