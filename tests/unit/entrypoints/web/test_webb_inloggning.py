"""Who gets in to the pages, for how long, and from where."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from litestar.connection import ASGIConnection
from sidohub import Paged

from samverkanshub.adapters.memory import MemoryLogins
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.entrypoints.http.__main__ import config
from samverkanshub.entrypoints.web.app import create_web, open_login
from samverkanshub.entrypoints.web.inloggad import CLOCKS_MS, IDLE_MS, LONGEST_MS, Inloggad, Inloggningar
from samverkanshub.entrypoints.web.sidor import logga_in
from samverkanshub.entrypoints.web.skydd import HERE, OPEN, ROLES, Who, from_here
from samverkanshub.settings import Settings

PAGE = "/webb/drift"


async def test_who_is_not_logged_in_is_sent_to_do_that(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/webb/logga-in")


async def test_a_part_of_a_page_tells_the_browser_to_go_there(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(PAGE, headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/webb/logga-in")


async def test_an_operator_comes_to_the_page_of_operators(operator: httpx.AsyncClient) -> None:
    answer = await operator.get("/webb/", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, PAGE)
    assert "drift.1" in answer.text


async def test_the_key_is_for_this_site_and_no_script(operator: httpx.AsyncClient, browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/webb/logga-in", data={"vem": "operator/drift.1"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/webb" in cookie


async def test_nobody_logs_in_as_whom_the_regelverk_does_not_name(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/webb/logga-in", data={"vem": "operator/drift.2"})
    assert answer.status_code == 403
    assert HERE.namn not in browser.cookies


async def test_a_login_ends_when_it_has_not_been_used_for_an_hour(hub: Paged, operator: httpx.AsyncClient) -> None:
    hub.pass_time(IDLE_MS - 1)
    assert (await operator.get(PAGE)).status_code == 200
    hub.pass_time(IDLE_MS - 1)
    assert (await operator.get(PAGE)).status_code == 200
    hub.pass_time(IDLE_MS)
    assert (await operator.get(PAGE)).status_code == 303


async def test_a_login_ends_after_a_working_day_however_much_it_is_used(
    hub: Paged, operator: httpx.AsyncClient
) -> None:
    for _ in range(2 * LONGEST_MS // IDLE_MS):
        assert (await operator.get(PAGE)).status_code == 200
        hub.pass_time(IDLE_MS // 2)
    assert (await operator.get(PAGE)).status_code == 303


async def test_who_the_regelverk_names_no_more_is_out_at_the_next_request(
    hub: Paged, operator: httpx.AsyncClient
) -> None:
    hub.operatorer = (Operator("drift.1", "2026-01-01", "2026-02-01"),)
    assert (await operator.get(PAGE)).status_code == 303


async def test_the_key_opens_nothing_once_its_holder_has_logged_out(
    hub: Paged, operator: httpx.AsyncClient, open_browser: Callable[[], httpx.AsyncClient]
) -> None:
    key = operator.cookies[HERE.namn]
    await operator.post("/webb/logga-ut")
    thief = open_browser()
    thief.cookies.set(HERE.namn, key)
    assert (await thief.get(PAGE)).status_code == 303


async def test_what_a_page_asks_for_by_itself_prolongs_nothing(hub: Paged, operator: httpx.AsyncClient) -> None:
    who, request = (
        Who(Inloggningar(hub.logins, hub), hub, hub),
        ASGIConnection[Any, Any, Any, Any](  # type: ignore[arg-type]
            {"type": "http", "headers": [(b"cookie", f"{HERE.namn}={operator.cookies[HERE.namn]}".encode())]}  # type: ignore[arg-type]
        ),
    )
    hub.pass_time(IDLE_MS - 1)
    assert await who.behind(request, hold=False) is not None
    hub.pass_time(1)
    assert await who.behind(request, hold=False) is None


async def test_who_logs_out_while_a_page_is_on_its_way_stays_out(hub: Paged, operator: httpx.AsyncClient) -> None:
    key, found, logins = operator.cookies[HERE.namn], hub.logins.get, Inloggningar(hub.logins, hub)  # type: ignore[arg-type]

    async def got(nyckel: bytes, now: int) -> bytes | None:
        kept = await found(nyckel, now)
        await hub.logins.drop(nyckel)
        return kept

    hub.pass_time(IDLE_MS - 1)
    hub.logins.get = got  # type: ignore[method-assign]
    assert await logins.find(key) is not None
    hub.logins.get = found  # type: ignore[method-assign]
    assert await logins.find(key) is None


async def test_a_new_login_ends_the_one_it_takes_the_place_of(hub: Paged, operator: httpx.AsyncClient) -> None:
    key = operator.cookies[HERE.namn]
    await operator.post("/webb/logga-in", data={"vem": "operator/drift.1"})
    assert operator.cookies[HERE.namn] != key
    assert await Inloggningar(hub.logins, hub).find(key) is None  # type: ignore[arg-type]


async def test_a_key_that_a_browser_brings_is_not_the_one_it_is_given(
    open_browser: Callable[[], httpx.AsyncClient],
) -> None:
    made_up, victim = "chosen-by-somebody-else", open_browser()
    victim.cookies.set(HERE.namn, made_up, domain="localhost.local", path="/webb")
    await victim.post("/webb/logga-in", data={"vem": "operator/drift.1"})
    thief = open_browser()
    thief.cookies.set(HERE.namn, made_up)
    assert (await thief.get(PAGE)).status_code == 303


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "http://hub.example", "host": "hub.example"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "https://hub.example", "host": "hub.example"}, True),
        ({"origin": "https://other.example", "host": "hub.example"}, False),
        ({"origin": "null", "host": "hub.example"}, False),
        ({"host": "hub.example"}, False),
        ({}, False),
    ],
)
def test_what_changes_something_is_sent_from_our_own_pages(headers: dict[str, str], ours: bool) -> None:
    assert from_here(headers) is ours


async def test_a_form_on_another_site_changes_nothing(operator: httpx.AsyncClient) -> None:
    answer = await operator.post("/webb/logga-ut", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert (await operator.get(PAGE)).status_code == 200


async def test_outside_development_nobody_is_whom_they_say(
    hub: Paged, open_browser: Callable[[], httpx.AsyncClient]
) -> None:
    hub.dev = ()
    browser = open_browser()
    assert "Ingen inloggning" in (await browser.get("/webb/logga-in")).text
    answer = await browser.post("/webb/logga-in", data={"vem": "operator/drift.1"})
    assert answer.status_code == 405
    assert HERE.namn not in browser.cookies


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"utveckling": True}, ["127.0.0.1:8080", "localhost:8080"]),
        ({"utveckling": True, "api_vard": "localhost", "api_port": 9}, ["127.0.0.1:9", "localhost:9"]),
        ({"utveckling": False}, []),
        ({"utveckling": True, "api_vard": "0.0.0.0"}, []),
        ({"utveckling": True, "api_vard": "192.0.2.7"}, []),
        ({"utveckling": True, "api_vard": "hubben.example"}, []),
    ],
)
async def test_anybody_is_whom_they_say_in_development_alone_and_where_nobody_else_reaches_the_pages(
    hub: Paged, given: dict[str, Any], where: list[str]
) -> None:
    """As the api's process is put together, also where a request says that it is for this machine."""
    settings = Settings(**given)
    assert open_login(settings) == where
    transport = httpx.ASGITransport(config(hub, settings).app)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{(where or ['localhost:8080'])[0]}") as http:
        asked = {"data": {"vem": "operator/drift.1"}, "headers": {"sec-fetch-site": "same-origin"}}
        answer = await http.post("/webb/logga-in", **asked)  # type: ignore[arg-type]
    assert (answer.status_code, "set-cookie" in answer.headers) == ((303, True) if where else (405, False))


