"""What is counted is told in the small world that the rules are told in."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
