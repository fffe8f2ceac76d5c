"""Energies of octaves: of waves whose frequency is known, and of noise, whose energy is even."""

import numpy as np
import pytest

from nst_numpy.spectrum import blurred, grain, octave_edges, octave_shares


def wave(n_H, n_W, cycles_H, cycles_W):
    i, j = np.mgrid[:n_H, :n_W]
    value = 0.5 + 0.3 * np.sin(2 * np.pi * (cycles_H * i + cycles_W * j))
    return np.repeat(value[:, :, None], 3, axis=2)


def test_the_edges_are_octaves_down_from_the_diagonal():
    np.testing.assert_allclose(octave_edges(4), [0.7071, 0.3536, 0.1768, 0.0884, 0], atol=1e-4)


@pytest.mark.parametrize(
    ("frequency", "octave"), [(0.45, 0), (0.25, 1), (0.12, 2), (0.06, 3), (0.03, 4), (0.015, 5)]
)
@pytest.mark.parametrize("along", [(1, 0), (0, 1), (0.6, -0.8)])
def test_a_wave_is_in_the_octave_of_its_frequency(frequency, octave, along):
    shares = octave_shares(wave(256, 320, frequency * along[0], frequency * along[1]))
    assert shares[octave] > 0.97
    assert shares.sum() == pytest.approx(1)


def test_a_corner_of_the_spectrum_is_in_the_highest_octave():
    assert octave_shares(wave(64, 64, 0.48, 0.48))[0] > 0.99


def test_white_noise_has_as_much_energy_in_a_ring_as_the_ring_has_room():
    noise = np.random.default_rng(0).random((256, 256, 3), np.float32)
    edges = octave_edges()
    rings = np.pi * (edges[1:-1] ** 2 - edges[2:] ** 2)  # of the square of side 1, cycles per pixel
    expected = [1 - np.pi * edges[1] ** 2, *rings]
    np.testing.assert_allclose(octave_shares(noise)[:3], expected[:3], rtol=0.05)


def test_each_colour_counts_by_its_energy():
    picture = wave(128, 128, 0.45, 0)
    picture[:, :, 1] = wave(128, 128, 0.12, 0)[:, :, 0]
    picture[:, :, 2] = 0.7
    shares = octave_shares(picture)
    assert shares[0] == pytest.approx(0.5, abs=0.01)
    assert shares[2] == pytest.approx(0.5, abs=0.01)


def test_neither_brightness_nor_contrast_changes_the_shares():
    picture = np.random.default_rng(1).random((40, 56, 3))
    np.testing.assert_allclose(octave_shares(0.3 * picture + 0.5), octave_shares(picture))


@pytest.mark.parametrize("value", [0, 0.3, 1])
def test_a_picture_of_one_colour_has_none(value):
    assert not octave_shares(np.full((33, 20, 3), value, np.float32)).any()


def test_grain_is_the_noise_of_a_flat_picture_in_levels():
    """Of white noise of size s a Gaussian of one pixel takes away 1 - 2·w(0)² + Σw⁴, as squares."""
    rng = np.random.default_rng(2)
    w = np.exp(-0.5 * np.arange(-4, 5.0) ** 2)
    w /= w.sum()
    kept = np.sqrt(1 - 2 * w[4] ** 2 + np.sum(w**2) ** 2)
    noise = 0.02 * rng.standard_normal((256, 256, 3))
    gray = np.repeat(noise[:, :, :1], 3, axis=2)
    light, colour = grain(0.5 + gray)
    assert light == pytest.approx(255 * 0.02 * kept, rel=0.15)  # the flattest tenth has less
    assert colour < 1e-10
    light, colour = grain(0.5 + noise - noise.mean(axis=2, keepdims=True))
    assert light < 1e-10
    assert colour == pytest.approx(255 * 0.02 * np.sqrt(2) * kept, rel=0.15)


def test_neither_strokes_nor_slow_changes_are_grain():
    picture = wave(128, 128, 0.01, 0.01)
    assert max(grain(picture)) < 0.5
    picture[20:100, 20:100] = np.random.default_rng(3).random((80, 80, 3))
    assert max(grain(picture)) < 0.5
    picture[:] += 0.05 * np.random.default_rng(4).standard_normal(picture.shape)
    assert min(grain(picture)) > 5


def test_a_blur_keeps_what_is_flat_and_the_sum():
    assert np.allclose(blurred(np.full((9, 7, 3), 0.3)), 0.3)
    point = np.zeros((21, 21, 3))
    point[10, 10] = 1
    spread = blurred(point)
    assert spread.sum(axis=(0, 1)) == pytest.approx([1, 1, 1])
    np.testing.assert_allclose(spread, np.swapaxes(spread, 0, 1))
    assert spread[10, 11, 0] / spread[10, 10, 0] == pytest.approx(np.exp(-0.5))
