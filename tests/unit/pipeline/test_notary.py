"""The notary: a leaf for each judged offset, never two roots for one size, and never less than was ever signed."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

import pytest

from samverkanshub.adapters.memory import MemoryGuard, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.domain import merkle
from samverkanshub.domain.tlog import Head
from samverkanshub.pipeline import notary
from samverkanshub.pipeline.notary import Notary, Noted
from samverkanshub.ports import IGANG, VAGRAD, VANTAR, LeafRow, Unavailable

NAME = "hub.example"
ORIGIN = "hub.example/omrade/0"
KEY = FileSigner(to_pem(private_key(bytes(range(32)))))


def digest(text: str) -> bytes:
    return merkle.leaf_hash(text.encode())


class Killed(BaseException):
    """The process died here."""


@dataclass
class Projection:
    """What the gate has judged; `position` may run ahead of it, or be thrown back by a restore."""

    rows: list[LeafRow] = field(default_factory=list)
    position_: int | None = None
    away: bool = False

    def judge(self, count: int) -> None:
        for offset in range(len(self.rows), len(self.rows) + count):
            self.rows.append(LeafRow(offset, digest(f"r{offset}"), digest(f"d{offset}")))

    async def position(self, partition: int) -> int:
        if self.away:
            raise Unavailable("projektion")
        return len(self.rows) if self.position_ is None else self.position_

    async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
        return [row for row in self.rows if start <= row.offset < end]


@dataclass
class World:
    """One område, its files and guard, and a notary that can be killed and started."""

    projection: Projection = field(default_factory=Projection)
    tree: MemoryTree = field(default_factory=MemoryTree)
    guard: MemoryGuard = field(default_factory=MemoryGuard)
    signer: FileSigner = KEY
    dies_at: str = ""
    signed: list[bytes] = field(default_factory=list)

    async def _fail(self, name: str) -> None:
        if name == self.dies_at:
            raise Killed

    def started(self) -> Notary:
        world = self

        class Noting:
            public = world.signer.public

            def sign(self, text: bytes) -> bytes:
                world.signed.append(text)
                return world.signer.sign(text)

        return Notary(self.projection, {0: self.tree}, self.guard, Noting(), self._fail, NAME)

    async def round(self) -> Noted:
        return (await self.started().round())[0]

    def root(self, size: int) -> bytes:
        entries = [checkpoint.leaf(row.record_digest, row.digest) for row in self.projection.rows[:size]]
        return merkle.root([merkle.leaf_hash(entry) for entry in entries])

    def heads(self) -> dict[int, set[bytes]]:
        """Every root that was ever signed, by size."""
        found: dict[int, set[bytes]] = {}
        for text in self.signed:
            _, size, root = text.decode().split("\n")[:3]
            found.setdefault(int(size), set()).add(root.encode())
        return found


@pytest.fixture
def world() -> World:
    return World()


async def test_a_leaf_for_each_offset_below_the_position_and_a_checkpoint_over_them(world: World) -> None:
    world.projection.judge(300)
    assert await world.round() == Noted(300, IGANG)
    assert world.tree.head() == Head(300, world.root(300))
    assert world.tree.checkpoint() == checkpoint.signed(ORIGIN, world.tree.head(), KEY.public, KEY.sign)


async def test_what_is_judged_but_not_committed_has_no_leaf(world: World) -> None:
    world.projection.judge(10)
    world.projection.position_ = 7
    assert await world.round() == Noted(7, IGANG)


async def test_an_empty_log_is_not_signed(world: World) -> None:
    assert await world.round() == Noted(0, IGANG)
    assert world.signed == []


async def test_nothing_new_is_nothing_signed(world: World) -> None:
    world.projection.judge(3)
    running = world.started()
    await running.round()
    await running.round()
    assert len(world.signed) == 1


async def test_the_tree_is_the_same_however_it_grew(world: World) -> None:
    running = world.started()
    for count in (1, 254, 2, 0, 300, 5000):
        world.projection.judge(count)
        await running.round()
    assert world.tree.head() == Head(5557, world.root(5557))
    bundles = [world.tree.files[f"tile/entries/{n:03}"] for n in range(5557 // 256)]
    assert all(len(bundle) == 256 * (2 + checkpoint.LEAF_BYTES) for bundle in bundles)


# ------------------------------------------------------------------------------------------ killed


POINTS = (
    "notarie.fore-trad",
    "notarie.efter-trad",
    "notarie.fore-signatur",
    "notarie.efter-signatur",
    "notarie.efter-publicering",
)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("more", [0, 5])
async def test_killed_anywhere_it_goes_on_and_never_signs_two_roots_for_a_size(
    world: World, point: str, more: int
) -> None:
    world.projection.judge(300)
    world.dies_at = point
    with pytest.raises(Killed):
        await world.round()
    world.dies_at = ""
    world.projection.judge(more)
    assert await world.round() == Noted(300 + more, IGANG)
    assert all(len(roots) == 1 for roots in world.heads().values())


async def test_the_head_is_with_the_guard_before_anything_of_it_is_signed(world: World) -> None:
    world.projection.judge(3)
    world.dies_at = "notarie.fore-signatur"
    with pytest.raises(Killed):
        await world.round()
    assert world.signed == []
    assert world.guard.largest(ORIGIN).size == world.tree.head().size == 3


# ------------------------------------------------------------------------------------------ restored


async def test_after_a_restore_it_signs_nothing_below_the_largest_it_ever_signed(world: World) -> None:
    world.projection.judge(5)
    await world.round()
    backup = deepcopy((world.projection, world.tree))
    world.projection.judge(5)
    await world.round()
    world.projection, world.tree = deepcopy(backup)
    signed = len(world.signed)
    assert await world.round() == Noted(5, VANTAR)
    world.projection.judge(3)
    assert await world.round() == Noted(5, VANTAR)
    assert len(world.signed) == signed
    world.projection.judge(2)
    assert (await world.round()).state == IGANG
    assert all(len(roots) == 1 for roots in world.heads().values())


async def test_after_a_restore_another_history_is_never_signed(world: World) -> None:
    world.projection.judge(5)
    await world.round()
    backup = deepcopy((world.projection, world.tree))
    world.projection.judge(5)
    await world.round()
    world.projection, world.tree = deepcopy(backup)
    world.projection.rows += [LeafRow(offset, digest(f"x{offset}"), digest("d")) for offset in range(5, 20)]
    signed = len(world.signed)
    assert await world.round() == Noted(5, VAGRAD, "annat-trad")
    assert len(world.signed) == signed


@pytest.mark.parametrize("lost", [0, 5])
async def test_a_guard_that_is_lost_or_taken_back_stops_it(world: World, lost: int) -> None:
    """What it once signed may be more than anybody here knows: another root of that size must not follow."""
    world.projection.judge(5)
    await world.round()
    before = deepcopy(world.guard)
    world.projection.judge(5)
    await world.round()
    world.guard = before if lost else MemoryGuard()
    signed = len(world.signed)
    world.projection.judge(1)
    assert await world.round() == Noted(10, VAGRAD, "vakt-saknas")
    assert len(world.signed) == signed


@pytest.mark.parametrize("size", [5, 256, 512])
async def test_a_tree_is_never_continued_by_another_history(world: World, size: int) -> None:
    """Log and projection restored, the tree not: also where its last bundle is full."""
    world.projection.judge(size)
    await world.round()
    other = [LeafRow(offset, digest(f"x{offset}"), digest("d")) for offset in range(size - 3, size + 20)]
    world.projection.rows[size - 3 :] = other
    signed = len(world.signed)
    assert await world.round() == Noted(size, VAGRAD, f"annat-beslut:{size - 3}")
    assert len(world.signed) == signed


async def test_a_tree_lost_whole_is_made_again(world: World) -> None:
    world.projection.judge(700)
    await world.round()
    published = world.tree.checkpoint()
    world.tree = MemoryTree()
    assert await world.round() == Noted(700, IGANG)
    assert world.tree.checkpoint() == published


async def test_a_projection_that_is_made_again_is_waited_for(world: World) -> None:
    world.projection.judge(20)
    await world.round()
    world.projection.position_ = 4
    assert await world.round() == Noted(20, VANTAR)
    world.projection.position_ = None
    assert await world.round() == Noted(20, IGANG)


async def taken_back(world: World, running: Notary | None, position: int) -> None:
    """The projection is shorter than the tree, as the notary sees it; then it has come past it again."""
    world.projection.position_ = position
    seen = await (running or world.started()).round()
    assert seen[0].state == VANTAR
    world.projection.position_ = None
    world.projection.judge(3)


@pytest.mark.parametrize("stays", [True, False])
@pytest.mark.parametrize("changed", [0, 300, 1023])
async def test_what_is_judged_again_otherwise_is_found_wherever_it_lies_and_nothing_more_is_signed(
    world: World, stays: bool, changed: int
) -> None:
    """Restored from an older backup and judged again from the log: also in full tiles that no growth reads."""
    world.projection.judge(1500)
    running = world.started()
    await running.round()
    signed = len(world.signed)
    for offset in (changed, 1030):
        world.projection.rows[offset] = LeafRow(offset, world.projection.rows[offset].record_digest, digest("other"))
    await taken_back(world, running if stays else None, 100)
    for _ in range(2):
        again = running if stays else world.started()
        assert (await again.round())[0] == Noted(1500, VAGRAD, f"annat-beslut:{changed}")
    assert len(world.signed) == signed


@pytest.mark.parametrize("stays", [True, False])
async def test_what_is_judged_again_alike_is_signed_on(world: World, stays: bool) -> None:
    world.projection.judge(1500)
    running = world.started()
    await running.round()
    await taken_back(world, running if stays else None, 100)
    assert (await (running if stays else world.started()).round())[0] == Noted(1503, IGANG)


async def test_what_was_seen_taken_back_at_the_end_of_a_round_is_compared_too(world: World) -> None:
    """It may have come past the tree again before the next."""
    world.projection.judge(600)
    running = world.started()
    await running.round()
    told = iter([600, 600, 100])

    async def position(partition: int) -> int:
        return next(told, 600)

    world.projection.position = position  # type: ignore[method-assign]
    assert (await running.round())[0] == Noted(600, VANTAR)
    world.projection.rows[7] = LeafRow(7, digest("r7"), digest("other"))
    assert (await running.round())[0] == Noted(600, VAGRAD, "annat-beslut:7")


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_projection_taken_back_between_two_questions_is_waited_for_and_is_no_gap(
    world: World, restarted: bool
) -> None:
    world.projection.judge(600)
    running = world.started()
    await running.round()
    whole, leaves = [*world.projection.rows], world.projection.leaves
    world.projection.judge(5)

    async def taken_back(partition: int, start: int, end: int) -> list[LeafRow]:
        del world.projection.rows[100:]
        return await leaves(partition, start, end)

    world.projection.leaves = taken_back  # type: ignore[method-assign]
    running = world.started() if restarted else running
    assert (await running.round())[0] == Noted(600, VANTAR)
    world.projection.leaves, world.projection.rows = leaves, whole  # type: ignore[method-assign]
    world.projection.judge(5)
    assert (await running.round())[0] == Noted(605, IGANG)


async def test_nothing_is_signed_before_all_is_compared(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notary, "CHUNK", 256)
    monkeypatch.setattr(notary, "ROUND", 2)
    world.projection.judge(1000)
    running = world.started()
    for _ in range(2):
        await running.round()
    world.projection.judge(5)
    running = world.started()
    found = [(await running.round())[0] for _ in range(3)]
    assert found == [Noted(1000, VANTAR), Noted(1005, IGANG), Noted(1005, IGANG)]


async def test_a_running_notary_compares_what_it_wrote_itself_no_more(world: World) -> None:
    """Those of before are the verifier's to look through."""
    world.projection.judge(600)
    running = world.started()
    await running.round()
    world.projection.rows[7] = LeafRow(7, digest("r7"), digest("other"))
    world.projection.judge(1)
    assert (await running.round())[0] == Noted(601, IGANG)
    assert await world.round() == Noted(601, VAGRAD, "annat-beslut:7")


