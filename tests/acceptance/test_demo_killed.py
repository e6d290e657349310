"""The demo while gate and api are killed with SIGKILL again and again: nothing lost, nothing doubled, no other end."""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import pytest
from demo_support import IMPATIENT, Stage, own_directory, stage, until
from whole import Row, Whole, judge_again, judged, rows, whole

from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.entrypoints.cli.supervisor import Supervised
from samverkanshub.entrypoints.demo.play import Tally
from skanning.nalar import Needle, of_the_demo
from skanning.platser import logs
from skanning.sokning import Search

pytestmark = pytest.mark.servers

SEED = 20_261
FEWEST = {"gate": 6, "api": 6}
"""Kills of each role that must have happened while the cases were played."""
BETWEEN = 20
"""Fewer steps than this pass between two kills of a role."""


@dataclass
class Survived:
    """The stage after the cases, what came of them, the kills by role, and what is kept."""

    stage: Stage
    tally: Tally
    kills: Counter[str]
    whole: Whole


@pytest.fixture(scope="module")
async def survived() -> AsyncIterator[Survived]:
    kills: Counter[str] = Counter()
    with own_directory() as data:
        async with stage(data, IMPATIENT, lambda _: 0.05) as playing:
            async with killed_at_random(playing, kills):
                tally = await playing.play()
            await at_rest(playing)
            yield Survived(playing, tally, kills, await whole(playing.hub.settings))


@contextlib.asynccontextmanager
async def killed_at_random(playing: Stage, kills: Counter[str]) -> AsyncIterator[None]:
    """Both roles are killed by themselves, until the end."""
    roles = (playing.hub.gate, playing.hub.api)
    killing = [asyncio.ensure_future(_kill(role, playing, kills, Random(SEED + at))) for at, role in enumerate(roles)]
    try:
        yield
    finally:
        for one in killing:
            one.cancel()
        await asyncio.gather(*killing, return_exceptions=True)


async def _kill(role: Supervised, playing: Stage, kills: Counter[str], rng: Random) -> None:
    while True:
        starts, told = role.starts, len(playing.told)
        if rng.random() < 0.8:
            # Most steps take a hundredth of the time that a start does: a kill should most often meet one of them.
            await until(partial(_told_more, playing, told + rng.randrange(BETWEEN)))
            await asyncio.sleep(rng.uniform(0.0, 1.0))
        else:
            await asyncio.sleep(rng.uniform(0.0, 2.5))
        with contextlib.suppress(ProcessLookupError):
            os.kill(role.pid, signal.SIGKILL)
        kills[role.role.name] += 1
        await until(partial(_started_again, role, starts))


async def _told_more(playing: Stage, than: int) -> bool:
    return len(playing.told) > than


async def _started_again(role: Supervised, since: int) -> bool:
    return role.starts > since


async def at_rest(playing: Stage) -> None:
    """Wait until the gate is at the log's end and every notice is sent."""
    settings = playing.hub.settings
    end = await KafkaLogReader(settings.kafka).end(0)

    async def done() -> bool:
        [found] = await rows(settings.projektion, "select position, notified from position")
        return found == {"position": end, "notified": end}

    await until(done)


def test_roles_were_killed_and_started_again_while_the_cases_were_played(survived: Survived) -> None:
    hub = survived.stage.hub
    assert {role: min(survived.kills[role], fewest) for role, fewest in FEWEST.items()} == FEWEST
    assert hub.gate.starts > FEWEST["gate"]
    assert hub.api.starts > FEWEST["api"]


def test_every_case_comes_out_as_expected_all_the_same(survived: Survived) -> None:
    assert survived.stage.first_mismatch() == ""
    assert survived.tally.mismatches == 0


def test_nothing_is_lost_and_nothing_doubled(survived: Survived) -> None:
    assert survived.whole.faults(survived.stage.taken) == []
    assert len(survived.stage.taken) > len(survived.stage.cases)
    assert len(survived.whole.tables["inkorg"]) >= 20


async def test_the_projection_made_again_from_the_log_is_the_same_to_the_byte(survived: Survived) -> None:
    hub = survived.stage.hub
    assert hub.servers.postgres
    again = await hub.servers.postgres.create("projektion_igen")
    await judge_again(hub.settings, again, survived.whole.records, Random(SEED))
    made = await judged(again)
    assert {table: len(found) for table, found in made.items()} == {
        table: len(found) for table, found in survived.whole.tables.items()
    }
    assert made == survived.whole.tables


def test_no_log_of_the_dying_has_a_number_or_text_of_the_cases(survived: Survived) -> None:
    settings = survived.stage.hub.settings
    assert logs(Search(of_the_demo(survived.stage.cases)), settings) == []
    any_line = Search([Needle("any line", "utf-8", b'"level"')])
    assert {found.where for found in logs(any_line, settings)} >= {"loggar/gate.log"}


def test_the_check_finds_what_is_lost_and_what_is_doubled(survived: Survived) -> None:
    kept, taken = survived.whole, survived.stage.taken
    decisions, inbox = kept.tables["beslut"], kept.tables["inkorg"]
    [of_the_first] = [row for row in decisions if row["handelse_id"] == taken[0] and row["status"] == "dom"]

    def faults(**tables: list[Row]) -> str:
        return "; ".join(replace(kept, tables={**kept.tables, **tables}).faults(taken))

    assert "has 0 effective decisions" in faults(beslut=[row for row in decisions if row is not of_the_first])
    assert "has 2 effective decisions" in faults(beslut=[*decisions, of_the_first])
    assert "has no inbox row" in faults(inkorg=inbox[1:])
    assert "has 2 rows" in faults(inkorg=[*inbox, inbox[0]])
    assert "has no delivered entry" in faults(inkorg=[*inbox, {**inbox[0], "leverans_id": "another"}])
    assert "nothing asked for" in faults(notis=[])
    assert "nobody was told" in "; ".join(replace(kept, notices=[]).faults(taken))
    assert "not dense" in "; ".join(replace(kept, records=kept.records[1:]).faults(taken))
    assert "is not claimed" in "; ".join(kept.faults([*taken, "another"]))
