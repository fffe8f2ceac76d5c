"""Runs in Python: stopped anywhere and resumed, they come to the bytes of one never stopped."""

import tomllib
from dataclasses import fields, replace
from itertools import islice

import numpy as np
import pytest

from nst_numpy import Computing, InputError, Settings, load_image, runs, save_image, stylize
from nst_numpy.files.about import read_about
from nst_numpy.runs import checkpoint, found, recording
from nst_numpy.runs.checkpoint import load_step, save_step
from nst_numpy.runs.folder import RunFolder
from nst_numpy.runs.recording import best_of
from nst_numpy.runs.trace import Trace

PLAIN = Computing("numpy", 1)


def chosen(**others):
    values = {
        "content_layers": {"conv2_1": 1}, "style_layers": {"conv1_1": 1e-3, "conv1_2": 1e-3},
        "margin": 4, "iterations": 4, "gain": 0,
    }  # fmt: skip
    return Settings(**values | others)


WAYS = {
    "lbfgs": chosen(),
    "adam": chosen(optimizer="adam", learning_rate=0.2, start="noise"),
    "gradient-descent": chosen(optimizer="gradient-descent", bounds=False),
}
each = pytest.mark.parametrize("settings", WAYS.values(), ids=WAYS)


@pytest.fixture(scope="module")
def pictures():
    rng = np.random.default_rng(0)
    return rng.random((12, 17, 3)).astype("float32"), rng.random((15, 11, 3)).astype("float32")


def painted(place, pictures, settings, weights, stop=None, **options):
    """Paint; stop after so many steps, by closing the generator, and resume then."""
    content, style = pictures
    steps = runs.paint(place, content, [style], settings, weights, PLAIN, **options)
    if stop is None:
        return list(steps)
    seen = list(islice(steps, stop))
    steps.close()
    return seen + list(runs.resume(place, weights=weights))


def same(one, other):
    for field in fields(one):
        found, expected = getattr(one, field.name), getattr(other, field.name)
        assert type(found) is type(expected), field.name
        if field.name not in ("state", "seconds"):
            np.testing.assert_array_equal(found, expected)


@each
@pytest.mark.parametrize("stop", [1, 3, 5, 6, 8])
def test_stopped_and_resumed_it_comes_to_the_same_bytes(
    tmp_path, pictures, weights, settings, stop
):
    """Five steps at either scale; the sixth begins the finer one."""
    whole = painted(tmp_path / "whole", pictures, settings, weights)
    both = painted(tmp_path / "both", pictures, settings, weights, stop)
    assert len(both) == len(whole) == 10
    for step, other in zip(both, whole, strict=True):
        same(step, other)
    results = [(tmp_path / name / "result.png").read_bytes() for name in ("whole", "both")]
    assert results[0] == results[1]
    rows = [runs.read_trace(tmp_path / name) for name in ("whole", "both")]
    for row in [*rows[0], *rows[1]]:
        del row["seconds"]
    assert rows[0] == rows[1]
    previews = [
        sorted(p.name for p in (tmp_path / n / "previews").iterdir()) for n in ("whole", "both")
    ]
    assert previews[0] == previews[1]
    assert len(previews[0]) == 10


def test_what_came_after_the_checkpoint_is_painted_again(tmp_path, pictures, weights, monkeypatch):
    """A kill leaves lines and previews of steps that the checkpoint does not know."""
    settings = WAYS["lbfgs"]
    whole = painted(tmp_path / "whole", pictures, settings, weights)
    early = {}
    steps = runs.paint(tmp_path / "killed", *pictures[:1], [pictures[1]], settings, weights, PLAIN)
    for number, _ in enumerate(steps):
        if number == 3:
            early = (tmp_path / "killed/checkpoint.bin").read_bytes()
        if number == 7:
            break
    steps.close()
    (tmp_path / "killed/checkpoint.bin").write_bytes(early)
    with (tmp_path / "killed/trace.jsonl").open("ab") as trace:
        trace.write(b'{"cut off')
    list(runs.resume(tmp_path / "killed", weights=weights))
    assert len(runs.read_trace(tmp_path / "killed")) == len(whole)
    assert (tmp_path / "killed/result.png").read_bytes() == (
        tmp_path / "whole/result.png"
    ).read_bytes()


