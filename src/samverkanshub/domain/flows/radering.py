"""G1, G2, G3: the erasure of a person, by two: what still stands in its way, by state and regelverk alone.

Nothing in the log changes, nor in what was judged: the vault destroys the keys once every område has let it.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from samverkanshub.domain.actors import Lasargrupp
from samverkanshub.domain.anteckningar import known, last_notes
from samverkanshub.domain.bevarande import still_kept
from samverkanshub.domain.decision import Decision, Reason
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.flows import flow
from samverkanshub.domain.messages import SPREAD, Sak
from samverkanshub.domain.operatorer import operates
from samverkanshub.domain.protection import is_frozen_near, is_protected
from samverkanshub.domain.raderingsforslag import without
from samverkanshub.domain.state import ArendeState, Leverans, Nekande, PersonState, Tillstand
from samverkanshub.domain.tid import in_force, swedish_day
from samverkanshub.domain.varden import replace


def decide(sak: Sak) -> Decision:
    """G1: by two operators of the day, as one proposed, about one of whom nothing need be kept and nothing stands."""
    wrong = (*_form(sak), *hindrances(sak))
    return flow.act(sak, *wrong) if wrong else flow.act(sak, Reason("G1", "raderad", False))


def fold(tillstand: Tillstand, event: Event, decision: Decision, position: Position) -> Tillstand:
    """G1: what was proposed is settled; nothing else changes."""
    left = without(tillstand.omrade.raderingar, event.koder["forslag"])
    return replace(tillstand, omrade=replace(tillstand.omrade, raderingar=left))


def _form(sak: Sak) -> Iterator[Reason]:
    koder, day = sak.event.koder, swedish_day(sak.position.tid)
    if not flow.by_two(sak.event):
        yield Reason("G1", "godkand-av-samma", True)
    if koder.get("vem") != koder.get("godkand_av"):
        yield Reason("G1", "godkand-av-annan", True)
    if not all(operates(sak.regelverk.operatorer, str(koder.get(by)), day) for by in ("foreslagen_av", "godkand_av")):
        yield Reason("T1", "ej-operator", True)
    if len(sak.event.personer) != 1:
        yield Reason("G1", "inte-en-person", True)
    if not _as_proposed(sak):
        yield Reason("G1", "forslag-saknas", True)


def _as_proposed(sak: Sak) -> bool:
    """G1: is it open here, of the same person and by who is said to have proposed it?

    Only the område that it says it was proposed in knows: nobody is erased unless that one is there and lets it too.
    """
    koder = sak.event.koder
    if koder.get("omrade") != str(sak.position.partition):
        return True
    said = {(koder.get("forslag"), person_id, koder.get("foreslagen_av")) for person_id in sak.event.person_ids}
    known = {(one.handelse_id, one.person_id, one.vem) for one in sak.tillstand.omrade.raderingar}
    return said <= known


def hindrances(sak: Sak) -> tuple[Reason, ...]:
    """G2, G3: what stands in the way of erasing whom the event names, sorted; empty where nothing does."""
    found = (reason for person_id in sak.event.person_ids for reason in _of(sak, sak.tillstand.person(person_id)))
    return tuple(sorted(set(found)))


def _of(sak: Sak, person: PersonState) -> Iterator[Reason]:
    arenden = [sak.tillstand.arenden[id_] for id_ in person.berorda if id_ in sak.tillstand.arenden]
    yield from _kept(sak, person, arenden)
    yield from restrictions(sak.tillstand, person, swedish_day(sak.position.tid))
    if any(_waits(sak, person, arende) for arende in arenden):
        yield Reason("G3", "oppen-leverans", True)
    if any(_owed(person, arende) for arende in arenden):
        yield Reason("G3", "oppen-skyldighet", True)


def _kept(sak: Sak, person: PersonState, arenden: list[ArendeState]) -> Iterator[Reason]:
    """G2: a duty to keep what was noted, counted from each unit's last note by the log's clock."""
    notes = last_notes(person, arenden, sak.regelverk.katalog)
    kept = still_kept(sak.regelverk.bevaranden, notes, swedish_day(sak.position.tid))
    if kept is None or not known(person, arenden):
        yield Reason("G2", "bevarandetid-okand", True)
    yield from (Reason("G2", f"bevaras-{id_}", True) for id_ in kept or ())


def restrictions(tillstand: Tillstand, person: PersonState, day: date) -> Iterator[Reason]:
    """G3: what keeps somebody from something would be forgotten with the person: whoever is named next is a new one.

    Also what those close to the person are exposed to, whom the new one is not known to be close to (V1, V4, B7).
    """
    close = [person, *(tillstand.person(id_) for id_ in (*person.hushall, *person.vardnadshavare))]
    if is_protected(tillstand, person.person_id):
        yield Reason("G3", "skydd-galler", True)
    if person.undantag:
        yield Reason("G3", "undantag-galler", True)
    if person.misstankt_mot or any(one.misstankta for one in close):
        yield Reason("G3", "misstanke-galler", True)
    if person.javiga:
        yield Reason("G3", "jav-galler", True)
    if is_frozen_near(tillstand, [person.person_id]):
        yield Reason("G3", "person-fryst", True)
    if person.utredningar:
        yield Reason("G3", "oppen-utredning", True)
    yield from _said_of(tillstand, person, day)


def _said_of(tillstand: Tillstand, person: PersonState, day: date) -> Iterator[Reason]:
    """G3: whose word counts for the person's, or in place of the person's as a guardian (K8), and their own no (B0)."""
    wards = [tillstand.person(id_) for id_ in person.barn]
    decided = (*person.beslut, *(one for ward in wards for one in ward.beslut if person.person_id in one.ersatter))
    if any(in_force(day, one.fran, one.till) for one in decided):
        yield Reason("G3", "beslut-galler", True)
    if any(in_force(day, one.fran, one.till) for one in person.foretradare):
        yield Reason("G3", "foretradare-galler", True)
    if any(_stands(no, person) for no in person.nekanden):
        yield Reason("G3", "nekande-galler", True)


def _stands(no: Nekande, person: PersonState) -> bool:
    """B0: is there a recipient to whom not all who said no have since said yes, for that purpose?"""
    later = [one for one in person.samtycken if one.offset > no.offset and one.andamal == no.andamal]
    given = {(who, to) for one in later for who in one.givare for to in one.mottagare}
    return not all((who, to) in given for who in no.givare for to in no.mottagare)


def _waits(sak: Sak, person: PersonState, arende: ArendeState) -> bool:
    """Is there a message about the person that nobody of a unit of today's directory, to which it went, has opened?

    What tells of a consent waits for nobody: it says no more than the consent does while it lasts (K2, K7).
    """
    named, there = _messages_naming(person, arende), sak.regelverk.katalog.lasargrupper
    sent = [one for one in arende.leveranser if one.slag != SPREAD and one.handelse_id in named]
    sent = [one for one in sent if one.mottagare in there]
    seen = {_got(one, there) for one in sent if one.oppnad or one.kvitterad or one.aterkallad}
    return any(_got(one, there) not in seen for one in sent)


def _got(leverans: Leverans, there: Mapping[str, Lasargrupp]) -> tuple[str, str]:
    """Which message, and which unit: one of its reader groups opens it for all."""
    return leverans.handelse_id, there[leverans.mottagare].enhet


def _owed(person: PersonState, arende: ArendeState) -> bool:
    """Does anybody owe the person anything: in an ärende about them, or by a message that names them?"""
    named = _messages_naming(person, arende)
    own = arende.person_id == person.person_id
    return any(not plikt.uppfylld and (own or plikt.handelse_id in named) for plikt in arende.plikter)


def _messages_naming(person: PersonState, arende: ArendeState) -> frozenset[str]:
    named = (one.handelse for one in arende.meddelanden if person.person_id in one.handelse.person_ids)
    return frozenset(event.handelse_id for event in named)
