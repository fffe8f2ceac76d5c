"""Coloured pictures of 16 bits, written by us, read by Pillow and by us."""

import io
import struct
import tracemalloc
import zlib

import icc
import numpy as np
import pytest
from PIL import Image, ImageOps

from nst_numpy import InputError, load_image, save_image
from nst_numpy.files.needs import SIXTEEN
from nst_numpy.files.opening import low_bytes, size_and_memory
from nst_numpy.files.png import filtered, paeth, write_chunk, write_png
from nst_numpy.files.tiff import write_tiff

RNG = np.random.default_rng(0)


def png_of(values, path):
    """Write rows of big-endian numbers without any filter: another way than the package's."""
    n_H, n_W, n_C = values.shape
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        kind = {3: 2, 4: 6}[n_C]
        write_chunk(file, b"IHDR", struct.pack(">IIBBBBB", n_W, n_H, 16, kind, 0, 0, 0))
        rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
        write_chunk(file, b"IDAT", zlib.compress(rows))
        write_chunk(file, b"IEND", b"")


def tiff_of(values, path, order):
    """Write a TIFF in one strip, in either order of bytes."""
    n_H, n_W, n_C = values.shape
    data = values.astype(f"{order}u2").tobytes()
    bits = 8 + 2 + 12 * 9 + 4
    tags = [
        (256, 4, 1, n_W), (257, 4, 1, n_H), (258, 3, 3, bits), (259, 3, 1, 1), (262, 3, 1, 2),
        (273, 4, 1, bits + 6), (277, 3, 1, n_C), (278, 4, 1, n_H), (279, 4, 1, len(data)),
    ]  # fmt: skip
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(tags))
    for tag, kind, count, value in tags:
        form = "HH" if kind == 3 and count == 1 else "I"
        head += struct.pack(f"{order}HHI", tag, kind, count)
        head += struct.pack(f"{order}{form}", *([value, 0] if form == "HH" else [value]))
    path.write_bytes(head + bytes(4) + struct.pack(f"{order}3H", 16, 16, 16) + data)


@pytest.fixture
def values():
    return RNG.integers(0, 65536, (13, 17, 3), np.uint16)


def test_both_bytes_of_a_png_are_read(tmp_path, values):
    png_of(values, tmp_path / "p.png")
    assert np.abs(load_image(tmp_path / "p.png") * 65535 - values).max() < 0.01


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_bytes_of_a_tiff_are_read(tmp_path, values, order):
    tiff_of(values, tmp_path / "p.tif", order)
    assert np.abs(load_image(tmp_path / "p.tif") * 65535 - values).max() < 0.01


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("shape", [(1, 1), (13, 17), (256, 256), (300, 260)])
def test_what_is_saved_in_16_bits_is_read_back(tmp_path, suffix, shape):
    image = RNG.random((*shape, 3)).astype(np.float32)
    path = tmp_path / f"p{suffix}"
    save_image(image, path, bits=16)
    assert np.abs(load_image(path) - image).max() < 0.51 / 65535
    with Image.open(path) as picture:  # which keeps the higher byte
        high = np.asarray(picture)
    assert (high == np.rint(image * 65535).astype(np.uint16) >> 8).all()