def test_a_finished_run_has_no_more_steps_and_the_same_picture(tmp_path, pictures, weights):
    painted(tmp_path / "run", pictures, WAYS["lbfgs"], weights)
    before = (tmp_path / "run/result.png").read_bytes()
    (tmp_path / "run/result.png").unlink()
    assert list(runs.resume(tmp_path / "run", weights=weights)) == []
    assert (tmp_path / "run/result.png").read_bytes() == before


@pytest.mark.parametrize(
    "settings", [WAYS["lbfgs"], replace(WAYS["lbfgs"], gain=0.9, iterations=12)]
)
def test_it_paints_further_when_it_is_asked_to(tmp_path, pictures, weights, settings):
    """Also where it had stopped since a scale gained no more."""
    *_, last = painted(tmp_path / "run", pictures, settings, weights)
    more = list(runs.resume(tmp_path / "run", iterations=20, weights=weights))
    assert {step.scale for step in more} == {2}
    assert more[0].iteration == last.iteration + 20 - settings.iterations + 1
    assert more[-1].iteration <= 40
    assert more[-1].cost.total < last.cost.total
    again = list(runs.resume(tmp_path / "run", weights=weights))
    assert again == []
    assert load_image(tmp_path / "run/result.png").shape == pictures[0].shape


def test_with_other_threads_it_says_so_and_goes_on_from_the_picture(
    tmp_path, pictures, weights, monkeypatch
):
    content, style = pictures
    settings = chosen(scales=1, iterations=8)
    whole = list(stylize(content, [style], settings, weights, PLAIN))
    steps = runs.paint(tmp_path / "run", content, [style], settings, weights, PLAIN)
    seen = list(islice(steps, 5))
    steps.close()
    real = recording.fingerprint
    monkeypatch.setattr(recording, "fingerprint", lambda *a: real(*a) | {"numpy": "0.1"})
    said = []
    rest = list(runs.resume(tmp_path / "run", weights=weights, complain=said.append))
    assert len(said) == 1
    assert f"numpy {np.__version__}, now 0.1" in said[0]
    assert rest[0].iteration == seen[-1].iteration
    np.testing.assert_array_equal(rest[0].canvas, seen[-1].canvas)
    assert rest[0].state.s == ()  # what the optimizer remembered is left behind
    assert rest[0].state.evaluations == 1
    assert rest[-1].iteration == whole[-1].iteration
    assert rest[-1].cost.total < seen[-1].cost.total
    assert [row["iteration"] for row in runs.read_trace(tmp_path / "run")] == list(range(9))


def test_what_was_not_asked_for_is_not_said_of_a_run(tmp_path, pictures, weights):
    painted(tmp_path / "plain", pictures, chosen(iterations=0), weights)
    painted(tmp_path / "asked", pictures, chosen(iterations=0), weights, bits=16)
    plain, asked = (
        tomllib.loads((tmp_path / name / "run.toml").read_text()) for name in ("plain", "asked")
    )
    assert {"bits", "colours", "grain", "objective"}.isdisjoint(plain)
    assert asked["bits"] == 16


def test_a_second_process_is_refused(tmp_path, pictures, weights):
    steps = runs.paint(tmp_path / "run", pictures[0], [pictures[1]], chosen(), weights, PLAIN)
    next(steps)
    with pytest.raises(InputError, match=r"run is in use: another process paints there\.$"):
        next(runs.resume(tmp_path / "run", weights=weights))
    steps.close()
    assert next(runs.resume(tmp_path / "run", weights=weights)).iteration == 1


