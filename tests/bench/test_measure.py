"""The bench measures what it says, at a small size."""

import json
import os
import re
import signal
import subprocess
import sys

import pytest
from measuring import measured_once

from nst_numpy import InputError
from nst_numpy.backend import numba_is_installed
from nst_numpy.bench.measure import Result, by_turns, layer_times
from nst_numpy.cli import benching, main
from nst_numpy.network import VGG19

needs_numba = pytest.mark.skipif(not numba_is_installed(), reason="Numba is not installed")


@pytest.mark.long
def test_two_contestants_evaluate_by_turns_and_agree_about_j():
    result = by_turns(["numpy", "numba" if numba_is_installed() else "numpy"], 32, 40, rounds=2)
    assert (result.n_H, result.n_W) == (32, 40)
    assert all(len(times) == 2 and min(times) > 0 for times in result.seconds)
    assert all(2**25 < memory < 2**34 for memory in result.memory)
    assert result.values[0] == pytest.approx(result.values[1], rel=1e-4)


def test_the_ratio_is_the_median_of_the_pairs():
    result = Result(8, 8, ("a", "b"), ((1.0, 2.0, 9.0), (2.0, 8.0, 3.0)), (100, 400), (1.0, 1.0))
    assert result.medians == (2.0, 3.0)
    assert result.ratio == 0.5
    assert result.memory_ratio == 0.25


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_ctrl_c_ends_a_worker_without_a_word():
    command = [sys.executable, "-m", "nst_numpy.bench.worker", "numpy", "16", "16"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as worker:
        assert worker.stdout.readline().startswith(b"ready")
        worker.send_signal(signal.SIGINT)
        assert worker.communicate(timeout=60)[1] == b""
    assert worker.returncode == -signal.SIGINT


@needs_numba
def test_every_layer_is_timed_both_ways():
    rows = layer_times(32, 32, rounds=1)
    layers = [row.layer for row in rows]
    assert [layer for layer in layers if layer in VGG19.channels] == list(VGG19.channels)[:13]
    assert all(row.up > 0 and row.down > 0 for row in rows)
    assert rows[1].operations == 2 * 9 * 64 * 64 * 32 * 32


@pytest.mark.long
def test_the_command_prints_a_table_or_json(capsys, monkeypatch):
    monkeypatch.setattr(benching, "by_turns", measured_once(by_turns))
    printed = []
    for form in ([], ["--json"]):
        with pytest.raises(SystemExit) as end:
            main(["bench", "--size", "16", "32", "--rounds", "1", "--backend", "numpy", *form])
        assert end.value.code == 0
        printed.append(capsys.readouterr().out)
    table, told = printed
    assert all(words in table for words in ("16²", "32²", "numpy: s"))
    assert [row["n_H"] for row in json.loads(told)["evaluations"]] == [16, 32]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--size", "1000000"], "1000000² are more than 178956970 pixels"),
        (["--size", "13000"], "13000² with numpy needs about .* GB are free; choose smaller sizes"),
        (["--size", "32", "2.5"], 'Invalid value for --size: .*"2.5"'),
        (["--rounds", "1.5"], "Invalid value for --rounds: '1.5' is not a whole number"),
        (["--against", "nobody"], ".*nobody"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(capfd, monkeypatch, arguments, sentence):
    monkeypatch.setattr("nst_numpy.cli.benching.available_memory", lambda: 10**9)
    with pytest.raises(SystemExit) as end:
        main(["bench", "--backend", "numpy", *arguments])
    assert end.value.code == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert re.match(sentence, err)


@pytest.mark.parametrize(("name", "side"), [("numpy", 10**6), ("numpy", 1)])
def test_a_worker_that_cannot_go_on_is_a_sentence(capfd, name, side):
    with pytest.raises(InputError, match=f"The measurement of {name} ended with exit code 1"):
        by_turns([name], side, side, rounds=1)
    assert capfd.readouterr().err.count("\n") == 1


@pytest.mark.long
def test_the_definition_can_be_raced_against():
    with pytest.raises(SystemExit) as end:
        main(
            [
                "bench",
                "--backend",
                "numpy",
                "--against",
                "definition",
                "--size",
                "16",
                "--rounds",
                "1",
            ]
        )
    assert end.value.code == 0
