"""A contact sheet: each word once, each picture in its place."""

import numpy as np
from PIL import Image

from nst_numpy.runs import contact_sheet


def test_a_rows_name_is_as_black_beside_three_columns_as_beside_one():
    one, three = (contact_sheet(["beta 10", "beta 100"], list("abc")[:n], {}, 64) for n in (1, 3))
    left = one.width - 64 - 8  # of the names
    assert left == three.width - 3 * (64 + 8)
    one, three = (np.asarray(sheet)[32:, : left - 8] for sheet in (one, three))
    assert one.min() < 60
    np.testing.assert_array_equal(one, three)


def test_pictures_lie_in_their_rows_and_columns_and_a_missing_one_is_gray():
    pictures = {(0, 0): Image.new("RGB", (40, 20), "red"), (1, 1): Image.new("RGB", (40, 20))}
    sheet = np.asarray(contact_sheet(["", ""], ["", ""], pictures, 40))
    middles = [[tuple(sheet[32 + 10 + 28 * i, 8 + 20 + 48 * j]) for j in (0, 1)] for i in (0, 1)]
    gray = (230, 230, 230)
    assert middles == [[(255, 0, 0), gray], [gray, (0, 0, 0)]]
