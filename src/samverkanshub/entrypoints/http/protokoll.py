"""uvicorn's HTTP protocol, with an end to what it waits for: a request's head, and that its answer is read.

A body that does not come is `admission.timely`'s to refuse, since by then a request is being worked on. Where nobody
did within twice the time, as for pages, it is cut here. So is who does not read on while an answer still comes, as a
file does: what is under way holds a place.
"""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from samverkanshub.entrypoints.http.admission import TRANGT
from samverkanshub.entrypoints.http.tls import KLIENT, client_of


class Server(uvicorn.Server):
    """uvicorn's server, which gives a TLS handshake, that nobody counts yet, as long as a head and not a minute."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        listen: Any = loop.create_server
        if self.config.ssl is not None:
            within = getattr(self.config.http, "tid_s", None) or None
            loop.create_server = partial(listen, ssl_handshake_timeout=within)  # type: ignore[method-assign]
        try:
            await super().startup(sockets)
        finally:
            loop.create_server = listen  # type: ignore[method-assign]


class Timely(H11Protocol):
    """A connection that is cut where nobody sends or reads in time. Beyond `most` of them reports alone are taken.

    Half as many again are held for those; what comes beyond is cut at once.
    """

    most: ClassVar[int]
    tid_s: ClassVar[float]
    _head: asyncio.TimerHandle | None = None
    _body: asyncio.TimerHandle | None = None
    _answer: asyncio.TimerHandle | None = None
    _more: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count it, see who is there, and wait for its first request."""
        super().connection_made(transport)
        if (client := client_of(transport)) is not None:
            self.app_state = {**self.app_state, KLIENT: client}
        if len(self.connections) > self.most:
            self.app_state = {**self.app_state, TRANGT: True}
        if len(self.connections) > self.most + self.most // 2:
            transport.abort()
        else:
            self._head = self._cut_unless(lambda: self._at_work)

    def data_received(self, data: bytes) -> None:
        """Take it in; from the first byte of a head on, the rest has to come in time."""
        super().data_received(data)
        if self._at_work:
            _cancel(self._head)
            self._head = None
            # What is beyond the limit is not kept for the next request.
            self.cycle.keep_alive = self.cycle.keep_alive and TRANGT not in self.app_state
            self._await_body()
        elif self._head is None:
            self._head = self._cut_unless(lambda: self._at_work)

    def _await_body(self) -> None:
        cycle = self.cycle
        if self._at_work and cycle.more_body and self._body is None:
            self._body = self._cut_unless(lambda: not cycle.more_body or cycle.response_complete, 2)

    def pause_writing(self) -> None:
        """As much waits to be read as may: room for more has to come in time, or there is none who reads."""
        super().pause_writing()
        _cancel(self._more)
        self._more = self._cut_unless(lambda: False)

    def resume_writing(self) -> None:
        """There is room for more."""
        super().resume_writing()
        _cancel(self._more)

    def on_response_complete(self) -> None:
        """The answer has been handed to the system, or some of it waits for whom it is for to read."""
        _cancel(self._body)
        self._body = None
        super().on_response_complete()
        _cancel(self._answer)
        if self.transport.get_write_buffer_size():
            self._answer = self._cut_unless(lambda: not self.transport.get_write_buffer_size())
        # The next request may have come already, and begun by now.
        self._await_body()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        for timer in (self._head, self._body, self._answer, self._more):
            _cancel(timer)
        super().connection_lost(exc)

    @property
    def _at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _cut_unless(self, done: Callable[[], bool], times: int = 1) -> asyncio.TimerHandle:
        return self.loop.call_later(times * self.tid_s, lambda: None if done() else self.transport.abort())


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def protocol(forbindelser: int, in_s: float) -> type[Timely]:
    """The protocol for so many connections, with so many seconds for a head to come and for an answer to be read."""

    class Bound(Timely):
        most = forbindelser
        tid_s = in_s

    return Bound
