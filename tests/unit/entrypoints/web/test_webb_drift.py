"""The page of operators: topics and their readers the worst first, clocks, and what goes on by itself."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sidohub import Paged

from samverkanshub.domain import halsa
from samverkanshub.entrypoints.http.drift import SHARES_MS, Driftvakt
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.health import FRESH_MS
from samverkanshub.entrypoints.web import driftord
from samverkanshub.entrypoints.web.app import environment
from samverkanshub.entrypoints.web.sidor import drift
from samverkanshub.pipeline.drift import Amneslage, Dellage, Lasarlage
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import (
    Andel,
    Fonster,
    GateState,
    Klocka,
    Matrad,
    Obekraftade,
    PositionInfo,
    Signing,
    Unavailable,
)
from samverkanshub.settings import Settings


def part(amne: str, *lasare: Lasarlage, partition: int = 0) -> Dellage:
    return Dellage(amne, partition, 12, 3_000, 0.25, lasare)


def reader(slag: str, efter: int = 0, sekunder: float = 0.0, namn: str = "grinden") -> Lasarlage:
    return Lasarlage(namn, slag, 12 - efter, efter, sekunder)


def bild(*parts: Dellage, alder_ms: int = 500, klockor: tuple[Klocka, ...] = ()) -> Driftbild:
    return Driftbild(
        nu=1,
        amnen=Amneslage(alder_ms, parts),
        klockor=klockor,
        platser=(PositionInfo(0, 5, 3, 5),),
        signering=(Signing(0, 5, 4, 7_000, 0),),
        obekraftade=(
            Obekraftade("mora", 2, 0, 600_000, -3_000_000),
            Obekraftade("", 1, 1, 0, 5_000),
            Obekraftade("falun", 3, 1, 4_000_000, 400_000),
        ),
        kommuner={"mora": "Mora kommun"},
    )


def groups(*parts: Dellage, alder_ms: int = 500) -> dict[str, driftord.Grupp]:
    return {grupp.id: grupp for grupp in driftord.told(bild(*parts, alder_ms=alder_ms)).grupper}


@pytest.mark.parametrize(
    ("slag", "shown"),
    [
        (halsa.BRA, "bra"),
        (halsa.LANGSAM, "fel"),
        (halsa.STAR_STILL, "fel"),
        (halsa.STOPPAD, "fel"),
        (halsa.BACKAT, "fel"),
        (halsa.ALDRIG, "fel"),
        (halsa.OKANT, "okant"),
    ],
)
def test_a_reader_is_told_with_its_state_and_why_in_words(slag: str, shown: str) -> None:
    [rad] = groups(part("samverkan.logg", reader(slag, 2, 1.5)))["logg"].rader
    assert (rad.slag, rad.varfor) == (shown, driftord.WHY[slag])
    assert (rad.efter, rad.efter_ms, rad.slut, rad.byte) == (2, 1_500, 12, 3_000)


def test_every_state_there_is_has_words() -> None:
    assert driftord.WHY.keys() == halsa.FEL | halsa.VARNING | {halsa.BRA, halsa.OKANT}


def test_forty_topics_come_the_worst_first_and_are_told_in_one_line() -> None:
    names = [f"samverkan.notis.a{number:02}" for number in range(40)]
    parts = [part(name, reader(halsa.BRA, namn="g")) for name in names[:37]]
    slow = part(names[37], reader(halsa.LANGSAM, 5, 60.0, namn="g"))
    dead = part(names[38], reader(halsa.STOPPAD, 1, 5.0, namn="g"))
    deader = part(names[39], reader(halsa.STOPPAD, 1, 9.0, namn="g"))
    found = groups(part("samverkan.logg", reader(halsa.BRA)), *parts, slow, dead, deader)
    assert [rad.amne for rad in found["notiser"].rader][:4] == ["a39", "a38", "a37", "a00"]
    assert (found["notiser"].slag, found["notiser"].text) == ("fel", "3 av 40 som läser är inte i takt.")
    assert (found["logg"].slag, found["logg"].text) == ("bra", "Den som läser är i takt.")


def test_notices_that_nobody_reads_are_no_fault() -> None:
    found = groups(part("samverkan.notis.mora"))["notiser"]
    assert (found.slag, found.marke, found.rader[0].varfor) == ("okant", "ingen läser", "Ingen läser.")
    assert found.text == "Ingen har läst dem: den som hämtar sin inkorg behöver dem inte."


def test_topics_that_nobody_reads_are_counted_beside_those_that_are_read() -> None:
    parts = (part(f"samverkan.notis.{name}") for name in ("mora", "falun"))
    found = groups(part("samverkan.notis.orsa", reader(halsa.BRA, namn="g")), *parts)["notiser"]
    assert (found.slag, found.marke, found.text) == ("bra", "i takt", "Den som läser är i takt; 2 ämnen läser ingen.")


def test_the_hubs_own_notices_are_read_by_its_canaries_which_commit_nothing() -> None:
    found = groups(part("samverkan.notis.samverkanshub"))["notiser"]
    assert found.rader[0].varfor == driftord.OURS


def test_what_was_measured_too_long_ago_says_nothing_of_how_anybody_stands() -> None:
    found = groups(part("samverkan.logg", reader(halsa.OKANT, 1, 400.0)), alder_ms=300_000)["logg"]
    assert (found.slag, found.text) == ("okant", "Mätningen är för gammal för att säga något.")
    assert (found.rader[0].slag, found.rader[0].efter_ms) == ("okant", 400_000)
    told = driftord.told(bild(alder_ms=300_000))
    assert (told.matt.slag, told.matt.text) == ("fel", "för 5 min sedan")
    assert driftord.told(bild(alder_ms=-1)).matt.text == "ingen än"


@pytest.mark.parametrize(
    ("klocka", "slag", "text"),
    [
        (Klocka("api", 3, 5), "bra", "som databasens"),
        (Klocka("api", 40, 1), "bra", "som databasens"),
        (Klocka("api", -300, 5), "bra", "0,3 s efter databasens"),
        (Klocka("kafka", 4_000, 5, 119_000), "fel", "4 s före databasens, för mycket"),
        (Klocka("valv", 4_000, 5, 120_000), "fel", "4 s före databasens, för mycket, sett för 2 min sedan"),
    ],
)
def test_a_clock_is_told_against_the_databases(klocka: Klocka, slag: str, text: str) -> None:
    [found] = driftord.told(bild(klockor=(klocka,))).klockor
    assert (found.slag, found.text) == (slag, text)


def test_epoch_and_what_waits_to_be_signed_are_told_of_each_partition() -> None:
    assert driftord.told(bild()).omraden == {0: driftord.Omradesdrift(3, 7_000)}


def test_o4_what_nobody_has_acknowledged_is_told_by_municipality_against_its_deadline_the_latest_first() -> None:
    assert driftord.told(bild()).anmalningar == (
        driftord.Anmalningar("falun", 3, 1, 4_000_000, "fel", "gick ut för 6 min 40 s sedan"),
        driftord.Anmalningar("Okänd kommun", 1, 1, 0, "fel", "gick ut för 5 s sedan"),
        driftord.Anmalningar("Mora kommun", 2, 0, 600_000, "bra", "går ut om 50 min"),
    )


# ------------------------------------------------------------------------------------------ the page


async def test_the_page_tells_what_was_measured(operator: httpx.AsyncClient, hub: Paged) -> None:
    now = hub.now_ms()
    rows = (
        Matrad("samverkan.logg", 0, 7, 3_140_000, "grinden", 5, True, now - 65_000, now - 9_000),
        Matrad("samverkan.notis.mora", 0, 2, 90, "mora-system", 2, True, 0, now - 9_000),
    )
    hub.says["fonster"] = Fonster(now, rows, (Klocka("watch", 2_500, 1),))
    page = (await operator.get("/webb/drift")).text
    for told in ("grinden", "1 min 5 s", "3,1\u00a0MB", "mora-system", "2,5 s före databasens", "för 9 s sedan"):
        assert told in page, told


async def test_o4_the_page_tells_where_a_report_waits_and_asks_by_unit_and_municipality_alone(
    operator: httpx.AsyncClient, hub: Paged
) -> None:
    assert "Alla är bekräftade" in (await operator.get("/webb/drift")).text
    hub.says["obekraftade"] = [Obekraftade("mora", 2, 1, 600_000, 3_000)]
    hub.pass_time(FRESH_MS)
    page = (await operator.get("/webb/drift")).text
    assert ("gick ut för 3 s sedan" in page, "för 10 min sedan" in page) == (True, True)


async def test_what_has_the_focus_and_is_scrolled_is_not_what_is_told_anew(operator: httpx.AsyncClient) -> None:
    """WCAG 2.4.3: a table's place stays, and is the only landmark of its name."""
    page = (await operator.get("/webb/drift")).text
    for name in drift.TABLES:
        assert f'role="region" aria-labelledby="{name}-rubrik" tabindex="0" sse-swap="{name}"' in page
        assert page.count(f'aria-labelledby="{name}-rubrik"') == 1
    [told] = re.findall('sse-swap="lage">(.*?)<div class="tabell"', page, re.DOTALL)
    assert "tabindex" not in told


