"""Stands for the command line: keeps a run as `stylize` does, but of steps that only wait.

Words of `resume` go on, Ctrl-C stops; "fail" in a file's name fails. It paints a step in 30 ms.
"""

import json
import sys
import time
from pathlib import Path

from PIL import Image

words = sys.argv[1:]
options = dict(word[2:].partition("=")[::2] for word in words if word.startswith("--"))
folder = Path(options["run"] if words[0] == "stylize" else words[1])
if any("fail" in word for word in words):
    sys.exit("This is not to be.")
trace = folder / "trace.jsonl"
if words[0] == "stylize":
    (folder / "previews").mkdir(parents=True)
    (folder / "run.toml").write_text(json.dumps(words))
    trace.write_text("")
steps = int(options.get("iterations", 0)) or 30
try:
    for number in range(len(trace.read_text().splitlines()), steps + 1):
        terms = {"content": 1.0 + number, "conv1_1": 100.0 - number / 10}
        row = {
            "scale": 1, "iteration": number, "width": 32, "height": 24, "evaluations": number,
            "seconds": number / 10, "J": sum(terms.values()), "terms": terms, "values": terms,
        }  # fmt: skip
        with trace.open("a") as file:
            file.write(json.dumps(row) + "\n")
        Image.new("RGB", (32, 24)).save(folder / f"previews/1-{number:06d}.jpg")
        time.sleep(0.03)
except KeyboardInterrupt:
    Image.new("RGB", (32, 24)).save(folder / "result.png")
    sys.exit(130)
Image.new("RGB", (32, 24)).save(folder / "result.png")
