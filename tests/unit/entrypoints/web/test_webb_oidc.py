"""Login by OpenID Connect, against a provider that is not ours (`tests/leverantor`) and that the tests start."""

import json
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sidohub import Paged

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.oidc import Klient, OidcLeverantor
from samverkanshub.entrypoints.web.app import create_web, open_login
from samverkanshub.entrypoints.web.sidor.logga_in_utifran import BROKEN_OFF, NO_ROLE, OTHER, TOO_WEAK, UNPROVED
from samverkanshub.entrypoints.web.utifran import Utifran, utifran_of
from samverkanshub.settings import Settings

HERE, SAFE = "http://localhost:8080", "https://hub.example"
MAIN = Path(__file__).parents[3] / "leverantor" / "main.py"
PASSWORD = "only-for-tests"
USERS = {
    "olle": {"sub": "drift.1"},
    "rut": {"sub": "granskare.1", "aktor": "mora"},
    "ida": {"sub": "handlaggare.7", "aktor": "mora", "lasargrupp": ["mora.vinr.utsatt", "annat.som.inte.finns"]},
    "nils": {"sub": "drift.2"},
    "sara": {"sub": "drift.1", "acr": "https://id.example/loa3"},
}
KEY = RSAKey.generate_key(2048)
"""The provider's: it sends no logout tokens itself, which are signed by the tests."""
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture(scope="module")
def utfardare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The issuer of a provider that runs."""
    given = tmp_path_factory.mktemp("leverantor") / "given.json"
    users = {name: {"losen": PASSWORD, "ansprak": claims} for name, claims in USERS.items()}
    ater = [f"{host}/webb/logga-in/svar" for host in (HERE, SAFE)]
    utloggad = [f"{host}/webb/logga-in" for host in (HERE, SAFE)]
    client = {"klient": "hubben", "hemlighet": "bara-for-test", "ater": ater, "utloggad": utloggad}
    client["nyckel"] = KEY.as_pem(private=True).decode()
    given.write_text(json.dumps({**client, "anvandare": users}))
    command = [sys.executable, str(MAIN), str(given)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin
        assert running.stdout
        yield running.stdout.readline().strip()
        running.stdin.close()


@pytest.fixture
async def surf(hub: Paged, utfardare: str) -> AsyncIterator[Callable[[str], httpx.AsyncClient]]:
    """Opens browsers before a hub at an address, whose logins are the provider's."""
    hub.leverantor = OidcLeverantor(Klient(utfardare, "hubben", "bara-for-test"), SystemClock(0))
    async with AsyncExitStack() as opened:

        def another(adress: str = HERE) -> httpx.AsyncClient:
            web = create_web(hub, utifran=Utifran(adress, "sub", "aktor", "lasargrupp"))  # type: ignore[arg-type]
            made = httpx.AsyncClient(mounts={adress: httpx.ASGITransport(web)}, base_url=adress, trust_env=False)
            opened.push_async_callback(made.aclose)
            return made

        yield another


async def sent_back(browser: httpx.AsyncClient, user: str, roll: str = "operator") -> str:
    """Log in at the provider; the address at the hub that it sends the browser back to."""
    away = await browser.get(f"/webb/logga-in/dit?roll={roll}")
    assert away.status_code == 303
    form = await browser.get(away.headers["location"], follow_redirects=True)
    fields = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text)
    }
    answer = await browser.post(form.url, data={**fields, "username": user, "password": PASSWORD})
    while not (location := answer.headers["location"]).startswith(str(browser.base_url)):
        answer = await browser.get(answer.url.join(location))
    return str(location)


async def logged_in(browser: httpx.AsyncClient, user: str, roll: str = "operator") -> httpx.Response:
    return await browser.get(await sent_back(browser, user, roll))


