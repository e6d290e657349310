"""`Vault`: what every implementation promises intake and delivery (DESIGN.md, points 7 and 10)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from samverkanshub.adapters.memory import MemoryKeys, MemoryVault
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.nycklar import PostgresKeys
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.domain.personnummer import birth_part
from samverkanshub.ports import Claim, Vault

# Skatteverket publishes these as test numbers (dataset b4de7df7-63c0-4e7e-bb59-1f156a591763): nobody has them.
FIRST, SECOND, THIRD = "nr:197103119298", "nr:197507109291", "nr:197609099259"
REFERENCE = "ref:mora:barn-17"
CLAIM = Claim(
    aktor="mora",
    id="6d9b6a3e-3f0e-4c39-8f2e-1f5b1a7c9d10",
    handelse_id="0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1",
    digest=b"\1" * 32,
    partitions=(0, 3),
    key=b"\2" * 16,
    headers=(("personer", b"\3" * 16), ("handelse", b"")),
    value=b"\0\xffvalue",
)


@dataclass
class Kept:
    """A vault, and how every data key in it is lost for ever, as of a backup taken in the middle of a rotation."""

    vault: Vault
    lose: Callable[[], Awaitable[None]]


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Kept]:
    if not dsn:
        memory = MemoryVault()
        yield Kept(memory, memory.lose)
        return
    await migrate(dsn, "valv")
    async with await open_pool(dsn, by_key=True) as pool:
        wrapping = MemoryKeys()
        vault = PostgresVault(pool, wrapping)

        async def lose() -> None:
            [newest] = await wrapping.generations()
            await vault.secret("alias")
            await wrapping.make(newest.nr + 1, 0)
            await PostgresKeys(pool, wrapping).rewrap(1)
            await wrapping.destroy(newest.nr)

        yield Kept(vault, lose)


@pytest.fixture
def vault(kept: Kept) -> Vault:
    return kept.vault


async def test_a_number_is_one_person_for_ever_with_a_key_of_its_own(vault: Vault) -> None:
    [made] = await vault.persons([FIRST], omrade=0)
    [found] = await vault.persons([FIRST], omrade=0)
    assert found == made
    assert UUID(made.person_id).version == 4
    assert made.nummer == FIRST.removeprefix("nr:")
    assert len(made.key.key) == 32
    assert made.key.subject == made.person_id


async def test_persons_come_in_the_order_asked_and_as_often_as_named(vault: Vault) -> None:
    [second] = await vault.persons([SECOND], omrade=0)
    found = await vault.persons([FIRST, SECOND, FIRST, REFERENCE], omrade=0)
    assert found[1] == second
    assert found[0] == found[2]
    assert len({person.person_id for person in found}) == 3
    assert len({person.key.key for person in found}) == 3
    assert await vault.persons([], omrade=0) == []


async def test_a_local_reference_has_no_number_and_belongs_to_its_actor(vault: Vault) -> None:
    mora, falun = await vault.persons([REFERENCE, REFERENCE.replace("mora", "falun")], omrade=0)
    assert mora.nummer == ""
    assert mora.person_id != falun.person_id


async def test_a_persons_omrade_is_fixed_at_first_mention(vault: Vault) -> None:
    await vault.persons([FIRST], omrade=2)
    assert [person.omrade for person in await vault.persons([FIRST, SECOND], omrade=5)] == [2, 5]


async def test_persons_are_found_by_id_and_those_unknown_left_out(vault: Vault) -> None:
    first, second = await vault.persons([FIRST, REFERENCE], omrade=0)
    asked = [first.person_id, second.person_id, "00000000-0000-4000-8000-000000000000", "finns-ej", "a\0b"]
    assert await vault.by_ids(asked) == {first.person_id: first, second.person_id: second}
    assert await vault.by_ids([]) == {}


async def test_k8_when_somebody_was_born_is_told_without_number_or_key_and_of_a_reference_nothing(vault: Vault) -> None:
    first, second, third = await vault.persons([FIRST, REFERENCE, SECOND], omrade=0)
    asked = [first.person_id, second.person_id, "00000000-0000-4000-8000-000000000000", "finns-ej", "a\0b"]
    assert await vault.born(asked) == {first.person_id: birth_part(first.nummer)}
    assert await vault.born([third.person_id]) == {third.person_id: birth_part(third.nummer)}
    assert await vault.born([]) == {}


async def test_k8_of_whom_it_is_lost_it_is_told_again_once_somebody_has_named_the_number(kept: Kept) -> None:
    [person] = await kept.vault.persons([FIRST], omrade=0)
    await kept.lose()
    assert await kept.vault.born([person.person_id]) == {}
    assert [one.person_id for one in await kept.vault.persons([FIRST], omrade=0)] == [person.person_id]
    assert await kept.vault.born([person.person_id]) == {person.person_id: birth_part(person.nummer)}


async def test_finding_makes_nobody(vault: Vault) -> None:
    first, second = await vault.persons([FIRST, REFERENCE], omrade=2)
    assert await vault.find([SECOND, REFERENCE, FIRST, SECOND, FIRST]) == [None, second, first, None, first]
    assert await vault.find([SECOND, THIRD]) == [None, None]
    assert await vault.find([]) == []
    [made] = await vault.persons([SECOND], omrade=5)
    assert made.omrade == 5, "nobody was made before"


async def test_twenty_that_name_the_same_persons_at_once_in_any_order_agree(vault: Vault) -> None:
    named = [FIRST, SECOND, THIRD, REFERENCE]
    calls = [named[turn % 4 :] + named[: turn % 4] for turn in range(20)]
    found = await asyncio.gather(*(vault.persons(call, omrade=turn) for turn, call in enumerate(calls)))
    agreed = [dict(zip(call, persons, strict=True)) for call, persons in zip(calls, found, strict=True)]
    assert all(persons == agreed[0] for persons in agreed)


async def test_a_subject_has_one_key_for_ever(vault: Vault) -> None:
    keys = await asyncio.gather(*(vault.subject_key("arende:1") for _ in range(20)))
    assert len(set(keys)) == 1
    assert keys[0].subject == "arende:1"
    assert len(keys[0].key) == 32
    assert (await vault.subject_key("handelse:1")).key != keys[0].key


async def test_who_has_lost_their_key_is_who_they_were_and_gets_another(kept: Kept) -> None:
    """What protects a person follows their id: a number that is known never becomes somebody else's."""
    known = await kept.vault.persons([FIRST, REFERENCE], omrade=2)
    await kept.lose()
    lost = {(one.key.subject, one.key.version) for one in known}
    assert await kept.vault.keys(lost) == {}
    now = await kept.vault.persons([FIRST, REFERENCE, FIRST], omrade=5)
    assert [(one.person_id, one.omrade, one.nummer) for one in now[:2]] == [
        (one.person_id, one.omrade, one.nummer) for one in known
    ]
    assert now[0] == now[2]
    assert not {(one.key.subject, one.key.version) for one in now} & lost
    assert not {one.key.key for one in now} & {one.key.key for one in known}
    assert await kept.vault.persons([FIRST, REFERENCE], omrade=5) == now[:2], "for ever"
    assert await kept.vault.by_ids([known[0].person_id]) == {known[0].person_id: now[0]}
    wanted = {(one.key.subject, one.key.version): one.key for one in now}
    assert await kept.vault.keys(set(wanted)) == wanted
    assert await kept.vault.keys(lost) == {}, "what the lost ones sealed is not read by another"


