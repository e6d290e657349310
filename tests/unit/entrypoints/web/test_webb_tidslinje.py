"""The page of an ärende's timeline: who sees it, what it asks for, and that nothing personal stands in an address."""

import logging
from typing import Any

import httpx
import pytest
from sidohub import ONE_PROVISION, Paged

from samverkanshub.domain import tidslinje as bild
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.domain.tidslinje import Handelse, Leverans, Skede, Skugga, Stapel, Tidslinje
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida
from samverkanshub.pipeline.tidslinje.bevisat import ANDRAT, EJ_PROVAD, EJ_SIGNERAD, HELT, NYCKEL_SAKNAS, Bevisat
from samverkanshub.pipeline.tidslinje.tank_om import Provat, Skillnad, Tanke, Utslag
from samverkanshub.pipeline.tidslinje.tjanst import Arende, Bild, Forklarat

PAGE = "/webb/tidslinje"
SENT = "11111111-1111-4111-8111-111111111111"
NUMBER = "191212121212"
NOW = 1_790_000_000_000
PICTURE = Tidslinje(
    handelser=(Handelse(SENT, "sip_kallelse", bild.HANDELSE, 41, NOW, "mora.vinr.utsatt"),),
    leveranser=(Leverans("l", SENT, "sip_kallelse", "mora.vinr.utsatt", "vardcentral", 41, NOW, 2, 1),),
    staplar=(Stapel("s", "s", "sip", 40, NOW - 1000, NOW + 10**9, (), (Skede(41, NOW, "sip_kallelse"),)),),
    skuggor=(Skugga(bild.SKYDDAD, Skede(39, NOW - 2000, "skydd")),),
)
LINE: dict[str, Any] = {
    **{"tid": NOW, "handelse": SENT, "typ": "sip_kallelse", "arende": "alias", "slag": "beslut"},
    **{"avsandare": "mora.vinr.utsatt", "mottagare": "vardcentral", "funktion": "namngiven", "leverans": "l"},
    **{"vag": "/behov/0", "utslag": "levereras", "regler": ["B3"], "skal": ["samtycke"], "grunder": ["samtycke P /"]},
    **{"samtycken": ["s"], "frist": 0, "plats": "0/41", "regelverk": "r" * 64},
}
PROVED = Bevisat(HELT, "", 0, 41, "hub.example/omrade/0", 52, "ROTEN=", "aa" * 32, "bb" * 32, b"beviset")


@pytest.fixture
def shown(hub: Paged) -> Paged:
    hub.says["bild"] = lambda caller, given: Bild("myndighet:mora", given.handelse, PICTURE)
    hub.says["forklara"] = lambda caller, given: Forklarat(Sida((), [LINE]), PROVED)
    return hub


async def test_the_page_is_auditors_and_in_their_navigation(
    revisor: httpx.AsyncClient, operator: httpx.AsyncClient
) -> None:
    # The same browser: who logged in last is who it is.
    assert (await operator.get(PAGE)).status_code == 403
    await operator.post("/webb/logga-in", data={"vem": "revisor/mora/granskare.1"})
    page = await operator.get(PAGE)
    assert page.status_code == 200
    assert 'href="/webb/tidslinje" aria-current="page"' in page.text
    assert "antecknas det" in page.text


