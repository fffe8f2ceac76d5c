"""Whether it is the right result and something besides: a constant, an input, another function."""

from collections.abc import Iterator, Sequence

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, agree
from nst_numpy.learn.diagnosis.factors import name_of, plain, signed
from nst_numpy.learn.diagnosis.finding import FORMULA, SIMPLE, WEAK, Finding, same_in
from nst_numpy.vgg_input import MEAN_BGR


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
        steps = all(abs(sum(fit) - 1) < 1e-9 for fit in fits if fit is not None)
        if a is None or (b is None and not steps):
            continue
        number = same_in(pairs)
        if a == "1" and name == "a constant":
            sentence = f"It looks like the right result and {b} everywhere: a constant was added."
            yield Finding(sentence, number, None, True, SIMPLE)
        elif a == "1" and b is not None:
            sentence = f"It looks like the right result {besides(b, name)}: {said(b, name)}."
            yield Finding(sentence, number, None, True, SIMPLE)
        elif steps and name in ("x", "bias", "mean"):
            sentence = f"All but {name} is {a} times what it should be{signed(a)}."
            yield Finding(sentence, number, None, True, SIMPLE)
        elif b is None:
            continue
        else:
            sentence = f"It looks like a sum: {a} times the right result, {besides(b, name)}."
            yield Finding(sentence, number, None, True, FORMULA)


def besides(b: str, name: str) -> str:
    """Say in words that a multiple of an input was added: b times."""
    words = "less" if b.startswith("-") else "and"
    k = b.removeprefix("-")
    return f"{words} {name}" if k == "1" else f"{words} {k}·{name}"


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
    tables = [powers_of_inputs(pair) for pair in pairs]
    names = [name for name in tables[0] if all(name in table for table in tables)]
    telling = [n for n, table in enumerate(tables) if all(table[name].any() for name in names)]
    others = [(pairs[n], tables[n]) for n in range(len(pairs)) if n not in telling]
    pairs, tables = [pairs[n] for n in telling], [tables[n] for n in telling]
    if not pairs:
        return
    for chosen in [[name] for name in names] + ([names] if 1 < len(names) < 7 else []):
        ours = [
            regression([t[x] for x in chosen], p.got) for t, p in zip(tables, pairs, strict=True)
        ]
        if any(fit is None for fit in ours):
            continue
        words = worded(ours, chosen, pairs)
        if words is None:
            continue
        right = [
            regression([t[x] for x in names], p.expected)
            for t, p in zip(tables, pairs, strict=True)
        ]
        should = None if any(fit is None for fit in right) else worded(right, names, pairs)
        asked = f"; asked for is {should}" if should else ""
        sentence = f"It looks like {words}{asked}."
        number = same_in(pairs)
        every = all(fits(ours[0], [table[x] for x in chosen], p.got) for p, table in others)
        yield Finding(sentence, number, None, every, SIMPLE if should else FORMULA)
        return


def fits(fit: tuple[float, ...] | None, bases: Sequence[Numbers], got: Numbers) -> bool:
    """Say whether a sum with these coefficients is the result in another call, too."""
    total = sum((k * base for k, base in zip(fit or (), bases, strict=True)), np.zeros(got.shape))
    return bool(agree(total, got).all())


def powers_of_inputs(pair: Pair) -> dict[str, Numbers]:
    """Return what the result may be a sum of: inputs, a square, the four quarters of a pool."""
    found = {name: x for name, x in pair.arrays().items() if x.shape == pair.got.shape}
    if "gradient" in found:
        found["gradient²"] = np.square(found["gradient"])
    for name, x in pair.arrays().items():
        if x.ndim != 3 or pair.got.ndim != 3:
            continue
        n_H, n_W = x.shape[0] // 2, x.shape[1] // 2
        if (n_H, n_W) == pair.got.shape[:2] and min(n_H, n_W) > 0:
            even = x[: 2 * n_H, : 2 * n_W]
            for n, corner in enumerate(("top left", "top right", "bottom left", "bottom right")):
                found[f"{name} {corner}"] = even[n // 2 :: 2, n % 2 :: 2]
    return found


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
    return " + ".join(terms).replace("+ -1·", "- ").replace("+ -", "- ") or None


def channel_by_channel(
    pairs: Sequence[Pair], bases: Sequence[Numbers], what: str = ""
) -> Iterator[Finding]:
    """Say if each channel has a factor, or a constant, of its own."""
    if pairs[0].expected.ndim != 3:
        return
    factors, constants = set(), []
    for pair, whole in zip(pairs, bases, strict=True):
        for n in range(whole.shape[2]):
            base, got = whole[:, :, n], pair.got[:, :, n]
            fit = regression([base, np.ones(base.shape)], got)
            if fit is None:
                return
            factors.add(plain(round(fit[0], 9)))
            if pair is pairs[0]:
                constants.append(f"{fit[1]:.6g}")
    if factors == {"1"} and not what:
        sentence = "It is right but for a constant in each channel, added or subtracted: "
        yield Finding(f"{sentence}{', '.join(constants)}.", "no number besides", None, True, SIMPLE)
        return
    sentence = (
        f"{what}Each channel is right but for a factor and a constant of its own: "
        f"factors {', '.join(sorted(factors)[:4])}, constants {', '.join(constants[:4])}."
    )
    yield Finding(sentence, "no number besides", None, True, WEAK)