async def test_a_lower_tile_that_is_gone_stops_it_when_it_starts(world: World) -> None:
    world.projection.judge(600)
    await world.round()
    del world.tree.files["tile/0/000"]
    assert await world.round() == Noted(600, VAGRAD, "bricka-saknas")


# ------------------------------------------------------------------------------------------ changed


async def test_a_decision_that_changed_after_its_leaf_was_written_is_found(world: World) -> None:
    world.projection.judge(5)
    await world.round()
    world.projection.rows[2] = LeafRow(2, world.projection.rows[2].record_digest, digest("another"))
    world.projection.judge(1)
    assert await world.round() == Noted(5, VAGRAD, "annat-beslut:2")


@pytest.mark.parametrize("path", ["tile/0/001.p/44", "tile/1/000.p/1"])
async def test_a_tile_of_the_root_that_was_changed_is_found_when_it_starts(world: World, path: str) -> None:
    """Before any decision is asked for."""
    world.projection.judge(300)
    await world.round()
    world.tree.files[path] = flipped(world.tree.files[path])
    assert await world.round() == Noted(0, VAGRAD, "annat-trad")


def flipped(content: bytes) -> bytes:
    return bytes([content[0] ^ 1]) + content[1:]


@pytest.mark.parametrize("decided_alike", [True, False])
async def test_a_tile_below_that_was_changed_is_said_of_the_tree_and_not_of_the_decisions(
    world: World, decided_alike: bool
) -> None:
    """Also where its decision was changed with it: the tile above is what was signed."""
    world.projection.judge(700)
    await world.round()
    if decided_alike:
        world.projection.rows[256] = LeafRow(256, digest("r256"), digest("other"))
        other = merkle.leaf_hash(checkpoint.leaf(digest("r256"), digest("other")))
        world.tree.files["tile/0/001"] = other + world.tree.files["tile/0/001"][32:]
    else:
        world.tree.files["tile/0/001"] = flipped(world.tree.files["tile/0/001"])
    assert await world.round() == Noted(700, VAGRAD, "annat-trad")


