"""T1, B7, B1: what an operator does is judged for its form, and changes nothing that is judged later."""

from dataclasses import replace
from typing import Any

import pytest
from mini_regelverk import UTSATT
from world import World

from samverkanshub.domain.atgarder import SKAL
from samverkanshub.domain.events import HUB, Event, Person
from samverkanshub.domain.flows.driftatgard import ABOUT, NAMNER, REGEL
from samverkanshub.domain.operatorer import Operator

EVENT = "11111111-1111-5111-8111-111111111111"
CONCERNS: dict[str, Any] = {
    "partition": "0",
    "offset": "7",
    "forslag": EVENT,
    "artefakter": [{"namn": "katalog", "digest": "ab" * 32}],
    "fran": "2026-03-03T06:00:00+01:00",
    "till": "2026-03-03T07:00:00+01:00",
}
"""What an act may concern. The world's first event is at nine on 2 March 2026."""
STOP = {"atgard": "stopp_planerat", "fran": CONCERNS["fran"], "till": CONCERNS["till"], "skal": "uppgradering"}


def operated() -> World:
    world = World()
    world.regler = replace(
        world.regler, operatorer=(Operator("drift.1", "2026-01-01"), Operator("drift.3", "2026-09-01"))
    )
    return world


def act(world: World, av: str = HUB, **koder: Any) -> World:
    about = (Person("anna", "registrerad"),) if koder.get("atgard") in ABOUT else ()
    event = Event(f"d{world.offset}", "driftatgard", av, "", "", "", about, koder={"vem": "drift.1", **koder})
    return world.happens(event if av == HUB else replace(event, enhet="mora.vinr", lasargrupp=UTSATT))


@pytest.mark.parametrize("slag", sorted(SKAL))
def test_t1_an_operators_act_is_noted_by_its_rule_and_nothing_more_comes_of_it(slag: str) -> None:
    world = operated()
    before = world.tillstand
    act(world, atgard=slag, skal=SKAL[slag][0], **{name: CONCERNS[name] for name in NAMNER[slag]})
    assert world.last is not None
    assert world.refused() == set()
    assert [(r.regel, r.kod) for e in world.last.entries for r in e.reasons] == [(REGEL[slag], slag.replace("_", "-"))]
    assert (world.last.deliveries, world.last.plikter, world.last.skeenden, world.last.hints) == ((), (), (), ())
    assert (world.tillstand.personer, world.tillstand.arenden) == (before.personer, before.arenden)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"vem": "drift.2"}, "T1 ej-operator"),
        ({"vem": "drift.3"}, "T1 ej-operator"),
        ({"skal": "felet_rattat"}, "T1 skal-passar-ej"),
        ({"till": None}, "T1 avser-passar-ej"),
        ({"forslag": EVENT}, "T1 avser-passar-ej"),
        ({"till": CONCERNS["fran"]}, "T1 stopp-bakvant"),
        ({"fran": "2026-03-01T06:00:00+01:00", "till": "2026-03-02T09:00:00+01:00"}, "T1 stopp-bakvant"),
    ],
)
def test_t1_what_no_operator_of_the_day_could_do_so_is_refused(change: dict[str, Any], why: str) -> None:
    assert act(operated(), **{**STOP, **change}).refused() == {why}


def test_t1_an_act_that_the_rules_do_not_know_is_refused() -> None:
    assert act(operated(), atgard="nytt", skal="klart").refused() == {"T1 skal-passar-ej", "T1 avser-passar-ej"}


def test_t1_a_stop_that_has_begun_may_still_be_noted() -> None:
    assert act(operated(), **{**STOP, "fran": "2026-03-02T08:00:00+01:00"}).refused() == set()


def test_t1_nobody_but_the_hub_says_what_operators_do() -> None:
    assert act(operated(), av="mora", **STOP).refused() == {"T1 okand-avsandare"}


def test_every_act_has_its_rule_and_says_what_it_concerns() -> None:
    assert set(REGEL) == set(NAMNER) == set(SKAL)
