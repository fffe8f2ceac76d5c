"""The size that a picture is given, and the sizes that cannot be had."""

import numpy as np
import pytest
from picture_files import ORANGE, plain, refusal
from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files.images import largest_size, load_image, smallest_size, wanted_size
from nst_numpy.files.opening import MOST_PIXELS

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
