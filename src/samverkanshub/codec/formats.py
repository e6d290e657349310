"""How coded strings are checked. A code is never free text, and never a personnummer in disguise."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from samverkanshub.domain.errors import Refused

ID: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""RFC 9562 in lower case, as the hub writes ids."""
_CODE: Final = re.compile(r"[a-z][a-z_]{0,39}")
_ALIAS: Final = re.compile(r"[A-Za-z0-9_-]{1,200}")
_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_DATE: Final = re.compile(r"(19|2\d)\d{2}-\d{2}-\d{2}")
_TIME: Final = re.compile(_DATE.pattern + r"T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})")
_SEPARATORS: Final = re.compile(r"(?<=\d)[./-](?=\d)")
_TEN_DIGITS: Final = re.compile(r"(?=\d{2}(\d{2})(\d{2})\d{4})")
_UUID_TAIL: Final = re.compile(r"(?:18|19|20)\d{10}$")


def looks_like_number(text: str) -> bool:
    """Have ten digits of it, separators aside, the shape of a personnummer or samordningsnummer? Luhn is not asked."""
    return any(_is_day(*found.groups()) for found in _TEN_DIGITS.finditer(_SEPARATORS.sub("", text)))


def _is_day(month: str, day: str) -> bool:
    return 1 <= int(month) <= 12 and (1 <= int(day) <= 31 or 61 <= int(day) <= 91)


def _is_id(text: str) -> bool:
    return ID.fullmatch(text) is not None


def _is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def _is_alias(text: str) -> bool:
    return _ALIAS.fullmatch(text) is not None


def _is_reference(text: str) -> bool:
    return _REFERENCE.fullmatch(text) is not None


def _is_uuid(text: str) -> bool:
    return UUID.fullmatch(text) is not None


def _is_digest(text: str) -> bool:
    return _SHA256.fullmatch(text) is not None


def _is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and _parses(date.fromisoformat, text)


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(text) is not None and _parses(datetime.fromisoformat, text)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


FORMATS: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = MappingProxyType(
    {
        "tidpunkt": (_is_time, "an RFC 3339 time with offset"),
        "datum": (_is_date, "an ISO 8601 date"),
        "id": (_is_id, "an identifier of lower-case letters, digits, `.` and `-`"),
        "kod": (_is_code, "a code of lower-case letters and `_`"),
        "uuid": (_is_uuid, "a lower-case UUID"),
        # Derived by the hub alone from what has no number in it: whatever its digits look like, nothing hides there.
        "harlett": (_is_uuid, "a lower-case UUID"),
        "alias": (_is_alias, "base64url of at most 200 characters"),
        "referens": (_is_reference, "a reference of at most 80 letters, digits, `.`, `_`, `/` and `-`"),
        "sha256": (_is_digest, "a SHA-256 in lower-case hex"),
    }
)
_MAY_HIDE_A_NUMBER: Final = frozenset({"id", "alias", "referens"})


def check_format(text: str, name: str, falt: str) -> None:
    """Raise `Refused`: `fel-form` where the text has not the format, `personnummer-i-kod` where it may be a number."""
    fits, wanted = FORMATS[name]
    if not fits(text):
        raise Refused(f"`{falt}` must be {wanted}", falt=falt, code="fel-form")
    hidden = name in _MAY_HIDE_A_NUMBER and looks_like_number(text)
    if hidden or (name == "uuid" and _UUID_TAIL.search(text) and looks_like_number(text[-10:])):
        raise Refused(f"`{falt}` has the shape of a personnummer", falt=falt, code="personnummer-i-kod")
