"""B2, R1: a secrecy-breaking provision that the sender invokes, attesting each of its conditions."""

from dataclasses import replace

import pytest
from lagrum import (
    AKLAGARE,
    AKLAGARE_GRUPP,
    PRIVAT_GRUPP,
    VILLKOR_18C,
    VILLKOR_21,
    VILLKOR_VARD,
    asked,
    changed,
    grund,
    hints,
    invoked,
    lagar,
)
from mini_regelverk import JOUR, JOUR_GRUPP, MORA_VINR, POLIS, POLIS_GRUPP, UTSATT, VARDCENTRAL, VC
from world import World

from samverkanshub.domain.decision import Grund
from samverkanshub.domain.events import ADULT, AGE_15_17, AGE_UNKNOWN
from samverkanshub.domain.tid import to_ms

COMMITTED = {"bestammelse-osl-10-21", "bestammelse-osl-10-23", "bestammelse-osl-10-24"}
THRESHOLD = ("paragrafens-straffgrans-uppnadd",)
NEED = ("behov-av-atgard-fran-socialnamnden",)

# provision, conditions attested, sender, recipient, the recipient's reader group
PERMITTED = [
    ("osl-10-18c", VILLKOR_18C, UTSATT, POLIS, POLIS_GRUPP),
    ("osl-10-18c", VILLKOR_18C, VC, POLIS, POLIS_GRUPP),
    ("osl-10-21", VILLKOR_21, VC, POLIS, POLIS_GRUPP),
    ("osl-10-23", THRESHOLD, UTSATT, POLIS, POLIS_GRUPP),
    ("osl-10-24", THRESHOLD, VC, POLIS, POLIS_GRUPP),
    ("polislagen-6-2", NEED, POLIS_GRUPP, MORA_VINR, UTSATT),
    ("osl-25-12", VILLKOR_VARD, VC, MORA_VINR, UTSATT),
    ("osl-26-9", VILLKOR_VARD, UTSATT, VARDCENTRAL, VC),
]


@pytest.mark.parametrize(("id_", "villkor", "av", "till", "grupp"), PERMITTED)
def test_b2_permits_its_own_flow_with_every_condition_attested(
    id_: str, villkor: tuple[str, ...], av: str, till: str, grupp: str
) -> None:
    world = invoked(id_, villkor, av=av, till=till, om="barn")
    assert world.delivered(grupp) == {"risk"}
    assert {reason.regel for reason in world.entry(grupp, "risk").reasons} == {"B2", "R1"}
    assert [found.id for found in world.entry(grupp, "risk").grunder] == [id_]


@pytest.mark.parametrize(("id_", "villkor", "av", "till", "grupp"), PERMITTED)
def test_b2_fails_without_any_one_of_its_conditions_and_names_it(
    id_: str, villkor: tuple[str, ...], av: str, till: str, grupp: str
) -> None:
    for missing in villkor:
        rest = [one for one in villkor if one != missing]
        world = invoked(id_, rest, av=av, till=till, om="barn")
        assert world.why(grupp, "risk") == {f"B2 villkor-saknas-{missing}", "K8 vardnad-okand"}


def test_b2_every_missing_condition_is_named() -> None:
    world = invoked("osl-10-18c", [])
    wanted = {f"B2 villkor-saknas-{villkor}" for villkor in VILLKOR_18C}
    assert world.why(POLIS_GRUPP, "risk") == wanted | {"B0 samtycke-saknas"}


@pytest.mark.parametrize(
    ("id_", "villkor", "av", "till", "grupp"),
    [
        ("osl-10-18c", VILLKOR_18C, POLIS_GRUPP, MORA_VINR, UTSATT),
        ("osl-10-18c", VILLKOR_18C, UTSATT, VARDCENTRAL, VC),
        ("polislagen-6-2", NEED, POLIS_GRUPP, VARDCENTRAL, VC),
        ("osl-25-12", VILLKOR_VARD, UTSATT, VARDCENTRAL, VC),
        ("osl-26-9", VILLKOR_VARD, VC, MORA_VINR, UTSATT),
    ],
)
def test_b2_holds_in_its_own_direction_alone(
    id_: str, villkor: tuple[str, ...], av: str, till: str, grupp: str
) -> None:
    assert "B2 bestammelse-fel-riktning" in invoked(id_, villkor, av=av, till=till).why(grupp, "risk")


def test_b2_holds_for_its_own_categories_alone() -> None:
    world = World(changed(lagar(), "osl-10-18c", kategorier=("risk",)))
    invoked("osl-10-18c", VILLKOR_18C, world=world, items=["risk", "halsa"])
    assert world.delivered(POLIS_GRUPP) == {"risk"}
    assert world.why(POLIS_GRUPP, "halsa") == {"B2 bestammelse-fel-kategori", "B0 samtycke-saknas"}


def test_b2_holds_for_its_own_types_of_message_alone() -> None:
    world = World(changed(lagar(), "osl-10-18c", typer=("orosanmalan",)))
    invoked("osl-10-18c", VILLKOR_18C, world=world)
    assert world.why(POLIS_GRUPP, "risk") == {"B2 bestammelse-fel-typ", "B0 samtycke-saknas"}