@pytest.mark.parametrize(("size", "path"), [(300, "tile/0/001.p/44"), (256, "tile/0/000")])
async def test_a_last_tile_that_was_changed_while_the_notary_ran_is_said_of_the_tree(
    world: World, size: int, path: str
) -> None:
    world.projection.judge(size)
    running = world.started()
    await running.round()
    world.tree.files[path] = flipped(world.tree.files[path])
    world.projection.judge(1)
    assert (await running.round())[0] == Noted(size, VAGRAD, "annat-trad")


async def test_a_tile_that_is_gone_stops_it(world: World) -> None:
    world.projection.judge(3)
    await world.round()
    world.tree.files.clear()
    assert await world.round() == Noted(0, VAGRAD, "bricka-saknas")


async def test_a_gap_in_the_decisions_stops_it(world: World) -> None:
    world.projection.judge(5)
    del world.projection.rows[2]
    world.projection.position_ = 5
    assert await world.round() == Noted(0, VAGRAD, "lucka-i-besluten")


async def test_decisions_that_end_before_the_position_stop_it(world: World) -> None:
    world.projection.judge(5)
    world.projection.position_ = 6
    assert await world.round() == Noted(0, VAGRAD, "lucka-i-besluten")


# ------------------------------------------------------------------------------------------ servers


