"""S3-S6, N1, A4: what a summons, a notice, a request for contact and a deviation must say, or are refused at intake."""

from typing import Any

import pytest
from mini_regelverk import BUP, MORA_VINR, UTSATT, VARDCENTRAL, VC
from world import CHILDS_RIGHTS, World

from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_12_14, AGE_15_17, AGE_UNKNOWN
from samverkanshub.domain.intake_rules import brister

S5 = "S5 saknas"
S6 = "S6 saknas"


def part(satt: str, information: str, **skal: str) -> dict[str, str]:
    return {"satt": satt, "information": information, **skal}


@pytest.mark.parametrize(
    ("delaktighet", "broken"),
    [
        (part("deltar", "muntligt"), False),
        (part("deltar_med_stod", "anpassat"), False),
        (part("foretrads", "genom_foretradare"), False),
        (part("deltar_inte", "skriftligt", skal="avbojer"), False),
        (part("deltar_inte", "ges_inte", skal="halsotillstand"), False),
        (part("deltar", "ges_inte", skal="fara_for_den_enskilde"), False),
        (part("deltar_inte", "skriftligt"), True),
        (part("deltar", "ges_inte"), True),
        ({"information": "muntligt"}, True),
        ({"satt": "deltar"}, True),
        ({}, True),
        (None, True),
    ],
)
def test_s5_a_summons_says_how_the_person_takes_part_and_is_informed_or_why_not(delaktighet: Any, broken: bool) -> None:
    world = World().sip("anna", [VARDCENTRAL], delaktighet=delaktighet)
    assert world.refused() == ({S5} if broken else set())


def test_s5_is_asked_of_a_summons_alone() -> None:
    assert World().riskbedomning("anna", [VARDCENTRAL]).refused() == set()


@pytest.mark.parametrize("missing", ["asikt", "information", "basta"])
@pytest.mark.parametrize("send", [World.sip, World.riskbedomning])
def test_s6_about_a_child_each_of_view_information_and_best_interests_is_said(send: Any, missing: str) -> None:
    rights = dict(CHILDS_RIGHTS["barnets_ratt"])
    assert send(World(), "barn", [BUP], barnets_ratt=rights).refused() == set()
    del rights[missing]
    world = send(World(), "barn", [BUP], barnets_ratt=rights)
    assert world.refused() == {S6}
    found = [b.falt for b in brister(world.log[-1][1], world.regler)]
    assert found == [f"/data/barnets_ratt/{missing}"]


@pytest.mark.parametrize(
    "ground", [{"asikt": "for_ung"}, {"information": "fara_for_barnet"}, {"basta": "ej_bedomt_akut"}]
)
def test_s6_why_not_is_as_good_as_done(ground: dict[str, str]) -> None:
    assert World().sip("barn", [BUP], barnets_ratt={**CHILDS_RIGHTS["barnets_ratt"], **ground}).refused() == set()


@pytest.mark.parametrize(
    ("roll", "alder", "asked"),
    [
        ("barn", AGE_0_11, True),
        ("barn", AGE_UNKNOWN, True),
        ("barn", ADULT, False),
        ("utsatt", AGE_12_14, True),
        ("utsatt", AGE_15_17, True),
        ("utsatt", AGE_UNKNOWN, False),
        ("utsatt", ADULT, False),
    ],
)
def test_s6_is_asked_of_a_child_by_age_and_by_role_where_the_age_is_not_known(
    roll: str, alder: str, asked: bool
) -> None:
    world = World(alder={"kim": alder}).sip("kim", [BUP], roll=roll, barnets_ratt=None)
    assert world.refused() == ({S6} if asked else set())


@pytest.mark.parametrize(
    ("utfall", "skal", "broken"),
    [("gjort", "", False), ("ej_gjort", "fara_for_barnet", False), ("ej_gjort", "", True)],
)
def test_s3_not_informed_is_recorded_with_its_ground(utfall: str, skal: str, broken: bool) -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [VARDCENTRAL], givare=["mor"]).sip("barn", [VARDCENTRAL])
    world.informerar(utfall=utfall, **({"skal": skal} if skal else {}))
    assert world.refused() == ({"S3 saknas"} if broken else set())


@pytest.mark.parametrize(
    ("av", "contact", "expected"),
    [
        (VC, VARDCENTRAL, set()),
        (VC, BUP, set()),
        (VC, MORA_VINR, {"S4 okand-vardkontakt"}),
        (VC, "finns.ej", {"S4 okand-vardkontakt"}),
        (UTSATT, VARDCENTRAL, {"S4 far-ej-registrera"}),
    ],
)
def test_s4_health_care_gives_the_notice_and_names_a_unit_of_health_care(
    av: str, contact: str, expected: set[str]
) -> None:
    assert World().utskrivningsklar("anna", contact, av=av).refused() == expected


def test_s4_a_notice_from_nobody_in_the_directory_is_refused_for_that() -> None:
    world = World()
    stranger = world.event("utskrivningsklar", VC, [world.person("anna", "registrerad")])
    world.happens(type(stranger)(**{**_fields(stranger), "enhet": "finns.ej", "koder": {"fast_vardkontakt": BUP}}))
    assert world.refused() == {"T1 okand-avsandare"}


def _fields(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__slots__}


@pytest.mark.parametrize(
    ("alder", "refused"), [(AGE_0_11, True), (AGE_15_17, True), (ADULT, False), (AGE_UNKNOWN, False)]
)
def test_n1_about_somebody_under_18_a_report_is_made_instead(alder: str, refused: bool) -> None:
    """B1: which asks no consent."""
    world = World(alder={"kim": alder}).kontaktformedling("kim")
    assert world.refused() == ({"N1 anvand-orosanmalan"} if refused else set())


@pytest.mark.parametrize("answer", ["galler", "galler_inte", "ej_bedomt"])
def test_a4_a_deviation_says_whether_lex_sarah_and_lex_maria_apply(answer: str) -> None:
    assert World().avvikelse([VARDCENTRAL], lex_sarah=answer, lex_maria=answer).refused() == set()


@pytest.mark.parametrize("missing", ["lex_sarah", "lex_maria"])
def test_a4_one_that_does_not_ask_is_refused(missing: str) -> None:
    world = World().avvikelse([VARDCENTRAL], **{missing: None})
    assert world.refused() == {"A4 saknas"}
