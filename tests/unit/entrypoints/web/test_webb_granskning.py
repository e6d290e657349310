"""What auditors search and read: theirs alone, by POST, with nothing personal in an address or shown again."""

import re
from typing import Any

import httpx
import pytest
from sidohub import Paged

from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.entrypoints.web.fragor import FEL, NAMN, SIDOR
from samverkanshub.entrypoints.web.sidor import granskning
from samverkanshub.entrypoints.web.sidor.meny import MENY, Lank
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida, checked
from samverkanshub.pipeline.granskning.handelser import COLUMNS
from samverkanshub.pipeline.granskning.tjanst import NAMES
from samverkanshub.pipeline.kontroll import ENDINGS, SLAG
from samverkanshub.ports import Unavailable

ROOT = "/webb/granskning"
EVENT = "11111111-1111-4111-8111-111111111111"
CONSENT = "33333333-3333-4333-8333-333333333333"
ANNA = "197807182394"
LINE: dict[str, Any] = {
    **dict.fromkeys(COLUMNS, ""),
    "tid": 1_790_000_000_000,
    "handelse": EVENT,
    "typ": "sip_kallelse",
    "arende": "alias-av-arendet",
    "slag": "beslut",
    "avsandare": "mora.vinr.utsatt",
    "mottagare": "vardcentral",
    "funktion": "namngiven",
    "vag": "/behov/0",
    "utslag": "undanhalls",
    "regler": ["K1"],
    "skal": ["kategori-saknas"],
    "grunder": ["osl-10-1 P 2026-01-01/"],
    "samtycken": [CONSENT],
    "frist": 0,
    "plats": "0/17",
    "regelverk": "d" * 64,
}


def answers(hub: Paged, *rader: dict[str, Any], markor: str = "m") -> None:
    hub.says["ask"] = Sida(COLUMNS, list(rader), markor)


def asked(hub: Paged) -> list[tuple[str, Fraga]]:
    """What was asked, in order."""
    return [(fraga, given) for _, fraga, given in hub.calls("ask")]


# ------------------------------------------------------------------------------------------------------- whose it is


@pytest.mark.parametrize("path", [ROOT, *(f"{ROOT}/{fraga}" for fraga in SIDOR)])
async def test_the_pages_are_the_auditors(revisor: httpx.AsyncClient, hub: Paged, path: str) -> None:
    answers(hub)
    answer = await revisor.get(path)
    assert answer.status_code == 200
    assert "antecknas" in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("path", [ROOT, f"{ROOT}/incidenter"])
async def test_operators_are_refused(operator: httpx.AsyncClient, hub: Paged, path: str) -> None:
    assert (await operator.get(path)).status_code == 403
    assert (await operator.post(path, data={"nummer": ANNA})).status_code in (403, 405)
    assert asked(hub) == []


async def test_who_is_not_logged_in_is_sent_to_do_that(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(ROOT)).headers["location"] == "/webb/logga-in"


async def test_an_auditor_begins_there(revisor: httpx.AsyncClient) -> None:
    answer = await revisor.get("/webb/", follow_redirects=True)
    assert answer.url.path.startswith("/webb/")
    assert answer.status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_link_from_elsewhere_asks_nothing_in_an_auditors_name(
    revisor: httpx.AsyncClient, hub: Paged, site: str
) -> None:
    """T3: what is asked is kept, so that another site could put questions in the trail."""
    for fraga in SIDOR:
        answer = await revisor.get(f"{ROOT}/{fraga}", headers={"sec-fetch-site": site})
        assert (answer.status_code, '<button type="submit" class="framst">' in answer.text) == (200, True)
    assert asked(hub) == []
    await revisor.get(f"{ROOT}/fragor", headers={"sec-fetch-site": "none"})
    assert [fraga for fraga, _ in asked(hub)] == ["fragor"]


# --------------------------------------------------------------------------------------------------------- questions


def test_every_question_has_a_name_and_every_field_its_words() -> None:
    kept = {*SLAG, *(f"{slag}-{ending}" for slag in SLAG for ending in ENDINGS)}
    assert set(NAMN) >= {*NAMES, *kept}
    assert {falt.namn for sida in SIDOR.values() for falt in sida.falt} == set(FEL)


async def test_nothing_is_asked_by_opening_a_form_that_needs_something(revisor: httpx.AsyncClient, hub: Paged) -> None:
    for fraga, sida in SIDOR.items():
        hub.asked.clear()
        await revisor.get(f"{ROOT}/{fraga}")
        assert [name for name, _ in asked(hub)] == ([fraga] if sida.genast else [])


