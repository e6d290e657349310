"""e. How long from a request to the recipient's row in the inbox, beside two hops through Kafka at the same pace."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from time import perf_counter
from typing import Any, Final

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.ground import Ground
from benchmarks.http_load import RECIPIENT, Connections, Requests, paced
from benchmarks.table import percentile, table
from samverkanshub.adapters.postgres.listener import CHANNEL

RATES: Final = (10, 100, 500)
CONNECTIONS: Final = 128
DRAIN_S: Final = 60.0
MOST: Final = 3000
"""Requests at one rate: what the hub cannot keep up with it must be able to end, or the next figures were of this."""
LATE_S: Final = 1.0
SHARES: Final = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
HOP_BYTES: Final = 1200
ROWS: Final = """
select "offset", handelse_id from inkorg where lasargrupp = $1 and partition = 0 and "offset" >= $2 order by "offset"
"""


class Seen:
    """When each event's row could first be read in the recipient's inbox; asked for at each commit of the gate's."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._moved = asyncio.Event()
        self._looked = asyncio.Event()
        self._next = 0
        self.at: dict[str, float] = {}

    def heard(self, *_: object) -> None:
        """The gate has committed."""
        self._moved.set()

    async def look(self) -> None:
        """Look for rows until cancelled."""
        while True:
            await self._moved.wait()
            self._moved.clear()
            for row in await self._connection.fetch(ROWS, RECIPIENT, self._next):
                self.at.setdefault(row["handelse_id"], perf_counter())
                self._next = row["offset"] + 1
            self._looked.set()

    async def all_of(self, events: set[str]) -> None:
        """Wait until every one has been seen."""
        while not events <= self.at.keys():
            self._looked.clear()
            await self._looked.wait()


@asynccontextmanager
async def seeing(dsn: str) -> AsyncIterator[Seen]:
    """Look while the block runs."""
    listening, reading = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    seen = Seen(reading)
    await listening.add_listener(CHANNEL, seen.heard)
    looking = asyncio.ensure_future(seen.look())
    try:
        yield seen
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        listening.terminate()
        reading.terminate()


async def latency_part(ground: Ground, seconds: float, rates: Sequence[int] = RATES) -> dict[str, Any]:
    """Measure at each rate for so long; the hub's roles are running. The figures."""
    requests = Requests(ground.key.read_bytes())
    host, port = ground.settings.api_vard, ground.settings.api_port
    found, rows = {}, []
    async with Connections(host, port, CONNECTIONS) as connections, seeing(ground.settings.projektion) as seen:
        await _passed(connections, requests, seen, 5, 2.0)
        for rate in rates:
            floor = _summed(await _hops(ground, rate, min(seconds, 5.0)))
            found[str(rate)] = {**await _passed(connections, requests, seen, rate, seconds), "floor_ms": floor}
            rows.append(_row(rate, found[str(rate)]))
    await requests.close()
    heads = ("events/s", "p50 ms", "p95", "p99", "sent", f"over {LATE_S:.0f} s", "unseen", "failed", "floor p50", "p99")
    print(table("from the request to a row that the recipient can read", heads, rows), flush=True)
    return found


async def _passed(
    connections: Connections, requests: Requests, seen: Seen, rate: int, seconds: float
) -> dict[str, Any]:
    made = requests.make(min(MOST, max(1, round(rate * seconds))))
    due, statuses = await paced(connections, made, rate)
    taken = [(one.handelse_id, at) for one, at, status in zip(made, due, statuses, strict=True) if status in (201, 202)]
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_S):
            await seen.all_of({event for event, _ in taken})
    took = [seen.at[event] - at for event, at in taken if event in seen.at]
    return {
        "sent": len(made),
        "failed": len(made) - len(taken),
        "statuses": {str(status): statuses.count(status) for status in sorted(set(statuses))},
        "unseen": len(taken) - len(took),
        "late": sum(one > LATE_S for one in took),
        "ms": _summed(took),
    }


def _summed(took: Sequence[float]) -> dict[str, float]:
    if not took:
        return dict.fromkeys(SHARES, float("inf"))
    return {name: 1000 * percentile(sorted(took), share) for name, share in SHARES.items()}


def _row(rate: int, told: dict[str, Any]) -> tuple[str, ...]:
    took = (f"{ms:.1f}" for ms in told["ms"].values())
    counted = (str(told[name]) for name in ("sent", "late", "unseen", "failed"))
    return (str(rate), *took, *counted, f"{told['floor_ms']['p50']:.1f}", f"{told['floor_ms']['p99']:.1f}")


# ------------------------------------------------------------------------------------------ the floor


async def _hops(ground: Ground, rate: int, seconds: float) -> list[float]:
    """Produced, consumed, produced, consumed: the seconds of each of `rate` a second."""
    first, second = await ground.topic("hopp-1"), await ground.topic("hopp-2")
    async with AsyncExitStack() as opened:
        producer = AIOKafkaProducer(bootstrap_servers=ground.kafka, acks="all", enable_idempotence=True)
        await producer.start()
        opened.push_async_callback(producer.stop)
        near, far = [await _consumer(opened, ground.kafka, topic) for topic in (first, second)]
        count = round(rate * seconds)
        passing = asyncio.ensure_future(_passed_on(near, producer, second, count))
        arriving = asyncio.ensure_future(_arrivals(far, count))
        due = await _produced(producer, first, rate, count)
        await passing
        return [came - at for came, at in zip(await arriving, due, strict=True)]


async def _consumer(opened: AsyncExitStack, kafka: str, topic: str) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    opened.push_async_callback(consumer.stop)
    consumer.assign([TopicPartition(topic, 0)])
    consumer.seek(TopicPartition(topic, 0), 0)
    return consumer


async def _produced(producer: AIOKafkaProducer, topic: str, rate: int, count: int) -> list[float]:
    start = perf_counter()
    due = [start + number / rate for number in range(count)]
    for at in due:
        await asyncio.sleep(max(0.0, at - perf_counter()))
        await producer.send(topic, bytes(HOP_BYTES), partition=0)
    return due


async def _passed_on(consumer: AIOKafkaConsumer, producer: AIOKafkaProducer, topic: str, count: int) -> None:
    for _ in range(count):
        record = await consumer.getone()
        await producer.send(topic, record.value, partition=0)


async def _arrivals(consumer: AIOKafkaConsumer, count: int) -> list[float]:
    came = []
    for _ in range(count):
        await consumer.getone()
        came.append(perf_counter())
    return came
