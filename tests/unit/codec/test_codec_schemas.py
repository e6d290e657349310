"""The checked-in schemas: one source of redaction, an index, the wire format, and no breaking change."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastavro
import pytest
from codec_examples import DATA

from samverkanshub import resources
from samverkanshub.codec.compat import breaking, check, fingerprint
from samverkanshub.codec.schemas import INTERNAL, MAX_BYTES, Schemas, default_schemas
from samverkanshub.codec.shape import Item, SchemaFault, compile_schema
from samverkanshub.domain import events
from samverkanshub.domain.errors import HubError, Refused, Undecodable

SOURCE = resources.root() / "schemas" / "avro"
TYPES = default_schemas().types
CATEGORIES = {
    *("identitet", "kontakt", "boende", "vistelse", "skola_arbete", "motestid", "motesplats", "halsa", "skadligt_bruk"),
    *("ekonomi", "familj", "barnets_situation", "vald", "risk", "skydd", "insats", "behov", "brott", "anmalare"),
    "ovrigt",
}
"""The closed list of RULES.md."""
MESSAGE_CODES = {"mottagare", "kommun", "enligt_prenumeration", "grund", "behov_i_arbetet", "rattar"}
CONSENT_CODES = {
    *("andamal", "mottagare", "kategorier", "enligt_beslut", "form", "dokumenterat", "enskilt", "narvarande", "tolk"),
}
CODES = {
    "orosanmalan": MESSAGE_CODES | {"vistelsekommun", "akut_fara", "misstanke", "anmalarslag"},
    "uppgift_till_utredning": {"mottagare", "grund", "rattar"},
    "riskbedomning_delad": MESSAGE_CODES | {"metod", "niva", "bedomd_av", "bedomd_tid", "barnets_ratt"},
    "sip_kallelse": MESSAGE_CODES
    | {"skyddade_personuppgifter", "delaktighet", "barnets_ratt", "vardnadshavare_kallas_ej", "initiativ"}
    | {"utskrivningsklar"},
    "kontaktformedling": MESSAGE_CODES | {"skyddade_personuppgifter", "misstanke"},
    "utskrivningsklar": {"fast_vardkontakt", "tidpunkt"},
    "upptining": {"partition", "offset", "handelse", "skal", "foreslagen_av", "godkand_av"},
    "driftatgard": {"atgard", "vem", "skal", "partition", "offset", "forslag", "artefakter", "fran", "till"},
    "radering": {"forslag", "skal", "foreslagen_av", "godkand_av", "vem", "omrade"},
    "avvikelse": MESSAGE_CODES | {"slag", "arende", "mellan_huvudman", "lex_sarah", "lex_maria"},
    "samtycke_lamnat": CONSENT_CODES | {"fran", "till", "undantag"},
    "samtycke_andrat": CONSENT_CODES | {"fran", "till", "undantag", "samtycke"},
    "samtycke_aterkallat": {"samtycke"},
    "samtycke_makulerat": {"samtycke", "skal"},
    "undantag_anmalt": CONSENT_CODES | {"uppgifter", "anvandare"},
    "undantag_havt": CONSENT_CODES | {"uppgifter", "anvandare"},
    "skydd": {"niva", "provisoriskt", "kalla", "granskas"},
    "vardnad": {"kalla", "datum", "provisoriskt"},
    "misstankt": {"kalla", "granskas", "borttagen"},
    "hushall": {"kalla", "datum"},
    "mognad": {"andamal", "mogen", "kalla", "datum"},
    "beslut_om_barn": {"slag", "andamal", "fran", "till", "referens"},
    "foretradare": {"slag", "andamal", "fran", "till", "kalla"},
    "samtycke_nekat": {"andamal", "mottagare"},
    "utredning": {"oppen"},
    "kvittens": {"leverans", "slag", "enhet"},
    "oppning_begard": {"leverans"},
    "regelverk_aktiverat": {"artefakter", "foreslagen_av", "godkand_av", "bas"},
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOURCE, tmp_path / "avro"))


def raw(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SOURCE / f"{name}.avsc").read_text("utf-8"))
    return found


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in schema["fields"] if found["name"] == name)


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(path.read_text("utf-8"))
    change(content)
    path.write_text(json.dumps(content), "utf-8")


def add_version(copy: Path, name: str, change: Callable[[dict[str, Any]], object]) -> None:
    """A second version, properly frozen and indexed."""
    rewrite(copy / f"{name}.avsc", change)
    shutil.copy(copy / f"{name}.avsc", copy / "frysta" / f"{name}.v2.avsc")
    mark = fingerprint(json.loads((copy / f"{name}.avsc").read_text("utf-8")))
    row = {"namn": name, "version": 2, "id": 900, "fingeravtryck": mark}
    rewrite(copy / "index.json", lambda index: index["scheman"].append(row))


def test_the_schemas_as_checked_in_are_sound() -> None:
    assert check(SOURCE) == []


def test_every_type_of_event_has_a_schema() -> None:
    kinds = events.MESSAGES | events.CONSENTS | events.PERSON_FACTS | events.ACTS | events.NOTICES | events.HUBS_OWN
    assert set(TYPES) == kinds | {events.KVITTENS, events.OPPNING, events.REGELVERK}


@pytest.mark.parametrize("typ", sorted(CODES))
def test_the_codes_that_stay_in_the_log_are_these_and_no_others(typ: str) -> None:
    schema = default_schemas().data(typ, 1)
    assert {name for name, found in schema.fields.items() if not isinstance(found.node, Item)} == CODES[typ]


@pytest.mark.parametrize("typ", TYPES)
def test_every_uppgift_has_a_category_of_the_closed_list(typ: str) -> None:
    nodes = [found.node for found in default_schemas().data(typ, 1).fields.values()]
    assert {node.kategori for node in nodes if isinstance(node, Item)} <= CATEGORIES


@pytest.mark.parametrize("typ", sorted(DATA))
def test_a_data_schema_is_a_true_avro_schema_of_its_data(typ: str) -> None:
    parsed = fastavro.parse_schema(raw(typ), {})
    assert fastavro.validate({"personer": [], **DATA[typ]}, parsed, raise_errors=False)


@pytest.mark.parametrize(
    "planted",
    [
        {"name": "fritext", "type": "string"},
        {"name": "fritext", "type": {"type": "string"}},
        {"name": "fritext", "type": {"type": "string", "format": "fri"}},
        {"name": "fritext", "type": ["null", {"type": "array", "items": "string"}], "default": None},
        {"name": "fritext", "type": "Uppgift"},
        {"name": "fritext", "type": {"type": "record", "name": "R", "fields": [{"name": "t", "type": "string"}]}},
        {"name": "fritext", "type": ["boolean", {"type": "string", "format": "id"}]},
        {"name": "tal", "type": "int"},
        {"name": "fritext", "type": "string", "kategori": "ovrigt"},
        {"name": "fritext", "type": "boolean", "kategori": "ovrigt", "avser": "barn"},
        {"name": "fritext", "type": "string", "kategori": "ovrigt", "avser": "granne"},
    ],
)
def test_a_field_that_is_neither_checked_code_nor_annotated_uppgift_is_a_fault(planted: dict[str, Any]) -> None:
    schema = raw("orosanmalan")
    schema["fields"].append(planted)
    with pytest.raises(SchemaFault, match="orosanmalan"):
        compile_schema(schema, 1)


BREAKING: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("kuvert", lambda s: s["fields"].pop(), "`kuvert.beslutssalt` was removed"),
    ("kuvert", lambda s: field(s, "typversion").update(type="long"), "`kuvert.typversion` changed its type"),
    ("kuvert", lambda s: field(s, "beslutssalt")["type"].update(size=16), "`kuvert.beslutssalt` changed `size`"),
    (
        "kuvert",
        lambda s: s["fields"].append({"name": "ny", "type": "string"}),
        "`kuvert.ny` was added without a default",
    ),
    ("kuvert", lambda s: field(s, "id").update(type=["null", "bytes"]), "`kuvert.id` changed its type"),
    ("skydd", lambda s: field(s, "niva")["type"]["symbols"].pop(), "`skydd.niva` lost the symbol"),
    ("skydd", lambda s: field(s, "granskas").update(type=["null", "boolean"]), "`skydd.granskas` changed its type"),
    ("skydd", lambda s: field(s, "granskas")["type"][1].update(format="id"), "`skydd.granskas` changed `format`"),
    ("skydd", lambda s: field(s, "granskas").pop("default"), "`skydd.granskas` changed its default"),
    ("skydd", lambda s: s["roller"].pop("registrerad"), "`skydd` lost the role"),
    ("skydd", lambda s: s["roller"].update(registrerad=[2, 2]), "`skydd` narrowed the role"),
    ("skydd", lambda s: s["roller"].update(granne=[1, 1]), "`skydd` demands the new role"),
    ("skydd", lambda s: field(s, "niva").update(type={"type": "string", "format": "id"}), "changed its type"),
    ("orosanmalan", lambda s: field(s, "beskrivning").update(kategori="ovrigt"), "changed `kategori`"),
    ("orosanmalan", lambda s: field(s, "beskrivning").update(avser="misstankt"), "changed `avser`"),
    ("orosanmalan", lambda s: field(s, "kommun")["type"].pop("lista"), "changed `lista`"),
    ("sip_kallelse", lambda s: field(s, "mottagare")["type"].update(minst=2), "changed `minst`"),
    ("sip_kallelse", lambda s: s.pop("en_av"), "changed `en_av`"),
    ("riskbedomning_delad", lambda s: field(s, "metod")["type"]["symboler"].pop(0), "lost the symbol `FREDA`"),
    (
        "riskbedomning_delad",
        lambda s: field(s, "metod").update(type={"type": "string", "format": "id"}),
        "changed its type",
    ),
    ("samtycke_lamnat", lambda s: field(s, "dokumenterat").pop("kravs_nar"), "changed `kravs_nar`"),
]


@pytest.mark.parametrize(("name", "change", "expected"), BREAKING)
def test_a_planted_breaking_change_is_refused(
    copy: Path, name: str, change: Callable[[dict[str, Any]], object], expected: str
) -> None:
    add_version(copy, name, change)
    assert [fault for fault in check(copy) if expected in fault]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("kuvert", lambda s: s["fields"].append({"name": "ny", "type": "string", "default": ""})),
        ("skydd", lambda s: field(s, "niva")["type"]["symbols"].append("nytt")),
        ("skydd", lambda s: field(s, "niva").update(type=["null", field(s, "niva")["type"]])),
        ("skydd", lambda s: s["roller"].update(granne=[0, 1])),
    ],
)
def test_a_change_that_breaks_nothing_passes_with_a_version_of_its_own(
    copy: Path, name: str, change: Callable[[dict[str, Any]], object]
) -> None:
    add_version(copy, name, change)
    assert check(copy) == []


def test_a_changed_file_without_a_new_version_is_refused(copy: Path) -> None:
    rewrite(copy / "skydd.avsc", lambda s: field(s, "niva")["type"]["symbols"].append("nytt"))
    assert check(copy) == ["`skydd.avsc` has changed without a new version in the index"]


def test_a_changed_doc_is_no_change(copy: Path) -> None:
    rewrite(copy / "skydd.avsc", lambda s: s.update(doc="Said better."))
    assert check(copy) == []


def test_a_frozen_version_that_changed_or_went_missing_is_refused(copy: Path) -> None:
    rewrite(copy / "frysta" / "skydd.v1.avsc", lambda s: s["fields"].pop())
    assert "`skydd.v1.avsc` has changed since it was indexed" in check(copy)
    (copy / "frysta" / "skydd.v1.avsc").unlink()
    assert "`skydd.v1.avsc` is missing" in check(copy)


def test_an_index_out_of_order_or_out_of_step_is_refused(copy: Path) -> None:
    (copy / "skydd.avsc").rename(copy / "nytt.avsc")
    rewrite(copy / "index.json", lambda index: index["scheman"][0].update(version=2, id=101))
    faults = check(copy)
    assert "`index.json` uses an id twice" in faults
    assert "`kuvert` has versions that are not 1, 2, 3 … in order" in faults
    assert "`nytt.avsc` is not in the index" in faults
    assert "`skydd.avsc` is missing" in faults


def test_nothing_breaks_between_a_schema_and_itself() -> None:
    for name in (*TYPES, *INTERNAL):
        assert breaking(raw(name), raw(name)) == []


def test_the_data_schema_is_found_by_type_and_version() -> None:
    assert default_schemas().data("skydd", 1).typ == "skydd"
    for typ, version, code in (
        ("okand", 1, "okand-typ"),
        ("kuvert", 1, "okand-typ"),
        ("skydd", 2, "okand-version"),
        ("skydd", 0, "okand-version"),
    ):
        with pytest.raises(Refused) as caught:
            default_schemas().data(typ, version)
        assert (caught.value.code, caught.value.falt) == (code, "/type")


def test_the_wire_format_is_confluents() -> None:
    content = default_schemas().encode("oppning_begard", {"personer": [], "leverans": "x"})
    assert content == b"\x00" + default_schemas().latest("oppning_begard").id.to_bytes(4, "big") + b"\x00\x02x"
    assert default_schemas().decode(content) == ("oppning_begard", {"personer": [], "leverans": "x"})


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "fel-langd"),
        (b"\x00\x00\x00\x00", "fel-langd"),
        (bytes(MAX_BYTES + 1), "fel-langd"),
        (b"\x01\x00\x00\x00\x64", "fel-magisk-byte"),
        (b"\x00\x00\x00\x00\x01", "okant-schema"),
        (b"\x00\x00\x00\x00\x64", "ej-avro"),
        (b"\x00\x00\x00\x00\x75\x00\x02x\x00", "ej-kanonisk"),
        (b"\x00\x00\x00\x00\x75\x00\x82\x00x", "ej-kanonisk"),
        (b"\x00\x00\x00\x00\x75\x00\x02\xff", "ej-avro"),
        (b"\x00\x00\x00\x00\x75\x00\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01x", "ej-avro"),
    ],
)
def test_bytes_that_are_no_record_have_a_stable_code(content: bytes, code: str) -> None:
    assert default_schemas().latest("oppning_begard").id == 0x75
    with pytest.raises(Undecodable) as caught:
        default_schemas().decode(content)
    assert caught.value.code == code


def test_what_does_not_fit_is_not_encoded_and_not_repeated() -> None:
    with pytest.raises(HubError) as caught:
        default_schemas().encode("oppning_begard", {"personer": [], "leverans": 7_777})
    assert caught.value.code == "kodningsfel"
    assert "7777" not in str(caught.value)


def test_a_record_of_an_older_version_is_read_with_the_new_ones_defaults(copy: Path) -> None:
    old = default_schemas().encode("oppning_begard", {"personer": [], "leverans": "x"})
    add_version(
        copy, "oppning_begard", lambda s: s["fields"].append({"name": "ny", "type": "boolean", "default": True})
    )
    newer = Schemas.load(copy)
    assert newer.decode(old) == ("oppning_begard", {"personer": [], "leverans": "x", "ny": True})
    assert newer.writer_of(old) == ("oppning_begard", 1)
    assert newer.writer_of(newer.encode("oppning_begard", {"personer": [], "leverans": "x", "ny": False}))[1] == 2
    assert newer.encode("oppning_begard", {"personer": [], "leverans": "x"}, version=1) == old
