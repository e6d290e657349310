"""Canaries: what the hub sends through itself, what is seen of it, and that nobody else sees anything."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hub import START_MS, artefacts
from intakehub import VC_RATTVIK, Failing, Whole, caller, report
from watched import appended

from samverkanshub.adapters.memory import MemoryKanarier, MemoryMatningar
from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.domain.events import HUB, KANARIE, KANARIENS
from samverkanshub.pipeline import kanarie
from samverkanshub.pipeline.kanarie import GRANS_MS, KAFKA, Kanariefagel
from samverkanshub.pipeline.replay import Replay
from samverkanshub.ports import STEG, Kanarielage, LogRecord, Unavailable

VAR_MS = 60_000


class Topic:
    """The topic of the hub's own notices: what the gate has sent there."""

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self.down = False
        self.lost = 0
        self.breaks = False

    @property
    def _sent(self) -> list[Any]:
        return [one for one in self._whole.hub.notices.sent if one.aktor == HUB]

    async def end(self, partition: int) -> int:
        if self.down:
            raise Unavailable("kafka")
        return len(self._sent) - self.lost

    async def at(self, partition: int, offset: int) -> LogRecord | None:
        return None

    async def records(self, partition: int, start: int, end: int) -> AsyncIterator[LogRecord]:
        if self.breaks:
            raise Unavailable("kafka")
        for offset, one in enumerate(self._sent[start:end], start):
            yield LogRecord(0, offset, START_MS, None, (), one.body)


class Flown:
    """A hub whose watch sends canaries, its database's clock going on with the hub's."""

    def __init__(self, whole: Whole) -> None:
        self.whole = whole
        whole.hub.database.now_ms = whole.hub.clock.now_ms
        self.passes(-START_MS % VAR_MS)
        self.kanarier = MemoryKanarier(whole.hub.database)
        self.matningar = MemoryMatningar(whole.hub.database)
        self.topic = Topic(whole)
        self.bird = self.another()

    def another(self) -> Kanariefagel:
        """A process that has just been started."""
        return Kanariefagel(
            log=self.whole.log,
            notiser=self.topic,
            projection=self.whole.projection,
            regelverk=self.whole.regelverk,
            kanarier=self.kanarier,
            matningar=self.matningar,
            schemas=self.whole.hub.schemas,
            clock=self.whole.hub.clock,
            entropy=os.urandom,
            var_ms=VAR_MS,
        )

    def passes(self, ms: int) -> None:
        self.whole.hub.clock.ms += ms

    async def goes(self, turns: int = 1) -> None:
        """So many canaries are due, one after the other."""
        for _ in range(turns):
            self.passes(VAR_MS)
            await self.bird.turn()

    async def lage(self) -> Kanarielage:
        [found] = await self.kanarier.lage(GRANS_MS)
        return found

    async def counts(self) -> tuple[int, int, int, int]:
        """Sent, arrived, lost, on their way."""
        found = await self.lage()
        return found.sanda, found.framme, found.forlorade, found.ute