async def test_a_key_that_does_not_answer_is_told_and_tried_again(world: World) -> None:
    class Away:
        public = KEY.public

        def sign(self, text: bytes) -> bytes:
            raise Unavailable("notarienyckel")

    world.projection.judge(3)
    trees: Mapping[int, MemoryTree] = {0: world.tree}
    away = Notary(world.projection, trees, world.guard, Away(), world._fail, NAME)
    assert (await away.round())[0] == Noted(0, VAGRAD, "notarienyckel-svarar-ej")
    assert await world.round() == Noted(3, IGANG)


async def test_a_projection_that_does_not_answer_is_its_callers_to_wait_for(world: World) -> None:
    world.projection.away = True
    with pytest.raises(Unavailable):
        await world.round()


async def test_an_omrade_that_is_stopped_stops_no_other() -> None:
    sound, broken = Projection(), World()
    sound.judge(4)

    class Both:
        async def position(self, partition: int) -> int:
            return 4

        async def leaves(self, partition: int, start: int, end: int) -> list[LeafRow]:
            return await sound.leaves(0, start, end) if partition else []

    both = Notary(Both(), {0: MemoryTree(), 1: MemoryTree()}, broken.guard, KEY, broken._fail, NAME)
    assert await both.round() == {0: Noted(0, VAGRAD, "lucka-i-besluten"), 1: Noted(4, IGANG)}


async def test_a_long_backlog_is_taken_in_rounds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notary, "CHUNK", 256)
    monkeypatch.setattr(notary, "ROUND", 2)
    world.projection.judge(1000)
    running = world.started()
    assert [(await running.round())[0].size for _ in range(3)] == [512, 1000, 1000]
