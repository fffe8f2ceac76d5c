"""Paintings over a cluster: the files that are made here, whoever made them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from typed import QUICK, quick, run

from nst_numpy import Computing, Settings, load_image, runs
from nst_numpy.errors import Vanished
from nst_numpy.files.about import read_about
from nst_numpy.large import crew as crews
from nst_numpy.runs import sweep

pytest.importorskip("distributed", reason="the extra cluster is not installed")
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # Dask's own
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


PAINTED = [
    word for word in quick(iterations="4", scales="2", gain="0") if word not in ("-o", "out.png")
]
CUT = ["--cluster", "local:2"]


@pytest.mark.long
def test_a_painting_over_a_cluster_is_painted_again_without_it(capsys, folder, two):
    code, _, err = run(capsys, *PAINTED, *CUT, "-o", "there.png")
    assert code == 0
    assert "in up to 2 strips" in err
    about = json.loads(read_about("there.png"))
    assert (about["options"]["strips"], about["options"]["threads"]) == (2, 1)
    assert "cluster" not in about["options"]
    assert run(capsys, "replay", "there.png")[0] == 0


@pytest.mark.long
def test_a_run_over_a_cluster_goes_on_without_it_and_the_other_way_round(capsys, folder, two):
    assert run(capsys, *PAINTED, *CUT, "--run", "there")[0] == 0
    assert run(capsys, *PAINTED, "--strips", "2", "--threads", "1", "--run", "here")[0] == 0
    assert run(capsys, "resume", "there", "--iterations", "6")[0] == 0
    code, _, err = run(capsys, "resume", "here", "--iterations", "6", *CUT)
    assert (code, "not to the same bytes" in err) == (0, False)
    assert Path("here/result.png").read_bytes() == Path("there/result.png").read_bytes()


@pytest.mark.long
def test_what_workers_remembered_is_painted_again_without_them(capsys, folder, two):
    words = [*PAINTED, "--remember", "workers"]
    code, _, err = run(capsys, *words, *CUT, "--run", "there")
    assert code == 0
    assert "; the workers keep what lbfgs remembers" in err
    about = json.loads(read_about("there/result.png"))
    assert about["options"]["remember"] == "workers"
    assert run(capsys, "replay", "there/result.png")[0] == 0
    assert run(capsys, *words, "--strips", "2", "--threads", "1", "--run", "here")[0] == 0
    assert run(capsys, "resume", "there", "--iterations", "6")[0] == 0
    code, _, err = run(capsys, "resume", "here", "--iterations", "6", *CUT)
    assert (code, "not to the same bytes" in err) == (0, False)
    assert Path("here/result.png").read_bytes() == Path("there/result.png").read_bytes()


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_killed_with_its_cluster_it_comes_to_the_same_bytes(capsys, folder):
    """The workers of this machine go when who started them is killed; the run goes on alone."""
    words = [word for word in quick(iterations="40", gain="0") if word not in ("-o", "out.png")]
    assert run(capsys, *words, "--strips", "2", "--threads", "1", "-o", "whole.png")[0] == 0
    child = subprocess.Popen(
        [sys.executable, "-m", "nst_numpy", *words, *CUT, "--run", "kept"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    end = time.monotonic() + 120
    while not Path("kept/trace.jsonl").exists() or len(runs.read_trace("kept")) < 3:
        assert child.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)
    workers = psutil.Process(child.pid).children(recursive=True)
    child.kill()
    assert child.wait() == -signal.SIGKILL
    code, _, err = run(capsys, "resume", "kept")
    assert (code, "not to the same bytes" in err) == (0, False)
    assert Path("kept/result.png").read_bytes() == Path("whole.png").read_bytes()
    assert psutil.wait_procs(workers, timeout=30)[1] == []


@pytest.mark.long
def test_a_sweep_over_a_cluster_is_whole_though_a_worker_is_killed(
    capsys, folder, two, monkeypatch
):
    words = ["sweep", *PAINTED[1:], "--over", "beta=1,10", "--over", "seed=0,1"]
    assert run(capsys, *words, "--threads", "1", "-o", "here")[0] == 0
    answer, left = two.answer, [1, 0, 0]

    def answer_after_a_kill(task):
        if left and left.pop():
            pids = [pid for nanny in two._cluster.workers.values() if (pid := nanny.pid)]
            os.kill(pids[0], signal.SIGKILL)
        return answer(task)

    monkeypatch.setattr(two, "answer", answer_after_a_kill)
    code, out, _ = run(capsys, *words, *CUT, "-o", "there")
    assert code == 0
    assert not left
    assert "4 of 4: beta 10, seed 1" in out
    names = {path.name for path in Path("here").iterdir()}
    assert len(names) == 6
    for name in names:
        assert Path("there", name).read_bytes() == Path("here", name).read_bytes(), name
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    Path("there/beta=1,seed=1.png").unlink()
    assert run(capsys, *words, *CUT, "-o", "there")[1].count("is there.") == 3


@pytest.mark.long
@pytest.mark.parametrize("kept", [[], ["--run", "kept"]])
def test_a_cluster_that_vanishes_leaves_the_picture_and_a_sentence(
    capsys, folder, two, monkeypatch, kept
):
    answer, count = two.answer, iter(range(1000))

    def answer_for_a_while(task):
        if next(count) > 60:
            raise Vanished("The cluster at local:2 is gone.")
        return answer(task)

    monkeypatch.setattr(two, "answer", answer_for_a_while)
    words = [word for word in quick(iterations="50") if word not in ("-o", "out.png")]
    code, _, err = run(capsys, *words, *CUT, *(kept or ["-o", "out.png"]))
    assert code == 2
    assert "The cluster at local:2 is gone. out.png holds the best picture before that." in (
        err.replace("kept/result.png", "out.png")
    )
    assert load_image("kept/result.png" if kept else "out.png").shape == (16, 24, 3)
    if kept:
        monkeypatch.undo()
        monkeypatch.chdir(folder)
        assert run(capsys, "resume", "kept", *CUT)[0] == 0
        assert run(capsys, *words, *CUT, "-o", "whole.png")[0] == 0
        assert Path("whole.png").read_bytes() == Path("kept/result.png").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="groups of processes")
def test_ctrl_c_in_a_terminal_reaches_the_workers_too_and_the_picture_is_saved(folder):
    words = [sys.executable, "-m", "nst_numpy", *quick(iterations="200", optimizer="adam"), *CUT]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        words, cwd=folder, env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stderr
        told = ""
        while " 10/200" not in told:
            told += (line := process.stderr.readline())
            assert line, told
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told + err
    assert load_image(folder / "out.png").shape == (16, 24, 3)


@pytest.mark.long
def test_a_sweep_in_python_over_a_cluster(folder, two):
    content, style = load_image("photo.png"), load_image("painting.png")
    settings = Settings(
        content_layers={"conv1_2": 1}, style_layers={"conv1_1": 1}, iterations=2, scales=1, margin=2
    )
    over = {"beta": [1.0, 10.0]}
    there = sweep("there", content, [style], settings, over,
                  computing=Computing(backend="numpy", cluster="local:2"))  # fmt: skip
    here = sweep("here", content, [style], settings, over,
                 computing=Computing(backend="numpy", threads=1))  # fmt: skip
    assert there == here


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--cluster", "local:0"], "cluster must be the address of a scheduler"),
        (["--cluster", "tcp://127.0.0.1:9"], "No scheduler answers at tcp://127.0.0.1:9"),
        (["--strips", "2", "--rows", "20"], "Either rows or strips"),
    ],
)
def test_what_cannot_be_is_one_sentence(capsys, folder, monkeypatch, words, sentence):
    monkeypatch.setattr(crews, "ANSWER", 0.5)
    code, _, err = run(capsys, *QUICK, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert sentence in err


def test_without_dask_it_says_what_to_install(capsys, folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, _, err = run(capsys, *QUICK, "--cluster", "local:3")
    assert (code, err.count("\n")) == (2, 1)
    assert 'pip install "nst_numpy[cluster]"' in err
