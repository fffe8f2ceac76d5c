"""The addresses of the page, and who may ask for what."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from html import escape
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from nst_numpy.errors import InputError
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.files.embedded import embedded
from nst_numpy.learn.pages import file_of, page
from nst_numpy.learn.tasks import TASKS
from nst_numpy.page import choices, state, uploads
from nst_numpy.page.jobs import Job, Queue
from nst_numpy.page.making import made, workbook
from nst_numpy.page.visitors import ROLES, Picture, Visitor, Visitors

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
OURS = "x-nst-numpy"
"""A header that no form and no picture of another site can send: whoever posts must."""
EXAMPLES = {
    "castle": ("pictures/eilean-donan-castle.webp", "content"),
    "cat": ("pictures/chelsea-cat.webp", "content"),
    "church": ("pictures/church-at-auvers.webp", "style"),
    "café": ("pictures/cafe-terrace-at-night.webp", "style"),
}
BODY = 10_000
"""Bytes that what is chosen may take."""
LOOK, ALIVE = 0.4, 15.0
"""Seconds between two looks at what has changed, and after which an unchanged page hears so."""
MOST_FURTHER = 500
Answer = Callable[[Request, Visitor], Awaitable[Response]]


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
    """The visitors, the queue, and an answer for each address."""

    def __init__(self, folder: Path, program: list[str] | None, cookie: str) -> None:
        self.visitors, self.cookie = Visitors(folder), cookie
        self.queue = Queue(program=program) if program else Queue()
        self.opening, self.making = asyncio.Semaphore(1), asyncio.Semaphore(1)
        get = {
            "/state": self.told, "/watch": self.watch, "/pictures/{name}": self.picture,
            "/jobs/{job}/frames/{frame}": self.frame, "/jobs/{job}/curves.svg": self.curves,
            "/jobs/{job}/figure.png": self.figure, "/jobs/{job}/{kind}": self.kept,
        }  # fmt: skip
        post = {
            "/pictures/{role}": self.upload, "/paint": self.paint, "/explain": self.explain,
            "/jobs/{job}/{deed}": self.deed,
        }  # fmt: skip
        static = [Route(f"/{name}", self.static) for name in ("page.css", "page.js")]
        book = [
            Route("/workbook.zip", self.workbook),
            Route("/workbook/{file}", self.task),
        ]
        self.app = Starlette(
            routes=[
                Route("/", self.front),
                *static,
                *book,
                *(Route(path, self.guarded(answer)) for path, answer in get.items()),
                *(Route(path, self.guarded(answer, True), methods=["POST"])
                  for path, answer in post.items()),
            ],
            middleware=[
                Middleware(Headed),
                Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
            ],
            exception_handlers={InputError: refused},  # type: ignore[dict-item, unused-ignore]
            lifespan=self.alive,
        )  # fmt: skip

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

    def guarded(
        self, answer: Answer, changes: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """Let in only whom we know; and what changes something, only from our own page."""

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

        return checked

    # the page itself

    async def front(self, request: Request) -> Response:
        """Show the page, and let a new visitor in."""
        usual, more = choices.form()
        experiments = "".join(
            f'<li><button type="button" class="experiment" data-name="{escape(x.name)}">'
            f"{escape(x.question)}</button></li>"
            for x in EXPERIMENTS.values()
        )
        tasks = "".join(
            f'<li><a href="/workbook/{escape(file_of(task))}" download>{escape(task.title)}</a>'
            f" <code>{escape(task.name)}</code></li>"
            for task in TASKS.values()
        )
        examples = {
            role: " ".join(
                f'<button type="button" class="example" data-role="{role}" data-name="{name}">'
                f"{name}</button>"
                for name, (_, of_role) in EXAMPLES.items()
                if of_role == role
            )
            for role in ROLES
        }
        install = '<code>pip install "nst_numpy[explain]"</code>'
        drawn = f'<p class="said">They need matplotlib: {install}.</p>'
        drawn = "" if find_spec("matplotlib") else drawn
        text = Template(read("index.html")).substitute(
            usual=usual, more=more, experiments=experiments, tasks=tasks, drawn=drawn,
            contents=examples["content"], styles=examples["style"],
        )  # fmt: skip
        response = Response(text, media_type="text/html")
        if self.visitors.of(request.cookies.get(self.cookie)) is None:
            try:
                token = self.visitors.new()
            except InputError as error:
                return said(str(error), 503)
            response.set_cookie(self.cookie, token, httponly=True, samesite="lax")
        return response

    async def static(self, request: Request) -> Response:
        """Send the style sheet or the script."""
        name = request.url.path.rpartition("/")[2]
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return Response(read(name), media_type=kind)

    async def workbook(self, _: Request) -> Response:
        """Send the workbook."""
        content = await asyncio.to_thread(workbook)
        return Response(content, media_type="application/zip", headers=attached("workbook.zip"))

    async def task(self, request: Request) -> Response:
        """Send one file of the workbook."""
        for task in TASKS.values():
            if file_of(task) == request.path_params["file"]:
                return Response(page(task), media_type="text/x-python",
                                headers=attached(file_of(task)))  # fmt: skip
        return said("There is no such file.", 404)

    # pictures

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

    # jobs

    async def paint(self, request: Request, visitor: Visitor) -> Response:
        """Begin a painting."""
        job = visitor.painting(await given(request))
        self.queue.add(job)
        return JSONResponse({"name": job.name})

    async def explain(self, request: Request, visitor: Visitor) -> Response:
        """Begin an experiment."""
        job = visitor.experiment(await given(request))
        self.queue.add(job)
        return JSONResponse({"name": job.name})

    async def deed(self, request: Request, visitor: Visitor) -> Response:
        """Stop a job, go on with it, paint it further, or remove it."""
        job, deed = job_of(request, visitor), request.path_params["deed"]
        if deed == "stop":
            job.stop()
        elif deed == "go-on" and job.state in ("stopped", "failed"):
            self.queue.add(job)
        elif deed == "further" and job.state == "done" and job.again:
            more = (await given(request)).get("steps")
            if not isinstance(more, int) or not 1 <= more <= MOST_FURTHER:
                raise InputError(f"It can be painted further by 1 to {MOST_FURTHER} steps.")
            visitor.further(job, more)
            self.queue.add(job)
        elif deed == "remove":
            visitor.remove(job)
        else:
            raise InputError("That cannot be done now.")
        return JSONResponse({})

    async def frame(self, request: Request, visitor: Visitor) -> Response:
        """Show a preview."""
        job, name = job_of(request, visitor), request.path_params["frame"]
        there = {path.name: path for path in (job.folder / "previews").glob("*.jpg")}
        if name not in there:
            return said("There is no such picture.", 404)
        return FileResponse(there[name], media_type="image/jpeg")

    async def curves(self, request: Request, visitor: Visitor) -> Response:
        """Draw the costs so far."""
        drawn = await asyncio.to_thread(state.curves, job_of(request, visitor).folder)
        return Response(drawn, media_type="image/svg+xml")

    async def figure(self, request: Request, visitor: Visitor) -> Response:
        """Show the figure of an experiment."""
        job = job_of(request, visitor)
        path = job.folder / f"{job.experiment}.png"
        if not job.experiment or not path.is_file():
            return said("There is no figure yet.", 404)
        return FileResponse(path, media_type="image/png")

    async def kept(self, request: Request, visitor: Visitor) -> Response:
        """Send what somebody keeps: the picture, the film, the report, the whole run."""
        job, kind = job_of(request, visitor), request.path_params["kind"]
        if job.experiment or kind not in ("result.png", "film.webp", "report.html", "run.zip"):
            return said("There is nothing of that name.", 404)
        if kind == "result.png":
            path = job.folder / kind
            if not path.is_file() or job.at_work:
                return said("It is not finished yet.", 404)
        else:
            path = await made(job, kind, self.making)
        if "show" not in request.query_params:
            return FileResponse(path, headers=attached(f"painting-{kind}"))
        headers = {}
        if kind == "report.html":  # it brings its own script and styles, in a room of its own
            headers["Content-Security-Policy"] = (
                "sandbox allow-scripts; default-src 'none'; img-src data:; "
                "style-src 'unsafe-inline'; script-src 'unsafe-inline'"
            )
        return FileResponse(path, headers=headers)

    # what is going on

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


def job_of(request: Request, visitor: Visitor) -> Job:
    """Return a job of this visitor's; nobody learns whether others have one."""
    job = visitor.jobs.get(request.path_params["job"])
    if job is None:
        raise InputError("There is no such painting.")
    return job


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


def shown(name: str) -> str:
    """Return the name of a file as it can be shown: not too long, and nothing to be obeyed."""
    letters = (letter if letter.isprintable() else "·" for letter in name[:80])
    return "".join(letters) or "picture"


def attached(name: str) -> dict[str, str]:
    """Let a browser save an answer under a name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def read(name: str) -> str:
    """Read a file of the page."""
    return files(__package__).joinpath("static").joinpath(name).read_text("utf-8")
