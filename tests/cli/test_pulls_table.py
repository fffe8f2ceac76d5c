"""The table of the pulls: it can be read on a terminal of 80 columns."""

import io

import numpy as np
from rich.console import Console

from nst_numpy.cli.studio import pulls_table
from nst_numpy.objective import Cost
from nst_numpy.studio import Pulls


def test_six_terms_fit_into_80_columns_with_every_cosine():
    names = ["content", *(f"conv{n}_1" for n in range(1, 6))]
    costs = dict(zip(names, (26345.6, 547.1, 912.4, 2937.2, 3145.9, 10234.9), strict=True))
    g = np.random.default_rng(0).standard_normal((6, 50))
    pulls = Pulls(Cost(costs, costs), -np.abs(g @ g.T) / 50 + 2 * np.diag(np.square(g).mean(1)))
    printed = io.StringIO()
    Console(file=printed, width=80).print(pulls_table(pulls))
    text = printed.getvalue()
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("1.00") == 6
    for name, row in zip(names, pulls.cosines, strict=True):
        [line] = [line for line in text.splitlines() if line.strip().startswith(name)]
        assert line.split()[-6:] == [f"{cosine:.2f}" for cosine in row]
