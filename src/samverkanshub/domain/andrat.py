"""A frozen value with some of its members changed: `dataclasses.replace`, with less to look up at each call."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def replace(value: T, /, **changes: Any) -> T:
    """The same but for these members, of a dataclass with two or more; `TypeError` for one that it does not have."""
    kind: Any = type(value)
    names, values = _members(kind)
    made: T = kind(**{**dict(zip(names, values(value), strict=True)), **changes})
    return made


@cache
def _members(kind: type[Any]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    names = tuple(field.name for field in fields(kind) if field.init)
    return names, attrgetter(*names)
