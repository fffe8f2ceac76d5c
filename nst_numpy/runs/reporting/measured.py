"""What a report measures once, of the painting as it is: Gram matrices, and where J still pulls."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np

from nst_numpy.arrays import Array
from nst_numpy.available import available_memory
from nst_numpy.canvas import halve, mirrored
from nst_numpy.costs import Gram, Term
from nst_numpy.errors import InputError
from nst_numpy.files.weights import load_weights
from nst_numpy.memory import fitted, gigabytes, predicted_memory
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms, shares_of_styles
from nst_numpy.palette import before, gray
from nst_numpy.runs.checkpoint import load_step
from nst_numpy.runs.reporting.told import Told, as_saved
from nst_numpy.studio.pulls import Pulls, balanced, pulls_and_gradients

CHANNELS = 64
"""Of a layer, how many are shown: those that are strongest in the style."""
APART = 0.01
"""How far the J that is measured may be from the run's: another machine's rounding is less."""


@dataclass(frozen=True, eq=False)
class GramMatrices:
    """Of one layer, per position, of its strongest channels; and how far apart all of them are.

    Attributes
    ----------
    layer
    channels
        How many the layer has.
    content, style, result
        Shape (n, n) with n at most `CHANNELS`, in the same order of channels.
    before, after
        ``|G - G_S| / |G_S|`` over all channels, of the photograph and of the painting.
    """

    layer: str
    channels: int
    content: Array
    style: Array
    result: Array
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured of a painting.

    Attributes
    ----------
    pulls
        At the painting.
    maps
        Name -> how long dJ/dG, or a part of it, is at each pixel, shape (n_H, n_W): "J", the
        content's terms and the style's.
    grams
        One for each style layer.
    exact
        Whether the canvas of the lowest J was there, not only the file of the painting.
    """

    pulls: Pulls
    maps: dict[str, Array]
    grams: list[GramMatrices]
    exact: bool


def measure(
    told: Told,
    weights: Weights | None = None,
    objective: Callable[..., SumOfTerms] = Objective,
) -> Measured:
    """Make J again, and look at it where the painting came to.

    Raises
    ------
    InputError
        If there is too little memory, or no picture to look at; if J is another one.
    """
    settings, colours = told.settings, told.colours
    settings, computing = fitted(
        told.content.shape, settings, told.computing, available_memory(), told.masked is not None
    )
    needed = predicted_memory(told.content.shape, settings, computing, told.masked is not None)
    if needed > available_memory():
        raise InputError(
            f"To measure it again takes about {gigabytes(needed)}, which are not free."
        )
    weights = weights or load_weights(None, settings.network)
    pairs = [before(colours, told.content, style) for style in told.styles]
    content = pairs[0][0] if pairs else told.content
    styles = [style for _, style in pairs]
    objective = told.masked or objective
    if told.options.get("balance"):
        settings = balanced(content, styles, settings, weights, computing, objective)
    G, margin, halvings, lowest = canvas_of(told)
    C, *S = (halve(x, halvings) for x in (mirrored(content, settings.margin), *styles))
    J = objective(C, S, settings, weights, computing=computing)
    if lowest is None and colours == "luminance":  # the file has colours that J never saw
        G = gray(G)
    pulls, maps = pulls_and_maps(J, G, settings.bounds)
    if lowest is not None and abs(pulls.cost.total - lowest) > APART * abs(lowest):
        raise InputError(
            f"Measured again, J is {pulls.cost.total:.4g}, but in the run it was {lowest:.4g}: it "
            "had weights or an objective of its own, which a report in Python can be given."
        )
    inside = slice(margin, -margin or None)
    maps = {name: found[inside, inside] for name, found in maps.items()}
    return Measured(pulls, maps, gram_matrices(J, C, S, G, told), lowest is not None)


def canvas_of(told: Told) -> tuple[Array, int, int, float | None]:
    """Return the canvas that was kept, its margin, how often it is halved, and its J, if known."""
    settings = told.settings
    if told.run.checkpoint.is_file() and told.options.get("keep", "best") == "best":
        step, _, _ = load_step(told.run.checkpoint, settings)
        if not isinstance(step.scale, int) or not 1 <= step.scale <= settings.scales:
            raise InputError("The checkpoint was made with other settings.")
        margin = settings.margin // 2 ** (settings.scales - step.scale)
        return step.best, margin, settings.scales - step.scale, step.lowest
    saved = as_saved(told)
    if saved is None:
        raise InputError("There is neither a checkpoint nor a result at full size.")
    return mirrored(saved, settings.margin), settings.margin, 0, None


def pulls_and_maps(J: SumOfTerms, G: Array, bounds: bool) -> tuple[Pulls, dict[str, Array]]:
    """Carry the gradient of each term down alone; see `nst_numpy.studio.pulls`.

    Where a colour of the picture is at black or white already, what would push it further is no
    pull: there is nowhere to go.
    """
    pulls, gradients = pulls_and_gradients(J, G)
    of_content = [t.name == "content" or t.name.startswith("content ") for t in J.terms]
    parts = {"J": gradients}
    for name, wanted in (("content", True), ("style", False)):
        parts[name] = [
            g
            for g, term, its_own in zip(gradients, J.terms, of_content, strict=True)
            if its_own is wanted and term.name != "tv"
        ]
    whole = np.sum(gradients, axis=0)
    level = 0.5 / 255
    held = ((level > G) & (whole > 0)) | ((1 - level < G) & (whole < 0)) if bounds else None
    maps = {}
    for name, some in parts.items():
        if some:
            g = np.sum(some, axis=0)
            if held is not None:
                g = np.where(held, 0, g)
            maps[name] = np.sqrt(np.sum(np.square(g), axis=2))
    return pulls, maps


def gram_matrices(
    J: SumOfTerms, C: Array, styles: list[Array], G: Array, told: Told
) -> list[GramMatrices]:
    """Measure the Gram matrices of the photograph, the styles' mean and the painting."""
    layers = [name for name, weight in told.settings.style_layers.items() if weight]
    if not layers or not styles:
        return []
    terms = [Term(layer, layer, Gram(), 1.0) for layer in layers]

    def measured(picture: Array) -> list[Array]:
        found = J.evaluator.measure(picture.astype(J.dtype, copy=False), terms)
        return [s / prod(shape[:2]) for s, shape in found]

    each = [measured(style) for style in styles]
    shares = shares_of_styles(told.settings, len(styles))
    means = [sum(w * g for w, g in zip(shares, of, strict=True)) for of in zip(*each, strict=True)]
    found = []
    for layer, of_S, of_C, of_G in zip(layers, means, measured(C), measured(G), strict=True):
        G_S = np.asarray(of_S)
        strongest = np.argsort(-np.diag(G_S), kind="stable")[:CHANNELS]
        shown = np.ix_(strongest, strongest)
        length = float(np.sqrt(np.sum(np.square(G_S)))) or 1.0
        found.append(
            GramMatrices(
                layer, len(G_S), of_C[shown], G_S[shown], of_G[shown],
                float(np.sqrt(np.sum(np.square(of_C - G_S)))) / length,
                float(np.sqrt(np.sum(np.square(of_G - G_S)))) / length,
            )
        )  # fmt: skip
    return found
