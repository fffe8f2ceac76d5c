"""What a result is, before its numbers count: nothing, of another shape or dtype, an input changed.

Where the shape is wrong, some ways to have got there are tried with the numbers.
"""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, agree, numbers, parts, same
from nst_numpy.learn.diagnosis.finding import FORM, LAST, SIMPLE, WEAK, Finding
from nst_numpy.learn.task import Seen


def kind(value: Any) -> str:
    """Say in words what something is."""
    if isinstance(value, np.ndarray):
        return f"an array of the shape {value.shape}" if value.ndim else "an array of one number"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    if isinstance(value, int | float | np.generic):
        return "one number"
    return "nothing (None)" if value is None else f"a {type(value).__name__}"


def wrong_kind(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Say if what came back is not of the kind that is asked for."""
    bad = [one for one in seen if not alike(one.got, one.expected)]
    if not bad:
        return
    got, expected = bad[0].got, bad[0].expected
    sentence = f"It returns {kind(got)}; asked for is {kind(expected)}."
    if got is None:
        sentence = "It returns nothing (None): is a return missing at its end?"
    elif isinstance(expected, tuple) and not isinstance(got, tuple):
        fitting = [n for n, part in enumerate(parts(expected)) if same(got, part)]
        only = f", and only the {ordinal(fitting[0])} of them came" if fitting else ""
        sentence = f"It should return a tuple of {len(expected)} results{only}."
    elif not isinstance(expected, tuple) and isinstance(got, tuple):
        fitting = [n for n, part in enumerate(parts(got)) if same(part, expected)]
        which = f"; the {ordinal(fitting[0])} of them alone would be right" if fitting else ""
        sentence = f"It returns a tuple of {len(got)}; asked for is one result{which}."
    yield Finding(sentence, f"in {len(bad)} of {len(seen)} calls", None, True, FORM)


def alike(got: Any, expected: Any) -> bool:
    """Say whether two results can be compared number by number."""
    if isinstance(expected, tuple):
        ours = isinstance(got, tuple) and len(got) == len(expected)
        return ours and all(map(alike, got, expected))
    if numbers(expected) is None:
        return type(got) is type(expected)
    return numbers(got) is not None and (np.ndim(got) > 0) == (np.ndim(expected) > 0)


def ordinal(n: int) -> str:
    """Return "first" for 0, and so on."""
    return ("first", "second", "third", "fourth", "fifth")[n]


def changed(seen: Sequence[Seen], names: Sequence[str]) -> Iterator[Finding]:
    """Say if an input is another after the call."""
    for n, name in enumerate(names):
        looked = [one for one in seen if one.after is not None and n < len(one.inputs)]
        bad = [one for one in looked if not unchanged(one.inputs[n], (one.after or ())[n])]
        if bad:
            sentence = (
                f"It changes its input {name}: whoever called it needs {name} as it was. "
                "Look for +=, *= or an assignment to a part of it."
            )
            yield Finding(sentence, f"in {len(bad)} of {len(looked)} calls", None, True, SIMPLE)


def unchanged(before: Any, after: Any) -> bool:
    """Say whether an input is the same as before, bit by bit."""
    if isinstance(before, np.ndarray):
        return isinstance(after, np.ndarray) and np.array_equal(before, after, equal_nan=True)
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(unchanged(before[k], after[k]) for k in before)
    if isinstance(before, tuple | list):
        return len(before) == len(after) and all(map(unchanged, before, after))
    return True


def wrong_dtype(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Say if the dtype is another, and whether that is all."""
    for n, _ in enumerate(parts(seen[0].expected)):
        bad, worst = [], 0.0
        for one in seen:
            got, expected = parts(one.got)[n], parts(one.expected)[n]
            if not isinstance(expected, np.ndarray) or not isinstance(got, np.ndarray):
                continue
            if got.dtype != expected.dtype:
                bad.append((got.dtype, expected.dtype))
                if got.shape == expected.shape:
                    size = np.abs(expected.astype(float)).max(initial=0) or 1.0
                    distance = np.abs(got.astype(float) - expected.astype(float))
                    worst = max(worst, float(distance.max(initial=0)) / size)
                else:
                    worst = np.inf
        if bad:
            which = f" of the {ordinal(n)} result" if isinstance(seen[0].expected, tuple) else ""
            alone = worst < 1e-5
            also = "; the values are right to its precision" if alone else ""
            sentence = f"The dtype{which} is {bad[0][0]}, asked for is {bad[0][1]}{also}."
            number = f"largest difference {worst:.1e}, in {len(bad)} of {len(seen)} calls"
            yield Finding(sentence, number, None, alone, FORM if alone else WEAK)


def not_finite(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say if there is NaN or infinity where the right numbers are finite."""
    bad = sum(int((~np.isfinite(pair.got)).sum()) for pair in pairs)
    right = sum(int((~np.isfinite(pair.expected)).sum()) for pair in pairs)
    if bad > right:
        whole = sum(pair.got.size for pair in pairs)
        sentence = "There are NaN or infinite numbers: somewhere it divides by 0, or worse."
        yield Finding(sentence, f"{bad} of {whole} numbers", None, True, FORM)


def wrong_shape(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say how a shape is wrong, and what the numbers have to do with the right ones."""
    bad = [pair for pair in pairs if not pair.fits]
    if not bad:
        return
    ways = [way(pair.got, pair.expected) for pair in bad]
    words = ways[0] if len(set(ways)) == 1 else ""
    odd = ""
    if all(any(n % 2 for n in sides(pair)) for pair in bad) and len(bad) < len(pairs):
        odd = " for odd sides"
    sentence = (
        f"The shape is wrong{odd}: {bad[0].got.shape}, asked for is {bad[0].expected.shape}"
    )
    number = f"in {len(bad)} of {len(pairs)} calls"
    yield Finding(f"{sentence}{words or ''}.", number, None, bool(words), FORM)


def sides(pair: Pair) -> tuple[int, ...]:
    """Return n_H and n_W of the largest thing among inputs and result."""
    shapes = [x.shape for x in pair.arrays().values() if x.ndim == 3]
    shapes += [x for x in pair.seen.inputs if isinstance(x, tuple) and len(x) == 3]
    return max((tuple(shape[:2]) for shape in [*shapes, pair.expected.shape]), default=())


def way(got: Numbers, expected: Numbers) -> str:
    """Say how an array of another shape may have been made of the right one."""
    if got.ndim == expected.ndim:
        for order in permutations(range(got.ndim)):
            turned = np.transpose(got, order)
            if turned.shape == expected.shape and agree(turned, expected).all():
                return f"; it is transposed: its axes are in the order {order}"
        smaller = [a - b for a, b in zip(expected.shape, got.shape, strict=True)]
        if all(n >= 0 for n in smaller):
            words = part_of(expected, got, smaller)
            return words or difference(smaller, "smaller")
        if all(n <= 0 for n in smaller):
            larger = [-n for n in smaller]
            if part_of(got, expected, larger):
                return "; the right numbers are a part of it, and there are rows or columns beyond"
            return difference(larger, "larger")
    if got.size == expected.size and agree(got.ravel(), expected.ravel()).all():
        return "; the numbers are right and in the right order, and need a reshape"
    for axis in range(expected.ndim):
        for words, reduced in (("sum", expected.sum(axis)), ("mean", expected.mean(axis))):
            if got.shape == reduced.shape and agree(got, reduced).all():
                return f"; it is the {words} over axis {axis}"
    if got.ndim == 2 and expected.ndim == 2 and got.shape[0] == got.shape[1]:
        return "; it has an entry for each pair of positions, not of channels: A·Aᵀ, not AᵀA"
    return ""


def part_of(whole: Numbers, part: Numbers, spare: Sequence[int]) -> str:
    """Say where in an array another one is found; nothing if nowhere."""
    for start in np.ndindex(*(n + 1 for n in spare)):
        window = whole[tuple(slice(s, s + n) for s, n in zip(start, part.shape, strict=True))]
        if agree(window, part).all():
            if list(start[:2]) == [1, 1] and list(spare[:2]) == [2, 2]:
                return (
                    "; its numbers are right, but the border is missing: without padding "
                    "it is smaller by a pixel on each side"
                )
            return "; its numbers are right, but the last row or column is missing"
    return ""


def difference(spare: Sequence[int], words: str) -> str:
    """Say by how much a shape is smaller or larger."""
    return f"; it is {words} by {', '.join(map(str, spare))} along its axes"


def unlike(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say how far off the numbers are, where nothing better is known."""
    wrong = [pair for pair in pairs if pair.fits and not pair.right]
    if not wrong:
        return
    shares, lengths, cosines = [], [], []
    for pair in wrong:
        shares.append(float(agree(pair.got, pair.expected).mean()))
        a, b = pair.got.ravel(), pair.expected.ravel()
        lengths.append(float(np.linalg.norm(a) / (np.linalg.norm(b) or 1.0)))
        product = float(np.linalg.norm(a) * np.linalg.norm(b)) or 1.0
        cosines.append(float(np.vdot(a, b)) / product)
    sentence = "These numbers look like no mistake that is known here."
    number = (
        f"{np.mean(shares):.0%} of the numbers are right; as long as "
        f"{np.mean(lengths):.3g} of the right ones, at an angle with the cosine "
        f"{np.mean(cosines):.3g}"
    )
    yield Finding(sentence, number, None, False, LAST)
