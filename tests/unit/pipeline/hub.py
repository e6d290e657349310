"""A hub in memory for tests of the gate: the real regelverk, schemas and rules over in-memory adapters."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import msgspec

from samverkanshub import resources
from samverkanshub.adapters.memory import MemoryArtefacts, MemoryDatabase, MemoryGateStore, MemoryLog, MemoryNotices
from samverkanshub.adapters.regelverk import read
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import digest
from samverkanshub.codec.envelope import Envelope, SealedUppgift
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.walk import walk
from samverkanshub.domain import ids
from samverkanshub.domain.events import KVITTENS, OPPNING, Person
from samverkanshub.pipeline.gate import Gate
from samverkanshub.ports import LogRecord

START_MS = 1_798_000_000_000
"""22 December 2026."""


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.ms = START_MS

    def now_ms(self) -> int:
        """Where the clock stands."""
        return self.ms


@cache
def artefacts() -> dict[str, bytes]:
    """The project's own regelverk, compiled once."""
    return read(resources.root() / "deploy" / "regelverk", {})


def person_id(name: str) -> str:
    """A person's UUID, the same for the same name."""
    return str(uuid5(NAMESPACE_OID, name))


async def no_failpoint(_name: str) -> None:
    """No failpoint is set."""


def envelope(
    typ: str,
    lasargrupp: str,
    personer: Mapping[str, str | tuple[str, ...]],
    data: Mapping[str, Any],
    *,
    id: str = "",
    arende: str = "",
    ages: Mapping[str, str] | None = None,
) -> Envelope:
    """An envelope as intake makes it, its items unreadable. `personer`: role to names; `ages`: name to age class."""
    schemas = default_schemas()
    listed = [
        (roll, name) for roll, names in personer.items() for name in ([names] if isinstance(names, str) else names)
    ]
    persons = [Person(person_id(name), roll, (ages or {}).get(name, "vuxen")) for roll, name in listed]
    # An act names a delivery; intake puts in whom that concerns.
    named = [] if typ in (KVITTENS, OPPNING) else listed
    plain = {"personer": [{"roll": roll, "referens": f"ref-{at}"} for at, (roll, _) in enumerate(named)], **data}
    walked = walk(schemas.data(typ, 1), plain)
    cloud_id = id or str(uuid5(NAMESPACE_OID, f"{typ}{lasargrupp}{plain}{arende}"))
    aktor, enhet = lasargrupp.split(".")[0], lasargrupp.rsplit(".", 1)[0]
    handelse_id = ids.event_id(aktor, cloud_id)
    items = tuple(_item(u, persons, handelse_id) for u in walked.uppgifter)
    salt = sha256(handelse_id.encode()).digest()
    whole = Envelope(cloud_id, handelse_id, typ, 1, aktor, enhet, lasargrupp, "test", salt, arende)
    return replace(whole, personer=tuple(persons), koder=walked.koder, uppgifter=items)


def _item(walked: Any, persons: list[Person], handelse_id: str) -> SealedUppgift:
    person = persons[walked.person_index].person_id if walked.person_index >= 0 else ""
    subject = person or f"handelse:{handelse_id}"
    commitment = sha256(walked.vag.encode()).digest()
    return SealedUppgift(
        walked.vag, walked.kategori, walked.roll, person, walked.referens, commitment, b"x" * 60, subject, 1
    )


class Hub:
    """The gate over memory; `publish` appends and judges, `outcome` reads what the gate wrote."""

    def __init__(self) -> None:
        self.clock = TestClock()
        self.log = MemoryLog(self.clock)
        # Its own clock stands still: there is no notary, and what is judged would grow too old to go unsigned.
        self.database = MemoryDatabase(now_ms=lambda: START_MS)
        self.store = MemoryGateStore(self.database)
        self.artefacts = MemoryArtefacts()
        self.notices = MemoryNotices()
        self.schemas = default_schemas()
        self.gate = self.new_gate()

    def new_gate(self) -> Gate:
        """Another process over the same log and projection."""
        return Gate(self.store, self.log, self.artefacts, self.notices, self.schemas, no_failpoint)

    async def started(self) -> "Hub":
        """With record 0 judged."""
        named = [{"namn": name, "digest": digest(content)} for name, content in sorted(artefacts().items())]
        for content in artefacts().values():
            await self.artefacts.put(content)
        codes = {"artefakter": named, "foreslagen_av": "a", "godkand_av": "b"}
        cloud_id = str(uuid5(NAMESPACE_OID, "regelverk"))
        record_0 = Envelope(
            cloud_id,
            ids.event_id("hubben", cloud_id),
            "regelverk_aktiverat",
            1,
            "hubben",
            "",
            "",
            "",
            b"0" * 32,
            koder=codes,
        )
        await self.gate.assign(0)
        await self.publish(record_0)
        return self

    async def append(self, one: Envelope) -> LogRecord:
        """Append without judging."""
        value = envelopes.encode(one, self.schemas)
        return await self.append_raw(value, envelopes.headers(one), envelopes.key(one))

    async def append_raw(
        self, value: bytes, headers: tuple[tuple[str, bytes], ...], key: bytes | None = None
    ) -> LogRecord:
        """Append any bytes."""
        at = await self.log.append(0, key, headers, value)
        record = await self.log.at(0, at.offset)
        assert record is not None
        return record

    async def publish(self, one: Envelope) -> dict[str, Any]:
        """Append, judge, and read the outcome."""
        record = await self.append(one)
        await self.gate.batch(0, [record])
        return self.outcome(record.offset)

    async def judge_all(self) -> None:
        """Judge every record of the log that is not judged yet."""
        end = await self.log.end(0)
        await self.gate.batch(0, [record async for record in self.log.records(0, 0, end)])

    def writers(self) -> dict[str, Any]:
        """What an activation is written with."""
        return {"store": self.artefacts, "log": self.log, "schemas": self.schemas, "salt": lambda: b"1" * 32}

    def outcome(self, offset: int) -> dict[str, Any]:
        """The outcome of the record at an offset."""
        row = next(row for _, row in self.decisions() if row.offset == offset)
        decoded: dict[str, Any] = msgspec.json.decode(row.outcome)
        return decoded

    def decisions(self) -> list[tuple[int, Any]]:
        """Every decision, with its partition."""
        return [(partition, row) for (partition, _), row in sorted(self.database.decisions.items())]
