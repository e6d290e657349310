"""No actor or reader group can act for another: over every route, since the routes are read from the application."""

import base64
import json
from collections.abc import Callable
from uuid import uuid4  # noqa: TID251

import httpx
import jwt
import pytest
from hubfakes import (
    COUNTY,
    DELIVERY_ID,
    FALUN_KEY,
    MORA_KEY,
    NOW_S,
    OLD_MORA_KEY,
    Fake,
    bearer,
    browser,
    claims,
    directory,
    token,
)

from samverkanshub.codec import keys
from samverkanshub.domain.errors import Forbidden, Unauthenticated
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.auth import verify

OPEN = {
    "/halsa",
    "/logg/{omrade}/checkpoint",
    "/logg/{omrade}/tile/{vag}",
    "/metrics",
    "/schema",
    "/schema/openapi.json",
    "/schema/openapi.yaml",
    "/schema/openapi.yml",
}
NOTHING_THERE = {"/schema/{path}"}
"""What anybody may read; a new route is not open by being forgotten."""
SERVICES = ("publish", "inbox", "open", "acknowledge", "outcome", "ask", "assess", "of")
MORA_PUBLIC = keys.public_hex(MORA_KEY)
MORA_KID = keys.key_id(MORA_PUBLIC)


def every_route() -> list[tuple[str, str]]:
    """Every method of every route, those that Litestar adds of itself too."""
    routes = create_app(Fake()).routes
    return sorted((method, route.path_format) for route in routes for method in getattr(route, "methods", ["GET"]))


def guarded() -> list[tuple[str, str]]:
    return [(method, path) for method, path in every_route() if path not in OPEN | NOTHING_THERE]


def questions(method: str, path: str) -> bool:
    """Is it where auditors ask?"""
    return method == "POST" and path.startswith("/granskning")


