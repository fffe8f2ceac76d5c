import numpy as np
import pytest

from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.experiments.alpha_beta_lambda import pulls_of_layers, pulls_on_the_way
from nst_numpy.experiments.scale import length
from nst_numpy.experiments.weighing import BETAS, LAMBDAS, USUAL, paint, weightings
from nst_numpy.gradcheck import cosine
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings


@pytest.fixture(scope="module")
def pictures(castle, church):
    return castle[:16, :24], church[:32, :32]


@pytest.fixture(scope="module")
def answer(pictures, weights):
    return EXPERIMENTS["alpha-beta-lambda"].answer(*pictures, weights, iterations=4, long=12)


def test_more_beta_gives_content_for_style_at_no_more_than_its_price(answer):
    for row in answer.measured.rows.values():
        assert len(row.pictures) == len(row.content) == len(BETAS)
        assert np.all(np.diff(row.content) > 0)
        assert np.all(np.diff(row.style) < 0)
        assert np.all(row.paid <= BETAS[1:])


def test_equal_lambdas_are_not_equal_shares(answer):
    rows = answer.measured.rows
    assert rows["equal λ"].shares["conv4_1"] > 0.9
    np.testing.assert_allclose(list(rows["equal shares"].shares.values()), 0.2)


def test_at_the_photograph_the_style_pulls_alone(answer):
    """The balance at the end takes more iterations than a test has time for."""
    first, *_, last = answer.measured.pulls
    assert first.iteration == 0
    assert first.content < 1e-3 * first.style
    assert last.iteration == 12
    assert last.style < 0.5 * first.style
    assert last.content > 0


def test_the_answer_is_well_formed(answer, well_formed):
    well_formed(answer)
    assert all(claim.holds for claim in answer.claims[:3])


def test_every_row_of_lambdas_costs_the_photograph_the_same():
    before = {layer: float(n + 1) ** 3 for n, layer in enumerate(LAMBDAS)}
    rows = weightings(before)
    costs = [sum(row[layer] * before[layer] for layer in row) for row in rows.values()]
    np.testing.assert_allclose(costs, costs[0])
    assert rows[USUAL] == pytest.approx(LAMBDAS)


@pytest.mark.long
def test_a_row_is_painted_and_told_by_its_own_lambdas(pictures, weights):
    """Each painting beside an objective of its own, which was set up with these β and λ."""
    C, S = pictures
    lambdas = dict.fromkeys(LAMBDAS, 0.0) | {"conv1_1": 1e-3, "conv3_1": 1e-5}
    row = paint(Objective(C, [S], Settings(), weights), C, lambdas, iterations=2)
    assert sum(row.shares.values()) == pytest.approx(1)
    costs = []
    for beta, before, G in zip(BETAS, (C, *row.pictures), row.pictures, strict=False):
        J = Objective(C, [S], Settings(beta=beta, style_layers=lambdas), weights)
        cost, photograph = J(G)[0], J(C)[0]
        assert cost.total < J(before)[0].total
        content = cost.terms["content"]
        costs.append((content, (cost.total - content) / beta, photograph.total / beta))
    content, style, at_first = np.transpose(costs)
    np.testing.assert_allclose(row.paid, -np.diff(content) / np.diff(style), rtol=1e-3)
    np.testing.assert_allclose(row.content / row.content[0], content / content[0], rtol=1e-3)
    np.testing.assert_allclose(row.style, style / at_first, rtol=1e-3)


def test_the_pulls_of_the_terms_add_up_to_the_gradient(pictures, weights):
    """Each beside an objective of its own, which knows nothing but its term."""
    C, S = pictures
    J = Objective(C, [S], Settings(), weights)
    G, pulls = pulls_on_the_way(J, C, 2)
    assert [pull.iteration for pull in pulls] == [0, 1, 2]
    last = pulls[-1]
    content = Objective(C, [], Settings(style_layers={}), weights)(G)[1]
    style = Objective(C, [S], Settings(content_layers={}), weights)(G)[1]
    assert last.content == pytest.approx(length(content), rel=1e-3)
    assert last.style == pytest.approx(length(style), rel=1e-3)
    assert last.together == pytest.approx(length(content + style), rel=1e-3)
    assert last.cosine == pytest.approx(cosine(content, style), abs=1e-3)
    conv4_1 = {"conv4_1": LAMBDAS["conv4_1"]}
    alone = Objective(C, [S], Settings(content_layers={}, style_layers=conv4_1), weights)
    pull = pulls_of_layers(J, {"end": G})["conv4_1"]["end"]
    assert pull == pytest.approx(length(alone(G)[1]), rel=1e-3)
