"""How many evaluations of J the default settings need for what plain L-BFGS does in a hundred."""

from dataclasses import dataclass
from math import exp, log
from statistics import mean

from nst_numpy.backend import Computing
from nst_numpy.bench.contestants import pictures
from nst_numpy.bench.painting import PLAIN, J_saved
from nst_numpy.files.weights import load_weights
from nst_numpy.objective import Objective
from nst_numpy.optimizers import LBFGS, iterates
from nst_numpy.stylize import stylize

PAIRS = (
    ("castle", "church"), ("castle", "cafe"), ("cat", "church"), ("cat", "cafe"),
    ("church", "cafe"), ("cafe", "castle"),
)  # fmt: skip
"""Contents and styles: two photographs and two paintings, and all kinds of one after the other."""
MOST = 4
"""How many times the evaluations of plain L-BFGS are spent, at most."""


@dataclass(frozen=True)
class Needed:
    """One pair of pictures, painted by plain L-BFGS and with the default settings.

    Attributes
    ----------
    content, style
        The names of the pictures.
    J
        Of the picture that plain L-BFGS would save, at its last step.
    plain_evaluations, plain_loss
        How many evaluations plain L-BFGS took to it; J as saved / J of that step.
    evaluations, loss
        The same for the first step of the default settings whose J as saved is as low; or for
        their last one, if none is.
    reached
        Whether one is.
    """

    content: str
    style: str
    J: float
    plain_evaluations: int
    plain_loss: float
    evaluations: int
    loss: float
    reached: bool

    @property
    def share(self) -> float:
        """How many evaluations they need, as a share of those of plain L-BFGS."""
        return self.evaluations / self.plain_evaluations


def geometric_mean(numbers: list[float]) -> float:
    """Return the mean of ratios: twice and half as many make one."""
    return exp(mean(log(number) for number in numbers))


def evaluations_needed(
    names: tuple[str, str], n_H: int, n_W: int, evaluations: int, computing: Computing
) -> Needed:
    """Count for one pair of pictures.

    Plain L-BFGS knows no bounds and no metric; its picture is clipped in the end, as usual.
    """
    content, style = pictures(n_H, n_W, *names)
    weights = load_weights()
    J = Objective(content, [style], PLAIN, weights, computing=computing)
    plain = None
    for state in iterates(LBFGS(), J, content):
        if state.evaluations > evaluations and plain:
            break
        plain = state
        if state.evaluations == evaluations:
            break
    assert plain
    reference = J_saved(J, plain.x)
    reached = False
    last: tuple[int, float] = (0, 0.0)
    for step in stylize(content, [style], PLAIN, weights, computing):
        if step.evaluations > MOST * evaluations:
            break
        value = J_saved(J, step.image)
        last = step.evaluations, value / float(step.cost)
        reached = value <= reference
        if reached:
            break
    return Needed(
        *names, reference, plain.evaluations, reference / float(plain.value), *last, reached
    )
