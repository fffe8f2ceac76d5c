"""What the gradients of some taps may be taken for: one left out, counted twice, subtracted."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import numpy as np


def of_mapping(value: Mapping[str, Any]) -> dict[str, Callable[[Any], Any]]:
    """Return what the gradients of some taps may be taken for."""
    if not all(isinstance(x, np.ndarray) for x in value.values()):
        return {}
    found: dict[str, Callable[[Any], Any]] = {
        "at each tap what comes from above were subtracted, not added": alternating
    }
    which = {"the deepest tap": slice(-1, None), "all taps but the deepest": slice(None, -1)}
    if len(value) > 2:
        which |= {"the tap next to the picture": slice(None, 1), "the second tap": slice(1, 2)}
    for words, place in which.items():
        for does, k in (
            ("left out", 0.0),
            ("counted twice", 2.0),
            ("counted with the wrong sign", -1.0),
            ("halved", 0.5),
        ):
            found[f"{words} were {does}"] = partial(times, place=place, k=k)
    return found


def from_the_picture(layers: Collection[str]) -> list[str]:
    """Return layers sorted by the numbers in their names, a pool after its convolutions."""
    return sorted(layers, key=lambda name: ([int(n) for n in re.findall(r"\d+", name)] + [99])[:2])


def times(value: Mapping[str, Any], place: slice, k: float) -> dict[str, Any]:
    """Return a mapping with some of its arrays multiplied, counted from the picture upwards."""
    chosen = from_the_picture(value)[place]
    return {name: k * a if name in chosen else a for name, a in value.items()}


def alternating(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping with the sign of every second tap turned, from the picture upwards."""
    order = from_the_picture(value)
    return {name: a * (-1) ** order.index(name) for name, a in value.items()}
