"""Who might receive a message: those the sender names, statutory routing, and subscriptions (Q1, O1, O2, A2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, Enhet, Lasargrupp
from samverkanshub.domain.events import AVVIKELSE, KONTAKTFORMEDLING, OROSANMALAN, Event
from samverkanshub.domain.oppettider import is_open
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Ref
from samverkanshub.domain.tid import in_force, swedish_day, swedish_minute
from samverkanshub.domain.varden import quick

STATUTORY: Final = "lagstadgad"
NAMED: Final = "namngiven"
CONTACT: Final = "kontakt"
"""N1: routed to without being named."""
AGREED: Final = "overenskommen"
SUBSCRIBED: Final = "prenumeration"
ASKED: Final = frozenset({NAMED, CONTACT})
"""Whom a consent request may be about: never who is a candidate by subscription alone (Q1)."""
_RANK: Final = (STATUTORY, CONTACT, NAMED, AGREED, SUBSCRIBED)

CONTACT_UNIT: Final = "vinr"
"""N1: the unit for violence in close relations."""
DEVIATION_SYSTEM: Final = "avvikelsesystem"
ON_CALL: Final = "socialjour"


@quick
@dataclass(frozen=True, slots=True)
class Kandidat:
    """A reader group that might receive, and why it is asked about."""

    grupp: Lasargrupp
    enhet: Enhet
    funktion: str
    lasare: Ref | None = None
    """Who opens, as an exemption names them; nobody yet when a message is judged (K3)."""


def candidates(event: Event, tid: int, regelverk: Regelverk) -> tuple[Kandidat, ...]:
    """Every candidate once, by its strongest function, sorted by reader group."""
    strongest: dict[str, Kandidat] = {}
    for kandidat in _all(event, tid, regelverk):
        if event.typ == KONTAKTFORMEDLING and kandidat.grupp.arbetar_med_utovare:
            continue  # N1: whoever asks for contact is met by readers for the exposed alone.
        known = strongest.get(kandidat.grupp.id)
        if known is None or _RANK.index(kandidat.funktion) < _RANK.index(known.funktion):
            strongest[kandidat.grupp.id] = kandidat
    return tuple(strongest[id_] for id_ in sorted(strongest) if id_ != event.lasargrupp)


def has_itself(event: Event, tid: int, regelverk: Regelverk) -> frozenset[str]:
    """O1: the municipalities whose statutory recipient is the very reader group that reports: it has what it says."""
    own = (k.enhet for k in _all(event, tid, regelverk) if k.funktion == STATUTORY and k.grupp.id == event.lasargrupp)
    return frozenset(kommun for enhet in own for kommun in enhet.territorium)


def _all(event: Event, tid: int, regelverk: Regelverk) -> Iterator[Kandidat]:
    katalog = regelverk.katalog
    named = (katalog.enheter.get(mottagare.id) for mottagare in event.mottagare)
    for enhet in (enhet for enhet in named if enhet is not None):  # One may have left when it is judged anew (K4).
        yield from _groups(enhet, NAMED, regelverk)
    if event.typ == OROSANMALAN:
        yield from _child_units(event, tid, regelverk)
    if event.typ == KONTAKTFORMEDLING:
        for enhet in katalog.units(typ=CONTACT_UNIT, kommun=str(event.koder.get("kommun", ""))):
            yield from _groups(enhet, CONTACT, regelverk)
    if event.typ == AVVIKELSE and _between_principals(event, regelverk):
        for enhet in katalog.units(typ=DEVIATION_SYSTEM):
            yield from _groups(enhet, AGREED, regelverk)
    if event.koder.get("enligt_prenumeration"):
        yield from _subscribers(event, tid, regelverk)


def _between_principals(event: Event, regelverk: Regelverk) -> bool:
    """A2: as the sender says, or as the directory does: a municipality on one side and the region on the other."""
    katalog = regelverk.katalog
    units = [katalog.enheter.get(id_) for id_ in (event.enhet, *(m.id for m in event.mottagare))]
    kinds = {katalog.aktorer[enhet.aktor].slag for enhet in units if enhet is not None}
    return bool(event.koder.get("mellan_huvudman")) or kinds >= {"kommun", "region"}


def _groups(enhet: Enhet, funktion: str, regelverk: Regelverk) -> Iterator[Kandidat]:
    for grupp in regelverk.katalog.groups_of(enhet.id):
        yield Kandidat(grupp, enhet, funktion)


def _child_units(event: Event, tid: int, regelverk: Regelverk) -> Iterator[Kandidat]:
    """O1: the child-and-youth unit of the home municipality; in acute danger elsewhere, that municipality's too.

    Outside its office hours the socialjour as well, which then answers. All of them are statutory recipients.
    """
    katalog = regelverk.katalog
    for kommun in statutory_municipalities(event):
        units = katalog.units(typ=SOCIAL_CHILD_UNIT, kommun=kommun)
        on_call = (
            () if any(answers(enhet, tid, regelverk) for enhet in units) else katalog.units(typ=ON_CALL, kommun=kommun)
        )
        for enhet in (*units, *on_call):
            yield from _designated(enhet, regelverk)


def answers(enhet: Enhet, tid: int, regelverk: Regelverk) -> bool:
    """Does the unit answer at this time (ms), by its office hours and the holidays of the regelverk?"""
    return is_open(enhet.oppettider, swedish_day(tid), swedish_minute(tid), regelverk.helgdagar)


def _designated(enhet: Enhet, regelverk: Regelverk) -> Iterator[Kandidat]:
    groups = tuple(_groups(enhet, STATUTORY, regelverk))
    yield from [k for k in groups if k.grupp.id == enhet.funktion_orosanmalan] or groups


def statutory_municipalities(event: Event) -> tuple[str, ...]:
    """O1: home as declared; a temporary placement does not move it, acute danger elsewhere adds that place."""
    home, elsewhere = str(event.koder.get("kommun", "")), str(event.koder.get("vistelsekommun", ""))
    acute = elsewhere if event.koder.get("akut_fara") and elsewhere != home else ""
    return tuple(kommun for kommun in (home, acute) if kommun)


def _subscribers(event: Event, tid: int, regelverk: Regelverk) -> Iterator[Kandidat]:
    """Q1: proposes, never entitles."""
    dag, kommun = swedish_day(tid), event.koder.get("kommun", "")
    for prenumeration in regelverk.prenumerationer:
        enhet = regelverk.katalog.enheter.get(prenumeration.enhet)
        here = not prenumeration.territorium or kommun in prenumeration.territorium
        dated = in_force(dag, prenumeration.giltig_fran, prenumeration.giltig_till)
        if enhet and prenumeration.typ == event.typ and here and dated:
            yield from _groups(enhet, SUBSCRIBED, regelverk)
