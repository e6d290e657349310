"""G1, G2, G3: who may be erased, when, and what stands in the way."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from k8_steps import beslut, foretradare
from lagrum import utredning
from mini_regelverk import BUP, MORA_BARN, MORA_MOTTAGNING, UTSATT, VARDCENTRAL, VC
from steps import DAY, OMRADE
from world import World

from samverkanshub.domain.anteckningar import noted
from samverkanshub.domain.bevarande import Bevarande
from samverkanshub.domain.events import HUB, Event, Person, Position
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.raderingsforslag import Raderingsforslag, with_proposed
from samverkanshub.domain.state import ArendeState, PersonState

YEAR = 366 * DAY
MORA_BARN_GRUPP = "mora.barn-unga.handlaggare"
RETENTION = (
    Bevarande("journal", "Journal", "PDL 3:17", "P", "2024-10-01", 10, verksamheter=("halso_sjukvard",)),
    Bevarande("akt", "Personakt", "SoL 12:1", "P", "2024-10-01", 5, verksamheter=("socialtjanst",)),
)
TWO = {
    "forslag": "f1",
    "skal": "bevarandetid_slut",
    "foreslagen_av": "drift.1",
    "godkand_av": "drift.2",
    "vem": "drift.2",
    "omrade": str(OMRADE),
}
PROPOSED = {"atgard": "radering_foreslagen", "vem": "drift.1", "skal": "bevarandetid_slut"}


def governed(**changes: Any) -> World:
    world = World()
    operators = (Operator("drift.1", "2026-01-01"), Operator("drift.2", "2026-01-01"))
    world.regler = replace(world.regler, **{"operatorer": operators, "bevaranden": RETENTION, **changes})
    return world


def sent(**changes: Any) -> World:
    """Anna's SIP has been sent to the vårdcentral, opened and taken over there; nothing stands."""
    world = governed(**changes).samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    world.oppnar(VC).kvitterar(VC, "overtagen")
    assert [plikt for plikt in world.plikter() if not plikt.uppfylld] == []
    return world


def stands(world: World, namn: str = "anna", *, av: str = "drift.1") -> World:
    """G1: the erasure is proposed and not settled, and what stands in its way now has come since."""
    omrade = world.tillstand.omrade
    known = with_proposed(omrade.raderingar, Raderingsforslag("f1", namn, av))
    world.tillstand = replace(world.tillstand, omrade=replace(omrade, raderingar=known))
    return world


def proposes(world: World, namn: str = "anna", **koder: Any) -> str:
    """The id under which an operator proposes it."""
    id_ = f"p{world.offset}"
    person = Person(namn, "registrerad")
    world.happens(Event(id_, "driftatgard", HUB, "", "", "", (person,), koder={**PROPOSED, **koder}))
    return id_


def declines(world: World, forslag: str) -> World:
    koder = {"atgard": "radering_avbojd", "vem": "drift.2", "skal": "inte_aktuellt", "forslag": forslag}
    return world.happens(Event(f"n{world.offset}", "driftatgard", HUB, "", "", "", (), koder=koder))


def raderas(world: World, *names: str, av: str = HUB, **koder: Any) -> World:
    """The erasure that stands proposed is approved, as `koder` says otherwise."""
    if "forslag" not in koder:
        stands(world, *names[:1])
    persons = tuple(Person(name, "registrerad") for name in names or ("anna",))
    event = Event(f"r{world.offset}", "radering", av, "", "", "", persons, koder={**TWO, **koder})
    return world.happens(event if av == HUB else replace(event, enhet="mora.vinr", lasargrupp=UTSATT))


def test_g1_two_erase_somebody_of_whom_nothing_need_be_kept() -> None:
    world = raderas(sent().after(10 * YEAR))
    assert world.refused() == set()
    assert world.last is not None
    assert [(r.regel, r.kod) for e in world.last.entries for r in e.reasons] == [("G1", "raderad")]


