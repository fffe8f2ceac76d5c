"""The addresses of the page, and who may ask for what."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nst_numpy.errors import InputError
from nst_numpy.page.answers import Answer, Answers, Headed, refused, said
from nst_numpy.page.front import Front
from nst_numpy.page.jobs import Queue
from nst_numpy.page.paintings import Paintings
from nst_numpy.page.pictures import Pictures
from nst_numpy.page.visitors import Visitors
from nst_numpy.page.watching import Watching

OURS = "x-nst-numpy"
"""A header that no form and no picture of another site can send: whoever posts must."""


def application(folder: Path, program: list[str] | None = None, cookie: str = "nst_numpy") -> Any:
    """Make the page.

    Parameters
    ----------
    folder : Path
        For the visitors' folders; nobody else should be able to read it.
    program : list of str, optional
        What paints, instead of the command line.
    cookie : str
        By which a browser is known.
    """
    return Page(folder, program, cookie).app


class Page:
    """The visitors, the queue, and the rooms that answer."""

    def __init__(self, folder: Path, program: list[str] | None, cookie: str) -> None:
        self.visitors, self.cookie = Visitors(folder), cookie
        self.queue = Queue(program=program) if program else Queue()
        pictures, paintings, watching = Pictures(), Paintings(self.queue), Watching(self.queue)
        self.app = Starlette(
            routes=[
                *Front(self.visitors, cookie).routes,
                *self.guarded(watching.get | pictures.get | paintings.get),
                *self.guarded(pictures.post | paintings.post, changes=True),
            ],
            middleware=[
                Middleware(Headed),
                Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            ],
            exception_handlers={InputError: refused},  # type: ignore[dict-item, unused-ignore]
            lifespan=self.alive,
        )

    @asynccontextmanager
    async def alive(self, _: Any) -> AsyncIterator[None]:
        """Work on the queue for as long as the page is there."""
        worker = asyncio.create_task(self.queue.work())
        try:
            yield
        finally:
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker
            for visitor in self.visitors:
                for job in visitor.jobs.values():
                    job.kill()

    def guarded(self, answers: Answers, changes: bool = False) -> Iterator[Route]:
        """Let in only whom we know; and what changes something, only from our own page."""
        for path, answer in answers.items():
            methods = ["POST"] if changes else None
            yield Route(path, self.checked(answer, changes), methods=methods)

    def checked(self, answer: Answer, changes: bool) -> Callable[[Request], Awaitable[Response]]:
        """Answer whoever may ask."""

        async def checked(request: Request) -> Response:
            if changes and OURS not in request.headers:
                return said("This is not the page's own request.", 403)
            visitor = self.visitors.of(request.cookies.get(self.cookie))
            if visitor is None:
                return said("The program was started anew; load the page again.", 401)
            try:
                return await answer(request, visitor)
            except InputError as error:
                return said(str(error), 422)
            except OSError as error:  # the disk is full, say
                return said(f"That cannot be kept here ({error.strerror}).", 507)

        return checked
