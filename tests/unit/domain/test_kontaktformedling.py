"""N1, O3: contact arranged for an adult with the home municipality's unit, and who is consulted on exploitation."""

from dataclasses import replace
from typing import Any

import pytest
from lagrum import VILLKOR_VARD, lagar
from mini_regelverk import (
    BARNAHUS_GRUPP,
    BUP,
    KOORDINATOR_GRUPP,
    MORA_MOTTAGNING,
    MORA_VINR,
    UTOVARE,
    UTSATT,
    VARDCENTRAL,
    VC,
    regelverk,
    with_unit,
)
from steps import HOUR, START
from world import World

from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import ADULT
from samverkanshub.domain.plikter import N1_KVITTENS
from samverkanshub.domain.regelverk import Frist
from samverkanshub.domain.samrad import consultation_codes
from samverkanshub.domain.state import Plikt
from samverkanshub.domain.visning import visible_codes

LADDER = replace(
    regelverk(), frister={"o4.kvittens": Frist(3600), "o4.andra_kontakt": Frist(7200), "o4.region": Frist(10800)}
)


def decided(world: World) -> Decision:
    assert world.message is not None
    return world.message


def consented(regler: Any = LADDER) -> World:
    return World(regler).samtycke("anna", [MORA_VINR], andamal="kontakt")


def duty(world: World) -> Plikt:
    (found,) = world.plikter(N1_KVITTENS)
    return found


# ------------------------------------------------------------------------------------------ N1


def test_n1_it_goes_to_the_home_municipalitys_unit_without_being_named() -> None:
    world = consented().kontaktformedling()
    assert world.delivered(UTSATT) == {"vald", "kontakt"}
    assert {entry.funktion for entry in world.entries(UTSATT)} == {"kontakt"}
    assert decided(world).arende_id in dict(world.tillstand.person("anna").arenden)["kontakt"]


def test_n1_the_readers_who_work_with_perpetrators_are_not_even_asked_about() -> None:
    """V1."""
    assert consented().kontaktformedling(till=[MORA_VINR]).entries(UTOVARE) == []


@pytest.mark.parametrize("andamal", ["sip", "riskbedomning"])
def test_n1_consent_for_another_purpose_does_not_carry_it(andamal: str) -> None:
    """K6."""
    world = World().samtycke("anna", [MORA_VINR], andamal=andamal).kontaktformedling()
    assert world.delivered(UTSATT) == set()


def test_n1_without_consent_the_sender_is_told_what_to_ask() -> None:
    """B0."""
    world = World().kontaktformedling()
    assert world.why(UTSATT, "vald") == {"B0 samtycke-saknas"}
    (request,) = decided(world).requests
    assert (request.andamal, request.av_roller, request.mottagare) == ("kontakt", ("utsatt",), (MORA_VINR,))


def test_n1_a_withdrawn_consent_stops_the_opening() -> None:
    """K4."""
    world = consented().kontaktformedling().aterkallar("anna").oppnar(UTSATT)
    assert world.shown() == set()


def test_n1_ring_112_always_stands_beside_it() -> None:
    assert decided(consented().kontaktformedling()).hints == ("ring-112",)
    assert "ring-112" in decided(World().kontaktformedling()).hints


def test_n1_a_unit_that_is_not_connected_is_telephoned() -> None:
    world = consented(with_unit(LADDER, MORA_VINR, ansluten=False)).kontaktformedling()
    assert decided(world).hints == ("ring", "ring-112")
    assert decided(consented().kontaktformedling(kommun="falun")).hints == ("ring", "ring-112"), "no such unit there"


def test_n1_o4_of_two_units_one_that_is_not_connected_is_telephoned() -> None:
    """It too bears O4's clock."""
    other = replace(LADDER.katalog.enheter[MORA_VINR], id="mora.vinr-soder", ansluten=False)
    group = replace(LADDER.katalog.lasargrupper[UTSATT], id="mora.vinr-soder.utsatt", enhet=other.id)
    katalog = replace(
        LADDER.katalog,
        enheter={**LADDER.katalog.enheter, other.id: other},
        lasargrupper={**LADDER.katalog.lasargrupper, group.id: group},
    )
    world = consented(replace(LADDER, katalog=katalog)).kontaktformedling()
    assert UTSATT in world.reached()
    assert decided(world).hints == ("ring", "ring-112")


def test_n1_it_is_taken_over_within_o4s_deadlines() -> None:
    world = consented().at(START).kontaktformedling()
    owed = duty(world)
    assert (owed.barare, owed.vantar) == (MORA_VINR, VARDCENTRAL)
    assert [(s.namn, s.tid - START) for s in owed.steg] == [
        ("paminnelse", HOUR),
        ("andra_kontakt", 2 * HOUR),
        ("region", 3 * HOUR),
    ]
    found = world.leverans(UTSATT)
    assert found is not None
    assert found.frist == START + HOUR


@pytest.mark.parametrize(("slag", "met"), [("mottagen", False), ("dokumenterad", False), ("overtagen", True)])
def test_n1_taking_over_alone_meets_it(slag: str, met: bool) -> None:
    world = consented().kontaktformedling().oppnar(UTSATT).kvitterar(UTSATT, slag)
    assert bool(duty(world).uppfylld) is met


