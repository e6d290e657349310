"""Every code of a reason and every hint that the domain's source can write, found by reading it.

A code is the second argument of `Reason(regel, kod, nekar)` and of `Brist(regel, kod, falt, detail)`. It may be a text,
a constant of the domain, a choice between such, or a beginning to which something is added (`forbjudet-*`). What is
computed otherwise is to be listed in `COMPUTED`.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from samverkanshub import domain
from samverkanshub.domain import plikter
from samverkanshub.domain.acts import ADDED
from samverkanshub.domain.atgarder import SKAL
from samverkanshub.domain.events import CONSENTS, KVITTENSER, PERSON_FACTS
from samverkanshub.domain.flows.aterkallelse import CORRECTED, RECALLED
from samverkanshub.domain.flows.samtycke_svar import TOLD
from samverkanshub.domain.provisions import KNOWN

SOURCES = Path(domain.__file__).parent
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]*)+")
HERE = "tests/unit/domain/koder.py"
MARKINGS = (
    *("visa-ej-for-misstankt", "visa-ej-for-vardnadshavare", "visa-ej-for-ombud"),
    "skyddade-personuppgifter",
)
"""D1: what a kvittens carries, as a reason and as a hint."""


def _steps() -> Iterator[str]:
    for duty, ladder in plikter.LADDERS.items():
        yield from (f"{duty}-{step}".replace(".", "-").replace("_", "-") for step, _ in ladder)


def _texts(name: str, but: Iterable[str]) -> Iterator[str]:
    """Every text of a module in the form of a code, but for those that a `Reason` says itself.

    One that ends with a dash is the beginning of several.
    """
    nodes = list(ast.walk(ast.parse((SOURCES / name).read_text())))
    calls = [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason"]
    said = {*but, *(arg.value for call in calls for arg in call.args if isinstance(arg, ast.Constant))}
    for node in nodes:
        if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)) and node.value not in said:
            yield f"{node.value}*" if node.value.endswith("-") else node.value


COMPUTED: Mapping[tuple[str, str], Iterable[str]] = {
    ("acts.py", "_code(event, regelverk)"): {ADDED, *(typ.replace("_", "-") for typ in CONSENTS | PERSON_FACTS)},
    ("brist.py", "self.kod"): (),  # every Brist is found where it is made
    ("bases.py", "grund.id"): (),  # the id of a basis that the entry cites, which `forklaring.sentence` says
    ("aterkoppling.py", "silent or kod"): (
        *("olampligt", "ej-anmalningsskyldig"),
        *(f"aterkoppling-{utfall}" for utfall in ("inledd", "redan-pagaende", "inleds-ej")),
    ),
    ("driftatgard.py", "slag.replace('_', '-')"): [slag.replace("_", "-") for slag in SKAL],
    ("kvittens.py", "f'kvittens-{slag}'"): [f"kvittens-{slag}" for slag in KVITTENSER],
    ("kvittens.py", "mark"): MARKINGS,
    ("overlamning.py", "kod"): ("overlamning-godtagen", "overlamning-avvisad"),
    ("provisions.py", "kod"): tuple(_texts("provisions.py", but=KNOWN)),
    ("samtycke_svar.py", "TOLD[svar]"): tuple(TOLD.values()),
    ("tillbaka.py", "kod"): (f"{RECALLED}-oppnad", f"{CORRECTED}-oppnad"),
    ("sip.py", "kod"): ("vardnadshavare-informerad", "vardnadshavare-ej-informerad"),
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
            if isinstance(node, ast.keyword) and node.arg == "hints":
                self.hints |= dict.fromkeys(_told(node.value, constants), f"{path.relative_to(SOURCES)}")

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
                place = f"{path.relative_to(SOURCES)}:{node.lineno}"
                self.hints |= dict.fromkeys(_told(node.value, constants), place)


def _told(node: ast.expr, constants: Mapping[str, str]) -> Iterator[str]:
    """The texts, and the beginnings of texts, in an expression that yields hints."""
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield f"{node.values[0].value}*"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name) and node.id in constants:
        yield constants[node.id]
    else:
        for part in ast.iter_child_nodes(node):
            yield from _told(part, constants) if isinstance(part, ast.expr) else ()


def _directions(name: str, nekar: ast.expr) -> tuple[bool, bool]:
    """Does the code stop, does it carry? Both where the source computes it."""
    if name == "Brist":
        return True, False
    fixed = nekar.value if isinstance(nekar, ast.Constant) else None
    return fixed is not False, fixed is not True


@cache
def _constants(path: Path) -> tuple[tuple[str, str], ...]:
    """The texts that a module's names stand for, imported ones too; kept, since modules import one another's."""
    return tuple(_read_constants(path))


def _read_constants(path: Path) -> Iterator[tuple[str, str]]:
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
