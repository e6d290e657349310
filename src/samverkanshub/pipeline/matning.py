"""Measures the hub's topics and their readers, for `drift` to judge: `watch` does so again and again.

The gate reads the log by its position in the projection, since Kafka's own is a hint; whoever reads notices by what
their group has committed. Nothing is told of content, and nothing of whom it is about.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, Protocol

from samverkanshub import topics
from samverkanshub.ports import Amnen, Amnesdel, Clock, Klocka, Lasare, Matningar, Matrad, Projection, Unavailable

GRIND: Final = "grinden"
"""What the gate is called among readers. It reads the log, and groups of Kafka's are readers of notices alone."""
VALV: Final = "valv"
"""Whose clock the vault's is."""
EVERY_S: Final = 10.0
FONSTER_MS: Final = 100_000
"""How long what is measured is kept: ten measurements."""
SILENT_MS: Final = 30_000
"""A gate's worker, or `watch`, that has said nothing of a partition for this long has lost it, or is not there."""

Plats = tuple[str, int, int]
"""Topic, partition, offset."""


class Ur(Protocol):
    """A server's own clock."""

    async def nu(self) -> int:
        """What time it shows (ms). Raises `Unavailable`."""


class Bakom(Protocol):
    """What the gate has not come to yet."""

    async def note(self, ends: Mapping[int, int]) -> None:
        """Note what of it narrows access, up to the end of each partition's log."""


class Matare:
    """Measures when it is told to; for one event loop. `vem` is whose clock the given one is.

    `valv` is another server with a clock of its own, and `bakom` looks for what waits behind the gate, where given.
    """

    def __init__(
        self,
        amnen: Amnen,
        projection: Projection,
        matningar: Matningar,
        clock: Clock,
        vem: str,
        valv: Ur | None = None,
        bakom: Bakom | None = None,
    ) -> None:
        self._amnen = amnen
        self._projection = projection
        self._matningar = matningar
        self._clock = clock
        self._vem = vem
        self._valv = valv
        self._bakom = bakom
        self._tider: dict[Plats, int] = {}

    async def mat(self) -> None:
        """Measure every partition and reader once, and keep it. Raises `Unavailable`; what was kept before stays."""
        parts, gates = await self._amnen.delar(), await self._gates()
        read = [(part, reader) for part in parts for reader in _readers(part, gates) or (None,)]
        await self._note_times({place for part, reader in read if (place := _first_left(part, reader))})
        rows = [self._row(part, reader) for part, reader in read]
        await self._matningar.keep(rows, await read_clock(self._clock, self._matningar, self._vem), FONSTER_MS)
        await self._read_vault()
        if self._bakom is not None:
            await self._bakom.note({part.partition: part.slut for part in parts if part.amne == topics.LOGG})

    async def _read_vault(self) -> None:
        """What the vault's clock shows, where it answers; how old the last word on it is tells the rest."""
        with suppress(Unavailable):
            if self._valv is not None:
                await self._matningar.keep((), await between(self._valv, self._matningar, VALV), FONSTER_MS)

    async def _gates(self) -> dict[int, Lasare]:
        """The gate of each partition; in it while it is heard from."""
        positions = await self._projection.positions()
        ages = {one.partition: one.age_ms for one in await self._projection.gate_states()}
        return {
            one.partition: Lasare(GRIND, one.position, int(ages.get(one.partition, SILENT_MS) < SILENT_MS))
            for one in positions
        }

    async def _note_times(self, left: set[Plats]) -> None:
        """When a record was appended never changes, so that who stands still is not asked for again."""
        unknown = left - self._tider.keys()
        known = self._tider | (await self._amnen.tider(unknown) if unknown else {})
        self._tider = {place: tid for place, tid in known.items() if place in left}

    def _row(self, part: Amnesdel, reader: Lasare | None) -> Matrad:
        if reader is None:
            return Matrad(part.amne, part.partition, part.slut, part.byte)
        place = _first_left(part, reader)
        first = self._tider.get(place, 0) if place else 0
        read = max(reader.plats, part.borjan) if reader.plats >= 0 else -1
        return Matrad(part.amne, part.partition, part.slut, part.byte, reader.grupp, read, reader.medlemmar > 0, first)


def _readers(part: Amnesdel, gates: Mapping[int, Lasare]) -> Sequence[Lasare]:
    if part.amne != topics.LOGG:
        return part.lasare
    return [gates.get(part.partition, Lasare(GRIND, -1, 0))]


def _first_left(part: Amnesdel, reader: Lasare | None) -> Plats | None:
    """The first record that the reader has left, where it has left any."""
    if reader is None:
        return None
    first = max(reader.plats, part.borjan)
    return (part.amne, part.partition, first) if first < part.slut else None


async def read_clock(clock: Clock, matningar: Matningar, vem: str) -> Klocka:
    """How far a clock is ahead of the server's: its middle between asking and answer, which may be off by half of that.

    Raises `Unavailable`.
    """
    asked = clock.now_ms()
    there = await matningar.nu()
    answered = clock.now_ms()
    return Klocka(vem, (asked + answered) // 2 - there, max(answered - asked, 0) // 2)


async def between(ur: Ur, matningar: Matningar, vem: str) -> Klocka:
    """How far one server's clock is ahead of that of measurements, which is asked before and after. `Unavailable`."""
    before = await matningar.nu()
    there = await ur.nu()
    after = await matningar.nu()
    return Klocka(vem, there - (before + after) // 2, (max(after - before, 0) + 1) // 2)