def test_n1_what_consent_keeps_back_is_owed_by_nobody() -> None:
    assert World(LADDER).kontaktformedling().plikter() == []


def test_n1_other_messages_make_no_such_duty() -> None:
    world = World(LADDER).samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert world.plikter(N1_KVITTENS) == []


def test_n1_its_codes_show_no_more_than_its_items() -> None:
    """P2, T3."""
    world = consented().kontaktformedling(items=["vald", "kontakt", "boende"])
    event = world.named["kontaktformedling"]
    everything = visible_codes(event, ["/vald", "/kontakt", "/boende"], sender_named=True, with_perpetrator=False)
    assert everything == {"misstanke": ["vald_i_nara_relation"], "kommun": "mora"}
    assert visible_codes(event, ["/kontakt"], sender_named=True, with_perpetrator=False) == {}


# ------------------------------------------------------------------------------------------ O3


@pytest.mark.parametrize("misstanke", ["prostitution", "sexuell_exploatering", "manniskohandel"])
def test_o3_the_coordinator_is_consulted_about_an_adult_without_consent_and_learns_nobodys_name(misstanke: str) -> None:
    """B4."""
    world = World().kontaktformedling(misstanke=[misstanke])
    assert world.reached() == {KOORDINATOR_GRUPP}
    found = world.leverans(KOORDINATOR_GRUPP)
    assert found is not None
    assert (found.slag, found.vagar, found.avsandare, found.avsandare_roll) == ("konsultation", (), "", "")
    assert {r.regel for e in world.entries(KOORDINATOR_GRUPP) for r in e.reasons} == {"B4", "O3"}
    told = consultation_codes(world.named["kontaktformedling"], world.regler)
    assert told == {"misstanke": [misstanke], "aldersklass": ADULT}


def test_o3_other_violence_against_an_adult_is_no_matter_for_the_coordinator() -> None:
    assert World().kontaktformedling(misstanke=["sexualbrott", "hedersrelaterat_vald"]).reached() == set()


@pytest.mark.parametrize("misstanke", ["prostitution", "sexuell_exploatering", "manniskohandel"])
def test_o3_about_a_child_is_o2_too(misstanke: str) -> None:
    world = World().orosanmalan(misstanke=[misstanke])
    assert world.reached() == {MORA_MOTTAGNING, BARNAHUS_GRUPP, KOORDINATOR_GRUPP}
    assert {r.regel for e in world.entries(BARNAHUS_GRUPP) for r in e.reasons} == {"B4", "O2"}


@pytest.mark.parametrize("misstanke", ["vald_mot_barn", "sexualbrott"])
def test_o2_alone_is_no_matter_for_the_coordinator(misstanke: str) -> None:
    assert World().orosanmalan(misstanke=[misstanke]).reached() == {MORA_MOTTAGNING, BARNAHUS_GRUPP}


def test_o3_a_report_about_somebody_who_is_18_is_withheld_and_still_consulted_on() -> None:
    world = World(alder={"kim": ADULT}).orosanmalan("kim", roll="barn", misstanke=["manniskohandel"])
    assert world.why(MORA_MOTTAGNING, "barnets_situation") == {"B1 ej-barn"}
    assert world.reached() == {KOORDINATOR_GRUPP}
    assert decided(world).hints == ("kontaktformedling", "ring-112")


def test_o3_guardians_are_asked_nothing_about_it() -> None:
    """O2."""
    world = World().vardnad("barn", "mor").orosanmalan(misstanke=["manniskohandel"], till=[BUP])
    assert decided(world).requests == ()


@pytest.mark.parametrize("frozen", ["barn", "mor"])
def test_b7_nothing_is_consulted_on_about_a_frozen_child_and_the_sender_telephones(frozen: str) -> None:
    world = World().vardnad("barn", "mor").frys(frozen).orosanmalan(misstanke=["prostitution"])
    assert world.reached() == {MORA_MOTTAGNING}, "B1 alone"
    assert "ring" in decided(world).hints


def test_b7_a_frozen_adults_contact_is_arranged_by_telephone() -> None:
    world = consented().frys("anna").kontaktformedling(misstanke=["prostitution"])
    assert world.reached() == set()
    assert decided(world).hints == ("ring", "ring-112")


@pytest.mark.parametrize(
    "more",
    [
        {"grund": {"bestammelse": "osl-25-12", "villkor": list(VILLKOR_VARD)}},
        {"behov_i_arbetet": True},
    ],
)
def test_n1_an_adult_is_contacted_by_consent_alone(more: dict[str, object]) -> None:
    """Neither a provision (B2) nor the need in the work (B6) stands in the place of a yes, least of all after a no."""
    for av in (VC, MORA_MOTTAGNING):
        world = World(lagar()).nekar("anna", [MORA_VINR], andamal="kontakt").kontaktformedling(av=av, **more)
        assert world.reached() == set()
        assert "samtycke-nekat" in {reason.kod for entry in decided(world).entries for reason in entry.reasons}
