"""B7: the redrive thaws those whom a record had frozen, by two people's decision, and nobody else."""

from dataclasses import replace
from typing import Any

import pytest
from mini_regelverk import UTSATT, VARDCENTRAL, VC
from world import World

from samverkanshub.domain.events import HUB

TWO = {"foreslagen_av": "anna-driftansvarig", "godkand_av": "bo-driftansvarig", "skal": "felet_rattat"}


def frozen(*times: str) -> World:
    """Anna has consented; then records about these persons could not be read, from offset 2 on."""
    world = World().samtycke("anna", [VARDCENTRAL])
    for namn in times:
        world.frys(namn)
    return world


def thaw(world: World, *names: str, offset: str = "2", av: str = HUB, **koder: Any) -> World:
    codes = {"partition": "0", "offset": offset, **TWO, **koder}
    act = world.event("upptining", UTSATT, [world.person(namn, "fryst") for namn in names], koder=codes)
    return world.happens(replace(act, aktor=av, enhet="", lasargrupp="") if av == HUB else act)


def goes(world: World) -> bool:
    return world.sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}


def test_b7_thawed_is_judged_again() -> None:
    world = frozen("anna")
    assert not goes(world)
    assert thaw(world, "anna").refused() == set()
    assert goes(world)


def test_b7_frozen_twice_needs_thawing_twice() -> None:
    world = thaw(frozen("anna", "anna"), "anna")
    assert not goes(world)
    assert goes(thaw(world, "anna", offset="3"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"godkand_av": TWO["foreslagen_av"]}, "B7 godkand-av-samma"),
        ({"offset": "7"}, "B7 ingen-fryst"),
        ({"offset": "sjutton"}, "B7 ingen-fryst"),
        ({"partition": "1"}, "B7 ingen-fryst"),
    ],
)
def test_b7_one_alone_or_another_record_thaws_nobody(change: dict[str, str], why: str) -> None:
    world = thaw(frozen("anna"), "anna", **change)
    assert world.refused() == {why}
    assert not goes(world)


def test_b7_who_is_named_and_not_frozen_by_it_stays_as_they_are() -> None:
    world = frozen("anna", "syskon")
    assert thaw(world, "anna", "syskon").tillstand.person("syskon").fryst == (3,)
    assert thaw(world, "maken").refused() == {"B7 ingen-fryst"}


def test_b7_nobody_but_the_hub_thaws() -> None:
    world = thaw(frozen("anna"), "anna", av="mora")
    assert world.refused() == {"T1 okand-avsandare"}
    assert not goes(world)


@pytest.mark.parametrize(("named", "told"), [({"handelse": "h9"}, [("h9", "upptinad-sand-pa-nytt")]), ({}, [])])
def test_b7_the_sender_of_the_record_is_told_to_send_it_anew(
    named: dict[str, str], told: list[tuple[str, str]]
) -> None:
    world = thaw(frozen("anna"), "anna", **named)
    assert world.last is not None
    assert [(s.handelse_id, s.slag) for s in world.last.skeenden] == told
    assert world.last.deliveries == ()
