"""B1, O2, O4: how a report about a child goes, what is said of it elsewhere, and when somebody must answer.

Where it goes (O1) is in test_hemkommun.py, who reports (O6) in test_anmalare.py.
"""

from dataclasses import replace

import pytest
from mini_regelverk import (
    BARNAHUS,
    BARNAHUS_GRUPP,
    BUP,
    FALUN_BARN,
    FALUN_BARN_CHEF,
    FALUN_HANDLAGGARE,
    FALUN_UTOVARE,
    JOUR_GRUPP,
    MORA_BARN,
    MORA_JOUR,
    MORA_JOURHAVANDE,
    MORA_MOTTAGNING,
    POLIS_GRUPP,
    VC,
    regelverk,
    with_unit,
)
from steps import HOUR, START
from world import World

from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import ADULT, AGE_UNKNOWN
from samverkanshub.domain.samrad import consultation_codes
from samverkanshub.domain.tid import to_ms

VIOLENCE = ["bevittnat_vald"]
NIGHT = to_ms("2026-03-02T23:00:00+01:00")


def decided(world: World) -> Decision:
    assert world.message is not None
    return world.message


def why_carried(world: World, group: str, item: str = "barnets_situation") -> set[str]:
    return {reason.kod for reason in world.entry(group, item).reasons if not reason.nekar}


# ------------------------------------------------------------------------------------------ B1


@pytest.mark.parametrize("sender", [VC, POLIS_GRUPP])
def test_b1_a_duty_bound_units_report_goes_whole_without_consent(sender: str) -> None:
    world = World().orosanmalan(items=["barnets_situation", "boende", "kontakt"], av=sender)
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation", "boende", "kontakt"}
    assert why_carried(world, MORA_MOTTAGNING) == {"lagstadgad-skyldighet"}
    assert decided(world).requests == ()


@pytest.mark.parametrize("who", [{"av": JOUR_GRUPP}, {"anmalarslag": "privatperson"}])
def test_b1_others_reports_are_delivered_alike_as_recommendations(who: dict[str, str]) -> None:
    world = World().orosanmalan(**who)
    assert why_carried(world, MORA_MOTTAGNING) == {"rekommendation"}
    assert {grund.id for grund in world.entry(MORA_MOTTAGNING, "barnets_situation").grunder} == {"rekommendation"}


def test_b1_a_report_about_an_adult_is_withheld_and_points_to_what_there_is_for_adults() -> None:
    world = World(alder={"barn": ADULT}).orosanmalan("barn", roll="barn", misstanke=["vald_mot_barn"])
    assert world.why(MORA_MOTTAGNING, "barnets_situation") == {"B1 ej-barn"}
    assert decided(world).hints == ("kontaktformedling", "ring-112")
    assert world.reached() == set(), "O2: Barnahus is for those under 18"


def test_b1_a_report_about_somebody_of_unknown_age_is_a_childs() -> None:
    world = World(alder={"barn": AGE_UNKNOWN}).orosanmalan("barn", roll="barn")
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation"}


def test_b1_the_report_goes_to_the_designated_function() -> None:
    assert World().orosanmalan().reached() == {MORA_MOTTAGNING}


def test_b1_without_a_designated_function_it_goes_to_every_reader_group_that_v1_lets_read() -> None:
    world = World().orosanmalan(kommun="falun", items=["boende"])
    assert world.reached() == {FALUN_HANDLAGGARE}
    assert world.why(FALUN_UTOVARE, "boende") == {"V1 arbetar-med-utovare"}


def test_b1_the_unit_head_is_alerted_where_no_limited_circle_is_left_for_a_protected_child() -> None:
    world = World().skydd("barn").orosanmalan(kommun="falun")
    assert world.delivered(FALUN_HANDLAGGARE) == {"barnets_situation"}, "never blinded"
    alarm = world.leverans(FALUN_BARN_CHEF)
    assert alarm is not None
    assert (alarm.slag, alarm.kod, alarm.vagar) == ("larm", "orosanmalan-utan-lasare", ())
    assert "enhetschef-larmas" in decided(world).hints


def test_b1_where_no_reader_and_no_unit_head_is_left_the_sender_is_to_telephone() -> None:
    regler = regelverk()
    groups = {id_: group for id_, group in regler.katalog.lasargrupper.items() if id_ != FALUN_BARN_CHEF}
    world = World(replace(regler, katalog=replace(regler.katalog, lasargrupper=groups)))
    world.skydd("barn").orosanmalan(kommun="falun")
    assert "enhetschef-larmas" not in decided(world).hints
    assert "ring" in decided(world).hints


