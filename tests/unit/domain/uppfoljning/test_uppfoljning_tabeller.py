"""T4: the closed list of tables, and the true figures in them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from samverkanshub import resources
from samverkanshub.domain.events import MESSAGES
from samverkanshub.domain.uppfoljning import tabeller
from samverkanshub.domain.uppfoljning.arsrad import Arsrad
from samverkanshub.domain.uppfoljning.dolj import hidden
from samverkanshub.domain.uppfoljning.granser import limit
from samverkanshub.domain.uppfoljning.rakna import (
    TOTAL,
    Antal,
    Plats,
    Ruta,
    change,
    counted,
    of_message,
    of_person,
)
from samverkanshub.domain.uppfoljning.tabeller import RAKNINGAR, Rakning, tables

ANNA = Arsrad("kvinna", "vuxen", "mora", ("utsatt",), ("hedersrelaterat_vald", "sexualbrott"), ("sip",))
BARN = Arsrad("man", "0-11", "orsa", ("sett",), (), ("anmalan",))
KALLE = Arsrad("man", "vuxen", misstankar=("anna/mora",))
SIP = of_message("sip_kallelse", "levererat", "mora", 4)
REFUSED = of_message("avvikelse", "avvisat", "okand", 1)
ALL = Counter({**SIP, **REFUSED})
for who, antal in ((ANNA, 6), (BARN, 2), (KALLE, 3)):
    ALL += Counter({plats: antal * n for plats, n in of_person(who).items()})


def of_count(rakning: Rakning, tal: Mapping[Plats, int] = ALL) -> dict[Ruta, int]:
    return {(blad, mitt, value): n for (of, blad, mitt, value), n in tal.items() if of == rakning.id}


def figures(rakning: Rakning) -> Antal:
    return counted(rakning, of_count(rakning), ("mora", "orsa"))


def test_t4_the_list_is_closed_and_every_table_has_one_name() -> None:
    found = tables()
    assert [one.id for one in found] == [
        *(f"{who}-{what}" for who in ("utsatta", "barn-som-sett") for what in _PERSONS),
        "utovare-alder",
        *("valdstyper-kon", "valdstyper-alder", "valdstyper-kommun", "meddelanden-utfall", "meddelanden-kommun"),
    ]
    assert len({one.namn for one in found}) == len(found)
    assert found[0].namn == "Utsatta personer: ålder och juridiskt kön"


_PERSONS = ("alder", "kommun", "samtycke", "sip", "anmalan", "kontakt", "isar", "utredning")


def _kinds(typ: str) -> list[str]:
    schema = json.loads((resources.root() / "schemas" / "avro" / f"{typ}.avsc").read_text("utf-8"))
    [found] = [field for field in schema["fields"] if field["name"] == "misstanke"]
    symbols: list[str] = found["type"][1]["items"]["symbols"]
    return symbols


def test_t4_every_type_and_kind_that_the_schemas_know_has_a_place() -> None:
    assert {kod for kod, _ in tabeller.TYP.varden} == MESSAGES
    kinds = {kind for typ in ("orosanmalan", "kontaktformedling") for kind in _kinds(typ)}
    assert {kod for kod, _ in tabeller.VALD.varden} == kinds - {"bevittnat_vald", "omsorgssvikt", "annat"}


def test_t4_a_person_is_in_the_count_of_its_group() -> None:
    assert [figures(one).of(TOTAL) for one in RAKNINGAR] == [6, 2, 3, 12, 5]


def test_t4_cells_and_sums_are_those_of_the_persons() -> None:
    utsatta = figures(tabeller.UTSATTA)
    assert utsatta.of(("", "kvinna", "")) == 6
    assert utsatta.of(("kommun", "kvinna", "mora")) == utsatta.of(("kommun", "", "mora")) == 6
    assert (utsatta.of(("sip", "kvinna", "ja")), utsatta.of(("sip", "kvinna", "nej"))) == (6, 0)
    assert utsatta.of(("anmalan", "", "nej")) == 6
    assert figures(tabeller.VALDSTYPER).of(("kon", "sexualbrott", "kvinna")) == 6
    assert figures(tabeller.MEDDELANDEN).of(("utfall", "sip_kallelse", "levererat")) == 4


def test_t4_every_municipality_has_its_row_and_so_has_one_that_has_left_the_directory() -> None:
    assert figures(tabeller.UTSATTA).varden["kommun"] == ("mora", "orsa", "okand")
    gone = of_count(tabeller.UTSATTA, of_person(replace(ANNA, kommun="borta")))
    found = counted(tabeller.UTSATTA, gone, ("mora",))
    assert found.varden["kommun"] == ("mora", "okand", "borta")


def test_t4_under_five_is_not_shown() -> None:
    assert limit(2024) == limit(2026) == 5
    assert hidden(tabeller.UTOVARE, figures(tabeller.UTOVARE), limit(2026)) == set(figures(tabeller.UTOVARE).rutor)
    assert hidden(tabeller.UTSATTA, figures(tabeller.UTSATTA), limit(2026)) == frozenset()


def test_t4_what_more_is_known_of_a_person_moves_them_and_counts_them_once() -> None:
    first, then = Arsrad("kvinna", "vuxen", grupper=("utsatt",)), replace(ANNA, fragor=("samtycke", "sip"))
    assert change(Arsrad(), first) == of_person(first)
    assert change(first, first) == Counter()
    moved = of_person(first)
    moved.update(change(first, then))
    assert +moved == of_person(then)
    assert change(first, then)["utsatta", "kommun", "kvinna", "okand"] == -1


def test_t4_who_is_of_no_group_is_in_no_table() -> None:
    assert of_person(Arsrad("kvinna", "vuxen", "mora", fragor=("samtycke",))) == Counter()
