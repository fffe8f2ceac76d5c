"""What a painting is made of, in any form; and its file says how it can be painted again."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nst_numpy as nst
from nst_numpy import Computing, InputError, Masked, Settings, paint, runs, steps
from nst_numpy.cli import main
from nst_numpy.easel import words
from nst_numpy.files.about import read_about
from nst_numpy.files.images import load_image, save_image
from nst_numpy.files.profiles import srgb_profile

RNG = np.random.default_rng(0)
C, S = RNG.random((32, 48, 3), np.float32), RNG.random((36, 32, 3), np.float32)
LEFT = np.zeros((32, 48), np.float32)
LEFT[:, :24] = 1
QUICK = Settings(
    content_layers={"conv1_2": 1.0}, style_layers={"conv1_1": 1.0},
    iterations=2, scales=2, margin=2,
)  # fmt: skip
PLAIN = Computing(backend="numpy")


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A folder to be in, with a photograph, a painting and a mask."""
    monkeypatch.chdir(tmp_path)
    save_image(C, "photo.png")
    save_image(S, "painting.png")
    Image.fromarray((255 * LEFT).astype(np.uint8)).save("mask.png")


def painted(content="photo.png", style="painting.png", settings=QUICK, **given):
    return paint(content, style, settings, computing=PLAIN, progress=False, **given)


def replayed(capsys, *words):
    with pytest.raises(SystemExit) as end:
        main(["replay", *words])
    printed = capsys.readouterr()
    return end.value.code, printed.out + printed.err


@pytest.mark.parametrize(
    "given",
    [
        {}, {"colours": "luminance"}, {"colours": "match"}, {"style_scale": 0.75},
        {"content_masks": "mask.png"}, {"grain": 0}, {"print_size": "6mm", "dpi": 200},
    ],
    ids=str,
)  # fmt: skip
def test_of_files_the_command_line_paints_it_again_to_the_same_bytes(files, capsys, given):
    painted(**{} if "print_size" in given else {"size": 48}, **given).save("out.png", bits=16)
    code, said = replayed(capsys, "out.png")
    assert "identical to out.png, byte for byte" in said
    assert code == 0


def test_what_the_photograph_has_besides_goes_along(files, capsys):
    with Image.open("photo.png") as photo:
        photo.save("photo.png", icc_profile=srgb_profile(), dpi=(240, 240))
    painted(size=48).save("out.tif", dpi=100)
    with Image.open("out.tif") as picture:
        assert picture.info["icc_profile"] == srgb_profile()
        assert picture.info["dpi"] == (100, 100)
    assert replayed(capsys, "out.tif")[0] == 0


EIGHT = (255 * C).astype(np.uint8)


@pytest.mark.parametrize(
    ("content", "style", "given"),
    [
        (EIGHT, S, {}),
        (C.astype(float), [S.astype(float)], {}),
        (np.dstack([EIGHT, EIGHT[:, :, :1]]), S[:, :, 0], {"size": 40}),
        (C, [S, C], {"style_scale": (2, 0.75)}),
        (C, S, {"size": 40, "style_scale": 2}),
        (Image.fromarray(EIGHT), Image.fromarray(EIGHT), {"size": 32}),
        ("photo.png", S, {"print_size": "6mm", "dpi": 200}),
    ],
    ids=["uint8", "float64", "RGBA and gray", "scales", "size and scale", "Pillow", "a path"],
)
def test_replay_is_given_what_paint_was_given(files, content, style, given):
    painted(content, style, **given).save("out.png")
    assert runs.replay("out.png", content, style)
    np.testing.assert_array_equal(load_image("out-replay.png"), load_image("out.png"))
    with pytest.raises(InputError, match="from other pictures"):
        runs.replay("out.png", EIGHT[::-1], style)


@pytest.mark.parametrize(
    "told",
    [
        3, {}, {"size": 10**9, "style_scale": 1}, {"size": None, "style_scale": 1e308},
        {"size": "40", "style_scale": 1}, {"size": 40, "style_scale": [1, 2, 3]},
    ],
    ids=str,
)  # fmt: skip
def test_a_stranger_may_say_anything_of_how_it_was_taken(files, told):
    found = painted(C, S)
    about = json.loads(found.origin.about(QUICK, found.best, False)) | {"taken": told}
    save_image(found.picture, "out.png", json.dumps(about))
    with pytest.raises(InputError):
        runs.replay("out.png", C, S)
    assert not Path("out-replay.png").exists()


