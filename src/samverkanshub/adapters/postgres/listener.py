"""Who waits for a partition's position, and the one connection that hears it move."""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any, Final

import asyncpg
import structlog

from samverkanshub.adapters.postgres.database import connect_arguments, is_outage

CHANNEL: Final = "samverkan_position"
_RETRY_S: Final = 0.5
_log = structlog.get_logger(__name__)


class Waiter:
    """Who waits for a partition's position to pass an offset, and is `told` when it has."""

    def __init__(self, partition: int, offset: int, doubt: bool) -> None:
        self.told = False
        self._doubt = doubt
        self._partition = partition
        self._offset = offset
        self._woken = asyncio.Event()

    async def woken(self, within_s: float) -> None:
        """Wait until told or made doubtful: by a lost connection, or by hearing nothing within so many seconds."""
        try:
            async with asyncio.timeout(within_s):
                await self._woken.wait()
        except TimeoutError:
            self._doubt = True
        self._woken.clear()

    def doubts(self) -> bool:
        """Must it look for itself? Once for each doubt."""
        doubt, self._doubt = self._doubt, False
        return doubt

    def hear(self, partition: int, position: int) -> None:
        """The partition is at this position."""
        if partition == self._partition and self._offset < position:
            self.told = True
            self._woken.set()

    def wonder(self) -> None:
        """What was said meanwhile was not heard."""
        self._doubt = True
        self._woken.set()


class PositionListener:
    """Listens on one connection of its own, made when somebody first waits, and made again when it is lost.

    Positions are said in the order in which they are committed, so that who last heard of an earlier one will hear.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._waiters: set[Waiter] = set()
        self._said: dict[int, int] = {}
        """What was last said of each partition on the connection there is."""
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def waiting(self, partition: int, offset: int) -> Iterator[Waiter]:
        """Who is told when the position has passed offset; in doubt from the start unless that is yet to be heard."""
        self._start()
        waiter = Waiter(partition, offset, doubt=not 0 <= self._said.get(partition, -1) <= offset)
        self._waiters.add(waiter)
        try:
            yield waiter
        finally:
            self._waiters.remove(waiter)

    async def close(self) -> None:
        """Stop listening."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except Exception as error:
                if not is_outage(error):
                    raise
            _log.warning("position_listener_lost")
            await asyncio.sleep(_RETRY_S)

    async def _listen(self) -> None:
        """Until the connection is lost. What moved while nobody listened is told by waking everybody."""
        lost = asyncio.Event()
        connection = await asyncpg.connect(self._dsn, **connect_arguments())
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._wonder()
            await lost.wait()
        finally:
            self._said.clear()
            self._wonder()
            connection.terminate()

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        moved, position = (int(part) for part in payload.split(":"))
        self._said[moved] = position
        for waiter in self._waiters:
            waiter.hear(moved, position)

    def _wonder(self) -> None:
        for waiter in self._waiters:
            waiter.wonder()
