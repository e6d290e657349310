"""`Logins`: who is logged in is kept for a time, by a key, and forgotten."""

from collections.abc import AsyncIterator

import pytest

from samverkanshub.adapters.memory import MemoryLogins
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.logins import PostgresLogins
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.ports import Hos, Logins

KEY, OTHER, THIRD = b"\1" * 32, b"\2" * 32, b"\3" * 32


@pytest.fixture
async def logins(dsn: str) -> AsyncIterator[Logins]:
    if not dsn:
        yield MemoryLogins()
        return
    await migrate(dsn, "valv")
    async with await open_pool(dsn) as pool:
        yield PostgresLogins(pool)


async def test_a_login_is_found_by_its_key_until_it_ends(logins: Logins) -> None:
    await logins.put(KEY, b"anna", 100, 0)
    assert await logins.get(KEY, 99) == b"anna"
    assert await logins.get(KEY, 100) is None
    assert await logins.get(OTHER, 0) is None


async def test_what_is_put_again_takes_the_place_of_what_was(logins: Logins) -> None:
    await logins.put(KEY, b"anna", 100, 0)
    await logins.put(KEY, b"bo", 200, 50)
    assert await logins.get(KEY, 150) == b"bo"


async def test_what_is_dropped_is_gone_and_may_be_dropped_again(logins: Logins) -> None:
    await logins.put(KEY, b"anna", 100, 0)
    await logins.put(OTHER, b"bo", 100, 0)
    await logins.drop(KEY)
    await logins.drop(KEY)
    assert (await logins.get(KEY, 0), await logins.get(OTHER, 0)) == (None, b"bo")


async def test_those_that_have_ended_are_forgotten_when_another_is_kept(logins: Logins) -> None:
    await logins.put(KEY, b"anna", 100, 0)
    await logins.put(OTHER, b"bo", 300, 100)
    assert await logins.get(KEY, 0) is None, "not even by a clock that has gone back"


async def test_a_login_is_prolonged_where_there_is_one_and_none_is_made(logins: Logins) -> None:
    await logins.put(KEY, b"anna", 100, 0)
    await logins.prolong(KEY, b"anna", 200)
    assert await logins.get(KEY, 150) == b"anna"
    await logins.drop(KEY)
    await logins.prolong(KEY, b"anna", 300)
    assert await logins.get(KEY, 150) is None


FOURTH = b"\4" * 32


@pytest.mark.parametrize(
    ("hos", "left"),
    [
        (Hos(b"anna"), [OTHER]),
        (Hos(session=b"s2"), [KEY, FOURTH, OTHER]),
        (Hos(b"anna", b"s1"), [THIRD, OTHER]),
        (Hos(b"anna", b"s9"), [KEY, THIRD, OTHER]),
        (Hos(b"bo", b"s1"), [KEY, THIRD, FOURTH, OTHER]),
        (Hos(), [KEY, THIRD, FOURTH, OTHER]),
    ],
)
async def test_a_provider_ends_the_logins_it_names_and_no_others(logins: Logins, hos: Hos, left: list[bytes]) -> None:
    """A login kept without a session is of any of theirs."""
    await logins.put(KEY, b"1", 100, 0, Hos(b"anna", b"s1"))
    await logins.put(THIRD, b"2", 100, 0, Hos(b"anna", b"s2"))
    await logins.put(FOURTH, b"4", 100, 0, Hos(b"anna"))
    await logins.put(OTHER, b"3", 100, 0)
    await logins.prolong(KEY, b"1", 200)
    await logins.drop_of(hos, 1)
    assert [key for key in (KEY, THIRD, FOURTH, OTHER) if await logins.get(key, 1)] == left


async def test_a_provider_ends_no_login_that_has_begun_since(logins: Logins) -> None:
    for key, now in ((KEY, 9), (OTHER, 10)):
        await logins.put(key, b"anna", 100, now, Hos(b"anna"))
        await logins.prolong(key, b"anna", 200)
    await logins.drop_of(Hos(b"anna"), 10)
    assert [key for key in (KEY, OTHER) if await logins.get(key, 10)] == [OTHER]
