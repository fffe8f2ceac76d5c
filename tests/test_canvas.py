"""The canvas: its margin, and what happens to it between two scales."""

import numpy as np
import pytest

from nst_numpy import InputError
from nst_numpy.canvas import enlarge, halve, mirrored


def test_the_margin_is_the_mirror_image():
    x = np.arange(6.0).reshape(2, 3, 1).repeat(3, axis=2)
    np.testing.assert_array_equal(
        mirrored(x, 1)[:, :, 0],
        [[0, 0, 1, 2, 2], [0, 0, 1, 2, 2], [3, 3, 4, 5, 5], [3, 3, 4, 5, 5]],
    )
    np.testing.assert_array_equal(mirrored(x, 0), x)
    with pytest.raises(InputError, match="a side of 2 pixels cannot have a margin of 3"):
        mirrored(x, 3)
    with pytest.raises(InputError, match=r"has the shape \(2, 3\)"):
        mirrored(x[:, :, 0], 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("photo.png", "must be an array of real numbers, as load_image returns it, not str."),
        (
            [[[0.5, 0.5, 0.5]]],
            "must be an array of real numbers, as load_image returns it, not list",
        ),
        (
            np.zeros((4, 5, 3), complex),
            "must be an array of real numbers, as load_image returns it",
        ),
        (np.zeros((3, 40, 50)), "has the shape (3, 40, 50); it must be (n_H, n_W, 3), RGB in"),
    ],
)
def test_what_is_no_picture_is_refused(given, words):
    with pytest.raises(InputError) as caught:
        mirrored(given, 16)
    assert words in str(caught.value)


def test_halving_takes_means_and_enlarging_keeps_a_ramp():
    ramp = np.tile(np.arange(8.0)[None, :, None], (4, 1, 3))
    np.testing.assert_allclose(halve(ramp, 1)[0, :, 0], [0.5, 2.5, 4.5, 6.5])
    assert halve(ramp, 0) is ramp
    back = enlarge(halve(ramp, 1), ramp.shape)
    assert back.shape == ramp.shape
    np.testing.assert_allclose(back[:, 1:7], ramp[:, 1:7])  # the ends are held, not continued
    np.testing.assert_allclose(enlarge(np.ones((3, 5, 3)), (7, 11, 3)), 1.0)


@pytest.mark.parametrize("shape", [(40, 26), (37, 61), (9, 13), (200, 14)])
def test_enlarging_is_linear_interpolation_between_the_centres(shape):
    x = np.random.default_rng(1).random((20, 13, 3))

    def along(line, n_new):
        centres = (np.arange(n_new) + 0.5) * len(line) / n_new - 0.5
        return np.interp(centres, np.arange(len(line)), line)

    rows = np.apply_along_axis(along, 0, x, shape[0])
    expected = np.apply_along_axis(along, 1, rows, shape[1])
    np.testing.assert_allclose(enlarge(x, (*shape, 3)), expected, atol=1e-14)


def test_an_enlarged_picture_lies_in_memory_as_a_stored_one():
    """Numbers in another order are computed in other blocks, and a sine in blocks differs."""
    assert enlarge(np.ones((4, 6, 3), "float32"), (8, 12, 3)).flags.c_contiguous


def test_a_periodic_picture_is_enlarged_over_its_edge():
    picture = np.random.default_rng(4).uniform(0, 1, (6, 8, 3))
    rolled = np.roll(picture, (2, 3), (0, 1))
    large, larger = (enlarge(one, (12, 16, 3), periodic=True) for one in (picture, rolled))
    np.testing.assert_allclose(larger, np.roll(large, (4, 6), (0, 1)), atol=1e-15)
    held = (enlarge(one, (12, 16, 3)) for one in (picture, rolled))
    assert np.abs(next(held) - np.roll(next(held), (-4, -6), (0, 1))).max() > 0.01
