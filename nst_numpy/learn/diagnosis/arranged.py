"""Whether the right numbers stand in another order: turned, transposed, moved, reshaped."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import permutations

import numpy as np

from nst_numpy.learn.diagnosis.changes import reordered
from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, agree, factor
from nst_numpy.learn.diagnosis.factors import name_of, signed
from nst_numpy.learn.diagnosis.finding import SIMPLE, TIMES, WEAK, Finding

AXES = {
    3: ("rows (n_H, upside down)", "columns (n_W, left to right)", "channels (n_C)"),
    2: ("rows", "columns"),
    1: ("numbers",),
}


def orders(shape: tuple[int, ...]) -> dict[str, Callable[[Numbers], Numbers]]:
    """Return the ways of putting an array of this shape in another order that have a name."""
    names = AXES.get(len(shape), tuple(f"axis {n}" for n in range(len(shape))))
    found: dict[str, Callable[[Numbers], Numbers]] = {}
    for axis, name in enumerate(names):
        found[f"its {name} are turned around"] = partial(np.flip, axis=axis)
    if len(shape) == 3:
        found["rows and columns are both turned around, by 180°"] = lambda x: x[::-1, ::-1]
        found["all three axes are turned around"] = lambda x: x[::-1, ::-1, ::-1]
    for order in list(permutations(range(len(shape))))[1:]:
        words = f"it is transposed, its axes in the order {order}"
        found[words] = partial(np.transpose, axes=order)
        words = f"it is reshaped without a transpose (its axes were in the order {order})"
        found[words] = partial(laid_out, order=order)
        words = f"it is reshaped to axes in the order {order}, and transposed back after that"
        found[words] = partial(reordered, order=order)
    return found


def laid_out(x: Numbers, order: tuple[int, ...]) -> Numbers:
    """Return the numbers in the order of other axes, in the old shape."""
    return np.transpose(x, order).reshape(x.shape)


def other_order(
    pairs: Sequence[Pair], bases: Sequence[Numbers], what: str = ""
) -> Iterator[Finding]:
    """Say if the right numbers are there, up to a factor, in an order that has a name."""
    for words, function in orders(pairs[0].expected.shape).items():
        ks = []
        for base, pair in zip(bases, pairs, strict=True):
            try:
                ks.append(factor(function(base), pair.got))
            except ValueError:  # an order of another number of axes
                ks.append(None)
        if any(k is None for k in ks):
            continue
        name = name_of([k for k in ks if k is not None], pairs)
        if name is None:
            continue
        times = f", and all is {name} times what it should be{signed(name)}"
        sentence = f"It looks like the right numbers in another order: {words}"
        if name == "1":
            yield Finding(f"{sentence}.", in_order(pairs), None, True, SIMPLE)
        else:
            yield Finding(
                f"Two causes at once: {sentence[0].lower()}{sentence[1:]}{times}.",
                in_order(pairs),
                None,
                True,
                TIMES,
            )
    yield from permuted(pairs, bases)
    yield from moved(pairs, bases)
    if all(same_numbers(base, pair.got) for base, pair in zip(bases, pairs, strict=True)):
        sentence = "It looks like the right numbers, all of them, in another order."
        yield Finding(sentence, in_order(pairs), None, True, WEAK)


def in_order(pairs: Sequence[Pair]) -> str:
    """Return the number of numbers that were found again."""
    return f"all {sum(pair.got.size for pair in pairs)} numbers, in {len(pairs)} calls"


def same_numbers(base: Numbers, got: Numbers) -> bool:
    """Say whether two arrays hold the same numbers, in any order."""
    one, other = np.sort(base.ravel()), np.sort(got.ravel())
    return base.size > 3 and bool(agree(one, other).all()) and bool(np.ptp(one) > 0)


def permuted(pairs: Sequence[Pair], bases: Sequence[Numbers]) -> Iterator[Finding]:
    """Say if the slices along one axis are the right ones in another order."""
    for axis in range(pairs[0].expected.ndim):
        found = []
        for base, pair in zip(bases, pairs, strict=True):
            if base.ndim <= axis:
                return
            right, got = np.moveaxis(base, axis, 0), np.moveaxis(pair.got, axis, 0)
            rows = [[n for n, x in enumerate(right) if agree(x, one).all()] for one in got]
            if any(len(row) != 1 for row in rows):
                break
            found.append(tuple(row[0] for row in rows))
        if len(found) < len(pairs):
            continue
        if any(order == tuple(range(len(order))) or order[::-1] == tuple(range(len(order)))
               for order in found):  # fmt: skip
            continue
        name = ("rows", "columns", "channels")[axis] if len(AXES) >= axis else f"axis {axis}"
        sentence = f"It looks like the right {name} in another order: {found[0]}"
        yield Finding(f"{sentence}, counted from 0.", in_order(pairs), None, True, SIMPLE)


def moved(pairs: Sequence[Pair], bases: Sequence[Numbers]) -> Iterator[Finding]:
    """Say if the picture is moved by some pixels."""
    if pairs[0].expected.ndim != 3:
        return
    steps = range(-2, 3)
    for down in steps:
        for right in steps:
            if (down, right) != (0, 0) and all(
                overlap(base, pair.got, down, right)
                for base, pair in zip(bases, pairs, strict=True)
            ):
                words = f"{abs(down)} down" if down > 0 else f"{abs(down)} up"
                across = f"{abs(right)} to the right" if right > 0 else f"{abs(right)} to the left"
                words = " and ".join(w for w, n in ((words, down), (across, right)) if n)
                sentence = f"It looks like the right picture, moved by a pixel or two: {words}."
                yield Finding(sentence, in_order(pairs), None, True, SIMPLE)


def overlap(base: Numbers, got: Numbers, down: int, right: int) -> bool:
    """Say whether got[i, j] = base[i - down, j - right] wherever both are inside."""
    n_H, n_W, _ = base.shape
    if min(n_H - abs(down), n_W - abs(right)) < 2:
        return False
    there = got[max(down, 0) : n_H + min(down, 0), max(right, 0) : n_W + min(right, 0)]
    here = base[max(-down, 0) : n_H + min(-down, 0), max(-right, 0) : n_W + min(-right, 0)]
    return bool(agree(here, there).all()) and bool(here.any())
