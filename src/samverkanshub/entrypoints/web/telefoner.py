"""Whom to telephone in each municipality while the hub is stopped: from a local file, and the directory (B1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.actors import SOCIAL_CHILD_UNIT, Enhet, Katalog
from samverkanshub.domain.routing import CONTACT_UNIT, ON_CALL
from samverkanshub.ports import Ring

WORDS: Final[Mapping[str, str]] = {"man": "mån", "lor": "lör", "son": "sön", "utanfor": "utanför"}
_WORD: Final = re.compile("[a-z]+")


@dataclass(frozen=True, slots=True)
class Nummer:
    """A unit's number, and when it answers as the directory has it."""

    telefon: str
    tider: str


@dataclass(frozen=True, slots=True)
class Kommun:
    """A municipality: whom to telephone about a child (B1), and its units by what they do."""

    namn: str
    barn: str
    barnenhet: tuple[Nummer, ...]
    jour: tuple[Nummer, ...]
    vald: tuple[Nummer, ...]


def told(katalog: Katalog, ring: Ring) -> list[Kommun]:
    """Every municipality of the directory, by name."""
    found = [_kommun(id_, aktor, katalog, ring) for id_, aktor in katalog.kommuner.items()]
    return sorted(found, key=lambda one: one.namn)


def _kommun(id_: str, aktor: str, katalog: Katalog, ring: Ring) -> Kommun:
    return Kommun(
        namn=katalog.aktorer[aktor].namn,
        barn=ring.number(id_),
        barnenhet=_numbers(katalog.units(typ=SOCIAL_CHILD_UNIT, kommun=id_)),
        jour=_numbers(katalog.units(typ=ON_CALL, kommun=id_)),
        vald=_numbers(katalog.units(typ=CONTACT_UNIT, kommun=id_)),
    )


def _numbers(units: Iterable[Enhet]) -> tuple[Nummer, ...]:
    return tuple(Nummer(enhet.telefon, hours(enhet.oppettider)) for enhet in units if enhet.telefon)


def hours(text: str) -> str:
    """When a unit is open, as one reads it: the directory writes days in ASCII."""
    return _WORD.sub(lambda found: WORDS.get(found[0], found[0]), text)
