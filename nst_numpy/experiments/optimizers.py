"""Which optimizer, and what does its line search do?

Gradient descent, Adam and L-BFGS begin at the photograph and minimise the same J. An evaluation of
J is what costs time, so each gets equally many. The first two need a learning rate: each
tries four, multiples of its default, and the best of them counts.

L-BFGS has a direction d, bent by the curvature of its last steps, and asks how far to go along it.
Its line search sees only φ(t) = J(x + t·d). A trial t is too long where φ has not gone down as its
slope promised (the first Wolfe condition) or goes steeply up again, and too short where φ still
goes steeply down (the second). Newton's own step is t = 1, so that is tried first. To show what
the search is for, it is begun twice more at a t that is wrong on purpose.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, pairwise, tee
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.descent import (
    Line,
    Run,
    begun_too_long,
    draw_search,
    search,
    walk_by_turns,
)
from nst_numpy.experiments.frame import Claim
from nst_numpy.network import Weights
from nst_numpy.objective import Objective
from nst_numpy.optimizers import LBFGS, Adam, GradientDescent, Optimizer, iterates
from nst_numpy.settings import Settings

FACTORS = {"gradient descent": (1, 4, 16, 64), "Adam": (0.1, 1, 3, 10), "L-BFGS": (1,)}
"""How many times its default learning rate each optimizer is given."""


@dataclass(frozen=True)
class Measured:
    """All runs; and one line search of L-BFGS as it went, begun too long, begun too short."""

    runs: list[Run]
    searches: tuple[Line, Line, Line]

    def runs_of(self, name: str) -> list[Run]:
        """Return one optimizer's, by learning rate."""
        return [run for run in self.runs if run.name == name]

    def best(self, name: str) -> Run:
        """Return the one that ended lowest; one in which J overflowed comes last."""
        return min(self.runs_of(name), key=lambda run: (run.overflow, run.J[-1]))


