"""The rules on one item to one recipient: each a named function with its id from RULES.md.

A rule looks at a `Fraga` and answers with reasons. Nothing here knows of any other rule's answer, except `judge`, which
gathers them and applies B5, the order between them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import consent
from samverkanshub.domain.actors import BARNAHUS, HALSO_SJUKVARD, SOCIALTJANST
from samverkanshub.domain.decision import Grund, Reason
from samverkanshub.domain.events import (
    ADULT,
    AVVIKELSE,
    MEETING,
    NEVER_TO_PERPETRATORS_READERS,
    OROSANMALAN,
    RISKBEDOMNING,
    SIP_KALLELSE,
    WHEREABOUTS,
    Event,
    Uppgift,
)
from samverkanshub.domain.protection import declares_protection, is_frozen, is_protected, suspects
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.routing import STATUTORY, Kandidat
from samverkanshub.domain.state import Tillstand
from samverkanshub.domain.tid import in_force, swedish_day

PURPOSES: Final = {
    SIP_KALLELSE: "sip",
    RISKBEDOMNING: "riskbedomning",
    OROSANMALAN: "barnskydd",
    AVVIKELSE: "kvalitet",
}
"""K6: the one purpose whose consent serves a message type."""
PRINCIPALS: Final = frozenset({SOCIALTJANST, HALSO_SJUKVARD})
RISK_PARTNERS: Final = PRINCIPALS | {"polis"}


@dataclass(frozen=True, slots=True)
class Fraga:
    """The question: may this item of this event go to this recipient, at this time (ms), in this state?"""

    tillstand: Tillstand
    regelverk: Regelverk
    event: Event
    tid: int
    kandidat: Kandidat
    uppgift: Uppgift

    @property
    def aldersklass(self) -> str:
        """The age class of the person the item concerns, as the event carries it."""
        found = [p.aldersklass for p in self.event.personer if p.person_id == self.uppgift.person_id]
        return found[0] if found else "okand"

    @property
    def fall(self) -> consent.Fall:
        """The question as consent hears it."""
        purpose, suspected = PURPOSES[self.event.typ], suspects(self.tillstand, self.event)
        return consent.Fall(self.uppgift, self.aldersklass, purpose, self.kandidat.enhet.id, self.tid, suspected)

    @property
    def skyddad(self) -> bool:
        """P6: is the item's person protected, or, unless the item is a suspect's own, the person the event is about?"""
        if is_protected(self.tillstand, self.uppgift.person_id):
            return True
        exposed = self.event.exposed
        if declares_protection(self.event) and self.uppgift.person_id not in suspects(self.tillstand, self.event):
            return True
        own = self.uppgift.person_id in suspects(self.tillstand, self.event)
        return exposed is not None and not own and is_protected(self.tillstand, exposed.person_id)


@dataclass(frozen=True, slots=True)
class Dom:
    """What the rules say together: reasons sorted, the bases and consents that carry."""

    reasons: tuple[Reason, ...]
    grunder: tuple[Grund, ...] = ()
    samtycken: tuple[str, ...] = ()


NOTHING: Final = Dom(())


# ------------------------------------------------------------------------------------------ bases


def b1_legal_duty(fraga: Fraga) -> Dom:
    """B1: a report about somebody under 18 reaches its statutory recipient; no consent is asked, none stops it.

    SoL (2025:400) 19 kap. 1 §, before 2025-07-01 SoL (2001:453) 14 kap. 1 §; OSL 10 kap. 28 §. An unknown age counts as
    a child's: a report never waits for machinery.
    """
    if fraga.event.typ != OROSANMALAN or fraga.kandidat.funktion != STATUTORY:
        return NOTHING
    if report_concerns_adult(fraga.event):
        return Dom((Reason("B1", "ej-barn", True),))
    if not is_duty_bound(fraga):
        return Dom((Reason("B1", "rekommendation", False),), (Grund("rekommendation", "B1", "policy"),))
    return Dom((Reason("B1", "lagstadgad-skyldighet", False),), _provisions(fraga, "B1"))


def report_concerns_adult(event: Event) -> bool:
    """B1: is the one reported known to be 18 or older?"""
    exposed = event.exposed
    return exposed is not None and exposed.aldersklass == ADULT


def is_duty_bound(fraga: Fraga) -> bool:
    """B1: is the sending unit on the dated list of those who must report?"""
    enhet = fraga.regelverk.katalog.enheter.get(fraga.event.enhet)
    as_such = fraga.event.koder.get("anmalarslag") == "anmalningsskyldig"
    return as_such and enhet is not None and enhet.duty_bound(swedish_day(fraga.tid).isoformat())


def _provisions(fraga: Fraga, regel: str) -> tuple[Grund, ...]:
    dag = swedish_day(fraga.tid)
    found = [
        b for b in fraga.regelverk.bestammelser if b.regel == regel and in_force(dag, b.giltig_fran, b.giltig_till)
    ]
    return tuple(sorted(Grund(b.id, b.regel, b.marke, b.giltig_fran, b.giltig_till) for b in found))


def b3_consent(fraga: Fraga) -> Dom:
    """B3, K1-K4, K6, K8, K9: consent in force for this item, recipient and purpose, from all who must give it."""
    if not fraga.uppgift.person_id:
        return NOTHING
    svar = consent.ask(fraga.tillstand, fraga.fall, fraga.regelverk)
    if svar.hinder:
        return Dom(svar.hinder + _s2_others_only_by_name(fraga, svar))
    k8 = (Reason("K8", grund.id, False) for grund in svar.grunder)
    reasons = (Reason("B3", "samtycke", False), *k8, *_r1_by_consent(fraga))
    return Dom(reasons, (Grund("samtycke", "B3", "P"), *svar.grunder), svar.samtycken)


def _s2_others_only_by_name(fraga: Fraga, svar: consent.Svar) -> tuple[Reason, ...]:
    """S2: other agencies and NGOs than the two principals only if the consent names them."""
    other = fraga.event.typ == SIP_KALLELSE and fraga.kandidat.enhet.verksamhet not in PRINCIPALS
    unnamed = any(reason.kod == "samtycke-saknas" for reason in svar.hinder)
    return (Reason("S2", "namns-ej-i-samtycke", True),) if other and unnamed else ()


def _r1_by_consent(fraga: Fraga) -> tuple[Reason, ...]:
    """R1: socialtjänst, police, health care by consent; others only by consent naming them, which B3 requires."""
    partner = fraga.event.typ == RISKBEDOMNING and fraga.kandidat.enhet.verksamhet in RISK_PARTNERS
    return (Reason("R1", "genom-samtycke", False),) if partner else ()


def a1_nothing_identifying(fraga: Fraga) -> Dom:
    """A1, B4: an avvikelse's items concern nobody; intake has refused whatever would identify."""
    if fraga.event.typ == AVVIKELSE and not fraga.uppgift.person_id:
        return Dom((Reason("A1", "inget-identifierande", False),), (Grund("inget-identifierande", "B4", "policy"),))
    return NOTHING


