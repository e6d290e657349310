"""What a unit owes, shares and waits for, and which of its ärenden have fallen between chairs (H2), as a list."""

from collections.abc import Sequence
from typing import Any, Final

from samverkanshub.domain.actors import Katalog, Lasargrupp
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.flows import jav
from samverkanshub.domain.flows.listning import Listad, listed
from samverkanshub.domain.overtagande import Jav
from samverkanshub.domain.plikter import H2_INNEHAVARE
from samverkanshub.domain.state import ArendeState
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.javiga import known
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.ports import DutyPlace, Projection, Snapshot, Vault

MOST_ROWS: Final = 500


class Skyldigheter:
    """Lists open duties as the gate has judged; what it has not judged yet shows a moment later."""

    def __init__(self, vault: Vault, projection: Projection, regelverk: Regelverken) -> None:
        self._projection = projection
        self._regelverk = regelverk
        self._opaque = Opaque(vault)

    async def of(self, caller: Caller, cursor: str, limit: int, *, without_holder: bool = False) -> dict[str, Any]:
        """`rader` after the cursor, by when their first steps fall due, and `markor` to go on from; no rows: the end.

        `without_holder`: the ärenden that nobody holds alone (H2). A barred employee reads none of an ärende (V7).
        """
        if not 1 <= limit <= MOST_ROWS:
            raise Refused(f"`antal` must be 1 to {MOST_ROWS}", falt="/antal", code="fel-form")
        after = await self._opaque.open_place(cursor, caller.lasargrupp)
        katalog = (await self._regelverk.current()).katalog
        grupp = katalog.lasargrupper.get(caller.lasargrupp)
        slag = H2_INNEHAVARE if without_holder else ""
        rows = await self._readable(caller, grupp, katalog, slag, after, limit) if grupp else []
        # T3: from the last row shown, since a cursor that moves tells of rows that are not.
        last = await self._opaque.seal_place(rows[-1][0], caller.lasargrupp) if rows else cursor
        return {
            "rader": [_row(one, await self._opaque.alias(at.arende_id, caller.aktor)) for at, one in rows],
            "markor": last,
        }

    async def _readable(
        self, caller: Caller, grupp: Lasargrupp, katalog: Katalog, slag: str, after: DutyPlace | None, limit: int
    ) -> list[tuple[DutyPlace, Listad]]:
        """What the caller may read, up to `limit` or the end."""
        asked = [grupp.enhet, *(one.id for one in katalog.groups_of(grupp.enhet))]
        rows: list[tuple[DutyPlace, Listad]] = []
        while len(rows) < limit:
            places = await self._projection.duties(asked, limit - len(rows), slag, after)
            if not places:
                break
            rows += await self._page(caller, grupp, katalog, places)
            after = places[-1]
        return rows

    async def _page(
        self, caller: Caller, grupp: Lasargrupp, katalog: Katalog, places: Sequence[DutyPlace]
    ) -> list[tuple[DutyPlace, Listad]]:
        readable: dict[tuple[int, str, str], Listad] = {}
        async with self._projection.snapshot() as moment:
            for partition in sorted({place.partition for place in places}):
                wanted = {place.arende_id for place in places if place.partition == partition}
                for arende in await _open_to(caller, moment, partition, wanted):
                    found = listed(arende, grupp, katalog)
                    readable |= {(partition, arende.arende_id, one.plikt.id): one for one in found}
        keyed = [(place, readable.get((place.partition, place.arende_id, place.plikt_id))) for place in places]
        return [(place, one) for place, one in keyed if one is not None]


async def _open_to(caller: Caller, moment: Snapshot, partition: int, wanted: set[str]) -> list[ArendeState]:
    """V7: those ärenden in which the caller's user is not barred."""
    tillstand, user = await known(moment, partition, wanted, ()), Jav(caller.aktor, caller.anvandare)
    return [arende for arende in tillstand.arenden.values() if not jav.stands(tillstand, arende, user)]


def _row(one: Listad, alias: str) -> dict[str, Any]:
    left = [steg for steg in one.plikt.steg if steg.namn not in one.plikt.tagna]
    return {
        "slag": one.plikt.slag,
        "roll": one.roll,
        "arende": alias,
        "avser": one.avser,
        "fraga": one.fraga,
        "nasta_steg": left[0].namn if left else "",
        "nasta_tid": left[0].tid if left else 0,
        "tagna": list(one.plikt.tagna),
    }
