"""Q2: what a recalled message no longer asks of anybody, and the call after a discharge that nobody has made then."""

from dataclasses import replace
from typing import Any

import pytest
from flowworld import FlowWorld, flow_regelverk, sip_taken
from mini_regelverk import (
    AVVIKELSE_GRUPP,
    BUP,
    BUP_GRUPP,
    MORA_MOTTAGNING,
    MORA_VINR,
    UTSATT,
    VARDCENTRAL,
    VC,
    VC_SKYDDAD,
)
from steps import DAY, HOUR, START

from samverkanshub.domain.parter import parties
from samverkanshub.domain.plikter import open_steps
from samverkanshub.domain.regelverk import Frist
from samverkanshub.domain.tid import to_ms

S3, S4, H2, A3 = "s3.information", "s4.kallelse", "h2.innehavare", "a3.ansvar"
NOTICE = "2026-03-02T09:00:00+01:00"
END_OF_THIRD_DAY = to_ms("2026-03-06T00:00:00+01:00")
S4_LADDER = {
    "s4.kallelse": Frist(dagar=3),
    "s4.andra_kontakt": Frist(dagar=3, sekunder=3600),
    "s4.region": Frist(dagar=3, sekunder=7200),
}


def discharged() -> FlowWorld:
    """Anna consents to a SIP, and the vårdcentral is her fasta vårdkontakt."""
    plain = flow_regelverk()
    world = FlowWorld(regler=replace(plain, frister={**plain.frister, **S4_LADDER}))
    world.samtycke("anna", [MORA_VINR, VARDCENTRAL, BUP]).at(START).utskrivningsklar("anna", VARDCENTRAL, av=BUP_GRUPP)
    return world


def calls(world: FlowWorld, **more: Any) -> FlowWorld:
    """The fasta vårdkontakt calls."""
    world.sip("anna", [MORA_VINR], **{"av": VC, "utskrivningsklar": NOTICE, **more})
    assert world.refused() == set()
    return world


def recalls(world: FlowWorld, message: str = "") -> FlowWorld:
    """The latest message is recalled, or the one with this id."""
    if message:
        world.named["recalled"] = next(
            m.handelse for m in world.arende.meddelanden if m.handelse.handelse_id == message
        )
    world.aterkallar_meddelandet(som="recalled" if message else "")
    assert world.refused() == set()
    return world


def latest(world: FlowWorld) -> str:
    """The id of the latest message."""
    assert world.message is not None
    return world.message.handelse_id


# ------------------------------------------------------------------------------------------ S4


def test_s4_a_recalled_call_is_no_call_so_that_it_is_owed_again() -> None:
    world = calls(discharged())
    assert world.owing(S4) == set()
    recalls(world)
    assert world.owing(S4) == {VARDCENTRAL}
    assert (world.duty(S4).utfall, world.duty(S4).uppfylld) == ("", 0)
    assert "s4-kallelse-oppen-igen" in world.skeenden()
    assert "S4 s4-kallelse-oppen-igen" in traced(world)


def traced(world: FlowWorld) -> set[str]:
    assert world.last is not None
    return {f"{r.regel} {r.kod}" for entry in world.last.entries for r in entry.reasons}


def test_s4_its_frozen_steps_are_as_they_were_and_those_passed_fall_due_at_once() -> None:
    world = calls(discharged())
    steps = world.duty(S4).steg
    world.at(END_OF_THIRD_DAY + 2 * HOUR)
    recalls(world)
    assert world.duty(S4).steg == steps
    waiting = open_steps(world.duty(S4))
    assert [steg.namn for steg in waiting if steg.tid <= world.tid] == ["paminnelse", "andra_kontakt", "region"]
    assert world.step_now(world.duty(S4).id, "region").told("s4-kallelse-region") != set()


def test_s4_a_step_taken_before_the_call_is_not_taken_twice() -> None:
    world = discharged()
    world.sip("anna", [VARDCENTRAL]).steg(S4, "paminnelse")
    recalls(calls(world))
    assert world.owing(S4) == {VARDCENTRAL}
    assert world.duty(S4).tagna == ("paminnelse",)


def test_s4_a_new_call_meets_it_again() -> None:
    world = calls(recalls(calls(discharged())))
    assert world.owing(S4) == set()
    assert world.duty(S4).utfall == "kallad"


