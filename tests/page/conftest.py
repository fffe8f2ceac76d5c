"""The page, with a painter that only waits; it is served once for each file of tests."""

import sys

import pytest
from served import PAINTER, Served, Visitor


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    with Served(folder, [sys.executable, str(PAINTER)]) as served:
        yield served


@pytest.fixture
def visitor(page):
    return Visitor(page.port)
