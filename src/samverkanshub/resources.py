"""Where the files lie that the code reads but that are not code: `schemas/` and `deploy/`."""

from functools import cache
from pathlib import Path
from typing import Final

PARTS: Final = ("schemas", "deploy")


@cache
def root() -> Path:
    """The directory that holds `schemas/` and `deploy/`: in the installed package, else in the source tree.

    Raises FileNotFoundError, naming the places searched, where neither has them.
    """
    package = Path(__file__).resolve().parent
    places = (package / "data", package.parents[1])
    for place in places:
        if all((place / part).is_dir() for part in PARTS):
            return place
    raise FileNotFoundError(f"no directory with {' and '.join(PARTS)} in {', '.join(map(str, places))}")
