"""The published tree: what the notary writes is sound, and whatever is changed in it is found and named."""

import asyncio
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import settings as laws
from hypothesis import strategies as st
from publishing import KEY, ORIGIN, SIGNER, Files, SeenInMemory, checked, flip, leaf_rows, noted, signed_at

from samverkanshub.codec import checkpoint
from samverkanshub.domain import merkle, tlog
from samverkanshub.domain.tlog import Head
from samverkanshub.verifier import SOUND, TAMPERED, UNCHECKED, Finding, Verified, read_checkpoint
from samverkanshub.verifier.tree import Tree, edge, joined_root, path_of

SIZES = st.one_of(st.sampled_from([0, 1, 2, 255, 256, 257, 511, 512, 513, 768, 1024, 2000]), st.integers(0, 2000))
ROWS = leaf_rows(2000)
OTHER = leaf_rows(2000, other_from=0)
DEEP = 65_536 + 300
"""A size whose tree has three levels of tiles, the lowest of them not full."""


@pytest.fixture(scope="module")
def deep() -> Files:
    return noted(leaf_rows(DEEP), DEEP)


def found(files: Files) -> tuple[str, int, str]:
    finding = checked(files).finding
    assert finding
    return finding.what, finding.position, finding.path


# ------------------------------------------------------------------------------------------ sound


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        ("0", 0, 256, "tile/0/000"),
        ("0", 5, 3, "tile/0/005.p/3"),
        ("3", 1_234_067, 256, "tile/3/x001/x234/067"),
        ("entries", 1_000, 1, "tile/entries/x001/000.p/1"),
    ],
)
def test_paths_are_those_of_the_specification(level: str, index: int, width: int, path: str) -> None:
    assert path_of(level, index, width) == path


def test_the_edge_of_the_specifications_example() -> None:
    assert list(edge(70_000)) == [(0, 273, 112), (1, 1, 17), (2, 0, 1)]
    assert list(edge(256)) == [(1, 0, 1)]
    assert list(edge(0)) == []


@given(SIZES)
def test_the_root_is_that_of_rfc_6962(size: int) -> None:
    hashes = [row.digest for row in ROWS[:size]]
    rows, level = [], hashes
    while level:
        full = len(level) // 256 * 256
        rows.append(level[full:])
        level = [merkle.root(level[start : start + 256]) for start in range(0, full, 256)]
    assert joined_root(rows) == merkle.root(hashes)


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=4))
@laws(max_examples=40)
def test_what_the_notary_publishes_is_sound(sizes: list[int]) -> None:
    sizes = sorted(set(sizes))
    files = noted(ROWS, *sizes)
    root = merkle.root([merkle.leaf_hash(row.record_digest + row.digest) for row in ROWS[: sizes[-1]]])
    assert checked(files) == Verified(ORIGIN, sizes[-1], root, sizes[-1])


def test_an_empty_log_is_sound() -> None:
    note = checkpoint.signed(ORIGIN, tlog.NOTHING, SIGNER.public, SIGNER.sign)
    assert checked(Files({"checkpoint": note})).outcome == SOUND


def test_a_tree_of_three_levels_is_sound(deep: Files) -> None:
    assert (checked(deep).leaves, checked(deep).outcome) == (DEEP, SOUND)


def test_what_has_grown_since_the_checkpoint_is_cut() -> None:
    before, after = signed_at(ROWS, 300, 700)
    then = Files({**after.content, "checkpoint": before.content["checkpoint"]})
    assert not [path for path in then.content if path.endswith(".p/44")]
    assert (checked(then).leaves, checked(then).outcome) == (300, SOUND)


# ------------------------------------------------------------------------------------------ tampered with


@given(st.integers(1, 2000), st.data())
@laws(max_examples=200)
def test_a_flipped_bit_in_any_file_that_the_checkpoint_needs_is_found_and_named(size: int, data: st.DataObject) -> None:
    files = noted(ROWS, size)
    assert checked(files).outcome == SOUND
    path = data.draw(st.sampled_from(sorted(set(files.asked))))
    at = data.draw(st.integers(0, len(files.content[path]) - 1))
    assert found(files.flipped(path, at, data.draw(st.integers(0, 7)))) == expected(path, at)


