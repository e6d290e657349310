"""What a soak calls level, and a short one that goes through all of it."""

import pytest

from benchmarks.ground import Ground
from benchmarks.level import Series
from benchmarks.soak import Soak, arguments
from benchmarks.soak_load import Done

SEEN = {
    "still": ([100.0] * 9, 0.0, True),
    "filled up in the first third": ([10.0, 40.0, 90.0, *[100.0] * 6], 0.0, True),
    "up and down": ([100.0, 120.0, 80.0] * 6, 0.0, True),
    "falling": ([100.0 - n for n in range(9)], 0.0, True),
    "growing a little": ([100.0 + n for n in range(9)], 0.0, True),
    "growing": ([100.0 + 3 * n for n in range(9)], 0.0, False),
    "growing by what is nothing": ([1.0 + n for n in range(9)], 5.0, True),
    "growing by more than nothing": ([1.0 + n for n in range(9)], 4.0, False),
    "seen once": ([5.0], 0.0, True),
}


@pytest.mark.parametrize("how", SEEN)
def test_level_is_what_a_line_through_the_last_two_thirds_grows_by(how: str) -> None:
    seen, slack, level = SEEN[how]
    assert Series("x", seen, slack).level is level


def test_a_line_grows_by_what_it_ends_above_where_it_began() -> None:
    assert Series("x", [0.0, 0.0, 10.0, 11.0, 12.0, 13.0], 0.0).growth == pytest.approx(3.0)


def test_what_fails_is_told_from_what_is_told_to_come_again() -> None:
    done = Done(due=15)
    done.statuses.update({200: 3, 201: 4, 202: 1, 429: 2, 503: 1, 599: 1})
    assert (done.events, done.shed, done.failed, done.unsent) == (8, 2, 2, 3)


async def test_a_short_soak_tells_of_everything(made: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    soak = Soak(arguments(["--minuter", "0.15", "--every", "1", "--rate", "10"]))
    await soak.on(made)
    assert soak.done.events > 80
    assert soak.done.failed == soak.done.shed == 0
    assert soak.settled
    assert {one.name for one in soak.series if not min(one.seen)} <= {"not judged, records", "not signed, records"}
    told = capsys.readouterr().out.splitlines()
    assert told[-1].startswith(f"soak: 0.15 minutes, {soak.done.events} events, memory ")
    assert told[-1].endswith(", level" if soak.level else ", NOT level")
    soak.done.statuses[503] += 1
    assert not soak.level
