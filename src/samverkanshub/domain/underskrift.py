"""Who signs what it sends, and by which of its keys it may, in the directory in force at a position. Pure."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.events import HUB, KVITTENS, OPPNING, REGELVERK

UNSIGNED: Final = "osignerad"
UNKNOWN_KEY: Final = "okand-nyckel"
REVOKED_KEY: Final = "aterkallad-nyckel"
NOT_IN_FORCE: Final = "nyckel-ej-i-kraft"
FORGED: Final = "fel-signatur"

KEY_FAULTS: Final = frozenset({UNKNOWN_KEY, REVOKED_KEY, NOT_IN_FORCE})
"""The key does not hold there: it may have held when the event was taken in, and was changed before the append."""
FORGERIES: Final = frozenset({UNSIGNED, FORGED})
"""Nothing that was taken in is such: somebody else has written to the log, or changed what stood in it."""
FAULTS: Final = KEY_FAULTS | FORGERIES

_VOUCHED_FOR: Final = frozenset({KVITTENS, OPPNING, REGELVERK})


def must_be_signed(aktor: str, typ: str) -> bool:
    """T1: all that an agency sends; what the hub itself makes, and openings and kvittenser, it vouches for."""
    return aktor != HUB and typ not in _VOUCHED_FOR


def signs(katalog: Katalog) -> bool:
    """Has anybody a key in this directory? One without any is a rehearsal's: no hub can be called by it."""
    return any(katalog.nycklar.values())


def key_fault(katalog: Katalog, aktor: str, nyckelid: str, day: str) -> str:
    """T1: why this key of the actor's does not hold on a Swedish day (ISO date); empty where it does.

    A revoked one holds on no day, its own dates notwithstanding.
    """
    if not nyckelid:
        return UNSIGNED
    nyckel = katalog.listed_key(aktor, nyckelid)
    if nyckel is None:
        return UNKNOWN_KEY
    if nyckel.aterkallad:
        return REVOKED_KEY
    return "" if nyckel.in_force(day) else NOT_IN_FORCE


def given_back(now: Katalog, then: Katalog) -> tuple[str, ...]:
    """T1: the actors of which a directory that is to come says no more that a key is revoked, sorted.

    Revoked is for ever: a key that is not listed any more may be listed again later, by who does not know.
    """
    kept = {(aktor, key.id) for aktor, key in _revoked(then)}
    return tuple(sorted({aktor for aktor, key in _revoked(now) if (aktor, key.id) not in kept}))


def _revoked(katalog: Katalog) -> Iterator[tuple[str, Nyckel]]:
    return ((aktor, key) for aktor, keys in katalog.nycklar.items() for key in keys if key.aterkallad)
