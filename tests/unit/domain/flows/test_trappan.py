"""O4, H2, A3: the ladder of a duty that nobody meets: who is told at each step, and when a step means nothing."""

from dataclasses import replace

import pytest
from flowworld import EVENING, MORA_VINR_CHEF, REGION, VC_CHEF, FlowWorld, sip_taken
from mini_regelverk import (
    AVVIKELSESYSTEM,
    MORA_BARN,
    MORA_BARN_CHEF,
    MORA_JOUR,
    MORA_JOURHAVANDE,
    MORA_MOTTAGNING,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)
from steps import HOUR, SECOND


def reported(**more: object) -> FlowWorld:
    world = FlowWorld()
    world.orosanmalan(**more)
    return world


def test_o4_first_the_readers_then_their_head_then_the_region() -> None:
    world = reported()
    assert world.steg("o4.kvittens", "paminnelse").told("o4-kvittens-paminnelse") == {MORA_MOTTAGNING}
    assert world.skeenden() == {"o4-kvittens-paminnelse"}
    assert world.steg("o4.kvittens", "andra_kontakt").told("o4-kvittens-andra-kontakt") == {MORA_BARN_CHEF}
    assert world.steg("o4.kvittens", "region").told("o4-kvittens-region") == {REGION}


def test_o4_the_reminder_is_about_the_readers_own_delivery() -> None:
    world = reported()
    delivery = world.leverans(MORA_MOTTAGNING)
    world.steg("o4.kvittens", "paminnelse")
    assert delivery is not None
    assert world.last is not None
    assert [(d.slag, d.avser) for d in world.last.deliveries] == [("paminnelse", delivery.leverans_id)]


def test_b4_v6_what_they_read_names_nobody_and_shows_no_item() -> None:
    world = reported(andra={"misstankt": ["far"]}, items=["barnets_situation", "vald/far"])
    for steg in ("paminnelse", "andra_kontakt", "region"):
        world.steg("o4.kvittens", steg)
        assert world.last is not None
        for row in world.last.deliveries:
            assert (row.vagar, row.muntligen, row.markningar, row.avsandare) == ((), (), (), "")
        told = [entry for entry in world.last.entries if entry.mottagare]
        assert all(grund.id == "inget-identifierande" for entry in told for grund in entry.grunder)


def test_o4_second_contact_outside_office_hours_reaches_the_socialjour_too() -> None:
    world = FlowWorld(tid=EVENING - 3 * HOUR)
    world.orosanmalan()
    assert MORA_JOURHAVANDE not in world.reached(), "the child unit still answered"
    world.steg("o4.kvittens", "andra_kontakt")
    assert world.told("o4-kvittens-andra-kontakt") == {MORA_BARN_CHEF, MORA_JOURHAVANDE}


def test_o4_the_socialjour_is_not_told_of_its_own_duty_twice() -> None:
    world = FlowWorld(tid=EVENING)
    world.orosanmalan()
    world.steg("o4.kvittens", "andra_kontakt", MORA_JOUR)
    assert world.told("o4-kvittens-andra-kontakt") == {MORA_JOURHAVANDE}, "which has no head in this directory"


def test_o4_no_protection_assessed_reaches_the_head_and_not_the_reporter() -> None:
    world = reported()
    world.steg("o4.skyddsbedomning", "enhetschef")
    assert world.told("o4-skyddsbedomning-enhetschef") == {MORA_BARN_CHEF}
    assert world.skeenden() == set(), "O5"


def test_h2_a_delivery_nobody_acknowledges_reminds_its_readers_and_then_their_head() -> None:
    world = sip_taken()
    assert world.steg("h2.kvittens", "paminnelse").told("h2-kvittens-paminnelse") == {VC, VC_SKYDDAD}
    assert world.steg("h2.kvittens", "enhetschef").told("h2-kvittens-enhetschef") == {VC_CHEF}
    assert world.skeenden() == {"h2-kvittens-enhetschef"}


def test_h2_an_arende_that_nobody_holds_is_told_to_the_heads_of_all_who_take_part() -> None:
    world = sip_taken()
    world.steg("h2.innehavare", "enhetschef")
    assert world.told("h2-innehavare-enhetschef") == {MORA_VINR_CHEF, VC_CHEF}


