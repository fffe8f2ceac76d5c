"""What else is fuzzed: what goes along with a photograph, and what runs and settings are read from.

As in `targets`: each ends well or in one sentence, and what is accepted is what was promised.
"""

import contextlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path

import corpus_carried
import corpus_configurations
import corpus_runs
import corpus_states
import numpy as np
from PIL import Image, PngImagePlugin
from refusing import refused

from nst_numpy import Settings, load_image, save_image
from nst_numpy.cli.configuring import with_config
from nst_numpy.cli.options import Options
from nst_numpy.files.about import read_about
from nst_numpy.files.carried import carried_of
from nst_numpy.files.opening import size_and_memory
from nst_numpy.files.profiles import read_profile
from nst_numpy.runs.checkpoint import load_step
from nst_numpy.runs.curves import Curves
from nst_numpy.runs.trace import read_trace, write_csv

MOST_READ = 2**24


def carried(made: bytes, folder: Path, suffix: str = ".tif") -> None:
    """Read a photograph and all that goes along, save it with that, and read it back."""
    path = folder / "photograph"
    path.write_bytes(made)

    def go() -> None:
        if size_and_memory(path)[1] > MOST_READ:
            return
        image = load_image(path, size=12)
        found = carried_of(path, image.shape, location=True)
        assert all("\n" not in note and note.endswith(".") for note in found.notes)
        assert isinstance(read_about(path), str)
        out = folder / f"out{suffix}"
        save_image(image, out, "{}", found, 16 if suffix in (".png", ".tif") else 8)
        again = load_image(out)
        assert again.shape == image.shape

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refused(go)


def exif(made: bytes, folder: Path) -> None:
    """The same of a sound photograph with these bytes for its EXIF."""
    if len(made) < 60_000:
        data = corpus_carried.jpeg(exif=b"Exif\0\0" + made)
        carried(data, folder, (".png", ".jpg", ".webp", ".tif")[len(made) % 4])


def profiles(made: bytes, folder: Path) -> None:
    """Read a profile: its curves rise, and a colour that goes there and back is the same."""
    try:
        found = read_profile(made)
    except ValueError:
        found = None
    if found is not None:
        colours = np.linspace(0, 1, 24, dtype=np.float32).reshape(2, 4, 3)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            there = found.to_srgb(colours)
            assert there.shape == colours.shape
            assert np.isfinite(there).all()
    if 0 < len(made) < 60_000:
        carried(corpus_carried.jpeg(icc_profile=made), folder)


def texts(made: bytes, folder: Path) -> None:
    """What a PNG says of itself, and how long it is: these bytes are its text."""
    told = PngImagePlugin.PngInfo()
    told.add(b"iTXt", b"nst_numpy\0" + made)
    path = folder / "told.png"
    Image.new("RGB", (2, 2)).save(path, pnginfo=told)
    refused(lambda: read_about(path).encode("utf-8", "replace"))


def configurations(made: bytes, folder: Path) -> None:
    """Read options from a file: they are settings, or a sentence says what is wrong."""
    path = folder / "own.toml"
    path.write_bytes(made)
    refused(lambda: with_config(Options(), path).settings())


SETTINGS = {
    name: Settings(optimizer=name)  # type: ignore[arg-type]
    for name in corpus_states.OPTIMIZERS
}


def checkpoints(made: bytes, folder: Path) -> None:
    """Read a checkpoint: what is read is a step, with a picture and its ledger."""
    path = folder / "checkpoint.bin"
    path.write_bytes(made)

    def go(settings: Settings) -> None:
        step, best, about = load_step(path, settings)
        assert step.state.x.shape == step.canvas.shape == step.best.shape
        assert np.isfinite(step.canvas).all()
        assert isinstance(float(step.cost) + float(best.cost), float)
        assert isinstance(about, dict)
        assert repr(step)

    for settings in SETTINGS.values():
        with np.errstate(all="ignore"):
            refused(lambda settings=settings: go(settings))


def built_checkpoints(made: bytes, folder: Path) -> None:
    """The same with the checksum that its line of JSON should have."""
    line, _, arrays = made.partition(b"\n")
    whole = corpus_runs.of_line(line, arrays)
    checkpoints(whole, folder)


def traces(made: bytes, folder: Path) -> None:
    """Read a trace, write it as a table, and draw its curves."""
    path = folder / "trace.jsonl"
    path.write_bytes(made)

    def go() -> None:
        rows = read_trace(path)
        write_csv(rows, folder / "trace.csv")
        if rows:
            Curves(rows, (120, 80)).drawn(rows[-1]["scale"], rows[-1]["iteration"])

    with contextlib.redirect_stderr(io.StringIO()):
        refused(go)


def built(optimizer: str) -> bytes:
    """The line of a sound checkpoint and its arrays."""
    head = corpus_runs.sound(optimizer)["checkpoint.bin"].removeprefix(corpus_runs.MAGIC)
    return head.partition(b" ")[2]


TARGETS: dict[str, Callable[[bytes, Path], None]] = {
    "carried": carried, "exif": exif, "profiles": profiles, "texts": texts,
    "configurations": configurations, "checkpoints": checkpoints,
    "built-checkpoints": built_checkpoints, "traces": traces,
}  # fmt: skip

SOUND: dict[str, Callable[[], list[bytes]]] = {
    "carried": lambda: [
        *(corpus_carried.sixteen(suffix, n_C) for suffix in (".png", ".tif") for n_C in (3, 4)),
        corpus_carried.jpeg(exif=b"Exif\0\0" + corpus_carried.exif_block()),
        corpus_carried.jpeg(icc_profile=corpus_carried.srgb_profile()),
    ],
    "exif": lambda: [
        corpus_carried.exif_block(),
        *(d for _, d in list(corpus_carried.odd_exif())[::9]),
    ],
    "profiles": lambda: [corpus_carried.srgb_profile()],
    "texts": lambda: [b"\0\0\0\0{}", b"\0\0en\0\xc3\xa4\0{}", b"\1\0\0\0x\x9c\x03\0\0\0\0\1"],
    "configurations": lambda: [
        corpus_configurations.SOUND.encode(),
        *list(corpus_configurations.STRANGE.values())[8:],
    ],
    "checkpoints": lambda: [corpus_runs.sound(o)["checkpoint.bin"] for o in ("lbfgs", "adam")],
    "built-checkpoints": lambda: [built(o) for o in ("lbfgs", "adam")],
    "traces": lambda: [corpus_runs.sound()["trace.jsonl"]],
}
"""With what each begins."""
