"""From what was seen of a learner's function to what is wrong with it: who is asked, and when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace


from nst_numpy.learn.diagnosis.arranged import other_order
from nst_numpy.learn.diagnosis.asif import as_if
from nst_numpy.learn.diagnosis.comparing import Pair, names_of, numbers, parts
from nst_numpy.learn.diagnosis.finding import Diagnosis, Finding
from nst_numpy.learn.diagnosis.forms import (
    changed,
    not_finite,
    ordinal,
    sides,
    unlike,
    wrong_dtype,
    wrong_kind,
    wrong_shape,
)
from nst_numpy.learn.diagnosis.known import bases_of_mistakes, known_mistakes, times_a_factor
from nst_numpy.learn.diagnosis.places import right_but
from nst_numpy.learn.diagnosis.sums import (
    channel_by_channel,
    extra,
    of_inputs_alone,
    off_by_a_factor,
    scalars,
)
from nst_numpy.learn.task import Seen, Task

MOST = 5
"""Findings, at most: more would be guesses."""


def diagnose(task: Task, seen: Sequence[Seen]) -> Diagnosis:
    """Say what is wrong with some results, from the numbers alone.

    Parameters
    ----------
    task : Task
        With its reference and the known mistakes.
    seen : sequence of Seen
        Calls of the learner's function. Several shapes tell more than one, and where `after` is
        given it is seen whether an input was changed.

    Returns
    -------
    diagnosis : Diagnosis
        Findings, the best first; `sure` are those that explain every number of every call.
    """
    seen = list(seen)
    names = names_of(task)
    found: list[Finding] = list(known_mistakes(task, seen)) if seen else []
    kinds = list(wrong_kind(seen))
    found += kinds
    found += changed(seen, names)
    if not kinds and seen:
        found += wrong_dtype(seen)
        if not any(finding.mistake for finding in found):
            found += of_numbers(task, seen, names)
    best: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda finding: finding.rank):
        best.setdefault(finding.sentence, finding)
    return Diagnosis(tuple(best.values())[:MOST])


def of_numbers(task: Task, seen: Sequence[Seen], names: tuple[str, ...]) -> Iterator[Finding]:
    """Look at each of the results by itself."""
    count = len(parts(seen[0].expected))
    several = isinstance(seen[0].expected, tuple)
    tables = []
    for n in range(count):
        made = []
        for one in seen:
            got, expected = numbers(parts(one.got)[n]), numbers(parts(one.expected)[n])
            if got is not None and expected is not None:
                made.append(Pair(one, names, n if several else None, got, expected))
        tables.append(made)
    wrong = [n for n, made in enumerate(tables) if any(not pair.right for pair in made)]
    for n in wrong:
        prefix = ""
        if several and len(wrong) < count:
            prefix = f"Of {count} results only the {ordinal(n)} is wrong: "
        elif several:
            prefix = f"In the {ordinal(n)} of {count} results: "
        for finding in of_part(task, tables[n]):
            yield replace(finding.about(prefix), rank=finding.rank)


def of_part(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Look at one result, in all calls: first where it is wrong, then how."""
    yield from not_finite(pairs)
    yield from wrong_shape(pairs)
    fitting = [pair for pair in pairs if pair.fits]
    wrong = [pair for pair in fitting if not pair.right]
    if not wrong:
        return
    only = only_for(pairs)
    for finding in of_wrong(task, wrong):
        yield finding.about("", only and f" In {len(wrong)} of {len(pairs)} calls: {only}.")
    if only:
        sentence = f"It is right except {only}."
        yield Finding(sentence, f"wrong in {len(wrong)} of {len(pairs)} calls", None, False, 7)
    yield from unlike(pairs)


def of_wrong(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say how numbers are wrong, in calls in which all of them have the right shape."""
    right = [pair.expected for pair in pairs]
    yield from off_by_a_factor(pairs, right, task.formula)
    yield from times_a_factor(task, pairs)
    yield from scalars(pairs)
    yield from extra(pairs)
    yield from of_inputs_alone(pairs)
    yield from other_order(pairs, right)
    yield from as_if(task, pairs)
    yield from channel_by_channel(pairs)
    if pairs[0].expected.ndim:
        yield from right_but(pairs, right, "")
        for mistake, bases in bases_of_mistakes(task, pairs):
            for finding in right_but(pairs, bases, mistake.sentence):
                yield replace(finding, mistake=mistake, rank=finding.rank + 1)
    yield from of_step(task, pairs)


def of_step(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Of a step of an optimizer, look at what was taken off x."""
    if not task.name.endswith("-step") or not all("x" in pair.arrays() for pair in pairs):
        return
    starts = [pair.arrays()["x"] for pair in pairs]
    if any(x.shape != pair.got.shape for x, pair in zip(starts, pairs, strict=True)):
        return
    steps = [
        replace(pair, got=pair.got - x, expected=pair.expected - x)
        for x, pair in zip(starts, pairs, strict=True)
    ]
    right = [pair.expected for pair in steps]
    tries: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: off_by_a_factor(steps, right, task.formula, "The step, the difference to x,"),
        lambda: scalars(steps),
        lambda: of_inputs_alone(steps),
    )
    for attempt in tries:
        for finding in attempt():
            words = finding.sentence.replace("It looks", "The step (the difference to x) looks")
            yield replace(finding, sentence=words)


def only_for(pairs: Sequence[Pair]) -> str:
    """Say what the calls with wrong numbers have in common that the others do not have."""
    wrong = [not pair.right for pair in pairs]
    if all(wrong):
        return ""
    marks: dict[str, list[bool]] = {}
    for n, pair in enumerate(pairs):
        n_H, n_W = (*sides(pair), 0, 0)[:2]
        known = {
            "where a side is odd": bool(n_H % 2 or n_W % 2),
            "where n_H is odd": bool(n_H % 2),
            "where n_W is odd": bool(n_W % 2),
            "where n_H ≠ n_W": n_H != n_W,
            "where n_H > n_W": n_H > n_W,
            "where n_W > n_H": n_W > n_H,
            "where two inputs have different sizes": different_sizes(pair),
        }
        for about in {other.seen.about for other in pairs} - {""}:
            known[f'for "{about}"'] = pair.seen.about == about
        for words, holds in known.items():
            marks.setdefault(words, [False] * len(pairs))[n] = holds
    exact = [words for words, holds in marks.items() if holds == wrong]
    return ", or ".join(exact[:2])


def different_sizes(pair: Pair) -> bool:
    """Say whether the inputs with three axes differ in n_H or n_W."""
    return len({x.shape[:2] for x in pair.arrays().values() if x.ndim == 3}) > 1


