"""Data walked along its schema: parted into codes, persons and uppgifter, or refused by name."""

from copy import deepcopy
from typing import Any

import pytest
from codec_examples import CONSENT, DATA, EVENT, UNIT, person

from samverkanshub.codec.formats import check_format, looks_like_number
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.shape import Item
from samverkanshub.codec.walk import MAX_ITEMS, MAX_TEXT, Walked, check_codes, walk
from samverkanshub.domain.errors import Refused

LISTS = {"kategori": frozenset({"behov", "halsa"}), "andamal": frozenset({"sip"}), "kommun": frozenset({"mora"})}


def walked(typ: str, data: Any, listor: Any = None) -> Walked:
    return walk(default_schemas().data(typ, 1), data, listor)


def refusal(typ: str, data: Any, listor: Any = None) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        walked(typ, data, listor)
    return caught.value.code, caught.value.falt


def changed(typ: str, **members: Any) -> dict[str, Any]:
    return {**deepcopy(DATA[typ]), **members}


@pytest.mark.parametrize("typ", sorted(DATA))
def test_an_example_of_every_type_passes_and_its_codes_pass_alone(typ: str) -> None:
    schema = default_schemas().data(typ, 1)
    check_codes(schema, walk(schema, DATA[typ]).koder)


def test_there_is_an_example_of_every_type() -> None:
    assert tuple(sorted(DATA)) == default_schemas().types


def test_codes_are_what_is_left_when_persons_and_uppgifter_are_out() -> None:
    found = walked("orosanmalan", DATA["orosanmalan"])
    assert found.koder == {
        "kommun": "mora",
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
    }


def test_persons_and_uppgifter_come_out_with_path_category_and_whose_they_are() -> None:
    found = walked("riskbedomning_delad", DATA["riskbedomning_delad"])
    assert [(p.roll, p.slag, p.varde, p.falt) for p in found.personer] == [
        ("utsatt", "referens", "lokal-1", "/data/personer/0/referens"),
        ("misstankt", "referens", "lokal-1", "/data/personer/1/referens"),
    ]
    assert [(u.vag, u.kategori, u.roll, u.person_index, u.varde, u.referens) for u in found.uppgifter] == [
        ("/personer/0/nummer", "identitet", "utsatt", 0, "lokal-1", ""),
        ("/personer/1/nummer", "identitet", "misstankt", 1, "lokal-1", ""),
        ("/sammanfattning", "risk", "utsatt", 0, "texten", ""),
        ("/misstankts_situation/0", "risk", "misstankt", 1, "hans", ""),
        ("/ovrigt/0", "ovrigt", "misstankt", 1, "hans också", ""),
    ]


def test_k3_an_uppgift_keeps_the_reference_its_source_gave_it() -> None:
    found = walked("orosanmalan", DATA["orosanmalan"])
    assert [uppgift.referens for uppgift in found.uppgifter if uppgift.vag == "/handelser/1"] == ["ref-2"]


def test_v5_an_uppgift_says_who_told_of_it() -> None:
    found = walked("sip_kallelse", changed("sip_kallelse", syfte={"text": "stöd", "kalla": "vittne"}))
    assert [uppgift.kalla for uppgift in found.uppgifter if uppgift.vag == "/syfte"] == ["vittne"]


@pytest.mark.parametrize("kalla", ["granne", "", None, 1, ["barn"]])
def test_v5_a_source_is_one_of_a_closed_list(kalla: object) -> None:
    with pytest.raises(Refused) as refused:
        walked("sip_kallelse", changed("sip_kallelse", syfte={"text": "stöd", "kalla": kalla}))
    assert (refused.value.code, refused.value.falt) == ("ej-i-lista", "/data/syfte/kalla")


def test_a1_the_uppgifter_of_an_avvikelse_are_nobodys() -> None:
    (found,) = walked("avvikelse", DATA["avvikelse"]).uppgifter
    assert (found.roll, found.person_index) == ("", -1)


def test_a_single_uppgift_may_be_a_record_too() -> None:
    found = walked("sip_kallelse", changed("sip_kallelse", syfte={"text": "stöd", "referens": "s-1"}))
    assert [(u.vag, u.varde, u.referens) for u in found.uppgifter if u.kategori == "insats"] == [
        ("/syfte", "stöd", "s-1")
    ]


