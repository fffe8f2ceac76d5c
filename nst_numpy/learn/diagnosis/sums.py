"""Whether it is the right result and something besides: a constant, an input, another function."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, agree, factor
from nst_numpy.learn.diagnosis.factors import divided_by, name_of, plain
from nst_numpy.learn.diagnosis.finding import FACTOR, FORMULA, SIMPLE, TIMES, WEAK, Finding
from nst_numpy.learn.diagnosis.places import signed


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
    if formula and letters and any(letter in formula for letter in letters):
        return f" Look for it in {formula}."
    return ""


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


def through(words: str, bases: Sequence[Numbers], pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if the result is this function of the right one, up to a factor."""
    ks = [factor(base, pair.got) for base, pair in zip(bases, pairs, strict=True)]
    if any(k is None for k in ks):
        return
    name = name_of([k for k in ks if k is not None], pairs)
    squares = [k * k for k in ks if k is not None]
    root = None if name else name_of(squares, pairs)  # of a root, the factor may be one, too
    if name is None and root is None:
        return
    times = "" if name == "1" else f" (times {name or f'√({root})'})"
    number = f"the same numbers in {len(pairs)} calls"
    yield Finding(f"It looks like {words}{times}.", number, None, True, SIMPLE + bool(times))


def extra(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if an input, or a constant, was added or taken off: got = a·expected + b·input."""
    candidates = [broadcast(pair) for pair in pairs]
    for name in candidates[0]:
        if not all(name in table for table in candidates):
            continue
        fits = [
            regression([pair.expected, table[name]], pair.got)
            for pair, table in zip(pairs, candidates, strict=True)
        ]
        if any(fit is None for fit in fits):
            continue
        a = name_of([fit[0] for fit in fits if fit is not None], pairs)
        b = name_of([fit[1] for fit in fits if fit is not None], pairs)
        if b is None or a is None:
            continue
        number = f"right to {len(pairs)} calls of {pairs[0].got.size} numbers and more"
        same = [pair.arrays().get(name) for pair in pairs]
        steps = all(x is not None and x.shape == pair.got.shape and abs(sum(f or (0, 0)) - 1) < 1e-9
                    for x, pair, f in zip(same, pairs, fits, strict=True))  # fmt: skip
        if a == "1":
            sentence = f"It is the right result with {b} · {name} added to it: {said(b, name)}."
            yield Finding(sentence, number, None, True, SIMPLE)
        elif steps:
            sentence = f"The step from {name} is {a} times what it should be{signed(a)}."
            yield Finding(sentence, number, None, True, SIMPLE)
        else:
            sentence = f"It looks like a sum: {a} times the right result, and {b} · {name} besides."
            yield Finding(sentence, number, None, True, FORMULA)


def said(b: str, name: str) -> str:
    """Say in words what a multiple of an input means that is too much."""
    return {
        "1": f"{name} is added once too often",
        "-1": f"{name} is missing, or is taken off once too often",
        "-2": f"{name} has the wrong sign",
        "2": f"{name} has the wrong sign",
    }.get(b, f"{name} counts otherwise than it should")


def broadcast(pair: Pair) -> dict[str, Numbers]:
    """Return the inputs, each spread to the shape of the result, if it can be; and 1."""
    shape = pair.expected.shape
    found = {}
    arrays = pair.arrays()
    if "mean" in pair.names and shape[-1:] == (3,):
        from nst_numpy.vgg_input import MEAN_BGR

        arrays.setdefault("mean", np.array(MEAN_BGR))
    for name, x in arrays.items():
        try:
            spread = np.broadcast_to(x, shape)
        except ValueError:
            continue
        if not agree(spread, pair.expected).all() and spread.any():
            found[name] = np.array(spread)
    if shape:
        found["a constant"] = np.ones(shape)
    return found


def regression(bases: Sequence[Numbers], got: Numbers) -> tuple[float, ...] | None:
    """Return the coefficients with which a sum of the bases is the result; None if none is."""
    if got.size <= len(bases) + 1 or not np.isfinite(got).all():
        return None
    matrix = np.stack([base.ravel() for base in bases], 1)
    if not np.isfinite(matrix).all() or np.linalg.matrix_rank(matrix) < len(bases):
        return None
    coefficients = np.linalg.lstsq(matrix, got.ravel(), rcond=None)[0]
    if not agree(matrix @ coefficients, got.ravel()).all():
        return None
    return tuple(float(x) if abs(x) > 1e-9 else 0.0 for x in coefficients)


def of_inputs_alone(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if it is a sum of inputs, and of which; and of which the right one is."""
    tables = [
        {name: x for name, x in pair.arrays().items() if x.shape == pair.got.shape and x.any()}
        for pair in pairs
    ]
    names = [name for name in tables[0] if all(name in table for table in tables)]
    for chosen in [[name] for name in names] + ([names] if 1 < len(names) < 5 else []):
        ours = [regression([t[x] for x in chosen], p.got) for t, p in zip(tables, pairs, strict=True)]
        if any(fit is None for fit in ours):
            continue
        words = worded(ours, chosen, pairs)
        if words is None:
            continue
        right = [
            regression([t[x] for x in names], p.expected) for t, p in zip(tables, pairs, strict=True)
        ]
        should = None if any(fit is None for fit in right) else worded(right, names, pairs)
        asked = f"; asked for is {should}" if should else ""
        sentence = f"It looks like {words}{asked}."
        number = f"the same numbers in {len(pairs)} calls"
        yield Finding(sentence, number, None, True, SIMPLE if should else FORMULA)
        return


def worded(
    fits: Sequence[tuple[float, ...] | None], names: Sequence[str], pairs: Sequence[Pair]
) -> str | None:
    """Write a sum of inputs: ``9/10·m + 1/10·gradient``."""
    terms = []
    for n, name in enumerate(names):
        ks = [fit[n] for fit in fits if fit is not None]
        if not any(ks):
            continue
        k = name_of(ks, pairs) if all(ks) else None
        if k is None:
            return None
        terms.append(name if k == "1" else f"{k}·{name}")
    return " + ".join(terms) or None


def channel_by_channel(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if each channel has a factor, or a constant, of its own."""
    if pairs[0].expected.ndim != 3:
        return
    factors, constants = set(), []
    for pair in pairs:
        for n in range(pair.expected.shape[2]):
            base, got = pair.expected[:, :, n], pair.got[:, :, n]
            fit = regression([base, np.ones(base.shape)], got)
            if fit is None:
                return
            factors.add(plain(round(fit[0], 9)))
            if pair is pairs[0]:
                constants.append(f"{fit[1]:.6g}")
    if factors == {"1"}:
        sentence = "It is right but for a constant in each channel, added or subtracted: "
        yield Finding(f"{sentence}{', '.join(constants)}.", "no number besides", None, True, SIMPLE)
        return
    sentence = (
        "Each channel is right but for a factor and a constant of its own: "
        f"factors {', '.join(sorted(factors)[:4])}, constants {', '.join(constants[:4])}."
    )
    yield Finding(sentence, "no number besides", None, True, WEAK)