async def ask(web: httpx.AsyncClient, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    place = path.replace("{handelse_id}", DELIVERY_ID).replace("{leverans_id}", DELIVERY_ID)
    body = {} if path.startswith("/granskning") else {"slag": "mottagen"}
    return await web.request(method, place, headers=headers, json=body if method == "POST" else None)


def unsigned(**changed: object) -> str:
    parts = ({"alg": "none", "typ": "JWT", "kid": MORA_KID}, claims(**changed))
    return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."


def hmac_over_public_key(**_: object) -> str:
    return jwt.encode(claims(), bytes.fromhex(MORA_PUBLIC), algorithm="HS256", headers={"kid": MORA_KID})


def spliced() -> str:
    """The header and signature of one token around the claims of another."""
    one, other = token().split("."), token(sub="annan").split(".")
    return ".".join([one[0], other[1], one[2]])


REFUSED: dict[str, Callable[[], dict[str, str]]] = {
    "no token": dict,
    "an empty token": lambda: {"authorization": "Bearer "},
    "another scheme": lambda: {"authorization": f"Basic {token()}"},
    "no token at all but words": lambda: bearer("abc"),
    "a token of a party without keys": lambda: bearer(token(iss="okand-aktor")),
    "a key the hub does not know": lambda: bearer(token(keys.private_key(b"\x09" * 32))),
    "another actor's key under its own id": lambda: bearer(token(FALUN_KEY)),
    "another actor's key under ours": lambda: bearer(token(FALUN_KEY, kid=MORA_KID)),
    "our key for another actor": lambda: bearer(token(iss="falun", lasargrupp="falun.vinr.utsatt")),
    "a key that has ended": lambda: bearer(token(OLD_MORA_KEY)),
    "no key id": lambda: bearer(token(kid="")),
    "expired": lambda: bearer(token(iat=NOW_S - 120, exp=NOW_S - 60)),
    "from the future": lambda: bearer(token(iat=NOW_S + 60, exp=NOW_S + 120)),
    "living too long": lambda: bearer(token(exp=NOW_S + 301)),
    "ending before it began": lambda: bearer(token(exp=NOW_S - 1)),
    "no expiry": lambda: bearer(token(exp=None)),
    "no time of issue": lambda: bearer(token(iat=None)),
    "expiry as text": lambda: bearer(token(exp=str(NOW_S + 60))),
    "expiry as a fraction": lambda: bearer(token(exp=NOW_S + 60.5)),
    "another audience": lambda: bearer(token(aud="annan")),
    "an audience among several": lambda: bearer(token(aud=["samverkanshub", "annan"])),
    "no audience": lambda: bearer(token(aud=None)),
    "no token id": lambda: bearer(token(jti=None)),
    "a token id that is no UUID": lambda: bearer(token(jti="1")),
    "no user": lambda: bearer(token(sub=None)),
    "a user's name": lambda: bearer(token(sub="Anna Andersson")),
    "a user that looks like a personnummer": lambda: bearer(token(sub="19121212-1212")),
    "no reader group": lambda: bearer(token(lasargrupp=None)),
    "not signed": lambda: bearer(unsigned()),
    "signed with the public key as a secret": lambda: bearer(hmac_over_public_key()),
    "claims of another token": lambda: bearer(spliced()),
}
FORBIDDEN: dict[str, Callable[[], dict[str, str]]] = {
    "another actor's reader group": lambda: bearer(token(lasargrupp="falun.vinr.utsatt")),
    "a reader group nobody has": lambda: bearer(token(lasargrupp="mora.vinr.ingen")),
    "a unit for a reader group": lambda: bearer(token(lasargrupp="mora.vinr")),
}


def test_only_the_listed_routes_are_open() -> None:
    assert {path for _, path in every_route()} >= {"/handelser", "/inkorg", "/leveranser/{leverans_id}/oppna"}
    assert {path for _, path in every_route()} >= OPEN


@pytest.mark.parametrize(("method", "path"), guarded())
@pytest.mark.parametrize("why", REFUSED)
async def test_every_route_refuses(why: str, method: str, path: str, hub: Fake, web: httpx.AsyncClient) -> None:
    answer = await ask(web, method, path, REFUSED[why]())
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert not hub.used
    assert not any(hub.calls(name) for name in SERVICES)


@pytest.mark.parametrize(("method", "path"), guarded())
@pytest.mark.parametrize("why", FORBIDDEN)
async def test_every_route_forbids(why: str, method: str, path: str, hub: Fake, web: httpx.AsyncClient) -> None:
    answer = await ask(web, method, path, FORBIDDEN[why]())
    assert (answer.status_code, answer.json()["type"]) == (403, "ej-behorig")
    assert not any(hub.calls(name) for name in SERVICES)


@pytest.mark.parametrize(("method", "path"), guarded())
async def test_every_route_takes_a_token_only_once(method: str, path: str, hub: Fake, web: httpx.AsyncClient) -> None:
    headers = bearer(token(revisor=questions(method, path)))
    assert (await ask(web, method, path, headers)).status_code < 300
    before = len(hub.asked)
    answer = await ask(web, method, path, headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "token-anvand")
    assert [name for name, *_ in hub.asked[before:]] == ["current", "use_token"]


async def test_two_tokens_at_once_are_refused(web: httpx.AsyncClient) -> None:
    headers = [("authorization", f"Bearer {token()}"), ("authorization", f"Bearer {token()}")]
    assert (await web.get("/inkorg", headers=headers)).status_code == 401


async def test_the_services_are_told_who_calls(hub: Fake, web: httpx.AsyncClient) -> None:
    await web.get("/inkorg", headers=bearer())
    caller = hub.calls("inbox")[0][0]
    assert (caller.aktor, caller.enhet) == ("mora", "mora.vinr")
    assert (caller.lasargrupp, caller.anvandare) == ("mora.vinr.utsatt", "handlaggare.7")


async def test_a_token_is_remembered_until_no_leeway_can_save_it(hub: Fake, web: httpx.AsyncClient) -> None:
    jti = str(uuid4())
    await web.get("/inkorg", headers=bearer(token(jti=jti.upper())))
    assert hub.calls("use_token") == [["mora", jti, (NOW_S + 70) * 1000]]


async def test_an_open_route_asks_for_nothing(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["read"] = b"published"
    for path in (path.format(omrade=0, vag="0/000") for path in sorted(OPEN)):
        assert (await web.get(path)).status_code == 200, path


async def test_a_refused_report_still_says_whom_to_telephone(web: httpx.AsyncClient) -> None:
    answer = await web.post("/handelser", content=b"{")
    assert (answer.status_code, answer.json()["ring"]) == (401, COUNTY)


def test_a_clock_a_little_wrong_is_forgiven() -> None:
    for raw in (token(iat=NOW_S + 10, exp=NOW_S + 70), token(iat=NOW_S - 69, exp=NOW_S - 9)):
        assert verify(f"Bearer {raw}", directory(), NOW_S * 1000).caller.aktor == "mora"


def test_a_key_ends_at_swedish_midnight() -> None:
    last = 1_767_221_999  # 2025-12-31T22:59:59Z, one second before midnight in Sweden
    raw = token(OLD_MORA_KEY, iat=last, exp=last + 60)
    assert verify(f"Bearer {raw}", directory(), last * 1000).caller.aktor == "mora"
    with pytest.raises(Unauthenticated):
        verify(f"Bearer {raw}", directory(), (last + 1) * 1000)


def test_another_actors_reader_group_is_forbidden_not_unknown() -> None:
    with pytest.raises(Forbidden):
        verify(f"Bearer {token(lasargrupp='falun.vinr.utsatt')}", directory(), NOW_S * 1000)


async def test_the_hub_of_the_tests_is_the_hub(hub: Fake) -> None:
    async with browser(hub) as web:
        assert (await web.get("/inkorg", headers=bearer())).json() == {"rader": [], "markor": ""}


@pytest.mark.parametrize(("method", "path"), guarded())
async def test_who_audits_reaches_questions_alone_and_nobody_else_reaches_them(
    method: str, path: str, hub: Fake, web: httpx.AsyncClient
) -> None:
    asks = questions(method, path)
    for revisor in (None, False) if asks else (True,):
        answer = await ask(web, method, path, bearer(token(revisor=revisor)))
        assert answer.status_code == 403
    assert not any(hub.calls(service) for service in SERVICES)


@pytest.mark.parametrize("revisor", [1, "true", [True]])
async def test_a_token_says_plainly_whether_it_audits(revisor: object, web: httpx.AsyncClient) -> None:
    answer = await web.post("/granskning/arende", json={}, headers=bearer(token(revisor=revisor)))
    assert answer.status_code == 401
