"""Opening a delivery: judged in order, on what is in force then (K4, P4, DESIGN.md point 4)."""

from samverkanshub.domain import spridning
from samverkanshub.domain.alder import with_ages
from samverkanshub.domain.decision import DELIVERED, INCIDENT, TOLD_OF, Decision, Delivery, Entry, Reason, in_order
from samverkanshub.domain.events import AGE_UNKNOWN, Event, Position
from samverkanshub.domain.messages import (
    ALARM,
    B4,
    CONSULTATION,
    MESSAGE,
    ORALLY,
    SPREAD,
    Sak,
    delivery_to,
    judge_items,
    orally,
)
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import STATUTORY, Kandidat
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Ref, Tillstand
from samverkanshub.domain.varden import replace

LAW = frozenset({"B1", "B2", "B6"})
"""Bases that no consent is part of."""
WITHOUT_ITEMS = frozenset({CONSULTATION, ALARM})
CARRIED = WITHOUT_ITEMS | {MESSAGE}
TOLD = frozenset({TOLD_OF, INCIDENT, spridning.FUNCTION})
"""Functions of lines that tell somebody something, beside what a message brings them."""
RECALLED = Reason("Q2", "aterkallad", True)
"""What the sender has recalled, or corrected, before it was opened."""
GONE = Reason("K4", "ej-langre-tillganglig", True)
"""Nothing of it may be shown any more, for whatever reason."""


def find(tillstand: Tillstand, event: Event) -> tuple[Leverans, Meddelande] | None:
    """The delivery an act names and its message, if it is the acting reader group's own."""
    arende = tillstand.arenden.get(event.arende_id)
    if arende is None:
        return None
    leverans = next((lev for lev in arende.leveranser if lev.leverans_id == event.koder.get("leverans")), None)
    if leverans is None or leverans.mottagare != event.lasargrupp:
        return None
    return leverans, message_of(arende, leverans)


def message_of(arende: ArendeState, leverans: Leverans) -> Meddelande:
    """The message that a delivery carries."""
    return next(m for m in arende.meddelanden if m.handelse.handelse_id == leverans.handelse_id)


def carried(decision: Decision) -> tuple[Delivery, ...]:
    """The deliveries that somebody may open: not the rows that only tell something."""
    return tuple(one for one in decision.deliveries if one.slag in CARRIED)


def as_leverans(message: Event, delivery: Delivery, decision: Decision, position: Position) -> Leverans:
    """What the ärende keeps of a delivery of this message."""
    functions = {e.mottagare: e.funktion for e in decision.entries if e.funktion not in TOLD}
    return Leverans(
        leverans_id=delivery.leverans_id,
        handelse_id=message.handelse_id,
        typ=message.typ,
        mottagare=delivery.mottagare,
        slag=delivery.slag,
        offset=position.offset,
        tid=position.tid,
        avsandare=message.enhet,
        funktion=functions.get(delivery.mottagare, ""),
        vagar=delivery.vagar,
        muntligen=delivery.muntligen,
        frist=delivery.frist,
        enligt_lag=rests_on_law(decision, delivery),
    )


def rests_on_law(decision: Decision, delivery: Delivery) -> bool:
    """K4: does every item that it lets through rest on the law, so that it does not fall with a consent beside it?"""
    through = {*delivery.vagar, *delivery.muntligen}
    own = [e for e in decision.entries if e.mottagare == delivery.mottagare and e.vag in through]
    return bool(own) and all(any(grund.regel in LAW for grund in entry.grunder) for entry in own)


def with_present_ages(tillstand: Tillstand, original: Event, act: Event) -> Event:
    """K8: the message with the age classes that an act on it was made with: who has turned 18 since is an adult.

    Where the log knows somebody as older than that, or the act names nobody, as old as the log knows them.
    """
    ages = {person.person_id: person.aldersklass for person in act.personer if person.aldersklass != AGE_UNKNOWN}
    persons = tuple(replace(p, aldersklass=ages.get(p.person_id, p.aldersklass)) for p in original.personer)
    return with_ages(tillstand, replace(original, personer=persons))


def decide_opening(tillstand: Tillstand, event: Event, position: Position, regelverk: Regelverk) -> Decision:
    """Judge every delivered item anew; what is not delivered now is not opened, and a later consent adds nothing."""
    found = find(tillstand, event)
    if found is None or event.lasargrupp not in regelverk.katalog.lasargrupper:
        return _act(event, regelverk, (Entry("", "", (Reason("T3", "finns-ej", True),)),))
    leverans, message = found
    if leverans.aterkallad:
        return _act(event, regelverk, (Entry("", "", (RECALLED,)),))
    original = _with_present_ages(tillstand, message.handelse, event, leverans)
    sak = Sak(tillstand, regelverk, replace(original, arende_id=event.arende_id), position)
    kandidat = replace(recipient(leverans, regelverk), lasare=Ref(event.aktor, event.anvandare))
    if leverans.slag == SPREAD:
        return _consent_opened(sak, event, kandidat, leverans)
    entries = [_nothing_identifying(leverans)] if leverans.slag in WITHOUT_ITEMS else _anew(sak, kandidat, leverans)
    return _opened(sak, event, kandidat, leverans, entries)