def test_b1_the_unit_head_is_alerted_where_v1_leaves_no_reader() -> None:
    world = World(with_unit(regelverk(), FALUN_BARN, funktion_orosanmalan=FALUN_UTOVARE))
    world.orosanmalan(kommun="falun", items=["boende"])
    assert world.reached() == {FALUN_BARN_CHEF}


def test_b1_no_alarm_where_a_limited_circle_reads() -> None:
    assert World().skydd("barn").orosanmalan().reached() == {MORA_MOTTAGNING}


def owing(world: World) -> set[str]:
    return {plikt.barare for plikt in decided(world).plikter if plikt.slag.startswith("o4.")}


def test_b1_o4_what_the_child_units_own_reception_reports_it_has_already() -> None:
    """Nobody is to be telephoned and no clock runs; by night the socialjour has it too, and owes the kvittens."""
    own = World().orosanmalan(av=MORA_MOTTAGNING)
    assert ("ring" in decided(own).hints, owing(own)) == (False, set())
    night = World().at(NIGHT).orosanmalan(av=MORA_MOTTAGNING)
    assert ("ring" in decided(night).hints, owing(night)) == (False, {MORA_JOUR})
    unconnected = World(with_unit(regelverk(), MORA_JOUR, ansluten=False)).at(NIGHT)
    unconnected.orosanmalan(av=MORA_MOTTAGNING)
    assert ("ring" in decided(unconnected).hints, owing(unconnected)) == (True, {MORA_JOUR})


def test_b1_o4_nor_does_it_have_what_concerns_another_municipality() -> None:
    world = World(with_unit(regelverk(), FALUN_BARN, ansluten=False))
    world.orosanmalan(av=MORA_MOTTAGNING, kommun="falun")
    assert ("ring" in decided(world).hints, owing(world)) == (True, {FALUN_BARN})
    jour = World(with_unit(regelverk(), MORA_BARN, ansluten=False)).at(NIGHT)
    jour.orosanmalan(av=MORA_JOURHAVANDE)
    assert ("ring" in decided(jour).hints, owing(jour)) == (True, {MORA_BARN})


def test_b1_a_unit_that_is_not_connected_means_telephone() -> None:
    world = World(with_unit(regelverk(), MORA_BARN, ansluten=False)).orosanmalan()
    assert "ring" in decided(world).hints
    assert "ring" not in decided(World().orosanmalan()).hints


def reported_at(tid: str, *, jour: bool = True, barn: bool = True) -> Decision:
    """A report about a child in Mora, at that time of a Monday; which of its units are connected."""
    regler = with_unit(with_unit(regelverk(), MORA_JOUR, ansluten=jour), MORA_BARN, ansluten=barn)
    return decided(World(regler).at(to_ms(f"2026-03-02T{tid}:00+01:00")).orosanmalan())


@pytest.mark.parametrize(("tid", "telephone"), [("16:29", False), ("16:30", True), ("22:00", True)])
def test_o1_b1_o4_a_socialjour_that_is_not_connected_is_telephoned_when_it_is_the_one_that_answers(
    tid: str, telephone: bool
) -> None:
    """It bears the clock too, and the child unit that is connected reads the report in the morning."""
    assert ("ring" in reported_at(tid, jour=False).hints) is telephone
    assert "ring" not in reported_at(tid).hints


def test_o4_a_child_unit_that_is_not_connected_is_telephoned_though_the_socialjour_answers() -> None:
    assert "ring" in reported_at("22:00", barn=False).hints


@pytest.mark.parametrize(("tid", "telephone"), [("16:29", False), ("16:30", True)])
def test_o1_b1_where_nobody_answers_now_the_sender_telephones(tid: str, telephone: bool) -> None:
    """A socialjour that begins later, or none at all."""
    late = with_unit(regelverk(), MORA_JOUR, oppettider="man-fre 20:00-24:00")
    katalog = late.katalog
    none = replace(late, katalog=replace(katalog, enheter={i: e for i, e in katalog.enheter.items() if i != MORA_JOUR}))
    for regler in (late, none):
        world = World(regler).at(to_ms(f"2026-03-02T{tid}:00+01:00")).orosanmalan()
        assert ("ring" in decided(world).hints) is telephone


# ------------------------------------------------------------------------------------------ O2


@pytest.mark.parametrize(
    ("misstanke", "consulted"),
    [
        (["vald_mot_barn"], True),
        (["bevittnat_vald"], True),
        (["sexualbrott"], True),
        (["omsorgssvikt", "sexualbrott"], True),
        (["omsorgssvikt"], False),
        ([], False),
    ],
)
def test_o2_barnahus_is_consulted_on_a_suspicion_within_its_remit(misstanke: list[str], consulted: bool) -> None:
    world = World().orosanmalan(misstanke=misstanke)
    found = world.leverans(BARNAHUS_GRUPP)
    assert (found is not None) is consulted


