"""H1 against what is owed (O4, N1, H2, S3, S4, A3): who may leave, and which ärenden end when the last has left."""

from dataclasses import replace
from typing import Any

import pytest
from flowworld import FlowWorld, flow_regelverk, sip_taken
from mini_regelverk import (
    AVVIKELSE_GRUPP,
    BUP,
    BUP_GRUPP,
    MORA_BARN,
    MORA_MOTTAGNING,
    MORA_VINR,
    UTSATT,
    VARDCENTRAL,
    VC,
)
from steps import DAY

from samverkanshub.domain.regelverk import Frist

S4 = "s4.kallelse"
NOTICE = "2026-03-02T09:00:00+01:00"
GROUND = {"chef": "chef-7", "skal": "insatsen_klar", "informerad": "ingen"}


def leaves(world: FlowWorld, *groups: str) -> FlowWorld:
    """Each closes its part on a manager's decision."""
    for grupp in groups:
        assert world.handlar("avslut", grupp, **GROUND).refused() == set()
    return world


def is_open(world: FlowWorld) -> bool:
    """Is the latest message's ärende its person's open one of the process?"""
    person = world.tillstand.person(world.arende.person_id)
    return (world.arende.process, world.arende.arende_id) in person.arenden


def discharged(*, called: bool = False) -> FlowWorld:
    """A SIP in which the vårdcentral takes part, and owes a call after Anna's discharge."""
    plain = flow_regelverk()
    world = FlowWorld(regler=replace(plain, frister={**plain.frister, S4: Frist(dagar=3)}))
    world.samtycke("anna", [MORA_VINR, VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    world.utskrivningsklar("anna", VARDCENTRAL, av=BUP_GRUPP)
    if called:
        world.sip("anna", [MORA_VINR], av=VC, utskrivningsklar=NOTICE)
    return world


def contact() -> FlowWorld:
    """N1: contact asked for with the unit for violence in close relations."""
    world = FlowWorld()
    world.samtycke("anna", [MORA_VINR], andamal="kontakt").kontaktformedling()
    return world


def reported() -> FlowWorld:
    """O4: a report that nobody has acknowledged."""
    world = FlowWorld()
    world.orosanmalan()
    return world


def uninformed() -> FlowWorld:
    """S3: a child's guardians are not called."""
    world = FlowWorld()
    world.vardnad("barn", "mor").samtycke("barn", [VARDCENTRAL], givare=["mor"]).sip("barn", [VARDCENTRAL])
    return world


def deviated() -> FlowWorld:
    """A3: an avvikelse in a SIP."""
    world = sip_taken()
    world.avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    return world


# ------------------------------------------------------------------------------------------ S4


def test_s4_who_owes_the_call_does_not_leave_before_it_is_made() -> None:
    world = discharged()
    assert world.handlar("avslut", VC, **GROUND).refused() == {"S4 oppen-plikt"}
    assert world.owing(S4) == {VARDCENTRAL}
    world.sip("anna", [MORA_VINR], av=VC, utskrivningsklar=NOTICE)
    leaves(world, VC)


def test_s4_nor_where_another_has_accepted_to_take_over() -> None:
    """The fasta vårdkontakt is named by the notice, and by nothing else."""
    world = discharged().lamnar(VC, BUP).besvarar(BUP_GRUPP)
    accepted = {"overlamning": world.named["overlamning"].handelse_id}
    assert world.handlar("avslut", VC, **accepted).refused() == {"S4 oppen-plikt"}
    world.utskrivningsklar("anna", BUP, av=BUP_GRUPP)
    assert world.handlar("avslut", VC, **accepted).refused() == set()


def test_t3_who_owes_it_and_takes_no_part_yet_reads_nothing_of_it() -> None:
    world = sip_taken()
    world.utskrivningsklar("anna", BUP, av=BUP_GRUPP)
    assert world.handlar("avslut", BUP_GRUPP, **GROUND).refused() == {"T3 finns-ej"}


def test_s4_when_all_others_have_left_the_call_is_still_owed_escalates_and_is_met_by_a_summons() -> None:
    world = sip_taken()
    world.samtycke("anna", [MORA_VINR]).utskrivningsklar("anna", BUP, av=VC)
    same = leaves(world, VC, UTSATT).arende.arende_id
    assert is_open(world)
    assert world.owing(S4) == {BUP}
    world.after(DAY).sip("anna", [MORA_VINR], av=BUP_GRUPP, utskrivningsklar=NOTICE)
    assert world.refused() == set()
    assert world.arende.arende_id == same
    assert world.owing(S4) == set()
    assert world.owing("h2.innehavare") == {BUP}, "somebody takes part again"
    assert not is_open(leaves(world, BUP_GRUPP, UTSATT))


def test_s4_its_ladder_goes_on_when_all_others_have_left() -> None:
    plain = flow_regelverk()
    world = FlowWorld(regler=replace(plain, frister={**plain.frister, S4: Frist(dagar=3)}))
    world.samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).utskrivningsklar("anna", BUP, av=VC)
    assert leaves(world, VC, UTSATT).steg(S4, "paminnelse").told("s4-kallelse-paminnelse") == {BUP_GRUPP}


# ------------------------------------------------------------------------------------------ the others


# What is owed, who leave, who then still owes it, and whether the ärende stays the person's open one.
TABLE: list[tuple[str, Any, tuple[str, ...], str, set[str], bool]] = [
    ("a report not acknowledged", reported, (MORA_MOTTAGNING,), "o4.kvittens", {MORA_BARN}, True),
    ("protection not assessed", reported, (MORA_MOTTAGNING,), "o4.skyddsbedomning", {MORA_BARN}, True),
    ("contact not taken over", contact, (UTSATT, VC), "n1.kvittens", {MORA_VINR}, True),
    ("a delivery not acknowledged", sip_taken, (VC, UTSATT), "h2.kvittens", {VARDCENTRAL}, False),
    ("nobody holds it", sip_taken, (VC, UTSATT), "h2.innehavare", set(), False),
    ("a guardian not informed", uninformed, (VC, UTSATT), "s3.information", {MORA_VINR}, False),
    ("an avvikelse not agreed on", deviated, (VC, UTSATT, AVVIKELSE_GRUPP), "a3.ansvar", {MORA_VINR}, False),
    ("the call made", lambda: discharged(called=True), (VC, UTSATT), S4, set(), False),
]


@pytest.mark.parametrize(
    ("history", "leaving", "slag", "owing", "stays"), [r[1:] for r in TABLE], ids=[r[0] for r in TABLE]
)
def test_h1_what_is_owed_when_the_last_has_left(
    history: Any, leaving: tuple[str, ...], slag: str, owing: set[str], stays: bool
) -> None:
    world = leaves(history(), *leaving)
    assert world.owing(slag) == owing
    assert is_open(world) is stays


def test_o4_acknowledged_and_assessed_it_ends_with_the_last() -> None:
    world = reported()
    world.oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING)
    assessed = {"leverans": world.leverans(MORA_MOTTAGNING).leverans_id}  # type: ignore[union-attr]
    world.handlar("skyddsbedomning_gjord", MORA_MOTTAGNING, **assessed)
    assert world.refused() == set()
    assert not is_open(leaves(world, MORA_MOTTAGNING))