def test_b2_osl_binds_authorities_and_a_private_body_only_where_the_catalogue_says_so() -> None:
    world = invoked("osl-10-18c", VILLKOR_18C, av=PRIVAT_GRUPP)
    assert world.why(POLIS_GRUPP, "risk") == {"B2 bestammelse-ej-for-enskilda", "B0 samtycke-saknas"}
    covered = World(changed(lagar(), "osl-10-18c", enskilda=True))
    assert invoked("osl-10-18c", VILLKOR_18C, av=PRIVAT_GRUPP, world=covered).delivered(POLIS_GRUPP) == {"risk"}


@pytest.mark.parametrize(
    ("tidpunkt", "mark", "valid"),
    [
        ("2025-03-31T23:59:59.999+02:00", "P", ("2024-10-01", "2025-04-01")),
        ("2025-04-01T00:00:00+02:00", "N", ("2025-04-01", "")),
    ],
)
def test_t1_the_decision_cites_the_wording_of_the_day_with_its_validity_and_mark(
    tidpunkt: str, mark: str, valid: tuple[str, str]
) -> None:
    world = invoked("osl-10-18c", VILLKOR_18C, world=World(lagar()).at(to_ms(tidpunkt)))
    assert world.entry(POLIS_GRUPP, "risk").grunder == (Grund("osl-10-18c", "B2", mark, *valid),)


@pytest.mark.parametrize(
    ("tidpunkt", "in_force"),
    [("2024-09-30T23:59:59.999+02:00", False), ("2024-10-01T00:00:00+02:00", True)],
)
def test_b2_rests_on_the_law_of_the_swedish_day(tidpunkt: str, in_force: bool) -> None:
    world = invoked("osl-10-18c", VILLKOR_18C, world=World(lagar()).at(to_ms(tidpunkt)))
    assert (world.delivered(POLIS_GRUPP) == {"risk"}) is in_force
    assert in_force or "B2 bestammelse-ej-i-kraft" in world.why(POLIS_GRUPP, "risk")


# ------------------------------------------------------------------------------------------ OSL 10 kap. 21 §


@pytest.mark.parametrize(("alder", "believed"), [(AGE_15_17, True), (AGE_UNKNOWN, True), (ADULT, False)])
def test_b2_the_victim_of_10_21_is_under_18_and_where_nobody_knows_as_attested(alder: str, believed: bool) -> None:
    world = World(lagar(), alder={"anna": alder})
    invoked("osl-10-21", VILLKOR_21, world=world, roll="utsatt")
    assert (world.delivered(POLIS_GRUPP) == {"risk"}) is believed
    assert believed or "B2 brottsoffret-ej-under-18" in world.why(POLIS_GRUPP, "risk")


def test_b2_what_was_sent_about_a_child_is_not_opened_on_10_21_once_it_is_grown() -> None:
    world = invoked("osl-10-21", VILLKOR_21, om="barn")
    assert world.oppnar(POLIS_GRUPP).shown() == {"risk"}
    world.alder["barn"] = ADULT
    assert world.oppnar(POLIS_GRUPP).shown() == set()


# ------------------------------------------------------------------------------------------ what the sender is told


def test_b2_a_failed_18_c_names_the_provisions_on_committed_crimes() -> None:
    assert hints(invoked("osl-10-18c", VILLKOR_18C[1:])) == COMMITTED
    assert hints(invoked("osl-10-18c", VILLKOR_18C)) == set(), "it did not fail"


def test_b2_only_what_is_in_force_and_goes_the_same_way_is_named() -> None:
    ended = World(changed(lagar(), "osl-10-24", giltig_till="2026-01-01"))
    assert hints(invoked("osl-10-18c", [], world=ended)) == COMMITTED - {"bestammelse-osl-10-24"}
    assert hints(invoked("osl-10-18c", [], av=POLIS_GRUPP, till=MORA_VINR)) == set(), "18 c is no basis there at all"


def test_b2_a_failed_provision_without_alternatives_names_none() -> None:
    assert hints(invoked("osl-10-23", [])) == set()


def test_b0_consent_is_asked_for_where_a_provision_failed() -> None:
    assert asked(invoked("osl-10-18c", [])) == {POLIS}
    assert asked(invoked("osl-10-18c", VILLKOR_18C)) == set()


def test_b2_an_unknown_provision_is_refused() -> None:
    assert invoked("osl-99-1", []).refused() == {"B2 okand-bestammelse"}


def test_b2_a_provision_that_breaks_no_secrecy_is_refused() -> None:
    assert invoked("sol-2025-400-19-1", []).refused() == {"B2 okand-bestammelse"}
    assert invoked("osl-8-2", []).refused() == {"B2 okand-bestammelse"}


