"""A decision as rows: what the projection keeps of it, what its recipients are told, what its sender reads."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from samverkanshub.domain import spridning
from samverkanshub.domain.decision import DELIVERED, Decision, Delivery, Entry, Reason
from samverkanshub.domain.delivery import TOLD, find
from samverkanshub.domain.events import (
    DRIFTATGARD,
    HUB,
    KANARIENS,
    KVITTENS,
    MESSAGES,
    OPPNING,
    RADERING,
    Event,
    Position,
)
from samverkanshub.domain.flows import karantan
from samverkanshub.domain.fold import accepted
from samverkanshub.domain.messages import CONSULTATION, SPREAD, orally
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import SUBSCRIBED
from samverkanshub.domain.samrad import consultation_codes
from samverkanshub.domain.state import Leverans, Meddelande, Tillstand
from samverkanshub.ports import DeliveryEvent, InboxRow, NoticeRow

_json: Final = msgspec.json.Encoder(order="deterministic").encode


def _why(reasons: Sequence[Reason], *, nekar: bool) -> list[dict[str, str]]:
    return [{"regel": r.regel, "kod": r.kod} for r in reasons if r.nekar == nekar]


# ------------------------------------------------------------------------------------------ outcome, for the sender


def outcome(decision: Decision, event: Event, tillstand: Tillstand, regelverk: Regelverk) -> bytes:
    """T3: the decision as its sender may read it, or, for an opening, what the opening may show."""
    own = [entry for entry in decision.entries if not entry.mottagare and not entry.vag]
    body: dict[str, Any] = {
        "dom": _verdict(decision),
        "arende": decision.arende_id,
        "skal": [why for entry in own for why in _why(entry.reasons, nekar=not accepted(decision))],
        "hints": list(decision.hints),
        "skyddad": decision.skyddad,
    }
    if event.typ == OPPNING:
        body |= _opening(decision, event, tillstand, regelverk)
    elif event.typ in MESSAGES:
        body["mottagare"] = list(_recipients(decision, event, regelverk))
        body["samtycke_att_fraga"] = [msgspec.to_builtins(request) for request in decision.requests]
    elif event.typ in (DRIFTATGARD, RADERING):
        body["atgard"] = dict(event.koder)
    elif decision.omprovar:
        body["omprovat"] = _anew(decision, tillstand, regelverk)
    return _json(body)


def quarantined() -> bytes:
    """What the sender reads of a record that could not be read: to telephone (B1)."""
    return _json({"dom": "karantan", "arende": "", "skal": [], "hints": ["ring"], "skyddad": False})


def _verdict(decision: Decision) -> str:
    if decision.upprepning:
        return "upprepning"
    return "godtas" if accepted(decision) else "avvisas"


def _anew(decision: Decision, tillstand: Tillstand, regelverk: Regelverk) -> dict[str, Any]:
    """K4, Q2: what the decision says of an earlier message, to be read in that message's outcome."""
    messages = (message.handelse for message in tillstand.arenden[decision.arende_id].meddelanden)
    message = next(message for message in messages if message.handelse_id == decision.omprovar)
    return {
        "mottagare": list(_recipients(decision, message, regelverk)),
        "samtycke_att_fraga": [msgspec.to_builtins(request) for request in decision.requests],
    }


def _recipients(decision: Decision, event: Event, regelverk: Regelverk) -> Iterator[dict[str, Any]]:
    """By recipient; whoever was proposed by subscription alone and gets nothing is not listed (Q1).

    Nor is who is told of something else on the occasion, such as discordant assessments (R3).
    """
    by_group: dict[str, list[Entry]] = {}
    for entry in decision.entries:
        if entry.mottagare and entry.funktion not in TOLD:
            by_group.setdefault(entry.mottagare, []).append(entry)
    named = {m.id for m in event.mottagare}
    for group, entries in by_group.items():
        if entries[0].funktion == SUBSCRIBED and all(entry.verdict != DELIVERED for entry in entries):
            continue
        yield _recipient(group, entries, event, regelverk, named)


