"""What the scan must find: a number and a text that nobody in the demo has, in every place and every form.

Where one is not found the scan is blind there, and fails whatever else it says.
"""

import asyncio
import gzip
import json
import struct
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from hashlib import md5, sha256
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final
from urllib.parse import quote

import asyncpg
import fastavro
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from samverkanshub.settings import Settings
from skanning.nalar import Needle, numbers, texts
from skanning.platser import DATABASES
from skanning.sokning import Found

NUMBER: Final = "199008202393"
"""Of the test numbers, and nobody's in the demo."""
TEXT: Final = "Älvas syster bor på Ångvägen sju i Östnor, en trappa upp"
"""Nobody's: made for this."""
DELETED: Final = "Älvas granne såg honom vid grinden i Östnor i lördags"
DELETED_PACKED: Final = "Älva har bytt nummer och svarar inte längre på det gamla"
DELETED_CHUNKED: Final = "Älva hämtas på Ångvägen klockan sju på torsdag morgon"
TOPIC: Final = "planterad"
_TEN: Final = NUMBER[2:]
AT: Final = " @ "
LARGE: Final = 2000
"""Bytes from which PostgreSQL packs."""


def needles() -> list[Needle]:
    """What is planted."""
    gone = {"deleted": DELETED, "deleted and packed": DELETED_PACKED, "deleted in chunks": DELETED_CHUNKED}
    of_gone = [replace(needle, what=what) for what, text in gone.items() for needle in texts([text])]
    return [*numbers({"planted number": NUMBER}), *texts([TEXT]), *of_gone]


def _avro(number: int) -> bytes:
    written = BytesIO()
    fastavro.schemaless_writer(written, "long", number)
    return written.getvalue()


FORMS: Final[Mapping[str, bytes]] = {
    "12 digits": NUMBER.encode(),
    "10 digits": _TEN.encode(),
    "12 with a dash": f"{NUMBER[:8]}-{NUMBER[8:]}".encode(),
    "10 with a plus": f"{_TEN[:6]}+{_TEN[6:]}".encode(),
    "10 with a plus in a URL": f"{_TEN[:6]}%2B{_TEN[6:]}".encode(),
    "utf-16-be": f"ett {NUMBER} till".encode("utf-16-be"),
    "utf-16-le": f"ett {NUMBER} till".encode("utf-16-le"),
    "utf-32": f"ett {NUMBER} till".encode("utf-32"),
    "base64": b64encode(f"om {NUMBER}".encode()),
    "base64 of ten": b64encode(f"ett {_TEN} till".encode()),
    "an integer": struct.pack("<q", int(NUMBER)),
    "an Avro long": _avro(int(NUMBER)),
    "hex": f"om {NUMBER}".encode().hex().encode(),
    "sha256": sha256(NUMBER.encode()).digest(),
    "md5 in hex": md5(f"{_TEN[:6]}-{_TEN[6:]}".encode()).hexdigest().encode(),
    "gzip": gzip.compress(NUMBER.encode()),
    "gzip in gzip": gzip.compress(gzip.compress(NUMBER.encode())),
    "text": TEXT.encode(),
    "text in latin-1": TEXT.encode("latin-1"),
    "text in utf-16": TEXT.encode("utf-16"),
    "text in JSON": json.dumps(TEXT).encode(),
    "text as Python shows bytes": repr(TEXT.encode()).encode(),
    "text in a URL": quote(TEXT).encode(),
    "text in base64": b64encode(f"om {TEXT}".encode()),
    "the beginning of a text": f"{TEXT[:32]}...".encode(),
    "the end of a text": TEXT[-30:].encode(),
}


def in_files(settings: Settings) -> Iterator[str]:
    """A file of each form, a line of a log, and a file's name; yields where each is."""
    place = settings.data / TOPIC
    place.mkdir()
    for name, content in FORMS.items():
        (place / name).write_bytes(b"om " * 3 * (content[:2] != b"\x1f\x8b") + content)
        yield f"{TOPIC}/{name}"
    (place / f"{NUMBER}.txt").write_text("")
    yield f"name of {TOPIC}/{NUMBER}.txt"
    with (settings.loggar / "gate.log").open("a") as log:
        log.write(json.dumps({"event": f"{_TEN[:6]}-{_TEN[6:]}"}) + "\n")
    yield "loggar/gate.log"


