"""What a search engine or a messenger shows of a page: its title, and its first sentences."""

from html import escape

from docutils import nodes

LONGEST = 200  # characters


def first_sentences(doctree: nodes.document) -> str:
    """Return the first paragraph that is not part of a figure or a table."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if isinstance(paragraph.parent, nodes.section) and len(text) > 40:
            return text if len(text) <= LONGEST else text[:LONGEST].rsplit(" ", 1)[0] + " …"
    return ""


def add(app, pagename, templatename, context, doctree) -> None:
    if doctree is None:
        return
    title = nodes.Element.astext(next(doctree.findall(nodes.title), nodes.title()))
    said = {"og:title": title, "og:type": "article", "og:site_name": app.config.project}
    if words := first_sentences(doctree):
        said["og:description"] = words
        context["metatags"] += f'<meta name="description" content="{escape(words)}">\n'
    if base := app.config.html_baseurl:
        said["og:image"] = f"{base.rstrip('/')}/_static/preview.jpg"
    for name, value in said.items():
        context["metatags"] += f'<meta property="{name}" content="{escape(value)}">\n'


def setup(app):
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True}
