"""What goes along from a photograph to its painting: profile, EXIF, resolution, transparency."""

import io
import struct

import icc
import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from nst_numpy import InputError, load_image, save_image
from nst_numpy.files import directories, exif
from nst_numpy.files.carried import NOTHING, Carried, big, carried_of
from nst_numpy.files.profiles import read_profile, srgb_profile

SUFFIXES = [".png", ".jpg", ".webp", ".tif"]
LOSSLESS = (".png", ".tif")
GPS = {1: "N", 2: (51.0, 2.0, 3.0), 3: "W", 4: (5.0, 6.0, 7.0)}


@pytest.fixture
def image():
    """Smooth, so that lossy formats come close."""
    y, x = np.mgrid[:30, :40] / 40
    return np.stack([x, y, (x + y) / 2], -1).astype(np.float32)


def adobe():
    """A profile with a wider green than sRGB has, and a curve of 2.2."""
    primaries = {"r": (0.60974, 0.31111, 0.01947), "g": (0.20528, 0.62567, 0.06087),
                 "b": (0.14919, 0.06322, 0.74457)}  # fmt: skip
    tags = {f"{k}XYZ".encode(): icc.xyz(*primaries[k]) for k in "rgb"}
    tags |= {f"{k}TRC".encode(): icc.gamma(2.19921875) for k in "rgb"}
    return icc.profile(b"mntr", b"RGB ", b"XYZ ", tags)


def metadata():
    found = Image.Exif()
    found[exif.SOFTWARE], found[0x112], found[272] = "Camera 1", 6, "Box"
    found[exif.EXIF] = {
        33434: IFDRational(1, 125), 36867: "2026:11:25 12:00:00", 37500: b"maker" * 20,
        42033: "serial", 40962: 4000, 42036: "50 mm",
    }  # fmt: skip
    found[exif.PLACE] = GPS
    return found


@pytest.fixture
def photograph(tmp_path, image):
    path = tmp_path / "photo.jpg"
    picture = Image.fromarray(np.rint(255 * image).astype(np.uint8))
    picture.save(path, exif=metadata(), dpi=(240, 240), icc_profile=adobe(), quality=98)
    return path


def read(path):
    with Image.open(path) as picture:
        picture.load()
        return picture, picture.getexif()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("location", [False, True])
def test_exif_goes_along_without_what_shall_not(tmp_path, image, photograph, suffix, location):
    path = tmp_path / f"painting{suffix}"
    save_image(image, path, "about", carried_of(photograph, image.shape, location))
    picture, found = read(path)
    assert found[272] == "Box"
    assert found[exif.SOFTWARE] == "nst_numpy"
    assert 0x112 not in found
    inner = found.get_ifd(exif.EXIF)
    assert inner[33434] == pytest.approx(1 / 125)
    assert (inner[36867], inner[42036]) == ("2026:11:25 12:00:00", "50 mm")
    assert (inner[exif.WIDTH], inner[exif.HEIGHT]) == (40, 30)
    assert inner[exif.SPACE] == exif.OTHER
    assert not {37500, 42033} & set(inner)
    place = found.get_ifd(exif.PLACE)
    assert (place[1], place[2]) == ("N", (51, 2, 3)) if location else place == {}
    assert (b"maker" in path.read_bytes()) is False
    assert picture.size == (40, 30)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dpi", [None, 200.0])
def test_the_resolution_is_kept_or_the_one_that_is_asked_for(
    tmp_path, image, photograph, suffix, dpi
):
    path = tmp_path / f"painting{suffix}"
    save_image(image, path, "", carried_of(photograph, image.shape).at(dpi))
    picture, found = read(path)
    said = found[exif.X_RESOLUTION] if suffix == ".webp" else picture.info["dpi"][0]
    assert float(said) == pytest.approx(dpi or 240, abs=0.02)
    assert carried_of(path, image.shape).dpi == pytest.approx(dpi or 240, abs=0.02)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_painting_of_nothing_says_nothing(tmp_path, image, suffix):
    path = tmp_path / f"painting{suffix}"
    save_image(image, path)
    picture, found = read(path)
    assert not {"icc_profile", "exif", "xmp"} & set(picture.info)
    assert exif.SOFTWARE not in found


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("bits", [8, 16])
def test_colours_are_the_same_in_the_profile_of_the_photograph(
    tmp_path, image, photograph, suffix, bits
):
    if bits == 16 and suffix not in LOSSLESS:
        return
    path = tmp_path / f"painting{suffix}"
    image = (
        0.25 + 0.5 * image
    )  # pure colours lie on the edge, where 8 bits of a wider space are few
    save_image(image, path, "", carried_of(photograph, image.shape), bits)
    picture, _ = read(path)
    assert picture.info["icc_profile"] == adobe()
    apart = np.abs(load_image(path) - image).max()
    assert apart < (0.05 if suffix not in LOSSLESS else 2.1 / 255 if bits == 8 else 1e-4)
    numbers = np.asarray(picture) / 255
    assert np.abs(numbers - image).max() > 0.02  # they are numbers of another profile


