"""T1: how the log stands against what the hub took in, as operators read it."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from sidohub import Paged

from samverkanshub.entrypoints.http.drift import FRESH_MS
from samverkanshub.entrypoints.web import ansprakord
from samverkanshub.pipeline.ansprak import DEPARTS
from samverkanshub.pipeline.drift import Amneslage
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import Ansprakslage, Fynd, Unavailable

QUARTER = 900_000


def lage(**told: Any) -> Ansprakslage:
    return Ansprakslage(**({"partition": 0, "kvar": 0, "kvar_ms": 0, "fynd": {}} | told))


def bild(*ansprak: Ansprakslage) -> Driftbild:
    return Driftbild(1, Amneslage(9_000, ()), (), (), (), (), {}, ansprak=ansprak)


@pytest.mark.parametrize(
    ("told", "slag", "text"),
    [
        (lage(), "bra", "stämmer"),
        (lage(kvar=3, kvar_ms=QUARTER), "bra", "stämmer"),
        (lage(kvar=3, kvar_ms=2 * QUARTER), "okant", "det som dömdes för 30 min sedan är inte jämfört än"),
        (lage(fynd={"annan-post": 1}), "fel", "en post i loggen är inte som hubben tog emot den"),
        (
            lage(fynd={"annan-post": 1, "inget-ansprak": 2}, kvar=3, kvar_ms=2 * QUARTER),
            "fel",
            "3 poster i loggen är inte som hubben tog emot dem",
        ),
    ],
)
def test_what_departs_goes_before_what_is_not_known(told: Ansprakslage, slag: str, text: str) -> None:
    found = ansprakord.told(bild(told)).punkt
    assert (found.slag, found.text) == (slag, text)


def test_the_worst_partition_is_the_word_on_them_all() -> None:
    well, late, bad = lage(), lage(kvar=1, kvar_ms=2 * QUARTER), lage(fynd={"annan-post": 1})
    assert ansprakord.told(bild(well, late, replace(bad, partition=2))).punkt.slag == "fel"
    assert ansprakord.told(bild(well, late)).punkt.slag == "okant"


def test_every_way_to_depart_has_a_sentence() -> None:
    assert set(ansprakord.VARFOR) == set(DEPARTS)


async def test_the_page_tells_where_each_stands_and_how_many_more_there_are(
    hub: Paged, operator: httpx.AsyncClient
) -> None:
    hub.says["jamforda"] = [lage(fynd={"annan-post": 12}, senaste=(Fynd(1_234, "annan-post"),))]
    text = (await operator.get("/webb/drift")).text
    for told in ("12 poster i loggen", "1234: Hubben tog emot den med andra personer", "Och 11 till."):
        assert told in text, told


async def test_with_nothing_to_tell_the_page_says_so(hub: Paged, operator: httpx.AsyncClient) -> None:
    assert "Inget är dömt än." in (await operator.get("/webb/drift")).text
    hub.says["jamforda"] = [lage()]
    hub.pass_time(FRESH_MS)
    assert "Stämmer." in (await operator.get("/webb/drift")).text
    hub.says["jamforda"] = Unavailable("projektion")
    hub.pass_time(FRESH_MS)
    assert "Databasen svarar inte." in (await operator.get("/webb/drift")).text
