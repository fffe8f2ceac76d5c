"""Convolution against loops over its own formula."""

import loops
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_numpy.layers import conv, conv_backward, conv_forward

SIDES = st.integers(1, 6)
CHANNELS = st.integers(1, 4)


@settings(max_examples=40, deadline=None)
@given(SIDES, SIDES, CHANNELS, CHANNELS, st.integers(0, 2**32 - 1))
def test_forward_and_backward_are_the_formula(n_H, n_W, n_C_in, n_C_out, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n_H, n_W, n_C_in))
    weight = rng.standard_normal((3, 3, n_C_in, n_C_out))
    bias = rng.standard_normal(n_C_out)
    dz = rng.standard_normal((n_H, n_W, n_C_out))
    np.testing.assert_allclose(conv_forward(x, weight, bias), loops.conv(x, weight, bias), 0, 1e-13)
    np.testing.assert_allclose(
        conv_backward(dz, weight), loops.conv_transposed(dz, weight), 0, 1e-13
    )


@pytest.mark.parametrize("block", [1, 100, 500])
def test_the_blocks_of_rows_do_not_show(monkeypatch, block):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((7, 5, 2))
    weight = rng.standard_normal((3, 3, 2, 3))
    whole = conv_forward(x, weight, 1.0)
    monkeypatch.setattr(conv, "BLOCK", block)
    np.testing.assert_allclose(conv_forward(x, weight, 1.0), whole, 0, 1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_is_kept_and_the_input_left_alone(dtype):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((4, 4, 3)).astype(dtype)
    weight = rng.standard_normal((3, 3, 3, 2)).astype(dtype)
    before = x.copy()
    z = conv_forward(x, weight, np.zeros(2, dtype))
    assert z.dtype == dtype
    assert conv_backward(z, weight).dtype == dtype
    np.testing.assert_array_equal(x, before)


def test_unrolled_windows_stay_within_the_block(monkeypatch):
    """The memory of im2col does not grow with the height of the picture."""
    largest = 0
    matmul = np.matmul

    def watched(a, b, out):
        nonlocal largest
        largest = max(largest, a.size)
        return matmul(a, b, out=out)

    monkeypatch.setattr(np, "matmul", watched)
    monkeypatch.setattr(conv, "BLOCK", 2000)
    conv_forward(np.ones((300, 20, 3)), np.ones((3, 3, 3, 2)))
    assert 0 < largest <= 2000
