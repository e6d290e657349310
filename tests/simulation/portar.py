"""The in-memory adapters as a process sees them: each call waits its turn, and may be refused or its answer lost."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from samverkanshub.ports import Unavailable
from simulation.slinga import Slinga, Utgang

ANDRAR: Final = frozenset(
    {"append", "assign", "claim", "commit", "notified", "persons", "report", "secret", "send", "subject_key"}
)
"""Calls that leave something behind: they wait twice, to be done and to be answered."""
GAR, NEKAS, TAPPAS = Utgang.GAR, Utgang.NEKAS, Utgang.TAPPAS


class Port:
    """An adapter behind turns. `server` is what `Unavailable` names. `efter` is told of each call that is done."""

    def __init__(
        self, inre: Any, server: str, slinga: Slinga, efter: Callable[[str, tuple[Any, ...]], None] | None = None
    ) -> None:
        self._inre = inre
        self._server = server
        self._slinga = slinga
        self._efter = efter

    def __getattr__(self, name: str) -> Any:
        async def call(*args: Any, **more: Any) -> Any:
            await self._tur(name, (GAR, NEKAS))
            found = await getattr(self._inre, name)(*args, **more)
            if self._efter:
                self._efter(name, args)
            if name in ANDRAR:
                await self._tur(f"{name} klar", (GAR, TAPPAS))
            return found

        setattr(self, name, call)
        return call

    async def _tur(self, vad: str, utgangar: tuple[Utgang, ...]) -> None:
        if await self._slinga.tur(f"{self._server}.{vad}", utgangar) is not GAR:
            raise Unavailable(self._server)

    async def wait_judged(self, partition: int, offset: int, timeout_s: float) -> bool:
        """As the projection: no turn is waited for while the gate is, and one before the answer."""
        found: bool = await self._inre.wait_judged(partition, offset, timeout_s)
        await self._tur("wait_judged", (GAR, NEKAS))
        return found

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[Any]:
        """As the log: a turn, and the records."""
        await self._tur("records", (GAR, NEKAS))
        async for record in self._inre.records(partition, start, end):
            yield record

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Any]:
        """As the projection: a turn, and a moment that lasts."""
        await self._tur("snapshot", (GAR, NEKAS))
        async with self._inre.snapshot() as moment:
            yield moment


def felpunkt(slinga: Slinga) -> Callable[[str], Any]:
    """Failpoints at which a process may die, as it may anywhere else."""

    async def at(name: str) -> None:
        await slinga.tur(name)

    return at
