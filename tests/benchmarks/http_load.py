"""Requests at a pace of their own: raw HTTP/1.1 over connections that are kept, so that the asking costs little."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from time import perf_counter, time
from uuid import UUID

import msgspec

from benchmarks.ground import SENDER
from samverkanshub.client.client import Client
from samverkanshub.client.events import CONTENT_TYPE
from samverkanshub.client.tokens import Identity, token
from samverkanshub.domain import ids

GROUP = f"{SENDER}.vinr.utsatt"
RECIPIENT = f"{SENDER}.barn-unga.mottagning"
ANSWER_S = 30.0
IDLE_S = 3.0
"""How long a connection may have been idle and still be used.

The api closes one after five seconds without a request (`KEEP_ALIVE_S`), and HTTP has no way to tell a close that is on
its way from a request that is: a client must let go before its server does (RFC 9112, 9.3.1), or lose a request now and
then. What is lost all the same is not sent again here: it is what the run is to find.
"""


class Lost(IntEnum):
    """Why there was no answer, in the place of a status."""

    NOT_CONNECTED = 595
    CLOSED_NEW = 596
    CLOSED_KEPT = 597
    CUT = 598
    LATE = 599

    @property
    def told(self) -> str:
        """In words."""
        return _LOST[self]


_LOST = {
    Lost.NOT_CONNECTED: "no connection",
    Lost.CLOSED_NEW: "closed unanswered, on a new connection",
    Lost.CLOSED_KEPT: "closed unanswered, on a connection used before",
    Lost.CUT: "closed in the middle of the answer",
    Lost.LATE: f"no answer in {ANSWER_S:.0f} s",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, or why there is none, and the body."""

    status: int
    body: bytes = b""

    @property
    def told(self) -> str:
        """What it was in a few words: the problem's `type` with the status, and nothing else of what was said."""
        if isinstance(self.status, Lost):
            return self.status.told
        try:
            return f"{self.status} {msgspec.json.decode(self.body, type=_Problem).type}".rstrip()
        except msgspec.DecodeError:
            return str(self.status)


class _Problem(msgspec.Struct):
    type: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it is on the wire, and the id that its event will have."""

    handelse_id: str
    content: bytes = field(repr=False)


class Requests:
    """Makes reports to `RECIPIENT` about children, each another, by references that only the sender knows."""

    def __init__(self, key: bytes) -> None:
        self._client = Client("http://127.0.0.1", SENDER, GROUP, "u-1", key)
        self._made = 0

    async def close(self) -> None:
        """Nothing is connected; the client wants it."""
        await self._client.close()

    def make(self, count: int) -> list[Request]:
        """So many, to be sent within a minute: a token lives no longer."""
        return [self._one() for _ in range(count)]

    def _one(self) -> Request:
        self._made += 1
        return publishing(self._client, "orosanmalan", report(self._made))


def publishing(client: Client, typ: str, data: dict[str, object]) -> Request:
    """The request that publishes an event, with a token of now."""
    event = client.prepare(typ, data)
    content = on_the_wire(client.identity, "POST", "/handelser", event.body, CONTENT_TYPE)
    return Request(ids.event_id(client.identity.aktor, str(UUID(event.id))), content)


def on_the_wire(
    identity: Identity, method: str, path: str, body: bytes = b"", content_type: str = "application/json"
) -> bytes:
    """A request as it is sent, with a token of now."""
    head = [
        f"{method} {path} HTTP/1.1",
        "host: 127.0.0.1",
        f"content-type: {content_type}",
        f"authorization: Bearer {token(identity, int(time()))}",
        f"content-length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def report(number: int) -> dict[str, object]:
    """A report with five items about a child."""
    return {
        "personer": [{"roll": "barn", "referens": f"M/{number}"}],
        "kommun": SENDER,
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "barnet berättar i skolan om bråk i hemmet under helgen",
        "handelser": [{"text": "skrik och slag hördes genom väggen"}],
        "boende": "bor hos båda föräldrarna",
        "halsa": [{"text": "sover dåligt"}],
        "kontakt": "nås på skolan fram till klockan tre",
    }


@dataclass(slots=True)
class _Kept:
    """A connection, when it was used last, whether it ever was, and whether the api has said that it was the last."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    used_at: float
    used: bool = False
    ended: bool = False

    @property
    def usable(self) -> bool:
        return not self.ended and not self.reader.at_eof() and perf_counter() - self.used_at < IDLE_S


