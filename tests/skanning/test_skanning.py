"""The scan knows a number and a text in every form, looks for what the cases say, and tells where it is blind."""

import struct
from pathlib import Path

import pytest
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from samverkanshub.codec.schemas import default_schemas
from samverkanshub.entrypoints.demo import cases, run
from skanning import pglz, planterat
from skanning.main import told
from skanning.nalar import Needle, numbers, of_the_demo, personal, texts
from skanning.planterat import FORMS, NUMBER, TEXT, missed
from skanning.platser import UNREADABLE, processes, remains, unredacted
from skanning.segment import batches, codec, contents
from skanning.sokning import Found, Search

SEARCH = Search(planterat.needles())
PACKED = [name for name in FORMS if name.startswith("gzip")]
OTHER = "199012182383"


# --------------------------------------------------------------------------------------------------- what it sees


@pytest.mark.parametrize("form", [form for form in FORMS if form not in PACKED])
def test_what_is_planted_is_known_in_every_form_wherever_it_begins(form: str) -> None:
    for length in range(8):
        around = bytes(range(1, 1 + length))
        assert SEARCH(around + FORMS[form] + around, "here")


@pytest.mark.parametrize("form", PACKED)
def test_what_is_packed_is_unpacked(form: str) -> None:
    assert {found.where for found in SEARCH(FORMS[form], "here")} <= {"here, unpacked", "here, unpacked, unpacked"}
    assert SEARCH(FORMS[form], "here")


def test_what_only_begins_as_packed_is_searched_as_it_is() -> None:
    assert SEARCH(b"\x1f\x8b" + NUMBER.encode(), "here")
    assert SEARCH(b"\x78\x9c" + NUMBER.encode(), "here")


def test_another_number_and_another_text_are_not_found() -> None:
    assert SEARCH(OTHER.encode() + b"en helt annan text, i en annan ort", "here") == []


@pytest.mark.parametrize("needle", [*numbers({"planted": NUMBER}), *texts([TEXT])], ids=lambda needle: needle.form)
def test_every_form_that_is_looked_for_is_found_alone(needle: Needle) -> None:
    content = b"\x01" * 3 + needle.content + b"\x01" * 3
    assert needle.form in {found.form for found in SEARCH(content, "here")}


def batch(packing: int) -> bytes:
    builder = DefaultRecordBatchBuilder(2, packing, False, -1, -1, -1, 100_000)
    builder.append(0, 1, TEXT.encode(), f"om {NUMBER} ".encode() * 9, [("om", b"ett huvud")])
    return bytes(builder.build())


def test_a_segments_records_are_read_also_where_a_batch_is_packed() -> None:
    segment = batch(0) + batch(1) + bytes(100)
    found = list(batches(segment))
    assert [codec(one) for one in found] == ["none", "gzip"]
    for one in found:
        inside = contents(one) or b""
        assert all(part in inside for part in (TEXT.encode(), NUMBER.encode(), b"ett huvud"))


def value(packed: bytes, raw: int) -> bytes:
    """As it stands in a row."""
    return struct.pack("<II", (len(packed) + 8) << 2 | 2, raw) + packed


REPEATED = bytes([0b1000]) + b"abc" + bytes([0x0F, 3, 9])
"""pglz of `abc` ten times: three bytes as they are, then 27 (18 and 9 more) from three back."""


def test_what_postgresql_has_packed_is_unpacked() -> None:
    around = bytes(11)
    assert list(pglz.unpacked(around + value(REPEATED, 30) + around)) == [b"abc" * 10]
    assert list(pglz.unpacked(value(REPEATED, 30) * 2)) == [b"abc" * 10] * 2


@pytest.mark.parametrize(
    "content",
    [value(REPEATED, 31), value(REPEATED[:-1] + b"\x08", 30), value(bytes([1]) + b"abc\x03\x09", 30), bytes(99)],
)
def test_what_only_looks_packed_is_nothing(content: bytes) -> None:
    assert list(pglz.unpacked(content)) == []


def test_of_what_is_in_chunks_the_first_is_unpacked_as_far_as_it_goes() -> None:
    packed = (REPEATED + bytes(7) * 300)[:1992]
    chunk = struct.pack("<II", 2000 << 2, 100_000) + packed
    [beginning] = pglz.unpacked(chunk)
    assert beginning.startswith(b"abc" * 10)