def test_transparent_lies_over_white(tmp_path):
    values = RNG.integers(0, 65536, (6, 5, 4), np.uint16)
    png_of(values, tmp_path / "p.png")
    colour, alpha = values[:, :, :3] / 65535, values[:, :, 3:] / 65535
    assert np.abs(load_image(tmp_path / "p.png") - (colour * alpha + 1 - alpha)).max() < 1e-6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_turned(tmp_path, values, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    data = exif.tobytes().removeprefix(b"Exif\0\0")
    with (tmp_path / "p.png").open("wb") as file:
        write_png(file, [values], values.shape, 16, [(b"eXIf", data)])
    turned = load_image(tmp_path / "p.png")
    high = np.asarray(Image.fromarray((values >> 8).astype(np.uint8)))
    picture = Image.fromarray(high)
    picture.info["exif"] = exif.tobytes()
    expected = np.asarray(ImageOps.exif_transpose(picture))
    assert (np.floor(np.rint(turned * 65535) / 256) == expected).all()


def test_it_is_resized_in_floating_point(tmp_path):
    dark = np.tile(np.uint16([100, 101]), (20, 10))[:, :, None].repeat(3, axis=2)
    png_of(dark, tmp_path / "p.png")
    assert load_image(tmp_path / "p.png", size=5) * 65535 == pytest.approx(100.5, abs=0.2)


def test_its_profile_is_used(tmp_path):
    values = np.full((4, 4, 3), [40000, 0, 0], np.uint16)
    with (tmp_path / "p.png").open("wb") as file:
        profile = b"x\0\0" + zlib.compress(icc.red_and_green_exchanged())
        write_png(file, [values], values.shape, 16, [(b"iCCP", profile)])
    red, green, blue = load_image(tmp_path / "p.png")[0, 0] * 65535
    linear = (40000 / 65535) ** 2.2
    expected = 65535 * (1.055 * linear ** (1 / 2.4) - 0.055)
    assert (red, blue) == pytest.approx((0, 0), abs=200)
    assert green == pytest.approx(expected, abs=30)


def test_what_it_takes_is_known_before_it_is_decoded(tmp_path, values):
    png_of(values, tmp_path / "p.png")
    assert size_and_memory(tmp_path / "p.png") == ((17, 13), 17 * 13 * SIXTEEN)
    Image.new("RGB", (17, 13)).save(tmp_path / "p.png")
    assert low_bytes(tmp_path / "p.png") is None


@pytest.mark.parametrize(
    ("name", "bits", "said"),
    [
        ("p.jpg", 16, " cannot hold 16 bits; PNG and TIFF can."),
        ("p.webp", 16, " cannot hold 16 bits; PNG and TIFF can."),
        ("p.png", 12, "bits must be 8 or 16, not 12."),
        ("p.png", "16", "bits must be a whole number, not '16'."),
    ],
)
def test_bits_that_cannot_be(tmp_path, name, bits, said):
    with pytest.raises(InputError) as error:
        save_image(np.zeros((3, 3, 3)), tmp_path / name, bits=bits)
    assert str(error.value).removeprefix(str(tmp_path / name)) == said
    assert list(tmp_path.iterdir()) == []


# ---- how PNG and TIFF are written


def test_the_filter_of_paeth_is_its_formula():
    a, b, c = RNG.integers(0, 256, (3, 9, 50), np.uint8)

    def nearest(a, b, c):
        p = int(a) + int(b) - int(c)
        return min((abs(p - int(x)), k, x) for k, x in enumerate((a, b, c)))[2]

    expected = [
        [nearest(*abc) for abc in zip(*rows, strict=True)] for rows in zip(a, b, c, strict=True)
    ]
    assert (paeth(a, b, c) == expected).all()


def test_every_filter_is_used_and_read_back(tmp_path):
    y, x = np.mgrid[:60, :80]
    parts = [
        np.zeros((60, 80, 3)), np.stack([3 * x, 3 * x, 3 * x], -1), np.stack([4 * y] * 3, -1),
        np.stack([2 * x + 2 * y, x + 3 * y, 90 * np.sin(x / 9) + 90 * np.cos(y / 8)], -1),
        RNG.integers(0, 256, (60, 80, 3)),
    ]  # fmt: skip
    whole = np.concatenate(parts).astype(np.int64).astype(np.uint8)
    used = filtered(whole.reshape(300, 240), np.zeros(240, np.uint8), 3)[:, 0]
    assert set(used) == {0, 1, 2, 3, 4}
    file = io.BytesIO()
    write_png(file, np.split(whole, [1, 100, 101]), whole.shape, 8)
    assert (np.asarray(Image.open(file)) == whole).all()


@pytest.mark.parametrize("most", [2**32, 0])
@pytest.mark.parametrize("n_C", [3, 4])
def test_a_tiff_past_its_places_is_a_bigtiff(tmp_path, most, n_C):
    whole = RNG.integers(0, 256, (300, 520, n_C), np.uint8)
    with (tmp_path / "p.tif").open("wb+") as file:
        write_tiff(file, np.split(whole, [256]), whole.shape, 8, {}, {}, most)
    start = (tmp_path / "p.tif").read_bytes()[:4]
    assert start == (b"II*\0" if most else b"II+\0")
    with Image.open(tmp_path / "p.tif") as picture:
        assert (picture.tag_v2[322], picture.tag_v2[323]) == (256, 256)
        assert (np.asarray(picture) == whole).all()


@pytest.mark.parametrize(("suffix", "bits"), [(".png", 8), (".png", 16), (".tif", 8), (".tif", 16)])
def test_a_large_picture_is_not_held_again_to_be_written(tmp_path, suffix, bits):
    most = []
    for n_H in (1024, 4096):
        image = np.zeros((n_H, 512, 3), np.float32)
        tracemalloc.start()
        try:
            save_image(image, tmp_path / f"p{suffix}", bits=bits)
            most.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert most[1] < 1.05 * most[0]  # some rows at a time, whatever the height
    assert most[1] < 20 * 2**20


def test_a_large_picture_is_read_into_one_array(tmp_path):
    Image.new("RGB", (1000, 2000), (1, 2, 3)).save(tmp_path / "p.png")
    tracemalloc.start()
    try:
        found = load_image(tmp_path / "p.png")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1.1 * found.nbytes  # Pillow's own bytes are not NumPy's
    assert (found == np.float32([1, 2, 3]) / 255).all()


def test_the_same_picture_is_the_same_bytes(tmp_path):
    image = RNG.random((50, 40, 3))
    for name in ("a.tif", "b.tif", "a.png", "b.png"):
        save_image(image, tmp_path / name, "about", bits=16)
    for suffix in ("tif", "png"):
        one, other = (tmp_path / f"{name}.{suffix}" for name in "ab")
        assert one.read_bytes() == other.read_bytes()
