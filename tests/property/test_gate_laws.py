"""Laws of the gate over every history: what narrows never widens, and V1, P2 and T1 hold for every recipient."""

import random
from unittest.mock import patch

from examples import examples
from histories import (
    PERSONS,
    PROBES,
    Move,
    access,
    consents,
    exemptions,
    given_consents,
    histories,
    openings,
    persons,
    play,
    probe,
    replayed,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mini_regelverk import BUP
from steps import DAY, OMRADE
from world import World

from samverkanshub.domain import gate, rules
from samverkanshub.domain.consent import starts
from samverkanshub.domain.decision import DELIVERED, Decision, Entry
from samverkanshub.domain.events import NEVER_TO_PERPETRATORS_READERS, WHEREABOUTS, Event, Position, Uppgift
from samverkanshub.domain.fold import fold
from samverkanshub.domain.state import PersonState, Samtycke, Tillstand
from samverkanshub.domain.tid import in_force, swedish_day

LATER = (0, DAY, 3 * DAY)
_LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
law = settings(_LAW, max_examples=examples(50))
costly_law = settings(_LAW, max_examples=examples(15))
"""Those that ask for all access at several times."""


def never_wider(before: World, after: World) -> None:
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
@given(histories, persons)
def test_p4_protection_never_lets_more_through(history: list[Move], namn: str) -> None:
    never_wider(play(history), play(history).skydd(namn, "fingerade_personuppgifter"))


@costly_law
@given(histories, st.permutations(PERSONS))
def test_f1_a_suspicion_never_lets_more_through_about_anybody_else(history: list[Move], order: list[str]) -> None:
    """The suspect's own items, and messages about the suspect, lose the protection of the household left (P6)."""
    suspect, exposed = order[0], order[1]
    without, with_it = play(history), play(history).misstankt(suspect, mot=exposed)
    for ms in LATER:
        before, after = access(without, with_it.tid + ms), access(with_it, with_it.tid + ms)
        assert {row for row in after - before if suspect not in (row[3], row[0].split("|")[1])} == set()


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
    assert access(other) == access(world, other.tid)


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


# ------------------------------------------------------------------------------------------ what always holds


def judged(world: World) -> list[tuple[Tillstand, Event, Decision]]:
    """Every message of the history with what was decided, and every delivery as if opened at the end."""
    sent = [(before, event, decision) for before, event, decision in world.log if event.uppgifter]
    position = Position(OMRADE, world.offset, world.tid)
    return sent + [(world.tillstand, message, decision) for message, decision in openings(world, position)]


def delivered(world: World) -> list[tuple[Tillstand, Event, Uppgift, Entry]]:
    """Each item that reached somebody: the state, the message, the item, and the entry that says so."""
    return [
        (state, event, uppgift, entry)
        for state, event, decision in judged(world)
        for uppgift in event.uppgifter
        for entry in decision.entries
        if entry.mottagare and entry.vag == uppgift.vag and entry.verdict == DELIVERED
    ]


@law
@given(histories)
def test_t1_everything_delivered_cites_a_basis_in_force(history: list[Move]) -> None:
    """In force on the day of its position; a consent that is cited where consent is the basis, and only there."""
    world = play(history)
    day = swedish_day(world.tid)
    for _, _, uppgift, entry in delivered(world):
        assert entry.grunder, uppgift.vag
        assert entry.leverans_id
        assert all(in_force(day, grund.giltig_fran, grund.giltig_till) for grund in entry.grunder)
        assert any(grund.regel == "B3" for grund in entry.grunder) == bool(entry.samtycken)


@law
@given(histories)
def test_b3_a_consent_carries_only_in_force_for_its_purpose_recipient_and_category(history: list[Move]) -> None:
    world = play(history)
    for state, event, uppgift, entry in delivered(world):
        found = {s.id: s for s in state.person(uppgift.person_id).samtycken}
        for consent in (found[id_] for id_ in entry.samtycken):
            assert not consent.aterkallat
            assert not consent.makulerat
            assert consent.fri
            if entry.funktion != "spridning":  # K7: whose it is, is told of a consent itself, whatever it covers.
                assert uppgift.kategori in consent.kategorier
                assert rules.PURPOSES[event.typ] == consent.andamal
            unit = world.regler.katalog.unit_of(entry.mottagare)
            assert any(ref.id in (unit.id, unit.aktor) for ref in consent.mottagare)


@law
@given(histories)
def test_v1_holds_for_every_recipient_in_every_history(history: list[Move]) -> None:
    world = play(history)
    for state, event, uppgift, entry in delivered(world):
        group = world.regler.katalog.lasargrupper[entry.mottagare]
        if not group.arbetar_med_utovare or uppgift.kategori not in NEVER_TO_PERPETRATORS_READERS:
            continue
        whose = state.person(uppgift.person_id)
        assert event.exposed is not None
        assert uppgift.person_id != event.exposed.person_id
        assert whose.misstankta == (), "nobody who has been exposed"
        assert whose.misstankt_mot or event.with_role("misstankt"), "a suspect's own"


@law
@given(histories)
def test_p2_holds_for_every_recipient_in_every_history(history: list[Move]) -> None:
    world = play(history)
    for state, event, uppgift, entry in delivered(world):
        if uppgift.kategori not in WHEREABOUTS or not state.person(uppgift.person_id).skydd:
            continue
        unit = world.regler.katalog.unit_of(entry.mottagare)
        holders = {
            a.ansvarig for a in state.arenden.values() if event.exposed and a.person_id == event.exposed.person_id
        }
        holds = unit.verksamhet == "socialtjanst" and unit.id in holders
        assert entry.funktion == "lagstadgad" or holds


@law
@given(histories)
def test_t3_a_delivery_names_what_was_delivered_or_is_told_orally_and_nothing_else(history: list[Move]) -> None:
    for *_, decision in judged(play(history)):
        for delivery in (one for one in decision.deliveries if one.slag not in ("andring", "samtycke")):
            lines = (entry for entry in decision.entries if not entry.vag.startswith("#"))
            own = [entry for entry in lines if entry.mottagare == delivery.mottagare]
            assert set(delivery.vagar) == {entry.vag for entry in own if entry.verdict == DELIVERED and entry.vag}
            told = {entry.vag for entry in own if any(reason.regel == "P1" for reason in entry.reasons)}
            assert set(delivery.muntligen) <= told


@costly_law
@given(histories)
def test_k2_what_time_alone_opens_rests_on_a_consent_whose_start_lay_ahead(history: list[Move]) -> None:
    world = play(history)
    ahead = any(starts(s) > world.tid for p in world.tillstand.personer.values() for s in p.samtycken)
    for ms in LATER:
        opened = access(world, world.tid + ms) - access(world)
        assert ahead or all(group.startswith("mora.socialjour") for _, group, *_ in opened), "O1 goes by the hour"


@law
@given(histories)
def test_o1_every_report_reaches_a_responsible_unit_or_says_whom_to_telephone(history: list[Move]) -> None:
    """B1, O1, O4: the child unit has it and owes a kvittens; else the sender is told to telephone."""
    world = play(history)
    position = Position(OMRADE, world.offset, world.tid)
    decision = gate.decide(world.tillstand, probe("oro", "barn"), position, world.regler)
    units = {e.mottagare: world.regler.katalog.unit_of(e.mottagare).typ for e in decision.entries if e.mottagare}
    reached = {units[e.mottagare] for e in decision.entries if e.mottagare and e.verdict == DELIVERED}
    owing = {world.regler.katalog.enheter[plikt.barare].typ for plikt in decision.plikter}
    assert ("barn_unga" in reached and "barn_unga" in owing) or "ring" in decision.hints
