"""The page to touch: its numbers are the features', and it answers to pointer and keys."""

import base64
import json
import sys
from pathlib import Path

import browsers
import numpy as np
import pytest
from PIL import Image

from nst_numpy.experiments.features import features_of
from nst_numpy.experiments.scale import receptive_field

DOCS = Path(__file__).parent.parent / "docs"
LAYERS = ("conv2_1", "conv3_1")


@pytest.fixture(scope="module")
def touch():
    pytest.importorskip("sphinx", reason="the extension of the book is made for Sphinx")
    sys.path.insert(0, str(DOCS / "_extensions"))
    try:
        import touch
    finally:
        sys.path.remove(str(DOCS / "_extensions"))
    return touch


def picture(seed, n_H, n_W):
    return np.random.default_rng(seed).random((n_H, n_W, 3), dtype=np.float32)


def features_back(of_layer):
    """Read what the page reads."""
    levels = np.frombuffer(base64.b64decode(of_layer["levels"]), np.uint8)
    a = levels.reshape(of_layer["n_H"], of_layer["n_W"], of_layer["n_C"]) / 255.0
    return a * np.array(of_layer["largest"])


def test_its_levels_are_the_features_to_half_a_level(touch, weights):
    G = picture(0, 24, 32)
    found = touch.features_to_look_at(G, weights, LAYERS)
    for layer, a in features_of(G, weights, LAYERS).items():
        largest = a.reshape(-1, a.shape[2]).max(axis=0)
        assert np.all(abs(features_back(found[layer]) - a) <= largest * (0.5 / 255 + 1e-4) + 1e-6)


def test_its_squares_are_what_a_position_sees(touch):
    for layer, field in touch.fields(LAYERS).items():
        assert field["pixels"] == receptive_field(layer)
        assert field["apart"] == {"conv2_1": 2, "conv3_1": 4}[layer]


@pytest.fixture
def page(touch, weights, tmp_path):
    """The page as a browser has it, over two small pictures; and G(3, 5) of the first's conv2_1."""
    data = {"fields": touch.fields(LAYERS), "pictures": {}}
    for seed, name in enumerate(("castle", "church")):
        G = picture(seed, 24, 32)
        (tmp_path / "touch").mkdir(exist_ok=True)
        Image.fromarray(np.uint8(255 * G)).save(tmp_path / "touch" / f"{name}.webp")
        layers = touch.features_to_look_at(G, weights, LAYERS)
        data["pictures"][name] = {"file": f"{name}.webp", "n_H": 24, "n_W": 32, "layers": layers}
    data["prices"] = [
        {"beta": b, "file": "castle.webp", "content": 2.0 * b, "style": 1 / b} for b in (1, 10, 100)
    ]
    terms = {"content": [0.0, 3.0, 4.0], "conv1_1": [9.0, 5.0, 1.0]}
    files = ["castle.webp", "church.webp"]
    data["steps"] = {"files": files, "at": [0, 2], "terms": terms, "scales": [1, 1, 2]}
    (tmp_path / "touch" / "data.js").write_text(f"window.TOUCH = {json.dumps(data)};")
    text = (DOCS / "touch.md").read_text().replace("_static/", "")
    for file in ("touch.js", "touch.css"):
        (tmp_path / file).write_text((DOCS / "_static" / file).read_text())
    (tmp_path / "page.html").write_text(f"<!doctype html><meta charset=utf-8>{text}")
    with browsers.chromium() as browser:
        shown = browser.new_page(viewport={"width": 360, "height": 800}, has_touch=True)
        wrong = []
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.goto((tmp_path / "page.html").as_uri())
        a = features_of(picture(0, 24, 32), weights, LAYERS)["conv2_1"]
        yield shown, float((a[..., 3] * a[..., 5]).mean())
        assert not wrong


@pytest.mark.slow
def test_a_position_is_chosen_by_finger_and_by_keys(page):
    shown, _ = page
    photograph, told = shown.locator("#touch-position .point"), shown.locator("#touch-position p")
    photograph.tap(position={"x": 2, "y": 2})
    assert "conv3_1, position (0, 0) of 6 × 8" in told.inner_text()
    photograph.press("ArrowDown")
    photograph.press("ArrowRight")
    assert "position (1, 1)" in told.inner_text()
    channel = shown.locator("#touch-position [aria-label='Strongest channels'] button").nth(2)
    name = channel.inner_text().split(" · ")[0]
    channel.press("Enter")
    assert f": {name} is" in told.inner_text()


@pytest.mark.slow
def test_the_product_adds_up_to_the_gram_entry(page):
    shown, G = page
    place = shown.locator("#touch-pair")
    place.get_by_role("button", name="conv2_1").click()
    for n, channel in enumerate((3, 5)):
        place.locator("input").nth(n).fill(str(channel))
        place.locator("input").nth(n).press("Tab")
    told = place.locator("tbody tr").first.locator("td").nth(1).inner_text()
    assert float(told.replace(",", "")) == pytest.approx(G, rel=0.02)


@pytest.mark.slow
def test_its_sliders_move_the_picture_and_the_numbers(page):
    shown, _ = page
    beta, steps = shown.locator("#touch-beta"), shown.locator("#touch-steps")
    beta.locator("input").press("Home")
    assert "β/α = 1: content cost 2, style cost 1, J = 3" in beta.inner_text()
    beta.locator("input").press("ArrowRight")
    assert "J = 21" in beta.inner_text()
    steps.locator("input").press("Home")
    assert "Step 0, scale 1 of 2: J = 9" in steps.inner_text()
    steps.locator("input").press("End")
    assert "Step 2, scale 2 of 2: J = 5" in steps.inner_text()
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