def test_what_pillow_makes_of_the_numbers_is_the_colour_that_was_painted(tmp_path, image):
    carried = Carried(profile=read_profile(adobe()))
    image = 0.25 + 0.5 * image
    save_image(image, tmp_path / "painting.png", carried=carried)
    profiles = [ImageCms.ImageCmsProfile(io.BytesIO(data)) for data in (adobe(), srgb_profile())]
    with Image.open(tmp_path / "painting.png") as picture:
        found = ImageCms.profileToProfile(picture, *profiles, outputMode="RGB")
    assert np.abs(np.asarray(found) / 255 - image).max() < 2.1 / 255


@pytest.mark.parametrize("profile", [icc.cyan_is_white(), icc.linear_grey(), b"nonsense"])
def test_with_a_profile_that_has_no_way_back_the_painting_is_srgb_and_says_so(
    tmp_path, image, profile
):
    mode = {b"CMYK": "CMYK", b"GRAY": "L"}.get(profile[16:20], "RGB")
    picture = Image.new(mode, (40, 30))
    picture.save(tmp_path / "photo.jpg", icc_profile=profile)
    carried = carried_of(tmp_path / "photo.jpg", image.shape)
    (note,) = carried.notes
    assert note.startswith("The painting is written as sRGB")
    save_image(image, tmp_path / "painting.png", carried=carried)
    found, said = read(tmp_path / "painting.png")
    assert found.info["icc_profile"] == srgb_profile()
    assert said.get_ifd(exif.EXIF)[exif.SPACE] == exif.SRGB
    assert (np.asarray(found) == np.rint(image * 255)).all()


def test_srgb_can_be_asked_for(tmp_path, image, photograph):
    carried = carried_of(photograph, image.shape, profile=False)
    assert (carried.profile, carried.named, carried.notes) == (None, True, ())


# ---- transparency


@pytest.fixture
def transparent(tmp_path):
    """Above seen, below not, with a soft edge between."""
    alpha = np.repeat(np.linspace(300, -45, 30).clip(0, 255)[:, None], 40, axis=1)
    picture = Image.new("RGB", (40, 30), (200, 100, 50))
    picture.putalpha(Image.fromarray(alpha.astype(np.uint8)))
    picture.save(tmp_path / "clear.png")
    return tmp_path / "clear.png"


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
@pytest.mark.parametrize("bits", [8, 16])
def test_transparency_is_put_back(tmp_path, image, transparent, suffix, bits):
    if bits == 16 and suffix not in LOSSLESS:
        return
    carried = carried_of(transparent, image.shape)
    path = tmp_path / f"painting{suffix}"
    save_image(0.5 + 0.5 * image, path, "", carried, bits)
    picture, _ = read(path)
    with Image.open(transparent) as before:
        expected = np.asarray(before.getchannel("A"))
    assert (np.asarray(picture.convert("RGBA").getchannel("A")) == expected).all()


@pytest.mark.parametrize(("suffix", "bits"), [(".png", 8), (".png", 16), (".tif", 16)])
def test_over_white_it_looks_as_it_was_painted(tmp_path, transparent, suffix, bits):
    painted = np.full((30, 40, 3), 0.9, np.float32)
    carried = carried_of(transparent, painted.shape)
    save_image(painted, tmp_path / f"p{suffix}", "", carried, bits)
    found = load_image(tmp_path / f"p{suffix}")
    reached = carried.alpha[:, 0] > 0.101  # else white shines through more than that
    assert np.abs(found - painted)[reached].max() < 1.1 / 255
    assert (found[carried.alpha[:, 0] == 0] == 1).all()


