"""Do codes fit a data schema? Yes or no, quickly: `walk` says what is wrong with those that do not."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from samverkanshub.codec.formats import check_format
from samverkanshub.codec.shape import Code, DataSchema, Field, Group, Item, Many, Node
from samverkanshub.codec.walk import MAX_CODE, MAX_ITEMS, MAX_SYMBOL
from samverkanshub.domain.errors import Refused

Fits = Callable[[object], bool]
_KNOWN: Final = 16_384
_ONCE: Final = frozenset({"uuid", "harlett", "sha256"})
"""Formats whose values hardly come again."""


def fits(schema: DataSchema) -> Fits:
    """A predicate that holds where `check_codes` passes, the closed lists aside, and all of it is storable."""
    return _members({name: field for name, field in schema.fields.items() if not isinstance(field.node, Item)})


def _members(fields: Mapping[str, Field]) -> Fits:
    known = {name: _node(field.node) for name, field in fields.items()}
    required = {name for name, field in fields.items() if field.required}
    needed = [(name, *field.kravs_nar) for name, field in fields.items() if field.kravs_nar]

    def fit(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, member in value.items():
            if name not in known or not known[name](member):
                return False
        return required <= value.keys() and not any(
            value.get(other) == wanted and name not in value for name, other, wanted in needed
        )

    return fit


def _node(node: Node) -> Fits:
    match node:
        case Many():
            return _many(_node(node.items), node.minst)
        case Group():
            return _members(node.fields)
        case Code(slag="bool"):
            return lambda value: value is True or value is False
        case Code(slag="symbols"):
            symbols = frozenset(symbol for symbol in node.symbols if len(symbol) <= MAX_SYMBOL)
            return lambda value: type(value) is str and value in symbols
        case Code():
            return _formatted(node.format)
    raise AssertionError("an uppgift inside a code")  # shape.py compiles none


def _many(fit: Fits, least: int) -> Fits:
    return lambda value: type(value) is list and least <= len(value) <= MAX_ITEMS and all(map(fit, value))


def _formatted(name: str) -> Fits:
    fit = _has_format if name in _ONCE else _known_format
    return lambda value: type(value) is str and len(value) <= MAX_CODE and fit(value, name)


def _has_format(text: str, name: str) -> bool:
    try:
        check_format(text, name, "")
    except Refused:
        return False
    return True


_known_format: Final = lru_cache(maxsize=_KNOWN)(_has_format)
