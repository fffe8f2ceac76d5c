"""What all answers have in common: their headers, a sentence, and what was asked, read."""

import json
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from nst_numpy.errors import InputError
from nst_numpy.page.visitors import Visitor

Answer = Callable[[Request, Visitor], Awaitable[Response]]
Answers = dict[str, Answer]
"""By address; a room has those that show (get), and those that change something (post)."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' data:; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""On every answer: nothing is loaded from elsewhere, and nobody else shows the page in theirs."""
BODY = 10_000
"""Bytes that what is chosen may take."""


class Headed:
    """Puts `HEADERS` on every answer that has none of its own of a name."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                there = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in HEADERS.items()
                      if name.lower().encode() not in there),
                ]  # fmt: skip
            await send(message)

        await self.app(scope, receive, with_headers)


async def given(request: Request) -> Mapping[str, Any]:
    """Read what was chosen: a little JSON."""
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > BODY:
            raise InputError("That is too much to choose.")
    try:
        found = json.loads(text or b"{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InputError("What was chosen cannot be read.")
    return found


def said(text: str, status: int) -> Response:
    """Answer in a sentence."""
    return JSONResponse({"said": text}, status)


async def refused(_: Request, error: Exception) -> Response:
    """Answer with the sentence of an error."""
    return said(str(error), 422)


def attached(name: str) -> dict[str, str]:
    """Let a browser save an answer under a name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def read(name: str) -> str:
    """Read a file of the page."""
    return files(__package__).joinpath("static").joinpath(name).read_text("utf-8")
