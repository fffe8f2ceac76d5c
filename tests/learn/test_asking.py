"""A function in a notebook: the answer prints itself."""

import numpy as np
import pytest

import nst_numpy as nst
from nst_numpy.errors import InputError
from nst_numpy.layers import conv_backward, conv_forward


def test_a_right_function_is_right():
    answer = nst.learn.check("conv-backward", conv_backward)
    assert answer.right
    assert "conv-backward is right" in repr(answer)
    assert "adjoint: holds" in repr(answer)


def test_a_wrong_function_is_diagnosed_in_words():
    answer = nst.learn.check("conv-backward", lambda dz, weight: conv_forward(dz, weight[::-1]))
    assert not answer.right
    answer = nst.learn.check(
        "conv_backward", lambda dz, weight: conv_forward(dz, weight.swapaxes(2, 3))
    )
    text = repr(answer)
    assert "not turned by 180°" in text
    assert "The formula has: dx[i, j, c]" in text
    assert "docs/02-convolution.md" in text
    assert all(len(line) <= 88 for line in text.splitlines())


def test_an_exception_has_the_line_of_the_notebook():
    def mine(a):
        return a.reshape(-1, 1000)

    answer = nst.learn.check("gram-matrix", mine)
    assert answer.outcome.status == "raises"
    assert answer.outcome.trouble.file == "test_asking.py"
    assert "return a.reshape(-1, 1000)" in repr(answer)


def test_html_holds_no_markup_of_others():
    def mine(a):
        raise ValueError("<script>")

    html = nst.learn.check("gram-matrix", mine)._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_an_unknown_task_is_told():
    with pytest.raises(InputError, match="did you mean conv-backward"):
        nst.learn.check("conv-backwards", conv_backward)
    with pytest.raises(InputError, match="there are vgg-input-forward"):
        nst.learn.check("zzz", conv_backward)
    with pytest.raises(AttributeError, match="no attribute 'lern'"):
        nst.lern  # noqa: B018


def test_what_is_built_in_can_be_asked_about():
    assert not nst.learn.check("gram-matrix", np.linalg.norm).right
    assert not nst.learn.check("gram-matrix", len).right


def test_an_example_is_tried(capsys):
    nst.learn.try_example("conv-backward", lambda dz, weight: 2 * conv_backward(dz, weight))
    out = capsys.readouterr().out
    assert "dx[:, :, 0] = [[5, 6]" in out
    assert "dx[:, :, 0] = [[10, 12]" in out


def test_an_example_is_shown_before_the_gap_is_filled(capsys):
    def conv_backward(dz, weight):
        raise NotImplementedError("your turn")

    nst.learn.try_example("conv-backward", conv_backward)
    out = capsys.readouterr().out
    assert "dx[:, :, 0] = [[5, 6]" in out
    assert "the gap is not filled yet" in out
