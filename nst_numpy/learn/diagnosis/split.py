"""Whether it is right in parts: in what one input adds, or in one pixel of a pool's squares."""

from collections.abc import Iterator, Sequence

import numpy as np

from nst_numpy.learn.diagnosis.asif import right_of
from nst_numpy.learn.diagnosis.comparing import Numbers, Pair
from nst_numpy.learn.diagnosis.factors import name_of, signed
from nst_numpy.learn.diagnosis.finding import KNOWN_TIMES, SIMPLE, Finding, same_in
from nst_numpy.learn.diagnosis.regions import of_pool
from nst_numpy.learn.diagnosis.sums import regression
from nst_numpy.learn.task import Task

CORNERS = ("top left", "top right", "bottom left", "bottom right")


def by_input(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Split the right result into what is left if an input is 0, and what that input adds.

    Where the function is linear in the input, a factor of either part can be told.
    """
    for n, name in enumerate(pairs[0].names[: len(pairs[0].seen.inputs)]):
        fits = []
        for pair in pairs:
            inputs = list(pair.seen.inputs)
            if not isinstance(inputs[n], np.ndarray) or inputs[n].dtype.kind != "f":
                break
            inputs[n] = np.zeros_like(inputs[n])
            rest = right_of(task, pair, inputs)
            if rest is None or not rest.any():
                break
            fits.append(regression([rest, pair.expected - rest], pair.got))
        if len(fits) < len(pairs) or any(fit is None for fit in fits):
            continue
        rests, owns = (named([fit[k] for fit in fits if fit], pairs) for k in (0, 1))
        if rests is None or owns is None or rests == owns:
            continue
        does = [
            f"what comes from {name} is {times(owns)}" if owns != "1" else "",
            f"what does not come from {name} is {times(rests)}" if rests != "1" else "",
        ]
        sentence = f"It is right but for a factor in one part: {', and '.join(filter(None, does))}."
        number = same_in(pairs)
        rank = SIMPLE if "1" in (rests, owns) else KNOWN_TIMES
        yield Finding(sentence, number, None, True, rank)


def named(ks: Sequence[float], pairs: Sequence[Pair]) -> str | None:
    """Return the name of a factor, which may be 0."""
    return "0" if not any(ks) else name_of(ks, pairs) if all(ks) else None


def times(name: str) -> str:
    """Say what a factor does."""
    if name == "0":
        return "missing"
    return f"{name} times what it should be{signed(name)}"


def by_corner(pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say which pixel of each square got what belongs to another, where a pool leads back."""
    if pairs[0].expected.ndim != 3 or not all(of_pool(pair) for pair in pairs):
        return
    rights = np.concatenate([corners(pair.expected) for pair in pairs], 1)
    gots = np.concatenate([corners(pair.got) for pair in pairs], 1)
    words, fits = [], []
    for n, corner in enumerate(CORNERS):
        fit = regression(list(rights), gots[n])
        if fit is None:
            return
        fits.append(fit)
        if np.allclose(fit, np.eye(4)[n]):
            continue
        belongs = [f"{k:.3g} · {CORNERS[m]}" if abs(k - 1) > 1e-9 else CORNERS[m]
                   for m, k in enumerate(fit) if k]  # fmt: skip
        found = f"what belongs to {' and '.join(belongs)}" if belongs else "0"
        words.append(f"at the {corner} stands {found}")
    a_factor = np.allclose(fits, fits[0][0] * np.eye(4))  # each has its own number, times it
    if words and not a_factor:
        sentence = f"The pixels of each square got each other's numbers: {'; '.join(words)}."
        number = same_in(pairs)
        yield Finding(sentence, number, None, True, SIMPLE)


def corners(x: Numbers) -> Numbers:
    """Return the four pixels of all squares, a row for each."""
    n_H, n_W = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    return np.stack([x[p:n_H:2, q:n_W:2].ravel() for p in (0, 1) for q in (0, 1)])
