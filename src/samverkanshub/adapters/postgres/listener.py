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


class PositionListener:
    """Listens on one connection of its own, made when somebody first waits, and made again when it is lost."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._waiters: dict[asyncio.Event, tuple[int, int]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def waiting(self, partition: int, offset: int) -> Iterator[asyncio.Event]:
        """An event set when the partition's position may have passed offset; the waiter looks for itself."""
        self._start()
        event = asyncio.Event()
        self._waiters[event] = (partition, offset)
        try:
            yield event
        finally:
            del self._waiters[event]

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
            self._wake_all()
            await lost.wait()
        finally:
            connection.terminate()

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        moved, position = (int(part) for part in payload.split(":"))
        for event, (partition, offset) in self._waiters.items():
            if partition == moved and offset < position:
                event.set()

    def _wake_all(self) -> None:
        for event in self._waiters:
            event.set()
