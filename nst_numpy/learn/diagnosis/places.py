"""Where the numbers are right and where they are not: the border, odd sides, ties, ReLU off."""

from collections.abc import Iterator, Sequence

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, Where, agree, factor, usual_factor
from nst_numpy.learn.diagnosis.factors import name_of, plain, signed
from nst_numpy.learn.diagnosis.finding import SIMPLE, TWO, Finding
from nst_numpy.learn.diagnosis.regions import regions


def where(
    bases: Sequence[Numbers], pairs: Sequence[Pair], ks: Sequence[float]
) -> Iterator[tuple[float, str, list[Where]]]:
    """Yield the named places outside which got = k·base, with how much of them is wrong."""
    wrong = [~agree(k * base, pair.got) for k, base, pair in zip(ks, bases, pairs, strict=True)]
    tables = [regions(pair) for pair in pairs]
    for name in dict.fromkeys(name for table in tables for name in table):
        if not all(name in table for table, bad in zip(tables, wrong, strict=True) if bad.any()):
            continue
        masks = [
            table.get(name, np.zeros(base.shape, bool))
            for table, base in zip(tables, bases, strict=True)
        ]
        if any((bad & ~mask).any() for bad, mask in zip(wrong, masks, strict=True)):
            continue
        elsewhere = sum(
            int((base[~mask] != 0).sum()) for base, mask in zip(bases, masks, strict=True)
        )
        whole_numbers = all((base == np.round(base)).all() for base in bases)  # a mask, winners
        if not whole_numbers and elsewhere < 0.1 * sum(np.count_nonzero(base) for base in bases):
            continue  # right elsewhere, where all is 0 anyway: that says nothing
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
        found = sorted(where(bases, pairs, ks), key=how_telling)
        if not found:
            continue
        density, place, masks = found[0]
        if density < 0.5:
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


def how_telling(found: tuple[float, str, list[Where]]) -> tuple[float, bool]:
    """Sort first what is wrong all over, and a place before a property of the result."""
    density, place, _ = found
    return -round(density, 2), "the right result" in place


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
                return f"; there it is {name if plain(k) == '1' else f'{plain(k)}·{name}'}"
    return ""
