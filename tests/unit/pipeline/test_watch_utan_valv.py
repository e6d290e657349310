"""What needs the vault fails by itself: nobody's reminder waits for it (O4), and no birthday is forgotten (K8)."""

from collections.abc import Sequence

import pytest
from intakehub import DISA, Whole
from structlog.testing import capture_logs
from watched import HOUR, Moved, age_of, passes, reported, taken, watch

from samverkanshub.domain.tid import to_ms
from samverkanshub.pipeline.apart import WAITED_MS, Apart
from samverkanshub.ports import DELVIS, IGANG, UR_STEG, VANTAR, Unavailable

TWELVE = "2029-05-14T00:00:00+02:00"
"""DISA was born on 14 May 2017."""
AWAY = [Unavailable("valv"), Unavailable("kek"), PermissionError("no rights"), KeyError("x")]


class Closed:
    """A vault that does not say when anybody was born; `asked` is how often."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.asked = 0

    async def born(self, person_ids: Sequence[str]) -> dict[str, str]:
        self.asked += 1
        raise self._error


@pytest.mark.parametrize("error", AWAY)
async def test_o4_steps_come_though_the_vault_is_away(whole: Whole, error: Exception) -> None:
    await reported(whole)
    for hours, last in enumerate(("paminnelse", "andra_kontakt", "region"), 1):
        passes(whole, HOUR)
        one = watch(whole)
        one.vault = Closed(error)  # type: ignore[assignment]
        for _ in range(2):
            assert await one.round() == {0: IGANG}
        assert (await taken(whole))[-1] == last
        assert len(set(await taken(whole))) == hours


async def test_o4_the_steps_of_every_partition_come_before_any_birthday(whole: Whole) -> None:
    """A vault that is long in answering would else hold them up."""
    await reported(whole)
    passes(whole, HOUR)
    database = whole.hub.database
    database.positions[1] = type(database.positions[0])(position=1)
    await whole.hub.log.append(1, None, (), b"")
    before: list[list[str]] = []

    class Slow(Closed):
        async def born(self, person_ids: Sequence[str]) -> dict[str, str]:
            before.append(await taken(whole))
            return await super().born(person_ids)

    [known] = await whole.vault.persons([f"nr:{DISA}"], 0)
    database.ages[1, known.person_id] = "0-11"
    one = watch(whole, omraden=2)
    one.vault = Slow(Unavailable("valv"))  # type: ignore[assignment]
    await one.round()
    assert before == [["paminnelse", "paminnelse"]], "and a vault that is away is asked once a round"


async def test_an_error_of_one_partitions_birthdays_is_its_own(whole: Whole) -> None:
    """What is no outage may be of its rows alone."""
    await reported(whole)
    database = whole.hub.database
    database.positions[1] = type(database.positions[0])(position=1)
    await whole.hub.log.append(1, None, (), b"")
    [known] = await whole.vault.persons([f"nr:{DISA}"], 0)
    database.ages[1, known.person_id] = "0-11"
    one = watch(whole, omraden=2)
    one.vault = closed = Closed(KeyError("x"))  # type: ignore[assignment]
    await one.round()
    assert closed.asked == 2


@pytest.mark.parametrize("error", AWAY)
async def test_k8_a_birthday_that_could_not_be_asked_for_is_asked_for_again(whole: Whole, error: Exception) -> None:
    await reported(whole)
    whole.hub.clock.ms = to_ms(TWELVE)
    one = watch(whole)
    opened, one.vault = one.vault, Closed(error)  # type: ignore[assignment]
    await one.round()
    assert await age_of(whole, DISA) == "0-11"
    one.vault = opened
    await one.round()
    assert await age_of(whole, DISA) == "12-14"


async def test_health_is_told_where_it_lasts_and_the_log_once_by_type(whole: Whole) -> None:
    await reported(whole)
    one = watch(whole)
    opened, one.vault = one.vault, Closed(PermissionError("of samverkan"))  # type: ignore[assignment]
    with capture_logs() as logged:
        assert await one.round() == {0: IGANG}
        passes(whole, WAITED_MS - 1)
        assert await one.round() == {0: IGANG}
        passes(whole, 1)
        assert await one.round() == {0: DELVIS}
        one.vault = Closed(Unavailable("valv"))  # type: ignore[assignment]
        assert await one.round() == {0: DELVIS}
        one.vault = opened
        assert await one.round() == {0: IGANG}
    assert [(row["event"], row["log_level"], row["error"], row["what"]) for row in logged] == [
        ("fodelsedagar.failed", "error", "PermissionError", ""),
        ("fodelsedagar.held", "warning", "Unavailable", "valv"),
    ]


async def test_it_is_told_of_anew_once_it_has_gone_well(whole: Whole) -> None:
    apart = Apart("raderingar", Moved(whole))

    async def away() -> None:
        raise Unavailable("valv")

    async def well() -> None:
        pass

    with capture_logs() as logged:
        assert isinstance(await apart.attempt(away), Unavailable)
        passes(whole, WAITED_MS)
        assert [apart.told(state) for state in (IGANG, VANTAR, UR_STEG)] == [DELVIS, VANTAR, UR_STEG]
        assert await apart.attempt(well) is None
        assert apart.told(IGANG) == IGANG
        await apart.attempt(away)
        assert apart.told(IGANG) == IGANG
    assert [row["event"] for row in logged] == ["raderingar.held"] * 2
