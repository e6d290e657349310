"""K8: whoever has come into another age class since an event was claimed is judged as old as the log knows them."""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, UTSATT, VARDCENTRAL, VC
from world import World

from samverkanshub.domain.alder import GROWING, is_later
from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_15_17, AGE_UNKNOWN, Person


def turned(namn: str, aldersklass: str, world: World) -> World:
    """`watch` tells of a birthday."""
    event = world.event("aldersklass", UTSATT, [Person(namn, "registrerad", aldersklass)])
    hubs = {"aktor": "samverkanshub", "enhet": "", "lasargrupp": "", "anvandare": ""}
    return world.happens(type(event)(**{**{n: getattr(event, n) for n in event.__slots__}, **hubs}))


def consented(world: World) -> World:
    return world.vardnad("barn", "mor").samtycke("barn", [VARDCENTRAL], givare=["mor"])


def test_k8_at_18_the_guardians_consent_lapses_from_the_position_of_the_birthday() -> None:
    world = consented(World(alder={"barn": AGE_15_17}))
    assert world.sip("barn", [VARDCENTRAL], roll="barn").delivered(VC) == {"insats"}
    turned("barn", ADULT, world).sip("barn", [VARDCENTRAL], roll="barn")
    assert world.delivered(VC) == set(), "the message was claimed before the birthday"
    assert world.why(VC, "insats") == {"B0 samtycke-saknas"}


def test_k8_what_was_claimed_before_a_birthday_makes_nobody_younger() -> None:
    world = turned("barn", ADULT, consented(World(alder={"barn": AGE_15_17})))
    world.sip("barn", [VARDCENTRAL], roll="barn")
    assert world.tillstand.person("barn").aldersklass == ADULT


def test_k8_who_is_named_by_a_reference_is_as_old_as_is_known() -> None:
    world = consented(World())
    world.alder["barn"] = AGE_UNKNOWN
    world.sip("barn", [VARDCENTRAL], roll="barn")
    assert world.tillstand.person("barn").aldersklass == AGE_0_11


def test_b1_a_report_stays_one_about_the_child_it_was_made_about() -> None:
    world = turned("barn", ADULT, World(alder={"barn": AGE_15_17}).orosanmalan())
    assert world.orosanmalan().reached()


@pytest.mark.parametrize("nr", range(1, len(GROWING)))
def test_k8_classes_follow_one_another(nr: int) -> None:
    assert is_later(GROWING[nr], GROWING[nr - 1])
    assert not is_later(GROWING[nr - 1], GROWING[nr])
    assert not is_later(GROWING[nr], GROWING[nr])


@pytest.mark.parametrize("typ", ["sip", "oro"])
def test_k8_an_opening_that_names_nobody_is_judged_on_the_age_that_the_log_knows(typ: str) -> None:
    """As in journals that a person has written; also what a consent lets a report say to others than B1's (B3)."""
    world = World(alder={"barn": AGE_15_17}).vardnad("barn", "mor")
    world.samtycke("barn", [BUP], givare=["mor"], andamal="sip" if typ == "sip" else "barnskydd")
    _ = world.sip("barn", [BUP], roll="barn") if typ == "sip" else world.orosanmalan(till=[BUP], roll="barn")
    found = world.leverans(BUP_GRUPP)
    assert found is not None

    def opened() -> set[str]:
        koder = {"leverans": found.leverans_id}
        return world.happens(
            world.event("oppning_begard", BUP_GRUPP, (), koder=koder, arende_id=found.arende_id)
        ).refused()

    assert opened() == set()
    turned("barn", ADULT, world)
    assert opened() == {"K4 ej-langre-tillganglig"}
