"""K8: the hub alone says that somebody is in another age class, and from then on the person is judged by it."""

from world import World

from samverkanshub.domain.decision import ACCEPTED, REFUSED
from samverkanshub.domain.events import ADULT, AGE_0_11, AGE_12_14, ALDERSKLASS, HUB, Event, Person


def aldras(world: World, aldersklass: str, aktor: str = HUB) -> World:
    """The child is in another age class, says an actor."""
    barn = Person("barn", "registrerad", aldersklass)
    return world.happens(Event(f"alder-{world.offset}", ALDERSKLASS, aktor, "", "", "", (barn,)))


def verdicts(world: World) -> set[str]:
    assert world.last is not None
    return {entry.verdict for entry in world.last.entries}


def test_k8_the_person_is_in_the_class_from_that_position() -> None:
    world = aldras(World(), AGE_0_11)
    assert world.tillstand.person("barn").aldersklass == AGE_0_11
    aldras(world, AGE_12_14)
    assert world.tillstand.person("barn").aldersklass == AGE_12_14
    assert verdicts(world) == {ACCEPTED}
    assert world.last is not None
    assert [reason.kod for entry in world.last.entries for reason in entry.reasons] == ["aldersklass-andrad"]
    assert world.last.deliveries == (), "nobody is told of a birthday"


def test_nobody_but_the_hub_says_so() -> None:
    world = aldras(aldras(World(), AGE_0_11), ADULT, aktor="mora")
    assert verdicts(world) == {REFUSED}
    assert world.tillstand.person("barn").aldersklass == AGE_0_11


def test_it_is_about_exactly_one_person() -> None:
    world = World().happens(Event("alder", ALDERSKLASS, HUB, "", "", ""))
    assert verdicts(world) == {REFUSED}
