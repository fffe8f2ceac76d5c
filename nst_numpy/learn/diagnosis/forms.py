"""What a result is, before its numbers count: nothing, of another kind or dtype; input changed."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Pair, agree, numbers, parts, same, several
from nst_numpy.learn.diagnosis.finding import FORM, KNOWN, LAST, SIMPLE, WEAK, Finding
from nst_numpy.learn.task import Seen


def kind(value: Any) -> str:
    """Say in words what something is."""
    if isinstance(value, np.ndarray):
        return f"an array of the shape {value.shape}" if value.ndim else "an array of one number"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, Mapping):
        return f"a dict with {', '.join(map(str, value)) or 'nothing'}"
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


def exchanged(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Say if several results are the right ones, in another order."""
    count = len(parts(seen[0].expected))
    if not 1 < count < 5 or any(len(parts(one.got)) != count for one in seen):
        return
    if any(same(one.got, one.expected) for one in seen):
        return
    for order in list(permutations(range(count)))[1:]:
        if all(
            same(parts(one.got)[place], part)
            for one in seen
            for place, part in zip(order, parts(one.expected), strict=True)
        ):
            sentence = "The results are the right ones, and come back in another order."
            yield Finding(sentence, f"in {len(seen)} calls", None, True, KNOWN)
            return


def alike(got: Any, expected: Any) -> bool:
    """Say whether two results can be compared number by number."""
    if isinstance(expected, tuple | list):
        ours = type(got) is type(expected) and len(got) == len(expected)
        return ours and all(map(alike, got, expected))
    if isinstance(expected, Mapping):
        ours = isinstance(got, Mapping) and got.keys() == expected.keys()
        return ours and all(alike(got[key], expected[key]) for key in expected)
    if numbers(expected) is None:
        return type(got) is type(expected)
    return numbers(got) is not None and (np.ndim(got) > 0) == (np.ndim(expected) > 0)


def ordinal(n: int) -> str:
    """Return "first" for 0, and so on."""
    words = ("first", "second", "third", "fourth", "fifth")
    return words[n] if n < len(words) else f"{n + 1}th"


def label(value: Any, n: int) -> str:
    """Return what one of several results is called."""
    if isinstance(value, Mapping) and len(value) == len(parts(value)):
        return f"the result at {list(value)[n]}"
    return f"the {ordinal(n)} of {len(parts(value))} results"


def other_words(seen: Sequence[Seen]) -> Iterator[Finding]:
    """Say if a result that is no number (a word, say) is another."""
    bad = [
        (got, expected)
        for one in seen
        for got, expected in zip(parts(one.got), parts(one.expected), strict=True)
        if numbers(expected) is None and not same(got, expected)
    ]
    if bad:
        pairs = sorted({f"{got!r} for {expected!r}"[:60] for got, expected in bad})
        number = f"{len(bad)} times in {len(seen)} calls"
        yield Finding(f"It returns {', '.join(pairs)}.", number, None, False, WEAK)


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
            which = f" of {label(seen[0].expected, n)}" if several(seen[0].expected) else ""
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


def unlike(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say how far off the numbers are, where nothing better is known."""
    wrong = [pair for pair in pairs if pair.fits and not pair.right]
    if not wrong:
        return
    worst = max(
        float(np.abs(pair.got - pair.expected).max() / (np.abs(pair.expected).max() or 1.0))
        for pair in wrong
    )
    if worst < 1e-4:
        sentence = (
            f"It is right to {int(-np.log10(worst))} digits: something small is otherwise, an ε "
            "in another place, say, or numbers that were float32 on the way."
        )
        yield Finding(sentence, f"largest difference {worst:.1e}", None, False, WEAK)
        return
    shares, lengths, cosines = [], [], []
    for pair in wrong:
        shares.append(float(agree(pair.got, pair.expected).mean()))
        a, b = pair.got.ravel(), pair.expected.ravel()
        lengths.append(float(np.linalg.norm(a) / (np.linalg.norm(b) or 1.0)))
        product = float(np.linalg.norm(a) * np.linalg.norm(b)) or 1.0
        cosines.append(float(np.vdot(a, b)) / product)
    sentence = "These numbers look like no mistake that is known here."
    if not wrong[0].got.ndim:
        values = [f"{float(pair.got):.6g} for {float(pair.expected):.6g}" for pair in wrong[:3]]
        yield Finding(sentence, "; ".join(values), None, False, LAST)
        return
    number = (
        f"{np.mean(shares):.0%} of the numbers are right; as long as "
        f"{np.mean(lengths):.3g} of the right ones, at an angle with the cosine "
        f"{np.mean(cosines):.3g}"
    )
    yield Finding(sentence, number, None, False, LAST)
