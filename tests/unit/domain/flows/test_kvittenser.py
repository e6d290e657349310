"""O4, H2, D1: who must acknowledge what by when, and what a kvittens meets."""

import pytest
from flowworld import EVENING, FlowWorld, sip_taken
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    FALUN_BARN,
    FALUN_HANDLAGGARE,
    MORA_BARN,
    MORA_JOUR,
    MORA_JOURHAVANDE,
    MORA_MOTTAGNING,
    UTSATT,
    VARDCENTRAL,
    VC,
)
from steps import HOUR, START

from samverkanshub.domain.events import ADULT
from samverkanshub.domain.tid import to_ms

FALUN_JOUR = "falun.socialjour"


def test_o4_each_statutory_recipient_of_a_report_must_acknowledge_within_the_hour() -> None:
    world = FlowWorld()
    world.orosanmalan(akut_fara=True, vistelsekommun="falun")
    assert world.owing("o4.kvittens") == {MORA_BARN, FALUN_BARN}
    assert [(s.namn, s.tid - START) for s in world.duty("o4.kvittens").steg] == [
        ("paminnelse", HOUR),
        ("andra_kontakt", 2 * HOUR),
        ("region", 3 * HOUR),
    ]


@pytest.mark.parametrize("slag", ["mottagen", "overtagen"])
def test_o4_any_kvittens_meets_the_duty(slag: str) -> None:
    world = FlowWorld()
    world.orosanmalan().oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, slag)
    assert world.owing("o4.kvittens") == set()
    assert world.duty("o4.kvittens").utfall == f"kvittens-{slag}"


def test_o4_one_municipalitys_kvittens_leaves_the_others_duty() -> None:
    world = FlowWorld()
    world.orosanmalan(akut_fara=True, vistelsekommun="falun").kvitterar(FALUN_HANDLAGGARE)
    assert world.owing("o4.kvittens") == {MORA_BARN}


def test_o4_outside_office_hours_the_socialjour_answers_for_the_child_unit_too() -> None:
    world = FlowWorld(tid=EVENING)
    world.orosanmalan()
    assert world.owing("o4.kvittens") == {MORA_BARN, MORA_JOUR}
    world.kvitterar(MORA_JOURHAVANDE)
    assert world.owing("o4.kvittens") == set()


def test_o4_nor_does_a_socialjour_answer_for_another_municipality() -> None:
    world = FlowWorld(tid=EVENING)
    world.orosanmalan(akut_fara=True, vistelsekommun="falun").kvitterar(MORA_JOURHAVANDE)
    assert world.owing("o4.kvittens") == {FALUN_BARN, FALUN_JOUR}


def test_o4_a_report_about_an_adult_makes_no_duty() -> None:
    world = FlowWorld(alder={"barn": ADULT})
    world.orosanmalan("barn", roll="barn")
    assert world.arende.plikter == ()


@pytest.mark.parametrize("misstanke", [["bevittnat_vald"], ["omsorgssvikt"]])
def test_o4_the_home_municipality_assesses_protection_by_the_end_of_the_next_day(misstanke: list[str]) -> None:
    world = FlowWorld()
    world.orosanmalan(akut_fara=True, vistelsekommun="falun", misstanke=misstanke)
    assert world.owing("o4.skyddsbedomning") == {MORA_BARN}
    assert [s.tid for s in world.duty("o4.skyddsbedomning").steg] == [to_ms("2026-03-04T00:00:00+01:00")]


def test_o4_an_assessment_done_meets_it_and_a_kvittens_does_not() -> None:
    world = FlowWorld()
    world.orosanmalan().kvitterar(MORA_MOTTAGNING)
    assert world.owing("o4.skyddsbedomning") == {MORA_BARN}
    delivery = world.leverans(MORA_MOTTAGNING)
    assert delivery is not None
    world.handlar("skyddsbedomning_gjord", MORA_MOTTAGNING, leverans=delivery.leverans_id)
    assert world.owing("o4.skyddsbedomning") == set()
    assert world.skeenden() == set(), "O5: a reporter is told of the inquiry alone"
    assert world.nobody_told()


def test_o4_the_socialjour_may_have_assessed_it() -> None:
    world = FlowWorld(tid=EVENING)
    world.orosanmalan()
    delivery = world.leverans(MORA_JOURHAVANDE)
    assert delivery is not None
    world.handlar("skyddsbedomning_gjord", MORA_JOURHAVANDE, leverans=delivery.leverans_id)
    assert world.owing("o4.skyddsbedomning") == set()


