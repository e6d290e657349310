"""A projection made anew is held against the one in use at one moment, and put in its place when it has caught up."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from hub import Hub, envelope

from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStore, MemoryLog, MemoryProjection
from samverkanshub.codec.checkpoint import leaf
from samverkanshub.domain import merkle
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import Head
from samverkanshub.entrypoints.cli.rebuild import told
from samverkanshub.pipeline import rebuild
from samverkanshub.pipeline.rebuild import Compared, Rebuild

SIP = {
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
}


@dataclass(frozen=True)
class Table:
    tabell: str
    borta: int = 1
    nya: int = 2


@dataclass
class Moment:
    positions: dict[int, int]
    live: MemoryDatabase
    new: MemoryDatabase

    async def unlike(self) -> list[Table]:
        places = range(self.positions.get(0, 0))
        same = all(self.live.decisions.get((0, at)) == self.new.decisions.get((0, at)) for at in places)
        return [] if same and len(self.new.decisions) == len(places) else [Table("beslut")]


@dataclass
class Shadow:
    """In memory. `busy`: how many times the gate goes on while a swap is tried."""

    hub: Hub
    busy: int = 0
    despite: bool = False
    new: MemoryDatabase = field(default_factory=MemoryDatabase)
    swapped: list[int] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.store, self.projection = MemoryGateStore(self.new), MemoryProjection(self.new)

    async def live(self) -> dict[int, int]:
        return {0: await MemoryProjection(self.hub.database).position(0)}

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Moment]:
        await published(self.hub, "under tiden")
        yield Moment(await self.live(), self.hub.database, self.new)

    async def swap(self, *, despite: bool) -> bool:
        self.despite = despite
        if self.busy:
            self.busy -= 1
            await published(self.hub, f"igen {self.busy}")
            return False
        self.swapped.append(await self.projection.position(0))
        return True


async def published(hub: Hub, syfte: str) -> None:
    await hub.publish(envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, {**SIP, "syfte": syfte}))


@pytest.fixture
async def shadow() -> Shadow:
    hub = await Hub().started()
    for syfte in ("ett", "två"):
        await published(hub, syfte)
    return Shadow(hub)


def of(shadow: Shadow) -> Rebuild:
    return Rebuild(shadow, shadow.hub.log, shadow.hub.artefacts, shadow.hub.schemas, lambda n: None)


async def head(hub: Hub, size: int) -> Head:
    rows = await MemoryProjection(hub.database).leaves(0, 0, size)
    return Head(size, merkle.root([merkle.leaf_hash(leaf(row.record_digest, row.digest)) for row in rows]))


async def test_it_is_the_same_at_one_moment_and_has_the_signed_roots(shadow: Shadow) -> None:
    found = await of(shadow).compare({0: await head(shadow.hub, 3)})
    assert found == Compared(4, (), ())
    assert shadow.new.decisions == shadow.hub.database.decisions


async def test_nobody_is_told_again(shadow: Shadow) -> None:
    told_before = len(shadow.hub.notices.sent)
    shadow.moment = lambda: frozen(shadow)  # type: ignore[method-assign, assignment]
    await of(shadow).compare({})
    assert len(shadow.hub.notices.sent) == told_before


@asynccontextmanager
async def frozen(shadow: Shadow) -> AsyncIterator[Moment]:
    yield Moment(await shadow.live(), shadow.hub.database, shadow.new)


async def test_rows_that_differ_and_roots_that_are_not_the_signed_ones_are_told(shadow: Shadow) -> None:
    del shadow.hub.database.decisions[0, 1]
    found = await of(shadow).compare({0: Head(3, b"x" * 32)})
    assert (found.same, found.roots, [one.tabell for one in found.tables]) == (False, (0,), ["beslut"])


async def test_a_tree_larger_than_what_is_judged_is_not_its(shadow: Shadow) -> None:
    assert (await of(shadow).compare({0: Head(9, b"x" * 32)})).roots == (0,)


async def test_it_is_swapped_when_it_has_caught_up(shadow: Shadow) -> None:
    shadow.busy = 3
    made = of(shadow)
    await made.compare({})
    await made.swap()
    assert shadow.swapped == [await shadow.hub.log.end(0)] == [7]
    assert not shadow.despite
    await made.swap(despite=True)
    assert shadow.despite


async def test_a_gate_that_is_never_caught_up_with_ends_it(shadow: Shadow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild, "TRIES", 2)
    shadow.busy = 9
    with pytest.raises(Halt) as halt:
        await of(shadow).swap()
    assert (halt.value.code, shadow.swapped) == ("for-upptagen", [])


async def test_a_log_that_is_shorter_than_what_was_judged_is_refused(shadow: Shadow) -> None:
    shadow.hub.log = MemoryLog(shadow.hub.clock)
    with pytest.raises(Halt) as halt:
        await of(shadow).compare({})
    assert halt.value.code == "logg-kortare-an-position"


def test_what_came_of_it_is_told_in_a_few_lines() -> None:
    assert told(Compared(7, (), ()), swapped=True) == "7 records judged: the same rows and roots; the new one is in use"
    assert told(Compared(7, (Table("beslut"),), (3,)), swapped=False).splitlines() == [
        "7 records judged: it differs; the one in use is left",
        "  beslut: 1 rows of the one in use, 2 of the new one",
        "  område 3: another root than the signed one",
    ]
