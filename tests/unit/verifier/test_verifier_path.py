"""A path leads to the root of its tree and to no other; so does what stands around a range."""

import pytest

from samverkanshub.domain import merkle, tlog
from samverkanshub.domain.tlog import Tile
from samverkanshub.verifier.path import joined, led_to

LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(300)]
OTHER = merkle.leaf_hash(b"other")


def read(tile: Tile) -> bytes:
    above = [merkle.root(LEAVES[:256])]
    row = (LEAVES, above)[tile.level][tile.index * 256 :]
    return b"".join(row[: tile.width])


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64])
def test_every_path_leads_from_its_leaf_to_the_root(size: int) -> None:
    root = merkle.root(LEAVES[:size])
    for index in range(size):
        assert led_to(LEAVES[index], index, size, merkle.inclusion_proof(index, LEAVES[:size])) == root


def test_another_leaf_index_step_or_length_leads_elsewhere() -> None:
    root, path = merkle.root(LEAVES[:13]), merkle.inclusion_proof(9, LEAVES[:13])
    assert led_to(LEAVES[9], 9, 13, path) == root
    assert led_to(OTHER, 9, 13, path) != root
    for index in (-1, 8, 10, 12, 13):
        assert led_to(LEAVES[9], index, 13, path) != root
    for at in range(len(path)):
        assert led_to(LEAVES[9], 9, 13, (*path[:at], OTHER, *path[at + 1 :])) != root
        assert led_to(LEAVES[9], 9, 13, path[:at] + path[at + 1 :]) is None
    assert led_to(LEAVES[9], 9, 13, (*path, OTHER)) is None


@pytest.mark.parametrize("size", [1, 2, 7, 8, 13])
def test_every_range_and_what_stands_around_it_give_the_root(size: int) -> None:
    root = merkle.root(LEAVES[:size])
    for first in range(size):
        for end in range(first + 1, size + 1):
            around = tlog.around(read, size, first, end)
            assert joined(LEAVES[first:end], first, size, around) == root


def test_a_range_over_the_edge_of_a_tile() -> None:
    around = tlog.around(read, 300, 250, 270)
    assert joined(LEAVES[250:270], 250, 300, around) == merkle.root(LEAVES)


def test_a_range_without_one_of_its_leaves_gives_no_such_root() -> None:
    root, around = merkle.root(LEAVES[:13]), tlog.around(read, 13, 3, 9)
    whole = LEAVES[3:9]
    for at in range(6):
        assert joined(whole[:at] + whole[at + 1 :], 3, 13, around) != root
        assert joined([*whole[:at], OTHER, *whole[at + 1 :]], 3, 13, around) != root
    assert joined(whole, 4, 13, around) != root
    assert joined(whole, 3, 13, around[:-1]) is None
    assert joined(whole, 3, 13, (*around, OTHER)) is None
    assert joined([], 3, 13, around) is None
    assert joined(whole, 8, 13, around) is None