async def test_who_is_not_logged_in_is_sent_to_do_that(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/webb/logga-in")


async def test_an_event_shows_its_arende_as_a_picture_and_as_tables(revisor: httpx.AsyncClient, shown: Paged) -> None:
    answer = await revisor.post(PAGE, data={"handelse": SENT, "fran": "2026-09-01"})
    assert answer.status_code == 200
    [(caller, given)] = shown.calls("bild")
    assert (caller.aktor, caller.revisor) == ("mora", True)
    assert given == Fraga(handelse=SENT, fran="2026-09-01", omfattning="myndighet:mora")
    assert answer.text.count("<foreignObject") == 2
    for heading in ("Samtycken", "Händelser", "Leveranser", "Perioder"):
        assert f">{heading}</h2>" in answer.text
    assert "Det har antecknats att du såg det" in answer.text
    assert "style=" not in answer.text
    assert SENT not in str(answer.url)


async def test_a_chosen_mark_is_explained_proved_and_told_as_it_was_known_then(
    revisor: httpx.AsyncClient, shown: Paged
) -> None:
    answer = await revisor.post(PAGE, data={"handelse": SENT, "val": SENT})
    [(_, given)] = shown.calls("forklara")
    assert (given.handelse, given.antal) == (SENT, 500)
    for part in ("B3 Samtycke i kraft", "plats 41 i område 0", "ROTEN=", "52 poster", "aa" * 32, "bb" * 32, "r" * 64):
        assert part in answer.text, part
    assert "Känt då" in answer.text
    assert "Skyddade personuppgifter" in answer.text
    assert 'aria-current="true"' in answer.text
    assert "Hämta beviset" in answer.text


@pytest.mark.parametrize(
    ("bevisat", "said"),
    [
        (Bevisat(EJ_SIGNERAD), "Ingen kontrollpunkt ligger över"),
        (Bevisat(NYCKEL_SAKNAS), "inte loggens publika nyckel"),
        (Bevisat(EJ_PROVAD), "säger inget om beslutet"),
        (Bevisat(ANDRAT, "the root differs"), "the root differs"),
        (Bevisat(HELT, "", 0, 41, "hub", 52), "kan inte hämtas här"),
    ],
)
async def test_what_the_proof_came_to_is_said(
    revisor: httpx.AsyncClient, shown: Paged, bevisat: Bevisat, said: str
) -> None:
    shown.says["forklara"] = lambda caller, given: Forklarat(Sida((), [LINE]), bevisat)
    assert said in (await revisor.post(PAGE, data={"handelse": SENT, "val": SENT})).text
    answer = await revisor.post(f"{PAGE}/bevis", data={"val": SENT})
    assert answer.status_code == 404, "there is no file to have"


async def test_the_evidence_is_a_file_that_is_named_by_its_place(revisor: httpx.AsyncClient, shown: Paged) -> None:
    answer = await revisor.post(f"{PAGE}/bevis", data={"val": SENT})
    assert answer.content == b"beviset"
    assert answer.headers["content-disposition"] == 'attachment; filename="beslut-0-41.tlog-proof"'
    assert answer.headers["cache-control"] == "no-store"


async def test_a_number_is_never_shown_again_and_leads_to_the_only_arende(
    revisor: httpx.AsyncClient, shown: Paged, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown.says["arenden"] = (Arende(SENT, "sip_kallelse", NOW),)
    answer = await revisor.post(PAGE, data={"nummer": NUMBER})
    assert [given.nummer for _, given in shown.calls("arenden")] == [NUMBER]
    assert [given.nummer for _, given in shown.calls("bild")] == [""]
    assert f'name="handelse" value="{SENT}"' in answer.text
    for told in (answer.text, str(answer.url), str(answer.headers), caplog.text):
        assert NUMBER not in told


async def test_a_number_for_an_event_is_not_shown_again_either(revisor: httpx.AsyncClient, hub: Paged) -> None:
    hub.says["bild"] = Refused("`handelse` is none", falt="/handelse", code="fel-form")
    answer = await revisor.post(PAGE, data={"handelse": NUMBER})
    assert (answer.status_code, NUMBER in answer.text, "<title>Fel: " in answer.text) == (422, False, True)


async def test_of_several_arenden_one_is_chosen(revisor: httpx.AsyncClient, shown: Paged) -> None:
    other = SENT.replace("1", "2")
    shown.says["arenden"] = (Arende(SENT, "sip_kallelse", NOW), Arende(other, "orosanmalan", NOW))
    answer = await revisor.post(PAGE, data={"nummer": NUMBER, "handelse": " "})
    assert "Orosanmälan, 2026-" in answer.text
    assert f'name="handelse" value="{other}"' in answer.text
    assert shown.calls("bild") == []


async def test_a_number_of_nobody_and_one_of_nothing_to_see_are_answered_alike(
    revisor: httpx.AsyncClient, shown: Paged
) -> None:
    answer = await revisor.post(PAGE, data={"nummer": NUMBER})
    assert answer.status_code == 200
    assert "inget ärende om någon med det numret" in answer.text


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({}, None, "handelse"),
        ({"handelse": "1"}, Refused("no", falt="/handelse"), "handelse"),
        ({"handelse": SENT}, NotFound("no", falt="/handelse"), "handelse"),
        ({"handelse": SENT, "fran": "i dag"}, Refused("no", falt="/fran"), "fran"),
        ({"nummer": "1"}, Refused("no", falt="/nummer"), "nummer"),
    ],
)
async def test_what_is_wrong_is_said_of_the_field_it_is_in(
    revisor: httpx.AsyncClient, shown: Paged, given: dict[str, str], error: Exception | None, field: str
) -> None:
    shown.says |= {"bild": error, "arenden": error}
    answer = await revisor.post(PAGE, data=given)
    assert answer.status_code == 422
    assert f'id="{field}-fel"' in answer.text
    assert f'aria-describedby="{field}-hjalp {field}-fel"' in answer.text or field == "fran"
    assert "<svg" not in answer.text


async def test_what_is_wrong_with_no_field_is_a_page_of_its_own(revisor: httpx.AsyncClient, shown: Paged) -> None:
    shown.says["bild"] = NotFound("no", falt="/arende")
    answer = await revisor.post(PAGE, data={"handelse": SENT})
    assert (answer.status_code, "Sidan finns inte" in answer.text) == (404, True)


