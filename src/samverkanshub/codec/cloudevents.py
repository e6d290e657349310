"""A CloudEvents 1.0 event in structured JSON mode, read strictly: what is not known is refused.

Source: CloudEvents 1.0.2, JSON event format. `subject`, `dataschema` and unknown extensions are refused, since a
personnummer fits in any of them. No refusal repeats a value, nor a name that the sender chose.
"""

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn

from samverkanshub.domain.errors import Refused
from samverkanshub.domain.personnummer import contains_personnummer

LARGEST: Final = 256 * 1024
"""Bytes of a body."""
PREFIX: Final = "se.samverkanshub."
REQUIRED: Final = ("specversion", "id", "source", "type", "data", "saltfro", "nyckelid", "signatur")
OPTIONAL: Final = ("datacontenttype", "time")
SIGNING: Final = ("saltfro", "nyckelid", "signatur")
"""What an event that is only asked about may leave out: all three, or none."""
SEED_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_TYPE: Final = re.compile(re.escape(PREFIX) + r"([a-z_]{1,60})\.v([1-9][0-9]{0,3})")
_KEY_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.IGNORECASE
)
_KNOWN: Final = frozenset((*REQUIRED, *OPTIONAL, "subject", "dataschema", "data_base64"))
"""Names that are CloudEvents' own, whether or not the hub takes them."""


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """An event as a sender gives it. `id` in lower case; `typ` and `version` from `type`; `data` not yet checked,
    and never in `repr`. Of an unsigned event `nyckelid` and `signatur` are empty, and `saltfro` is zeros."""

    id: str
    source: str
    typ: str
    version: int
    data: Mapping[str, Any] = field(repr=False)
    saltfro: bytes = field(repr=False)
    nyckelid: str
    signatur: bytes


def parse(body: bytes, *, unsigned: bool = False) -> CloudEvent:
    """The event in these bytes. Raises `Refused`; `falt` names the attribute. `unsigned`: it need not be signed.

    Codes: `for-stor`, `ej-json`, `dubbelt-namn`, `ej-cloudevent`, `okant-attribut`, `saknas`, `fel-form`, `okand-typ`,
    `personnummer-i-kod`.
    """
    members = json_object(body)
    signed = not unsigned or any(name in members for name in SIGNING)
    _check_names(members, signed=signed)
    if members["specversion"] != "1.0":
        raise Refused("`specversion` must be 1.0", falt="/specversion", code="ej-cloudevent")
    _check_optional(members)
    typ, version = _type(members)
    return CloudEvent(
        id=checked_id(members),
        source=_text(members, "source", _SOURCE, "a reader group's id"),
        typ=typ,
        version=version,
        data=_data(members),
        saltfro=_base64url(members, "saltfro", SEED_BYTES) if signed else bytes(SEED_BYTES),
        nyckelid=_text(members, "nyckelid", _KEY_ID, "a key's id") if signed else "",
        signatur=_base64url(members, "signatur", SIGNATURE_BYTES) if signed else b"",
    )


# ------------------------------------------------------------------------------------------------ JSON


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in these bytes, read strictly. Raises `Refused`: `for-stor`, `ej-json`, `dubbelt-namn` or
    `ej-cloudevent` for what is no object."""
    if len(body) > LARGEST:
        raise Refused(f"the body is larger than {LARGEST} bytes", code="for-stor")
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError quote what they could not read
        raise Refused("the body is not JSON in UTF-8", code="ej-json") from None
    if not isinstance(found, dict):
        raise Refused("the body is no JSON object", code="ej-cloudevent")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise Refused(f"{_shown(twice)} is given twice in one object", falt=_pointer(twice), code="dubbelt-namn")
    return members


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("not a JSON number")


# ------------------------------------------------------------------------------------------------ attributes


def _check_names(members: Mapping[str, Any], *, signed: bool) -> None:
    for name in members:
        if name not in REQUIRED and name not in OPTIONAL:
            detail = f"{_shown(name)} is no attribute that the hub takes"
            raise Refused(detail, falt=_pointer(name), code="okant-attribut")
    for name in REQUIRED:
        if name not in members and (signed or name not in SIGNING):
            raise Refused(f"`{name}` is missing", falt=f"/{name}", code="saknas")


def _shown(name: str) -> str:
    """An unknown name is the sender's own, and could be a person's: an answer may lie readable in Kafka."""
    return f"`{name}`" if name in _KNOWN else "a member"


def _pointer(name: str) -> str:
    return f"/{name}" if name in _KNOWN else "/"


def _check_optional(members: Mapping[str, Any]) -> None:
    if members.get("datacontenttype", "application/json") != "application/json":
        raise _form("datacontenttype", "application/json")
    if "time" in members and not _is_time(members["time"]):
        raise _form("time", "an RFC 3339 time")


def _is_time(value: Any) -> bool:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value[:19].upper())
    except ValueError:
        return False
    return True


def _type(members: Mapping[str, Any]) -> tuple[str, int]:
    value = members["type"]
    found = _TYPE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Refused(f"`type` must be `{PREFIX}<type>.v<version>`", falt="/type", code="okand-typ")
    return found.group(1), int(found.group(2))


def checked_id(members: Mapping[str, Any]) -> str:
    """The `id`: a UUID, in lower case. Twelve of its digits could be a personnummer, which is refused."""
    value = _text(members, "id", _UUID, "a UUID").lower()
    if contains_personnummer(value[-12:]):
        raise Refused("`id` ends in what reads as a personnummer", falt="/id", code="personnummer-i-kod")
    return value


def _data(members: Mapping[str, Any]) -> Mapping[str, Any]:
    data = members["data"]
    if not isinstance(data, dict):
        raise _form("data", "a JSON object")
    return data


def _text(members: Mapping[str, Any], name: str, form: re.Pattern[str], wanted: str) -> str:
    value = members[name]
    if not isinstance(value, str) or not form.fullmatch(value):
        raise _form(name, wanted)
    return value


def _base64url(members: Mapping[str, Any], name: str, size: int) -> bytes:
    value, wanted = members[name], f"{size} bytes in base64url"
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,200}={0,2}", value):
        raise _form(name, wanted)
    bare = value.rstrip("=")
    try:
        found = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        raise _form(name, wanted) from None
    if len(found) != size:
        raise _form(name, wanted)
    return found


def _form(name: str, wanted: str) -> Refused:
    return Refused(f"`{name}` must be {wanted}", falt=f"/{name}", code="fel-form")
