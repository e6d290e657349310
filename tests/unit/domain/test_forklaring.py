"""T1: a decision in plain Swedish, with all that it cites, and words for every code that there is."""

import re

import pytest
from koder import found
from mini_regelverk import BUP, MORA_MOTTAGNING, VARDCENTRAL, VC
from world import World

from samverkanshub.domain import ord as ordlista
from samverkanshub.domain.decision import Entry, Grund, Reason
from samverkanshub.domain.forklaring import Mottagardel, concerns, explain, sentence, tips, words

ALL = [ordlista.HINDRAR, ordlista.MEDGER, ordlista.TIPS, ordlista.FUNKTIONER, ordlista.MARKEN]


# ------------------------------------------------------------------------------------------ words for all


def lacking(codes: dict[str, str], table: str) -> list[str]:
    """The codes that have no line of their own in a table."""
    known = getattr(ordlista, table)
    return [
        f"`{kod}` ({place}) has no sentence: add it to {table} in src/samverkanshub/domain/ord.py"
        for kod, place in sorted(codes.items())
        if kod not in known and not (words(kod, known) and not kod.endswith("*"))
    ]


def test_every_code_that_stops_has_words() -> None:
    assert "\n".join(lacking(found().stops, "HINDRAR")) == ""


def test_every_code_that_carries_has_words() -> None:
    assert "\n".join(lacking(found().carries, "MEDGER")) == ""


def test_every_hint_has_words() -> None:
    assert "\n".join(lacking(found().hints, "TIPS")) == ""


def test_every_code_in_the_source_could_be_read() -> None:
    assert "\n".join(found().unread) == ""


def test_the_source_is_read_at_all() -> None:
    """So that a scan that finds nothing does not pass for words that lack nothing."""
    assert {"samtycke-upphort", "samtycke-nekat", "meddelas-muntligen", "okant-samtycke", "saknas"} <= set(
        found().stops
    )
    assert {"samtycke", "mottagen", "underrattas", "oppnad-utan-grund", "hushall-tillagt"} <= set(found().carries)
    assert {"ring", "ring-112", "registrera-vardnad"} <= set(found().hints)


def test_a_code_without_words_is_told_of_with_where_to_add_it() -> None:
    [told] = lacking({"ny-kod": "rules.py:7"}, "HINDRAR")
    assert told == "`ny-kod` (rules.py:7) has no sentence: add it to HINDRAR in src/samverkanshub/domain/ord.py"
    assert lacking({"nytt-*": "rules.py:8"}, "MEDGER")


@pytest.mark.parametrize("table", ALL)
def test_the_words_are_sorted_by_code_and_each_sentence_is_one(table: dict[str, str]) -> None:
    for kod, text in table.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(-\*)?|[VPN]", kod), kod
        assert ("{}" in text) == kod.endswith("*"), kod
    if table is not ordlista.MARKEN:
        assert list(table) == sorted(table)
    if table in (ordlista.HINDRAR, ordlista.MEDGER, ordlista.TIPS):
        assert all(text[0].isupper() and text.endswith(".") for text in table.values())


# ------------------------------------------------------------------------------------------ a decision


def explained(world: World, mottagare: str = "") -> tuple[Mottagardel, ...]:
    assert world.message is not None
    assert world.message.entries
    return explain(world.message.entries, {"/insats": "insats"}, {"samtycke": "Samtycke"}, mottagare)


def test_t1_what_is_delivered_is_explained_with_rule_basis_mark_and_consent() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    event, one = explained(world, VC)
    assert (event.mottagare, event.punkter[0].utslag) == ("", "godtas")
    assert (one.mottagare, one.funktion) == (VC, "angiven av avsändaren")
    point = next(punkt for punkt in one.punkter if punkt.vag == "/insats")
    assert (point.utslag, point.kategori, point.samtycken) == ("levereras", "insats", ("h1",))
    [why] = point.skal
    assert (why.regel, why.kod, why.nekar) == ("B3", "samtycke", False)
    assert why.mening == "Det finns ett samtycke i kraft för uppgiften, mottagaren och ändamålet."
    [basis] = point.stod
    assert (basis.id, basis.namn, basis.marke) == ("samtycke", "Samtycke", "P")
    assert "jurist" in basis.markets_innebord
    assert point.leverans_id


def test_t1_a_provision_is_explained_with_its_validity_and_its_deadline() -> None:
    parts = explained(World().orosanmalan(), MORA_MOTTAGNING)
    point = next(punkt for part in parts if part.mottagare for punkt in part.punkter)
    assert ("sol-2025-400-19-1", "2025-07-01", "") in {(s.id, s.giltig_fran, s.giltig_till) for s in point.stod}
    assert point.frist
    assert point.frist_slag == "o4.kvittens"


