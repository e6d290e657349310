"""O6: a private reporter's name is an item of its own; an anonymous source stays so; nobody duty-bound is one.

Agreement, "Anmälningsskyldighet enligt 14 kap. 1 § SoL".
"""

from dataclasses import replace

import pytest
from mini_regelverk import (
    BARNAHUS_GRUPP,
    BUP,
    BUP_GRUPP,
    JOUR,
    JOUR_GRUPP,
    MORA_JOURHAVANDE,
    MORA_MOTTAGNING,
    POLIS_GRUPP,
    UTSATT,
    VARDCENTRAL,
    VC,
    regelverk,
    with_unit,
)
from world import World

from samverkanshub.domain.events import Uppgift
from samverkanshub.domain.intake_rules import brister

NAME = Uppgift("/anmalare", "anmalare", "anmalare", "grannen")
"""The reporter's name, which concerns the reporter."""
ABOUT_THE_SOURCE = Uppgift("/anmalare", "anmalare", "barn", "barn")
"""The same field, declared to concern the child."""
ANONYMOUS = "O6 anonym-anmalare"
DUTY_BOUND = "O6 anmalningsskyldig-anonym"


def private(**more: object) -> World:
    """A neighbour's report, passed on by the women's shelter, with the neighbour's name."""
    known: dict[str, object] = {
        "av": JOUR_GRUPP,
        "anmalarslag": "privatperson",
        "items": ["barnets_situation", NAME],
        "andra": {"anmalare": ["grannen"]},
    }
    return World().orosanmalan(**{**known, **more})


def fields(world: World) -> list[tuple[str, str]]:
    """The fields at fault, each with the rule's code, of the latest event."""
    return [(brist.falt, f"{brist.regel} {brist.kod}") for brist in brister(world.log[-1][1], world.regler)]


# ------------------------------------------------------------------------------------------ a private reporter


def test_o6_a_private_reporters_name_is_an_item_of_its_own_about_the_reporter() -> None:
    world = private()
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation", "anmalare"}, "B1: the report is whole"
    assert [reason.kod for reason in world.entry(MORA_MOTTAGNING, "anmalare").reasons] == ["rekommendation"]


def test_o6_the_childs_consent_opens_what_is_about_the_child_and_not_who_reported() -> None:
    """V3: one item concerns one person, so that the name needs a basis of its own."""
    world = World().vardnad("barn", "mor").samtycke("barn", [BUP], givare=["mor"], andamal="barnskydd")
    more = {"till": [BUP], "andra": {"anmalare": ["grannen"]}, "av": JOUR_GRUPP, "anmalarslag": "privatperson"}
    world.orosanmalan(items=["barnets_situation", NAME], **more)
    assert world.delivered(BUP_GRUPP) == {"barnets_situation"}
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation", "anmalare"}


def test_o6_the_consultation_does_not_say_who_reported() -> None:
    found = private(misstanke=["bevittnat_vald"]).leverans(BARNAHUS_GRUPP)
    assert found is not None
    assert (found.slag, found.vagar) == ("konsultation", ())


def test_o6_a_private_reporter_may_also_leave_the_name_out() -> None:
    assert private(items=["barnets_situation"], andra={}).refused() == set()


# ------------------------------------------------------------------------------------------ an anonymous source


@pytest.mark.parametrize(
    ("told", "andra", "at_fault"),
    [
        ([], {}, []),
        ([], {"anmalare": ["grannen"]}, ["/data/personer"]),
        ([ABOUT_THE_SOURCE], {}, ["/data/anmalare"]),
        ([NAME], {"anmalare": ["grannen"]}, ["/data/personer", "/data/anmalare"]),
    ],
    ids=["nothing", "the person", "the name", "both"],
)
def test_o6_an_anonymous_source_stays_so(told: list[Uppgift], andra: dict[str, list[str]], at_fault: list[str]) -> None:
    world = private(anmalarslag="anonym", items=["barnets_situation", *told], andra=andra)
    assert fields(world) == [(falt, ANONYMOUS) for falt in at_fault]
    assert world.refused() == ({ANONYMOUS} if at_fault else set())
    assert (MORA_MOTTAGNING in world.reached()) is not bool(at_fault)


@pytest.mark.parametrize("slag", ["privatperson", "anmalningsskyldig"])
def test_o6_only_an_anonymous_report_must_leave_the_name_out(slag: str) -> None:
    assert private(anmalarslag=slag).refused() == set()


def test_o6_what_an_anonymous_report_says_of_the_child_goes_whole_as_a_recommendation() -> None:
    world = private(anmalarslag="anonym", items=["barnets_situation", "boende"], andra={})
    assert world.delivered(MORA_MOTTAGNING) == {"barnets_situation", "boende"}
    assert {grund.id for grund in world.entry(MORA_MOTTAGNING, "boende").grunder} == {"rekommendation"}


# ------------------------------------------------------------------------------------------ the duty-bound


@pytest.mark.parametrize(
    ("av", "refused"),
    [
        (VC, True),
        (BUP_GRUPP, True),
        (POLIS_GRUPP, True),
        (UTSATT, True),
        (JOUR_GRUPP, False),  # no duty
        (MORA_JOURHAVANDE, False),  # takes reports, and passes an anonymous one on as it is
        (MORA_MOTTAGNING, False),
    ],
)
def test_o6_who_is_duty_bound_is_never_anonymous(av: str, refused: bool) -> None:
    world = World().orosanmalan(av=av, anmalarslag="anonym", kommun="falun")
    assert world.refused() == ({DUTY_BOUND} if refused else set())
    assert fields(world) == ([("/data/anmalarslag", DUTY_BOUND)] if refused else [])
    assert bool(world.reached()) is not refused


@pytest.mark.parametrize("slag", ["anmalningsskyldig", "privatperson"])
def test_o6_the_duty_bound_reporter_is_named_to_the_statutory_recipient(slag: str) -> None:
    """P5 does not hide the reporter from the statutory recipient of B1, not even where identity is protected."""
    world = World().skydd("barn").orosanmalan(anmalarslag=slag)
    assert world.refused() == set()
    found = world.leverans(MORA_MOTTAGNING)
    assert found is not None
    assert found.avsandare == VARDCENTRAL


@pytest.mark.parametrize(("since", "refused"), [("", False), ("2002-01-01", True)])
def test_o6_duty_is_what_the_directory_says_and_not_the_kind_of_body(since: str, refused: bool) -> None:
    world = World(with_unit(regelverk(), JOUR, anmalningspliktig_fran=since))
    assert world.orosanmalan(av=JOUR_GRUPP, anmalarslag="anonym").refused() == ({DUTY_BOUND} if refused else set())


def test_o6_other_types_have_no_reporter() -> None:
    assert World().riskbedomning("anna", [VARDCENTRAL], anmalarslag="anonym").refused() == set()


def test_o6_a_unit_outside_the_directory_is_refused_for_that_alone() -> None:
    world = World()
    report = world.event("orosanmalan", VC, [world.person("barn", "barn")], koder={"anmalarslag": "anonym"})
    found = {brist.kod for brist in brister(replace(report, enhet="finns.ej"), world.regler)}
    assert "anmalningsskyldig-anonym" not in found
    assert found
