"""Curves of colour profiles, each against its formula; and what is none of three primaries."""

import struct

import icc
import numpy as np
import pytest

from nst_numpy.files.profiles import curve, read_profile, srgb_curve, srgb_number, srgb_profile


def para(kind, *numbers):
    return struct.pack(">4sIHH", b"para", 0, kind, 0) + icc.fixed(*numbers)


@pytest.mark.parametrize(
    ("number", "light"),
    [(0, 0), (0.02, 0.02 / 12.92), (0.04045, 0.0031308), (0.0405, 0.0031349), (0.5, 0.2140411),
     (0.9, 0.7874122), (1, 1)],
)  # fmt: skip
def test_srgb_is_that_of_its_standard_and_there_and_back(number, light):
    assert srgb_curve(np.array(number)) == pytest.approx(light, rel=1e-4)
    assert srgb_number(srgb_curve(np.array(number))) == pytest.approx(number, abs=1e-6)


@pytest.mark.parametrize(
    ("part", "formula"),
    [
        (para(0, 2.2), lambda x: x**2.2),
        (para(1, 2.0, 0.9, -0.2), lambda x: (0.9 * x - 0.2) ** 2 if 0.9 * x >= 0.2 else 0),
        (
            para(2, 2.0, 0.9, -0.2, 0.1),
            lambda x: ((0.9 * x - 0.2) ** 2 if 0.9 * x >= 0.2 else 0) + 0.1,
        ),
        (
            para(3, 2.0, 0.9, 0.1, 0.3, 0.25),
            lambda x: (0.9 * x + 0.1) ** 2 if x >= 0.25 else 0.3 * x,
        ),
        (
            para(4, 2.0, 0.9, 0.1, 0.3, 0.25, 0.05, 0.02),
            lambda x: (0.9 * x + 0.1) ** 2 + 0.05 if x >= 0.25 else 0.3 * x + 0.02,
        ),
        (struct.pack(">4sII", b"curv", 0, 0), lambda x: x),
        (icc.gamma(1.8), lambda x: x ** (461 / 256)),
        (
            struct.pack(">4sII3H", b"curv", 0, 3, 0, 16384, 65535),
            lambda x: np.interp(x, [0, 0.5, 1], [0, 16384 / 65535, 1]),
        ),
    ],
)  # fmt: skip
def test_a_curve_is_its_formula(part, formula):
    x = np.linspace(0, 1, 41)
    np.testing.assert_allclose(curve(part)(x), [formula(one) for one in x], atol=1e-4)


@pytest.mark.parametrize("part", [para(1, 2.0, 0.0, 0.1), para(2, 2.0, -1.0, 0.1, 0), b"none" * 4])
def test_a_curve_that_is_none_is_a_key_error(part):
    with pytest.raises(KeyError):
        curve(part)


@pytest.mark.parametrize("place", [16, 20, 36])
def test_each_word_of_its_head_must_be_there(place):
    data = srgb_profile()
    np.testing.assert_allclose(
        read_profile(data).matrix.sum(axis=1), [0.9642, 1, 0.8249], atol=1e-3
    )
    with pytest.raises(ValueError, match="not made of three primaries"):
        read_profile(data[:place] + b"ABCD" + data[place + 4 :])
