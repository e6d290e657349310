"""Opening and acknowledging a delivery: judged in order, on what is in force then (K4, P4, DESIGN.md point 4)."""

from dataclasses import replace

from samverkanshub.domain.decision import DELIVERED, Decision, Delivery, Entry, Reason
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.messages import CONSULTATION, Sak, judge_items, orally
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import STATUTORY, Kandidat
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Tillstand

NEEDS_OPENING = frozenset({"dokumenterad", "overtagen"})


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


def decide_opening(tillstand: Tillstand, event: Event, position: Position, regelverk: Regelverk) -> Decision:
    """Judge every delivered item anew; what is not delivered now is not opened, and a later consent adds nothing."""
    found = find(tillstand, event)
    if found is None:
        return _act(event, regelverk, (Entry("", "", (Reason("T3", "finns-ej", True),)),))
    leverans, message = found
    if leverans.slag == CONSULTATION:
        entry = Entry(leverans.mottagare, "", (Reason("B4", "inget-identifierande", False),), CONSULTATION)
        return _opened(event, regelverk, leverans, [entry])
    original = _with_present_ages(message.handelse, event, leverans)
    sak = Sak(tillstand, regelverk, replace(original, arende_id=event.arende_id), position)
    items = [u for u in original.uppgifter if u.vag in leverans.vagar + leverans.muntligen]
    return _opened(event, regelverk, leverans, judge_items(sak, _kandidat(leverans, regelverk), items))


def _kandidat(leverans: Leverans, regelverk: Regelverk) -> Kandidat:
    grupp = regelverk.katalog.lasargrupper[leverans.mottagare]
    return Kandidat(grupp, regelverk.katalog.enheter[grupp.enhet], leverans.funktion)


def _with_present_ages(original: Event, opening: Event, leverans: Leverans) -> Event:
    """Age classes are made at each claim, openings included: who has turned 18 since is judged as an adult (K8).

    A report stays a report about the child it was made about: its statutory recipient is never blinded (B1).
    """
    if leverans.funktion == STATUTORY:
        return original
    ages = {person.person_id: person.aldersklass for person in opening.personer}
    persons = tuple(replace(p, aldersklass=ages.get(p.person_id, p.aldersklass)) for p in original.personer)
    return replace(original, personer=persons)


def _opened(event: Event, regelverk: Regelverk, leverans: Leverans, entries: list[Entry]) -> Decision:
    shown = tuple(e.vag for e in entries if e.verdict == DELIVERED and (not e.vag or e.vag in leverans.vagar))
    if not shown:
        refusal = Entry("", "", (Reason("K4", "ej-langre-tillganglig", True),))
        return _act(event, regelverk, (refusal, *entries))
    delivery = Delivery(
        leverans_id=leverans.leverans_id,
        mottagare=leverans.mottagare,
        slag="oppning",
        arende_id=event.arende_id,
        handelse_id=leverans.handelse_id,
        typ=leverans.typ,
        avsandare_roll="",
        vagar=tuple(vag for vag in shown if vag),
        muntligen=tuple(e.vag for e in entries if orally(e)),
    )
    accepted = Entry("", "", (Reason("T1", "oppnad", False),))
    return replace(_act(event, regelverk, (accepted, *entries)), deliveries=(delivery,))


def _act(event: Event, regelverk: Regelverk, entries: tuple[Entry, ...]) -> Decision:
    return Decision(
        handelse_id=event.handelse_id,
        typ=event.typ,
        aktor=event.aktor,
        regelverk=regelverk.digest,
        entries=tuple(sorted(entries)),
        arende_id=event.arende_id,
    )


def decide_receipt(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Decision:
    """A kvittens: received, documented, taken over; the last two only of what has been opened."""
    found = find(tillstand, event)
    reason = Reason("O4", f"kvittens-{event.koder.get('slag')}", False)
    if found is None:
        reason = Reason("T3", "finns-ej", True)
    elif event.koder.get("slag") in NEEDS_OPENING and not found[0].oppnad:
        reason = Reason("D1", "ej-oppnad", True)
    return _act(event, regelverk, (Entry("", "", (reason,)),))