def test_a3_an_avvikelse_without_agreement_is_told_to_the_heads_of_the_parties() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    world.steg("a3.ansvar", "enhetschef")
    assert world.told("a3-ansvar-enhetschef") == {MORA_VINR_CHEF, VC_CHEF}
    assert AVVIKELSESYSTEM in {world.regler.katalog.unit_of(grupp).id for grupp in world.reached()}


def test_a_handover_nobody_answers_reminds_the_unit_that_was_asked() -> None:
    world = sip_taken().lamnar(VC, MORA_BARN)
    plikt = world.duty("h2.kvittens", MORA_BARN)
    world.at(plikt.steg[0].tid).step_now(plikt.id, "paminnelse")
    assert world.told("h2-kvittens-paminnelse") == {MORA_MOTTAGNING, "mora.barn-unga.handlaggare"}


@pytest.mark.parametrize("steg", ["paminnelse", "andra_kontakt", "region"])
def test_a_step_of_a_duty_already_met_changes_nothing(steg: str) -> None:
    world = reported().kvitterar(MORA_MOTTAGNING)
    assert isinstance(world, FlowWorld)
    before = world.arende
    assert world.steg("o4.kvittens", steg).refused() == {"O4 redan-uppfylld"}
    assert world.arende == before
    assert world.nobody_told()


def test_a_step_is_taken_once() -> None:
    world = reported().steg("o4.kvittens", "paminnelse").steg("o4.kvittens", "paminnelse")
    assert world.refused() == {"O4 redan-tagen"}


def test_a_step_does_not_come_before_its_time() -> None:
    world = reported()
    plikt = world.duty("o4.kvittens")
    due = plikt.steg[0].tid
    assert world.at(due - 1).step_now(plikt.id, "paminnelse").refused() == {"O4 for-tidigt"}
    assert world.at(due).step_now(plikt.id, "paminnelse").refused() == set()


def test_a_step_or_duty_that_is_none_is_refused() -> None:
    world = reported()
    assert world.step_now(world.duty("o4.kvittens").id, "ringa").refused() == {"O4 okant-steg"}
    assert world.step_now("ingen", "paminnelse").refused() == {"T3 finns-ej"}


def test_only_the_hub_itself_appends_a_step() -> None:
    world = reported()
    koder = {"plikt": world.duty("o4.kvittens").id, "steg": "paminnelse"}
    event = world.event("plikt_steg", POLIS_GRUPP, (), koder=koder, arende_id=world.arende.arende_id)
    world.after(HOUR + SECOND).happens(event)
    assert world.refused() == {"T1 okand-avsandare"}


def test_o4_where_the_bearer_has_left_the_directory_whoever_waits_is_told() -> None:
    world = reported()
    katalog = world.regler.katalog
    enheter = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != MORA_BARN}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=enheter))
    assert world.steg("o4.kvittens", "paminnelse").told("o4-kvittens-paminnelse") == {VC_CHEF}


def test_h2_a_handover_to_a_unit_that_is_gone_is_told_to_the_head_of_who_asked() -> None:
    world = sip_taken().lamnar(VC, "mora.familjeratt")
    katalog = world.regler.katalog
    enheter = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != "mora.familjeratt"}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=enheter))
    plikt = world.duty("h2.kvittens", "mora.familjeratt")
    assert world.at(plikt.steg[0].tid).step_now(plikt.id, "paminnelse").told("h2-kvittens-paminnelse") == {VC_CHEF}


def test_v1_reminders_go_to_those_who_hold_the_delivery_alone() -> None:
    world = FlowWorld()
    world.samtycke("anna", ["mora.vinr"]).sip("anna", ["mora.vinr"], ["boende"], av=VC)
    assert world.steg("h2.kvittens", "paminnelse").told("h2-kvittens-paminnelse") == {UTSATT}


def test_a_duty_that_nobody_waits_for_and_whose_bearer_is_gone_tells_nobody() -> None:
    world = reported()
    arende = world.arende
    world.tillstand = world.tillstand.with_arende(
        replace(arende, plikter=tuple(replace(plikt, vantar="", barare="borta") for plikt in arende.plikter))
    )
    assert world.steg("o4.kvittens", "paminnelse").nobody_told()
