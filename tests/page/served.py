"""The page in a thread of this process, a visitor who asks, and a wire that can be cut."""

import asyncio
import contextlib
import http.client
import json
import socket
import threading
import time
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

PAINTER = Path(__file__).with_name("painter.py")


def png(width=40, height=30, seed=0):
    """The bytes of a picture."""
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), np.uint8)
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


class Served:
    """The page, until the block ends."""

    def __init__(self, folder, program=None):
        import uvicorn

        from nst_numpy.page.application import Page
        from nst_numpy.page.serving import listening

        self.folder = folder
        self.page = Page(folder, program, "of_a_test")
        self.socket = listening(0)
        self.port = self.socket.getsockname()[1]
        config = uvicorn.Config(
            self.page.app, log_level="error", access_log=False, lifespan="on", ws="none",
            timeout_graceful_shutdown=1,
        )  # fmt: skip
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=asyncio.run, args=[self._serve()], daemon=True)

    async def _serve(self):
        await self.server.serve([self.socket])

    def __enter__(self):
        self.thread.start()
        until(lambda: self.server.started)
        return self

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive()
        self.socket.close()


class Visitor:
    """A browser, as far as one is needed: it has a cookie, and asks."""

    def __init__(self, port, enter=True):
        self.port, self.cookie = port, ""
        if enter:
            _, headers, _ = self.ask("GET", "/")
            self.cookie = headers["Set-Cookie"].partition(";")[0]

    def ask(self, method, path, body=None, ours=True, **headers):
        """Return status, headers and what was answered."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent["Cookie"] = self.cookie
        if method == "POST" and ours:
            sent["X-NST-NumPy"] = "1"
        with contextlib.closing(line):
            line.request(method, path, body, sent)
            answer = line.getresponse()
            content = answer.read()
        if answer.headers.get_content_type() == "application/json":
            content = json.loads(content)
        return answer.status, answer.headers, content

    def get(self, path):
        """Return status and answer."""
        status, _, content = self.ask("GET", path)
        return status, content

    def post(self, path, body=b"", **headers):
        """Return status and answer; a mapping is sent as JSON."""
        body = json.dumps(body) if isinstance(body, dict) else body
        status, _, content = self.ask("POST", path, body, **headers)
        return status, content

    def brings(self, role="content", content=None, called="picture.png", **size):
        """Bring a picture, and return its name."""
        status, told = self.post(f"/pictures/{role}", content or png(**size), X_File_Name=called)
        assert status == 200, told
        return told["name"]

    def paints(self, called="picture.png", **choices):
        """Begin a painting, and return its name."""
        given = {"content": self.brings("content", called=called), "style": self.brings("style")}
        status, told = self.post("/paint", given | {"choices": choices})
        assert status == 200, told
        return told["name"]

    def job(self, name):
        """Return what is told of a job."""
        jobs = {job["name"]: job for job in self.get("/state")[1]["jobs"]}
        return jobs[name]

    def waits(self, name, state):
        """Wait until a job has come to a state."""
        until(lambda: self.job(name)["state"] == state)
        return self.job(name)


def until(condition, seconds=20):
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def hang_up(end):
    """Close a socket, whatever has become of it; who waits for it is woken."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


class Wire:
    """Passes bytes on between a browser and the page, until it is cut.

    Attributes
    ----------
    port
    """

    def __init__(self, port):
        self.to, self.cut_after, self.whole = port, None, True
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                here, _ = self.listening.accept()
            except OSError:
                return
            if not self.whole:
                here.close()
                continue
            there = socket.create_connection(("127.0.0.1", self.to))
            self.open += [here, there]
            threading.Thread(target=self._pass, args=[here, there, True], daemon=True).start()
            threading.Thread(target=self._pass, args=[there, here, False], daemon=True).start()

    def _pass(self, one, other, up):
        count = 0
        with contextlib.suppress(OSError):
            while some := one.recv(65536):
                count += len(some)
                if up and self.cut_after is not None and count > self.cut_after:
                    self.cut()
                other.sendall(some)
        for end in (one, other):
            hang_up(end)

    def cut(self):
        """Cut what is open, and refuse what comes."""
        self.whole = False
        for end in self.open:
            hang_up(end)
        self.open.clear()

    def mend(self):
        """Pass on again."""
        self.whole, self.cut_after = True, None

    def close(self):
        """Be gone."""
        self.cut()
        hang_up(self.listening)
