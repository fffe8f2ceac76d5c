"""The page itself, and the workbook to take along."""

import asyncio
from collections.abc import Mapping
from html import escape
from importlib.util import find_spec
from string import Template

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nst_numpy.errors import InputError
from nst_numpy.experiments import EXPERIMENTS
from nst_numpy.learn.pages import file_of, page
from nst_numpy.learn.tasks import TASKS
from nst_numpy.page import choices
from nst_numpy.page.answers import attached, read, said
from nst_numpy.page.making import workbook
from nst_numpy.page.pictures import EXAMPLES
from nst_numpy.page.visitors import ROLES, Visitors


class Front:
    """What everybody may ask for, whether we know them or not.

    Parameters
    ----------
    visitors : Visitors
    cookie : str
        By which a browser is known.
    """

    def __init__(self, visitors: Visitors, cookie: str) -> None:
        self.visitors, self.cookie = visitors, cookie
        self.routes = [
            Route("/", self.front),
            *(Route(f"/{name}", self.static) for name in ("page.css", "page.js")),
            Route("/workbook.zip", self.workbook),
            Route("/workbook/{file}", self.task),
        ]

    async def front(self, request: Request) -> Response:
        """Show the page, and let a new visitor in."""
        response = Response(written(), media_type="text/html")
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


def written() -> str:
    """Write the page: what can be chosen, the examples, the experiments, the workbook's files."""
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
    examples = examples_by_role()
    install = '<code>pip install "nst_numpy[explain]"</code>'
    drawn = f'<p class="said">They need matplotlib: {install}.</p>'
    drawn = "" if find_spec("matplotlib") else drawn
    return Template(read("index.html")).substitute(
        usual=usual, more=more, experiments=experiments, tasks=tasks, drawn=drawn,
        contents=examples["content"], styles=examples["style"],
    )  # fmt: skip


def examples_by_role() -> Mapping[str, str]:
    """Write a button for each example."""
    return {
        role: " ".join(
            f'<button type="button" class="example" data-role="{role}" data-name="{name}">'
            f"{name}</button>"
            for name, (_, of_role) in EXAMPLES.items()
            if of_role == role
        )
        for role in ROLES
    }