def test_g1_an_erasure_changes_nothing_that_is_judged_by() -> None:
    world = sent().after(10 * YEAR)
    before = world.tillstand
    raderas(world)
    assert (world.tillstand.personer, world.tillstand.arenden) == (before.personer, before.arenden)


def test_g1_what_nobody_has_proposed_is_not_done() -> None:
    assert raderas(sent().after(10 * YEAR), forslag="f1").refused() == {"G1 forslag-saknas"}


def test_g1_what_is_proposed_is_done_once() -> None:
    world = sent().after(10 * YEAR)
    forslag = proposes(world)
    assert raderas(world, forslag=forslag).refused() == set()
    assert raderas(world, forslag=forslag).refused() == {"G1 forslag-saknas"}


def test_g1_what_is_declined_is_not_done() -> None:
    world = sent().after(10 * YEAR)
    forslag = proposes(world)
    assert declines(world, forslag).refused() == set()
    assert raderas(world, forslag=forslag).refused() == {"G1 forslag-saknas"}


def test_g1_what_was_proposed_before_what_is_refused_still_stands() -> None:
    world = sent().after(10 * YEAR)
    forslag = proposes(world)
    assert raderas(world, forslag=forslag, vem="nagon").refused()
    assert raderas(world, forslag=forslag).refused() == set()


def test_g1_a_proposal_that_is_refused_stands_nowhere() -> None:
    world = sent()
    forslag = proposes(world)
    assert world.refused()
    assert "G1 forslag-saknas" in raderas(world.after(10 * YEAR), forslag=forslag).refused()


def test_g1_of_somebody_proposed_anew_the_latest_stands_and_of_others_their_own() -> None:
    world = sent().after(10 * YEAR)
    first, other, latest = proposes(world), proposes(world, "eva"), proposes(world)
    assert raderas(world, forslag=first).refused() == {"G1 forslag-saknas"}
    assert raderas(world, "eva", forslag=other).refused() == set()
    assert raderas(world, forslag=latest).refused() == set()


def test_g1_another_is_not_erased_by_a_proposal_of_somebody_else() -> None:
    world = sent().after(10 * YEAR)
    assert raderas(world, "eva", forslag=proposes(world)).refused() == {"G1 forslag-saknas"}


def test_g1_nor_by_who_proposed_nothing() -> None:
    operators = tuple(Operator(f"drift.{nr}", "2026-01-01") for nr in (1, 2, 3))
    world = sent(operatorer=operators).after(10 * YEAR)
    forslag = proposes(world)
    assert raderas(world, forslag=forslag, foreslagen_av="drift.3").refused() == {"G1 forslag-saknas"}


def test_g1_an_omrade_where_it_was_not_proposed_says_what_stands_in_the_way_alone() -> None:
    assert raderas(sent().after(10 * YEAR), forslag="f1", omrade="1").refused() == set()
    assert raderas(sent(), forslag="f1", omrade="1").refused() == {"G2 bevaras-akt", "G2 bevaras-journal"}


def test_g1_both_are_operators_on_the_day_that_it_is_approved() -> None:
    world = sent(operatorer=(Operator("drift.1", "2026-01-01", "2036-01-01"), Operator("drift.2", "2026-01-01")))
    assert raderas(world.after(10 * YEAR)).refused() == {"T1 ej-operator"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"godkand_av": "drift.1", "vem": "drift.1"}, {"G1 godkand-av-samma"}),
        ({"vem": "nagon"}, {"G1 godkand-av-annan"}),
        ({"vem": "nagon", "godkand_av": "nagon"}, {"T1 ej-operator"}),
        ({"foreslagen_av": "nagon"}, {"T1 ej-operator", "G1 forslag-saknas"}),
    ],
)
def test_g1_it_takes_two_operators(change: dict[str, str], why: set[str]) -> None:
    assert raderas(sent().after(10 * YEAR), **change).refused() == why


def test_g1_one_person_at_a_time() -> None:
    assert "G1 inte-en-person" in raderas(sent().after(10 * YEAR), "anna", "eva").refused()


