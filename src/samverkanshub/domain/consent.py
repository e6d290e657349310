"""Consent, samtycke: K1-K4, K6, K8, K9, K11 of RULES.md, as questions to a person's state.

Agreement, "Samtycke och sekretess i SIP" and "Samtycke och sekretess för barn i SIP".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.decision import Reason
from samverkanshub.domain.events import ADULT, CHILD_CLASSES, Uppgift
from samverkanshub.domain.state import PersonState, Ref, Samtycke, Tillstand, Undantag

ASKABLE_RULES: Final = frozenset({"B0", "K1", "K2", "K4", "K6", "K11", "S2"})
"""A yes would mend what these rules say is missing, so that a question is worth asking (B0)."""


def askable(hinder: Reason) -> bool:
    """Would a consent, given anew, remove this hindrance?"""
    return hinder.regel in ASKABLE_RULES or hinder.kod == "vardnadshavare-saknas"


@dataclass(frozen=True, slots=True)
class Svar:
    """What consent says about one item to one recipient: the consents that carry it, or why none does."""

    samtycken: tuple[str, ...] = ()
    hinder: tuple[Reason, ...] = ()


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


def starts(samtycke: Samtycke) -> int:
    """K2: in force from the later of its start and its position in the log (ms)."""
    return max(samtycke.fran, samtycke.position_tid)


def ended(samtycke: Samtycke, tid: int) -> bool:
    """K2, K4: past its end (exclusive), withdrawn, or annulled."""
    return tid >= samtycke.till or bool(samtycke.aterkallat) or bool(samtycke.makulerat)


def has_been_in_force(samtycke: Samtycke, tid: int) -> bool:
    """K9: has it started, before anything ended it? Only then has it superseded what came before."""
    start = starts(samtycke)
    stopped = [moment for moment in (samtycke.aterkallat, samtycke.makulerat) if moment]
    return start <= tid and start < samtycke.till and all(start <= moment for moment in stopped)


def covers(samtycke: Samtycke, enhet: str, katalog: Katalog) -> bool:
    """K1: does it name this unit or the organisation that the unit belongs to?"""
    return names(samtycke.mottagare, enhet, katalog)


def names(refs: tuple[Ref, ...], enhet: str, katalog: Katalog) -> bool:
    """Is the unit, or its organisation, among these recipients?"""
    return any(katalog.covers(ref.slag, ref.id, enhet) for ref in refs)


def governing(
    person: PersonState, givare: str, andamal: str, enhet: str, tid: int, katalog: Katalog
) -> Samtycke | None:
    """K9: the latest consent of this giver, purpose and recipient that has come into force, ended or not.

    The superseded never revives, so an ended successor still governs. What was not given freely is none (K11).
    """
    found = None
    for samtycke in person.samtycken:
        relevant = samtycke.andamal == andamal and givare in samtycke.givare and covers(samtycke, enhet, katalog)
        if relevant and samtycke.fri and has_been_in_force(samtycke, tid):
            found = samtycke
    return found


def is_child(person: PersonState, aldersklass: str, roll: str) -> bool:
    """K8: judged by age class; where that is unknown, by role and registered guardians."""
    if aldersklass in CHILD_CLASSES:
        return True
    return aldersklass != ADULT and (roll == "barn" or bool(person.vardnadshavare))


def guardian_is_suspected(tillstand: Tillstand, barn: PersonState, guardian: str) -> bool:
    """K8, V4: suspected of violence against the child, a guardian of it, or one of its household."""
    close = {barn.person_id, *barn.vardnadshavare, *barn.hushall}
    return any(misstanke.mot in close for misstanke in tillstand.person(guardian).misstankt_mot)


def ask(tillstand: Tillstand, fall: Fall, katalog: Katalog) -> Svar:
    """B3: the consents in force that cover the item to the unit, from all who must consent, or what is missing."""
    person = tillstand.person(fall.uppgift.person_id)
    if not is_child(person, fall.aldersklass, fall.uppgift.roll):
        return _all_of(person, (person.person_id,), fall, katalog)
    return _ask_guardians(tillstand, person, fall, katalog)


def _ask_guardians(tillstand: Tillstand, barn: PersonState, fall: Fall, katalog: Katalog) -> Svar:
    """K8: all guardians, as registered; a suspected one's grant counts for nothing; the other's does not replace it."""
    if not barn.vardnad_kand or not barn.vardnadshavare:
        return Svar(hinder=(Reason("K8", "vardnad-okand", True),))
    pointed_out = not fall.misstankta.isdisjoint(barn.vardnadshavare)
    if pointed_out or any(guardian_is_suspected(tillstand, barn, guardian) for guardian in barn.vardnadshavare):
        return Svar(hinder=(Reason("K8", "vardnadshavare-misstankt", True),))
    return _all_of(barn, barn.vardnadshavare, fall, katalog)


def _all_of(person: PersonState, givare: tuple[str, ...], fall: Fall, katalog: Katalog) -> Svar:
    answers = [_one(person, giver, fall, katalog) for giver in givare]
    hinder = sorted({reason for answer in answers for reason in answer.hinder})
    if hinder and len(givare) > 1 and any(answer.samtycken for answer in answers):
        hinder.append(Reason("K8", "vardnadshavare-saknas", True))
    if hinder:
        return Svar(hinder=tuple(hinder))
    return Svar(samtycken=tuple(sorted({id_ for answer in answers for id_ in answer.samtycken})))


def _one(person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> Svar:
    samtycke = governing(person, givare, fall.andamal, fall.enhet, fall.tid, katalog)
    if samtycke is None:
        return Svar(hinder=tuple(sorted(_why_none(person, givare, fall, katalog))))
    hinder = tuple(sorted(_why_not(samtycke, fall)))
    return Svar(hinder=hinder) if hinder else Svar(samtycken=(samtycke.id,))


def _why_none(person: PersonState, givare: str, fall: Fall, katalog: Katalog) -> Iterator[Reason]:
    named = [s for s in person.samtycken if givare in s.givare and covers(s, fall.enhet, katalog)]
    given = [s for s in named if not ended(s, fall.tid)]
    if any(s.andamal == fall.andamal and not s.fri for s in given):
        yield Reason("K11", "samtycke-ej-fritt", True)
    if any(s.andamal == fall.andamal and s.fri for s in given):
        yield Reason("K2", "samtycke-ej-i-kraft", True)
    elif any(s.andamal != fall.andamal for s in given):
        yield Reason("K6", "annat-andamal", True)
    yield Reason("B0", "samtycke-saknas", True)


def _why_not(samtycke: Samtycke, fall: Fall) -> Iterator[Reason]:
    if samtycke.makulerat:
        yield Reason("K4", "samtycke-makulerat", True)
    elif samtycke.aterkallat:
        yield Reason("K4", "samtycke-aterkallat", True)
    elif fall.tid >= samtycke.till:
        yield Reason("K2", "samtycke-upphort", True)
    if fall.uppgift.kategori not in samtycke.kategorier:
        yield Reason("K1", "kategori-saknas", True)


def exempted(person: PersonState, fall: Fall, katalog: Katalog) -> bool:
    """K3: has the person exempted the category, the single item or the recipient, for this purpose?"""
    return any(_exempts(undantag, fall, katalog) for undantag in person.undantag if undantag.andamal == fall.andamal)


def _exempts(undantag: Undantag, fall: Fall, katalog: Katalog) -> bool:
    item = fall.uppgift
    single = bool(item.referens) and item.referens in undantag.uppgifter
    return item.kategori in undantag.kategorier or single or names(undantag.mottagare, fall.enhet, katalog)