def test_a_folder_with_something_in_it_is_refused(tmp_path, pictures, weights):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        painted(tmp_path, pictures, chosen(), weights)
    painted(tmp_path / "run", pictures, chosen(iterations=0), weights)
    with pytest.raises(InputError, match="holds a run; resume"):
        painted(tmp_path / "run", pictures, chosen(), weights)
    with pytest.raises(InputError, match="There is no run in"):
        next(runs.resume(tmp_path / "nothing"))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"content": "c.png"}, "The content must be an array of real numbers"),
        ({"content": np.full((12, 17, 3), 255.0)}, "The content has values from 255 to 255"),
        ({"styles": "s.png"}, "styles must be a list, not 's.png'"),
        ({"styles": []}, "There is no style"),
        ({"settings": None}, "settings must be a Settings, .*, not None"),
        ({"settings": chosen(style_weights=[1, 2])}, "There are 2 style_weights for 1 styles"),
        ({"settings": chosen(start=np.full((9, 9, 3), 0.5))}, r"The start has the shape \(9, 9, 3"),
        ({"weights": 3}, "weights must be arrays by layer, .*, not 3"),
        ({"weights": {}}, "The weights lack conv1_1"),
        ({"weights": {"conv1_1": 3}}, "The weights of conv1_1 are not two arrays"),
        ({"computing": 3}, "computing must be a Computing, .*, not 3"),
        ({"computing": Computing("numpy", memory=1e-3)}, "A picture of 17 × 12 pixels needs"),
        ({"objective": 3}, "objective must be a function that makes J"),
        ({"previews": "x"}, "previews must be a whole number, not 'x'"),
        ({"previews": -1}, "previews must be at least 1, not -1"),
        ({"carried": 3}, "carried must be what goes along, .*, not 3"),
        ({"bits": 9}, "bits must be 8 or 16"),
    ],
)
def test_what_cannot_be_painted_leaves_no_folder(tmp_path, pictures, weights, given, sentence):
    content, style = pictures
    arguments = {
        "content": content, "styles": [style], "settings": chosen(), "weights": weights,
        "computing": PLAIN,
    }  # fmt: skip
    with pytest.raises(InputError, match=f"^{sentence}"):
        next(runs.paint(tmp_path / "run", **arguments | given))
    assert not (tmp_path / "run").exists()


def test_numbers_of_numpy_are_written_down(tmp_path, pictures, weights):
    settings = chosen(iterations=np.int64(4))
    more = {"previews": np.int64(2), "bits": np.int64(16)}
    painted(tmp_path / "run", pictures, settings, weights, 3, **more)
    painted(tmp_path / "whole", pictures, chosen(), weights, previews=2, bits=16)
    one, other = (tmp_path / name / "result.png" for name in ("run", "whole"))
    assert one.read_bytes() == other.read_bytes()


def test_a_run_whose_previews_are_no_number_is_one_sentence(tmp_path, pictures, weights):
    painted(tmp_path / "run", pictures, chosen(), weights)
    run = RunFolder(tmp_path / "run")
    run.write({**run.read(), "previews": "x"})
    with pytest.raises(InputError, match=r"^previews must be a whole number, not 'x'"):
        list(runs.resume(tmp_path / "run", weights=weights))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda run: list(runs.resume(run, weights=3)), "weights must be arrays by layer"),
        (lambda run: list(runs.resume(run, weights={})), "The weights lack conv1_1"),
        (lambda run: runs.replay(run / "result.png", weights=3), "weights must be arrays by layer"),
        (lambda run: runs.replay(run / "result.png", output=3), "output must be the name of a"),
        (lambda run: runs.replay(None), "The picture must be the name of a file, not None"),
        (lambda run: runs.read_trace(None), "A trace must be the name of a file, not None"),
    ],
)
def test_another_kind_of_thing(tmp_path, pictures, weights, call, sentence):
    painted(tmp_path / "run", pictures, chosen(), weights)
    with pytest.raises(InputError, match=f"^{sentence}"):
        call(tmp_path / "run")


