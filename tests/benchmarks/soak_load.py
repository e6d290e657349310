"""The load of a soak: reports, consents, inboxes and openings in turn, by a schedule or as fast as they can be."""

import asyncio
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Final
from urllib.parse import quote

import msgspec

from benchmarks.http_load import GROUP, RECIPIENT, Answer, Connections, on_the_wire, publishing, report
from samverkanshub.client import Client

AT_ONCE: Final = 64
TURNS: Final = ("report", "consent", "report", "open", "report", "inbox", "report", "consent", "report", "open")
PAGE: Final = 20
SHED: Final = 429
_REMEMBERED: Final = 50


class _Row(msgspec.Struct):
    leverans_id: str
    kod: str = ""


class _Page(msgspec.Struct):
    rader: list[_Row]
    markor: str


@dataclass
class Done:
    """What came of it: statuses, what the failures were in words, and the seconds that the answers took."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    due: int = 0
    """How many were to be sent; as many as could be where nobody said."""

    def note(self, answer: Answer) -> None:
        """Count an answer."""
        self.statuses[answer.status] += 1
        if answer.status >= 300 and answer.status != SHED:
            self.failures[answer.told] += 1

    @property
    def told(self) -> str:
        """How many failed, and how: each way with how often."""
        ways = ", ".join(f"{times} × {way}" for way, times in self.failures.most_common())
        return f"{self.failed} failed" + (f" ({ways})" if ways else "")

    @property
    def events(self) -> int:
        """How many were answered well."""
        return sum(times for status, times in self.statuses.items() if status < 300)

    @property
    def shed(self) -> int:
        """How many were told to come again."""
        return self.statuses[SHED]

    @property
    def unsent(self) -> int:
        """How many were still to be sent at the end: no connection was free in time."""
        return max(0, self.due - self.statuses.total())

    @property
    def failed(self) -> int:
        """How many were answered otherwise, or not at all."""
        return self.statuses.total() - self.events - self.shed


class Load:
    """Makes requests, each about somebody new, and remembers what there is to open."""

    def __init__(self, key: bytes) -> None:
        self._sender = Client("http://127.0.0.1", RECIPIENT.partition(".")[0], GROUP, "u-1", key)
        self._reader = Client("http://127.0.0.1", RECIPIENT.partition(".")[0], RECIPIENT, "u-2", key)
        self._numbers = count(1)
        self._turns = count()
        self._unopened: deque[str] = deque(maxlen=_REMEMBERED)
        self._cursor = ""
        self._reading = False

    async def close(self) -> None:
        """Nothing is connected; the clients want it."""
        await self._sender.close()
        await self._reader.close()

    async def one(self, connections: Connections) -> Answer:
        """Do what is next."""
        turn = TURNS[next(self._turns) % len(TURNS)]
        if turn == "inbox" and not self._reading:
            return await self._read(connections)
        if turn == "open" and self._unopened:
            path = f"/leveranser/{self._unopened.popleft()}/oppna"
            return await connections.ask(on_the_wire(self._reader.identity, "POST", path))
        number = next(self._numbers)
        typ, data = ("samtycke_lamnat", consent(number)) if turn == "consent" else ("orosanmalan", report(number))
        return await connections.ask(publishing(self._sender, typ, data).content)

    async def _read(self, connections: Connections) -> Answer:
        self._reading = True
        path = f"/inkorg?antal={PAGE}&markor={quote(self._cursor, safe='')}"
        answer = await connections.ask(on_the_wire(self._reader.identity, "GET", path))
        if answer.status < 300:
            page = msgspec.json.decode(answer.body, type=_Page)
            self._cursor = page.markor
            self._unopened.extend(row.leverans_id for row in page.rader if not row.kod)
        self._reading = False
        return answer


def consent(number: int) -> dict[str, object]:
    """A written consent of somebody known by reference, to a purpose and three recipients."""
    units = ("region-dalarna.vuxenpsykiatri", "region-dalarna.vardcentral-mora", "polisen.dalarna")
    return {
        "personer": [{"roll": "registrerad", "referens": f"S/{number}"}],
        "andamal": "sip",
        "mottagare": [{"slag": "enhet", "id": unit} for unit in units],
        "kategorier": ["identitet", "behov", "insats"],
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
        "fran": "2026-01-01T00:00:00.000+01:00",
        "till": "2026-12-31T00:00:00.000+01:00",
    }


async def driven(load: Load, connections: Connections, seconds: float, rate: float = 0.0) -> Done:
    """Ask for so long, over `AT_ONCE` connections: so many a second, or with no rate as fast as they are answered."""
    done, start, numbers = Done(due=int(seconds * rate)), perf_counter(), count()
    end = start + seconds

    async def working() -> None:
        while (due := start + next(numbers) / rate if rate else perf_counter()) < end and perf_counter() < end:
            await asyncio.sleep(max(0.0, due - perf_counter()))
            began = perf_counter()
            done.note(await load.one(connections))
            done.took.append(perf_counter() - began)

    await asyncio.gather(*(working() for _ in range(AT_ONCE)))
    return done
