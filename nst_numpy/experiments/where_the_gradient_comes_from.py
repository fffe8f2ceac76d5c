"""Where does the gradient come from?

Each term of J is a cost at one layer. Its gradient begins there and is carried down through all
layers below; dJ/dG is the sum of what arrives. At the photograph itself the content term asks for
nothing, so we look at a painting that has just begun, where every term pulls.

One value of a deep layer sees a square of pixels, its receptive field: a convolution adds a pixel
on each side, and below a pool each pixel is two. Its gradient reaches that square and nothing
else. A pool hands each gradient down to the four values that it came from. Average pooling gives
each a quarter: the gradient's length is halved, since 4·(1/4)² = (1/2)². Max pooling gives the
winner all of it, and the length stays. At the picture no pixel goes without for that, because the
convolutions below spread every value again.
"""

from collections.abc import Mapping
from dataclasses import asdict
from itertools import islice

import numpy as np

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.costs import content_cost, gram_per_position, style_cost
from nst_numpy.experiments.answer import Answer, Claim
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.gradients.drawing import draw
from nst_numpy.experiments.gradients.way import (
    at_pools,
    field_of,
    half_lies_in,
    magnitude,
    one_value,
    way_down,
)
from nst_numpy.experiments.scale import length
from nst_numpy.objective import Objective
from nst_numpy.optimizers import lbfgs
from nst_numpy.settings import Settings
from nst_numpy.vgg19 import Weights
from nst_numpy.vgg_input import vgg_input_backward, vgg_input_forward

CHOSEN = Settings()
STYLE = tuple(CHOSEN.style_layers)
(CONTENT,) = CHOSEN.content_layers


def answer(content: Array, style: Array, weights: Weights, iterations: int = 10) -> Answer:
    """Carry down each term's gradient alone, then that of single values, with both poolings."""
    content, style = content.astype(np.float32), style.astype(np.float32)
    J = Objective(content, [style], CHOSEN, weights)
    *_, painting = islice(lbfgs(J, content), iterations + 1)
    G = painting.x

    a_C = features_of(content, weights, [CONTENT])[CONTENT]
    a_S = features_of(style, weights, STYLE)
    gram_S = {layer: gram_per_position(a) for layer, a in a_S.items()}
    terms, together = term_gradients(G, a_C, gram_S, weights)
    begun, _ = term_gradients(content, a_C, gram_S, weights)
    least = min(length(begun[layer]) for layer in STYLE)
    summed = sum(terms.values(), np.zeros_like(G))
    # the kernels round otherwise: where a ReLU switches for that, some pixels' gradient differs
    off = [length(dG - together) / length(together) for dG in (summed, painting.gradient)]

    x = vgg_input_forward(G)
    average, cache_average = vgg19.forward(x, weights, STYLE, "average")
    largest, cache_max = vgg19.forward(x, weights, STYLE, "max")
    fields = []
    for layer in STYLE:
        da = one_value(average[layer], largest[layer])
        ways = {
            "average": way_down(da, layer, cache_average, weights),
            "max": way_down(da, layer, cache_max, weights),
        }
        fields += [field_of(layer, pooling, way) for pooling, way in ways.items()]
    # the last layer is the deepest: its gradient has come down through every pool
    pools = {pooling: at_pools(way) for pooling, way in ways.items()}
    values = {pooling: [one.values for one in some.values()] for pooling, some in pools.items()}
    kept = {pooling: [one.length for one in some.values()] for pooling, some in pools.items()}
    arrived = {pooling: length(way[-1][1]) for pooling, way in ways.items()}
    half = {field.pooling: field.half for field in fields if field.layer == STYLE[-1]}
    filled = sum(field.seen == field.expected and field.share == 1 for field in fields)

    sides = [f"{field.side} for {field.layer}" for field in fields if field.pooling == "max"]
    claims = (
        Claim(
            "At the photograph the content term asks for nothing; every style term asks already.",
            f"the length of its gradient there is {length(begun[CONTENT]):g}; of the style terms' "
            f"at least {least:.2g}",
            length(begun[CONTENT]) == 0 < least,
        ),
        Claim(
            "The gradients of the terms add up to dJ/dG, to rounding.",
            f"their sum differs from it by {off[0]:.0e} of its length, and by {off[1]:.0e} from "
            "the one that L-BFGS was given",
            max(off) < 1e-3,
        ),
        Claim(
            "One value's gradient reaches every pixel of its receptive field, and nothing else.",
            f"its sides are {', '.join(sides)} pixels; {filled} of {len(fields)} gradients fill "
            "exactly what the picture has of it",
            filled == len(fields),
        ),
        Claim(
            "Average pooling hands a gradient to four values and halves its length, max pooling to "
            "one and keeps its length, by arithmetic; so the deep layers pull harder with max "
            "pooling.",
            f"values for one, at the pools from above: {rounded(values['average'])} and "
            f"{rounded(values['max'])}; length: times {rounded(kept['average'])} and "
            f"{rounded(kept['max'])}; at the picture max pooling's is "
            f"{arrived['max'] / arrived['average']:.1f} times as long",
            np.allclose([*values["average"], *values["max"]], [4] * 4 + [1] * 4)
            and np.allclose([*kept["average"], *kept["max"]], [0.5] * 4 + [1] * 4, rtol=1e-3)
            and arrived["max"] > arrived["average"],
        ),
        Claim(
            "At the picture, max pooling's gradient is hardly more concentrated than average's.",
            f"of the pixels that one value of {STYLE[-1]} sees, {half['average']:.1%} carry half "
            f"of its gradient with average pooling, {half['max']:.1%} with max pooling",
            0.5 < half["max"] / half["average"] < 2,
        ),
    )
    numbers = {
        "terms": {
            layer: {"length": length(dG), "half in": half_lies_in(magnitude(dG))}
            for layer, dG in terms.items()
        },
        "lengths at the photograph": {layer: length(dG) for layer, dG in begun.items()},
        "length": length(together),
        "the sum is off by": off[0],
        "the kernels are off by": off[1],
        "fields": [asdict(field) for field in fields],
        "pools": {p: {n: asdict(one) for n, one in some.items()} for p, some in pools.items()},
        "lengths at the picture": arrived,
    }
    return Answer(claims, numbers, lambda: draw(G, together, terms, fields, ways))


def term_gradients(
    G: Array, a_C: Array, gram_S: Mapping[str, Array], weights: Weights
) -> tuple[dict[str, Array], Array]:
    """Carry the gradient of each term down alone (layer -> dG), and then all of them at once."""
    features, cache = vgg19.forward(vgg_input_forward(G), weights, [CONTENT, *STYLE])
    dfeatures = {CONTENT: CHOSEN.alpha * content_cost(a_C, features[CONTENT])[1]}
    for layer, lambda_l in CHOSEN.style_layers.items():
        dfeatures[layer] = CHOSEN.beta * lambda_l * style_cost(gram_S[layer], features[layer])[1]

    def down(some: Mapping[str, Array]) -> Array:
        return vgg_input_backward(vgg19.backward(some, cache, weights))

    return {layer: down({layer: da}) for layer, da in dfeatures.items()}, down(dfeatures)


def rounded(numbers: list[float]) -> str:
    """Write numbers side by side."""
    return ", ".join(f"{number:.3g}" for number in numbers)
