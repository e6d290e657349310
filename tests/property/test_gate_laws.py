"""Laws of the gate over every history: what narrows never widens, and what changes nothing changes nothing."""

import random
from dataclasses import replace
from unittest.mock import patch

from examples import costly_law, law
from histories import (
    EVERYBODY,
    PERSONS,
    Move,
    consents,
    exempted_alone,
    exemptions,
    given_consents,
    histories,
    history_of,
    persons,
    play,
    registrations,
    replayed,
)
from hypothesis import example, given
from hypothesis import strategies as st
from mini_regelverk import BUP, BUP_GRUPP, VARDCENTRAL, VC
from oracles import relieved, shielded
from reach import PROBES, UNITS, access, openings, probe, sendable, told
from steps import DAY, OMRADE
from varld import Varld

from samverkanshub.domain import gate, rules
from samverkanshub.domain.bevarande import Bevarande
from samverkanshub.domain.consent import starts
from samverkanshub.domain.decision import ACCEPTED, DELIVERED
from samverkanshub.domain.events import HUB, KANARIE, KANARIENS, RADERING, Event, Person, Position
from samverkanshub.domain.flows.radering import restrictions
from samverkanshub.domain.fold import fold
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.raderingsforslag import Raderingsforslag
from samverkanshub.domain.state import PersonState, Samtycke
from samverkanshub.domain.tid import swedish_day

LATER = (0, 3 * DAY)
THERE = {"forslag": "11111111-1111-5111-8111-111111111111"}
STOPPED = {"fran": "2030-03-03T06:00:00+01:00", "till": "2030-03-03T07:00:00+01:00"}
_OPERATORS = {
    "upptining_foreslagen": {"partition": "0", "offset": "2", "skal": "felet_rattat"},
    "upptining_avbojd": {**THERE, "skal": "redan_gjort"},
    "regelverk_foreslaget": {"artefakter": [{"namn": "regler", "digest": "ab" * 32}], "skal": "rattelse"},
    "regelverk_avbojt": {**THERE, "skal": "redan_gjort"},
    "regelverk_provat": {**THERE, "skal": "infor_godkannande"},
    "stopp_planerat": {**STOPPED, "skal": "flytt"},
    "stopp_havt": {**THERE, "skal": "klart"},
}
ERASES = {
    "forslag": "f",
    "skal": "bevarandetid_slut",
    "foreslagen_av": "drift.1",
    "godkand_av": "drift.2",
    "vem": "drift.2",
    "omrade": str(OMRADE),
}
FREE = Bevarande("fri", "Allt", "policy", "policy", "2000-01-01", 0)
"""Nothing need be kept."""
CANARY = Event("provpost", KANARIE, HUB, "", "", "")
OPERATORS = {slag: {"atgard": slag, **koder} for slag, koder in _OPERATORS.items()}
"""An act of each kind."""


def never_wider(before: Varld, after: Varld) -> None:
    """Whatever the second world gives access to, now or later, the first gives too."""
    for ms in LATER:
        assert access(after, after.tid + ms) <= access(before, after.tid + ms)


# ------------------------------------------------------------------------------------------ what narrows


@costly_law
@given(histories, consents, st.data())
def test_k4_withdrawing_a_consent_never_widens_access(history: list[Move], consent: Move, data: st.DataObject) -> None:
    """Now; and for all time where what is withdrawn has come into force (else what it was to supersede stands on)."""
    kept, withdrawn = play([*history, consent]), play([*history, consent])
    name = data.draw(st.sampled_from(given_consents(kept)))
    whose = kept.named[name].personer[0].person_id
    withdrawn.aterkallar(whose, name)
    assert access(withdrawn) <= access(kept, withdrawn.tid)
    if all(starts(samtycke) <= kept.tid for samtycke in _chain(kept.tillstand.person(whose), kept.named[name])):
        never_wider(kept, withdrawn)


def _chain(person: PersonState, event: Event) -> list[Samtycke]:
    chains = {samtycke.kedja for samtycke in person.samtycken if samtycke.id == event.handelse_id}
    return [samtycke for samtycke in person.samtycken if samtycke.kedja in chains]


