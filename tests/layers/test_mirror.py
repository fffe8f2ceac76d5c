"""The mirrored margin: what it shows, and what it hands back."""

import numpy as np
import pytest

from nst_numpy.layers import mirror_backward, mirror_forward


def test_the_edge_stands_on_both_sides_of_itself():
    x = np.arange(6.0).reshape(2, 3, 1)
    np.testing.assert_array_equal(
        mirror_forward(x, 2)[:, :, 0],
        [
            [4, 3, 3, 4, 5, 5, 4],
            [1, 0, 0, 1, 2, 2, 1],
            [1, 0, 0, 1, 2, 2, 1],
            [4, 3, 3, 4, 5, 5, 4],
            [4, 3, 3, 4, 5, 5, 4],
            [1, 0, 0, 1, 2, 2, 1],
        ],
    )


@pytest.mark.parametrize(("n_H", "n_W", "margin"), [(2, 3, 0), (2, 3, 1), (2, 3, 2), (5, 4, 3)])
def test_each_pixel_gets_back_the_gradients_of_all_its_images(n_H, n_W, margin):
    pixels = np.arange(n_H * n_W).reshape(n_H, n_W, 1)
    shown = mirror_forward(pixels, margin)
    dy = np.random.default_rng(0).standard_normal(shown.shape)
    dx = mirror_backward(dy, margin)
    assert dx.shape == pixels.shape
    for pixel, gradient in zip(pixels.ravel(), dx.ravel(), strict=True):
        assert gradient == pytest.approx(dy[shown == pixel].sum())


def test_dtype_is_kept_and_the_input_left_alone():
    dy = np.ones((6, 7, 3), np.float32)
    assert mirror_backward(dy, 2).dtype == np.float32
    assert mirror_forward(dy, 2).dtype == np.float32
    assert (dy == 1).all()