def measure(content: Array, style: Array, weights: Weights, evaluations: int = 60) -> Measured:
    """Let each optimizer have equally many evaluations of J; then search along one line again."""
    C = content.astype(np.float32)
    J = Objective(C, [style], Settings(), weights)
    eta = GradientDescent().start(J, C).rate  # and whatever is compiled is compiled now
    optimizers: dict[str, Callable[[float], Optimizer]] = {
        "gradient descent": lambda factor: GradientDescent(factor * eta),
        "Adam": lambda factor: Adam(factor * 0.02),
        "L-BFGS": LBFGS,
    }
    walks = [
        (Run(name, factor, C), iterates(optimizers[name](factor), J, C))
        for name, factors in FACTORS.items()
        for factor in factors
    ]
    lbfgs, walk = walks[-1]
    walk, states = tee(walk)  # what L-BFGS walks through can be had once more
    walk_by_turns([*walks[:-1], (lbfgs, walk)], evaluations)

    trials = np.array(trials_of(lbfgs)[1:])  # not the first search: it knows no curvature
    busiest = np.flatnonzero(trials == trials.max()) + 1
    n = int(busiest[len(busiest) // 2])
    state = next(islice(states, n, None))
    found = search(J, state, n + 1)
    step = found.trials[-1].t
    long, short = begun_too_long(J, state, n + 1, step), search(J, state, n + 1, step / 64)
    return Measured([run for run, _ in walks], (found, long, short))


def trials_of(lbfgs: Run) -> list[int]:
    """Count the trials of each line search."""
    return [after - before for before, after in pairwise(lbfgs.evaluations)]


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    descent, adam, lbfgs = (measured.best(name) for name in FACTORS)
    goal, allowed = adam.J[-1], lbfgs.evaluations[-1]
    needed = [run.evaluations_to(goal) for run in (descent, adam, lbfgs)]
    most, more, few = (count or np.inf for count in needed)
    spread = [
        max(run.J[-1] for run in measured.runs_of(best.name) if not run.overflow) / best.J[-1]
        for best in (descent, adam)
    ]
    rises = {name: [run.rises for run in measured.runs_of(name)] for name in FACTORS}
    trials = trials_of(lbfgs)
    at_once = trials.count(1) / len(trials)
    return (
        Claim(
            "To the same J, L-BFGS needs the fewest evaluations and gradient descent the most.",
            f"to J = {goal:.3g}, where Adam at its best ends: "
            + ", ".join(
                f"{name} {count or f'more than {allowed}'}"
                for name, count in zip(FACTORS, needed, strict=True)
            ),
            few < more < most,
        ),
        Claim(
            "Gradient descent and Adam depend on a learning rate that one must find; L-BFGS does "
            "not ask for one.",
            f"with the worst rate that did not overflow J ends {spread[0]:.2g} times as high as "
            f"with the best for gradient descent, {spread[1]:.2g} times for Adam; the best are "
            f"{descent.factor:g} and {adam.factor:g} times the defaults, and with "
            f"{sum(bool(run.overflow) for run in measured.runs)} of the 8 J overflowed",
            min(spread) > 1.5,
        ),
        Claim(
            "J never rises with L-BFGS; with the others it does where the learning rate is large.",
            "steps that rise, for each learning rate from small to large: "
            + "; ".join(f"{name} {', '.join(map(str, counts))}" for name, counts in rises.items()),
            rises["L-BFGS"] == [0] and min(rises["gradient descent"][-1], rises["Adam"][-1]) > 0,
        ),
        Claim(
            "The first trial is nearly always accepted, so a search costs one evaluation.",
            f"{at_once:.0%} of {len(trials)} searches took their first trial; the most trials that "
            f"one needed are {max(trials)}",
            at_once > 0.8,
        ),
        Claim(
            "Begun too long or too short, the search still ends where both conditions hold.",
            " and ".join(
                f"from t = {one.trials[0].t:.3g} to t = {one.trials[-1].t:.3g} in "
                f"{len(one.trials)} trials"
                for one in measured.searches[1:]
            ),
            all(one.verdict(one.trials[-1]) == "accepted" for one in measured.searches),
        ),
    )


def lines(measured: Measured) -> list[str]:
    """Lay the runs out for printing."""
    rows = [f"{'':<17} {'× default':>9} {'J at the end':>12} {'s each':>7}"]
    for run in measured.runs:
        end = "overflowed" if run.overflow else f"{run.J[-1]:.4g}"
        each = run.seconds[-1] / run.evaluations[-1]
        rows.append(f"{run.name:<17} {run.factor:>9g} {end:>12} {each:>7.3f}")
    return rows


def draw(measured: Measured) -> Figure:
    """Show J on the way down, three searches along one line, and the three pictures."""
    figure, (above, middle, below) = drawing.stacked(3.0, 3.2, 2.2)
    best = [measured.best(name) for name in FACTORS]
    left, right = above.subplots(1, 2)
    for run in measured.runs:
        bold = run in best
        look: dict[str, Any] = {"lw": 2.4, "zorder": 3} if bold else {"lw": 1, "alpha": 0.6}
        look["color"] = drawing.COLOURS[list(FACTORS).index(run.name)]
        left.semilogy(run.evaluations, run.J, **look)
        right.semilogy(run.seconds, run.J, label=run.name if bold else None, **look)
    lowest = min(run.J[-1] for run in best)
    for axis, what in ((left, "evaluations of J"), (right, "seconds")):
        axis.set(xlabel=what, ylim=(0.8 * lowest, 4 * best[0].J[0]))
    left.set_ylabel("J")
    right.legend(title="thick: best learning rate, thin: others")

    iteration = f"iteration {measured.searches[0].iteration} of L-BFGS"
    titles = (iteration, "the same, begun too long", "begun too short")
    first, second, third = middle.subplots(1, 3)
    for axis, line, title in zip((first, second, third), measured.searches, titles, strict=True):
        draw_search(axis, line, title)
    first.set_ylabel("J(x + t·d) / J(x)")
    middle.legend(*second.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    for axis, run in zip(below.subplots(1, 3), best, strict=True):
        drawing.picture(axis, run.picture, f"{run.name}: J = {run.J[-1]:,.0f}")
    return figure
