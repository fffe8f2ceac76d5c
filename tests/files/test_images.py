"""Pictures of every mode, depth, orientation and profile become RGB in [0, 1]."""

import icc
import numpy as np
import pytest
from picture_files import ORANGE, loaded, plain, refusal
from PIL import Image

from nst_numpy.files.colours import to_srgb
from nst_numpy.files.images import load_image


def test_every_value_of_a_byte_comes_through(tmp_path):
    values = np.arange(256 * 3, dtype=np.uint8).reshape(16, 16, 3)
    path = tmp_path / "picture.png"
    Image.fromarray(values).save(path)
    assert (load_image(path) == values.astype(np.float32) / 255).all()


def test_path_may_be_a_string(tmp_path):
    plain().save(tmp_path / "picture.png")
    assert load_image(str(tmp_path / "picture.png")).shape == (3, 4, 3)


# ---- modes


def test_grey(tmp_path):
    assert (loaded(tmp_path, plain(77, "L")) == 77).all()


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (1, 255)])
def test_one_bit(tmp_path, value, expected):
    assert (loaded(tmp_path, plain(value, "1")) == expected).all()


def test_palette(tmp_path):
    assert (loaded(tmp_path, plain().convert("P", palette=Image.Palette.ADAPTIVE)) == ORANGE).all()


def test_alpha_over_white(tmp_path):
    found = loaded(tmp_path, plain((*ORANGE, 51), "RGBA"))
    assert found == pytest.approx(np.broadcast_to([254, 230, 208], (3, 4, 3)), abs=1)


def test_grey_and_alpha_over_white(tmp_path):
    assert loaded(tmp_path, plain((100, 128), "LA")) == pytest.approx(177, abs=1)


@pytest.mark.parametrize("transparency", [0, b"\x00\xff"])
def test_palette_with_transparency_over_white(tmp_path, transparency):
    picture = plain(0, "P", (4, 2))
    picture.putpalette([0, 0, 0, *ORANGE])
    picture.paste(1, (0, 0, 2, 2))
    found = loaded(tmp_path, picture, transparency=transparency)
    assert (found[:, :2] == ORANGE).all()
    assert (found[:, 2:] == 255).all()


@pytest.mark.parametrize(("mode", "colour"), [("RGB", ORANGE), ("L", 9), ("1", 0)])
def test_transparent_colour_over_white(tmp_path, mode, colour):
    assert (loaded(tmp_path, plain(colour, mode), transparency=colour) == 255).all()


@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
def test_cmyk(tmp_path, suffix):
    found = loaded(tmp_path, plain((0, 128, 255, 0), "CMYK", (16, 16)), suffix)
    assert found == pytest.approx(np.broadcast_to([255, 127, 0], (16, 16, 3)), abs=3)


def test_lab(tmp_path):
    found = loaded(tmp_path, plain((128, 128, 128), "LAB"), ".tif")
    assert found == pytest.approx(119, abs=2)  # L* = 50


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "RGBX", "PA", "RGBa"])
def test_rare_modes(mode):
    picture = plain().convert("P" if mode == "PA" else "RGBA" if mode == "RGBa" else "RGB")
    found = to_srgb(picture.convert(mode), "picture")
    assert found.mode == "RGB"
    assert found.getpixel((0, 0)) == pytest.approx(ORANGE, abs=26 if mode == "PA" else 3)


@pytest.mark.parametrize(
    ("dtype", "suffix"),
    [("<u2", ".png"), ("<u2", ".tif"), (">u2", ".tif"), ("i4", ".tif"), ("f4", ".tif")],
)
def test_grey_of_more_than_8_bits_keeps_its_depth(tmp_path, dtype, suffix):
    values = np.linspace(0, 1 if dtype == "f4" else 65535, 1000).reshape(20, 50).astype(dtype)
    found = loaded(tmp_path, Image.fromarray(values), suffix)
    assert len(np.unique(found)) == 1000
    assert found[:, :, 1].ravel() == pytest.approx(np.linspace(0, 255, 1000), abs=0.02)
    assert (found == found[:, :, :1]).all()


@pytest.mark.parametrize(
    ("dtype", "value", "sentence"),
    [
        ("f4", 255.0, " holds grey values from 0 to 255; expected 0 to 1."),
        ("f4", np.nan, " holds grey values from nan to nan; expected 0 to 1."),
        ("i4", 70000, " holds grey values from 0 to 70000; expected 0 to 65535."),
        ("i4", -5, " holds grey values from -5 to 0; expected 0 to 65535."),
    ],
)
def test_grey_values_without_a_meaning(tmp_path, dtype, value, sentence):
    path = tmp_path / "picture.tif"
    Image.fromarray(np.array([[0, value]], dtype)).save(path)
    assert refusal(path) == sentence


# ---- frames, orientation


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp", ".tif"])
def test_first_frame(tmp_path, suffix):
    first, second = plain((255, 255, 255)), plain((0, 0, 0))
    found = loaded(tmp_path, first, suffix, save_all=True, append_images=[second])
    assert found == pytest.approx(255, abs=2)


