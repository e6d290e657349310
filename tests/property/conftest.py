"""The laws are put to the small world that the unit tests of the rules are told in, and to the hub in memory."""

import sys
from pathlib import Path

for part in ("domain", "domain/flows", "pipeline"):
    sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / part))
