"""What `vector` and `bits` have LLVM do, one by one, against the same said in NumPy.

The NumPy of `interpreted` is the definition here: `test_interpreted` computes whole layers with it.
"""

import numpy as np
import pytest

pytest.importorskip("numba")

import interpreted
import numba

from nst_numpy.kernels import bits as bits_module
from nst_numpy.kernels import vector
from nst_numpy.kernels.vector import LANES, WIDE

SIDE = (0,) * 6


def arithmetic(vector):
    """Sixteen numbers, and as many as a panel is wide."""
    load, store, load_like, fma, zeros = (
        getattr(vector, name) for name in ("load", "store", "load_like", "fma", "zeros")
    )

    def go(x, y):
        a, b = load(x, 3), load(x, 40)
        store(y, 1, a + b)
        store(y, 17, a - b)
        store(y, 33, 0.1 * a)
        store(y, 49, fma(x, 77, a, b))
        store(y, 65, zeros(LANES))
        wide = zeros(WIDE)
        store(y, 81, fma(x, 5, load_like(x, 9, wide), load_like(x, 20, wide) + wide))

    return go


def lines(vector):
    """Vectors at a distance from each other."""
    load_line, store_line, prefetch = (
        getattr(vector, name) for name in ("load_line", "store_line", "prefetch")
    )

    def go(x, y):
        prefetch(x, -1000)
        store_line(y, 2, 18, load_line(x, 1, 11, SIDE))

    return go


def turned(vector):
    transpose = vector.transpose

    def go(x, y):
        transpose(x, 3, 19, y, 5)

    return go


def relus(bits):
    """As many of a line as count, up and down."""
    store_relu, load_line, load = bits.store_relu, vector_of(bits).load_line, vector_of(bits).load

    def go(x, y, flags, count, forward, add):
        line, bias = load_line(x, 0, 16, SIDE), load(x, 100)
        store_relu(y, 16, 32, count, line, bias, flags, forward, add)

    return go


def kept(bits):
    load_kept, store_line = bits.load_kept, vector_of(bits).store_line

    def go(x, y, flags, first, last, masked):
        store_line(y, 0, 16, load_kept(x, 32, 16, first, last, flags, masked, SIDE))

    return go


def pooled(bits):
    """Three squares, of which some count."""
    store_pooled, load_line, load = (
        bits.store_pooled, vector_of(bits).load_line, vector_of(bits).load
    )  # fmt: skip

    def go(x, y, flags, count, maximum):
        two = load_line(x, 0, 16, SIDE), load_line(x, 96, 16, SIDE)
        store_pooled(y, 16, 32, count, two, load(x, 200), flags, (64, 256), maximum)

    return go


def unpooled(bits):
    load_pooled, store_line = bits.load_pooled, vector_of(bits).store_line

    def go(x, y, flags, first, last, scale):
        store_line(y, 0, 16, load_pooled(x, 16, 32, first, last, flags, 64, 48, scale, SIDE))

    return go


def vector_of(bits):
    return interpreted if bits is interpreted else vector


class Both:
    """A function of instructions, compiled, beside the same in NumPy."""

    def __init__(self, make, module):
        self.compiled, self.plain = numba.njit(make(module)), make(interpreted)

    def hold(self, seed, *numbers, nan=False, flags=True):
        """Give both the same numbers: they write the same, and nothing beside it."""
        rng = np.random.default_rng(seed)
        x = np.round(4 * rng.standard_normal(400)).astype(np.float32) / 4  # with equals, and zeros
        if nan:
            x[::7] = np.nan
        results = []
        for go in (self.compiled, self.plain):
            y = np.random.default_rng(seed).standard_normal(400).astype(np.float32)
            some = np.random.default_rng(seed).integers(0, 256, 80, np.uint8)
            go(x.copy(), y, *([some] if flags else []), *numbers)
            results.append((y, some))
        np.testing.assert_allclose(results[0][0], results[1][0], rtol=3e-7, atol=1e-6)
        np.testing.assert_array_equal(results[0][1], results[1][1])


@pytest.mark.parametrize("make", [arithmetic, lines, turned])
def test_sixteen_numbers_at_once(make):
    both = Both(make, vector)
    for seed in range(3):
        both.hold(seed, flags=False, nan=seed == 2)


def test_a_relu_keeps_its_bit():
    both = Both(relus, bits_module)
    for seed, count in enumerate([-1, 0, 1, 5, 6, 9]):
        for forward, add in [(True, False), (False, False), (False, True)]:
            both.hold(seed, count, forward, add, nan=seed == 3)


def test_what_is_there_is_read_where_its_bit_is_set():
    both = Both(kept, bits_module)
    for seed, (first, last) in enumerate([(0, 6), (-3, 9), (2, 4), (1, 1), (5, 2), (-2, 0)]):
        for masked in (False, True):
            both.hold(seed, first, last, masked)


@pytest.mark.parametrize("maximum", [False, True])
def test_a_square_is_pooled_and_its_bits_are_kept(maximum):
    both = Both(pooled, bits_module)
    for seed, count in enumerate([-1, 0, 1, 2, 3, 4]):
        both.hold(seed, count, maximum, nan=seed == 5 and not maximum)


def test_what_was_pooled_is_read_where_its_bit_is_set():
    both = Both(unpooled, bits_module)
    for seed, (first, last) in enumerate([(0, 6), (-3, 9), (2, 4), (1, 1), (5, 2), (-2, 0)]):
        both.hold(seed, first, last, np.float32(0.25 * (1 + seed)))
