"""The bases an item may be delivered on: legal duty, consent, nothing identifying. Each knows nothing of the others."""

from typing import Final

from samverkanshub.domain import consent
from samverkanshub.domain.actors import HALSO_SJUKVARD, SOCIALTJANST
from samverkanshub.domain.decision import Grund, Reason
from samverkanshub.domain.events import ADULT, AVVIKELSE, OROSANMALAN, RISKBEDOMNING, SIP_KALLELSE, Event
from samverkanshub.domain.fraga import NOTHING, PURPOSES, Dom, Fraga, grund_of
from samverkanshub.domain.routing import STATUTORY

PRINCIPALS: Final = frozenset({SOCIALTJANST, HALSO_SJUKVARD})
RISK_PARTNERS: Final = PRINCIPALS | {"polis"}


CONSENTED: Final = Reason("B3", "samtycke", False)
CONSENT: Final = Grund("samtycke", "B3", "P")
BY_CONSENT: Final = (Reason("R1", "genom-samtycke", False),)


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
    as_such = fraga.event.koder.get("anmalarslag") == "anmalningsskyldig"
    return as_such and fraga.avsandare.duty_bound(fraga.dag)


def _provisions(fraga: Fraga, regel: str) -> tuple[Grund, ...]:
    return tuple(sorted(grund_of(row) for row in fraga.regelverk.provisions(regel, fraga.dag)))


def b3_consent(fraga: Fraga) -> Dom:
    """B3, K1-K4, K6, K8, K9: consent in force for this item, recipient and purpose, from all who must give it."""
    if not fraga.uppgift.person_id or fraga.event.typ not in PURPOSES:
        return NOTHING
    svar = consent.ask(fraga.tillstand, fraga.fall, fraga.regelverk)
    if svar.hinder:
        return Dom(svar.hinder + _s2_others_only_by_name(fraga, svar))
    k8 = tuple(Reason("K8", grund.id, False) for grund in svar.grunder) if svar.grunder else ()
    return Dom((CONSENTED, *k8, *_r1_by_consent(fraga)), (CONSENT, *svar.grunder), svar.samtycken)


def _s2_others_only_by_name(fraga: Fraga, svar: consent.Svar) -> tuple[Reason, ...]:
    """S2: other agencies and NGOs than the two principals only if the consent names them."""
    other = fraga.event.typ == SIP_KALLELSE and fraga.kandidat.enhet.verksamhet not in PRINCIPALS
    unnamed = any(reason.kod == "samtycke-saknas" for reason in svar.hinder)
    return (Reason("S2", "namns-ej-i-samtycke", True),) if other and unnamed else ()


def _r1_by_consent(fraga: Fraga) -> tuple[Reason, ...]:
    """R1: socialtjänst, police, health care by consent; others only by consent naming them, which B3 requires."""
    partner = fraga.event.typ == RISKBEDOMNING and fraga.kandidat.enhet.verksamhet in RISK_PARTNERS
    return BY_CONSENT if partner else ()


def a1_nothing_identifying(fraga: Fraga) -> Dom:
    """A1, B4: an avvikelse's items concern nobody; intake has refused whatever would identify."""
    if fraga.event.typ == AVVIKELSE and not fraga.uppgift.person_id:
        return Dom((Reason("A1", "inget-identifierande", False),), (Grund("inget-identifierande", "B4", "policy"),))
    return NOTHING
