"""The table of OWASP's ten in docs/security.md names tests that there are."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[4]
SECTION: Final = (ROOT / "docs" / "security.md").read_text().split("\n## Abuse of the API\n")[1].split("\n## ")[0]
NAMED: Final = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def test_each_of_the_ten_has_a_mechanism_and_tests() -> None:
    rows = [line.split(" | ") for line in SECTION.splitlines() if line.startswith("| API")]
    assert [row[0].split()[1] for row in rows] == [f"API{number}" for number in range(1, 11)]
    assert all(len(row) == 3 and len(row[1]) > 80 and NAMED.search(row[2]) for row in rows)


def test_every_test_that_is_named_is_there() -> None:
    files = {path.name: path.read_text() for path in (ROOT / "tests").rglob("test_*.py")}
    named = NAMED.findall(SECTION)
    assert len(named) > 30
    assert [one for one in named if f"def {one[1]}(" not in files.get(one[0], "")] == []
