"""K10, B5: flows that a provision forbids outright, and which basis a hindrance stops."""

from collections.abc import Callable

import pytest
from lagrum import VILLKOR_18C, asked, changed, grund, hints, invoked, lagar, shipped, till_utredning, utredning
from mini_regelverk import (
    BUP,
    MORA_BARN,
    MORA_MOTTAGNING,
    POLIS,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
)
from steps import DAY
from world import World

from samverkanshub.domain.regelverk import Bestammelse
from samverkanshub.domain.tid import to_ms

FORBUD = Bestammelse(
    "prov-forbud",
    "K10",
    "Prov",
    "Prov",
    "N",
    "2025-01-01",
    fran_till=(("socialtjanst", "polis"), ("socialtjanst", "socialtjanst"), ("halso_sjukvard", "socialtjanst")),
    kategorier=("risk", "barnets_situation"),
    forbjuder=True,
)
FORBIDDEN = "K10 forbjudet-prov-forbud"


def forbidding() -> World:
    return World(lagar(FORBUD))


def consented(world: World, *units: str, **terms: object) -> World:
    return world.samtycke("anna", units, andamal="riskbedomning", **terms)


def by_law(world: World, items: tuple[str, ...] = ("risk",), **more: object) -> World:
    return invoked("osl-10-18c", VILLKOR_18C, world=world, items=items, **more)


def inner(world: World, items: tuple[str, ...] = ("risk",)) -> World:
    return world.riskbedomning("anna", [MORA_BARN], items, behov_i_arbetet=True)


# ------------------------------------------------------------------------------------------ K10


def test_k10_no_flow_is_forbidden_as_shipped() -> None:
    assert [row for row in shipped() if row.forbjuder] == []


def test_k10_no_consent_permits_what_is_forbidden_and_none_is_asked() -> None:
    world = consented(forbidding(), POLIS).riskbedomning("anna", [POLIS])
    assert world.why(POLIS_GRUPP, "risk") == {FORBIDDEN}
    without = forbidding().riskbedomning("anna", [POLIS])
    assert without.why(POLIS_GRUPP, "risk") == {FORBIDDEN, "B0 samtycke-saknas"}
    assert (asked(world), asked(without)) == (set(), set())


def test_k10_stops_a_provision_and_inner_secrecy() -> None:
    assert by_law(forbidding()).why(POLIS_GRUPP, "risk") == {FORBIDDEN}
    assert inner(forbidding()).why(MORA_MOTTAGNING, "risk") == {FORBIDDEN}


def test_k10_never_stops_a_report() -> None:
    assert forbidding().orosanmalan().delivered(MORA_MOTTAGNING) == {"barnets_situation"}


def test_k10_stops_the_duty_to_inform_an_investigation() -> None:
    world = till_utredning(utredning(forbidding(), MORA_MOTTAGNING), [MORA_BARN], VC)
    assert world.why(MORA_MOTTAGNING, "barnets_situation") == {FORBIDDEN}


def test_k10_forbids_its_own_flow_and_categories_alone() -> None:
    world = consented(forbidding(), POLIS, VARDCENTRAL)
    world.riskbedomning("anna", [POLIS, VARDCENTRAL], ["risk", "vald"])
    assert world.delivered(POLIS_GRUPP) == {"vald"}
    assert world.delivered(VC) == {"risk", "vald"}


@pytest.mark.parametrize(
    ("tidpunkt", "forbidden"),
    [("2025-12-31T23:59:59.999+01:00", False), ("2026-01-01T00:00:00+01:00", True)],
)
def test_k10_forbids_from_its_swedish_day(tidpunkt: str, forbidden: bool) -> None:
    rules = changed(lagar(FORBUD), "prov-forbud", giltig_fran="2026-01-01")
    world = by_law(World(rules).at(to_ms(tidpunkt)))
    assert (world.delivered(POLIS_GRUPP) == set()) is forbidden


def test_k10_a_provision_of_a_forbidden_flow_is_not_named_for_a_child() -> None:
    world = forbidding().vardnad("barn", "mor").riskbedomning("barn", [POLIS])
    assert (hints(world), asked(world)) == (set(), set())