def test_a_picture_that_was_exchanged_is_noticed(tmp_path, pictures, weights):
    painted(tmp_path / "run", pictures, chosen(iterations=0), weights)
    np.save(tmp_path / "run/inputs/style-1.npy", pictures[1][::-1])
    with pytest.raises(InputError, match=r"style-1 in .* is another than that of its run"):
        next(runs.resume(tmp_path / "run"))


@each
def test_a_checkpoint_with_one_bit_turned_over_is_refused(tmp_path, pictures, weights, settings):
    *_, step = stylize(pictures[0], [pictures[1]], settings, weights, PLAIN)
    path = tmp_path / "checkpoint.bin"
    save_step(step, best_of(step), {"lines": 3}, path)
    found, best, about = load_step(path, settings)
    same(found, step)
    assert (found.cost, best.cost, about) == (step.cost, step.cost, {"lines": 3})
    for name, part in vars(step.state).items():
        np.testing.assert_array_equal(getattr(found.state, name), part)
    whole = path.read_bytes()
    arrays = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    rng = np.random.default_rng(0)
    for place in [*rng.integers(0, arrays, 20), *rng.integers(arrays, len(whole), 20)]:
        turned = bytearray(whole)
        turned[place] ^= 1 << rng.integers(8)
        path.write_bytes(turned)
        with pytest.raises(InputError, match="holds no sound checkpoint"):
            load_step(path, settings)
    for damaged in (whole[:-1], whole + b"x", whole[:40], b"x" + whole, b""):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"holds no sound checkpoint|is empty"):
            load_step(path, settings)


ABOUT = {"lines": 3, "iterations": 8, "machine": {}}


@pytest.mark.parametrize(
    "odd", [{"lines": 3.0}, {"iterations": None}, {"iterations": "8"}, {"machine": "mine"}]
)
def test_a_checkpoint_that_says_nothing_of_its_run_is_refused(tmp_path, pictures, weights, odd):
    painted(tmp_path / "run", pictures, chosen(iterations=1), weights)
    file = tmp_path / "run/checkpoint.bin"
    step = next(stylize(pictures[0], [pictures[1]], chosen(), weights, PLAIN))
    save_step(step, best_of(step), ABOUT, file)
    assert found.find(RunFolder(tmp_path / "run"), chosen(iterations=8), {}).lines == 3
    save_step(step, best_of(step), ABOUT | odd, file)
    with pytest.raises(InputError, match=r"holds no sound checkpoint \(it is of no run\)"):
        found.find(RunFolder(tmp_path / "run"), chosen(iterations=8), {})


def test_where_it_paints_further_a_finer_scale_counts_as_if_the_others_had_gone_as_far(
    tmp_path, pictures, weights
):
    settings = chosen(scales=2, iterations=3)
    painted(tmp_path / "run", pictures, settings, weights)
    file = tmp_path / "run/checkpoint.bin"
    *_, step = stylize(pictures[0], [pictures[1]], settings, weights, PLAIN)
    assert (step.scale, step.iteration) == (2, 6)
    save_step(step, replace(best_of(step), iteration=5), ABOUT | {"iterations": 3}, file)
    further = found.find(RunFolder(tmp_path / "run"), chosen(scales=2, iterations=10), {})
    assert (further.step.iteration, further.best.iteration, further.further) == (13, 12, True)
    assert (further.step.recent, further.lines) == ((), 3)


@pytest.mark.parametrize("length", range(1, 18))
def test_the_sum_of_a_checkpoint_sees_every_byte(length):
    array = np.arange(1, length + 1, dtype=np.uint8)
    for place in range(length):
        turned = array.copy()
        turned[place] ^= 64
        assert checkpoint.summed(turned) != checkpoint.summed(array)


