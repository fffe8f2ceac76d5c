"""`nst_numpy.evaluation` again, compiled: sooner, and in less memory."""

from collections.abc import Mapping, Sequence
from threading import RLock

import numpy as np

from nst_numpy import vgg19
from nst_numpy.arrays import Array
from nst_numpy.kernels.content import content_gradient, squared_distance
from nst_numpy.kernels.run import Run
from nst_numpy.kernels.schedule import Step, up, up_and_down
from nst_numpy.kernels.store import KernelStore, kept
from nst_numpy.kernels.threads import Team
from nst_numpy.settings import Settings


class Evaluation:
    """J_content, J_style and their gradient, as functions of the network's input x.

    Parameters
    ----------
    settings : Settings
    weights : mapping, layer -> (weight, bias)
        float32; those up to the deepest tap.
    team : Team
    """

    def __init__(self, settings: Settings, weights: vgg19.Weights, team: Team) -> None:
        self.settings = settings
        self.weights = weights
        self.team = team
        self.taps = tuple({**settings.content_layers, **settings.style_layers})
        self._lock = RLock()  # the arrays of a run serve one caller at a time
        self._run: Run | None = None
        self._store: KernelStore | None = None

    def content_features(self, x: Array) -> dict[str, Array]:
        """Give the activations that the content cost compares with, layer -> a_C."""
        if not self.settings.content_layers:
            return {}
        found = {}
        run = self._new_run(x, up(self.settings.content_layers))
        for step in run.steps:
            if step.kind == "compare":
                found[step.layer] = run.arrays[step.layer].copy()
            else:
                run.do(step)
        return found

    def style_grams(self, x: Array) -> dict[str, Array]:
        """Give the Gram matrices that the style cost compares with, layer -> AᵀA/M."""
        if not self.settings.style_layers:
            return {}
        found = {}
        run = self._new_run(x, up(self.settings.style_layers))
        for step in run.steps:
            if step.kind == "compare":
                found[step.layer] = run.gram_per_position(run.arrays[step.layer])
            else:
                run.do(step)
        return found

    def __call__(
        self, x: Array, a_C: Mapping[str, Array], gram_S: Mapping[str, Array]
    ) -> tuple[float, dict[str, float], Array]:
        """Evaluate α·J_content + β·Σ λ_l·J_style[l] and its gradient: see the definition."""
        with self._lock:
            J_content, J_style, dx = self._evaluate(x, a_C, gram_S)
            return J_content, J_style, dx.copy()

    def _evaluate(
        self, x: Array, a_C: Mapping[str, Array], gram_S: Mapping[str, Array]
    ) -> tuple[float, dict[str, float], Array]:
        if self._run is None or self._run.shape != x.shape:
            self._run = None  # give the old one's memory back before the new one's is taken
            self._run = self._new_run(x, up_and_down(self.taps))
        run = self._run
        run.arrays["x"] = np.ascontiguousarray(x)
        chosen = self.settings
        J_content = 0.0
        J_style: dict[str, float] = {}
        differences: dict[str, Array] = {}
        for step in run.steps:
            layer = step.layer
            if step.kind == "compare":
                a_G = run.arrays[layer]
                if layer in gram_S:
                    D = differences[layer] = run.gram_per_position(a_G) - gram_S[layer]
                    n_C = len(D)
                    J_style[layer] = float(np.sum(np.square(D), dtype=np.float64)) / (4 * n_C**2)
                if layer in a_C:
                    weight = chosen.content_layers[layer]
                    J_content += (
                        weight * squared_distance(self.team, a_C[layer], a_G) / (4 * a_G.size)
                    )
            elif step.kind == "pull":
                a_G, da = run.arrays[step.reads[0]], run.arrays[step.writes]
                add = step.add
                if layer in gram_S:
                    n_H, n_W, n_C = a_G.shape
                    scale = chosen.beta * chosen.style_layers[layer] / (n_C**2 * n_H * n_W)
                    run.style_gradient(a_G, differences[layer], scale, da, add)
                    add = True
                if layer in a_C:
                    scale = chosen.alpha * chosen.content_layers[layer] / (2 * a_G.size)
                    content_gradient(self.team, a_C[layer], a_G, scale, da, add)
            else:
                run.do(step)
        J_style = {layer: J_style[layer] for layer in chosen.style_layers}
        return J_content, J_style, run.arrays["dx"]

    def _new_run(self, x: Array, steps: Sequence[Step]) -> Run:
        keep = kept(x.shape[0], x.shape[1])
        if self._store is None or self._store.keep != keep:
            self._store = KernelStore(self.team, self.weights, keep)
        run = Run(x.shape, steps, self.settings.pooling, self._store)
        run.arrays["x"] = np.ascontiguousarray(x)
        return run
