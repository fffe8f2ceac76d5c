"""Words, figures and tables of a page: what somebody wrote is escaped on its way into it."""

from collections.abc import Sequence
from html import escape


def text(words: object) -> str:
    """Escape words for a page; what would be obeyed instead of shown is written out."""
    shown = "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii")
        for letter in str(words)
    )
    return escape(shown)


def figure(source: str, alt: str, caption: str = "") -> str:
    """Write a picture, and what it shows for those who do not see it."""
    below = f"<figcaption>{text(caption)}</figcaption>" if caption else ""
    return f'<figure><img src="{source}" alt="{text(alt)}">{below}</figure>'


def tables(rows: Sequence[Sequence[str]], title: str, foot: Sequence[str] = ()) -> str:
    """Write a table; its first row is the head."""
    head, *body = rows
    said = f"<h2>{text(title)}</h2>" if title else ""
    above = "".join(f'<th scope="col">{text(cell)}</th>' for cell in head)
    cells = "".join(
        "<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>" for row in body
    )
    below = "".join(f"<td>{text(cell)}</td>" for cell in foot)
    below = f"<tfoot><tr>{below}</tr></tfoot>" if foot else ""
    return scrolled_table(
        f"<table><thead><tr>{above}</tr></thead><tbody>{cells}</tbody>{below}</table>", said
    )


def beside(*parts: str) -> str:
    """Set parts of a page side by side, where it is wide enough."""
    inside = "".join(f"<section>{part}</section>" for part in parts if part)
    return f'<div class="beside">{inside}</div>'


def scrolled_table(table: str, title: str) -> str:
    """Let a wide table scroll by itself."""
    return f'{title}<div class="wide">{table}</div>'


def scrolled(drawn: str, label: str) -> str:
    """Let curves scroll by themselves on a narrow screen."""
    return f'<div class="wide" tabindex="0" role="group" aria-label="{label}">{drawn}</div>'
