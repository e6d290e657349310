"""T4: what each record brings to the tables, and to which year and person."""

from dataclasses import replace

import pytest
from mini_regelverk import BUP, MORA_BARN, MORA_MOTTAGNING, MORA_VINR, POLIS, UTSATT, VARDCENTRAL, VC
from steps import START
from world import World

from samverkanshub.domain.events import SKYDD, Event, Person
from samverkanshub.domain.tid import to_ms
from samverkanshub.domain.uppfoljning.bidrag import COUNTED, Bidrag, Om, contribution, unread


def brought(world: World, om: str = "", *, tid: int = START) -> Bidrag:
    """What the latest record brings."""
    _, event, decision = world.log[-1]
    return contribution(event, decision.entries, tid, om)


def of(world: World, om: str = "") -> Om:
    """What it says of the one person it says something of."""
    [found] = brought(world, om).personer
    return found


def nobody(world: World, om: str = "") -> bool:
    return brought(world, om).personer == ()


def again(world: World, event: Event) -> World:
    """The latest record, had it been this event."""
    before, _, decision = world.log.pop()
    world.log.append((before, event, decision))
    return world


# ------------------------------------------------------------------------------------------ messages


def test_t4_a_report_brings_a_message_and_whom_it_is_about() -> None:
    found = brought(World().orosanmalan(misstanke=["vald_mot_barn"]))
    assert found.meddelande == ("orosanmalan", "levererat", "mora")
    [om] = found.personer
    assert (om.person_id, om.kommun, om.grupper, om.vald) == ("barn", "mora", ("utsatt",), ("vald_mot_barn",))
    assert om.fragor == ("anmalan",)


@pytest.mark.parametrize(
    ("misstanke", "grupper", "vald"),
    [
        (["bevittnat_vald"], ("sett",), ()),
        (["sexualbrott", "bevittnat_vald"], ("utsatt", "sett"), ("sexualbrott",)),
        (["omsorgssvikt", "annat"], (), ()),
        ([], (), ()),
    ],
)
def test_t4_a_report_says_what_the_child_was_exposed_to_or_saw(
    misstanke: list[str], grupper: tuple[str, ...], vald: tuple[str, ...]
) -> None:
    om = of(World().orosanmalan(misstanke=misstanke))
    assert (om.grupper, om.vald) == (grupper, vald)


def test_t4_whoever_another_message_is_about_is_exposed_of_no_named_municipality() -> None:
    om = of(World().riskbedomning("anna", [POLIS]))
    assert (om.grupper, om.kommun, om.fragor) == (("utsatt",), "", ())


def test_t4_sex_and_age_class_are_those_of_the_record() -> None:
    world = World().kontaktformedling()
    event = world.log[-1][1]
    om = of(again(world, replace(event, personer=(Person("anna", "utsatt", "vuxen", "kvinna"),))))
    assert (om.kon, om.alder, om.vald) == ("kvinna", "vuxen", ("vald_i_nara_relation",))


def test_t4_a_deviation_is_about_nobody() -> None:
    found = brought(World().avvikelse([MORA_BARN]))
    assert found.personer == ()
    assert found.meddelande is not None
    assert found.meddelande[0] == "avvikelse"
    assert found.meddelande[2] == "okand"


def test_t4_a_record_belongs_to_the_swedish_year_in_which_it_was_judged() -> None:
    world = World().orosanmalan()
    assert brought(world, tid=to_ms("2026-12-31T22:59:59+00:00")).ar == 2026
    assert brought(world, tid=to_ms("2026-12-31T23:00:00+00:00")).ar == 2027


# ------------------------------------------------------------------------------------------ outcomes


def test_t4_outcomes_say_what_reached_those_it_was_to_reach() -> None:
    consent = World().samtycke("anna", [VARDCENTRAL], kategorier=["insats"])
    assert _outcome(consent.sip("anna", [VARDCENTRAL], ["insats"])) == "levererat"
    assert _outcome(consent.sip("anna", [VARDCENTRAL], ["insats", "ekonomi"])) == "i_delar"
    assert _outcome(World().sip("anna", [VARDCENTRAL])) == "undanhallet"


def test_t4_a_message_that_is_refused_is_counted_and_says_nothing_of_anybody() -> None:
    world = World().kontaktformedling("barn", kommun="mora")
    found = brought(world)
    assert (_outcome(world), found.personer) == ("avvisat", ())


def test_t4_a_report_that_nobody_is_connected_to_get_has_no_recipient() -> None:
    world = World().orosanmalan()
    _, event, decision = world.log[-1]
    lines = tuple(one for one in decision.entries if not one.mottagare)
    found = contribution(event, lines, START)
    assert found.meddelande == ("orosanmalan", "ingen_mottagare", "mora")


