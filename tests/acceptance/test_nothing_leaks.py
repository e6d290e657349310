"""No personnummer and no free text of the demo is readable in what the hub keeps; a planted one is found."""

import json
import struct
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

import asyncpg
import fastavro
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from demo_support import Stage, of_the_demo
from scan import everywhere, numbers, search

pytestmark = pytest.mark.servers

PLANTED = "199008202393"
"""Of the test numbers, and nobody's in the demo."""
SCRATCH = "planterad"


def schemaless(number: int) -> bytes:
    """As Avro writes it."""
    written = BytesIO()
    fastavro.schemaless_writer(written, "long", number)
    return written.getvalue()


def test_what_is_looked_for_is_what_the_cases_say(played: Stage) -> None:
    looked_for = of_the_demo(played.cases)
    assert len([needle for needle in looked_for if needle.content == "stödsamtal".encode()]) == 1
    assert len([needle for needle in looked_for if needle.what.endswith("utf-8")]) > 60
    assert min(len(needle.content) for needle in looked_for) >= 6


async def test_nothing_that_the_hub_keeps_has_a_number_or_text_of_the_cases(played: Stage) -> None:
    assert await everywhere(of_the_demo(played.cases), played.hub.settings) == []


WRITTEN = {
    "12 digits": PLANTED.encode(),
    "10 digits": PLANTED[2:].encode(),
    "12 with a dash": f"{PLANTED[:8]}-{PLANTED[8:]}".encode(),
    "10 with a plus": f"{PLANTED[2:8]}+{PLANTED[8:]}".encode(),
    "utf-16-be": f"ett {PLANTED} till".encode("utf-16-be"),
    "utf-16-le": f"ett {PLANTED} till".encode("utf-16-le"),
    "utf-32": f"ett {PLANTED} till".encode("utf-32"),
    "base64": b64encode(f"om {PLANTED}".encode()),
    "base64 of ten": b64encode(f"ett {PLANTED[2:]} till".encode()),
    "an integer": struct.pack("<q", int(PLANTED)),
    "an Avro long": schemaless(int(PLANTED)),
    "hex": f"om {PLANTED}".encode().hex().encode(),
    "sha256": sha256(PLANTED.encode()).digest(),
}


@pytest.mark.parametrize("content", WRITTEN.values(), ids=WRITTEN)
def test_the_scan_knows_a_number_however_it_is_written(content: bytes) -> None:
    for length in range(8):
        before = bytes(range(1, 1 + length))
        assert search(numbers({"planted": PLANTED}), before + content + before, "here")


async def test_a_planted_number_is_found_wherever_it_lies(played: Stage) -> None:
    settings = played.hub.settings
    needles = numbers({"planted": PLANTED})
    assert await everywhere(needles, settings) == []
    await in_kafka(settings.kafka)
    for dsn in (settings.projektion, settings.valv):
        await in_postgres(dsn)
    with (settings.loggar / "gate.log").open("a") as log:
        log.write(json.dumps({"event": f"{PLANTED[2:8]}-{PLANTED[8:]}"}) + "\n")
    places = {found.where.rpartition("/")[0] or found.where for found in await everywhere(needles, settings)}
    assert f"kafka/data/{SCRATCH}-0" in places
    assert {"dump of projektion", "dump of valv", "loggar"} <= places
    assert {place for place in places if place.startswith("postgres/data/base/")}
    assert "postgres/data/pg_wal" in places


async def in_kafka(bootstrap: str) -> None:
    """One record in a topic of its own."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(SCRATCH, 1, 1)])
    finally:
        await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        await producer.send_and_wait(SCRATCH, f"om {PLANTED}".encode(), partition=0)
    finally:
        await producer.stop()


async def in_postgres(dsn: str) -> None:
    """One row in a table of its own."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(f"create table {SCRATCH} (innehall bytea)")
        await connection.execute(f"insert into {SCRATCH} values ($1)", f"om {PLANTED}".encode())
    finally:
        await connection.close()


# ------------------------------------------------------------------------------------------------- no compression


async def test_no_topic_compresses_what_it_is_sent(played: Stage) -> None:
    found = await topic_settings(played.hub.settings.kafka)
    ours = {name for name in found if name.startswith("samverkan.")}
    assert "samverkan.logg" in ours
    assert len(ours) > 15
    assert {name: found[name]["compression.type"] for name in ours} == dict.fromkeys(ours, "uncompressed")


async def topic_settings(bootstrap: str) -> dict[str, Mapping[str, str]]:
    """Every topic's settings as the broker has them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        names = await admin.list_topics()
        answers: list[Any] = await admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
        )
        rows = [row for answer in answers for row in answer.resources]
        return {name: {entry[0]: entry[1] for entry in entries} for _, _, _, name, entries in rows}
    finally:
        await admin.close()


def test_no_batch_on_disk_is_compressed(played: Stage) -> None:
    kafka = played.data / "kafka" / "data"
    segments = {path: compressions(path.read_bytes()) for path in kafka.rglob("*.log")}
    assert sum(map(len, segments.values())) > 100
    assert {path.parent.name for path, found in segments.items() if any(found)} == set()
    assert any(path.parent.name == "samverkan.logg-0" and found for path, found in segments.items())


def compressions(segment: bytes) -> list[int]:
    """The compression of each record batch (KIP-98): 0 is none."""
    found, at = [], 0
    while at + 23 <= len(segment) and (length := struct.unpack_from(">i", segment, at + 8)[0]):
        found.append(struct.unpack_from(">h", segment, at + 21)[0] & 0b111)
        at += 12 + length
    return found


def test_the_check_knows_a_compressed_batch() -> None:
    header = struct.Struct(">qiibIh")
    compressed, plain = (header.pack(0, header.size - 12, 0, 2, 0, attributes) for attributes in (4, 0))
    assert compressions(plain + compressed + plain) == [0, 4, 0]
