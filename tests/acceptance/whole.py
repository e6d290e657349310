"""Everything a hub keeps, read from Kafka and both databases past the hub itself, to be held against each other."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from samverkanshub import topics
from samverkanshub.adapters.artefacts import DirectoryArtefacts
from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.postgres.connect import migrate, open_pool
from samverkanshub.adapters.postgres.gate_store import PostgresGateStore
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.decision import DELIVERED, INCIDENT, Entry
from samverkanshub.domain.events import KVITTENS, OPPNING
from samverkanshub.pipeline.gate import Gate
from samverkanshub.ports import LogRecord, NoticeRow
from samverkanshub.settings import Settings

Row = dict[str, Any]

JUDGED = {
    "tillstand": "partition, kind, id",
    "sedd": "partition, aktor, handelse_id",
    "beslut": 'partition, "offset"',
    "inkorg": 'lasargrupp, partition, "offset", nr',
    "karantan": 'partition, "offset"',
    "notis": 'partition, "offset", nr',
    "leveranshandelse": 'partition, "offset", leverans_id, slag',
    "forfaller": "partition, arende_id, plikt_id, steg",
    "oppen_plikt": "partition, arende_id, plikt_id, mottagare",
    "spar": 'slag, id, partition, "offset"',
}
"""The projection's tables, but for the position, and the order in which they are compared."""


@dataclass
class Whole:
    """The log, what was judged, what was claimed, and the notices that were sent."""

    records: list[LogRecord]
    position: Row
    tables: dict[str, list[Row]]
    claims: list[Row]
    notices: list[tuple[str, Row]]

    @property
    def effective(self) -> Counter[str]:
        """How many decisions that take effect each event has."""
        return Counter(row["handelse_id"] for row in self.tables["beslut"] if row["status"] == "dom")

    def faults(self, taken: Sequence[str], quarantined: Sequence[int] = ()) -> list[str]:
        """All that is not as it has to be. `taken`: the events that the hub has said it took.

        `quarantined`: the offsets that a test has planted something unreadable at.
        """
        return [
            *self._of_positions(),
            *self._of_decisions(taken),
            *self._of_quarantine(quarantined),
            *self._of_inbox(),
            *self._of_notices(),
        ]

    def _of_positions(self) -> Iterator[str]:
        end = len(self.records)
        if [record.offset for record in self.records] != list(range(end)):
            yield "the log's offsets are not dense"
        if [row["offset"] for row in self.tables["beslut"]] != list(range(end)):
            yield "there is not one decision an offset"
        if (self.position["position"], self.position["notified"]) != (end, end):
            yield f"the log ends at {end} and the gate is at {self.position['position']}"

    def _of_decisions(self, taken: Sequence[str]) -> Iterator[str]:
        counts, claimed = self.effective, {row["handelse_id"]: row["typ"] for row in self.claims}
        for event, typ in claimed.items():
            # The api draws a new id for each kvittens asked for: one that died with it was never said to be taken.
            needed = typ != KVITTENS or event in taken
            if counts[event] > 1 or (needed and counts[event] != 1):
                yield f"the {typ} {event} has {counts[event]} effective decisions"
        yield from (f"{event} was said to be taken and is not claimed" for event in set(taken) - set(claimed))
        yield from (f"{event} has {count} effective decisions" for event, count in counts.items() if count > 1)

    def _of_quarantine(self, expected: Sequence[int]) -> Iterator[str]:
        if [row["offset"] for row in self.tables["karantan"]] != list(expected):
            yield f"other records than {expected} are in quarantine"
        if [row["offset"] for row in self.tables["beslut"] if row["status"] == "karantan"] != list(expected):
            yield f"the decisions put other records than {expected} in quarantine"

    def _of_inbox(self) -> Iterator[str]:
        rows = Counter((row["leverans_id"], row["slag"]) for row in self.tables["inkorg"])
        yield from (f"{found} has {count} rows" for found, count in rows.items() if count > 1)
        delivered = {key for decision in self.tables["beslut"] for key in _delivered(decision)}
        received = {(row["offset"], row["lasargrupp"], row["leverans_id"]) for row in self.tables["inkorg"]}
        yield from (f"{row} has no delivered entry" for row in received - delivered)
        yield from (f"{entry} has no inbox row" for entry in delivered - received)

    def _of_notices(self) -> Iterator[str]:
        sent = {(aktor, json.dumps(body, sort_keys=True)) for aktor, body in self.notices}
        owed = {(row["aktor"], json.dumps(json.loads(row["body"]), sort_keys=True)) for row in self.tables["notis"]}
        yield from (f"no notice {body} to {aktor}" for aktor, body in owed - sent)
        yield from (f"a notice {body} to {aktor} that nothing asked for" for aktor, body in sent - owed)
        told = {(aktor, body.get("leverans")) for aktor, body in self.notices}
        for row in self.tables["inkorg"]:
            if (row["aktor"], row["leverans_id"]) not in told:
                yield f"nobody was told of {row['leverans_id']}"


