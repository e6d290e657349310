"""Check a run of `make faults` offline: python tests/faults/granska.py RUNDIR

A line an invariant. Exit status: 0 sound, 1 broken, 2 could not be checked (docs/fel.md, "Granskaren").
"""

import sys
from pathlib import Path

from granskare.prova import prova, slutstatus


def main(arguments: list[str]) -> int:
    """Print what each invariant comes to."""
    if len(arguments) != 1:
        print("usage: python tests/faults/granska.py RUNDIR", file=sys.stderr)
        return 2
    found = prova(Path(arguments[0]))
    for svar in found:
        print(svar.rad())
    return slutstatus(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