def test_g1_nobody_but_the_hub_erases() -> None:
    assert raderas(sent().after(10 * YEAR), av="mora").refused()


@pytest.mark.parametrize(
    ("years", "why"),
    [(4, {"G2 bevaras-akt", "G2 bevaras-journal"}), (9, {"G2 bevaras-journal"}), (10, set())],
)
def test_g2_what_is_noted_is_kept_for_its_time(years: int, why: set[str]) -> None:
    assert raderas(sent().after(years * YEAR)).refused() == why


def test_g2_the_time_is_counted_from_the_last_note() -> None:
    world = sent().after(6 * YEAR)
    world.kvitterar(VC, "dokumenterad")
    assert raderas(world.after(5 * YEAR)).refused() == {"G2 bevaras-journal"}
    assert raderas(world.after(5 * YEAR)).refused() == set()


def test_g2_who_was_sent_something_has_it_in_its_own_file_from_that_day_opened_or_not() -> None:
    world = governed().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).after(9 * YEAR)
    assert {"G2 bevaras-journal"} == {why for why in raderas(world).refused() if why.startswith("G2")}
    social = governed().samtycke("anna", [MORA_BARN], andamal="riskbedomning").riskbedomning("anna", [MORA_BARN])
    assert social.reached() == {MORA_BARN_GRUPP, MORA_MOTTAGNING}
    assert not [why for why in raderas(social.after(6 * YEAR)).refused() if why.startswith("G2")], "as its own file is"


def test_g2_what_the_hub_does_itself_is_no_note() -> None:
    world = sent()
    assert world.message is not None
    step = Event("s1", "plikt_steg", HUB, "", "", "", (), koder={}, arende_id=world.message.arende_id)
    assert noted(world.tillstand, step, world.message, Position(OMRADE, 99, world.tid + YEAR)) == world.tillstand
    by_a_unit = replace(step, aktor="mora", enhet="mora.vinr")
    assert noted(world.tillstand, by_a_unit, world.message, Position(OMRADE, 99, world.tid + YEAR)) != world.tillstand


def test_g2_a_fact_about_the_person_is_a_note_too() -> None:
    world = sent().after(6 * YEAR).hushall("anna", "eva")
    assert raderas(world.after(4 * YEAR)).refused() == {"G2 bevaras-akt"}
    assert raderas(world.after(1 * YEAR)).refused() == set()


def test_g2_the_same_unit_is_noted_once_with_its_last_day() -> None:
    world = sent().after(YEAR).hushall("anna", "eva").after(YEAR).hushall("anna", "eva")
    [(unit, day)] = world.tillstand.person("eva").antecknat
    assert (unit, day[:4]) == ("mora.vinr", "2028")


def test_g2_without_a_table_nothing_is_erased() -> None:
    assert raderas(sent(bevaranden=()).after(50 * YEAR)).refused() == {"G2 bevarandetid-okand"}


def test_g2_of_a_unit_that_has_left_the_directory_the_longest_time_holds() -> None:
    world = sent()
    katalog = world.regler.katalog
    left = {id_: unit for id_, unit in katalog.enheter.items() if id_ != "mora.vinr"}
    groups = {id_: group for id_, group in katalog.lasargrupper.items() if group.enhet != VARDCENTRAL}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=left, lasargrupper=groups))
    assert "G2 bevaras-journal" in raderas(world.after(9 * YEAR)).refused()
    assert raderas(world.after(1 * YEAR)).refused() == set()


def test_g2_somebody_of_whom_nothing_is_noted_need_not_be_kept() -> None:
    assert raderas(governed(), "ingen").refused() == set()