async def test_before_anything_is_measured_the_page_says_so(operator: httpx.AsyncClient) -> None:
    page = (await operator.get("/webb/drift")).text
    assert page.count("Inget är mätt än.") == 4


async def test_where_the_database_does_not_answer_the_page_is_there_all_the_same(
    operator: httpx.AsyncClient, hub: Paged
) -> None:
    hub.says["fonster"] = Unavailable("projektion")
    answer = await operator.get("/webb/drift")
    assert (answer.status_code, "databasen svarar inte" in answer.text) == (200, True)


async def test_names_that_others_have_chosen_are_shown_as_text(operator: httpx.AsyncClient, hub: Paged) -> None:
    row = Matrad("samverkan.notis.mora", 0, 2, 90, "<script>alert(1)</script>", 2, True, 0, hub.now_ms())
    hub.says["fonster"] = Fonster(hub.now_ms(), (row,), ())
    page = (await operator.get("/webb/drift")).text
    assert ("<script>alert" in page, "&lt;script&gt;alert" in page) == (False, True)


async def test_the_database_is_asked_once_for_all_who_look_at_once_or_soon_after(hub: Paged) -> None:
    driftvakt = Driftvakt(hub)  # type: ignore[arg-type]
    first = await driftvakt.look()
    assert await driftvakt.look() is first
    hub.pass_time(FRESH_MS)
    assert await driftvakt.look() is not first
    assert len(hub.calls("fonster")) == 2


