"""Who was sent and who opened what about a person, on which basis (T2)."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any, Final

from samverkanshub.domain.decision import DELIVERED, Entry
from samverkanshub.domain.events import OPPNING
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import Fraga, Rad, Sida, Tid, days
from samverkanshub.pipeline.granskning.lasning import listed, records
from samverkanshub.pipeline.granskning.levererat import Levererat, find
from samverkanshub.pipeline.granskning.rader import Laser, Post, basis, neutral
from samverkanshub.ports import Traced, Vault

LEVERERAT: Final = "levererat"
OPPNAT: Final = "oppnat"
OPENED: Final = "oppnad"
"""How the projection says that a delivery was opened."""
COLUMNS: Final = (
    *("tid", "rad", "slag", "kalla", "avsandare", "mottagare", "typ", "handelse", "leverans", "vag", "kategori"),
    *("regler", "grunder", "samtycken"),
)
ROW_ID_BYTES: Final = 16


class Personspar:
    """Reads what is recorded of one person, as far as an auditor's scope goes."""

    def __init__(self, laser: Laser, person_id: str) -> None:
        self._laser = laser
        self._person_id = person_id
        self._deliveries: dict[str, Levererat | None] = {}

    async def rows(self, tid: Tid) -> list[Rad]:
        """In log order: each item that was delivered or opened, and each own delivery that another opened."""
        scope = self._laser.scope
        sought = Traced(spar.PERSON, self._person_id, scope.within, tid.fran, tid.till)
        return [
            row
            async for judgement in records(self._laser.projection, sought)
            async for row in self._of(await self._laser.post(judgement))
        ]

    async def _of(self, post: Post) -> AsyncIterator[Rad]:
        for entry in post.entries:
            carried = entry.mottagare and entry.leverans_id and entry.verdict == DELIVERED
            found = await self._delivery(entry.leverans_id) if carried else None
            if found is not None and entry.vag in found.about(self._person_id) and await self._laser.sees(post, entry):
                yield await self._item(post, found, entry)
        # Of one matter an opening's own lines say it all.
        for one in await self._laser.happened(post) if self._laser.scope.aktor else ():
            found = await self._delivery(one.leverans_id) if one.slag == OPENED else None
            if found is not None and found.about(self._person_id):
                yield await self._opened(post, found)

    async def _item(self, post: Post, found: Levererat, entry: Entry) -> Rad:
        row = await self._row(post, found)
        return row | {
            "slag": OPPNAT if post.row.typ == OPPNING else LEVERERAT,
            "vag": entry.vag,
            "kategori": found.about(self._person_id)[entry.vag].kategori,
            "regler": sorted({reason.regel for reason in neutral(entry.reasons)} - {""}),
            "grunder": [basis(one) for one in entry.grunder],
            "samtycken": list(entry.samtycken),
            "rad": _id(post.row.handelse_id, row["leverans"], entry.vag),
        }

    async def _opened(self, post: Post, found: Levererat) -> Rad:
        """What the sender's outcome tells: that it was opened, and not which of it."""
        more: dict[str, Any] = {"slag": OPPNAT, "vag": "", "kategori": "", "regler": [], "grunder": [], "samtycken": []}
        row = await self._row(post, found)
        return row | more | {"rad": _id(post.row.handelse_id, row["leverans"], "")}

    async def _row(self, post: Post, found: Levererat) -> Rad:
        scope, hidden = self._laser.scope, post.hidden
        kalla = await self._laser.opaque.of_auditor("aktor", found.message.aktor, scope.lasare)
        return {
            "tid": post.row.tid,
            "kalla": kalla,
            "avsandare": skyltar.group(scope, found.message.lasargrupp, hidden=hidden),
            "mottagare": skyltar.group(scope, found.row.lasargrupp, hidden=hidden),
            "typ": found.message.typ,
            "handelse": found.message.handelse_id,
            "leverans": await self._laser.delivery_id(post, found.row.leverans_id, found.row.lasargrupp),
        }

    async def _delivery(self, leverans_id: str) -> Levererat | None:
        if leverans_id not in self._deliveries:
            self._deliveries[leverans_id] = await find(self._laser.projection, leverans_id)
        return self._deliveries[leverans_id]


async def person(laser: Laser, given: Fraga, holder: str, vault: Vault) -> Sida:
    """What is recorded of the person with a number: nothing for one whom nobody knows, as for one of another scope."""
    return await listed(laser, await rows_about(laser, given, vault), given, holder, COLUMNS)


async def rows_about(laser: Laser, given: Fraga, vault: Vault) -> list[Rad]:
    """Every row about the person. The number makes nobody known who was not."""
    [known] = await vault.find([f"nr:{given.nummer}"]) if given.nummer else [None]
    if known is None:
        return []
    return await Personspar(laser, known.person_id).rows(days(given))


def _id(handelse_id: str, leverans: str, vag: str) -> str:
    """A row's name, for whoever decides to hide it; made of the delivery as the auditor reads of it (P5)."""
    return hashlib.sha256(f"{handelse_id}\n{leverans}\n{vag}".encode()).hexdigest()[: 2 * ROW_ID_BYTES]