# ------------------------------------------------------------------------------------------ hindrances


def b7_frozen(fraga: Fraga) -> tuple[Reason, ...]:
    """B7: a record about the person could not be read, so that every basis but B1 denies."""
    exposed = fraga.event.exposed
    concerned = {fraga.uppgift.person_id, exposed.person_id if exposed else ""} - {""}
    for state in [fraga.tillstand.person(person_id) for person_id in sorted(concerned)]:
        # What was not read may have said who is protected, suspected or a guardian among those close to them.
        concerned |= {*state.hushall, *state.vardnadshavare, *(m.misstankt for m in state.misstankta)}
    return (Reason("B7", "person-fryst", True),) if is_frozen(fraga.tillstand, concerned) else ()


def k3_exemption(fraga: Fraga) -> tuple[Reason, ...]:
    """K3: the person has exempted the category, the item or the recipient, whatever consents say."""
    hit = consent.exempted(fraga.tillstand, fraga.fall, fraga.regelverk)
    return (Reason("K3", "undantag", True),) if hit else ()


def p1_told_orally(fraga: Fraga) -> tuple[Reason, ...]:
    """P1: time and place of meetings are told orally where somebody is protected (Agreement, SIP)."""
    hit = fraga.uppgift.kategori in MEETING and fraga.skyddad
    return (Reason("P1", "meddelas-muntligen", True),) if hit else ()


def p2_whereabouts(fraga: Fraga) -> tuple[Reason, ...]:
    """P2: home, contact, school and work go to nobody but a statutory recipient and the unit that holds the ärende."""
    if fraga.uppgift.kategori not in WHEREABOUTS or not fraga.skyddad or _holds_arende(fraga):
        return ()
    return (Reason("P2", "skyddad-vistelse", True),)


