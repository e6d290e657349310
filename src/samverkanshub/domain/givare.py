"""Who must say yes for a person: K8 of RULES.md, as alternative ways to a consent, and whose word counts for nothing.

Agreement, "Samtycke och sekretess för barn i SIP"; FB 6 kap. 13 a §; OSL 12 kap. 3 §. Every way that lets somebody else
than the guardians, or the adult, speak cites its row of the legal catalogue, and is no way on a day without one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from samverkanshub.domain.decision import Grund, Reason
from samverkanshub.domain.events import ADULT, AGE_12_14, AGE_15_17, CHILD_CLASSES, Uppgift
from samverkanshub.domain.regelverk import Bestammelse, Regelverk
from samverkanshub.domain.state import Beslut, Foretradare, PersonState, Ref, Tillstand
from samverkanshub.domain.tid import in_force, iso_day, swedish_day
from samverkanshub.domain.varden import quick

MATURE: Final = "osl-12-3"
OPEN_INTERVENTION: Final = "oppen_insats"
PROVISIONS: Final[Mapping[str, str]] = {
    "fb_6_13a": "fb-6-13a",
    "lvu": "lvu-11",
    "ensam_vardnad": "fb-6-5",
    "skyddat_boende": "skyddat-boende-barn",
    "sarskild_foretradare": "lag-1999-997",
    OPEN_INTERVENTION: "oppna-insatser-barn",
    "god_man": "fb-11-4",
    "forvaltare": "fb-11-7",
}
"""The listed grounds, and the catalogue's row for each."""
BOARD_DECIDES: Final = frozenset({"lvu", "skyddat_boende"})
"""Where the socialnämnd itself may say yes when no guardian is left."""
OLD_ENOUGH: Final[Mapping[str, frozenset[str]]] = {
    "barnet-har-fyllt-12": frozenset({AGE_12_14, AGE_15_17}),
    "barnet-har-fyllt-15": frozenset({AGE_15_17}),
}


@quick
@dataclass(frozen=True, slots=True)
class Fall:
    """The question put to consent: whose item, of which category, for what purpose, to which unit, when (ms)."""

    uppgift: Uppgift
    aldersklass: str
    andamal: str
    enhet: str
    tid: int
    misstankta: frozenset[str] = frozenset()
    """Whom the message itself, or what is registered, points out as suspected (V4)."""
    lasare: Ref | None = None
    """Who opens it, where somebody does (K3)."""
    meddelande: str = ""
    """P5: the message, where its sender did not name the unit; what names a request id of it bears on nothing else."""
    ofria: frozenset[str] = frozenset()
    """The consents that have turned out not to be free (K11)."""


@quick
@dataclass(frozen=True, slots=True)
class Krav:
    """One way to a yes: everybody in `givare` must give it, on the provisions cited, unless something hinders.

    `nej_star`: a no given this way closes the others. `tyst`: one of those to ask is suspected.
    """

    givare: tuple[str, ...] = ()
    grunder: tuple[Grund, ...] = ()
    hinder: tuple[Reason, ...] = ()
    nej_star: bool = False
    tyst: bool = False


def ways(tillstand: Tillstand, fall: Fall, regelverk: Regelverk) -> tuple[Krav, ...]:
    """K8: the ways to a consent, the ordinary one first."""
    person = tillstand.person(fall.uppgift.person_id)
    if not is_child(person, fall.aldersklass, fall.uppgift.roll):
        return _adult(tillstand, person, fall, regelverk)
    if mature := _maturity(person, fall, regelverk):
        return (Krav((person.person_id,), mature),)
    return (*_guardians(tillstand, person, fall, regelverk), *open_intervention(person, fall, regelverk))


# ------------------------------------------------------------------------------------------ adults


def _adult(tillstand: Tillstand, person: PersonState, fall: Fall, regelverk: Regelverk) -> tuple[Krav, ...]:
    """K8: only the person consents; beside them a god man or förvaltare within the appointment, never against a no."""
    own = _oneself(person.person_id)
    if not person.foretradare:
        return (own,)
    return (own, *(_appointed(one, fall, regelverk) for one in _appointments(tillstand, person, fall, regelverk)))


@lru_cache(maxsize=4096)
def _oneself(person_id: str) -> Krav:
    return Krav((person_id,), nej_star=True)


def _appointments(tillstand: Tillstand, person: PersonState, fall: Fall, regelverk: Regelverk) -> list[Foretradare]:
    """One who is suspected of having exposed the person, or one close to them, counts for nothing (V4)."""
    return [
        one
        for one in person.foretradare
        if _applies(one, fall, regelverk)
        and one.person not in fall.misstankta
        and not guardian_is_suspected(tillstand, person, one.person)
    ]


def _appointed(one: Foretradare, fall: Fall, regelverk: Regelverk) -> Krav:
    return Krav((one.person,), cited(regelverk, PROVISIONS[one.slag], fall.tid))


# ------------------------------------------------------------------------------------------ children


def is_child(person: PersonState, aldersklass: str, roll: str) -> bool:
    """K8: judged by age class; where that is unknown, by role and registered guardians."""
    if aldersklass in CHILD_CLASSES:
        return True
    return aldersklass != ADULT and (roll == "barn" or bool(person.vardnadshavare))


def is_mature(person: PersonState, andamal: str) -> bool:
    """K8: is the child registered as mature for this question? Never inferred from age."""
    return any(one.mogen and one.andamal == andamal for one in person.mognad)


def _maturity(person: PersonState, fall: Fall, regelverk: Regelverk) -> tuple[Grund, ...]:
    """K8: a mature child's own yes or no governs its own secrecy (OSL 12 kap. 3 §)."""
    return cited(regelverk, MATURE, fall.tid) if is_mature(person, fall.andamal) else ()


