"""What does one entry of the Gram matrix mean?

The lectures say: one channel sees vertical texture, another an orange tint, and G_kk' is large if
they occur together. Such channels are looked for in conv3_1, with flat colours and with stripes.
G_kk' is the sum over all positions of the product of the two activation maps, and each map is
nowhere negative: so it is large where both are active at the same places, and 0 where never.
"Correlation" here is G_kk'/√(G_kk·G_k'k'), between 0 and 1.

Then textures are made from noise, to see what the entries carry: from all of them, from statistics
that leave some out, and from targets in which a few entries have been changed.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_matrix, gram_per_position, style_cost
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import FeatureCost, FeatureObjective, features_of, minimise
from nst_numpy.experiments.gram.channels import (
    ANGLES,
    FLATS,
    LAYER,
    correlations,
    exciting_patches,
    flat,
    most_selective,
    pair,
    partners,
    stripes,
)
from nst_numpy.experiments.gram.statistics import (
    GRAM,
    STATISTICS,
    distances,
    marked_style_cost,
    table,
)
from nst_numpy.vgg19 import Weights

MARK = 1000.0  # how often a changed entry counts, of 65 536
TOGETHER = 0.8  # the correlation that is asked for in place of the painting's
EDITS = {
    "orange upright": "orange with upright\nstripes: raised to 0.8",
    "never together": "orange with what is\noften with it: 0",
    "no orange": "orange with all: × 0",
    "orange twice": "orange with all: × 2",
}


def answer(
    content: Array, style: Array, weights: Weights, iterations: int = 50, side: int = 96
) -> Answer:
    """Look at pairs of channels for the painting, and make textures of `side` pixels from it."""
    a = features_of(style, weights, [LAYER])[LAYER]
    orange, tints = most_selective([flat(colour) for colour in FLATS], weights)
    upright, tilts = most_selective([stripes(angle) for angle in ANGLES], weights)
    high, low = partners(a, orange, upright)
    channels = {"orange": orange, "high": high, "upright": upright, "low": low}

    costs: dict[str, FeatureCost] = {s.name: partial(s.cost, s.measure(a)) for s in STATISTICS}
    costs |= edited_costs(gram_per_position(a), channels)
    noise = np.random.default_rng(0).standard_normal((side, side, 3), np.float32)
    start = (0.5 + 0.05 * noise).astype(np.float32)
    textures = {
        name: minimise(FeatureObjective({LAYER: cost}, weights), start, iterations)[0]
        for name, cost in costs.items()
    }

    numbers: dict[str, Any] = {
        "channels": channels,
        "answers to flat colours": tints,
        "answers to stripes": tilts,
        "pairs": {name: pair(a, orange, channels[name]) for name in ("high", "upright", "low")},
        "textures": {
            name: measure(G, features_of(G, weights, [LAYER])[LAYER], a, channels)
            for name, G in textures.items()
        },
    }
    lines = table(numbers["textures"])
    return Answer(claims(numbers), numbers, lambda: draw(style, a, channels, textures), lines)


def edited_costs(gram_S: Array, channels: Mapping[str, int]) -> dict[str, FeatureCost]:
    """Change some entries of the target: a marked pair, or one channel with all others."""
    orange = channels["orange"]
    costs: dict[str, FeatureCost] = {}
    upright, high = channels["upright"], channels["high"]
    for name, k, share in (("orange upright", upright, TOGETHER), ("never together", high, 0.0)):
        target, marks = gram_S.copy(), np.ones_like(gram_S)
        target[orange, k] = share * np.sqrt(gram_S[orange, orange] * gram_S[k, k])
        target[k, orange] = target[orange, k]
        marks[orange, k] = marks[k, orange] = MARK
        costs[name] = partial(marked_style_cost, target, marks)
    for name, times in (("no orange", 0), ("orange twice", 2)):
        target = gram_S.copy()
        target[orange] *= times  # as if the channel were so many times as active;
        target[:, orange] *= times  # its G_kk has been multiplied twice, which is right
        costs[name] = partial(style_cost, target)
    return costs


def measure(G: Array, a_G: Array, a_S: Array, channels: Mapping[str, int]) -> dict[str, float]:
    """Tell how far a texture is from the painting in each statistic, and what occurs together."""
    r = correlations(a_G)[channels["orange"]]
    red, _, blue = np.clip(G, 0, 1).mean(axis=(0, 1))
    return distances(a_G, a_S) | {
        "orange with upright": float(r[channels["upright"]]),
        "orange with high": float(r[channels["high"]]),
        "red less blue": float(red - blue),
    }


def claims(numbers: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    pairs, textures = numbers["pairs"], numbers["textures"]
    high, _, low = pairs.values()
    wrong = max(abs(p["sum of the product"] / p["entry"] - 1) for p in pairs.values())
    full = textures[GRAM.name]
    far = [textures[statistic.name][GRAM.name] for statistic in STATISTICS]
    upright, apart, none, twice = (textures[name] for name in EDITS)
    tints, tilts = numbers["answers to flat colours"], numbers["answers to stripes"]
    return (
        Claim(
            f"There are such channels in {LAYER}: one sees an orange tint, another upright "
            "stripes.",
            f"to orange one answers with {tints[0]:.0f}, to gray, blue and green with "
            f"{max(tints[1:]):.0f} at most; to upright stripes the other with {tilts[0]:.0f}, to "
            f"other stripes with {max(tilts[1:]):.0f} at most",
            tints[0] > 5 * max(tints[1:]) and tilts[0] > 5 * max(tilts[1:]),
        ),
        Claim(
            "An entry is the sum of the product of two maps, and large if both occur together.",
            f"the sums equal the entries to {wrong:.0e}; where orange is, the channel with "
            f"correlation {high['correlation']:.2f} is {high['where k is']:.1f} × as active as on "
            f"average, that with {low['correlation']:.3f} only {low['where k is']:.3f} ×",
            wrong < 1e-5 and high["where k is"] > 1 > low["where k is"],
        ),
        Claim(
            "The diagonal or the means alone do not bring about what occurs together.",
            "a texture's distance from the painting's full Gram matrix is "
            f"{far[0]:.2f} of it when made from all entries, {far[1]:.2f} from the covariance, "
            f"{far[2]:.2f} from the diagonal, {far[3]:.2f} from the means",
            far[0] < far[1] < min(far[2:]),
        ),
        Claim(
            "Change one pair's entry, and what occurs together in the texture changes.",
            f"orange with upright stripes: asked for {TOGETHER}, the correlation goes from "
            f"{full['orange with upright']:.2f} to {upright['orange with upright']:.2f}; with its "
            f"usual partner: asked for 0, from {full['orange with high']:.2f} to "
            f"{apart['orange with high']:.2f}; both entries count {MARK:.0f} ×, as the second is "
            f"{high['share of the matrix']:.1%} of the matrix's sum of squares",
            upright["orange with upright"] > 1.5 * full["orange with upright"]
            and apart["orange with high"] < 0.5 * full["orange with high"],
        ),
        Claim(
            "Multiply all entries of one channel, and the texture shows less or more of what it "
            "sees.",
            f"red less blue is {none['red less blue']:.3f} with orange at 0, "
            f"{full['red less blue']:.3f} as in the painting, {twice['red less blue']:.3f} with "
            "orange at 2",
            none["red less blue"] < full["red less blue"] < twice["red less blue"],
        ),
    )


def draw(
    style: Array, a: Array, channels: Mapping[str, int], textures: Mapping[str, Array]
) -> Figure:
    """Show the channels and their products at the left, the textures at the right.

    Each product is divided by √(G_kk·G_k'k'), so that its sum is the correlation.
    """
    figure = Figure(figsize=(drawing.WIDTH, 8.8))
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1.35, 1))[0]
    left.suptitle(f"channels of {LAYER}")
    right.suptitle("textures made from")
    size = np.sqrt(np.diag(gram_matrix(a)))
    orange, high = channels["orange"], channels["high"]
    products = {k: a[..., orange] * a[..., k] / (size[orange] * size[k]) for k in channels.values()}
    brightest = float(np.quantile(products[high], 0.995))
    names = ("orange tint", "often with orange", "upright stripes", "never with orange")
    for row, k, name in zip(left.subplots(4, 3), channels.values(), names, strict=True):
        patches = drawing.mosaic(exciting_patches(style, a[..., k]), 2)
        drawing.picture(row[0], patches, "excited most by")
        drawing.label_row(row[0], name)
        drawing.heat(row[1], a[..., k], f"channel {k}")
        if k == orange:
            drawing.picture(row[2], style, "the painting")
        else:
            title = f"× channel {orange},\ncorrelation {products[k].sum():.2f}"
            drawing.heat(row[2], products[k], title, brightest)
    for axis, (name, G) in zip(right.subplots(4, 2).T.flat, textures.items(), strict=True):
        drawing.picture(axis, G, EDITS.get(name, name))
    return figure