def test_o4_only_a_statutory_recipient_assesses() -> None:
    world = sip_taken()
    delivery = world.leverans(VC)
    assert delivery is not None
    world.handlar("skyddsbedomning_gjord", VC, leverans=delivery.leverans_id)
    assert world.refused() == {"O4 ej-lagstadgad-mottagare"}
    world.handlar("skyddsbedomning_gjord", BUP_GRUPP, leverans=delivery.leverans_id)
    assert world.refused() == {"T3 finns-ej"}


def test_h2_every_other_delivery_must_be_acknowledged_too() -> None:
    world = sip_taken()
    assert world.owing("h2.kvittens") == {VARDCENTRAL}
    assert world.duty("h2.kvittens").vantar == "mora.vinr"
    world.kvitterar(VC)
    assert world.owing("h2.kvittens") == set()


def test_h2_a_report_that_by_consent_reaches_others_asks_them_as_well_and_its_recipient_once() -> None:
    world = FlowWorld()
    world.vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(till=[BUP])
    assert world.owing("h2.kvittens") == {BUP}
    assert world.owing("o4.kvittens") == {MORA_BARN}


def test_h2_what_is_withheld_from_a_unit_asks_nothing_of_it() -> None:
    world = FlowWorld()
    world.samtycke("anna", [BUP]).sip("anna", [VARDCENTRAL, BUP])
    assert world.owing("h2.kvittens") == {BUP}


@pytest.mark.parametrize(
    ("history", "marks"),
    [
        ([], set()),
        (["misstankt"], {"visa-ej-for-misstankt"}),
        (["misstankt", "vardnad"], {"visa-ej-for-misstankt", "visa-ej-for-vardnadshavare"}),
        (["skydd"], {"skyddade-personuppgifter", "visa-ej-for-ombud"}),
    ],
)
def test_d1_documented_carries_whom_the_record_must_not_be_shown_to_as_it_is_now(
    history: list[str], marks: set[str]
) -> None:
    world = FlowWorld()
    world.orosanmalan().oppnar(MORA_MOTTAGNING)
    for what in history:
        if what == "misstankt":
            world.misstankt("far", "barn")
        elif what == "vardnad":
            world.vardnad("barn", "mor", "far")
        else:
            world.skydd("barn")
    world.kvitterar(MORA_MOTTAGNING, "dokumenterad")
    assert world.last is not None
    assert set(world.last.hints) == marks
    assert world.codes() == {"O4 kvittens-dokumenterad", *(f"D1 {mark}" for mark in marks)}


def test_d1_documented_only_what_has_been_opened() -> None:
    world = FlowWorld()
    world.orosanmalan().kvitterar(MORA_MOTTAGNING, "dokumenterad")
    assert world.refused() == {"D1 ej-oppnad"}
    assert world.owing("o4.kvittens") == {MORA_BARN}


def test_d1_received_carries_no_marks() -> None:
    world = FlowWorld()
    world.misstankt("far", "barn").orosanmalan().kvitterar(MORA_MOTTAGNING)
    assert world.last is not None
    assert world.last.hints == ()


def test_a_second_kvittens_of_another_kind_is_noted_beside_the_first() -> None:
    world = sip_taken()
    world.oppnar(VC).kvitterar(VC).kvitterar(VC, "dokumenterad")
    delivery = next(lev for lev in world.arende.leveranser if lev.mottagare == VC)
    assert delivery.kvitterad == ("dokumenterad", "mottagen")
    assert world.duty("h2.kvittens").utfall == "kvittens-mottagen"


def test_o1_a_units_own_report_asks_nothing_of_its_sender() -> None:
    world = FlowWorld()
    world.samtycke("anna", ["mora.vinr"]).sip("anna", ["mora.vinr"], av=VC)
    assert UTSATT in world.reached()
    assert world.owing("h2.kvittens") == {"mora.vinr"}


def test_q2_what_is_recalled_needs_no_kvittens_and_takes_none() -> None:
    world = sip_taken()
    world.aterkallar_meddelandet()
    assert world.owing("h2.kvittens") == set()
    world.kvitterar(VC)
    assert world.refused() == {"Q2 aterkallad"}