def test_o2_the_consultation_carries_nothing_identifying() -> None:
    """B4: no person, no item, no sender, no municipality under the limit."""
    world = World().orosanmalan(misstanke=VIOLENCE, items=["barnets_situation", "boende"])
    found = world.leverans(BARNAHUS_GRUPP)
    assert found is not None
    assert (found.slag, found.vagar, found.avsandare, found.avsandare_roll) == ("konsultation", (), "", "")
    assert consultation_codes(world.named["orosanmalan"], world.regler) == {
        "misstanke": ["bevittnat_vald"],
        "aldersklass": "0-11",
    }


def test_b4_a_municipality_over_the_limit_is_named() -> None:
    world = World().orosanmalan(misstanke=VIOLENCE, kommun="falun")
    assert consultation_codes(world.named["orosanmalan"], world.regler)["kommun"] == "falun"


@pytest.mark.parametrize(
    ("inhabitants", "named"),
    [({"falun": 24_999}, False), ({"falun": 25_000}, True), ({"falun": 25_001}, True), ({}, False)],
)
def test_b4_a_municipality_is_named_from_25_000_inhabitants(inhabitants: dict[str, int], named: bool) -> None:
    regler = regelverk()
    world = World(replace(regler, katalog=replace(regler.katalog, befolkning=inhabitants)))
    world.orosanmalan(misstanke=VIOLENCE, kommun="falun")
    assert ("kommun" in consultation_codes(world.named["orosanmalan"], world.regler)) is named


def test_b4_a_report_that_names_nobody_has_no_age_to_tell() -> None:
    world = World()
    nobody = world.event("orosanmalan", VC, [], koder={"kommun": "mora", "misstanke": VIOLENCE})
    assert consultation_codes(nobody, world.regler) == {"misstanke": VIOLENCE}


def test_o2_barnahus_named_as_one_gets_the_consultation_and_nothing_identified_even_by_consent() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [BARNAHUS, BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(misstanke=VIOLENCE, till=[BARNAHUS])
    assert world.why(BARNAHUS_GRUPP, "barnets_situation") == {"O2 ej-barnahus-som-en"}
    assert [d.slag for d in decided(world).deliveries if d.mottagare == BARNAHUS_GRUPP] == ["konsultation"]


def test_o2_each_participating_authority_is_judged_for_itself() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(misstanke=VIOLENCE, till=[BUP, "polisen.dalarna"])
    assert world.delivered("region-dalarna.bup.handlaggare") == {"barnets_situation"}
    assert world.delivered(POLIS_GRUPP) == set()


def test_o2_guardians_are_asked_nothing_about_it() -> None:
    family = World().vardnad("barn", "mor")
    assert decided(family.orosanmalan(misstanke=VIOLENCE, till=[BUP])).requests == ()
    assert len(decided(family.orosanmalan(till=[BUP])).requests) == 1, "a suspicion outside Barnahus's remit asks"


# ------------------------------------------------------------------------------------------ O4


def test_o4_the_statutory_recipients_deadline_is_frozen_into_the_decision() -> None:
    world = World().orosanmalan()
    entry = world.entry(MORA_MOTTAGNING, "barnets_situation")
    assert (entry.frist, entry.frist_slag) == (START + HOUR, "o4.kvittens")
    kept = world.tillstand.arenden[decided(world).arende_id].leveranser[0]
    assert kept.frist == START + HOUR
    world.after(HOUR).oppnar(MORA_MOTTAGNING)
    assert world.opening is not None
    assert {e.frist for e in world.opening.entries} == {0}, "an opening sets no deadline"
    assert world.tillstand.arenden[decided(world).arende_id].leveranser[0].frist == START + HOUR


def test_o4_nobody_else_has_a_deadline() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    world.orosanmalan(misstanke=VIOLENCE, till=[BUP])
    others = [e for e in decided(world).entries if e.mottagare not in ("", MORA_MOTTAGNING)]
    assert {e.frist for e in others} == {0}
    assert {e.frist_slag for e in others} == {""}


def test_b1_in_acute_danger_elsewhere_each_municipality_must_be_reached_or_telephoned() -> None:
    """O1: all of them are statutory recipients."""
    apart = {"vistelsekommun": "falun", "akut_fara": True}
    assert "ring" not in decided(World().orosanmalan(**apart)).hints
    for unit in (MORA_BARN, FALUN_BARN):
        world = World(with_unit(regelverk(), unit, ansluten=False)).orosanmalan(**apart)
        assert "ring" in decided(world).hints
