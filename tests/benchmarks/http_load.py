"""Requests at a pace of their own: raw HTTP/1.1 over connections that are kept, so that the asking costs little."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter, time
from uuid import UUID

from benchmarks.ground import SENDER
from samverkanshub.client.client import Client
from samverkanshub.client.events import CONTENT_TYPE
from samverkanshub.client.tokens import Identity, token
from samverkanshub.domain import ids

GROUP = f"{SENDER}.vinr.utsatt"
RECIPIENT = f"{SENDER}.barn-unga.mottagning"
FAILED = 599
ANSWER_S = 30.0


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


class Connections:
    """Kept connections to an api, each with one request at a time."""

    def __init__(self, host: str, port: int, count: int) -> None:
        self._address = (host, port)
        self._count = count
        # The one that was used last first: the others may close for want of use, as with any client.
        self._free: asyncio.LifoQueue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.LifoQueue()

    async def __aenter__(self) -> "Connections":
        for _ in range(self._count):
            self._free.put_nowait(await asyncio.open_connection(*self._address))
        return self

    async def __aexit__(self, *_: object) -> None:
        while not self._free.empty():
            self._free.get_nowait()[1].close()

    async def send(self, request: Request) -> int:
        """The status of the answer; `FAILED` where there is none."""
        return (await self.ask(request.content))[0]

    async def ask(self, content: bytes) -> tuple[int, bytes]:
        """The status of the answer and its body; `FAILED` and nothing where there is none."""
        reader, writer = await self._free.get()
        try:
            async with asyncio.timeout(ANSWER_S):
                if reader.at_eof():
                    writer.close()
                    reader, writer = await asyncio.open_connection(*self._address)
                writer.write(content)
                answer = await _answered(reader)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            writer.close()
            reader, writer = await asyncio.open_connection(*self._address)
            answer = FAILED, b""
        self._free.put_nowait((reader, writer))
        return answer


async def _answered(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    body = await reader.readexactly(int(length.partition(b":")[2]))
    return int(head.split(b" ", 2)[1]), body


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
