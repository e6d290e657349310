"""Pages have places of their own: who looks takes nothing from agencies, and nobody takes all of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from hubfakes import bearer
from sidohub import Paged
from structlog.testing import capture_logs

from samverkanshub.domain.operatorer import Operator
from samverkanshub.entrypoints.http.admission import PLATS, TRANGT
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.trangsel import Rum, Slag
from samverkanshub.entrypoints.served import Served
from samverkanshub.entrypoints.web.app import create_web
from samverkanshub.entrypoints.web.lage import TURNED_AWAY
from samverkanshub.entrypoints.web.sidor import drift
from samverkanshub.entrypoints.web.skydd import HERE as KAKA
from samverkanshub.settings import Settings

HERE, OURS = "http://localhost:8080", {"sec-fetch-site": "same-origin"}
PAGE, STREAM, CSS = "/webb/drift", "/webb/drift/strom", "/webb/statiskt/sidor.css"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def limited(entre: Entre, **limits: int) -> None:
    """So much is let in from now on."""
    entre.dorren.hall.granser = replace(entre.dorren.hall.granser, **limits)  # type: ignore[arg-type]


class Stuck:
    """Logins of a hub whose vault answers when it is let to; how many have asked."""

    def __init__(self, hub: Paged) -> None:
        self._get, hub.logins.get = hub.logins.get, self.get  # type: ignore[method-assign]
        self.free, self.asked = asyncio.Event(), 0
        self.tasks: list[asyncio.Task[httpx.Response]] = []

    async def get(self, *asked: Any) -> Any:
        self.asked += 1
        await self.free.wait()
        return await self._get(*asked)

    async def holds(self, browser: httpx.AsyncClient, times: int, path: str = PAGE) -> None:
        """Ask so many times, all of which are let in as far as to the vault."""
        before = self.asked
        self.tasks += [asyncio.ensure_future(browser.get(path)) for _ in range(times)]
        async with asyncio.timeout(10):
            while self.asked < before + times:  # noqa: ASYNC110 -- the fake counts
                await asyncio.sleep(0)

    async def statuses(self) -> list[int]:
        self.free.set()
        return [answer.status_code for answer in await asyncio.gather(*self.tasks)]


@pytest.fixture
async def other(hub: Paged, open_browser: Callable[[], httpx.AsyncClient]) -> httpx.AsyncClient:
    """A browser in which another operator is logged in."""
    hub.operatorer = (*hub.operatorer, Operator("drift.2", "2026-01-01"))
    browser = open_browser()
    assert (await browser.post("/webb/logga-in", data={"vem": "operator/drift.2"})).status_code == 303
    return browser


async def test_a_page_beyond_those_there_are_is_told_to_come_again_and_asks_no_server(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient
) -> None:
    limited(entre, sidor=3)
    stuck = Stuck(hub)
    await stuck.holds(operator, 3)
    answer = await operator.get(PAGE)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert "För mycket på en gång" in answer.text
    assert stuck.asked == 3
    assert await stuck.statuses() == [200] * 3
    assert (await operator.get(PAGE)).status_code == 200


async def test_who_is_not_logged_in_has_a_place_only_while_it_is_asked_who_they_are(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient, browser: httpx.AsyncClient
) -> None:
    limited(entre, sidor=1)
    for _ in range(3):
        assert (await browser.post(PAGE)).status_code in {303, 405}
        assert (await browser.get("/webb/finns-inte")).status_code == 404
    assert (await operator.get(PAGE)).status_code == 200


async def test_pages_and_agencies_take_nothing_from_each_other(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient
) -> None:
    limited(entre, sidor=2, platser=1)
    stuck, done = Stuck(hub), asyncio.Event()
    await stuck.holds(operator, 2)
    assert (await operator.get("/inkorg", headers=bearer())).status_code == 200

    async def inbox(*_: Any) -> dict[str, Any]:
        hub.asked.append(("inside",))
        await done.wait()
        return {}

    hub.inbox = inbox  # type: ignore[method-assign]
    reading = asyncio.ensure_future(operator.get("/inkorg", headers=bearer()))
    async with asyncio.timeout(10):
        while not hub.calls("inside"):  # noqa: ASYNC110 -- the fake counts
            await asyncio.sleep(0)
    assert (await operator.get("/inkorg", headers=bearer())).status_code == 429
    assert await stuck.statuses() == [200] * 2
    assert (await operator.get(PAGE)).status_code == 200
    done.set()
    await reading


async def test_nobody_who_is_logged_in_holds_every_page(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient, other: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(entre, sidor=20)
    inside, done = [0], asyncio.Event()

    async def never(*_: Any) -> Any:
        inside[0] += 1
        await done.wait()
        return {"lage": None}

    monkeypatch.setattr(drift, "_now", never)
    mine = [asyncio.ensure_future(operator.get(PAGE)) for _ in range(5)]
    async with asyncio.timeout(10):
        while inside[0] < 5:  # noqa: ASYNC110 -- the page counts
            await asyncio.sleep(0)
    assert (await operator.get(PAGE)).status_code == 429
    others = asyncio.ensure_future(other.get(PAGE))
    async with asyncio.timeout(10):
        while inside[0] < 6:  # noqa: ASYNC110 -- the page counts
            await asyncio.sleep(0)
    done.set()
    await asyncio.gather(*mine, others, return_exceptions=True)


async def test_a_stream_holds_no_page_for_as_long_as_it_lasts_and_gives_its_place_back(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(entre, sidor=1, strommar=2)
    monkeypatch.setattr(drift, "EVERY_S", 0.001)
    streams = [asyncio.ensure_future(operator.get(STREAM)) for _ in range(2)]
    async with asyncio.timeout(10):
        while await _taken(operator, "strommar") < 2:  # noqa: ASYNC110 -- the hub counts
            await asyncio.sleep(0)
    assert (await operator.get(STREAM)).status_code == 429
    assert (await operator.get(PAGE)).status_code == 200
    hub.operatorer = ()
    assert [answer.status_code for answer in await asyncio.gather(*streams)] == [200, 200]
    assert await _taken(operator, "strommar") == 0


async def test_a_stream_that_nobody_is_there_to_read_gives_its_place_back(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient
) -> None:
    gone, sent = asyncio.Event(), []

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append((message["type"], entre.dorren.hall.held(Rum.STROMMAR)))
        if message["type"] == "http.response.body":
            gone.set()

    headers = [(b"host", b"localhost:8080"), (b"cookie", f"{KAKA.namn}={operator.cookies[KAKA.namn]}".encode())]
    scope = {"type": "http", "method": "GET", "path": STREAM, "query_string": b"", "headers": headers, "app": None}
    web = create_web(hub, hub.dev, entre)  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        await web(scope, receive, send)  # type: ignore[arg-type]
    assert sent[:2] == [("http.response.start", 1), ("http.response.body", 1)]
    assert entre.dorren.hall.held(Rum.STROMMAR) == 0


async def test_who_leaves_before_all_is_sent_is_no_fault_of_the_hubs(hub: Paged, aktor: httpx.AsyncClient) -> None:
    came = iter([{"type": "http.request", "body": b"a=", "more_body": True}, {"type": "http.disconnect"}])
    sent: list[Any] = []

    async def receive() -> Any:
        return next(came)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost:8080"), (b"cookie", f"{KAKA.namn}={aktor.cookies[KAKA.namn]}".encode())]
    headers += [(b"sec-fetch-site", b"same-origin"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {"type": "http", "method": "POST", "path": "/webb/inkorg/oppna", "query_string": b"", "headers": headers}
    with capture_logs() as logged:
        await create_web(hub, hub.dev)({**scope, "app": None}, receive, send)  # type: ignore[arg-type]
    assert (sent[0]["status"], logged) == (400, [])


async def test_nobody_who_is_logged_in_holds_every_stream(
    hub: Paged, entre: Entre, operator: httpx.AsyncClient, other: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(entre, strommar=8)
    monkeypatch.setattr(drift, "EVERY_S", 0.001)
    streams = [asyncio.ensure_future(operator.get(STREAM)) for _ in range(4)]
    async with asyncio.timeout(10):
        while await _taken(operator, "strommar") < 4:  # noqa: ASYNC110 -- the hub counts
            await asyncio.sleep(0)
    assert (await operator.get(STREAM)).status_code == 429
    another = asyncio.ensure_future(other.get(STREAM))
    async with asyncio.timeout(10):
        while await _taken(operator, "strommar") < 5:  # noqa: ASYNC110 -- the hub counts
            await asyncio.sleep(0)
    hub.operatorer = ()
    assert [answer.status_code for answer in await asyncio.gather(*streams, another)] == [200] * 5


async def _taken(browser: httpx.AsyncClient, vad: str) -> float:
    told = (await browser.get("/metrics")).text
    return float(told.partition(f'samverkan_platser{{vad="{vad}"}} ')[2].partition("\n")[0])


async def test_style_and_scripts_take_no_place(hub: Paged, entre: Entre, operator: httpx.AsyncClient) -> None:
    limited(entre, sidor=1)
    stuck = Stuck(hub)
    await stuck.holds(operator, 1)
    assert (await operator.get(CSS)).status_code == 200
    assert await stuck.statuses() == [200]


async def test_over_a_connection_beyond_those_that_are_to_be_there_is_no_page(hub: Paged) -> None:
    web = create_web(hub, hub.dev)  # type: ignore[arg-type]

    async def beyond(scope: Any, receive: Any, send: Any) -> None:
        await web({**scope, "state": {TRANGT: True}}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(beyond), base_url=HERE) as browser:
        assert [(await browser.get(path)).status_code for path in (PAGE, "/webb/logga-in", CSS)] == [429, 429, 200]


async def test_a_form_that_does_not_come_is_not_waited_for(hub: Paged) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"vem="
        await asyncio.sleep(60)

    web = create_web(hub, hub.dev, Entre(hub, Settings(api_tid_s=0.05)))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url=HERE, headers=OURS) as browser:
        answer = await browser.post("/webb/logga-in", content=slow(), headers=FORM)
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert "Det tog för lång tid" in answer.text


async def test_b1_a_form_of_somebody_who_is_not_logged_in_holds_no_place_while_it_comes(
    hub: Paged, entre: Entre, browser: httpx.AsyncClient
) -> None:
    """Or a handful of strangers who never send all of theirs would keep out those who report."""
    coming, come = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"a=b"
        coming.set()
        await come.wait()
        yield b"&c=d"

    headers = FORM | {"content-length": "780000"}
    asked = asyncio.ensure_future(browser.post("/webb/skicka/orosanmalan", content=slow(), headers=headers))
    async with asyncio.timeout(10):
        await coming.wait()
        while entre.dorren.hall.held(Rum.SIDOR):  # noqa: ASYNC110 -- the hall counts
            await asyncio.sleep(0)
        come.set()
        assert (await asked).status_code == 401


async def test_what_either_refuses_is_told_by_both(hub: Paged, entre: Entre, operator: httpx.AsyncClient) -> None:
    limited(entre, sidor=1)
    stuck = Stuck(hub)
    await stuck.holds(operator, 1)
    assert (await operator.get(PAGE)).status_code == 429
    assert (await operator.get("/halsa")).json()["avvisar"] == ["sida"]
    assert await stuck.statuses() == [200]
    assert f"Får vänta och komma igen just nu: {TURNED_AWAY['sida']}." in (await operator.get(PAGE)).text


async def test_how_the_hub_stands_is_looked_at_once_for_both(hub: Paged, operator: httpx.AsyncClient) -> None:
    await operator.get("/halsa")
    await operator.get(PAGE)
    assert len(hub.calls("gate_states")) == 1


def test_each_kind_that_may_be_turned_away_has_words() -> None:
    assert set(TURNED_AWAY) == set(Slag)


def test_every_page_is_of_a_kind_and_only_what_is_the_same_for_everybody_of_none(hub: Paged) -> None:
    routes = create_web(hub, hub.dev).routes  # type: ignore[arg-type]
    kinds = {
        route.path: handler.opt.get(PLATS, Slag.SIDA)
        for route in routes
        for handler in getattr(route, "route_handlers", ())
        if handler.http_methods != {"OPTIONS"}
    }
    assert {path for path, kind in kinds.items() if kind is None} == {"/webb/statiskt/{file_path:path}"}
    assert {path for path, kind in kinds.items() if kind is Slag.STROM} == {STREAM}
    assert set(kinds.values()) == {None, Slag.STROM, Slag.SIDA}


def test_both_stand_without_settings(hub: Paged) -> None:
    assert Served(create_app(hub), create_web(hub))  # type: ignore[arg-type]
    assert Entre(hub, Settings()).dorren.hall.granser.sidor == Settings().webb_platser  # type: ignore[arg-type]
