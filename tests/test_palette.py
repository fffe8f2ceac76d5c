"""Colours kept: each way is its formula, and no picture is too poor in colours for it."""

from itertools import product
from typing import get_args

import numpy as np
import pytest
from scipy.linalg import sqrtm

from nst_numpy.errors import InputError
from nst_numpy.palette import (
    LEAST,
    LIGHT,
    MAPS,
    Colours,
    after,
    before,
    cholesky,
    coloured,
    gray,
    histograms_matched,
    luminance,
    matched,
    mean_and_covariance,
    root,
    transport,
    triangular,
)

NAMES = get_args(Colours)
maps = pytest.mark.parametrize("way", MAPS.values(), ids=MAPS)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def picture(rng, shape=(30, 40, 3)):
    """Draw a picture whose colours go together, well inside [0, 1]."""
    return 0.5 + 0.06 * rng.standard_normal(shape) @ (np.eye(3) + 0.4 * rng.random((3, 3)))


@pytest.fixture
def covariances(rng):
    return [mean_and_covariance(picture(rng))[1] for _ in range(2)]


def test_mean_and_covariance_are_those_of_numpy(rng):
    x = picture(rng)
    m, V = mean_and_covariance(x)
    np.testing.assert_allclose(m, x.mean(axis=(0, 1)))
    np.testing.assert_allclose(V, np.cov(x.reshape(-1, 3).T, bias=True))