@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.swapaxes(0, 1)),
        (6, lambda a: a[::-1].swapaxes(0, 1)),
        (7, lambda a: a[::-1, ::-1].swapaxes(0, 1)),
        (8, lambda a: a.swapaxes(0, 1)[::-1]),
        (9, lambda a: a),
    ],
)
@pytest.mark.parametrize("mode", ["RGB", "I;16"])
def test_orientation(tmp_path, mode, orientation, turn):
    values = np.arange(18, dtype=np.uint8).reshape(2, 3, 3) * 14
    if mode == "I;16":
        values = values[:, :, :1].repeat(3, axis=2)
        picture = Image.fromarray(values[:, :, 0].astype(np.uint16) * 257)
    else:
        picture = Image.fromarray(values)
    exif = Image.Exif()
    exif[0x0112] = orientation
    assert loaded(tmp_path, picture, exif=exif) == pytest.approx(turn(values), abs=1e-3)


@pytest.mark.parametrize(
    "exif", [b"nonsense", b"Exif\0\0nonsense", b"Exif\0\0MM\0\x2a\0\0\0\x08\xff"]
)
def test_broken_exif_says_nothing(tmp_path, exif):
    assert loaded(tmp_path, plain(), ".jpg", exif=exif).shape == (3, 4, 3)


# ---- colour profiles


def test_rgb_profile(tmp_path):
    found = loaded(tmp_path, plain((255, 0, 0)), icc_profile=icc.red_and_green_exchanged())
    assert found[0, 0] == pytest.approx([0, 255, 0], abs=3)


def test_rgb_profile_of_a_palette(tmp_path):
    picture = plain((255, 0, 0)).convert("P", palette=Image.Palette.ADAPTIVE)
    found = loaded(tmp_path, picture, icc_profile=icc.red_and_green_exchanged())
    assert found[0, 0] == pytest.approx([0, 255, 0], abs=3)


def test_rgb_profile_of_a_transparent_picture(tmp_path):
    picture = plain((255, 0, 0, 128), "RGBA")
    found = loaded(tmp_path, picture, icc_profile=icc.red_and_green_exchanged())
    assert found[0, 0] == pytest.approx([127, 255, 127], abs=3)


def test_rgb_profile_of_a_grey_picture(tmp_path):
    found = loaded(tmp_path, plain(100, "L"), icc_profile=icc.red_and_green_exchanged())
    assert found == pytest.approx(100, abs=3)


@pytest.mark.parametrize(("mode", "colour"), [("L", 55), ("LA", (55, 255))])
def test_grey_profile(tmp_path, mode, colour):
    found = loaded(tmp_path, plain(colour, mode), icc_profile=icc.linear_grey())
    assert found == pytest.approx(128, abs=2)


def test_grey_profile_with_16_bits(tmp_path):
    values = np.linspace(0, 65535, 1000).reshape(20, 50).astype("<u2")
    found = loaded(tmp_path, Image.fromarray(values), icc_profile=icc.linear_grey())
    linear = values[4:] / 65535
    assert found[4:, :, 0] == pytest.approx(255 * (1.055 * linear ** (1 / 2.4) - 0.055), abs=1)
    assert len(np.unique(found)) > 256


@pytest.mark.parametrize("suffix", [".tif", ".jpg"])
def test_cmyk_profile(tmp_path, suffix):
    profile = icc.cyan_is_white()
    white = loaded(tmp_path, plain((255, 0, 0, 0), "CMYK", (8, 8)), suffix, icc_profile=profile)
    black = loaded(tmp_path, plain((0, 0, 0, 0), "CMYK", (8, 8)), suffix, icc_profile=profile)
    assert white == pytest.approx(255, abs=6)
    assert black == pytest.approx(0, abs=6)


@pytest.mark.parametrize(
    ("profile", "reason"),
    [
        (b"nonsense", "cannot open profile"),
        (icc.linear_grey()[:140], "cannot open profile"),
        (icc.linear_grey(), "it is for GRAY pictures, and this one is RGB"),
        (icc.cyan_is_white(), "it is for CMYK pictures, and this one is RGB"),
        (icc.profile(b"mntr", b"RGB ", b"XYZ ", {}), "cannot build transform"),
    ],
)
def test_profile_that_cannot_be_used_is_ignored_with_a_warning(tmp_path, profile, reason):
    with pytest.warns(UserWarning, match=f"picture.png: the colour profile is ignored .*{reason}"):
        assert (loaded(tmp_path, plain(), icc_profile=profile) == ORANGE).all()


def test_rgb_profile_of_a_cmyk_picture_is_ignored_with_a_warning(tmp_path):
    with pytest.warns(UserWarning, match="it is for RGB pictures, and this one is CMYK"):
        loaded(tmp_path, plain(0, "CMYK"), ".tif", icc_profile=icc.red_and_green_exchanged())


def test_warning_points_at_the_caller(tmp_path):
    plain().save(tmp_path / "picture.png", icc_profile=b"nonsense")
    with pytest.warns(UserWarning, match="ignored") as caught:
        load_image(tmp_path / "picture.png")
    assert caught[0].filename == __file__
