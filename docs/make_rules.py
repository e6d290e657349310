"""Make docs/rules.md: every rule with its source, legal mark, functions and tests. `--check` fails instead of writing.

A function enforces a rule when its docstring begins with the rule's id, alone or in a list (`K2, K4: …`, `K1-K4: …`). A
test holds a rule when its name (`test_k2_…`) or the beginning of its docstring says so. A rule without source, mark,
function or test fails, unless all of it is said to be built later (docs/regler.yaml).
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "rules.md"
_ID: Final = r"[A-Z]\d{1,2}"
_CITED: Final = re.compile(rf"^({_ID}(?:-{_ID})?(?:(?:, | and ){_ID}(?:-{_ID})?)*)(?:: |\.|, [a-z])")
_ALL_LATER: Final = "all of it"
Places = dict[str, list[str]]


def cited(text: str) -> tuple[str, ...]:
    """The rule ids that a docstring begins with, ranges written out."""
    found = _CITED.match(text)
    if found is None:
        return ()
    ids: list[str] = []
    for part in re.split(r", | and ", found[1]):
        first, _, last = part.partition("-")
        ids += [f"{first[0]}{n}" for n in range(int(first[1:]), int((last or first)[1:]) + 1)]
    return tuple(ids)


def _functions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Name and docstring of every function and class, methods by class."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield f"{node.name}.{inner.name}", ast.get_docstring(inner) or ""


def enforced(source: Path) -> Places:
    """Rule id to the functions that enforce it, as `module.function`, sorted."""
    found: Places = {}
    for path in sorted(source.rglob("*.py")):
        module = ".".join(path.relative_to(source).with_suffix("").parts)
        for name, doc in _functions(ast.parse(path.read_text("utf-8"))):
            for rule in cited(doc):
                found.setdefault(rule, []).append(f"{module}.{name}")
    return found


def held(tests: Path) -> Places:
    """Rule id to the tests that hold it, as `file::test`, sorted."""
    found: Places = {}
    for path in sorted(tests.rglob("test_*.py")):
        for name, doc in _functions(ast.parse(path.read_text("utf-8"))):
            short = name.rpartition(".")[2]
            if short.startswith("test_"):
                for rule in sorted({*_in_name(short), *cited(doc)}):
                    found.setdefault(rule, []).append(f"{path.name}::{short}")
    return found


def _in_name(name: str) -> tuple[str, ...]:
    """`test_k2_k4_…` holds K2 and K4."""
    ids = []
    for part in name.split("_")[1:]:
        if not re.fullmatch(r"[a-z]\d{1,2}", part):
            break
        ids.append(part.upper())
    return tuple(ids)


def faults(rules: Mapping[str, Any], functions: Places, tests: Places) -> list[str]:
    """What a rule lacks, and ids that no rule has, a line each."""
    lines = []
    for rule, row in rules.items():
        if row.get("senare", "").startswith(_ALL_LATER):
            continue
        lines += [f"`{rule}` has no {name}" for name in ("regel", "kalla", "marke") if not row.get(name)]
        lines += [f"`{rule}` has no function"] if rule not in functions else []
        lines += [f"`{rule}` has no test"] if rule not in tests else []
    unknown = sorted((functions.keys() | tests.keys()) - rules.keys())
    return lines + [f"`{rule}` is cited and is no rule" for rule in unknown]


def page(rules: Mapping[str, Any], functions: Places, tests: Places) -> str:
    """The page, in Markdown."""
    lines = [
        "# The rules, and where each is enforced",
        "",
        "Made by `make docs` of docs/regler.yaml, the docstrings of src/samverkanshub and the tests; do not edit.",
        "Marks: V read in statute text or an official source; P partial; N not verified; policy a choice of the hub's,",
        "editable. A lawyer must confirm P and N before real use. Functions and tests stand with the rule that their",
        "docstring or name begins with.",
        "",
    ]
    for rule, row in rules.items():
        lines += [f"## {rule}", "", f"{row['regel']}.", "", f"- Source: {row['kalla']}", f"- Mark: {row['marke']}"]
        if row.get("senare"):
            lines.append(f"- Not built yet: {row['senare']}")
        lines += [f"- Functions: {', '.join(f'`{name}`' for name in functions.get(rule, [])) or 'none yet'}"]
        lines += [f"- Tests ({len(tests.get(rule, []))}): {_some(tests.get(rule, []))}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _some(tests: list[str]) -> str:
    """By file, so that two who add a test each do not meet on one line of the page."""
    files = Counter(test.partition("::")[0] for test in tests)
    return ", ".join(f"`{file}` {count}" for file, count in sorted(files.items())) or "none yet"


def made() -> tuple[str, list[str]]:
    """The page as it should be, and what is wrong."""
    rules = yaml.safe_load((ROOT / "docs" / "regler.yaml").read_text("utf-8"))
    functions, tests = enforced(ROOT / "src" / "samverkanshub"), held(ROOT / "tests")
    return page(rules, functions, tests), faults(rules, functions, tests)


def main(arguments: list[str]) -> int:
    """0 where all is well; 1 where a rule lacks something, or with `--check` where the page is not up to date."""
    text, wrong = made()
    if "--check" in arguments:
        wrong += [] if PAGE.read_text("utf-8") == text else ["docs/rules.md is out of date: run `make docs`"]
    else:
        PAGE.write_text(text, "utf-8")
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
