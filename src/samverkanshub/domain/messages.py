"""The decision on a message: every item to every candidate, the deliveries that follow, the questions that remain."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import consent, ids
from samverkanshub.domain.actors import Enhet
from samverkanshub.domain.decision import (
    DELIVERED,
    ConsentRequest,
    Decision,
    Delivery,
    Entry,
    Grund,
    Reason,
    in_order,
    verdict_of,
)
from samverkanshub.domain.events import (
    AVVIKELSE,
    KONTAKTFORMEDLING,
    OROSANMALAN,
    RISKBEDOMNING,
    SIP_KALLELSE,
    UPPGIFT_TILL_UTREDNING,
    Event,
    Position,
    Uppgift,
)
from samverkanshub.domain.frihet import pointed_to
from samverkanshub.domain.frister import due
from samverkanshub.domain.givare import is_child, is_mature
from samverkanshub.domain.hints import contact_hints, report_hints
from samverkanshub.domain.protection import concerns_protected, is_frozen_near, suspects
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import ASKED, CONTACT, STATUTORY, Kandidat, candidates
from samverkanshub.domain.rules import (
    INVOKED,
    PURPOSES,
    Asked,
    Fraga,
    asked_of,
    judge,
    r1_instead_of_asking,
    report_concerns_adult,
    to_consider,
)
from samverkanshub.domain.samrad import consultation_reason, consulted, in_barnahus_remit
from samverkanshub.domain.state import Tillstand
from samverkanshub.domain.varden import quick, replace

PROCESSES: Final = {
    **dict.fromkeys((OROSANMALAN, UPPGIFT_TILL_UTREDNING), "barnskydd"),
    **{RISKBEDOMNING: "risk", SIP_KALLELSE: "sip", AVVIKELSE: "avvikelse", KONTAKTFORMEDLING: "kontakt"},
}
ORALLY: Final = "meddelas-muntligen"
MESSAGE: Final = "meddelande"
CONSULTATION: Final = "konsultation"
ALARM: Final = "larm"
SPREAD: Final = "samtycke"  # What tells of a consent (K7).
B4: Final = Grund("inget-identifierande", "B4", "policy")


@quick
@dataclass(frozen=True, slots=True)
class Sak:
    """A message to judge, in its state, at its position."""

    tillstand: Tillstand
    regelverk: Regelverk
    event: Event
    position: Position


def arende_of(tillstand: Tillstand, event: Event) -> str:
    """The ärende that an event joins or opens: the person's open one of that process, else a new one.

    Only what concerns nobody, an avvikelse, joins the ärende it names.
    """
    process, exposed = PROCESSES[event.typ], event.exposed
    if exposed is not None:
        open_ones = dict(tillstand.person(exposed.person_id).arenden)
        return open_ones.get(process) or ids.arende_id(event.handelse_id)
    named = tillstand.arenden.get(event.arende_id)
    joined = named is not None and named.process in PROCESSES.values()  # In that of the consents nobody takes part.
    return event.arende_id if joined else ids.arende_id(event.handelse_id)


NO_ITEM: Final = Uppgift("", "")


def decide_message(sak: Sak) -> Decision:
    """Judge a message (B0-B7, K, P, V, O1, O2, A1, A2, Q1, R1, S2)."""
    event = replace(sak.event, arende_id=arende_of(sak.tillstand, sak.event))
    sak = replace(sak, event=event)
    who = candidates(event, sak.position.tid, sak.regelverk)
    entries = [e for k in who for e in judge_items(sak, k, event.uppgifter, _deadline(sak, k))]
    deliveries = [*deliveries_of(sak, who, entries), *_consultations(sak)]
    deliveries += _alarms(sak, who, deliveries)
    entries += [_without_items(sak, delivery) for delivery in deliveries if delivery.slag in (CONSULTATION, ALARM)]
    return Decision(
        handelse_id=event.handelse_id,
        typ=event.typ,
        aktor=event.aktor,
        regelverk=sak.regelverk.digest,
        entries=in_order([_accepted(event), *entries]),
        arende_id=event.arende_id,
        deliveries=tuple(deliveries),
        requests=tuple(requests(sak, entries)),
        hints=tuple(sorted(set(_hints(sak, who, deliveries, entries)))),
        skyddad=concerns_protected(sak.tillstand, event),
    )


def _accepted(event: Event) -> Entry:
    return Entry("", "", (Reason("T1", "mottagen", False),))


def judge_items(sak: Sak, kandidat: Kandidat, uppgifter: Iterable[Uppgift], frist: int = 0) -> list[Entry]:
    """One entry an item, for one recipient, with the deadline (ms) where a message sets one."""
    delivered = (ids.delivery_id(sak.event.handelse_id, kandidat.grupp.id), frist, "o4.kvittens" if frist else "")
    asked = asked_of(_fraga(sak, kandidat, NO_ITEM))
    return [_entry(_fraga(sak, kandidat, uppgift), asked, delivered) for uppgift in uppgifter]


def _entry(fraga: Fraga, asked: Asked, delivered: tuple[str, int, str]) -> Entry:
    kandidat, uppgift, dom = fraga.kandidat, fraga.uppgift, judge(fraga, asked)
    more = delivered if verdict_of(dom.reasons, kandidat.grupp.id) == DELIVERED else ()
    return Entry(kandidat.grupp.id, uppgift.vag, dom.reasons, kandidat.funktion, dom.grunder, dom.samtycken, *more)


def _fraga(sak: Sak, kandidat: Kandidat, uppgift: Uppgift) -> Fraga:
    return Fraga(sak.tillstand, sak.regelverk, sak.event, sak.position.tid, kandidat, uppgift)


def _deadline(sak: Sak, kandidat: Kandidat) -> int:
    """O4: when somebody must have acknowledged (ms), frozen here and acted on by `watch`."""
    if kandidat.funktion not in (STATUTORY, CONTACT):
        return 0
    return due(sak.regelverk, "o4.kvittens", sak.position.tid, str(sak.event.koder.get("kommun", "")))


# ------------------------------------------------------------------------------------------ deliveries


def orally(entry: Entry) -> bool:
    """P1: withheld for that alone; whoever would otherwise get the item reads that it is told orally."""
    stops = {reason.kod for reason in entry.reasons if reason.nekar and reason.regel not in INVOKED}
    return stops == {ORALLY} and any(not reason.nekar for reason in entry.reasons)


def deliveries_of(sak: Sak, who: Iterable[Kandidat], entries: list[Entry]) -> Iterator[Delivery]:
    """One for each candidate that gets, or is told orally, something of what was judged."""
    for kandidat in who:
        own = [entry for entry in entries if entry.mottagare == kandidat.grupp.id]
        vagar = tuple(entry.vag for entry in own if entry.verdict == DELIVERED)
        muntligen = tuple(entry.vag for entry in own if orally(entry))
        if vagar or muntligen:
            yield delivery_to(sak, kandidat, MESSAGE, vagar, muntligen)


def delivery_to(
    sak: Sak, kandidat: Kandidat, slag: str, vagar: tuple[str, ...] = (), muntligen: tuple[str, ...] = ()
) -> Delivery:
    """What one reader group receives of the message, with what it may know of the sender (P5) and show to whom (V4)."""
    event, katalog = sak.event, sak.regelverk.katalog
    sender = katalog.enheter.get(event.enhet) if slag in (MESSAGE, SPREAD) else None
    return Delivery(
        leverans_id=ids.delivery_id(event.handelse_id, kandidat.grupp.id, slag),
        mottagare=kandidat.grupp.id,
        slag=slag,
        arende_id=event.arende_id,
        handelse_id=event.handelse_id,
        typ=event.typ,
        avsandare_roll=sender.typ if sender else "",
        avsandare=sender.id if sender and _sender_readable(sak, kandidat) else "",
        vagar=vagar,
        muntligen=muntligen,
        markningar=markings(sak, kandidat) if slag in (MESSAGE, SPREAD) else (),
        frist=_deadline(sak, kandidat),
    )


def _sender_readable(sak: Sak, kandidat: Kandidat) -> bool:
    """P5: the sender's name is a place; but the reporter is not hidden from the statutory recipient of B1."""
    return kandidat.funktion == STATUTORY or not concerns_protected(sak.tillstand, sak.event)


