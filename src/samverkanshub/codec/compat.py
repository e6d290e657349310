"""May this schema follow that one? Refuses what would break readers of old records, or change what is sealed and how.

`check` compares a directory's current schemas with its index and the frozen versions beside them.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from samverkanshub.codec.canonical import jcs, sha256

FROZEN: Final = "frysta"
_SAME: Final = ("kategori", "avser", "kravs_nar")
"""Properties of a field that may not change: they say what is sealed and how it is judged."""
_CHECKS: Final = ("format", "lista", "minst", "size")
_NOTES: Final = frozenset({"doc"})
Raw = Mapping[str, Any]


def fingerprint(raw: Raw) -> str:
    """SHA-256 hex over the schema's canonical JSON without its docs; annotations count, unlike in Avro's own form."""
    return sha256(jcs(_bare(raw))).hex()


def check(directory: Path) -> list[str]:
    """Every fault of the schemas in a directory, as a line each; empty when all is well."""
    rows = json.loads((directory / "index.json").read_text("utf-8"))["scheman"]
    faults = [*_index_faults(rows), *_unlisted(directory, rows)]
    for row in rows:
        faults += _frozen_faults(directory, row)
    for name in sorted({row["namn"] for row in rows}):
        faults += _current_faults(directory, name, [row for row in rows if row["namn"] == name])
    return faults


def breaking(old: Raw, new: Raw) -> list[str]:
    """What in `new` may not follow `old`, as a line each."""
    faults = list(_compare(old, new, old["name"], _names(old), _names(new)))
    return sorted({*faults, *_role_faults(old, new)})


def _index_faults(rows: list[dict[str, Any]]) -> Iterator[str]:
    if len({row["id"] for row in rows}) < len(rows):
        yield "`index.json` uses an id twice"
    for name in sorted({row["namn"] for row in rows}):
        versions = [row["version"] for row in rows if row["namn"] == name]
        if versions != list(range(1, len(versions) + 1)):
            yield f"`{name}` has versions that are not 1, 2, 3 … in order"


def _unlisted(directory: Path, rows: list[dict[str, Any]]) -> Iterator[str]:
    known = {row["namn"] for row in rows}
    for path in sorted(directory.glob("*.avsc")):
        if path.stem not in known:
            yield f"`{path.name}` is not in the index"


def _frozen_faults(directory: Path, row: Raw) -> list[str]:
    path = _frozen_path(directory, row)
    if not path.is_file():
        return [f"`{path.name}` is missing"]
    if fingerprint(json.loads(path.read_text("utf-8"))) != row["fingeravtryck"]:
        return [f"`{path.name}` has changed since it was indexed"]
    return []


def _current_faults(directory: Path, name: str, rows: list[dict[str, Any]]) -> list[str]:
    path = directory / f"{name}.avsc"
    if not path.is_file():
        return [f"`{path.name}` is missing"]
    current = json.loads(path.read_text("utf-8"))
    if not all(_frozen_path(directory, row).is_file() for row in rows):
        return []  # said already, of the frozen file
    chain = [_frozen(directory, row) for row in rows]
    faults = [fault for old, new in pairwise(chain) for fault in breaking(old, new)]
    if fingerprint(current) != rows[-1]["fingeravtryck"]:
        faults.append(f"`{path.name}` has changed without a new version in the index")
        faults += breaking(chain[-1], current)
    return faults


def _frozen(directory: Path, row: Raw) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_frozen_path(directory, row).read_text("utf-8"))
    return found


def _frozen_path(directory: Path, row: Raw) -> Path:
    return directory / FROZEN / f"{row['namn']}.v{row['version']}.avsc"


def _compare(old: Any, new: Any, where: str, was: Raw, now: Raw) -> Iterator[str]:
    if isinstance(old, list) or isinstance(new, list):
        yield from _compare_unions(old, new, where, was, now)
        return
    old, new = _resolved(old, was), _resolved(new, now)
    if isinstance(old, str) or isinstance(new, str):
        if old != new:
            yield f"`{where}` changed its type"
        return
    yield from _compare_types(old, new, where, was, now)


def _compare_types(old: Raw, new: Raw, where: str, was: Raw, now: Raw) -> Iterator[str]:
    if old["type"] != new["type"] or old.get("name") != new.get("name"):
        yield f"`{where}` changed its type"
        return
    yield from (f"`{where}` changed `{name}`" for name in _CHECKS if old.get(name) != new.get(name))
    yield from (f"`{where}` lost the symbol `{symbol}`" for symbol in _symbols(old) - _symbols(new))
    if bool(_symbols(old)) != bool(_symbols(new)):
        yield f"`{where}` changed its type"
    if old["type"] == "array":
        yield from _compare(old["items"], new["items"], where, was, now)
    elif old["type"] == "record":
        yield from _compare_fields(old, new, where, was, now)


def _compare_unions(old: Any, new: Any, where: str, was: Raw, now: Raw) -> Iterator[str]:
    """A union may gain branches; a lone type may become one branch of a union."""
    befores, afters = _branches(old, was), _branches(new, now)
    for label, before in befores.items():
        if label in afters:
            yield from _compare(before, afters[label], where, was, now)
        else:
            yield f"`{where}` changed its type"


def _compare_fields(old: Raw, new: Raw, where: str, was: Raw, now: Raw) -> Iterator[str]:
    before = {field["name"]: field for field in old["fields"]}
    after = {field["name"]: field for field in new["fields"]}
    yield from (f"`{where}.{name}` was removed" for name in before if name not in after)
    for name, field in after.items():
        if name in before:
            yield from _compare_field(before[name], field, f"{where}.{name}", was, now)
        elif "default" not in field:
            yield f"`{where}.{name}` was added without a default"


def _compare_field(old: Raw, new: Raw, where: str, was: Raw, now: Raw) -> Iterator[str]:
    yield from (f"`{where}` changed `{name}`" for name in _SAME if old.get(name) != new.get(name))
    if "default" in old and ("default" not in new or old["default"] != new["default"]):
        yield f"`{where}` changed its default"
    yield from _compare(old["type"], new["type"], where, was, now)


def _role_faults(old: Raw, new: Raw) -> Iterator[str]:
    roles, wanted = old.get("roller", {}), new.get("roller", {})
    for role, (least, most) in roles.items():
        if role not in wanted:
            yield f"`{old['name']}` lost the role `{role}`"
        elif wanted[role][0] > least or wanted[role][1] < most:
            yield f"`{old['name']}` narrowed the role `{role}`"
    yield from (f"`{old['name']}` demands the new role `{r}`" for r in wanted if r not in roles and wanted[r][0])
    if old.get("en_av", []) != new.get("en_av", []):
        yield f"`{old['name']}` changed `en_av`"


def _branches(node: Any, names: Raw) -> dict[str, Any]:
    return {_label(_resolved(branch, names)): branch for branch in (node if isinstance(node, list) else [node])}


def _label(branch: Any) -> str:
    return branch if isinstance(branch, str) else str(branch.get("name", branch["type"]))


def _resolved(node: Any, names: Raw) -> Any:
    if isinstance(node, dict) and set(node) == {"type"}:
        node = node["type"]
    return names.get(node, node) if isinstance(node, str) else node


def _symbols(node: Raw) -> set[str]:
    return {*node.get("symbols", ()), *node.get("symboler", ())}


def _names(node: Any) -> dict[str, Any]:
    """Every named type in a schema."""
    found: dict[str, Any] = {}
    if isinstance(node, list):
        for part in node:
            found |= _names(part)
    elif isinstance(node, dict):
        if node.get("type") in ("record", "enum", "fixed"):
            found[node["name"]] = node
        for part in node.values():
            found |= _names(part)
    return found


def _bare(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: _bare(part) for name, part in node.items() if name not in _NOTES}
    return [_bare(part) for part in node] if isinstance(node, list) else node
