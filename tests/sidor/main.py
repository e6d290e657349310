"""The pages walked in a browser: `make pages`, or `python tests/sidor/main.py`.

On the demo's data, in every role: each page that its links and forms lead to, at both widths, in light and dark, and as
it prints. Held against a page: an error in the console, an answer from 400 on, what axe finds, what does not fit, and
anything fetched from elsewhere. Pictures are kept.

With `--n` the same walk over so many generated events, against the clock: what each page takes on the server.
"""

import argparse
import asyncio
import os
import re
import shutil
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.bench import INTERRUPTED, until_told
from benchmarks.table import table
from sidor.navet import generated, played
from sidor.roller import ANDRAS, STEG
from sidor.utifran import elsewhere
from sidor.vandring import HEIGHT, Found, Vandring

BROWSER: Final = "chromium"
QUIET: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SWEDISH: Final[dict[str, str | float | bool]] = {**os.environ, "LANGUAGE": "sv"}  # noqa: TID251
ELSEWHERE: Final = "utifran"
NEVER: Final = ("/webb/logga-ut", "/webb/logga-in")


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """What is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bilder", type=Path, default=Path("build/sidor"), help="where pictures go (%(default)s)")
    parser.add_argument("--only", default="", help="only who begins so, e.g. operator")
    parser.add_argument("--n", type=int, default=0, help="so many generated events instead of the demo; and the time")
    return parser.parse_args(argv)


async def walk(url: str, asked: argparse.Namespace, found: Found) -> None:
    """All roles in turn."""
    place = shutil.which(BROWSER)
    if place is None:
        raise SystemExit(f"pages: no `{BROWSER}` on the path")
    bilder = None if asked.n else asked.bilder
    shutil.rmtree(asked.bilder, ignore_errors=True)
    async with async_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=place, args=[*QUIET, *sandbox], env=SWEDISH)
        for who in (who for who in STEG if who.startswith(asked.only)):
            await _role(browser, url, who, found, bilder)
        if ELSEWHERE.startswith(asked.only):
            await _elsewhere(browser, found, bilder)
        await browser.close()


async def _role(browser: Browser, url: str, who: str, found: Found, bilder: Path | None) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": HEIGHT}, locale="sv-SE")
    walking = Vandring(await context.new_page(), url, who.partition("/")[0], found, bilder)
    await _log_in(walking, who)
    await _follow(walking)
    for step in STEG[who]:
        try:
            await step(walking)
        except Exception as error:
            walking.fail(f"{step.__name__}: {error}")
    for path in ANDRAS[who]:
        await walking.go(path, status=403)
    await context.close()


async def _log_in(walking: Vandring, who: str) -> None:
    await walking.go("/webb/logga-in")
    await walking.look("logga-in")
    await walking.page.select_option("#vem", who)
    await walking.press("button.framst")


async def _elsewhere(browser: Browser, found: Found, bilder: Path | None) -> None:
    """Where one logs in at a provider, and what it says of an answer to no attempt and of a provider that is silent."""
    async with elsewhere() as url:
        context = await browser.new_context(viewport={"width": 1280, "height": HEIGHT}, locale="sv-SE")
        walking = Vandring(await context.new_page(), url, ELSEWHERE, found, bilder)
        for path, status, name in (
            ("", 200, "logga-in"),
            ("/svar?state=x", 403, "fel"),
            ("/dit?roll=aktor", 503, "tyst"),
        ):
            await walking.go(f"/webb/logga-in{path}", status=status)
            await walking.look(name)
        await context.close()


async def _follow(walking: Vandring) -> None:
    """Each page that links lead to from the first, once."""
    first = walking.page.url.removeprefix(walking.base)
    seen, waiting = {first, *NEVER}, deque([first])
    while waiting:
        path = waiting.popleft()
        await walking.go(path)
        await walking.look(re.sub(r"[/?=&%+]+", "-", path.removeprefix("/webb/").strip("/")) or "start")
        fresh = [link for link in await walking.links() if link not in seen and not link.startswith("/webb/statiskt")]
        seen.update(fresh)
        waiting.extend(link for link in fresh if link != "/webb/")


async def _run(asked: argparse.Namespace, found: Found) -> None:
    async with generated(asked.n) if asked.n else played() as url:
        await walk(url, asked, found)


def main() -> int:
    """Walk; exits with 1 on any failure, and with 130 where a signal ended it, once all is cleared away."""
    asked, found = arguments(), Found()
    if not asyncio.run(until_told(_run(asked, found))):
        print("pages: interrupted", file=sys.stderr)
        return INTERRUPTED
    if asked.n:
        rows = [(what, f"{usual:.0f}", f"{most:.0f}") for what, usual, most in found.times()]
        print(table(f"{asked.n:,} events, ms on the server", ("page", "median", "most"), rows))
    print(found.last_line())
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
