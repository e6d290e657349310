"""Entries as they are written by hand are those that the Avro library writes, byte for byte."""

import io
from dataclasses import asdict
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverkanshub.codec.poster import VERDICTS, Poster, long
from samverkanshub.codec.schemas import DECISION, ENTRY, default_schemas
from samverkanshub.domain.decision import Entry, Grund, Reason

SCHEMA = default_schemas().latest(ENTRY)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
longs = st.integers(-(2**63), 2**63 - 1)
PLACE = ("handelse_id", "partition", "offset", "regelverk")
TEXTS = ("mottagare", "vag", "funktion", "leverans_id", "frist", "frist_slag")
places = st.tuples(words, st.integers(0, 2**31 - 1), longs, words)
entries = st.builds(
    Entry,
    mottagare=words,
    vag=words,
    reasons=st.lists(st.builds(Reason, words, words, st.booleans()), max_size=4).map(tuple),
    funktion=words,
    grunder=st.lists(st.builds(Grund, words, words, words, words, words), max_size=3).map(tuple),
    samtycken=st.lists(words, max_size=3).map(tuple),
    leverans_id=words,
    frist=longs,
    frist_slag=words,
)


def by_the_library(entry: Entry, **place: Any) -> bytes:
    sink = io.BytesIO()
    rows = {
        "skal": [asdict(one) for one in sorted(entry.reasons)],
        "grunder": [asdict(one) for one in sorted(entry.grunder)],
        "samtycken": sorted(entry.samtycken),
    }
    own = {
        name: getattr(entry, name) for name in ("mottagare", "vag", "funktion", "leverans_id", "frist", "frist_slag")
    }
    datum = {**place, **own, **rows, "utslag": entry.verdict}
    fastavro.schemaless_writer(sink, SCHEMA.parsed, datum, strict=True)
    return b"\0" + SCHEMA.id.to_bytes(4, "big") + sink.getvalue()


@given(entries, words, st.integers(0, 2**31 - 1), longs, words)
def test_the_bytes_are_the_librarys(
    entry: Entry, handelse_id: str, partition: int, offset: int, regelverk: str
) -> None:
    poster = Poster(SCHEMA.id, handelse_id, partition, offset, regelverk)
    place = {"handelse_id": handelse_id, "partition": partition, "offset": offset, "regelverk": regelverk}
    assert poster.encode(entry) == by_the_library(entry, **place)


@given(places, st.lists(st.tuples(st.binary(min_size=32, max_size=32), st.binary(max_size=300)), max_size=5))
def test_a_record_of_them_is_the_librarys(place: tuple[str, int, int, str], posts: list[tuple[bytes, bytes]]) -> None:
    named = dict(zip(PLACE, place, strict=True))
    rows = [{"salt": salt, "post": content} for salt, content in posts]
    wanted = default_schemas().encode(DECISION, {**named, "poster": rows})
    assert Poster(SCHEMA.id, *place).record(default_schemas().latest(DECISION).id, posts) == wanted


def test_the_verdicts_are_the_schemas_in_its_order() -> None:
    [symbols] = [field["type"]["symbols"] for field in SCHEMA.raw["fields"] if field["name"] == "utslag"]
    assert list(VERDICTS) == symbols


@pytest.mark.parametrize("number", [0, -1, 1, -64, 63, 64, 8191, 8192, 2**63 - 1, -(2**63)])
def test_numbers_are_zigzag(number: int) -> None:
    assert fastavro.schemaless_reader(io.BytesIO(long(number)), fastavro.parse_schema("long"), None) == number


def test_members_in_another_order_are_another_schema() -> None:
    """The writing is for these members: who changes the schema must change it too."""
    assert [field["name"] for field in SCHEMA.raw["fields"]] == [
        *("handelse_id", "partition", "offset", "regelverk", "mottagare", "vag", "utslag", "funktion", "skal"),
        *("grunder", "samtycken", "leverans_id", "frist", "frist_slag"),
    ]
