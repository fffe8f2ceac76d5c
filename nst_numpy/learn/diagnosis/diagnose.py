"""From what was seen of a learner's function to what is wrong with it: who is asked, and when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from nst_numpy.learn.diagnosis.arranged import other_order
from nst_numpy.learn.diagnosis.asif import as_if
from nst_numpy.learn.diagnosis.common import only_for
from nst_numpy.learn.diagnosis.comparing import Pair, names_of, numbers, parts, several
from nst_numpy.learn.diagnosis.finding import FORMULA, LAST, SIMPLE, WEAK, Diagnosis, Finding
from nst_numpy.learn.diagnosis.forms import (
    changed,
    exchanged,
    label,
    not_finite,
    other_words,
    unlike,
    wrong_dtype,
    wrong_kind,
)
from nst_numpy.learn.diagnosis.known import (
    bases_of_mistakes,
    first_small,
    known_mistakes,
    times_a_factor,
)
from nst_numpy.learn.diagnosis.places import right_but
from nst_numpy.learn.diagnosis.scaled import off_by_a_factor, scalars, wrong_signs
from nst_numpy.learn.diagnosis.shapes import wrong_shape
from nst_numpy.learn.diagnosis.split import by_corner, by_input
from nst_numpy.learn.diagnosis.sums import channel_by_channel, extra, of_inputs_alone
from nst_numpy.learn.task import Seen, Task

MOST = 5
"""The most findings that are told: more would be guesses."""


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
    found: list[Finding] = [*known_mistakes(task, seen), *exchanged(seen)] if seen else []
    kinds = list(wrong_kind(seen))
    known = bool(found)
    found += kinds
    found += changed(seen, names)
    if not kinds and seen:
        dtypes = list(wrong_dtype(seen))
        found += [] if known else dtypes
        alone = len(dtypes) == 1 and dtypes[0].sure and not several(seen[0].expected)
        if not known and not alone:
            found += of_numbers(task, seen, names)
            found += other_words(seen)
    return Diagnosis(tuple(sorted(found, key=lambda finding: finding.rank)[:MOST]))


def best_of(found: Iterator[Finding]) -> list[Finding]:
    """Sort what was found in one result, and leave out what assumes more than is needed.

    What explains every number makes all that needs more assumptions superfluous.
    """
    best: dict[str, Finding] = {}
    for finding in sorted(found, key=lambda finding: finding.rank):
        best.setdefault(finding.sentence, finding)
    explained = min((finding.rank for finding in best.values() if finding.sure), default=LAST)
    return [finding for finding in best.values() if finding.rank <= max(explained, SIMPLE)]


def of_numbers(task: Task, seen: Sequence[Seen], names: tuple[str, ...]) -> Iterator[Finding]:
    """Look at each of the results by itself."""
    count = len(parts(seen[0].expected))
    many = several(seen[0].expected)
    tables = []
    for n in range(count):
        made = []
        for one in seen:
            got, expected = numbers(parts(one.got)[n]), numbers(parts(one.expected)[n])
            if got is not None and expected is not None:
                made.append(Pair(one, names, n if many else None, got, expected))
        tables.append(made)
    wrong = [n for n, made in enumerate(tables) if any(not pair.right for pair in made)]
    for n in wrong:
        prefix = ""
        if many and len(wrong) == 1 and count > 1:
            prefix = f"Only {label(seen[0].expected, n)} is wrong. "
        elif many:
            prefix = f"In {label(seen[0].expected, n)}: "
        for finding in best_of(of_part(task, tables[n])):
            yield finding.about(prefix)


def of_part(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Look at one result, in all calls: first where it is wrong, then how."""
    yield from not_finite(pairs)
    yield from wrong_shape(pairs)
    fitting = [pair for pair in pairs if pair.fits]
    wrong = [pair for pair in fitting if not pair.right]
    if not wrong:
        return
    only = only_for(pairs)
    some = f"{len(wrong)} of {len(pairs)} calls"
    suffix, in_all = "", set[str]()
    if len(wrong) < len(pairs):
        suffix = f" That was so in {some}{only and ', '}{only}."
        in_all = {finding.sentence for finding in of_wrong(task, fitting) if finding.sure}
    for finding in of_wrong(task, wrong):
        # what is so in every call makes no difference in some: these have nothing else in common
        yield finding.about("", "" if finding.sentence in in_all else suffix)
    if only:
        alone = only.removeprefix("but not ")
        sentence = f"It is right except {only}." if alone == only else f"It is right only {alone}."
        yield Finding(sentence, f"wrong in {some}", None, False, FORMULA)
    else:
        yield from unlike(pairs)


def of_wrong(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say how numbers are wrong, in calls in which all of them have the right shape."""
    right = [pair.expected for pair in pairs]
    yield from off_by_a_factor(pairs, right, task.formula)
    yield from times_a_factor(task, pairs)
    yield from scalars(pairs)
    yield from wrong_signs(pairs)
    yield from extra(pairs)
    yield from of_inputs_alone(pairs)
    yield from other_order(pairs, right)
    yield from as_if(task, pairs)
    yield from by_input(task, pairs)
    yield from by_corner(pairs)
    yield from channel_by_channel(pairs, right)
    if pairs[0].expected.ndim:
        yield from right_but(pairs, right, "")
        for mistake, bases in bases_of_mistakes(task, pairs):
            what = f"Two causes at once: {first_small(mistake.sentence)} And besides: "
            for finding in (*other_order(pairs, bases), *channel_by_channel(pairs, bases)):
                words = first_small(finding.sentence.removeprefix("Two causes at once: "))
                if finding.rank < WEAK or "Each channel" in finding.sentence:
                    words = words.replace("the right numbers", "those numbers")
                    words = words.replace("Each channel is right", "each channel is right")
                    yield replace(finding, sentence=what + words, mistake=mistake, rank=FORMULA)
            for finding in right_but(pairs, bases, mistake.sentence):
                yield replace(finding, mistake=mistake, rank=finding.rank + 1)
    yield from of_step(task, pairs)


def of_step(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Of a step of an optimizer, look at what was taken off x."""
    if not task.name.endswith("-step") or pairs[0].part or "x" not in pairs[0].arrays():
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
