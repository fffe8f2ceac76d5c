"""The page in a headless Chromium, with real paintings: dropped, painted, stopped, kept.

It needs the extra browser, and a Chromium of the system or of playwright's own.
"""

import base64
from pathlib import Path

import browsers
import pytest
from served import Served, Wire, png, until

from nst_numpy import load_image

pytestmark = pytest.mark.slow
for name in ("starlette", "uvicorn"):
    pytest.importorskip(name, reason="the extra page is not installed")

PICTURES = Path(__file__).parents[2] / "pictures"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with Served(tmp_path_factory.mktemp("page")) as page:
        yield page


@pytest.fixture(scope="module")
def chromium():
    with browsers.chromium() as browser:
        yield browser


class Looked:
    """A browser's page, and what went wrong or elsewhere in it."""

    def __init__(self, chromium, port, **how):
        how = {"viewport": {"width": 1200, "height": 900}} | how
        self.context = chromium.new_context(accept_downloads=True, **how)
        self.page = self.context.new_page()
        self.wrong, self.asked = [], set()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.context.on("request", lambda request: self.asked.add(request.url.split("/")[2]))
        self.port = port
        self.page.goto(f"http://127.0.0.1:{port}/")

    def drop(self, role, path):
        """Drop a file as a mouse does."""
        content = base64.b64encode(Path(path).read_bytes()).decode()
        self.page.evaluate(
            """([role, name, content]) => {
              const bytes = Uint8Array.from(atob(content), (x) => x.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], name));
              const place = document.querySelector(`.drop[data-role=${role}]`);
              for (const kind of ["dragenter", "dragover", "drop"]) {
                place.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true,
                                                          cancelable: true }));
              }
            }""",
            [role, Path(path).name, content],
        )

    def drops_both(self):
        self.drop("content", PICTURES / "chelsea-cat.webp")
        self.drop("style", PICTURES / "cafe-terrace-at-night.webp")
        for role in ("content", "style"):
            self.page.wait_for_selector(f".drop[data-role={role}] img:not([hidden])")

    def paints(self, size=128, steps=5):
        self.page.locator("#size").fill(str(size))
        self.page.locator("#iterations").fill(str(steps))
        self.page.get_by_role("button", name="Paint", exact=True).click()

    def how(self, text, seconds=120):
        self.page.wait_for_selector(f".how:has-text('{text}')", timeout=1000 * seconds)

    def step(self):
        """How far the newest painting is."""
        words = self.page.locator(".how").first.inner_text().split("step ")
        return int(words[1].split(",")[0]) if len(words) > 1 else 0

    def close(self):
        self.context.close()
        assert self.wrong == []
        assert self.asked == {f"127.0.0.1:{self.port}"}  # nothing was loaded from elsewhere


@pytest.fixture
def look(chromium, served):
    opened = []

    def at(port=None, **how):
        opened.append(Looked(chromium, port or served.port, **how))
        return opened[-1]

    yield at
    for one in opened:
        one.close()


def narrow_enough(page):
    """Nothing sticks out at the side."""
    width, inner = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return width <= inner


def test_dropped_painted_stopped_resumed_and_downloaded(look, tmp_path):
    mine = look()
    mine.drops_both()
    mine.paints(size=256, steps=100)
    mine.how("Painting: size 1")
    until(lambda: mine.step() >= 3, 120)
    mine.page.get_by_role("button", name="Stop", exact=True).click()
    mine.how("Stopped: step")
    stopped = mine.step()
    with mine.page.expect_download() as download:
        mine.page.get_by_role("link", name="the picture").click()
    download.value.save_as(tmp_path / "stopped.png")
    assert load_image(tmp_path / "stopped.png").shape[1] <= 256
    mine.page.get_by_role("button", name="Go on", exact=True).click()
    until(lambda: mine.step() > stopped, 120)
    mine.page.get_by_role("button", name="Stop", exact=True).click()
    mine.how("Stopped: step")
    assert mine.page.locator("tbody tr").count() == 6  # its ledger
    for name in ("the film", "the report", "the whole run"):
        with mine.page.expect_download(timeout=120_000) as download:
            mine.page.get_by_role("link", name=name, exact=True).click()
        assert Path(download.value.path()).stat().st_size > 1000
    with mine.context.expect_page() as opened:
        mine.page.get_by_role("link", name="Look at the report").click()
    report = opened.value
    report.wait_for_selector("h2:has-text('Gram matrices')", timeout=60_000)
    report.locator(".slide input").fill("80")
    assert report.locator(".both").get_attribute("style").endswith("--at: 80%;")
    assert report.evaluate("(() => { try { return document.cookie } catch { return 'none' } })()"
                           ) == "none"  # fmt: skip
    assert narrow_enough(mine.page)


def test_on_a_telephone_and_in_the_dark(look, chromium):
    phone = look(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True,
                 color_scheme="dark")  # fmt: skip
    assert narrow_enough(phone.page)
    phone.drops_both()
    phone.paints()
    phone.how("Finished")
    assert narrow_enough(phone.page)
    assert phone.page.evaluate("getComputedStyle(document.body).backgroundColor") == \
        "rgb(22, 22, 20)"  # fmt: skip
    small = phone.page.evaluate(
        """[...document.querySelectorAll("button, summary, input[type=range], select")]
        .filter((x) => x.offsetParent && x.getBoundingClientRect().height < 24).length"""
    )
    assert small == 0  # a thumb finds them