def markings(sak: Sak, kandidat: Kandidat) -> tuple[str, ...]:
    """V4, D1: what the recipient must not show to whom."""
    found = set()
    if suspects(sak.tillstand, sak.event):
        found.add("visa-ej-for-misstankt")
    if _guardian_suspected(sak):
        found.add("visa-ej-for-vardnadshavare")
    # V1: whether somebody is protected is itself nothing for readers who work with the perpetrator.
    if concerns_protected(sak.tillstand, sak.event) and not kandidat.grupp.arbetar_med_utovare:
        found |= {"skyddade-personuppgifter", "visa-ej-for-ombud"}
    return tuple(sorted(found))


def _guardian_suspected(sak: Sak) -> bool:
    exposed = sak.event.exposed
    named = {p.person_id for p in sak.event.with_role("vardnadshavare")}
    registered = set(sak.tillstand.person(exposed.person_id).vardnadshavare) if exposed else set()
    return bool((named | registered) & suspects(sak.tillstand, sak.event))


def _consultations(sak: Sak) -> Iterator[Delivery]:
    """O2, O3: on a suspicion within their remit; none about somebody frozen, since B4 is no B1 (B7)."""
    for kandidat in () if _frozen(sak) else consulted(sak.event, sak.regelverk):
        yield delivery_to(sak, kandidat, CONSULTATION)


