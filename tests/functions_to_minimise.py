"""Functions whose minimum is known, functions that break, and arrays that are no arrays."""

from itertools import islice

import numpy as np
import scipy.optimize
from numpy.lib.mixins import NDArrayOperatorsMixin

from nst_numpy.optimizers import LBFGS, Adam, GradientDescent, iterates

ALL = [GradientDescent, Adam, LBFGS]


def walk(optimizer, function, start, steps):
    """List the states of so many steps, that at the start first."""
    return list(islice(iterates(optimizer, function, start), steps + 1))


def rosenbrock(x):
    return float(scipy.optimize.rosen(x)), scipy.optimize.rosen_der(x)


def quadratic(n, condition, seed=0):
    """Make a function of n numbers; return it, and where its minimum is."""
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.standard_normal((n, n)))
    A = Q @ np.diag(np.geomspace(1, condition, n)) @ Q.T
    minimum = rng.standard_normal(n)
    return lambda x: (float((x - minimum) @ A @ (x - minimum)) / 2, A @ (x - minimum)), minimum


def nan_at(evaluations, function):
    """Make a function that is NaN at some of its evaluations, counted from 1."""
    count = 0

    def broken(x):
        nonlocal count
        count += 1
        value, gradient = function(x)
        if count in evaluations:
            return float("nan"), np.full_like(gradient, np.nan)
        return value, gradient

    return broken


class Halves(NDArrayOperatorsMixin):
    """An array in two parts that never come together: all it knows is arithmetic, by number.

    Anything else that is done with it is an error.
    """

    arithmetic = "add", "subtract", "multiply", "divide", "negative", "power", "square", "sqrt"

    def __init__(self, upper, lower):
        self.parts = upper, lower

    def __array_ufunc__(self, ufunc, method, *inputs, out=()):
        assert method == "__call__"
        assert ufunc.__name__ in self.arithmetic
        parts = []
        for n in range(2):
            numbers = [x.parts[n] if isinstance(x, Halves) else float(x) for x in inputs]
            parts.append(ufunc(*numbers, out=tuple(x.parts[n] for x in out) or None))
        return out[0] if out else Halves(*parts)

    def __array_function__(self, function, types, args, kwargs):
        assert function is np.ones_like
        return Halves(*(np.ones_like(part) for part in args[0].parts))
