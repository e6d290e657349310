"""G1: what is looked for each time is what is new, and what is seen is what would be seen by reading everything."""

from collections.abc import Collection
from typing import Any

import pytest
from foreslagna import ONE, OTHER, new, with_operators
from intakehub import BO, DISA, Died
from raderade import GROUND, Erasing, after_twelve_years, service

from samverkanshub.adapters.memory import MemoryDatabase, MemoryErasing, MemoryProjection
from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.artefacts import artefacts_of
from samverkanshub.domain.errors import Conflict
from samverkanshub.domain.varden import replace as vary
from samverkanshub.pipeline.activation import activate
from samverkanshub.pipeline.olydda import Lydnad, outcome
from samverkanshub.pipeline.raderat_forst import ErasedFirst, Obeyed
from samverkanshub.ports import Heeded, Judgement, Traced, Unavailable


class CountingProjection(MemoryProjection):
    """Counts the decisions that are read."""

    read = 0

    async def traced(self, sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        found = await super().traced(sought, limit, after)
        self.read += len(found)
        return found


class CountingErasing(MemoryErasing):
    """Counts the erasures that the vault is asked of."""

    asked = 0

    async def heeded(self, raderingar: Collection[tuple[str, str]], stod: bytes) -> Heeded:
        self.asked += len(raderingar)
        return await super().heeded(raderingar, stod)


@pytest.fixture
async def hub() -> Erasing:
    return await after_twelve_years()


class Counted:
    """Looks over a hub, with what each look cost: decisions read, and erasures asked of."""

    def __init__(self, hub: Erasing) -> None:
        self.projection = CountingProjection(hub.whole.hub.database)
        self.erasing = CountingErasing(hub.whole.vault)
        self.lydnad = Lydnad(self.projection, self.erasing, 1)

    async def look(self) -> tuple[list[str], bool, int, int]:
        """What is not done; is the vault an older one; and the price."""
        before = (self.projection.read, self.erasing.asked)
        seen = await self.lydnad.look()
        price = self.projection.read - before[0], self.erasing.asked - before[1]
        return sorted(id_ for id_, _ in seen.kvar), seen.aldre, *price


async def erase(hub: Erasing, number: str) -> str:
    forslag = await hub.radering.foresla(new(number), ONE, f"nr:{number}", GROUND)
    besked = await hub.radering.godkann(OTHER, forslag.handelse_id)
    assert besked.dom == "godtas", besked
    return besked.handelse_id


def backup(hub: Erasing) -> dict[str, Any]:
    vault = hub.whole.vault
    return {name: dict(getattr(vault, name)) for name in ("_by_lookup", "_claims", "raderingar")}


def restore(hub: Erasing, kept: dict[str, Any]) -> None:
    for name, rows in kept.items():
        setattr(hub.whole.vault, name, dict(rows))


async def test_what_was_seen_to_be_done_is_neither_read_nor_asked_of_again(hub: Erasing) -> None:
    looks = Counted(hub)
    assert await looks.look() == ([], False, 0, 0)
    await erase(hub, DISA)
    assert await looks.look() == ([], False, 1, 1)
    for _ in range(3):
        assert await looks.look() == ([], False, 0, 0)
    await erase(hub, BO)
    assert await looks.look() == ([], False, 1, 1), "the second costs what the first did"
    assert await looks.look() == ([], False, 0, 0)
    assert await Counted(hub).look() == ([], False, 2, 2), "whoever begins reads them all"


async def test_what_is_let_and_not_done_is_seen_until_it_is(hub: Erasing) -> None:
    looks = Counted(hub)
    hub.whole.points.at = "radering.fore-nycklar"
    with pytest.raises(Died):
        await erase(hub, DISA)
    [sent] = await hub.erasing.pending()
    assert await looks.look() == ([sent.handelse_id], False, 1, 1)
    assert await looks.look() == ([sent.handelse_id], False, 0, 1)
    hub.whole.points.at = ""
    await hub.erasing.erase(sent.handelse_id, sent.person_id)
    assert await looks.look() == ([], False, 0, 1)
    assert await looks.look() == ([], False, 0, 0)


async def test_an_older_vault_in_the_place_of_the_one_that_was_is_seen_whatever_it_has_forgotten(hub: Erasing) -> None:
    empty = backup(hub)
    disa = await erase(hub, DISA)
    one = backup(hub)
    bo = await erase(hub, BO)
    for kept, forgot in ((one, {bo}), (empty, {disa, bo})):
        looks = Counted(hub)
        assert (await looks.look())[:2] == ([], False)
        now = backup(hub)
        restore(hub, kept)
        assert (await looks.look())[:2] == (sorted(forgot), True)
        assert (await looks.look())[:2] == (sorted(forgot), False), "it is that one now"
        restore(hub, now)


@pytest.mark.parametrize("first", [0, 1])
async def test_an_older_vault_that_has_obeyed_in_part_is_seen_whichever_it_began_with(hub: Erasing, first: int) -> None:
    """Its last erasure may be the one that was last, and another before that still be forgotten."""
    empty = backup(hub)
    persons = [(await hub.whole.vault.find([f"nr:{number}"]))[0] for number in (DISA, BO)]
    ids = [await erase(hub, DISA), await erase(hub, BO)]
    looks = Counted(hub)
    await looks.look()
    restore(hub, empty)
    assert persons[first] is not None
    await hub.erasing.erase(ids[first], persons[first].person_id)
    assert (await looks.look())[:2] == ([ids[1 - first]], True)


async def test_an_older_vault_that_has_obeyed_in_another_order_has_forgotten_nothing(hub: Erasing) -> None:
    empty = backup(hub)
    await erase(hub, DISA)
    await erase(hub, BO)
    looks = Counted(hub)
    await looks.look()
    restore(hub, empty)
    assert await service(hub.whole, hub.erasing).obey() == 2
    assert (await looks.look())[0] == []
    assert await looks.look() == ([], False, 0, 0)


async def test_another_projection_in_its_place_is_read_from_the_beginning(hub: Erasing) -> None:
    """One that was dropped and made again may say otherwise; it has another epoch."""
    looks = Counted(hub)
    await erase(hub, DISA)
    await looks.look()
    hub.whole.hub.database.positions[0].epoch += 1
    assert await looks.look() == ([], False, 1, 1)
    assert await looks.look() == ([], False, 0, 0)
    hub.whole.hub.database.positions[0].position = 0
    assert (await looks.look())[2] == 0, "there is nothing before its position yet"


async def test_a_restored_vault_is_closed_also_while_the_projection_is_made_again(hub: Erasing) -> None:
    """Nobody has judged the erasure anew; that the vault knew of it is enough to look into the log."""
    kept = backup(hub)
    whole = hub.whole
    served = ErasedFirst(
        whole.vault, Obeyed(hub.radering, whole.projection, whole.hub.log, whole.hub.schemas, 1, acts=False, look_s=0)
    )
    await erase(hub, DISA)
    assert await served.find([f"nr:{DISA}"]) == [None]
    restore(hub, kept)
    full, rebuilt = dict(vars(whole.hub.database)), MemoryDatabase()
    whole.hub.database.__dict__.update(positions=rebuilt.positions, decisions={}, traces={})
    with pytest.raises(Unavailable, match="`grind`"):
        await served.find([f"nr:{DISA}"])
    whole.hub.database.__dict__.update(full)
    with pytest.raises(Unavailable, match="`valv`"):
        await served.find([f"nr:{DISA}"])
    await service(whole, hub.erasing).obey()
    assert await served.find([f"nr:{DISA}"]) == [None]


# ------------------------------------------------------------------------------------------ an område more


async def activated(hub: Erasing) -> None:
    """The log has a partition more, and record 0 of it as a hub that starts with one more puts it there."""
    whole = hub.whole.hub
    whole.clock.ms += 60_000
    given = {"store": whole.artefacts, "log": whole.log, "reader": whole.log, "schemas": whole.schemas}
    assert await activate(artefacts_of(with_operators()), range(2), **given, salt=lambda: bytes(32)) == [1]
    await whole.gate.assign(1)


async def judged(hub: Erasing) -> None:
    whole = hub.whole.hub
    await whole.gate.batch(1, [one async for one in whole.log.records(1, 0, await whole.log.end(1))])


def served(hub: Erasing, *, acts: bool = True) -> ErasedFirst:
    whole = hub.whole
    two = service(whole, hub.erasing, omraden=2)
    return ErasedFirst(whole.vault, Obeyed(two, whole.projection, whole.hub.log, whole.hub.schemas, 2, acts=acts))


async def test_g1_a_restored_vault_obeys_what_was_let_before_an_omrade_was_added(hub: Erasing) -> None:
    kept = backup(hub)
    await erase(hub, DISA)
    await activated(hub)
    await judged(hub)
    restore(hub, kept)
    with pytest.raises(Unavailable, match="`valv`"):
        await served(hub, acts=False).find([f"nr:{DISA}"])
    assert await served(hub).find([f"nr:{DISA}"]) == [None]
    assert await served(hub, acts=False).find([f"nr:{DISA}"]) == [None]


async def test_a_restored_vault_is_closed_until_it_is_known_when_the_added_omrade_began(hub: Erasing) -> None:
    """And one that has forgotten nothing is not: nobody's report waits for an område that is being added (B1)."""
    kept = backup(hub)
    await erase(hub, DISA)
    await activated(hub)
    assert await served(hub, acts=False).find([f"nr:{DISA}"]) == [None]
    assert not await service(hub.whole, hub.erasing, omraden=2).forgotten()
    restore(hub, kept)
    assert await service(hub.whole, hub.erasing, omraden=2).forgotten()
    for acts in (True, False):
        with pytest.raises(Unavailable, match="`grind`"):
            await served(hub, acts=acts).find([f"nr:{DISA}"])
    await judged(hub)
    assert await served(hub).find([f"nr:{DISA}"]) == [None]


async def test_g1_nobody_is_erased_by_what_one_omrade_of_two_has(hub: Erasing) -> None:
    """As whoever may write to the log has it where it was proposed, and leaves out the one that would refuse."""
    await activated(hub)
    await judged(hub)
    hub.whole.hub.clock.ms += 1
    before = backup(hub)
    await erase(hub, DISA)
    restore(hub, before)
    two = service(hub.whole, hub.erasing, omraden=2)
    assert await two.unheeded() == set()
    assert await two.obey() == 0
    assert await served(hub).find([f"nr:{DISA}"]) != [None]


async def test_g1_what_an_omrade_lets_of_somebody_else_under_the_same_event_is_no_word_of_the_person(
    hub: Erasing,
) -> None:
    """As whoever may write to the log has it there with another in the person's place."""
    await activated(hub)
    await judged(hub)
    hub.whole.hub.clock.ms += 1
    before = backup(hub)
    await erase(hub, DISA)
    *_, record = await hub.whole.records()
    envelope = kuvert.decode(record.value, hub.whole.hub.schemas)
    another = vary(envelope, personer=(vary(envelope.personer[0], person_id=new("another")),))
    bytes_ = kuvert.encode(another, hub.whole.hub.schemas)
    await hub.whole.hub.log.append(1, kuvert.key(another), kuvert.headers(another), bytes_)
    await judged(hub)
    restore(hub, before)
    two = service(hub.whole, hub.erasing, omraden=2)
    assert outcome(Judgement(1, hub.whole.hub.database.decisions[1, 1]))["dom"] == "godtas"
    assert await two.unheeded() == set()


async def test_what_was_approved_before_an_omrade_was_added_and_never_sent_is_proposed_anew(hub: Erasing) -> None:
    """It would be sent to those that there were, and its fence would stand for ever."""
    forslag = await hub.proposed()
    hub.whole.points.at = "radering.efter-sparr"
    with pytest.raises(Died):
        await hub.radering.godkann(OTHER, forslag)
    hub.whole.points.at = ""
    await hub.radering.resume()
    await activated(hub)
    await judged(hub)
    two = service(hub.whole, hub.erasing, omraden=2)
    with pytest.raises(Conflict) as refused:
        await two.godkann(OTHER, forslag)
    assert refused.value.code == "omrade-tillagt"
    assert await hub.erasing.pending() == []
