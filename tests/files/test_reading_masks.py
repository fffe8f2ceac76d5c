"""A mask has the proportions of its picture, to a pixel of its own, and is gray."""

import numpy as np
import pytest
from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files.masks import load_mask

PICTURE = (3000, 44)  # of a mask 300 wide 4.4 rows; of one 4 high 273 columns


@pytest.mark.parametrize("turned", [1, -1])
@pytest.mark.parametrize(
    ("mask", "taken"),
    [((300, 4), True), ((300, 5), True), ((300, 6), False), ((260, 4), True), ((240, 4), True),
     ((300, 3), False), ((400, 4), False), ((150, 2), True)],
)  # fmt: skip
def test_either_side_may_follow_from_the_other(tmp_path, mask, taken, turned):
    Image.new("L", PICTURE[::turned], 9).save(tmp_path / "picture.png")
    Image.new("L", mask[::turned], 255).save(tmp_path / "mask.png")
    n_W, n_H = (60, 2)[::turned]
    if taken:
        mask = load_mask(tmp_path / "mask.png", tmp_path / "picture.png", (n_H, n_W))
        np.testing.assert_array_equal(mask, np.ones((n_H, n_W), np.float32))
    else:
        with pytest.raises(InputError, match="a mask has the proportions of its picture"):
            load_mask(tmp_path / "mask.png", tmp_path / "picture.png", (n_H, n_W))
