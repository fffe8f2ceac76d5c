"""What the calls with wrong numbers have in common, and the others do not have."""

from collections.abc import Sequence

from nst_numpy.learn.diagnosis.comparing import Pair
from nst_numpy.learn.diagnosis.shapes import sides


def only_for(pairs: Sequence[Pair]) -> str:
    """Say what the calls with wrong numbers have in common that the others do not have."""
    wrong = [not pair.right for pair in pairs]
    if all(wrong):
        return ""
    marks: dict[str, list[bool]] = {}
    for n, pair in enumerate(pairs):
        n_H, n_W = (*sides(pair), 0, 0)[:2]
        known = {
            "where a side is odd": bool(n_H % 2 or n_W % 2),
            "where n_H is odd": bool(n_H % 2),
            "where n_W is odd": bool(n_W % 2),
            "where n_H ≠ n_W": n_H != n_W,
            "where n_H > n_W": n_H > n_W,
            "where n_W > n_H": n_W > n_H,
            "where two inputs have different sizes": different_sizes(pair),
        }
        for about in {other.seen.about for other in pairs} - {""}:
            known[f"with “{about}”"] = pair.seen.about == about
            known[f"but not with “{about}”"] = pair.seen.about != about
        for words, holds in known.items():
            marks.setdefault(words, [False] * len(pairs))[n] = holds
    exact = [words for words, holds in marks.items() if holds == wrong]
    return min(exact, key=lambda words: "where" in words, default="")


def different_sizes(pair: Pair) -> bool:
    """Say whether the inputs with three axes differ in n_H or n_W."""
    return len({x.shape[:2] for x in pair.arrays().values() if x.ndim == 3}) > 1