def test_g2_of_whom_an_earlier_program_noted_something_nobody_knows_when() -> None:
    """As it kept the person, or the ärende, there is no word of who noted what; what is noted since says no more."""
    world = sent().after(20 * YEAR)
    person, arende = world.tillstand.person("anna"), next(iter(world.tillstand.arenden.values()))
    before = PersonState("anna", berorda=person.berorda)
    assert raderas(_as_kept(world, before)).refused() == {"G2 bevarandetid-okand"}
    world.hushall("anna", "eva").after(20 * YEAR)
    assert raderas(world).refused() == {"G2 bevarandetid-okand"}
    older = ArendeState(arende.arende_id, arende.process, "anna", arende.deltagare)
    world.tillstand = world.tillstand.with_person(person).with_arende(older)
    assert raderas(world).refused() == {"G2 bevarandetid-okand"}


def _as_kept(world: World, person: PersonState) -> World:
    world.tillstand = world.tillstand.with_person(person)
    return world


RESTRICTED: list[tuple[Callable[[World], World], str]] = [
    (lambda world: world.skydd("anna"), "G3 skydd-galler"),
    (lambda world: world.hushall("anna", "eva").skydd("eva"), "G3 skydd-galler"),
    (lambda world: world.undantar("anna", kategorier=["halsa"]), "G3 undantag-galler"),
    (lambda world: world.misstankt("karl", "anna"), "G3 misstanke-galler"),
    (lambda world: world.misstankt("anna", "eva"), "G3 misstanke-galler"),
    (lambda world: world.frys("anna"), "G3 person-fryst"),
    (lambda world: world.hushall("anna", "eva").misstankt("karl", "eva"), "G3 misstanke-galler"),
    (lambda world: world.vardnad("anna", "eva").misstankt("karl", "eva"), "G3 misstanke-galler"),
    (lambda world: world.hushall("anna", "eva").frys("eva"), "G3 person-fryst"),
    (lambda world: foretradare(world, "anna", "gode-mannen"), "G3 foretradare-galler"),
    (lambda world: world.nekar("anna", [BUP]), "G3 nekande-galler"),
    (lambda world: world.nekar("anna", [BUP, VARDCENTRAL]).samtycke("anna", [BUP]), "G3 nekande-galler"),
    (lambda world: world.samtycke("anna", [BUP]).nekar("anna", [BUP]), "G3 nekande-galler"),
    (lambda world: world.nekar("anna", [BUP]).samtycke("anna", [BUP], andamal="kontakt"), "G3 nekande-galler"),
]
CHILDS: list[tuple[Callable[[World], World], str, str]] = [
    (lambda world: beslut(world, "lvu", ["maken"]), "barn", "G3 beslut-galler"),
    (lambda world: beslut(world.vardnad("barn", "anna"), "lvu", ["anna"]), "anna", "G3 beslut-galler"),
    (lambda world: utredning(world, MORA_BARN_GRUPP), "barn", "G3 oppen-utredning"),
]
"""What keeps somebody from something for a child, with whom it then keeps."""


@pytest.mark.parametrize(("restricts", "why"), RESTRICTED)
def test_g3_what_keeps_somebody_from_something_is_not_forgotten(restricts: Callable[[World], World], why: str) -> None:
    assert why in raderas(restricts(sent()).after(20 * YEAR)).refused()


@pytest.mark.parametrize(("restricts", "namn", "why"), CHILDS)
def test_g3_nor_what_is_decided_of_a_child(restricts: Callable[[World], World], namn: str, why: str) -> None:
    world = restricts(sent())
    assert world.refused() == set()
    assert why in raderas(world.after(20 * YEAR), namn).refused()


def test_g3_a_guardian_whose_word_no_decision_replaces_is_bound_by_none() -> None:
    world = beslut(sent().vardnad("barn", "anna", "maken"), "lvu", ["maken"])
    assert "G3 beslut-galler" not in raderas(world.after(20 * YEAR)).refused()


def test_g3_who_is_barred_stays_barred() -> None:
    world = sent()
    assert world.message is not None
    arende = world.message.arende_id
    bar = world.event("jav", VC, [world.person("anna", "registrerad")], koder={"arende": "a", "anvandare": "u9"})
    world.happens(replace(bar, arende_id=arende))
    assert world.refused() == set()
    assert "G3 jav-galler" in raderas(world.after(20 * YEAR)).refused()


