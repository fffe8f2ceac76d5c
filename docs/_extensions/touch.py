"""What the page "To touch" shows: numbers and pictures, made once by the package itself.

They lie in ``_made/touch/touch``, and go with the page's own files: it needs no server, and no
network. ``NST_EXPERIMENTS=skip`` makes nothing; then the page says so, or shows what there was.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
from experiment import CONTENT, STYLE, find, imported
from own_code import bare
from PIL import Image
from sphinx.util import logging

from nst_numpy import Settings, Step, load_image, load_weights, stylize
from nst_numpy.arrays import Array
from nst_numpy.canvas import enlarge
from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.scale import seen_by
from nst_numpy.files.embedded import embedded
from nst_numpy.network import Weights

FOLDER = Path(__file__).parent.parent / "_made" / "touch"
LAYERS = ("conv2_1", "conv3_1", "conv4_1", "conv5_1")
SEEN = 160
"""Longest side of the pictures whose features are shown."""
PAINTED = 192
BETAS = (10, 50, 250, 1000, 5000, 25000)
EVERY = 3
"""So many steps from one kept picture to the next."""

logger = logging.getLogger(__name__)


def features_to_look_at(picture: Array, weights: Weights, layers: Iterable[str] = LAYERS) -> dict:
    """Return the features of a picture, each channel in 256 levels from 0 to its largest value."""
    found = {}
    for layer, a in features_of(picture, weights, list(layers)).items():
        n_H, n_W, n_C = a.shape
        largest = a.reshape(-1, n_C).max(axis=0)
        levels = np.rint(255 * a / np.where(largest > 0, largest, 1)).astype(np.uint8)
        found[layer] = {
            "n_H": n_H,
            "n_W": n_W,
            "n_C": n_C,
            "largest": [float(f"{value:.5g}") for value in largest],
            "levels": base64.b64encode(levels.tobytes()).decode(),
        }
    return found


def fields(layers: Iterable[str] = LAYERS) -> dict:
    """Return, for each layer, the first pixel that position 0 sees, how many, and how far apart."""
    found = {}
    for layer in layers:
        first, last = seen_by(layer, 0)
        found[layer] = {
            "first": first,
            "pixels": last - first + 1,
            "apart": seen_by(layer, 1)[0] - first,
        }
    return found


def steps_of(content: Array, style: Array, settings: Settings, weights: Weights) -> Iterable[Step]:
    """Paint with the settings, scale by scale."""
    return stylize(content, [style], settings, weights)


def ledger(steps: Iterable[Step], folder: Path, shape: tuple[int, ...]) -> dict:
    """Keep every third picture of a painting, and what every step says of J."""
    files, at, terms, scales = [], [], {}, []
    for number, step in enumerate(steps):
        for name, value in step.cost.terms.items():
            terms.setdefault(name, []).append(float(f"{value:.5g}"))
        scales.append(step.scale)
        if number % EVERY == 0:
            files.append(f"step-{number:03}.webp")
            at.append(number)
            write(folder / files[-1], enlarge(step.image, shape))
    return {"files": files, "at": at, "terms": terms, "scales": scales}


def prices(content: Array, style: Array, weights: Weights, folder: Path, betas=BETAS) -> list[dict]:
    """Paint once for each β: its picture, J_content, and the style cost before it is times β."""
    found = []
    for beta in betas:
        settings = replace(Settings(), beta=float(beta))
        for step in steps_of(content, style, settings, weights):
            last = step
        of_content = last.cost.terms["content"]
        found.append(
            {
                "beta": beta,
                "file": f"beta-{beta}.webp",
                "content": float(f"{of_content:.5g}"),
                "style": float(f"{(last.cost.total - of_content) / beta:.5g}"),
            }
        )
        write(folder / found[-1]["file"], last.image)
    return found


def write(file: Path, picture: Array) -> None:
    """Write a picture small: it is looked at, not measured."""
    eight = np.rint(255 * np.clip(picture, 0, 1)).astype(np.uint8)
    Image.fromarray(eight).save(file, quality=80, method=6)


def make(folder: Path, painted: int = PAINTED, steps: int | None = None, betas=BETAS) -> None:
    """Make everything; with ``steps``, only so many of the painting."""
    weights = load_weights()
    folder.mkdir(parents=True, exist_ok=True)
    data: dict = {"fields": fields(), "pictures": {}}
    for name, path in (("castle", CONTENT), ("church", STYLE)):
        picture = load_image(embedded(path), size=SEEN)
        write(folder / f"{name}.webp", picture)
        data["pictures"][name] = {
            "file": f"{name}.webp",
            "n_H": picture.shape[0],
            "n_W": picture.shape[1],
            "layers": features_to_look_at(picture, weights),
        }
    content, style = (load_image(embedded(path), size=painted) for path in (CONTENT, STYLE))
    data["steps"] = ledger(
        islice(steps_of(content, style, Settings(), weights), steps), folder, content.shape
    )
    data["prices"] = prices(content, style, weights, folder, betas)
    (folder / "data.js").write_text(f"window.TOUCH = {json.dumps(data, separators=(',', ':'))};\n")


def key() -> str:
    """Hash this file and all that it imports of the package."""
    code, waiting = {"here": Path(__file__).read_text()}, imported(Path(__file__).read_text())
    while waiting:
        name = waiting.pop()
        if name not in code and (spec := find(name)):
            code[name] = Path(spec.origin).read_text()
            waiting += imported(code[name])
    return hashlib.sha256("\0".join(bare(code[n]) for n in sorted(code)).encode()).hexdigest()


def make_once(app) -> None:
    record = FOLDER.with_suffix(".txt")
    now = key()
    if os.environ.get("NST_EXPERIMENTS") == "skip" or (
        record.exists() and record.read_text() == now
    ):
        return
    logger.info("making what there is to touch")
    make(FOLDER / "touch")
    record.write_text(now)


def setup(app):
    FOLDER.mkdir(parents=True, exist_ok=True)
    app.connect("builder-inited", make_once)
    return {"parallel_read_safe": True}
