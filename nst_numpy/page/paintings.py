"""Paintings and experiments: begun, stopped, gone on with, shown, kept."""

import asyncio

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from nst_numpy.errors import InputError
from nst_numpy.page import state
from nst_numpy.page.answers import Answers, attached, given, said
from nst_numpy.page.jobs import Job, Queue
from nst_numpy.page.making import made
from nst_numpy.page.visitors import Visitor

MOST_FURTHER = 500


class Paintings:
    """The jobs of visitors.

    Parameters
    ----------
    queue : Queue
        In which they wait.
    """

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.making = asyncio.Semaphore(1)
        self.get: Answers = {
            "/jobs/{job}/frames/{frame}": self.frame, "/jobs/{job}/curves.svg": self.curves,
            "/jobs/{job}/figure.png": self.figure, "/jobs/{job}/{kind}": self.kept,
        }  # fmt: skip
        self.post: Answers = {
            "/paint": self.paint, "/explain": self.explain, "/jobs/{job}/{deed}": self.deed,
        }  # fmt: skip

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


def job_of(request: Request, visitor: Visitor) -> Job:
    """Return a job of this visitor's; nobody learns whether others have one."""
    job = visitor.jobs.get(request.path_params["job"])
    if job is None:
        raise InputError("There is no such painting.")
    return job