async def test_who_has_lost_their_key_is_found(kept: Kept) -> None:
    [known] = await kept.vault.persons([FIRST], omrade=2)
    await kept.lose()
    found, nobody = await kept.vault.find([FIRST, SECOND])
    assert (found and found.person_id, nobody) == (known.person_id, None)


async def test_twenty_that_name_whose_key_is_lost_agree_on_another(kept: Kept) -> None:
    [known] = await kept.vault.persons([FIRST], omrade=0)
    await kept.lose()
    found = await asyncio.gather(*(kept.vault.persons([FIRST], omrade=0) for _ in range(20)))
    assert len({one.key for [one] in found}) == 1
    assert {one.person_id for [one] in found} == {known.person_id}


async def test_a_subject_whose_key_is_lost_gets_another(kept: Kept) -> None:
    lost = await kept.vault.subject_key("arende:1")
    await kept.lose()
    keys = await asyncio.gather(*(kept.vault.subject_key("arende:1") for _ in range(20)))
    assert len(set(keys)) == 1
    assert (keys[0].version, keys[0].key == lost.key) == (lost.version + 1, False)
    assert await kept.vault.keys({("arende:1", 1), ("arende:1", 2)}) == {("arende:1", 2): keys[0]}


async def test_a_claim_stands_as_it_was_made(vault: Vault) -> None:
    assert await vault.claim(CLAIM) == CLAIM
    assert await vault.claimed(CLAIM.handelse_id) == CLAIM