def _holds_arende(fraga: Fraga) -> bool:
    """The socialtjänst unit that has taken the ärende over and was trusted with it by law, or opened it itself.

    Taking over what one was merely called to does not lift P2: that would be to let oneself in.
    """
    arende = fraga.tillstand.arenden.get(fraga.event.arende_id)
    enhet = fraga.kandidat.enhet
    if arende is None or enhet.verksamhet != SOCIALTJANST or arende.ansvarig != enhet.id:
        return False
    opened = bool(arende.meddelanden) and arende.meddelanden[0].handelse.enhet == enhet.id
    groups = {grupp.id for grupp in fraga.regelverk.katalog.groups_of(enhet.id)}
    return opened or any(lev.funktion == STATUTORY and lev.mottagare in groups for lev in arende.leveranser)


def p3_limited_circle(fraga: Fraga) -> tuple[Reason, ...]:
    """P3: only recipients registered with a limited circle of readers get identified items."""
    hit = bool(fraga.uppgift.person_id) and fraga.skyddad and not fraga.kandidat.grupp.begransad_krets
    return (Reason("P3", "ej-begransad-krets", True),) if hit else ()


def v1_perpetrators_readers(fraga: Fraga) -> tuple[Reason, ...]:
    """V1: whereabouts, contact, protection never reach readers who work with the perpetrator, whatever consents."""
    sensitive = fraga.uppgift.kategori in NEVER_TO_PERPETRATORS_READERS
    hit = fraga.kandidat.grupp.arbetar_med_utovare and sensitive and not _perpetrators_own(fraga)
    return (Reason("V1", "arbetar-med-utovare", True),) if hit else ()


def _perpetrators_own(fraga: Fraga) -> bool:
    """V2: the suspect's own item, unless somebody is suspected of having exposed the suspect in turn."""
    person_id = fraga.uppgift.person_id
    return person_id in suspects(fraga.tillstand, fraga.event) and not fraga.tillstand.person(person_id).misstankta


def o2_each_authority(fraga: Fraga) -> tuple[Reason, ...]:
    """O2: identified content is judged per participating authority, never for Barnahus as one."""
    hit = bool(fraga.uppgift.person_id) and fraga.kandidat.enhet.typ == BARNAHUS
    return (Reason("O2", "ej-barnahus-som-en", True),) if hit else ()


def v4_suspect_not_called(fraga: Fraga) -> tuple[Reason, ...]:
    """V4: a suspected guardian or relative is never called: its identity in a summons goes nowhere."""
    identity = fraga.event.typ == SIP_KALLELSE and fraga.uppgift.kategori == "identitet"
    hit = identity and fraga.uppgift.person_id in suspects(fraga.tillstand, fraga.event)
    return (Reason("V4", "misstankt-kallas-ej", True),) if hit else ()


BASES: Final[tuple[Callable[[Fraga], Dom], ...]] = (a1_nothing_identifying, b3_consent)
HINDRANCES: Final[tuple[Callable[[Fraga], tuple[Reason, ...]], ...]] = (
    b7_frozen,
    k3_exemption,
    o2_each_authority,
    p1_told_orally,
    p2_whereabouts,
    p3_limited_circle,
    v1_perpetrators_readers,
    v4_suspect_not_called,
)


def judge(fraga: Fraga) -> Dom:
    """B5, the order: nothing stops B1 (V1 decides which of the unit's readers open); P, V and K3 beat B3.

    Without any basis the item is withheld (B0), which the reasons of the failed bases say.
    """
    duty = b1_legal_duty(fraga)
    if duty.reasons:
        return Dom(tuple(sorted({*duty.reasons, *v1_perpetrators_readers(fraga)})), duty.grunder)
    found = [basis(fraga) for basis in BASES]
    hinder = {reason for rule in HINDRANCES for reason in rule(fraga)}
    carrying = [dom for dom in found if any(not reason.nekar for reason in dom.reasons)]
    chosen = carrying or found
    reasons = hinder | {reason for dom in chosen for reason in dom.reasons}
    if not reasons:
        reasons = {Reason("B0", "samtycke-saknas", True)}
    grunder = tuple(sorted({grund for dom in carrying for grund in dom.grunder}))
    return Dom(tuple(sorted(reasons)), grunder, tuple(sorted({s for dom in carrying for s in dom.samtycken})))
