"""The forms say all that their schemas do, in Swedish, and make of what is typed exactly what a system would send."""

import pytest
import yaml

from samverkanshub import resources
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.shape import Code, DataSchema, Group, Item, Many, Node
from samverkanshub.codec.walk import walk
from samverkanshub.domain import events
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.entrypoints.web.blankett import fel as felet
from samverkanshub.entrypoints.web.blankett.ord import (
    ANDAMAL,
    BLANKETTER,
    I_FALTET,
    KALLOR,
    KATEGORIER,
    ROLLER,
    VAL,
    VILLKOR,
    alla,
    etikett,
    varde,
)
from samverkanshub.entrypoints.web.blankett.rita import Ruta, inputs, rita, with_error
from samverkanshub.entrypoints.web.blankett.tolka import data, given, klocka, tidpunkt, uuid
from samverkanshub.entrypoints.web.blankett.urval import Urval, Val

SCHEMAS = default_schemas()
NOTHING = Urval(
    enheter=(Val("falun.vinr", "Falun", "Falun"),),
    organisationer=(Val("falun", "Falun"),),
    kommuner=(Val("mora", "Mora"),),
    bestammelser=(),
    listor={"villkor": (Val("v", "V"),)},
)
NUMMER = "197807182394"


def schema(typ: str) -> DataSchema:
    return SCHEMAS.data(typ, 1)


def members(typ: str) -> set[str]:
    return set(_members("", schema(typ).fields.items()))


def _members(vag: str, fields):  # type: ignore[no-untyped-def]
    for name, field in fields:
        yield f"{vag}{name}"
        node = field.node.items if isinstance(field.node, Many) else field.node
        if isinstance(node, Group) and "slag" not in node.fields:
            yield from _members(f"{vag}{name}/", node.fields.items())


def symbols(node: Node, name: str):  # type: ignore[no-untyped-def]
    match node:
        case Code():
            yield from ((name, symbol) for symbol in node.symbols)
        case Many():
            yield from symbols(node.items, name)
        case Group() if "slag" not in node.fields:
            for part, field in node.fields.items():
                yield from symbols(field.node, part)


def shown(typ: str, sent: str = "") -> list[Ruta]:
    found = data(schema(typ), given(sent.encode()))
    return list(inputs(rita(schema(typ), BLANKETTER[typ], found, NOTHING, {})))


@pytest.mark.parametrize("typ", sorted(BLANKETTER))
def test_every_member_of_a_schema_has_one_place_in_its_form(typ: str) -> None:
    placed = [vag for vag, _ in alla(BLANKETTER[typ])]
    assert sorted(placed) == sorted(members(typ))
    assert bool(BLANKETTER[typ].personer) == bool(schema(typ).roller)


@pytest.mark.parametrize("typ", sorted(BLANKETTER))
def test_every_required_member_has_an_input_and_none_the_name_of_another(typ: str) -> None:
    rutor = shown(typ)
    for name, field in schema(typ).fields.items():
        if field.required:
            assert any(ruta.plats == name or ruta.plats.startswith(f"{name}/") for ruta in rutor), name
    ids = [ruta.id for ruta in rutor]
    assert len(set(ids)) == len(ids)
    assert all(ruta.etikett for ruta in rutor)


@pytest.mark.parametrize("typ", sorted(BLANKETTER))
def test_every_choice_and_role_has_a_swedish_word(typ: str) -> None:
    for name, field in schema(typ).fields.items():
        for part, symbol in symbols(field.node, name):
            assert (part, symbol) in I_FALTET or symbol in VAL, f"{part}: {symbol}"
    assert set(schema(typ).roller) <= set(ROLLER)


def test_every_code_of_the_shipped_lists_has_a_swedish_word() -> None:
    said = yaml.safe_load((resources.root() / "deploy" / "regelverk" / "listor.yaml").read_text("utf-8"))
    assert set(said["listor"]["kategori"]) <= set(KATEGORIER)
    assert set(said["listor"]["villkor"]) <= set(VILLKOR)
    assert set(said["andamal"]) <= set(ANDAMAL)


def test_everything_that_an_agency_sends_has_a_form() -> None:
    sent = events.MESSAGES | events.CONSENTS | events.ACTS | events.PERSON_FACTS | events.NOTICES
    assert sent == set(BLANKETTER)


