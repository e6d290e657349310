"""Decisions on consents and person facts: registered, or kept without effect, and who is told."""

from collections.abc import Iterator

from samverkanshub.domain import ids
from samverkanshub.domain.decision import Decision, Delivery, Entry, Reason
from samverkanshub.domain.events import (
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SKYDD,
    UNDANTAG_HAVT,
    Event,
)
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Samtycke, Tillstand

LEVELS = ("", "sekretessmarkering", "skyddad_folkbokforing", "fingerade_personuppgifter")
"""P7, from none to the strongest."""
PRESSURE = frozenset({"misstankt", "anhorig_till_misstankt"})


def decide_act(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Decision:
    """Judge a consent or a person fact. What the state contradicts is kept and grants nothing."""
    reason = _refusal(tillstand, event, regelverk) or Reason(_rule(event), f"{event.typ.replace('_', '-')}", False)
    told = () if reason.nekar else tuple(_who_had_opened(tillstand, event))
    entries = [Entry("", "", (reason,)), *(_told(delivery) for delivery in told)]
    return Decision(
        handelse_id=event.handelse_id,
        typ=event.typ,
        aktor=event.aktor,
        regelverk=regelverk.digest,
        entries=tuple(sorted(entries)),
        deliveries=told,
    )


def _rule(event: Event) -> str:
    rules = {SKYDD: "P6", "vardnad": "K8", "misstankt": "F1", "hushall": "P6", UNDANTAG_HAVT: "K3"}
    withdrawn = {SAMTYCKE_ATERKALLAT: "K4", SAMTYCKE_MAKULERAT: "K4", SAMTYCKE_ANDRAT: "K9"}
    return {**rules, **withdrawn}.get(event.typ, "K1")


def _refusal(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Reason | None:
    if event.typ in (SAMTYCKE_ANDRAT, SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT) and consent_of(tillstand, event) is None:
        return Reason("K4", "okant-samtycke", True)
    if event.typ == UNDANTAG_HAVT and not is_free(tillstand, event):
        return Reason("K11", "samtycke-ej-fritt", True)
    if event.typ == SKYDD and _lowers(tillstand, event) and not may_lower(event, regelverk):
        return Reason("P6", "far-ej-sankas", True)
    return None


def consent_of(tillstand: Tillstand, event: Event) -> Samtycke | None:
    """The consent that an event changes or ends, among those of the person it names."""
    registered = event.exposed
    if registered is None:
        return None
    consents = tillstand.person(registered.person_id).samtycken
    return next((s for s in consents if s.id == event.koder.get("samtycke")), None)


def is_free(tillstand: Tillstand, event: Event) -> bool:
    """K11: given in private, with no suspected person or relative of theirs present or interpreting."""
    present = {*event.koder.get("narvarande", ()), event.koder.get("tolk")}
    return bool(event.koder.get("enskilt")) and not present & PRESSURE


def _lowers(tillstand: Tillstand, event: Event) -> bool:
    registered = event.exposed
    present = tillstand.person(registered.person_id).skydd if registered else ""
    return LEVELS.index(level(event)) < LEVELS.index(present)


def level(event: Event) -> str:
    """P7: the level a protection event sets; empty for none."""
    named = str(event.koder.get("niva", ""))
    return "" if named == "ingen" else named


def may_lower(event: Event, regelverk: Regelverk) -> bool:
    """P6: only socialtjänst, or population-register data passed on by it, lower a protection, and not provisionally."""
    enhet = regelverk.katalog.enheter.get(event.enhet)
    social = enhet is not None and enhet.verksamhet == "socialtjanst"
    return social and not event.koder.get("provisoriskt")


def _who_had_opened(tillstand: Tillstand, event: Event) -> Iterator[Delivery]:
    """K4: who had opened something about the person is told of the withdrawal."""
    if event.typ not in (SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT) or event.exposed is None:
        return
    told = set()
    for arende in (tillstand.arenden[id_] for id_ in tillstand.person(event.exposed.person_id).berorda):
        for leverans in arende.leveranser:
            if leverans.oppnad and leverans.mottagare not in told:
                told.add(leverans.mottagare)
                yield _notice(event, leverans.mottagare, arende.arende_id)


def _notice(event: Event, lasargrupp: str, arende_id: str) -> Delivery:
    return Delivery(
        leverans_id=ids.delivery_id(event.handelse_id, lasargrupp, "andring"),
        mottagare=lasargrupp,
        slag="andring",
        arende_id=arende_id,
        handelse_id=event.handelse_id,
        typ=event.typ,
        avsandare_roll="",
        kod=event.typ.replace("_", "-"),
    )


def _told(delivery: Delivery) -> Entry:
    return Entry(delivery.mottagare, "", (Reason("K4", "underrattas", False),), "notis", (), (), delivery.leverans_id)
