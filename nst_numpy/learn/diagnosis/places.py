"""Where the numbers are right and where they are not: the border, odd sides, ties, ReLU off, …"""

from collections.abc import Iterator, Sequence

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, Where, agree, factor, usual_factor
from nst_numpy.learn.diagnosis.factors import name_of, plain
from nst_numpy.learn.diagnosis.finding import SIMPLE, TWO, Finding


def regions(pair: Pair) -> dict[str, Where]:
    """Return the places that have a name, each as a mask of the result."""
    shape = pair.expected.shape
    found: dict[str, Where] = {}
    if len(shape) == 3:
        found |= of_picture(pair, shape)
    if len(shape) == 2 and shape[0] == shape[1]:
        i, j = np.indices(shape)
        found |= {
            "on the diagonal": i == j,
            "off the diagonal": i != j,
            "below the diagonal": i > j,
            "above the diagonal": i < j,
        }
    for name, value in pair.inputs.items():
        if isinstance(value, np.ndarray) and value.shape == shape:
            if value.dtype == bool:
                found[f"where {name} is False (there the ReLU is off)"] = ~value
                found[f"where {name} is True (there the ReLU is on)"] = value
            else:
                found[f"where {name} is negative"] = value < 0
                found[f"where {name} is positive"] = value > 0
                found[f"where {name} is 0"] = value == 0
                found[f"where {name} is not positive"] = value <= 0
                found[f"where {name} is more than 1"] = value > 1
                found[f"where {name} is outside -1 to 1"] = np.abs(value) > 1
    found["where the right result is negative"] = pair.expected < 0
    found["where the right result is positive"] = pair.expected > 0
    found["where the right result is 0"] = pair.expected == 0
    found["where the right result is more than 1"] = pair.expected > 1
    found["where the right result is outside 0 to 1"] = (pair.expected < 0) | (pair.expected > 1)
    found["where the right result is outside 0 to 255"] = (pair.expected < 0) | (
        pair.expected > 255
    )
    return found


