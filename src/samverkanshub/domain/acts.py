"""Decisions on consents and person facts: registered, or kept without effect, and who is told."""

from collections.abc import Iterator

from samverkanshub.domain import ids
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.consent import covers
from samverkanshub.domain.decision import Decision, Delivery, Entry, Reason
from samverkanshub.domain.events import (
    HUSHALL,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SKYDD,
    UNDANTAG_HAVT,
    Event,
    Person,
)
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.state import Leverans, Samtycke, Tillstand

LEVELS = ("", "sekretessmarkering", "skyddad_folkbokforing", "fingerade_personuppgifter")
"""P7, from none to the strongest."""
PRESSURE = frozenset({"misstankt", "anhorig_till_misstankt"})


def decide_act(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Decision:
    """Judge a consent or a person fact. What the state contradicts is kept and grants nothing."""
    reason = _refusal(tillstand, event, regelverk) or Reason(_rule(event), f"{event.typ.replace('_', '-')}", False)
    told = () if reason.nekar else tuple(_who_had_opened(tillstand, event, regelverk))
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
    if event.typ in (SAMTYCKE_ANDRAT, SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT):
        return _earlier_consent(tillstand, event, regelverk)
    if event.typ == UNDANTAG_HAVT and not is_free(event):
        return Reason("K11", "samtycke-ej-fritt", True)
    if _lowers(tillstand, event) and not may_lower(event, regelverk):
        return Reason("P6", "far-ej-sankas", True)
    return None


def _earlier_consent(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Reason | None:
    """K4: of that person; only who registered it changes or annuls it; what was withdrawn or annulled never revives."""
    samtycke = consent_of(tillstand, event)
    if samtycke is None:
        return Reason("K4", "okant-samtycke", True)
    if event.typ == SAMTYCKE_ATERKALLAT:
        return None
    registrar = regelverk.katalog.enheter.get(samtycke.registrerad_av)
    if registrar is None or registrar.aktor != event.aktor:
        return Reason("K4", "annans-registrering", True)
    if event.typ == SAMTYCKE_ANDRAT and (samtycke.aterkallat or samtycke.makulerat):
        return Reason("K4", "samtycke-aterkallat", True)
    return None


def subject(event: Event) -> Person:
    """Whom the event registers something about; intake and the gate refuse an event without one (V3)."""
    about = event.exposed
    assert about is not None
    return about


def consent_of(tillstand: Tillstand, event: Event) -> Samtycke | None:
    """The consent that an event changes or ends, among those of the person it names."""
    consents = tillstand.person(subject(event).person_id).samtycken
    return next((s for s in consents if s.id == event.koder.get("samtycke")), None)


def is_free(event: Event) -> bool:
    """K11: given in private, with no suspected person or relative of theirs present or interpreting."""
    present = {*event.koder.get("narvarande", ()), event.koder.get("tolk")}
    return bool(event.koder.get("enskilt")) and not present & PRESSURE


def _lowers(tillstand: Tillstand, event: Event) -> bool:
    """P6: to a lower level, or by taking somebody out of a household that protects."""
    if event.typ == HUSHALL:
        return any(_parted(tillstand, person_id, event) for person_id in event.person_ids)
    if event.typ != SKYDD:
        return False
    present = tillstand.person(subject(event).person_id).skydd
    return LEVELS.index(level(event)) < LEVELS.index(present)


def _parted(tillstand: Tillstand, person_id: str, event: Event) -> bool:
    person = tillstand.person(person_id)
    parted = set(person.hushall) - event.person_ids
    return any(tillstand.person(one).skydd for one in ({person_id} if parted else set()) | parted)


def level(event: Event) -> str:
    """P7: the level a protection event sets; empty for none."""
    named = str(event.koder.get("niva", ""))
    return "" if named == "ingen" else named


def may_lower(event: Event, regelverk: Regelverk) -> bool:
    """P6: only socialtjänst, or population-register data passed on by it, lower a protection, and not provisionally."""
    enhet = regelverk.katalog.enheter.get(event.enhet)
    social = enhet is not None and enhet.verksamhet == "socialtjanst"
    return social and not event.koder.get("provisoriskt")


def _who_had_opened(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Iterator[Delivery]:
    """K4: who had opened something that the consent covers is told that it has ended; nobody else is (K7)."""
    samtycke = consent_of(tillstand, event) if event.typ in (SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT) else None
    if samtycke is None:
        return
    told = set()
    for arende in (tillstand.arenden[id_] for id_ in tillstand.person(subject(event).person_id).berorda):
        for leverans in arende.leveranser:
            if leverans.mottagare not in told and _opened_under(samtycke, leverans, regelverk.katalog):
                told.add(leverans.mottagare)
                yield _notice(event, leverans.mottagare, arende.arende_id)


def _opened_under(samtycke: Samtycke, leverans: Leverans, katalog: Katalog) -> bool:
    """Opened, of the consent's purpose, by a recipient that it names and that the law did not name first (B1)."""
    served = PURPOSES[leverans.typ] == samtycke.andamal and leverans.funktion != STATUTORY
    grupp = katalog.lasargrupper.get(leverans.mottagare)
    return bool(leverans.oppnad) and served and grupp is not None and covers(samtycke, grupp.enhet, katalog)


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
