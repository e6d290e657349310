"""How far the log is held against what intake claimed, and what was found, in memory."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace

from samverkanshub.adapters.memory.projection import MemoryDatabase
from samverkanshub.adapters.memory.vault import MemoryVault
from samverkanshub.ports import SENASTE_FYND, Ansprakslage, Claim, Fynd, Jamfort


class MemoryJamforelser:
    """`Jamforelser` in memory."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._db = database
        self._places: dict[int, int] = {}
        self._found: dict[tuple[int, int], tuple[str, int]] = {}
        """By place: how it departs, and when it was found (ms)."""

    async def place(self, partition: int) -> int:
        """The offset that is to be compared next; 0 where none is."""
        return self._places.get(partition, 0)

    async def keep(self, jamfort: Jamfort) -> bool:
        """Keep what was found, all of it or nothing; False where somebody else has compared it."""
        if await self.place(jamfort.partition) != jamfort.start:
            return False
        self._places[jamfort.partition] = jamfort.end
        now = self._db.now_ms()
        self._found |= {(jamfort.partition, one.offset): (one.vad, now) for one in jamfort.fynd}
        return True

    async def jamforda(self) -> list[Ansprakslage]:
        """How each partition of which anything is judged stands."""
        return [self._lage(partition, row.position) for partition, row in sorted(self._db.positions.items())]

    def _lage(self, partition: int, judged: int) -> Ansprakslage:
        now, place = self._db.now_ms(), self._places.get(partition, 0)
        first = self._db.decisions.get((partition, place))
        found = [(offset, *of) for (number, offset), of in sorted(self._found.items()) if number == partition]
        return Ansprakslage(
            partition,
            kvar=max(judged - place, 0),
            kvar_ms=max(now - first.tid, 0) if first else 0,
            fynd=Counter(vad for _, vad, _ in found),
            funnet_ms=min((now - at for _, _, at in found), default=-1),
            senaste=tuple(Fynd(offset, vad) for offset, vad, _ in reversed(found[-SENASTE_FYND:])),
        )


class MemoryAnspraken:
    """`Anspraken` of a vault in memory."""

    def __init__(self, vault: MemoryVault) -> None:
        self._vault = vault

    async def of(self, handelse_ids: Collection[str]) -> dict[str, Claim]:
        """The claims of these events; those that nobody made are left out."""
        found = (claim for claim in self._vault.claims() if claim.handelse_id in handelse_ids)
        return {claim.handelse_id: replace(claim, digest=b"", headers=()) for claim in found}
