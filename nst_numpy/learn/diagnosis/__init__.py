"""What is wrong with a learner's result, from the numbers alone.

The code is not looked at. A result is compared with what other causes would have made of the same
inputs: known mistakes, factors, other orders, other inputs, other places. Whatever agrees in every
number is named as what it *looks like*, with the number that says so; the cause with the fewest
assumptions comes first, and where nothing agrees that is said.

- `finding`    what is said
- `comparing`  two results beside each other
- `known`      the known mistakes
- `forms`      nothing, of another kind or dtype; an input changed
- `shapes`     of another shape
- `scaled`     a factor, a sign, another function; `factors` knows its name in the formula
- `sums`       something added, or a sum of other things
- `split`      right but for a part
- `arranged`   the right numbers in another order
- `asif`       the right function of other inputs; `changes` and `taps` know which
- `places`     right except somewhere; `regions` knows the border, odd sides, ties, ReLU off
- `common`     right except in some calls
- `diagnose`   who is asked, and when
"""

from nst_numpy.learn.diagnosis.diagnose import diagnose
from nst_numpy.learn.diagnosis.finding import Diagnosis, Finding

__all__ = ["Diagnosis", "Finding", "diagnose"]
