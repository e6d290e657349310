"""T2: the letter to a person is written when every source authority has decided, and shows nothing of what it hides."""

import re
from typing import Any

import httpx
import pytest
from sidohub import Paged

from samverkanshub.domain.errors import Refused
from samverkanshub.entrypoints.web import brevet
from samverkanshub.entrypoints.web.fragor import FEL, SAKNAS
from samverkanshub.pipeline.granskning import brev
from samverkanshub.pipeline.granskning.fraga import MOST_ROWS, Fraga, Sekretessbeslut, Sida
from samverkanshub.pipeline.granskning.person import COLUMNS

PAGE = "/webb/granskning/brev"
ANNA = "197807182394"


def row(rad: str, kalla: str = "k1", **more: Any) -> dict[str, Any]:
    given = {"tid": 1_790_000_000_000, "rad": rad, "kalla": kalla, "slag": "levererat", "avsandare": "mora.vinr.utsatt"}
    given |= {"mottagare": "vardcentral", "typ": "sip_kallelse", "kategori": "behov"}
    return {**dict.fromkeys(COLUMNS, ""), **given, **more}


ROWS = [row("r1"), row("r2", kategori="", slag="oppnat"), row("r3", "k2", avsandare="bup")]


@pytest.fixture
def told(hub: Paged) -> Paged:
    """A hub that knows of three things about Anna, from two authorities."""

    def ask(_caller: object, fraga: str, given: Fraga) -> Sida:
        if fraga == "person":
            return Sida(COLUMNS, ROWS, "m")
        brev.decided(ROWS, given.beslut)
        return Sida(("text",), [{"text": "Rubriken"}, {"text": "Stycket."}])

    hub.says["ask"] = ask
    return hub


def asked(hub: Paged, fraga: str) -> list[Fraga]:
    return [given for _, name, given in hub.calls("ask") if name == fraga]


async def first(revisor: httpx.AsyncClient) -> str:
    return (await revisor.post(PAGE, data={"nummer": ANNA})).text


def brought(text: str) -> str:
    [found] = re.findall(r'name="fortsatt" value="([^"]*)"', text)
    return str(found)


async def test_the_page_is_the_auditors(revisor: httpx.AsyncClient, hub: Paged, open_browser: Any) -> None:
    answer = await revisor.get(PAGE)
    assert (answer.status_code, "antecknas" in answer.text, asked(hub, "person")) == (200, True, [])
    other = open_browser()
    assert (await other.get(PAGE)).headers["location"].startswith("/webb/logga-in")
    await other.post("/webb/logga-in", data={"vem": "operator/drift.1"})
    assert (await other.get(PAGE)).status_code == 403


async def test_each_authority_is_asked_of_its_own_and_the_number_is_shown_nowhere(
    revisor: httpx.AsyncClient, told: Paged
) -> None:
    text = await first(revisor)
    assert asked(told, "person") == [Fraga(nummer=ANNA, omfattning="myndighet:mora", antal=MOST_ROWS)]
    assert (text.count("<fieldset>"), text.count('name="provad"'), text.count('name="dolj"')) == (2, 2, 3)
    assert ANNA[2:] not in text


async def test_the_letter_is_written_with_what_each_has_decided(revisor: httpx.AsyncClient, told: Paged) -> None:
    fortsatt = brought(await first(revisor))
    data = {"fortsatt": fortsatt, "provad": ["k1", "k2"], "dolj": ["r2"]}
    answer = await revisor.post(f"{PAGE}/skriv", data=data)
    assert answer.status_code == 200
    assert re.search(r"<h1>Rubriken</h1>\s*<p>Stycket.</p>", answer.text)
    [given] = asked(told, "brev")
    assert (given.nummer, given.beslut) == (
        ANNA,
        (Sekretessbeslut("k1", ("r2",), ("r1", "r2")), Sekretessbeslut("k2", (), ("r3",))),
    )
    assert ANNA[2:] not in answer.text


async def test_where_one_has_not_decided_there_is_no_letter_and_what_was_decided_stands(
    revisor: httpx.AsyncClient, told: Paged
) -> None:
    fortsatt = brought(await first(revisor))
    answer = await revisor.post(f"{PAGE}/skriv", data={"fortsatt": fortsatt, "provad": "k1", "dolj": "r1"})
    assert answer.status_code == 422
    assert "Fel: Varje myndighet ska ha prövat" in answer.text
    assert answer.text.count(" checked") == 2
    assert answer.text.count('aria-describedby="prova-fel"') == 1
    again = await revisor.post(f"{PAGE}/skriv", data={"fortsatt": brought(answer.text), "provad": ["k1", "k2"]})
    assert again.status_code == 200


