"""Frozen values made and changed quickly: the gate makes hundreds of them of each event.

A frozen dataclass sets its members by way of a `__setattr__` that has to be got round for each of them; here they are
set where they stand. What is frozen stays frozen.
"""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from functools import cache
from typing import Any, NamedTuple, TypeVar, cast

T = TypeVar("T")


class _Made(NamedTuple):
    """How values of a class are copied, and a member of a copy set."""

    copy: Callable[[Any], Any]
    setters: Mapping[str, Callable[[Any, Any], None]]


def quick(kind: type[T]) -> type[T]:
    """A frozen dataclass with slots whose `__init__` is the same, and quick. `TypeError` where it has more to do."""
    if not _is_plain(cast(Any, kind)):
        raise TypeError(f"`{kind.__name__}` has no slots, or something to do when it is made")
    own: tuple[Field[Any], ...] = fields(kind)  # type: ignore[arg-type]
    known: dict[str, Any] = {f"set_{one.name}": kind.__dict__[one.name].__set__ for one in own}
    known |= {f"default_{one.name}": one.default for one in own}
    known |= {f"new_{one.name}": one.default_factory for one in own}
    known["MISSING"] = MISSING
    given = ", ".join(_parameter(one) for one in own if one.init)
    lines = [f"    set_{one.name}(self, {_value(one)})" for one in own]
    exec("\n".join([f"def __init__(self, {given}):", *lines]), known)
    init = known["__init__"]
    init.__qualname__, init.__doc__ = f"{kind.__qualname__}.__init__", kind.__init__.__doc__
    cast(Any, kind).__init__ = init
    return kind


@cache
def _is_plain(kind: Any) -> bool:
    """Has it slots of its own, and nothing to do when it is made?"""
    return "__slots__" in kind.__dict__ and not hasattr(kind, "__post_init__")


def _parameter(one: Field[Any]) -> str:
    if one.default is not MISSING:
        return f"{one.name}=default_{one.name}"
    return f"{one.name}=MISSING" if one.default_factory is not MISSING else one.name


def _value(one: Field[Any]) -> str:
    if one.default_factory is MISSING:
        return one.name
    return f"new_{one.name}() if {one.name} is MISSING else {one.name}" if one.init else f"new_{one.name}()"


def replace(value: T, /, **changes: Any) -> T:
    """The same but for these members, as `dataclasses.replace`; `TypeError` for a member that it does not have."""
    kind: Any = type(value)
    if not _is_plain(kind):
        return cast(T, dataclasses.replace(cast(Any, value), **changes))
    copy, setters = _made(kind)
    made: T = copy(value)
    for name, member in changes.items():
        if name not in setters:
            raise TypeError(f"`{kind.__name__}` has no member `{name}`")
        setters[name](made, member)
    return made


@cache
def _made(kind: type[Any]) -> _Made:
    own = fields(kind)
    setters = {one.name: kind.__dict__[one.name].__set__ for one in own}
    known: dict[str, Any] = {f"set_{name}": setter for name, setter in setters.items()}
    known |= {f"new_{one.name}": one.default_factory for one in own} | {"new": object.__new__, "kind": kind}
    lines = [f"    set_{one.name}(made, {f'value.{one.name}' if one.init else f'new_{one.name}()'})" for one in own]
    exec("\n".join(["def copy(value):", "    made = new(kind)", *lines, "    return made"]), known)
    return _Made(known["copy"], {one.name: setters[one.name] for one in own if one.init})
