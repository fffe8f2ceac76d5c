"""Known mistakes in the steps of the optimizers."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.learn.task import Mistake
from nst_numpy.optimizers import dot

DESCENT = "x ← x - η·∇f"
ADAM_M = "m ← β1·m + (1 - β1)·g"
ADAM_V = "v ← β2·v + (1 - β2)·g²"
ADAM_HAT = "m̂ = m / (1 - β1^t), v̂ = v / (1 - β2^t)"
ADAM_X = "x ← x - η·m̂ / (√v̂ + ε)"
LOOPS = "first loop, newest first: part = s·q / s·y, q ← q - part·y"
GUESS = "between the loops: q ← q · s·y / y·y, of the newest pair"
BACK = "second loop, oldest first: q ← q + (part - y·q / s·y)·s"


def _uphill(x: Array, gradient: Array, learning_rate: float) -> Array:
    return x + learning_rate * gradient


def _divided(x: Array, gradient: Array, learning_rate: float) -> Array:
    return x - gradient / learning_rate


def _shift(x: Array, gradient: Array, learning_rate: float) -> Array:
    return -learning_rate * gradient


def _adam(
    x: Array, gradient: Array, m: Array, v: Array, t: int, learning_rate: float, slip: str = ""
) -> tuple[Array, Array, Array]:
    """Make the step of Adam, with one slip."""
    one, two = 0.9, 0.999
    m = (one if slip != "no memory" else 0) * m + (1 - one if slip != "undamped" else 1) * gradient
    v = two * v + (1 - two) * (gradient if slip == "not squared" else gradient**2)
    if slip == "exchanged weights":
        m = (1 - one) * (m - (1 - one) * gradient) / one + one * gradient
    m_hat = m / (1 - one**t) if slip not in ("uncorrected", "m uncorrected") else m
    v_hat = v / (1 - two**t) if slip not in ("uncorrected", "v uncorrected") else v
    with np.errstate(invalid="ignore"):
        step = learning_rate * m_hat / ((v_hat if slip == "no root" else v_hat**0.5) + 1e-8)
    if slip == "corrected kept":
        m, v = m_hat, v_hat
    if slip == "gradient":
        step = learning_rate * gradient / (v_hat**0.5 + 1e-8)
    return x + step if slip == "uphill" else x - step, m, v


def _two_loop(gradient: Array, s: Sequence[Array], y: Sequence[Array], slip: str = "") -> Array:
    """Take the two loops, with one slip."""
    pairs = list(zip(s, y, strict=True))
    q: Array = -gradient
    parts = []
    for s_k, y_k in pairs if slip in ("oldest first", "other way") else reversed(pairs):
        part = dot(s_k, q) / dot(s_k, y_k)
        q = q - part * (s_k if slip == "s for y" else y_k)
        parts.append(part)
    if pairs and slip != "no guess":
        s_k, y_k = pairs[0 if slip == "oldest guess" else -1]
        over = dot(s_k, s_k) if slip == "s·s" else dot(y_k, y_k)
        q = q * dot(s_k, y_k) / over
    order = parts if slip in ("oldest first", "other way", "parts in order") else parts[::-1]
    if slip == "one loop":
        return q
    back = list(zip(pairs, order, strict=True))
    for (s_k, y_k), part in reversed(back) if slip in ("newest first", "other way") else back:
        again = dot(y_k, q) / dot(s_k, y_k)
        q = q + (part + again if slip == "plus" else part - again) * s_k
    return q


def _adam_mistake(name: str, sentence: str, line: str) -> Mistake:
    return Mistake(name, sentence, line, partial(_adam, slip=name))


def _loop_mistake(name: str, sentence: str, line: str) -> Mistake:
    return Mistake(name, sentence, line, partial(_two_loop, slip=name))


# fmt: off
OF_OPTIMIZERS: dict[str, tuple[Mistake, ...]] = {
    "gradient-descent-step": (
        Mistake("uphill", "The step goes along the gradient, uphill, not against it.",
                DESCENT, _uphill),
        Mistake("divided", "The gradient is divided by the learning rate instead of multiplied.",
                DESCENT, _divided),
        Mistake("step alone", "It is the step, not the new point: x is missing.", DESCENT, _shift),
    ),
    "adam-step": (
        _adam_mistake("uncorrected", "Neither m nor v is divided by 1 - β^t.", ADAM_HAT),
        _adam_mistake("m uncorrected", "m is not divided by 1 - β1^t.", ADAM_HAT),
        _adam_mistake("v uncorrected", "v is not divided by 1 - β2^t.", ADAM_HAT),
        _adam_mistake("corrected kept", "m̂ and v̂ are kept for the next step in the place of m "
                      "and v.", ADAM_HAT),
        _adam_mistake("uphill", "The step goes uphill: + instead of -.", ADAM_X),
        _adam_mistake("not squared", "v is a mean of the gradients, not of their squares.",
                      ADAM_V),
        _adam_mistake("no memory", "m forgets everything: β1·m is missing.", ADAM_M),
        _adam_mistake("undamped", "The gradient enters m whole, without 1 - β1.", ADAM_M),
        _adam_mistake("exchanged weights", "β1 and 1 - β1 are exchanged in m.", ADAM_M),
        _adam_mistake("no root", "The root of v̂ is missing.", ADAM_X),
        _adam_mistake("gradient", "The step goes along the gradient itself, not along m̂.",
                      ADAM_X),
    ),
    "two-loop": (
        _loop_mistake("oldest first", "The first loop goes from the oldest pair to the newest.",
                      LOOPS),
        _loop_mistake("other way", "Both loops go the other way: the first begins with the oldest "
                      "pair, the second with the newest.", LOOPS),
        _loop_mistake("s for y", "The first loop takes part·s from q, not part·y.", LOOPS),
        _loop_mistake("no guess", "The multiplication between the loops is missing.", GUESS),
        _loop_mistake("s·s", "The first guess is divided by s·s, not by y·y.", GUESS),
        _loop_mistake("parts in order", "The second loop takes the parts in the order in which "
                      "the first one made them.", BACK),
        _loop_mistake("oldest guess", "The first guess is taken from the oldest pair; the newest "
                      "knows the curvature here.", GUESS),
        _loop_mistake("newest first", "The second loop goes from the newest pair to the oldest, "
                      "as the first one did.", BACK),
        _loop_mistake("plus", "The second loop adds y·q / s·y instead of taking it off.", BACK),
        _loop_mistake("one loop", "The second loop is missing.", BACK),
    ),
}
# fmt: on
