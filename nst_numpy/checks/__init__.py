"""How we know that the gradients are right: each is checked against finite differences.

- `case`        what a case is, and the one way to check it: begin here
- `cases`       every layer and every cost of this package as a case; `networks`, a whole network
- `pieces`      layers, taps and the two costs, to put in a function of yours, or a wrong one
- `everything`  all cases, the whole J, and the checker itself: what ``check`` prints
- `mutants`     wrong gradients that must be caught
"""

from nst_numpy.checks.case import Case, Check, checks_of
from nst_numpy.checks.cases import cases
from nst_numpy.checks.everything import all_checks
from nst_numpy.checks.pieces import Pieces, with_pieces

__all__ = ["Case", "Check", "Pieces", "all_checks", "cases", "checks_of", "with_pieces"]
