"""Whether it is the right function of something else: of an input that is turned, cut, missing …"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, factor, result
from nst_numpy.learn.diagnosis.factors import name_of
from nst_numpy.learn.diagnosis.finding import SIMPLE, TIMES, Finding
from nst_numpy.learn.diagnosis.places import signed
from nst_numpy.learn.task import Task

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
        found["1 and 2 were exchanged in {}: top right and bottom left"] = lambda x: np.array(
            [0, 2, 1, 3], x.dtype
        )[np.minimum(x, 3)]
        found["3 - {} stood for {}"] = lambda x: (3 - x).astype(x.dtype)
        found["{} were counted from 1 (one too large)"] = lambda x: (x + 1).astype(x.dtype)
        found["{} were one too small"] = lambda x: (x - 1).astype(x.dtype)
        for n, corner in enumerate(("top left", "top right", "bottom left", "bottom right")):
            found[f"{{}} were always {n}, the {corner} pixel"] = lambda x, n=n: np.full_like(x, n)
    if value.ndim == 3:
        found["each channel of {} were centred first (its mean subtracted)"] = lambda x: (
            x - x.mean((0, 1))
        )
        for order in permutations(range(3)):
            if order != (0, 1, 2):
                words = (
                    f"{{}} were unrolled or reshaped with its axes in the order {order}, "
                    "without a transpose"
                )
                found[words] = lambda x, order=order: np.transpose(
                    x.reshape([x.shape[n] for n in order]), np.argsort(order)
                )
    names = axes(value)
    for axis, name in enumerate(names):
        found[f"{{}} were turned around along its {name} (flipped)"] = lambda x, axis=axis: (
            np.flip(x, axis)
        )
        size = value.shape[axis]
        if 1 < size <= 9:
            found[f"the first of the {name} of {{}} were left out"] = lambda x, axis=axis: (
                without(x, axis, 0)
            )
            found[f"the last of the {name} of {{}} were left out"] = lambda x, axis=axis: (
                without(x, axis, -1)
            )
            for step in (1, -1):
                found[f"the {name} of {{}} were moved by {step:+d}"] = lambda x, axis=axis, n=step: (
                    np.roll(x, n, axis)
                )
    if value.ndim >= 3:
        found["height and width of {} were exchanged"] = lambda x: np.swapaxes(x, 0, 1)
        found["{} were turned by 180°"] = lambda x: x[::-1, ::-1]
        found["the last row and the last column of {} were left out"] = lambda x: without(
            without(x, 0, -1), 1, -1
        )
        found["the first row and the first column of {} were left out"] = lambda x: without(
            without(x, 0, 0), 1, 0
        )
        found["only the middle of {} counted"] = middle
    if value.ndim == 4:
        found["the channel axes of {} were exchanged"] = lambda x: np.swapaxes(x, 2, 3)
        found["the channel axes of {} were reshaped"] = lambda x: (
            np.swapaxes(x, 2, 3).reshape(x.shape)
        )
    return found


def axes(value: np.ndarray) -> tuple[str, ...]:
    """Return the names of an array's axes."""
    if value.ndim == 4:
        return "kernel's rows", "kernel's columns", "input channels", "output channels"
    return ("rows", "columns", "channels")[: value.ndim] if value.ndim < 4 else ()


def without(x: np.ndarray, axis: int, place: int) -> np.ndarray:
    """Return a copy with zeros in one place along an axis."""
    copy = x.copy()
    np.moveaxis(copy, axis, 0)[place] = 0
    return copy


def middle(x: np.ndarray) -> np.ndarray:
    """Return a copy with zeros everywhere but in the middle of the first two axes."""
    copy = np.zeros_like(x)
    place = x.shape[0] // 2, x.shape[1] // 2
    copy[place] = x[place]
    return copy


def of_mapping(value: Mapping[str, Any]) -> dict[str, Change]:
    """Return what the gradients of some taps may be taken for."""
    found: dict[str, Change] = {}
    for n, key in enumerate(value):
        if not isinstance(value[key], np.ndarray):
            continue
        words = f"the tap at {key} (number {n + 1} of {len(value)})"
        for does, k in (
            ("were left out", 0.0),
            ("were counted twice", 2.0),
            ("had the wrong sign", -1.0),
            ("were halved", 0.5),
        ):
            found[f"{words} {does}"] = lambda x, key=key, k=k: {
                name: k * a if name == key else a for name, a in x.items()
            }
    return found


