"""Decisions on consents and person facts: registered, or kept without effect, and who is told."""

from collections.abc import Iterator

from samverkanshub.domain import ids
from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.consent import covers, guardian_is_suspected
from samverkanshub.domain.decision import Decision, Delivery, Entry, Reason
from samverkanshub.domain.events import (
    HUSHALL,
    MISSTANKT,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SKYDD,
    UNDANTAG_HAVT,
    VARDNAD,
    Event,
    Person,
)
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import STATUTORY
from samverkanshub.domain.rules import PURPOSES
from samverkanshub.domain.state import Leverans, Samtycke, Tillstand

LEVELS = ("", "sekretessmarkering", "skyddad_folkbokforing", "fingerade_personuppgifter")
"""P7, from none to the strongest."""
DECIDED = frozenset({"domstol", "socialnamnd"})
ADDED = "hushall-tillagt"
"""P6: a household from a unit that may not lower a protection adds to what is known and takes nobody out."""
PRESSURE = frozenset({"misstankt", "anhorig_till_misstankt"})


def decide_act(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Decision:
    """Judge a consent or a person fact. What the state contradicts is kept and grants nothing."""
    reason = _refusal(tillstand, event, regelverk) or Reason(_rule(event), _code(event, regelverk), False)
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


def _code(event: Event, regelverk: Regelverk) -> str:
    if event.typ == HUSHALL and not may_lower(event, regelverk):
        return ADDED
    return event.typ.replace("_", "-")


def _rule(event: Event) -> str:
    rules = {SKYDD: "P6", "vardnad": "K8", "misstankt": "F1", "hushall": "P6", UNDANTAG_HAVT: "K3"}
    withdrawn = {SAMTYCKE_ATERKALLAT: "K4", SAMTYCKE_MAKULERAT: "K4", SAMTYCKE_ANDRAT: "K9"}
    return {**rules, **withdrawn}.get(event.typ, "K1")


def _refusal(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Reason | None:
    if event.typ in (SAMTYCKE_ANDRAT, SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT):
        return _earlier_consent(tillstand, event, regelverk)
    if event.typ == UNDANTAG_HAVT and not is_free(event):
        return Reason("K11", "samtycke-ej-fritt", True)
    if event.typ == UNDANTAG_HAVT and _suspected_guardian(tillstand, event):
        return Reason("K8", "vardnadshavare-misstankt", True)
    if event.typ == MISSTANKT and event.koder.get("borttagen") and not _own_suspicion(tillstand, event):
        return Reason("F1", "ingen-egen-registrering", True)
    if event.typ == VARDNAD and _drops_suspect(tillstand, event):
        return Reason("K8", "vardnadshavare-misstankt", True)
    return None


def _suspected_guardian(tillstand: Tillstand, event: Event) -> bool:
    """K8: a suspected guardian's word counts for nothing."""
    child = tillstand.person(subject(event).person_id)
    return any(guardian_is_suspected(tillstand, child, p.person_id) for p in event.with_role("vardnadshavare"))


def _own_suspicion(tillstand: Tillstand, event: Event) -> bool:
    """F1: an actor removes what it registered itself; whether another has registered one is not told."""
    known = tillstand.person(subject(event).person_id).misstankta
    named = {person.person_id for person in event.with_role("misstankt")}
    return any(m.misstankt in named and m.aktor == event.aktor for m in known)


def _drops_suspect(tillstand: Tillstand, event: Event) -> bool:
    """K8: a suspected guardian is replaced only by a listed ground, a decision; population data alone is none."""
    child = tillstand.person(subject(event).person_id)
    dropped = set(child.vardnadshavare) - event.person_ids
    settled = event.koder.get("kalla") in DECIDED or bool(event.koder.get("provisoriskt"))
    return not settled and any(guardian_is_suspected(tillstand, child, guardian) for guardian in dropped)


def _earlier_consent(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Reason | None:
    """K4: of that person; only who registered it changes or annuls it; what was withdrawn or annulled never revives."""
    samtycke = consent_of(tillstand, event)
    if samtycke is None:
        # The log may come to the consent later than to its end: that is then what it is born with.
        return Reason("K4", "okant-samtycke", True) if event.typ == SAMTYCKE_ANDRAT else None
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
    ended = _ended_by(tillstand, event)
    told = set()
    berorda = tillstand.person(subject(event).person_id).berorda if ended else ()
    for arende in (tillstand.arenden[id_] for id_ in berorda):
        for leverans in arende.leveranser:
            under = any(_opened_under(samtycke, leverans, regelverk.katalog) for samtycke in ended)
            if leverans.mottagare not in told and under:
                told.add(leverans.mottagare)
                yield _notice(event, leverans.mottagare, arende.arende_id)


def _ended_by(tillstand: Tillstand, event: Event) -> list[Samtycke]:
    """The consents that the event ends: a withdrawal the whole chain of changes, an annulment the one it names."""
    named = consent_of(tillstand, event) if event.typ in (SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT) else None
    if named is None:
        return []
    if event.typ == SAMTYCKE_MAKULERAT:
        return [named]
    return [s for s in tillstand.person(subject(event).person_id).samtycken if s.kedja == named.kedja]


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