def of_picture(pair: Pair, shape: tuple[int, ...]) -> dict[str, Where]:
    """Return the places of a result with three axes."""
    n_H, n_W, n_C = shape
    i, j, k = np.indices(shape)
    first_row, last_row, first_column, last_column = i == 0, i == n_H - 1, j == 0, j == n_W - 1
    found = {
        "in the first row": first_row,
        "in the last row": last_row,
        "in the first column": first_column,
        "in the last column": last_column,
        "in the first row and the first column, at the border": first_row | first_column,
        "in the last row and the last column, at the border": last_row | last_column,
        "in the first and the last row, at the border": first_row | last_row,
        "in the first and the last column, at the border": first_column | last_column,
        "at the border": first_row | last_row | first_column | last_column,
        "inside, away from the border": ~(first_row | last_row | first_column | last_column),
        "beyond the square: in rows from n_W on, in columns from n_H on": (i >= n_W) | (j >= n_H),
        "two pixels wide along the border": (np.minimum(i, n_H - 1 - i) < 2)
        | (np.minimum(j, n_W - 1 - j) < 2),
    }
    if (n_H % 2 or n_W % 2) and of_pool(pair):
        odd = np.zeros(shape, bool)
        odd[n_H // 2 * 2 :], odd[:, n_W // 2 * 2 :] = True, True
        found["in the last row or column of an odd side, which the pool drops"] = odd
    for number in range(n_C if n_C <= 8 else 0):
        found[f"in channel {number}"] = k == number
    found |= of_squares(pair, shape)
    return found


def of_pool(pair: Pair) -> bool:
    """Say whether the result is twice as large as an input: the way back of a pool."""
    n_H, n_W, _ = pair.expected.shape
    return any(x.shape[:2] == (n_H // 2, n_W // 2) for x in pair.arrays().values() if x.ndim == 3)


def of_squares(pair: Pair, shape: tuple[int, ...]) -> dict[str, Where]:
    """Return the places that a pool knows: on the way down squares of pixels, on the way up one."""
    n_H, n_W, _ = shape
    found: dict[str, Where] = {}
    corners = ("top left", "top right", "bottom left", "bottom right")
    if of_pool(pair):
        i, j, _ = np.indices(shape)
        inside = (i < n_H // 2 * 2) & (j < n_W // 2 * 2)
        number = 2 * (i % 2) + j % 2
        for n, corner in enumerate(corners):
            found[f"at the {corner} pixel of each square"] = inside & (number == n)
            found[f"but at the {corner} pixel of each square"] = inside & (number != n)
        for x in (x for name, x in pair.inputs.items() if name == "winner"):
            large = np.full(shape, 255)
            large[: n_H // 2 * 2, : n_W // 2 * 2] = x.repeat(2, 0).repeat(2, 1)
            found["at the winner of each square"] = inside & (number == large)
            found["at the three that are no winner"] = inside & (number != large)
            for n, corner in enumerate(corners):
                found[f"in squares whose winner is {n} ({corner})"] = large == n
        return found
    for x in pair.arrays().values():
        if x.ndim == 3 and (x.shape[0] // 2, x.shape[1] // 2) == (n_H, n_W):
            even = x[: 2 * n_H, : 2 * n_W]
            four = np.stack([even[p::2, q::2] for p in (0, 1) for q in (0, 1)])
            largest = four.max(0)
            found["where the largest of the four is there twice (ties)"] = (four == largest).sum(
                0
            ) > 1
            found["where all four are negative"] = largest < 0
            found["where one of the four is negative"] = four.min(0) < 0
            for n, corner in enumerate(corners):
                found[f"in squares whose winner is {n} ({corner})"] = four.argmax(0) == n
            found["in squares whose winner is 1 or 2"] = np.isin(four.argmax(0), (1, 2))
    return found


def where(
    bases: Sequence[Numbers], pairs: Sequence[Pair], ks: Sequence[float]
) -> Iterator[tuple[float, str, list[Where]]]:
    """Yield the named places outside which got = k·base, with how much of them is wrong."""
    wrong = [
        ~agree(k * base, pair.got) for k, base, pair in zip(ks, bases, pairs, strict=True)
    ]
    tables = [regions(pair) for pair in pairs]
    for name in tables[0]:
        if not all(name in table for table, bad in zip(tables, wrong, strict=True) if bad.any()):
            continue
        masks = [
            table.get(name, np.zeros(base.shape, bool))
            for table, base in zip(tables, bases, strict=True)
        ]
        if any((bad & ~mask).any() for bad, mask in zip(wrong, masks, strict=True)):
            continue
        inside = sum(int(mask.sum()) for mask in masks)
        whole = sum(mask.size for mask in masks)
        bad_in = sum(int(bad.sum()) for bad in wrong)
        if bad_in and inside < 0.8 * whole:
            yield bad_in / inside, name, masks


def right_but(pairs: Sequence[Pair], bases: Sequence[Numbers], what: str) -> Iterator[Finding]:
    """Say where it is wrong, if elsewhere it is right, up to a factor.

    `what` says whose numbers the bases are: nothing for the right ones.
    """
    factors = [usual_factor(base, pair.got) for base, pair in zip(bases, pairs, strict=True)]
    usual = [k if share > 0.15 else 1.0 for k, share in factors]
    choices = [[1.0] * len(pairs)]
    if any(abs(k - 1) > 1e-7 for k in usual):
        choices.append(usual)
    for ks in choices:
        name = name_of(ks, pairs)
        if name is None:
            continue
        found = sorted(where(bases, pairs, ks), key=lambda item: -item[0])
        if not found:
            continue
        density, place, masks = found[0]
        if density < 0.2:
            continue
        does = there(pairs, bases, masks)
        number = f"{density:.0%} of the numbers there are wrong, elsewhere none"
        two = name != "1" or what
        start = "Two causes at once: " if two else ""
        times = f"all is {name} times what it should be{signed(name)}, and " if name != "1" else ""
        base = f"{what} And " if what else ""
        sentence = f"{start}{base}{times}it is wrong {place}{does}."
        if not two:
            sentence = f"It is right except {place}{does}."
        yield Finding(sentence, number, None, True, TWO + bool(what) if two else SIMPLE)


def signed(name: str) -> str:
    """Say that a factor turns the sign."""
    return " (its sign is turned)" if name.startswith("-") else ""


def there(pairs: Sequence[Pair], bases: Sequence[Numbers], masks: Sequence[Where]) -> str:
    """Say what is found in a place: 0, a multiple of the right numbers, or of an input."""
    got = np.concatenate([pair.got[mask] for pair, mask in zip(pairs, masks, strict=True)])
    base = np.concatenate([base[mask] for base, mask in zip(bases, masks, strict=True)])
    if not got.any():
        return "; there it is 0"
    if got.size > 1 and np.ptp(got) == 0:
        return f"; there it is always {got[0]:g}"
    if agree(got, np.abs(base)).all():
        return "; there the sign is lost"
    k = factor(base, got)
    if k is not None and np.isfinite(k):
        return f"; there it is {plain(k)} times what it should be{signed(plain(k))}"
    for name in pairs[0].arrays():
        values = [pair.arrays()[name] for pair in pairs]
        if all(x.shape == pair.got.shape for x, pair in zip(values, pairs, strict=True)):
            given = np.concatenate([x[mask] for x, mask in zip(values, masks, strict=True)])
            k = factor(given, got)
            if k is not None and np.isfinite(k):
                return f"; there it is {name} itself" + ("" if plain(k) == "1" else f" · {plain(k)}")
    return ""