def guardian_is_suspected(tillstand: Tillstand, barn: PersonState, guardian: str) -> bool:
    """K8, V4: suspected of violence against the child, a guardian of it, or one of its household."""
    close = {barn.person_id, *barn.vardnadshavare, *barn.hushall}
    return any(misstanke.mot in close for misstanke in tillstand.person(guardian).misstankt_mot)


def _guardians(tillstand: Tillstand, barn: PersonState, fall: Fall, regelverk: Regelverk) -> tuple[Krav, ...]:
    """K8: all guardians, as registered, less those whom a listed ground replaces; a suspected one's grant is none."""
    if not barn.vardnad_kand or not barn.vardnadshavare:
        return (Krav(hinder=(Reason("K8", "vardnad-okand", True),)),)
    ersatta = replaced(barn, fall, regelverk)
    kvar = tuple(guardian for guardian in barn.vardnadshavare if guardian not in ersatta)
    grunder = sorted({grund for b in ersatta.values() for grund in cited(regelverk, PROVISIONS[b.slag], fall.tid)})
    tyst = any(_suspected(tillstand, barn, guardian, fall) for guardian in barn.vardnadshavare)
    krav = [Krav(kvar + extra, tuple(grunder), tyst=tyst) for extra in _in_their_stead(kvar, ersatta.values())]
    return tuple(_without_suspects(tillstand, barn, one, fall) for one in krav)


def _in_their_stead(kvar: tuple[str, ...], beslut: Iterable[Beslut]) -> list[tuple[str, ...]]:
    """K8: a särskild företrädare beside any guardian left; else the socialnämnd, by any of its decisions."""
    named = tuple(sorted({one.foretradare for one in beslut} - {""}))
    if kvar or named:
        return [named]
    return [(id_,) for id_ in sorted({one.id for one in beslut if one.slag in BOARD_DECIDES})]


def _without_suspects(tillstand: Tillstand, barn: PersonState, krav: Krav, fall: Fall) -> Krav:
    if any(_suspected(tillstand, barn, givare, fall) for givare in krav.givare):
        return Krav(hinder=(Reason("K8", "vardnadshavare-misstankt", True),))
    return krav


def _suspected(tillstand: Tillstand, barn: PersonState, givare: str, fall: Fall) -> bool:
    return givare in fall.misstankta or guardian_is_suspected(tillstand, barn, givare)


def replaced(barn: PersonState, fall: Fall, regelverk: Regelverk) -> dict[str, Beslut]:
    """K8: the guardians whose word a decision in force replaces, within its remit, and the decision.

    FB 6 kap. 13 a § and sole custody leave one guardian, whose own consent is needed: else they replace nobody.
    """
    decisions = [one for one in barn.beslut if _applies(one, fall, regelverk)]
    found = {guardian: one for one in decisions for guardian in one.ersatter if guardian in barn.vardnadshavare}
    left = set(barn.vardnadshavare) - set(found)
    others = any(one.foretradare or one.slag in BOARD_DECIDES for one in found.values())
    return found if left or others else {}


def open_intervention(barn: PersonState, fall: Fall, regelverk: Regelverk) -> Iterable[Krav]:
    """K8: socialnämnden's decision and the child's own consent, for what open interventions need and nothing else.

    From the age of the day's provision: 12, before 2023-07-01 15. The categories are the provision's.
    """
    row = _provision(regelverk, PROVISIONS[OPEN_INTERVENTION], fall.tid)
    decided = any(one.slag == OPEN_INTERVENTION and _applies(one, fall, regelverk) for one in barn.beslut)
    if row is None or not decided or fall.uppgift.kategori not in row.kategorier:
        return ()
    old_enough = any(fall.aldersklass in OLD_ENOUGH.get(condition, ()) for condition in row.villkor)
    return (Krav((barn.person_id,), (_grund(row),)),) if old_enough else ()


# ------------------------------------------------------------------------------------------ whose no is none


def is_silent(tillstand: Tillstand, person: PersonState, givare: str, fall: Fall, regelverk: Regelverk) -> bool:
    """K8, K3: does this guardian's exemption count for nothing: suspected, replaced, or the child's own to say?

    What a message itself says of a guardian silences nobody: a sender would lift exemptions by accusing.
    """
    if givare == person.person_id or not is_child(person, fall.aldersklass, fall.uppgift.roll):
        return False
    mature = bool(_maturity(person, fall, regelverk))
    return mature or givare in replaced(person, fall, regelverk) or guardian_is_suspected(tillstand, person, givare)


# ------------------------------------------------------------------------------------------ grounds


def _applies(one: Beslut | Foretradare, fall: Fall, regelverk: Regelverk) -> bool:
    """Within its remit and its days, by a provision that is the law of the day."""
    current = in_force(swedish_day(fall.tid), one.fran, one.till)
    return current and fall.andamal in one.andamal and bool(cited(regelverk, PROVISIONS[one.slag], fall.tid))


def cited(regelverk: Regelverk, id_: str, tid: int) -> tuple[Grund, ...]:
    """T1: the provision as a basis, with validity and mark; none where it is not the law of the day."""
    row = _provision(regelverk, id_, tid)
    return (_grund(row),) if row else ()


def _provision(regelverk: Regelverk, id_: str, tid: int) -> Bestammelse | None:
    return regelverk.provision(id_, iso_day(tid))


def _grund(row: Bestammelse) -> Grund:
    return Grund(row.id, row.regel, row.marke, row.giltig_fran, row.giltig_till)