def test_s4_one_that_somebody_had_opened_calls_nobody_either() -> None:
    world = calls(discharged())
    world.oppnar(UTSATT)
    assert recalls(world).owing(S4) == {VARDCENTRAL}


def test_s4_another_call_of_the_same_unit_since_the_notice_stands_in_for_it() -> None:
    world = calls(discharged())
    first = latest(world)
    recalls(calls(world), first)
    assert world.owing(S4) == set()
    assert recalls(world).owing(S4) == {VARDCENTRAL}, "until that is recalled too"


def test_s4_neither_one_before_the_notice_nor_another_units_nor_another_message_does() -> None:
    world = FlowWorld()
    world.samtycke("anna", [MORA_VINR, VARDCENTRAL, BUP]).sip("anna", [MORA_VINR], av=VC)
    before = latest(world)
    world.utskrivningsklar("anna", VARDCENTRAL, av=BUP_GRUPP)
    calls(world)
    call = latest(world)
    world.sip("anna", [VARDCENTRAL])
    assert world.arende.meddelanden[0].handelse.handelse_id == before
    recalls(world, call)
    assert world.owing(S4) == {VARDCENTRAL}


def test_s4_one_recalled_earlier_though_opened_does_not_either() -> None:
    world = calls(discharged())
    first = latest(world)
    world.oppnar(UTSATT)
    calls(world)
    second = latest(world)
    recalls(world, first)
    assert world.owing(S4) == set()
    assert recalls(world, second).owing(S4) == {VARDCENTRAL}


@pytest.mark.parametrize(("consents", "owing"), [(True, set()), (False, {VARDCENTRAL})])
def test_s4_a_corrected_call_is_one_where_it_reaches_anybody(consents: bool, owing: set[str]) -> None:
    world = calls(discharged())
    if not consents:
        world.aterkallar("anna")
    calls(world, rattar=latest(world))
    assert world.owing(S4) == owing


def test_s4_what_another_fast_vardkontakt_owes_since_is_not_owed_by_the_former() -> None:
    world = calls(discharged())
    world.utskrivningsklar("anna", BUP)
    recalls(world)
    assert world.owing(S4) == {BUP}
    assert world.duty(S4, VARDCENTRAL).utfall == "kallad"


def test_s4_another_units_recall_changes_nothing() -> None:
    world = calls(discharged())
    world.sip("anna", [VARDCENTRAL])
    assert recalls(world).owing(S4) == set()


def test_h1_s4_in_an_arende_that_all_have_left_the_call_is_owed_and_made_in_that_one() -> None:
    world = calls(discharged())
    for grupp in (VC, UTSATT):
        world.handlar("avslut", grupp, chef="c", skal="annat", informerad="ingen")
        assert world.refused() == set()
    assert "sip" not in dict(world.tillstand.person("anna").arenden)
    recalls(world)
    same = world.arende.arende_id
    assert dict(world.tillstand.person("anna").arenden)["sip"] == same
    assert calls(world).arende.arende_id == same
    assert world.owing(S4) == set()


def ended(world: FlowWorld) -> FlowWorld:
    """All who take part in the latest message's ärende close their part."""
    for enhet in sorted(parties(world.arende, world.regler.katalog)):
        grupp = {VARDCENTRAL: VC, MORA_VINR: UTSATT}[enhet]
        world.handlar("avslut", grupp, chef="c", skal="annat", informerad="ingen")
        assert world.refused() == set()
    assert "sip" not in dict(world.tillstand.person("anna").arenden)
    return world


def where_owed(world: FlowWorld) -> set[str]:
    """The ärenden in which the call is owed."""
    every = world.tillstand.arenden.values()
    return {a.arende_id for a in every if any(p.slag == S4 and not p.uppfylld for p in a.plikter)}


def recalls_from(world: FlowWorld, arende: str, message: str) -> FlowWorld:
    world.handlar("aterkallelse", VC, arende=arende, meddelande=message, skal="fel_mottagare")
    assert world.refused() == set()
    return world


