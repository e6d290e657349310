"""API7, API8: nothing that is sent becomes a header, an address that is asked, or something a spreadsheet computes."""

import inspect
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from angripare import SANDARE, A, Dorr
from intakehub import report
from sidohub import Paged

from samverkanshub.adapters import oidc
from samverkanshub.codec.tabell import to_csv
from samverkanshub.entrypoints.http import __main__ as served
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.problems import Problem, answer
from samverkanshub.entrypoints.web.app import create_web
from samverkanshub.verifier.published import Web

ROOT: Final = Path(inspect.getfile(create_app)).parents[2]
INJECTED: Final = (
    "a\r\nset-cookie: x=1",
    "a\nx-injected: 1",
    "a\r\n\r\n<html>",
    "a\u2028x-injected: 1",
    "a\u560d\u560ax-injected: 1",
    "a\0b",
    '"; filename="../../etc/passwd',
)
HEADERS: Final = frozenset(
    {
        *("cache-control", "content-length", "content-type", "x-content-type-options", "location", "retry-after"),
        *("www-authenticate", "allow", "connection", "samverkan-markor", "samverkan-vidare", "content-disposition"),
    }
)
"""All that the api ever sends."""


def plain(answered: httpx.Response) -> bool:
    """Only the api's own headers, once each, and nothing injected in them."""
    names = [name.lower() for name, _ in answered.headers.multi_items()]
    return (
        set(names) <= HEADERS
        and len(names) == len(set(names))
        and not re.search(r"x-injected|set-cookie|[\r\n\0]", str(answered.headers))
    )


@pytest.mark.parametrize("text", INJECTED)
async def test_what_is_sent_in_an_address_becomes_no_header(text: str, dorr: Dorr) -> None:
    there = quote(text, safe="")
    for metod, vag in (
        ("GET", f"/handelser/{there}/utfall"),
        ("POST", f"/leveranser/{there}/oppna"),
        ("GET", f"/logg/0/tile/{there}"),
        ("GET", f"/inkorg?markor={there}"),
        ("GET", f"/inkorg?antal={there}"),
        ("GET", f"/plikter?utan_innehavare={there}"),
        ("GET", f"/{there}"),
    ):
        found = await dorr.fraga(metod, vag, A)
        assert found.status_code in (400, 404, 422), vag
        assert plain(found), vag


@pytest.mark.parametrize("text", INJECTED)
async def test_what_is_sent_in_an_event_becomes_no_header(text: str, dorr: Dorr) -> None:
    """Neither the id, which names the outcome (`location`), nor the municipality, by which `ring` is looked up."""
    body = {"id": text, "type": "se.samverkanshub.orosanmalan.v1", "data": {"kommun": text}}
    for headers in (dorr.bearer(A), {}):
        found = await dorr.http.post("/handelser", json=body, headers=headers)
        assert found.status_code in (400, 401, 422)
        assert found.json()["ring"] == "023-111", "the county's"
        assert text not in found.text
        assert plain(found)


@pytest.mark.parametrize("text", INJECTED)
async def test_what_is_asked_as_an_auditor_becomes_no_header(text: str, dorr: Dorr) -> None:
    for vag, body in (
        (f"/granskning/{quote(text, safe='')}", {}),
        (f"/granskning/handelser?format={quote(text, safe='')}", {}),
        ("/granskning/handelser?format=csv", {"markor": text}),
        ("/granskning/handelser?format=csv", {"aktor": text}),
    ):
        found = await dorr.fraga("POST", vag, A, "granskare.1", revisor=True, json=body)
        assert found.status_code in (400, 404, 422), vag
        assert plain(found), vag


@pytest.mark.parametrize("name", ["host", "x-forwarded-host", "x-forwarded-for", "x-http-method-override", "origin"])
async def test_no_header_changes_where_an_answer_leads_or_what_is_asked(name: str, dorr: Dorr) -> None:
    body = {"headers": {name: "evil.example"}}
    sent = await dorr.sand(SANDARE, "orosanmalan", report())
    found = await dorr.http.get("/inkorg", headers={**dorr.bearer(A), **body["headers"]})
    assert sent.headers["location"].startswith("/handelser/")
    assert (found.status_code, "evil" in found.text + str(found.headers)) == (200, False)


