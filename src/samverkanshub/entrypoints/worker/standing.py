"""How a worker stands with its partitions, told for health to read; what cannot be told in time is not told.

Nothing here may stop the gate, delay its work, or delay the end of its process beyond a moment.
"""

import asyncio
from contextlib import suppress

import structlog

from samverkanshub.ports import IGANG, VAGRAD, GateStatus

EVERY_S = 5.0
WITHIN_S = 1.0


class Standing:
    """Tells of each partition that the gate has every `every_s` seconds, and of a refusal once, as the last word."""

    def __init__(self, status: GateStatus, *, every_s: float = EVERY_S, within_s: float = WITHIN_S) -> None:
        self._status = status
        self._every_s = every_s
        self._within_s = within_s
        self._has: set[int] = set()
        self._refused = False
        self._news = asyncio.Event()
        self._telling: asyncio.Future[None] | None = None
        self._log = structlog.stdlib.get_logger(__name__)

    def takes(self, partition: int) -> None:
        """The gate has the partition now."""
        self._has.add(partition)
        self._news.set()

    def leaves(self, partition: int) -> None:
        """The partition is another's now, or nobody's."""
        self._has.discard(partition)

    async def refuses(self, partition: int | None, code: str) -> None:
        """The gate refused a partition, or, where it is not known which, all that it has. Nothing is told after."""
        self._refused = True
        await self._taken_back()
        for refused in sorted(self._has) if partition is None else [partition]:
            await self._tell(refused, VAGRAD, code)
            if self._waits():
                return

    async def beat(self) -> None:
        """Tell until cancelled."""
        while True:
            self._news.clear()
            for partition in sorted(self._has):
                if not (self._refused or self._waits()):
                    await self._tell(partition, IGANG, "")
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every_s):
                    await self._news.wait()

    def _waits(self) -> bool:
        return self._telling is not None and not self._telling.done()

    async def _taken_back(self) -> None:
        """What is being told must not come to the server after what is to be told now."""
        if self._telling is not None and self._waits():
            self._telling.cancel()
            await asyncio.wait({self._telling}, timeout=self._within_s)

    async def _tell(self, partition: int, state: str, code: str) -> None:
        # Waited for from outside: a driver may take long to let go of a question that is taken back.
        telling = self._telling = asyncio.ensure_future(self._report(partition, state, code))
        try:
            await asyncio.wait({telling}, timeout=self._within_s)
        finally:
            if telling.cancel():
                self._not_told(partition, TimeoutError())

    async def _report(self, partition: int, state: str, code: str) -> None:
        try:
            await self._status.report(partition, state, code)
        except Exception as error:
            self._not_told(partition, error)

    def _not_told(self, partition: int, error: Exception) -> None:
        self._log.warning("gate.standing-not-told", partition=partition, error=type(error).__name__)
