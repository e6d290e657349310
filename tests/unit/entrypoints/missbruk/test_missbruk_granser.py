"""API4: how much anybody may ask for at once: bytes, depth, rows, items, recipients and requests."""

import asyncio
import inspect
import json
import re
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from angripare import SANDARE, A, B, Dorr
from hubfakes import FALUN_KEY, Fake, bearer, browser, never, token
from intakehub import event, report, summons, unit

import samverkanshub
from samverkanshub.codec.walk import MAX_ITEMS, MAX_TEXT
from samverkanshub.entrypoints.http.publishing import LARGEST_BODY
from samverkanshub.pipeline.checked import MOST_JUDGED

MANY: Final = [{"text": "x"}] * MAX_ITEMS
DEEP: Final = 20_000


def deep(start: str, end: str) -> str:
    """JSON nested far deeper than anything reads, closed and left open."""
    return start * DEEP + end * DEEP


BODIES: Final = {
    "arrays": deep("[", "]"),
    "objects": deep('{"a":', "}").replace(":}", ":1}", 1),
    "arrays left open": "[" * DEEP,
    "arrays in `data`": '{"type":"se.samverkanshub.orosanmalan.v1","data":' + deep("[", "]") + "}",
    "a number of many digits": '{"antal":' + "9" * 5_000 + "}",
    "a fraction of many digits": '{"antal":1e' + "9" * 50 + "}",
    "not UTF-8": "\udcff",
    "not UTF-8 within a text": '{"type":"\udcf4","handelse":"\udcf4","slag":"\udcf4"}',
    "not UTF-8 within the municipality": '{"type":"se.samverkanshub.orosanmalan.v1","data":{"kommun":"\udcf4"}}',
    "not UTF-8 within a name": '{"\udcf4":1}',
    "a lone surrogate": '{"handelse":"\\ud800"}',
    "nothing": "",
    "null": "null",
    "a comment": '{"antal":1}//',
    "NaN": '{"antal":NaN}',
}


@pytest.mark.parametrize("what", BODIES)
async def test_no_body_however_it_is_made_is_more_than_a_fault_of_its_sender(what: str, dorr: Dorr) -> None:
    content = BODIES[what].encode("utf-8", "surrogateescape")
    headers = {"content-type": "application/json"}
    for vag, revisor in (
        ("/handelser", False),
        ("/bedomning", False),
        ("/leveranser/22222222-2222-4222-8222-222222222222/kvittens", False),
        ("/granskning/handelser", True),
    ):
        user = "granskare.1" if revisor else "u-17"
        token = dorr.bearer(A, user, revisor=revisor)
        found = await dorr.http.post(vag, content=content, headers={**token, **headers})
        assert found.status_code in (400, 404, 422), vag
        assert found.headers["content-type"] == "application/problem+json"


async def test_b1_a_report_that_is_no_utf8_says_whom_to_telephone(dorr: Dorr) -> None:
    body = b'{"type":"se.samverkanshub.orosanmalan.v1","data":{"beskrivning":"\xf4","kommun":"mora"}}'
    for headers in (dorr.bearer(A), {}):
        found = await dorr.http.post(
            "/handelser", content=body, headers={**headers, "content-type": "application/json"}
        )
        assert (found.status_code in (400, 401), found.json()["ring"]) == (True, "023-111")


def test_wherever_json_is_read_text_that_is_no_utf8_is_thought_of() -> None:
    """msgspec says it with an error that is none of its own."""
    said = [
        (path.name, line)
        for path in Path(inspect.getfile(samverkanshub)).parent.rglob("*.py")
        for line in path.read_text().splitlines()
        if re.search(r"(except|suppress).*msgspec\.DecodeError", line)
    ]
    assert len(said) > 10
    assert [one for one in said if not re.search("UnicodeDecodeError|ValueError", one[1])] == []


@pytest.mark.parametrize("vag", ["/handelser", "/bedomning"])
async def test_a_body_is_256_kib_at_most(vag: str, dorr: Dorr) -> None:
    headers = {**dorr.bearer(A), "content-type": "application/json"}
    found = await dorr.http.post(vag, content=b" " * (LARGEST_BODY + 1), headers=headers)
    assert (found.status_code, found.json()["type"]) == (413, "for-stor")


ROWS: Final = ("0", "-1", "501", "1.5", "٣", "9" * 400, "", "null", "1,2", "0x10", "%00", "1%201")


@pytest.mark.parametrize("antal", ROWS)
async def test_a_page_is_of_1_to_500_rows(antal: str, dorr: Dorr) -> None:
    for vag in ("/inkorg", "/plikter"):
        found = await dorr.fraga("GET", f"{vag}?antal={antal}", A)
        assert (found.status_code, found.json()["falt"]) == (400, "/antal"), vag


@pytest.mark.parametrize("antal", [0, -1, 501, 2**31, 2**63, 10**30])
async def test_an_auditors_page_is_of_1_to_500_rows(antal: int, dorr: Dorr) -> None:
    body = {"antal": antal}
    found = await dorr.fraga("POST", "/granskning/handelser", A, "granskare.1", revisor=True, json=body)
    assert found.status_code in (400, 422)


