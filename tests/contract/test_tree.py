"""`TreeStore` and `Guard`: what is kept is there after a restart, and nothing is signed back in time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from samverkanshub.adapters.memory import MemoryGuard, MemoryTree
from samverkanshub.adapters.tree_files import GuardFiles, PublishedTrees, TreeFiles
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import NOTHING, Head, Tile
from samverkanshub.ports import Guard, TreeStore

ROOT, OTHER = b"a" * 32, b"b" * 32


def hashes(width: int, mark: bytes = b"h") -> bytes:
    return (mark * 32) * width


@pytest.fixture(params=["memory", "files"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], TreeStore]:
    """Opens the store; in files anew each time, as after a restart."""
    memory = MemoryTree()
    return (lambda: memory) if request.param == "memory" else (lambda: TreeFiles(tmp_path / "0"))


@pytest.fixture(params=["memory", "files"])
def guarded(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Guard]:
    memory = MemoryGuard()
    return (lambda: memory) if request.param == "memory" else (lambda: GuardFiles(tmp_path / "vakt"))


def test_a_new_tree_has_nothing(opened: Callable[[], TreeStore]) -> None:
    assert (opened().head(), opened().checkpoint()) == (NOTHING, b"")
    with pytest.raises(LookupError):
        opened().tile(Tile(0, 0, 1))


def test_what_is_kept_is_there(opened: Callable[[], TreeStore]) -> None:
    opened().keep([(Tile(0, 0, 3), hashes(3))], [(Tile(0, 0, 3), b"entries")], Head(3, ROOT))
    assert opened().head() == Head(3, ROOT)
    assert opened().tile(Tile(0, 0, 3)) == hashes(3)


def test_a_tile_of_another_width_is_none(opened: Callable[[], TreeStore]) -> None:
    opened().keep([(Tile(0, 0, 3), hashes(2))], [], Head(3, ROOT))
    with pytest.raises(LookupError):
        opened().tile(Tile(0, 0, 3))


def test_a_full_tile_answers_for_the_partial_ones_before_it(opened: Callable[[], TreeStore]) -> None:
    opened().keep([(Tile(0, 0, 3), hashes(3))], [(Tile(0, 0, 3), b"e")], Head(3, ROOT))
    opened().keep([(Tile(0, 0), hashes(3) + hashes(253, b"k"))], [(Tile(0, 0), b"e")], Head(256, OTHER))
    assert opened().tile(Tile(0, 0, 3)) == hashes(3)
    assert opened().tile(Tile(0, 0)) == hashes(3) + hashes(253, b"k")


def test_the_last_checkpoint_stands(opened: Callable[[], TreeStore]) -> None:
    opened().publish(b"one")
    opened().publish(b"two")
    assert opened().checkpoint() == b"two"


def test_a_partial_bundle_is_dropped_when_the_full_one_is_there(tmp_path: Path) -> None:
    tree = TreeFiles(tmp_path)
    tree.keep([], [(Tile(0, 1, 7), b"seven")], Head(263, ROOT))
    tree.keep([], [(Tile(0, 1), b"all")], Head(512, ROOT))
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("001*")] == ["tile/entries/001"]


# ------------------------------------------------------------------------------------------ the guard


def test_nothing_has_been_signed_of_a_new_log(guarded: Callable[[], Guard]) -> None:
    assert guarded().largest("a/omrade/0") == NOTHING


def test_the_largest_head_is_remembered_for_each_log(guarded: Callable[[], Guard]) -> None:
    guarded().raise_to("a/omrade/0", Head(5, ROOT))
    guarded().raise_to("a/omrade/0", Head(7, OTHER))
    guarded().raise_to("a/omrade/0", Head(7, OTHER))
    guarded().raise_to("a/omrade/1", Head(1, ROOT))
    assert (guarded().largest("a/omrade/0"), guarded().largest("a/omrade/1")) == (Head(7, OTHER), Head(1, ROOT))


@pytest.mark.parametrize(("head", "code"), [(Head(4, ROOT), "mindre-trad"), (Head(5, OTHER), "annan-rot")])
def test_it_lets_nothing_back_in_time(guarded: Callable[[], Guard], head: Head, code: str) -> None:
    guarded().raise_to("a/omrade/0", Head(5, ROOT))
    with pytest.raises(Halt) as stop:
        guarded().raise_to("a/omrade/0", head)
    assert stop.value.code == code
    assert guarded().largest("a/omrade/0") == Head(5, ROOT)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"storlek": 1, "rot": "x"}'])
def test_a_damaged_file_is_no_empty_tree(tmp_path: Path, content: str) -> None:
    guard = GuardFiles(tmp_path)
    guard.raise_to("a", Head(1, ROOT))
    next(tmp_path.glob("*.json")).write_text(content)
    with pytest.raises(Halt) as stop:
        guard.largest("a")
    assert stop.value.code == "skadat-huvud"


# ------------------------------------------------------------------------------------------ what is published


async def test_checkpoint_tiles_and_entries_are_published(tmp_path: Path) -> None:
    tree = TreeFiles(tmp_path / "0")
    tree.keep([(Tile(0, 0, 3), hashes(3))], [(Tile(0, 0, 3), b"entries")], Head(3, ROOT))
    tree.publish(b"note")
    published = PublishedTrees(tmp_path)
    assert await published.read(0, "checkpoint") == b"note"
    assert await published.read(0, "tile/0/000.p/3") == hashes(3)
    assert await published.read(0, "tile/entries/000.p/3") == b"entries"


@pytest.mark.parametrize(
    "path",
    ["huvud.json", "tile/0", "tile/0/000", "tile/0/../../huvud.json", "tile/64/000", "tile/0/000.p/0", "", "las",
     "tile/0/00\u0660"],
)  # fmt: skip
async def test_nothing_else_is(tmp_path: Path, path: str) -> None:
    tree = TreeFiles(tmp_path / "0")
    tree.keep([(Tile(0, 0, 3), hashes(3))], [], Head(3, ROOT))
    assert await PublishedTrees(tmp_path).read(0, path) is None
    assert await PublishedTrees(tmp_path).read(1, "checkpoint") is None
