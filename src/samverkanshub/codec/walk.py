"""Walk the data of an event along its schema: check it, and part it into codes, persons and uppgifter.

Refusals name the place (JSON pointer) and what the schema wants, never the value: it could be personal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from samverkanshub.codec.formats import check_format
from samverkanshub.codec.persons import Persons, WalkedPerson, walk_persons
from samverkanshub.codec.shape import PERSONS, Code, DataSchema, Field, Group, Item, Many, Node
from samverkanshub.codec.storable import check_text
from samverkanshub.domain.errors import Refused

MAX_TEXT: Final = 20_000
"""Characters of one uppgift."""
MAX_ITEMS: Final = 100
"""Elements of one array."""
MAX_SYMBOL: Final = 80
MAX_CODE: Final = 200
"""Characters of a code: one of a list, or one that has a format."""
NUMBER_CATEGORY: Final = "identitet"
_ITEM_MEMBERS: Final = ("text", "avser", "referens", "kalla")
_SOURCES: Final = ("utsatt", "barn", "vittne", "egen_akt")
"""V5: who told of it, or the suspected person's own file."""
_NO_LISTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})

__all__ = ["Walked", "WalkedPerson", "WalkedUppgift", "check_codes", "walk"]


@dataclass(frozen=True, slots=True)
class WalkedUppgift:
    """One uppgift: its path, category, whose (`person_index` -1: nobody's), text, reference, source."""

    vag: str
    kategori: str
    roll: str
    person_index: int
    varde: str = field(repr=False)
    referens: str = ""
    kalla: str = ""


@dataclass(frozen=True, slots=True)
class Walked:
    """Data parted: `koder` may stand in the log, `uppgifter` must be sealed, `personer` are for the vault."""

    koder: dict[str, Any]
    personer: tuple[WalkedPerson, ...]
    uppgifter: tuple[WalkedUppgift, ...]


@dataclass(slots=True)
class _Walk:
    persons: Persons
    listor: Mapping[str, frozenset[str]]
    uppgifter: list[WalkedUppgift] = field(default_factory=list)


def walk(schema: DataSchema, data: object, listor: Mapping[str, frozenset[str]] | None = None) -> Walked:
    """Check `data` and part it. `listor`: the regelverk's closed lists by name, where they are known.

    Raises `Refused`: `saknas`, `okant-falt`, `fel-form`, `ej-i-lista`, `uppgift-om-flera`, `okand-roll`,
    `personnummer-i-kod` or `ej-lagringsbart`; `falt` points from the event's root, e.g. `/data/behov/0/text`.
    """
    members = _object(data, "/data")
    persons = walk_persons(schema, members)
    state = _Walk(persons, _NO_LISTS if listor is None else listor)
    rest = {name: value for name, value in members.items() if name != PERSONS}
    koder = _members(state, schema.fields, rest, "/data")
    return Walked(koder, persons.personer, (*_numbers(persons), *state.uppgifter))


def check_codes(schema: DataSchema, koder: object, listor: Mapping[str, frozenset[str]] | None = None) -> None:
    """Check codes alone, as they stand in an envelope; raises `Refused` as `walk` does."""
    state = _Walk(Persons(), _NO_LISTS if listor is None else listor)
    codes = {name: field for name, field in schema.fields.items() if not isinstance(field.node, Item)}
    _members(state, codes, _object(koder, "/data"), "/data")


def _numbers(persons: Persons) -> list[WalkedUppgift]:
    return [
        WalkedUppgift(f"/{PERSONS}/{index}/nummer", NUMBER_CATEGORY, person.roll, index, person.varde)
        for index, person in enumerate(persons.personer)
    ]


def _members(state: _Walk, fields: Mapping[str, Field], value: Mapping[str, Any], falt: str) -> dict[str, Any]:
    _check_known(value, tuple(fields), falt)
    kept: dict[str, Any] = {}
    for known in fields.values():
        if known.name in value:
            _member(state, known, value[known.name], f"{falt}/{known.name}", kept)
        elif known.required or _needed(known, value):
            raise Refused(f"`{falt}/{known.name}` is missing", falt=f"{falt}/{known.name}", code="saknas")
    return kept


def _needed(known: Field, value: Mapping[str, Any]) -> bool:
    return known.kravs_nar is not None and value.get(known.kravs_nar[0]) == known.kravs_nar[1]


def _member(state: _Walk, known: Field, value: object, falt: str, kept: dict[str, Any]) -> None:
    if isinstance(known.node, Item):
        _items(state, known.node, value, falt)
    else:
        kept[known.name] = _code(state, known.node, value, falt)


