"""The compiled Gram matrix of a region beside its definition in float64."""

import numpy as np
import pytest

pytest.importorskip("numba")

from nst_numpy.costs import MaskedGram
from nst_numpy.kernels.gram import gram_scratch
from nst_numpy.kernels.masked import masked_gram_matrix, masked_style_gradient
from nst_numpy.kernels.threads import Team


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("add", [False, True])
@pytest.mark.parametrize("shape", [(1, 1, 16), (23, 19, 48), (31, 40, 144)])
@pytest.mark.parametrize("region", ["soft", "a third", "nothing", "all"])
def test_they_are_the_definition(threads, add, shape, region):
    rng = np.random.default_rng(0)
    a, da = rng.standard_normal((2, *shape)).astype(np.float32)
    D = rng.standard_normal((shape[2], shape[2])).astype(np.float32)
    D += D.T
    t = rng.random(shape[:2]).astype(np.float32)
    if region == "a third":  # so that whole stretches of rows have no share
        t[shape[0] // 3 :] = 0
    elif region == "nothing":
        t[...] = 0
    elif region == "all":
        t[...] = 1
    team = Team(threads)
    scratch = np.full((threads, gram_scratch(shape[2])), np.nan, np.float32)
    s = np.full(D.shape, np.nan, np.float32)
    masked_gram_matrix(team, a, t, s, scratch)
    definition = MaskedGram(t.astype(float))
    expected = definition.measure(a.astype(float))
    assert np.linalg.norm(s - expected) <= 1e-6 * np.linalg.norm(expected)

    before = da.copy() if add else np.zeros_like(da)
    masked_style_gradient(team, a, t, D, 0.125, da, scratch, add)
    wanted = before + definition.pull(a.astype(float), 0.0625 * D.astype(float))
    assert np.linalg.norm(da - wanted) <= 1e-6 * np.linalg.norm(wanted)
