"""What may an optimizer know of pictures beforehand?

Two things that are true of every picture. *It has bounds*: a file holds colours from 0 to 1. L-BFGS
knows nothing of that, and J is lower a little outside; whoever clips its picture afterwards saves
another one, which nobody minimised. If G is made of numbers u by ½ + ½·sin(2u), there is nothing to
clip. *It is coarse before it is fine*: J depends most on changes that spread over many pixels, and
on light more than on colour. A metric that says so is a better first guess of H⁻¹ than a number.

So one photograph is painted three times: without bounds, inside them, and inside them with the
metric. An evaluation of J is what costs time, and each gets equally many.

Where the last of them ends, the curvature of J is measured: vᵀHv / vᵀv for a faint noise v of one
octave, in light (the same in red, green and blue) or in colour alone. Hv is a difference of two
gradients, (dJ/dG(G + v) − dJ/dG(G − v)) / 2. L-BFGS must learn from its steps what this shows.

And one thing an optimizer had better not be given: noise. The network hardly sees what is as fine
as the pixels, so hardly any gradient takes it away. Two textures, of the style cost alone, show it:
one begins with strong noise and is made without bounds and metric, one begins gray, with both. How
fine they are is told by their octaves: the shares of energy by frequency, from fine to coarse.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nst_numpy.arrays import Array
from nst_numpy.bounds import bounds_forward, bounds_inverse, within_bounds
from nst_numpy.experiments import drawing
from nst_numpy.experiments.features import faint_noise
from nst_numpy.experiments.frame import Claim
from nst_numpy.experiments.scale import middle
from nst_numpy.gradcheck import cosine
from nst_numpy.metric import Metric
from nst_numpy.network import Weights
from nst_numpy.objective import Objective, SumOfTerms
from nst_numpy.optimizers import LBFGS, iterates
from nst_numpy.settings import Settings
from nst_numpy.spectrum import octave_edges, octave_shares

PLAIN, BOUNDS, METRIC = WAYS = ("no bounds", "in bounds", "in bounds, with the metric")
NOISE, GRAY = TEXTURES = ("from noise, plain", "from gray, both")
LIGHT, COLOUR = KINDS = ("light", "colour")
FAINT = 0.002  # of the noise along which curvature is measured, root mean square: half a level
SHOWN = 96  # pixels a side of what the figure shows of a texture: in more, no pixel could be seen


@dataclass
class Way:
    """One way down: for each step the evaluations so far, J, and the J of the clipped picture.

    `outside` is the share of the last picture's numbers that lie outside [0, 1].
    """

    evaluations: list[int] = field(default_factory=list)
    J: list[float] = field(default_factory=list)
    clipped: list[float] = field(default_factory=list)
    outside: float = 0.0

    def evaluations_to(self, height: float) -> int | None:
        """Count the evaluations until J was no more than `height`; None if it never was."""
        counts = zip(self.J, self.evaluations, strict=True)
        return next((count for J, count in counts if height >= J), None)


@dataclass(frozen=True)
class Measured:
    """The paintings' ways down, the textures', and the textures with the style, as a file has them.

    `octaves` are their shares of energy, the finest octave first; `kept` tells for each texture how
    its finest octave correlates with that of what it began with. `curvature` is that of J along
    changes of one octave, in light and in colour alone, the finest first.
    """

    ways: dict[str, Way]
    textures: dict[str, Way]
    pictures: dict[str, Array]
    octaves: dict[str, Array]
    kept: dict[str, float]
    curvature: dict[str, list[float]]


def measure(content: Array, style: Array, weights: Weights, evaluations: int = 60) -> Measured:
    """Paint three times; then make two textures; all with equally many evaluations of J."""
    C, S = content.astype(np.float32), style.astype(np.float32)
    J = Objective(C, [S], Settings(), weights)
    walks = {name: walk(J, C, evaluations, name) for name in WAYS}
    ways, G = {name: way for name, (way, _) in walks.items()}, walks[METRIC][1]
    curvature = {
        kind: [curved(J, G, band, kind) for band in pairwise(octave_edges())] for kind in KINDS
    }

    noise = np.random.default_rng(0).random(S.shape, np.float32)
    J = Objective(S, [S], Settings(), weights)
    J_style = J.with_terms(J.terms[1:])
    textures, pictures, kept = {}, {"the painting": S}, {}
    for name, how, start in ((NOISE, PLAIN, noise), (GRAY, METRIC, faint_noise(S.shape))):
        textures[name], pictures[name] = walk(J_style, start, evaluations, how)
        kept[name] = cosine(finest(pictures[name]), finest(start))
    octaves = {name: octave_shares(picture) for name, picture in pictures.items()}
    return Measured(ways, textures, pictures, octaves, kept, curvature)


def walk(J: SumOfTerms, start: Array, evaluations: int, name: str) -> tuple[Way, Array]:
    """Go down J with L-BFGS, in the way of this name: how it went, and what a file would hold."""
    way = Way()
    optimizer = LBFGS(metric=Metric(start.shape)) if name == METRIC else LBFGS()
    function, x = (J, start) if name == PLAIN else (within_bounds(J), bounds_inverse(start))
    for state in iterates(optimizer, function, x):
        G = state.x if name == PLAIN else bounds_forward(state.x)
        clipped = np.clip(G, 0, 1)
        way.outside = float(np.mean(clipped != G))
        way.evaluations.append(state.evaluations)
        way.J.append(float(state.value))
        way.clipped.append(float(J(clipped)[0]) if way.outside else way.J[-1])
        if state.evaluations >= evaluations:
            break
    return way, clipped


def curved(J: SumOfTerms, G: Array, band: tuple[float, float], kind: str, seeds: int = 2) -> float:
    """Return vᵀHv / vᵀv of J at a picture, for noise of one octave; the mean over some seeds."""
    found = []
    for seed in range(seeds):
        noise = np.random.default_rng(seed).standard_normal(G.shape)
        gray = noise.mean(axis=2, keepdims=True) * np.ones(3)
        v = of_octave(gray if kind == LIGHT else noise - gray, *band)
        v = (FAINT * v / np.sqrt(np.mean(v**2))).astype(G.dtype)
        Hv = (J(G + v)[1].astype(float) - J(G - v)[1].astype(float)) / 2
        found.append(np.sum(v * Hv) / np.sum(v.astype(float) ** 2))
    return float(np.mean(found))


def finest(picture: Array) -> Array:
    """Return what a picture has of the finest octave."""
    return of_octave(picture, np.inf, octave_edges()[1])


def of_octave(picture: Array, high: float, low: float) -> Array:
    """Return what a picture has of the frequencies from low to high, in cycles per pixel."""
    n_H, n_W, _ = picture.shape
    f = np.hypot(np.fft.fftfreq(n_H)[:, None], np.fft.rfftfreq(n_W))
    waves = np.fft.rfft2(picture, axes=(0, 1))
    waves[(f < low) | (f >= high)] = 0
    detail: Array = np.fft.irfft2(waves, (n_H, n_W), axes=(0, 1))
    return detail


def claims(measured: Measured) -> tuple[Claim, ...]:
    """Say what came out."""
    plain, bounded, known = (measured.ways[name] for name in WAYS)
    needed, all_of_them = known.evaluations_to(bounded.J[-1]), bounded.evaluations[-1]
    style, from_noise, from_gray = (shares[0] for shares in measured.octaves.values())
    light, colour = (measured.curvature[kind][::-1] for kind in KINDS)
    left = [way.J[-1] / measured.textures[NOISE].J[0] for way in measured.textures.values()]
    return (
        Claim(
            "What is clipped afterwards is not what was minimised: its J is higher.",
            f"without bounds {plain.outside:.1%} of the numbers of G end outside [0, 1]; J is "
            f"{plain.J[-1]:.4g}, and {plain.clipped[-1]:.4g} when they are clipped, "
            f"{plain.clipped[-1] / plain.J[-1]:.2f} times as much",
            plain.clipped[-1] > 1.01 * plain.J[-1],
        ),
        Claim(
            "Inside the bounds nothing is to be clipped, and the file's J is lower.",
            f"{bounded.outside:.0%} and {known.outside:.0%} of the numbers are outside; J is "
            f"{bounded.J[-1]:.4g} and, with the metric, {known.J[-1]:.4g}",
            max(bounded.outside, known.outside) == 0
            and max(bounded.J[-1], known.J[-1]) < plain.clipped[-1],
        ),
        Claim(
            "With the metric the same J takes fewer evaluations.",
            f"to the J of {all_of_them} evaluations in bounds without it: "
            + (f"{needed}" if needed else f"more than {known.evaluations[-1]}"),
            needed is not None and needed < 0.9 * all_of_them,
        ),
        Claim(
            "Coarse changes are the easy ones: J is curved less along them, and a step may be "
            "longer.",
            "curvature along light, from the coarsest octave to the finest: "
            + ", ".join(f"{value:.3g}" for value in light)
            + "; the metric expects it to grow with the frequency, as it does up to "
            f"{octave_edges()[::-1][int(np.argmax(light)) + 1]:.2f} cycles per pixel",
            light[0] < light[1] < light[2] and light[0] < max(light) / 3,
        ),
        Claim(
            "Of fine colour J knows next to nothing.",
            "curvature along colour alone, from the coarsest octave to the finest: "
            + ", ".join(f"{value:.3g}" for value in colour),
            colour[-1] < max(colour) / 100,
        ),
        Claim(
            "What the network hardly sees stays as it began: strong noise strong, faint faint.",
            f"in the finest octave is {from_noise:.1%} of the energy of the texture from noise, "
            f"{from_gray:.1%} of that from gray, {style:.1%} of the painting's; there they "
            f"correlate with what they began with by {measured.kept[NOISE]:.2f} and "
            f"{measured.kept[GRAY]:.2f}. Of the noise's style cost they leave {left[0]:.1e} and "
            f"{left[1]:.1e}",
            from_noise > 2 * max(from_gray, style) and measured.kept[NOISE] > 0.5,
        ),
    )


def draw(measured: Measured) -> Figure:
    """Show J on the way down and the octaves; below, pieces of the painting and the textures."""
    figure, (above, middle_row, below) = drawing.stacked(3.0, 2.6, 2.9)
    (curves, bent), bars = above.subplots(1, 2), middle_row.subplots()
    for colour, (name, way) in zip(drawing.COLOURS, measured.ways.items(), strict=False):
        curves.semilogy(way.evaluations, way.J, color=colour, label=name)
        if way.outside:
            curves.semilogy(
                way.evaluations, way.clipped, "--", color=colour, label=f"{name}, clipped"
            )
    curves.set(xlabel="evaluations of J", ylabel="J")
    curves.legend()
    draw_octaves(bars, measured.octaves)
    places = range(len(octave_edges()) - 1)
    for colour, marker, (kind, values) in zip(
        drawing.COLOURS[3:], "os", measured.curvature.items(), strict=False
    ):
        bent.semilogy(places, values[::-1], f"{marker}-", color=colour, label=f"{kind}")
    bent.set_xticks(places, octave_names(), fontsize=7)
    bent.set(xlabel="cycles per pixel", ylabel="curvature of J")
    bent.legend(title="along changes of")
    for axis, (name, picture) in zip(below.subplots(1, 3), measured.pictures.items(), strict=True):
        side = min(SHOWN, *picture.shape[:2])
        drawing.picture(axis, middle(picture, side, side), name)
    return figure


def draw_octaves(axis: Axes, octaves: dict[str, Array]) -> None:
    """Show the shares of energy, the coarsest octave at the left."""
    places = np.arange(len(octave_names()))
    for number, (name, shares) in enumerate(octaves.items()):
        axis.bar(places + 0.27 * (number - 1), 100 * shares[::-1], 0.25, label=name)
    axis.set_xticks(places, octave_names(), fontsize=8)
    axis.set(xlabel="cycles per pixel", ylabel="% of the energy")
    axis.legend(loc="upper center")


def octave_names() -> list[str]:
    """Name the octaves by their edges, the coarsest first."""
    return [f"{low:.2f}–\n{high:.2f}" for high, low in pairwise(octave_edges())][::-1]
