"""What is believed of a provider of OpenID Connect and of a token: one that is right, each other wrong by one thing."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from samverkanshub.adapters.oidc import (
    ANEW_S,
    KEYS_S,
    KNOWN_S,
    LEEWAY_S,
    LOGOUT,
    SILENT_S,
    STALE_S,
    Klient,
    OidcLeverantor,
    believed,
    is_safe,
)
from samverkanshub.domain.errors import Unauthenticated
from samverkanshub.ports import TOO_LOW, Forsok, Unavailable

ISSUER, ATER = "https://id.example/kommunen", "https://hub.example/webb/logga-in/svar"
NOW_S = 1_790_000_000
KEY, OTHER = RSAKey.generate_key(2048, {"kid": "k1"}), RSAKey.generate_key(2048, {"kid": "k1"})
EC = ECKey.generate_key("P-256", {"kid": "e1"})
HMAC = OctKey.import_key("bara-for-test-bara-for-test-bara", {"kid": "h1"})
FORSOK = Forsok("", "state", "nonce-of-this-attempt", "verifier")
CLAIMS = {
    "iss": ISSUER,
    "aud": "hubben",
    "sub": "drift.1",
    "nonce": FORSOK.nonce,
    "iat": NOW_S,
    "exp": NOW_S + 300,
}
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/till?prompt=login",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/nycklar",
    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
}


class Clock:
    def now_ms(self) -> int:
        return NOW_S * 1000


def signed(key: Any = KEY, alg: str = "RS256", **changed: Any) -> str:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    return jwt.encode({"alg": alg, "kid": key.kid}, claims, key, algorithms=[alg])


class Provider:
    """Answers as a provider; `says` changes what it says at an address."""

    def __init__(self, **says: httpx.Response | Exception) -> None:
        self.says: dict[str, Any] = says
        self.asked: list[httpx.Request] = []
        self.keys = [KEY, EC]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        name = request.url.path.rpartition("/")[2]
        answer = self.says.get(name)
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            return answer
        if name == "nycklar":
            return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in self.keys]})
        if name == "token":
            return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": signed()})
        return httpx.Response(200, json=METADATA)

    def before(self, hemlighet: str = "") -> OidcLeverantor:
        return OidcLeverantor(Klient(ISSUER, "hubben", hemlighet), Clock(), httpx.MockTransport(self))


def giving(id_token: Any, **more: Any) -> Provider:
    return Provider(token=httpx.Response(200, json={"access_token": "a", "id_token": id_token, **more}))


async def test_who_is_said_by_a_token_that_holds() -> None:
    for token in (signed(), signed(EC, "ES256"), signed(aud=["hubben"]), signed(aud=["hubben", "annan"], azp="hubben")):
        claims = await giving(token).before().claims(FORSOK, "kod", ATER)
        assert claims["sub"] == "drift.1"


UNSIGNED = jwt.encode({"alg": "HS256"}, CLAIMS, HMAC, algorithms=["HS256"]).rpartition(".")[0] + "."
WRONG: dict[str, Callable[[], Any]] = {
    "by another's key": lambda: signed(OTHER),
    "by the client's secret": lambda: signed(HMAC, "HS256"),
    "by nobody": lambda: UNSIGNED,
    "of another issuer": lambda: signed(iss="https://id.example/grannen"),
    "of no issuer": lambda: signed(iss=None),
    "for another client": lambda: signed(aud="annan"),
    "for another client, who says that we asked": lambda: signed(aud="annan", azp="hubben"),
    "for several, of which another asked": lambda: signed(aud=["hubben", "annan"], azp="annan"),
    "for several, nobody says who asked": lambda: signed(aud=["hubben", "annan"]),
    "for nobody": lambda: signed(aud=None),
    "of another attempt": lambda: signed(nonce="nonce-of-another"),
    "of no attempt": lambda: signed(nonce=None),
    "that has ended": lambda: signed(exp=NOW_S - LEEWAY_S - 1),
    "that never ends": lambda: signed(exp=None),
    "of tomorrow": lambda: signed(iat=NOW_S + 86_400),
    "of an access token that is another": lambda: signed(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "of nobody": lambda: signed(sub=None),
    "that is none": lambda: "token",
    "that is missing": lambda: None,
}


@pytest.mark.parametrize("what", WRONG)
async def test_a_token_that_is_wrong_by_one_thing_says_nothing(what: str) -> None:
    with pytest.raises(Unauthenticated):
        await giving(WRONG[what]()).before().claims(FORSOK, "kod", ATER)


async def test_a_clock_may_be_off_by_a_minute() -> None:
    claims = await giving(signed(exp=NOW_S - LEEWAY_S + 5)).before().claims(FORSOK, "kod", ATER)
    assert claims["sub"] == "drift.1"


async def test_a_key_that_the_provider_has_taken_back_signs_nothing() -> None:
    provider = Provider()
    leverantor = provider.before()
    assert await leverantor.claims(FORSOK, "kod", ATER)
    provider.keys = [EC]
    with pytest.raises(Unauthenticated):
        await leverantor.claims(FORSOK, "kod", ATER)


async def test_the_attempt_goes_with_what_the_provider_has_in_its_address_and_keeps_its_secrets() -> None:
    forsok = await Provider().before().begin(ATER)
    asked = parse_qs(urlsplit(forsok.adress).query)
    assert forsok.adress.startswith(f"{ISSUER}/till?")
    assert asked["prompt"] == ["login"]
    assert (asked["client_id"], asked["redirect_uri"], asked["scope"]) == (["hubben"], [ATER], ["openid"])
    assert (asked["state"], asked["nonce"], asked["response_type"]) == ([forsok.state], [forsok.nonce], ["code"])
    assert forsok.verifierare not in forsok.adress
    assert forsok != await Provider().before().begin(ATER)
    assert forsok.verifierare not in repr(forsok)


@pytest.mark.parametrize("hemlighet", ["", "hemligt:&"])
async def test_the_code_goes_with_the_verifier_and_the_secret_where_there_is_one(hemlighet: str) -> None:
    provider = Provider()
    await provider.before(hemlighet).claims(FORSOK, "kod", ATER)
    sent = next(request for request in provider.asked if request.url.path.endswith("/token"))
    body = parse_qs(sent.content.decode())
    assert (body["code"], body["code_verifier"], body["redirect_uri"]) == (["kod"], ["verifier"], [ATER])
    assert ("authorization" in sent.headers, body.get("client_id")) == (
        bool(hemlighet),
        None if hemlighet else ["hubben"],
    )
    if hemlighet:
        assert sent.headers["authorization"] == _basic("hubben", "hemligt%3A%26")


def _basic(user: str, password: str) -> str:
    return next(httpx.BasicAuth(user, password).auth_flow(httpx.Request("GET", ISSUER))).headers["authorization"]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_a_code_that_the_provider_does_not_take_is_nobodys(status: int) -> None:
    provider = Provider(token=httpx.Response(status, json={"error": "invalid_grant"}))
    with pytest.raises(Unauthenticated):
        await provider.before().claims(FORSOK, "kod", ATER)


BROKEN: dict[str, Any] = {
    "nothing": httpx.ConnectError("no"),
    "an error": httpx.Response(500),
    "elsewhere": httpx.Response(302, headers={"location": "https://elsewhere.example"}),
    "no JSON": httpx.Response(200, content=b"<html>"),
    "no object": httpx.Response(200, json=[]),
    "too much": httpx.Response(200, content=json.dumps({"x": "y" * 300_000}).encode()),
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("where", ["openid-configuration", "token", "nycklar"])
async def test_a_provider_that_answers_otherwise_does_not_answer(where: str, how: str) -> None:
    with pytest.raises(Unavailable):
        await Provider(**{where: BROKEN[how]}).before().claims(FORSOK, "kod", ATER)


async def test_what_a_provider_says_of_itself_is_asked_for_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    provider, now = Provider(), [1000.0]
    monkeypatch.setattr("samverkanshub.adapters.oidc.monotonic", lambda: now[0])
    leverantor = provider.before()
    for at, times in ((1000.0, 1), (999.0 + KNOWN_S, 1), (1000.0 + KNOWN_S, 2)):
        now[0] = at
        await leverantor.begin(ATER)
        assert len(provider.asked) == times


async def test_a_provider_that_does_not_answer_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    provider, now = Provider(**{"openid-configuration": httpx.Response(500)}), [1000.0]
    monkeypatch.setattr("samverkanshub.adapters.oidc.monotonic", lambda: now[0])
    leverantor = provider.before()
    for at, times in ((1000.0, 1), (1000.0 + SILENT_S - 1, 1), (1000.0 + SILENT_S, 2)):
        now[0] = at
        with pytest.raises(Unavailable):
            await leverantor.begin(ATER)
        assert len(provider.asked) == times
    provider.says.clear()
    now[0] += SILENT_S
    assert await leverantor.begin(ATER)


BAD: dict[str, dict[str, Any]] = {
    "that it is another": {"issuer": "https://id.example/grannen"},
    "of no place for codes": {"token_endpoint": None},
    "of a place that others read": {"token_endpoint": "http://id.example/token"},
    "of keys that others may change": {"jwks_uri": "http://id.example/nycklar"},
    "of a way out that others read": {"end_session_endpoint": "http://id.example/ut"},
}


@pytest.mark.parametrize("what", BAD)
def test_a_provider_is_not_believed_that_says(what: str) -> None:
    assert believed(METADATA, ISSUER) == METADATA
    with pytest.raises(Unavailable):
        believed(METADATA | BAD[what], ISSUER)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://id.example", True),
        ("http://127.0.0.1:8081/o", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("http://id.example", False),
        ("http://127.0.0.1.example", False),
        ("ftp://localhost", False),
        ("https://", False),
        ("https://[", False),
    ],
)
def test_only_over_tls_or_on_this_machine_is_it_safe(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


async def test_one_logs_out_at_a_provider_that_has_a_place_for_it() -> None:
    out = "https://hub.example/webb/logga-in"
    assert await Provider().before().logout(out) == ""
    known = METADATA | {"end_session_endpoint": f"{ISSUER}/ut"}
    asked = urlsplit(await Provider(**{"openid-configuration": httpx.Response(200, json=known)}).before().logout(out))
    assert parse_qs(asked.query) == {"client_id": ["hubben"], "post_logout_redirect_uri": [out]}


ACR = ("https://id.example/loa3", "https://id.example/loa4")


@pytest.mark.parametrize(
    ("acr", "holds"), [(ACR[1], True), ("https://id.example/loa2", False), (None, False), ([], False)]
)
async def test_how_somebody_has_shown_who_they_are_is_one_of_those_asked_for(acr: Any, holds: bool) -> None:
    leverantor = OidcLeverantor(
        Klient(ISSUER, "hubben", acr=ACR), Clock(), httpx.MockTransport(giving(signed(acr=acr)))
    )
    asked = parse_qs(urlsplit((await leverantor.begin(ATER)).adress).query)
    assert asked["acr_values"] == [" ".join(ACR)]
    if holds:
        assert (await leverantor.claims(FORSOK, "kod", ATER))["acr"] == acr
        return
    with pytest.raises(Unauthenticated) as refused:
        await leverantor.claims(FORSOK, "kod", ATER)
    assert refused.value.code == TOO_LOW


OUT = {
    "iss": ISSUER,
    "aud": "hubben",
    "iat": NOW_S,
    "exp": NOW_S + 120,
    "jti": "one",
    "events": {LOGOUT: {}},
    "sub": "drift.1",
}


def out(key: Any = KEY, typ: str | None = "logout+jwt", alg: str = "RS256", **changed: Any) -> str:
    claims = {name: value for name, value in (OUT | changed).items() if value is not None}
    header = {"alg": alg, "kid": key.kid} | ({"typ": typ} if typ else {})
    return jwt.encode(header, claims, key, algorithms=[alg])


@pytest.mark.parametrize("typ", ["logout+jwt", "JWT", None])
async def test_who_has_logged_out_is_said_by_a_token_that_holds(typ: str | None) -> None:
    assert (await Provider().before().logged_out(out(typ=typ)))["sub"] == "drift.1"
    assert (await Provider().before().logged_out(out(typ=typ, sub=None, sid="s")))["sid"] == "s"


NO_LOGOUT: dict[str, Callable[[], str]] = {
    "by another's key": lambda: out(OTHER),
    "by the client's secret": lambda: out(HMAC, alg="HS256"),
    "of another issuer": lambda: out(iss="https://id.example/grannen"),
    "for another client": lambda: out(aud="annan"),
    "that has ended": lambda: out(exp=NOW_S - LEEWAY_S - 1),
    "that never ends": lambda: out(exp=None),
    "of tomorrow": lambda: out(iat=NOW_S + 86_400),
    "of a while ago, whenever it ends": lambda: out(iat=NOW_S - STALE_S - 1, exp=NOW_S + 10**9),
    "of a time that is none": lambda: out(iat=float("nan")),
    "without an id": lambda: out(jti=None),
    "of nobody and no session": lambda: out(sub=None),
    "of whom a number names": lambda: out(sub=7),
    "of another event": lambda: out(events={"http://schemas.openid.net/event/other": {}}),
    "of no event": lambda: out(events=None),
    "of an event that is none": lambda: out(events=[LOGOUT]),
    "of a login": lambda: out(nonce="n"),
    "of another kind": lambda: out(typ="at+jwt"),
    "that is an ID token": signed,
    "that is none": lambda: "token",
}


@pytest.mark.parametrize("what", NO_LOGOUT)
async def test_a_logout_token_that_is_wrong_by_one_thing_logs_nobody_out(what: str) -> None:
    with pytest.raises(Unauthenticated):
        await Provider().before().logged_out(NO_LOGOUT[what]())


async def test_whoever_sends_logout_tokens_makes_the_hub_ask_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    provider, now = Provider(), [1000.0]
    monkeypatch.setattr("samverkanshub.adapters.oidc.monotonic", lambda: now[0])
    leverantor = provider.before()
    for at, times in ((1000.0, 1), (999.0 + KEYS_S, 1), (1000.0 + KEYS_S, 2)):
        now[0] = at
        with pytest.raises(Unauthenticated):
            await leverantor.logged_out(out(OTHER))
        assert len([one for one in provider.asked if one.url.path.endswith("/nycklar")]) == times


def key_fetches(provider: Provider) -> int:
    return len([one for one in provider.asked if one.url.path.endswith("/nycklar")])


async def test_keys_that_cannot_be_had_are_asked_for_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many send tokens at once."""
    provider, now = Provider(nycklar=httpx.Response(500)), [1000.0]
    monkeypatch.setattr("samverkanshub.adapters.oidc.monotonic", lambda: now[0])
    leverantor = provider.before()
    for at, times in ((1000.0, 1), (999.0 + SILENT_S, 1), (1000.0 + SILENT_S, 2)):
        now[0] = at
        answers = await asyncio.gather(*(leverantor.logged_out(out()) for _ in range(5)), return_exceptions=True)
        assert {type(one) for one in answers} == {Unavailable}
        assert key_fetches(provider) == times
    provider.says.clear()
    now[0] += SILENT_S
    assert await leverantor.logged_out(out())


