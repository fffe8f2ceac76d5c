"""Somebody's file, run: what is right, wrong, raised, endless, too large; and what is never run."""

import json
import re
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
from students import filled

from nst_numpy.learn.judging import judge
from nst_numpy.learn.pages import file_of, page
from nst_numpy.learn.running import Limits, run_file
from nst_numpy.learn.tasks import TASKS
from nst_numpy.learn.values import Other, packed, unpacked

QUICK = Limits(seconds=20, megabytes=512)


@pytest.fixture
def outcome(tmp_path):
    """Write a file of a task with something in its gap, and say what came of it."""

    def run(name, body=None, limits=QUICK, whole=None):
        task = TASKS[name]
        path = tmp_path / file_of(task)
        path.write_text(whole or filled(task, body))
        return judge(task, run_file(path, task, 0, limits))

    return run


@pytest.mark.parametrize("name", ["conv-backward", "walk-down", "adjoint-test", "line-search"])
def test_a_student_s_file_is_right(outcome, name):
    found = outcome(name)
    assert found.right, found
    assert found.calls >= 3


def test_a_wrong_result_is_diagnosed(outcome):
    found = outcome("conv-backward", "return conv_forward(dz, weight.swapaxes(2, 3))")
    assert found.status == "wrong"
    assert found.findings[0].mistake.name == "kernel not turned"
    assert not any(check.holds for check in found.checks)


def test_an_exception_is_shown_with_the_line_of_their_file(outcome):
    found = outcome("gram-matrix", "A = a.reshape(-1, 1000)\nreturn A.T @ A")
    text = filled(TASKS["gram-matrix"], "A = a.reshape(-1, 1000)\nreturn A.T @ A").splitlines()
    assert found.status == "raises"
    assert found.trouble.kind == "ValueError"
    assert text[found.trouble.line - 1].strip() == found.trouble.text == "A = a.reshape(-1, 1000)"
    assert "step13_gram_matrix.py, line" in found.trouble.sentence


def test_what_a_package_raises_is_shown_with_their_line_too(outcome):
    found = outcome("conv-backward", "return conv_forward(dz, weight)")
    assert found.status == "raises"
    assert found.trouble.text == "return conv_forward(dz, weight)"


