"""B1, B5, B7, R1, S2, Q1: which basis goes first, who a person's freezing stops, and who may be a recipient at all."""

import pytest
from mini_regelverk import (
    BUP,
    BUP_GRUPP,
    JOUR,
    JOUR_GRUPP,
    MORA_MOTTAGNING,
    MORA_VINR,
    POLIS,
    POLIS_GRUPP,
    UTOVARE,
    UTSATT,
    VARDCENTRAL,
    VC,
    regelverk,
    with_subscriptions,
)
from world import World

from samverkanshub.domain.regelverk import Prenumeration
from samverkanshub.domain.tid import to_ms


def rules(world: World, grupp: str, item: str) -> set[str]:
    return {reason.regel for reason in world.entry(grupp, item).reasons if not reason.nekar}


# ------------------------------------------------------------------------------------------ B5


def test_b5_nothing_that_stops_a_consent_stops_a_report() -> None:
    world = World().vardnad("barn", "mor", "far").misstankt("far", mot="barn").skydd("barn").frys("barn")
    world.samtycke(
        "barn", ["mora.barn-unga"], givare=["mor", "far"], undantag={"kategorier": ["boende"]}, andamal="barnskydd"
    )
    world.orosanmalan(items=["barnets_situation", "boende", "skydd"])
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation", "boende", "skydd"}


def test_b5_protection_beats_a_consent_that_names_the_item() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).skydd("anna").sip("anna", [VARDCENTRAL], ["boende"])
    assert world.why(VC, "boende") == {"P2 skyddad-vistelse", "P3 ej-begransad-krets"}


def test_b5_v1_beats_a_consent_that_names_the_unit() -> None:
    world = World().samtycke("anna", [MORA_VINR]).sip("anna", [MORA_VINR], ["boende"], av=VC)
    assert world.delivered(UTSATT) == {"boende"}
    assert world.why(UTOVARE, "boende") == {"V1 arbetar-med-utovare"}


def test_b1_only_the_statutory_recipient_is_reached_without_consent() -> None:
    world = World().orosanmalan(till=[BUP])
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
    assert world.why(BUP_GRUPP, "barnets_situation") == {"K8 vardnad-okand"}


def test_b1_no_other_message_goes_by_the_duty_to_report() -> None:
    world = World().sip("barn", ["mora.barn-unga", VARDCENTRAL])
    assert world.why(MORA_MOTTAGNING, "insats") == {"K8 vardnad-okand"}


# ------------------------------------------------------------------------------------------ B7


@pytest.mark.parametrize("frozen", ["anna", "mor"])
def test_b7_a_frozen_person_is_denied_on_every_basis_and_nobody_is_asked(frozen: str) -> None:
    """Frozen is the item's person, or whom the message is about."""
    world = World().samtycke("anna", [VARDCENTRAL]).samtycke("mor", [VARDCENTRAL]).frys(frozen)
    world.sip("anna", [VARDCENTRAL], ["insats", "behov/mor"], andra={"narstaende": ["mor"]})
    stopped = {"behov/mor"} if frozen == "mor" else {"insats", "behov/mor"}
    assert world.delivered(VC) == {"insats", "behov/mor"} - stopped
    assert all("B7 person-fryst" in world.why(VC, item) for item in stopped)


def test_b7_no_consent_is_asked_for_about_a_frozen_person() -> None:
    world = World().frys("anna").sip("anna", [VARDCENTRAL])
    assert world.why(VC, "insats") == {"B0 samtycke-saknas", "B7 person-fryst"}
    assert world.message is not None
    assert world.message.requests == ()


def test_b7_a_report_about_a_frozen_child_passes_and_says_to_telephone() -> None:
    world = World().frys("barn").orosanmalan()
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}
    assert world.message is not None
    assert "ring" in world.message.hints


def test_b7_each_record_that_could_not_be_read_is_remembered() -> None:
    world = World().frys("anna").frys("anna")
    assert world.tillstand.person("anna").fryst == (1, 2)


@pytest.mark.parametrize("close", ["mor", "syskon", "maken"])
def test_b7_what_was_not_read_may_have_concerned_a_child_through_those_close_to_it(close: str) -> None:
    """A guardian, one of the household, or the suspected."""
    world = World().vardnad("barn", "mor").hushall("barn", "syskon").misstankt("maken", mot="barn")
    world.samtycke("barn", [VARDCENTRAL], givare=["mor"])
    assert world.sip("barn", [VARDCENTRAL]).delivered(VC) == {"insats"}
    assert world.frys(close).sip("barn", [VARDCENTRAL]).why(VC, "insats") == {"B7 person-fryst"}


def test_b7_others_are_not_frozen() -> None:
    world = World().frys("bodil").samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert world.delivered(VC) == {"insats"}


# ------------------------------------------------------------------------------------------ R1, S2


@pytest.mark.parametrize(("unit", "group"), [(POLIS, POLIS_GRUPP), (VARDCENTRAL, VC), (MORA_VINR, UTSATT)])
def test_r1_a_risk_assessment_is_shared_among_the_three_by_consent(unit: str, group: str) -> None:
    sender = POLIS_GRUPP if unit != POLIS else UTSATT
    without = World().riskbedomning("anna", [unit], av=sender)
    assert without.why(group, "risk") == {"B0 samtycke-saknas"}
    world = World().samtycke("anna", [unit], andamal="riskbedomning").riskbedomning("anna", [unit], av=sender)
    assert rules(world, group, "risk") == {"B3", "R1"}


