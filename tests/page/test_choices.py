"""What holds of the page where the extra is not installed: its choices, and what it says then."""

import re

import pytest

import nst_numpy.page.serving
from nst_numpy import InputError
from nst_numpy.cli.app import app
from nst_numpy.page import serve
from nst_numpy.page.choices import CHOICES, List, Slider, words_of


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.option)
def test_each_choice_is_an_option_with_limits(choice):
    if isinstance(choice, Slider):
        ends, wrong = [choice.least, choice.most, choice.usual], [choice.most + 1, "1", None, True]
        wrong.append(float("nan"))
    else:
        assert isinstance(choice, List)
        ends, wrong = list(choice.words), ["x", 1, None]
    for value in ends:
        words = words_of({choice.option: value})
        line = ["stylize", "a.png", "b.png", *words]
        _, given, _ = app.parse_args(line, exit_on_error=False, print_error=False)
        given.arguments["options"].settings()
    for value in wrong:
        with pytest.raises(InputError):
            words_of({choice.option: value})


def test_a_power_is_of_two_digits():
    beta = next(choice for choice in CHOICES if choice.option == "beta")
    assert beta.word(2.4) == "--beta=250"
    assert beta.word(0) == "--beta=1"
    assert words_of({})[0] == "--size=384"


def test_without_the_extra_it_says_so(monkeypatch):
    monkeypatch.setattr(nst_numpy.page.serving, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=re.escape('pip install "nst_numpy[page]"')):
        serve()