def _delivered(decision: Row) -> Iterator[tuple[int, str, str]]:
    """An opening shows what was delivered before; an incident says what should not have been."""
    if decision["typ"] == OPPNING or decision["status"] != "dom":
        return
    entries: list[Entry] = [post.entry for post in decode_decision(decision["record"]).poster]
    for entry in entries:
        if entry.mottagare and entry.verdict == DELIVERED and entry.funktion != INCIDENT:
            yield decision["offset"], entry.mottagare, entry.leverans_id


async def whole(settings: Settings, partition: int = 0) -> Whole:
    """Read it all. The hub should be at rest."""
    reader = KafkaLogReader(settings.kafka)
    records = [record async for record in reader.records(partition, 0, await reader.end(partition))]
    [position] = await rows(settings.projektion, f"select * from position where partition = {partition}")
    claims = await rows(settings.valv, "select aktor, id, handelse_id, value from ansprak order by aktor, id")
    return Whole(
        records=records,
        position=position,
        tables=await judged(settings.projektion),
        claims=[{**claim, "typ": _type(claim["value"])} for claim in claims],
        notices=await notices(settings.kafka),
    )


def _type(value: bytes) -> str:
    typ: str = default_schemas().decode(value)[1]["typ"]
    return typ


async def rows(dsn: str, query: str) -> list[Row]:
    """The rows of a query."""
    connection = await asyncpg.connect(dsn)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def judged(dsn: str) -> dict[str, list[Row]]:
    """Every table that the gate writes, in order."""
    return {table: await rows(dsn, f"select * from {table} order by {order}") for table, order in JUDGED.items()}


async def notices(bootstrap: str) -> list[tuple[str, Row]]:
    """Every notice there is, with the actor it went to."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        prefix = topics.notis("")
        places = [TopicPartition(name, 0) for name in sorted(await consumer.topics()) if name.startswith(prefix)]
        consumer.assign(places)
        ends = {place: end for place, end in (await consumer.end_offsets(places)).items() if end}
        found: list[tuple[str, Row]] = []
        while [place for place, end in ends.items() if await consumer.position(place) < end]:
            for place, records in (await consumer.getmany(timeout_ms=500)).items():
                found += [(place.topic.removeprefix(prefix), json.loads(record.value)) for record in records]
        return found
    finally:
        await consumer.stop()


class Silent:
    """Sends no notices."""

    async def send(self, notices: Sequence[NoticeRow]) -> None:
        pass


async def judge_again(settings: Settings, dsn: str, records: Sequence[LogRecord], rng: Random) -> None:
    """A gate of its own over the same log into the empty database `dsn`, with batches of other sizes."""
    await migrate(dsn, "projektion")
    pool = await open_pool(dsn)
    try:
        gate = Gate(
            PostgresGateStore(pool),
            KafkaLogReader(settings.kafka),
            DirectoryArtefacts(settings.artefakter),
            Silent(),
            default_schemas(),
            Failpoints(),
        )
        start = await gate.assign(0)
        while start < len(records):
            size = rng.randint(1, 20)
            await gate.batch(0, records[start : start + size])
            start += size
    finally:
        await pool.close()