async def test_t2_what_has_come_since_an_authority_was_asked_is_asked_of_it_again(
    revisor: httpx.AsyncClient, told: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    fortsatt = brought(await first(revisor))
    monkeypatch.setitem(globals(), "ROWS", [*ROWS, row("r4", slag="oppnat")])
    data = {"fortsatt": fortsatt, "provad": ["k1", "k2"], "dolj": ["r1", "r2"]}
    answer = await revisor.post(f"{PAGE}/skriv", data=data)
    assert (answer.status_code, "Stycket." in answer.text) == (422, False)
    ticked = set(re.findall(r'value="(\w+)" checked', answer.text))
    assert ticked == {"r1", "r2", "k2"}, "what it hid stays, and that it has decided does not"
    data["fortsatt"] = brought(answer.text)
    assert (await revisor.post(f"{PAGE}/skriv", data=data)).status_code == 200


async def test_much_can_be_hidden(revisor: httpx.AsyncClient, told: Paged) -> None:
    many = [f"{nr:032}" for nr in range(3000)]
    data = {"fortsatt": brought(await first(revisor)), "provad": ["k1", "k2"], "dolj": many}
    assert (await revisor.post(f"{PAGE}/skriv", data=data)).status_code == 200


async def test_of_which_days_the_letter_is_stands_above_what_is_decided(
    revisor: httpx.AsyncClient, told: Paged
) -> None:
    said = "Brevet gäller bara tiden från och med den 1 november 2026."
    answer = await revisor.post(PAGE, data={"nummer": ANNA, "fran": "2026-11-01"})
    assert said in answer.text
    again = await revisor.post(f"{PAGE}/skriv", data={"fortsatt": brought(answer.text)})
    assert (again.status_code, said in again.text) == (422, True)
    assert "Brevet gäller" not in await first(revisor)


async def test_what_is_hidden_stays_so_where_it_was_forgotten_to_say_that_it_was_decided(
    revisor: httpx.AsyncClient, told: Paged
) -> None:
    fortsatt = brought(await first(revisor))
    answer = await revisor.post(f"{PAGE}/skriv", data={"fortsatt": fortsatt, "provad": "k1", "dolj": "r3"})
    assert set(re.findall(r'value="(\w+)" checked', answer.text)) == {"k1", "r3"}


async def test_about_one_whom_nobody_knows_the_same_letter_can_be_written(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    hub.says["ask"] = Sida(COLUMNS, [])
    text = await first(revisor)
    assert "Det finns inget att redovisa" in text
    assert (await revisor.post(f"{PAGE}/skriv", data={"fortsatt": brought(text)})).status_code == 200


async def test_what_is_wrong_is_told_at_its_field(revisor: httpx.AsyncClient, hub: Paged) -> None:
    lacking = await revisor.post(PAGE, data={"nummer": ""})
    assert (lacking.status_code, SAKNAS in lacking.text, asked(hub, "person")) == (422, True, [])
    hub.says["ask"] = Refused("`nummer` is no number", falt="/nummer")
    wrong = await revisor.post(PAGE, data={"nummer": ANNA[:-1]})
    assert (wrong.status_code, FEL["nummer"] in wrong.text, ANNA[2:-1] in wrong.text) == (422, True, False)


async def test_what_cannot_be_brought_back_is_refused(revisor: httpx.AsyncClient, told: Paged) -> None:
    assert (await revisor.post(f"{PAGE}/skriv", data={"fortsatt": "annans"})).status_code >= 400
    assert asked(told, "brev") == []


async def test_another_fault_is_told_as_what_it_is(revisor: httpx.AsyncClient, told: Paged) -> None:
    fortsatt = brought(await first(revisor))
    told.says["ask"] = Refused("`omfattning` is none", falt="/omfattning")
    assert (await revisor.post(f"{PAGE}/skriv", data={"fortsatt": fortsatt})).status_code >= 400


def test_an_authority_hides_its_own_alone() -> None:
    decided = brevet.decisions(brevet.shown(ROWS), ["k2", "k2", "okand"], ["r1", "r3"])
    assert decided == (Sekretessbeslut("k2", ("r3",), ("r3",)),)


def test_two_authorities_with_units_of_one_role_are_told_apart_and_all_units_of_one_are_named() -> None:
    rows = [row("r1", avsandare="barn_unga"), row("r2", "k2", avsandare="barn_unga"), row("r3", avsandare="bup")]
    first, second = brevet.sources(rows)
    assert first.namn.startswith("myndighet 1 (k1): ")
    assert first.namn.endswith(", barn- och ungdomspsykiatrin")
    assert second.namn.startswith("myndighet 2 (k2): ")
    assert ", från barn- och ungdomspsykiatrin, levererat till" in first.rader[1].text


def test_rows_are_told_in_words() -> None:
    first, second = brevet.sources(ROWS)
    assert (first.id, first.provad, [rad.id for rad in first.rader]) == ("k1", False, ["r1", "r2"])
    assert first.rader[0].text.endswith(", levererat till en vårdcentral: Kallelse till SIP, behov")
    assert first.rader[1].text.endswith(", öppnat av en vårdcentral: Kallelse till SIP")
    assert second.namn == "myndighet 2 (k2): barn- och ungdomspsykiatrin"
