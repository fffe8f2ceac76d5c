"""Places that have a name: the border, odd sides, ties, where the ReLU is off; as masks."""

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Pair, Where


def regions(pair: Pair) -> dict[str, Where]:
    """Return the places that have a name, each as a mask of the result."""
    shape = pair.expected.shape
    found: dict[str, Where] = {}
    if len(shape) == 3:
        found |= of_squares(pair, shape) | of_picture(shape)
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


def of_picture(shape: tuple[int, ...]) -> dict[str, Where]:
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
    for number in range(n_C if n_C <= 8 else 0):
        found[f"in channel {number}"] = k == number
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
        if not inside.all():
            found["in the last row or column of an odd side, which the pool drops"] = ~inside
        number = 2 * (i % 2) + j % 2
        for n, corner in enumerate(corners):
            found[f"at the {corner} pixel of each square"] = inside & (number == n)
            others = f"at the three pixels of each square that are not {corner}"
            found[others] = inside & (number != n)
        if (x := pair.inputs.get("winner")) is not None:
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
