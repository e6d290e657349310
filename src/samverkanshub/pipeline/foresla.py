"""A regelverk is proposed: its artefacts are stored, and an event names them (T1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from samverkanshub.codec.artefacts import digests, regelverk_digest, regelverk_from
from samverkanshub.domain.errors import Conflict, Halt, Refused
from samverkanshub.domain.operatorer import NEEDED, serving
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.underskrift import REVOKED_KEY, given_back
from samverkanshub.pipeline.artefakter import understood
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder
from samverkanshub.ports import ArtefactStore

LARGEST: Final = 8_000_000
"""Bytes of all artefacts together."""


@dataclass(frozen=True, slots=True)
class Utkast:
    """A regelverk to be proposed: its artefacts by name, by whom, why and on which Swedish day; `id` is a UUID."""

    id: str
    vem: str
    artefakter: Mapping[str, bytes]
    skal: str
    dag: date


async def propose(atgarder: Driftatgarder, store: ArtefactStore, nu: Regelverk, utkast: Utkast) -> Besked:
    """T1: store the artefacts and propose them, once all of it is known to be a regelverk that can be judged by.

    `Refused` where it is not, naming the artefact, and where it gives a revoked key back; `Conflict`
    (`samma-regelverk`) where it is the one in force.
    """
    require_kept(nu, _whole(utkast.artefakter, utkast.dag))
    named = digests(utkast.artefakter)
    if regelverk_digest(named) == nu.digest:
        raise Conflict("the regelverk is in force already", code="samma-regelverk")
    for content in utkast.artefakter.values():
        await store.put(content)
    return await atgarder.foresla_regelverk(utkast.id, utkast.vem, named, utkast.skal)


def require_kept(nu: Regelverk, then: Regelverk) -> None:
    """T1: `Refused` (`aterkallad-nyckel`) where a key that is revoked would be so no more."""
    for aktor in given_back(nu.katalog, then.katalog):
        detail = "a key that is revoked must stay in the directory, and revoked"
        raise Refused(detail, falt=f"nycklar/{aktor}", code=REVOKED_KEY)


def _whole(artefakter: Mapping[str, bytes], dag: date) -> Regelverk:
    """What they make. `Refused` where they are too large, or make no regelverk that this program judges by; and where
    fewer would be operators than it takes to change it again (`for-fa-operatorer`).
    """
    if sum(map(len, artefakter.values())) > LARGEST:
        raise Refused("the artefacts are too large", code="for-stort")
    try:
        found = understood(regelverk_from(artefakter))
    except Halt as halt:
        raise Refused(halt.detail, falt=str(halt.values.get("artefakt", "")), code=halt.code) from halt
    if len(serving(found.operatorer, dag)) < NEEDED:
        raise Refused("`operatorer` names too few for the day", falt="operatorer", code="for-fa-operatorer")
    return found
