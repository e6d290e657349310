"""Auditors start, follow and stop checks from a page, and read in words how they ended."""

import re

import httpx
import pytest
from sidohub import Paged

from samverkanshub.domain.errors import Busy, Conflict, Forbidden
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.entrypoints.web.kontrollen import told
from samverkanshub.entrypoints.web.sidor import kontroll as sida
from samverkanshub.entrypoints.web.sidor.kontroll import FULL, UNDERWAY
from samverkanshub.entrypoints.web.skydd import BY_ITSELF
from samverkanshub.pipeline.kontroll import (
    AVBRUTEN,
    EJ_PROVAD,
    FEL,
    KLAR,
    LIKA,
    OMSPELNING,
    PAGAR,
    SKILJER,
    VERIFIERING,
    Funnet,
    Kontroll,
)

PAGE = "/webb/granskning/kontroll"
NOW = 1_790_000_000_000
POLLS = "hx-trigger"


def check(stand: str = KLAR, *funnet: Funnet, slag: str = OMSPELNING, gjort: int = 0, av: int = 0) -> Kontroll:
    return Kontroll(slag, "myndighet:mora", NOW, stand, gjort, av, funnet)


async def test_the_page_is_the_auditors_alone(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(PAGE)).status_code == 303
    assert (await browser.post("/webb/logga-in", data={"vem": "operator/drift.1"})).status_code == 303
    for path in (PAGE, f"{PAGE}/lage"):
        assert (await browser.get(path)).status_code == 403
    for path in (PAGE, f"{PAGE}/avbryt"):
        assert (await browser.post(path, data={"slag": OMSPELNING})).status_code == 403


async def test_nothing_is_started_by_looking(revisor: httpx.AsyncClient, hub: Paged) -> None:
    page = (await revisor.get(PAGE)).text
    assert "antecknas" in page
    assert POLLS not in page
    assert hub.kontroller.started == []


@pytest.mark.parametrize("slag", [VERIFIERING, OMSPELNING])
async def test_a_check_is_started_within_a_scope_and_the_page_comes_back(
    revisor: httpx.AsyncClient, hub: Paged, slag: str
) -> None:
    answer = await revisor.post(PAGE, data={"slag": slag})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert hub.kontroller.started == [("granskare.1", slag, "myndighet:mora")]


async def test_an_auditor_of_several_scopes_chooses_one(revisor: httpx.AsyncClient, hub: Paged) -> None:
    event = "11111111-1111-4111-8111-111111111111"
    hub.revisorer = (*hub.revisorer, Revisor("mora", "granskare.1", "arende", event, "2026-01-01"))
    assert f'value="arende:{event}"' in (await revisor.get(PAGE)).text
    await revisor.post(PAGE, data={"slag": VERIFIERING, "omfattning": f"arende:{event}"})
    assert hub.kontroller.started[0][2] == f"arende:{event}"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [(Conflict("running", code="kontroll-pagar"), 409, UNDERWAY), (Busy("full", vanta_s=30), 429, FULL)],
)
async def test_who_must_wait_is_told_so(
    revisor: httpx.AsyncClient, hub: Paged, error: Exception, status: int, said: str
) -> None:
    hub.kontroller.refusal = error
    answer = await revisor.post(PAGE, data={"slag": OMSPELNING})
    assert answer.status_code == status
    assert said in answer.text


async def test_who_may_not_is_refused(revisor: httpx.AsyncClient, hub: Paged) -> None:
    hub.kontroller.refusal = Forbidden("`omfattning` must be one of the auditor's scopes", falt="/omfattning")
    assert (await revisor.post(PAGE, data={"slag": OMSPELNING, "omfattning": "myndighet:falun"})).status_code == 403


