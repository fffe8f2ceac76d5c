"""The mistakes that we know, by task: each a wrong version, a sentence, and the line it breaks.

Where the mutants of `nst_numpy.checks` have the shape of a task's function they are taken; the
others stand here. A mistake is known by its numbers alone, so each must differ from the right
version, and from the others, on what the task draws.
"""

from nst_numpy.learn.mistakes.of_costs import OF_COSTS
from nst_numpy.learn.mistakes.of_layers import OF_LAYERS
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
}
"""Task name -> known mistakes."""
