"""The command ``presets``: what other systems weigh, in our units; and back."""

from collections.abc import Mapping
from typing import Literal

from rich.table import Table

from nst_numpy.cli.bench_tables import table_of
from nst_numpy.cli.spelling import Whole
from nst_numpy.cli.streams import Output, say
from nst_numpy.errors import InputError
from nst_numpy.presets import PIXELS, PRESETS, Preset
from nst_numpy.settings import Settings


def presets(
    name: Literal[tuple(PRESETS)] | None = None,  # type: ignore[valid-type]
    /,
    *,
    content_weight: float | None = None,
    style_weight: float | None = None,
    alpha: float | None = None,
    beta: float | None = None,
    pixels: Whole = PIXELS,
) -> int:
    """Show what other systems weigh, in the units of alpha and beta; and translate, both ways.

    Parameters
    ----------
    name
        One of them; all, if not given.
    content_weight
        A weight to translate: what you would give to that system.
    style_weight
        The same for the style.
    alpha
        An alpha to translate back: what that system would have to be given.
    beta
        The same for beta.
    pixels
        Of the picture, height times width: one of these systems, keras, depends on them.
    """
    if not name:
        if any(weight is not None for weight in (content_weight, style_weight, alpha, beta)):
            raise InputError("Whose weights? Name a system, as in: presets gatys --beta 250.")
        Output().print(weights_table(pixels))
        say("α = 4a · their content weight and β = 4b · their style weight; back, divide.")
        say("Only the products β·λ are fixed: λ is the form in which their code divides; that of")
        say("keras, of which 1/36 is left out here, has p pools below the layer.")
        Output().print(ways_table(pixels))
        say("One of them: presets NAME. Paint with it: stylize CONTENT STYLE --preset NAME.")
        return 0
    one: Preset = PRESETS[name]
    of_content, of_style = one.factors(pixels)
    chosen = one.settings(content_weight, style_weight, pixels)
    w_content, w_style = one.weights(
        chosen.alpha if alpha is None else alpha, chosen.beta if beta is None else beta, pixels
    )
    say(f"{name}: {one.system}, {one.source}")
    Output().print(translation_table(one, (w_content, w_style), (of_content, of_style)))
    say(f"style layers, and λ: {lambdas_of(one.lambdas)}")
    say(
        f"{one.pooling} pooling, from {one.start}, {one.optimizer}{rate_of(chosen)}, "
        f"{one.iterations} steps; one scale, no margin, no bounds, no metric, no gain."
    )
    for sentence in one.differs:
        say(f"- {sentence}")
    return 0


def weights_table(pixels: int) -> Table:
    """Lay out one row for each system: its weights, the factors, and what they come to."""
    columns = ("content", "style", "4a", "4b", "α", "β")
    table = table_of(("preset", "λ", *columns), words=2)
    for name, one in PRESETS.items():
        chosen = one.settings(pixels=pixels)
        numbers = (
            one.content_weight, one.style_weight, *one.factors(pixels), chosen.alpha, chosen.beta,
        )  # fmt: skip
        table.add_row(name, form_of(one), *(f"{number:.3g}" for number in numbers))
    return table


def ways_table(pixels: int) -> Table:
    """Lay out one row for each system: how it goes to the picture."""
    columns = ("preset", "content", "from", "optimizer", "pooling", "rate", "steps")
    table = table_of(columns, words=5)
    for name, one in PRESETS.items():
        rate = f"{per_step:.3g}" if (per_step := one.rate(pixels)) else ""
        way = (one.content_layer, one.start, one.optimizer, one.pooling)
        table.add_row(name, *way, rate, f"{one.iterations}")
    return table


def translation_table(
    one: Preset, weights: tuple[float, float], factors: tuple[float, float]
) -> Table:
    """Lay out the weight of the content and that of the style: theirs, the factor, ours."""
    table = table_of(("", "theirs", "", "factor", "ours", ""), words=2)
    ours = ("α, --alpha", "β, --beta")
    for part, name, weight, factor, our in zip(
        ("content, " + one.content_layer, "style"), one.names, weights, factors, ours, strict=True
    ):
        table.add_row(part, name, f"{weight:.6g}", f"{factor:.6g}", f"{weight * factor:.6g}", our)
    return table


def form_of(one: Preset) -> str:
    """Say in a few letters how λ_l goes."""
    values = set(one.lambdas.values())
    if len(values) == 1:
        return f"{values.pop():g}"
    return "(n_C/4^p)²" if one.sums_content else "1/n_C²"


def lambdas_of(lambdas: Mapping[str, float]) -> str:
    """Write each layer with its λ, to be read."""
    return ", ".join(f"{layer} {value:.4g}" for layer, value in lambdas.items())


def rate_of(chosen: Settings) -> str:
    """Say the learning rate, if it is not the optimizer's own."""
    return f" by {chosen.learning_rate:.4g}" if chosen.learning_rate else ""
