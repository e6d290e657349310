"""The demo's cases played through a real hub, and what the log, the databases and the notices must then hold."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pprint import pformat
from shutil import rmtree

from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.client import Client, Options, Receipt, Retry
from samverkanshub.client.events import Prepared
from samverkanshub.entrypoints.cli.supervisor import Hub, pause_s, running_hub
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.play import Tally
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.settings import Settings

FREE_PORTS = ("SAMVERKAN_API_PORT", "SAMVERKAN_KAFKA_PORT", "SAMVERKAN_POSTGRES_PORT")
IMPATIENT = Retry(attempts=40, first_s=0.02, longest_s=0.2)
"""For a hub that is killed again and again: ask often, give up late."""
PATIENCE_S = 60.0


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is so; it is asked every hundredth of a second."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if await true():
                return
            await asyncio.sleep(0.01)


@contextmanager
def own_directory() -> Iterator[Path]:
    """A data directory that PostgreSQL's user can enter; gone afterwards."""
    data = temporary_data("samverkanshub-test-")
    try:
        yield data
    finally:
        rmtree(data)


def settings_in(data: Path, **given: str) -> Settings:
    """Settings of a hub with servers of its own on free ports, and no canaries among what is counted."""
    own = {"SAMVERKAN_DATA": str(data), "SAMVERKAN_KANARIE_S": "0"}
    return Settings.from_env({**dict.fromkeys(FREE_PORTS, "0"), **own, **given})


class Remembering(Client):
    """A client that remembers the id of every event that the hub said it had taken."""

    taken: list[str]

    async def send(self, event: Prepared) -> Receipt:
        receipt = await super().send(event)
        self.taken.append(receipt.handelse_id)
        return receipt

    async def acknowledge(
        self, leverans_id: str, slag: str, enhet: str | None = None, *, id: str | None = None
    ) -> Receipt:
        receipt = await super().acknowledge(leverans_id, slag, enhet, id=id)
        self.taken.append(receipt.handelse_id)
        return receipt


@dataclass
class Stage:
    """A running hub, the cases to play on it, and what came of those played."""

    hub: Hub
    cases: list[cases.Case]
    keys: dict[str, Path]
    retry: Retry
    told: list[run.Told] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.hub.settings.data

    async def play(self) -> Tally:
        """All cases in order."""
        return await run.play(self.cases, cases.common(run.directory()), self.connect, self.told.append)

    def connect(self, lasargrupp: str, anvandare: str = "") -> Client:
        aktor = lasargrupp.partition(".")[0]
        key = self.keys[aktor].read_bytes()
        client = Remembering(
            self.hub.url, aktor, lasargrupp, anvandare or run.USER, key, options=Options(retry=self.retry)
        )
        client.taken = self.taken
        return client

    def first_mismatch(self) -> str:
        """The first step that came out otherwise, as it can be read; empty where there is none."""
        steps = [told for told in self.told if not told.expected]
        return self._readable(steps[0]) if steps else ""

    def _readable(self, told: run.Told) -> str:
        number = sum(1 for other in self.told[: self.told.index(told)] if other.number == told.number)
        expected = told.case.vantat[number] if number < len(told.case.vantat) else "nothing"
        return (
            f"{told.case.fil}, step {number + 1} ({told.step.verb}):\n"
            f"expected {pformat(expected, width=110)}\nbut was  {pformat(told.result, width=110)}"
        )


@asynccontextmanager
async def stage(
    data: Path, retry: Retry | None = None, pause: Callable[[int], float] = pause_s
) -> AsyncIterator[Stage]:
    """A hub in this directory with the keys of every actor of the demo."""
    chosen = cases.load(run.directory())
    settings = with_roles(settings_in(data))
    keys = run.make_keys(chosen, settings, data / "nycklar-privata")
    async with running_hub(settings, pause=pause) as hub:
        yield Stage(hub, chosen, keys, retry or Retry())
