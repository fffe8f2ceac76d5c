"""A sweep's paintings, each in its place: on disk, on the sheet and in the table."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from nst_numpy import InputError, save_image
from nst_numpy.runs.grid import MOST, Sweep

OVER = {"beta": [1.0, 10.0], "style_layers": [{"conv1_1": 1.0}, {"conv1_1": 0.5}, {"conv2_1": 1.0}]}


def paint(cell, gray, **about):
    J = 100.0 * gray
    result = {"iteration": 3, "evaluations": 5, "J": J, "terms": {"tv": 1.0}, "values": {"tv": 2.0}}
    save_image(np.full((20, 40, 3), gray), cell.path, json.dumps({"result": result} | about))


def test_the_last_setting_varies_along_the_rows(tmp_path):
    sweep = Sweep(tmp_path / "new" / "swept", OVER)
    assert [(cell.row, cell.column) for cell in sweep.cells] == [*np.ndindex(2, 3)]
    assert sweep.cells[4].label == "beta 10, style_layers conv1_1:0.5"
    assert sweep.cells[4].path == tmp_path / "new/swept/beta=10,style_layers=conv1_1_0.5.png"
    assert sweep.rows == [{"beta": 1.0}, {"beta": 10.0}]
    for _ in range(2):  # and it may be there
        sweep.make()
    assert (tmp_path / "new" / "swept").is_dir()


def test_the_sheet_and_the_table_have_what_is_finished_in_its_place(tmp_path):
    sweep = Sweep(tmp_path, OVER)
    paint(sweep.cells[1], 0.2)
    paint(sweep.cells[5], 0.8)
    paint(sweep.cells[0], 0.5, cut_short="by Ctrl-C")
    sweep.cells[3].path.write_bytes(b"no picture")
    assert sorted(sweep.finished()) == [1, 5]
    sweep.write(range(6))
    with (tmp_path / "table.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["J"] for row in rows] == ["20.0", "80.0"]
    assert rows[1] == {
        "beta": "10", "style_layers": "conv2_1", "iteration": "3", "evaluations": "5", "J": "80.0",
        "tv of J": "1.0", "J of tv": "2.0", "file": sweep.cells[5].path.name,
    }  # fmt: skip
    with Image.open(tmp_path / "sheet.png") as sheet:
        seen = np.asarray(sheet.convert("L"))
    where = {gray: np.argwhere(np.abs(seen.astype(int) - 255 * gray) < 3) for gray in (0.2, 0.8)}
    dark, bright = (np.median(where[gray], axis=0) for gray in (0.2, 0.8))
    assert (dark < bright).all()  # above, and left of it
    assert sweep.write([5]) == sweep.write([1, 5])[1:]


def test_there_may_be_so_many_and_not_one_more(tmp_path):
    assert len(Sweep(tmp_path, {"seed": range(MOST)}).cells) == MOST
    with pytest.raises(InputError, match=f"would be {MOST + 1} paintings; a sweep has at most"):
        Sweep(tmp_path, {"seed": range(MOST + 1)})
    with pytest.raises(InputError, match="over the same value twice"):
        Sweep(tmp_path, {"seed": [1, 1]})


@pytest.mark.parametrize(
    ("there", "loses"),
    [
        (None, False),
        (b"", False),
        (b"beta,file\n1,beta=1.png\n", False),
        (b"beta,file\n1,beta=1.png\n2,beta=2.png\n", True),
        (b"mine\n7\n", True),
        (b"mine\n" + b"x" * 200_000, True),
        (b"mine\n\xff\n", True),
    ],
)
def test_a_table_of_other_paintings_would_be_lost(tmp_path, there, loses):
    if there is not None:
        (tmp_path / "table.csv").write_bytes(there)
    assert Sweep(tmp_path, {"beta": [1.0, 10.0]}).loses() is loses
