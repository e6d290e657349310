"""The routes hand their request to one service and its answer back."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hubfakes import DELIVERY_ID, EVENT_ID, MORA_NUMBER, Fake, Receipt, bearer

from samverkanshub.entrypoints.http.__main__ import config, main
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.ports import Unavailable
from samverkanshub.settings import Settings

JSON = {"content-type": "application/json"}


async def post(web: httpx.AsyncClient, path: str, body: Any) -> httpx.Response:
    headers = bearer() | {"content-type": "application/json"}
    return await web.post(path, content=json.dumps(body), headers=headers)


async def test_a_judged_event_is_answered_201_with_its_alias(web: httpx.AsyncClient) -> None:
    answer = await post(web, "/handelser", {})
    assert answer.status_code == 201
    assert answer.json() == {
        "handelse_id": EVENT_ID,
        "arende": "alias-1",
        "dom": "godtagen",
        "varningar": [],
        "ring": "",
    }


async def test_what_is_posted_passes_a_failpoint_once_it_is_answered(hub: Fake) -> None:
    passed: list[str] = []

    async def failpoint(name: str) -> None:
        passed.append(name)

    transport = httpx.ASGITransport(create_app(hub, failpoint))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub") as web:
        await web.get("/halsa")
        assert passed == []
        assert (await post(web, "/handelser", {})).status_code == 201
    assert passed == ["api.efter-svar"]


async def test_an_appended_event_is_answered_202_with_where_its_outcome_will_be(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    hub.says["publish"] = Receipt(202, arende="", dom="", ring="0250-26000", varningar=["lokal-referens"])
    answer = await post(web, "/handelser", {})
    assert (answer.status_code, answer.headers["location"]) == (202, f"/handelser/{EVENT_ID}/utfall")
    assert (answer.json()["ring"], answer.json()["varningar"]) == ("0250-26000", ["lokal-referens"])


async def test_the_bytes_are_handed_on_as_they_came(hub: Fake, web: httpx.AsyncClient) -> None:
    headers = bearer() | {"content-type": "application/cloudevents+json"}
    await web.post("/handelser", content=b' {"a" : 1.0}\n', headers=headers)
    assert hub.calls("publish")[0][1] == b' {"a" : 1.0}\n'


async def test_what_is_only_asked_about_is_handed_on_as_it_came_and_answered_200(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    answer = await web.post("/bedomning", content=b' {"a" : 1.0}\n', headers=bearer() | JSON)
    assert (answer.status_code, answer.json()["status"]) == (200, "hypotes")
    assert [args[1] for args in hub.calls("assess")] == [b' {"a" : 1.0}\n']
    assert hub.calls("publish") == []


async def test_what_is_asked_about_has_the_same_media_types_size_and_need_of_a_token(web: httpx.AsyncClient) -> None:
    plain = await web.post("/bedomning", content=b"{}", headers=bearer() | {"content-type": "text/plain"})
    large = await web.post("/bedomning", content=b" " * (256 * 1024 + 1), headers=bearer() | JSON)
    unknown = await web.post("/bedomning", content=b"{}", headers=JSON)
    assert [answer.status_code for answer in (plain, large, unknown)] == [415, 413, 401]


async def test_b1_who_asks_about_a_report_in_vain_reads_whom_to_telephone(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["assess"] = Unavailable("projektion")
    report = {"type": "se.samverkanshub.orosanmalan.v1", "data": {"kommun": "mora"}}
    answers = [await post(web, path, report) for path in ("/bedomning", "/bedomning/")]
    assert [(answer.status_code, answer.json().get("ring")) for answer in answers] == [(503, MORA_NUMBER)] * 2


async def test_the_openapi_document_asks_no_signature_of_what_is_only_asked_about(web: httpx.AsyncClient) -> None:
    document = (await web.get("/schema")).json()
    needs = {}
    for path in ("/handelser", "/bedomning"):
        media = document["paths"][path]["post"]["requestBody"]["content"]["application/cloudevents+json"]
        needs[path] = set(media["schema"]["required"])
    assert needs["/handelser"] - needs["/bedomning"] == {"saltfro", "nyckelid", "signatur"}


async def test_the_inbox_is_asked_with_cursor_and_number(hub: Fake, web: httpx.AsyncClient) -> None:
    await web.get("/inkorg?markor=abc&antal=7", headers=bearer())
    await web.get("/inkorg", headers=bearer())
    assert [args[1:] for args in hub.calls("inbox")] == [["abc", 7], ["", 100]]


async def test_h2_the_duties_are_asked_with_cursor_number_and_whether_nobody_holds(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    for query in ("?markor=abc&antal=7&utan_innehavare=true", "", "?utan_innehavare=false"):
        assert (await web.get(f"/plikter{query}", headers=bearer())).status_code == 200
    assert [args[1:] for args in hub.calls("of")] == [["abc", 7, True], ["", 100, False], ["", 100, False]]


@pytest.mark.parametrize("query", ["antal=0", "antal=501", "antal=x", "utan_innehavare=kanske"])
async def test_what_is_wrong_with_a_query_is_named(hub: Fake, web: httpx.AsyncClient, query: str) -> None:
    answer = await web.get(f"/plikter?{query}", headers=bearer())
    assert (answer.status_code, answer.json()["falt"]) == (400, "/" + query.partition("=")[0])
    assert hub.calls("of") == []


async def test_an_opening_gives_what_the_service_gives(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["open"] = {"leverans_id": DELIVERY_ID, "uppgifter": [{"vag": "/vald/0", "varde": "text"}]}
    answer = await web.post(f"/leveranser/{DELIVERY_ID.upper()}/oppna", headers=bearer())
    assert (answer.status_code, answer.json()) == (200, hub.says["open"])
    assert hub.calls("open")[0][1] == DELIVERY_ID


@pytest.mark.parametrize(
    ("body", "enhet", "id"),
    [
        ({"slag": "mottagen"}, "", ""),
        ({"slag": "overtagen", "enhet": "a.b"}, "a.b", ""),
        ({"slag": "mottagen", "id": EVENT_ID.upper()}, "", EVENT_ID),
    ],
)
async def test_a_kvittens_is_handed_on(
    body: dict[str, str], enhet: str, id: str, hub: Fake, web: httpx.AsyncClient
) -> None:
    assert (await post(web, f"/leveranser/{DELIVERY_ID}/kvittens", body)).status_code == 201
    assert hub.calls("acknowledge")[0][1:] == [DELIVERY_ID, body["slag"], enhet, id]


async def test_an_outcome_is_handed_back(hub: Fake, web: httpx.AsyncClient) -> None:
    answer = await web.get(f"/handelser/{EVENT_ID}/utfall", headers=bearer())
    assert answer.json() == {"handelse_id": EVENT_ID, "dom": "godtagen"}
    assert hub.calls("outcome")[0][1] == EVENT_ID


async def test_the_trees_are_published_to_anybody(hub: Fake, web: httpx.AsyncClient) -> None:
    files = {"checkpoint": b"note", "tile/0/x001/234.p/7": b"hashes"}
    hub.says["read"] = lambda partition, path: files.get(path) if partition == 3 else None
    note = await web.get("/logg/3/checkpoint")
    assert (note.content, note.headers["content-type"]) == (b"note", "text/plain; charset=utf-8")
    tile = await web.get("/logg/3/tile/0/x001/234.p/7")
    assert (tile.content, tile.headers["content-type"]) == (b"hashes", "application/octet-stream")


@pytest.mark.parametrize(
    "path", ["/logg/4/checkpoint", "/logg/3/tile/0/000", "/logg/3/huvud.json", "/logg/x/checkpoint"]
)
async def test_nothing_else_of_a_tree_is(hub: Fake, web: httpx.AsyncClient, path: str) -> None:
    hub.says["read"] = lambda partition, path: b"note" if (partition, path) == (3, "checkpoint") else None
    answer = await web.get(f"/logg/{path}")
    assert (answer.status_code, answer.json()["type"]) == (404, "finns-ej")


async def test_nothing_is_kept_in_a_cache(web: httpx.AsyncClient) -> None:
    for path in ("/inkorg", "/halsa", "/finns/inte"):
        answer = await web.get(path, headers=bearer())
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


async def test_the_openapi_document_has_every_route_and_how_to_authenticate(web: httpx.AsyncClient) -> None:
    document = (await web.get("/schema")).json()
    assert set(document["paths"]) == {
        "/bedomning",
        "/handelser",
        "/handelser/{handelse_id}/utfall",
        "/granskning/{fraga}",
        "/halsa",
        "/inkorg",
        "/leveranser/{leverans_id}/kvittens",
        "/leveranser/{leverans_id}/oppna",
        "/logg/{omrade}/checkpoint",
        "/logg/{omrade}/tile/{vag}",
        "/plikter",
    }
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert "application/cloudevents+json" in document["paths"]["/handelser"]["post"]["requestBody"]["content"]


async def test_the_openapi_document_says_what_errors_look_like_and_what_is_open(web: httpx.AsyncClient) -> None:
    document = (await web.get("/schema")).json()
    responses = document["paths"]["/handelser"]["post"]["responses"]
    statuses = {"400", "401", "403", "404", "409", "413", "415", "422", "429", "431", "503"}
    assert set(responses) == {"201", "202"} | statuses
    assert set(responses["503"]["content"]) == {"application/problem+json"}
    assert document["paths"]["/halsa"]["get"]["security"] == [{}]


def test_the_api_keeps_no_access_log_and_says_nothing_of_its_server(tmp_path: Path) -> None:
    found = config(Fake(), Settings.from_env({"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_API_PORT": "8123"}))
    assert (found.access_log, found.server_header, found.port) == (False, False, 8123)


def test_faulty_settings_are_told_by_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SAMVERKAN_API_PORT", "hundra")
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 78
    assert "`SAMVERKAN_API_PORT`" in capsys.readouterr().err
