"""docs/security.md tells of each adversary what they can and cannot do, and names only tests that are there and run."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("security.md", "aterlasning.md", "radering.md")
PAGE = (ROOT / "docs" / "security.md").read_text()
MODEL = PAGE.split("\n## Threat model\n")[1].split("\n## ")[0]
ADVERSARIES = {
    "A violent partner who works at an agency",
    "A curious colleague",
    "A suspected guardian asking for a register extract",
    "A stolen agency key",
    "A hostile operator",
    "A stolen disk",
    "A compromised mapping key",
}
NAMED = re.compile(r"`(?:tests/[\w/]+/)?(test_\w+\.py)::(test_\w+)`")
FILE = re.compile(r"`(?:(tests/[\w/]+\.py)|(test_\w+\.py))`")
FILES = {path.name: path for path in (ROOT / "tests").rglob("*.py")}
NEVER = ("mark.skip", "mark.xfail", "importorskip", "pytest.skip(")


def sections() -> dict[str, list[list[str]]]:
    """The rows of each adversary's table."""
    parts = [part.partition("\n") for part in MODEL.split("\n### ")[1:]]
    return {
        name: [row.strip("| ").split(" | ") for row in rest.splitlines() if row[:1] == "|"] for name, _, rest in parts
    }


def test_each_adversary_has_a_part() -> None:
    assert set(sections()) == ADVERSARIES


@pytest.mark.parametrize("name", sorted(ADVERSARIES))
def test_each_says_what_they_can_and_what_they_cannot_and_by_what(name: str) -> None:
    _, _, *rows = sections()[name]
    assert {row[0] for row in rows} == {"cannot", "**can**"}
    assert all(len(row) == 4 and all(row) for row in rows)
    assert [row[1] for row in rows if row[0] == "cannot" and not NAMED.search(row[3])] == []


def test_that_there_is_no_break_glass_and_what_is_not_defended_is_said() -> None:
    assert "**There is no break-glass.**" in MODEL
    assert len(re.findall(r"^- ", PAGE.split("\n## Not defended\n")[1].split("\n## ")[0], re.MULTILINE)) > 8


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_is_there_and_is_run(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    assert [one for one in NAMED.findall(text) if not runs(*one)] == []
    assert [found for found in FILE.findall(text) if not is_file(*found)] == []


def runs(file: str, test: str) -> bool:
    """Is there such a test, that nothing skips?"""
    source = FILES[file].read_text() if file in FILES else ""
    found = functions(source).get(test)
    return found is not None and not any(never in found + head(source) for never in NEVER)


@cache
def functions(source: str) -> dict[str, str]:
    """Each function with its decorators."""
    tree = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {one.name: "\n".join(map(ast.unparse, one.decorator_list)) for one in tree}


def head(source: str) -> str:
    """What stands before the first function."""
    return re.split(r"^(?:@|async def |def |class )", source, maxsplit=1, flags=re.MULTILINE)[0]


def is_file(path: str, name: str) -> bool:
    return (ROOT / path).is_file() if path else name in FILES


def test_a_test_that_is_skipped_or_gone_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "test_prov.py"
    source.write_text("@pytest.mark.skip\n@other(\n    1,\n)\ndef test_a(): ...\n\n\ndef test_b(): ...\n")
    monkeypatch.setitem(FILES, "test_prov.py", source)
    assert [name for name in ("test_a", "test_b", "test_c") if runs("test_prov.py", name)] == ["test_b"]
    source.write_text('pytestmark = pytest.mark.skip("not now")\n\n\ndef test_b(): ...\n')
    assert not runs("test_prov.py", "test_b")
