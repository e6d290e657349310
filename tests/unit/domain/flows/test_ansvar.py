"""A3: an avvikelse is open until those it concerns have agreed who is responsible meanwhile."""

from dataclasses import replace

import pytest
from flowworld import FlowWorld, sip_taken
from mini_regelverk import (
    AVVIKELSE_GRUPP,
    AVVIKELSESYSTEM,
    BUP,
    BUP_GRUPP,
    JOUR,
    MORA_BARN,
    MORA_VINR,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)

from samverkanshub.domain.tid import to_ms

FAMILJERATT = "mora.familjeratt.handlaggare"
GROUND = {"chef": "chef-7", "skal": "insatsen_klar", "informerad": "ingen"}


def deviated(*till: str) -> FlowWorld:
    world = FlowWorld()
    world.avvikelse(till or (VARDCENTRAL,))
    return world


def proposes(world: FlowWorld, grupp: str, enhet: str) -> FlowWorld:
    return world.handlar("ansvar_forslag", grupp, enhet=enhet)


def answers(world: FlowWorld, grupp: str, svar: str = "godtas") -> FlowWorld:
    return world.handlar("ansvar_svar", grupp, forslag=world.named["ansvar_forslag"].handelse_id, svar=svar)


def test_a3_an_avvikelse_is_open_for_five_days_for_the_parties_together() -> None:
    world = deviated()
    plikt = world.duty("a3.ansvar")
    assert (plikt.barare, plikt.aven) == (MORA_VINR, (VARDCENTRAL,)), "the deviation system is no party"
    assert [(s.namn, s.tid) for s in plikt.steg] == [("enhetschef", to_ms("2026-03-08T00:00:00+01:00"))]


def test_a3_one_proposes_and_the_others_are_told_whom() -> None:
    world = proposes(deviated(), UTSATT, VARDCENTRAL)
    assert world.told("ansvar-foreslaget") == {VC, VC_SKYDDAD}
    assert world.last is not None
    assert {(row.enhet, row.enhet_roll, row.avsandare, row.avsandare_roll) for row in world.last.deliveries} == {
        (VARDCENTRAL, "vardcentral", "", "vinr")
    }
    assert world.skeenden() == {"ansvar-foreslaget"}
    assert world.owing("a3.ansvar") == {MORA_VINR}


def test_a3_the_last_yes_settles_it_and_all_are_told() -> None:
    world = answers(proposes(deviated(), UTSATT, VARDCENTRAL), VC)
    assert world.owing("a3.ansvar") == set()
    assert world.duty("a3.ansvar").utfall == "ansvar-overenskommet"
    assert world.arende.ansvarig == VARDCENTRAL
    assert world.told("ansvar-overenskommet") == {VC, VC_SKYDDAD, UTSATT}
    assert world.skeenden() == {"ansvar-overenskommet"}


def test_a3_with_three_parties_each_of_the_others_must_say_yes() -> None:
    world = proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP)
    assert world.told("ansvar-foreslaget") == {VC, VC_SKYDDAD, BUP_GRUPP}
    assert answers(world, VC).nobody_told()
    assert world.owing("a3.ansvar") == {MORA_VINR}
    assert answers(world, BUP_GRUPP).arende.ansvarig == BUP


def test_a3_a_no_voids_the_proposal() -> None:
    world = answers(proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP), VC, "avvisas")
    assert world.told("ansvar-avvisat") == {UTSATT, BUP_GRUPP}
    assert world.skeenden() == {"ansvar-avvisat"}
    assert answers(world, BUP_GRUPP).refused() == {"T3 finns-ej"}
    assert world.arende.ansvarig == ""


def test_a3_a_new_proposal_voids_the_earlier_and_its_answers() -> None:
    world = answers(proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP), VC)
    earlier = world.named["ansvar_forslag"].handelse_id
    proposes(world, BUP_GRUPP, MORA_VINR)
    assert world.handlar("ansvar_svar", BUP_GRUPP, forslag=earlier, svar="godtas").refused() == {"T3 finns-ej"}
    answers(world, UTSATT)
    assert world.owing("a3.ansvar") == {MORA_VINR}
    assert answers(world, VC).arende.ansvarig == MORA_VINR


def test_a3_h1_that_a_unit_is_to_be_responsible_falls_when_it_closes_its_part_and_the_others_are_told() -> None:
    world = proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP)
    world.handlar("avslut", BUP_GRUPP, **GROUND)
    assert world.told("ansvar-avvisat") == {UTSATT, VC, VC_SKYDDAD}
    assert world.skeenden() == {"ansvar-avvisat"}
    assert answers(world, VC).refused() == {"T3 finns-ej"}
    assert world.arende.ansvarig == ""
    assert world.owing("a3.ansvar") == {MORA_VINR}


def test_a3_h1_another_partys_leaving_voids_nothing() -> None:
    world = proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP)
    world.handlar("avslut", VC, **GROUND)
    assert world.told("ansvar-avvisat") == set()
    assert answers(world, BUP_GRUPP).arende.ansvarig == BUP


def test_a3_nor_is_a_unit_responsible_whose_readers_have_left_the_directory() -> None:
    world = proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP)
    katalog = world.regler.katalog
    left = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if id_ != BUP_GRUPP}
    world.regler = replace(world.regler, katalog=replace(katalog, lasargrupper=left))
    assert answers(world, VC).refused() == {"T3 finns-ej"}


@pytest.mark.parametrize("grupp", [UTSATT, VC])
def test_a3_nobody_answers_twice_nor_its_own_proposal(grupp: str) -> None:
    world = answers(proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP), VC)
    assert answers(world, grupp).refused() == {"A3 redan-besvarat"}


