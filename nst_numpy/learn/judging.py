"""From what came of a file to what is said of it: right, or what went wrong and where."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.checks.case import ADJOINT, CENTRAL, Check
from nst_numpy.gradcheck import directional_error, taylor_slope
from nst_numpy.learn.calls import NUMBERS, SINGLE, ZEROS, Call
from nst_numpy.learn.diagnosis import Finding, diagnose
from nst_numpy.learn.diagnosis.comparing import parts
from nst_numpy.learn.loading import Trouble
from nst_numpy.learn.running import Called, Ran
from nst_numpy.learn.showing import described, names_of
from nst_numpy.learn.task import Seen, Task

Status = Literal["right", "wrong", "raises", "stopped", "not begun", "missing"]
ROUNDING = 1000
"""How many times the adjoint test's limit a whole network may take: its sums are long."""
TAYLOR_STEPS = tuple(10 ** (-2 - n / 2) for n in range(5))


@dataclass(frozen=True)
class Outcome:
    """What is said of one task.

    Attributes
    ----------
    task
        The task's name.
    status
        "right"; "wrong", with findings; "raises", with the line; "stopped", because of time or
        memory; "not begun"; "missing", the file or its function.
    sentence
        What happened, if it is neither right nor wrong; what is wrong besides the numbers.
    findings
        What the result looks like, the best first.
    checks
        Of a gradient: how it agrees with what its function does.
    trouble
        The exception, with the line of the learner's file.
    calls
        How many calls were made.
    printed
        The beginning of what the file printed.
    """

    task: str
    status: Status
    sentence: str = ""
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    trouble: Trouble | None = None
    calls: int = 0
    printed: str = field(default="", repr=False)

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        return self.status == "right"

    @property
    def runs(self) -> bool:
        """Whether it returned something in every call, right or wrong."""
        return self.status in ("right", "wrong")

    @property
    def short(self) -> str:
        """What is said, in one sentence."""
        if self.trouble:
            return self.trouble.sentence
        return self.findings[0].sentence if self.findings else self.sentence


def judge(task: Task, ran: Ran) -> Outcome:
    """Say what came of a task."""
    if ran.missing:
        return Outcome(task.name, "missing", ran.missing, printed=ran.printed)
    if ran.stopped:
        return Outcome(task.name, "stopped", ran.stopped, printed=ran.printed)
    trouble = ran.trouble or next((one.trouble for one in ran.calls if one.trouble), None)
    if trouble and trouble.kind == "NotImplementedError":
        return Outcome(task.name, "not begun", "There is still the gap.", printed=ran.printed)
    if trouble:
        others = [one for one in ran.calls if not one.trouble]  # they may tell why
        return Outcome(
            task.name, "raises", when_raised(task, ran.calls), found(task, others)[0],
            trouble=trouble, calls=len(ran.calls), printed=ran.printed,
        )  # fmt: skip
    findings, sentence = found(task, ran.calls)
    checks = tuple(gradient_checks(task, ran.calls))
    right = not findings and not sentence and all(check.holds for check in checks)
    if not right and not findings and not sentence:
        sentence = "It agrees with the package, and not with finite differences."
    return Outcome(
        task.name, "right" if right else "wrong", sentence, findings, checks,
        calls=len(ran.calls), printed=ran.printed,
    )  # fmt: skip


def when_raised(task: Task, made: Sequence[Called]) -> str:
    """Say in which calls it was raised, if not when the file was loaded."""
    bad = [one.call for one in made if one.trouble]
    if not bad:
        return ""
    what = described(names_of(task), bad[0].inputs)
    about = f" ({bad[0].about})" if bad[0].about else ""
    many = f"in {len(bad)} of {len(made)} calls"
    return f"Raised {many}{f', the first with {what}{about}' if what else about}."


def found(task: Task, made: Sequence[Called]) -> tuple[tuple[Finding, ...], str]:
    """Diagnose the numbers; and only if they are right, the dtype, and what zeros make."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for kind, words in ((NUMBERS, ""), (SINGLE, SINGLE), (ZEROS, ZEROS)):
            seen = [seen_of(task, one) for one in made if one.call.kind == kind]
            if kind == SINGLE:
                seen = [Seen(s.inputs, s.got, s.expected, s.about) for s in seen if not dtyped(s)]
            if not seen:
                continue
            diagnosis = diagnose(task, seen)
            if not diagnosis.right:
                return diagnosis.findings, preface(words, seen)
    return (), ""


def preface(kind: str, seen: Sequence[Seen]) -> str:
    """Say which calls are meant, if all the others are right."""
    if kind == SINGLE:
        return (
            "Right in float64. But what gets float32 must return float32, which paints. (np.zeros "
            "and np.array without a dtype make float64, and so does a number of NumPy, np.prod(…) "
            "say.)"
        )
    if kind == ZEROS:
        return "Right for numbers. With nothing but zeros:"
    return ""


def seen_of(task: Task, one: Called) -> Seen:
    """Put the right result beside what came back."""
    with np.errstate(all="ignore"):
        expected = task.reference(*one.call.inputs)
    return Seen(one.call.inputs, one.got, expected, one.call.about, one.after)


def dtyped(seen: Seen) -> bool:
    """Say whether every array has the dtype that the reference gives it."""
    pairs = zip(parts(seen.got), parts(seen.expected))  # noqa: B905  (the kind was looked at)
    return all(
        np.asarray(got).dtype == expected.dtype
        for got, expected in pairs
        if isinstance(expected, np.ndarray)
    )


def gradient_checks(task: Task, made: Sequence[Called]) -> Iterator[Check]:
    """Compare what a backward pass returned with what its function does, in every way."""
    if not task.gradient_of:
        return
    rng = np.random.default_rng(1)
    errors: dict[str, list[float]] = {}
    for one in made:
        if one.call.kind != NUMBERS:
            continue
        for method, error in errors_of(task, one.call, one.got, rng):
            errors.setdefault(method, []).append(error)
    allowed = {
        "adjoint": ADJOINT * ROUNDING,
        "central differences": CENTRAL,
        "Taylor slope": 0.1,
    }
    for method, all_of_them in errors.items():
        yield Check(task.name, method, float(np.max(all_of_them)), allowed[method])


def errors_of(
    task: Task, call: Call, got: Any, rng: np.random.Generator
) -> Iterator[tuple[str, float]]:
    """Yield how far a claimed gradient is off, by each method that applies."""
    assert task.gradient_of
    J, x = task.gradient_of(call.inputs, rng)
    usable = isinstance(got, np.ndarray) and got.shape == x.shape and got.dtype.kind in "fiub"
    if not usable or not np.isfinite(got).all():
        return
    gradient: Array = got.astype(float)
    d: Array = rng.standard_normal(x.shape)
    with np.errstate(all="ignore"):
        if task.linear:
            both = J(d) - J(0 * d), float(np.vdot(gradient, d))
            scale = float(np.linalg.norm(gradient) * np.linalg.norm(d)) or 1.0
            yield "adjoint", abs(both[0] - both[1]) / max(scale, *map(abs, both))
        steps = (0.1, 1e-2, 1e-3) if task.linear else (1e-3, 1e-4, 1e-5, 1e-6)
        directions = [rng.standard_normal(x.shape) for _ in range(3)]
        yield "central differences", directional_error(J, x, gradient, directions, steps)
        if not task.linear and task.name.endswith("-gradient"):
            slope, remainders = taylor_slope(J, x, gradient, d, TAYLOR_STEPS)
            yield "Taylor slope", abs(slope - 2) if min(remainders) > 0 else 0.0
