"""`python -m samverkanshub.entrypoints.watch`: the watch role, settings from `SAMVERKAN_*`."""

import sys

from samverkanshub import roles
from samverkanshub.entrypoints import rounds


def main() -> int:
    """Watch until told to stop."""
    return rounds.main("watch", ("kafka", "projektion", "valv"), roles.watch)


if __name__ == "__main__":
    sys.exit(main())
