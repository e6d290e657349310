"""A tree as tiles: where they lie, how they grow, and that their proofs are those of RFC 6962."""

from collections.abc import Iterable

import pytest

from samverkanshub.domain import merkle, tlog
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.tlog import NOTHING, Head, Tile

SIZES = (1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 1000)


def leaves(count: int, start: int = 0) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % number) for number in range(start, start + count)]


class Grown:
    """A tree grown by so many leaves at a time, its tiles as they are kept."""

    def __init__(self, steps: Iterable[int]) -> None:
        self.tiles: dict[Tile, bytes] = {}
        self.size = 0
        for step in steps:
            self.tiles |= dict(tlog.grown(self.read, self.size, leaves(step, self.size)))
            self.size += step

    def read(self, tile: Tile) -> bytes:
        return self.tiles[tile]


# ------------------------------------------------------------------------------------------ where tiles lie


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 7, 112), "tile/0/007.p/112"),
        (Tile(1, 999), "tile/1/999"),
        (Tile(1, 1005, 1), "tile/1/x001/005.p/1"),
        (Tile(2, 1_234_067), "tile/2/x001/x234/067"),
    ],
)
def test_a_tile_lies_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_entries_lie_beside_the_tile_of_their_hashes() -> None:
    assert (tlog.bundle_path(273, 112), tlog.bundle_path(5, 256)) == ("tile/entries/273.p/112", "tile/entries/005")


def test_a_tree_of_70_000_has_the_tiles_of_the_specifications_example() -> None:
    assert tlog.tile_of(0, 273, 70_000) == Tile(0, 273, 112)
    assert tlog.tile_of(1, 1, 70_000) == Tile(1, 1, 17)
    assert tlog.tile_of(2, 0, 70_000) == Tile(2, 0, 1)
    assert tlog.tile_of(0, 272, 70_000).width == 256


def test_a_tree_of_256_has_one_full_tile_and_one_hash_above_it() -> None:
    assert set(Grown([256]).tiles) == {Tile(0, 0), Tile(1, 0, 1)}


# ------------------------------------------------------------------------------------------ growing


@pytest.mark.parametrize("size", SIZES)
def test_the_root_is_that_of_the_plain_definition(size: int) -> None:
    tree = Grown([size])
    assert tlog.root(tree.read, size) == merkle.root(leaves(size))


def test_it_is_the_same_however_the_leaves_came() -> None:
    assert Grown([600]).tiles.items() <= Grown([1, 2, 252, 1, 1, 300, 43]).tiles.items()


def test_a_tree_without_leaves_has_the_root_of_nothing() -> None:
    assert tlog.root(Grown([]).read, 0) == NOTHING.root == merkle.EMPTY_ROOT
    assert list(tlog.grown(Grown([]).read, 0, [])) == []


def test_the_roots_of_earlier_sizes_are_still_there() -> None:
    tree = Grown([1000])
    assert all(tlog.root(tree.read, 1000, size) == merkle.root(leaves(size)) for size in (0, *SIZES))


def test_a_tree_of_three_levels() -> None:
    tree = Grown([65_536, 300])
    assert Tile(2, 0, 1) in tree.tiles
    assert tlog.root(tree.read, tree.size) == merkle.root(leaves(tree.size))


@pytest.mark.parametrize(
    ("changed", "not_in_place"),
    [
        (Tile(0, 3), {3}),
        (Tile(0, 256), {256}),
        (Tile(0, 257, 44), set()),
        (Tile(1, 0), {0, 3, 255}),
        (Tile(1, 1, 1), {256}),
        (Tile(2, 0, 1), {0, 3, 255}),
    ],
)
def test_a_tile_is_in_place_where_each_above_it_is_hashed_in_the_next(changed: Tile, not_in_place: set[int]) -> None:
    """What is not full has nothing above it but the root."""
    tree = Grown([65_536, 300])
    tree.tiles[changed] = bytes([tree.tiles[changed][0] ^ 1]) + tree.tiles[changed][1:]
    asked = {0, 3, 255, 256, 257}
    found = {index for index in asked if not tlog.in_place(tree.read, tree.size, index)}
    assert found == not_in_place


# ------------------------------------------------------------------------------------------ proofs


@pytest.mark.parametrize("size", SIZES)
def test_each_leaf_is_proved_as_the_plain_definition_proves_it(size: int) -> None:
    tree, known = Grown([size]), leaves(size)
    for index in {0, size // 2, size - 1}:
        assert tlog.inclusion(tree.read, size, index) == merkle.inclusion_proof(index, known)


@pytest.mark.parametrize("index", [-1, 7])
def test_no_other_leaf_can_be_proved(index: int) -> None:
    with pytest.raises(IndexError):
        tlog.inclusion(Grown([7]).read, 7, index)


def test_consistency_is_proved_as_the_rfcs_example_does() -> None:
    """RFC 6962, 2.1.3: seven leaves, from trees of 3, 4 and 6."""
    tree, known = Grown([7]), leaves(7)
    a, b, c, d, e, f, j = known
    g, h, i = merkle.node_hash(a, b), merkle.node_hash(c, d), merkle.node_hash(e, f)
    k = merkle.node_hash(g, h)
    l_ = merkle.node_hash(i, j)
    assert tlog.consistency(tree.read, 7, 3) == (c, d, g, l_)
    assert tlog.consistency(tree.read, 7, 4) == (l_,)
    assert tlog.consistency(tree.read, 7, 6) == (i, j, k)
    assert tlog.consistency(tree.read, 7, 7) == ()


@pytest.mark.parametrize("earlier", [0, 8])
def test_no_other_tree_can_be_consistent(earlier: int) -> None:
    with pytest.raises(IndexError):
        tlog.consistency(Grown([7]).read, 7, earlier)


@pytest.mark.parametrize("index", [0, 1, 3, 6])
def test_around_one_leaf_stands_its_inclusion_proof(index: int) -> None:
    tree = Grown([7])
    assert sorted(tlog.around(tree.read, 7, index, index + 1)) == sorted(tlog.inclusion(tree.read, 7, index))


def test_around_a_range_stand_the_largest_subtrees_without_it() -> None:
    tree, known = Grown([7]), leaves(7)
    assert tlog.around(tree.read, 7, 0, 7) == ()
    assert tlog.around(tree.read, 7, 3, 5) == (merkle.root(known[:2]), known[2], known[5], known[6])
    assert tlog.around(tree.read, 7, 4, 7) == (merkle.root(known[:4]),)


@pytest.mark.parametrize(("first", "end"), [(-1, 3), (3, 3), (3, 8)])
def test_around_what_is_no_range_stands_nothing(first: int, end: int) -> None:
    with pytest.raises(IndexError):
        tlog.around(Grown([7]).read, 7, first, end)


# ------------------------------------------------------------------------------------------ what may be signed


@pytest.mark.parametrize("head", [Head(5, b"a" * 32), Head(6, b"b" * 32)])
def test_the_same_head_and_a_larger_one_may_be_signed(head: Head) -> None:
    tlog.require_after(Head(5, b"a" * 32), head)


@pytest.mark.parametrize(("head", "code"), [(Head(4, b"a" * 32), "mindre-trad"), (Head(5, b"b" * 32), "annan-rot")])
def test_a_smaller_one_and_another_root_may_not(head: Head, code: str) -> None:
    with pytest.raises(Halt) as stop:
        tlog.require_after(Head(5, b"a" * 32), head)
    assert stop.value.code == code
