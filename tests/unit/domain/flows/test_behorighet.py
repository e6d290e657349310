"""H1, B1, B5, K3, V1: who may hold an ärende, and whom the law trusts with a child's protection."""

from dataclasses import replace
from typing import Any

import pytest
from flowworld import FlowWorld, flow_regelverk, sip_taken
from lagrum import utredning
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    FALUN_BARN,
    FALUN_HANDLAGGARE,
    MORA_BARN,
    MORA_JOUR,
    MORA_JOURHAVANDE,
    MORA_MOTTAGNING,
    MORA_VINR,
    UTSATT,
    VARDCENTRAL,
    VC,
    with_unit,
)

from samverkanshub.domain.tid import to_ms

NIGHT = to_ms("2026-03-02T23:00:00+01:00")
FRIVARDEN = "frivarden.mora.handlaggare"
FALUN_JOUR = "falun.socialjour"


def reported(**more: Any) -> FlowWorld:
    """A report by the vårdcentral that Mora's child unit has taken over and BUP reads by consent."""
    world = FlowWorld()
    world.vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(till=[BUP], **more).oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert world.refused() == set()
    return world


def by_night(undantag: str = "") -> FlowWorld:
    """A report by night, which the socialjour has taken over, about a child whose father may have exempted a unit."""
    world = FlowWorld()
    world.vardnad("barn", "far")
    if undantag:
        exempt = {"mottagare": [{"slag": "enhet", "id": undantag}]}
        world.samtycke("barn", [VARDCENTRAL], givare=["far"], andamal="barnskydd", undantag=exempt)
    world.at(NIGHT).orosanmalan().oppnar(MORA_JOURHAVANDE).kvitterar(MORA_JOURHAVANDE, "overtagen")
    assert world.refused() == set()
    return world


# ------------------------------------------------------------------------------------------ whom the law trusts


def test_b5_k3_no_guardians_exemption_stops_a_child_unit_that_the_report_has_reached() -> None:
    world = by_night(MORA_BARN).lamnar(MORA_JOURHAVANDE, MORA_BARN)
    assert world.refused() == set()
    assert world.besvarar(MORA_MOTTAGNING).arende.ansvarig == MORA_BARN


def test_b5_k3_nor_one_of_a_unit_that_has_taken_it_over_from_the_socialjour() -> None:
    world = by_night(MORA_BARN)
    world.oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert (world.refused(), world.arende.ansvarig) == (set(), MORA_BARN)


def test_h1_who_takes_over_what_it_was_asked_to_has_said_yes() -> None:
    """H2: its head is not alarmed of a question that it has answered by taking over; the jour may close its part."""
    world = by_night().lamnar(MORA_JOURHAVANDE, MORA_BARN)
    asked = world.arende.overlamningar[-1].handelse_id
    world.oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert (world.refused(), world.owing("h2.kvittens")) == (set(), set())
    assert world.told("overlamning-godtagen") == {MORA_JOURHAVANDE}
    assert world.handlar("avslut", MORA_JOURHAVANDE, overlamning=asked).codes() == {"H1 avslut"}


def test_b5_k3_nor_that_of_the_municipality_that_the_child_has_moved_to() -> None:
    """What the report has not reached is sent nothing by this: each item is judged apart."""
    assert by_night(FALUN_BARN).lamnar(MORA_JOURHAVANDE, FALUN_BARN).refused() == set()


def test_k3_an_exemption_stops_who_does_not_protect_children() -> None:
    world = by_night(BUP)
    assert world.lamnar(MORA_JOURHAVANDE, BUP).refused() == {"B1 ej-for-barns-skydd", "K3 undantag"}


def test_h1_the_socialjour_does_not_take_it_from_the_child_unit() -> None:
    world = by_night()
    world.oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    world.kvitterar(MORA_JOURHAVANDE, "overtagen")
    assert world.refused() == {"H1 annan-haller-arendet"}


def test_o1_the_home_child_unit_takes_it_from_the_socialjour_of_where_the_child_was_in_danger() -> None:
    """O1: a stay elsewhere does not move the home municipality, whose unit assesses the child's protection."""
    world = FlowWorld().at(NIGHT)
    world.orosanmalan(kommun="falun", akut_fara=True, vistelsekommun="mora")
    world.oppnar(MORA_JOURHAVANDE).kvitterar(MORA_JOURHAVANDE, "overtagen")
    assert (world.refused(), world.arende.ansvarig) == (set(), MORA_JOUR)
    world.oppnar(FALUN_HANDLAGGARE).kvitterar(FALUN_HANDLAGGARE, "overtagen")
    assert (world.refused(), world.arende.ansvarig) == (set(), FALUN_BARN)


def test_h1_nor_does_a_child_unit_take_it_from_another_municipalitys_socialjour() -> None:
    world = by_night()
    world.orosanmalan(kommun="falun").oppnar(FALUN_HANDLAGGARE).kvitterar(FALUN_HANDLAGGARE, "overtagen")
    assert world.refused() == {"H1 annan-haller-arendet"}