def _code(state: _Walk, node: Node, value: object, falt: str) -> Any:
    match node:
        case Many():
            return _codes(state, node, value, falt)
        case Group():
            return _members(state, node.fields, _object(value, falt), falt)
        case Code(slag="bool"):
            return _boolean(value, falt)
        case Code(slag="symbols"):
            return _listed(_text(value, falt, MAX_SYMBOL), node.symbols, falt)
        case Code():
            return _formatted(state, node, _text(value, falt, MAX_CODE), falt)
    raise AssertionError("an uppgift inside a code")  # shape.py compiles none


def _codes(state: _Walk, node: Many, value: object, falt: str) -> list[Any]:
    found = _array(value, falt)
    if len(found) < node.minst:
        raise Refused(f"`{falt}` must have at least {node.minst} elements", falt=falt, code="saknas")
    return [_code(state, node.items, item, f"{falt}/{index}") for index, item in enumerate(found)]


def _formatted(state: _Walk, node: Code, text: str, falt: str) -> str:
    check_format(text, node.format, falt)
    if node.lista in state.listor and text not in state.listor[node.lista]:
        raise Refused(f"`{falt}` is not in the closed list `{node.lista}`", falt=falt, code="ej-i-lista")
    return text


def _items(state: _Walk, node: Item, value: object, falt: str) -> None:
    if not node.many:
        _item(state, node, value, falt)
        return
    for index, item in enumerate(_array(value, falt)):
        _item(state, node, item, f"{falt}/{index}")


def _item(state: _Walk, node: Item, value: object, falt: str) -> None:
    if isinstance(value, dict):
        text, named, referens, kalla = _item_record(value, falt)
    elif node.many:
        raise _wrong(falt, "an object with `text`")
    else:
        text, named, referens, kalla = _full_text(value, falt), None, "", ""
    roll, index = state.persons.meant(node.avser, falt) if named is None else state.persons.named(named, falt)
    vag = falt.removeprefix("/data")
    state.uppgifter.append(WalkedUppgift(vag, node.kategori, roll, index, text, referens, kalla))


def _item_record(value: Mapping[str, Any], falt: str) -> tuple[str, object, str, str]:
    _check_known(value, _ITEM_MEMBERS, falt)
    if "text" not in value:
        raise Refused(f"`{falt}/text` is missing", falt=f"{falt}/text", code="saknas")
    text = _full_text(value["text"], f"{falt}/text")
    if "avser" in value and value["avser"] is None:
        raise _wrong(f"{falt}/avser", "text")
    return text, value.get("avser"), _reference(value, f"{falt}/referens"), _source(value, f"{falt}/kalla")


def _source(value: Mapping[str, Any], falt: str) -> str:
    if "kalla" not in value:
        return ""
    if value["kalla"] not in _SOURCES:
        raise Refused(f"`{falt}` must be one of {', '.join(_SOURCES)}", falt=falt, code="ej-i-lista")
    return str(value["kalla"])


def _reference(value: Mapping[str, Any], falt: str) -> str:
    if "referens" not in value:
        return ""
    referens = _text(value["referens"], falt, 80)
    check_format(referens, "id", falt)
    return referens


def _check_known(value: Mapping[str, Any], known: tuple[str, ...], falt: str) -> None:
    """An unknown member's own name is not repeated: it could be anything, a person's too."""
    if any(name not in known for name in value):
        raise Refused(f"`{falt}` has a member that is none of {', '.join(known)}", falt=falt, code="okant-falt")


def _full_text(value: object, falt: str) -> str:
    text = _text(value, falt, MAX_TEXT)
    if not text.strip():
        raise _wrong(falt, "text that is not empty")
    return text


def _text(value: object, falt: str, most: int) -> str:
    if not isinstance(value, str):
        raise _wrong(falt, "text")
    if len(value) > most:
        raise _wrong(falt, f"at most {most} characters")
    check_text(value, falt)
    return value


def _listed(text: str, symbols: tuple[str, ...], falt: str) -> str:
    if text not in symbols:
        raise Refused(f"`{falt}` must be one of {', '.join(symbols)}", falt=falt, code="ej-i-lista")
    return text


def _boolean(value: object, falt: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(falt, "true or false")
    return value


def _array(value: object, falt: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(falt, "an array")
    if len(value) > MAX_ITEMS:
        raise _wrong(falt, f"an array of at most {MAX_ITEMS} elements")
    return value


def _object(value: object, falt: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(falt, "an object")
    return value


def _wrong(falt: str, wanted: str) -> Refused:
    return Refused(f"`{falt}` must be {wanted}", falt=falt, code="fel-form")
