"""Coloured grain: taken out where a picture is flat, while strokes and light stay."""

import numpy as np
import pytest

from nst_numpy.grain import NEAR, REACH, ROWS, no_grainier, without_grain
from nst_numpy.spectrum import grain


def by_its_formula(picture, levels):
    n_H, n_W, _ = picture.shape
    smooth = np.empty_like(picture)
    for i, j in np.ndindex(n_H, n_W):
        total, weights = np.zeros(3), 0.0
        for k in range(-REACH, REACH + 1):
            for m in range(-REACH, REACH + 1):
                y, x = i + k, j + m  # beyond the edge: its mirror image
                y = -1 - y if y < 0 else 2 * n_H - 1 - y if y >= n_H else y
                x = -1 - x if x < 0 else 2 * n_W - 1 - x if x >= n_W else x
                unlike = np.sum((picture[y, x] - picture[i, j]) ** 2) * 255**2 / levels**2
                weight = np.exp(-unlike / 2 - (k**2 + m**2) / (2 * NEAR**2))
                total += weight * picture[y, x]
                weights += weight
        mean = total / weights
        smooth[i, j] = np.clip(picture[i, j].mean() + mean - mean.mean(), 0, 1)
    return smooth


def coloured(shape, levels, seed=0):
    noise = np.random.default_rng(seed).standard_normal((*shape, 3))
    return levels / 255 * (noise - noise.mean(axis=2, keepdims=True))


def test_it_is_its_formula():
    picture = np.random.default_rng(0).random((9, 7, 3)) * 0.03 + 0.5
    np.testing.assert_allclose(without_grain(picture, 5), by_its_formula(picture, 5), rtol=1e-12)


def test_grain_of_a_level_or_two_is_less_than_half_and_light_stays():
    picture = 0.6 + coloured((64, 64), 1.5) + 0.02 * np.random.default_rng(1).random((64, 64, 1))
    smooth = without_grain(picture, 5)
    assert grain(smooth)[1] < 0.5 * grain(picture)[1]
    np.testing.assert_allclose(smooth.mean(axis=2), picture.mean(axis=2), atol=1e-12)


def test_a_stroke_keeps_its_colour_and_its_edge():
    picture = np.full((24, 24, 3), [0.2, 0.3, 0.8])
    picture[8:16] = [0.8, 0.5, 0.2]
    np.testing.assert_allclose(without_grain(picture, 5), picture, atol=1e-6)


def test_zero_leaves_all_as_it_is():
    picture = np.random.default_rng(2).random((6, 5, 3), np.float32)
    assert without_grain(picture, 0) is picture


@pytest.mark.parametrize("n_H", [3, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS + 3])
def test_rows_at_a_time_leave_no_seam(n_H):
    picture = (0.5 + coloured((n_H, 9), 3, seed=n_H)).astype(np.float32)
    smooth = without_grain(picture, 5)
    assert smooth.dtype == np.float32
    np.testing.assert_allclose(smooth, by_its_formula(picture.astype(float), 5), atol=1e-5)


def test_it_stays_within_bounds():
    picture = np.clip(1 + coloured((20, 20), 4), 0, 1)
    assert without_grain(picture, 8).max() <= 1


def test_grain_that_a_style_has_is_left():
    painting = 0.5 + coloured((32, 32), 1.5)
    flat, rough = np.full((40, 24, 3), 0.5), 0.5 + coloured((40, 24), 3, seed=1)
    assert grain(no_grainier(painting, [flat], 5))[1] < 0.5 * grain(painting)[1]
    assert no_grainier(painting, [rough], 5) is painting
    assert no_grainier(painting, [flat, rough], 5) is painting
    assert no_grainier(painting[:7], [flat], 5).shape == (7, 32, 3)
