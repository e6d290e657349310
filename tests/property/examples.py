"""How hard the laws are tried: LAGAR times as many examples as in every run of the tests."""

import os

_TIMES = int(os.environ.get("LAGAR", "1"))  # noqa: TID251


def examples(number: int) -> int:
    """So many, and more in `make laws`."""
    return number * _TIMES
