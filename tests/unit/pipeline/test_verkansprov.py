"""Trials that operators begin: one at a time, followed, stopped, and kept until the next."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest
from hub import START_MS, TestClock

from samverkanshub.domain.errors import Conflict
from samverkanshub.domain.verkan import Tal, Verkan
from samverkanshub.pipeline.kontroll import AVBRUTEN, FEL, KLAR, PAGAR
from samverkanshub.pipeline.verkan import DAY_MS, Stracka
from samverkanshub.pipeline.verkansprov import Funnet, Prov, Rapport, Uppdrag, Verkansprov
from samverkanshub.ports import Unavailable

NEW, NOW = (("frister", "f2"),), (("frister", "f1"),)
VERKAN = Verkan(handelser=3, andrade=1, alla=Tal(kommer=1), regler={"B0": Tal(kommer=1)})
FOUND = Funnet((Stracka(0, 4, 7, kortad=True),), VERKAN)


class Runner:
    """Tells what it is given to tell, when it is let go; `given` is what was asked of it, `stopped` how often cut."""

    def __init__(self, *told: Rapport | bytes | Exception) -> None:
        self.told = told
        self.given: list[Uppdrag] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()
        self.stopped = 0

    async def run(self, uppdrag: bytes) -> AsyncIterator[bytes]:
        self.given.append(msgspec.json.decode(uppdrag, type=Uppdrag))
        try:
            yield msgspec.json.encode(Rapport(1, 3))
            self.begun.set()
            await self.go.wait()
            for one in self.told:
                if isinstance(one, Exception):
                    raise one
                yield one if isinstance(one, bytes) else msgspec.json.encode(one)
        except (GeneratorExit, asyncio.CancelledError):
            self.stopped += 1
            raise


def trials(runner: Runner, **how: float) -> Verkansprov:
    return Verkansprov(runner, TestClock(), **how)


async def ended(prov: Verkansprov) -> Prov:
    assert prov._task is not None
    async with asyncio.timeout(5):
        await prov._task
    found = prov.last()
    assert found is not None
    return found


async def test_it_is_given_what_is_proposed_what_is_in_force_and_thirty_days() -> None:
    runner = Runner(Rapport(3, 3, FOUND))
    prov = trials(runner)
    assert prov.last() is None
    prov.start("h1", NEW, NOW)
    runner.go.set()
    found = await ended(prov)
    assert runner.given == [Uppdrag(NEW, NOW, START_MS - 30 * DAY_MS)]
    assert (found.forslag, found.startad, found.stand, found.gjort, found.av) == ("h1", START_MS, KLAR, 3, 3)
    assert found.funnet == FOUND, "what was told in lines is what was found"


async def test_one_runs_at_a_time_and_the_next_takes_the_place_of_the_last() -> None:
    runner = Runner(Rapport(3, 3, FOUND))
    prov = trials(runner)
    prov.start("h1", NEW, NOW)
    with pytest.raises(Conflict):
        prov.start("h2", NEW, NOW)
    runner.go.set()
    await ended(prov)
    prov.start("h2", NEW, NOW)
    last = prov.last()
    assert last is not None
    assert (last.forslag, last.stand) == ("h2", PAGAR)
    await prov.cancel()


async def test_it_is_stopped_also_before_it_has_begun() -> None:
    runner = Runner()
    prov = trials(runner)
    await prov.cancel()
    prov.start("h1", NEW, NOW)
    await prov.cancel()
    prov.start("h1", NEW, NOW)
    await runner.begun.wait()
    await prov.cancel()
    last = prov.last()
    assert last is not None
    assert (last.stand, runner.stopped) == (AVBRUTEN, 1)
    await prov.cancel()
    assert last.stand == AVBRUTEN


@pytest.mark.parametrize(
    ("told", "fel"),
    [
        (Rapport(fel="for-lang"), "for-lang"),
        (Unavailable("kontroll"), ""),
        (b"no line", ""),
        (RuntimeError("whatever"), ""),
        (Rapport(2, 3), ""),
    ],
)
async def test_one_that_finds_nothing_has_failed_and_says_why_where_that_can_be_told(
    told: Rapport | bytes | Exception, fel: str
) -> None:
    runner = Runner(told)
    prov = trials(runner)
    prov.start("h1", NEW, NOW)
    runner.go.set()
    found = await ended(prov)
    assert (found.stand, found.fel, found.funnet) == (FEL, fel, None)


async def test_one_that_never_ends_is_ended() -> None:
    prov = trials(Runner(), longest_s=0.01)
    prov.start("h1", NEW, NOW)
    assert (await ended(prov)).stand == FEL
