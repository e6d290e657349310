"""The flows are told in the small world that the other rules are told in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
