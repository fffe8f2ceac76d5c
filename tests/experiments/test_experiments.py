"""What holds for every experiment: its file, its question, the same signature."""

import inspect
from importlib import import_module

import pytest

from nst_numpy import load_image
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.files.embedded import embedded


@pytest.mark.parametrize("experiment", EXPERIMENTS.values(), ids=lambda e: e.name)
def test_a_file_with_its_name_asks_its_question(experiment):
    module = import_module(experiment.module)
    assert module.__doc__.splitlines()[0] == experiment.question
    assert list(inspect.signature(module.measure).parameters)[:3] == ["content", "style", "weights"]
    assert list(inspect.signature(module.claims).parameters) == ["measured"]
    assert list(inspect.signature(module.draw).parameters) == ["measured"]
    assert experiment.question.endswith("?")


@pytest.mark.slow
@pytest.mark.parametrize(
    "experiment",
    [one for one in EXPERIMENTS.values() if one.name != "three-convolutions"],  # it claims times
    ids=lambda e: e.name,
)
def test_every_claim_holds_at_the_usual_size(experiment, weights):
    content, style = (
        load_image(embedded(f"pictures/{name}.webp"), size=experiment.size)
        for name in ("eilean-donan-castle", "church-at-auvers")
    )
    answer = experiment.answer(content, style, weights)
    assert [claim for claim in answer.claims if not claim.holds] == []
