"""What else an input may be taken for: turned, cut, left out, counted twice, and so on."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from nst_numpy.learn.diagnosis.taps import of_mapping

Change = Callable[[Any], Any]


def changes(value: Any) -> dict[str, Change]:
    """Return the other things that an input may be taken for; ``{}`` stands for its name."""
    if isinstance(value, np.ndarray):
        return of_mask() if value.dtype == bool else of_array(value)
    if isinstance(value, bool):
        return {}
    if isinstance(value, int):
        return {
            "{} + 1 stood for {}": lambda n: n + 1,
            "{} - 1 stood for {}": lambda n: n - 1,
            "{} were always 0": lambda n: 0,
            "{} were always 1": lambda n: 1,
            "{} were always 2": lambda n: 2,
        }
    if isinstance(value, float):
        return {
            "{} were always 1 ({} is not used)": lambda x: 1.0,
            "{} were 0": lambda x: 0.0,
            "{} were twice as large": lambda x: 2 * x,
            "{} were half as large": lambda x: x / 2,
            "the sign of {} were turned": lambda x: -x,
            "1/{} stood for {}": lambda x: 1 / x,
            "{}² stood for {}": lambda x: x * x,
            "√{} stood for {}": lambda x: x**0.5,
        }
    if isinstance(value, Mapping):
        return of_mapping(value)
    if isinstance(value, tuple | list):
        return of_sequence(value)
    return {}


def of_mask() -> dict[str, Change]:
    """Return what a mask may be taken for."""
    return {
        "{} were inverted: the mask is the wrong way round": lambda x: ~x,
        "{} were True everywhere": np.ones_like,
        "{} were False everywhere": np.zeros_like,
    }


def of_array(value: np.ndarray) -> dict[str, Change]:
    """Return what an array may be taken for."""
    found: dict[str, Change] = {
        "{} were 0": np.zeros_like,
        "{} were 1 everywhere": np.ones_like,
        "the sign of {} were turned": lambda x: -x,
        "{} were counted twice": lambda x: 2 * x,
        "{} were multiplied by 255": lambda x: x * 255,
        "{} were divided by 255": lambda x: x / 255,
        "the absolute value of {} were taken first (its sign is lost)": np.abs,
        "only the sign of {} were taken (its size is lost)": np.sign,
        "{} were squared first": np.square,
        "{} were cut off at 0 first (what is negative becomes 0)": lambda x: np.maximum(x, 0),
        "{} were cut to 0 … 1 first": lambda x: np.clip(x, 0, 1),
        "{} were rounded first": np.round,
        "the mean of {} were subtracted first": lambda x: x - x.mean(),
        "{} were divided by its length first": lambda x: x / np.linalg.norm(x),
    }
    if value.dtype.kind in "iu":
        found |= of_winner()
    for axis, name in enumerate(axes(value)):
        found[f"{{}} were turned around along its {name} (flipped)"] = partial(np.flip, axis=axis)
        if 1 < value.shape[axis] <= 9:
            for which, place in (("first", 0), ("last", -1)):
                words = f"the {which} of the {name} of {{}} were left out"
                found[words] = partial(without, axis=axis, place=place)
            for step in (1, -1):
                words = f"the {name} of {{}} were moved by {step:+d}"
                found[words] = partial(np.roll, shift=step, axis=axis)
    if value.ndim == 3:
        found["each channel of {} were centred first (its mean subtracted)"] = centred
        for order in list(permutations(range(3)))[1:]:
            words = f"{{}} were unrolled or reshaped with its axes in the order {order}"
            found[f"{words}, without a transpose"] = partial(reordered, order=order)
    if value.ndim >= 3:
        found["height and width of {} were exchanged"] = lambda x: np.swapaxes(x, 0, 1)
        found["{} were turned by 180°"] = lambda x: x[::-1, ::-1]
        for which, place in (("first", 0), ("last", -1)):
            words = f"the {which} row and the {which} column of {{}} were left out"
            found[words] = partial(without_both, place=place)
        found["only the middle of {} counted"] = middle
    if value.ndim == 4:
        found["the channel axes of {} were exchanged"] = lambda x: np.swapaxes(x, 2, 3)
        found["the channel axes of {} were reshaped"] = lambda x: (
            np.swapaxes(x, 2, 3).reshape(x.shape)
        )
    return found


def of_winner() -> dict[str, Change]:
    """Return what the numbers 0 to 3 of a pool's winners may be taken for."""
    found: dict[str, Change] = {
        "1 and 2 were exchanged in {}: top right and bottom left": lambda x: np.array(
            [0, 2, 1, 3], x.dtype
        )[np.minimum(x, 3)],
        "3 - {} stood for {}": lambda x: (3 - x).astype(x.dtype),
        "{} were counted from 1 (one too large)": lambda x: (x + 1).astype(x.dtype),
        "{} were one too small": lambda x: (x - 1).astype(x.dtype),
    }
    for n, corner in enumerate(("top left", "top right", "bottom left", "bottom right")):
        found[f"{{}} were always {n}, the {corner} pixel"] = partial(np.full_like, fill_value=n)
    return found


def axes(value: np.ndarray) -> tuple[str, ...]:
    """Return the names of an array's axes."""
    if value.ndim == 4:
        return "kernel's rows", "kernel's columns", "input channels", "output channels"
    return ("rows", "columns", "channels")[: value.ndim] if value.ndim < 4 else ()


def without(x: np.ndarray, axis: int, place: int) -> np.ndarray:
    """Return a copy with zeros in one place along an axis."""
    copy: np.ndarray = np.array(x)
    np.moveaxis(copy, axis, 0)[place] = 0
    return copy


def without_both(x: np.ndarray, place: int) -> np.ndarray:
    """Return a copy with zeros in one place along each of the first two axes."""
    return without(without(x, 0, place), 1, place)


def centred(x: np.ndarray) -> Any:
    """Return each channel less its mean."""
    return x - x.mean((0, 1))


def reordered(x: Any, order: tuple[int, ...]) -> Any:
    """Return the numbers as they stand in memory, taken for axes in another order."""
    return np.transpose(x.reshape([x.shape[n] for n in order]), np.argsort(order))


def middle(x: np.ndarray) -> np.ndarray:
    """Return a copy with zeros everywhere but in the middle of the first two axes."""
    copy: np.ndarray = np.zeros_like(x)
    place = x.shape[0] // 2, x.shape[1] // 2
    copy[place] = x[place]
    return copy


def of_sequence(value: Sequence[Any]) -> dict[str, Change]:
    """Return what the memory of an optimizer may be taken for."""
    if not all(isinstance(x, np.ndarray) for x in value):
        return {}
    return {
        "{} were read from its end: the oldest for the newest": lambda x: x[::-1],
        "the first (the oldest) of {} were left out": lambda x: x[1:],
        "the last (the newest) of {} were left out": lambda x: x[:-1],
        "only the last (the newest) of {} were used": lambda x: x[-1:],
        "only the first (the oldest) of {} were used": lambda x: x[:1],
        "{} were empty": lambda x: x[:0],
    }
