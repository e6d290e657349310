"""The bases that are rows of the legal catalogue: secrecy-breaking provisions (B2) and inner secrecy (B6).

The catalogue says what a provision permits, to whom and on which conditions; here it is asked of the law of the day.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from samverkanshub.domain.actors import Enhet, Katalog
from samverkanshub.domain.bases import PRINCIPALS, RISK_PARTNERS
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import ADULT, KONTAKTFORMEDLING, RISKBEDOMNING, SIP_KALLELSE, UPPGIFT_TILL_UTREDNING
from samverkanshub.domain.fraga import NOTHING, Dom, Fraga, grund_of
from samverkanshub.domain.givare import is_child
from samverkanshub.domain.regelverk import Bestammelse

BY_LAW_TO: Final[Mapping[str, frozenset[str]]] = {
    RISKBEDOMNING: RISK_PARTNERS,
    SIP_KALLELSE: PRINCIPALS,
    KONTAKTFORMEDLING: frozenset(),
}
"""R1, S2, N1: the recipients' verksamheter that a type may reach by law; others only by a consent that names them."""
MISSING: Final = "villkor-saknas-"
"""Followed by the condition that the sender has not attested."""


# ------------------------------------------------------------------------------------------ B2


def b2_provision(fraga: Fraga) -> Dom:
    """B2: the secrecy-breaking provision that the sender invokes, in the wording of the day, every condition attested.

    OSL 10 kap. 18 c, 21, 23, 24 §§, 25 kap. 12 §, 26 kap. 9 §; polislagen 6 §; the duty to inform a child
    investigation. What fails says why: not in force, another flow, or each condition that is missing.
    """
    if not invoked(fraga) or not fraga.uppgift.person_id:
        return NOTHING
    row = _row(fraga)
    if row is None:
        return _fails("B2", ["bestammelse-ej-i-kraft"])
    codes = list(_other_flow(fraga, row)) or list(_conditions(fraga, row))
    if codes:
        return _fails("B2", codes)
    return Dom((Reason("B2", "sekretessbrytande-bestammelse", False), *_r1_by_law(fraga)), (grund_of(row),))


def invoked(fraga: Fraga) -> str:
    """B2: the id of the provision that the sender relies on; empty where it names none."""
    return str((fraga.event.koder.get("grund") or {}).get("bestammelse", ""))


def _row(fraga: Fraga) -> Bestammelse | None:
    return next((row for row in _rows(fraga) if row.id == invoked(fraga)), None)


def _rows(fraga: Fraga) -> tuple[Bestammelse, ...]:
    return fraga.regelverk.provisions("B2", fraga.dag)


def _fails(regel: str, codes: list[str]) -> Dom:
    return Dom(tuple(sorted(Reason(regel, kod, True) for kod in codes)))


def _other_flow(fraga: Fraga, row: Bestammelse) -> Iterator[str]:
    """B2: each provision has its own senders, recipients, categories and types of message."""
    if not row.goes(fraga.avsandare.verksamhet, fraga.kandidat.enhet.verksamhet):
        yield "bestammelse-fel-riktning"
    if not row.concerns(fraga.uppgift.kategori):
        yield "bestammelse-fel-kategori"
    if not row.serves(fraga.event.typ):
        yield "bestammelse-fel-typ"
    if not _bodies(fraga, row):
        yield "bestammelse-ej-for-enskilda"
    if _only_by_consent(fraga):
        yield "endast-genom-samtycke"


def _bodies(fraga: Fraga, row: Bestammelse) -> bool:
    """OSL binds authorities; a private body is bound by other law, unless the row says that it is covered."""
    return row.enskilda or (fraga.avsandare.offentlig and fraga.kandidat.enhet.offentlig)


def _only_by_consent(fraga: Fraga) -> bool:
    """R1, S2, N1: does the type reach this kind of recipient only by a consent that names it?"""
    reached = BY_LAW_TO.get(fraga.event.typ)
    return reached is not None and fraga.kandidat.enhet.verksamhet not in reached


def _r1_by_law(fraga: Fraga) -> tuple[Reason, ...]:
    """R1: socialtjänst, police and health care share a risk assessment by consent or a provision."""
    return (Reason("R1", "genom-bestammelse", False),) if fraga.event.typ == RISKBEDOMNING else ()


# ------------------------------------------------------------------------------------------ B2, conditions


def _conditions(fraga: Fraga, row: Bestammelse) -> Iterator[str]:
    """B2: the sender attests each condition; what the hub itself knows better is not believed."""
    attested = frozenset(fraga.event.koder["grund"].get("villkor") or ())
    for villkor in row.villkor:
        if villkor not in attested:
            yield f"{MISSING}{villkor}"
    yield from _contradicted(fraga, row)