@maps
def test_a_style_is_given_the_content_s_mean_and_covariance(rng, way):
    C, S = picture(rng), picture(rng, (20, 31, 3))
    found = matched(C, S, way)
    assert found.shape == S.shape
    assert 0 < found.min() < found.max() < 1  # nothing was cut off
    for one, other in zip(mean_and_covariance(found), mean_and_covariance(C), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@maps
def test_the_content_s_own_colours_stay(rng, way):
    C = picture(rng)
    np.testing.assert_allclose(matched(C, C, way), C, atol=1e-12)


def test_each_way_is_its_formula(covariances):
    V_C, V_S = covariances
    r = np.real(sqrtm(V_S))
    back = np.linalg.inv(r)
    np.testing.assert_allclose(transport(V_C, V_S), back @ sqrtm(r @ V_C @ r) @ back, rtol=1e-8)
    np.testing.assert_allclose(root(V_C, V_S), sqrtm(V_C) @ back, rtol=1e-8)
    L_C, L_S = np.linalg.cholesky(V_C), np.linalg.cholesky(V_S)
    expected = L_C @ np.linalg.inv(L_S)
    np.testing.assert_allclose(cholesky(V_C, V_S), expected, rtol=1e-8, atol=1e-12)


def test_transport_is_symmetric_and_moves_colours_least(rng, covariances):
    V_C, V_S = covariances

    def moved(A):
        return np.trace((A - np.eye(3)) @ V_S @ (A - np.eye(3)).T)

    A = transport(V_C, V_S)
    np.testing.assert_allclose(A, A.T, atol=1e-12)
    least = moved(A)
    others = [root(V_C, V_S), cholesky(V_C, V_S)]
    L_C, L_S = triangular(V_C), triangular(V_S)
    for _ in range(100):
        Q, _ = np.linalg.qr(rng.standard_normal((3, 3)))
        others.append(L_C @ Q @ np.linalg.inv(L_S))
    for other in others:
        np.testing.assert_allclose(other @ V_S @ other.T, V_C, atol=1e-12)
        assert moved(other) > least


def test_a_triangular_root_of_what_has_no_inverse(rng):
    V = np.outer([1.0, 2, 3], [1, 2, 3])
    L = triangular(V)
    np.testing.assert_allclose(L @ L.T, V, atol=1e-12)
    np.testing.assert_allclose(np.triu(L, 1), 0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_pictures_with_few_colours_stay_numbers(rng, name, dtype):
    ramp = np.linspace(0, 1, 8 * 9).reshape(8, 9, 1)
    pictures = {
        "gray": ramp * np.ones(3),
        "one colour": np.ones((8, 9, 3)) * [0.2, 0.5, 0.9],
        "two colours": np.where(ramp > 0.3, [1.0, 0.9, 0], [0.1, 0, 0.6]),
        "black": np.zeros((8, 9, 3)),
        "white": np.ones((8, 9, 3)),
        "many": rng.random((8, 9, 3)),
    }
    for (one, C), (other, S) in product(pictures.items(), repeat=2):
        content, style = before(name, C.astype(dtype), S.astype(dtype))
        seen = after(name, C.astype(dtype), style)
        for found in (content, style, seen):
            assert np.isfinite(found).all(), (one, other)
            assert found.dtype == dtype
            assert found.min() >= 0
            assert found.max() <= 1


@pytest.mark.parametrize("name", [*MAPS, "match-histogram"])
def test_a_gray_style_is_not_painted_with_its_rounding(rng, name):
    """Two steps of 8 bits in a gray picture are no colours, and are not stretched to any."""
    level = np.repeat(rng.random((20, 30, 1)), 3, axis=2)
    rounding = rng.integers(0, 2, level.shape) / 255
    C = picture(rng)
    _, exact = before(name, C, level)
    _, rough = before(name, C, (level + rounding).clip(0, 1))
    assert np.ptp(exact, axis=2).std() < 0.2
    assert np.abs(exact - rough).max() < 0.2


def test_what_has_no_colour_of_its_own_is_stretched_no_further_than_one_step():
    V_C, V_S = np.eye(3), np.zeros((3, 3))
    for way in MAPS.values():
        np.testing.assert_allclose(way(V_C, V_S), np.eye(3) / np.sqrt(LEAST), rtol=1e-12)


def test_gray_has_the_light_and_no_colour(rng):
    x = rng.random((4, 5, 3))
    Y = luminance(x)
    assert Y.shape == (4, 5, 1)
    np.testing.assert_allclose(Y[..., 0], 0.299 * x[..., 0] + 0.587 * x[..., 1] + 0.114 * x[..., 2])
    np.testing.assert_allclose(gray(x), np.repeat(Y, 3, axis=2))
    assert LIGHT.sum() == pytest.approx(1)


def test_luminance_keeps_the_light_of_the_painting_and_the_colours_of_the_content(rng):
    C, G = rng.random((2, 9, 8, 3))
    found = after("luminance", C, G)
    np.testing.assert_allclose(luminance(found), luminance(G), atol=1e-12)
    wanted, there = C - luminance(C), found - luminance(found)
    share = (there * wanted).sum(axis=2) / (wanted**2).sum(axis=2)  # the same colour, or paler
    np.testing.assert_allclose(there, share[..., None] * wanted, atol=1e-12)
    assert share.min() >= 0
    assert share.max() <= 1 + 1e-12
    assert 0.1 < (share > 1 - 1e-9).mean() < 0.9  # some fit as they are
    np.testing.assert_allclose(coloured(C, C), C, atol=1e-12)


def test_luminance_gives_the_style_the_content_s_light_and_dark(rng):
    C, S = picture(rng), picture(rng, (20, 31, 3))
    content, style = before("luminance", C, S)
    np.testing.assert_array_equal(content, gray(C))
    assert np.ptp(style, axis=2).max() < 1e-12
    assert style.mean() == pytest.approx(luminance(C).mean(), rel=1e-9)
    assert style.std() == pytest.approx(luminance(C).std(), rel=1e-4)


def test_histograms_are_those_of_the_content(rng):
    C, S = rng.random((30, 20, 3)) ** 3, rng.random((40, 15, 3))
    found = histograms_matched(C, S)
    np.testing.assert_allclose(np.sort(found, axis=None), np.sort(C, axis=None), atol=0.15)
    for k in range(3):
        np.testing.assert_allclose(np.sort(found[..., k].ravel()), np.sort(C[..., k].ravel()))
        np.testing.assert_array_equal(
            np.argsort(found[..., k].ravel()), np.argsort(S[..., k].ravel())
        )


def test_equal_numbers_stay_equal_when_histograms_are_matched(rng):
    S = rng.integers(0, 4, (12, 13, 3)) / 3
    found = histograms_matched(rng.random((9, 9, 3)), S)
    for k in range(3):
        assert len(np.unique(found[..., k])) == 4


def test_style_leaves_both_as_they_are(rng):
    C, S = rng.random((2, 5, 6, 3))
    content, style = before("style", C, S)
    assert content is C
    assert style is S
    assert after("style", C, S) is S


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_picture_is_refused(name, rng):
    C = rng.random((5, 6, 3))
    for wrong in (np.full((5, 6, 3), np.nan), rng.random((5, 6)), 255 * C):
        with pytest.raises(InputError, match="A style"):
            before(name, C, wrong)
        with pytest.raises(InputError, match="The content"):
            before(name, wrong, C)
