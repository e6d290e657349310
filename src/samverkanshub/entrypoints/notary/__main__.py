"""`python -m samverkanshub.entrypoints.notary`: the notary role, settings from `SAMVERKAN_*`."""

import sys

from samverkanshub import roles
from samverkanshub.entrypoints import rounds


def main() -> int:
    """Sign until told to stop."""
    return rounds.main("notary", ("projektion",), roles.notary)


if __name__ == "__main__":
    sys.exit(main())
