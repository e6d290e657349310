"""Errors are problem details with a stable code, and repeat nothing of the request."""

import json
from typing import Any

import httpx
import pytest
from hubfakes import COUNTY, DELIVERY_ID, EVENT_ID, MORA_NUMBER, Fake, bearer, token

from samverkanshub.domain.errors import Conflict, Forbidden, Halt, HubError, NotFound, Refused, Unauthenticated
from samverkanshub.entrypoints.http.problems import PROBLEM_JSON, problem_of
from samverkanshub.entrypoints.http.publishing import LARGEST_BODY
from samverkanshub.ports import Unavailable

CANARY = "Kanariefageln"
NUMBER = "197807182394"


def event(**changed: Any) -> bytes:
    data = {"kommun": "mora", "beskrivning": CANARY}
    return json.dumps({"type": "se.samverkanshub.orosanmalan.v1", "data": data} | changed).encode()


TABLE = {
    "refused": (Refused("`data/kommun` is missing", falt="/data/kommun", code="saknas"), 422, "saknas"),
    "not JSON": (Refused("the body is not JSON", code="ej-json"), 400, "ej-json"),
    "no CloudEvent": (Refused("`specversion` must be 1.0", code="ej-cloudevent"), 400, "ej-cloudevent"),
    "a name twice": (Refused("`id` is given twice", code="dubbelt-namn"), 400, "dubbelt-namn"),
    "too large": (Refused("the body is too large", code="for-stor"), 413, "for-stor"),
    "not authenticated": (Unauthenticated("no"), 401, "ej-autentiserad"),
    "not allowed": (Forbidden("no"), 403, "ej-behorig"),
    "not found": (NotFound("no"), 404, "finns-ej"),
    "conflict": (Conflict("no"), 409, "annat-innehall"),
    "no server": (Unavailable("kafka"), 503, "ej-tillganglig"),
    "an error of ours that is no answer": (Halt(CANARY), 500, "internt-fel"),
    "the root of our errors": (HubError(CANARY), 500, "internt-fel"),
    "an error of nobody's": (ValueError(CANARY), 500, "internt-fel"),
}


@pytest.mark.parametrize("name", TABLE)
async def test_an_error_of_the_pipeline_becomes_a_problem(name: str, hub: Fake, web: httpx.AsyncClient) -> None:
    error, status, code = TABLE[name]
    hub.says["publish"] = error
    answer = await web.post("/handelser", content=event(), headers=bearer() | {"content-type": "application/json"})
    body = answer.json()
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert (answer.status_code, body["status"], body["type"]) == (status, status, code)
    assert body["title"]
    assert body["detail"]
    assert CANARY not in answer.text


async def test_a_problem_names_the_field_and_the_rule(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["publish"] = Refused("general", falt="/data/andamal", code="samtycke-generellt", regel="K1")
    headers = bearer() | {"content-type": "application/json"}
    body = (await web.post("/handelser", content=event(), headers=headers)).json()
    assert (body["falt"], body["regel"]) == ("/data/andamal", "K1")


async def test_what_is_not_reachable_says_when_to_come_back(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["open"] = Unavailable("gate")
    answer = await web.post(f"/leveranser/{DELIVERY_ID}/oppna", headers=bearer())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "uppgifter" not in answer.json()


def test_a_number_in_a_pointer_or_a_detail_is_masked() -> None:
    problem = problem_of(Refused(f"`{NUMBER}` and 121212-1212", falt=f"/data/{NUMBER}"))
    assert (problem.detail, problem.falt) == ("`*` and *", "/data/*")


# ------------------------------------------------------------------------------------------------- the framework's own

FRAMEWORK = {
    "an address that is none": ("GET", "/finns/inte", 404, "finns-ej"),
    "a method it does not take": ("DELETE", "/inkorg", 405, "fel-metod"),
    "an id that is no UUID": ("GET", f"/handelser/{CANARY}/utfall", 404, "finns-ej"),
    "a number that is none": ("GET", f"/inkorg?antal={CANARY}", 400, "ogiltig"),
    "too few rows": ("GET", "/inkorg?antal=0", 400, "ogiltig"),
    "too many rows": ("GET", "/inkorg?antal=501", 400, "ogiltig"),
}


@pytest.mark.parametrize("name", FRAMEWORK)
async def test_what_the_framework_refuses_is_a_problem_too(name: str, web: httpx.AsyncClient) -> None:
    method, path, status, code = FRAMEWORK[name]
    answer = await web.request(method, path, headers=bearer())
    assert answer.headers["content-type"] == PROBLEM_JSON
    assert (answer.status_code, answer.json()["type"]) == (status, code)
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/inkorg", {"GET", "OPTIONS"}), (f"/leveranser/{DELIVERY_ID}/oppna", {"POST", "OPTIONS"})],
)
async def test_a_method_that_is_not_taken_is_answered_with_those_that_are(
    path: str, allowed: set[str], web: httpx.AsyncClient
) -> None:
    answer = await web.delete(path, headers=bearer())
    assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, allowed)


