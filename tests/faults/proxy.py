"""A TCP proxy that can slow its connections down, reset them, and cut one the moment it sees a word go by."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from samverkanshub.adapters.servers.places import LOOPBACK

CHUNK = 65_536
_NO_LINGER = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class _Pair:
    client: asyncio.StreamWriter
    server: asyncio.StreamWriter

    def cut(self) -> None:
        """Reset both ends: what is under way is lost, as when a cable is pulled and somebody answers for the dead."""
        for writer in (self.client, self.server):
            taken = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            writer.transport.abort()


@dataclass
class Proxy:
    """Listens on `port`, hands on to `target` of this machine. Everything passes at once until it is told otherwise."""

    port: int
    target: int
    delay_s: float = 0.0
    word: bytes = b""
    """A connection is cut when a client sends this; what it came with goes on to the server where `after` is set."""
    after: bool = False
    cut: int = 0
    """How many connections have been cut."""
    _pairs: set[_Pair] = field(default_factory=set)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        """Listen while the block runs."""
        server = await asyncio.start_server(self._taken, LOOPBACK, self.port)
        try:
            yield self
        finally:
            server.close()
            self.reset_all()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset_all(self) -> None:
        """Reset every connection that there is."""
        for pair in list(self._pairs):
            pair.cut()
            self.cut += 1

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self.target)
        except OSError:
            writer.transport.abort()
            return
        pair = _Pair(writer, far_writer)
        self._pairs.add(pair)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, far_writer, pair, asks=True))
                both.create_task(self._pass(far_reader, writer, pair, asks=False))
        except* (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._pairs.discard(pair)
            for one in (writer, far_writer):
                one.close()

    async def _pass(self, reader: asyncio.StreamReader, to: asyncio.StreamWriter, pair: _Pair, *, asks: bool) -> None:
        while content := await reader.read(CHUNK):
            if self.delay_s:
                await asyncio.sleep(self.delay_s)
            if asks and self.word and self.word in content:
                await self._cut_at(content, to, pair)
                return
            to.write(content)
            await to.drain()
        to.write_eof()

    async def _cut_at(self, content: bytes, to: asyncio.StreamWriter, pair: _Pair) -> None:
        if self.after:
            to.write(content)
            await to.drain()
            # The server reads it before the reset throws away what has not been read.
            await asyncio.sleep(0.02)
        self.cut += 1
        pair.cut()