async def test_a_new_key_is_asked_for_at_once_but_not_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    provider, now, new = Provider(), [1000.0], RSAKey.generate_key(2048, {"kid": "k2"})
    monkeypatch.setattr("samverkanshub.adapters.oidc.monotonic", lambda: now[0])
    leverantor = provider.before()
    assert await leverantor.logged_out(out())
    for at, times in ((1000.0 + ANEW_S - 1, 1), (1000.0 + ANEW_S, 2), (1001.0 + ANEW_S, 2)):
        now[0] = at
        with pytest.raises(Unauthenticated):
            await leverantor.logged_out(out(new))
        assert key_fetches(provider) == times
    provider.keys.append(new)
    now[0] += ANEW_S
    assert await leverantor.logged_out(out(new))
    assert key_fetches(provider) == 3


async def test_keys_that_are_kept_hold_though_a_newer_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    provider, now = Provider(), [1000.0]
    monkeypatch.setattr("samverkanshub.adapters.oidc.monotonic", lambda: now[0])
    leverantor = provider.before()
    assert await leverantor.logged_out(out())
    provider.says["nycklar"] = httpx.Response(500)
    now[0] += ANEW_S
    with pytest.raises(Unavailable):
        await leverantor.logged_out(out(HMAC, alg="HS256"))
    assert await leverantor.logged_out(out())