async def test_a_parameter_is_named(web: httpx.AsyncClient) -> None:
    assert (await web.get("/inkorg?antal=0", headers=bearer())).json()["falt"] == "/antal"


KVITTENSER = {
    "no JSON": ("{", "ogiltig", ""),
    "nothing": ("", "ogiltig", ""),
    "no kind": ("{}", "ogiltig", ""),
    "another kind": (json.dumps({"slag": CANARY}), "ogiltig", "/slag"),
    "a unit that is no text": (json.dumps({"slag": "mottagen", "enhet": 7}), "ogiltig", "/enhet"),
    "an id that is no UUID": (json.dumps({"slag": "mottagen", "id": CANARY}), "ogiltig", "/id"),
    "an unknown member": (json.dumps({"slag": "mottagen", CANARY: 7}), "ogiltig", ""),
}


@pytest.mark.parametrize("name", KVITTENSER)
async def test_a_malformed_kvittens_is_refused(name: str, hub: Fake, web: httpx.AsyncClient) -> None:
    body, code, field = KVITTENSER[name]
    headers = bearer() | {"content-type": "application/json"}
    answer = await web.post(f"/leveranser/{DELIVERY_ID}/kvittens", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, code)
    assert answer.json().get("falt", "") == field
    assert CANARY not in answer.text
    assert not hub.calls("acknowledge")


# ------------------------------------------------------------------------------------------------- size and media type


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_256_kib_is_refused_while_it_is_read(
    announced: bool, hub: Fake, web: httpx.AsyncClient
) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 4 * LARGEST_BODY:
            sent += 65_536
            yield b"x" * 65_536

    headers = bearer() | {"content-type": "application/json"}
    body = b"x" * (LARGEST_BODY + 1) if announced else endless()
    answer = await web.post("/handelser", content=body, headers=headers)
    assert (answer.status_code, answer.json()["type"], answer.json()["ring"]) == (413, "for-stor", COUNTY)
    assert sent <= LARGEST_BODY + 65_536
    assert not hub.calls("publish")


async def test_a_body_of_256_kib_is_taken(hub: Fake, web: httpx.AsyncClient) -> None:
    headers = bearer() | {"content-type": "application/cloudevents+json; charset=utf-8"}
    assert (await web.post("/handelser", content=b"x" * LARGEST_BODY, headers=headers)).status_code == 201
    assert len(hub.calls("publish")[0][1]) == LARGEST_BODY


async def test_another_media_type_is_refused(web: httpx.AsyncClient) -> None:
    answer = await web.post("/handelser", content=event(), headers=bearer() | {"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["type"], answer.json()["ring"]) == (415, "fel-medietyp", MORA_NUMBER)


# ------------------------------------------------------------------------------------------------- whom to telephone

RING = {
    "the municipality that is named": (event(), MORA_NUMBER),
    "a municipality that nobody knows": (event(data={"kommun": CANARY}), COUNTY),
    "a municipality that is no text": (event(data={"kommun": ["mora"]}), COUNTY),
    "no municipality": (event(data={}), COUNTY),
    "data that is none": (event(data=None), COUNTY),
    "a type the hub does not know": (event(type="se.samverkanshub.orosanmälan.v1"), MORA_NUMBER),
    "a body that cannot be read": (b"\xff", COUNTY),
    "a body that is no object": (b"[]", COUNTY),
    "a body nested too deep": (b"[" * 100_000, COUNTY),
    "another type of event": (event(type="se.samverkanshub.avvikelse.v1"), ""),
}
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "refused": ({"publish": Refused("no")}, token()),
    "conflict": ({"publish": Conflict("no")}, token()),
    "not reachable": ({"publish": Unavailable("kafka")}, token()),
    "a failure": ({"publish": ValueError("no")}, token()),
    "no regelverk": ({"current": Unavailable("regelverk")}, token()),
    "no vault": ({"use_token": Unavailable("valv")}, token()),
    "not authenticated": ({}, "abc"),
    "not allowed": ({}, token(lasargrupp="falun.vinr.utsatt")),
}


@pytest.mark.parametrize("why", FAULTS)
@pytest.mark.parametrize("name", RING)
async def test_b1_every_error_about_a_report_says_whom_to_telephone(
    name: str, why: str, hub: Fake, web: httpx.AsyncClient
) -> None:
    """B1: any answer without a judgement carries `ring`."""
    body, number = RING[name]
    hub.says, raw = FAULTS[why]
    answer = await web.post("/handelser", content=body, headers=bearer(raw) | {"content-type": "application/json"})
    assert answer.status_code >= 400
    assert answer.json().get("ring", "") == number


async def test_b1_the_number_that_intake_gives_goes_first(hub: Fake, web: httpx.AsyncClient) -> None:
    error = Unavailable("kafka")
    error.ring = "0281-75000"
    hub.says["publish"] = error
    headers = bearer() | {"content-type": "application/json"}
    assert (await web.post("/handelser", content=event(), headers=headers)).json()["ring"] == "0281-75000"


async def test_no_other_route_speaks_of_telephones(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["outcome"] = Unavailable("projektion")
    assert "ring" not in (await web.get(f"/handelser/{EVENT_ID}/utfall", headers=bearer())).json()
