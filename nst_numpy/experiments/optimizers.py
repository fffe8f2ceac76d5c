"""Which optimizer, and what does its line search do?

Gradient descent, Adam and L-BFGS begin at the photograph and minimise the same J. An evaluation of
J is what costs time, so each may have equally many. The first two need a learning rate: each
tries four, multiples of its default, and the best of them counts.

L-BFGS has a direction d, bent by the curvature of its last steps, and asks how far to go along it.
Its line search sees only φ(t) = J(x + t·d). A trial t is too long where φ has not gone down as its
slope promised (the first Wolfe condition) or goes steeply up again, and too short where φ still
goes steeply down (the second). Newton's own step is t = 1, so that is tried first. To show what
the search is for, it is begun twice more at a t that is wrong on purpose.
"""

from collections.abc import Mapping

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.descent.drawing import draw
from nst_numpy.experiments.descent.watching import Line, Run, busiest, by_turns, line_searches
from nst_numpy.line_search import Function
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import Weights

FACTORS = {"gradient descent": (1, 3, 10, 30), "Adam": (0.1, 1, 3, 10), "L-BFGS": (1,)}
"""How many times its default learning rate each optimizer is given."""


def answer(content: Array, style: Array, weights: Weights, evaluations: int = 60) -> Answer:
    """Give each optimizer equally many evaluations of J; then search along one line again."""
    J = Objective(content, [style], Settings(), weights)
    runs = run_all(J, content.astype(np.float32), evaluations)
    best = {name: best_of(some) for name, some in runs.items()}
    goal = runs["Adam"][best["Adam"]].J[-1]
    lbfgs = runs["L-BFGS"][1]
    needed = {name: runs[name][best[name]].evaluations_to(goal) for name in runs}
    spread = {
        name: max(one.J[-1] for one in some.values() if not one.overflowed) / some[best[name]].J[-1]
        for name, some in runs.items()
    }
    overflowed = sum(one.overflowed for some in runs.values() for one in some.values())
    rises = {name: [one.rises for one in some.values()] for name, some in runs.items()}

    took = line_searches(lbfgs)
    at_once = sum(len(line.trials) == 1 for line in took) / (len(lbfgs.points) - 1)
    line = busiest(took)
    step = line.trials[-1][0]
    shown = (line, begun_too_long(line, J), line.begun_at(step / 64, J))

    counts = [f"{name} {count or f'more than {evaluations}'}" for name, count in needed.items()]
    few, more, most = (needed[name] or np.inf for name in ("L-BFGS", "Adam", "gradient descent"))
    claims = (
        Claim(
            "To the same J, L-BFGS needs the fewest evaluations and gradient descent the most.",
            f"to J = {goal:.3g}, where Adam at its best ends: {', '.join(counts)}",
            few < more < most,
        ),
        Claim(
            "Gradient descent and Adam depend on a learning rate that one must find; L-BFGS does "
            "not ask for one.",
            "with the worst rate that did not overflow J ends "
            f"{spread['gradient descent']:.2g} times as high as with the best for gradient "
            f"descent, {spread['Adam']:.2g} times for Adam; the best are "
            f"{best['gradient descent']:g} and {best['Adam']:g} times the defaults, and with "
            f"{overflowed} of the 8 J overflowed",
            min(spread["gradient descent"], spread["Adam"]) > 1.5,
        ),
        Claim(
            "J never rises with L-BFGS; with the others it does where the learning rate is large.",
            "steps that rise, for each learning rate from small to large: "
            + "; ".join(f"{name} {', '.join(map(str, rises[name]))}" for name in rises),
            rises["L-BFGS"] == [0] and min(rises["gradient descent"][-1], rises["Adam"][-1]) > 0,
        ),
        Claim(
            "The first trial is nearly always accepted, so a search costs one evaluation.",
            f"{at_once:.0%} of {len(lbfgs.points) - 1} searches took their first trial; the most "
            f"trials that one needed are {len(line.trials)}",
            at_once > 0.8,
        ),
        Claim(
            "Begun too long or too short, the search still ends where both conditions hold.",
            " and ".join(
                f"from t = {one.trials[0][0]:.3g} to t = {one.trials[-1][0]:.3g} in "
                f"{len(one.trials)} trials"
                for one in shown[1:]
            ),
            all(one.verdict(one.trials[-1]) == "accepted" for one in shown),
        ),
    )
    numbers = {
        "runs": {n: {f"{f:g}": told(one) for f, one in some.items()} for n, some in runs.items()},
        "best": best,
        "goal": goal,
        "evaluations to the goal": needed,
        "trials of each search": [len(line.trials) for line in took],
        "searches": [
            {"iteration": one.iteration, "start": [one.height, one.slope], "trials": one.trials}
            for one in shown
        ],
    }
    grids = [one.grid(J, 1.15 * max(t for t, _, _ in one.trials)) for one in shown]
    lines = table(runs)
    return Answer(claims, numbers, lambda: draw(runs, best, shown, grids), lines)


def run_all(J: Function, start: Array, evaluations: int) -> dict[str, dict[float, Run]]:
    """Let each optimizer walk from one start, once with each of its learning rates."""
    steepest = float(np.abs(J(start)[1]).max())  # and whatever is compiled is compiled now
    default = {"gradient descent": 0.02 / steepest, "Adam": 0.02, "L-BFGS": 1.0}
    option = {"gradient descent": "gradient-descent", "Adam": "adam", "L-BFGS": "lbfgs"}
    runs = {
        name: {f: Run(option[name], J, start, f * default[name]) for f in factors}
        for name, factors in FACTORS.items()
    }
    by_turns([one for some in runs.values() for one in some.values()], evaluations)
    return runs


def best_of(runs: Mapping[float, Run]) -> float:
    """Name the learning rate that ended lowest; one with which J overflowed comes last."""
    return min(runs, key=lambda factor: (runs[factor].overflowed, runs[factor].J[-1]))


def begun_too_long(line: Line, J: Function) -> Line:
    """Search from 4, 8, 16, … times the step that was accepted: the first that is too long."""
    first = 4 * line.trials[-1][0]
    again = line.begun_at(first, J)
    while again.verdict(again.trials[0]) == "accepted" and first < 1e6:
        first *= 2
        again = line.begun_at(first, J)
    return again


def told(run: Run) -> dict[str, object]:
    """Give what is kept of a run in the numbers."""
    return {
        "J": run.J,
        "evaluations": [point.evaluations for point in run.points],
        "seconds": run.seconds,
        "overhead": run.overhead,
        "rises": run.rises,
        "end": run.end,
    }


def table(runs: Mapping[str, Mapping[float, Run]]) -> tuple[str, ...]:
    """Lay the runs out for printing."""
    rows = [f"{'':<17} {'× default':>9} {'J at the end':>12} {'s each':>7} {'beside J':>8}"]
    for name, some in runs.items():
        for factor, one in some.items():
            each = one.spent / len(one.watched.seen)
            end = "overflowed" if one.overflowed else f"{one.J[-1]:.4g}"
            rows.append(f"{name:<17} {factor:>9g} {end:>12} {each:>7.3f} {one.overhead:>8.1%}")
    return tuple(rows)
