"""API1 on the pages: another's delivery, outcome, consent, place in a list or question is answered as nobody's."""

import re
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

import httpx
import pytest
from angripare import KOLLEGA_GRUPP, SANDARE, A, B
from helahub import Hela
from intakehub import Whole, called, caller
from rutter import ACTOR, SIDOR

NOBODYS: Final = str(uuid5(NAMESPACE_OID, "nobody's"))
CHANGE: Final = "/webb/skicka/samtycke_andrat"
"""A form that begins with what the consent was; of nobody's it begins empty."""
UUIDS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
async def hela() -> AsyncIterator[Hela]:
    made = Hela(await Whole().started())
    yield made
    await made.close()


async def told(http: httpx.AsyncClient, metod: str, vag: str, how: dict[str, Any]) -> tuple[int, dict[str, str], str]:
    """The page, with what was asked for and what is drawn anew taken out."""
    asked = {"params": how} if metod == "GET" else {"data": how}
    found = await http.request(metod, vag, **asked)  # type: ignore[arg-type]
    text = found.text
    for value in how.values():
        text = text.replace(value, "…")
    headers = {name: value for name, value in found.headers.items() if name not in ("content-length", "etag")}
    return found.status_code, headers, UUIDS.sub("…", text)


async def tried(hela: Hela) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
    """Every page that takes an id, with A's or the sender's and with nobody's."""
    given, sent, row = await called(hela.whole)
    first = await told(await hela.browser(A), "GET", "/webb/inkorg", {})
    assert first[0] == 200
    markor = "x" * 86
    theirs, nobodys = row["leverans_id"], NOBODYS
    return [
        ("POST", "/webb/inkorg/oppna", {"leverans": theirs}, {"leverans": nobodys}),
        (
            "POST",
            "/webb/inkorg/kvittera",
            {"leverans": theirs, "slag": "mottagen", "_id": NOBODYS},
            {"leverans": nobodys, "slag": "mottagen", "_id": NOBODYS},
        ),
        ("POST", "/webb/skickat", {"handelse": sent.handelse_id}, {"handelse": nobodys}),
        ("POST", "/webb/skickat", {"handelse": given.handelse_id}, {"handelse": nobodys}),
        ("POST", CHANGE, {"samtycke": given.handelse_id}, {"samtycke": nobodys}),
        ("GET", "/webb/inkorg", {"markor": await _place(hela)}, {"markor": markor}),
        ("GET", "/webb/att-gora", {"markor": await _place(hela)}, {"markor": markor}),
        ("GET", "/webb/skickat", {"markor": await _place(hela)}, {"markor": markor}),
    ]


async def _place(hela: Hela) -> str:
    """A place in A's inbox, sealed for it."""
    return str((await hela.whole.deliver.latest(caller(A), "", 1))["markor"])


@pytest.mark.parametrize("grupp", [KOLLEGA_GRUPP, B])
async def test_what_is_anothers_is_shown_as_what_does_not_exist(grupp: str, hela: Hela) -> None:
    found, other = await tried(hela), await hela.browser(grupp)
    before = len(await hela.whole.records())
    for metod, vag, theirs, nobodys in found:
        there = await told(other, metod, vag, theirs)
        assert there == await told(other, metod, vag, nobodys), vag
        assert there[0] in (404, 422) or (there[0], vag) == (200, CHANGE), vag
    assert len(await hela.whole.records()) == before, "and nothing is appended"


async def test_the_same_is_shown_to_who_has_it(hela: Hela) -> None:
    """It can fail."""
    found = await tried(hela)
    recipient, sender = await hela.browser(A), await hela.browser(SANDARE)
    for who, asked in ((recipient, found[:2]), (sender, found[2:5]), (recipient, found[5:6])):
        for metod, vag, theirs, _ in asked:
            assert (await told(who, metod, vag, theirs))[0] == 200, vag


async def test_every_page_that_takes_an_id_is_tried(hela: Hela) -> None:
    found = {(metod, vag.replace("/samtycke_andrat", "/{typ}")) for metod, vag, *_ in await tried(hela)}
    assert found == {route for route, rutt in SIDOR.items() if rutt.vem == {ACTOR} and rutt.foremal}