async def test_an_address_after_login_leads_nowhere_else(fejk: Paged) -> None:
    """Redirects of the pages are to addresses of their own, whatever host or next address is asked for."""
    http = httpx.AsyncClient(
        transport=httpx.ASGITransport(create_web(fejk, fejk.dev)),  # type: ignore[arg-type]
        base_url="http://localhost:8080",
        headers={"sec-fetch-site": "same-origin"},
    )
    async with http:
        asked = {"vem": "operator/drift.1", "next": "https://evil.example", "dit": "//evil.example"}
        answered = await http.post("/webb/logga-in?next=https://evil.example", data=asked)
        assert (answered.status_code, answered.headers["location"]) == (303, "/webb/")
        out = await http.post("/webb/logga-ut", data=asked)
        assert out.headers["location"] == "/webb/logga-in"
        wrong = await http.get("/webb/drift", headers={"host": "evil.example"})
        assert wrong.status_code in (303, 400)
        assert "evil" not in str(wrong.headers) + wrong.text


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%0d%0a", "%1f", "%7f"])
async def test_an_address_with_what_no_address_has_leads_nowhere(odd: str, fejk: Paged) -> None:
    """Among files it was an error of the hub's, by anybody who asked."""
    http = httpx.AsyncClient(
        transport=httpx.ASGITransport(create_web(fejk, fejk.dev), raise_app_exceptions=False),  # type: ignore[arg-type]
        base_url="http://localhost:8080",
    )
    async with http:
        for path in (f"/webb/statiskt/{odd}", f"/webb/statiskt/{odd}/sidor.css", f"/webb/logga-in{odd}"):
            assert (await http.get(path)).status_code == 404, path


# --------------------------------------------------------------------------------------------------- files and cells


def test_every_file_is_named_by_the_hub_and_never_by_who_asks() -> None:
    """`content-disposition` is made of the closed names of questions and tables, a day, a year and numbers."""
    found = []
    for path in sorted((ROOT / "entrypoints").rglob("*.py")):
        found += re.findall(r'name = f"([^"]+)"', path.read_text()) if "content-disposition" in path.read_text() else []
    assert sorted(found) == [
        "beslut-{bevisat.partition}-{bevisat.position}.tlog-proof",
        "granskning-{fraga}-{swedish_day(vem.nu)}.{form}",
        "uppfoljning-{valt.tabell}-{valt.ar}.csv",
    ]


async def test_a_file_of_what_is_no_question_and_no_table_is_not_found(fejk: Paged) -> None:
    http = httpx.AsyncClient(
        transport=httpx.ASGITransport(create_web(fejk, fejk.dev), raise_app_exceptions=False),  # type: ignore[arg-type]
        base_url="http://localhost:8080",
        headers={"sec-fetch-site": "same-origin"},
    )
    async with http:
        await http.post("/webb/logga-in", data={"vem": "revisor/mora/granskare.1"})
        for text in INJECTED:
            got = await http.get("/webb/uppfoljning/csv", params={"tabell": text})
            asked = {"format": text, "fortsatt": "fortsatt-0"}
            exported = await http.post("/webb/granskning/export", data=asked)
            for answered in (got, exported):
                assert answered.status_code in (404, 422)
                assert "content-disposition" not in answered.headers
                assert "x-injected" not in str(answered.headers).lower()


FORMULAS: Final = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    " =1",
)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_an_export_is_computed_by_a_spreadsheet(text: str) -> None:
    for value in (text, [text, "b"], (text,)):
        cell = to_csv(("a",), [{"a": value}]).decode().split("\r\n", 1)[1].lstrip('"')
        assert cell.startswith("'"), value


# ----------------------------------------------------------------------------------------------- who is ever asked


def test_nothing_but_login_and_the_programs_for_others_asks_over_http() -> None:
    """API7: of what runs in the api one module is a client, of a provider that the settings name."""
    outside = {
        path.relative_to(ROOT).parts[0]
        for path in ROOT.rglob("*.py")
        if re.search(
            r"httpx\.(AsyncClient|Client|get|post|stream|request)\(|urlopen|requests\.|aiohttp", path.read_text()
        )
    }
    assert outside <= {"adapters", "client", "verifier", "entrypoints"}
    inside = [path for path in (ROOT / "adapters").rglob("*.py") if re.search(r"httpx\.AsyncClient", path.read_text())]
    assert [path.name for path in inside if "TYPE" not in path.name] == ["oidc.py"]
    assert not [path for path in (ROOT / "pipeline").rglob("*.py") if "import httpx" in path.read_text()]


@pytest.mark.parametrize("module", [oidc, inspect.getmodule(Web)])
def test_no_redirect_is_followed_and_no_proxy_of_the_environments_used(module: Any) -> None:
    source = inspect.getsource(module)
    assert source.count("httpx.AsyncClient(") == source.count("trust_env=False")
    assert "follow_redirects" not in source
    assert httpx.AsyncClient().follow_redirects is False


# --------------------------------------------------------------------------------------------------------- the server


def test_a_request_head_is_no_longer_than_a_head_is() -> None:
    source = inspect.getsource(served.config)
    assert served.LARGEST_HEAD == 16 * 1024
    assert "h11_max_incomplete_event_size=LARGEST_HEAD" in source


def test_an_error_carries_no_header_but_its_own() -> None:
    for status in (400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 503):
        made = answer(Problem("kod", "title", status, "detail"), "GET, OPTIONS", 5)
        assert set(made.headers) <= HEADERS
