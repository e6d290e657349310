"""A walk through the pages in a browser: what is looked at, what is held against it, and what is kept of it."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import ConsoleMessage, Page, Request, Response

WIDTHS: Final = (360, 1280)
SCHEMES: Final = ("light", "dark")
HEIGHT: Final = 900
AXE: Final = {"resultTypes": ["violations"]}
ASKED: Final = frozenset({"document", "xhr", "fetch"})
TIMED: Final = 5
"""How often a page is fetched in a walk against the clock."""
SETTLE_MS: Final = 150
"""After a change of width or colours, before it is looked at: transitions and fonts."""

Steg = Callable[["Vandring"], Awaitable[None]]


@dataclass
class Found:
    """All that was walked, and all that was wrong, in the order it was seen."""

    walked: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=dict)
    """By role, method and address, the ms from a request to the first byte of its answer."""

    def last_line(self) -> str:
        """The run in a line."""
        return f"pages: {len(self.walked)} walked, {len(self.failures)} failures"

    def times(self) -> list[tuple[str, float, float]]:
        """Each address with the median and the most of what it took, the slowest first."""
        found = [(what, median(took), max(took)) for what, took in self.took.items()]
        return sorted(found, key=lambda one: -one[1])


class Vandring:
    """One user's walk. `page` is the browser's; `look` is called wherever there is something to see.

    Without a place for pictures it is a walk against the clock: pages are fetched several times and not looked at.
    """

    def __init__(self, page: Page, base: str, roll: str, found: Found, bilder: Path | None) -> None:
        self.page = page
        self.base = base
        self._roll = roll
        self._found = found
        self._bilder = bilder
        self._expected = 0
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.fail(f"script error: {error}"))
        page.on("response", self._response)
        page.on("requestfinished", self._finished)

    def fail(self, what: str) -> None:
        """Something is wrong with the page that is shown."""
        self._found.failures.append(f"{self._roll} {self.page.url.removeprefix(self.base)}: {what}")
        print(f"  FAIL {self._found.failures[-1]}", flush=True)

    def expect(self, status: int) -> None:
        """Answers with this status are as they should be, until 0 is expected."""
        self._expected = status

    async def go(self, path: str, status: int = 200) -> None:
        """Open an address; `status` is what it is to answer."""
        self._expected = status
        for _ in range(0 if self._bilder else TIMED - 1):
            await self.page.goto(self.base + path, wait_until="load")
        answer = await self.page.goto(self.base + path, wait_until="load")
        if answer is None or answer.status != status:
            self.fail(f"answered {answer.status if answer else 'nothing'} instead of {status}")
        self._expected = 0

    async def press(self, selector: str) -> None:
        """Press a button that leads to another page, and wait for it."""
        async with self.page.expect_navigation(wait_until="load"):
            await self.page.click(selector)

    async def look(self, namn: str) -> None:
        """Look at what is shown: at every width, in light and dark, and as it prints."""
        self._found.walked.append(f"{self._roll}/{namn}")
        if self._bilder is None:
            return
        await self._held()
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": HEIGHT})
            for scheme in SCHEMES:
                await self.page.emulate_media(color_scheme=scheme)
                await self.page.wait_for_timeout(SETTLE_MS)
                await self._picture(f"{namn}-{width}-{scheme}")
                await self._accessible(width, scheme)
            await self._fits(width)
        await self.page.emulate_media(media="print", color_scheme="light")
        await self._picture(f"{namn}-utskrift")
        await self.page.emulate_media(media="screen", color_scheme="light")
        print(f"  {self._roll}/{namn}", flush=True)

    async def links(self) -> list[str]:
        """The pages that this one leads to, in order, without what downloads."""
        found: list[str] = await self.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(one => one.href)"
        )
        ours = (link.split("#")[0].removeprefix(self.base) for link in found if link.startswith(f"{self.base}/webb/"))
        return list(dict.fromkeys(ours))

    # ------------------------------------------------------------------------------------------ what is held against it

    async def _held(self) -> None:
        page = self.page
        if await page.locator("h1").count() != 1:
            self.fail("has not one h1")
        if not re.fullmatch(r"\S.* – Samverkanshub", await page.title()):
            self.fail(f"is called {await page.title()!r}")
        await page.evaluate("document.activeElement && document.activeElement.blur(); window.scrollTo(0, 0)")
        await page.keyboard.press("Tab")
        if not await page.evaluate("document.activeElement !== document.body"):
            self.fail("has nothing that the keyboard reaches")
        await page.evaluate("document.activeElement.blur()")

    async def _accessible(self, width: int, scheme: str) -> None:
        answer = await Axe().run(self.page, options=AXE)
        for one in answer.response["violations"]:
            self.fail(f"axe at {width} {scheme}: {one['id']}: {_where(one)}")

    async def _fits(self, width: int) -> None:
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.fail(f"is {wide} wide at {width}")

    async def _picture(self, name: str) -> None:
        assert self._bilder
        place = self._bilder / self._roll / f"{name}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=place, full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        # The browser tells of every answer from 400 on; those that were to be are held to their status instead.
        told = self._expected >= 400 and "status of" in message.text
        if message.type in ("error", "warning") and not told:
            self.fail(f"console {message.type}: {message.text}")

    def _response(self, answer: Response) -> None:
        if answer.status >= 400 and answer.status != self._expected:
            self.fail(f"{answer.request.method} {answer.url.removeprefix(self.base)} answered {answer.status}")
        if not answer.url.startswith(self.base):
            self.fail(f"fetched {answer.url}")

    def _finished(self, request: Request) -> None:
        if request.resource_type in ASKED and request.timing["responseStart"] >= 0:
            path = urlsplit(request.url).path
            took = request.timing["responseStart"] - request.timing["requestStart"]
            self._found.took.setdefault(f"{self._roll} {request.method} {path}", []).append(took)


def _where(violation: Any) -> str:
    return "; ".join(" ".join(node["target"]) for node in violation["nodes"][:3])