@costly_law
@given(histories, consents, exemptions.filter(bool))
def test_k3_an_exemption_never_lets_more_through(history: list[Move], consent: Move, exempt: dict[str, object]) -> None:
    name, terms = consent
    without = play([*history, (name, {**terms, "undantag": None})])
    never_wider(without, play([*history, (name, {**terms, "undantag": exempt})]))


@costly_law
@given(histories, exempted_alone)
def test_k3_k9_what_is_exempted_without_any_consent_lets_nothing_more_through_and_leaves_consents_as_they_were(
    history: list[Move], exemption: Move
) -> None:
    without, with_it = play(history), play([*history, exemption])
    never_wider(without, with_it)
    assert _consents(without) == _consents(with_it)


def _consents(world: Varld) -> set[Samtycke]:
    return {samtycke for person in world.tillstand.personer.values() for samtycke in person.samtycken}


@costly_law
@given(histories, persons)
def test_p4_protection_never_lets_more_through(history: list[Move], namn: str) -> None:
    never_wider(play(history), play(history).skydd(namn, "fingerade_personuppgifter"))


@costly_law
@given(histories, st.permutations(PERSONS))
def test_f1_a_suspicion_never_lets_more_through_but_where_the_rules_say(history: list[Move], order: list[str]) -> None:
    """K8, K11: a suspect's word for a child counts for nothing, and who is exposed is no relative who presses.

    P6, V2: the suspect is left with the protection and the readers that are their own.
    """
    suspect, exposed = order[0], order[1]
    without, with_it = play(history), play(history).misstankt(suspect, mot=exposed)
    as_opened = relieved(without, suspect, exposed)
    homeless = shielded(without.tillstand, suspect) and not shielded(with_it.tillstand, suspect)
    for ms in LATER:
        more = access(with_it, with_it.tid + ms) - access(as_opened, with_it.tid + ms)
        assert {row for row in more if row.vem != suspect and not (homeless and row.om == suspect)} == set()


@costly_law
@given(histories, st.permutations(PERSONS))
def test_p5_v4_a_suspicion_names_no_sender_and_takes_away_no_marking(history: list[Move], order: list[str]) -> None:
    """V2: but where it takes the suspect out of the protected household that was all that hid the names (P6)."""
    suspect, exposed = order[0], order[1]
    without, with_it = play(history), play(history).misstankt(suspect, mot=exposed)
    if shielded(without.tillstand, suspect) and not shielded(with_it.tillstand, suspect):
        return
    (before, hidden), (after, still_hidden) = told(without), told(with_it)
    assert hidden <= still_hidden
    for what, now in ((what, now) for what, now in after.items() if what in before):
        assert now.avsandare in ("", before[what].avsandare)
        assert before[what].markningar <= now.markningar


@costly_law
@given(histories, st.integers(0, 9), st.sampled_from(["u1", "u2"]))
def test_v7_one_who_is_barred_opens_no_more(history: list[Move], nummer: int, anvandare: str) -> None:
    """Nor do others, in that ärende or in any."""
    without, barred = play(history), play(history)
    play([("javig", {"nummer": nummer, "anvandare": anvandare, "havd": False})], barred)
    never_wider(without, barred)
    new = [step for step in barred.steps[len(without.steps) :] if step.event.typ == "jav" and anvandare == "u1"]
    for step in (step for step in new if step.accepted):
        aktor, about = step.event.aktor, step.after.arenden[step.event.arende_id].person_id
        katalog, position = barred.regler.katalog, Position(OMRADE, barred.offset, barred.tid)
        for leverans, message, decision in openings(barred, position):
            own = katalog.unit_of(leverans.mottagare).aktor == aktor
            if own and about and message.exposed and message.exposed.person_id == about:
                assert decision.deliveries == ()


