"""What is measured of paintings is what it says, at tiny sizes."""

import json
from importlib.util import find_spec

import numpy as np
import pytest
from measuring import measured_once
from PIL import Image

from nst_numpy import save_image
from nst_numpy.backend import Computing, numba_is_installed
from nst_numpy.bench import evaluations as counting
from nst_numpy.bench import painter
from nst_numpy.bench.contestants import PICTURES, pictures
from nst_numpy.bench.evaluations import PAIRS, evaluations_needed, geometric_mean
from nst_numpy.bench.octaves import octaves, paint
from nst_numpy.bench.painting import PLAIN, J_saved, saved, task
from nst_numpy.bench.quality import Point, Race, Trace, race
from nst_numpy.cli import benching, main
from nst_numpy.objective import Objective
from nst_numpy.optimizers import LBFGS, iterates
from nst_numpy.spectrum import grain, octave_shares

FASTEST = "numba" if numba_is_installed() else "numpy"
COMPUTING = Computing(backend=FASTEST)


def test_a_picture_is_judged_as_it_is_saved(tmp_path, weights):
    content, style = pictures(16, 16)
    picture = (content + np.random.default_rng(0).normal(0, 0.3, content.shape)).astype(np.float32)
    save_image(picture, tmp_path / "a.png")
    in_the_file = np.asarray(Image.open(tmp_path / "a.png"))
    np.testing.assert_array_equal(saved(picture), in_the_file)
    J = Objective(content, [style], PLAIN, weights, computing=COMPUTING)
    assert J_saved(J, picture) == J(in_the_file.astype(np.float32) / 255)[0].total
    assert J_saved(J, picture) != pytest.approx(J(picture)[0].total, rel=0.01)


def test_the_settings_make_j_one_function_of_one_picture():
    assert (PLAIN.margin, PLAIN.scales, PLAIN.start) == (0, 1, "content")


def trace(name, *points):
    return Trace(name, 1.0, tuple(Point(*point) for point in points))


def test_the_goal_is_within_5_percent_of_the_best_of_all():
    a = trace("a", (0.5, 1, 300.0), (1.0, 2, 104.0), (1.5, 3, 100.0))
    b = trace("b", (2.0, 1, 300.0), (4.0, 2, 104.9), (6.0, 3, 101.0))
    both = Race(16, 16, 3, (b, a))
    assert both.best == 100
    assert both.goal == pytest.approx(105)
    assert both.traces[0].reaches(both.goal) == b.points[1]
    assert both.ratio == 4.0
    assert a.best == a.points[2]


def test_there_is_no_ratio_where_one_does_not_reach_the_goal():
    a = trace("a", (0.5, 1, 300.0), (1.0, 2, 100.0))
    b = trace("b", (2.0, 1, 300.0), (4.0, 2, 106.0))
    assert Race(16, 16, 2, (a, b)).ratio is None
    assert b.reaches(105) is None


@pytest.mark.long
def test_a_race_goes_through_the_steps_of_the_painting(weights):
    one, two = race([FASTEST, FASTEST], 16, 24, 12, FASTEST).traces
    content, style = pictures(16, 24)
    J = Objective(content, [style], PLAIN, weights, computing=COMPUTING)
    assert pytest.approx(J(content)[0].total, rel=1e-4) == one.points[0].J
    assert [point.J for point in one.points] == [point.J for point in two.points]
    assert one.best.J < 0.9 * one.points[0].J
    for points in (one.points, two.points):
        evaluations, seconds = [p.evaluations for p in points], [p.seconds for p in points]
        assert evaluations[0] == 1
        assert evaluations == sorted(set(evaluations))
        assert 8 < evaluations[-1] <= 12
        assert seconds == sorted(seconds)
        assert seconds[0] > 0
    assert one.setup > 0


@pytest.mark.peers
@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_pytorch_starts_from_the_same_j_and_goes_down():
    (torch,) = race(["torch"], 16, 24, 12, FASTEST).traces
    (ours,) = race([FASTEST], 16, 24, 1, FASTEST).traces
    assert [point.evaluations for point in torch.points] == list(range(1, 13))
    assert torch.points[0].J == ours.points[0].J
    assert torch.best.J < torch.points[0].J