def test_o6_the_reporters_name_concerns_the_reporter_and_else_the_child() -> None:
    alone = walked("orosanmalan", {"personer": [person("barn")], "kommun": "mora", "anmalare": "namn"})
    both = [person("barn"), person("anmalare")]
    named = walked("orosanmalan", {"personer": both, "kommun": "mora", "anmalare": "namn"})
    assert (alone.uppgifter[-1].roll, named.uppgifter[-1].roll) == ("barn", "anmalare")


def test_v3_an_uppgift_about_two_persons_is_refused() -> None:
    two = [person("barn"), person("misstankt", "a"), person("misstankt", "b")]
    data = {"personer": two, "kommun": "mora", "ovrigt": [{"text": "x", "avser": "misstankt"}]}
    assert refusal("orosanmalan", data) == ("uppgift-om-flera", "/data/ovrigt/0/avser")
    data["ovrigt"] = [{"text": "x", "avser": ["barn", "misstankt"]}]
    assert refusal("orosanmalan", data) == ("uppgift-om-flera", "/data/ovrigt/0/avser")
    risk = [person("utsatt"), *two[1:]]
    assert refusal("riskbedomning_delad", changed("riskbedomning_delad", personer=risk))[0] == "uppgift-om-flera"


@pytest.mark.parametrize(
    ("typ", "members", "expected"),
    [
        ("sip_kallelse", {"ovantad": 1}, ("okant-falt", "/data")),
        ("sip_kallelse", {"behov": [{"text": "x", "mer": 1}]}, ("okant-falt", "/data/behov/0")),
        ("sip_kallelse", {"mottagare": [{**UNIT, "mer": 1}]}, ("okant-falt", "/data/mottagare/0")),
        ("sip_kallelse", {"mottagare": [{"slag": "enhet"}]}, ("saknas", "/data/mottagare/0/id")),
        ("sip_kallelse", {"mottagare": []}, ("saknas", "/data/mottagare")),
        ("sip_kallelse", {"mottagare": {}}, ("fel-form", "/data/mottagare")),
        ("sip_kallelse", {"mottagare": [[]]}, ("fel-form", "/data/mottagare/0")),
        ("sip_kallelse", {"mottagare": [UNIT] * (MAX_ITEMS + 1)}, ("fel-form", "/data/mottagare")),
        ("sip_kallelse", {"mottagare": [{"slag": "person", "id": "x"}]}, ("ej-i-lista", "/data/mottagare/0/slag")),
        ("sip_kallelse", {"mottagare": [{"slag": "enhet", "id": "Mora"}]}, ("fel-form", "/data/mottagare/0/id")),
        ("sip_kallelse", {"skyddade_personuppgifter": 1}, ("fel-form", "/data/skyddade_personuppgifter")),
        ("sip_kallelse", {"skyddade_personuppgifter": None}, ("fel-form", "/data/skyddade_personuppgifter")),
        ("sip_kallelse", {"utskrivningsklar": 5}, ("fel-form", "/data/utskrivningsklar")),
        ("sip_kallelse", {"behov": "text"}, ("fel-form", "/data/behov")),
        ("sip_kallelse", {"behov": ["text"]}, ("fel-form", "/data/behov/0")),
        ("sip_kallelse", {"behov": [{}]}, ("saknas", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": 1.5}]}, ("fel-form", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": float("nan")}]}, ("fel-form", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": " "}]}, ("fel-form", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": "x" * (MAX_TEXT + 1)}]}, ("fel-form", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": "a\0"}]}, ("ej-lagringsbart", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": "\ud800"}]}, ("ej-lagringsbart", "/data/behov/0/text")),
        ("sip_kallelse", {"behov": [{"text": "x", "avser": None}]}, ("fel-form", "/data/behov/0/avser")),
        ("sip_kallelse", {"behov": [{"text": "x", "avser": 1}]}, ("fel-form", "/data/behov/0/avser")),
        ("sip_kallelse", {"behov": [{"text": "x", "avser": "barn"}]}, ("okand-roll", "/data/behov/0/avser")),
        ("sip_kallelse", {"behov": [{"text": "x", "referens": "Fri text"}]}, ("fel-form", "/data/behov/0/referens")),
        ("sip_kallelse", {"syfte": None}, ("fel-form", "/data/syfte")),
        ("avvikelse", {"personer": [person("utsatt")]}, ("okand-roll", "/data/personer/0/roll")),
        ("riskbedomning_delad", {"metod": "gissning"}, ("ej-i-lista", "/data/metod")),
        ("riskbedomning_delad", {"personer": [person("utsatt")]}, ("okand-roll", "/data/misstankts_situation/0")),
        ("samtycke_lamnat", {"form": "muntligt"}, ("saknas", "/data/dokumenterat")),
        ("samtycke_lamnat", {"narvarande": ["misstankt", "granne"]}, ("ej-i-lista", "/data/narvarande/1")),
        ("samtycke_andrat", {"samtycke": EVENT.upper()}, ("fel-form", "/data/samtycke")),
        ("vardnad", {"personer": [person("registrerad")]}, ("saknas", "/data/personer")),
        ("vardnad", {"datum": "2026-02-30"}, ("fel-form", "/data/datum")),
        (
            "regelverk_aktiverat",
            {"artefakter": [{"namn": "katalog", "digest": "ab"}]},
            ("fel-form", "/data/artefakter/0/digest"),
        ),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_by_name(
    typ: str, members: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refusal(typ, changed(typ, **members)) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("ingen", ("fel-form", "/data/personer")),
        ([], ("saknas", "/data/personer")),
        (["x"], ("fel-form", "/data/personer/0")),
        ([{"referens": "x"}], ("saknas", "/data/personer/0/roll")),
        ([{"roll": "granne", "referens": "x"}], ("okand-roll", "/data/personer/0/roll")),
        ([{"roll": ["barn"], "referens": "x"}], ("okand-roll", "/data/personer/0/roll")),
        ([{"roll": "barn"}], ("saknas", "/data/personer/0")),
        ([{"roll": "barn", "referens": "x", "personnummer": "y"}], ("fel-form", "/data/personer/0")),
        ([{"roll": "barn", "referens": "x", "namn": "y"}], ("okant-falt", "/data/personer/0")),
        ([{"roll": "barn", "personnummer": 19}], ("fel-form", "/data/personer/0/personnummer")),
        ([{"roll": "barn", "personnummer": ""}], ("fel-form", "/data/personer/0/personnummer")),
        ([{"roll": "barn", "personnummer": "1" * 21}], ("fel-form", "/data/personer/0/personnummer")),
        ([{"roll": "barn", "personnummer": "1\0"}], ("ej-lagringsbart", "/data/personer/0/personnummer")),
        ([{"roll": "barn", "referens": "två ord"}], ("fel-form", "/data/personer/0/referens")),
        ([{"roll": "barn", "referens": "nr 1"}], ("fel-form", "/data/personer/0/referens")),
        ([person("barn"), person("barn", "b")], ("fel-form", "/data/personer")),
        ([person("barn"), person("anmalare"), person("anmalare", "b")], ("fel-form", "/data/personer")),
        ([person("barn")] * 30, ("fel-form", "/data/personer")),
    ],
)
def test_persons_are_checked_in_structure(listed: Any, expected: tuple[str, str]) -> None:
    assert refusal("orosanmalan", {"personer": listed, "kommun": "mora"}) == expected