def test_replay_of_masks_says_how(files):
    found = painted(C, S, content_masks=LEFT)
    found.save("out.png")
    with pytest.raises(InputError, match=r"painted with content_masks .* nst\.Masked"):
        runs.replay("out.png", C, S)
    assert runs.replay("out.png", C, S, objective=found.origin.objective)


@pytest.mark.parametrize("colours", ["style", "luminance", "match"])
def test_of_arrays_runs_replay_paints_it_again(files, capsys, colours):
    start = Settings(**vars(QUICK) | {"start": RNG.random((32, 48, 3), np.float32)})
    for settings, also in (QUICK, {}), (start, {"start": start.start}):
        painted(C, S, settings, colours=colours).save("out.png")
        assert runs.replay("out.png", C, [S], "again.png", **also)
        with pytest.raises(InputError, match="from other pictures"):
            runs.replay("out.png", C, [C], "again.png", **also)
    code, said = replayed(capsys, "out.png")
    assert (code, "runs.replay" in said) == (2, True)


def test_stopped_or_gone_on_is_said(files):
    further = painted(size=48).more(1, progress=False)
    further.save("out.png")
    about = json.loads(read_about("out.png"))
    assert about["earlier"] == [2]
    assert about["options"]["iterations"] == 3
    assert about["result"]["J"] == further.cost.total
    assert "cut_short" not in about


def test_what_cannot_be_written_down_is_not(files):
    class Another(type(QUICK.statistic)):
        pass

    painted(size=48, settings=Settings(**vars(QUICK) | {"statistic": Another()})).save("out.png")
    assert read_about("out.png") == ""


def test_masks_in_any_form_are_those_of_masked(files, weights):
    halves = Masked([LEFT, 1 - LEFT])
    expected = painted(C, [S, C], objective=halves)
    eight = (255 * LEFT).astype(np.uint8)
    for left, right in ((LEFT, 1 - LEFT), (eight, 255 - eight), (LEFT == 1, LEFT == 0)):
        found = painted(C, [S, C], content_masks=[left, right])
        assert found.cost == expected.cost
    larger = np.kron(LEFT, np.ones((2, 2)))
    *_, step = steps(C, S, QUICK, computing=PLAIN, content_masks=larger)
    *_, same = steps(C, S, QUICK, computing=PLAIN, objective=Masked([LEFT]))
    assert step.cost.total == pytest.approx(same.cost.total, rel=1e-2)


def test_colours_are_those_of_the_photograph(files):
    found = painted(C, S, colours="luminance").picture
    colour = found - found @ [[0.299], [0.587], [0.114]]
    theirs = C - C @ [[0.299], [0.587], [0.114]]
    assert np.corrcoef(colour.ravel(), theirs.ravel())[0, 1] > 0.8


def test_grain_is_taken_out_of_the_picture_and_not_of_the_steps(files):
    flat = np.full((48, 48, 3), 0.5, np.float32)
    noisy = (flat + 0.01 * RNG.standard_normal(flat.shape)).astype(np.float32)
    still = Settings(**vars(QUICK) | {"iterations": 0, "scales": 1, "margin": 0})
    found = painted(noisy, flat, still)
    np.testing.assert_allclose(found.best.image, noisy, atol=1e-5)
    assert found.picture.std() < 0.7 * noisy.std()
    np.testing.assert_allclose(painted(noisy, flat, still, grain=0).picture, noisy, atol=1e-5)


def test_settings_are_arguments_too(files):
    found = painted(C, S, beta=3, iterations=1)
    assert found.settings == Settings(**vars(QUICK) | {"beta": 3, "iterations": 1})
    assert len(list(steps(C, S, QUICK, computing=PLAIN, scales=1, iterations=1))) == 2