async def test_a_claim_may_lack_key_headers_and_partitions(vault: Vault) -> None:
    bare = replace(CLAIM, key=None, headers=(), partitions=())
    assert await vault.claim(bare) == bare
    assert await vault.claimed(bare.handelse_id) == bare


async def test_a_second_claim_gets_the_one_that_stands(vault: Vault) -> None:
    await vault.claim(CLAIM)
    assert await vault.claim(replace(CLAIM, digest=rb"\9" * 32, value=b"other")) == CLAIM
    assert await vault.claim(replace(CLAIM, id=CLAIM.id.upper())) == CLAIM, "another spelling of the same event"


async def test_another_sender_may_use_the_same_id(vault: Vault) -> None:
    await vault.claim(CLAIM)
    other = replace(CLAIM, aktor="falun", handelse_id="1e5b7d6e-0000-5000-8000-000000000001")
    assert await vault.claim(other) == other


async def test_of_twenty_claims_at_once_one_stands(vault: Vault) -> None:
    claims = [replace(CLAIM, value=b"%d" % turn) for turn in range(20)]
    standing = await asyncio.gather(*(vault.claim(claim) for claim in claims))
    assert len({claim.value for claim in standing}) == 1
    assert standing[0] == await vault.claimed(CLAIM.handelse_id)


@pytest.mark.parametrize("id", ["", "finns-ej", "a\0b", "\ud800"])
async def test_an_event_that_nobody_claimed_has_no_claim(vault: Vault, id: str) -> None:
    await vault.claim(CLAIM)
    assert await vault.claimed(id) is None


async def test_a_digest_is_keyed_and_the_same_for_the_same_content(vault: Vault) -> None:
    assert await vault.digest(b"a") == await vault.digest(b"a")
    assert await vault.digest(b"a") != await vault.digest(b"b")
    assert len(await vault.digest(b"")) == 32


async def test_a_secret_is_the_same_for_ever_and_for_everybody(vault: Vault) -> None:
    secrets = await asyncio.gather(*(vault.secret("alias") for _ in range(20)))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 64
    assert await vault.secret("markor") != secrets[0]


async def test_a_token_is_used_once_and_by_its_own_actor(vault: Vault) -> None:
    assert await vault.use_token("mora", "jti", 1_750_000_300_000)
    assert not await vault.use_token("mora", "jti", 1_750_000_300_000)
    assert await vault.use_token("falun", "jti", 1_750_000_300_000)


async def test_of_twenty_uses_of_a_token_at_once_one_counts(vault: Vault) -> None:
    used = await asyncio.gather(*(vault.use_token("mora", "jti", 1_750_000_300_000) for _ in range(20)))
    assert used.count(True) == 1


async def test_a_token_stays_used_while_later_ones_are_used(vault: Vault) -> None:
    await vault.use_token("mora", "first", 1_750_000_300_000)
    for turn in range(5):
        await vault.use_token("mora", f"later-{turn}", 1_750_000_300_000 + turn * 60_000)
    assert not await vault.use_token("mora", "first", 1_750_000_300_000)
