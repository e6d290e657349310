"""`python -m samverkanshub.entrypoints.notary`: the notary role, settings from `SAMVERKAN_*`."""

import sys

from samverkanshub import roles
from samverkanshub.entrypoints import rounds
from samverkanshub.settings import OF_THE_NOTARY


def main() -> int:
    """Sign until told to stop."""
    return rounds.main("notary", ("projektion", *OF_THE_NOTARY), roles.notary)


if __name__ == "__main__":
    sys.exit(main())