def test_q1_t4_who_is_proposed_by_subscription_alone_and_gets_nothing_was_nobody_it_was_to_reach() -> None:
    world = World().orosanmalan()
    _, event, decision = world.log[-1]
    proposed = tuple(replace(one, funktion="prenumeration") for one in World().sip("anna", [BUP]).log[-1][2].entries)
    entries = (*decision.entries, *(one for one in proposed if one.mottagare))
    assert contribution(event, entries, START).meddelande == ("orosanmalan", "levererat", "mora")


def test_b7_t4_a_message_in_quarantine_is_counted_as_not_read() -> None:
    assert unread("orosanmalan", START) == Bidrag(2026, (), ("orosanmalan", "karantan", "okand"))
    assert unread("kvittens", START) == Bidrag(2026)


def _outcome(world: World) -> str:
    found = brought(world).meddelande
    assert found is not None
    return found[1]


# ---------------------------------------------------------------------------------- the death reviews' questions


def test_t4_consent_was_asked_for_whether_it_was_given_or_refused() -> None:
    assert of(World().samtycke("anna", [VARDCENTRAL])).fragor == ("samtycke",)
    assert of(World().nekar("anna", [VARDCENTRAL])).fragor == ("samtycke",)
    assert of(World().sip("anna", [VARDCENTRAL]).svarar("nekat")).fragor == ("samtycke",)
    assert of(World().sip("anna", [VARDCENTRAL]).svarar(slapp=False)).fragor == ("samtycke",)


def test_t4_who_could_not_be_asked_for_danger_was_not_asked() -> None:
    assert nobody(World().sip("anna", [VARDCENTRAL]).svarar("ej_fragat_fara"))


def test_t4_a_sip_that_reached_nobody_is_none() -> None:
    assert of(World().sip("anna", [VARDCENTRAL])).fragor == ()
    assert of(World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])).fragor == ("sip",)


def test_t4_contact_is_made_when_somebody_has_taken_over() -> None:
    consent = {"andamal": "kontakt", "kategorier": ["vald", "kontakt", "identitet"]}
    world = World().samtycke("anna", [MORA_VINR], **consent).kontaktformedling()
    event = world.log[-1][1]
    assert of(world).fragor == ()
    world.oppnar(UTSATT).kvitterar(UTSATT, "overtagen")
    acts = replace(world.log[-1][1], personer=event.personer)
    assert of(again(world, acts), "kontaktformedling").fragor == ("kontakt",)
    assert nobody(world, "sip_kallelse")
    assert nobody(again(world, replace(acts, koder={**acts.koder, "slag": "mottagen"})), "kontaktformedling")


def test_t4_an_inquiry_is_opened_by_feedback_or_as_a_fact() -> None:
    child = [Person("barn", "barn", "0-11")]
    for utfall, fragor in (("inledd", ["utredning"]), ("redan_pagaende", ["utredning"]), ("inleds_ej", [])):
        world = World().orosanmalan()
        found = world.leverans(MORA_MOTTAGNING)
        assert found is not None
        koder = {"leverans": found.leverans_id, "utfall": utfall}
        arende = world.message.arende_id if world.message else ""
        world.happens(world.event("aterkoppling", MORA_MOTTAGNING, child, koder=koder, arende_id=arende))
        assert [fraga for om in brought(world).personer for fraga in om.fragor] == fragor
    assert of(World().fakta("utredning", "barn", "", (), MORA_MOTTAGNING, oppen=True)).fragor == ("utredning",)
    assert nobody(World().fakta("utredning", "barn", "", (), MORA_MOTTAGNING, oppen=False))


def test_r3_t4_an_assessment_is_of_the_day_that_it_says() -> None:
    assert of(World().riskbedomning("anna", [POLIS], niva="hog")).bedomning == ("2026-03-02", "hog")
    said = World().riskbedomning("anna", [POLIS], niva="lag", bedomd_tid="2026-02-27T23:30:00+00:00")
    assert of(said).bedomning == ("2026-02-28", "lag")


# ------------------------------------------------------------------------------------------ suspicions


def test_f1_t4_only_a_registered_suspicion_makes_somebody_counted() -> None:
    named = World().kontaktformedling(andra={"misstankt": ["kalle"]})
    assert of(named).person_id == "anna"
    assert of(World().misstankt("kalle", "anna")) == Om("kalle", "okand", "vuxen", misstankt="anna/mora")
    removed = World().misstankt("kalle", "anna").misstankt("kalle", "anna", borttagen=True)
    assert of(removed) == Om("kalle", "okand", "vuxen", borttagen="anna/mora")
    assert nobody(World().misstankt("kalle", "anna", av=VC)), "a vårdcentral registers nobody"


def test_t4_other_records_need_not_be_read_since_they_bring_nothing() -> None:
    world = World().skydd("anna")
    assert SKYDD not in COUNTED
    assert brought(world) == Bidrag(2026)