@pytest.mark.peers
@pytest.mark.skipif(find_spec("pastiche") is None, reason="pastiche is not installed")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # its own
def test_pastiche_is_raced_on_its_own_loss_with_its_own_weights(tmp_path):
    from pastiche.pastiche import PasticheArtist

    of = task("pastiche", 24, 32)
    paths = [str(tmp_path / name) for name in ("content.png", "style.png")]
    for picture, path in zip((of.content, of.style), paths, strict=True):
        save_image(picture, path)
    its = PasticheArtist(paths[0], paths[1:], size=(24, 32), style_size=(24, 32))
    assert of.objective("numpy")(of.content)[0].total == pytest.approx(its.loss, rel=1e-5)
    its.draw()
    its.draw()  # its loss is that before the second step, without rounding to 8 bits
    there, ours = race(["pastiche", FASTEST], 24, 32, 2, FASTEST).traces
    assert [point.evaluations for point in there.points] == [1, 2]
    assert pytest.approx(its.loss, rel=1e-3) == there.points[0].J
    assert pytest.approx(of.objective(FASTEST)(of.content)[0].total, rel=1e-5) == ours.points[0].J


def test_the_pairs_are_six_of_the_embedded_pictures():
    assert len(set(PAIRS)) == 6
    assert {name for pair in PAIRS for name in pair} == set(PICTURES)
    shapes = [picture.shape for picture in pictures(20, 16, "cat", "cafe")]
    assert shapes == [(20, 16, 3)] * 2
    assert not np.array_equal(*pictures(16, 16, "cafe", "castle"))


@pytest.mark.long
def test_the_reference_is_plain_lbfgs_and_the_count_is_up_to_its_j(weights):
    needed = evaluations_needed(("cat", "cafe"), 16, 16, 12, COMPUTING)
    content, style = pictures(16, 16, "cat", "cafe")
    J = Objective(content, [style], PLAIN, weights, computing=COMPUTING)
    states = []
    for state in iterates(LBFGS(), J, content):
        if state.evaluations > 12:
            break
        states.append(state)
    last = states[-1]
    assert needed.plain_evaluations == last.evaluations
    assert pytest.approx(J_saved(J, last.x)) == needed.J
    assert needed.plain_loss == pytest.approx(J_saved(J, last.x) / float(last.value))
    assert needed.share == needed.evaluations / last.evaluations
    assert 1 < needed.evaluations <= counting.MOST * 12


def test_a_reference_out_of_reach_is_told(monkeypatch):
    monkeypatch.setattr(counting, "MOST", 0.25)
    needed = evaluations_needed(("cat", "cafe"), 16, 16, 12, COMPUTING)
    assert not needed.reached
    assert needed.evaluations <= 3


def test_a_geometric_mean_is_one_for_twice_and_half():
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1)
    assert geometric_mean([1.0, 4.0, 16.0]) == pytest.approx(4)


def test_octaves_are_measured_of_what_is_painted():
    measured = octaves(24, 24, 4, COMPUTING)
    content, style = pictures(24, 24)
    assert list(measured) == ["style", "texture", "painting", "content"]
    assert measured["style"].shares == octave_shares(style).tolist()
    assert (measured["style"].light, measured["style"].colour) == grain(style)
    painted = paint(content, style, PLAIN, 4, COMPUTING)
    assert painted.dtype == np.uint8
    assert measured["painting"].shares == octave_shares(painted).tolist()
    assert measured["painting"].light == pytest.approx(grain(painted / 255)[0])
    assert (
        measured["texture"].shares[0] > 2 * measured["style"].shares[0]
    )  # there is still its noise


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param("time-to-quality", "goal", marks=pytest.mark.long),
        ("evaluations", "castle"), ("octaves", "texture"),
    ],
)  # fmt: skip
def test_the_command_prints_a_table_or_json(capsys, monkeypatch, what, expected):
    monkeypatch.setattr(benching, "PAIRS", PAIRS[:2])  # two tell as much as six
    for name in ("race", "evaluations_needed", "octaves"):
        monkeypatch.setattr(benching, name, measured_once(getattr(benching, name)))
    for form in ([], ["--json"]):
        with pytest.raises(SystemExit) as end:
            main(["bench", "--what", what, "--size", "16", "--evaluations", "3", *form])
        assert end.value.code == 0
        out = capsys.readouterr().out
        assert expected in out
    json.loads(out)


@pytest.mark.parametrize(
    "wrong",
    [
        ["--what", "octaves", "--against", "numpy"],
        ["--what", "evaluations", "--layers"],
        ["--what", "time-to-quality", "--evaluations", "0"],
        ["--what", "beauty"],
        ["--what", "speed", "--against", "pastiche"],
    ],
)
def test_what_cannot_be_measured_is_said_in_a_sentence(capsys, wrong):
    with pytest.raises(SystemExit) as end:
        main(["bench", "--size", "16", *wrong])
    assert end.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("backend", ["definition", "numpy", "numba"])
def test_a_painter_paints_with_what_it_is_called(monkeypatch, backend):
    taken = []
    monkeypatch.setattr(painter, "ours", lambda *given: taken.append(given[1]))
    painter.main(backend, 16, 24, "default")
    assert taken == [backend]
