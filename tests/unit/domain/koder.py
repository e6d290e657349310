"""Every code of a reason and every hint that the domain's source can write, found by reading it.

A code is the second argument of `Reason(regel, kod, nekar)` and of `Brist(regel, kod, falt, detail)`. It may be a text,
a constant of the domain, a choice between such, or a beginning to which something is added (`forbjudet-*`). What is
computed otherwise is to be listed in `COMPUTED`.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from samverkanshub import domain
from samverkanshub.domain import plikter
from samverkanshub.domain.acts import ADDED
from samverkanshub.domain.events import CONSENTS, PERSON_FACTS

SOURCES = Path(domain.__file__).parent
HERE = "tests/unit/domain/koder.py"


def _steps() -> Iterator[str]:
    for duty, ladder in plikter.LADDERS.items():
        yield from (f"{duty}-{step}".replace(".", "-").replace("_", "-") for step, _ in ladder)


COMPUTED: Mapping[tuple[str, str], Iterable[str]] = {
    ("acts.py", "_code(event, regelverk)"): {ADDED, *(typ.replace("_", "-") for typ in CONSENTS | PERSON_FACTS)},
    ("brist.py", "self.kod"): (),  # every Brist is found where it is made
    ("rules.py", "grund.id"): (),  # the id of a basis that the entry cites, which `forklaring.sentence` says
    ("delivery.py", "f\"kvittens-{event.koder.get('slag')}\""): [
        f"kvittens-{slag}" for slag in ("mottagen", "dokumenterad", "overtagen")
    ],
    ("steg.py", "hinder"): ("okant-steg", "redan-uppfylld", "redan-tagen", "for-tidigt"),
    ("steg.py", "kod"): tuple(_steps()),
}
"""File and expression of a code that is no text, and the codes that it can be."""


class Found:
    """What the source says: codes that stop, codes that carry, hints, and what could not be read."""

    def __init__(self) -> None:
        self.stops: dict[str, str] = {}
        self.carries: dict[str, str] = {}
        self.hints: dict[str, str] = {}
        self.unread: list[str] = []

    def read(self, path: Path) -> None:
        """Take in one module."""
        tree, constants = ast.parse(path.read_text()), dict(_constants(path))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                self._call(path, node, node.func.id, constants)
            if isinstance(node, ast.FunctionDef) and "hint" in node.name:
                self._hints(path, node, constants)

    def _call(self, path: Path, node: ast.Call, name: str, constants: Mapping[str, str]) -> None:
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        if name not in ("Reason", "Brist") or len(given) < 3:
            return
        place = f"{path.relative_to(SOURCES)}:{node.lineno}"
        codes = self._codes(path, given[1], place, constants)
        stops, carries = _directions(name, given[2])
        self.stops |= dict.fromkeys(codes, place) if stops else {}
        self.carries |= dict.fromkeys(codes, place) if carries else {}

    def _codes(self, path: Path, node: ast.expr, place: str, constants: Mapping[str, str]) -> list[str]:
        if isinstance(node, ast.Constant):
            return [str(node.value)]
        if isinstance(node, ast.IfExp):
            return [code for side in (node.body, node.orelse) for code in self._codes(path, side, place, constants)]
        computed = COMPUTED.get((path.name, ast.unparse(node)))
        if computed is not None:
            return list(computed)
        if isinstance(node, ast.Name) and node.id in constants:
            return [constants[node.id]]
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            return [f"{node.values[0].value}*"]
        self.unread.append(
            f"{place} computes the code `{ast.unparse(node)}`: list what it can be in COMPUTED of {HERE}"
        )
        return []

    def _hints(self, path: Path, function: ast.FunctionDef, constants: Mapping[str, str]) -> None:
        for node in ast.walk(function):
            if isinstance(node, ast.Yield | ast.YieldFrom | ast.Return) and node.value is not None:
                parts = node.value.elts if isinstance(node.value, ast.Tuple | ast.List) else [node.value]
                place = f"{path.relative_to(SOURCES)}:{node.lineno}"
                self.hints |= {code: place for part in parts for code in _text(part, constants)}


def _text(node: ast.expr, constants: Mapping[str, str]) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    return [constants[node.id]] if isinstance(node, ast.Name) and node.id in constants else []


def _directions(name: str, nekar: ast.expr) -> tuple[bool, bool]:
    """Does the code stop, does it carry? Both where the source computes it."""
    if name == "Brist":
        return True, False
    fixed = nekar.value if isinstance(nekar, ast.Constant) else None
    return fixed is not False, fixed is not True


def _constants(path: Path) -> Iterator[tuple[str, str]]:
    """The texts that a module's names stand for, imported ones too."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{domain.__name__}."):
            yield from _imported(node)
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield target.id, value.value


def _imported(node: ast.ImportFrom) -> Iterator[tuple[str, str]]:
    assert node.module
    source = SOURCES.joinpath(*node.module.removeprefix(f"{domain.__name__}.").split(".")).with_suffix(".py")
    known = dict(_constants(source)) if source.exists() else {}
    yield from ((name.asname or name.name, known[name.name]) for name in node.names if name.name in known)


@cache
def found() -> Found:
    """Read all of the domain."""
    read = Found()
    for path in sorted(SOURCES.rglob("*.py")):
        read.read(path)
    return read
