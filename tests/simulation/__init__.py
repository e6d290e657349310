"""The hub simulated. What it is made of is that of the unit tests, and its checker that of `make faults`."""

import sys
from pathlib import Path

for part in ("unit/pipeline", "faults"):
    sys.path.append(str(Path(__file__).parents[1] / part))