def of_sequence(value: Sequence[Any]) -> dict[str, Change]:
    """Return what a sequence may be taken for: a shape, or what an optimizer remembers."""
    return {
        "{} were read from its end: the oldest for the newest": lambda x: x[::-1],
        "the first (the oldest) of {} were left out": lambda x: x[1:],
        "the last (the newest) of {} were left out": lambda x: x[:-1],
        "only the last (the newest) of {} were used": lambda x: x[-1:],
        "only the first (the oldest) of {} were used": lambda x: x[:1],
        "{} were empty": lambda x: x[:0],
    }


def other_inputs(task: Task, pairs: Sequence[Pair]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the right results for other inputs, with the words that say which."""
    names = pairs[0].names
    given = [complete(task, pair) for pair in pairs]
    count = min(len(inputs) for inputs in given)
    for n in range(count):
        for words in changes(given[0][n]):
            yield words.format(names[n], names[n]), [
                tried(task, pair, inputs, {n: words})
                for pair, inputs in zip(pairs, given, strict=True)
            ]
    for n in range(count):
        for m in range(n + 1, count):
            words = f"{names[n]} and {names[m]} were exchanged"
            yield words, [
                right_of(task, pair, swapped(inputs, n, m))
                for pair, inputs in zip(pairs, given, strict=True)
            ]
            if kind_of(given[0][n]) != kind_of(given[0][m]):
                continue
            for words in changes(given[0][n]):
                both = f"{names[n]} and {names[m]}"
                yield words.format(both, both), [
                    tried(task, pair, inputs, {n: words, m: words})
                    for pair, inputs in zip(pairs, given, strict=True)
                ]


def kind_of(value: Any) -> Any:
    """Return what two inputs must share for one change of both: the type, the number of axes."""
    return type(value), np.ndim(value) if isinstance(value, np.ndarray) else 0


def complete(task: Task, pair: Pair) -> list[Any]:
    """Return the inputs, and after them the values of those that were not given."""
    import inspect

    inputs = list(pair.seen.inputs)
    for parameter in list(inspect.signature(task.reference).parameters.values())[len(inputs) :]:
        if parameter.default is inspect.Parameter.empty:
            break
        value = parameter.default
        numbers = isinstance(value, tuple) and all(isinstance(x, float) for x in value)
        inputs.append(np.array(value) if numbers else value)
    return inputs


def tried(
    task: Task, pair: Pair, inputs: Sequence[Any], which: Mapping[int, str]
) -> Numbers | None:
    """Return the right result where some inputs are changed; None if that cannot be."""
    changed = list(inputs)
    for n, words in which.items():
        change = changes(inputs[n]).get(words)
        if change is None:
            return None
        try:
            with np.errstate(all="ignore"):
                changed[n] = change(inputs[n])
        except Exception:  # what a change cannot do with this input, it did not do
            return None
    return right_of(task, pair, changed)


def right_of(task: Task, pair: Pair, inputs: Sequence[Any]) -> Numbers | None:
    """Return the right result for some inputs, if it has the shape of the learner's."""
    found = result(task.reference, inputs, pair.part)
    return found if found is not None and found.shape == pair.got.shape else None


def swapped(inputs: Sequence[Any], n: int, m: int) -> list[Any]:
    """Return the inputs with two of them exchanged."""
    other = list(inputs)
    other[n], other[m] = other[m], other[n]
    return other


def as_if(task: Task, pairs: Sequence[Pair]) -> Iterator[Finding]:
    """Say of which other inputs it is the right result, up to a factor."""
    for words, bases in other_inputs(task, pairs):
        if any(base is None for base in bases):
            continue
        ks = [factor(base, pair.got) for base, pair in zip(bases, pairs, strict=True)]
        if any(k is None for k in ks):
            continue
        if all(factor(base, pair.expected) for base, pair in zip(bases, pairs, strict=True)):
            if pairs[0].got.size > 1:
                continue  # the change does nothing but scale: a factor is told as such
        name = name_of([k for k in ks if k is not None], pairs)
        if name is None:
            continue
        number = f"the same numbers in {len(pairs)} calls"
        if name == "1":
            yield Finding(f"It looks as if {words}.", number, None, True, SIMPLE)
        else:
            sentence = f"Two causes at once: it looks as if {words}, and all is {name} times that"
            yield Finding(f"{sentence}{signed(name)}.", number, None, True, TIMES)