def test_exactly_one_person_is_exposed() -> None:
    assert refusal("sip_kallelse", changed("sip_kallelse", personer=[]))[0] == "saknas"
    both = [person("utsatt"), person("barn")]
    assert refusal("sip_kallelse", changed("sip_kallelse", personer=both)) == ("fel-form", "/data/personer")


def test_persons_may_be_left_out_only_where_the_type_has_none() -> None:
    assert walked("oppning_begard", {"leverans": EVENT}).personer == ()
    assert refusal("orosanmalan", {"kommun": "mora"}) == ("saknas", "/data/personer")


@pytest.mark.parametrize("data", [None, [], "text", 1, True])
def test_data_that_is_no_object_is_refused(data: Any) -> None:
    assert refusal("avvikelse", data) == ("fel-form", "/data")


@pytest.mark.parametrize("name", [name for name in CONSENT if name != "personer"])
def test_k1_k11_a_point_missing_from_a_consent_is_named(name: str) -> None:
    data = {key: value for key, value in CONSENT.items() if key != name}
    assert refusal("samtycke_lamnat", data) == ("saknas", f"/data/{name}")


def test_codes_of_the_regelverks_closed_lists_are_checked_where_those_are_given() -> None:
    assert walked("samtycke_lamnat", CONSENT, LISTS).koder["andamal"] == "sip"
    for name, value, where in (("andamal", "allt", ""), ("kategorier", ["behov", "allt"], "/1")):
        data = {**CONSENT, name: value}
        assert refusal("samtycke_lamnat", data, LISTS) == ("ej-i-lista", f"/data/{name}{where}")
        assert walked("samtycke_lamnat", data).koder[name] == value
    assert refusal("orosanmalan", changed("orosanmalan", kommun="oslo"), LISTS) == ("ej-i-lista", "/data/kommun")