@costly_law
@given(histories, registrations)
def test_v7_whatever_one_who_is_barred_registers_it_lets_nothing_more_through(history: list[Move], what: Move) -> None:
    """Lowered, suspected, removed, lifted, consented to or changed; a withdrawal has a law of its own (K4)."""
    without, registered = barred_everywhere(play(history)), barred_everywhere(play(history))
    play([what], registered)
    never_wider(without, registered)


def barred_everywhere(world: Varld) -> Varld:
    """Everybody's u1 is barred in every ärende, about anybody known and about nobody."""
    everywhere = tuple(Jav(aktor, "u1") for aktor in world.regler.katalog.aktorer)
    for person_id in (*EVERYBODY, *world.tillstand.personer):
        world.tillstand = world.tillstand.with_person(replace(world.tillstand.person(person_id), javiga=everywhere))
    for arende in (one for one in world.tillstand.arenden.values() if not one.person_id):
        world.tillstand = world.tillstand.with_arende(replace(arende, javiga=everywhere))
    return world


@law
@example(history_of(b"\x02\xd6v%tV\xcf\xde\x00@\x00"), 0, "sip", "anna")
@given(histories, st.integers(0, 7), st.sampled_from(["sip", "risk", "oro", "kontakt"]), persons)
def test_v7_q2_what_one_who_is_barred_sends_takes_nothing_back(
    history: list[Move], nummer: int, typ: str, namn: str
) -> None:
    """B1: a report is taken, and takes nothing back either."""
    world = barred_everywhere(play(history))
    sent = {"typ": typ, "namn": namn, "till": list(UNITS)}
    first = len(play([("meddelande", sent)], world).steps)
    play([("meddelande", {**sent, "rattar": True}), ("tar_tillbaka", {"nummer": nummer, "av_annan": False})], world)
    assert all(not step.decision.aterkallar for step in world.steps[first:])
    assert typ != "oro" or world.steps[first].accepted


@costly_law
@given(histories, persons)
def test_b7_a_frozen_person_never_lets_more_through(history: list[Move], namn: str) -> None:
    never_wider(play(history), play(history).frys(namn))


@law
@given(histories)
def test_b7_nothing_but_a_report_passes_about_the_frozen(history: list[Move]) -> None:
    world = play(history).frys(*PERSONS)
    position = Position(OMRADE, world.offset, world.tid)
    for typ, namn in PROBES:
        entries = gate.decide(world.tillstand, probe(typ, namn), position, world.regler).entries
        assert all(e.funktion == "lagstadgad" for e in entries if e.vag and e.verdict == DELIVERED)


# ------------------------------------------------------------------------------------------ what changes nothing


@law
@given(histories)
def test_a_repeat_changes_nothing(history: list[Move]) -> None:
    world = play(history)
    for _, event, _ in world.log:
        again = gate.repeated(event, world.regler.digest)
        after = fold(world.tillstand, event, again, Position(OMRADE, world.offset, world.tid))
        assert (after.personer, after.arenden) == (world.tillstand.personer, world.tillstand.arenden)


@costly_law
@given(histories)
def test_events_about_others_change_nothing(history: list[Move]) -> None:
    world, other = play(history), play(history)
    other.samtycke("granne", ["mora", "region-dalarna"], undantag={"kategorier": ["boende"]}, som="granne")
    other.skydd("granne").vardnad("syskon", "granne").misstankt("granne", mot="svagern").hushall("granne", "svagern")
    other.frys("svagern").sip("granne", [BUP]).aterkallar("granne", "granne")
    other.orosanmalan("syskon").riskbedomning("granne", [BUP], av=VC, niva="lag").kontaktformedling("granne")
    other.utskrivningsklar("granne", VARDCENTRAL).nekar("granne", [BUP]).avvikelse([BUP])
    other.handlar("ansvar_forslag", BUP_GRUPP, enhet=BUP).handlar("jav", VC, user="chef", anvandare="u1")
    known = {typ for typ, _ in PROBES} | {step.event.handelse_id for step in world.steps}
    assert {row for row in access(other) if row.vad in known} == access(world, other.tid)