class Connections:
    """Kept connections to an api, each with one request at a time."""

    def __init__(self, host: str, port: int, count: int) -> None:
        self._address = (host, port)
        self._count = count
        # The one that was used last first, so that the others are those that are let go for want of use.
        self._free: asyncio.LifoQueue[_Kept | None] = asyncio.LifoQueue()

    async def __aenter__(self) -> "Connections":
        for _ in range(self._count):
            self._free.put_nowait(await self._opened())
        return self

    async def __aexit__(self, *_: object) -> None:
        while not self._free.empty():
            if kept := self._free.get_nowait():
                kept.writer.close()

    async def send(self, request: Request) -> int:
        """The status of the answer; one of `Lost` where there is none."""
        return (await self.ask(request.content)).status

    async def ask(self, content: bytes) -> Answer:
        """The answer, and one of `Lost` where there is none. It is asked once."""
        kept = await self._free.get()
        if kept and not kept.usable:
            kept.writer.close()
            kept = None
        try:
            kept = kept or await self._opened()
        except OSError:
            self._free.put_nowait(None)
            return Answer(Lost.NOT_CONNECTED)
        answer = await _asked(kept, content)
        kept.ended = kept.ended or isinstance(answer.status, Lost)
        self._free.put_nowait(kept)
        return answer

    async def _opened(self) -> _Kept:
        async with asyncio.timeout(ANSWER_S):
            return _Kept(*await asyncio.open_connection(*self._address), perf_counter())


async def _asked(kept: _Kept, content: bytes) -> Answer:
    try:
        async with asyncio.timeout(ANSWER_S):
            kept.writer.write(content)
            answer = await _answered(kept)
    except TimeoutError:
        return Answer(Lost.LATE)
    except asyncio.IncompleteReadError as error:
        # `expected` is how long a body was to be: its head was here.
        return Answer(Lost.CUT if error.partial or error.expected else _closed(kept))
    except OSError:
        return Answer(_closed(kept))
    kept.used_at, kept.used = perf_counter(), True
    return answer


def _closed(kept: _Kept) -> Lost:
    return Lost.CLOSED_KEPT if kept.used else Lost.CLOSED_NEW


async def _answered(kept: _Kept) -> Answer:
    head = (await kept.reader.readuntil(b"\r\n\r\n")).lower().split(b"\r\n")
    length = next(line for line in head if line.startswith(b"content-length:"))
    body = await kept.reader.readexactly(int(length.partition(b":")[2]))
    kept.ended = b"connection: close" in head
    return Answer(int(head[0].split(b" ", 2)[1]), body)


async def paced(connections: Connections, requests: Sequence[Request], rate: float) -> tuple[list[float], list[int]]:
    """Send so many a second whatever comes of it; when each was due, and its status."""
    start = perf_counter()
    due = [start + number / rate for number in range(len(requests))]
    sending = []
    for at, request in zip(due, requests, strict=True):
        await asyncio.sleep(max(0.0, at - perf_counter()))
        sending.append(asyncio.ensure_future(connections.send(request)))
    return due, await asyncio.gather(*sending)


async def as_fast_as_answered(connections: Connections, requests: Sequence[Request]) -> tuple[float, int]:
    """Send each as soon as a connection is free: seconds for all, and how many failed."""
    start = perf_counter()
    statuses = await asyncio.gather(*map(connections.send, requests))
    return perf_counter() - start, sum(status >= 300 for status in statuses)
