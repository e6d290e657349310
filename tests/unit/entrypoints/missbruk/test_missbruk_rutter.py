"""API5: to whom each route answers, for every route there is: one that is not in the table fails here."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from angripare import SANDARE, A, Dorr
from hubfakes import MORA_KEY, NOW_S, OLD_MORA_KEY, Fake, bearer, token
from rutter import A_SERVER, ACTOR, ANYBODY, API, AUDITOR, OPERATOR, SIDOR, UTIFRAN, Rutt
from sidohub import Paged

from samverkanshub.codec import keys
from samverkanshub.domain.actors import Katalog
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.web.app import create_web
from samverkanshub.entrypoints.web.utifran import Utifran
from samverkanshub.settings import Settings

UUID = "22222222-2222-4222-8222-222222222222"
HERE = "http://localhost:8080"
OURS = {"sec-fetch-site": "same-origin"}
LOGINS = {
    ACTOR: "aktor/mora.vinr.utsatt",
    AUDITOR: "revisor/mora/granskare.1",
    OPERATOR: "operator/drift.1",
}
STREAMS = {("GET", "/webb/drift/strom")}
"""What goes on for as long as it is listened to: only who is refused is waited for."""
ASKED = ("publish", "assess", "inbox", "open", "acknowledge", "outcome", "ask", "of", "latest", "sent", "own")
WHERE = Utifran("https://hubben.example", "sub", "aktor", "lasargrupp")


def routes(app: Any) -> set[tuple[str, str]]:
    """Every method of every route, but that which only tells the methods and that of health of the framework's own."""
    found = {(method, route.path_format) for route in app.routes for method in getattr(route, "methods", ["GET"])}
    return {(method, path) for method, path in found if method != "OPTIONS"}


def pages(utifran: Utifran | None = None) -> Any:
    hub: Any = Paged()
    return create_web(hub, hub.dev, utifran=utifran)


def those(table: dict[tuple[str, str], Rutt], *vem: str) -> list[tuple[str, str]]:
    """The routes that answer to one of these."""
    return [route for route, rutt in table.items() if rutt.vem & set(vem)]


def place(path: str) -> str:
    """The path with ids in it that are nobody's."""
    named = path.replace("{typ}", "avvikelse").replace("{fraga}", "handelser")
    return re.sub(r"\{[a-z_]+\}", UUID, named)


async def asked(http: httpx.AsyncClient, route: tuple[str, str], headers: dict[str, str]) -> httpx.Response:
    method, path = route
    body: Any = {"slag": "mottagen"} if path.endswith("kvittens") else {}
    return await http.request(method, place(path), headers=headers, json=body if method == "POST" else None)


# -------------------------------------------------------------------------------------------------------- the table


def test_every_route_of_the_api_is_in_the_table() -> None:
    assert routes(create_app(Fake())) == set(API)


def test_every_page_is_in_the_table() -> None:
    assert routes(pages()) == set(SIDOR)


def test_with_logins_from_elsewhere_there_are_these_pages_besides_and_nobody_says_whom_they_are() -> None:
    assert routes(pages(WHERE)) == (set(SIDOR) | set(UTIFRAN)) - {("POST", "/webb/logga-in")}


def test_a_route_that_is_added_is_missed() -> None:
    """The table can fail."""
    app = create_app(Fake())
    app.register(_new())
    assert routes(app) - set(API) == {("GET", "/nytt")}


def _new() -> Any:
    from litestar import get

    @get("/nytt")
    async def nytt() -> None: ...

    return nytt


# ---------------------------------------------------------------------------------------------------------- the api


class Moved(Fake):
    """The hub of fakes, whose directory can be changed."""

    def with_keys(self, *nycklar: Any) -> None:
        self.katalog: Katalog = replace(self.katalog, nycklar={**self.katalog.nycklar, "mora": nycklar})


@pytest.fixture
def hub() -> Moved:
    return Moved()


@pytest.fixture
async def api(hub: Moved) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(hub), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as opened:
        yield opened


def calls(hub: Fake) -> list[Any]:
    return [call for name in ASKED for call in hub.calls(name)]


async def test_the_hub_that_abusers_try_lacks_nothing_that_a_route_needs(dorr: Dorr) -> None:
    """`make schemathesis` tries it too: what it lacks would be taken for a fault of the api's."""
    lacking = []
    for route, rutt in API.items():
        audits = AUDITOR in rutt.vem
        headers = dorr.bearer(SANDARE, "granskare.1", revisor=True) if audits else dorr.bearer(A)
        lacking += [route] if (await asked(dorr.http, route, headers)).status_code == 500 else []
    assert lacking == []