def test_it_is_an_array_for_whoever_wants_one(files):
    found = painted(C, S)
    assert found.image is found.picture
    np.testing.assert_array_equal(np.asarray(found), found.picture)
    assert np.asarray(found, dtype=np.float64).dtype == np.float64
    assert np.array(found) is not found.picture


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"colors": "match"}, "There is no argument and no setting 'colors'; did you mean colours"),
        ({"betta": 3}, "There is no argument and no setting 'betta'; did you mean beta?"),
        (
            {"style_weight": 3},
            "There is no argument and no setting 'style_weight'; here it is beta.",
        ),
        ({"lr": 3}, "There is no argument and no setting 'lr'; here it is learning_rate."),
        ({"init": "noise"}, "There is no argument and no setting 'init'; here it is start."),
        ({"threads": 1}, ".*'threads'; here it is computing=nst.Computing"),
        ({"save": "a.png"}, ".*'save'; here it is the method save of what paint returns."),
        ({"xyz": 3}, "There is no argument and no setting 'xyz'; see Settings."),
        ({"beta": "much"}, "beta must"),
        ({"colours": "photo"}, "colours must be one of style, luminance"),
        ({"grain": -1}, "grain must"),
        ({"style_scale": [1, 2]}, "There are 2 numbers in style_scale for 1 styles"),
        ({"style_scale": 0}, "style_scale must be above 0"),
        ({"style_scale": 10**400}, "style_scale must be finite and above 0"),
        ({"grain": 10**400}, "grain must be a finite number of at least 0"),
        ({"dpi": -1}, "dpi must be above 0, not -1"),
        ({"dpi": "x"}, "dpi must be above 0, not 'x'"),
        ({"dpi": 10**400}, "dpi must be finite and above 0"),
        ({"dpi": 0.5}, "dpi must be between 1 and 65535, not 0.5"),
        ({"style_scale": "large"}, "style_scale must be above 0, not 'large'"),
        ({"print_size": "40"}, "40 is not a size in print"),
        ({"print_size": 40}, "print_size must be a str, not 40"),
        ({"print_size": "4cm", "size": 32}, "size and print_size both say"),
        ({"content_masks": [LEFT, LEFT]}, "There are 2 content masks and no style mask for 1"),
        ({"content_masks": LEFT[:16]}, "The content mask 1 becomes 48 × 16 pixels and its picture"),
        ({"content_masks": 0 * LEFT}, "The content mask 1 is black"),
        ({"content_masks": C}, "The content mask 1 has colours"),
        ({"content_masks": LEFT, "objective": Masked([LEFT])}, "Masks make a J of their own"),
        ({"style_masks": [S]}, "There is no content mask and 1 style mask for 1 style"),
    ],
)
def test_what_cannot_be_asked_for(given, sentence):
    with pytest.raises(InputError, match=f"^{sentence}"):
        painted(C, S, **given)


@pytest.mark.parametrize(("content", "style"), [(C, S), ("photo.png", "painting.png")])
def test_numbers_of_numpy_are_written_down(files, content, style):
    given = {"size": np.int64(32), "grain": np.float32(3), "dpi": np.float32(100)}
    one, other = (
        painted(content, style, **numbers)
        for numbers in (given, {"size": 32, "grain": 3.0, "dpi": 100.0})
    )
    one.save("one.png", bits=np.int64(16))
    other.save("other.png", bits=16)
    assert Path("one.png").read_bytes() == Path("other.png").read_bytes()


def test_a_style_scale_is_any_number():
    one, other = (painted(C, S, style_scale=scale) for scale in (0.5, np.float32(0.5)))
    np.testing.assert_array_equal(one.picture, other.picture)


def test_a_run_of_sixteen_bits_with_what_goes_along(tmp_path, weights):
    carried = nst.files.carried.NOTHING.at(240)
    folder = tmp_path / "run"
    list(runs.paint(folder, C, [S], QUICK, weights, PLAIN, carried=carried, bits=16))
    with Image.open(folder / "result.png") as picture:
        assert picture.info["dpi"] == pytest.approx((240, 240), abs=0.02)
    whole = (folder / "result.png").read_bytes()
    assert runs.replay(folder / "result.png", C, [S], tmp_path / "a.png", weights)
    assert (tmp_path / "a.png").read_bytes() == whole
    list(runs.resume(folder, weights=weights))
    assert (folder / "result.png").read_bytes() == whole
    deep = load_image(folder / "result.png")
    assert len(np.unique(deep)) > 256


def test_every_word_of_others_leads_to_something_that_is_there():
    known = {*inspect.signature(paint).parameters}
    assert not known & {*words.OURS}
    for ours in words.CALLED:
        assert ours.partition("=")[0] in known or hasattr(nst.Painting, ours.split()[2])


@pytest.mark.parametrize("call", [paint, steps])
def test_the_tab_key_offers_the_settings(call):
    signature = inspect.signature(call)
    assert {*vars(Settings())} < {*signature.parameters}
    assert "beta=…" in str(signature)
    assert "choices" not in signature.parameters


def test_an_origin_is_shown_in_a_line(files):
    assert repr(painted(C, [S, S]).origin) == "Origin(an array, 48 × 32 pixels, 2 styles)"
    assert repr(painted(size=48).origin) == "Origin(photo.png, 48 × 32 pixels, 1 style)"
