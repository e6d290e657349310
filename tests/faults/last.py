"""The load: agencies at work at the same time, each doing one thing after the other as a real one does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from faults.noter import Noter, now_ms
from samverkanshub.client import Client, ClientError, Options, Retry
from samverkanshub.client.models import InboxRow

PATIENT = Retry(attempts=200, first_s=0.1, longest_s=0.5)
"""Longer than any fault lasts: who gives up has found a fault of its own."""
SENDERS = ("mora", "leksand", "falun")
REPORTER = "region-dalarna.vardcentral-leksand.handlaggare"
READERS = (
    "region-dalarna.vuxenpsykiatri.handlaggare",
    "region-dalarna.vardcentral-mora.handlaggare",
    "polisen.dalarna.handlaggare",
    "leksand.barn-unga.mottagning",
)
ACTORS = (*SENDERS, "region-dalarna", "polisen")
NUMBERS = Path(__file__).parents[1] / "data" / "testpersonnummer.txt"
ADULT_BEFORE, CHILD_AFTER = "2005", "2011"
RECIPIENTS = [{"slag": "enhet", "id": group.rpartition(".")[0]} for group in READERS[:3]]
DAY = timedelta(days=1)


def numbers() -> tuple[list[str], list[str]]:
    """The adults and the children among the published test numbers."""
    found = [line.strip() for line in NUMBERS.read_text().splitlines() if line[:1].isdigit()]
    people = [one for one in found if int(one[6:8]) <= 31]
    return [n for n in people if n[:4] < ADULT_BEFORE and n[:4] > "1940"], [n for n in people if n[:4] > CHILD_AFTER]


@dataclass
class Last:
    """Everybody who works against the hub at `url`; `notes` is the directory of what they note."""

    url: str
    keys: dict[str, Path]
    notes: Path
    seed: str
    pace_s: float = 0.15
    ahead_ms: int = 0
    """How far ahead the agencies' clocks are: they are told the time by whoever tells the hub."""
    seen: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    taken: int = 0
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)
    _noters: list[Noter] = field(default_factory=list)

    # ------------------------------------------------------------------------------------------ beginning and end

    def begin(self) -> None:
        """Everybody goes to work."""
        adults, children = numbers()
        rng = Random(f"{self.seed}:numbers")
        rng.shuffle(adults)
        for at, aktor in enumerate(SENDERS):
            self._go(f"{aktor}.vinr.utsatt", "kurs", self._courses, adults[at :: len(SENDERS)])
        for group in READERS:
            self._go(group, "lasare", self._reader)
        self._go(REPORTER, "anmalare", self._reports, children)
        self._go("mora.vinr.utsatt", "avvikelse", self._deviations)

    def _go(self, group: str, name: str, work: Callable[..., Awaitable[None]], *given: Any) -> None:
        async def working() -> None:
            async with self.client(group, name) as client:
                await work(client, Random(f"{self.seed}:{group}:{name}"), *given)

        self._tasks.append(asyncio.ensure_future(self._watched(f"{group}-{name}", working())))

    async def _watched(self, name: str, working: Awaitable[None]) -> None:
        try:
            await working
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self.failures.append(f"{name}: {type(error).__name__}: {getattr(error, 'code', '')}")

    async def end(self, within_s: float) -> None:
        """Everybody ends what is under way; who cannot is taken home, and that is told as a failure."""
        self._ended.set()
        _, left = await asyncio.wait(self._tasks, timeout=within_s)
        for task in left:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if left:
            self.failures.append(f"{len(left)} clients did not come to an end in {within_s:.0f} s")
        for noter in self._noters:
            self.seen.update(f"{what} {status}" for what, status in noter.statuses)

    @asynccontextmanager
    async def client(self, group: str, name: str) -> AsyncIterator[Client]:
        """A client of a reader group, whose requests are noted."""
        aktor = group.partition(".")[0]
        user = f"u-{name}"
        noter = Noter(self.notes / f"{group}-{name}.jsonl", aktor, group, user)
        self._noters.append(noter)
        options = Options(retry=PATIENT, transport=noter, now_s=lambda: (now_ms() + self.ahead_ms) / 1000)
        async with Client(self.url, aktor, group, user, self.keys[aktor].read_bytes(), options=options) as client:
            yield client

    async def _pause(self, rng: Random) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), self.pace_s * rng.uniform(0.2, 1.8))

    # ------------------------------------------------------------------------------------------ who sends

    async def send(self, client: Client, typ: str, data: dict[str, Any]) -> str:
        """Publish, with patience; the event's id. One that is refused before it is taken has none."""
        try:
            receipt = await client.publish(typ, data)
        except ClientError as error:
            self.seen[f"refused {typ} {error.code}"] += 1
            return ""
        self.taken += 1
        return receipt.handelse_id

    async def _courses(self, client: Client, rng: Random, people: list[str]) -> None:
        at = 0
        while not self._ended.is_set():
            await self._course(client, rng, people[at % len(people)])
            at += 1

    async def _course(self, client: Client, rng: Random, nummer: str) -> None:
        """A consent, messages under it, and perhaps its withdrawal and a message after that."""
        andamal = rng.choice(("sip", "riskbedomning"))
        given = await self.send(client, "samtycke_lamnat", consent(nummer, andamal))
        sent = []
        for _ in range(rng.randint(1, 3)):
            await self._pause(rng)
            sent.append(await self.send(client, *message(nummer, andamal, rng)))
            if rng.random() < 0.2:  # K9: said again, and narrower.
                given = await self.send(client, "samtycke_lamnat", consent(nummer, andamal, ["identitet"]))
        await self._pause(rng)
        if given and rng.random() < 0.6:
            await self.send(client, "samtycke_aterkallat", {**about(nummer), "samtycke": given})
            await self._pause(rng)
            sent.append(await self.send(client, *message(nummer, andamal, rng)))
        elif rng.random() < 0.3:
            await self.send(client, "skydd", {**about(nummer), **PROTECTED})
        for event in filter(None, sent):
            with suppress(ClientError):
                await client.outcome(event)

    async def _reports(self, client: Client, rng: Random, children: list[str]) -> None:
        while not self._ended.is_set():
            await self.send(client, "orosanmalan", report(rng.choice(children)))
            await self._pause(rng)
            await self._pause(rng)

    async def _deviations(self, client: Client, rng: Random) -> None:
        while not self._ended.is_set():
            await self.send(client, "avvikelse", deviation(rng))
            await self._pause(rng)

    # ------------------------------------------------------------------------------------------ who receives

    async def _reader(self, client: Client, rng: Random) -> None:
        """Reads the inbox, opens what is new, acknowledges some of it, and opens what is old again."""
        cursor, known = "", list[InboxRow]()
        while not self._ended.is_set():
            with suppress(ClientError):
                page = await client.inbox(cursor)
                cursor = page.markor
                fresh = [row for row in page.rader if not row.kod]
                known += fresh
                for row in fresh:
                    await self._open(client, row, rng)
                    if self._ended.is_set():
                        break
                for row in rng.sample(known, min(2, len(known))):
                    await self._open(client, row, rng)
            await self._pause(rng)

    async def _open(self, client: Client, row: InboxRow, rng: Random) -> None:
        with suppress(ClientError):
            await client.open(row.leverans_id)
            if rng.random() < 0.4:
                await client.acknowledge(row.leverans_id, rng.choice(("mottagen", "dokumenterad")))


