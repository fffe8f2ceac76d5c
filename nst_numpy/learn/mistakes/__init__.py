"""The mistakes that we know, by task: each a wrong version, a sentence, and the line it breaks.

Where the mutants of `nst_numpy.checks` have the shape of a task's function they are taken; the
others stand here. A mistake is known by its numbers alone, so each must differ from the right
version, and from the others, on what the task draws.

A mistake has the signature of its task. Where that is not a function of the package as it is, it is

=====================  ==================================================================
content-cost           (a_C, a_G) -> J
content-gradient       (a_C, a_G) -> da_G
style-cost             (a_S, a_G) -> J
style-gradient         (a_S, a_G) -> da_G
walk-down              (dfeatures, cache, network, weights) -> dG
central-difference     (function, x, direction, h) -> slope
adjoint-test           (forward, backward, v, u) -> error
gradient-descent-step  (x, gradient, learning_rate) -> x
adam-step              (x, gradient, m, v, t, learning_rate) -> (x, m, v); t counts this step
two-loop               (gradient, s, y) -> direction; the oldest pair first
line-search            (t, height_0, slope_0, height, slope, c1, c2) -> "right", "too long" or
                       "too short"
=====================  ==================================================================
"""

from nst_numpy.learn.mistakes.of_costs import OF_COSTS
from nst_numpy.learn.mistakes.of_layers import OF_LAYERS
from nst_numpy.learn.mistakes.of_line_search import OF_LINE_SEARCH
from nst_numpy.learn.mistakes.of_network import OF_NETWORK
from nst_numpy.learn.mistakes.of_optimizers import OF_OPTIMIZERS
from nst_numpy.learn.mistakes.of_pools import OF_POOLS
from nst_numpy.learn.task import Mistake

MISTAKES: dict[str, tuple[Mistake, ...]] = {
    **OF_LAYERS,
    **OF_POOLS,
    **OF_COSTS,
    **OF_NETWORK,
    **OF_OPTIMIZERS,
    **OF_LINE_SEARCH,
}
"""Task name -> known mistakes."""
