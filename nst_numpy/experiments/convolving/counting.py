"""Arrays that count the multiplications they take part in: put one in, and run the real code."""

from typing import Any

import numpy as np

from nst_numpy.arrays import Array


class Counted(np.ndarray[Any, Any]):
    """An array whose products, `np.multiply` and `np.matmul`, add their number to a tally.

    What comes out of a calculation is a plain array; a view or an element counts on.
    """

    tally: list[int]

    def __array_finalize__(self, parent: Any) -> None:
        self.tally = getattr(parent, "tally", [])

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        return found if isinstance(found, Counted) else counted(np.asarray(found), self.tally)

    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **options: Any) -> Any:
        plain = [np.asarray(x) for x in inputs]
        result = getattr(ufunc, method)(*plain, **options)
        if ufunc is np.multiply:
            self.tally.append(np.size(result))
        if ufunc is np.matmul:  # each number of the result is a sum of so many products
            self.tally.append(np.size(result) * plain[0].shape[-1])
        return result


def counted(a: Array, tally: list[int]) -> Any:
    """Return the same array, but one that counts."""
    watched = a.view(Counted)
    watched.tally = tally
    return watched
