import pytest

from nst_numpy.checks.mutants import MUTANTS
from nst_numpy.experiments import EXPERIMENTS, broken_gradients

HALF = (
    "content uphill", "style uphill", "style's features", "(Σ·)² for Σ(·)²", "Gram reshaped",
    "kernel not turned", "no mask", "mask by gradient", "mask by both", "tile for repeat",
    "max: as average", "max: ties twice", "tap dropped", "tap averaged", "no 255", "still BGR",
)  # fmt: skip
"""Those that a claim is about; tests/checks catches all 32, and so does this with -m slow."""


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    C, S = castle[8:32, 8:32], church[8:32, 8:32]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(broken_gradients, "MUTANTS", [m for m in MUTANTS if m.name in HALF])
        return EXPERIMENTS["broken-gradients"].answer(C, S, weights, iterations=3)


@pytest.fixture(scope="module")
def rows(answer):
    return {row.outcome.name: row for row in answer.measured.rows}


@pytest.fixture(scope="module")
def painted(rows):
    return {name: row.painted for name, row in rows.items()}


def test_every_mistake_is_caught_and_the_right_gradients_are_not(answer, rows):
    assert set(rows) == set(HALF)
    assert all(row.outcome.caught and row.outcome.error > 0.05 for row in rows.values())
    assert all(row.outcome.error_of_right < 1e-8 for row in rows.values())


def test_the_right_gradient_of_the_whole_j_holds_in_both_poolings(answer):
    for right in (answer.measured.right, answer.measured.right_with_max_pooling):
        assert right.error < 1e-6
        assert right.angle < 1e-2
        assert right.distance == 0
        assert right.descent == 1
        assert right.steps == 3
        assert right.failures == 0


def test_some_paint_almost_the_right_picture_and_some_ruin_it(answer, painted):
    yardstick = answer.measured.lbfgs["right"].distance
    assert sum(one.angle > 1 and one.distance < yardstick for one in painted.values()) >= 2
    assert any(one.descent > 0.9 and one.angle > 1 for one in painted.values())
    assert painted["style uphill"].descent < 0
    assert painted["kernel not turned"].descent < 0
    assert painted["tap dropped"].descent == pytest.approx(0, abs=1e-3)


def test_a_lost_255_paints_the_same_and_ties_leave_the_whole_gradient_alone(rows, painted):
    for name in ("no 255", "max: ties twice"):
        assert painted[name].angle < 1
        assert painted[name].distance < 0.05
    assert painted["no 255"].error > 0.5
    ties = rows["max: ties twice"]
    assert ties.painted.error < 1e-6 < ties.outcome.error


def test_l_bfgs_stalls_on_an_unturned_kernel_and_not_on_the_style_s_features(answer):
    runs = answer.measured.lbfgs
    right = runs["right"]
    assert right.failures == 0
    assert runs["kernel not turned"].descent < 0.25 * right.descent
    assert runs["style's features"].descent > 0.75 * right.descent


def test_the_rows_stand_by_angle_in_the_numbers_and_in_the_table(answer, painted):
    angles = [row["painted"]["angle"] for row in answer.numbers["rows"]]
    assert angles == sorted(angles) == [one.angle for one in painted.values()]
    assert [line[:20].strip() for line in answer.lines[1:]] == list(painted)
    assert all(len(line) <= 80 for line in answer.lines)


def test_the_figure_shows_the_error_that_catches_the_mistake(answer, rows):
    figure = answer.draw()
    captions = [axis.get_xlabel() for axis in figure.axes if axis.get_xlabel()]
    assert len(captions) == 3 + len(rows)
    for (name, row), caption in zip(rows.items(), captions[3:], strict=True):
        shown = f"{name}\n{row.painted.angle:.0f}°, error {row.outcome.error:.2f}"
        assert caption.startswith(shown)
        assert caption.endswith("(unseen in J)") == (row.painted.error < 1e-6)
    assert sum("unseen" in caption for caption in captions) == 1


def test_every_claim_holds(answer, well_formed):
    well_formed(answer)
    assert [claim.sentence for claim in answer.claims if not claim.holds] == []