@pytest.mark.parametrize("typ", ["samtycke_lamnat", "samtycke_andrat", "undantag_anmalt", "undantag_havt"])
def test_k1_k3_a_consent_can_name_every_category_that_an_uppgift_has(typ: str) -> None:
    nodes = [found.node for name in DATA for found in default_schemas().data(name, 1).fields.values()]
    every = sorted({node.kategori for node in nodes if isinstance(node, Item)} | {"identitet"})
    assert walked(typ, changed(typ, kategorier=every)).koder["kategorier"] == every


def test_codes_alone_may_hold_neither_persons_nor_uppgifter() -> None:
    schema = default_schemas().data("sip_kallelse", 1)
    for extra in ({"personer": []}, {"behov": []}, {"motestid": "torsdag"}):
        with pytest.raises(Refused) as caught:
            check_codes(schema, {"mottagare": [UNIT], **extra})
        assert caught.value.code == "okant-falt"


SHAPED = "850101" + "0000"
"""The shape of a number; its last digits make it nobody's."""


@pytest.mark.parametrize(
    "text",
    [
        SHAPED,
        "19" + SHAPED,
        "850101" + "-0000",
        "1985.01.01" + "-0000",
        f"fall-{SHAPED}-b",
        f"9{SHAPED}9",
        "850161" + "0000",
    ],
)
def test_a_code_in_the_shape_of_a_personnummer_is_refused(text: str) -> None:
    assert looks_like_number(text)
    for name in ("id", "alias", "referens"):
        if name != "alias" or "." not in text:
            with pytest.raises(Refused) as caught:
                check_format(text, name, "/x")
            assert caught.value.code == "personnummer-i-kod"
            assert text not in str(caught.value)


@pytest.mark.parametrize("text", ["mora.vinr", "fall-2026-17", "851301" + "0000", "850132" + "0000", "12345"])
def test_other_ids_pass(text: str) -> None:
    assert not looks_like_number(text)
    check_format(text, "id", "/x")


def test_a_uuid_may_end_in_digits_but_not_in_a_personnummer() -> None:
    check_format("5f0c7e1e-3b0a-5f0e-9a50-300000000000", "uuid", "/x")
    with pytest.raises(Refused) as caught:
        check_format("5f0c7e1e-3b0a-5f0e-9a50-19" + SHAPED, "uuid", "/x")
    assert caught.value.code == "personnummer-i-kod"


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("tidpunkt", "2026-03-01T10:00:00Z", True),
        ("tidpunkt", "2026-03-01T10:00:00.123+01:00", True),
        ("tidpunkt", "2026-03-01T10:00:00", False),
        ("tidpunkt", "2026-03-01 10:00:00Z", False),
        ("tidpunkt", "2026-02-29T10:00:00Z", False),
        ("tidpunkt", "2026-03-01T24:30:00Z", False),
        ("tidpunkt", "2026-03-01T10:00:00+25:00", False),
        ("tidpunkt", "0001-01-01T00:00:00+01:00", False),
        ("datum", "2028-02-29", True),
        ("datum", "20280229", False),
        ("uuid", EVENT, True),
        ("uuid", EVENT.replace("-", ""), False),
        ("uuid", "00000000-0000-0000-0000-000000000000", False),
        ("alias", "a" * 200, True),
        ("alias", "å", False),
        ("id", "a" * 81, False),
        ("kod", "skola_arbete", True),
        ("kod", "fri text", False),
        ("kod", "kod1", False),
        ("id", "-a", False),
        ("id", "a\n", False),
        ("sha256", "AB" * 32, False),
    ],
)
def test_a_format_is_what_it_says(name: str, text: str, fits: bool) -> None:
    if fits:
        check_format(text, name, "/x")
        return
    with pytest.raises(Refused) as caught:
        check_format(text, name, "/x")
    assert caught.value.code == "fel-form"
