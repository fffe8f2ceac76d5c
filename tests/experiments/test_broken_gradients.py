import numpy as np
import pytest

from nst_numpy.experiments import broken_gradients
from nst_numpy.experiments.mutants.outcome import MUTANTS
from nst_numpy.experiments.mutants.paintings import Studio


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return broken_gradients.answer(castle, church, weights, iterations=3)


@pytest.fixture(scope="module")
def rows(answer):
    return {row["name"]: row for row in answer.numbers["mutants"]}


def test_every_mistake_is_caught_and_the_right_gradients_are_not(answer, rows):
    assert set(rows) == {mutant.name for mutant in MUTANTS}
    assert all(row["caught"] and row["error"] > 0.05 for row in rows.values())
    assert answer.numbers["right"]["error"] < 1e-8
    assert answer.numbers["right"]["error_of_J"] < 1e-6


def test_some_paint_almost_the_right_picture_and_some_ruin_it(answer, rows):
    yardstick = answer.numbers["lbfgs"]["right"]["distance"]
    near = [row for row in rows.values() if row["angle"] > 1 and row["distance"] < yardstick]
    assert len(near) >= 2
    assert any(row["descent"] > 0.9 and row["angle"] > 1 for row in rows.values())
    assert rows["style uphill"]["descent"] < 0
    assert rows["kernel not turned"]["descent"] < 0
    assert rows["tap dropped"]["descent"] == pytest.approx(0, abs=1e-3)


def test_a_lost_255_paints_the_same_and_ties_leave_the_whole_gradient_alone(rows):
    for name in ("no 255", "max: ties twice"):
        assert rows[name]["angle"] < 1
        assert rows[name]["distance"] < 0.05
    assert rows["no 255"]["error_of_J"] > 0.5
    assert rows["max: ties twice"]["error_of_J"] < 1e-6 < rows["max: ties twice"]["error"]


def test_a_mistake_of_the_cost_agrees_with_its_own_cost(rows):
    own = [row for row in rows.values() if row["error_of_own_cost"] is not None]
    assert len(own) == 2
    assert all(row["error_of_own_cost"] < 1e-8 < row["error"] for row in own)


def test_l_bfgs_stalls_on_an_unturned_kernel_and_not_on_the_style_s_features(answer):
    runs = answer.numbers["lbfgs"]
    right = runs["right"]
    assert right["failures"] == 0
    assert runs["kernel not turned"]["descent"] < 0.25 * right["descent"]
    assert runs["style's features"]["descent"] > 0.75 * right["descent"]


def test_the_rows_stand_by_angle_in_the_numbers_and_in_the_table(answer, rows):
    angles = [row["angle"] for row in rows.values()]
    assert angles == sorted(angles)
    assert [line[:20].strip() for line in answer.lines[1:]] == list(rows)
    assert all(len(line) <= 80 for line in answer.lines)


def test_the_figure_shows_the_error_that_catches_the_mistake(answer, rows):
    figure = answer.draw()
    captions = [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()]
    assert len(captions) == 3 + len(rows)
    for row, caption in zip(rows.values(), captions[3:], strict=True):
        assert caption.startswith(f"{row['name']}\n{row['angle']:.0f}°, error {row['error']:.2f}")
        assert caption.endswith("(unseen in J)") == (row["error_of_J"] < 1e-6)
    assert sum("unseen" in caption for caption in captions) == 1


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert [claim.sentence for claim in answer.claims if not claim.holds] == []


def test_the_gradient_of_the_whole_j_holds_in_both_poolings(castle, church, weights):
    content, style = (picture[:40, :40] for picture in (castle, church))
    for pooling in ("average", "max"):
        studio = Studio(content, style, weights, pooling, iterations=1)
        assert studio.check.error() < 1e-6
        assert studio.end < studio.start
        assert not np.array_equal(studio.painting, content)