def _consent_opened(sak: Sak, event: Event, kandidat: Kandidat, leverans: Leverans) -> Decision:
    """K7, K4: what a consent says to whom it was told, for as long as it carries anything to them."""
    found = spridning.opened(sak, kandidat)
    assert found is not None  # A consent is never taken out of its person's state.
    entry = found.entry(leverans.vagar[0] if leverans.vagar else "", leverans.leverans_id)
    decision = _opened(sak, event, kandidat, leverans, [entry])
    return replace(decision, deliveries=tuple(replace(d, kategorier=found.kategorier) for d in decision.deliveries))


def _nothing_identifying(leverans: Leverans) -> Entry:
    """O2 under B4, or an alarm to a unit head: no item to show."""
    reason = Reason("B4", "inget-identifierande", False)
    return Entry(leverans.mottagare, "", (reason,), leverans.slag, (B4,), (), leverans.leverans_id)


def _anew(sak: Sak, kandidat: Kandidat, leverans: Leverans) -> list[Entry]:
    """P1, P4: an item told orally stays so, also where the protection has been lowered since.

    T1: cited by the delivery that is opened, which for what an answer released is another than the message's first.
    """
    items = [u for u in sak.event.uppgifter if u.vag in leverans.vagar + leverans.muntligen]
    judged = judge_items(sak, kandidat, items)
    entries = [replace(entry, leverans_id=entry.leverans_id and leverans.leverans_id) for entry in judged]
    return [_still_orally(e) if e.vag in leverans.muntligen and e.verdict == DELIVERED else e for e in entries]


def still_shown(sak: Sak, arende: ArendeState, leverans: Leverans) -> tuple[str, ...]:
    """K4: the items that the reader group would be shown, were it to open its delivery in the ärende now."""
    message = message_of(arende, leverans).handelse
    original = replace(_with_present_ages(sak.tillstand, message, sak.event, leverans), arende_id=arende.arende_id)
    entries = _anew(replace(sak, event=original), recipient(leverans, sak.regelverk), leverans)
    return tuple(entry.vag for entry in entries if entry.verdict == DELIVERED)


def _still_orally(entry: Entry) -> Entry:
    return replace(entry, reasons=tuple(sorted((*entry.reasons, Reason("P1", ORALLY, True)))), leverans_id="")


def recipient(leverans: Leverans, regelverk: Regelverk) -> Kandidat:
    """The reader group that a delivery went to, as the rules ask of it."""
    grupp = regelverk.katalog.lasargrupper[leverans.mottagare]
    return Kandidat(grupp, regelverk.katalog.enheter[grupp.enhet], leverans.funktion)


def _with_present_ages(tillstand: Tillstand, original: Event, opening: Event, leverans: Leverans) -> Event:
    """Age classes are made at each claim, openings included: who has turned 18 since is judged as an adult (K8).

    A report stays a report about the child it was made about: its statutory recipient is never blinded (B1).
    """
    if leverans.funktion == STATUTORY:
        return original
    return with_present_ages(tillstand, original, opening)


def _opened(sak: Sak, event: Event, kandidat: Kandidat, leverans: Leverans, entries: list[Entry]) -> Decision:
    shown = tuple(entry.vag for entry in entries if entry.verdict == DELIVERED)
    muntligen = tuple(entry.vag for entry in entries if orally(entry))
    if not shown and not muntligen:
        return _act(event, sak.regelverk, (Entry("", "", (GONE,)), *entries))
    vagar = tuple(vag for vag in shown if vag)
    as_sent = delivery_to(sak, kandidat, leverans.slag, vagar, muntligen)
    opening = replace(as_sent, leverans_id=leverans.leverans_id, slag="oppning", frist=0)
    accepted = Entry("", "", (Reason("T1", "oppnad", False),))
    return replace(_act(event, sak.regelverk, (accepted, *entries)), deliveries=(opening,))


def _act(event: Event, regelverk: Regelverk, entries: tuple[Entry, ...]) -> Decision:
    return Decision(
        handelse_id=event.handelse_id,
        typ=event.typ,
        aktor=event.aktor,
        regelverk=regelverk.digest,
        entries=in_order(entries),
        arende_id=event.arende_id,
    )
