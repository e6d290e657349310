"""How fast the gate's transport hands records on, against a hand-written aiokafka loop.

Run by hand: `python tests/benchmarks/bench_transport.py [--records N] [--rounds N]`; it starts a broker of its own.
Both turn each record into a `LogRecord` and do nothing with it; both commit Kafka's hint once a second.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from secrets import token_hex
from time import perf_counter

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from samverkanshub import resources, settings
from samverkanshub.adapters.kafka.records import to_record
from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStatus
from samverkanshub.adapters.servers.kafka import EmbeddedKafka
from samverkanshub.adapters.servers.places import temporary_data
from samverkanshub.entrypoints.worker.app import create_app
from samverkanshub.entrypoints.worker.keeper import Keeper
from samverkanshub.entrypoints.worker.options import Options
from samverkanshub.entrypoints.worker.run import quiet_libraries, serve
from samverkanshub.entrypoints.worker.standing import Standing
from samverkanshub.ports import LogRecord

sys.path.insert(0, str(Path(__file__).parents[1]))

from integration.worker_support import make_topic

SIZE = 400


class CountingGate:
    """Counts, and notes when the first and the last record came."""

    def __init__(self, stop_at: int) -> None:
        self.stop_at = stop_at
        self.begun = 0.0
        self.ended = asyncio.Event()
        self.seconds = 0.0

    async def assign(self, partition: int) -> int:
        self.begun = perf_counter()
        return 0

    async def batch(self, partition: int, records: Sequence[LogRecord]) -> None:
        if records[-1].offset + 1 == self.stop_at:
            self.seconds = perf_counter() - self.begun
            self.ended.set()

    def revoke(self, partition: int) -> None:
        pass


async def fill(kafka: str, topic: str, count: int) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, linger_ms=20, max_batch_size=1 << 18)
    await producer.start()
    value = os.urandom(SIZE)
    for _ in range(count // 1000):
        await asyncio.gather(*[await producer.send(topic, value, key=b"k" * 16, partition=0) for _ in range(1000)])
    await producer.stop()


async def by_transport(kafka: str, topic: str, count: int) -> float:
    """Records a second through Faust."""
    gate = CountingGate(count)
    keeper = Keeper(gate, Standing(MemoryGateStatus(MemoryDatabase())))
    app = create_app(keeper, Options(bootstrap=kafka, topic=topic, group=f"bench.{token_hex(4)}"))
    running = asyncio.ensure_future(serve(app, keeper))
    await gate.ended.wait()
    keeper.stopping.set()
    await running
    return count / gate.seconds


async def by_hand(kafka: str, topic: str, count: int, cap: int = 500) -> float:
    """Records a second through a loop of our own."""
    tp = TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, group_id=f"bench.{token_hex(4)}", enable_auto_commit=False)
    await consumer.start()
    consumer.assign([tp])
    begun = perf_counter()
    consumer.seek(tp, 0)
    offset, committed = 0, begun
    while offset < count:
        for records in (await consumer.getmany(timeout_ms=500, max_records=cap)).values():
            offset = [to_record(record) for record in records][-1].offset + 1
        if perf_counter() - committed > 1:
            await consumer.commit({tp: offset})
            committed = perf_counter()
    seconds = perf_counter() - begun
    await consumer.stop()
    return count / seconds


async def measure(kafka: str, count: int, rounds: int) -> None:
    topic = await make_topic(kafka)
    await fill(kafka, topic, count)
    ratios = []
    for number in range(rounds):
        hand = await by_hand(kafka, topic, count)
        transport = await by_transport(kafka, topic, count)
        ratios.append(transport / hand)
        print(f"round {number + 1}: transport {transport:,.0f}/s, by hand {hand:,.0f}/s, ratio {ratios[-1]:.2f}")
    print(f"median ratio {statistics.median(ratios):.2f}")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    quiet_libraries()
    data = temporary_data("samverkanshub-bench-")
    source = resources.root() / "deploy" / "kafka"
    server = EmbeddedKafka(data / "kafka", 0, source, settings.cache_directory(), os.environ)  # noqa: TID251
    await server.start()
    try:
        await measure(server.bootstrap, asked.records, asked.rounds)
    finally:
        await server.stop()
        shutil.rmtree(data, ignore_errors=True)


if __name__ == "__main__":
    asyncio.run(main())
