"""With which of an actor's keys a form is signed: the latest that holds today and is kept here."""

from dataclasses import replace

import pytest

from samverkanshub.codec.keys import PrivateKey, es256_key, nyckel, private_key
from samverkanshub.domain.actors import Katalog, Nyckel
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.entrypoints.web.konsol import identity
from samverkanshub.pipeline.identity import Caller

OLD, NEW = private_key(b"o" * 32), es256_key(b"n" * 48)
FIRST, SECOND = nyckel(OLD, "2026-01-01", "2026-07-01"), nyckel(NEW, "2026-06-01")
WHO = Caller("mora", "mora.vinr", "mora.vinr.utsatt", "handlaggare.7")
JUNE = 1_781_000_000_000
"""9 June 2026: both are in force."""


class Kept:
    """The private halves that are here."""

    def __init__(self, *keys: tuple[Nyckel, PrivateKey]) -> None:
        self._kept = {public.id: key for public, key in keys}

    def private(self, aktor: str, nyckel: str) -> PrivateKey | None:
        return self._kept.get(nyckel) if aktor == "mora" else None


def regelverk(*keys: Nyckel) -> Regelverk:
    return Regelverk("", Katalog({}, {}, {}, nycklar={"mora": keys}), (), frozenset(), {})


BOTH = Kept((FIRST, OLD), (SECOND, NEW))


@pytest.mark.parametrize(
    ("listed", "kept", "found"),
    [
        ((FIRST, SECOND), BOTH, SECOND),
        ((FIRST, SECOND), Kept((FIRST, OLD)), FIRST),
        ((FIRST, replace(SECOND, aterkallad=True)), BOTH, FIRST),
        ((FIRST, replace(SECOND, fran="2026-08-01")), BOTH, FIRST),
        ((replace(FIRST, aterkallad=True),), BOTH, None),
        ((FIRST, SECOND), Kept(), None),
        ((), BOTH, None),
    ],
)
def test_the_latest_key_that_holds_and_is_kept_here_signs(
    listed: tuple[Nyckel, ...], kept: Kept, found: Nyckel | None
) -> None:
    who = identity(WHO, regelverk(*listed), kept, JUNE)
    assert (who and who.key_id) == (found and found.id)