def _recipient(group: str, entries: list[Entry], event: Event, regelverk: Regelverk, named: set[str]) -> dict[str, Any]:
    enhet = regelverk.katalog.unit_of(group)
    categories = {uppgift.vag: uppgift.kategori for uppgift in event.uppgifter}
    delivered = [entry for entry in entries if entry.verdict == DELIVERED]
    return {
        "lasargrupp": group,
        "enhet": enhet.id,
        "roll": enhet.typ,
        "namngiven": enhet.id in named,
        "funktion": entries[0].funktion,
        "leverans_id": delivered[0].leverans_id if delivered else "",
        "levererat": [_carried(entry) for entry in delivered if entry.vag],
        "undanhallet": [
            {"vag": entry.vag, "kategori": categories.get(entry.vag, ""), "skal": _why(entry.reasons, nekar=True)}
            for entry in entries
            if entry.verdict != DELIVERED
        ],
        "muntligen": [entry.vag for entry in entries if orally(entry)],
        "frist": max(entry.frist for entry in entries),
    }


def _carried(entry: Entry) -> dict[str, Any]:
    return {
        "vag": entry.vag,
        "regler": sorted({reason.regel for reason in entry.reasons}),
        "grund": [{"id": grund.id, "marke": grund.marke} for grund in entry.grunder],
        "samtycken": list(entry.samtycken),
    }


def _opening(decision: Decision, event: Event, tillstand: Tillstand, regelverk: Regelverk) -> dict[str, Any]:
    body: dict[str, Any] = {"leverans_id": event.koder.get("leverans", ""), "oppna": []}
    found = find(tillstand, event)
    if found is None or not decision.deliveries:
        return body
    leverans, message = found
    shown = decision.deliveries[0]
    body |= {"meddelande": leverans.handelse_id, "slag": leverans.slag, "funktion": leverans.funktion}
    body |= {"oppna": list(shown.vagar), "muntligen": list(shown.muntligen), "markningar": list(shown.markningar)}
    body |= {"avsandare": shown.avsandare, "avsandare_roll": shown.avsandare_roll}
    if leverans.slag == CONSULTATION:
        body["koder"] = consultation_codes(message.handelse, regelverk)
    if leverans.slag == SPREAD:
        body["koder"] = spridning.codes(message.handelse, shown.kategorier)
    return body


# ------------------------------------------------------------------------------------------ inbox and notices


def inbox(decision: Decision, event: Event, position: Position, regelverk: Regelverk) -> list[InboxRow]:
    """One row a delivery; its body names neither content nor person."""
    deliveries = [delivery for delivery in decision.deliveries if delivery.slag != "oppning"]
    return [_row(nr, delivery, event, position, regelverk) for nr, delivery in enumerate(deliveries)]


def _row(nr: int, delivery: Delivery, event: Event, position: Position, regelverk: Regelverk) -> InboxRow:
    return InboxRow(
        offset=position.offset,
        nr=nr,
        lasargrupp=delivery.mottagare,
        aktor=_whose(delivery.mottagare, regelverk),
        leverans_id=delivery.leverans_id,
        arende_id=delivery.arende_id,
        handelse_id=delivery.handelse_id,
        slag=delivery.slag,
        tid=position.tid,
        person_ids=tuple(sorted(event.person_ids)),
        body=_json(_told(delivery)),
        partition=position.partition,
    )


def _whose(lasargrupp: str, regelverk: Regelverk) -> str:
    """The actor of a reader group; the hub's own is in no directory."""
    return HUB if lasargrupp == KANARIENS else regelverk.katalog.unit_of(lasargrupp).aktor


