"""A journal as an auditor writes it: what may be left out, what may not, and how a fault is told."""

import json
from pathlib import Path
from typing import Any

import pytest

from samverkanshub import resources
from samverkanshub.adapters.journal import JournalRegelverken
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.codec.journal import JournalFault, line
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain import ids
from samverkanshub.domain.events import Uppgift
from samverkanshub.pipeline.journal import Journal, judged, read_journal
from samverkanshub.pipeline.printed import printed

ANNA, BO = "aaaaaaaa-0000-4000-8000-000000000001", "aaaaaaaa-0000-4000-8000-000000000002"
EVENT = "bbbbbbbb-0000-4000-8000-000000000001"
VC = "region-dalarna.vardcentral-mora"
START = 1_798_000_000_000
ACTIVATION = {"tid": START, "typ": "regelverk_aktiverat", "regelverk": "regelverk"}
SCHEMAS = default_schemas()


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    (tmp_path / "regelverk").symlink_to(resources.root() / "deploy" / "regelverk")
    return tmp_path


def sip(**changes: Any) -> dict[str, Any]:
    return {
        "tid": START + 1,
        "typ": "sip_kallelse",
        "lasargrupp": "mora.vinr.utsatt",
        "personer": [{"person_id": ANNA, "roll": "utsatt", "aldersklass": "vuxen"}],
        "koder": {
            "mottagare": [{"slag": "enhet", "id": VC}],
            "delaktighet": {"satt": "deltar", "information": "muntligt"},
        },
        "uppgifter": [{"vag": "/behov/0"}],
        **changes,
    }


async def as_read(beside: Path, *lines: dict[str, Any] | str, store: MemoryArtefacts | None = None) -> Journal:
    text = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in lines)
    return await read_journal(text.encode(), JournalRegelverken(beside), store or MemoryArtefacts(), SCHEMAS)


async def decisions(beside: Path, *lines: dict[str, Any] | str) -> list[dict[str, Any]]:
    store = MemoryArtefacts()
    journal = await as_read(beside, *lines, store=store)
    return [printed(one, SCHEMAS) async for one in judged(journal, store, SCHEMAS)]


async def faults(beside: Path, *lines: dict[str, Any] | str) -> list[str]:
    with pytest.raises(JournalFault) as refused:
        await as_read(beside, ACTIVATION, *lines)
    return [told.partition("of the file): ")[2] for told in refused.value.faults]


# ------------------------------------------------------------------------------------------ what is filled in


async def test_what_is_left_out_is_what_the_hub_would_have_written(beside: Path) -> None:
    event = (await as_read(beside, ACTIVATION, sip())).reads[1].event
    assert event is not None
    assert (event.aktor, event.enhet, event.anvandare, event.version) == ("mora", "mora.vinr", "journal", 1)
    assert event.uppgifter == (Uppgift("/behov/0", "behov", "utsatt", ANNA),)


async def test_an_item_is_whose_the_schema_says_unless_the_line_does(beside: Path) -> None:
    persons = [{"person_id": ANNA, "roll": "utsatt"}, {"person_id": BO, "roll": "misstankt"}]
    items = [
        {"vag": "/personer/1/nummer"},
        {"vag": "/behov/0"},
        {"vag": "/ovrigt/0", "roll": "misstankt"},
        {"vag": "/ovrigt/1", "person_id": BO.upper()},
        {"vag": "/ovrigt/2", "roll": ""},
        {"vag": "/eget", "kategori": "ovrigt"},
    ]
    event = (await as_read(beside, ACTIVATION, sip(personer=persons, uppgifter=items))).reads[1].event
    assert event is not None
    told = [(u.vag, u.kategori, u.roll, u.person_id) for u in event.uppgifter]
    assert told == [
        ("/personer/1/nummer", "identitet", "misstankt", BO),
        ("/behov/0", "behov", "utsatt", ANNA),
        ("/ovrigt/0", "ovrigt", "misstankt", BO),
        ("/ovrigt/1", "ovrigt", "misstankt", BO),
        ("/ovrigt/2", "ovrigt", "", ""),
        ("/eget", "ovrigt", "", ""),
    ]


async def test_an_events_id_is_derived_as_the_hub_does_and_otherwise_as_given(beside: Path) -> None:
    lines = [sip(id=EVENT.upper()), sip(handelse_id=EVENT.upper()), sip(), sip()]
    found = [one.event for one in (await as_read(beside, ACTIVATION, *lines)).reads[1:]]
    told = [event.handelse_id for event in found if event]
    assert told[:2] == [ids.event_id("mora", EVENT), EVENT]
    assert len(set(told)) == 4


async def test_stamps_are_times_or_milliseconds_and_never_go_back(beside: Path) -> None:
    lines = [sip(tid="2026-12-23T08:00:00+01:00"), sip(tid=START)]
    told = await decisions(beside, ACTIVATION, *lines)
    assert [one["tid"] for one in told] == [START, 1_798_009_200_000, 1_798_009_200_000]