# ------------------------------------------------------------------------------------------ what is sent

PROTECTED = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}


def about(nummer: str, roll: str = "registrerad") -> dict[str, Any]:
    """That an event is about somebody."""
    return {"personer": [{"roll": roll, "personnummer": nummer}]}


def from_now(days: float) -> str:
    """A time so many days from now."""
    return (datetime.fromtimestamp(now_ms() / 1000, UTC) + days * DAY).isoformat(timespec="milliseconds")


def consent(nummer: str, andamal: str, kategorier: list[str] | None = None) -> dict[str, Any]:
    """A written consent to a purpose, for what it needs or these categories."""
    needed = ["identitet", "behov", "insats"] if andamal == "sip" else ["identitet", "risk"]
    return {
        **about(nummer),
        "andamal": andamal,
        "mottagare": RECIPIENTS,
        "kategorier": kategorier or needed,
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
        "fran": from_now(-1),
        "till": from_now(90),
    }


def message(nummer: str, andamal: str, rng: Random) -> tuple[str, dict[str, Any]]:
    """A message of that purpose, to some of the recipients."""
    base = {**about(nummer, "utsatt"), "mottagare": RECIPIENTS[: rng.randint(1, 3)]}
    if andamal == "sip":
        return "sip_kallelse", {
            **base,
            "skyddade_personuppgifter": False,
            "delaktighet": {"satt": "deltar", "information": "muntligt"},
            "syfte": "samordna stöd och behandling",
            "behov": [{"text": "hjälp att söka bostad"}],
        }
    return "riskbedomning_delad", {
        **base,
        "metod": "FREDA",
        "niva": rng.choice(("lag", "hog")),
        "bedomd_av": "u-kurs",
        "bedomd_tid": from_now(-2),
        "sammanfattning": "risk för upprepat våld",
        "riskfaktorer": [{"text": "upptrappat hot"}],
    }


def report(nummer: str) -> dict[str, Any]:
    """A report about a child."""
    return {
        **about(nummer, "barn"),
        "kommun": "leksand",
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "barnet har berättat om bråk hemma",
    }


def deviation(rng: Random) -> dict[str, Any]:
    """A deviation, which concerns nobody."""
    return {
        "personer": [],
        "mottagare": [RECIPIENTS[1]],
        "slag": "overlamning",
        "mellan_huvudman": True,
        "lex_sarah": "ej_bedomt",
        "lex_maria": "galler_inte",
        "beskrivning": rng.choice(("remissen blev liggande", "ingen tog över ärendet")),
    }
