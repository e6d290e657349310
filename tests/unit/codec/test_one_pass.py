"""What is read in one pass is what the library reads, and what it does not take is left to the library to refuse."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from codec_examples import DATA, ENVELOPE

from samverkanshub.codec import one_pass
from samverkanshub.codec.envelope import Envelope, decode, encode
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.walk import check_codes, walk
from samverkanshub.domain.errors import Refused, Undecodable

SCHEMAS = default_schemas()
KODER = {typ: walk(SCHEMAS.data(typ, 1), data).koder for typ, data in DATA.items()}
WHOLE = replace(ENVELOPE, koder=KODER["sip_kallelse"])
VALUE = encode(WHOLE, SCHEMAS)


def with_library(value: bytes) -> Envelope | None:
    """As read step by step; None where it is refused."""
    try:
        found = decode(value, SCHEMAS)
        check_codes(SCHEMAS.data(found.typ, found.typversion), found.koder)
    except (Undecodable, Refused):
        return None
    return found


@pytest.mark.parametrize("typ", sorted(DATA))
def test_an_envelope_of_each_type_is_taken_as_it_is(typ: str) -> None:
    whole = replace(WHOLE, typ=typ, koder=KODER[typ])
    assert one_pass.read(encode(whole, SCHEMAS), SCHEMAS) == whole


def test_the_hubs_own_that_names_neither_unit_user_nor_person_is_taken() -> None:
    own = replace(
        WHOLE, enhet="", lasargrupp="", anvandare="", nyckelid="", signatur=b"", personer=(), uppgifter=(),
        arende_id=WHOLE.id,
    )  # fmt: skip
    assert one_pass.read(encode(own, SCHEMAS), SCHEMAS) == own


def damaged() -> Iterator[bytes]:
    """One byte another, away, there twice, or the end away."""
    for at, byte in enumerate(VALUE):
        for bit in (1, 2, 4, 0x20, 0x40, 0x80):
            yield VALUE[:at] + bytes([byte ^ bit]) + VALUE[at + 1 :]
        yield VALUE[:at] + VALUE[at + 1 :]
        yield VALUE[:at] + VALUE[at : at + 1] + VALUE[at:]
        yield VALUE[:at]


def test_whatever_is_damaged_is_left_or_read_as_the_library_reads_it() -> None:
    found = [(one_pass.read(value, SCHEMAS), value) for value in damaged()]
    taken = [(envelope, value) for envelope, value in found if envelope is not None]
    assert len(found) > 5000
    assert taken
    assert all(envelope == with_library(value) for envelope, value in taken)


def test_what_avro_lets_be_written_in_two_ways_is_taken_in_one() -> None:
    id_ = WHOLE.id.encode()
    assert VALUE[5:42] == b"\x48" + id_
    # The library reads a length in more bytes than it takes, and that is refused for not being canonical.
    for size in (b"\xc8\x00", b"\xc8\x80\x00", b"\xc8" + b"\x80" * 40 + b"\x00", b"\x47"):
        value = VALUE[:5] + size + id_ + VALUE[42:]
        assert (one_pass.read(value, SCHEMAS), with_library(value)) == (None, None)


def test_an_array_in_two_blocks_is_left() -> None:
    alone = replace(WHOLE, personer=WHOLE.personer[:1], uppgifter=WHOLE.uppgifter[:1], koder=KODER["sip_kallelse"])
    value = encode(alone, SCHEMAS)
    person = b"".join(
        bytes([2 * len(text)]) + text.encode() for text in (WHOLE.personer[0].person_id, "utsatt", "vuxen", "kvinna")
    )
    assert value.count(b"\x02" + person + b"\x00") == 1
    for blocks in (
        b"\x02" + person + b"\x02" + person + b"\x00",
        b"\x01" + bytes([2 * len(person)]) + person + b"\x00",
    ):
        other = value.replace(b"\x02" + person + b"\x00", blocks)
        assert (one_pass.read(other, SCHEMAS), with_library(other)) == (None, None)


def test_of_an_unknown_type_or_another_schema_it_says_nothing() -> None:
    assert one_pass.read(encode(replace(WHOLE, typ="okand"), SCHEMAS), SCHEMAS) is None
    assert one_pass.read(encode(replace(WHOLE, typversion=9), SCHEMAS), SCHEMAS) is None
    assert one_pass.read(b"", SCHEMAS) is None
    assert one_pass.read(VALUE[:4] + b"\x65" + VALUE[5:], SCHEMAS) is None
    assert one_pass.read(VALUE + bytes(2 * 1024 * 1024), SCHEMAS) is None


ODD: tuple[Any, ...] = (
    None, True, 0, 1.5, "", "x", "X y", "x" * 81, "x" * 201, "190001019999", [], ["x"] * 101, [None], {}, {"x": "x"},
)  # fmt: skip


def otherwise(value: Any) -> Iterator[Any]:
    """The value with any part of it another, or away, or with something more."""
    yield from ODD
    if isinstance(value, dict):
        yield {**value, "okand": "x"}
        for name, member in value.items():
            yield {other: kept for other, kept in value.items() if other != name}
            for another in otherwise(member):
                yield {**value, name: another}
    if isinstance(value, list):
        for at, item in enumerate(value):
            for another in otherwise(item):
                yield [*value[:at], another, *value[at + 1 :]]


@pytest.mark.parametrize("typ", sorted(DATA))
def test_codes_fit_where_they_are_not_refused(typ: str) -> None:
    schema, fits = SCHEMAS.data(typ, 1), SCHEMAS.fits(typ, 1)
    assert fits is not None
    assert fits(KODER[typ])
    for koder in otherwise(deepcopy(KODER[typ])):
        try:
            check_codes(schema, koder)
            passes = True
        except Refused:
            passes = False
        assert fits(koder) == passes, koder
