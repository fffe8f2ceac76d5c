"""L-BFGS with its pairs in a store, beside L-BFGS with its pairs in its state."""

import gc
from dataclasses import replace

import numpy as np
import pytest
from functions_to_minimise import quadratic, rosenbrock, walk

from nst_numpy.files.states import packed, unpacked
from nst_numpy.metric import Metric
from nst_numpy.optimizers import LBFGS, dot
from nst_numpy.optimizers.in_parts import Here, Kept, LBFGSInParts, Lost
from nst_numpy.optimizers.lbfgs import LBFGSState, downhill

SHAPE = (12, 9, 3)


def state_of(pairs, dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    curvature = rng.uniform(0.1, 10, SHAPE)
    g, *s = rng.standard_normal((pairs + 1, *SHAPE))
    y = [curvature * one for one in s]
    g, *both = (one.astype(dtype) for one in (g, *s, *y))
    s, y = tuple(both[:pairs]), tuple(both[pairs:])
    sy = tuple(map(dot, s, y))
    return LBFGSState(x=0 * g, value=0.0, gradient=g, evaluations=1, s=s, y=y, sy=sy)


@pytest.mark.parametrize(("dtype", "error"), [("float64", 1e-12), ("float32", 1e-5)])
@pytest.mark.parametrize("pairs", [0, 1, 2, 8])
def test_the_direction_is_that_of_the_two_loops(pairs, dtype, error):
    state, metric = state_of(pairs, dtype), Metric(SHAPE)
    optimizer = LBFGSInParts(metric=metric)
    expected = downhill(state, metric=metric)
    found = optimizer.direction(optimizer.stored(state))
    assert found.dtype == expected.dtype
    assert np.abs(found - expected).max() < error * np.abs(expected).max()


def test_it_makes_the_steps_of_lbfgs():
    for function, start in ((rosenbrock, np.tile([-1.2, 1.0], 25)), (quadratic(30, 1e4)[0],) * 2):
        start = np.zeros(30) if callable(start) else start
        plain, parts = (walk(made(memory=4), function, start, 12) for made in (LBFGS, LBFGSInParts))
        for one, other in zip(plain, parts, strict=True):
            np.testing.assert_allclose(other.x, one.x, rtol=0, atol=1e-12)
            assert (other.evaluations, len(other.s)) == (one.evaluations, len(one.s))


class Counted(Here):
    """A store that counts what comes and goes, and can lose everything."""

    def __init__(self):
        super().__init__()
        self.came = self.went = self.most = 0

    def keep(self, name, picture):
        super().keep(name, picture)
        self.came += 1
        self.most = max(self.most, len(self.rows))

    def combined(self, names, numbers):
        self.went += 1
        try:
            return super().combined(names, numbers)
        except KeyError:
            raise Lost("a worker was lost") from None

    def products(self, names, other):
        try:
            return super().products(names, other)
        except KeyError:
            raise Lost("a worker was lost") from None


def test_an_iteration_sends_four_pictures_and_gets_two_back():
    store = Counted()
    optimizer = LBFGSInParts(memory=3, store=store)
    states = walk(optimizer, quadratic(10, 1e4)[0], np.zeros(10), 9)
    before = store.came, store.went
    walk(optimizer, quadratic(10, 1e4)[0], states[-1], 2)
    assert (store.came - before[0], store.went - before[1]) == (8, 4)


def test_the_store_holds_as_many_pictures_as_are_told():
    store = Counted()
    optimizer = LBFGSInParts(memory=3, store=store)
    state = optimizer.start(rosenbrock, np.tile([-1.2, 1.0], 5))
    for _ in range(20):
        state = optimizer.step(rosenbrock, state)
    assert len(store.rows) == 6
    assert store.most <= optimizer.remembered_pictures
    del state
    gc.collect()
    assert store.rows == {}


def test_what_is_lost_is_told_once_and_forgotten():
    store = Counted()
    optimizer = LBFGSInParts(store=store)
    function, minimum = quadratic(10, 100)
    before = walk(optimizer, function, np.zeros(10), 5)[-1]
    store.rows.clear()
    after, *rest = walk(optimizer, function, before, 60)[1:]
    assert after.note == "a worker was lost, so what lbfgs remembered is lost; it began anew"
    anew = LBFGS().step(function, replace(before, s=(), y=(), sy=()))
    np.testing.assert_array_equal(after.x, anew.x)
    assert after.evaluations == anew.evaluations
    assert len(after.s) == 1
    assert not any(state.note for state in rest[:5])
    np.testing.assert_allclose(rest[-1].x, minimum, atol=1e-4)


def test_a_state_from_a_file_goes_on_to_the_same_bits():
    function, _ = quadratic(10, 1e4)
    *_, middle = walk(LBFGSInParts(memory=3), function, np.zeros(10), 6)
    arrays = packed(middle)
    assert all(isinstance(array, np.ndarray) for array in arrays.values())
    read = unpacked(LBFGSInParts.kind, arrays)
    assert isinstance(middle.s[0], Kept)
    assert isinstance(read.s[0], np.ndarray)
    one, other = (walk(LBFGSInParts(memory=3), function, state, 6)[-1] for state in (middle, read))
    np.testing.assert_array_equal(one.x, other.x)
    assert one.sy == other.sy


def test_what_has_ended_stays():
    function, minimum = quadratic(3, 1)
    (only,) = walk(LBFGSInParts(), function, minimum.copy(), 3)
    assert only.ended
    assert LBFGSInParts().step(function, only) is only