def test_o4_who_has_left_still_acknowledges_in_the_same_arende() -> None:
    world = leaves(reported(), MORA_MOTTAGNING)
    world.oppnar(MORA_MOTTAGNING).kvitterar(MORA_MOTTAGNING)
    assert world.refused() == set()
    assert world.owing("o4.kvittens") == set()


def test_n1_taken_over_it_ends_with_the_last() -> None:
    world = contact()
    world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen")
    assert not is_open(leaves(world, UTSATT, VC))


def test_h1_who_takes_over_what_all_have_left_makes_it_the_open_one_again() -> None:
    world = sip_taken()
    world.oppnar(VC)
    assert not is_open(leaves(world, VC, UTSATT))
    world.kvitterar(VC, "overtagen")
    assert is_open(world)
    assert world.arende.ansvarig == VARDCENTRAL


def test_h1_unless_the_person_has_another_open_one_since() -> None:
    world = sip_taken()
    world.oppnar(VC)
    first, taken = world.arende.arende_id, world.leverans(VC).leverans_id  # type: ignore[union-attr]
    leaves(world, VC, UTSATT)
    world.sip("anna", [VARDCENTRAL])
    world.handlar("kvittens", VC, arende=first, leverans=taken, slag="overtagen")
    assert world.refused() == set()
    assert world.tillstand.arenden[first].ansvarig == VARDCENTRAL
    assert is_open(world), "the later one"
