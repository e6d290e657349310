"""The hub's topics as their operator sees them, in memory."""

from collections.abc import Iterable
from dataclasses import replace

from samverkanshub.ports import Amnesdel, Lasare

Plats = tuple[str, int]


class MemoryAmnen:
    """`Amnen` in memory. A record is as many bytes as its value."""

    def __init__(self) -> None:
        self._records: dict[Plats, list[tuple[int, bytes]]] = {}
        self._readers: dict[Plats, dict[str, Lasare]] = {}

    def make(self, amne: str, partitions: int) -> None:
        """Make a topic."""
        self._records |= {(amne, partition): [] for partition in range(partitions)}

    def append(self, amne: str, partition: int, tid: int, value: bytes) -> None:
        """Append a record at a time (ms)."""
        self._records[amne, partition].append((tid, value))

    def commit(self, grupp: str, amne: str, partition: int, plats: int, medlemmar: int) -> None:
        """A group commits, with so many members in it."""
        self._readers.setdefault((amne, partition), {})[grupp] = Lasare(grupp, plats, medlemmar)

    def leave(self, grupp: str) -> None:
        """All of a group's members leave it."""
        for readers in self._readers.values():
            if grupp in readers:
                readers[grupp] = replace(readers[grupp], medlemmar=0)

    async def delar(self) -> list[Amnesdel]:
        """Every partition of every topic, in order."""
        return [
            Amnesdel(*part, 0, len(found), sum(len(value) for _, value in found), self._of(part))
            for part, found in sorted(self._records.items())
        ]

    def _of(self, part: Plats) -> tuple[Lasare, ...]:
        return tuple(reader for _, reader in sorted(self._readers.get(part, {}).items()))

    async def tider(self, platser: Iterable[tuple[str, int, int]]) -> dict[tuple[str, int, int], int]:
        """When the record at each place was appended; what is beyond the end is left out."""
        return {
            (amne, partition, plats): self._records[amne, partition][plats][0]
            for amne, partition, plats in platser
            if plats < len(self._records[amne, partition])
        }