def _told(delivery: Delivery) -> dict[str, Any]:
    return {
        "slag": delivery.slag,
        "typ": delivery.typ,
        "arende": delivery.arende_id,
        "avsandare": delivery.avsandare,
        "avsandare_roll": delivery.avsandare_roll,
        "markningar": list(delivery.markningar),
        "kod": delivery.kod,
        "frist": delivery.frist,
        "avser": delivery.avser,
        "enhet": delivery.enhet,
        "enhet_roll": delivery.enhet_roll,
    }


def notices(
    decision: Decision,
    inbox_rows: Sequence[InboxRow],
    event: Event,
    before: Tillstand,
    position: Position,
    regelverk: Regelverk,
) -> list[NoticeRow]:
    """That there is something to fetch, for each recipient and for the sender whose outcome changed. Ids only."""
    if decision.upprepning:
        return []
    told = [(r.aktor, {"slag": r.slag, "leverans": r.leverans_id, "lasargrupp": r.lasargrupp}) for r in inbox_rows]
    told += [(aktor, _changed(id_)) for aktor, id_ in _outcomes(decision, event, before, regelverk)]
    return [NoticeRow(position.offset, nr, aktor, _json(body)) for nr, (aktor, body) in enumerate(told)]


def _changed(handelse_id: str) -> dict[str, str]:
    return {"slag": "utfall", "handelse": handelse_id}


def _outcomes(
    decision: Decision, event: Event, tillstand: Tillstand, regelverk: Regelverk
) -> Iterator[tuple[str, str]]:
    """Whose outcome changed: the sender's of a message, or of the message whose delivery was opened or acknowledged.

    A sender that has left the directory since is told nothing; it has no topic.
    """
    if event.typ in MESSAGES:
        yield event.aktor, event.handelse_id
    elif event.typ in (OPPNING, KVITTENS) and (found := _about_message(tillstand, event)) is not None:
        sender = regelverk.katalog.enheter.get(found[0].avsandare)
        if sender is not None:
            yield sender.aktor, found[0].handelse_id
    for handelse_id in sorted({skeende.handelse_id for skeende in decision.skeenden}):
        sender = regelverk.katalog.enheter.get(_sender(tillstand, handelse_id))
        if sender is not None:
            yield sender.aktor, handelse_id


def _about_message(tillstand: Tillstand, event: Event) -> tuple[Leverans, Meddelande] | None:
    """What an act on a delivery is about; nothing where it only told of a consent, whose outcome says nothing of it."""
    found = find(tillstand, event)
    return found if found is not None and found[0].slag != SPREAD else None


def _sender(tillstand: Tillstand, handelse_id: str) -> str:
    """The unit that sent a message, read or not, or asked a handover, of the ärenden at hand; else empty."""
    sent: dict[str, str] = {}
    for arende in tillstand.arenden.values():
        sent |= {plikt.handelse_id: plikt.vantar for plikt in arende.plikter if plikt.barare == karantan.NOBODY}
        sent |= {asked.handelse_id: asked.fran for asked in arende.overlamningar}
        sent |= {message.handelse.handelse_id: message.handelse.enhet for message in arende.meddelanden}
    return sent.get(handelse_id, "")


def delivery_events(decision: Decision, event: Event, before: Tillstand, position: Position) -> list[DeliveryEvent]:
    """The first opening of a delivery, the first kvittens of each kind, and what else a sender shall read of."""
    happened = [
        DeliveryEvent(position.offset, s.leverans_id, s.handelse_id, s.slag, position.tid) for s in decision.skeenden
    ]
    found = find(before, event) if event.typ in (OPPNING, KVITTENS) and accepted(decision) else None
    if found is None:
        return happened
    leverans = found[0]
    slag = "oppnad" if event.typ == OPPNING else str(event.koder["slag"])
    if (slag == "oppnad" and leverans.oppnad) or slag in leverans.kvitterad:
        return happened
    return [*happened, DeliveryEvent(position.offset, leverans.leverans_id, leverans.handelse_id, slag, position.tid)]