# ------------------------------------------------------------------------------------------ a child's protection


@pytest.mark.parametrize(
    ("till", "refused"),
    [
        (BUP, {"B1 ej-for-barns-skydd"}),
        (MORA_VINR, {"B1 ej-for-barns-skydd"}),
        ("okand.enhet", {"B1 ej-for-barns-skydd", "H1 ej-ansluten", "V1 arbetar-med-utovare"}),
        (MORA_JOUR, set()),
        (FALUN_BARN, set()),
        (FALUN_JOUR, set()),
    ],
)
def test_b1_a_childs_protection_is_handed_to_a_child_unit_or_a_socialjour_alone(till: str, refused: set[str]) -> None:
    assert reported().lamnar(MORA_MOTTAGNING, till).refused() == refused


def test_b1_or_to_who_investigates() -> None:
    world = reported()
    utredning(world, FALUN_HANDLAGGARE)
    world.regler = with_unit(world.regler, FALUN_BARN, typ="familjeratt")
    assert world.lamnar(MORA_MOTTAGNING, FALUN_BARN).refused() == set()


def test_b1_also_where_a_child_unit_takes_it_over_for_another_unit() -> None:
    world = FlowWorld()
    world.orosanmalan().oppnar(MORA_MOTTAGNING)
    assert world.kvitterar(MORA_MOTTAGNING, "overtagen", enhet=MORA_VINR).refused() == {"B1 ej-for-barns-skydd"}
    assert world.owing("h2.innehavare") == {VARDCENTRAL}
    assert world.kvitterar(MORA_MOTTAGNING, "overtagen", enhet=MORA_JOUR).refused() == set()
    assert (world.arende.ansvarig, world.owing("o4.kvittens")) == (MORA_BARN, set())


def test_o5_who_has_only_reported_has_nothing_to_hand_over() -> None:
    world = reported()
    assert world.lamnar(VC, FALUN_BARN).refused() == {"O5 inget-att-lamna-over"}
    assert world.lamnar(BUP_GRUPP, FALUN_BARN).refused() == set(), "who has been sent it has a part in it"


@pytest.mark.parametrize(("held_by", "refused"), [(BUP, set()), (FALUN_BARN, {"H1 annan-haller-arendet"})])
def test_b1_a_statutory_recipient_takes_it_over_from_one_that_does_not_protect_the_child(
    held_by: str, refused: set[str]
) -> None:
    """However it came to be held so: what a unit is may change with the directory."""
    world = reported()
    world.lamnar(MORA_MOTTAGNING, FALUN_BARN).besvarar(FALUN_HANDLAGGARE)
    assert world.arende.ansvarig == FALUN_BARN
    world.regler = with_unit(world.regler, FALUN_BARN, typ="barn_unga" if held_by == FALUN_BARN else "familjeratt")
    world.orosanmalan().oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert world.refused() == refused


# ------------------------------------------------------------------------------------------ K3, V1 at each takeover


def exempting(*enheter: str, anvandare: str = "") -> FlowWorld:
    """A SIP that the vårdcentral has opened, after which Anna exempts units and perhaps an employee."""
    world = sip_taken()
    world.oppnar(VC).lamnar(UTSATT, BUP)
    exempt: dict[str, Any] = {"mottagare": [{"slag": "enhet", "id": enhet} for enhet in enheter]}
    if anvandare:
        exempt["anvandare"] = [{"aktor": "region-dalarna", "anvandare": anvandare}]
    world.samtycke("anna", [MORA_VINR], undantag=exempt)
    return world


def test_k3_who_has_been_exempted_since_does_not_say_yes_but_may_say_no() -> None:
    assert exempting(BUP).besvarar(BUP_GRUPP).refused() == {"K3 undantagen-sjalv"}
    world = exempting(BUP).besvarar(BUP_GRUPP, "avvisas")
    assert world.refused() == set()
    assert BUP not in world.owing("h2.kvittens")
    assert exempting(VARDCENTRAL).besvarar(BUP_GRUPP).refused() == set()


def test_k3_nor_does_it_take_over_what_it_was_sent() -> None:
    world = exempting(VARDCENTRAL)
    world.kvitterar(VC, "overtagen")
    assert (world.refused(), world.arende.ansvarig) == ({"K3 undantagen-sjalv"}, "")
    assert world.kvitterar(VC, "mottagen").refused() == set(), "that it has it may be said"


def test_k3_an_exempted_employee_neither_takes_over_hands_over_nor_says_yes() -> None:
    for user, refused in (("grannen", {"K3 undantagen-sjalv"}), ("u1", set())):
        world = exempting(anvandare="grannen")
        leverans = world.leverans(VC)
        assert leverans is not None
        acts = {"leverans": leverans.leverans_id, "slag": "overtagen"}
        assert world.handlar("kvittens", VC, user=user, **acts).refused() == refused
        assert world.handlar("overlamning", VC, user=user, till="region-dalarna.beredskap").refused() == refused
        other = exempting(anvandare="grannen")
        asked = other.named["overlamning"].handelse_id
        other.handlar("overlamning_svar", BUP_GRUPP, user=user, overlamning=asked, svar="godtas")
        assert other.refused() == refused