@pytest.mark.parametrize(
    ("grupp", "enhet", "refused"),
    [
        (UTSATT, VARDCENTRAL, set()),
        (UTSATT, BUP, set()),
        (UTSATT, MORA_VINR, set()),
        (UTSATT, MORA_BARN, {"A3 ej-part"}),
        (UTSATT, AVVIKELSESYSTEM, {"A3 ej-part"}),
        (VC, VARDCENTRAL, set()),
        (VC, MORA_VINR, set()),
        (VC, BUP, {"A3 ej-part"}),
        (VC, JOUR, {"A3 ej-part"}),
        (AVVIKELSE_GRUPP, MORA_VINR, {"A3 ingen-oppen-avvikelse"}),
        (POLIS_GRUPP, MORA_VINR, {"T3 finns-ej"}),
    ],
)
def test_a3_a_party_is_proposed_by_one_that_knows_it_to_be_one(grupp: str, enhet: str, refused: set[str]) -> None:
    """T3: a recipient does not learn by trying who else received it."""
    assert proposes(deviated(VARDCENTRAL, BUP), grupp, enhet).refused() == refused


def test_t3_no_such_arende_or_proposal() -> None:
    world = deviated()
    assert world.handlar("ansvar_forslag", UTSATT, arende="inget", enhet=MORA_VINR).refused() == {"T3 finns-ej"}
    assert world.handlar("ansvar_svar", UTSATT, arende="inget", forslag="x", svar="godtas").refused() == {"T3 finns-ej"}
    assert world.handlar("ansvar_svar", UTSATT, forslag="x", svar="godtas").refused() == {"T3 finns-ej"}
    proposes(world, UTSATT, VARDCENTRAL)
    assert answers(world, AVVIKELSE_GRUPP).refused() == {"T3 finns-ej"}


def test_a3_an_arende_without_an_avvikelse_has_nothing_to_agree_on() -> None:
    assert proposes(sip_taken(), UTSATT, MORA_VINR).refused() == {"A3 ingen-oppen-avvikelse"}


def test_a3_agreed_once_it_is_closed() -> None:
    world = answers(proposes(deviated(), UTSATT, VARDCENTRAL), VC)
    assert proposes(world, UTSATT, MORA_VINR).refused() == {"A3 ingen-oppen-avvikelse"}
    assert answers(world, VC).refused() == {"T3 finns-ej"}


def test_a3_where_nobody_else_is_a_party_the_sender_answers_for_it_at_once() -> None:
    world = deviated(AVVIKELSESYSTEM)
    proposes(world, UTSATT, MORA_VINR)
    assert world.owing("a3.ansvar") == set()
    assert world.arende.ansvarig == MORA_VINR


def test_a3_who_has_closed_its_part_need_not_agree() -> None:
    world = deviated(VARDCENTRAL, BUP)
    world.handlar("avslut", BUP_GRUPP, **GROUND)
    proposes(world, UTSATT, VARDCENTRAL)
    assert answers(world, VC).owing("a3.ansvar") == set()


def test_h1_an_agreement_takes_the_arende_from_nobody_outside_it() -> None:
    world = deviated(VARDCENTRAL, BUP)
    world.oppnar(BUP_GRUPP).kvitterar(BUP_GRUPP, "overtagen")
    later = world.arende.arende_id
    world.avvikelse([VARDCENTRAL], arende_id=later)
    assert answers(proposes(world, UTSATT, VARDCENTRAL), VC).codes() == {"A3 ansvar-overenskommet"}
    assert world.arende.ansvarig == BUP


def test_h1_nor_does_it_give_an_arende_about_a_person_a_holder() -> None:
    """H2: that nobody holds it is still owed, whatever the parties of an avvikelse agree."""
    world = sip_taken()
    world.avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    answers(proposes(world, UTSATT, VARDCENTRAL), VC)
    assert world.owing("a3.ansvar") == set()
    assert world.arende.ansvarig == ""
    assert world.owing("h2.innehavare") == {MORA_VINR}


@pytest.mark.parametrize(
    ("grupp", "refused"), [(UTSATT, set()), (VC, set()), (FAMILJERATT, {"T3 finns-ej"}), (BUP_GRUPP, {"T3 finns-ej"})]
)
def test_a1_only_who_takes_part_in_an_arende_refers_to_it_in_an_avvikelse(grupp: str, refused: set[str]) -> None:
    """T3: another unit of an actor that takes part has the alias, and still no business with the ärende."""
    world = sip_taken()
    assert world.avvikelse([], av=grupp, arende_id=world.arende.arende_id).refused() == refused


def test_a3_two_avvikelser_in_one_arende_are_settled_one_by_one_the_latest_first() -> None:
    world = deviated()
    world.avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    answers(proposes(world, UTSATT, VARDCENTRAL), VC)
    assert [bool(p.uppfylld) for p in world.arende.plikter if p.slag == "a3.ansvar"] == [False, True]
    answers(proposes(world, UTSATT, MORA_VINR), VC)
    assert world.owing("a3.ansvar") == set()


def test_p5_where_somebody_is_protected_the_unit_is_told_by_its_role() -> None:
    world = sip_taken()
    world.skydd("anna").avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    proposes(world, UTSATT, VARDCENTRAL)
    assert world.last is not None
    assert {(row.enhet, row.enhet_roll) for row in world.last.deliveries} == {("", "vardcentral")}


def test_p5_a_unit_that_has_left_the_directory_is_told_by_nothing() -> None:
    world = proposes(deviated(VARDCENTRAL, BUP), UTSATT, BUP)
    katalog = world.regler.katalog
    enheter = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != BUP}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=enheter))
    answers(world, VC, "avvisas")
    assert world.last is not None
    assert {row.enhet_roll for row in world.last.deliveries} == {""}
