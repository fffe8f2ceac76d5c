"""What the page of the studio says of Python: its code runs, and its names are there."""

import re
from importlib import import_module
from pathlib import Path

import nst_numpy as nst

PAGE = (Path(__file__).parents[2] / "docs/studio.md").read_text(encoding="utf-8")
FEW = (
    "iterations=2, scales=1, content_layers={'conv1_2': 1.0}, "
    "style_layers={'conv1_1': 1.0, 'conv2_1': 1.0}"
)
SMALLER = {
    "size=320": "size=48",
    "nst.Settings()": f"nst.Settings({FEW})",
    'optimizer="adam"': f'optimizer="adam", {FEW}',
    "(192, 256)": "(32, 48)",
    "castle, cafe, adam": "castle, cafe, adam, weights",
}


def test_the_code_of_the_page_paints(tmp_path, monkeypatch):
    [code] = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)
    for large, small in SMALLER.items():
        assert large in code
        code = code.replace(large, small)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    shapes = {path.name: nst.load_image(path).shape for path in tmp_path.iterdir()}
    assert shapes == {
        "kept.png": (32, 48, 3), "average.png": (32, 48, 3), "tile.png": (32, 48, 3),
    }  # fmt: skip


def test_every_name_of_its_table_is_there():
    table = PAGE.partition("| option | in Python |")[2].partition("```")[0]
    found = re.findall(r"\b(nst|studio|palette|grain)\.(?:(costs)\.)?(\w+)", table)
    assert len(found) >= 12
    for room, inner, name in found:
        module = nst if room == "nst" else import_module(f"nst_numpy.{room}")
        assert hasattr(getattr(module, inner) if inner else module, name), name
