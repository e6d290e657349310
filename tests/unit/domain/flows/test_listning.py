"""H2, O4: which open duties a reader group reads of in the list, and which it does not (O5, V1, T3)."""

from dataclasses import replace

import pytest
from flowworld import MORA_VINR_CHEF, VC_CHEF, FlowWorld, sip_taken
from mini_regelverk import BUP as BUP_UNIT
from mini_regelverk import BUP_GRUPP as BUP
from mini_regelverk import MORA_BARN_CHEF, MORA_JOURHAVANDE, MORA_MOTTAGNING, UTOVARE, UTSATT, VARDCENTRAL, VC

from samverkanshub.domain.flows.listning import Listad, concerned, is_listed, listed
from samverkanshub.domain.flows.listning import reported as reported_to
from samverkanshub.domain.plikter import H2_INNEHAVARE

EVENING = 10 * 3600 * 1000


def reads(world: FlowWorld, lasargrupp: str) -> list[Listad]:
    """What the group reads; whom the duty may be listed for must hold all who do."""
    grupp = world.regler.katalog.lasargrupper[lasargrupp]
    found = list(listed(world.arende, grupp, world.regler.katalog))
    for one in found:
        own = {grupp.enhet, *(other.id for other in world.regler.katalog.groups_of(grupp.enhet))}
        assert is_listed(one.plikt)
        assert own & concerned(world.arende, one.plikt)
    return found


def roles(world: FlowWorld, lasargrupp: str) -> dict[str, str]:
    return {one.plikt.slag: one.roll for one in reads(world, lasargrupp)}


def reported(**more: object) -> FlowWorld:
    world = FlowWorld()
    world.orosanmalan(**more)
    return world


def fallen(world: FlowWorld) -> FlowWorld:
    """Nobody has taken the ärende over, and the heads have been told so."""
    return world.steg(H2_INNEHAVARE, "enhetschef")


def test_o4_who_must_acknowledge_reads_it_with_its_own_delivery_and_who_waits_with_its_own_message() -> None:
    world = reported()
    delivery = world.leverans(MORA_MOTTAGNING)
    assert delivery is not None
    [own] = [one for one in reads(world, MORA_MOTTAGNING) if one.plikt.slag == "o4.kvittens"]
    assert (own.roll, own.avser) == ("bar", delivery.leverans_id)
    [waits] = reads(world, VC)
    assert (waits.plikt.slag, waits.roll, waits.avser) == ("o4.kvittens", "vantar", own.plikt.handelse_id)


def test_o4_the_head_reads_what_the_unit_bears_and_no_delivery_of_the_readers() -> None:
    world = reported()
    assert {(one.roll, one.avser) for one in reads(world, MORA_BARN_CHEF)} == {("bar", "")}


def test_a_duty_that_is_met_is_listed_no_more() -> None:
    world = reported()
    world.kvitterar(MORA_MOTTAGNING)
    assert "o4.kvittens" not in roles(world, MORA_MOTTAGNING)
    assert roles(world, VC) == {}


def test_o4_outside_office_hours_socialjour_and_child_unit_share_what_either_may_do() -> None:
    world = FlowWorld(tid=FlowWorld().tid + EVENING)
    world.orosanmalan()
    found = {(one.plikt.barare, one.roll) for one in reads(world, MORA_JOURHAVANDE) if one.plikt.slag == "o4.kvittens"}
    assert found == {("mora.socialjour", "bar"), ("mora.barn-unga", "delar")}


def test_o5_a_reporter_reads_neither_of_the_steps_in_the_inquiry_nor_that_nobody_holds_the_arende() -> None:
    world = fallen(reported())
    assert roles(world, MORA_MOTTAGNING)[H2_INNEHAVARE] == "delar"
    assert "o4.skyddsbedomning" in roles(world, MORA_MOTTAGNING)
    assert set(roles(world, VC)) == {"o4.kvittens"}


def test_h2_an_arende_is_listed_once_all_who_answer_for_it_were_told_that_nobody_holds_it() -> None:
    world = sip_taken()
    assert H2_INNEHAVARE not in roles(world, UTSATT), "there is time yet, and nobody has been told"
    fallen(world)
    for grupp in (UTSATT, VC, VC_CHEF, MORA_VINR_CHEF):
        assert roles(world, grupp)[H2_INNEHAVARE] == "delar"
    world.oppnar(VC)
    world.kvitterar(VC, "overtagen")
    assert all(H2_INNEHAVARE not in roles(world, grupp) for grupp in (UTSATT, VC))


def test_v1_who_works_with_the_perpetrator_reads_nothing_of_the_units_duties() -> None:
    world = fallen(sip_taken())
    assert reads(world, UTOVARE) == []