async def test_without_a_token_only_what_is_for_anybody_answers(hub: Moved, api: httpx.AsyncClient) -> None:
    hub.says["read"] = b"published"
    for route in those(API, ANYBODY):
        assert (await asked(api, route, {})).status_code in (200, 404), route
    for route in those(API, ACTOR, AUDITOR):
        answer = await asked(api, route, {})
        assert (answer.status_code, answer.json()["type"]) == (401, "ej-autentiserad"), route
    assert not calls(hub)


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"iat": NOW_S - 120, "exp": NOW_S - 60}, 401),
        ({"iss": "falun", "lasargrupp": "falun.vinr.utsatt"}, 401),
        ({"lasargrupp": "falun.vinr.utsatt"}, 403),
    ],
    ids=["expired", "of another tenant by our key", "for another tenant's reader group"],
)
async def test_a_token_that_does_not_hold_reaches_no_route(
    claims: dict[str, Any], status: int, hub: Moved, api: httpx.AsyncClient
) -> None:
    for route in those(API, ACTOR, AUDITOR):
        revisor = route in those(API, AUDITOR)
        answer = await asked(api, route, bearer(token(revisor=revisor, **claims)))
        assert answer.status_code == status, route
    assert not calls(hub)


async def test_a_key_that_was_taken_out_of_the_directory_reaches_no_route(hub: Moved, api: httpx.AsyncClient) -> None:
    """From one request to the next."""
    for route in those(API, ACTOR, AUDITOR):
        hub.with_keys(keys.nyckel(MORA_KEY, "2026-01-01"))
        revisor = route in those(API, AUDITOR)
        assert (await asked(api, route, bearer(token(revisor=revisor)))).status_code < 400, route
        hub.with_keys(keys.nyckel(OLD_MORA_KEY, "2026-01-01"))
        before = len(calls(hub))
        assert (await asked(api, route, bearer(token(revisor=revisor)))).status_code == 401, route
        assert len(calls(hub)) == before


async def test_each_role_reaches_its_own_routes_and_no_others(hub: Moved, api: httpx.AsyncClient) -> None:
    for role, revisor in ((ACTOR, None), (AUDITOR, True)):
        for route in those(API, ACTOR, AUDITOR):
            before = len(calls(hub))
            status = (await asked(api, route, bearer(token(revisor=revisor)))).status_code
            assert (status < 300) == (role in API[route].vem), (role, route)
            assert status < 300 or (status, len(calls(hub))) == (403, before), (role, route)


# ------------------------------------------------------------------------------------------------------------ pages


def opened(hub: Any, utifran: Utifran | None = None) -> httpx.AsyncClient:
    entre = Entre(hub, Settings())
    transport = httpx.ASGITransport(create_web(hub, hub.dev, entre, utifran), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=HERE, headers=OURS)


def kept_out(answer: httpx.Response) -> bool:
    """Sent to log in, or told that one is not, or that the page is another's."""
    to_login = answer.status_code == 303 and answer.headers["location"].endswith("/logga-in")
    return to_login or answer.status_code in (401, 403)


async def refused(http: httpx.AsyncClient, found: Iterable[tuple[str, str]], headers: dict[str, str]) -> list[Any]:
    """Those of the routes that did not keep one out."""
    return [
        route
        for route in found
        if not kept_out(await http.request(route[0], place(route[1]), headers=headers, follow_redirects=False))
    ]


async def test_who_is_not_logged_in_reaches_no_page_that_is_somebodys(fejk: Paged) -> None:
    async with opened(fejk) as http:
        assert await refused(http, those(SIDOR, ACTOR, AUDITOR, OPERATOR), {}) == []
    assert not calls(fejk)


@pytest.mark.parametrize("role", LOGINS)
async def test_each_role_reaches_its_own_pages_and_no_others(role: str, fejk: Paged) -> None:
    async with opened(fejk) as http:
        assert (await http.post("/webb/logga-in", data={"vem": LOGINS[role]})).status_code == 303
        others = [route for route in those(SIDOR, ACTOR, AUDITOR, OPERATOR) if role not in SIDOR[route].vem]
        assert await refused(http, others, {}) == []
        assert not calls(fejk)
        own = [route for route in those(SIDOR, role) if route not in STREAMS]
        assert await refused(http, own, {}) == own, "it can fail"


@pytest.mark.parametrize("role", LOGINS)
async def test_who_has_lost_the_role_reaches_no_page(role: str, fejk: Paged) -> None:
    async with opened(fejk) as http:
        await http.post("/webb/logga-in", data={"vem": LOGINS[role]})
        fejk.operatorer, fejk.revisorer = (), ()
        fejk.katalog = replace(fejk.katalog, lasargrupper={})
        assert await refused(http, those(SIDOR, ACTOR, AUDITOR, OPERATOR), {}) == []
    assert not calls(fejk)


@pytest.mark.parametrize("role", LOGINS)
async def test_another_site_changes_nothing_whoever_is_logged_in(role: str, fejk: Paged) -> None:
    async with opened(fejk) as http:
        await http.post("/webb/logga-in", data={"vem": LOGINS[role]})
        for metod, path in [route for route in SIDOR if route[0] == "POST"]:
            answer = await http.request(metod, place(path), headers={"sec-fetch-site": "cross-site"})
            assert answer.status_code == 403, path
        assert (await http.get("/webb/", follow_redirects=False)).status_code != 401, "still logged in"
    assert not calls(fejk)


def test_what_a_server_sends_shows_by_itself_who_it_is() -> None:
    """The one page that takes a change from elsewhere; that its token must hold is tested with the provider."""
    assert those(UTIFRAN, A_SERVER) == [("POST", "/webb/logga-in/utloggad")]
