"""Where the files lie that the code reads but that are not code: `schemas/` and `deploy/`."""

import sys
from functools import cache
from pathlib import Path
from typing import Final

PARTS: Final = ("schemas", "deploy")


@cache
def root() -> Path:
    """The directory that holds `schemas/` and `deploy/`: the source tree, or where a wheel puts them.

    Raises FileNotFoundError, naming the places searched, where neither has them.
    """
    places = (Path(__file__).resolve().parents[2], Path(sys.prefix) / "share" / "samverkanshub")
    for place in places:
        if all((place / part).is_dir() for part in PARTS):
            return place
    raise FileNotFoundError(f"no directory with {' and '.join(PARTS)} in {', '.join(map(str, places))}")
