"""How a shape is wrong, and what the numbers have to do with the right ones."""

from collections.abc import Iterator, Sequence
from itertools import permutations

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, agree
from nst_numpy.learn.diagnosis.finding import FORM, Finding


def wrong_shape(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say how a shape is wrong, and what the numbers have to do with the right ones."""
    bad = [pair for pair in pairs if not pair.fits]
    if not bad:
        return
    ways = [way(pair.got, pair.expected) for pair in bad]
    if pairs[0].got.ndim == 2 and all(np.ptp(p.got.shape) == 0 and not p.fits for p in pairs):
        ways = ["; it has an entry for each pair of positions, not of channels: A·Aᵀ, not AᵀA"]
    words = ways[0] if len(set(ways)) == 1 else ""
    odd = ""
    if all(any(n % 2 for n in sides(pair)) for pair in bad) and len(bad) < len(pairs):
        odd = " for odd sides"
    sentence = f"The shape is wrong{odd}: {bad[0].got.shape}, asked for is {bad[0].expected.shape}"
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
        second = got[::2, ::2][: expected.shape[0], : expected.shape[1]] if got.ndim == 3 else got
        if second.shape == expected.shape and agree(second, expected).all():
            return "; every second of its rows and columns is right: the step is 2, not 1"
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
            return "; its numbers are right, but rows or columns are missing"
    return ""


def difference(spare: Sequence[int], words: str) -> str:
    """Say by how much a shape is smaller or larger."""
    return f"; it is {words} by {', '.join(map(str, spare))} along its axes"
