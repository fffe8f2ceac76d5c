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


def test_a_picture_lies_in_the_middle_under_its_name_and_a_row_beside_the_middle_of_its_own():
    name = "a name as long as several pictures"
    tall = {(0, 0): Image.new("RGB", (20, 120), "red")}
    sheet = np.asarray(contact_sheet(["row"], [name, ""], tall, 120)).astype(int)
    red = np.argwhere((sheet == (255, 0, 0)).all(axis=2))
    assert len(red) == 20 * 120
    (top, left), (bottom, right) = red.min(axis=0), red.max(axis=0)
    gray = np.argwhere((sheet == (230, 230, 230)).all(axis=2))  # the place of the missing one
    gray = gray[(gray[:, 0] >= top) & (gray[:, 1] > right)]  # and not the edges of letters
    (above, first), (below, last) = gray.min(axis=0), gray.max(axis=0)
    assert len(gray) == (below - above + 1) * (last - first + 1)
    assert (above, below) == (top, bottom)
    wide = last - first + 1
    begin = first - 8 - wide  # of the first column
    assert (left - begin) == (wide - 20) // 2
    assert sheet.shape == (bottom + 9, last + 9, 3)
    ink = np.argwhere(sheet.max(axis=2) < 120)
    title, row = ink[ink[:, 0] < top], ink[ink[:, 1] < begin]
    assert abs(title.mean(axis=0)[1] - (begin + wide / 2)) < 4
    assert abs(row.mean(axis=0)[0] - (top + 60)) < 4


def test_the_first_index_is_the_row():
    sheet = np.asarray(contact_sheet([""], ["", ""], {(0, 1): Image.new("RGB", (8, 8))}, 8))
    assert [tuple(sheet[32 + 4, 8 + 4 + 16 * j]) for j in (0, 1)] == [(230, 230, 230), (0, 0, 0)]
