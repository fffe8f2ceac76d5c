"""What a picture says of itself: a text inside its file, which `replay` reads.

In PNG it is a text of the keyword ``nst_numpy`` (iTXt); in JPEG, TIFF and WebP it stands in XMP, a
packet of XML that those formats have room for. Whoever opens a picture shows it, or not; a stranger
may have written it, so it is read with limits, and nothing of it is run.
"""

import html
import os
import re
from pathlib import Path

from PIL import Image

from nst_numpy.errors import InputError
from nst_numpy.files.opening import opened

KEYWORD = "nst_numpy"
MOST = 32768
"""How many bytes such a text may have: a segment of JPEG holds 64 kB, with XML's spellings."""
SPACE = "https://nst-numpy.invalid/about/1.0/"
HEAD_OF_XMP = b"http://ns.adobe.com/xap/1.0/\0"
XMP = 700
"""The tag of XMP in TIFF."""


def fitting(about: str) -> str:
    """Return the text, or nothing if it is longer than one may be."""
    return about if len(about.encode()) <= MOST else ""


def xmp(about: str) -> bytes:
    """Write a packet of XMP with the text as its only property."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:nst="{SPACE}">'
        f"<nst:about>{html.escape(about)}</nst:about>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def read_about(path: str | os.PathLike[str]) -> str:
    """Read what a picture says of itself; nothing, if it says nothing.

    Raises
    ------
    InputError
        If it is not a picture, or says more than `MOST` bytes.
    """
    with opened(Path(path)) as picture:
        found = of_picture(picture)
    if len(found.encode("utf-8", "replace")) > MOST:
        raise InputError(f"{path} says more than {MOST} bytes of itself; no painting does.")
    return found


def of_picture(picture: Image.Image) -> str:
    """Return the text of an open picture."""
    if picture.format == "PNG":
        return str(picture.info.get(KEYWORD, ""))
    packet = picture.info.get("xmp", b"")
    if not packet and picture.format == "TIFF":
        packet = picture.tag_v2.get(XMP, b"")  # type: ignore[attr-defined]
    for _, segment in getattr(picture, "applist", ()):
        if not packet and segment.startswith(HEAD_OF_XMP):
            packet = segment[len(HEAD_OF_XMP) :]
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else str(packet)
    found = re.search(r"<nst:about>([^<]*)</nst:about>", text[: 8 * MOST])
    return html.unescape(found[1]) if found else ""
