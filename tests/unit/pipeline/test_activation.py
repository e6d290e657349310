"""Record 0 puts the regelverk in force, once, in every partition that has nothing (DESIGN.md, point 3)."""

import pytest

from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.memory.log import MemoryArtefacts, MemoryLog
from samverkanshub.bootstrap import local_regelverk
from samverkanshub.codec.artefacts import artefacts_of, digests
from samverkanshub.codec.envelope import decode, headers, persons_of, to_event
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.events import REGELVERK
from samverkanshub.pipeline.activation import activate, activation
from samverkanshub.settings import Settings


@pytest.fixture(scope="module")
def artefacts() -> dict[str, bytes]:
    return artefacts_of(local_regelverk(Settings.from_env({"SAMVERKAN_NYCKLAR": "/finns/inte"})))


async def activated(log: MemoryLog, store: MemoryArtefacts, artefacts: dict[str, bytes], partitions: int) -> list[int]:
    salts = iter(bytes([n]) * 32 for n in range(10))
    return await activate(
        artefacts,
        range(partitions),
        store=store,
        log=log,
        reader=log,
        schemas=default_schemas(),
        salt=lambda: next(salts),
    )


async def test_it_is_the_first_record_of_every_partition_and_names_artefacts_that_are_kept(
    artefacts: dict[str, bytes],
) -> None:
    log, store = MemoryLog(SystemClock()), MemoryArtefacts()
    assert await activated(log, store, artefacts, 2) == [0, 1]
    for partition in (0, 1):
        record = await log.at(partition, 0)
        assert record
        event = to_event(decode(record.value, default_schemas()))
        assert event.typ == REGELVERK
        assert persons_of(record.headers) == ()
        for named in event.koder["artefakter"]:
            assert await store.get(named["digest"]) == artefacts[named["namn"]]
        assert event.koder["foreslagen_av"] != event.koder["godkand_av"]


async def test_a_partition_that_has_records_keeps_its_regelverk(artefacts: dict[str, bytes]) -> None:
    log, store = MemoryLog(SystemClock()), MemoryArtefacts()
    await activated(log, store, artefacts, 1)
    assert await activated(log, store, artefacts, 2) == [1]
    assert (await log.end(0), await log.end(1)) == (1, 1)


def test_two_starters_at_once_write_one_event(artefacts: dict[str, bytes]) -> None:
    one, other = activation(artefacts, b"a" * 32), activation(artefacts, b"b" * 32)
    assert one.handelse_id == other.handelse_id
    assert headers(one) == headers(other)


def test_other_artefacts_are_another_event(artefacts: dict[str, bytes]) -> None:
    changed = {**artefacts, "frister": b"{}"}
    assert digests(changed) != digests(artefacts)
    assert activation(artefacts, b"a" * 32).handelse_id != activation(changed, b"a" * 32).handelse_id
