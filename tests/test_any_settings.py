"""Whatever settings and shapes are drawn: what is accepted paints, the rest ends in a sentence."""

import math
import warnings

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networks import NARROW, random_weights

from nst_numpy import Computing, InputError, Settings, stylize
from nst_numpy.costs import STATISTICS
from nst_numpy.network import PICTURE

WEIGHTS = random_weights(NARROW, dtype="float32")
LAYERS = (PICTURE, "conv1_1", "conv1_2", "conv2_1", "conv3_1", "conv5_4", "relu9", "")

numbers = st.one_of(
    st.sampled_from(
        [0, 1, 1.0, 250.0, 1e-30, 1e30, 1e308, -1, math.nan, math.inf, True, "1", None]
    ),
    st.floats(0, 1e4),
)
whole = st.one_of(st.integers(0, 3), st.sampled_from([-1, 2.0, True, None, 10**20, "2"]))
layers = st.dictionaries(st.sampled_from(LAYERS), numbers, max_size=3)
EACH = {
    "alpha": numbers,
    "beta": numbers,
    "tv_weight": numbers,
    "content_layers": layers,
    "style_layers": layers,
    "style_weights": st.lists(numbers, max_size=3),
    "statistic": st.sampled_from([*STATISTICS.values(), None, "gram"]),
    "margin": st.one_of(whole, st.sampled_from([8, 16])),
    "pooling": st.sampled_from(["average", "max", "min", None]),
    "start": st.sampled_from(["content", "noise", "gray", "", None]),
    "optimizer": st.sampled_from(["lbfgs", "adam", "gradient-descent", "sgd"]),
    "bounds": st.sampled_from([True, False, 1]),
    "metric": numbers,
    "learning_rate": numbers,
    "gain": numbers,
    "scales": whole,
    "seed": whole,
}
few = st.lists(st.sampled_from(sorted(EACH)), max_size=3, unique=True)
chosen = few.flatmap(lambda names: st.fixed_dictionaries({name: EACH[name] for name in names}))
sides = st.tuples(st.integers(1, 40), st.integers(1, 40))


@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(given=chosen, content=sides, styles=st.lists(sides, min_size=1, max_size=2))
def test_what_is_accepted_paints(given, content, styles):
    rng = np.random.default_rng(0)
    C, *S = (rng.random((*shape, 3), np.float32) for shape in (content, *styles))
    shallow = {"content_layers": {"conv2_1": 1.0}, "style_layers": {"conv1_1": 1.0}}
    defaults = shallow | {"margin": 4, "iterations": 2, "network": NARROW}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            made = Settings(**defaults | given)
            steps = list(stylize(C, S, made, WEIGHTS, Computing("numpy")))
    except (InputError, FloatingPointError) as error:
        said = str(error)
        assert "\n" not in said
        assert said.endswith("."), said
        return
    assert steps[0].iteration == 0
    assert steps[-1].image.shape == C.shape
    for step in steps:
        assert math.isfinite(float(step.cost))
        assert np.isfinite(step.image).all()
        if made.bounds:
            assert step.image.min() >= 0
            assert step.image.max() <= 1
    *_, last = steps
    assert last.iteration <= made.iterations * made.scales
