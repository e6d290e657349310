"""What PostgreSQL, Avro and canonical JSON can hold. Refused purely, so that quarantine is a function of the bytes."""

import math
import re
from typing import Any, Final

from samverkanshub.domain.errors import Refused

MAX_DEPTH: Final = 16
MAX_INT: Final = 2**53 - 1
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
CODE: Final = "ej-lagringsbart"


def check(value: Any, falt: str, depth: int = 0) -> None:
    """Raise `Refused` (`ej-lagringsbart`) naming where: NUL, lone surrogates, integers beyond 2^53, NaN, nesting."""
    if depth > MAX_DEPTH:
        raise _refused("is nested too deep", falt)
    if isinstance(value, str):
        check_text(value, falt)
    elif isinstance(value, dict):
        _check_members(value, falt, depth)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check(item, f"{falt}/{index}", depth + 1)
    else:
        _check_scalar(value, falt)


def check_text(text: str, falt: str) -> None:
    """Raise `Refused` where the text holds a NUL or a lone surrogate."""
    if "\0" in text:
        raise _refused("holds a NUL character", falt)
    if not text.isascii() and _SURROGATE.search(text):
        raise _refused("holds a lone surrogate", falt)


def _check_members(value: dict[Any, Any], falt: str, depth: int) -> None:
    for name, item in value.items():
        if not isinstance(name, str):
            raise _refused("has a member name that is no string", falt)
        check_text(name, falt)
        # A member's name is the sender's own and may be personal: only names of the schema are ever repeated.
        check(item, falt, depth + 1)


def _check_scalar(value: Any, falt: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INT:
            raise _refused("is an integer out of range", falt)
    elif not isinstance(value, float):
        raise _refused("is no JSON value", falt)
    elif not math.isfinite(value):
        raise _refused("is not a finite number", falt)


def _refused(what: str, falt: str) -> Refused:
    return Refused(f"`{falt or '/'}` {what}", falt=falt, code=CODE)
