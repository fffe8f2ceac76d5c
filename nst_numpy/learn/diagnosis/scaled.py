"""Whether it is the right result up to a factor, a sign, or another function: a root, a square."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, agree, factor
from nst_numpy.learn.diagnosis.factors import divided_by, name_of, signed
from nst_numpy.learn.diagnosis.finding import FACTOR, SIMPLE, TIMES, Finding, same_in


def off_by_a_factor(
    pairs: Sequence[Pair], bases: Sequence[Numbers], formula: str, what: str = ""
) -> Iterator[Finding]:
    """Say if it is off by a factor, which, and which one of the formula that could be."""
    ks = [factor(base, pair.got) for base, pair in zip(bases, pairs, strict=True)]
    if any(k is None for k in ks):
        return
    known = [(k, pair, base) for k, pair, base in zip(ks, pairs, bases, strict=True)
             if k is not None and np.isfinite(k)]  # fmt: skip
    if not known or (len(known) < 2 and known[0][1].got.size < 2):
        return
    name = name_of([k for k, _, _ in known], [pair for _, pair, _ in known])
    it = what or "It"
    number = ", ".join(f"{k:.6g}" for k, _, _ in known[:4]) + " times the right numbers"
    if name in ("-1",):
        sentence = f"{it} is right but for its sign, which is turned: all is -1 times what it "
        yield Finding(sentence + "should be.", number, None, True, FACTOR)
    elif name is not None:
        sentence = f"{it} is off by a factor: all is {name} times what it should be{signed(name)}."
        yield Finding(sentence + in_formula(name, formula), number, None, True, FACTOR)
    elif known[0][1].got.size > 1:
        by = divided_by([k for k, _, _ in known], [p for _, p, _ in known], [b for *_, b in known])
        words = f": it is divided by {by}" if by else ", and in each call by another"
        sentence = f"{it} is right but for a factor{words}."
        yield Finding(sentence, number, None, True, FACTOR if by else TIMES)


def in_formula(name: str, formula: str) -> str:
    """Say where a factor may stand in the formula."""
    letters = [x for x in ("n_H", "n_W", "n_C", "255", "4", "2", "M", "h") if x in name]
    lines = [" ".join(line.split()) for line in formula.splitlines()]
    lines = [line for line in lines if any(letter in line for letter in letters)]
    return f" Look for it in {lines[0].rstrip('.')}." if lines else ""


def scalars(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if the right result went through another function: a root, a square, an absolute."""
    ways: dict[str, Callable[[Numbers], Numbers]] = {
        "the root of what it should be": lambda x: np.sqrt(np.abs(x)),
        "the square of what it should be": np.square,
        "the absolute value of what it should be: its sign is lost": np.abs,
        "only the sign of what it should be": np.sign,
        "what it should be, but negative numbers are cut off: they became 0": lambda x: np.maximum(
            x, 0
        ),
        "what it should be, cut off at 0 and 1": lambda x: np.clip(x, 0, 1),
        "what it should be, cut off at 0 and 255": lambda x: np.clip(x, 0, 255),
        "what it should be, rounded": np.round,
        "what it should be without its fraction": np.trunc,
        "1 by what it should be": lambda x: 1 / x,
    }
    for words, function in ways.items():
        with np.errstate(all="ignore"):
            bases = [function(pair.expected) for pair in pairs]
        if all(agree(base, pair.expected).all() for base, pair in zip(bases, pairs, strict=True)):
            continue
        yield from through(words, bases, pairs)


def wrong_signs(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if the sizes are right and only some signs are not."""
    if all(agree(np.abs(pair.got), np.abs(pair.expected)).all() for pair in pairs):
        wrong = [~agree(pair.got, pair.expected) for pair in pairs]
        share = sum(int(bad.sum()) for bad in wrong) / sum(bad.size for bad in wrong)
        sentence = "It is right but for some signs: without its sign every number is right."
        yield Finding(sentence, f"{share:.0%} of the signs are wrong", None, True, SIMPLE)


def through(words: str, bases: Sequence[Numbers], pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if the result is this function of the right one, up to a factor."""
    if pairs[0].got.size > 1 and not any(np.ptp(np.abs(pair.expected)) for pair in pairs):
        return  # of numbers that are all of one size no function can be told from a factor
    ks = [factor(base, pair.got) for base, pair in zip(bases, pairs, strict=True)]
    if any(k is None for k in ks):
        return
    name = name_of([k for k in ks if k is not None], pairs)
    squares = [k * k for k in ks if k is not None]
    root = None if name else name_of(squares, pairs)  # of a root, the factor may be one, too
    if name is None and root is None:
        return
    times = "" if name == "1" else f" (times {name or f'√({root})'})"
    number = same_in(pairs)
    yield Finding(f"It looks like {words}{times}.", number, None, True, SIMPLE + bool(times))