def test_h1_s4_where_another_sip_is_open_since_the_call_is_owed_and_made_in_that_one() -> None:
    world = calls(discharged())
    call, first, made = latest(world), world.arende.arende_id, world.duty(S4)
    world = ended(world).sip("anna", [VARDCENTRAL])
    second = world.arende.arende_id
    recalls_from(world, first, call)
    assert where_owed(world) == {second} != {first}
    assert world.duty(S4) == replace(made, uppfylld=0, utfall=""), "its days as they were"
    assert {VARDCENTRAL, "region-dalarna.bup"} <= set(world.arende.deltagare)
    world.sip("anna", [VARDCENTRAL], utskrivningsklar=NOTICE)
    assert world.refused() == {"S4 annan-fast-vardkontakt"}, "only the fasta vårdkontakt calls"
    assert where_owed(calls(world)) == set()


def test_h1_s4_one_called_to_there_since_the_notice_owes_no_call() -> None:
    world = calls(discharged())
    call, first = latest(world), world.arende.arende_id
    calls(ended(world), utskrivningsklar="")
    assert where_owed(recalls_from(world, first, call)) == set()
    recalls(world)
    assert where_owed(world) == {world.arende.arende_id}, "until that is recalled too"


def test_h1_s4_a_later_notices_call_made_there_is_what_counts() -> None:
    world = calls(discharged())
    call, first = latest(world), world.arende.arende_id
    ended(world).utskrivningsklar("anna", VARDCENTRAL, av=BUP_GRUPP)
    calls(world)
    ended(world)
    assert where_owed(recalls_from(world, first, call)) == set()


def test_h1_s4_of_two_ended_sip_the_one_whose_notice_asked_for_it_opens() -> None:
    world = calls(discharged())
    call, first = latest(world), world.arende.arende_id
    calls(ended(world), utskrivningsklar="")
    later, second = latest(world), world.arende.arende_id
    ended(world)
    recalls_from(recalls_from(world, first, call), second, later)
    assert where_owed(world) == {first}
    assert dict(world.tillstand.person("anna").arenden)["sip"] == first


# ------------------------------------------------------------------------------------------ S3


def childs(**more: Any) -> FlowWorld:
    """A SIP about a child, whose guardians are not called."""
    world = FlowWorld()
    world.vardnad("barn", "mor", "far").samtycke("barn", [VARDCENTRAL, BUP], givare=["mor", "far"])
    world.sip("barn", [VARDCENTRAL], **more)
    return world


BOTH = {"andra": {"vardnadshavare": ("mor", "far")}}


def test_s3_of_a_summons_that_nobody_has_nothing_is_planned_to_inform_of() -> None:
    world = childs()
    assert world.owing(S3) == {MORA_VINR}
    assert recalls(world).owing(S3) == set()
    assert world.duty(S3).utfall == "aterkallad"


def test_s3_of_one_that_somebody_has_opened_the_guardian_is_still_owed_information() -> None:
    world = childs()
    world.oppnar(VC)
    assert recalls(world).owing(S3) == {MORA_VINR}


def test_s3_it_is_owed_while_another_summons_of_the_callers_leaves_the_guardian_out() -> None:
    world = childs()
    first = latest(world)
    world.sip("barn", [VARDCENTRAL])
    assert recalls(world, first).owing(S3) == {MORA_VINR}
    assert recalls(world).owing(S3) == set(), "until that is recalled too"


@pytest.mark.parametrize(("av", "more"), [(UTSATT, BOTH), (BUP_GRUPP, {})], ids=["calls-them", "another-caller"])
def test_s3_not_for_a_summons_that_calls_them_or_another_callers(av: str, more: dict[str, Any]) -> None:
    world = childs()
    first = latest(world)
    world.samtycke("barn", [MORA_VINR, VARDCENTRAL], givare=["mor", "far"]).sip("barn", [MORA_VINR], av=av, **more)
    if av == UTSATT:
        world.sip("barn", [VARDCENTRAL], **more)
    assert MORA_VINR not in recalls(world, first).owing(S3)


def test_s3_a_recall_of_another_callers_summons_leaves_it() -> None:
    world = childs()
    world.samtycke("barn", [MORA_VINR], givare=["mor", "far"]).sip("barn", [MORA_VINR], av=BUP_GRUPP, **BOTH)
    assert recalls(world).owing(S3) == {MORA_VINR}


