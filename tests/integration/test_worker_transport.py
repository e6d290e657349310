"""The gate's Faust transport on a real broker."""

import asyncio
from collections.abc import Sequence
from itertools import groupby

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from faust.types import TP

from integration.worker_support import (
    PATIENCE_S,
    RememberingGate,
    commit,
    committed,
    fill,
    make_topic,
    numbered,
    options_for,
    working,
)
from samverkanshub.entrypoints.worker.keeper import Exit, Keeper, status_of
from samverkanshub.entrypoints.worker.transport import GateConsumer
from samverkanshub.ports import LogRecord, Unavailable


async def test_records_arrive_in_order_and_in_runs(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka), cap=100)
    await fill(kafka, options.topic, 0, numbered(1000))
    gate = RememberingGate()
    async with working(gate, options):
        await gate.until(lambda: gate.positions.get(0) == 1000)
    assert [record.value for record in gate.records()] == numbered(1000)
    assert gate.offsets() == list(range(1000))
    assert max(len(batch) for _, batch in gate.batches) <= 100
    assert len(gate.batches) < 100


async def test_a_record_appended_later_arrives_too(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    gate = RememberingGate()
    async with working(gate, options):
        await gate.until(lambda: gate.assigned == [0])
        for number in range(3):
            await fill(kafka, options.topic, 0, numbered(1, number))
            await gate.until(lambda count=number + 1: gate.positions.get(0) == count)
    assert gate.offsets() == [0, 1, 2]


async def test_it_starts_from_the_gates_position_though_kafkas_is_ahead(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(300))
    await commit(kafka, options, 250)
    gate = RememberingGate(positions={0: 100})
    async with working(gate, options):
        await gate.until(lambda: gate.positions[0] == 300)
    assert gate.offsets() == list(range(100, 300))


async def test_it_starts_from_the_gates_position_though_kafkas_is_behind(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(300))
    await commit(kafka, options, 10)
    gate = RememberingGate(positions={0: 200})
    async with working(gate, options):
        await gate.until(lambda: gate.positions[0] == 300)
    assert gate.offsets() == list(range(200, 300))


async def test_it_waits_at_the_end_of_the_log_where_the_gate_is(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(5))
    gate = RememberingGate(positions={0: 5})
    async with working(gate, options):
        await gate.until(lambda: gate.assigned == [0])
        await fill(kafka, options.topic, 0, numbered(1, 5))
        await gate.until(lambda: gate.positions[0] == 6)
    assert gate.offsets() == [5]


async def test_what_the_gate_finished_becomes_kafkas_hint_when_the_worker_leaves(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(700))
    gate = RememberingGate()
    async with working(gate, options):
        await gate.until(lambda: gate.positions.get(0) == 700)
    assert await committed(kafka, options) == 700


async def test_null_and_empty_values_keys_and_headers_survive(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    await producer.send_and_wait(options.topic, None, key=b"k", partition=0)
    await producer.send_and_wait(options.topic, b"v", key=None, partition=0, headers=[("personer", b"\x00\xff")])
    await producer.send_and_wait(options.topic, b"", key=b"", partition=0, headers=[("a", b"1"), ("a", b"2")])
    await producer.stop()
    gate = RememberingGate()
    async with working(gate, options):
        await gate.until(lambda: gate.positions.get(0) == 3)
    null, plain, empty = gate.records()
    assert (null.key, null.value, null.headers) == (b"k", b"", ())
    assert (plain.key, plain.value, plain.headers) == (None, b"v", (("personer", b"\x00\xff"),))
    assert (empty.key, empty.value, empty.headers) == (b"", b"", (("a", b"1"), ("a", b"2")))
    assert null.tid <= plain.tid <= empty.tid


async def test_a_long_backlog_in_one_partition_does_not_starve_another(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka, partitions=2), cap=50)
    for partition in (0, 1):
        await fill(kafka, options.topic, partition, numbered(1000))
    gate = RememberingGate()
    async with working(gate, options):
        await gate.until(lambda: gate.positions.get(0) == gate.positions.get(1) == 1000)
    first_of = [next(n for n, (p, _) in enumerate(gate.batches) if p == partition) for partition in (0, 1)]
    longest = max(len(list(run)) for _, run in groupby(gate.batches, key=lambda batch: batch[0]))
    assert max(first_of) <= 3
    assert longest <= 3
    assert gate.offsets(0) == gate.offsets(1) == list(range(1000))


async def test_a_server_that_does_not_answer_is_waited_for_and_the_same_records_tried_again(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(10))
    tried: list[Sequence[LogRecord]] = []

    async def away_three_times(_: int, records: Sequence[LogRecord]) -> None:
        tried.append(records)
        if len(tried) <= 3:
            raise Unavailable("projektion")

    gate = RememberingGate(before_batch=away_three_times)
    async with working(gate, options):
        await gate.until(lambda: gate.positions.get(0) == 10)
    assert tried[0] is tried[1] is tried[2] is tried[3]
    assert gate.offsets() == list(range(10))
    assert gate.assigned == [0]


# Stopping the consumer, aiokafka's thread raises what ended the fetching once more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_worker_whose_client_has_ceased_to_fetch_ends_instead_of_waiting_for_ever(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = options_for(kafka, await make_topic(kafka))
    inner = AIOKafkaClient.send
    ended: asyncio.Future[tuple[Exit, str]] = asyncio.get_running_loop().create_future()

    async def broken(client: AIOKafkaClient, node: int, request: object, **given: object) -> object:
        if type(request).__name__.startswith("Fetch"):
            raise RuntimeError("no error that the client knows of")
        return await inner(client, node, request, **given)

    async def end(_: Keeper, error: BaseException, step: str, __: int | None = None) -> None:
        ended.set_result((status_of(error), step))

    monkeypatch.setattr(AIOKafkaClient, "send", broken)
    monkeypatch.setattr(Keeper, "end", end)
    async with working(RememberingGate(), options), asyncio.timeout(PATIENCE_S):
        assert await ended == (Exit.UNAVAILABLE, "fetch")


async def test_the_batch_in_hand_is_finished_before_the_worker_leaves(kafka: str) -> None:
    options = options_for(kafka, await make_topic(kafka))
    await fill(kafka, options.topic, 0, numbered(10))
    begun, allowed = asyncio.Event(), asyncio.Event()

    async def slowly(_: int, __: Sequence[LogRecord]) -> None:
        begun.set()
        await allowed.wait()

    gate = RememberingGate(before_batch=slowly)
    async with working(gate, options) as stopping:
        await begun.wait()
        stopping.set()
        asyncio.get_running_loop().call_later(0.5, allowed.set)
    assert gate.offsets() == list(range(10))
    assert await committed(kafka, options) == 10


async def test_a_worker_that_is_leaving_gives_nothing_away_before_its_batch_is_finished(
    kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = await make_topic(kafka)
    await fill(kafka, topic, 0, numbered(10))
    begun, asked, given = asyncio.Event(), asyncio.Event(), []
    inner = GateConsumer.on_partitions_revoked

    async def revoked(consumer: GateConsumer, tps: set[TP]) -> None:
        if consumer.app.should_stop:
            asked.set()
        await inner(consumer, tps)
        given.append(consumer.app.keeper.idle.is_set())

    async def until_asked(_: int, __: Sequence[LogRecord]) -> None:
        begun.set()
        await asked.wait()

    monkeypatch.setattr(GateConsumer, "on_partitions_revoked", revoked)
    positions: dict[int, int] = {}
    one, two = RememberingGate(positions, before_batch=until_asked), RememberingGate(positions)
    async with working(one, options_for(kafka, topic)) as stopping:
        await begun.wait()
        stopping.set()
        async with working(two, options_for(kafka, topic)):
            await two.until(lambda: two.owned == {0})
    assert False not in given
    assert one.offsets() == list(range(10))
    assert two.offsets() == []


async def test_two_workers_share_partitions_each_with_one_owner_and_fresh_positions(kafka: str) -> None:
    topic = await make_topic(kafka, partitions=2)
    positions: dict[int, int] = {}
    one, two = RememberingGate(positions), RememberingGate(positions)
    for partition in (0, 1):
        await fill(kafka, topic, partition, numbered(20))
    async with working(one, options_for(kafka, topic)):
        await one.until(lambda: positions.get(0) == positions.get(1) == 20)
        async with working(two, options_for(kafka, topic)):
            await two.until(lambda: len(two.owned) == 1)
            await one.until(lambda: len(one.assigned) == 3)
            assert sorted(one.revoked) == [0, 1]
            assert one.owned | two.owned == {0, 1}
            assert not one.owned & two.owned
            for partition in (0, 1):
                await fill(kafka, topic, partition, numbered(20, 20))
            [theirs] = two.owned
            await two.until(lambda: positions[theirs] == 40)
            await one.until(lambda: positions[1 - theirs] == 40)
        await one.until(lambda: one.owned == {0, 1})
        await fill(kafka, topic, theirs, numbered(20, 40))
        await one.until(lambda: positions[theirs] == 60)
    for partition in (0, 1):
        assert sorted(one.offsets(partition) + two.offsets(partition)) == list(range(positions[partition]))
    assert two.offsets(theirs) == list(range(20, 40))


async def test_a_static_member_that_comes_back_gets_its_partitions_without_another_being_disturbed(kafka: str) -> None:
    topic = await make_topic(kafka, partitions=2)
    positions: dict[int, int] = {}
    one, two, again = (RememberingGate(positions) for _ in range(3))
    async with working(one, options_for(kafka, topic, instance="gate-1")):
        await one.until(lambda: one.owned == {0, 1})
        async with working(two, options_for(kafka, topic, instance="gate-2")):
            await two.until(lambda: len(two.owned) == 1)
            await one.until(lambda: len(one.owned) == 1)
        before = list(one.assigned)
        async with working(again, options_for(kafka, topic, instance="gate-2")):
            await again.until(lambda: again.owned == two.owned)
            [theirs] = again.owned
            await fill(kafka, topic, theirs, numbered(5))
            await again.until(lambda: positions.get(theirs) == 5)
            assert one.assigned == before
