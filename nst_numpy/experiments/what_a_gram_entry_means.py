"""What does one entry of the Gram matrix mean?

The lectures say: one channel sees vertical texture, another an orange tint, and G_kk' is large if
they occur together. Such channels are looked for in conv3_1, with stripes and with flat colours;
the one that responds to orange responds to other warm colours, too. G_kk' is the sum over all
positions of the product of the two activation maps, and each map is nowhere negative: so it is
large where both are active at the same places, and 0 where never. "Correlation" here is
r = G_kk'/√(G_kk·G_k'k'), between 0 and 1.

Then textures are made from faint noise, to see what the entries carry: from all of them, from
statistics that leave some out, and from targets in which a few entries have been changed. The
painting's frame is left out of its features: there the network sees zeros beyond the edge, and
would tell a texture where the painting has its sky. A texture is shown without its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import faint_noise, paint, sum_of
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.gram.channels import (
    FRAME,
    LAYER,
    OTHER,
    TILTED,
    WARM,
    Pair,
    draw_channels,
    features,
    features_inside,
    find_channels,
    inside,
    pair,
)
from nst_numpy.experiments.gram.statistics import CANDIDATES, GRAM
from nst_numpy.experiments.gram.textures import (
    EDITS,
    MARK,
    TOGETHER,
    Seen,
    draw_textures,
    edited_terms,
    look,
    terms_of,
    warmth,
)
from nst_numpy.network import Weights

COLOURED = (EDITS[2], GRAM, EDITS[3])  # the warm channel times 0, as it is, times 2
STARTS = 3  # so many are made of these, each from other noise


@dataclass(frozen=True)
class Measured:
    """The painting and its features a; then four channels, by name, and what they answer to probes.

    The warm one is paired with the others. Textures are named by what they were made from, and
    seen beside other pictures; those with more or less of warm, from each start, for their colour.
    """

    style: Array
    a: Array
    channels: dict[str, int]
    answers: dict[str, float]
    pairs: dict[str, Pair]
    textures: dict[str, Array]
    seen: dict[str, Seen]
    red_less_blue: list[list[float]]


def measure(
    content: Array, style: Array, weights: Weights, iterations: int = 50, side: int = 96
) -> Measured:
    """Look at pairs of channels for the painting, and make textures of `side` pixels."""
    square = (side + 2 * FRAME, side + 2 * FRAME, 3)
    gray = faint_noise(square)

    def made(name: str, seed: int) -> Array:
        start = faint_noise(square, seed=seed)
        return paint(sum_of([terms[name]], weights, start), start, iterations)[0]

    painting, a = inside(style), features_inside(style, weights)
    channels, answers = find_channels(a, weights)
    terms = {term.name: term for term in (*terms_of(a), *edited_terms(a, channels))}
    textures = {name: made(name, 0) for name in terms}
    again = [{name: made(name, seed) for name in COLOURED} for seed in range(1, STARTS)]
    others = {"noise": gray, "other picture": content} | textures
    return Measured(
        style=painting,
        a=a,
        channels=channels,
        answers=answers,
        pairs={k: pair(a, channels["warm"], channels[k]) for k in ("high", "upright", "low")},
        textures={name: inside(G) for name, G in textures.items()},
        seen={"painting": look(painting, a, a, channels)}
        | {  # of what was made, the frame belongs to what was asked for
            name: look(inside(G), features(G, weights), a, channels) for name, G in others.items()
        },
        red_less_blue=[
            [warmth(inside(some[name])) for name in COLOURED] for some in (textures, *again)
        ],
    )


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    answers, pairs, seen = measured.answers, measured.pairs, measured.seen
    warm, other, tilted = ([answers[name] for name in some] for some in (WARM, OTHER, TILTED))
    high, low = pairs["high"], pairs["low"]
    wrong = max(one.off_by for one in pairs.values())
    made = [seen["painting"], *(seen[name] for name in CANDIDATES)]
    start, full, covariance, diagonal, means = (one.off for one in (seen["noise"], *made[1:]))
    own, upright, apart = (seen[name] for name in (GRAM, *EDITS[:2]))
    none, as_it_is, twice = zip(*measured.red_less_blue, strict=True)
    return (
        Claim(
            f"There are such channels in {LAYER}: one responds to orange and other warm colours, "
            "another to upright stripes.",
            f"to {', '.join(WARM)} one answers with {_all(warm, 0)}, to {', '.join(OTHER)} with "
            f"{_all(other, 0)}; to upright stripes the other with {answers['upright']:.0f}, to "
            f"other stripes with {max(tilted):.0f} at most",
            min(warm) > 5 * max(other) and answers["upright"] > 5 * max(tilted),
        ),
        Claim(
            "An entry is the sum of the product of two maps, and large if both occur together.",
            f"the sums equal the entries to {wrong:.0e}; where warm colours are, the channel with "
            f"correlation {high.r:.2f} is {high.where_k_is:.1f} × as active as on "
            f"average, that with {low.r:.3f} only {low.where_k_is:.3f} ×",
            wrong < 1e-5 and high.where_k_is > 1 > low.where_k_is,
        ),
        Claim(
            "The diagonal or the means alone bring about a part of what occurs together; with the "
            "entries off the diagonal, the correlations of all pairs come nearer on average.",
            f"they are off by {full:.3f} (root mean square) from all entries, {covariance:.3f} "
            f"from the covariance, {diagonal:.3f} from the diagonal, {means:.3f} from the means, "
            f"and {start:.3f} in the noise at the start; a single pair may not show it: in the "
            "painting and these four, warm with its usual partner has "
            f"{_all(one.r_high for one in made)}, with upright stripes "
            f"{_all(one.r_upright for one in made)}",
            max(full, covariance) < min(diagonal, means) and max(diagonal, means) < start,
        ),
        Claim(
            "Change one pair's entry, and what occurs together in the texture changes.",
            f"warm with upright stripes: asked for {TOGETHER}, the correlation goes from "
            f"{own.r_upright:.2f} to {upright.r_upright:.2f}; with its usual "
            f"partner: asked for 0, from {own.r_high:.2f} to {apart.r_high:.2f}; "
            f"both entries count {MARK:.0f} ×, as the second is {high.share:.1%} of the matrix's "
            "sum of squares",
            upright.r_upright > 1.5 * own.r_upright and apart.r_high < 0.5 * own.r_high,
        ),
        Claim(
            "Multiply all entries of one channel, and the texture shows less or more of what it "
            "sees.",
            f"from {STARTS} starts, red less blue is {_all(none, 3)} with warm at 0, "
            f"{_all(as_it_is, 3)} with the painting's own entries, {_all(twice, 3)} with warm at "
            f"2; the painting itself has {made[0].red_less_blue:.3f}, and that made from the "
            f"covariance, nothing changed, {seen['covariance'].red_less_blue:.3f}",
            all(x < y < z for x, y, z in measured.red_less_blue),
        ),
    )


def _all(values: Iterable[float], digits: int = 2) -> str:
    return ", ".join(f"{value:.{digits}f}" for value in values)


def lines(measured: Measured) -> list[str]:
    """Lay out how far pictures are from the painting."""
    head = "".join(f"{name:>16}" for name in (*CANDIDATES, "correlations"))
    rows = ["How far each picture (row) is from the painting:", f"{'':18}{head}"]
    for name, one in measured.seen.items():
        rows.append(f"{name:18}" + "".join(f"{x:>16.3f}" for x in (*one.far.values(), one.off)))
    return rows


def draw(measured: Measured) -> Figure:
    """Show four channels and their products with the first above, the textures below."""
    figure = Figure(figsize=(drawing.WIDTH, 8.9))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(1, 1.42))[:, 0]
    above.suptitle(f"four channels of {LAYER}: what excites them most, where they are active")
    draw_channels(above, measured.style, measured.a, list(measured.channels.values()))
    draw_textures(below, measured.textures, measured.seen)
    return figure
