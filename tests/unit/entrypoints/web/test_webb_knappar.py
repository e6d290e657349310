"""What can be done about something shown leads to a form that has the place for what is filled in."""

from collections.abc import Iterable

import pytest

from samverkanshub.domain.plikter import A3_ANSVAR, H2_INNEHAVARE, H2_KVITTENS, LADDERS, O4_KVITTENS, O4_SKYDDSBEDOMNING
from samverkanshub.entrypoints.web.aktorsord import PLIKTER, STEG
from samverkanshub.entrypoints.web.blankett.ord import BLANKETTER, alla
from samverkanshub.entrypoints.web.knappar import Knapp, for_delivery, for_duty, for_event


def led(knappar: Iterable[Knapp]) -> dict[str, dict[str, str]]:
    return {knapp.vag: dict(knapp.falt) for knapp in knappar}


ALL = [
    *(knapp for slag in LADDERS for fraga in ("", "3") for knapp in for_duty(slag, "bar", "1", "2", fraga)),
    *(knapp for typ in BLANKETTER for slag in ("meddelande", "samtycke") for knapp in for_delivery(slag, typ, *"123")),
    *(knapp for typ in BLANKETTER for knapp in for_event(typ, "1", "2", stands=True)),
]


@pytest.mark.parametrize("knapp", {knapp.vag: knapp for knapp in ALL}.values(), ids=lambda knapp: knapp.vag)
def test_what_is_filled_in_has_a_place_where_it_leads(knapp: Knapp) -> None:
    if not knapp.vag.startswith("/skicka/"):
        assert knapp.vag in ("/inkorg/oppna", "/skickat")
        return
    places = {vag for vag, _ in alla(BLANKETTER[knapp.vag.removeprefix("/skicka/")])}
    assert {name for name, _ in knapp.falt} <= places


def test_a_duty_of_ones_own_is_met_and_one_that_is_waited_for_is_looked_at() -> None:
    assert led(for_duty(O4_KVITTENS, "bar", "lev", "a")) == {
        "/inkorg/oppna": {"leverans": "lev"},
        "/skicka/overlamning": {"arende": "a"},
    }
    assert led(for_duty(O4_KVITTENS, "vantar", "eget", "a")) == {"/skickat": {"handelse": "eget"}}
    assert led(for_duty(O4_SKYDDSBEDOMNING, "delar", "lev", "")) == {
        "/skicka/skyddsbedomning_gjord": {"leverans": "lev"}
    }
    assert led(for_duty(H2_INNEHAVARE, "delar", "", "a")) == {"/skicka/overlamning": {"arende": "a"}}
    assert led(for_duty(O4_KVITTENS, "bar", "", "")) == {}


def test_what_the_unit_is_asked_is_answered_from_the_duty() -> None:
    assert led(for_duty(H2_KVITTENS, "bar", "", "a", "q")) == {
        "/skicka/overlamning_svar": {"arende": "a", "overlamning": "q"}
    }
    assert led(for_duty(A3_ANSVAR, "delar", "", "a", "q")) == {
        "/skicka/ansvar_svar": {"arende": "a", "forslag": "q"},
        "/skicka/ansvar_forslag": {"arende": "a"},
    }
    assert led(for_duty(H2_INNEHAVARE, "delar", "", "a", "q")) == {"/skicka/overlamning": {"arende": "a"}}


def test_a_report_that_is_opened_is_assessed_and_told_back_of_and_a_consent_withdrawn() -> None:
    assert set(led(for_delivery("meddelande", "orosanmalan", "l", "h", ""))) == {
        "/skicka/skyddsbedomning_gjord",
        "/skicka/aterkoppling",
    }
    assert led(for_delivery("samtycke", "samtycke_lamnat", "l", "h", "a")) == {
        "/skicka/samtycke_aterkallat": {"samtycke": "h"}
    }
    assert led(for_delivery("konsultation", "orosanmalan", "l", "h", "a")) == {}


def test_what_was_not_taken_in_or_is_recalled_leads_nowhere() -> None:
    assert led(for_event("orosanmalan", "h", "a", stands=False)) == {}
    assert "/skicka/samtal_noterat" in led(for_event("orosanmalan", "h", "a", stands=True))
    assert set(led(for_event("undantag_anmalt", "h", "", stands=True))) == {"/skicka/samtycke_makulerat"}


def test_every_duty_and_step_has_words() -> None:
    assert set(LADDERS) == set(PLIKTER)
    assert {steg for steps in LADDERS.values() for steg, _ in steps} == set(STEG)