def test_r1_others_only_by_a_consent_that_names_them() -> None:
    world = World().samtycke("anna", [POLIS], andamal="riskbedomning").riskbedomning("anna", [POLIS, JOUR])
    assert world.why(JOUR_GRUPP, "risk") == {"B0 samtycke-saknas"}
    world.samtycke("anna", [JOUR], andamal="riskbedomning").riskbedomning("anna", [JOUR])
    assert rules(world, JOUR_GRUPP, "risk") == {"B3"}


def test_r1_is_cited_for_risk_assessments_alone() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert rules(world, VC, "insats") == {"B3"}


def test_s2_other_agencies_and_ngos_are_called_only_where_the_consent_names_them() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL, JOUR, POLIS])
    assert world.why(JOUR_GRUPP, "insats") == {"B0 samtycke-saknas", "S2 namns-ej-i-samtycke"}
    assert world.why(POLIS_GRUPP, "insats") == {"B0 samtycke-saknas", "S2 namns-ej-i-samtycke"}
    assert world.samtycke("anna", [JOUR]).sip("anna", [VARDCENTRAL, JOUR]).delivered(JOUR_GRUPP) == {"insats"}


def test_s2_is_not_blamed_where_the_consent_names_the_agency_but_not_the_category() -> None:
    world = World().samtycke("anna", [JOUR], kategorier=["behov"]).sip("anna", [VARDCENTRAL, JOUR])
    assert world.why(JOUR_GRUPP, "insats") == {"K1 kategori-saknas"}


# ------------------------------------------------------------------------------------------ Q1


def subscribed(**more: object) -> World:
    row = Prenumeration(BUP, "riskbedomning_delad", **more)  # type: ignore[arg-type]
    return World(with_subscriptions(regelverk(), row, Prenumeration("finns.ej", "riskbedomning_delad")))


def test_q1_recipients_are_those_the_sender_names() -> None:
    world = subscribed().samtycke("anna", [BUP], andamal="riskbedomning").riskbedomning("anna", [POLIS])
    assert world.entries(BUP_GRUPP) == []


def test_q1_a_subscription_proposes_where_the_sender_asks_for_it_and_never_entitles() -> None:
    world = subscribed().riskbedomning("anna", [POLIS], enligt_prenumeration=True)
    assert world.why(BUP_GRUPP, "risk") == {"B0 samtycke-saknas"}
    assert world.message is not None
    assert [request.mottagare for request in world.message.requests] == [(POLIS,)], "none for the subscriber alone"
    world.samtycke("anna", [BUP], andamal="riskbedomning").riskbedomning("anna", [POLIS], enligt_prenumeration=True)
    assert world.delivered(BUP_GRUPP) == {"risk"}


@pytest.mark.parametrize(
    ("row", "day", "proposed"),
    [
        ({"territorium": ("mora",)}, "2026-03-02", True),
        ({"territorium": ("falun",)}, "2026-03-02", False),
        ({"giltig_fran": "2026-03-03"}, "2026-03-02", False),
        ({"giltig_fran": "2026-03-03"}, "2026-03-03", True),
        ({"giltig_till": "2026-03-03"}, "2026-03-02", True),
        ({"giltig_till": "2026-03-03"}, "2026-03-03", False),
    ],
)
def test_q1_a_subscription_is_dated_and_has_a_territory(row: dict[str, object], day: str, proposed: bool) -> None:
    world = subscribed(**row).at(to_ms(f"{day}T12:00:00+01:00"))
    world.riskbedomning("anna", [POLIS], enligt_prenumeration=True, kommun="mora")
    assert bool(world.entries(BUP_GRUPP)) is proposed


def test_q1_a_subscription_is_for_its_type() -> None:
    world = subscribed().sip("anna", [VARDCENTRAL], enligt_prenumeration=True)
    assert world.entries(BUP_GRUPP) == []


def test_q1_a_named_recipient_who_also_subscribes_is_a_named_one() -> None:
    world = subscribed().riskbedomning("anna", [BUP], enligt_prenumeration=True)
    assert {entry.funktion for entry in world.entries(BUP_GRUPP)} == {"namngiven"}


def test_q1_an_unknown_recipient_is_refused_not_dropped() -> None:
    world = World().sip("anna", [VARDCENTRAL, "finns.ej"])
    assert world.refused() == {"Q1 okand-mottagare"}


@pytest.mark.parametrize(
    ("tidpunkt", "law"),
    [
        ("2025-06-30T12:00:00+02:00", "sol-2001-453-14-1"),
        ("2025-06-30T23:59:59.999+02:00", "sol-2001-453-14-1"),
        ("2025-07-01T00:00:00+02:00", "sol-2025-400-19-1"),
        ("2025-06-30T21:59:59.999+00:00", "sol-2001-453-14-1"),
        ("2025-06-30T22:00:00+00:00", "sol-2025-400-19-1"),  # still 30 June in UTC
        ("2025-06-30T23:59:59.999+00:00", "sol-2025-400-19-1"),
        ("2025-07-01T12:00:00+02:00", "sol-2025-400-19-1"),
    ],
)
def test_b1_rests_on_the_law_of_the_swedish_day(tidpunkt: str, law: str) -> None:
    """SoL (2025:400) from midnight of 1 July 2025 in Sweden, SoL (2001:453) until then."""
    entry = World().at(to_ms(tidpunkt)).orosanmalan().entry(MORA_MOTTAGNING, "barnets_situation")
    assert {grund.id for grund in entry.grunder} == {law, "osl-10-28"}
