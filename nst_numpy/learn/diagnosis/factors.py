"""Which factor it is, and what it is called in the formula."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Pair

CONSTANTS = (1, 2, 4, 255, 3, 8, 9, 16)
RAISED = {2: "²", 3: "³", 4: "⁴"}


def symbols(pair: Pair) -> dict[str, float]:
    """Return the numbers that a factor may be made of: the sides, and the inputs that are numbers.

    The sides are those of the last input with three axes, or of the result.
    """
    found: dict[str, float] = {}
    shapes = [x.shape for x in pair.arrays().values() if x.ndim == 3]
    shapes += [x for x in pair.seen.inputs if isinstance(x, tuple) and len(x) == 3]
    shapes += [pair.expected.shape] if pair.expected.ndim == 3 else []
    shapes = [shape for shape in shapes if all(isinstance(n, int) for n in shape)]
    if shapes:
        found |= zip(("n_H", "n_W", "n_C"), map(float, shapes[0]), strict=True)
        if pair.names[:2] == ("a_S", "a_G") and len(shapes) > 1:
            found |= zip(("n_H", "n_W", "n_C"), map(float, shapes[1]), strict=True)
    for name, value in pair.inputs.items():
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            found[name] = float(value)
    return found


def products(ks: Sequence[float], pairs: Sequence[Pair]) -> Iterator[tuple[int, str]]:
    """Yield (how complicated, name) of all products of symbols that are these factors."""
    tables = [symbols(pair) for pair in pairs]
    names = [name for name in tables[0] if all(name in table for table in tables)]
    most = {"n_H": 2, "n_W": 2, "n_C": 4}
    powers = [range(-most.get(name, 2), most.get(name, 2) + 1) for name in names]
    logs = np.log([[table[name] for name in names] for table in tables]).reshape(len(pairs), -1)
    wanted = np.log(np.abs(ks))
    sign = "-" if ks[0] < 0 else ""
    grid = np.array(list(itertools.product(*powers)), float).reshape(-1, len(names))
    values = grid @ logs.T  # one row for each product, one column for each call
    for above, below in itertools.product(CONSTANTS, CONSTANTS):
        if above != 1 and below != 1:
            continue
        near = np.abs(values + np.log(above / below) - wanted).max(1) < 1e-8
        for exponents in grid[near]:
            weight = int(np.abs(exponents).sum() * 2) + 2 * (above * below != 1)
            yield weight, sign + written(names, exponents, above, below)


def written(names: Sequence[str], exponents: Sequence[float], above: int, below: int) -> str:
    """Write a product of powers as one would by hand: ``n_H·n_W / (4·n_C²)``."""
    over: list[str] = []
    under: list[str] = []
    for name, exponent in zip(names, exponents, strict=True):
        if exponent:
            power = name + RAISED.get(abs(int(exponent)), "")
            (over if exponent > 0 else under).append(power)
    over = ([str(above)] if above != 1 else []) + over
    under = ([str(below)] if below != 1 else []) + under
    top, bottom = "·".join(over) or "1", "·".join(under)
    if not bottom:
        return top
    return f"{top}/({bottom})" if len(under) > 1 else f"{top}/{bottom}"


def plain(k: float) -> str:
    """Write a number, as a fraction where it is one."""
    fraction = Fraction(k).limit_denominator(1000)
    if abs(float(fraction) - k) < 1e-9 * abs(k):
        return str(fraction)
    return f"{k:.6g}"


def name_of(ks: Sequence[float], pairs: Sequence[Pair]) -> str | None:
    """Return the name of a factor that was k[n] in call n; None if it has none.

    NaN stands where any factor would do.
    """
    known = [(k, pair) for k, pair in zip(ks, pairs, strict=True) if np.isfinite(k) and k]
    if not known:
        return None
    ks, pairs = [k for k, _ in known], [pair for _, pair in known]
    constant = np.ptp(ks) <= 1e-8 * abs(ks[0])
    if constant and (len(ks) > 1 or pairs[0].got.size > 1):
        return plain(ks[0])
    if len(ks) < 2 or len({np.sign(k) for k in ks}) > 1:
        return None
    best = sorted(set(products(ks, pairs)))
    simplest = [name for weight, name in best if weight == best[0][0]]
    return " or ".join(simplest[:3]) if best else None


def divided_by(ks: Sequence[float], pairs: Sequence[Pair], bases: Sequence[np.ndarray]) -> str:
    """Say whether the factor is one that the result itself makes: its length, say."""
    measures: dict[str, Callable[[np.ndarray], Any]] = {
        "its length, √Σ(·)²": np.linalg.norm,
        "its largest number": lambda x: np.abs(x).max(),
        "its mean size": lambda x: np.abs(x).mean(),
        "its root mean square": lambda x: np.sqrt(np.mean(np.square(x))),
    }
    for words, measure in measures.items():
        products = [k * float(measure(base)) for k, base in zip(ks, bases, strict=True)]
        if len(products) > 1 and np.ptp(products) <= 1e-8 * abs(products[0]):
            times = "" if abs(products[0] - 1) < 1e-8 else f" (and multiplied by {products[0]:g})"
            return words + times
    return ""


def signed(name: str) -> str:
    """Say that a factor turns the sign."""
    return " (its sign is turned)" if name.startswith("-") else ""
