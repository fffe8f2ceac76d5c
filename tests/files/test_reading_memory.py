"""A picture is reduced while it is decoded, where its format can; and there must be memory."""

import numpy as np
import pytest
from PIL import Image

from nst_numpy import InputError, load_image
from nst_numpy.files import needs, opening
from nst_numpy.files.masks import load_mask
from nst_numpy.files.opening import size_and_memory


@pytest.fixture
def smooth():
    """A picture without fine detail: how it is reduced makes no difference to see."""
    y, x = np.mgrid[:480, :640]
    bands = np.stack([x / 640, y / 480, (np.sin(x / 40) + np.cos(y / 30)) / 4 + 0.5], -1)
    return Image.fromarray(np.rint(255 * bands).astype(np.uint8))


def jpeg(picture, path, orientation=1, **options):
    exif = Image.Exif()
    exif[opening.ORIENTATION] = orientation
    picture.save(path, "JPEG", quality=95, exif=exif, **options)
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [60, 79, 160, 161, 640])
def test_a_reduced_jpeg_is_the_picture_that_it_was(tmp_path, smooth, orientation, size):
    path = jpeg(smooth, tmp_path / "large.jpg", orientation)
    found = load_image(path, size=size)
    with Image.open(path) as whole:
        whole.load()
        turned = opening.upright(whole)
    n_W, n_H = turned.size
    wanted = round(n_W * size / max(n_W, n_H)), round(n_H * size / max(n_W, n_H))
    assert found.shape == (wanted[1], wanted[0], 3)
    expected = np.asarray(turned.resize(wanted, Image.Resampling.LANCZOS)) / 255
    assert np.abs(found - expected).max() < 0.03


@pytest.mark.parametrize(
    ("size", "decoded"), [(20, (80, 60)), (100, (320, 240)), (400, (640, 480))]
)
def test_no_more_of_a_jpeg_is_decoded_than_twice_what_is_wanted(tmp_path, smooth, size, decoded):
    path = jpeg(smooth, tmp_path / "large.jpg")
    picture, found = opening.open_upright(path, lambda _: (size, size * 3 // 4))
    assert found == (640, 480)
    assert picture.size == decoded


def test_what_it_takes_to_read_is_less_then(tmp_path, smooth):
    path = jpeg(smooth, tmp_path / "large.jpg")
    assert size_and_memory(path) == ((640, 480), 640 * 480 * needs.COLOURED)
    small = size_and_memory(path, lambda _: (20, 15))
    assert small == ((640, 480), 80 * 60 * needs.COLOURED)
    jpeg(smooth, path, progressive=True)
    more = size_and_memory(path, lambda _: (20, 15))[1] - small[1]
    assert more == 640 * 480 * needs.PROGRESSIVE


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP"])
def test_from_python_too_nothing_is_decoded_that_there_is_no_memory_for(
    tmp_path, smooth, monkeypatch, form
):
    path = tmp_path / "picture"
    smooth.save(path, form)
    monkeypatch.setattr(opening, "available_memory", lambda: 10**6)
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(InputError, match=r"needs about .* GB to be read, and 0\.0 GB are free\.$"):
        load_image(path)
    with pytest.raises(InputError, match="to be read"):
        load_image(path, size=480)


def test_a_mask_of_a_large_jpeg_fits_it(tmp_path, smooth):
    path = jpeg(smooth, tmp_path / "large.jpg", orientation=6)
    Image.new("L", (48, 64), 255).save(tmp_path / "mask.png")
    assert load_mask(tmp_path / "mask.png", path, (32, 24)).shape == (32, 24)