def test_t3_who_takes_no_part_reads_nothing() -> None:
    world = fallen(sip_taken())
    assert reads(world, MORA_MOTTAGNING) == []


def test_h1_the_unit_asked_to_take_over_reads_that_it_must_answer_and_the_asking_one_that_it_waits() -> None:
    world = sip_taken().lamnar(VC, "mora.barn-unga")
    question = world.named["overlamning"].handelse_id
    assert [(one.plikt.slag, one.roll, one.avser, one.fraga) for one in reads(world, MORA_MOTTAGNING)] == [
        ("h2.kvittens", "bar", "", question)
    ]
    assert ("vantar", question, "") in [(one.roll, one.avser, one.fraga) for one in reads(world, VC)]


def test_a3_who_has_not_answered_a_proposal_reads_of_it_in_the_duty_and_who_has_does_not() -> None:
    world = FlowWorld()
    world.avvikelse(av=VC, till=["mora.vinr", "mora.barn-unga"])
    world.handlar("ansvar_forslag", VC, enhet="mora.vinr")
    proposal = world.named["ansvar_forslag"].handelse_id
    assert asked(world) == {VC: "", UTSATT: proposal, MORA_MOTTAGNING: proposal}
    world.handlar("ansvar_svar", UTSATT, forslag=proposal, svar="godtas")
    assert asked(world) == {VC: "", UTSATT: "", MORA_MOTTAGNING: proposal}


def test_t3_a3_who_has_closed_its_part_is_asked_nothing_and_cannot_answer() -> None:
    """Nobody has told it of the proposal, so neither does the list."""
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL, BUP_UNIT])
    world.handlar("avslut", BUP, chef="chef-7", skal="insatsen_klar", informerad="ingen")
    world.handlar("ansvar_forslag", UTSATT, enhet=VARDCENTRAL)
    proposal = world.named["ansvar_forslag"].handelse_id
    assert asked(world, UTSATT, VC, BUP) == {UTSATT: "", VC: proposal, BUP: ""}
    assert world.handlar("ansvar_svar", BUP, forslag=proposal, svar="godtas").refused() == {"T3 finns-ej"}


def test_a3_nobody_is_asked_whether_one_who_has_left_the_directory_is_responsible() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL, BUP_UNIT])
    world.handlar("ansvar_forslag", UTSATT, enhet=BUP_UNIT)
    proposal = world.named["ansvar_forslag"].handelse_id
    assert asked(world, VC) == {VC: proposal}
    katalog = world.regler.katalog
    left = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if id_ != BUP}
    world.regler = replace(world.regler, katalog=replace(katalog, lasargrupper=left))
    assert asked(world, VC) == {VC: ""}
    assert world.handlar("ansvar_svar", VC, forslag=proposal, svar="godtas").refused() == {"T3 finns-ej"}


def asked(world: FlowWorld, *grupper: str) -> dict[str, str]:
    """By reader group, what it has been asked and not answered."""
    return {
        grupp: one.fraga
        for grupp in grupper or (VC, UTSATT, MORA_MOTTAGNING)
        for one in reads(world, grupp)
        if one.plikt.slag == "a3.ansvar"
    }


@pytest.mark.parametrize("grupp", [VC_CHEF, MORA_VINR_CHEF])
def test_t3_an_outcome_is_the_senders_and_not_its_heads(grupp: str) -> None:
    """The head reads of what its unit bears, and that the unit waits stands in its readers' outcome alone."""
    waits = [one for one in reads(sip_taken(), grupp) if one.roll == "vantar"]
    assert waits == []


def counted(world: FlowWorld) -> dict[str, list[tuple[int, str]]]:
    """By kind of duty, what its rows say of a report that nobody has acknowledged."""
    duties = [plikt for plikt in world.arende.plikter if is_listed(plikt)]
    rows = {
        plikt.slag: [reported_to(world.arende, plikt, who) for who in concerned(world.arende, plikt)]
        for plikt in duties
    }
    return {slag: [row for row in found if row[1]] for slag, found in rows.items()}


def test_o4_one_row_of_the_duty_says_when_the_report_came_and_where_it_went() -> None:
    world = reported()
    [sent] = world.arende.meddelanden
    assert counted(world) == {slag: [] for slag in counted(world)} | {"o4.kvittens": [(sent.tid, "mora")]}


def test_o4_a_report_in_acute_danger_says_both_municipalities() -> None:
    world = reported(akut_fara=True, vistelsekommun="falun")
    [sent] = world.arende.meddelanden
    assert set(counted(world)["o4.kvittens"]) == {(sent.tid, "mora,falun")}
