"""Which partitions an event goes to, and that none of them takes an event before its record 0 (DESIGN.md, point 3)."""

import pytest
from intakehub import ANNA, UTSATT, VC, Whole, person, summons

from samverkanshub.codec import states
from samverkanshub.domain.state import OmradeState
from samverkanshub.ports import Unavailable

FLAG = {"niva": "sekretessmarkering", "provisoriskt": True, "kalla": "socialtjanst"}


@pytest.fixture
async def whole():
    return await Whole(omraden=3).started()


def opened(whole: Whole, partition: int, artefakter: tuple[tuple[str, str], ...] = (("regler", "aa"),)) -> None:
    """As after record 0 of the partition, judged by a gate that no api has heard of."""
    state = states.encode(OmradeState(partition, artefakter=artefakter))
    whole.hub.database.states[partition, "omrade", str(partition)] = state


async def flag(whole: Whole):
    return await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **FLAG})


async def test_a_person_fact_goes_to_every_partition_before_the_answer(whole):
    """DESIGN.md point 1: also to one that no gate has been assigned since."""
    for partition in (1, 2):
        opened(whole, partition)
    await flag(whole)
    own = await whole.hub.log.at(0, 1)
    for partition in (1, 2):
        assert (await whole.hub.log.at(partition, 0)).value == own.value


async def test_what_is_no_person_fact_goes_to_one_partition(whole):
    for partition in (1, 2):
        opened(whole, partition)
    await whole.publish(VC, "sip_kallelse", summons())
    assert [await whole.hub.log.end(partition) for partition in range(3)] == [2, 0, 0]


@pytest.mark.parametrize("artefakter", [None, ()])
async def test_nothing_is_claimed_or_appended_while_a_partition_lacks_its_record_0(whole, artefakter):
    opened(whole, 1)
    if artefakter is not None:
        opened(whole, 2, artefakter)
    with pytest.raises(Unavailable) as closed:
        await flag(whole)
    assert closed.value.what == "regelverk"
    assert whole.vault._claims == {}
    assert [await whole.hub.log.end(partition) for partition in range(3)] == [1, 0, 0]
    opened(whole, 2)
    assert (await flag(whole)).dom == "godtagen"


async def test_a_partition_that_is_closed_stops_no_event_of_another(whole):
    assert (await whole.publish(VC, "sip_kallelse", summons())).status == 201
