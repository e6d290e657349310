"""`KeyWrapping`: what whoever holds the key-encryption keys promises the vault, files and key services alike."""

from pathlib import Path

import pytest

from samverkanshub.adapters.kek_files import KekFiles
from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.domain.errors import Conflict, Halt
from samverkanshub.ports import KeyWrapping, Unavailable

ITEMS = [("datanyckel\0a\01", b"k" * 32), ("hemlighet\0alias", b"s" * 64)]
TID = 1_790_000_000_000


@pytest.fixture(params=["memory", "files"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> KeyWrapping:
    if request.param == "memory":
        return MemoryKeys()
    files = KekFiles(tmp_path / "kek")
    files.begin()
    return files


async def test_what_is_wrapped_opens_for_its_own_purpose_alone(keys: KeyWrapping) -> None:
    nr, wrapped = await keys.wrap(ITEMS)
    asked = [(purpose, nr, sealed) for (purpose, _), sealed in zip(ITEMS, wrapped, strict=True)]
    assert await keys.unwrap(asked) == [content for _, content in ITEMS]
    assert not [content for _, content in ITEMS if content in b"".join(wrapped)]
    with pytest.raises(Halt) as refused:
        await keys.unwrap([("datanyckel\0b\01", nr, wrapped[0])])
    assert refused.value.code == "fel-kek"


async def test_nothing_is_asked_of_nothing(keys: KeyWrapping) -> None:
    assert (await keys.wrap([]))[1] == []
    assert await keys.unwrap([]) == []


async def test_the_newest_generation_wraps_and_the_older_still_open(keys: KeyWrapping) -> None:
    [first] = await keys.generations()
    nr, [old] = await keys.wrap(ITEMS[:1])
    made = await keys.make(first.nr + 1, TID)
    assert (made.nr, made.tid) == (first.nr + 1, TID)
    assert await keys.generations() == [first, made]
    newer, [new] = await keys.wrap(ITEMS[:1])
    assert (nr, newer) == (first.nr, made.nr)
    purpose, content = ITEMS[0]
    assert await keys.unwrap([(purpose, nr, old), (purpose, newer, new)]) == [content, content]


async def test_a_generation_that_is_made_again_is_the_one_that_was_made(keys: KeyWrapping) -> None:
    made = await keys.make(2, TID)
    nr, [sealed] = await keys.wrap(ITEMS[:1])
    assert await keys.make(2, TID + 1) == made
    assert await keys.unwrap([(ITEMS[0][0], nr, sealed)]) == [ITEMS[0][1]]


async def test_what_a_destroyed_generation_wrapped_is_gone(keys: KeyWrapping) -> None:
    nr, [sealed] = await keys.wrap(ITEMS[:1])
    await keys.make(nr + 1, TID)
    await keys.destroy(nr)
    assert [one.nr for one in await keys.generations()] == [nr + 1]
    assert await keys.unwrap([(ITEMS[0][0], nr, sealed)]) == [None]
    await keys.destroy(nr)


async def test_a_generation_that_is_not_here_is_not_gone_until_somebody_says_so(keys: KeyWrapping) -> None:
    nr, [sealed] = await keys.wrap(ITEMS[:1])
    asked = [(ITEMS[0][0], nr, sealed), (ITEMS[0][0], nr + 1, sealed)]
    with pytest.raises(Unavailable) as refused:
        await keys.unwrap(asked)
    assert refused.value.what == "kek"
    assert await keys.gone() == frozenset()
    await keys.lose(nr + 1)
    assert await keys.unwrap(asked) == [ITEMS[0][1], None]
    assert await keys.gone() == {nr + 1}


async def test_a_generation_that_is_here_cannot_be_declared_lost(keys: KeyWrapping) -> None:
    nr, [sealed] = await keys.wrap(ITEMS[:1])
    with pytest.raises(Conflict) as refused:
        await keys.lose(nr)
    assert refused.value.code == "omslag-finns"
    assert await keys.unwrap([(ITEMS[0][0], nr, sealed)]) == [ITEMS[0][1]]


async def test_one_that_is_destroyed_is_remembered(keys: KeyWrapping) -> None:
    await keys.make(2, TID)
    await keys.destroy(1)
    assert await keys.gone() == {1}


async def test_the_newest_generation_is_not_destroyed(keys: KeyWrapping) -> None:
    with pytest.raises(Conflict) as refused:
        await keys.destroy((await keys.generations())[-1].nr)
    assert refused.value.code == "omslag-anvands"
    await keys.wrap(ITEMS)