def test_b2_an_unknown_sender_since_the_message_was_sent_sends_nothing_by_law() -> None:
    """The directory may change between sending and opening."""
    world = invoked("osl-10-18c", VILLKOR_18C)
    katalog = world.regler.katalog
    enheter = {id_: enhet for id_, enhet in katalog.enheter.items() if id_ != MORA_VINR}
    grupper = {id_: grupp for id_, grupp in katalog.lasargrupper.items() if grupp.enhet != MORA_VINR}
    world.regler = replace(world.regler, katalog=replace(katalog, enheter=enheter, lasargrupper=grupper))
    assert world.oppnar(POLIS_GRUPP).shown() == set()


# ------------------------------------------------------------------------------------------ R1, S2


def test_r1_others_than_the_three_get_a_risk_assessment_by_consent_alone() -> None:
    world = invoked("osl-10-21", VILLKOR_21, till=AKLAGARE, om="anna", roll="barn")
    assert "B2 endast-genom-samtycke" in world.why(AKLAGARE_GRUPP, "risk")
    world = World(lagar()).samtycke("anna", [AKLAGARE], andamal="riskbedomning").riskbedomning("anna", [AKLAGARE])
    assert world.delivered(AKLAGARE_GRUPP) == {"risk"}


def test_b2_the_prosecutor_is_told_of_a_crime_against_a_child_beside_a_report() -> None:
    world = World(lagar()).orosanmalan(till=[AKLAGARE], grund=grund("osl-10-21", VILLKOR_21))
    assert world.delivered(AKLAGARE_GRUPP) == {"barnets_situation"}


def test_s2_no_provision_calls_others_than_the_principals_to_a_sip() -> None:
    world = World(lagar()).sip("anna", [VARDCENTRAL, POLIS], grund=grund("osl-10-18c", VILLKOR_18C))
    wanted = {"B2 endast-genom-samtycke", "B0 samtycke-saknas", "S2 namns-ej-i-samtycke"}
    assert world.why(POLIS_GRUPP, "insats") == wanted
    assert POLIS in asked(world)


def test_r1_for_a_child_the_provision_is_named_and_no_consent_asked() -> None:
    """Health care to social services: OSL 25 kap. 12 § would permit it."""
    world = World(lagar()).vardnad("barn", "mor").riskbedomning("barn", [MORA_VINR], av=VC)
    assert world.why(UTSATT, "risk") == {"B0 samtycke-saknas"}
    assert asked(world) == set()
    assert hints(world) == {"bestammelse-osl-25-12"}


def test_r1_for_an_adult_consent_is_asked() -> None:
    world = World(lagar()).riskbedomning("anna", [MORA_VINR], av=VC)
    assert (asked(world), hints(world)) == ({MORA_VINR}, set())


def test_r1_for_a_child_consent_is_asked_where_no_provision_would_permit() -> None:
    """To a women's shelter, or on a day before the provision."""
    world = World(lagar()).vardnad("barn", "mor").riskbedomning("barn", [JOUR])
    assert (asked(world), hints(world)) == ({JOUR}, set())
    assert world.why(JOUR_GRUPP, "risk") == {"B0 samtycke-saknas"}
    early = World(changed(lagar(), "osl-25-12", giltig_fran="2026-03-03")).vardnad("barn", "mor")
    assert asked(early.riskbedomning("barn", [MORA_VINR], av=VC)) == {MORA_VINR}


def test_r1_a_provision_that_was_tried_and_failed_has_been_considered() -> None:
    world = World(lagar()).vardnad("barn", "mor")
    invoked("osl-25-12", VILLKOR_VARD[:1], av=VC, till=MORA_VINR, om="barn", world=world)
    assert (asked(world), hints(world)) == ({MORA_VINR}, set())


def test_r1_10_21_is_not_named_for_a_child_who_is_not_the_victim() -> None:
    """A guardian's item in a message about an adult: the child rule asks whose item it is, 10:21 who the victim is."""
    world = (
        World(lagar())
        .vardnad("syskon", "mor")
        .riskbedomning("anna", [POLIS], ["risk", "risk/syskon"], andra={"narstaende": ["syskon"]})
    )
    assert "bestammelse-osl-10-21" not in hints(world)
    assert "bestammelse-osl-10-18c" in hints(world)


def test_r1_nothing_is_named_where_the_item_is_withheld_for_protection_too() -> None:
    world = World(lagar()).vardnad("barn", "mor").skydd("barn").riskbedomning("barn", [POLIS], av=VC)
    assert (asked(world), hints(world)) == (set(), set())


def test_r1_a_childs_exemption_stops_no_provision_so_it_is_named() -> None:
    world = (
        World(lagar())
        .vardnad("barn", "mor")
        .samtycke("barn", [MORA_VINR], givare=["mor"], andamal="riskbedomning", undantag={"kategorier": ["risk"]})
    )
    assert hints(world.riskbedomning("barn", [MORA_VINR], av=VC)) == {"bestammelse-osl-25-12"}


def test_b2_a_deviation_names_nobody_so_no_provision_is_asked() -> None:
    world = World(lagar()).avvikelse([VARDCENTRAL], grund=grund("osl-26-9", VILLKOR_VARD))
    assert {found.regel for found in world.entry(VC, "ovrigt").grunder} == {"B4"}