# ------------------------------------------------------------------------------------------ B5

EXEMPT = {"kategorier": ["risk", "boende", "skydd"]}


def test_b5_k3_limits_consent_and_not_law() -> None:
    """A table of hindrance by basis; the other half of K3 is in test_undantag and test_inre_sekretess."""
    world = consented(World(lagar()), POLIS, undantag=EXEMPT)
    assert by_law(world).delivered(POLIS_GRUPP) == {"risk"}
    assert {reason.regel for reason in world.entry(POLIS_GRUPP, "risk").reasons} == {"B2", "R1"}
    assert world.entry(POLIS_GRUPP, "risk").samtycken == ()
    assert consented(World(lagar()), POLIS, undantag=EXEMPT).riskbedomning("anna", [POLIS]).why(
        POLIS_GRUPP, "risk"
    ) == {"K3 undantag"}


@pytest.mark.parametrize(
    ("happens", "item", "why"),
    [
        (lambda world: world.skydd("anna"), "risk", {"P3 ej-begransad-krets"}),
        (lambda world: world.skydd("anna"), "boende", {"P2 skyddad-vistelse", "P3 ej-begransad-krets"}),
        (lambda world: world.frys("anna"), "risk", {"B7 person-fryst"}),
    ],
)
def test_b5_protection_and_freezing_stop_a_provision(
    happens: Callable[[World], World], item: str, why: set[str]
) -> None:
    """Nor does an exemption beside them show, which stops no provision."""
    world = happens(consented(World(lagar()), POLIS, undantag=EXEMPT))
    assert by_law(world, (item, "risk") if item != "risk" else ("risk",)).why(POLIS_GRUPP, item) == why
    assert (asked(world), hints(world)) == (set(), set())


def test_b5_v1_stops_a_provision() -> None:
    world = World(lagar()).riskbedomning(
        "barn",
        ["mora.vinr"],
        ["risk", "skydd"],
        av=VC,
        grund=grund("osl-25-12", ["behovs-for-vard-behandling-eller-stod", "under-18-eller-gravid"]),
    )
    assert world.delivered(UTSATT) == {"risk", "skydd"}
    assert world.why("mora.vinr.utovare", "skydd") == {"V1 arbetar-med-utovare"}


def test_b5_o2_no_provision_lets_barnahus_as_one_read() -> None:
    rules = changed(lagar(), "osl-10-21", fran_till=(("halso_sjukvard", "ovrig"),))
    world = World(rules).orosanmalan(
        till=["barnahus-dalarna.samrad"],
        grund=grund("osl-10-21", ["brottsoffret-under-18", "brott-enligt-brb-3-4-eller-6-kap"]),
    )
    assert world.why("barnahus-dalarna.samrad.handlaggare", "barnets_situation") == {"O2 ej-barnahus-som-en"}


def test_b5_an_item_that_both_consent_and_law_carry_cites_both() -> None:
    world = by_law(consented(World(lagar()), POLIS, som="C"))
    entry = world.entry(POLIS_GRUPP, "risk")
    assert {found.regel for found in entry.grunder} == {"B2", "B3"}
    assert entry.samtycken == (world.named["C"].handelse_id,)


def test_b5_an_exemption_leaves_the_law_alone_to_carry() -> None:
    world = by_law(consented(World(lagar()), POLIS, undantag=EXEMPT))
    assert {found.regel for found in world.entry(POLIS_GRUPP, "risk").grunder} == {"B2"}


def test_b5_consent_carries_where_what_was_invoked_fails() -> None:
    world = invoked("osl-10-18c", [], world=consented(World(lagar()), POLIS))
    assert world.delivered(POLIS_GRUPP) == {"risk"}
    assert {reason.regel for reason in world.entry(POLIS_GRUPP, "risk").reasons} == {"B3", "R1"}


