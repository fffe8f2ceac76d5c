"""Whether it is the right function of other inputs: of one that is turned, cut or missing."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from nst_numpy.learn.diagnosis.changes import changes
from nst_numpy.learn.diagnosis.comparing import Numbers, Pair, factor, result
from nst_numpy.learn.diagnosis.factors import name_of, signed
from nst_numpy.learn.diagnosis.finding import SIMPLE, TIMES, Finding, same_in
from nst_numpy.learn.task import Task


def other_inputs(task: Task, pairs: Sequence[Pair]) -> Iterator[tuple[str, list[Any]]]:
    """Yield the right results for other inputs, with the words that say which."""
    names = pairs[0].names
    given = [complete(task, pair) for pair in pairs]
    count = min(len(inputs) for inputs in given)
    for n in range(count):
        for words in changes(given[0][n]):
            yield (
                words.format(names[n], names[n]),
                [
                    tried(task, pair, inputs, {n: words})
                    for pair, inputs in zip(pairs, given, strict=True)
                ],
            )
    for n in range(count):
        for m in range(n + 1, count):
            words = f"{names[n]} and {names[m]} were exchanged"
            yield (
                words,
                [
                    right_of(task, pair, swapped(inputs, n, m))
                    for pair, inputs in zip(pairs, given, strict=True)
                ],
            )
            if kind_of(given[0][n]) != kind_of(given[0][m]):
                continue
            for words in changes(given[0][n]):
                both = f"{names[n]} and {names[m]}"
                yield (
                    words.format(both, both),
                    [
                        tried(task, pair, inputs, {n: words, m: words})
                        for pair, inputs in zip(pairs, given, strict=True)
                    ],
                )


def kind_of(value: Any) -> Any:
    """Return what two inputs must share for one change of both: the type, the number of axes."""
    return type(value), np.ndim(value) if isinstance(value, np.ndarray) else 0


def complete(task: Task, pair: Pair) -> list[Any]:
    """Return the inputs, and after them the values of those that were not given."""
    inputs = list(pair.seen.inputs)
    for parameter in list(inspect.signature(task.reference).parameters.values())[len(inputs) :]:
        value = parameter.default
        if isinstance(value, tuple) and all(isinstance(x, float) for x in value):
            value = np.array(value)
        if not isinstance(value, int | float | np.ndarray):
            break  # no default, or none that a number may be taken for
        inputs.append(value)
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
        scaled = [factor(base, pair.expected) for base, pair in zip(bases, pairs, strict=True)]
        if all(k if pair.got.size > 1 else k and abs(k - 1) < 1e-9
               for k, pair in zip(scaled, pairs, strict=True)):  # fmt: skip
            continue  # the change does nothing, or only scales: a factor is told as such
        name = name_of([k for k in ks if k is not None], pairs)
        if name is None:
            continue
        number = same_in(pairs)
        if name == "1":
            yield Finding(f"It looks as if {words}.", number, None, True, SIMPLE)
        else:
            sentence = f"Two causes at once: it looks as if {words}, and all is {name} times that"
            yield Finding(f"{sentence}{signed(name)}.", number, None, True, TIMES)