def _frozen(sak: Sak) -> bool:
    return is_frozen_near(sak.tillstand, sak.event.person_ids)


def _alarms(sak: Sak, who: Iterable[Kandidat], deliveries: list[Delivery]) -> Iterator[Delivery]:
    """B1: the unit head is alerted where no limited circle, or no reader at all, is left for a report."""
    for enhet in _without_readers(sak, who, deliveries):
        for grupp in sak.regelverk.katalog.heads_of(enhet.id):
            alarm = delivery_to(sak, Kandidat(grupp, enhet, ALARM), ALARM)
            yield replace(alarm, kod="orosanmalan-utan-lasare")


def _without_readers(sak: Sak, who: Iterable[Kandidat], deliveries: list[Delivery]) -> list[Enhet]:
    if report_concerns_adult(sak.event):
        return []
    reached = {delivery.mottagare for delivery in deliveries}
    protected = concerns_protected(sak.tillstand, sak.event)
    readers: dict[str, bool] = {}
    units = {k.enhet.id: k.enhet for k in who if k.funktion == STATUTORY}
    for kandidat in (k for k in who if k.funktion == STATUTORY):
        fit = kandidat.grupp.id in reached and (kandidat.grupp.begransad_krets or not protected)
        readers[kandidat.enhet.id] = readers.get(kandidat.enhet.id, False) or fit
    return [units[id_] for id_, found in sorted(readers.items()) if not found]


def _without_items(sak: Sak, delivery: Delivery) -> Entry:
    """O2 or O3 under B4, or an alarm: no item goes, only what identifies nobody."""
    rule = Reason("B1", "enhetschef", False)
    if delivery.slag == CONSULTATION:
        rule = consultation_reason(delivery.mottagare, sak.regelverk)
    reasons = (Reason("B4", "inget-identifierande", False), rule)
    return Entry(delivery.mottagare, "", reasons, delivery.slag, (B4,), (), delivery.leverans_id)


# ------------------------------------------------------------------------------------------ questions


