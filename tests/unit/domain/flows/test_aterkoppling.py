"""O5: feedback to a duty-bound reporter; O4: an inquiry not opened on suspected violence reaches the unit head."""

from dataclasses import replace

import pytest
from flowworld import FlowWorld, sip_taken
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    FALUN_HANDLAGGARE,
    JOUR_GRUPP,
    MORA_BARN_CHEF,
    MORA_MOTTAGNING,
    POLIS_GRUPP,
    VC,
)

OPENED = {"inledd": "aterkoppling-inledd", "redan_pagaende": "aterkoppling-redan-pagaende"}


def feedback(world: FlowWorld, utfall: str = "inledd", av: str = MORA_MOTTAGNING, **more: bool) -> FlowWorld:
    delivery = world.leverans(av)
    return world.handlar("aterkoppling", av, leverans=delivery.leverans_id if delivery else "x", utfall=utfall, **more)


def reported(**more: object) -> FlowWorld:
    world = FlowWorld()
    world.orosanmalan(**more)
    return world


@pytest.mark.parametrize(("utfall", "kod"), [*OPENED.items(), ("inleds_ej", "aterkoppling-inleds-ej")])
@pytest.mark.parametrize("av", [VC, POLIS_GRUPP])
def test_o5_a_duty_bound_reporter_is_told_and_reads_it_on_the_delivery(utfall: str, kod: str, av: str) -> None:
    world = feedback(reported(av=av), utfall)
    assert world.told(kod) == {av}
    assert world.last is not None
    row, happened = world.last.deliveries[0], world.last.skeenden[0]
    delivery = world.leverans(MORA_MOTTAGNING)
    assert delivery is not None
    assert row.avser == world.named["orosanmalan"].handelse_id
    assert (happened.slag, happened.leverans_id) == (kod, delivery.leverans_id)
    assert world.codes() == {f"O5 {kod}"}


def test_p5_the_notice_names_no_unit() -> None:
    world = feedback(reported(skyddade_personuppgifter=True))
    assert world.last is not None
    assert [(row.avsandare, row.avsandare_roll, row.enhet) for row in world.last.deliveries] == [("", "", "")]


@pytest.mark.parametrize(
    "report",
    [{"av": JOUR_GRUPP}, {"anmalarslag": "privatperson"}, {"av": JOUR_GRUPP, "anmalarslag": "anonym"}],
    ids=str,
)
def test_o5_others_reports_are_recorded_and_nobody_is_told(report: dict[str, str]) -> None:
    world = feedback(reported(**report))
    assert world.refused() == set()
    assert world.nobody_told()
    assert world.skeenden() == set()
    assert world.codes() == {"O5 ej-anmalningsskyldig"}


def test_o5_what_would_be_unsuitable_is_recorded_and_not_passed_on() -> None:
    world = feedback(reported(), olampligt=True)
    assert (world.nobody_told(), world.skeenden(), world.codes()) == (True, set(), {"O5 olampligt"})


def test_o5_only_a_statutory_recipient_of_a_report_gives_it() -> None:
    world = sip_taken()
    assert feedback(world, av=VC).refused() == {"O5 ej-lagstadgad-mottagare"}
    named = FlowWorld()
    named.vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    named.orosanmalan(till=[BUP])
    assert feedback(named, av=BUP_GRUPP).refused() == {"O5 ej-lagstadgad-mottagare"}


@pytest.mark.parametrize("av", [FALUN_HANDLAGGARE, VC])
def test_t3_nobody_elses_delivery(av: str) -> None:
    world = reported()
    delivery = world.leverans(MORA_MOTTAGNING)
    assert delivery is not None
    world.handlar("aterkoppling", av, leverans=delivery.leverans_id, utfall="inledd")
    assert world.refused() == {"T3 finns-ej"}
    assert world.handlar("aterkoppling", av, arende="inget", leverans="x", utfall="inledd").refused() == {"T3 finns-ej"}


@pytest.mark.parametrize(
    ("utfall", "misstanke", "alarmed"),
    [
        ("inleds_ej", ["bevittnat_vald"], True),
        ("inleds_ej", ["omsorgssvikt", "sexualbrott"], True),
        ("inleds_ej", ["omsorgssvikt"], False),
        ("inledd", ["vald_mot_barn"], False),
        ("redan_pagaende", ["vald_mot_barn"], False),
    ],
)
def test_o4_not_opened_on_suspected_violence_reaches_the_unit_head_at_once(
    utfall: str, misstanke: list[str], alarmed: bool
) -> None:
    world = feedback(reported(misstanke=misstanke), utfall)
    assert world.told("o4-utredning-inleds-ej") == ({MORA_BARN_CHEF} if alarmed else set())
    assert ("O4 ej-inledd-vid-vald" in world.codes()) == alarmed


def test_o4_the_head_is_alerted_also_where_the_reporter_is_not_told() -> None:
    world = feedback(reported(misstanke=["vald_mot_barn"]), "inleds_ej", olampligt=True)
    assert world.told("o4-utredning-inleds-ej") == {MORA_BARN_CHEF}
    assert world.told("aterkoppling-inleds-ej") == set()


def test_o5_a_reporter_that_has_left_the_directory_has_no_inbox() -> None:
    world = reported(av=POLIS_GRUPP)
    katalog = world.regler.katalog
    groups = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if id_ != POLIS_GRUPP}
    world.regler = replace(world.regler, katalog=replace(katalog, lasargrupper=groups))
    assert feedback(world).nobody_told()
    assert world.skeenden() == {"aterkoppling-inledd"}


def test_o5_a_later_feedback_is_told_too() -> None:
    world = feedback(feedback(reported(misstanke=["vald_mot_barn"]), "inleds_ej"), "inledd")
    assert world.told("aterkoppling-inledd") == {VC}
