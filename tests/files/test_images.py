import os
import struct
import threading
import warnings
import zlib

import icc
import numpy as np
import pytest
from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files import quiet
from nst_numpy.files.colours import to_srgb
from nst_numpy.files.images import largest_size, load_image, smallest_size, wanted_size
from nst_numpy.files.opening import MOST_PIXELS, READABLE

ORANGE = (250, 130, 20)


def plain(colour=ORANGE, mode="RGB", size=(4, 3)):
    return Image.new(mode, size, colour)


def loaded(tmp_path, picture, suffix=".png", **options):
    """Save with Pillow, load, and give the picture in units of 0 to 255."""
    path = tmp_path / f"picture{suffix}"
    picture.save(path, **options)
    image = load_image(path)
    assert image.dtype == np.float32
    assert image.shape[2] == 3
    assert image.min() >= 0
    assert image.max() <= 1
    return image * 255


def refusal(path, **options):
    with pytest.raises(InputError) as error:
        load_image(path, **options)
    sentence = str(error.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence.removeprefix(str(path))


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


# ---- size


@pytest.mark.parametrize(
    ("size", "shape"), [(10, (5, 10)), (40, (20, 40)), (160, (80, 160)), (1, (1, 1)), (7, (4, 7))]
)
def test_size_is_the_longest_side(tmp_path, size, shape):
    plain(size=(40, 20)).save(tmp_path / "picture.png")
    image = load_image(tmp_path / "picture.png", size=size)
    assert image.shape == (*shape, 3)
    assert image == pytest.approx(np.broadcast_to(np.array(ORANGE) / 255, image.shape), abs=1e-6)


def test_size_of_a_turned_picture(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    plain(size=(40, 20)).save(tmp_path / "picture.png", exif=exif)
    assert load_image(tmp_path / "picture.png", size=10).shape == (10, 5, 3)


def test_very_long_picture_keeps_a_pixel(tmp_path):
    plain(size=(500, 1)).save(tmp_path / "picture.png")
    assert load_image(tmp_path / "picture.png", size=50).shape == (1, 50, 3)


def test_shape_is_exact(tmp_path):
    plain().save(tmp_path / "picture.png")
    assert load_image(tmp_path / "picture.png", shape=(30, 7)).shape == (30, 7, 3)


def test_16_bits_keep_their_depth_when_resized(tmp_path):
    values = np.linspace(0, 65535, 64 * 64).reshape(64, 64).astype("<u2")
    Image.fromarray(values).save(tmp_path / "picture.png")
    image = load_image(tmp_path / "picture.png", size=32)
    assert image.shape == (32, 32, 3)
    assert image.dtype == np.float32
    assert len(np.unique(image)) > 900
    assert 0 <= image.min() < image.max() <= 1


def test_downsampling_averages(tmp_path):
    values = np.zeros((64, 64, 3), np.uint8)
    values[::2] = 255
    Image.fromarray(values).save(tmp_path / "picture.png")
    image = load_image(tmp_path / "picture.png", size=16)
    assert image[4:-4] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"size": 0}, "The size is 0; a picture has at least 1 pixel on its longest side."),
        ({"size": -3}, "The size is -3; a picture has at least 1 pixel on its longest side."),
        ({"shape": (5, 0)}, "The shape is (5, 0); a picture has at least 1 pixel on each side."),
        ({"size": 3, "shape": (5, 5)}, "A picture is given either a size or a shape, not both."),
        (
            {"size": 10**6},
            " cannot become 1000000 × 750000 pixels; at most 178956970 are made.",
        ),
    ],
)
def test_size_that_cannot_be_had(tmp_path, options, sentence):
    plain().save(tmp_path / "picture.png")
    assert refusal(tmp_path / "picture.png", **options) == sentence


# ---- what is no picture


@pytest.fixture
def path(tmp_path):
    return tmp_path / "picture.png"


def test_missing_file(path):
    assert refusal(path) == " does not exist."


def test_folder(tmp_path):
    assert refusal(tmp_path) == " is a folder, not a file."


def test_empty_file(path):
    path.touch()
    assert refusal(path) == " is empty."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipe(path):
    os.mkfifo(path)
    assert refusal(path) == " is not a regular file."


def test_text(path):
    path.write_text("Not a picture at all")
    assert refusal(path) == (
        " is not a picture that can be read; it begins b'Not a picture at', expected one of "
        f"{', '.join(name for name in READABLE if name in Image.OPEN)}."
    )


@pytest.mark.parametrize("suffix", [".eps", ".jpg"])
def test_another_program_is_never_started(path, monkeypatch, suffix):
    """Pillow would hand an EPS to Ghostscript, whatever the suffix says."""
    path = path.with_suffix(suffix)
    plain().save(path, "EPS")

    def started(*_, **__):
        raise AssertionError

    monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", started)
    assert refusal(path).startswith(" is not a picture that can be read; it begins b'%!PS-Adobe-")


def test_a_picture_of_several_as_a_telephone_takes_it(path):
    plain().save(path, "MPO", save_all=True, append_images=[plain((0, 0, 0))])
    assert load_image(path).shape == (3, 4, 3)


def test_hdf5_which_pillow_knows_but_cannot_read(path):
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    assert " is " in refusal(path)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".gif", ".tif", ".bmp"])
def test_truncated_picture(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), np.uint8)
    path = tmp_path / f"picture{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert " is " in refusal(path)


