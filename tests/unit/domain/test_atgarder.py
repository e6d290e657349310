"""T1, B7, B1: what operators have proposed and not settled, and when the hub is stopped."""

from dataclasses import replace

from samverkanshub.domain.atgarder import (
    AVSLUTAR,
    REGELVERK_FORESLAGET,
    REGELVERK_PROVAT,
    SKAL,
    STOPP_HAVT,
    STOPP_PLANERAT,
    UPPTINING_AVBOJD,
    UPPTINING_FORESLAGEN,
    Atgard,
    standing,
)

ARTEFACTS = (("katalog", "ab" * 32), ("regler", "cd" * 32))
THAW = Atgard("f1", UPPTINING_FORESLAGEN, 10, "drift.1", "felet_rattat", post=(0, 7))
THAWED = Atgard("u1", "upptining", 20, "drift.2", "felet_rattat", foreslagen_av="drift.1", post=(0, 7))
RULES = Atgard("r1", REGELVERK_FORESLAGET, 10, "drift.1", "rattelse", regelverk="ef" * 32, artefakter=ARTEFACTS)
STOP = Atgard("s1", STOPP_PLANERAT, 10, "drift.1", "uppgradering", fran=100, till=200)


def test_what_nobody_has_done_stands_nowhere() -> None:
    lage = standing([])
    assert (lage.gjort, lage.oppna(UPPTINING_FORESLAGEN), lage.stopp(0)) == ((), (), ())


def test_b7_a_proposed_redrive_stands_until_it_is_declined_or_its_record_is_redriven() -> None:
    declined = Atgard("n1", UPPTINING_AVBOJD, 20, "drift.2", "behover_utredas", forslag="f1")
    assert standing([THAW]).oppna(UPPTINING_FORESLAGEN) == (THAW,)
    assert standing([THAW, declined]).oppna(UPPTINING_FORESLAGEN) == ()
    assert standing([THAW, THAWED]).oppna(UPPTINING_FORESLAGEN) == ()
    assert standing([THAW, replace(THAWED, post=(0, 8))]).oppna(UPPTINING_FORESLAGEN) == (THAW,)


def test_b7_proposed_again_after_a_redrive_it_stands() -> None:
    again = replace(THAW, handelse_id="f2", tid=30)
    assert standing([THAW, THAWED, again]).oppna(UPPTINING_FORESLAGEN) == (again,)


def test_t1_a_proposed_regelverk_stands_until_that_one_is_active() -> None:
    active = Atgard("a1", "regelverk_aktiverat", 20, "drift.2", foreslagen_av="drift.1", regelverk="ef" * 32)
    assert standing([RULES, replace(active, regelverk="ab" * 32)]).oppna(REGELVERK_FORESLAGET) == (RULES,)
    assert standing([RULES, active]).oppna(REGELVERK_FORESLAGET) == ()
    assert standing([RULES, THAWED]).oppna(REGELVERK_FORESLAGET) == (RULES,)


def test_a_proposal_is_not_declined_in_another_ones_name() -> None:
    other = Atgard("n1", UPPTINING_AVBOJD, 20, "drift.2", "redan_gjort", forslag="r1")
    assert standing([RULES, other]).oppna(REGELVERK_FORESLAGET) == (RULES,)


def test_b1_a_stop_is_told_of_until_it_has_ended_or_is_lifted_the_first_to_begin_first() -> None:
    sooner, lifted = replace(STOP, handelse_id="s2", tid=11, fran=50, till=90), Atgard("h1", STOPP_HAVT, 40, "drift.2")
    lage = standing([STOP, sooner])
    assert [[one.handelse_id for one in lage.stopp(nu)] for nu in (20, 89, 90, 199, 200)] == [
        ["s2", "s1"],
        ["s2", "s1"],
        ["s1"],
        ["s1"],
        [],
    ]
    assert standing([STOP, sooner, replace(lifted, forslag="s2", skal="klart")]).stopp(60) == (STOP,)


def test_the_latest_is_told_first_with_when_what_it_opened_was_settled() -> None:
    later = replace(STOP, tid=11)
    assert standing([THAWED, later, THAW]).gjort == ((THAWED, 0), (later, 0), (THAW, 20))


def test_what_came_to_every_partition_was_done_once() -> None:
    assert standing([RULES, RULES]).gjort == ((RULES, 0),)


def test_every_act_has_its_reasons_and_what_ends_one_is_an_act() -> None:
    assert all(SKAL.values())
    # A trial is ended by nothing: it is noted, and that is all.
    assert set(AVSLUTAR) | set(AVSLUTAR.values()) | {REGELVERK_PROVAT} == set(SKAL)
