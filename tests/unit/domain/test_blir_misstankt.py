"""K8, V6: when a guardian becomes suspected, what was opened on their consent is listed, and nobody reads why."""

from typing import Any

import pytest
from k8_steps import mogen
from mini_regelverk import BUP, BUP_GRUPP, POLIS_GRUPP, VARDCENTRAL, VC
from steps import DAY
from world import World

from samverkanshub.domain.events import AGE_15_17


def family(**alder: str) -> World:
    world = World()
    world.alder |= alder
    return world.vardnad("barn", "mor", "far").samtycke("barn", [BUP, VARDCENTRAL], givare=["mor", "far"], som="S")


def opened() -> World:
    return family().sip("barn", [BUP, VARDCENTRAL]).oppnar(BUP_GRUPP)


def listed(world: World) -> set[tuple[str, str, str]]:
    assert world.last is not None
    incidents = [entry for entry in world.last.entries if entry.funktion == "incident"]
    return {(entry.mottagare, entry.reasons[0].kod, *entry.samtycken) for entry in incidents}


def told(world: World) -> set[tuple[str, str]]:
    assert world.last is not None
    return {(skeende.handelse_id, skeende.slag) for skeende in world.last.skeenden}


def test_k8_what_was_opened_on_the_suspected_guardians_consent_is_listed_and_nothing_else() -> None:
    world = opened().misstankt("far", mot="barn")
    assert listed(world) == {(BUP_GRUPP, "oppning-att-granska", world.named["S"].handelse_id)}, "and not the unopened"


def test_v6_the_senders_outcome_says_which_openings_to_look_into_and_never_why() -> None:
    world = opened()
    assert world.message is not None
    message = world.message
    assert told(world.misstankt("far", mot="barn", av=POLIS_GRUPP)) == {(message.handelse_id, "oppning-att-granska")}
    assert world.last is not None
    assert world.last.deliveries == (), "no row of anybody's inbox tells of a suspicion"


@pytest.mark.parametrize("mot", ["barn", "mor", "syskon"])
def test_k8_suspected_of_exposing_the_child_its_other_guardian_or_one_of_its_household(mot: str) -> None:
    world = opened().hushall("barn", "mor", "syskon").misstankt("far", mot=mot)
    assert {grupp for grupp, *_ in listed(world)} == {BUP_GRUPP}


NOTHING: list[tuple[str, Any]] = [
    ("suspected of exposing an outsider", lambda: opened().misstankt("far", mot="granne")),
    ("no guardian", lambda: opened().misstankt("morfar", mot="barn")),
    ("no longer a guardian", lambda: opened().vardnad("barn", "mor").misstankt("far", mot="barn")),
    ("removed", lambda: opened().misstankt("far", mot="barn").misstankt("far", mot="barn", borttagen=True)),
    ("suspected before", lambda: opened().misstankt("far", mot="barn").misstankt("far", mot="barn", av=POLIS_GRUPP)),
    ("never opened", lambda: family().sip("barn", [BUP]).misstankt("far", mot="barn")),
    ("refused", lambda: opened().misstankt("far", mot="barn", av=VC)),
    (
        "on another's own consent",
        lambda: World()
        .vardnad("barn", "mor", "far")
        .samtycke("mor", [BUP])
        .sip("barn", [BUP], ["ekonomi/mor"], andra={"vardnadshavare": ["mor"]})
        .oppnar(BUP_GRUPP)
        .misstankt("far", mot="barn"),
    ),
    (
        "opened by law",
        lambda: family()
        .samtycke("barn", ["mora.barn-unga"], givare=["mor", "far"], andamal="barnskydd")
        .orosanmalan()
        .oppnar("mora.barn-unga.mottagning")
        .misstankt("far", mot="barn"),
    ),
    (
        "on a mature child's own consent",
        lambda: mogen(family(barn=AGE_15_17)).samtycke("barn", [BUP]).sip("barn", [BUP]).oppnar(BUP_GRUPP)
        .misstankt("far", mot="barn"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("story", [story for _, story in NOTHING], ids=[name for name, _ in NOTHING])
def test_k8_nothing_is_listed_where_nothing_rested_on_it(story: Any) -> None:
    world = story()
    assert (listed(world), told(world)) == (set(), set())


def test_k8_the_consent_listed_is_the_one_that_governed_when_it_was_opened() -> None:
    world = opened().after(DAY).samtycke("barn", [BUP], givare=["far"], som="T").misstankt("far", mot="barn")
    assert {samtycke for *_, samtycke in listed(world)} == {world.named["S"].handelse_id}


def test_k8_a_child_of_another_household_of_the_same_guardian_is_judged_for_itself() -> None:
    world = opened().vardnad("syskon", "bonusmor", "far").samtycke("syskon", [BUP], givare=["bonusmor", "far"], som="Y")
    world.sip("syskon", [BUP]).oppnar(BUP_GRUPP).misstankt("far", mot="bonusmor")
    assert {samtycke for *_, samtycke in listed(world)} == {world.named["Y"].handelse_id}


def test_k8_whose_guardian_somebody_is_follows_custody() -> None:
    world = World().vardnad("barn", "mor", "far").vardnad("syskon", "far")
    assert world.tillstand.person("far").barn == ("barn", "syskon")
    world.vardnad("barn", "mor").vardnad("syskon", "mor", provisoriskt=True, av=VC)
    assert world.tillstand.person("far").barn == ("syskon",)
    assert world.tillstand.person("mor").barn == ("barn", "syskon")


def test_k4_who_opened_on_an_annulled_consent_is_told_of_in_the_same_words() -> None:
    world = World().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL]).oppnar(VC)
    assert world.message is not None
    message = world.message
    assert told(world.makulerar("anna")) == {(message.handelse_id, "oppning-att-granska")}
