"""`Erasing`: what the vault promises whoever erases a person (G1), in memory and in PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from samverkanshub.adapters.memory import MemoryErasing, MemoryKeys, MemoryVault
from samverkanshub.adapters.postgres.connect import open_pool
from samverkanshub.adapters.postgres.migrations import migrate
from samverkanshub.adapters.postgres.radering import PostgresErasing
from samverkanshub.adapters.postgres.vault import PostgresVault
from samverkanshub.domain.events import HUB
from samverkanshub.ports import BEGARD, RADERAD, SKICKAD, Claim, Erasing, KnownPerson, Outdated, Unavailable, Vault

# Skatteverket publishes these as test numbers (dataset b4de7df7-63c0-4e7e-bb59-1f156a591763): nobody has them.
FIRST, SECOND = "nr:197103119298", "nr:197507109291"
ERASURE, OTHER = "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a1", "0d4f1d3c-55b5-5f6e-9e2c-58d7b0f4b8a2"


@dataclass
class Kept:
    """A vault and its erasing, with two persons."""

    vault: Vault
    erasing: Erasing
    first: KnownPerson
    second: KnownPerson


@pytest.fixture
async def kept(dsn: str) -> AsyncIterator[Kept]:
    if not dsn:
        memory = MemoryVault()
        yield await made(memory, MemoryErasing(memory, 0))
        return
    await migrate(dsn, "valv")
    async with await open_pool(dsn, by_key=True) as pool:
        yield await made(PostgresVault(pool, MemoryKeys()), PostgresErasing(pool))


async def made(vault: Vault, erasing: Erasing) -> Kept:
    return Kept(vault, erasing, *await vault.persons([FIRST, SECOND], 0))


def claim(nr: int, *who: KnownPerson, **changes: Any) -> Claim:
    named = b"".join(sorted(bytes.fromhex(one.person_id.replace("-", "")) for one in who))
    id_ = f"{nr:08}-0000-4000-8000-000000000000"
    keys = frozenset((one.key.subject, one.key.version) for one in who)
    given = Claim("mora", id_, f"h{nr}", b"\1" * 32, (0,), None, (("personer", named),), b"value", keys)
    return replace(given, **changes)


async def test_g1_whoever_is_erased_has_no_key_and_is_nobody_by_their_number(kept: Kept) -> None:
    key = kept.first.key
    assert await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    assert await kept.vault.keys({(key.subject, key.version)}) == {}
    assert await kept.vault.by_ids([kept.first.person_id]) == {}
    assert await kept.vault.find([FIRST]) == [None]
    assert await kept.vault.erased([kept.first.person_id, kept.second.person_id, "x"]) == {kept.first.person_id}


async def test_g1_the_same_number_is_another_person_afterwards(kept: Kept) -> None:
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    again, second = await kept.vault.persons([FIRST, SECOND], 0)
    assert again.person_id != kept.first.person_id
    assert again.key.key != kept.first.key.key
    assert second == kept.second


async def test_erased_again_nothing_more_is_lost(kept: Kept) -> None:
    for _ in range(2):
        await kept.erasing.erase(ERASURE, kept.first.person_id)
        await kept.erasing.done(ERASURE)
    again, second = await kept.vault.persons([FIRST, SECOND], 0)
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    assert await kept.vault.persons([FIRST, SECOND], 0) == [again, second]


async def test_while_it_is_under_way_nothing_that_names_the_person_is_claimed_or_read(kept: Kept) -> None:
    await kept.vault.claim(claim(1, kept.first))
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    for _ in ("begard", "skickad"):
        with pytest.raises(Unavailable, match="`valv`"):
            await kept.vault.claim(claim(2, kept.second, kept.first))
        with pytest.raises(Unavailable, match="`valv`"):
            await kept.vault.claimed("h1")
        assert await kept.erasing.sent(ERASURE)
    await kept.vault.claim(claim(3, kept.second))
    assert await kept.vault.claimed("h3") is not None
    own = claim(4, kept.first, handelse_id=ERASURE)
    assert await kept.vault.claim(own) == own
    assert await kept.vault.claimed(ERASURE) == own


async def test_while_it_is_under_way_nobody_is_given_the_person_to_name(kept: Kept) -> None:
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    for _ in ("begard", "skickad"):
        with pytest.raises(Unavailable, match="`valv`"):
            await kept.vault.persons([SECOND, FIRST], 0)
        assert await kept.erasing.sent(ERASURE)
    assert await kept.vault.persons([SECOND], 0) == [kept.second]
    assert await kept.vault.find([FIRST]) == [kept.first], "whoever is asked for is named in nothing"


async def test_b1_nothing_is_claimed_for_somebody_who_was_erased_since_they_were_looked_up(kept: Kept) -> None:
    """Else it would be delivered under a key that nobody has."""
    late = claim(1, kept.second, kept.first)
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    for _ in ("raderad", "utford"):
        with pytest.raises(Outdated, match="`valv`"):
            await kept.vault.claim(late)
        assert await kept.vault.claimed("h1") is None
        await kept.erasing.done(ERASURE)
    anew = claim(1, *await kept.vault.persons([FIRST, SECOND], 0))
    assert anew.headers != late.headers
    assert await kept.vault.claim(anew) == anew


async def test_a_claim_needs_every_key_that_it_seals_by_in_its_own_version(kept: Kept) -> None:
    other = await kept.vault.subject_key("arende:1")
    own = {(kept.first.key.subject, 1), (other.subject, 1)}
    for gone in ((kept.first.key.subject, 2), ("arende:2", 1)):
        with pytest.raises(Outdated):
            await kept.vault.claim(claim(1, kept.first, nycklar=frozenset({*own, gone})))
    made = claim(1, kept.first, nycklar=frozenset(own))
    assert await kept.vault.claim(made) == made
    assert (await kept.vault.claimed("h1")) == made


async def test_a_claim_that_was_made_stands_after_its_keys_are_gone(kept: Kept) -> None:
    await kept.vault.claim(claim(1, kept.first))
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    assert await kept.vault.claim(claim(1, kept.first, value=b"other")) == claim(1, kept.first)


async def test_of_claims_and_an_erasure_at_once_none_is_made_without_being_seen(kept: Kept) -> None:
    """An erasure of what the log says, that no fence came before."""

    async def claimed(nr: int) -> str:
        try:
            return (await kept.vault.claim(claim(nr, kept.first))).handelse_id
        except Outdated:
            return ""

    async def erased() -> set[str]:
        await kept.erasing.erase(ERASURE, kept.first.person_id)
        return {one.claim.handelse_id for one in await kept.erasing.naming(kept.first.person_id, "", 100)}

    first = await claimed(0)
    *made, seen = await asyncio.gather(*(claimed(nr) for nr in range(1, 20)), erased())
    assert {first, *(one for one in made if one)} == seen
    assert await claimed(99) == ""


async def test_a_fence_that_is_taken_down_leaves_everything_as_it_was(kept: Kept) -> None:
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.release(ERASURE)
    assert not await kept.erasing.sent(ERASURE)
    assert await kept.vault.claim(claim(1, kept.first)) == claim(1, kept.first)
    assert await kept.vault.by_ids([kept.first.person_id]) == {kept.first.person_id: kept.first}
    assert await kept.erasing.begin(ERASURE, kept.first.person_id)


async def carried_out(kept: Kept) -> set[str]:
    asked = [(ERASURE, kept.first.person_id), (OTHER, kept.second.person_id)]
    return {id_ for id_, _ in (await kept.erasing.heeded(asked, b"")).utforda}


async def test_keys_that_are_gone_are_gone_whoever_would_take_the_fence_down(kept: Kept) -> None:
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    await kept.erasing.release(ERASURE)
    assert await carried_out(kept) == {ERASURE}
    assert not await kept.erasing.begin(ERASURE, kept.first.person_id)


async def test_who_goes_on_with_what_was_sent_waits_as_long_again(kept: Kept) -> None:
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.begin(OTHER, kept.second.person_id)
    assert [one.handelse_id for one in await kept.erasing.pending()] == [ERASURE, OTHER]
    await kept.erasing.sent(ERASURE)
    assert [one.handelse_id for one in await kept.erasing.pending()] == [OTHER, ERASURE], "the oldest first"


async def test_of_twenty_that_begin_one_does(kept: Kept) -> None:
    began = await asyncio.gather(*(kept.erasing.begin(ERASURE, kept.first.person_id) for _ in range(20)))
    assert began.count(True) == 1


async def test_what_is_not_done_is_listed_with_how_far_it_is(kept: Kept) -> None:
    async def steps() -> dict[str, str]:
        return {one.handelse_id: one.steg for one in await kept.erasing.pending()}

    await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.begin(OTHER, kept.second.person_id)
    await kept.erasing.sent(OTHER)
    assert await steps() == {ERASURE: BEGARD, OTHER: SKICKAD}
    assert await carried_out(kept) == set(), "whoever obeys the log does it"
    await kept.erasing.erase(OTHER, kept.second.person_id)
    assert await carried_out(kept) == {OTHER}
    await kept.erasing.release(ERASURE)
    assert await steps() == {OTHER: RADERAD}
    await kept.erasing.done(OTHER)
    assert await steps() == {}
    assert await carried_out(kept) == {OTHER}


async def test_a_vault_knows_how_it_once_stood_and_stands_otherwise_after_each_erasure(kept: Kept) -> None:
    """By which whoever has seen it stand so knows that it has forgotten nothing since, and asks of no erasure again."""

    async def stand() -> bytes:
        return (await kept.erasing.heeded([], b"")).stand

    stands = [await stand()]
    assert stands == [b""]
    for erasure, who in ((ERASURE, kept.first), (OTHER, kept.second)):
        await kept.erasing.begin(erasure, who.person_id)
        await kept.erasing.sent(erasure)
        assert await stand() == stands[-1], "only what is done counts"
        await kept.erasing.erase(erasure, who.person_id)
        stands.append(await stand())
        await kept.erasing.erase(erasure, who.person_id)
        await kept.erasing.done(erasure)
        assert await stand() == stands[-1]
    assert len(set(stands)) == 3
    assert [(await kept.erasing.heeded([], one)).kand for one in stands] == [True, True, True]
    assert not (await kept.erasing.heeded([], bytes(32))).kand


async def test_of_twenty_that_erase_at_once_each_stands_on_the_one_before(kept: Kept) -> None:
    ids = [f"0d4f1d3c-55b5-5f6e-9e2c-{nr:012}" for nr in range(20)]
    await asyncio.gather(*(kept.erasing.erase(id_, kept.first.person_id) for id_ in ids))
    told = await kept.erasing.heeded([(id_, kept.first.person_id) for id_ in (*ids, OTHER)], b"")
    assert ({id_ for id_, _ in told.utforda}, len(told.stand)) == (set(ids), 32)


async def test_g1_what_is_done_of_somebody_else_under_the_event_is_not_done_of_the_person_nor_in_the_way(
    kept: Kept,
) -> None:
    """The vault cannot ask the log whom an event is about: whoever sees to erasures may name anybody with it."""
    nobody = "7c9c2b1e-90d1-4a7e-8b4e-6a1f3c2d9b13"
    own = (ERASURE, kept.first.person_id)
    await kept.erasing.erase(ERASURE, nobody)
    assert (await kept.erasing.heeded([own], b"")).utforda == frozenset(), "their keys are there"
    assert await kept.erasing.begin(*own), "who approves it is not refused for it"
    assert await kept.erasing.sent(ERASURE)
    await kept.erasing.erase(*own)
    await kept.erasing.done(ERASURE)
    assert await kept.vault.find([FIRST]) == [None]
    found = await kept.erasing.heeded([own, (ERASURE, kept.second.person_id), (ERASURE, nobody)], b"")
    assert found.utforda == {own, (ERASURE, nobody)}
    assert await kept.erasing.pending() == []


async def test_the_claims_that_name_a_person_are_found_in_order_and_by_page(kept: Kept) -> None:
    for nr in (3, 1, 2):
        await kept.vault.claim(claim(nr, kept.first, *([kept.second] if nr == 2 else [])))
    await kept.vault.claim(claim(4, kept.second))
    page = await kept.erasing.naming(kept.first.person_id, "", 2)
    assert [one.claim.handelse_id for one in page] == ["h1", "h2"]
    assert [one.claim.handelse_id for one in await kept.erasing.naming(kept.first.person_id, "h2", 2)] == ["h3"]
    assert all(0 <= one.alder_ms < 60_000 for one in page)


async def test_a_blanked_claim_answers_no_retry_and_keeps_its_place(kept: Kept) -> None:
    await kept.vault.claim(claim(1, kept.first, kept.second))
    subject = await kept.vault.subject_key("handelse:h1")
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    await kept.erasing.blank(claim(1, kept.first, kept.second, value=b"less"), own_key=True)
    found = await kept.vault.claimed("h1")
    assert found == claim(1, kept.first, kept.second, value=b"less", digest=b"")
    assert await kept.vault.claim(claim(1, kept.first, kept.second)) == found
    assert await kept.vault.keys({(subject.subject, subject.version)}) == {}


@pytest.mark.parametrize("own_key", [True, False])
async def test_a_claim_is_blanked_of_who_is_erased_alone_and_is_no_longer_than_it_was(
    kept: Kept, own_key: bool
) -> None:
    """Whoever sees to erasures puts nothing else in a claim's place, nor takes a key that is another's."""
    made = claim(1, kept.first)
    await kept.vault.claim(made)
    subject, other = [await kept.vault.subject_key(f"handelse:{id_}") for id_ in ("h1", "h2")]
    wanted = {(one.subject, one.version) for one in (subject, other)}
    await kept.erasing.begin(ERASURE, kept.first.person_id)
    await kept.erasing.erase(OTHER, kept.second.person_id)
    await kept.erasing.blank(replace(made, value=b"less"), own_key=own_key)
    await kept.erasing.release(ERASURE)
    assert await kept.vault.claimed("h1") == made, "nobody whom it names is erased"
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    await kept.erasing.blank(replace(made, value=b"longer than it was"), own_key=own_key)
    assert await kept.vault.claimed("h1") == made
    assert len(await kept.vault.keys(wanted)) == 2
    await kept.erasing.blank(replace(made, value=b"less", partitions=(7,)), own_key=own_key)
    assert await kept.vault.claimed("h1") == replace(made, value=b"less", digest=b"")
    assert len(await kept.vault.keys(wanted)) == 2 - own_key


async def blanked(kept: Kept, given: Claim) -> Claim:
    await kept.vault.claim(given)
    await kept.erasing.erase(ERASURE, kept.first.person_id)
    await kept.erasing.blank(replace(given, value=b"less"), own_key=False)
    found = await kept.vault.claimed(given.handelse_id)
    assert found is not None
    return found


async def test_a_claim_is_made_in_the_place_of_a_blanked_one_of_the_same_event(kept: Kept) -> None:
    tomt = await blanked(kept, claim(1, kept.first, kept.second))
    again, _ = await kept.vault.persons([FIRST, SECOND], 0)
    anew = claim(1, again, kept.second, value=b"anew")
    assert await kept.vault.claim_anew(tomt, anew) == anew
    assert await kept.vault.claimed("h1") == anew
    found = await kept.erasing.naming(again.person_id, "", 10)
    assert [one.claim.handelse_id for one in found] == ["h1"]
    assert await kept.erasing.naming(kept.first.person_id, "", 10) == []
    other = replace(anew, value=b"other")
    assert await kept.vault.claim_anew(tomt, other) == anew, "there is no blanked one any more"


async def test_of_twenty_claims_in_the_place_of_a_blanked_one_one_stands(kept: Kept) -> None:
    tomt = await blanked(kept, claim(1, kept.first, kept.second))
    anew = [claim(1, kept.second, value=b"%d" % nr) for nr in range(20)]
    standing = await asyncio.gather(*(kept.vault.claim_anew(tomt, one) for one in anew))
    assert len({one.value for one in standing}) == 1
    assert standing[0] == await kept.vault.claimed("h1")


async def test_what_is_not_blanked_or_not_as_it_was_or_the_hubs_own_is_claimed_anew_by_nobody(kept: Kept) -> None:
    whole = claim(2, kept.second)
    await kept.vault.claim(whole)
    assert await kept.vault.claim_anew(whole, replace(whole, value=b"anew")) == whole
    tomt = await blanked(kept, claim(1, kept.first, kept.second))
    as_it_was_not = replace(tomt, value=b"more")
    assert await kept.vault.claim_anew(as_it_was_not, claim(1, kept.second, value=b"anew")) == tomt
    own = replace(claim(3, kept.second), aktor=HUB, digest=b"")
    await kept.vault.claim(own)
    assert await kept.vault.claim_anew(own, replace(own, digest=b"d", value=b"anew")) == own


async def test_where_none_can_be_made_in_its_place_the_blanked_one_stands(kept: Kept) -> None:
    tomt = await blanked(kept, claim(1, kept.first, kept.second))
    with pytest.raises(Outdated):
        await kept.vault.claim_anew(tomt, claim(1, kept.first, value=b"anew"))
    assert await kept.vault.claimed("h1") == tomt
    await kept.erasing.begin(OTHER, kept.second.person_id)
    with pytest.raises(Unavailable, match="`valv`"):
        await kept.vault.claim_anew(tomt, claim(1, kept.second, value=b"anew"))
    await kept.erasing.release(OTHER)
    assert await kept.vault.claimed("h1") == tomt


async def test_keys_are_found_by_subject_and_version_and_none_is_made(kept: Kept) -> None:
    of_arende = await kept.vault.subject_key("arende:1")
    first = kept.first.key
    wanted = {(first.subject, 1), (first.subject, 7), ("arende:1", 1), ("arende:2", 1)}
    assert await kept.vault.keys(wanted) == {(first.subject, 1): first, ("arende:1", 1): of_arende}
    assert await kept.vault.keys({("arende:2", 1)}) == {}
    assert await kept.vault.keys(set()) == {}
