"""What holds for every experiment: its file, its question, the same signature."""

import inspect
from importlib import import_module

import pytest

from nst_numpy.experiments import EXPERIMENTS


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=lambda e: e.name)
def test_a_file_with_its_name_asks_its_question(experiment):
    module = import_module(experiment.module)
    assert module.__doc__.splitlines()[0] == experiment.question
    assert list(inspect.signature(module.answer).parameters)[:3] == ["content", "style", "weights"]
    assert experiment.question.endswith("?")
