"""What does one entry of the Gram matrix mean?

The lectures say: one channel sees vertical texture, another an orange tint, and G_kk' is large if
they occur together. Such channels are looked for in conv3_1, with stripes and with flat colours;
the one that answers to orange answers to other warm colours, too. G_kk' is the sum over all
positions of the product of the two activation maps, and each map is nowhere negative: so it is
large where both are active at the same places, and 0 where never. "Correlation" here is
r = G_kk'/√(G_kk·G_k'k'), between 0 and 1.

Then textures are made from noise, to see what the entries carry: from all of them, from statistics
that leave some out, and from targets in which a few entries have been changed.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.costs import gram_matrix, gram_per_position
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import FeatureCost, FeatureObjective, features_of, minimise
from nst_numpy.experiments.gram.channels import (
    LAYER,
    OTHER,
    TILTED,
    WARM,
    exciting_patches,
    find_channels,
    pair,
    together,
    warmth,
)
from nst_numpy.experiments.gram.statistics import (
    EDITS,
    GRAM,
    MARK,
    STATISTICS,
    TOGETHER,
    distances,
    edited_costs,
    noise,
    table,
)
from nst_numpy.vgg19 import Weights

COLOURED = (EDITS[2], GRAM.name, EDITS[3])  # the warm channel times 0, as it is, times 2
STARTS = 3  # so many are made of these, each from other noise


def answer(
    content: Array, style: Array, weights: Weights, iterations: int = 50, side: int = 96
) -> Answer:
    """Look at pairs of channels for the painting, and make textures of `side` (even) pixels."""
    a = features_of(style, weights, [LAYER])[LAYER]
    channels, answers = find_channels(a, weights)
    costs: dict[str, FeatureCost] = {s.name: partial(s.cost, s.measure(a)) for s in STATISTICS}
    costs |= edited_costs(gram_per_position(a), channels)

    def make(name: str, seed: int) -> Array:
        objective = FeatureObjective({LAYER: costs[name]}, weights)
        return minimise(objective, noise(seed, side), iterations)[0]

    def measure(G: Array) -> dict[str, float]:
        a_G = features_of(G, weights, [LAYER])[LAYER]
        return distances(a_G, a) | together(a_G, a, channels) | {"red less blue": warmth(G)}

    textures = {name: make(name, 0) for name in costs}
    again = [{name: make(name, seed) for name in COLOURED} for seed in range(1, STARTS)]
    pictures = {"painting": style, "noise": noise(0, side), "other picture": content} | textures
    numbers: dict[str, Any] = {
        "channels": channels,
        "answers": answers,
        "pairs": {k: pair(a, channels["warm"], channels[k]) for k in ("high", "upright", "low")},
        "pictures": {name: measure(G) for name, G in pictures.items()},
        "red less blue": [[warmth(made[name]) for name in COLOURED] for made in (textures, *again)],
    }
    lines = table(numbers["pictures"])
    return Answer(claims(numbers), numbers, lambda: draw(style, a, numbers, textures), lines)


def claims(numbers: Mapping[str, Any]) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    answers, pairs, pictures = numbers["answers"], numbers["pairs"], numbers["pictures"]
    warm, other, tilted = ([answers[name] for name in some] for some in (WARM, OTHER, TILTED))
    high, low = pairs["high"], pairs["low"]
    wrong = max(abs(p["sum of the product"] / p["entry"] - 1) for p in pairs.values())
    seen = ("painting", *(statistic.name for statistic in STATISTICS))
    partner, stripes = (
        ", ".join(f"{pictures[name][key]:.2f}" for name in seen)
        for key in ("warm with high", "warm with upright")
    )
    start, full, covariance, diagonal, means = (
        pictures[name]["correlations off by"] for name in ("noise", *seen[1:])
    )
    own, upright, apart = (pictures[name] for name in (GRAM.name, *EDITS[:2]))
    none, as_it_is, twice = zip(*numbers["red less blue"], strict=True)
    return (
        Claim(
            f"There are such channels in {LAYER}: one answers to orange and other warm colours, "
            "another to upright stripes.",
            f"to {', '.join(WARM)} one answers with {_all(warm, 0)}, to {', '.join(OTHER)} with "
            f"{_all(other, 0)}; to upright stripes the other with {answers['upright']:.0f}, to "
            f"other stripes with {max(tilted):.0f} at most",
            min(warm) > 5 * max(other) and answers["upright"] > 5 * max(tilted),
        ),
        Claim(
            "An entry is the sum of the product of two maps, and large if both occur together.",
            f"the sums equal the entries to {wrong:.0e}; where warm colours are, the channel with "
            f"correlation {high['correlation']:.2f} is {high['where k is']:.1f} × as active as on "
            f"average, that with {low['correlation']:.3f} only {low['where k is']:.3f} ×",
            wrong < 1e-5 and high["where k is"] > 1 > low["where k is"],
        ),
        Claim(
            "The diagonal or the means alone bring about a part of what occurs together; with the "
            "entries off the diagonal, the correlations of all pairs come nearer on average.",
            f"they are off by {full:.3f} (root mean square) from all entries, {covariance:.3f} "
            f"from the covariance, {diagonal:.3f} from the diagonal, {means:.3f} from the means, "
            f"and {start:.3f} in the noise at the start; a single pair may not show it: in the "
            f"painting and these four, warm with its usual partner has {partner}, with upright "
            f"stripes {stripes}",
            max(full, covariance) < min(diagonal, means) and max(diagonal, means) < start,
        ),
        Claim(
            "Change one pair's entry, and what occurs together in the texture changes.",
            f"warm with upright stripes: asked for {TOGETHER}, the correlation goes from "
            f"{own['warm with upright']:.2f} to {upright['warm with upright']:.2f}; with its "
            f"usual partner: asked for 0, from {own['warm with high']:.2f} to "
            f"{apart['warm with high']:.2f}; both entries count {MARK:.0f} ×, as the second is "
            f"{high['share of the matrix']:.1%} of the matrix's sum of squares",
            upright["warm with upright"] > 1.5 * own["warm with upright"]
            and apart["warm with high"] < 0.5 * own["warm with high"],
        ),
        Claim(
            "Multiply all entries of one channel, and the texture shows less or more of what it "
            "sees.",
            f"from {STARTS} starts, red less blue is {_all(none)} with warm at 0, "
            f"{_all(as_it_is)} with the painting's own entries, {_all(twice)} with warm at 2; the "
            f"painting itself has {pictures['painting']['red less blue']:.3f}, and that made "
            f"from the covariance, nothing changed, {pictures[seen[2]]['red less blue']:.3f}",
            all(x < y < z for x, y, z in numbers["red less blue"]),
        ),
    )


def _all(values: Iterable[float], digits: int = 3) -> str:
    return ", ".join(f"{value:.{digits}f}" for value in values)


def draw(
    style: Array, a: Array, numbers: Mapping[str, Any], textures: Mapping[str, Array]
) -> Figure:
    """Show four channels and their products with the first above, the textures below.

    Each product is divided by √(G_kk·G_k'k'), so that its sum is the correlation. Averaging takes
    away a checkerboard as fine as the pixels, which hides the rest; nothing is measured on it.
    """
    figure = Figure(figsize=(drawing.WIDTH, 8.9))
    above, below = figure.subfigures(2, 1, squeeze=False, height_ratios=(1, 1.42))[:, 0]
    above.suptitle(f"four channels of {LAYER}: what excites them most, where they are active")
    size = np.sqrt(np.diag(gram_matrix(a)))
    channels = numbers["channels"]
    warm, high, *_ = channels.values()
    products = {k: a[..., warm] * a[..., k] / (size[warm] * size[k]) for k in channels.values()}
    brightest = float(np.quantile(products[high], 0.995))
    names = ("warm colours", "their usual partner", "upright stripes", "least with warm")
    grid = above.add_gridspec(2, 8, height_ratios=(1.1, 1))
    for j, (k, name) in enumerate(zip(channels.values(), names, strict=True)):
        patches = drawing.mosaic(exciting_patches(style, a[..., k]), 3)
        drawing.picture(above.add_subplot(grid[0, 2 * j : 2 * j + 2]), patches, name)
        left, right = (above.add_subplot(grid[1, 2 * j + i]) for i in range(2))
        drawing.heat(left, a[..., k], f"map {k}", float(np.quantile(a[..., k], 0.995)))
        if k == warm:
            drawing.picture(right, style, "painting")
        else:
            drawing.heat(right, products[k], f"× map {warm}", brightest)
            right.set_xlabel(f"r = {products[k].sum():.2f}")
    p = numbers["pictures"]
    off = f"all r off by {p['noise']['correlations off by']:.3f}"
    below.suptitle(f"made from noise ({off}), shown averaged over 2 × 2 pixels")
    texts = {
        s.name: (s.name, f"all r off by {p[s.name]['correlations off by']:.3f}") for s in STATISTICS
    }
    for name, title, key, text in (
        (EDITS[0], "warm with stripes", "warm with upright", f"r: {{}} → {{}} (asked {TOGETHER})"),
        (EDITS[1], "warm with partner", "warm with high", "r: {} → {} (asked 0)"),
        (EDITS[2], "warm with all: × 0", "red less blue", "red - blue: {} → {}"),
        (EDITS[3], "warm with all: × 2", "red less blue", "red - blue: {} → {}"),
    ):
        texts[name] = (title, text.format(*(f"{p[G][key]:.2f}" for G in (GRAM.name, name))))
    for axis, (name, G) in zip(below.subplots(2, 4).flat, textures.items(), strict=True):
        pixels = np.clip(G, 0, 1).reshape(len(G) // 2, 2, -1, 2, 3).mean(axis=(1, 3))
        drawing.picture(axis, pixels, texts[name][0])
        axis.set_xlabel(texts[name][1])
    return figure
