"""Whether the numbers are those of a known mistake, up to a factor."""

from collections.abc import Iterator, Sequence

from nst_numpy.learn.diagnosis.comparing import (
    Numbers,
    Pair,
    agree,
    call,
    factor,
    result,
    same,
)
from nst_numpy.learn.diagnosis.factors import name_of
from nst_numpy.learn.diagnosis.finding import KNOWN, KNOWN_TIMES, Finding
from nst_numpy.learn.mistakes.taken import first_small
from nst_numpy.learn.task import Mistake, Seen, Task


def known_mistakes(task: Task, seen: Sequence[Seen]) -> Iterator[Finding]:
    """Name each mistake that makes the same results in every call that it can do."""
    for mistake in task.mistakes:
        made = [(one, call(mistake.function, one.inputs)) for one in seen]
        done = [(one, value) for one, value in made if value is not None]
        telling = [one for one, value in done if not same(value, one.expected)]
        if telling and all(same(one.got, value) for one, value in done):
            if any(same(one.got, one.expected) for one, value in made if value is None):
                continue  # where the mistake can do nothing, a function with it could not either
            number = f"the same numbers in {len(done)} of {len(seen)} calls"
            yield Finding(as_sentence(mistake), number, mistake, len(done) == len(seen), KNOWN)


def times_a_factor(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Name each mistake that makes these results but for a factor: two causes at once."""
    for mistake in task.mistakes:
        bases = [result(mistake.function, pair.seen.inputs, pair.part) for pair in pairs]
        done = [(pair, base) for pair, base in zip(pairs, bases, strict=True) if base is not None]
        if not done or all(no_difference(base, pair.expected) for pair, base in done):
            continue
        ks = [factor(base, pair.got) for pair, base in done]
        if all(k is not None for k in ks):
            name = name_of([k for k in ks if k is not None], [pair for pair, _ in done])
            if name is None or name == "1" or scaled(done):
                continue
            turned = " (the sign is turned, too)" if name.startswith("-") else ""
            sentence = (
                f"Two causes at once: {first_small(mistake.sentence)} And all is {name} times "
                f"that{turned}."
            )
            number = f"{name} times the numbers of that mistake in {len(done)} calls"
            yield Finding(sentence, number, mistake, len(done) == len(pairs), KNOWN_TIMES)


def bases_of_mistakes(task: Task, pairs: Sequence[Pair]) -> Iterator[tuple[Mistake, list[Numbers]]]:
    """Yield what each known mistake makes of the inputs, if it can do all of them."""
    for mistake in task.mistakes:
        bases = [result(mistake.function, pair.seen.inputs, pair.part) for pair in pairs]
        whole = [base for base in bases if base is not None]
        if len(whole) == len(pairs) and all(
            base.shape == pair.got.shape for base, pair in zip(whole, pairs, strict=True)
        ):
            yield mistake, whole


def no_difference(base: Numbers, expected: Numbers) -> bool:
    """Say whether a mistake makes no difference here."""
    return base.shape == expected.shape and bool(agree(base, expected).all())


def scaled(done: Sequence[tuple[Pair, Numbers]]) -> bool:
    """Say whether a mistake does nothing but scale: then its own factor is no second cause."""
    return all(factor(pair.expected, base) is not None for pair, base in done)


def as_sentence(mistake: Mistake) -> str:
    """Return what is said of a known mistake."""
    return f"This looks like a known mistake: {first_small(mistake.sentence)}"
