"""What the scan looks for: everything personal that the demo's cases say, in the forms in which it might lie there.

Taken from the cases by the schemas, never listed by hand: every number, and whatever is an uppgift of a person (names,
addresses, telephone numbers and free text), also of the events that the hub refuses. Codes, times and the names of
units, actors and their staff are not: they are the hub's own words and stand in the log by design.
"""

import re
import struct
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import md5, sha1, sha256
from typing import Any, Final
from urllib.parse import quote

from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.shape import PERSONS, Field, Group, Item, Many
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.cases import Case, Common, Step, fill

FEWEST: Final = 9
"""Characters of base64 that do not come together by chance."""
END: Final = 20
"""Characters of a text's beginning and end that are looked for by themselves, where it is so much longer."""
NUMBER: Final = re.compile(r"(?<!\d)(?:18|19|20)\d{10}(?!\d)")
SOME_ID: Final = "00000000-0000-4000-8000-000000000000"
_DIGESTS: Final = {"sha256": sha256, "sha1": sha1, "md5": md5}


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for; `what` says whose, and `form` in which form, without repeating them."""

    what: str
    form: str
    content: bytes


# ------------------------------------------------------------------------------------------------- of the demo


def of_the_demo(played: Sequence[Case]) -> list[Needle]:
    """Every number and every free text of the cases, and of the people whom they share."""
    shared = cases.common(run.directory())
    said = [text for case in played for step in case.steg for text in _said(step, shared, case.steg)]
    said += [text for person in shared.personer.values() for text in person.values()]
    people = {f"number {at}": number for at, number in enumerate(sorted({n for text in said for n in _numbers(text)}))}
    return [*numbers(people), *texts(text for text in said if not NUMBER.fullmatch(text))]


def _numbers(text: str) -> list[str]:
    return NUMBER.findall(text)


def _said(step: Step, shared: Common, steps: tuple[Step, ...]) -> Iterator[str]:
    if not step.publicera:
        return
    names = {other.som: SOME_ID for other in steps if other.som}
    data = fill(step, shared, names, datetime(2026, 1, 15, tzinfo=UTC))
    schema = default_schemas().data(step.publicera, 1)
    for person in data.pop(PERSONS):
        yield from (value for name, value in person.items() if name != "roll")
    yield from personal(schema.fields, data)


def personal(fields: Mapping[str, Field], data: Mapping[str, Any]) -> Iterator[str]:
    """What is a person's in data of a type: every uppgift's text, and all that stands where no schema says what it is.

    Whether the hub takes the data is not asked.
    """
    for name, value in data.items():
        known = fields.get(name)
        yield from _of(known.node, value) if known else _strings(value)


def _of(node: object, value: Any) -> Iterator[str]:
    match node, value:
        case Item(), list():
            yield from (text for one in value for text in _strings(one["text"] if isinstance(one, dict) else one))
        case Item(), _:
            yield from _strings(value)
        case Group(), dict():
            yield from personal(node.fields, value)
        case Many(), list():
            yield from (text for one in value for text in _of(node.items, one))
        case _, str():
            yield from _numbers(value)  # A code is the hub's word, but a number in it is not.


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            yield from (text for one in value for text in _strings(one))
        case dict():
            yield from (text for one in value.values() for text in _strings(one))


# --------------------------------------------------------------------------------------------------- their forms


def numbers(people: Mapping[str, str]) -> list[Needle]:
    """Needles for personnummer of 12 digits, by name. One with century is found by its last ten digits."""
    return [Needle(name, form, found) for name, number in people.items() for form, found in _number(number)]


def _number(number: str) -> Iterator[tuple[str, bytes]]:
    ten = number[2:]
    for written in (ten, f"{ten[:6]}-{ten[6:]}", f"{ten[:6]}+{ten[6:]}"):
        yield from _text(written)
    for form, layout in (("big-endian", ">q"), ("little-endian", "<q")):
        yield f"12 digits as a {form} integer", struct.pack(layout, int(number))
        yield f"10 digits as a {form} integer", struct.pack(layout, int(ten))
    yield "12 digits as an Avro long", _zigzag(int(number))
    yield "url", f"{ten[:6]}%2B{ten[6:]}".encode()
    for written in (number, ten, f"{number[:8]}-{number[8:]}", f"{ten[:6]}-{ten[6:]}"):
        for name, function in _DIGESTS.items():
            yield name, function(written.encode()).digest()
            yield f"{name} in hex", function(written.encode()).hexdigest().encode()


def texts(contents: Iterable[str]) -> list[Needle]:
    """Needles for free text; for the beginning and the end of a long one too, which may have been cut."""
    found = [(f"text {at}", text) for at, text in enumerate(sorted(set(contents)))]
    whole = [Needle(what, form, content) for what, text in found for form, content in _text(text)]
    long = [(what, text) for what, text in found if len(text) > END + FEWEST]
    ends = [(what, end) for what, text in long for end in (text[:END], text[-END:])]
    return whole + [Needle(what, f"part, {form}", content) for what, end in ends for form, content in _text(end)]


def _text(text: str) -> Iterator[tuple[str, bytes]]:
    plain = text.encode()
    yield "utf-8", plain
    yield "hex", plain.hex().encode()
    for shift in range(3):
        encoded = _base64(plain, shift)
        if len(encoded) >= FEWEST:
            yield "base64", encoded
    if not text.isascii():
        yield "latin-1 or utf-16", text.encode("latin-1")
        yield "escaped", text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
        yield "escaped by Python", text.encode("ascii", "backslashreplace")
        yield "escaped by Python as bytes", repr(plain)[2:-1].encode()
    if quote(text) != text:
        yield "url", quote(text).encode()


def _base64(plain: bytes, shift: int) -> bytes:
    """What base64 has of it wherever it stands in what was encoded: whole characters alone, in the common alphabet."""
    encoded = b64encode(bytes(shift) + plain)
    first = (8 * shift + 5) // 6
    inner = encoded[first : (8 * (shift + len(plain))) // 6]
    return max(inner.replace(b"/", b"+").split(b"+"), key=len)


def _zigzag(number: int) -> bytes:
    left, found = number << 1, bytearray()
    while left > 0x7F:
        found.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*found, left])