def test_transparency_is_resized_with_the_painting(tmp_path, transparent):
    carried = carried_of(transparent, (15, 20, 3))
    assert carried.alpha.shape == (15, 20)
    save_image(np.ones((60, 80, 3), np.float32), tmp_path / "p.png", carried=carried)
    assert read(tmp_path / "p.png")[0].size == (80, 60)


def test_a_jpeg_is_written_over_white(tmp_path, image, transparent):
    carried = carried_of(transparent, image.shape)
    save_image(image, tmp_path / "p.jpg", carried=carried)
    assert np.abs(load_image(tmp_path / "p.jpg") - image).max() < 0.05


def test_where_all_is_seen_nothing_is_kept(tmp_path):
    Image.new("RGBA", (4, 3), (1, 2, 3, 255)).save(tmp_path / "p.png")
    assert carried_of(tmp_path / "p.png", (3, 4, 3)).alpha is None


# ---- what a stranger wrote


@pytest.mark.parametrize("dpi", [0, -1, 0.5, 1e9, float("nan"), "many", True - 1])
def test_a_resolution_that_nothing_has_is_refused(dpi):
    with pytest.raises(InputError, match=r"^dpi must be"):
        NOTHING.at(dpi)


def test_exif_too_large_is_left_out_and_that_is_said(tmp_path, image, monkeypatch, photograph):
    monkeypatch.setattr(exif, "MOST", 50)
    carried = carried_of(photograph, image.shape)
    assert carried.exif == exif.Exif()
    assert carried.notes == (
        f"The EXIF of {photograph} does not go along: it has more than 50 bytes.",
    )


def test_entries_that_lead_outside_or_are_long_are_passed_over():
    sound = {270: directories.words("a castle"), 315: directories.words("x" * 3000),
             272: directories.numbers(directories.SHORT, 1, 2)}  # fmt: skip
    data = bytearray(b"II*\0\x08\0\0\0" + directories.written(sound, 8))
    assert directories.read_directory(io.BytesIO(data)) == {270: sound[270], 272: sound[272]}
    data[18:22] = b"\xff\xff\xff\x7f"  # where the text of 270 is
    assert directories.read_directory(io.BytesIO(data)) == {272: sound[272]}
    with pytest.raises(ValueError, match="no directory"):
        directories.read_directory(io.BytesIO(b"MM"))


def test_directories_of_either_order_are_read_alike():
    little, big = Image.Exif(), Image.Exif()
    little.endian, big.endian = "<", ">"
    for one in (little, big):
        one[272], one[exif.EXIF] = "Box", {33434: IFDRational(1, 125), 34855: 400}
    found = [exif.exif_of_bytes(one.tobytes()) for one in (little, big)]
    assert found[0] == found[1]
    assert found[0].taken[34855].count == 1


@pytest.mark.parametrize("about", ["", "what it says of itself"])
def test_the_parts_of_a_jpeg_follow_each_other_without_a_byte_between(tmp_path, image, about):
    save_image(image, tmp_path / "out.jpg", about)
    data, at, seen = (tmp_path / "out.jpg").read_bytes(), 2, []
    while data[at + 1] != 0xDA:  # the scan
        assert data[at] == 0xFF
        seen.append(data[at + 1])
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    assert (0xE1 in seen) == bool(about)
    assert data[-2:] == b"\xff\xd9"


@pytest.mark.parametrize("order", "<>")
def test_a_bigtiff_is_known_by_its_version(order):
    start = b"II" if order == "<" else b"MM"
    for version, is_big in ((42, False), (43, True)):
        file = io.BytesIO(start + struct.pack(f"{order}H", version) + bytes(12))
        assert big(file) == is_big


def test_the_exif_of_a_tiff_is_found_in_the_file_itself(tmp_path):
    said = Image.Exif()
    said[272] = "Box"
    Image.new("RGB", (8, 6)).save(tmp_path / "photograph.tif", exif=said)
    along = carried_of(tmp_path / "photograph.tif", (6, 8, 3))
    save_image(np.zeros((6, 8, 3)), tmp_path / "out.png", "", along)
    _, found = read(tmp_path / "out.png")
    assert found[272] == "Box"
