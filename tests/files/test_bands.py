"""A PNG or TIFF read some rows at a time: its means are those of the whole picture."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from nst_numpy import InputError, load_image
from nst_numpy.files import bands, opening
from nst_numpy.files.bands import LOW, averaged
from nst_numpy.files.carried import alpha_of
from nst_numpy.files.deep import channel
from nst_numpy.files.directories import LONG, SHORT, numbers, written
from nst_numpy.files.masks import load_mask
from nst_numpy.files.opening import low_bytes, opened, reduction, size_and_memory
from nst_numpy.files.png import write_png
from nst_numpy.files.png_bands import png_bands
from nst_numpy.files.tiff import write_tiff
from nst_numpy.files.tiff_bands import tiff_bands

RNG = np.random.default_rng(0)
N_H, N_W = 150, 203


@pytest.fixture(autouse=True)
def small_is_large(monkeypatch):
    monkeypatch.setattr(opening, "LARGE", 1)
    monkeypatch.setattr(bands, "ROWS", 8)
    monkeypatch.setattr(bands, "BYTES", 1)


def noise(mode):
    """A picture of a mode in which no two neighbours are alike."""
    if mode in ("I;16", "I"):
        dtype = np.uint16 if mode == "I;16" else np.int32
        return Image.fromarray(RNG.integers(0, 65536, (N_H, N_W)).astype(dtype))
    if mode == "F":
        return Image.fromarray(RNG.random((N_H, N_W), np.float32))
    if mode == "P":
        picture = Image.fromarray(RNG.integers(0, 16, (N_H, N_W), np.uint8), "P")
        picture.putpalette(RNG.integers(0, 256, 48, np.uint8).tobytes())
        return picture
    full = RNG.integers(0, 256, (N_H, N_W, 4), np.uint8)
    return Image.fromarray(full).convert(mode) if mode != "CMYK" else Image.fromarray(full, mode)


def whole_and_reduced(path, k):
    """The means of the picture that Pillow reads, and those made some rows at a time."""
    with opened(path) as picture:
        made = opening.BANDS[picture.format](picture)
        found = made.reduced(k, picture.format)
    with Image.open(path) as picture:
        transparent = picture.has_transparency_data
        picture.load()
        return averaged(picture, transparent).reduce(k), found


FORMS = [
    ("PNG", "RGB", {}), ("PNG", "L", {}), ("PNG", "1", {}), ("PNG", "P", {"bits": 4}),
    ("PNG", "P", {"transparency": 3}), ("PNG", "LA", {}), ("PNG", "RGBA", {}), ("PNG", "I;16", {}),
    ("PNG", "RGB", {"transparency": (1, 2, 3)}), ("PNG", "RGB", {"compress_level": 0}),
    ("TIFF", "RGB", {}), ("TIFF", "1", {}), ("TIFF", "I;16", {}), ("TIFF", "I", {}),
    ("TIFF", "F", {}), ("TIFF", "P", {}), ("TIFF", "RGBA", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw", "tiffinfo": {278: 7}}),
    ("TIFF", "RGB", {"compression": "tiff_lzw", "tiffinfo": {278: 9, 317: 2}}),
    ("TIFF", "CMYK", {"compression": "tiff_deflate", "tiffinfo": {278: 16}}),
    ("TIFF", "L", {"compression": "packbits", "tiffinfo": {278: 1}}),
    ("TIFF", "RGB", {"compression": "jpeg", "tiffinfo": {278: 16}}),
]  # fmt: skip


@pytest.mark.parametrize("k", [2, 5, 16])
@pytest.mark.parametrize(("form", "mode", "options"), FORMS)
def test_the_means_are_those_of_the_whole_picture(tmp_path, form, mode, options, k):
    noise(mode).save(tmp_path / "p", form, **options)
    expected, found = whole_and_reduced(tmp_path / "p", k)
    assert found.mode == expected.mode
    expected = expected.resize((N_W // k, N_H // k), Image.Resampling.HAMMING,
                               (0, 0, N_W / k, N_H / k))  # fmt: skip
    assert np.array_equal(np.asarray(found), np.asarray(expected))


FILTERS = [0, 1, 2, 3, 4]


@pytest.mark.parametrize("filters", [[one] for one in FILTERS] + [FILTERS])
@pytest.mark.parametrize(("n_C", "bits"), [(3, 8), (4, 8), (3, 16), (4, 16)])
def test_every_filter_of_png_is_undone(tmp_path, monkeypatch, filters, n_C, bits):
    """The rows are written without looking for the best filter, each by the next of them."""
    values = RNG.integers(0, 2**bits, (N_H, N_W, n_C)).astype(f">u{bits // 8}")
    raw = values.view(np.uint8).reshape(N_H, -1).astype(int)
    step = n_C * bits // 8
    above = np.zeros_like(raw[0])
    body = b""
    for y, row in enumerate(raw):
        a, c = np.zeros_like(row), np.zeros_like(row)
        a[step:], c[step:] = row[:-step], above[:-step]
        p = a + above - c
        near = np.stack([abs(p - a), abs(p - above), abs(p - c)]).argmin(0)
        which = filters[y % len(filters)]
        guess = [0 * a, a, above, (a + above) // 2, np.choose(near, [a, above, c])][which]
        body += bytes([which]) + ((row - guess) % 256).astype(np.uint8).tobytes()
        above = row
    head = struct.pack(">IIBBBBB", N_W, N_H, bits, {3: 2, 4: 6}[n_C], 0, 0, 0)
    with (tmp_path / "p").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(body)), (b"IEND", b"")):
            file.write(struct.pack(">I", len(data)) + name + data)
            file.write(struct.pack(">I", zlib.crc32(name + data)))
    small = [
        np.frombuffer(zlib.decompress(data), np.uint8) for data in idat(way_files(tmp_path / "p"))
    ]
    rows = np.concatenate([part.reshape(-1, 1 + raw.shape[1]) for part in small])
    assert np.array_equal(rows[:, 1:], raw)
    assert not rows[:, 0].any()


def way_files(path):
    """The small files of ten rows each."""
    with opened(path) as picture:
        return [data for data, _ in png_bands(picture).files(10)]


def idat(files):
    """The packed pixels of small PNGs: each has one chunk of them."""
    for data in files:
        at = data.index(b"IDAT")
        yield data[at + 4 : at + 4 + int.from_bytes(data[at - 4 : at], "big")]


def tiff(values, path, order, rows, separate=False, packed=False):
    """Write a TIFF in strips, in either order of bytes, together or a colour after the other."""
    n_H, n_W, n_C = values.shape
    planes = np.moveaxis(values, 2, 0)[..., np.newaxis] if separate else values[np.newaxis]
    parts = [
        plane[top : top + rows].astype(values.dtype.newbyteorder(order)).tobytes()
        for plane in planes
        for top in range(0, n_H, rows)
    ]
    parts = [zlib.compress(part) if packed else part for part in parts]
    places = np.cumsum([8, *map(len, parts)]).tolist()
    entries = {
        256: numbers(LONG, n_W), 257: numbers(LONG, n_H), 277: numbers(SHORT, n_C),
        258: numbers(SHORT, *[8 * values.dtype.itemsize] * n_C), 278: numbers(LONG, rows),
        259: numbers(SHORT, 8 if packed else 1), 262: numbers(SHORT, 2 if n_C > 2 else 1),
        273: numbers(LONG, *places[:-1]), 279: numbers(LONG, *map(len, parts)),
        284: numbers(SHORT, 2 if separate else 1),
    }  # fmt: skip
    if n_C == 4:
        entries[338] = numbers(SHORT, 2)
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, places[-1])
    path.write_bytes(head + b"".join(parts) + written(entries, places[-1], order=order))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("rows", [1, 7, 32])
@pytest.mark.parametrize(
    ("n_C", "bits", "separate"), [(1, 8, False), (1, 16, False), (3, 8, False), (3, 8, True)]
)
def test_strips_of_any_kind(tmp_path, order, packed, rows, n_C, bits, separate):
    values = RNG.integers(0, 2**bits, (N_H - 6, N_W - 3, n_C)).astype(f"u{bits // 8}")
    tiff(values, tmp_path / "p", order, rows, separate, packed)
    expected, found = whole_and_reduced(tmp_path / "p", 8)
    assert found.mode == expected.mode
    assert np.array_equal(np.asarray(found), np.asarray(expected))


def written_by_us(values, path, bits):
    with path.open("wb") as file:
        if path.suffix == ".png":
            write_png(file, [values], values.shape, bits)
        else:
            parts = (values[top : top + 256] for top in range(0, len(values), 256))
            write_tiff(file, parts, values.shape, bits, {}, {})


@pytest.mark.parametrize("n_C", [3, 4])
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_colours_of_16_bits_keep_both_bytes(tmp_path, suffix, n_C):
    values = RNG.integers(0, 65536, (600, 320, n_C)).astype(np.uint16)
    path = tmp_path / f"p{suffix}"
    written_by_us(values, path, 16)
    with opened(path) as picture:
        made = opening.BANDS[picture.format](picture)
        found = made.reduced(4, picture.format)
    seen = values[..., 3:] / 65535 if n_C == 4 else np.ones_like(values[..., :1], float)
    squares = (150, 4, 80, 4)

    def mean(one):
        return one.reshape(*squares, -1).mean((1, 3))

    expected = mean(values[..., :3] / 65535 * seen) / mean(seen)
    got = np.stack([channel(found, found.info[LOW], name) for name in "RGB"], -1)
    assert np.abs(got - expected).max() < 1.01 / 65535
    if n_C == 4:
        alpha = channel(found, found.info[LOW], "A")[..., np.newaxis]
        assert np.abs(alpha - mean(seen)).max() < 1.01 / 65535
    image = load_image(path, size=30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "LARGE", 2**40)
        assert np.abs(image - load_image(path, size=30)).max() < 0.03
    assert low_bytes(path).size == (320, 600)


def test_tiles_of_both_depths(tmp_path):
    for bits in (8, 16):
        values = RNG.integers(0, 2**bits, (800, 700, 3)).astype(f"u{bits // 8}")
        written_by_us(values, tmp_path / "p.tif", bits)
        with opened(tmp_path / "p.tif") as picture:
            way = tiff_bands(picture)
            assert (way.each, way.size) == (256, (700, 800))
            found = way.reduced(4, "TIFF")
        expected = values.reshape(200, 4, 175, 4, 3).mean((1, 3)) / (2**bits - 1)
        assert np.abs(np.asarray(found) / 255 - expected).max() < 1.01 / 255


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_it_is_turned_upright(tmp_path, form, orientation):
    y, x = np.mgrid[:N_H, :N_W]
    smooth = np.stack([x / N_W, y / N_H, np.sin(x / 40) / 2 + 0.5], -1)
    exif = Image.Exif()
    exif[opening.ORIENTATION] = orientation
    Image.fromarray(np.rint(255 * smooth).astype(np.uint8)).save(tmp_path / "p", form, exif=exif)
    found = load_image(tmp_path / "p", size=20)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "LARGE", 2**40)
        expected = load_image(tmp_path / "p", size=20)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 0.02
    assert opening.upright_size(tmp_path / "p") == ((N_H, N_W) if orientation > 4 else (N_W, N_H))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("name", [b"eXIf", b"iTXt"])
def test_what_stands_behind_the_pixels_turns_it_too(tmp_path, name):
    noise("RGB").save(tmp_path / "p", "PNG")
    exif = Image.Exif()
    exif[opening.ORIENTATION] = 6
    told = b'<x xmlns:tiff="t"><y tiff:Orientation="6"/></x>'
    data = {b"eXIf": exif.tobytes()[6:], b"iTXt": b"XML:com.adobe.xmp\0\0\0\0\0" + told}[name]
    whole = (tmp_path / "p").read_bytes()
    (tmp_path / "p").write_bytes(whole[:-12] + chunk(name, data) + whole[-12:])
    assert load_image(tmp_path / "p", size=20).shape == (20, 15, 3)


def test_a_mask_and_the_alpha_of_a_large_picture(tmp_path):
    picture = noise("RGBA")
    picture.save(tmp_path / "p", "PNG")
    alpha = alpha_of(tmp_path / "p", (15, 20))
    expected = np.asarray(picture.getchannel("A").resize((20, 15), Image.Resampling.LANCZOS)) / 255
    assert np.abs(alpha - expected).max() < 0.03
    Image.new("L", (N_W, N_H), 200).save(tmp_path / "mask", "TIFF")
    mask = load_mask(tmp_path / "mask", tmp_path / "p", (15, 20))
    assert np.abs(mask - 200 / 255).max() < 1e-6


def test_what_is_damaged_is_refused(tmp_path):
    noise("RGB").save(tmp_path / "p.png")
    whole = (tmp_path / "p.png").read_bytes()
    (tmp_path / "p.png").write_bytes(whole[: len(whole) // 2])
    noise("RGB").save(tmp_path / "p.tif", compression="tiff_deflate", tiffinfo={278: 16})
    with Image.open(tmp_path / "p.tif") as picture:
        place = picture.tag_v2[273][0] + 2000
    whole = (tmp_path / "p.tif").read_bytes()
    (tmp_path / "p.tif").write_bytes(whole[:place] + b"\xff" * 3000 + whole[place + 3000 :])
    for name in ("p.png", "p.tif"):
        with pytest.raises(InputError, match="is a damaged or unsupported picture"):
            load_image(tmp_path / name, size=20)


def test_what_cannot_be_read_in_parts_is_read_whole(tmp_path):
    def reduced(form, **options):
        noise("L").save(tmp_path / "p", form, **options)
        with opened(tmp_path / "p") as picture:
            return reduction(picture, lambda _: (20, 15))[2]

    assert reduced("TIFF", compression="tiff_lzw", tiffinfo={278: N_H}) == 1  # a single strip
    in_strips = reduced("TIFF", compression="tiff_lzw", tiffinfo={278: 10})
    with Image.open(tmp_path / "p") as picture:
        strips = len(picture.tag_v2[273])  # older Pillows pack all rows as one strip
    assert in_strips == (2 if strips > 1 else 1)
    assert reduced("BMP") == 1
    noise("1").save(tmp_path / "p", "TIFF", compression="group4")
    with opened(tmp_path / "p") as picture:
        assert tiff_bands(picture) is None
    noise("L").save(tmp_path / "p", "TIFF", big_tiff=True)
    if 43 in (tmp_path / "p").read_bytes()[2:4]:  # older Pillows know no BigTIFF
        with opened(tmp_path / "p") as picture:
            assert tiff_bands(picture) is None
    noise("L").save(tmp_path / "p", "PNG")
    interlaced = bytearray((tmp_path / "p").read_bytes())
    interlaced[28] = 1
    interlaced[29:33] = struct.pack(">I", zlib.crc32(bytes(interlaced[12:29])))
    (tmp_path / "p").write_bytes(interlaced)
    with opened(tmp_path / "p") as picture:
        assert png_bands(picture) is None


def test_no_more_than_some_rows_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(bands, "ROWS", 64)
    Image.new("RGB", (1000, 3000)).save(tmp_path / "p", "PNG")
    whole = size_and_memory(tmp_path / "p")[1]
    small = size_and_memory(tmp_path / "p", lambda _: (10, 30))[1]
    assert whole == 8 * 3_000_000
    assert small < whole / 5
