import hashlib
from pathlib import Path

import pytest

from nst_numpy.errors import InputError
from nst_numpy.files import embedded as room
from nst_numpy.files.embedded import embedded
from nst_numpy.files.images import load_image

PICTURES = {
    "eilean-donan-castle": (453, 680),
    "church-at-auvers": (500, 397),
    "cafe-terrace-at-night": (500, 401),
    "chelsea-cat": (300, 451),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_there(name):
    image = load_image(embedded(f"pictures/{name}.webp"))
    assert image.shape == (*PICTURES[name], 3)
    assert image.std() > 0.1


def test_readme_of_the_weights_gives_their_checksum():
    readme = embedded("weights/README.md").read_text(encoding="utf-8")
    found = hashlib.sha256(embedded("weights/vgg19.h5").read_bytes()).hexdigest()
    assert found in readme


def test_wheel_comes_before_checkout(tmp_path, monkeypatch):
    package, checkout = tmp_path / "package", tmp_path / "checkout"
    monkeypatch.setattr(room, "ROOTS", (package, checkout))
    for root in (checkout, package):
        (root / "weights").mkdir(parents=True)
        (root / "weights" / "vgg19.h5").touch()
        assert embedded("weights/vgg19.h5") == root / "weights" / "vgg19.h5"


def test_missing_file_is_named(monkeypatch):
    monkeypatch.setattr(room, "ROOTS", (Path("nowhere"),))
    with pytest.raises(InputError) as error:
        embedded("weights/vgg19.h5")
    assert str(error.value) == (
        "weights/vgg19.h5 is missing from this installation of nst_numpy; install it again."
    )
