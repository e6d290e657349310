"""`make schemathesis`: the api held to its OpenAPI document by all checks. The last line says what came of it."""

import argparse
import sys

from provad import tried


def main() -> int:
    """Exits with 1 where a check failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--antal", type=int, default=60, help="generated requests of each operation")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    utfall = tried(given.antal, given.seed)
    for (check, where), what in utfall.faults.items():
        print(f"{check}: {where}\n{what}\n")
    print(f"schemathesis: {utfall.requests} requests, {utfall.checks} checks, {len(utfall.faults)} faults")
    return 1 if utfall.faults or not utfall.checks else 0


if __name__ == "__main__":
    sys.exit(main())
