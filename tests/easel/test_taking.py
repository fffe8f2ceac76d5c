"""A picture is taken in any usual form, and what is none gets a sentence."""

import numpy as np
import pytest
from PIL import Image

from nst_numpy import (
    Computing,
    InputError,
    examples,
    load_image,
    paint,
    save_image,
    steps,
    watch,
)
from nst_numpy.easel import fitting
from nst_numpy.easel.taking import as_picture, as_pictures

RNG = np.random.default_rng(0)
EIGHT = RNG.integers(0, 256, (6, 8, 3), np.uint8)


def test_the_same_picture_in_every_form(tmp_path):
    expected = EIGHT.astype(np.float32) / 255
    save_image(expected, tmp_path / "a.png")
    opaque = np.dstack([EIGHT, np.full((6, 8, 1), 255, np.uint8)])
    forms = [
        str(tmp_path / "a.png"), tmp_path / "a.png", EIGHT, expected, expected.astype(np.float64),
        EIGHT.astype(np.uint16) * 257, opaque,
    ]  # fmt: skip
    for form in forms:
        size = 8 if isinstance(form, str) or hasattr(form, "suffix") else None
        found = as_picture("It", form, size)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(as_picture("It", Image.fromarray(EIGHT), 8), expected, atol=1e-6)


def test_gray_and_transparent():
    gray = RNG.random((5, 4))
    for form in (gray, Image.fromarray((255 * gray).astype(np.uint8))):
        found = as_picture("It", form, 5)
        assert np.ptp(found, axis=2).max() == 0
        np.testing.assert_allclose(found[:, :, 1], gray, atol=1 / 255)
    clear = np.zeros((4, 4, 4))
    clear[:2, :, 3] = 1
    assert as_picture("It", clear)[:, 0, 0].tolist() == [0, 0, 1, 1]
    mode = Image.fromarray((clear * 255).astype(np.uint8)).convert("RGBA")
    assert as_picture("It", mode, 4)[:, 0, 0].tolist() == [0, 0, 1, 1]


def test_a_size():
    assert as_picture("It", EIGHT).shape == (6, 8, 3)
    assert as_picture("It", EIGHT, 16).shape == (12, 16, 3)
    assert as_picture("It", Image.fromarray(EIGHT)).shape == (384, 512, 3)
    assert as_picture("It", examples()["cat"]).shape[1] == 512


def test_one_style_or_several():
    for given, count in (EIGHT, 1), ([EIGHT], 1), ((EIGHT, examples()["cafe"]), 2):
        many, taken = as_pictures("It", given)
        assert len(many) == len(taken) == count


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (None, "The content must be a path, an array or a Pillow picture, not None"),
        (3, "The content must be a path, an array or a Pillow picture, not 3"),
        ("nowhere.jpg", "nowhere.jpg"),
        (np.moveaxis(EIGHT, 2, 0), r"The content has the shape \(3, 6, 8\).* np.moveaxis"),
        (
            EIGHT[None],
            r"The content has the shape \(1, 6, 8, 3\); it must be .*, picture\[0\] is\.",
        ),
        (EIGHT.astype(complex), "The content must be an array of real numbers"),
        (EIGHT.astype(int), "The content is an array of int64; it must be uint8"),
        (EIGHT.astype(float), "The content has values from 0 to 2.*: divide by 255, or give uint8"),
        (EIGHT / 127.5 - 1, r"The content has values from -.* \(picture \+ 1\) / 2"),
        (np.full((4, 4, 3), np.nan), "The content holds NaN"),
        (np.empty((0, 4, 3)), r"The content has the shape \(0, 4, 3\)"),
    ],
)
def test_what_is_no_picture(given, sentence):
    for call in (paint, steps):
        with pytest.raises(InputError, match=sentence) as refused:
            call(given, EIGHT)
        assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"style": None}, "The style must be a path"),
        ({"style": [EIGHT, None]}, "The style 2 must be a path"),
        ({"style": []}, "There is no style"),
        ({"settings": {"beta": 1}}, "settings must be a Settings"),
        ({"weights": 3}, "weights must be arrays by layer, as nst.load_weights"),
        ({"weights": "nowhere.h5"}, "nowhere.h5"),
        ({"size": "large"}, "size must be a whole number"),
        (
            {"computing": "numpy"},
            r"computing must be a Computing, as in nst.Computing\(backend='numpy'\)",
        ),
    ],
)
def test_another_kind_of_thing(given, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        paint(**{"content": EIGHT, "style": EIGHT} | given)


@pytest.mark.parametrize("given", [3, None, "steps", load_image])
def test_what_is_no_step_cannot_be_watched(given):
    with pytest.raises(InputError, match=r"^watch is given steps"):
        watch(given)
    with pytest.raises(InputError, match=r"^total must be"):
        watch([], total="many")
    with pytest.raises(InputError, match=r"^A step must be a Step"):
        list(watch([3]))


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # NumPy's, of matrices
def test_a_matrix_is_a_gray_picture():
    gray = np.full((6, 8), 0.5)
    assert as_picture("It", np.asmatrix(gray)).shape == (6, 8, 3)


@pytest.mark.parametrize("size", [10**7, 20_000])
def test_what_is_too_large_is_refused_in_a_sentence(size):
    picture = np.full((30, 40, 3), 0.5)
    with pytest.raises(InputError, match=r"cannot become \d+ × \d+ pixels; at most 178956970"):
        paint(picture, picture, size=size, progress=False)


def test_what_there_is_no_memory_for_is_refused_before_it_is_painted(monkeypatch):
    monkeypatch.setattr(fitting, "available_memory", lambda: 10**8)
    picture = np.full((30, 40, 3), 0.5)
    said = r"40 × 30 pixels needs about 0\.\d GB, and 0\.1 GB are free; a smaller size .* in GB\.$"
    with pytest.raises(InputError, match=said):
        paint(picture, picture, progress=False)


def test_what_does_not_fit_into_the_memory_that_is_allowed_is_refused():
    picture = np.full((30, 40, 3), 0.5)
    said = r"40 × 30 pixels needs about 0\.\d GB, and 0\.1 GB are allowed; a smaller size"
    with pytest.raises(InputError, match=said):
        paint(picture, picture, progress=False, computing=Computing(memory=0.1))