async def test_the_hubs_own_events_name_an_actor_and_no_group(beside: Path) -> None:
    event = (await as_read(beside, ACTIVATION)).reads[0].event
    assert event is not None
    assert (event.aktor, event.enhet, event.lasargrupp, event.anvandare) == ("samverkanshub", "", "", "")


async def test_position_0_names_the_partition_that_decisions_cite(beside: Path) -> None:
    told = await decisions(beside, {**ACTIVATION, "partition": 3}, sip())
    assert [(one["partition"], one["position"]) for one in told] == [(3, 0), (3, 1)]


async def test_empty_lines_end_a_journal_and_a_byte_order_mark_begins_it(beside: Path) -> None:
    assert len((await as_read(beside, "\ufeff" + line(ACTIVATION), sip(), "", " ")).reads) == 2


# ------------------------------------------------------------------------------------------ what is judged


async def test_the_same_event_again_is_a_repeat(beside: Path) -> None:
    told = await decisions(beside, ACTIVATION, sip(handelse_id=EVENT), sip(handelse_id=EVENT))
    assert [one["dom"] for one in told] == ["godtas", "godtas", "upprepning"]


async def test_b7_an_unreadable_record_freezes_its_persons(beside: Path) -> None:
    unreadable = {"tid": START, "karantan": "ej-avro", "personer": [ANNA.upper(), {"person_id": BO}]}
    told = await decisions(beside, ACTIVATION, unreadable, sip())
    assert told[1]["dom"] == "karantan"
    assert {why["kod"] for why in told[1]["poster"][0]["skal"]} == {"karantan", "ej-avro"}
    assert "person-fryst" in {why["kod"] for post in told[2]["poster"] for why in post["skal"]}


async def test_another_regelverk_holds_from_its_line_on(beside: Path) -> None:
    other = beside / "annat"
    other.mkdir()
    for path in (beside / "regelverk").iterdir():
        text = path.read_text("utf-8")
        (other / path.name).write_text(text.replace("befolkningsgrans: 25000", "befolkningsgrans: 20000"), "utf-8")
    told = await decisions(beside, ACTIVATION, sip(), {**ACTIVATION, "regelverk": "annat", "id": EVENT}, sip())
    digests = [one["regelverk"] for one in told]
    assert digests[0] == digests[1] != digests[2] == digests[3]


async def test_without_a_regelverk_nothing_is_judged(beside: Path) -> None:
    with pytest.raises(JournalFault, match=r"position 0 .*regelverk-saknas"):
        await decisions(beside, sip())


async def test_an_unreadable_record_about_nobody_stops_where_the_gate_would(beside: Path) -> None:
    with pytest.raises(JournalFault, match=r"position 1 .*karantan-utan-personer"):
        await decisions(beside, ACTIVATION, {"tid": START, "karantan": "ej-avro"})