async def test_days_without_anything_and_an_arende_that_goes_on_are_said(
    revisor: httpx.AsyncClient, shown: Paged
) -> None:
    shown.says["bild"] = lambda caller, given: Bild("myndighet:mora", given.handelse, Tidslinje())
    assert "inget att visa för de dagarna" in (await revisor.post(PAGE, data={"handelse": SENT})).text
    more = Tidslinje(PICTURE.handelser, klippt=True)
    shown.says["bild"] = lambda caller, given: Bild("myndighet:mora", given.handelse, more)
    assert "fler händelser" in (await revisor.post(PAGE, data={"handelse": SENT})).text


async def test_who_has_several_scopes_chooses(revisor: httpx.AsyncClient, shown: Paged) -> None:
    shown.revisorer = (*shown.revisorer, Revisor("mora", "granskare.1", "arende", SENT, "2026-01-01"))
    page = (await revisor.post(PAGE, data={"handelse": SENT, "omfattning": f"arende:{SENT}"})).text
    assert f'<option value="arende:{SENT}" selected>' in page
    assert shown.calls("bild")[0][1].omfattning == f"arende:{SENT}"


# ------------------------------------------------------------------------------------------ what would have been

OTHERWISE = Provat(
    "provat",
    7,
    41,
    (
        Skillnad(
            *(SENT, "sip_kallelse", 41, NOW, "vardcentral", "/behov/0"),
            Utslag("levereras", ("samtycke",), ("samtycke P /",)),
            Utslag("undanhalls", ("samtycke-aterkallat",)),
        ),
        Skillnad(SENT, "sip_kallelse", 41, NOW, "", "", Utslag(), Utslag("godtas", ("mottagen",))),
    ),
)


async def test_a_consent_is_thought_away_and_what_differs_is_told_and_marked(
    revisor: httpx.AsyncClient, shown: Paged
) -> None:
    shown.says["tank_om"] = OTHERWISE
    page = (await revisor.post(PAGE, data={"handelse": SENT})).text
    assert '<option value="samtycke:s">Samtycke: SIP, från' in page
    asked = {"handelse": SENT, "utan": "samtycke:s", "fran_handelse": SENT}
    answer = await revisor.post(PAGE, data=asked)
    [(_, given, tanke)] = shown.calls("tank_om")
    assert (given, tanke) == (Fraga(handelse=SENT, omfattning="myndighet:mora"), Tanke("s", "", SENT))
    assert "Samtycket hade återkallats" in answer.text
    assert "ingen rad" in answer.text
    assert "7 poster hör ihop" in answer.text
    assert answer.text.count("skulle ha bedömts annorlunda") == 2
    assert "antecknats att du prövade" in answer.text


async def test_a_provision_is_thought_away_by_its_name(revisor: httpx.AsyncClient, shown: Paged) -> None:
    shown.bestammelser = (ONE_PROVISION,)
    cited = Tidslinje(PICTURE.handelser, bestammelser=(ONE_PROVISION.id,))
    shown.says["bild"] = lambda caller, given: Bild("myndighet:mora", given.handelse, cited)
    answer = await revisor.post(PAGE, data={"handelse": SENT, "utan": f"bestammelse:{ONE_PROVISION.id}"})
    assert ONE_PROVISION.namn in answer.text
    assert shown.calls("tank_om")[0][2] == Tanke("", ONE_PROVISION.id, "")
    assert "hade blivit annorlunda" in answer.text


@pytest.mark.parametrize(
    ("utfall", "said"),
    [
        ("annan-dom", "gick inte att göra om"),
        ("ej-mojligt", "kunde det inte ha varit"),
        ("for-stort", "För mycket hör ihop"),
    ],
)
async def test_why_there_is_no_answer_is_said(revisor: httpx.AsyncClient, shown: Paged, utfall: str, said: str) -> None:
    shown.says["tank_om"] = Provat(utfall)
    assert said in (await revisor.post(PAGE, data={"handelse": SENT, "utan": "samtycke:s"})).text


async def test_where_nothing_can_be_thought_away_nothing_is_asked(revisor: httpx.AsyncClient, shown: Paged) -> None:
    shown.says["bild"] = lambda caller, given: Bild("myndighet:mora", given.handelse, Tidslinje(PICTURE.handelser))
    answer = await revisor.post(PAGE, data={"handelse": SENT})
    assert "Tänk om" not in answer.text
    unknown = Stapel("s", "s", "", -1, 0, 0, (), (Skede(41, NOW, "sip_kallelse"),))
    cited = Tidslinje(PICTURE.handelser, staplar=(unknown,))
    shown.says["bild"] = lambda caller, given: Bild("myndighet:mora", given.handelse, cited)
    assert "Samtycke som 1 beslut vilar på" in (await revisor.post(PAGE, data={"handelse": SENT})).text
