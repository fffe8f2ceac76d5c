"""The passes of every kind of layer against the definition, in float64 and in float32."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_numpy import blas
from nst_numpy import layers as definition
from nst_numpy.gradcheck import adjoint_error
from nst_numpy.winograd import Winograd, tiles
from nst_numpy.winograd.tiles import blocks, gather, kernel_points, turned

SIDES = st.integers(1, 14)
CHANNELS = st.sampled_from([3, 16, 17, 33])


def drawn(n_H, n_W, n_C_in, n_C_out, seed=0):
    rng = np.random.default_rng(seed)
    shapes = (n_H, n_W, n_C_in), (3, 3, n_C_in, n_C_out), (n_C_out,), (n_H, n_W, n_C_out)
    return [rng.standard_normal(shape) for shape in shapes]


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, CHANNELS, CHANNELS, st.integers(0, 2**32 - 1))
def test_convolution_both_ways_is_the_definition_s(n_H, n_W, n_C_in, n_C_out, seed):
    x, weight, bias, dz = drawn(n_H, n_W, n_C_in, n_C_out, seed)
    ours = Winograd({"known": (weight, bias)})
    z, dx = definition.conv_forward(x, weight, bias), definition.conv_backward(dz, weight)
    for one in (ours, Winograd()):  # with the kernel's points at hand, and without
        np.testing.assert_allclose(one.conv_forward(x, weight, bias), z, 0, 1e-12)
        np.testing.assert_allclose(one.conv_backward(dz, weight), dx, 0, 1e-12)


@pytest.mark.parametrize(("n_C_in", "n_C_out"), [(16, 20), (3, 16), (20, 3)])
@pytest.mark.parametrize("many", [1, 3, 8, 128])
def test_blocks_and_bands_and_threads_do_not_show(monkeypatch, many, n_C_in, n_C_out):
    monkeypatch.setattr(tiles, "TILES", many)
    monkeypatch.setattr("nst_numpy.winograd.layers.BAND", 200 * many)
    x, weight, bias, dz = drawn(23, 18, n_C_in, n_C_out)
    ours = Winograd({"known": (weight, bias)}, blas.at_once(3))
    z, dx = definition.conv_forward(x, weight, bias), definition.conv_backward(dz, weight)
    for _ in range(2):  # the second time in scratch that was used
        np.testing.assert_allclose(ours.conv_forward(x, weight, bias), z, 0, 1e-12)
        np.testing.assert_allclose(ours.conv_backward(dz, weight), dx, 0, 1e-12)


@pytest.mark.parametrize("sides", [(1, 1), (9, 14)])
def test_backward_is_the_adjoint_of_forward(sides):
    x, weight, _, dz = drawn(*sides, 16, 18)
    ours = Winograd()
    error = adjoint_error(
        lambda x: ours.conv_forward(x, weight), lambda dz: ours.conv_backward(dz, weight), x, dz
    )
    assert error < 1e-12


def test_the_points_of_the_turned_kernel_are_those_of_the_kernel():
    weight = np.random.default_rng(0).standard_normal((3, 3, 4, 5))
    of_turned = kernel_points(weight[::-1, ::-1].swapaxes(2, 3))
    np.testing.assert_allclose(turned(kernel_points(weight)), of_turned, 1e-13, 1e-15)


def test_in_float32_the_error_is_within_a_few_times_that_of_the_definition():
    rng = np.random.default_rng(0)
    x = np.maximum(rng.standard_normal((37, 41, 64)), 0).astype(np.float32)
    weight = (rng.standard_normal((3, 3, 64, 64)) / 24).astype(np.float32)
    dz = rng.standard_normal(x.shape).astype(np.float32)
    z = definition.conv_forward(x.astype(float), weight.astype(float))
    dx = definition.conv_backward(dz.astype(float), weight.astype(float))
    for exact, found in (
        (z, Winograd().conv_forward(x, weight)),
        (dx, Winograd().conv_backward(dz, weight)),
    ):
        assert found.dtype == np.float32
        assert 0 < np.linalg.norm(found - exact) < 2e-6 * np.linalg.norm(exact)


def test_a_kernel_that_is_not_known_is_not_taken_for_one_that_is():
    x, weight, bias, dz = drawn(6, 7, 16, 16)
    ours = Winograd({"known": (weight, bias)})
    other = weight + 1
    z, dx = definition.conv_forward(x, other), definition.conv_backward(dz, other)
    np.testing.assert_allclose(ours.conv_forward(x, other), z, 0, 1e-11)
    np.testing.assert_allclose(ours.conv_backward(dz, other), dx, 0, 1e-11)


@pytest.mark.parametrize("shape", [(7, 9, 3), (2, 2, 1), (40, 6, 5), (3, 50, 400)])
def test_what_is_done_number_by_number_is_the_definition_s(shape):
    rng = np.random.default_rng(0)
    ours = Winograd(each=blas.at_once(2))
    z, da, more = rng.standard_normal((3, *shape))
    z[0, 0] = 0
    a, positive = definition.relu_forward(z)
    y = definition.average_pool_forward(z)
    dy = rng.standard_normal(y.shape)
    np.testing.assert_array_equal(ours.average_pool_forward(z), y)
    np.testing.assert_array_equal(
        ours.average_pool_backward(dy, z.shape), definition.average_pool_backward(dy, z.shape)
    )
    np.testing.assert_array_equal(ours.tap_backward(da.copy(), more), da + more)
    np.testing.assert_array_equal(
        ours.relu_backward(da.copy(), positive), definition.relu_backward(da, positive)
    )
    for found, wanted in zip(ours.relu_forward(z.copy()), (a, positive), strict=True):
        assert found.dtype == wanted.dtype
        np.testing.assert_array_equal(found, wanted)


def test_it_has_every_function_of_the_definition():
    names = [name for name in vars(definition) if name.endswith(("_forward", "_backward"))]
    assert len(names) == 11
    assert [name for name in names if not callable(getattr(Winograd(), name, None))] == []


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 900), st.integers(1, 900))
def test_blocks_cover_every_tile_once(n_H, n_W):
    down, across = -(-n_H // 4), -(-n_W // 4)
    times = np.zeros((down, across), int)
    for (i, high), (j, wide) in blocks(n_H, n_W):
        assert 1 <= high * wide <= tiles.TILES
        assert i + high <= down
        assert j + wide <= across
        times[i : i + high, j : j + wide] += 1
    assert (times == 1).all()


@pytest.mark.parametrize(("top", "left"), [(-1, -1), (3, 7), (11, -1), (-1, 19)])
def test_what_is_gathered_is_the_padded_picture(top, left):
    x = np.random.default_rng(0).standard_normal((13, 21, 2))
    d = np.full((4, 4, 2, 3, 2), np.nan)
    gather(x, d, top, left)
    padded = np.pad(x, ((1, 20), (1, 20), (0, 0)))[top + 1 : top + 9, left + 1 : left + 13]
    np.testing.assert_array_equal(d.transpose(2, 0, 3, 1, 4).reshape(8, 12, 2), padded)