@pytest.fixture
async def flown(whole: Whole) -> Flown:
    made = Flown(whole)
    await made.bird.turn()
    return made


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for what does not come."""
    monkeypatch.setattr(kanarie, "SOON_S", 0.02)
    monkeypatch.setattr(kanarie, "POLL_S", 0.001)


@asynccontextmanager
async def gate_dead(log: Failing) -> AsyncIterator[None]:
    log.paused = True
    yield
    log.paused = False
    await log.judge()


async def test_a_canary_goes_all_of_the_way_and_each_step_is_noted(flown: Flown) -> None:
    await flown.goes(3)
    found = await flown.lage()
    assert await flown.counts() == (3, 3, 0, 0)
    assert len(found.steg) == len(STEG)
    assert (found.senaste_ms, found.p99_ms, found.framme_for_ms) == (0, 0, 0)
    assert len(await appended(flown.whole, KANARIE)) == 3


async def test_none_is_sent_twice_in_its_time_nor_by_a_process_that_has_just_begun(flown: Flown) -> None:
    await flown.goes()
    await flown.bird.turn()
    await flown.another().turn()
    assert (await flown.lage()).sanda == 1


async def test_two_who_send_are_as_good_as_one(flown: Flown) -> None:
    other = flown.another()
    await other.turn()
    await flown.goes()
    await other.turn()
    assert await flown.counts() == (1, 1, 0, 0)
    assert len(await appended(flown.whole, KANARIE)) == 1


async def test_while_the_gate_is_dead_the_figures_go_on_and_what_comes_too_late_stays_lost(flown: Flown) -> None:
    await flown.goes()
    async with gate_dead(flown.whole.log):
        await flown.goes()
        assert await flown.counts() == (2, 1, 0, 1)
        flown.passes(GRANS_MS + 1)
        found = await flown.lage()
        assert (found.forlorade, found.framme_for_ms) == (1, VAR_MS + GRANS_MS + 1)
    await flown.bird.turn()
    found = await flown.lage()
    assert (found.framme, found.forlorade, found.ute) == (1, 1, 0)
    assert (found.senaste_ms, found.framme_for_ms) == (GRANS_MS + 1, 0)


async def test_one_that_comes_late_but_in_time_has_arrived(flown: Flown) -> None:
    async with gate_dead(flown.whole.log):
        await flown.goes()
        flown.passes(9_000)
    await flown.bird.turn()
    assert await flown.counts() == (1, 1, 0, 0)
    assert (await flown.lage()).senaste_ms == 9_000


async def test_one_whose_notice_never_comes_is_lost_though_it_is_in_the_inbox(flown: Flown) -> None:
    flown.topic.lost = 1
    await flown.goes()
    flown.passes(GRANS_MS + 1)
    assert await flown.counts() == (1, 0, 1, 0)


async def test_a_notice_that_kafka_did_not_answer_of_is_read_when_it_does(flown: Flown) -> None:
    """It tells where the topic ends, and then no more for a while."""
    flown.topic.breaks = True
    await flown.goes()
    assert await flown.counts() == (1, 0, 0, 1)
    flown.topic.breaks = False
    await flown.bird.turn()
    assert await flown.counts() == (1, 1, 0, 0)


async def test_those_that_nobody_looks_for_any_more_are_forgotten(flown: Flown) -> None:
    flown.whole.log.down = True
    await flown.goes(70)
    assert 60 <= len(flown.bird._egna) <= 61, "an hour's"


async def test_what_kafka_does_not_take_is_lost_and_the_next_is_sent_all_the_same(flown: Flown) -> None:
    flown.whole.log.down = flown.topic.down = True
    await flown.goes()
    flown.whole.log.down = flown.topic.down = False
    await flown.goes()
    assert await flown.counts() == (2, 1, 1, 0)


async def test_nothing_is_sent_where_the_hubs_own_topic_is_not_there(flown: Flown) -> None:
    """A gate that could not send its notice would stop."""
    flown.topic.down = True
    bird = flown.another()
    for _ in range(2):
        flown.passes(VAR_MS)
        with pytest.raises(Unavailable):
            await bird.turn()
    assert await flown.kanarier.lage(GRANS_MS) == []


async def test_of_one_that_a_process_before_it_sent_it_is_known_that_it_arrived_and_not_when(flown: Flown) -> None:
    async with gate_dead(flown.whole.log):
        await flown.goes()
    flown.passes(9_000)
    await flown.another().turn()
    found = await flown.lage()
    assert (found.sanda, found.framme, found.forlorade, found.senaste_ms) == (1, 1, 0, -1)


async def test_those_lost_while_the_gate_was_dead_stay_lost_where_a_new_process_finds_them(flown: Flown) -> None:
    async with gate_dead(flown.whole.log):
        await flown.goes(3)
        flown.passes(GRANS_MS + 1)
        assert await flown.counts() == (3, 0, 3, 0)
    await flown.another().turn()
    assert await flown.counts() == (3, 0, 3, 0)
    assert await flown.kanarier.ute() == []


async def test_one_of_a_process_before_it_whose_notice_is_not_sent_has_not_arrived(flown: Flown) -> None:
    async with gate_dead(flown.whole.log):
        await flown.goes()
    flown.whole.hub.database.positions[0].notified = 0
    await flown.another().turn()
    assert await flown.counts() == (1, 0, 0, 1)


async def test_the_brokers_clock_is_held_to_the_databases(flown: Flown) -> None:
    flown.whole.hub.database.now_ms = lambda: flown.whole.hub.clock.now_ms() - 2_000
    await flown.goes()
    clocks = {one.vem: one.fore_ms for one in (await flown.matningar.fonster()).klockor}
    assert clocks == {KAFKA: 2_000}


async def test_b7_none_is_sent_under_a_regelverk_that_does_not_list_what_it_is(flown: Flown) -> None:
    await flown.whole.before_the_schema_of(KANARIE)
    await flown.goes()
    assert await flown.kanarier.lage(GRANS_MS) == []
    assert await flown.whole.projection.quarantine(0) == []


async def test_before_any_regelverk_is_in_force_none_is_sent() -> None:
    flown = Flown(Whole())
    await flown.bird.turn()
    await flown.goes()
    assert await flown.kanarier.lage(GRANS_MS) == []


async def test_a_failing_database_is_told(flown: Flown, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_partition: int) -> int:
        raise Unavailable("projektion")

    monkeypatch.setattr(flown.whole.projection, "position", away)
    with pytest.raises(Unavailable, match="projektion"):
        await flown.goes()


# ------------------------------------------------------------------------------------------ nobody else sees it


async def test_no_agencys_inbox_outcome_or_notices_have_anything_of_it(flown: Flown) -> None:
    sent = await flown.whole.publish(VC_RATTVIK, "orosanmalan", report())
    told = len(flown.whole.hub.notices.sent)
    before = await flown.whole.deliver.outcome(caller(VC_RATTVIK), sent.handelse_id)
    await flown.goes(2)
    assert {one.aktor for one in flown.whole.hub.notices.sent[told:]} == {HUB}
    assert {row.lasargrupp for row in flown.whole.hub.database.inbox.values() if row.aktor == HUB} == {KANARIENS}
    assert await flown.whole.deliver.outcome(caller(VC_RATTVIK), sent.handelse_id) == before


async def test_an_auditor_finds_no_trace_of_it_in_any_scope(flown: Flown) -> None:
    """Every search is within an authority's traces, or a matter's."""
    await flown.goes()
    traces = [key for key in flown.whole.hub.database.traces if key[:2] != ("typ", KANARIE)]
    [(_, _, _, offset)] = [key for key in flown.whole.hub.database.traces if key[:2] == ("typ", KANARIE)]
    assert {(slag, id_) for slag, id_, _, at in traces if at == offset} == {("aktor", HUB)}
    assert HUB not in regelverk_from(artefacts()).katalog.aktorer


async def test_no_state_is_kept_of_it(flown: Flown) -> None:
    before = set(flown.whole.hub.database.states)
    await flown.goes(2)
    assert set(flown.whole.hub.database.states) == before


async def test_judged_again_it_comes_to_the_same(flown: Flown) -> None:
    await flown.goes(2)
    hub = flown.whole.hub
    replay = Replay(hub.log, flown.whole.projection, hub.artefacts, hub.schemas, lambda _: None)
    found = await replay.standing(0)
    await replay.compare(found)
    assert (found.differing, len(await appended(flown.whole, KANARIE))) == (0, 2)