def test_g3_what_has_ended_stands_in_nobodys_way() -> None:
    world = sent().skydd("anna").skydd("anna", niva="ingen")
    world.undantar("anna", kategorier=["halsa"]).haver_undantag("anna", kategorier=["halsa"])
    world.misstankt("karl", "anna").misstankt("karl", "anna", borttagen=True)
    foretradare(world, "anna", "gode-mannen", till="2027-01-01")
    beslut(world, "lvu", ["karl"], namn="anna", till="2027-01-01")
    world.nekar("anna", [BUP]).samtycke("anna", [BUP, VARDCENTRAL])
    utredning(utredning(world, MORA_BARN_GRUPP, namn="anna"), MORA_BARN_GRUPP, namn="anna", oppen=False)
    anna = world.tillstand.person("anna")
    assert (len(anna.beslut), len(anna.foretradare), len(anna.nekanden)) == (1, 1, 1)
    assert raderas(world.after(20 * YEAR)).refused() - {"G3 oppen-skyldighet"} == set()


def test_g3_an_open_delivery_is_opened_or_withdrawn_first() -> None:
    world = governed().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).after(20 * YEAR)
    assert raderas(world).refused() == {"G3 oppen-leverans", "G3 oppen-skyldighet"}
    world.aterkallar_meddelandet()
    assert raderas(world.after(20 * YEAR)).refused() == set()


def test_g3_a_delivery_that_was_opened_and_never_acknowledged_is_owed() -> None:
    world = governed().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).oppnar(VC)
    assert raderas(world.after(20 * YEAR)).refused() == {"G3 oppen-skyldighet"}


def test_g3_what_is_owed_in_the_persons_own_arende_is_owed_them_though_no_message_made_it() -> None:
    world = governed().utskrivningsklar("anna", VARDCENTRAL)
    assert [plikt.slag for plikt in world.plikter()] == ["s4.kallelse"]
    assert raderas(world.after(20 * YEAR)).refused() == {"G3 oppen-skyldighet"}


def test_g3_what_waits_and_is_owed_in_anothers_arende_is_the_persons_too_by_a_message_that_names_them() -> None:
    world = governed().orosanmalan(andra={"vardnadshavare": ["anna"]})
    assert raderas(world.after(20 * YEAR)).refused() == {"G3 oppen-leverans", "G3 oppen-skyldighet"}
    world.oppnar(MORA_MOTTAGNING)
    assert raderas(world.after(20 * YEAR)).refused() == {"G3 oppen-skyldighet"}


def test_g3_and_not_by_one_in_the_same_arende_that_does_not() -> None:
    world = governed().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL], andra={"narstaende": ["eva"]})
    world.oppnar(VC).kvitterar(VC, "overtagen").sip("anna", [VARDCENTRAL])
    assert world.message is not None
    arende = world.tillstand.arenden[world.message.arende_id]
    assert (len(arende.meddelanden), arende.arende_id in world.tillstand.person("eva").berorda) == (2, True)
    assert raderas(world.after(20 * YEAR), "eva").refused() == set()
    assert raderas(world, "anna").refused() == {"G3 oppen-leverans", "G3 oppen-skyldighet"}


def test_g3_what_is_open_about_another_alone_is_no_matter() -> None:
    world = sent().samtycke("eva", [VARDCENTRAL]).sip("eva", [VARDCENTRAL])
    assert raderas(world.after(20 * YEAR)).refused() == set()


def test_g2_g3_an_erasure_is_not_proposed_while_anything_stands() -> None:
    world = sent().skydd("anna")
    proposes(world)
    assert world.refused() == {"G2 bevaras-akt", "G2 bevaras-journal", "G3 skydd-galler"}
    world.happens(Event("p2", "driftatgard", HUB, "", "", "", (), koder=PROPOSED))
    assert world.refused() == {"T1 avser-passar-ej"}
