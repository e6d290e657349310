"""The laws are put to the small world that the unit tests of the rules are told in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "domain"))
