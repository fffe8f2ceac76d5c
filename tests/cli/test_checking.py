"""The commands ``check`` and ``weights``: what they print, and their exit codes."""

import json
from functools import partial

import pytest
from typed import run

from nst_numpy import blas
from nst_numpy.checks import Check, Pieces, all_checks, everything, mutants
from nst_numpy.checks.mutants import MUTANTS, Mutant
from nst_numpy.checks.pieces import OURS
from nst_numpy.cli import checking


def test_check_keeps_blas_to_one_thread(capsys, monkeypatch):
    seen = []

    def checks(*_):
        seen.append(blas.current_threads())
        return []

    monkeypatch.setattr(checking, "all_checks", checks)
    with blas.limited(2):
        assert run(capsys, "check", "--json")[0] == 0
    assert seen == [1]


def test_check_prints_a_table_and_exits_with_0(capsys, monkeypatch):
    monkeypatch.setattr(checking, "all_checks", lambda *_: [Check("ReLU", "adjoint", 1e-9, 1e-8)])
    code, out, _ = run(capsys, "check")
    assert code == 0
    assert "ReLU" in out
    assert "1.0e-09" in out
    assert "yes" in out


def test_check_exits_with_1_when_one_fails_and_json_says_which(capsys, monkeypatch):
    broken = [Check("ReLU", "adjoint", 1e-9, 1e-8), Check("pool", "adjoint", 0.5, 1e-8)]
    monkeypatch.setattr(checking, "all_checks", lambda *_: broken)
    code, out, _ = run(capsys, "check", "--json")
    assert code == 1
    rows = json.loads(out)
    assert [row["holds"] for row in rows[:2]] == [True, False]
    assert all(row["holds"] for row in rows[2:])  # those of the studio
    assert rows[1] == {
        "gradient": "pool", "method": "adjoint", "error": 0.5, "allowed": 1e-8, "holds": False
    }  # fmt: skip


@pytest.mark.long
def test_check_fails_on_a_broken_gradient(capsys, monkeypatch):
    """The whole way: break one backward pass, and the command must notice."""
    wrong = Pieces(relu_backward=lambda da, positive: da * (da > 0))
    monkeypatch.setattr(checking, "all_checks", partial(all_checks, pieces=wrong))
    monkeypatch.setattr(everything, "DIRECTIONS", 1)  # these are enough to refuse J, and faster
    monkeypatch.setattr(everything, "TAYLOR_STEPS", (1e-6, 1e-7))
    code, out, _ = run(capsys, "check", "--json")
    assert code == 1
    failed = {row["gradient"] for row in json.loads(out) if not row["holds"]}
    assert {"ReLU", "J, average pooling", "J, max pooling"} <= failed
    assert "convolution" not in failed


def test_check_catches_every_mutant_and_says_which(capsys):
    code, out, _ = run(capsys, "check", "--mutants")
    assert code == 0
    names = [mutant.name for mutant in MUTANTS]
    assert all(name in out for name in names)
    assert out.count("yes") == len(names)
    assert f"{len(names)} of {len(names)} mistakes caught" in out
    code, out, _ = run(capsys, "check", "--mutants", "--json")
    assert code == 0
    rows = json.loads(out)
    assert [row["mutant"] for row in rows] == names
    for row in rows:
        assert row["caught"] is (row["error"] > row["allowed"]) is True
        assert 0 <= row["angle"] <= 180
        assert row["sentence"].endswith(".")


def test_a_mutant_that_is_not_caught_is_exit_code_1(capsys, monkeypatch):
    """A gradient without a mistake cannot be caught."""
    right = Mutant("no mistake", "Nothing is wrong.", MUTANTS[0].case, OURS)
    monkeypatch.setattr(mutants, "MUTANTS", (*MUTANTS[:2], right))
    code, out, _ = run(capsys, "check", "--mutants")
    assert code == 1
    assert "NO" in out
    assert "2 of 3 mistakes caught" in out
    code, out, _ = run(capsys, "check", "--mutants", "--json")
    assert code == 1
    assert [row["caught"] for row in json.loads(out)] == [True, True, False]


def test_weights_tells_what_the_embedded_file_holds(capsys):
    code, out, _ = run(capsys, "weights")
    assert code == 0
    assert "conv5_4" in out
    assert "20,024,384" in out
    assert "these are the canonical VGG-19 weights" in out
