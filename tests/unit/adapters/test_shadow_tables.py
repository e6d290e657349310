"""Every table of the projection is made anew, or taken over; a new one is not forgotten."""

import re

import pytest

from samverkanshub.adapters.postgres.migrations import migrations
from samverkanshub.adapters.postgres.shadow import COUNTED, FROM_THE_LOG, PLACE, STATUS, _Behind, _require_same_place
from samverkanshub.domain.errors import Halt

MADE = {0: (7, b"a"), 1: (0, b"")}


def test_every_table_of_the_projection_is_swapped() -> None:
    made = {name for one in migrations("projektion") for name in re.findall(r"^create table (\w+)", one.sql, re.M)}
    assert sorted(made) == sorted((PLACE, *FROM_THE_LOG, *STATUS, *COUNTED))


@pytest.mark.parametrize("live", [{**MADE, 0: (8, b"b")}, {**MADE, 2: (0, b"")}])
@pytest.mark.parametrize("despite", [True, False])
def test_what_has_gone_on_is_caught_up_with(live: dict[int, tuple[int, bytes]], despite: bool) -> None:
    with pytest.raises(_Behind):
        _require_same_place(live, MADE, despite)


@pytest.mark.parametrize("other", [(7, b"b"), (6, b"b"), (0, b"")])
def test_another_place_is_not_said_to_be_further_on(other: tuple[int, bytes]) -> None:
    with pytest.raises(Halt) as halt:
        _require_same_place({**MADE, 0: other}, MADE, despite=False)
    assert halt.value.code == "annan-position"
    _require_same_place({**MADE, 0: other}, MADE, despite=True)


def test_the_same_place_is_the_same() -> None:
    _require_same_place(dict(MADE), MADE, despite=False)
