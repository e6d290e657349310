"""The journal: a partition's log as JSON lines that a person can write by hand (docs/journal.md). Pure.

A line's number, from 0, is its record's position. A fault names position and field, and of a value its type at most.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

import msgspec

from samverkanshub.domain.errors import HubError
from samverkanshub.domain.events import AGE_UNKNOWN
from samverkanshub.domain.tid import to_ms

LATEST: Final = to_ms("9999-01-01T00:00:00Z")
"""Stamps (ms) are before this."""
ANYBODY: Final = "journal"
"""The user of a line that names none."""


class JournalFault(HubError):
    """The journal cannot be judged; `faults` has everything that is wrong, by position."""

    code = "fel-i-journal"

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


class LineFault(ValueError):
    """What is wrong with one line; the text names the field in backticks."""


class _Form(msgspec.Struct, forbid_unknown_fields=True):
    """A JSON object with these members and no other."""


class PersonForm(_Form):
    """A person as a line lists them: any UUID, and the role."""

    person_id: str
    roll: str
    aldersklass: str = AGE_UNKNOWN
    kon: str = "okand"


class UppgiftForm(_Form):
    """An uppgift without its value. None: what the type's schema says of its path. Bytes are in hex."""

    vag: str
    kategori: str | None = None
    roll: str | None = None
    person_id: str | None = None
    referens: str = ""
    kalla: str = ""
    atagande: str = ""
    forseglat: str = ""
    subject: str = ""
    nyckelversion: int = 1


class EventForm(_Form):
    """A line with an envelope: its own members, the stamp, and what a journal has instead of servers."""

    tid: int | str
    typ: str
    lasargrupp: str = ""
    enhet: str | None = None
    aktor: str | None = None
    anvandare: str | None = None
    typversion: int | None = None
    id: str = ""
    handelse_id: str = ""
    arende_id: str = ""
    personer: list[PersonForm] = []
    koder: dict[str, Any] = {}
    uppgifter: list[UppgiftForm] = []
    nyckelid: str = ""
    signatur: str = ""
    beslutssalt: str = ""
    version: int = 1
    regelverk: str = ""
    nycklar: str = ""
    partition: int | None = None
    vardesumma: str = ""


class NamedForm(_Form):
    """A person of a record that cannot be read."""

    person_id: str


class KarantanForm(_Form):
    """A line for a record that cannot be read: why (a stable code), and the persons its header names."""

    tid: int | str
    karantan: str
    personer: list[str | NamedForm] = []
    vardesumma: str = ""


LineForm = EventForm | KarantanForm


def parse(content: bytes) -> list[LineForm]:
    """The lines in order; empty ones at the end are none. Raises `JournalFault` with the faults of every line."""
    try:
        lines = content.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise JournalFault(["the journal is not UTF-8"]) from None
    while lines and not lines[-1].strip():
        lines.pop()
    return gathered(_line, lines)


def gathered(read: Any, items: Iterable[Any]) -> list[Any]:
    """Each item read, or `JournalFault` with the fault of every one that cannot be."""
    found, faults = [], []
    for position, item in enumerate(items):
        try:
            found.append(read(item))
        except LineFault as fault:
            faults.append(at(position, fault))
    if faults:
        raise JournalFault(faults)
    return found


def at(position: int, what: object) -> str:
    """A fault with where it is: the record's position, and the line as editors count."""
    return f"position {position} (line {position + 1} of the file): {what}"


def stamp(tid: int | str) -> int:
    """A line's `tid` in ms: given so, or as an RFC 3339 time with offset. Raises `LineFault`."""
    try:
        ms = to_ms(tid) if isinstance(tid, str) else tid
    except (ValueError, OverflowError):
        raise LineFault("`/tid` must be an RFC 3339 time with offset, or milliseconds since 1970") from None
    if not 0 <= ms < LATEST:
        raise LineFault("`/tid` is out of range")
    return ms


def unhex(name: str, text: str) -> bytes:
    """Bytes given in hex. Raises `LineFault`."""
    if not re.fullmatch(r"([0-9a-fA-F]{2})*", text):
        raise LineFault(f"`{name}` must be bytes in hex")
    return bytes.fromhex(text)


# ------------------------------------------------------------------------------------------------ one line


def _line(text: str) -> LineForm:
    if not text.strip():
        raise LineFault("the line is empty, and its number would be a position")
    members = _members(text)
    try:
        if "karantan" in members:
            return msgspec.convert(members, KarantanForm)
        return msgspec.convert(members, EventForm)
    except msgspec.ValidationError as error:
        raise LineFault(_told(str(error))) from None


def _members(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except LineFault:
        raise
    except (ValueError, RecursionError):
        raise LineFault("the line is no JSON") from None
    if not isinstance(found, dict):
        raise LineFault("the line is no JSON object")
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LineFault(f"`{twice}` is given twice in one object")
    return members


def _no_constant(_name: str) -> NoReturn:
    raise LineFault("NaN and infinities are no JSON")


def _told(message: str) -> str:
    """msgspec's message with the place first, as a JSON pointer; it tells types and names, never values."""
    what, _, place = message.partition(" - at `$")
    pointer = re.sub(r"\[([^\]]*)\]", r"/\1", place.rstrip("`").replace(".", "/"))
    return f"`{pointer or '/'}`: {what[0].lower()}{what[1:]}"


def line(members: Mapping[str, Any]) -> str:
    """A line of a journal, without its end."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
