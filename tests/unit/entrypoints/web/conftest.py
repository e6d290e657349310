"""A hub of fakes, and browsers in front of its pages."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import httpx
import pytest
from helahub import Hela
from intakehub import Whole
from sidohub import Paged

from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.served import Served
from samverkanshub.entrypoints.web.app import create_web
from samverkanshub.settings import Settings

HERE = "http://localhost:8080"
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def hub() -> Paged:
    return Paged()


@pytest.fixture
def entre(hub: Paged) -> Entre:
    """What the pages and the api share."""
    return Entre(hub, Settings())  # type: ignore[arg-type]


@pytest.fixture
async def open_browser(hub: Paged, entre: Entre) -> AsyncIterator[Callable[[], httpx.AsyncClient]]:
    """Opens browsers, each with its own cookies."""
    async with AsyncExitStack() as opened:

        def another() -> httpx.AsyncClient:
            served = Served(create_app(hub, entre=entre), create_web(hub, hub.dev, entre))  # type: ignore[arg-type]
            made = httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url=HERE, headers=OURS)
            opened.push_async_callback(made.aclose)
            return made

        yield another


@pytest.fixture
def browser(open_browser: Callable[[], httpx.AsyncClient]) -> httpx.AsyncClient:
    return open_browser()


@pytest.fixture
async def operator(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser in which an operator is logged in."""
    answer = await browser.post("/webb/logga-in", data={"vem": "operator/drift.1"})
    assert answer.status_code == 303
    return browser


@pytest.fixture
async def revisor(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser in which an auditor of Mora is logged in."""
    answer = await browser.post("/webb/logga-in", data={"vem": "revisor/mora/granskare.1"})
    assert answer.status_code == 303
    return browser


@pytest.fixture
async def aktor(browser: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser in which a user of a reader group in Mora is logged in."""
    answer = await browser.post("/webb/logga-in", data={"vem": "aktor/mora.vinr.utsatt"})
    assert answer.status_code == 303
    return browser


@pytest.fixture
async def hela() -> AsyncIterator[Hela]:
    """The whole hub in memory behind the pages."""
    made = Hela(await Whole().started())
    yield made
    await made.close()