async def test_a_cursor_is_of_4096_characters_at_most(dorr: Dorr) -> None:
    for vag in ("/inkorg", "/plikter"):
        found = await dorr.fraga("GET", vag, A, params={"markor": "x" * 4_097})
        assert (found.status_code, found.json()["falt"]) == (400, "/markor")


# ------------------------------------------------------------------------------------------------- what one event asks


def refused(found: httpx.Response) -> tuple[int, str, str]:
    return found.status_code, found.json()["type"], found.json()["falt"]


async def test_a_list_has_100_elements_at_most_and_a_text_20000_characters(dorr: Dorr) -> None:
    headers = {"content-type": "application/json"}
    good = json.loads(event(A, "sip_kallelse", summons()))
    for changed in ({"behov": [*MANY, {"text": "x"}]}, {"syfte": "x" * (MAX_TEXT + 1)}):
        body = json.dumps({**good, "data": {**good["data"], **changed}})
        found = await dorr.http.post("/handelser", content=body, headers={**dorr.bearer(A), **headers})
        assert found.status_code == 422
        assert found.json()["falt"] == f"/data/{next(iter(changed))}"


def to_many(dorr: Dorr, count: int) -> list[dict[str, str]]:
    """As many units as are asked for, health care's and a municipality's first."""
    others = sorted(set(dorr.whole.regelverk.found.katalog.enheter) - {"mora.vinr", "region-dalarna.bup"})
    return [unit(one) for one in ("mora.vinr", "region-dalarna.bup", *others)][:count]


async def test_a_message_of_very_many_items_to_very_many_is_refused_before_anything_is_done(dorr: Dorr) -> None:
    """The gate judges one record at a time, so that reports (B1) would wait behind it; `/bedomning` holds the api."""
    huge = summons(mottagare=to_many(dorr, 100), behov=MANY, halsa=MANY, ekonomi=MANY)
    before = len(await dorr.whole.records())
    for found in (await dorr.sand(SANDARE, "sip_kallelse", huge), await dorr.bedom(SANDARE, "sip_kallelse", huge)):
        assert refused(found) == (422, "for-omfattande", "/data/mottagare")
    assert len(await dorr.whole.records()) == before


async def test_as_many_as_may_be_are_judged(dorr: Dorr) -> None:
    mottagare = to_many(dorr, 10)
    katalog = dorr.whole.regelverk.found.katalog
    groups = sum(len(katalog.groups_of(one["id"])) for one in mottagare)
    per_group = MOST_JUDGED // groups
    assert per_group > MAX_ITEMS, "whatever one list holds reaches ten units"
    found = await dorr.bedom(SANDARE, "sip_kallelse", summons(mottagare=mottagare, behov=MANY))
    assert (found.status_code, len(found.json()["mottagare"])) == (200, groups)


async def test_a_unit_that_is_named_again_and_again_is_one_recipient(dorr: Dorr) -> None:
    same = summons(mottagare=[unit("mora.vinr")] * MAX_ITEMS, behov=MANY)
    assert (await dorr.bedom(SANDARE, "sip_kallelse", same)).status_code == 200


async def test_b1_a_report_of_as_much_as_it_can_hold_is_taken(dorr: Dorr) -> None:
    whole = report(handelser=[{"text": "x" * 1_000}] * MAX_ITEMS, beskrivning="x" * MAX_TEXT)
    assert (await dorr.sand(SANDARE, "orosanmalan", whole)).status_code == 201


# ---------------------------------------------------------------------------------------------------- at the same time


async def test_one_actor_takes_no_places_from_another() -> None:
    """docs/trangsel.md: an actor holds so many requests and no more; another is answered meanwhile."""
    hub = Fake()
    hub.says["inbox"] = never
    async with browser(hub, api_platser=40, api_platser_aktor=10) as http:
        waiting = [asyncio.ensure_future(http.get("/inkorg", headers=bearer())) for _ in range(20)]
        done, pending = await asyncio.wait(waiting, timeout=0.5)
        statuses = [task.result().status_code for task in done]
        assert statuses
        assert set(statuses) == {429}
        assert 0 < len(pending) <= 10
        hub.says["inbox"] = {"rader": [], "markor": ""}
        falun = token(FALUN_KEY, iss="falun", lasargrupp="falun.vinr.utsatt")
        assert (await http.get("/inkorg", headers=bearer(falun))).status_code == 200
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


async def test_a_report_of_nobody_is_told_alike_however_often_it_is_sent(dorr: Dorr) -> None:
    """API6: what a machine sends again and again with one id is one event, for each actor its own."""
    bodies: list[Any] = [await dorr.sand(B, "orosanmalan", report(anmalarslag="privatperson")) for _ in range(5)]
    assert len({one.json()["handelse_id"] for one in bodies}) == 1
