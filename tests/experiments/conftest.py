"""Small pictures, for experiments that must hold on them, too."""

import json
from pathlib import Path

import pytest

from nst_numpy import load_image
from nst_numpy.experiments import drawing
from nst_numpy.files.embedded import embedded

SOON = ("test_content_or_style.py", "test_trace_one_number.py")
"""Whose answers are there within a second; the others take seconds, of painting most of them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of an answer that is long in coming are long."""
    for item in items:
        here, known = item.path.parent == Path(__file__).parent, item.path.name in SOON
        if here and not known and "answer" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def castle():
    return load_image(embedded("pictures/eilean-donan-castle.webp"), size=64)


@pytest.fixture(scope="session")
def church():
    return load_image(embedded("pictures/church-at-auvers.webp"), size=64)


@pytest.fixture(scope="session")
def corner(castle, church):
    """Parts of both, for what need not be larger."""
    return castle[:40, :48], church[:48, :40]


@pytest.fixture(scope="session")
def well_formed(tmp_path_factory):
    """A function: every claim has its words, the numbers are JSON, the figure can be drawn."""

    def check(answer):
        assert answer.claims
        assert all(claim.sentence.endswith(".") and claim.seen for claim in answer.claims)
        assert all(type(claim.holds) is bool for claim in answer.claims)
        assert answer.numbers
        json.dumps(answer.record(), allow_nan=False)
        file = tmp_path_factory.mktemp("figure") / "figure.png"
        with drawing.theme():
            drawing.save(answer.draw(), file)
        assert file.stat().st_size > 10_000

    return check
