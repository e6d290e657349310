"""How long a role waits for its next start."""

import pytest

from samverkanshub.entrypoints.cli.supervisor import pause_s


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (5, 8.0), (6, 10.0), (60, 10.0)])
def test_the_pause_doubles_up_to_a_limit(failures: int, seconds: float) -> None:
    assert pause_s(failures) == seconds