async def test_who_looks_is_told_anew_without_asking_until_they_may_no_more(
    hub: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "EVERY_S", 0.0)
    answers, entre = iter([True, True, False]), Entre(hub, Settings())  # type: ignore[arg-type]

    async def may() -> bool:
        return next(answers)

    async def now() -> dict[str, Any]:
        return await drift._now(hub, entre)  # type: ignore[arg-type]

    stream = drift.parts(environment(), now, may)
    first = await a_round(stream)
    hub.says["gate_states"] = [GateState(0, "vagrad", "annan-logg", 0)]
    hub.pass_time(5_000)
    second = await a_round(stream)
    assert first.keys() == {"lage", *drift.TABLES, "logg-kort", "logg-tabell", "notiser-kort", "notiser-tabell"}
    assert ("Allt fungerar" in first["lage"], "annan-logg" in second["lage"]) == (True, True)
    last = {message.event: str(message.data) async for message in stream}
    assert "Logga in igen" in last.pop("lage")
    assert last == dict.fromkeys(drift.TABLES, drift.GONE)


async def test_a_stream_lasts_for_a_time_however_slowly_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few turns it came to: the browser is then asked again who it is."""
    monkeypatch.setattr(drift, "LONGEST_S", 0.0)

    async def may() -> bool:
        return True

    async def now() -> dict[str, Any]:
        raise AssertionError("nothing is asked for")

    assert [message async for message in drift.parts(environment(), now, may)] == []


async def a_round(stream: AsyncIterator[Any]) -> dict[str, str]:
    messages = [await anext(stream) for _ in range(len(drift.TABLES) + 5)]
    return {message.event: str(message.data) for message in messages}


# ------------------------------------------------------------------------------------------ withheld by rule


def test_shares_that_took_a_step_come_first_and_then_the_largest() -> None:
    found = [Andel("", 100, 700), Andel("B0", 30, 210), Andel("K3", 2, 14), Andel("V1", 20, 7)]
    told = driftord.shares(found)
    assert told is not None
    assert [(row.regel, row.nu, row.forr, row.antal, row.steg) for row in told] == [
        ("V1", 20.0, 1.0, 20, "upp"),
        ("B0", 30.0, 30.0, 30, ""),
        ("K3", 2.0, 2.0, 2, ""),
    ]


def test_before_anything_is_counted_and_where_there_is_no_message_nothing_is_divided() -> None:
    assert driftord.shares(None) is None
    assert driftord.shares([]) == ()
    assert driftord.shares([Andel("", 0, 0), Andel("B0", 0, 0)]) == (driftord.Regelandel("B0", 0.0, 0.0, 0, ""),)


async def test_what_rules_withhold_is_counted_beside_who_looks_once_a_minute(
    operator: httpx.AsyncClient, hub: Paged
) -> None:
    hub.says["andelar"] = [Andel("", 100, 700), Andel("V1", 20, 7)]
    assert "Räknas." in (await operator.get("/webb/drift")).text
    page = (await operator.get("/webb/drift")).text
    assert ("steg upp" in page, "20 % (20)" in page) == (True, True)
    assert len(hub.calls("andelar")) == 1
    hub.says["andelar"] = Unavailable("projektion")
    hub.pass_time(SHARES_MS)
    await operator.get("/webb/drift")
    assert "20 % (20)" in (await operator.get("/webb/drift")).text
