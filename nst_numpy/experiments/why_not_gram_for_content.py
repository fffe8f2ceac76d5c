"""Why not a Gram matrix for the content, too?

Because the Gram matrix of a layer tells what there is, and not where. Here the photograph is
painted twice in the same style: once with the content cost at conv4_2, which compares each
position with itself, and once with the style cost at conv4_2 in its place, aimed at the Gram
matrix of the photograph. The second painting is asked for the photograph's features in the right
amounts and pairs, but nothing says where they belong: things move, repeat and dissolve.

To measure where things are, each position of a painting's conv4_2 looks for the position of the
photograph's conv4_2 that it resembles most, and how far away that lies is told in pixels.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.experiments import drawing
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import features_of, minimise
from nst_numpy.experiments.gram.places import Match, collage, match, summary
from nst_numpy.objective import Objective
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import Weights

LAYER = "conv4_2"
STRIDE = vgg19.smallest_side(LAYER)  # pixels from one position of the layer to the next
WIDE = 5  # times as wide as high: in a third of the figure's width nothing could be seen
NEAR = 2 * STRIDE  # pixels within which a thing counts as still in its place
ALPHA = 20.0  # from noise the content needs more weight than from the photograph


def answer(content: Array, style: Array, weights: Weights, iterations: int = 50) -> Answer:
    """Paint with either content term, and look where the things of the photograph have gone."""
    start = faint_noise(content.shape)
    plain = Objective(content, [style], Settings(alpha=ALPHA), weights)
    gram = with_gram_as_content(plain, content, style, weights, start)
    paintings = {
        "content cost": minimise(plain, start, iterations)[0],
        "Gram matrix": minimise(gram, start, iterations)[0],
        "Gram matrix, from the photograph": minimise(gram, content, iterations)[0],
    }

    a_C = plain.a_C[LAYER]
    gram_C = gram_per_position(a_C)
    features = {name: features_of(G, weights, [LAYER])[LAYER] for name, G in paintings.items()}
    features["the start"] = features_of(start, weights, [LAYER])[LAYER]
    features["mirrored features"] = a_C[:, ::-1]
    rows = a_C.reshape(-1, a_C.shape[-1])
    features["shuffled features"] = np.random.default_rng(0).permutation(rows).reshape(a_C.shape)

    matches = {name: match(a, a_C, STRIDE) for name, a in features.items()}
    seen = {
        name: {
            "content cost": content_cost(a_C, a)[0],
            "Gram cost": style_cost(gram_C, a)[0],
            **summary(matches[name], NEAR),
        }
        for name, a in features.items()
    }
    lambda_l = gram.settings.style_layers[LAYER]
    lines = (
        f"α is {ALPHA:g}, and the photograph's Gram matrix has λ = {lambda_l:.2g}, with which "
        "both content terms of J are equally large at the start.",
    )
    numbers = {"alpha": ALPHA, "lambda": lambda_l, "pictures": seen}
    return Answer(claims(seen), numbers, lambda: draw(content, paintings, matches), lines)


def with_gram_as_content(
    plain: Objective, content: Array, style: Array, weights: Weights, start: Array
) -> Objective:
    """Put the style cost, aimed at the photograph, where the content cost of `plain` was.

    Its λ is such that at the start both terms are equally large: α·J_content = β·λ·J_style.
    """
    a_C = plain.a_C[LAYER]
    gram_C = gram_per_position(a_C)
    a_G = features_of(start, weights, [LAYER])[LAYER]
    beta = plain.settings.beta
    lambda_l = ALPHA * content_cost(a_C, a_G)[0] / (beta * style_cost(gram_C, a_G)[0])

    layers = {**plain.settings.style_layers, LAYER: lambda_l}
    gram = Objective(content, [style], Settings(alpha=0.0, beta=beta, style_layers=layers), weights)
    gram.gram_S[LAYER] = gram_C  # the photograph's, not the painting's
    return gram


def faint_noise(shape: tuple[int, ...]) -> Array:
    """Make a gray picture with a little noise, so little that none is left in the painting."""
    noise = np.random.default_rng(0).standard_normal(shape, np.float32)
    return (0.5 + 0.05 * noise).astype(np.float32)


def claims(seen: Mapping[str, Mapping[str, float]]) -> tuple[Claim, ...]:
    """Say what the numbers say."""
    plain, gram = seen["content cost"], seen["Gram matrix"]
    kept = seen["Gram matrix, from the photograph"]
    start, mirrored, chance = (
        seen[name] for name in ("the start", "mirrored features", "shuffled features")
    )
    return (
        Claim(
            "The Gram matrix does not notice that the photograph's features were mirrored.",
            f"its cost is {mirrored['Gram cost'] / start['Gram cost']:.0e} of what it is for "
            f"noise, and the content cost {mirrored['content cost'] / start['content cost']:.2f} "
            f"of it: the features stand {mirrored['distance']:.0f} pixels from their places",
            mirrored["Gram cost"] < 1e-9 * start["Gram cost"]
            and mirrored["content cost"] > 0.1 * start["content cost"],
        ),
        Claim(
            "A painting can be nearer to the photograph's Gram matrix and yet not show the "
            "photograph.",
            f"painted with the Gram matrix, it has {gram['Gram cost'] / plain['Gram cost']:.2f} × "
            f"the Gram cost at {LAYER} of the painting with the content cost, and "
            f"{gram['content cost'] / plain['content cost']:.1f} × its content cost",
            gram["Gram cost"] < plain["Gram cost"]
            and gram["content cost"] > 2 * plain["content cost"],
        ),
        Claim(
            "Things move: what a place resembles most stood elsewhere in the photograph.",
            f"{gram['distance']:.0f} pixels away on average, where shuffled features have "
            f"{chance['distance']:.0f} and the content cost {plain['distance']:.1f}; within "
            f"{NEAR} pixels for {gram['near']:.0%} of the places, and for {plain['near']:.0%} "
            "with the content cost",
            gram["distance"] > 0.5 * chance["distance"] > plain["distance"],
        ),
        Claim(
            "Things repeat, are left out, and dissolve.",
            f"{gram['used']:.0%} of the photograph's places are found again (content cost: "
            f"{plain['used']:.0%}), one of them {gram['most often']:.0f} times; the likeness to "
            f"the most similar place is {gram['alike']:.2f} (content cost: {plain['alike']:.2f})",
            gram["used"] < plain["used"] and gram["alike"] < plain["alike"],
        ),
        Claim(
            "Begun with the photograph, most things stay where the start has put them, but they "
            "dissolve, too.",
            f"{kept['near']:.0%} are within {NEAR} pixels of their place, with a likeness of "
            f"{kept['alike']:.2f}; the content cost is "
            f"{kept['content cost'] / plain['content cost']:.1f} × that of the painting with the "
            "content cost, which began with noise",
            kept["near"] > 0.5
            and kept["alike"] < plain["alike"]
            and kept["content cost"] > plain["content cost"],
        ),
    )


def draw(content: Array, paintings: Mapping[str, Array], matches: Mapping[str, Match]) -> Figure:
    """Show the paintings, the squares of the photograph that they resemble, and how far off.

    They stand side by side; those of a very wide photograph stand below each other.
    """
    n_H, n_W = content.shape[:2]
    wide = n_W > WIDE * n_H
    shape = (len(paintings), 1) if wide else (1, len(paintings))
    height = min(drawing.WIDTH * n_H / n_W / shape[1], 0.7 if wide else 2.3)  # of a painting
    above = 2.8 + (height + 0.4) * wide
    one_row = (height + 0.27) * shape[0] + 0.3  # with its titles
    figure = Figure(figsize=(drawing.WIDTH, above + 2 * one_row))
    parts = figure.subfigures(3, 1, squeeze=False, height_ratios=(above, one_row, one_row))
    top, painted, pasted = parts[:, 0]
    if wide:
        left, right = top.subplots(2, 1, height_ratios=(height, 2.4))
    else:
        left, right = top.subplots(1, 2, width_ratios=(1, 1.6))
    drawing.picture(left, content, "the photograph")
    painted.suptitle("painted with", fontsize=10)
    pasted.suptitle("at each place, the most similar square of the photograph", fontsize=10)
    rows = [part.subplots(*shape, squeeze=False).flat for part in (painted, pasted)]
    for colour, name, paint, paste in zip(drawing.COLOURS, paintings, *rows, strict=False):
        drawing.picture(paint, paintings[name], name)
        drawing.picture(paste, collage(content, matches[name], STRIDE), name)
        _curve(right, matches[name], name, colour, "-")
    _curve(right, matches["shuffled features"], "shuffled features", drawing.COLOURS[-1], "--")
    right.set_xlabel("pixels from the place in the photograph, at most")
    right.set_ylabel("share of the places")
    right.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9)
    return figure


def _curve(axis: Axes, found: Match, name: str, colour: str, line: str) -> None:
    """Draw which share of the places lies within each distance."""
    share = np.arange(1, found.distance.size + 1) / found.distance.size
    axis.step(np.sort(found.distance), share, line, where="post", color=colour, label=name)
