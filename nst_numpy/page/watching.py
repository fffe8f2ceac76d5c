"""What is going on: told once, or again whenever something has changed."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from nst_numpy.page import state
from nst_numpy.page.answers import Answers
from nst_numpy.page.jobs import Queue
from nst_numpy.page.visitors import Visitor

LOOK, ALIVE = 0.4, 15.0
"""Seconds between two looks at what has changed, and after which an unchanged page hears so."""


class Watching:
    """Tells each visitor of what is theirs.

    Parameters
    ----------
    queue : Queue
        Which knows how many come first.
    """

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.get: Answers = {"/state": self.told, "/watch": self.watch}

    async def told(self, _: Request, visitor: Visitor) -> Response:
        """Tell everything once."""
        return JSONResponse(await asyncio.to_thread(self.all_of, visitor))

    async def watch(self, request: Request, visitor: Visitor) -> Response:
        """Tell everything, and again when something has changed: nothing is lost with a line."""

        async def events() -> AsyncIterator[str]:
            before, quiet = "", 0.0
            while not await request.is_disconnected():
                visitor.seen = time.monotonic()
                text = json.dumps(await asyncio.to_thread(self.all_of, visitor))
                quiet += LOOK
                if text != before or quiet > ALIVE:
                    before, quiet = text, 0.0
                    yield f"data: {text}\n\n"
                await asyncio.sleep(LOOK)

        return StreamingResponse(events(), media_type="text/event-stream")

    def all_of(self, visitor: Visitor) -> dict[str, Any]:
        """Return the jobs of a visitor, the newest first, and their pictures."""
        jobs = [state.shown(job, self.queue.before(job)) for job in list(visitor.jobs.values())]
        pictures = [picture.told() for picture in list(visitor.pictures.values())]
        return {"jobs": jobs[::-1], "pictures": pictures}