@pytest.mark.parametrize(("more", "owing"), [({}, {MORA_VINR}), (BOTH, set())], ids=["leaves-out", "calls"])
def test_s3_by_a_correction_it_stands_where_that_leaves_the_guardian_out(more: dict[str, Any], owing: set[str]) -> None:
    world = childs()
    world.sip("barn", [VARDCENTRAL], rattar=latest(world), **more)
    assert world.owing(S3) == owing


# ------------------------------------------------------------------------------------------ H2


def test_h2_an_arende_of_which_nobody_has_anything_needs_no_holder() -> None:
    world = recalls(sip_taken())
    assert world.owing(H2) == set()
    assert world.duty(H2).utfall == "aterkallad"
    world.sip("anna", [VARDCENTRAL])
    assert world.owing(H2) == {MORA_VINR}, "the next one does, and has its own time"


@pytest.mark.parametrize("grupp", [VC, VC_SKYDDAD])
def test_h2_it_does_while_one_reader_group_has_opened_it(grupp: str) -> None:
    world = sip_taken()
    world.oppnar(grupp)
    assert recalls(world).owing(H2) == {MORA_VINR}


def test_h2_and_while_another_message_about_somebody_stands() -> None:
    world = sip_taken()
    first = latest(world)
    world.sip("anna", [VARDCENTRAL])
    assert recalls(world, first).owing(H2) == {MORA_VINR}
    assert recalls(world).owing(H2) == set(), "until that is recalled too"


def test_h2_an_avvikelse_in_it_is_about_nobody() -> None:
    world = sip_taken()
    first, arende = latest(world), world.arende.arende_id
    world.avvikelse([VARDCENTRAL], arende_id=arende)
    assert recalls(world, first).owing(H2) == set()
    assert world.owing(A3) == {MORA_VINR}


def test_h2_nor_does_a_recalled_avvikelse_change_who_is_to_hold_it() -> None:
    world = sip_taken()
    world.avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    assert recalls(world).owing(H2) == {MORA_VINR}


def test_b1_a_recalled_report_stands_with_its_statutory_recipient_and_needs_a_holder() -> None:
    world = FlowWorld()
    world.orosanmalan()
    assert recalls(world).owing(H2) == {world.duty(H2).barare}
    assert world.leverans(MORA_MOTTAGNING) is not None


# ------------------------------------------------------------------------------------------ A3


def test_a3_of_a_recalled_avvikelse_there_is_nothing_to_agree_on() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    world.handlar("ansvar_forslag", UTSATT, enhet=VARDCENTRAL)
    recalls(world)
    assert world.owing(A3) == set()
    assert world.duty(A3).utfall == "aterkallad"
    assert world.arende.forslag == ()
    world.handlar("ansvar_svar", VC, forslag=world.named["ansvar_forslag"].handelse_id, svar="godtas")
    assert world.refused() == {"T3 finns-ej"}


@pytest.mark.parametrize("grupp", [VC, AVVIKELSE_GRUPP])
def test_a3_of_one_that_somebody_has_opened_there_is(grupp: str) -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL, "region-dalarna.avvikelse"])
    world.handlar("ansvar_forslag", UTSATT, enhet=VARDCENTRAL).oppnar(grupp)
    recalls(world)
    assert world.owing(A3) == {MORA_VINR}
    assert len(world.arende.forslag) == 1


def test_a3_each_avvikelse_falls_by_itself() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    first = latest(world)
    world.avvikelse([VARDCENTRAL], arende_id=world.arende.arende_id)
    recalls(world, first)
    assert [(p.handelse_id == first, bool(p.uppfylld)) for p in world.arende.plikter if p.slag == A3] == [
        (True, True),
        (False, False),
    ]


def test_a3_by_a_correction_the_new_one_alone_is_to_be_agreed_on() -> None:
    world = FlowWorld()
    world.avvikelse([VARDCENTRAL])
    first = latest(world)
    world.avvikelse([VARDCENTRAL], rattar=first, arende_id=world.arende.arende_id)
    assert [bool(p.uppfylld) for p in world.arende.plikter if p.slag == A3] == [True, False]


def test_q2_s4_days_do_not_count_from_the_recall() -> None:
    world = calls(discharged())
    world.after(DAY)
    assert recalls(world).duty(S4).steg[0].tid == END_OF_THIRD_DAY