@pytest.mark.parametrize(
    ("whole", "kind"),
    [
        ("def gram_matrix(a:\n    return 1\n", "SyntaxError"),
        ("import nothing_of_this_name\n", "ModuleNotFoundError"),
        ("import sys\nsys.exit(0)\n", "SystemExit"),
        ("def gram_matrix(a):\n    return gram_matrix(a)\n", "RecursionError"),
        ("class E(Exception):\n    def __str__(self):\n        1 / 0\nraise E\n", "E"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_told(outcome, whole, kind):
    found = outcome("gram-matrix", whole=whole)
    assert found.status == "raises"
    assert found.trouble.kind == kind
    assert found.trouble.line > 0


def test_an_endless_loop_ends_with_a_sentence(outcome):
    found = outcome("gram-matrix", "while True:\n    pass", Limits(seconds=1))
    assert found.status == "stopped"
    assert "did not end within 1 s" in found.sentence


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="it is looked for there")
def test_what_it_started_ends_with_it(outcome, tmp_path):
    found = outcome(
        "gram-matrix",
        f"import subprocess\nchild = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(child.pid))\nchild.wait()",
        Limits(seconds=3),
    )
    assert found.status == "stopped"
    child = int((tmp_path / "child").read_text())
    state = Path(f"/proc/{child}/stat")
    until = monotonic() + 10  # on a busy machine it takes a moment to die
    while state.exists() and state.read_text().split()[2] != "Z":
        assert monotonic() < until
        sleep(0.01)


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no limit here")
def test_too_much_memory_ends_with_a_sentence(outcome):
    found = outcome("gram-matrix", "return np.ones((2**15, 2**15))")
    assert (found.status, found.trouble.kind) == ("raises", "MemoryError")
    body = "x = []\nwhile True:\n    x.append(np.ones(2**20))"
    assert outcome("gram-matrix", body).trouble.kind == "MemoryError"


def test_a_process_that_ends_itself_is_told(outcome):
    found = outcome("gram-matrix", "import os\nos._exit(3)")
    assert found.status == "stopped"
    assert "exit code 3" in found.sentence
    assert "a (4, 6, 5)" in found.sentence
    found = outcome("gram-matrix", "import os\nos.kill(os.getpid(), 9)")
    assert "by signal 9" in found.sentence


def test_a_gap_is_not_begun_and_another_name_is_missing(outcome):
    assert outcome("gram-matrix", whole=page(TASKS["gram-matrix"])).status == "not begun"
    found = outcome("gram-matrix", whole="def gram(a):\n    return a\n")
    assert found.status == "missing"
    assert "gram_matrix" in found.sentence


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("gram-matrix", "pass", "nothing"),
        ("gram-matrix", "return (x for x in a)", "generator"),
        ("gram-matrix", "return 'one'", "a str"),
        ("gram-matrix", "return np.array([object()])", "asked for is an array"),
        ("gram-matrix", "class A:\n    def __repr__(self):\n        1 / 0\nreturn A()", "a A"),
        ("relu-forward", "return np.maximum(z, 0)", "tuple of 2"),
        ("relu-backward", "return (da * positive).astype(float)", "float64, asked for is float32"),
        ("content-cost", "return ((a_G - a_C) ** 2).mean() / 4 + 0 * a_G", "array"),
        ("gradient-descent-step", "x -= learning_rate * gradient\nreturn x", "changes its input x"),
        ("average-pool-backward", "return dy.repeat(2, 0).repeat(2, 1) / 4", "odd|shape"),
    ],
)
def test_whatever_comes_back_is_told(outcome, name, body, words):
    found = outcome(name, body)
    assert found.status in ("wrong", "raises")
    assert re.search(words, " ".join(f.sentence for f in found.findings)), found


def test_zeros_are_tried_when_the_numbers_are_right(outcome):
    body = "a, b = np.vdot(u, forward(v)), np.vdot(backward(u), v)\n"
    found = outcome("adjoint-test", body + "return abs(a - b) / max(abs(a), abs(b))")
    assert found.status == "wrong"
    assert "nothing but zeros" in found.sentence
    assert "NaN" in found.findings[0].sentence


def test_one_file_may_use_another(outcome, tmp_path):
    (tmp_path / "mine.py").write_text("def product(A):\n    return A.T @ A\n")
    found = outcome(
        "gram-matrix", "from mine import product\nreturn product(a.reshape(-1, a.shape[2]))"
    )
    assert found.right


def test_what_it_prints_is_kept_and_does_no_harm(outcome):
    found = outcome("gram-matrix", "print('x' * 10**6)\nreturn a")
    assert found.status in ("wrong", "raises")
    assert 0 < len(found.printed) <= 2000


@pytest.mark.parametrize(
    "value",
    [
        None, True, 3, -2.5, float("inf"), "words", (1, 2.0), [np.float32(1)], {"a": (1,)},
        np.float64(3), np.arange(6.0).reshape(2, 3).astype(np.float32), np.zeros((0, 2)),
    ],
)  # fmt: skip
def test_values_come_through(value):
    arrays = {}
    words = json.loads(json.dumps(packed(value, arrays)))
    back = unpacked(words, arrays)
    assert type(back) is type(value)
    np.testing.assert_equal(back, value)


def test_what_is_no_value_comes_as_words():
    for value in (object(), {1: 2}, np.array([object()]), np.zeros(2**24)):
        back = unpacked(packed(value, {}), {})
        assert isinstance(back, Other)
        assert len(repr(back)) <= 60
