"""`python -m samverkanshub.entrypoints.notary`: the notary role, settings from `SAMVERKAN_*`."""

import sys
from contextlib import AbstractAsyncContextManager

import structlog

from samverkanshub import roles
from samverkanshub.entrypoints import rounds
from samverkanshub.entrypoints.cli.starting import GUARD_WITH_DATA
from samverkanshub.settings import OF_THE_NOTARY, Settings


def main() -> int:
    """Sign until told to stop."""
    return rounds.main("notary", ("projektion", *OF_THE_NOTARY), opened)


def opened(settings: Settings) -> AbstractAsyncContextManager[rounds.Round]:
    """The notary, after saying in the log where its guard does not guard (development only)."""
    if settings.guard_with_data:
        structlog.stdlib.get_logger(__name__).warning("notary.guard-with-data", detail=GUARD_WITH_DATA)
    return roles.notary(settings)


if __name__ == "__main__":
    sys.exit(main())