def _contradicted(fraga: Fraga, row: Bestammelse) -> Iterator[str]:
    for villkor in row.villkor:
        if villkor in KNOWN and not KNOWN[villkor][0](fraga):
            yield KNOWN[villkor][1]
    if fraga.event.typ == UPPGIFT_TILL_UTREDNING and not fraga.avsandare.duty_bound(fraga.dag):
        yield "ej-anmalningsskyldig"


def _victim_may_be_a_child(fraga: Fraga) -> bool:
    """OSL 10 kap. 21 §: the exposed person is under 18; where the age is not known, as attested."""
    exposed = fraga.event.exposed
    return exposed is None or exposed.aldersklass != ADULT


def _investigates(fraga: Fraga) -> bool:
    """B2: the duty to inform holds while the recipient unit has the child's investigation registered as open."""
    exposed = fraga.event.exposed
    return exposed is not None and fraga.kandidat.enhet.id in fraga.tillstand.person(exposed.person_id).utredningar


KNOWN: Final[Mapping[str, tuple[Callable[[Fraga], bool], str]]] = {
    "brottsoffret-under-18": (_victim_may_be_a_child, "brottsoffret-ej-under-18"),
    "pagaende-utredning-om-barnet": (_investigates, "utredning-ej-oppen-hos-mottagaren"),
}
"""Conditions that the hub can see for itself, and the code of seeing otherwise."""


# ------------------------------------------------------------------------------------------ B2, what the sender is told


def alternatives(fraga: Fraga) -> frozenset[str]:
    """B2: where a provision fails on its conditions, the ids of what may hold in its place, such as 10:21 for 18 c."""
    row = _row(fraga) if invoked(fraga) else None
    if row is None:
        return frozenset()
    codes = {reason.kod for reason in b2_provision(fraga).reasons if reason.nekar}
    if not any(kod.startswith(MISSING) for kod in codes):
        return frozenset()
    return frozenset(other.id for other in _rows(fraga) if other.id in row.alternativ and _covers(fraga, other))


def _covers(fraga: Fraga, row: Bestammelse) -> bool:
    return not any(_other_flow(fraga, row))


def would_permit(fraga: Fraga) -> frozenset[str]:
    """R1: the ids of provisions that a child's risk assessment may rest on if their conditions hold.

    One that was invoked and failed has been considered.
    """
    person = fraga.tillstand.person(fraga.uppgift.person_id)
    if fraga.event.typ != RISKBEDOMNING or not is_child(person, fraga.aldersklass, fraga.uppgift.roll):
        return frozenset()
    rows = [row for row in _rows(fraga) if row.id != invoked(fraga) and _covers(fraga, row)]
    return frozenset(row.id for row in rows if not any(_contradicted(fraga, row)))


# ------------------------------------------------------------------------------------------ B6


def b6_inner_secrecy(fraga: Fraga) -> Dom:
    """B6: between units of one nämnd, or health authorities of one region, on attested need in the work.

    OSL 8 kap. 2 §, 25 kap. 11 §, as the catalogue has them that day.
    """
    if fraga.event.koder.get("behov_i_arbetet") is not True or not fraga.uppgift.person_id:
        return NOTHING
    flow = (fraga.avsandare.verksamhet, fraga.kandidat.enhet.verksamhet, fraga.uppgift.kategori, fraga.event.typ)
    rows = [row for row in fraga.regelverk.provisions("B6", fraga.dag) if row.covers(*flow)]
    failing = {row.id: _not_within(fraga, row) for row in rows}
    carrying = tuple(sorted(grund_of(row) for row in rows if not failing[row.id]))
    if carrying and _only_by_consent(fraga):
        return _fails("B6", ["endast-genom-samtycke"])
    if carrying:
        return Dom((Reason("B6", "behov-i-arbetet", False),), carrying)
    return _fails("B6", sorted(set(failing.values())) or ["bestammelse-saknas"])


def _not_within(fraga: Fraga, row: Bestammelse) -> str:
    """The code of why the two units are not within one body; empty where they are."""
    katalog, fran, till = fraga.regelverk.katalog, fraga.avsandare, fraga.kandidat.enhet
    if not _bodies(fraga, row):
        return "bestammelse-ej-for-enskilda"
    same = _same_region(fran, till, katalog) if row.inom == "region" else _same_namnd(fran, till)
    return "" if same else f"ej-samma-{row.inom}"


def _same_namnd(fran: Enhet, till: Enhet) -> bool:
    return fran.aktor == till.aktor and bool(fran.namnd) and fran.namnd == till.namnd


def _same_region(fran: Enhet, till: Enhet, katalog: Katalog) -> bool:
    return bool(_regions(fran, katalog) & _regions(till, katalog))


def _regions(enhet: Enhet, katalog: Katalog) -> frozenset[str]:
    """The region whose own the unit is, or, for a private body, those it works for by contract."""
    mine = (enhet.aktor, *enhet.avtal_med)
    return frozenset(id_ for id_ in mine if id_ in katalog.aktorer and katalog.aktorer[id_].slag == "region")
