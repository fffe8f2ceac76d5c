"""Textures: what they are made from, and what is seen of them beside the painting."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from matplotlib.figure import SubFigure

from nst_numpy.arrays import Array
from nst_numpy.costs import Gram, Term, gram_per_position
from nst_numpy.costs.term import cost
from nst_numpy.experiments import drawing
from nst_numpy.experiments.gram.channels import LAYER, correlations, correlations_off_by
from nst_numpy.experiments.gram.statistics import CANDIDATES, GRAM, MarkedGram

MARK = 1000.0  # how often a changed entry counts, of 65 536
TOGETHER = 0.8  # the correlation that is asked for in place of the painting's
EDITS = ("warm with stripes", "warm with partner", "warm with all: × 0", "warm with all: × 2")


def terms_of(a: Array) -> list[Term]:
    """Ask for what each statistic measures of some activations."""
    M = a.shape[0] * a.shape[1]
    return [Term(name, LAYER, s, 1.0, s.measure(a) / M) for name, s in CANDIDATES.items()]


def edited_terms(a: Array, channels: Mapping[str, int]) -> list[Term]:
    """Ask for a Gram matrix with some entries changed: those of a marked pair, or of a channel."""
    gram_S = gram_per_position(a)
    warm, upright, high = (channels[name] for name in ("warm", "upright", "high"))
    terms = []
    for name, k, r in ((EDITS[0], upright, TOGETHER), (EDITS[1], high, 0.0)):
        target, marks = gram_S.copy(), np.ones_like(gram_S)
        target[warm, k] = target[k, warm] = r * np.sqrt(gram_S[warm, warm] * gram_S[k, k])
        marks[warm, k] = marks[k, warm] = MARK
        terms.append(Term(name, LAYER, MarkedGram(marks), 1.0, target))
    for name, times in ((EDITS[2], 0), (EDITS[3], 2)):
        target = gram_S.copy()
        target[warm] *= times  # as if the channel were so many times as active;
        target[:, warm] *= times  # its G_kk is multiplied twice, which is right
        terms.append(Term(name, LAYER, Gram(), 1.0, target))
    return terms


def distance(term: Term, a: Array) -> float:
    """Return how far activations are from a target, as a share of how far it is from 0."""
    J, J_of_0 = (cost(term.statistic, there, term.target)[0] for there in (a, 0 * a))
    return sqrt(J / J_of_0)


@dataclass(frozen=True)
class Seen:
    """One picture: how far it is from the painting, and what occurs together in it.

    ``far`` is told in each statistic, as a share of the painting's; ``off`` is the root mean square
    over all correlations r. Two r are those of the warm channel, with high and with upright.
    """

    far: dict[str, float]
    off: float
    r_high: float
    r_upright: float
    red_less_blue: float


def look(G: Array, a_G: Array, a: Array, channels: Mapping[str, int]) -> Seen:
    """Measure a picture, whose features are a_G, beside the painting, whose features are a."""
    r = correlations(a_G)[channels["warm"]]
    return Seen(
        far={term.name: distance(term, a_G) for term in terms_of(a)},
        off=correlations_off_by(a_G, a),
        r_high=float(r[channels["high"]]),
        r_upright=float(r[channels["upright"]]),
        red_less_blue=warmth(G),
    )


def warmth(G: Array) -> float:
    """Return red less blue, on average over a picture."""
    red, _, blue = G.mean(axis=(0, 1))
    return float(red - blue)


def draw_textures(
    figure: SubFigure, textures: Mapping[str, Array], seen: Mapping[str, Seen]
) -> None:
    """Show textures, and below each what has become of the r or the colour it was made for."""

    def change(name: str, what: str) -> str:
        return " → ".join(f"{getattr(seen[G], what):.2f}" for G in (GRAM, name))

    texts = {name: f"r differ by {seen[name].off:.3f}" for name in ("noise", *CANDIDATES)}
    texts[EDITS[0]] = f"r: {change(EDITS[0], 'r_upright')} (asked {TOGETHER})"
    texts[EDITS[1]] = f"r: {change(EDITS[1], 'r_high')} (asked 0)"
    texts |= {name: f"red - blue: {change(name, 'red_less_blue')}" for name in EDITS[2:]}
    figure.suptitle(
        f"begun gray, with faint noise: all its {texts['noise']} from the painting's\n"
        f"(root mean square); the two changed pairs count {MARK:.0f} times",
        fontsize=10,
    )
    for axis, (name, G) in zip(figure.subplots(2, 4).flat, textures.items(), strict=True):
        drawing.picture(axis, G, name)
        axis.set_xlabel(texts[name])