def test_checkpoints_are_as_rare_as_they_are_dear(tmp_path, pictures, weights, monkeypatch):
    """The clock is moved by hand: a step takes 1 s and a checkpoint 2, so one is due in 200 s."""
    clock, written = [0.0], []

    def write(step, *_):
        written.append(step.iteration)
        clock[0] += 2

    monkeypatch.setattr(recording, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(recording, "save_step", write)
    settings = chosen(scales=1, iterations=900, optimizer="adam")
    step = next(stylize(pictures[0], [pictures[1]], settings, weights, PLAIN))

    def steps():
        for number in range(900):
            clock[0] += 1
            yield replace(step, iteration=number)

    folder = runs.RunFolder(tmp_path / "run")
    folder.make()
    with recording.Recording(folder, settings, PLAIN) as written_into:
        for _ in written_into.recorded(steps()):
            pass
    assert written[0] == 0
    assert len(written) == 6
    assert 2 * (len(written) - 1) < 0.02 * clock[0]


def test_where_nothing_can_be_written_it_is_said_once_and_painted_on(
    tmp_path, pictures, weights, monkeypatch
):
    said = []

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recording, "save_step", full)
    steps = painted(tmp_path / "run", pictures, chosen(), weights, complain=said.append)
    assert len(steps) == 10
    assert len(said) == 1
    assert "cannot be written to (No space left on device); the painting goes on." in said[0]
    assert (tmp_path / "run/result.png").exists()


def test_a_trace_keeps_the_lines_that_count(tmp_path):
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"one\ntwo\nthree\ncut o")
    trace = Trace(path, 2)
    trace.close()
    assert (trace.lines, path.read_bytes()) == (2, b"one\ntwo\n")


def test_a_line_that_was_cut_off_is_left_out_though_it_counts(tmp_path):
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"one\ntwo\ncut o")
    trace = Trace(path, 3)
    trace.close()
    assert (trace.lines, path.read_bytes()) == (2, b"one\ntwo\n")


@pytest.mark.parametrize("line", [b"[]", b"{}", b"nonsense", b"[" * 5000, b'{"J": 1}'])
def test_a_trace_that_is_none_is_one_sentence(tmp_path, line):
    (tmp_path / "trace.jsonl").write_bytes(line + b"\n")
    with pytest.raises(InputError, match=r"Line 1 of .* is no step of a trace\."):
        runs.read_trace(tmp_path)


def test_the_trace_as_a_table(tmp_path, pictures, weights):
    steps = painted(tmp_path / "run", pictures, chosen(), weights)
    runs.write_csv(runs.read_trace(tmp_path / "run"), tmp_path / "trace.csv")
    head, *lines = (tmp_path / "trace.csv").read_text().splitlines()
    assert head == "scale,iteration,width,height,evaluations,seconds,J,content,conv1_1,conv1_2,note"
    assert len(lines) == len(steps)
    assert float(lines[-1].split(",")[6]) == steps[-1].cost.total


def test_a_sweep_paints_what_is_not_there(tmp_path, pictures, weights):
    content, style = pictures
    over = {"beta": [1.0, 10.0], "content_layers": [{"conv1_1": 1}, {"conv2_1": 1}]}

    def swept(**others):
        return runs.sweep(tmp_path / "s", content, [style], chosen(**others), over, weights, PLAIN)

    rows = swept()
    assert [(row["beta"], row["content_layers"]) for row in rows] == [
        ("1", "conv1_1"), ("1", "conv2_1"), ("10", "conv1_1"), ("10", "conv2_1")
    ]  # fmt: skip
    *_, step = stylize(
        content, [style], chosen(**{n: v[0] for n, v in over.items()}), weights, PLAIN
    )
    assert rows[0]["J"] == step.cost.total
    assert (tmp_path / "s/sheet.png").exists()
    cells = sorted(path for path in (tmp_path / "s").glob("beta*.png"))
    assert len(cells) == 4
    cells[1].unlink()
    times = {path: path.stat().st_mtime_ns for path in cells if path.exists()}
    assert swept() == rows
    assert all(path.stat().st_mtime_ns == time for path, time in times.items())
    assert cells[1].exists()
    swept(seed=1)
    assert all(path.stat().st_mtime_ns > time for path, time in times.items())
    assert '"seed": 1' in read_about(cells[0])


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"over": {"beta": [10**400]}}, "beta must be a finite number"),
        ({"over": {"style_layers": [{"conv1_1": 10**400}]}}, ".*conv1_1.* must be a finite number"),
        ({"over": {"style_layers": [{"conv1_1": "x"}]}}, ".*conv1_1.* must be a number"),
        ({"over": {"betta": [1]}}, "There is no such setting"),
        ({"content": "c.png"}, "The content must be an array of real numbers"),
        ({"styles": "s.png"}, "styles must be a list"),
        ({"settings": None}, "settings must be a Settings"),
        ({"weights": 3}, "weights must be arrays by layer"),
        ({"computing": 3}, "computing must be a Computing"),
    ],
)
def test_a_sweep_that_cannot_be_painted_leaves_no_folder(
    tmp_path, pictures, weights, given, sentence
):
    content, style = pictures
    arguments = {
        "content": content, "styles": [style], "settings": chosen(), "over": {"beta": [1]},
        "weights": weights, "computing": PLAIN,
    }  # fmt: skip
    with pytest.raises(InputError, match=f"^{sentence}"):
        runs.sweep(tmp_path / "s", **arguments | given)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("folder", [None, "a\0"])