# ------------------------------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{", "the line is no JSON"),
        ("[]", "the line is no JSON object"),
        ('{"tid":NaN}', "NaN and infinities are no JSON"),
        ('{"tid":1,"tid":2}', "`tid` is given twice in one object"),
        (sip(mottagare=[]), "`/`: object contains unknown field `mottagare`"),
        ({"tid": START}, "`/`: object missing required field `typ`"),
        ({"typ": "skydd"}, "`/`: object missing required field `tid`"),
        (sip(tid=True), "`/tid`: expected `int | str`, got `bool`"),
        (sip(personer=[{"person_id": ANNA}]), "`/personer/0`: object missing required field `roll`"),
        (sip(uppgifter=[{"vag": 1}]), "`/uppgifter/0/vag`: expected `str`, got `int`"),
        ({"tid": START, "karantan": "x", "typ": "skydd"}, "`/`: object contains unknown field `typ`"),
    ],
)
async def test_a_line_of_another_form_is_refused_by_name(beside: Path, given: Any, told: str) -> None:
    assert await faults(beside, given) == [told]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"tid": "2026-11-02"}, "`/tid` must be an RFC 3339 time with offset, or milliseconds since 1970"),
        ({"tid": -1}, "`/tid` is out of range"),
        ({"typ": "sip_kalelse"}, "`/typ` is not a type of event the hub knows"),
        ({"typversion": 9}, "`/typ` has a version the hub does not know"),
        ({"version": 9}, "`/version` is none that the envelope has"),
        ({"handelse_id": "1"}, "`/handelse_id` is no UUID"),
        ({"personer": [{"person_id": "anna", "roll": "utsatt"}]}, "`/personer/0/person_id` is no UUID"),
        ({"koder": {}}, "`/koder/mottagare` is missing"),
        ({"beslutssalt": "abc"}, "`/beslutssalt` must be bytes in hex"),
        ({"beslutssalt": "ab"}, "`beslutssalt` is not 32 bytes"),
        ({"vardesumma": "ab"}, "`/vardesumma` must be 32 bytes in hex"),
        ({"uppgifter": [{"vag": "/eget"}]}, "`/uppgifter/0/kategori` is missing, and the type's schema has no uppgift"),
        ({"uppgifter": [{"vag": "/behov/0", "roll": "barn"}]}, "`/uppgifter/0/roll` is a role that nobody"),
        ({"anvandare": "\ud800"}, "`avsandare` holds text that is empty, too long or not printable"),
        ({"id": "\ud800"}, "`/id` is no UUID"),
        ({"regelverk": "regelverk"}, "`/regelverk` and `/nycklar` belong to a `regelverk_aktiverat`"),
        ({"partition": 2}, "`/partition` is said at position 0 only"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_by_name(beside: Path, changes: dict[str, Any], told: str) -> None:
    (found,) = await faults(beside, sip(**changes))
    assert found.startswith(told)


async def test_an_age_class_is_of_the_closed_list(beside: Path) -> None:
    persons = [{"person_id": ANNA, "roll": "utsatt", "aldersklass": "barn"}]
    (found,) = await faults(beside, sip(personer=persons))
    assert found.startswith("`/personer/0/aldersklass` must be one of 0-11, ")


async def test_an_item_of_one_of_several_says_whose(beside: Path) -> None:
    two = [{"person_id": person, "roll": "narstaende"} for person in (ANNA, BO)]
    (found,) = await faults(beside, sip(personer=two, uppgifter=[{"vag": "/ovrigt/0", "roll": "narstaende"}]))
    assert found == "`/uppgifter/0/person_id` is missing, and more than one person has the role"


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"karantan": "Något"}, "`/karantan` must be a code, such as `ej-avro`"),
        ({"karantan": "ej-avro", "personer": ["anna"]}, "`/personer` must be UUIDs"),
    ],
)
async def test_an_unreadable_record_says_why_and_about_whom(beside: Path, record: dict[str, Any], told: str) -> None:
    assert await faults(beside, {"tid": START, **record}) == [told]


async def test_every_fault_is_told_at_once_and_by_line(beside: Path) -> None:
    with pytest.raises(JournalFault) as refused:
        await as_read(beside, ACTIVATION, "", sip(), "{")
    assert [fault[:33] for fault in refused.value.faults] == [
        "position 1 (line 2 of the file): ",
        "position 3 (line 4 of the file): ",
    ]


async def test_bytes_that_are_no_text_are_no_journal(beside: Path) -> None:
    with pytest.raises(JournalFault, match="not UTF-8"):
        await read_journal(b"\xff", JournalRegelverken(beside), MemoryArtefacts(), SCHEMAS)


@pytest.mark.parametrize(
    ("activation", "told"),
    [
        ({}, "`/regelverk`: it names no directory"),
        ({"regelverk": "finns-ej"}, "`/regelverk`: there is no such directory"),
        ({"regelverk": "a\0b"}, "`/regelverk`: there is no such directory"),
        ({"regelverk": "."}, "`/regelverk`: aktorer.yaml"),
        ({"regelverk": ".", "koder": {"artefakter": [{"digest": "ab" * 32}]}}, "`/regelverk`: artefact `abab"),
        ({"regelverk": "regelverk", "koder": {"artefakter": 1}}, "`/koder/artefakter` must be an array"),
        ({"regelverk": "regelverk", "partition": -1}, "`/partition` is out of range"),
    ],
)
async def test_a_regelverk_that_cannot_be_used_is_refused(beside: Path, activation: dict[str, Any], told: str) -> None:
    with pytest.raises(JournalFault) as refused:
        await as_read(beside, {"tid": START, "typ": "regelverk_aktiverat", **activation})
    assert refused.value.faults[0].startswith(f"position 0 (line 1 of the file): {told}")


# ------------------------------------------------------------------------------------------ the page that says so


def example() -> list[str]:
    """The journal of docs/journal.md."""
    text = (resources.root() / "docs" / "journal.md").read_text("utf-8")
    return text.partition("```jsonl\n")[2].partition("```")[0].splitlines()


async def test_the_pages_example_is_decided_as_the_page_says(tmp_path: Path) -> None:
    (tmp_path / "deploy").symlink_to(resources.root() / "deploy")
    (tmp_path / "docs").mkdir()
    told = await decisions(tmp_path / "docs", *example())
    assert [one["dom"] for one in told] == [
        *["godtas"] * 5, "avvisas", "upprepning", "karantan", "godtas"
    ]  # fmt: skip
    withheld = {post["vag"] for post in told[2]["poster"] if post["utslag"] == "undanhalls"}
    assert (withheld, bool(told[2]["leveranser"])) == ({"/ekonomi/0"}, True)
    assert "samtycke-aterkallat" in json.dumps(told[5])
    assert "person-fryst" in json.dumps(told[8])
    assert not told[8]["leveranser"]