async def test_what_a_form_says_is_asked_as_the_auditor(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(hub, LINE)
    form = {"regel": " K1 ", "fran": "2026-01-01", "till": "", "okant": "x"}
    page = (await revisor.post(f"{ROOT}/handelser", data=form)).text
    [(caller, fraga, given)] = hub.calls("ask")
    assert (caller.aktor, caller.anvandare, caller.revisor, caller.lasargrupp) == ("mora", "granskare.1", True, "")
    assert (fraga, given.regel, given.fran, given.till) == ("handelser", "K1", "2026-01-01", "")
    assert given.omfattning == "myndighet:mora"
    for told in ("Kallelse till SIP", "en vårdcentral", "undanhålls", "Samtycket omfattar inte uppgifter av denna"):
        assert told in page
    assert 'value="K1"' in page


async def test_an_answer_with_nothing_in_it_says_so(revisor: httpx.AsyncClient, hub: Paged) -> None:
    for fraga, sida in SIDOR.items():
        answers(hub)
        filled = {falt.namn: EVENT for falt in sida.falt if falt.kravs}
        answer = await revisor.post(f"{ROOT}/{fraga}", data={"omfattning": "myndighet:mora"} | filled)
        assert sida.tomt in answer.text
        assert "<table" not in answer.text


async def test_a_field_that_must_be_filled_in_is_named_and_nothing_asked(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    answer = await revisor.post(f"{ROOT}/arende", data={"handelse": " "})
    assert answer.status_code == 422
    assert 'aria-describedby="handelse-hjalp handelse-fel"' in answer.text
    assert "måste fyllas i" in answer.text
    assert asked(hub) == []


@pytest.mark.parametrize("name", sorted({falt.namn for falt in SIDOR["handelser"].falt}))
async def test_what_is_wrong_is_told_at_its_field(revisor: httpx.AsyncClient, hub: Paged, name: str) -> None:
    hub.says["ask"] = Refused("`x` is wrong", falt=f"/{name}", code="fel-form")
    answer = await revisor.post(f"{ROOT}/handelser", data={name: "fel"})
    assert answer.status_code == 422
    assert f'id="{name}-fel">Fel: {FEL[name]}' in answer.text
    assert "<title>Fel: " in answer.text
    assert re.search(rf'id="{name}"[^>]* autofocus', answer.text)
    assert answer.text.count("autofocus") == 1


async def test_what_does_not_exist_and_what_is_not_theirs_are_told_alike(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    hub.says["ask"] = NotFound("`handelse` is nothing that the auditor may ask about", falt="/handelse")
    answer = await revisor.post(f"{ROOT}/arende", data={"handelse": EVENT})
    assert FEL["handelse"] in answer.text
    explained = await revisor.post(f"{ROOT}/forklaring", data={"handelse": EVENT})
    assert explained.status_code == 404
    assert "Du får inte läsa något om den här händelsen" in explained.text


async def test_where_the_question_cannot_be_kept_nothing_is_shown(revisor: httpx.AsyncClient, hub: Paged) -> None:
    hub.says["ask"] = Unavailable("valv")
    answer = await revisor.post(f"{ROOT}/handelser", data={})
    assert answer.status_code == 503
    assert "<table" not in answer.text


async def test_a_question_that_there_is_no_page_of_is_none(revisor: httpx.AsyncClient, hub: Paged) -> None:
    assert (await revisor.get(f"{ROOT}/incidentbesluten")).status_code == 404
    assert (await revisor.post(f"{ROOT}/incidentbesluten", data={})).status_code == 404
    assert asked(hub) == []


async def test_an_auditor_of_several_scopes_chooses_one(revisor: httpx.AsyncClient, hub: Paged) -> None:
    matter = f"arende:{EVENT}"
    hub.revisorer = (*hub.revisorer, Revisor("mora", "granskare.1", "arende", EVENT, "2026-01-01"))
    page = (await revisor.get(ROOT)).text
    assert f'<option value="{matter}">Ärendet med händelse 11111111…' in page
    answers(hub)
    await revisor.post(f"{ROOT}/handelser", data={"omfattning": matter})
    await revisor.get(f"{ROOT}/incidenter")
    assert [given.omfattning for _, given in asked(hub)] == [matter, "myndighet:mora"]


async def test_units_of_the_own_authority_are_proposed_by_name_and_others_as_roles(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    page = (await revisor.get(ROOT)).text
    assert '<option value="mora.vinr">' in page
    assert '<option value="vinr">' in page
    assert "falun.vinr" not in page


# ------------------------------------------------------------------------------------------------------------ a person


@pytest.mark.parametrize("name", ["handelse", "arende", "aktor"])
@pytest.mark.parametrize("wrong", [True, False])
async def test_a_number_in_another_field_is_not_shown_again_either(
    revisor: httpx.AsyncClient, hub: Paged, name: str, wrong: bool
) -> None:
    answers(hub)
    if wrong:
        hub.says["ask"] = Refused("`x` is wrong", falt=f"/{name}", code="fel-form")
    answer = await revisor.post(f"{ROOT}/handelser", data={name: f"om {ANNA[2:8]}-{ANNA[8:]}", "regel": "K1"})
    assert ANNA[8:] not in answer.text
    assert 'value="K1"' in answer.text


async def test_a_number_is_never_shown_again_nor_in_an_address(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(hub, *[LINE] * granskning.AT_ONCE)
    answer = await revisor.post(f"{ROOT}/person", data={"nummer": ANNA})
    assert asked(hub)[0][1].nummer == ANNA
    assert "Nästa sida" in answer.text
    for page in (answer, await revisor.post(f"{ROOT}/fortsatt", data={"fortsatt": "fortsatt-0", "markor": "m"})):
        assert ANNA[2:] not in page.text
        assert ANNA[2:] not in str(page.url)
        assert ANNA[2:] not in str(page.headers)
    assert asked(hub)[1][1] == Fraga(nummer=ANNA, omfattning="myndighet:mora", markor="m")


async def test_a_number_that_is_none_is_named_by_its_field_and_not_repeated(
    revisor: httpx.AsyncClient, hub: Paged, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.says["ask"] = lambda _caller, _fraga, given: checked(given, hub.now_ms())
    answer = await revisor.post(f"{ROOT}/person", data={"nummer": "197813992394"})
    assert answer.status_code == 422
    assert FEL["nummer"] in answer.text
    assert "1399" not in answer.text
    assert "1399" not in "".join(capsys.readouterr())


# ------------------------------------------------------------------------------------------------- pages and exports


async def test_the_next_page_goes_on_from_the_cursor(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(hub, *[LINE] * granskning.AT_ONCE, markor="m1")
    page = (await revisor.post(f"{ROOT}/handelser", data={"regel": "K1"})).text
    assert 'name="markor" value="m1"' in page
    answers(hub, LINE, markor="m2")
    last = (await revisor.post(f"{ROOT}/fortsatt", data={"fortsatt": "fortsatt-0", "markor": "m1"})).text
    assert (asked(hub)[1][1].markor, asked(hub)[1][1].regel) == ("m1", "K1")
    assert "Nästa sida" not in last
    assert 'value="K1"' in last


async def test_a_search_that_looked_as_far_as_it_does_says_so_and_goes_on(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    hub.says["ask"] = Sida(COLUMNS, [], "m1", vidare=True)
    page = (await revisor.post(f"{ROOT}/handelser", data={"regel": "K1"})).text
    for said in ("har inte kommit till slutet", "finns inget som stämmer", "Leta vidare", 'name="markor" value="m1"'):
        assert said in page
    assert SIDOR["handelser"].tomt not in page
    hub.says["ask"] = Sida(COLUMNS, [LINE], "m2", vidare=True)
    page = (await revisor.post(f"{ROOT}/fortsatt", data={"fortsatt": "fortsatt-0", "markor": "m1"})).text
    for said in ("fler rader än de här", "Leta vidare", 'name="markor" value="m2"'):
        assert said in page


async def test_an_export_goes_on_where_a_page_looked_as_far_as_it_does(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(hub, LINE)
    await revisor.post(f"{ROOT}/handelser", data={})
    pages = {
        "": Sida(COLUMNS, [], "m1", True),
        "m1": Sida(COLUMNS, [LINE], "m2", True),
        "m2": Sida(COLUMNS, [LINE], "m3"),
    }
    hub.says["ask"] = lambda _caller, _fraga, given: pages[given.markor]
    answer = await revisor.post(f"{ROOT}/export", data={"fortsatt": "fortsatt-0", "format": "jsonl"})
    assert answer.content.count(EVENT.encode()) == 2


@pytest.mark.parametrize("path", ["fortsatt", "export"])
async def test_a_question_made_up_is_none(revisor: httpx.AsyncClient, hub: Paged, path: str) -> None:
    answer = await revisor.post(f"{ROOT}/{path}", data={"fortsatt": "made-up", "format": "csv"})
    assert answer.status_code == 422
    assert asked(hub) == []


@pytest.mark.parametrize(("form", "first"), [("csv", b"tid,handelse,typ"), ("jsonl", b'{"tid":1790000000000')])
async def test_all_of_an_answer_is_exported_under_a_name_that_says_question_and_day(
    revisor: httpx.AsyncClient, hub: Paged, monkeypatch: pytest.MonkeyPatch, form: str, first: bytes
) -> None:
    monkeypatch.setattr(granskning, "MOST_ROWS", 2)
    answers(hub, LINE)
    await revisor.post(f"{ROOT}/person", data={"nummer": ANNA})
    hub.asked.clear()
    pages = {"": [LINE, LINE], "m1": [LINE, LINE], "m2": [LINE]}
    hub.says["ask"] = lambda _caller, _fraga, given: Sida(COLUMNS, pages[given.markor], "m2" if given.markor else "m1")
    answer = await revisor.post(f"{ROOT}/export", data={"fortsatt": "fortsatt-0", "format": form})
    assert answer.headers["content-disposition"] == f'attachment; filename="granskning-person-2026-09-21.{form}"'
    assert answer.content.startswith(first)
    assert answer.content.count(EVENT.encode()) == 5
    assert [given.markor for _, given in asked(hub)] == ["", "m1", "m2"]
    assert answer.content.count(b"tid,handelse") == (form == "csv")
    assert answer.headers["cache-control"] == "no-store"


async def test_there_are_no_other_forms_of_export(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(hub, LINE)
    await revisor.post(f"{ROOT}/handelser", data={})
    answer = await revisor.post(f"{ROOT}/export", data={"fortsatt": "fortsatt-0", "format": "exe"})
    assert answer.status_code == 404


# --------------------------------------------------------------------------------------------------------- incidents


async def test_an_incident_is_decided_on_for_the_own_authority(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(
        hub, LINE | {"personer": ["alias"], "beslut": "", "frist": 1_790_000_000_000, "skal": ["oppnad-utan-grund"]}
    )
    assert "Ska inte anmälas" in (await revisor.get(f"{ROOT}/incidenter")).text
    answer = await revisor.post(f"{ROOT}/incidentbeslut", data={"handelse": EVENT, "anmalan": "anmald"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ROOT}/incidenter")
    fraga, given = asked(hub)[-1]
    assert (fraga, given.handelse, given.anmalan, given.omfattning) == (
        *("incidentbeslut", EVENT, "anmald"),
        "myndighet:mora",
    )


async def test_nobody_decides_within_a_single_matter(revisor: httpx.AsyncClient, hub: Paged) -> None:
    matter = f"arende:{EVENT}"
    hub.revisorer = (*hub.revisorer, Revisor("mora", "granskare.1", "arende", EVENT, "2026-01-01"))
    answers(hub, LINE | {"personer": [], "beslut": "", "frist": 1})
    answer = await revisor.post(f"{ROOT}/incidenter", data={"omfattning": matter})
    assert "Förklara" in answer.text
    assert "Ska inte anmälas" not in answer.text


# ------------------------------------------------------------------------------------------------- charts, explanation


async def test_what_was_withheld_is_drawn_whole_with_the_same_numbers_as_a_table(
    revisor: httpx.AsyncClient, hub: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(granskning, "MOST_ROWS", 1)
    row = {
        "manad": "2026-09",
        "regel": "K1",
        "skal": "aterkallad",
        "avsandare": "mora.vinr.utsatt",
        "beslut": 2,
        "uppgifter": 7,
    }
    pages = {"": [row], "m1": [row | {"manad": "2026-10", "uppgifter": 3}], "m2": []}
    hub.says["ask"] = lambda _caller, _fraga, given: Sida(
        tuple(row), pages[given.markor], "m2" if given.markor else "m1"
    )
    page = (await revisor.post(f"{ROOT}/undanhallet", data={"fran": "2026-09-01", "till": "2026-11-01"})).text
    assert "K1 Meddelandet är återkallat eller rättat: 10" in page
    assert page.count('class="stapel"') == 2
    assert page.count("<tr>") == 3
    assert "Nästa sida" not in page


async def test_an_event_is_explained_with_everything_that_it_cites(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answers(hub, LINE)
    page = (await revisor.post(f"{ROOT}/forklaring", data={"handelse": EVENT})).text
    assert [(fraga, given.handelse) for fraga, given in asked(hub)] == [("handelser", EVENT)]
    cited = (
        *("plats 17 i område 0", "d" * 64, EVENT, CONSENT, "K1 Samtycket är aldrig generellt", "/behov/0"),
        *("osl-10-1, gäller från och med 2026-01-01, märkt P", "Samtycket omfattar inte uppgifter av denna kategori."),
    )
    assert [what for what in cited if what not in page] == []


async def test_a_found_event_leads_to_its_timeline_where_there_is_one(
    revisor: httpx.AsyncClient, hub: Paged, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(hub, LINE)
    without = {roll: tuple(one for one in links if one.sida != "tidslinje") for roll, links in MENY.items()}
    monkeypatch.setattr(granskning, "MENY", without)
    assert 'action="/webb/tidslinje"' not in (await revisor.post(f"{ROOT}/handelser", data={})).text
    there = {"revisor": (Lank("tidslinje", "/tidslinje", "Tidslinje"),)}
    monkeypatch.setattr(granskning, "MENY", there)
    for path in ("handelser", "forklaring"):
        page = (await revisor.post(f"{ROOT}/{path}", data={"handelse": EVENT})).text
        assert 'action="/webb/tidslinje"' in page
