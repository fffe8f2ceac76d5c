import numpy as np
import pytest

from nst_numpy.experiments import alpha_beta_lambda
from nst_numpy.experiments.weighing.pulls import (
    length,
    pulls_of_layers,
    pulls_on_the_way,
    reweighted,
)
from nst_numpy.experiments.weighing.trade import (
    BETAS,
    LAMBDAS,
    USUAL,
    Painting,
    prices,
    shares_of,
    weightings,
)
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings


@pytest.fixture(scope="module")
def answer(castle, church, weights):
    return alpha_beta_lambda.answer(castle[:32, :40], church[:40, :40], weights, 6, 12)


def test_more_beta_gives_content_for_style_at_no_more_than_its_price(answer):
    for row in answer.numbers["costs"].values():
        assert len(row) == len(BETAS)
        assert np.all(np.diff([painting["content"] for painting in row]) > 0)
        assert np.all(np.diff([painting["style"] for painting in row]) < 0)
    for paid in answer.numbers["paid"].values():
        assert np.all(np.array(paid) <= BETAS[1:])


def test_equal_lambdas_are_not_equal_shares(answer):
    shares = answer.numbers["shares of the photograph's style cost"]
    assert shares["equal λ"]["conv4_1"] > 0.9
    np.testing.assert_allclose(list(shares["equal shares"].values()), 0.2)


def test_at_the_photograph_the_style_pulls_alone(answer):
    """The balance at the end takes more iterations than a test has time for."""
    first, last = answer.numbers["pulls"][0], answer.numbers["pulls"][-1]
    assert first["iteration"] == 0
    assert first["content"] < 1e-3 * first["style"]
    assert last["iteration"] == 12
    assert last["style"] < 0.5 * first["style"]
    assert last["content"] > 0


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims[:3])


def test_every_row_of_lambdas_costs_the_photograph_the_same():
    before = {layer: float(n + 1) ** 3 for n, layer in enumerate(LAMBDAS)}
    rows = weightings(before)
    costs = [sum(row[layer] * before[layer] for layer in row) for row in rows.values()]
    np.testing.assert_allclose(costs, costs[0])
    assert rows[USUAL] == pytest.approx(LAMBDAS)
    assert sum(shares_of(rows[USUAL], before).values()) == pytest.approx(1)


def test_a_price_is_the_content_cost_for_a_unit_of_style_cost():
    row = [Painting(0.1, 0.9, {}), Painting(0.3, 0.5, {})]
    assert prices(row, at_first=10.0, of_nothing=100.0) == pytest.approx([20 / 4])


def test_the_pulls_of_the_terms_add_up_to_the_gradient(castle, church, weights):
    """Each beside an objective of its own, which knows nothing but its term."""
    C, S = castle[:32, :40], church[:40, :40]
    J = Objective(C, [S], Settings(), weights)
    G, pulls = pulls_on_the_way(C, J, 2)
    assert [pull.iteration for pull in pulls] == [0, 1, 2]
    last = pulls[-1]
    content = Objective(C, [], Settings(style_layers={}), weights)(G)[1]
    style = Objective(C, [S], Settings(content_layers={}), weights)(G)[1]
    assert last.content == pytest.approx(length(content), rel=1e-3)
    assert last.style == pytest.approx(length(style), rel=1e-3)
    assert last.together == pytest.approx(length(content + style), rel=1e-3)
    cosine = np.vdot(content, style) / (length(content) * length(style))
    assert last.cosine == pytest.approx(cosine, abs=1e-3)
    conv4_1 = {"conv4_1": LAMBDAS["conv4_1"]}
    alone = Objective(C, [S], Settings(content_layers={}, style_layers=conv4_1), weights)
    pull = pulls_of_layers(J, {"end": G})["conv4_1"]["end"]
    assert pull == pytest.approx(length(alone(G)[1]), rel=1e-3)


@pytest.mark.parametrize("backend", ["auto", "numpy"])
def test_reweighted_is_what_a_new_objective_would_be(castle, church, weights, backend):
    C, S = castle[:32, :40], church[:40, :40]
    J = Objective(C, [S], Settings(backend=backend), weights)
    G = 0.9 * C
    before, _ = J(G)
    lambdas = {"conv1_1": 0.5, "conv3_1": 0.01}
    other = Settings(alpha=3, beta=7, style_layers=lambdas, backend=backend)
    cost, gradient = reweighted(J, 3, 7, lambdas)(G)
    expected, slope = Objective(C, [S], other, weights)(G)
    assert cost.total == pytest.approx(expected.total, rel=1e-5)
    assert length(gradient - slope) < 1e-4 * length(slope)
    assert J(G)[0].total == before.total  # the first one keeps its own
