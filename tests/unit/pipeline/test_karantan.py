"""B7: what those who run the hub see of a quarantine, and the redrive that lets go of whom it froze."""

from dataclasses import replace
from uuid import UUID

import pytest
from hub import Hub, person_id
from intakehub import VC_RATTVIK, Whole, report

from samverkanshub.adapters.memory import MemoryProjection
from samverkanshub.domain.errors import Conflict, NotFound, Refused
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.karantan import Karantanpost, frozen, listed, release

TWO = Approval("11111111-1111-4111-8111-111111111111", "anna", "bo")
SALT = bytes(32)
PLACE = (0, 1)


@pytest.fixture
async def hub() -> Hub:
    """A hub where a record about Anna and Bo, the second of its log, could not be read."""
    found = await Hub().started()
    ids = b"".join(sorted(UUID(person_id(name)).bytes for name in ("anna", "bo")))
    await found.append_raw(b"no record", (("personer", ids),))
    await found.judge_all()
    return found


def projection(hub: Hub) -> MemoryProjection:
    return MemoryProjection(hub.database)


async def let_go(hub: Hub, approval: Approval = TWO, place: tuple[int, int] = PLACE, skal: str = "felet_rattat") -> int:
    count = await release(projection(hub), hub.log, hub.schemas, place, approval, skal, SALT)
    await hub.judge_all()
    return count


async def test_the_list_says_how_many_and_never_who(hub: Hub) -> None:
    (post,) = await listed(projection(hub), [0])
    assert post == Karantanpost(0, 1, post.orsak, hub.clock.ms, 2, 2)
    assert person_id("anna") not in repr(post)
    assert await frozen(projection(hub), 0) == 2
    assert await frozen(projection(hub), 1) == 0


async def test_let_go_they_are_judged_again_and_the_record_stays_in_the_list(hub: Hub) -> None:
    assert await let_go(hub) == 2
    assert await frozen(projection(hub), 0) == 0
    (post,) = await listed(projection(hub), [0])
    assert (post.personer, post.frysta) == (2, 0)


async def test_one_person_alone_lets_nobody_go(hub: Hub) -> None:
    await let_go(hub, replace(TWO, godkand_av="anna"))
    assert await frozen(projection(hub), 0) == 2


@pytest.mark.parametrize("place", [(0, 0), (0, 7), (1, 1)])
async def test_where_nothing_is_in_quarantine_nobody_is_let_go(hub: Hub, place: tuple[int, int]) -> None:
    with pytest.raises(NotFound):
        await let_go(hub, place=place)


async def test_what_has_been_let_go_is_not_let_go_again(hub: Hub) -> None:
    await let_go(hub)
    with pytest.raises(NotFound):
        await let_go(hub, replace(TWO, id="22222222-2222-4222-8222-222222222222"))


async def test_codes_that_the_gate_could_not_read_are_refused_before_the_log(hub: Hub) -> None:
    end = await hub.log.end(0)
    for faulty in ({"skal": "for att"}, {"approval": replace(TWO, godkand_av="Bo Ek")}):
        with pytest.raises(Refused):
            await let_go(hub, **faulty)  # type: ignore[arg-type]
    assert await hub.log.end(0) == end


async def test_what_is_said_of_a_message_in_quarantine_is_refused_for_good(whole: Whole) -> None:
    """Once the fault is mended it is sent anew; until then nothing can be noted of it, nor recalled."""
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    (place,) = [key for key, row in whole.hub.database.decisions.items() if row.handelse_id == receipt.handelse_id]
    stuck = replace(whole.hub.database.decisions[place], status="karantan")
    whole.hub.database.decisions[place] = stuck
    end = await whole.hub.log.end(0)
    recall = {"personer": [], "meddelande": receipt.handelse_id, "skal": "fel_person"}
    with pytest.raises(Conflict) as refused:
        await whole.publish(VC_RATTVIK, "aterkallelse", recall)
    assert (refused.value.code, refused.value.falt) == ("meddelande-i-karantan", "/data/meddelande")
    assert await whole.hub.log.end(0) == end
