"""Small pictures in files, and what is said of those that are refused."""

import numpy as np
import pytest
from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image

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