async def test_a_batch_that_cannot_be_read_is_told_of(tmp_path: Path) -> None:
    packed = bytearray(batch(1))
    struct.pack_into(">h", packed, 21, 4)
    segment = tmp_path / "kafka" / "data" / "amne-0" / "0.log"
    segment.parent.mkdir(parents=True)
    segment.write_bytes(packed)
    assert await remains(SEARCH, tmp_path) == [Found("records of amne-0", UNREADABLE, "")]


def test_a_line_that_went_past_the_redaction_is_told_of(tmp_path: Path) -> None:
    ours = '{"event": "x", "level": "info", "role": "api", "tid": "y"}'
    (tmp_path / "api.log").write_text(f"{ours}\nTraceback (most recent call last):\n{ours}\n[1, 2]\n")
    assert [found.form for found in unredacted(tmp_path)] == ["line 2", "line 4"]


async def test_a_process_is_looked_at_while_it_runs(tmp_path: Path) -> None:
    async with planterat.in_a_process(tmp_path) as place:
        assert {found.where for found in processes(SEARCH, tmp_path)} == {place}
    assert processes(SEARCH, tmp_path) == []


# ----------------------------------------------------------------------------------------------- what it looks for


def test_what_is_looked_for_is_what_the_cases_say() -> None:
    played = cases.load(run.directory())
    looked_for = of_the_demo(played)
    contents_ = {needle.content for needle in looked_for}
    for said in ("stödsamtal", "grannen en trappa upp", "hörs gråta om nätterna", "nås på ett nytt nummer"):
        assert said.encode() in contents_
    people = cases.common(run.directory()).personer.values()
    used = {number[2:].encode() for number in (person["personnummer"] for person in people)}
    assert used <= contents_
    assert len({needle.what for needle in looked_for}) > 110
    assert min(len(content) for content in contents_) >= 6


def test_all_that_is_looked_for_is_found_where_it_does_stand() -> None:
    """In the cases' own files, but for the text into which a number is put: the search is not blind to any of it."""
    looked_for = of_the_demo(cases.load(run.directory()))
    written = b"\n".join(path.read_bytes() for path in run.directory().glob("*.yaml"))
    there = {found.what for found in Search(looked_for)(written, "cases")}
    unseen = [needle for needle in looked_for if needle.what not in there and needle.form == "utf-8"]
    assert [needle.content.startswith("gäller patienten 19".encode()) for needle in unseen] == [True]


def test_a_code_is_no_needle_and_what_no_schema_knows_is() -> None:
    fields = default_schemas().data("orosanmalan", 1).fields
    data = {
        "kommun": "orsa",
        "misstanke": ["omsorgssvikt"],
        "beskrivning": "hörs gråta",
        "handelser": [{"text": "föll", "avser": "barn"}],
        "nytt": {"djupt": ["okänt"]},
    }
    assert sorted(personal(fields, data)) == ["föll", "hörs gråta", "okänt"]
    assert list(personal(fields, {"kommun": f"orsa {NUMBER}"})) == [NUMBER]


# ------------------------------------------------------------------------------------------------- what it says


def test_a_place_where_nothing_was_found_is_told_of() -> None:
    found = [Found("loggar/gate.log", "n", "f"), Found("postgres/data/pg_wal/1", "n", "f")]
    assert missed(["loggar/gate.log", "postgres/data/pg_wal"], found) == []
    assert missed(["loggar", "loggar/gate", "postgres/data/base"], found) == ["loggar/gate", "postgres/data/base"]
    assert missed(["n @ postgres/data/pg_wal", "m @ postgres/data/pg_wal"], found) == ["m @ postgres/data/pg_wal"]


def test_the_last_line_counts_needles_and_finds() -> None:
    needles = numbers({"number 1": NUMBER, "number 2": OTHER})
    assert told(needles, [], []) == ["scan: 2 needles, 0 found"]
    found = [Found("a", "number 1", "hex"), Found("a", "number 1", "utf-8"), Found("b", "number 1", "hex")]
    assert told(needles, found, ["c"])[-2:] == ["planted and not found: c", "scan: 2 needles, 2 found"]
