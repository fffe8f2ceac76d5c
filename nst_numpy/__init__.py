"""Neural style transfer (Gatys, Ecker, Bethge) from scratch in NumPy, to be read.

J(G) = α·J_content(C, G) + β·J_style(S, G) is a function of one picture G. The weights of VGG-19
never move: the program evaluates J and ∂J/∂G, and lets an optimizer change G.

To paint, ``nst.paint("photo.jpg", "painting.jpg")``; to watch every step,
``nst.watch(nst.steps(…))``; what can be chosen is in `Settings`. Each name has an example in its
docstring, and `examples` are pictures to try it with.

Read the code in the order in which the data flows, in one evening:

1. `vgg_input`   from RGB in [0, 1] to what VGG-19 was trained on, and the gradient back
2. `layers`      convolution, ReLU, pooling; each backward right under its forward
3. `network`     a table of convolutions and pools; up to the features, down to the picture
4. `costs`       the terms of J: content, Gram style, total variation
5. `settings`    everything that can be chosen
6. `evaluation`, `objective`   J and dJ/dG of one picture; the ledger of every term
7. `optimizers`  gradient descent, Adam, L-BFGS and its line search
8. `stylize`     starts, scales, one Step after the other
9. `gradcheck`   how we know that a gradient is right
"""

import nst_numpy.cli.signals  # noqa: F401  (first: it hears Ctrl-C while the rest is loaded)

# isort: split

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nst_numpy.backend import Computing
from nst_numpy.costs import Term
from nst_numpy.errors import InputError
from nst_numpy.files.images import load_image, save_image
from nst_numpy.files.weights import load_weights
from nst_numpy.objective import Cost, Objective, SumOfTerms
from nst_numpy.presets import PRESETS, preset
from nst_numpy.settings import Settings
from nst_numpy.stylize import Step, stylize

if TYPE_CHECKING:
    from nst_numpy.easel.calls import paint, steps
    from nst_numpy.easel.painting import Painting
    from nst_numpy.easel.taking import examples
    from nst_numpy.easel.trace import Trace
    from nst_numpy.easel.watching import watch
    from nst_numpy.masks import Masked

LAZY = {
    "Masked": "nst_numpy.masks",
    "Painting": "nst_numpy.easel.painting",
    "Trace": "nst_numpy.easel.trace",
    "examples": "nst_numpy.easel.taking",
    "paint": "nst_numpy.easel.calls",
    "steps": "nst_numpy.easel.calls",
    "watch": "nst_numpy.easel.watching",
}
"""Names, and where they are: loaded when somebody asks for them, as ROOMS are."""
ROOMS = ("costs", "learn", "runs", "studio")

__all__ = [
    "PRESETS",
    "Computing",
    "Cost",
    "InputError",
    "Masked",
    "Objective",
    "Painting",
    "Settings",
    "Step",
    "SumOfTerms",
    "Term",
    "Trace",
    "examples",
    "load_image",
    "load_weights",
    "paint",
    "preset",
    "save_image",
    "steps",
    "stylize",
    "watch",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load a name of `LAZY`, or a room, when somebody asks for it."""
    if name in ROOMS:
        return import_module(f"nst_numpy.{name}")
    if name in LAZY:
        found = globals()[name] = getattr(import_module(LAZY[name]), name)
        return found
    raise AttributeError(f"module 'nst_numpy' has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return what a painter needs, which is what completion shows; not every room behind it."""
    return sorted([*__all__, *ROOMS, "__doc__", "__version__"])