def test_what_names_no_folder_of_a_sweep(pictures, folder):
    content, style = pictures
    with pytest.raises(InputError, match=r"must be the name of a file|cannot be the name"):
        runs.sweep(folder, content, [style], chosen(), {"beta": [1]})


def test_a_film_of_a_run_has_a_frame_for_each_preview(tmp_path, pictures, weights):
    from PIL import Image

    painted(tmp_path / "run", pictures, chosen(), weights)
    (tmp_path / "run/previews/2-000008.jpg").write_bytes(b"\xff\xd8cut off by a kill")
    for name in ("film.webp", "film.gif"):
        assert runs.film(tmp_path / "run", tmp_path / name, size=64, seconds=3) == 9
        with Image.open(tmp_path / name) as film:
            assert film.n_frames in (8, 9)  # two that are the same become one
            assert film.size == (64, 46)
    assert runs.film(tmp_path / "run", tmp_path / "film.webp", ledger=True, size=64) == 9
    with Image.open(tmp_path / "film.webp") as film:
        assert film.size == (64, 46 + 120)
        first = np.asarray(film.convert("RGB"))[46:].astype(int)
        film.seek(film.n_frames - 1)
        last = np.asarray(film.convert("RGB"))[46:].astype(int)
    assert np.abs(last - first).max() > 50  # the curves grow


def test_a_film_that_cannot_be_made_is_one_sentence(tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"expected one of \.webp, \.gif, \.mp4"):
        runs.film(tmp_path, tmp_path / "film.avi")
    with pytest.raises(InputError, match="There are no previews"):
        runs.film(tmp_path, tmp_path / "film.webp")
    monkeypatch.setattr("nst_numpy.runs.films.find_spec", lambda _: None)
    with pytest.raises(InputError, match="An MP4 needs an encoder"):
        runs.film(tmp_path, tmp_path / "film.mp4")


def test_a_result_is_painted_again_from_python(tmp_path, pictures, weights):
    content, style = pictures
    painted(tmp_path / "run", pictures, chosen(start="noise"), weights)
    result, again = tmp_path / "run/result.png", tmp_path / "again.png"
    assert runs.replay(result, content, [style], again, weights)
    assert again.read_bytes() == result.read_bytes()
    with pytest.raises(InputError, match="was painted from other pictures than these"):
        runs.replay(result, content, [style[::-1]], again, weights)
    changed = load_image(result).copy()
    changed[0, 0] = 1 - changed[0, 0]
    save_image(changed, result, read_about(result))
    assert not runs.replay(result, content, [style], again, weights)
    save_image(changed, result)
    with pytest.raises(InputError, match="does not say how it was painted in Python"):
        runs.replay(result, content, [style], again, weights)
