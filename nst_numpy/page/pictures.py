"""Pictures that visitors bring, or take of ours, and see again."""

import asyncio
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from nst_numpy.files.embedded import embedded
from nst_numpy.files.temporary import gone_if_it_fails
from nst_numpy.page import uploads
from nst_numpy.page.answers import Answers, said
from nst_numpy.page.visitors import ROLES, Picture, Visitor

EXAMPLES = {
    "castle": ("pictures/eilean-donan-castle.webp", "content"),
    "cat": ("pictures/chelsea-cat.webp", "content"),
    "church": ("pictures/church-at-auvers.webp", "style"),
    "café": ("pictures/cafe-terrace-at-night.webp", "style"),
}


class Pictures:
    """Uploads, one opened at a time, and what is shown of them."""

    def __init__(self) -> None:
        self.opening = asyncio.Semaphore(1)
        self.get: Answers = {"/pictures/{name}": self.picture}
        self.post: Answers = {"/pictures/{role}": self.upload}

    async def upload(self, request: Request, visitor: Visitor) -> Response:
        """Take a picture: one of the visitor's, or one of ours."""
        role = request.path_params["role"]
        if role not in ROLES:
            return said("There is no such place for a picture.", 404)
        if (example := request.query_params.get("example")) is not None:
            if example not in EXAMPLES:
                return said("There is no such example.", 404)
            called = example
            path = visitor.folder / visitor.new_name(example)
            with gone_if_it_fails(path):
                path.write_bytes(embedded(EXAMPLES[example][0]).read_bytes())
        else:
            length = request.headers.get("content-length", "0")
            uploads.check_bytes(int(length) if length.isdecimal() else 0)
            called = shown(unquote(request.headers.get("x-file-name", "")))
            path = visitor.folder / visitor.new_name(called)
            try:
                await uploads.received(request.stream(), path)
            except ClientDisconnect:
                return said("The connection was lost.", 400)
        async with self.opening:
            width, height = await uploads.opened(path)
        picture = Picture(path.name, role, called, width, height)
        visitor.keep(picture)
        return JSONResponse(picture.told())

    async def picture(self, request: Request, visitor: Visitor) -> Response:
        """Show a picture of this visitor's, small."""
        name = request.path_params["name"]
        if name not in visitor.pictures:
            return said("There is no such picture.", 404)
        return FileResponse(visitor.folder / f"{name}.webp", media_type="image/webp")


def shown(name: str) -> str:
    """Return the name of a file as it can be shown: not too long, and nothing to be obeyed."""
    letters = (letter if letter.isprintable() else "·" for letter in name[:80])
    return "".join(letters) or "picture"
