"""Make the figures that are committed, for whoever reads the pages where they are not built.

    python docs/figures/make.py            # those whose experiment has changed
    python docs/figures/make.py NAME …     # these

An experiment's own code (its file and its parts, without comments and docstrings) decides whether
a figure is stale; a test checks that against ``made.json``. What changed elsewhere, in the network
or an optimizer, changes the figures by a little; the built book shows what came out of it.
"""

import hashlib
import json
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "_extensions"))

from experiment import MADE, made  # noqa: E402
from own_code import code_of  # noqa: E402

from nst_numpy.experiments import EXPERIMENTS, Experiment  # noqa: E402

RECORD = HERE / "made.json"
WIDTH = 1000


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make(experiment: Experiment, record: dict) -> None:
    """Run one, unless that has been done; write its figure and what was seen."""
    found = made(experiment)
    with Image.open(MADE / f"{experiment.name}.png") as picture:
        picture = picture.convert("RGB")
        picture.thumbnail((WIDTH, 10 * WIDTH), Image.Resampling.LANCZOS)
        picture.save(HERE / f"{experiment.name}.webp", quality=72, method=6)
    record[experiment.name] = {
        "code": code_of(experiment),
        "numbers": sha(json.dumps(found["numbers"]).encode()),
        "figure": sha((HERE / f"{experiment.name}.webp").read_bytes()),
        "claims": found["claims"],
    }


def page(record: dict) -> str:
    """Write the page of all figures with what was seen."""
    text = [
        "# The figures, and what was seen",
        "The experiments of the book, as they came out when these figures were made, by\n"
        "[`make.py`](make.py). The built book runs them anew.",
    ]
    for name, experiment in EXPERIMENTS.items():
        text += [
            f"## {experiment.question}",
            f"![{experiment.question}]({name}.webp)",
            "\n".join(sentences(record[name]["claims"])),
            f"[`{experiment.module.rpartition('.')[2]}.py`]"
            f"(../../{experiment.module.replace('.', '/')}.py)",
        ]
    return "\n\n".join(text) + "\n"


def sentences(claims: list[dict]) -> list[str]:
    """Write each claim as a point of a list."""
    return [
        f"- **{'' if one['holds'] else 'Not seen here: '}{one['sentence']}** Seen: {one['seen']}."
        for one in claims
    ]


def main(names: list[str]) -> None:
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    for name, experiment in EXPERIMENTS.items():
        stale = record.get(name, {}).get("code") != code_of(experiment)
        if name in names or (stale and not names):
            make(experiment, record)
    record = {name: record[name] for name in EXPERIMENTS if name in record}
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    (HERE / "README.md").write_text(page(record))


if __name__ == "__main__":
    main(sys.argv[1:])