def test_k3_that_another_unit_is_exempted_is_told_who_names_it() -> None:
    """Where both are, what is told is of the acting unit itself, and so of neither."""
    other = "region-dalarna.beredskap"
    assert exempting(other).lamnar(VC, other).refused() == {"K3 undantag"}
    assert exempting(other, VARDCENTRAL).lamnar(VC, other).refused() == {"K3 undantagen-sjalv"}


def test_b5_k3_but_one_of_whom_the_law_trusts_with_the_child_does() -> None:
    world = FlowWorld()
    exempt = {"anvandare": [{"aktor": "mora", "anvandare": "u1"}]}
    world.vardnad("barn", "far").samtycke("barn", [BUP], givare=["far"], andamal="barnskydd", undantag=exempt)
    world.orosanmalan().oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING, "overtagen")
    assert world.refused() == set()
    assert world.lamnar(MORA_MOTTAGNING, FALUN_BARN).refused() == set()


def test_v1_who_works_with_the_perpetrator_alone_takes_nothing_over() -> None:
    world = FlowWorld()
    world.samtycke("anna", [VARDCENTRAL, "frivarden.mora"]).sip("anna", [VARDCENTRAL, "frivarden.mora"], ["behov"])
    world.oppnar(FRIVARDEN).kvitterar(FRIVARDEN, "overtagen")
    assert (world.refused(), world.arende.ansvarig) == ({"V1 arbetar-med-utovare"}, "")


# ------------------------------------------------------------------------------------------ a holder that has left


def left_directory() -> FlowWorld:
    """A SIP that BUP holds, which then leaves the directory."""
    world = FlowWorld()
    world.samtycke("anna", [VARDCENTRAL, BUP]).sip("anna", [VARDCENTRAL, BUP])
    world.oppnar(VC).oppnar(BUP_GRUPP).kvitterar(BUP_GRUPP, "overtagen")
    assert (world.refused(), world.arende.ansvarig, world.owing("h2.innehavare")) == (set(), BUP, set())
    katalog = world.regler.katalog
    units = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != BUP}
    groups = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if grupp.enhet != BUP}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=units, lasargrupper=groups))
    return world


def test_h2_a_holder_that_has_left_the_directory_holds_nothing() -> None:
    world = left_directory()
    world.kvitterar(VC, "overtagen")
    assert (world.refused(), world.arende.ansvarig) == (set(), VARDCENTRAL)
    assert world.owing("h2.innehavare") == set(), "the act gives a new one"


def test_h2_a_message_then_asks_for_a_holder() -> None:
    world = left_directory()
    world.sip("anna", [VARDCENTRAL])
    assert world.owing("h2.innehavare") == {MORA_VINR}


def test_h2_and_so_does_an_act_once() -> None:
    world = left_directory()
    world.kvitterar(VC, "dokumenterad")
    assert world.owing("h2.innehavare") == {VARDCENTRAL}
    world.kvitterar(VC, "mottagen")
    assert len([p for p in world.arende.plikter if p.slag == "h2.innehavare" and not p.uppfylld]) == 1
    assert world.lamnar(VC, "region-dalarna.beredskap").owing("h2.innehavare") == {VARDCENTRAL}


def test_h2_beside_what_the_act_itself_makes_somebody_owe() -> None:
    world = left_directory().lamnar(VC, "region-dalarna.beredskap")
    assert world.owing("h2.innehavare") == {VARDCENTRAL}
    assert "region-dalarna.beredskap" in world.owing("h2.kvittens")


def test_h2_a_refused_act_asks_for_nothing() -> None:
    world = left_directory().lamnar(VC, VARDCENTRAL)
    assert world.refused() == {"H1 egen-enhet"}
    assert world.owing("h2.innehavare") == set()


def test_h2_nor_does_the_leaving_of_the_last_who_takes_part() -> None:
    ground = {"chef": "chef-7", "skal": "insatsen_klar", "informerad": "den_utsatta"}
    world = left_directory().handlar("avslut", UTSATT, **ground)
    assert world.owing("h2.innehavare") == {MORA_VINR}
    world.handlar("avslut", VC, **ground)
    assert world.refused() == set()
    assert world.owing("h2.innehavare") == set()
    assert "sip" not in dict(world.tillstand.person("anna").arenden)


def test_h1_a_yes_to_who_had_asked_before_it_left_still_passes_the_arende() -> None:
    world = left_directory()
    whole, world.regler = world.regler, flow_regelverk()
    world.lamnar(BUP_GRUPP, VARDCENTRAL)
    world.regler = whole
    assert world.besvarar(VC).arende.ansvarig == VARDCENTRAL
    assert world.owing("h2.innehavare") == set()