async def test_in_development_no_other_name_leads_to_the_pages(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/webb/logga-in", headers={"host": "evil.example"})
    assert answer.status_code == 400


def test_every_page_is_somebodys(hub: Paged) -> None:
    """One that says neither who may see it nor that anybody may is seen by nobody."""
    app = create_web(hub, hub.dev)  # type: ignore[arg-type]
    found = [handler for route in app.routes for handler in getattr(route, "route_handlers", [])]
    opts = [handler.opt for handler in found if handler.http_methods != {"OPTIONS"}]
    assert opts
    assert all(bool(opt.get(OPEN)) != bool(opt.get(ROLES)) for opt in opts)


async def test_in_development_one_chooses_among_those_whose_role_has_pages(
    hub: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.revisorer = (Revisor("mora", "granskare.1", "myndighet", "mora", "2026-01-01"),)
    monkeypatch.setattr(logga_in, "MENY", {"operator": (), "revisor": (), "aktor": ()})
    found = [val.id for val in logga_in.choices(hub, hub.now_ms())]  # type: ignore[arg-type]
    assert found[:2] == ["operator/drift.1", "revisor/mora/granskare.1"]
    assert found[2:] == [f"aktor/{group}" for group in sorted(hub.katalog.lasargrupper)]
    monkeypatch.setattr(logga_in, "MENY", {"operator": ()})
    assert [val.id for val in logga_in.choices(hub, hub.now_ms())] == ["operator/drift.1"]  # type: ignore[arg-type]


async def test_a_logout_that_is_told_of_again_ends_no_login_made_since() -> None:
    clock, logins = Clock(1_000_000_000), MemoryLogins()
    inloggningar = Inloggningar(logins, clock)
    who, said = Inloggad("operator", "drift.1", clock.ms), {"iss": "https://id.example", "sub": "drift.1"}
    before = await inloggningar.begin(who, hos=said)
    told = {**said, "iat": clock.ms // 1000}
    await inloggningar.end_of(told)
    assert await inloggningar.find(before) is None
    clock.ms += CLOCKS_MS
    since = await inloggningar.begin(who, hos=said)
    await inloggningar.end_of(told)
    assert await inloggningar.find(since) == who


@dataclass
class Clock:
    ms: int

    def now_ms(self) -> int:
        return self.ms