def test_by_the_keyboard_alone(look):
    mine = look()
    page = mine.page

    def tab_to(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(x) => document.activeElement.matches(x)", selector):
                return
        raise AssertionError(selector)

    tab_to(".drop[data-role=content] input")
    assert page.evaluate(
        "getComputedStyle(document.querySelector('.drop')).outlineStyle") == "solid"  # fmt: skip
    tab_to(".example[data-name=cat]")
    page.keyboard.press("Enter")
    tab_to(".example[data-name=church]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".drop[data-role=content] img:not([hidden])")
    page.wait_for_selector(".drop[data-role=style] img:not([hidden])")
    tab_to("#size")
    page.keyboard.press("Home")
    assert page.locator("output[for=size]").inner_text() == "128"
    tab_to("#iterations")
    page.keyboard.press("End")
    tab_to("#paint")
    page.keyboard.press("Space")
    mine.how("Painting: size 1")
    tab_to("[data-deed=stop]")
    page.keyboard.press("Enter")
    mine.how("Stopped")
    assert page.evaluate("document.activeElement.dataset.deed") == "go-on"
    page.keyboard.press("Enter")
    mine.how("Painting")
    tab_to("[data-deed=stop]")
    page.keyboard.press("Enter")
    mine.how("Stopped: step")
    tab_to(".compare input")
    page.keyboard.press("End")
    assert page.locator(".view").get_attribute("style") == "--at: 100%;"
    tab_to(".keep a")


def test_a_connection_that_is_lost_half_way(look, served):
    """It is painted meanwhile; and when the line is there again, so is everything."""
    wire = Wire(served.port)
    mine = look(wire.port)
    mine.drops_both()
    mine.paints(size=256, steps=200)
    until(lambda: mine.step() >= 2, 120)
    wire.cut()
    mine.page.wait_for_selector("#line:not([hidden])")
    assert "the painting goes on" in mine.page.locator("#line").inner_text()
    before = mine.step()
    visitor = list(served.page.visitors)[-1]
    (job,) = visitor.jobs.values()

    def steps():
        return len((job.folder / "trace.jsonl").read_text().splitlines())

    there = steps()
    until(lambda: steps() >= there + 3, 120)
    mine.page.get_by_role("button", name="Stop", exact=True).click()
    mine.page.wait_for_selector(".card .said:has-text('connection was lost')")
    assert job.state == "running"
    wire.mend()
    mine.page.wait_for_selector("#line", state="hidden", timeout=30_000)
    until(lambda: mine.step() > before, 30)
    mine.page.reload()  # and somebody who comes back finds it
    until(lambda: mine.step() > before, 30)
    mine.page.wait_for_selector(".drop[data-role=content] img:not([hidden])")
    mine.page.get_by_role("button", name="Stop", exact=True).click()
    mine.how("Stopped: step")
    wire.close()


def test_a_picture_that_is_cut_off_on_its_way(look, served, tmp_path):
    wire = Wire(served.port)
    mine = look(wire.port)
    (tmp_path / "large.png").write_bytes(png(1500, 1000))
    wire.cut_after = 500_000
    mine.drop("content", tmp_path / "large.png")
    mine.page.wait_for_selector(".said:has-text('The connection was lost; try again.')")
    visitor = list(served.page.visitors)[-1]
    until(lambda: list(visitor.folder.iterdir()) == [])
    wire.mend()
    mine.drop("content", tmp_path / "large.png")
    mine.page.wait_for_selector(".drop[data-role=content] img:not([hidden])")
    wire.close()


def test_what_is_no_picture_is_said_where_it_was_dropped(look, tmp_path):
    mine = look()
    (tmp_path / "<b>x.png").write_bytes(b"%PDF-1.7")
    mine.drop("style", tmp_path / "<b>x.png")
    mine.page.wait_for_selector(".said:has-text('not a picture')")
    mine.page.get_by_role("button", name="Paint", exact=True).click()
    mine.page.wait_for_selector("#refused:has-text('The photograph is missing')")


def test_several_wait_and_an_experiment_answers(look):
    pytest.importorskip("matplotlib")
    mine = look()
    mine.drops_both()
    mine.paints(size=256, steps=60)
    mine.page.get_by_text("Experiments: ask why").click()
    mine.page.get_by_role("button", name="What happens to one number").click()
    mine.how("Waiting: 1 before it.")
    mine.page.get_by_role("button", name="Stop", exact=True).last.click()
    mine.how("Finished.", 300)
    mine.page.wait_for_selector(".answer img")
    assert mine.page.locator(".answer li").count() >= 1
    mine.page.get_by_text("Everything that it prints").click()
    assert narrow_enough(mine.page)
    mine.page.get_by_text("The workbook: write").click()
    with mine.page.expect_download() as download:
        mine.page.get_by_role("link", name="All of them").click()
    assert download.value.suggested_filename == "workbook.zip"