def expected(path: str, at: int) -> tuple[str, int, str]:
    """What is named, and from where: a whole tile as a whole, one at the edge and a bundle by the hash or leaf."""
    if path == "checkpoint":
        return "checkpoint", 0, path
    _, level, place, *width = path.split("/")
    start = int(place.removesuffix(".p")) * 256
    if level == "entries":
        return "leaf", start + at // 66, path
    return "tile", (start + (at // 32 if width else 0)) * 256 ** int(level), path


def test_every_flipped_bit_of_a_checkpoint_is_found() -> None:
    files = noted(ROWS, 5)
    for at in range(len(files.content["checkpoint"])):
        for bit in range(8):
            assert found(files.flipped("checkpoint", at, bit)) == ("checkpoint", 0, "checkpoint")


@pytest.mark.parametrize(
    ("path", "at", "finding"),
    [
        ("tile/2/000.p/1", 0, ("tile", 0, "tile/2/000.p/1")),
        ("tile/1/000", 32 * 7, ("tile", 0, "tile/1/000")),
        ("tile/1/001.p/1", 31, ("tile", 65_536, "tile/1/001.p/1")),
        ("tile/0/003", 0, ("tile", 768, "tile/0/003")),
        ("tile/0/257.p/44", 33, ("tile", 65_793, "tile/0/257.p/44")),
        ("tile/entries/255", 66 * 4 + 9, ("leaf", 65_284, "tile/entries/255")),
        ("tile/entries/257.p/44", 0, ("leaf", 65_792, "tile/entries/257.p/44")),
    ],
)
def test_a_tile_of_every_level_and_a_leaf_are_named(deep: Files, path: str, at: int, finding: Finding) -> None:
    assert found(deep.flipped(path, at)) == finding


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
@pytest.mark.parametrize("cut", [1, 32])
def test_a_tile_of_another_width_is_named(path: str, cut: int) -> None:
    files = noted(ROWS, 300)
    for content in (files.content[path][:-cut], files.content[path] + bytes(cut), b"", None):
        assert found(files.with_(path, content))[::2] == ("tile", path)


@pytest.mark.parametrize(
    ("content", "position"),
    [
        (lambda whole: whole + b"\0", 299),
        (lambda whole: whole + whole[-66:], 299),
        (lambda whole: whole[:-1], 299),
        (lambda whole: whole[:-66], 299),
        (lambda whole: whole[: 66 * 3] + whole[66 * 4 :], 259),
        (lambda whole: whole[66:132] + whole[:66] + whole[132:], 256),
        (lambda whole: whole[:66] + b"\0\x41" + whole[68:], 257),
        (lambda whole: b"", 256),
        (lambda whole: None, 256),
    ],
)
def test_entries_too_many_too_few_or_moved_are_named(content: object, position: int) -> None:
    files, path = noted(ROWS, 300), "tile/entries/001.p/44"
    assert callable(content)
    assert found(files.with_(path, content(files.content[path]))) == ("leaf", position, path)


def test_a_full_tile_that_took_the_place_of_another_is_as_wide_as_all() -> None:
    before, after = signed_at(ROWS, 300, 700)
    then = Files({**after.content, "checkpoint": before.content["checkpoint"]})
    assert found(then.with_("tile/0/001", then.content["tile/0/001"][:-32]))[0] == "tile"
    assert found(then.flipped("tile/0/001", 32 * 9)) == ("tile", 265, "tile/0/001.p/44")


def test_tiles_and_leaves_made_anew_together_are_not_what_was_signed() -> None:
    signed = noted(ROWS, 700).content["checkpoint"]
    assert found(Files({**noted(OTHER, 700).content, "checkpoint": signed})) == ("checkpoint", 0, "checkpoint")


def test_the_first_of_several_is_named() -> None:
    files = noted(ROWS, 900).flipped("tile/0/002", 5).flipped("tile/entries/001", 66 * 3)
    assert found(files) == ("leaf", 259, "tile/entries/001")


def test_without_a_checkpoint_nothing_can_be_checked() -> None:
    result = checked(noted(ROWS, 3).with_("checkpoint", None))
    assert (result.outcome, result.failure) == (UNCHECKED, "there is no checkpoint")


# ------------------------------------------------------------------------------------------ earlier checkpoints


@given(SIZES, SIZES)
@laws(max_examples=60)
def test_a_tree_begins_with_what_it_was_and_with_nothing_else(one: int, other: int) -> None:
    earlier, size = sorted((one, other))
    if not size:
        return
    files = noted(ROWS, size)
    known = read_checkpoint(files.content["checkpoint"], KEY)
    tree = Tree(files, known.size, known.root)

    async def begins_with(root: bytes) -> bool:
        await tree.open()
        return await tree.begins_with(earlier, root)

    root = merkle.root([merkle.leaf_hash(row.record_digest + row.digest) for row in ROWS[:earlier]])
    assert asyncio.run(begins_with(root))
    assert not asyncio.run(begins_with(flip(root, 0)))


@given(st.integers(1, 600), st.integers(1, 600), st.data())
@laws(max_examples=60)
def test_an_earlier_checkpoint_is_continued_unless_a_leaf_below_it_was_another(
    one: int, more: int, data: st.DataObject
) -> None:
    changed = data.draw(st.integers(0, one + more))
    since = noted(ROWS, one).content["checkpoint"]
    result = checked(noted(leaf_rows(one + more, other_from=changed), one + more), since=since)
    if changed < one:
        assert result.finding
        assert (result.finding.what, result.consistent_with) == ("checkpoint", [])
    else:
        assert (result.outcome, result.consistent_with) == (SOUND, [one])


def test_an_earlier_checkpoint_in_a_deep_tree(deep: Files) -> None:
    for earlier in (1, 255, 256, 65_535, 65_536, 65_537, DEEP):
        rows = leaf_rows(earlier)
        root = merkle.root([merkle.leaf_hash(row.record_digest + row.digest) for row in rows])
        since = checkpoint.signed(ORIGIN, Head(earlier, root), SIGNER.public, SIGNER.sign)
        known = read_checkpoint(deep.content["checkpoint"], KEY)
        tree = Tree(deep, known.size, known.root)
        asyncio.run(tree.open())
        assert asyncio.run(tree.begins_with(earlier, read_checkpoint(since, KEY).root))


def test_what_is_shown_of_an_earlier_tree_must_be_of_the_signed_one() -> None:
    """A tile made to fit the earlier checkpoint is not one of the tree that is signed now."""
    since = noted(OTHER, 256).content["checkpoint"]
    files = noted(ROWS, 700)
    shown = files.with_("tile/0/000", noted(OTHER, 256).content["tile/0/000"])
    result = checked(shown, since=since)
    assert result.finding
    assert result.finding.what == "checkpoint"


def test_a_smaller_tree_or_another_root_than_before_is_tampering() -> None:
    since = noted(ROWS, 300).content["checkpoint"]
    smaller = checked(noted(ROWS, 299), since=since).finding
    assert smaller
    assert (smaller.what, smaller.position) == ("checkpoint", 299)
    other = checked(noted(OTHER, 300), since=since).finding
    assert other
    assert (other.what, other.position) == ("checkpoint", 0)


def test_an_earlier_checkpoint_that_is_none_of_this_log_proves_nothing() -> None:
    for since in (b"what", flip(noted(ROWS, 3).content["checkpoint"], 30)):
        result = checked(noted(ROWS, 5), since=since)
        assert result.outcome == UNCHECKED
        assert result.failure.startswith("the checkpoint given as earlier cannot be used")


def test_what_is_seen_is_kept_and_must_be_continued() -> None:
    seen = SeenInMemory()
    for size in (3, 300, 300, 700):
        assert checked(noted(ROWS, size), seen=seen).outcome == SOUND
    assert [kept.size for kept in seen.kept] == [3, 300, 300, 700]
    assert checked(noted(ROWS, 700), seen=seen).consistent_with == [700]


def test_a_smaller_tree_than_was_seen_contradicts_nothing_that_was_signed() -> None:
    seen = SeenInMemory()
    for size, outcome in ((300, SOUND), (200, TAMPERED), (300, SOUND)):
        assert checked(noted(ROWS, size), seen=seen).outcome == outcome
    assert seen.conflicts == []


@pytest.mark.parametrize("size", [300, 700])
def test_what_does_not_continue_what_was_seen_is_kept_beside_it(size: int) -> None:
    seen = SeenInMemory()
    checked(noted(ROWS, 300), seen=seen)
    contradicting = noted(OTHER, size)
    assert checked(contradicting, seen=seen).outcome == TAMPERED
    assert [kept.size for kept in seen.kept] == [300]
    assert [kept.note for kept in seen.conflicts] == [contradicting.content["checkpoint"]]


def test_a_checkpoint_that_is_not_that_of_the_tiles_is_not_kept() -> None:
    seen = SeenInMemory()
    files = noted(ROWS, 300)
    assert checked(files.flipped("tile/0/001.p/44", 0), seen=seen).outcome == TAMPERED
    assert seen.kept == []
    note = files.content["checkpoint"].replace(b64encode(read_checkpoint(files.content["checkpoint"], KEY).root), b"x")
    assert checked(files.with_("checkpoint", note), seen=seen).outcome == TAMPERED
    assert seen.kept == []
