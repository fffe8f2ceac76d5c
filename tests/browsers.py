"""A headless Chromium, of the system or of playwright's own; a test without one is skipped."""

import shutil
from contextlib import contextmanager

import pytest


@contextmanager
def chromium():
    """Launch it for as long as a block lasts."""
    api = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")
    with api.sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("chromium-browser")
        try:
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except api.Error as error:
            pytest.skip(f"there is no Chromium: {str(error).splitlines()[0]}")
        yield browser
        browser.close()