@law
@given(histories, st.sampled_from(sorted(OPERATORS)))
def test_t1_what_an_operator_does_in_between_changes_no_other_decision(history: list[Move], slag: str) -> None:
    act = Event("drift", "driftatgard", HUB, "", "", "", koder={"vem": "drift.1", **OPERATORS[slag]})
    for step in play(history).steps:
        regler = replace(step.regler, operatorer=(Operator("drift.1", "2026-01-01"),))
        decision = gate.decide(step.before, act, step.position, regler)
        after = fold(step.before, act, decision, step.position)
        assert decision.entries[0].verdict == ACCEPTED
        assert (decision.deliveries, after.personer, after.arenden) == ((), step.before.personer, step.before.arenden)
        assert gate.decide(after, step.event, step.position, step.regler) == step.decision


@costly_law
@given(histories, persons)
def test_g3_nobody_reads_more_of_whoever_is_named_again_after_an_erasure(history: list[Move], namn: str) -> None:
    """What restricts who is told of somebody must have ended before it is forgotten. An age is told anew each time."""
    world = play(history)
    known = world.tillstand.person(namn)
    if [*restrictions(world.tillstand, known, swedish_day(world.tid))]:
        return
    forgotten = world.tillstand.with_person(PersonState(namn, known.aldersklass))
    for ms in LATER:
        position = Position(OMRADE, world.offset, world.tid + ms)
        assert sendable(forgotten, world.regler, position) <= sendable(world.tillstand, world.regler, position)


@law
@given(histories, persons)
def test_g1_an_erasure_in_between_changes_no_other_decision(history: list[Move], namn: str) -> None:
    """Let or refused, once or twice."""
    event = Event("radering", RADERING, HUB, "", "", "", (Person(namn, "registrerad"),), koder=ERASES)
    for step in play(history).steps:
        two = (Operator("drift.1", "2026-01-01"), Operator("drift.2", "2026-01-01"))
        regler = replace(step.regler, operatorer=two, bevaranden=(FREE,))
        proposed = (Raderingsforslag("f", namn, "drift.1"),)
        state = replace(step.before, omrade=replace(step.before.omrade, raderingar=proposed))
        for _ in range(2):
            decision = gate.decide(state, event, step.position, regler)
            assert decision.deliveries == ()
            state = fold(state, event, decision, step.position)
        assert (state.personer, state.arenden) == (step.before.personer, step.before.arenden)
        assert gate.decide(state, step.event, step.position, step.regler) == step.decision


@law
@given(histories)
def test_t1_a_canary_in_between_changes_no_other_decision(history: list[Move]) -> None:
    for step in play(history).steps:
        decision = gate.decide(step.before, CANARY, step.position, step.regler)
        after = fold(step.before, CANARY, decision, step.position)
        assert [one.mottagare for one in decision.deliveries] == [KANARIENS]
        assert (after.personer, after.arenden) == (step.before.personer, step.before.arenden)
        assert gate.decide(after, step.event, step.position, step.regler) == step.decision


@law
@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_the_rules_does_not_matter(history: list[Move], chance: random.Random) -> None:
    as_written = replayed(history)
    bases, hindrances = list(rules.BASES), list(rules.HINDRANCES)
    chance.shuffle(bases)
    chance.shuffle(hindrances)
    with patch.object(rules, "BASES", tuple(bases)), patch.object(rules, "HINDRANCES", tuple(hindrances)):
        shuffled = replayed(history)
    assert [decision for *_, decision in shuffled.log] == [decision for *_, decision in as_written.log]


@law
@given(histories)
def test_the_same_log_gives_the_same_states_and_decisions(history: list[Move]) -> None:
    first, second = replayed(history), replayed(history)
    assert first.tillstand == second.tillstand
    assert first.log == second.log
    assert all(decision.entries == tuple(sorted(decision.entries)) for *_, decision in first.log)


@law
@given(histories)
def test_a_decision_depends_only_on_what_came_before(history: list[Move]) -> None:
    """Whatever is played after it, in this run or an earlier one."""
    whole, half = replayed(history), replayed(history[: len(history) // 2 + 1])
    told = len(half.log)
    assert whole.log[:told] == half.log