def png_header(width, height):
    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(bytes(100)))


def test_picture_of_ten_thousand_million_pixels(path):
    path.write_bytes(png_header(100_000, 100_000))
    assert refusal(path) == (
        " has more than 178956970 pixels; reduce it with another program first."
    )


def test_large_picture_is_read_without_a_warning(path, monkeypatch):
    plain().save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 8)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_image(path).shape == (3, 4, 3)


def test_decoder_without_memory(path, monkeypatch):
    plain().save(path)

    def load(self):
        raise MemoryError

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", load)
    assert refusal(path) == " needs more memory than there is."


def none_left(*_, **__):
    raise MemoryError


@pytest.mark.parametrize(("mode", "where"), [("RGB", "to_srgb"), ("I;16", "deep_to_srgb")])
def test_colours_without_memory(path, monkeypatch, mode, where):
    Image.new(mode, (4, 3)).save(path)
    monkeypatch.setattr(f"nst_numpy.files.images.{where}", none_left)
    assert refusal(path) == " needs more memory than there is."


def test_turning_without_memory(path, monkeypatch):
    """It is not taken for metadata that cannot be read: the picture would lie on its side."""
    plain().save(path)
    monkeypatch.setattr("PIL.ImageOps.exif_transpose", none_left)
    assert refusal(path) == " needs more memory than there is."


def test_a_codec_does_not_talk_beside_us(path, capfd, monkeypatch):
    """What libtiff does: it writes to standard error, past Python."""
    plain().save(path)
    monkeypatch.setattr(quiet, "alone", lambda: True)

    def load(self):
        os.write(2, b"picture.png: Using code not yet in table.")
        raise OSError("decoder error -2")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load", load)
    assert refusal(path) == " is a damaged or unsupported picture (decoder error -2)."
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"


def test_without_a_place_for_its_lines_a_codec_may_talk(path, capfd, monkeypatch):
    plain().save(path)
    monkeypatch.setattr(quiet, "alone", lambda: True)
    monkeypatch.setattr(os, "devnull", str(path.with_name("none")))
    lowest_free = os.dup(0)
    os.close(lowest_free)
    load_image(path)
    os.write(2, b"still there")
    assert capfd.readouterr().err == "still there"
    again = os.dup(0)
    os.close(again)
    assert again == lowest_free  # nothing was left open


def test_the_threads_of_the_kernels_say_nothing(monkeypatch):
    threads = pytest.importorskip("nst_numpy.kernels.threads")
    started = []
    threads.Team(2).run(lambda t, T: started.append(threading.current_thread()))
    assert len(set(started)) == 2
    monkeypatch.setattr(threading, "enumerate", lambda: started)
    assert quiet.alone()


def test_where_another_thread_may_write_standard_error_is_left_alone(capfd):
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert not quiet.alone()
        with quiet.quiet_codec():
            os.write(2, b"from another thread")
    finally:
        done.set()
        other.join()
    assert capfd.readouterr().err == "from another thread"


@pytest.mark.filterwarnings("ignore:.*the colour profile is ignored")
def test_damaged_bytes_are_a_sentence_or_a_picture(tmp_path):
    """A few wrong bytes anywhere in a file never end in a traceback."""
    generator = np.random.default_rng(0)
    for suffix in (".png", ".jpg", ".gif", ".tif", ".webp", ".bmp"):
        path = tmp_path / f"picture{suffix}"
        plain(size=(30, 20)).save(path)
        whole = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(60):
            damaged = whole.copy()
            places = generator.integers(0, min(len(whole), 400), 3)
            damaged[places] = generator.integers(0, 256, 3)
            path.write_bytes(damaged.tobytes())
            try:
                load_image(path, size=16)
            except InputError as error:
                assert str(path) in str(error)  # noqa: PT017


def test_a_size_that_leaves_a_side_too_small_is_refused_with_the_smallest_that_works(tmp_path):
    path = tmp_path / "wide.png"
    Image.new("RGB", (90, 40)).save(path)
    with pytest.raises(InputError) as caught:
        load_image(path, size=30, least_side=16)
    assert str(caught.value) == (
        f"{path} would be 30 × 13 pixels, but each side needs 16 for what is asked "
        "for; the smallest size that works is 35."
    )
    assert load_image(path, size=35, least_side=16).shape == (16, 35, 3)
    with pytest.raises(InputError, match="each side needs 16"):
        load_image(path, size=34, least_side=16)


@pytest.mark.parametrize("found", [(90, 40), (40, 90), (7, 7), (3000, 2000), (3, 2), (500, 3)])
def test_the_smallest_and_the_largest_size_are_the_outermost_that_work(found):
    for side in range(1, 70):
        size = smallest_size(found, side)
        assert min(wanted_size(found, size)) >= side
        assert size == 1 or min(wanted_size(found, size - 1)) < side
    size = largest_size(found)
    assert np.prod(wanted_size(found, size)) <= MOST_PIXELS < np.prod(wanted_size(found, size + 1))


@pytest.mark.parametrize("exponent", [20, 40, 20000])
def test_a_side_that_no_size_has_is_refused_at_once(path, exponent):
    plain().save(path)
    side = 2**exponent
    assert refusal(path, size=30, least_side=side).endswith("asked for; no size works.")