async def test_an_operator_logs_in_elsewhere_and_comes_to_the_page_of_operators(surf: Any) -> None:
    browser = surf()
    answer = await logged_in(browser, "olle")
    assert (answer.status_code, answer.headers["location"]) == (303, "/webb/")
    page = await browser.get("/webb/", follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/webb/drift")
    assert "drift.1" in page.text


async def test_an_auditor_is_of_the_actor_that_is_claimed(surf: Any) -> None:
    browser = surf()
    assert (await logged_in(browser, "rut", "revisor")).status_code == 303
    page = await browser.get("/webb/", follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/webb/granskning")
    assert "granskare.1, mora" in page.text


async def test_an_actor_s_user_comes_to_the_inbox_of_the_reader_group_that_is_claimed(surf: Any) -> None:
    browser = surf()
    assert (await logged_in(browser, "ida", "aktor")).status_code == 303
    page = await browser.get("/webb/", follow_redirects=True)
    assert (page.status_code, page.url.path) == (200, "/webb/inkorg")
    assert "handlaggare.7, mora" in page.text


@pytest.mark.parametrize(("user", "roll"), [("nils", "operator"), ("olle", "revisor"), ("rut", "operator")])
async def test_whom_the_regelverk_does_not_give_the_role_is_not_let_in(surf: Any, user: str, roll: str) -> None:
    browser = surf()
    answer = await logged_in(browser, user, roll)
    assert (answer.status_code, NO_ROLE in answer.text) == (403, True)
    assert (await browser.get("/webb/drift")).status_code == 303


async def test_an_answer_is_of_use_only_in_the_browser_that_asked(surf: Any) -> None:
    """Or somebody could log others in as themselves, or take what was sent to others."""
    victim, thief = surf(), surf()
    stolen = await sent_back(victim, "olle")
    for theft in (stolen, stolen.replace("state=", "stat=")):
        answer = await thief.get(theft)
        assert (answer.status_code, OTHER in answer.text) == (403, True)
    await thief.get("/webb/logga-in/dit?roll=operator")
    assert OTHER in (await thief.get(stolen)).text
    state = parse_qs(urlsplit((await thief.get("/webb/logga-in/dit?roll=operator")).headers["location"]).query)["state"]
    mixed = re.sub(r"state=[^&]*", f"state={state[0]}", stolen)
    assert UNPROVED in (await thief.get(mixed)).text
    assert not [cookie.name for cookie in thief.cookies.jar if cookie.name == "samverkan"]


async def test_an_answer_is_of_use_once(surf: Any) -> None:
    browser = surf()
    back = await sent_back(browser, "olle")
    kept = next(cookie.value for cookie in browser.cookies.jar if cookie.name == "samverkan-forsok")
    assert (await browser.get(back)).status_code == 303
    assert OTHER in (await browser.get(back)).text
    again = await browser.get(back, headers={"cookie": f"samverkan-forsok={kept}"})
    assert (again.status_code, UNPROVED in again.text) == (403, True)


@pytest.mark.parametrize("part", [2, 3])
async def test_nonce_and_verifier_are_those_of_the_attempt(surf: Any, part: int) -> None:
    browser = surf()
    back = await sent_back(browser, "olle")
    kept = next(cookie for cookie in browser.cookies.jar if cookie.name == "samverkan-forsok")
    parts = (kept.value or "").split(".")
    kept.value = ".".join([*parts[:part], "x" * 64, *parts[part + 1 :]])
    assert UNPROVED in (await browser.get(back)).text
    assert (await browser.get("/webb/drift")).status_code == 303


async def test_who_breaks_off_is_told_so(surf: Any) -> None:
    browser = surf()
    location = (await browser.get("/webb/logga-in/dit?roll=operator")).headers["location"]
    state = parse_qs(urlsplit(location).query)["state"][0]
    answer = await browser.get(f"/webb/logga-in/svar?error=access_denied&state={state}")
    assert (answer.status_code, BROKEN_OFF in answer.text) == (403, True)


async def test_where_to_go_says_nothing_of_the_secrets_that_are_held_against_the_answer(surf: Any) -> None:
    answer = await surf().get("/webb/logga-in/dit?roll=operator")
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    verifier = answer.headers["set-cookie"].partition(";")[0].rpartition(".")[2]
    assert verifier not in answer.headers["location"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["redirect_uri"] == [f"{HERE}/webb/logga-in/svar"]


async def test_a_role_without_pages_is_none_to_log_in_as(surf: Any) -> None:
    browser = surf()
    assert (await browser.get("/webb/logga-in/dit?roll=kung")).status_code == 400
    assert "roll=operator" in (await browser.get("/webb/logga-in")).text


async def test_nobody_is_whom_they_say_where_logins_are_from_elsewhere(surf: Any) -> None:
    answer = await surf().post("/webb/logga-in", data={"vem": "operator/drift.1"}, headers=OURS)
    assert answer.status_code == 405
    given = {"oidc_utfardare": "https://id.example", "webb_adress": SAFE, "oidc_klient": "hubben"}
    assert open_login(Settings()) != []
    assert open_login(Settings(**given)) == []  # type: ignore[arg-type]


async def test_who_logs_out_is_out_and_may_go_on_to_be_out_at_the_provider(surf: Any) -> None:
    browser = surf()
    await logged_in(browser, "olle")
    await browser.post("/webb/logga-ut", headers=OURS)
    assert (await browser.get("/webb/drift")).status_code == 303
    away = await browser.get("/webb/logga-in/dit?roll=operator")
    still = await browser.get(away.headers["location"])
    assert still.headers["location"].startswith(HERE)
    asks = await browser.get("/webb/logga-in/ut", follow_redirects=True)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asks.text))
    said = {name: unescape(value) for name, value in hidden.items()} | {"allow": "Logout"}
    out = await browser.post(asks.url, data=said, follow_redirects=True)
    assert (out.status_code, str(out.url).partition("?")[0]) == (200, f"{HERE}/webb/logga-in")
    away = await browser.get("/webb/logga-in/dit?roll=operator")
    gone = await browser.get(away.headers["location"])
    assert gone.headers["location"].startswith("/logga-in/")


async def test_over_tls_no_other_host_sets_the_keys_and_nothing_else_carries_them(surf: Any) -> None:
    browser = surf(SAFE)
    away = (await browser.get("/webb/logga-in/dit?roll=operator")).headers["set-cookie"].lower()
    answer = (await logged_in(browser, "olle")).headers.get_list("set-cookie")
    assert (await browser.get("/webb/drift")).status_code == 200
    out = (await browser.post("/webb/logga-ut", headers=OURS)).headers["set-cookie"]
    for cookie in (away, *answer, out):
        assert cookie.lower().startswith("__host-samverkan")
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= set(cookie.lower().split("; "))
    assert (await browser.get("/webb/drift")).status_code == 303


async def test_where_the_provider_does_not_answer_the_page_says_so(surf: Any, hub: Paged) -> None:
    browser = surf()
    closed = "http://127.0.0.1:1/o"
    hub.leverantor = OidcLeverantor(Klient(closed, "hubben"), SystemClock(0))
    answer = await browser.get("/webb/logga-in/dit?roll=operator")
    assert answer.status_code == 503
    assert "En server som sidan behöver svarar inte" in answer.text


async def test_whoever_the_provider_logs_out_is_logged_out_here_and_nobody_else_is(surf: Any, utfardare: str) -> None:
    """Back-Channel Logout 1.0: the provider itself sends it, from no page of ours."""
    olle, rut = surf(), surf()
    await logged_in(olle, "olle")
    await logged_in(rut, "rut", "revisor")
    for token, status in ((logout(utfardare, "drift.9"), 200), ("inget", 400), ("", 400)):
        assert (await olle.post("/webb/logga-in/utloggad", data={"logout_token": token})).status_code == status
    assert (await olle.get("/webb/drift")).status_code == 200
    told = await surf().post("/webb/logga-in/utloggad", data={"logout_token": logout(utfardare, "drift.1")})
    assert (told.status_code, told.content, told.headers["cache-control"]) == (200, b"", "no-store")
    assert (await olle.get("/webb/drift")).status_code == 303
    assert (await rut.get("/webb/granskning/incidenter")).status_code == 200


def logout(utfardare: str, sub: str) -> str:
    """A logout token, by the provider's own key."""
    now = int(time.time())
    claims = {"iss": utfardare, "aud": "hubben", "iat": now, "exp": now + 120, "jti": "1", "sub": sub}
    claims["events"] = {"http://schemas.openid.net/event/backchannel-logout": {}}
    return jwt.encode({"alg": "RS256", "kid": KEY.thumbprint(), "typ": "logout+jwt"}, claims, KEY)


async def test_who_has_shown_who_they_are_less_well_than_is_asked_for_is_not_let_in(
    surf: Any, hub: Paged, utfardare: str
) -> None:
    asked = Klient(utfardare, "hubben", "bara-for-test", acr=("https://id.example/loa3", "https://id.example/loa4"))
    hub.leverantor = OidcLeverantor(asked, SystemClock(0))
    answer = await logged_in(surf(), "olle")
    assert (answer.status_code, TOO_WEAK in answer.text) == (403, True)
    assert (await logged_in(surf(), "sara")).status_code == 303


def test_without_a_provider_logins_are_not_from_elsewhere() -> None:
    assert utifran_of(Settings()) is None