async def in_kafka(bootstrap: str) -> list[str]:
    """A key, a value and a header of records, and a batch that is packed; returns where each is."""
    topics = [f"{TOPIC}-{part}" for part in ("nyckel", "varde", "rubrik", "packad")]
    await _make(bootstrap, topics)
    for topic, packing in zip(topics, (None, None, None, "gzip"), strict=True):
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=packing)
        await producer.start()
        try:
            await producer.send_and_wait(topic, **_record(topic), partition=0)
        finally:
            await producer.stop()
    packed = f"kafka/data/{topics[-1]}-0"
    return [
        place for topic in topics for place in (f"records of {topic}-0", f"kafka/data/{topic}-0") if place != packed
    ]


def _record(topic: str) -> dict[str, object]:
    said, part = f"om {TEXT}".encode(), topic.rpartition("-")[2]
    return {
        "key": said if part == "nyckel" else None,
        "value": said if part in ("varde", "packad") else b"",
        "headers": [("om", said)] if part == "rubrik" else [],
    }


async def _make(bootstrap: str, topics: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        configs = {"compression.type": "producer"}
        await admin.create_topics([NewTopic(name, 1, 1, topic_configs=configs) for name in topics])
    finally:
        await admin.close()


async def in_postgres(settings: Settings) -> list[str]:
    """In each database a row, a value that TOAST has packed, bytes that are packed, one deleted; and where each is."""
    places: list[str] = []
    for name in DATABASES:
        connection = await asyncpg.connect(getattr(settings, name))
        try:
            places += await _rows(connection, name)
        finally:
            await connection.close()
    gone = ("deleted", "deleted and packed", "deleted in chunks")
    return [*places, "postgres/data/pg_wal", *(f"{what}{AT}postgres/data/base" for what in gone)]


async def _rows(connection: asyncpg.Connection, name: str) -> list[str]:
    rows: Mapping[str, bytes] = {
        "rad": f"om {NUMBER}".encode(),
        "packad_rad": _repeated(TEXT),
        "packat_varde": gzip.compress(TEXT.encode()),
        "struken": f"om {DELETED}".encode(),
        "struken_packad": _repeated(DELETED_PACKED),
        "struken_i_bitar": _long(DELETED_CHUNKED),
    }
    schema = await connection.fetchval("select current_schema()")
    for table, content in rows.items():
        await connection.execute(f"create table {TOPIC}_{table} (innehall bytea)")
        await connection.execute(f"insert into {TOPIC}_{table} values ($1)", content)
        size = await connection.fetchval(f"select pg_column_size(innehall) from {TOPIC}_{table}")
        assert len(content) < LARGE or size < len(content), "PostgreSQL did not pack it"
        if table.startswith("struken"):
            await connection.execute(f"delete from {TOPIC}_{table}")
    await connection.execute("checkpoint")
    return [f"{name}: {schema}.{TOPIC}_{table}" for table in rows if not table.startswith("struken")]


def _repeated(text: str) -> bytes:
    """What PostgreSQL packs within its row."""
    return (_told_before(text) + "och " * 1500).encode()


def _long(text: str) -> bytes:
    """What PostgreSQL packs and then has to cut: words that come again, and not in any order that does."""
    words = [f"ord{number}" for number in range(300)]
    return f"{_told_before(text)} {' '.join(Random(1).choices(words, k=4000))}".encode()


def _told_before(text: str) -> str:
    """Behind its own words in another order: packed, little of it then stands there as it is."""
    words = text.split()
    return f"{' '.join(reversed(words))} om {text} "


@asynccontextmanager
async def in_a_process(data: Path) -> AsyncIterator[str]:
    """A process with it in its environment; yields where it is."""
    mark = [sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", str(data)]
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(*mark, env={"OM": NUMBER}, stdin=pipe, stdout=pipe)
    try:
        assert child.stdout
        await child.stdout.readline()
        yield f"process {child.pid}"
    finally:
        child.kill()
        await child.communicate()


def missed(places: Sequence[str], found: Sequence[Found]) -> list[str]:
    """The places in which what was planted was not found; a place that is a directory has it in some file.

    `WHAT @ PLACE` is where something was planted that is nowhere else.
    """
    return [place for place in places if not any(_is_in(one, *_parted(place)) for one in found)]


def _parted(place: str) -> tuple[str, str]:
    what, _, where = place.rpartition(AT)
    return what, where


def _is_in(one: Found, what: str, place: str) -> bool:
    where = one.where
    if what not in ("", one.what):
        return False
    return where in (place, f"{place}, unpacked", f"{place}, unpacked, unpacked") or where.startswith(f"{place}/")
