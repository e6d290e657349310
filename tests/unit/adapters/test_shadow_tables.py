"""Every table of the projection is made anew, or taken over; a new one is not forgotten."""

import re

from samverkanshub.adapters.postgres.migrations import migrations
from samverkanshub.adapters.postgres.shadow import FROM_THE_LOG, STATUS


def test_every_table_of_the_projection_is_swapped() -> None:
    made = {name for one in migrations("projektion") for name in re.findall(r"^create table (\w+)", one.sql, re.M)}
    assert sorted(made) == sorted(("position", *FROM_THE_LOG, *STATUS))
