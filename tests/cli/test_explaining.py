"""The command ``explain`` as somebody types it."""

import contextlib
import errno
import json
import os
import signal
from types import SimpleNamespace

import numpy as np
import pytest
from typed import run

from nst_numpy import save_image
from nst_numpy.cli import explaining
from nst_numpy.experiments import EXPERIMENTS, Experiment


@pytest.fixture
def explain(capsys, folder):
    """Run the command in the folder."""
    return lambda *arguments: run(capsys, "explain", *arguments)


def test_it_lists_all_questions(explain):
    code, out, _ = explain("--list")
    assert code == 0
    for experiment in EXPERIMENTS.values():
        assert experiment.name in out


def test_one_experiment_writes_its_figure_and_numbers_and_says_what_it_found(explain, folder):
    code, out, err = explain("content-or-style", "--size", "48")
    assert (code, err) == (0, "")
    assert EXPERIMENTS["content-or-style"].question in out
    found = json.loads((folder / "explained/content-or-style.json").read_text())
    assert found["size"] == 48
    assert len(found["numbers"]["style"]) == 6
    assert all(claim["sentence"] in " ".join(out.split()) for claim in found["claims"])
    assert (folder / "explained/content-or-style.png").read_bytes().startswith(b"\x89PNG")


def test_without_a_name_it_lists_and_runs_all(explain, folder, monkeypatch):
    ran = []
    monkeypatch.setattr(explaining, "run", lambda experiment, *_: ran.append(experiment))
    code, out, _ = explain()
    assert code == 0
    assert ran == list(EXPERIMENTS.values())
    assert EXPERIMENTS["optimizers"].name in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["content-or-stile"], "no experiment 'content-or-stile'; did you mean content-or-style?"),
        (["zzz"], "there are content-or-style, what-a-gram-entry-means"),
        (["content-or-style", "--size", "40"], "size must be at least 48, not 40."),
        (["content-or-style", "--content", "none.png"], "none.png does not exist"),
        (["content-or-style", "--output", "file"], "The folder file cannot be made"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(explain, folder, arguments, sentence):
    (folder / "file").write_text("")
    code, out, err = explain(*arguments)
    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["--content", "--style"])
@pytest.mark.parametrize("link", [None, "hardlink_to", "symlink_to"])
def test_a_picture_that_is_read_is_not_written_over(explain, folder, option, link):
    figure = folder / "ex" / "content-or-style.png"
    figure.parent.mkdir()
    given = folder / "photo.png" if link else figure
    (folder / "photo.png").rename(given)
    if link:
        getattr(figure, link)(given)
    before = given.read_bytes()
    arguments = ["content-or-style", "--size", "48", option, str(given), "--output", "ex"]
    code, out, err = explain(*arguments)
    assert (code, out) == (2, "")
    assert err == "ex/content-or-style.png is read by this run; choose another output.\n"
    assert given.read_bytes() == before


def test_a_full_disk_is_one_sentence(explain, folder, monkeypatch):
    def save(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    measured = SimpleNamespace(save=save)
    monkeypatch.setattr(Experiment, "answer", lambda *_, **__: measured)
    code, _, err = explain("content-or-style", "--size", "48")
    assert code == 2
    assert err == ("content-or-style cannot be written into explained (No space left on device).\n")


def test_without_matplotlib_it_says_how_to_get_it(explain, monkeypatch):
    monkeypatch.setattr(explaining, "find_spec", lambda name: None)
    code, _, err = explain("content-or-style")
    assert code == 2
    assert 'pip install "nst_numpy[explain]"' in err


def test_ctrl_c_says_where_the_finished_ones_are(explain, monkeypatch):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(explaining, "run", stopped)
    code, _, err = explain("optimizers")
    assert code == 130
    assert err == "Stopped; none finished.\n"


def test_a_stop_that_compiled_code_has_lost_is_not_forgotten(explain, monkeypatch):
    def run_and_lose(*_):
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(explaining, "run", run_and_lose)
    code, _, err = explain("optimizers", "why-not-pixels")
    assert code == 130
    assert err == "Stopped; the 1 that were finished are in explained.\n"


def test_the_same_picture_twice_and_a_picture_of_one_colour_are_refused(explain, folder):
    save_image(np.random.default_rng(0).random((60, 60, 3)), folder / "a.png")
    save_image(np.ones((60, 60, 3)), folder / "white.png")
    code, _, err = explain("optimizers", "--content", "a.png", "--style", "a.png")
    assert code == 2
    assert "a.png and a.png are the same picture" in err
    code, _, err = explain("optimizers", "--content", "a.png", "--style", "white.png")
    assert code == 2
    assert "white.png has one colour only" in err
