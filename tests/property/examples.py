"""How hard the laws are tried: LAGAR times as many examples as in every run of the tests."""

import os

from hypothesis import HealthCheck, settings

_TIMES = int(os.environ.get("LAGAR", "1"))  # noqa: TID251


def examples(number: int) -> int:
    """So many, and more in `make laws`."""
    return number * _TIMES


_LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
law = settings(_LAW, max_examples=examples(25))
costly_law = settings(_LAW, max_examples=examples(10))
"""Those that ask for all access at several times."""