def test_what_is_typed_becomes_what_a_system_would_send() -> None:
    sent = (
        f"personer/0/roll=barn&personer/0/slag=personnummer&personer/0/nummer={NUMMER[:8]}+{NUMMER[8:]}"
        "&personer/3/roll=vardnadshavare&personer/3/slag=referens&personer/3/nummer=mor-1"
        "&personer/4/roll=&personer/4/slag=personnummer&personer/4/nummer="
        "&kommun=mora&akut_fara=ja&misstanke=vald_mot_barn&misstanke=annat&beskrivning/text=rader%0D%0Amed+text"
        "&handelser/0/text=&handelser/2/text=slog&handelser/2/kalla=barn&mottagare=&mottagare=enhet:falun.vinr"
        "&grund/bestammelse=&anmalarslag="
    )
    assert data(schema("orosanmalan"), given(sent.encode())) == {
        "personer": [{"roll": "barn", "personnummer": NUMMER}, {"roll": "vardnadshavare", "referens": "mor-1"}],
        "kommun": "mora",
        "akut_fara": True,
        "misstanke": ["vald_mot_barn", "annat"],
        "beskrivning": {"text": "rader\nmed text"},
        "handelser": [{"text": "slog", "kalla": "barn"}],
        "mottagare": [{"slag": "enhet", "id": "falun.vinr"}],
    }


def test_a_consents_groups_times_and_answers_become_what_a_system_would_send() -> None:
    sent = (
        "personer/0/roll=registrerad&personer/0/nummer=anna-1&personer/0/slag=referens&andamal=sip"
        "&mottagare=enhet:falun.vinr&mottagare=begaran:begaran-abc&kategorier=behov&fran=2026-11-22T08:00"
        "&till=2027-06-01T08:00&form=muntligt&dokumenterat=eget_system&enskilt=nej&narvarande=ingen&tolk=ingen"
        "&undantag/kategorier=halsa&undantag/uppgifter=u-1&undantag/uppgifter=&undantag/anvandare/1/aktor=falun"
    )
    found = data(schema("samtycke_lamnat"), given(sent.encode()))
    assert found["fran"] == "2026-11-22T08:00:00+01:00"
    assert found["till"] == "2027-06-01T08:00:00+02:00"
    assert found["enskilt"] is False
    assert found["mottagare"][1] == {"slag": "begaran", "id": "begaran-abc"}
    assert found["undantag"] == {"kategorier": ["halsa"], "uppgifter": ["u-1"], "anvandare": [{"aktor": "falun"}]}


def test_a_required_list_is_sent_empty_so_that_the_hub_says_what_is_missing() -> None:
    assert data(schema("samtycke_lamnat"), {})["kategorier"] == []
    assert data(schema("overlamning"), {}) == {"personer": []}


@pytest.mark.parametrize("typ", sorted(BLANKETTER))
def test_a_form_shows_again_what_was_typed_in_it(typ: str) -> None:
    """Each input is filled with something; what is made of that and shown again is the same, by name."""
    sent = []
    for ruta in shown(typ):
        typed = {"tid": "2026-11-22T08:00", "datum": "2026-11-22"}.get(ruta.slag, f"skrivet {ruta.plats}")
        value = ruta.val[0].varde if ruta.val else typed
        sent.append(f"{ruta.namn}={value.replace(' ', '')}")
    again = {(ruta.plats, ruta.varde) for ruta in shown(typ, "&".join(sent))}
    assert again == {(ruta.plats, line.partition("=")[2]) for ruta, line in zip(shown(typ), sent, strict=True)}


def test_times_go_to_the_hub_with_an_offset_and_come_back_as_swedish_clocks_show_them() -> None:
    assert klocka(tidpunkt("2026-07-01T12:30")) == "2026-07-01T12:30"
    assert tidpunkt("2026-07-01T12:30:00Z") == "2026-07-01T12:30:00+00:00"
    assert (tidpunkt("snart"), klocka("snart"), klocka("2026-07-01")) == ("snart", "snart", "2026-07-01")


