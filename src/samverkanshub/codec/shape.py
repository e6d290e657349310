"""The data schema of a type, compiled from its .avsc into what the walker walks.

The .avsc is the one source of redaction: a field with `kategori` and `avser` is an uppgift (sealed), every other field
is a code that stays in the log and must say how it is checked. Extra properties are listed in docs/adr/0001.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.codec.formats import FORMATS

PERSONS: Final = "personer"
ITEM: Final = "Uppgift"


class SchemaFault(ValueError):
    """A checked-in schema does not say what it must; names type and field."""


@dataclass(frozen=True, slots=True)
class Code:
    """A coded scalar: `slag` is bool, symbols (a closed list of the schema) or text (`format`, perhaps `lista`)."""

    slag: str
    symbols: tuple[str, ...] = ()
    format: str = ""
    lista: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """An array of codes."""

    items: "Node"
    minst: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A record of codes."""

    fields: "Mapping[str, Field]"


@dataclass(frozen=True, slots=True)
class Item:
    """An uppgift, or with `many` an array of them. `avser`: roles in order of preference; none for nobody."""

    kategori: str
    avser: tuple[str, ...]
    many: bool


Node = Code | Many | Group | Item


@dataclass(frozen=True, slots=True)
class Field:
    """A member. `kravs_nar`: (member, value) of a sibling that makes it required."""

    name: str
    node: Node
    required: bool
    kravs_nar: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DataSchema:
    """What `data` of one type and version may hold.

    `roller` gives each role's least and greatest number; of the roles of each set in `en_av` exactly one person stands.
    """

    typ: str
    version: int
    roller: Mapping[str, tuple[int, int]]
    en_av: tuple[tuple[str, ...], ...]
    fields: Mapping[str, Field]


def compile_schema(raw: Mapping[str, Any], version: int) -> DataSchema:
    """Compile; raises `SchemaFault` for a field that is neither a checked code nor an annotated uppgift."""
    named: dict[str, Any] = {}
    _collect(raw, named)
    fields = {f["name"]: _field(f, named, raw["name"]) for f in raw["fields"] if f["name"] != PERSONS}
    roles = {roll: (least, most) for roll, (least, most) in raw.get("roller", {}).items()}
    schema = DataSchema(raw["name"], version, roles, tuple(map(tuple, raw.get("en_av", ()))), fields)
    _check_roles(schema)
    return schema


def _collect(node: Any, named: dict[str, Any]) -> None:
    if isinstance(node, list):
        for part in node:
            _collect(part, named)
    elif isinstance(node, dict):
        if "name" in node and "type" in node and isinstance(node["type"], str):
            named.setdefault(node["name"], node)
        for part in node.values():
            _collect(part, named)


def _field(field: Mapping[str, Any], named: Mapping[str, Any], where: str) -> Field:
    where = f"{where}.{field['name']}"
    branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
    types = [branch for branch in branches if branch != "null"]
    node = _item(field, types, where) if "kategori" in field else _code(types, named, where)
    needed = field.get("kravs_nar")
    return Field(field["name"], node, "default" not in field, (needed[0], needed[1]) if needed else None)


def _item(field: Mapping[str, Any], types: list[Any], where: str) -> Item:
    if "avser" not in field:
        raise SchemaFault(f"`{where}` has kategori without avser")
    avser = field["avser"]
    roles = tuple(avser) if isinstance(avser, list) else ((avser,) if avser else ())
    if len(types) == 1 and isinstance(types[0], dict) and types[0]["type"] == "array":
        return Item(field["kategori"], roles, many=True)
    if "string" not in types:
        raise SchemaFault(f"`{where}` is an uppgift that is neither text nor an array")
    return Item(field["kategori"], roles, many=False)


def _code(types: list[Any], named: Mapping[str, Any], where: str) -> Node:
    if len(types) != 1:
        raise SchemaFault(f"`{where}` is a code of more than one type")
    kind = types[0]
    if isinstance(kind, str) and kind in named:
        kind = named[kind]
    if kind == "boolean":
        return Code("bool")
    if not isinstance(kind, dict):
        raise SchemaFault(f"`{where}` is a code that says no check")
    return _named_code(kind, named, where)


def _named_code(kind: Mapping[str, Any], named: Mapping[str, Any], where: str) -> Node:
    match kind["type"]:
        case "enum":
            return Code("symbols", tuple(kind["symbols"]))
        case "array":
            return Many(_code([kind["items"]], named, where), kind.get("minst", 0))
        case "record" if kind["name"] != ITEM:
            return Group({f["name"]: _field(f, named, where) for f in kind["fields"]})
        case "string" if "symboler" in kind:
            return Code("symbols", tuple(kind["symboler"]))
        case "string" if kind.get("format") in FORMATS:
            return Code("text", (), kind["format"], kind.get("lista", ""))
    raise SchemaFault(f"`{where}` is a code that says no check")


def _check_roles(schema: DataSchema) -> None:
    meant = {roll for field in schema.fields.values() if isinstance(field.node, Item) for roll in field.node.avser}
    unknown = (meant | {roll for group in schema.en_av for roll in group}) - set(schema.roller)
    if unknown:
        raise SchemaFault(f"`{schema.typ}` means roles that it does not have: {', '.join(sorted(unknown))}")
