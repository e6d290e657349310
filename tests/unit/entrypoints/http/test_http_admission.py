"""429: what is told to come again, when, in whose favour, and that nothing was done."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
from hubevents import event
from hubfakes import COUNTY, DELIVERY_ID, FALUN_KEY, MORA_NUMBER, Fake, Receipt, bearer, browser, token

from samverkanshub.entrypoints.http.admission import PLATS
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.kropp import timely
from samverkanshub.entrypoints.http.problems import PROBLEM_JSON
from samverkanshub.entrypoints.http.trangsel import Slag
from samverkanshub.ports import PositionInfo
from samverkanshub.settings import Settings

JSON = {"content-type": "application/json"}
TYPES = ("avvikelse", "samtycke_aterkallat", "orosanmalan")


def falun() -> dict[str, str]:
    return JSON | bearer(token(FALUN_KEY, iss="falun", lasargrupp="falun.vinr.utsatt"))


class Full:
    """A hub where whatever is let in stays until told."""

    def __init__(self, **limits: int) -> None:
        self.hub = Fake()
        self.limits = {"api_platser": 10, "api_platser_aktor": 10, **limits}
        self.done = asyncio.Event()
        self.inside = 0
        self.asking: list[asyncio.Task[httpx.Response]] = []
        self.hub.publish = self._publish  # type: ignore[method-assign]
        self.hub.inbox = self.hub.open = self._read  # type: ignore[method-assign, assignment]

    async def _publish(self, *_: Any) -> Receipt:
        return Receipt(**await self._read())

    async def _read(self, *_: Any) -> dict[str, Any]:
        self.inside += 1
        await self.done.wait()
        return {}

    @asynccontextmanager
    async def web(self) -> AsyncIterator[httpx.AsyncClient]:
        async with browser(self.hub, **self.limits) as web:
            yield web
            self.done.set()
            await asyncio.gather(*self.asking)

    async def stays(self, asked: Callable[[], Awaitable[httpx.Response]], times: int) -> None:
        """Ask so many times at once, all of which are let in."""
        before = self.inside
        self.asking += [asyncio.ensure_future(asked()) for _ in range(times)]
        async with asyncio.timeout(10):
            while self.inside < before + times:  # noqa: ASYNC110 -- the fake counts
                await asyncio.sleep(0.001)


def publishing(web: httpx.AsyncClient, typ: str, **headers: str) -> Callable[[], Awaitable[httpx.Response]]:
    return lambda: web.post("/handelser", content=event(typ), headers=bearer() | JSON | headers)


async def test_ordinary_events_are_refused_first_then_what_narrows_and_reports_last() -> None:
    full = Full()
    async with full.web() as web:
        for typ, fits in zip(TYPES, (6, 3, 1), strict=True):
            await full.stays(publishing(web, typ), fits)
            answers = {typ: (await publishing(web, typ)()).status_code for typ in TYPES[: TYPES.index(typ) + 1]}
            assert set(answers.values()) == {429}, typ
    assert {(await task).status_code for task in full.asking} == {201}


async def test_the_answer_says_when_to_come_again_and_nothing_was_done() -> None:
    full = Full()
    async with full.web() as web:
        await full.stays(publishing(web, "avvikelse"), 6)
        answer = await publishing(web, "avvikelse")()
        assert answer.headers["content-type"] == PROBLEM_JSON
        assert answer.json() == {
            "type": "trangsel-platser",
            "title": "too much at once",
            "status": 429,
            "detail": "the hub has too much to do; `retry-after` says when to ask again",
        }
        assert answer.headers["retry-after"] == "5"
        assert full.inside == 6


async def test_a_report_that_is_refused_is_told_whom_to_telephone() -> None:
    """B1."""
    full = Full()
    async with full.web() as web:
        await full.stays(publishing(web, "orosanmalan"), 10)
        answer = await publishing(web, "orosanmalan")()
        assert (answer.status_code, answer.json()["ring"], answer.headers["retry-after"]) == (429, MORA_NUMBER, "1")
        assert "ring" not in (await publishing(web, "avvikelse")()).json()


async def test_what_is_refused_before_it_is_known_whose_it_is_asks_no_server_anything() -> None:
    full = Full()
    async with full.web() as web:
        await full.stays(publishing(web, "orosanmalan"), 10)
        before = len(full.hub.calls("use_token"))
        assert (await publishing(web, "avvikelse")()).status_code == 429
        assert len(full.hub.calls("use_token")) == before


async def test_what_is_written_leaves_room_to_read_and_openings_are_the_last_to_be_refused() -> None:
    full = Full()
    async with full.web() as web:
        await full.stays(publishing(web, "orosanmalan"), 10)
        await full.stays(lambda: web.get("/inkorg", headers=bearer()), 8)
        assert (await web.get("/inkorg", headers=bearer())).status_code == 429
        await full.stays(lambda: web.post(f"/leveranser/{DELIVERY_ID}/oppna", headers=bearer()), 2)
        assert (await web.post(f"/leveranser/{DELIVERY_ID}/oppna", headers=bearer())).status_code == 429
        assert (await web.get("/logg/0/checkpoint")).status_code == 429


async def test_one_actor_leaves_places_to_others_whatever_it_calls_what_it_sends() -> None:
    full = Full(api_platser_aktor=4)
    async with full.web() as web:
        await full.stays(publishing(web, "orosanmalan"), 4)
        answer = await publishing(web, "orosanmalan")()
        assert (answer.status_code, answer.json()["type"], answer.json()["ring"]) == (
            429,
            "trangsel-aktor",
            MORA_NUMBER,
        )
        await full.stays(lambda: web.post("/handelser", content=event("avvikelse"), headers=falun()), 2)


async def test_health_and_metrics_are_never_refused_and_say_what_is() -> None:
    full = Full()
    async with full.web() as web:
        await full.stays(publishing(web, "orosanmalan"), 10)
        await full.stays(lambda: web.post(f"/leveranser/{DELIVERY_ID}/oppna", headers=bearer()), 10)
        await publishing(web, "avvikelse")()
        health = await web.get("/halsa")
        assert (health.status_code, health.json()["halsa"], health.json()["avvisar"]) == (200, "gron", ["handelse"])
        told = (await web.get("/metrics")).text
    assert 'samverkan_avvisade_total{skal="platser",slag="handelse"} 1.0' in told
    assert 'samverkan_platser{vad="skriva"} 10.0' in told
    assert 'samverkan_platser{vad="lasa"} 10.0' in told
    assert "mora" not in told


async def test_a_large_body_takes_the_places_of_several() -> None:
    full = Full()
    async with full.web() as web:
        body = event("avvikelse", beskrivning="x" * 100_000)
        await full.stays(lambda: web.post("/handelser", content=body, headers=bearer() | JSON), 1)
        await full.stays(publishing(web, "avvikelse"), 2)
        assert (await publishing(web, "avvikelse")()).status_code == 429


async def test_what_was_said_of_a_length_counts_only_until_the_body_is_here() -> None:
    async def unsaid(body: bytes) -> AsyncIterator[bytes]:
        yield body

    full = Full(api_platser=12, api_platser_aktor=12)
    form = b'{"slag": "mottagen"}'
    async with full.web() as web:
        full.hub.acknowledge = full.hub.assess = full._publish  # type: ignore[method-assign, assignment]
        events = (lambda: web.post("/handelser", content=unsaid(event("avvikelse")), headers=bearer() | JSON), 7)
        kvittens = f"/leveranser/{DELIVERY_ID}/kvittens"
        acks = (lambda: web.post(kvittens, content=unsaid(form), headers=bearer() | JSON), 4)
        for asked, fits in (events, acks):
            for _ in range(fits):
                await full.stays(asked, 1)
        told = (await web.get("/metrics")).text
    assert 'samverkan_platser{vad="skriva"} 7.0' in told
    assert 'samverkan_platser{vad="lasa"} 4.0' in told
    assert 'samverkan_platser{vad="olast"} 0.0' in told


async def test_a_report_is_read_before_its_actor_is_told_that_too_much_of_it_is_unread() -> None:
    """B1: what is on its way in is perhaps ordinary, and the report is not."""
    hub, started, go = Fake(), asyncio.Semaphore(0), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b" "
        started.release()
        await go.wait()
        yield event("avvikelse")

    async with browser(hub, api_platser=10, api_platser_aktor=5) as web:
        slowly = [
            asyncio.ensure_future(web.post("/handelser", content=slow(), headers=bearer() | JSON)) for _ in range(5)
        ]
        for _ in slowly:
            await started.acquire()
        answers = [(await publishing(web, typ)()).status_code for typ in TYPES]
        go.set()
        found = [(await task).status_code for task in slowly]
    assert answers == [201] * 3
    assert found == [201] * 5


async def test_places_are_given_back_by_what_is_done_and_what_fails() -> None:
    hub = Fake()
    async with browser(hub, api_platser=1, api_platser_aktor=1) as web:
        statuses = [(await publishing(web, "orosanmalan")()).status_code for _ in range(3)]
        statuses += [(await publishing(web, "orosanmalan", authorization="no")()).status_code for _ in range(3)]
        hub.says["publish"] = ValueError("x")
        statuses += [(await publishing(web, "orosanmalan")()).status_code for _ in range(3)]
        told = (await web.get("/metrics")).text
    assert statuses == [201] * 3 + [401] * 3 + [500] * 3
    assert 'samverkan_platser{vad="skriva"} 0.0' in told


async def test_who_is_not_known_holds_no_place_while_what_it_sent_is_read() -> None:
    """It would take nothing but connections to keep every report out."""
    hub, sent = Fake(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        sent.set()
        await asyncio.sleep(0.2)
        yield event("orosanmalan")

    async with browser(hub, api_platser=1, api_platser_aktor=1) as web:
        slowly = asyncio.ensure_future(web.post("/handelser", content=slow(), headers=JSON))
        await sent.wait()
        assert (await publishing(web, "orosanmalan")()).status_code == 201
        assert (await slowly).status_code == 401


async def test_far_behind_ordinary_events_are_refused_and_reports_are_not() -> None:
    hub = Fake()
    hub.says |= {"end": lambda _: 1000, "positions": [PositionInfo(0, 5, 1, 5)]}
    async with browser(hub, grind_grans_poster=100) as web:
        await publishing(web, "avvikelse")()
        for _ in range(100):
            await asyncio.sleep(0)  # The look is beside the requests.
        answers = {typ: (await publishing(web, typ)()) for typ in TYPES}
        opened = await web.post(f"/leveranser/{DELIVERY_ID}/oppna", headers=bearer())
        inbox = await web.get("/inkorg", headers=bearer())
    assert {typ: answer.status_code for typ, answer in answers.items()} == dict(
        zip(TYPES, (429, 429, 201), strict=True)
    )
    assert answers["avvikelse"].json()["type"] == "trangsel-efterslap"
    assert (opened.status_code, inbox.status_code) == (429, 200)


async def test_a_gate_whose_distance_nobody_knows_refuses_nobody() -> None:
    hub = Fake()
    hub.says |= {"end": ValueError("x"), "positions": ValueError("x")}
    async with browser(hub, grind_grans_poster=1) as web:
        for _ in range(3):
            assert (await publishing(web, "avvikelse")()).status_code == 201


def test_every_route_but_health_and_metrics_is_of_a_kind() -> None:
    kinds = {path: handler.opt.get(PLATS, Slag.FRAGA) for path, handler in _handlers()}
    assert {path for path, kind in kinds.items() if kind is None} == {"/halsa", "/metrics"}
    assert kinds["/handelser"] is Slag.OLAST
    assert {path for path, kind in kinds.items() if kind is Slag.OPPNING} == {
        "/leveranser/{leverans_id:uuid}/oppna",
        "/leveranser/{leverans_id:uuid}/kvittens",
    }
    assert {path for path, kind in kinds.items() if kind is Slag.LASNING} == {
        "/inkorg",
        "/plikter",
        "/handelser/{handelse_id:uuid}/utfall",
    }


def _handlers() -> list[tuple[str, Any]]:
    routes = create_app(Fake()).routes
    return [
        (route.path, handler)
        for route in routes
        for handler in getattr(route, "route_handlers", ())
        if handler.http_methods != {"OPTIONS"}
    ]


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(60)

    hub = Fake()
    async with browser(hub, api_tid_s=0.05) as web:
        answer = await web.post("/handelser", content=slow(), headers=bearer() | JSON)
        assert (answer.status_code, answer.json()["type"], answer.json()["ring"]) == (408, "for-langsam", COUNTY)
        assert answer.headers["connection"] == "close"
        assert not hub.calls("publish")


async def test_once_the_body_is_there_nothing_is_hurried() -> None:
    messages: list[Any] = [
        {"type": "http.request", "body": b"x", "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:
        if len(messages) == 1:
            await asyncio.sleep(0.05)
        return messages.pop(0)

    received = timely(receive, 0.02)
    assert (await received())["type"] == "http.request"
    assert (await received())["type"] == "http.disconnect"


class Sent:
    """What a server hands over to be read from: it knows the request, as the server's own does."""

    def __init__(self, scope: dict[str, Any], body: bytes) -> None:
        self.scope, self.body = scope, body

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self.body, "more_body": False}


async def test_an_answered_request_is_let_go_of_without_the_collector() -> None:
    app, status = create_app(Fake(), entre=Entre(Fake(), Settings())), []

    async def send(message: Any) -> None:
        status.append(message.get("status"))

    async def ask(body: bytes) -> "weakref.ref[Sent]":
        headers = [(n.encode(), v.encode()) for n, v in (bearer() | JSON | {"content-length": str(len(body))}).items()]
        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/handelser", "raw_path": b"/handelser"}
        scope |= {"query_string": b"", "headers": headers, "root_path": "", "state": {}, "http_version": "1.1"}
        scope |= {"client": ("127.0.0.1", 1), "server": ("hub", 80), "scheme": "http"}
        sent = Sent(scope, body)
        await app(scope, sent.receive, send)  # type: ignore[arg-type]
        return weakref.ref(sent)

    gc.disable()
    try:
        asked = [await ask(event("avvikelse")), await ask(event("orosanmalan"))]
    finally:
        gc.enable()
    assert status[0] == 201
    assert [ref() for ref in asked] == [None, None]