@pytest.mark.parametrize(
    ("falt", "plats"),
    [
        ("/data/kommun", "kommun"),
        ("/data/beskrivning", "beskrivning/text"),
        ("/data/handelser/0/text", "handelser/0/text"),
        ("/data/personer", "personer/0/nummer"),
        ("/data/personer/0", "personer/0/nummer"),
        ("/data/personer/0/personnummer", "personer/0/nummer"),
        ("/data/personer/0/roll", "personer/0/roll"),
        ("/data/mottagare", "mottagare/0"),
        ("/data/mottagare/0/id", "mottagare/0"),
        ("/data/misstanke/3", "misstanke"),
        ("/data/grund/villkor/0", "grund/villkor"),
        ("/data", None),
        ("/signatur", None),
    ],
)
def test_a_pointer_of_the_hubs_finds_its_input(falt: str, plats: str | None) -> None:
    delar = rita(schema("orosanmalan"), BLANKETTER["orosanmalan"], {}, NOTHING, {})
    found = felet.place(falt, delar)
    assert (found.plats if found else None) == plats


def test_a_fault_stands_beside_its_input_and_repeats_no_value() -> None:
    typ = "orosanmalan"
    typed = {"personer": [{"roll": "barn", "personnummer": "123"}]}
    delar = rita(schema(typ), BLANKETTER[typ], typed, NOTHING, {})
    found = felet.fel(Refused("x", falt="/data/personer/0/personnummer", code="ogiltigt-nummer"), delar)
    assert found.plats == "personer/0/nummer"
    assert "123" not in found.text
    faulty = [ruta.plats for ruta in inputs(with_error(delar, found.plats, found.text)) if ruta.fel]
    assert faulty == ["personer/0/nummer"]


def test_a_day_is_chosen_as_a_day_and_a_fault_of_it_says_how_it_is_written() -> None:
    [granskas] = [ruta for ruta in shown("misstankt") if ruta.plats == "granskas"]
    assert (granskas.slag, granskas.krav) == ("datum", True)
    said = felet.said(Refused("x", falt="/data/granskas", code="fel-form"), granskas)
    assert said == "Ange en dag, till exempel 2026-11-22."


def test_what_narrows_access_at_once_says_so() -> None:
    for typ in events.NARROWING & events.PERSON_FACTS:
        assert BLANKETTER[typ].verkan[0].startswith("Det gäller så snart det är skickat")


def test_every_refusal_of_a_schema_has_words() -> None:
    for code in ("saknas", "fel-form", "ej-i-lista", "uppgift-om-flera", "okand-roll", "personnummer-i-kod"):
        assert felet.said(Refused("x", code=code), None) != felet.ELSE
    assert felet.said(Refused("x", code="huvudman-saknas"), None).startswith("Både socialtjänst")
    assert felet.said(Refused("x", code="nytt"), None) == felet.ELSE


def test_what_is_shown_of_a_form_is_what_the_schema_takes() -> None:
    sent = (
        f"personer/0/roll=barn&personer/0/nummer={NUMMER}&personer/0/slag=personnummer&kommun=mora"
        "&beskrivning/text=oro&vistelse/text=hos+moster&vistelse/kalla=barn"
    )
    walked = walk(schema("orosanmalan"), data(schema("orosanmalan"), given(sent.encode())))
    assert [item.vag for item in walked.uppgifter] == ["/personer/0/nummer", "/beskrivning", "/vistelse"]


def test_the_sources_are_the_schemas() -> None:
    for kalla in KALLOR:
        typed = {
            "personer": [{"roll": "barn", "referens": "b"}],
            "kommun": "mora",
            "boende": {"text": "x", "kalla": kalla},
        }
        assert walk(schema("orosanmalan"), typed).uppgifter[1].kalla == kalla


def test_codes_are_told_as_words_and_times_as_clocks_show_them() -> None:
    assert varde("niva", "mycket_hog") == "Mycket hög"
    assert varde("narvarande", "ingen") == "Ingen mer var med"
    assert varde("fran", "2026-11-22T08:00:00+01:00") == "2026-11-22 08:00"
    assert varde("andamal", "sip") == "Samordnad individuell plan (SIP)"
    assert etikett("sip_kallelse", "barnets_ratt/asikt") == "Barnets åsikt"
    assert etikett("nytt", "nagot_nytt") == "Nagot nytt"


def test_what_is_no_uuid_is_nothing_of_the_callers() -> None:
    assert uuid({"x": ["11111111-1111-4111-8111-11111111111A"]}, "x") == "11111111-1111-4111-8111-11111111111a"
    with pytest.raises(NotFound):
        uuid({"x": ["19121212-1212"]}, "x")


def test_nothing_of_an_item_is_lost() -> None:
    assert {node.many for field in schema("sip_kallelse").fields.values() if isinstance(node := field.node, Item)} == {
        True,
        False,
    }
