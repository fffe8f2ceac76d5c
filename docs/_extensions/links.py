"""When the pages are written: every local link on them leads to a file, and to a place in it."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sphinx.util import logging

logger = logging.getLogger(__name__)


class Page(HTMLParser):
    """The links of a page, and the places in it that a link can lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        values = dict(attributes)
        self.places |= {values[key] for key in ("id", "name") if values.get(key)}
        for key in ("href", "src"):
            if values.get(key):
                self.links.add(values[key])


def check(app, exception) -> None:
    if exception or app.builder.format != "html":
        return
    root = Path(app.outdir)
    pages = {file.resolve(): Page(file.read_text()) for file in root.rglob("*.html")}
    for file, page in pages.items():
        if file.is_relative_to(root / "_static"):
            continue
        for link in sorted(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            place = unquote(parts.fragment)
            if not target.exists():
                logger.warning("%s links to %s, which is not there", file.name, link)
            elif place and target in pages and place not in pages[target].places:
                logger.warning("%s links to %s, a place that is not there", file.name, link)


def setup(app):
    app.connect("build-finished", check, priority=900)
    return {"parallel_read_safe": True}