async def test_while_it_runs_the_page_tells_how_far_it_is_anew_by_itself(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    hub.kontroller.found = check(PAGAR, gjort=1_234, av=5_000)
    for path in (PAGE, f"{PAGE}/lage"):
        page = (await revisor.get(path)).text
        assert POLLS in page
        assert '<progress max="5000" value="1234"' in page
        assert "Avbryt" in page
    assert "<html" not in (await revisor.get(f"{PAGE}/lage")).text
    assert sida.state.opt[BY_ITSELF], "it prolongs nobody's login"
    hub.kontroller.found = check(KLAR, Funnet(0, LIKA, 5_000))
    assert POLLS not in (await revisor.get(f"{PAGE}/lage")).text


async def test_who_stands_on_a_button_stays_there_when_the_part_is_told_anew(
    revisor: httpx.AsyncClient, hub: Paged
) -> None:
    """WCAG 2.4.3: htmx gives the focus back to what has the same id."""
    hub.kontroller.found = check(PAGAR)
    part = (await revisor.get(f"{PAGE}/lage")).text
    stops = re.findall(r"<(?:a|button|input|select)\b[^>]*>", part)
    assert len(stops) == 2
    assert all(" id=" in stop for stop in stops)


async def test_nothing_is_shown_of_a_check_within_a_scope_that_was_lost(revisor: httpx.AsyncClient, hub: Paged) -> None:
    hub.kontroller.found = check(KLAR, Funnet(0, LIKA, 5_000))
    assert "5 000" in (await revisor.get(PAGE)).text.replace("\u00a0", " ")
    hub.revisorer = (Revisor("mora", "granskare.1", "arende", "11111111-1111-4111-8111-111111111111", "2026-01-01"),)
    for path in (PAGE, f"{PAGE}/lage"):
        answer = await revisor.get(path)
        assert (answer.status_code, "5 000" in answer.text.replace("\u00a0", " ")) == (200, False)


async def test_it_is_stopped(revisor: httpx.AsyncClient, hub: Paged) -> None:
    answer = await revisor.post(f"{PAGE}/avbryt")
    assert (answer.status_code, hub.kontroller.cancelled) == (303, ["granskare.1"])


@pytest.mark.parametrize(
    ("kontroll", "slag", "rubrik", "line"),
    [
        (check(KLAR, Funnet(0, LIKA, 12)), "bra", "Allt stämmer", "Område 0: 12 av dina poster bedömdes på nytt"),
        (
            check(KLAR, Funnet(0, SKILJER, 12, skiljer=2, plats=7, vad=("outcome", "saknas"))),
            *("fel", "Något skiljer sig"),
            "2 av 12 skiljer sig, det första på plats 7: outcome, beslutet eller posten saknas.",
        ),
        (
            check(KLAR, Funnet(1, LIKA, 9, 9, 9, rot="abc="), slag=VERIFIERING),
            *("bra", "Allt stämmer"),
            "Område 1: 9 blad är som de signerades, och 9 poster i loggen och 9 beslut stämmer med dem.",
        ),
        (
            check(KLAR, Funnet(1, SKILJER, plats=4, vad=("decision",)), slag=VERIFIERING),
            *("fel", "Något skiljer sig", "från plats 4 är något inte som det signerades: ett beslut."),
        ),
        (check(KLAR, Funnet(0, EJ_PROVAD)), "okant", "Inget kunde prövas", "kunde inte prövas"),
    ],
)
def test_how_it_ended_is_told_in_words(kontroll: Kontroll, slag: str, rubrik: str, line: str) -> None:
    found = told(kontroll)
    assert (found.slag, found.rubrik, found.pagar) == (slag, rubrik, False)
    assert line in found.rader[0]


@pytest.mark.parametrize(
    ("stand", "said"), [(AVBRUTEN, "avbruten"), (FEL, "gick inte att göra"), (KLAR, "inget kunde prövas")]
)
async def test_one_that_found_nothing_says_why(revisor: httpx.AsyncClient, hub: Paged, stand: str, said: str) -> None:
    hub.kontroller.found = check(stand)
    page = (await revisor.get(PAGE)).text
    assert f"Spela om: {said}" in page
    assert ("inget inom din omfattning" in page) == (stand == KLAR)