def requests(sak: Sak, entries: list[Entry]) -> Iterator[ConsentRequest]:
    """B0: what to ask of whom for which recipients, where a yes would release the item.

    O2: nothing about a suspicion within Barnahus's remit goes to guardians, not even a question.
    """
    if in_barnahus_remit(sak.event):
        return
    asked: dict[tuple[str, ...], tuple[set[str], set[str]]] = {}
    items = {uppgift.vag: uppgift for uppgift in sak.event.uppgifter}
    for entry in entries:
        if worth_asking(sak, entry):
            uppgift = items[entry.vag]
            recipients, categories = asked.setdefault(_ask_whom(sak, uppgift), (set(), set()))
            recipients.add(sak.regelverk.katalog.unit_of(entry.mottagare).id)
            categories.add(uppgift.kategori)
    for roles, (recipients, categories) in sorted(asked.items()):
        yield ConsentRequest(PURPOSES[sak.event.typ], roles, tuple(sorted(recipients)), tuple(sorted(categories)))


def worth_asking(sak: Sak, entry: Entry) -> bool:
    """B0, Q1, V6: would a yes release the item to a recipient that the sender named, and may it be asked for?"""
    stops = [reason for reason in entry.reasons if reason.nekar and reason.regel not in INVOKED]
    person_id = next((u.person_id for u in sak.event.uppgifter if u.vag == entry.vag), "")
    named = entry.funktion in ASKED and bool(person_id) and person_id not in pointed_to(sak.tillstand, sak.event)
    worth = named and bool(stops) and all(map(consent.askable, stops))
    return worth and not r1_instead_of_asking(_fraga_of(sak, entry))


def _fraga_of(sak: Sak, entry: Entry) -> Fraga:
    katalog = sak.regelverk.katalog
    uppgift = next(u for u in sak.event.uppgifter if u.vag == entry.vag)
    grupp = katalog.lasargrupper[entry.mottagare]
    return _fraga(sak, Kandidat(grupp, katalog.enheter[grupp.enhet], entry.funktion), uppgift)


def _ask_whom(sak: Sak, uppgift: Uppgift) -> tuple[str, ...]:
    person = next(p for p in sak.event.personer if p.person_id == uppgift.person_id)
    state = sak.tillstand.person(person.person_id)
    guardians = is_child(state, person.aldersklass, person.roll) and not is_mature(state, PURPOSES[sak.event.typ])
    return (person.roll, "vardnadshavare") if guardians else (person.roll,)


def _hints(sak: Sak, who: Collection[Kandidat], deliveries: list[Delivery], entries: list[Entry]) -> Iterator[str]:
    codes = {reason.kod for entry in entries for reason in entry.reasons if reason.nekar}
    if "vardnad-okand" in codes:
        yield "registrera-vardnad"
    yield from sorted({"misstankt-kallas-ej", "narstaende-kallas-ej"} & codes)
    for entry in (entry for entry in entries if entry.funktion in ASKED and entry.verdict != DELIVERED):
        yield from (f"bestammelse-{id_}" for id_ in to_consider(_fraga_of(sak, entry)))
    if sak.event.typ == KONTAKTFORMEDLING:
        yield from contact_hints(who, frozen=_frozen(sak))
    if sak.event.typ == RISKBEDOMNING and sak.event.koder.get("niva") in ("hog", "mycket_hog"):
        yield "overvag-att-lamna-ut"  # R3: always, whatever others have assessed.
    if sak.event.typ == OROSANMALAN:
        alarmed = any(delivery.slag == ALARM for delivery in deliveries)
        units = _without_readers(sak, who, deliveries)
        headless = any(not sak.regelverk.katalog.heads_of(unit.id) for unit in units)
        now = sak.position.tid
        yield from report_hints(
            sak.event, who, now, sak.regelverk, frozen=_frozen(sak), alarmed=alarmed, headless=headless
        )