def test_t3_what_is_withheld_says_why_what_stops_first() -> None:
    stops, carries = Reason("K3", "undantag", True), Reason("B3", "samtycke", False)
    [part] = explain([Entry("a.b.c", "/x", (carries, stops), "namngiven")], {}, {})
    [point] = part.punkter
    assert point.utslag == "undanhålls"
    assert [(why.regel, why.mening) for why in point.skal] == [
        ("K3", "Personen har undantagit uppgiften, kategorin eller mottagaren."),
        ("B3", "Det finns ett samtycke i kraft för uppgiften, mottagaren och ändamålet."),
    ]


def test_what_is_delivered_comes_first_among_recipients_and_among_items() -> None:
    yes, no = (Reason("B3", "samtycke", False),), (Reason("B0", "samtycke-saknas", True),)
    entries = [
        Entry("a.b.c", "/x", no, "namngiven"),
        Entry("d.e.f", "/x", no, "namngiven"),
        Entry("d.e.f", "/y", yes, "namngiven"),
        Entry("", "", (Reason("T1", "mottagen", False),)),
        Entry("", "#o4.kvittens/paminnelse/d.e", (Reason("O4", "plikt", False),), "plikt", frist=7),
    ]
    parts = explain(entries, {}, {})
    assert [(part.mottagare, part.funktion) for part in parts] == [
        ("", ""),
        ("", "skyldighet"),
        ("d.e.f", "angiven av avsändaren"),
        ("a.b.c", "angiven av avsändaren"),
    ]
    assert [punkt.vag for punkt in parts[2].punkter] == ["/y", "/x"]


@pytest.mark.parametrize("asked", ["", "mora", "mora.vinr", "mora.vinr.utsatt"])
def test_a_recipient_is_an_actor_a_unit_or_a_reader_group(asked: str) -> None:
    assert concerns("mora.vinr.utsatt", asked)
    assert concerns("", asked)


@pytest.mark.parametrize("asked", ["mor", "mora.vin", "mora.vinr.utovare", "falun", "mora.vinr.utsatt.x"])
def test_another_recipient_is_left_out(asked: str) -> None:
    assert not concerns("mora.vinr.utsatt", asked)


def test_one_recipient_is_asked_for() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL, BUP])
    groups = {part.mottagare for part in explained(world, VARDCENTRAL)}
    assert VC in groups
    assert all(not group or group.startswith(f"{VARDCENTRAL}.") for group in groups)


# ------------------------------------------------------------------------------------------ what is not known


def test_a_code_that_this_program_lacks_is_said_to_be_unknown() -> None:
    assert sentence(Reason("X9", "okand-kod", True)) == (
        "Koden `okand-kod` har ingen förklaring i denna version av programmet."
    )
    assert tips(["okant-tips", "ring-112"]) == (
        "Koden `okant-tips` har ingen förklaring i denna version av programmet.",
        "Ring 112 vid akut fara.",
    )
    [part] = explain([Entry("a.b.c", "/x", (), "ny-funktion", (Grund("g", "B2", "X"),))], {}, {})
    assert part.funktion == "ny-funktion"
    assert (part.punkter[0].stod[0].namn, part.punkter[0].stod[0].markets_innebord) == ("", "")


def test_b7_a_record_that_could_not_be_read_is_told_as_that_with_what_was_wrong() -> None:
    entry = Entry("", "", (Reason("", "ej-avro", True), Reason("", "karantan", True)))
    [part] = explain([entry], {}, {})
    assert [why.mening for why in part.punkter[0].skal] == [
        "Teknisk orsak: `ej-avro`.",
        "Posten kunde inte läsas och är satt i karantän, tills den är rättad.",
    ]
    assert part.punkter[0].utslag == "avvisas"


def test_a_code_that_is_a_cited_provision_says_that_it_applies() -> None:
    cited = (Grund("osl-12-3", "K8", "P"),)
    assert sentence(Reason("K8", "osl-12-3", False), cited) == "Bestämmelsen, som anges nedan, är tillämplig."
    assert "ingen förklaring" in sentence(Reason("K8", "osl-12-4", False), cited)


def test_the_rest_of_a_code_is_said_where_its_words_have_room_for_it() -> None:
    assert "(lag-2022-913)" in words("forbjudet-lag-2022-913", ordlista.HINDRAR)
    assert words("forbjude", ordlista.HINDRAR) == ""