def test_b5_who_relied_on_a_provision_in_vain_reads_that_beside_what_stopped_the_consent() -> None:
    """The exemption would not have stopped the provision."""
    world = invoked("osl-10-18c", VILLKOR_18C[1:], world=consented(World(lagar()), POLIS, undantag=EXEMPT))
    assert world.why(POLIS_GRUPP, "risk") == {"K3 undantag", f"B2 villkor-saknas-{VILLKOR_18C[0]}"}


def test_b5_who_relied_on_both_reads_why_each_failed() -> None:
    world = invoked("osl-10-18c", VILLKOR_18C[:2], behov_i_arbetet=True)
    wanted = {f"B2 villkor-saknas-{VILLKOR_18C[2]}", "B6 bestammelse-saknas", "B0 samtycke-saknas"}
    assert world.why(POLIS_GRUPP, "risk") == wanted


@pytest.mark.parametrize("exempt", [False, True])
def test_p1_told_orally_is_for_whom_a_provision_or_consent_would_have_let_read(exempt: bool) -> None:
    """An exemption stops a consent, so that nothing is told orally on it; a provision it does not stop."""
    terms = {"undantag": {"kategorier": ["motestid"]}} if exempt else {}
    world = World(lagar()).samtycke("anna", [VARDCENTRAL, BUP], **terms).skydd("anna")
    grunden = grund("osl-26-9", ["behovs-for-vard-behandling-eller-stod", "under-18-eller-gravid"])
    world.sip("anna", [VARDCENTRAL], ["motestid"], grund=grunden)
    told = world.leverans("region-dalarna.vardcentral-mora.skyddad")
    assert told is not None
    assert told.muntligen == ("/motestid",)
    world.sip("anna", [VARDCENTRAL], ["motestid"], grund=grund("osl-26-9"))
    told = world.leverans("region-dalarna.vardcentral-mora.skyddad")
    assert (told is None) is exempt


# ------------------------------------------------------------------------------------------ what falls with a consent


def told(world: World) -> list[str]:
    """Who is told that the consent ended, and what is listed as let through without basis."""
    assert world.last is not None
    return sorted(reason.kod for entry in world.last.entries if entry.mottagare for reason in entry.reasons)


@pytest.mark.parametrize("law", [False, True])
def test_k4_what_rests_on_law_does_not_fall_with_the_consent_beside_it(law: bool) -> None:
    """K7: the police were told of the consent, and so are told of its end."""
    world = consented(World(lagar()), POLIS)
    world = by_law(world) if law else world.riskbedomning("anna", [POLIS])
    world.oppnar(POLIS_GRUPP).makulerar("anna")
    assert told(world) == (["underrattas"] if law else ["oppnad-utan-grund", "underrattas"])
    assert world.oppnar(POLIS_GRUPP).shown() == ({"risk"} if law else set())


def test_k4_what_only_in_part_rests_on_law_falls() -> None:
    """18 c covers the one category, the consent both."""
    world = consented(World(changed(lagar(), "osl-10-18c", kategorier=("risk",))), POLIS)
    by_law(world, ("risk", "vald")).oppnar(POLIS_GRUPP).aterkallar("anna")
    assert told(world) == ["underrattas"]


def test_k4_what_was_opened_on_consent_after_the_law_had_gone_falls() -> None:
    world = consented(World(changed(lagar(), "osl-10-18c", giltig_till="2026-03-03")), POLIS)
    by_law(world).after(2 * DAY).oppnar(POLIS_GRUPP).aterkallar("anna")
    assert told(world) == ["underrattas"]


@pytest.mark.parametrize("law", [False, True])
def test_k8_what_rests_on_law_is_not_looked_into_when_a_guardian_becomes_suspected(law: bool) -> None:
    world = World(lagar()).vardnad("barn", "mor", "far")
    world.samtycke("barn", ["mora.vinr"], givare=["mor", "far"], andamal="riskbedomning")
    conditions = ("behovs-for-vard-behandling-eller-stod", "under-18-eller-gravid")
    more = {"grund": grund("osl-25-12", conditions)} if law else {}
    world.riskbedomning("barn", ["mora.vinr"], av=VC, **more).oppnar(UTSATT).misstankt("far", mot="barn")
    assert told(world) == ([] if law else ["oppning-att-granska"])
