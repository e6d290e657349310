"""Decisions on consents and person facts: registered, or kept without effect, and who is told."""

from samverkanshub.domain.actors import SOCIALTJANST
from samverkanshub.domain.consent_form import oral_belongs_in_joint_record
from samverkanshub.domain.decision import Decision, Entry, Reason, in_order
from samverkanshub.domain.ended import (
    delivered_under,
    ended_by,
    incidents,
    notices,
    told_before,
    told_entries,
    without_basis,
)
from samverkanshub.domain.events import (
    BESLUT_OM_BARN,
    FORETRADARE,
    HUSHALL,
    MISSTANKT,
    MOGNAD,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_ATERKALLAT,
    SAMTYCKE_MAKULERAT,
    SAMTYCKE_NEKAT,
    SKYDD,
    UNDANTAG_ANMALT,
    UNDANTAG_HAVT,
    UTREDNING,
    VARDNAD,
    Event,
    Person,
)
from samverkanshub.domain.frihet import named_present, pressing, said_free
from samverkanshub.domain.givare import guardian_is_suspected
from samverkanshub.domain.misstanke import opened_on_consent, review_entries, to_review
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Samtycke, Tillstand

LEVELS = ("", "sekretessmarkering", "skyddad_folkbokforing", "fingerade_personuppgifter")
"""P7, from none to the strongest."""
DECIDED = frozenset({"domstol", "socialnamnd"})
UNKNOWN = Reason("K4", "okant-samtycke", True)
NOT_OWN = Reason("K4", "annans-registrering", True)
ADDED = "hushall-tillagt"
"""P6: a household from a unit that may not lower a protection adds to what is known and takes nobody out."""
RULES = {
    **{SKYDD: "P6", HUSHALL: "P6", MISSTANKT: "F1"},
    **dict.fromkeys((VARDNAD, MOGNAD, BESLUT_OM_BARN, FORETRADARE), "K8"),
    **{SAMTYCKE_ATERKALLAT: "K4", SAMTYCKE_MAKULERAT: "K4", SAMTYCKE_ANDRAT: "K9"},
    **{UNDANTAG_ANMALT: "K3", UNDANTAG_HAVT: "K3", SAMTYCKE_NEKAT: "B0", UTREDNING: "B2"},
}
"""The rule that takes each kind of act; a consent given is K1's."""


def decide_act(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Decision:
    """Judge a consent or a person fact. What the state contradicts is kept and grants nothing."""
    reason = _refusal(tillstand, event, regelverk) or Reason(_rule(event), _code(event, regelverk), False)
    ended = [] if reason.nekar else ended_by(tillstand, event)
    under = delivered_under(tillstand, event, ended, regelverk.katalog)
    told = tuple(notices(event, under, told_before(tillstand, event, ended)))
    rested = [] if reason.nekar else opened_on_consent(tillstand, event, regelverk.katalog)
    wrong = without_basis(event, ended, under)
    silent = None if reason.nekar else why_nothing_lifted(tillstand, event)
    own = tuple(sorted({reason, silent or reason}))
    entries = [Entry("", "", own), *told_entries(told), *incidents(ended, wrong), *review_entries(rested)]
    return Decision(
        handelse_id=event.handelse_id,
        typ=event.typ,
        aktor=event.aktor,
        regelverk=regelverk.digest,
        entries=in_order(entries),
        deliveries=told,
        hints=tuple(oral_belongs_in_joint_record(event)),
        skeenden=to_review([*(one.leverans for one in rested), *(lev for lev in wrong if lev.oppnad)]),
    )


def _code(event: Event, regelverk: Regelverk) -> str:
    if event.typ == HUSHALL and not may_lower(event, regelverk):
        return ADDED
    return event.typ.replace("_", "-")


def _rule(event: Event) -> str:
    return RULES.get(event.typ, "K1")


def _refusal(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Reason | None:
    if event.typ in (SAMTYCKE_ANDRAT, SAMTYCKE_ATERKALLAT, SAMTYCKE_MAKULERAT):
        return _earlier_consent(tillstand, event, regelverk)
    if event.typ == UNDANTAG_HAVT and not said_free(event):
        return Reason("K11", "samtycke-ej-fritt", True)
    if event.typ == MISSTANKT and event.koder.get("borttagen") and not _own_suspicion(tillstand, event):
        return Reason("F1", "ingen-egen-registrering", True)
    if event.typ == VARDNAD and _drops_suspect(tillstand, event):
        return Reason("K8", "vardnadshavare-misstankt", True)
    return None


def why_nothing_lifted(tillstand: Tillstand, event: Event) -> Reason | None:
    """K3, K8, K11: why a lifting lifts nothing, by whom others have registered as suspected.

    V6: for the decision record alone. It is taken as any other, since to refuse it would tell its sender.
    """
    if event.typ != UNDANTAG_HAVT:
        return None
    person = tillstand.person(subject(event).person_id)
    if not pressing(tillstand, person).isdisjoint(named_present(event)):
        return Reason("K11", "misstankt-narvarande", False)
    return Reason("K8", "vardnadshavare-misstankt", False) if _suspected_guardian(tillstand, event) else None


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
        return _earlier_exemption(tillstand, event, regelverk)
    if event.typ == SAMTYCKE_ATERKALLAT:
        return None
    if not _own(samtycke.registrerad_av, event, regelverk):
        return NOT_OWN
    if event.typ == SAMTYCKE_ANDRAT and (samtycke.aterkallat or samtycke.makulerat):
        return Reason("K4", "samtycke-aterkallat", True)
    return None


def _earlier_exemption(tillstand: Tillstand, event: Event, regelverk: Regelverk) -> Reason | None:
    """K3, K4: an exemption alone is annulled by who registered it; a withdrawal lifts none, nor is it changed."""
    exempted = tillstand.person(subject(event).person_id).undantag
    named = [undantag for undantag in exempted if undantag.registrering == event.koder.get("samtycke")]
    if event.typ == SAMTYCKE_ANDRAT or (named and event.typ == SAMTYCKE_ATERKALLAT):
        return UNKNOWN
    # The log may come to a consent later than to its end: that is then what it is born with.
    return None if all(_own(undantag.registrerad_av, event, regelverk) for undantag in named) else NOT_OWN


def _own(registrerad_av: str, event: Event, regelverk: Regelverk) -> bool:
    registrar = regelverk.katalog.enheter.get(registrerad_av)
    return registrar is not None and registrar.aktor == event.aktor


def subject(event: Event) -> Person:
    """Whom the event registers something about; intake and the gate refuse an event without one (V3)."""
    about = event.exposed
    assert about is not None
    return about


def consent_of(tillstand: Tillstand, event: Event) -> Samtycke | None:
    """The consent that an event changes or ends, among those of the person it names."""
    consents = tillstand.person(subject(event).person_id).samtycken
    return next((s for s in consents if s.id == event.koder.get("samtycke")), None)


def level(event: Event) -> str:
    """P7: the level a protection event sets; empty for none."""
    named = str(event.koder.get("niva", ""))
    return "" if named == "ingen" else named


def may_lower(event: Event, regelverk: Regelverk) -> bool:
    """P6: only socialtjänst, or population-register data passed on by it, take somebody out of a household."""
    return regelverk.katalog.enheter[event.enhet].verksamhet == SOCIALTJANST
