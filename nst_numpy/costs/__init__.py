"""The terms of J: each kind of cost with its derivation, its value and its gradient in one file.

`term` says what a term is; `content` and `style` are the paper's, `total_variation` is one more.
Beside the reading path: `masked`, the Gram matrix of a region, and other statistics of the style:
`moments`, `wasserstein`, `deviation`, `gram_deviation`, `sliced`. A cost of your own is a class
with the three functions of a `Statistic`. To replace the Gram matrix, give it to
``Settings(statistic=…)``; to join the others, make it a `Term`, which is added by ``J.with_terms``
and paints by ``stylize(…, objective=…)``. The kernels call it as it is.
"""

from nst_numpy.costs.content import Content, content_cost
from nst_numpy.costs.deviation import Deviation
from nst_numpy.costs.gram_deviation import GramDeviation
from nst_numpy.costs.masked import MaskedGram
from nst_numpy.costs.moments import Covariance
from nst_numpy.costs.sliced import Histogram, Sliced
from nst_numpy.costs.style import Gram, gram_matrix, gram_per_position, style_cost
from nst_numpy.costs.term import Statistic, Term
from nst_numpy.costs.total_variation import TotalVariation, total_variation
from nst_numpy.costs.wasserstein import Wasserstein

STATISTICS: dict[str, Statistic] = {
    "gram": Gram(),
    "covariance": Covariance(),
    "deviation": Deviation(),
    "gram-deviation": GramDeviation(),
    "wasserstein": Wasserstein(),
    "sliced": Sliced(),
    "histogram": Histogram(),
}
"""Statistics of the style by name: the choices of ``--statistic``."""
