"""Is a consent in force for all that it says, for a part, or for nothing? K2, K4, K8, K9, K11."""

from mini_regelverk import BUP, VARDCENTRAL
from world import World

from samverkanshub.domain.ikraft import ALL, NOTHING, PART, in_force


def of(world: World, name: str, who: str = "anna") -> str:
    event = world.named[name]
    [samtycke] = [one for one in world.tillstand.person(who).samtycken if one.id == event.handelse_id]
    return in_force(world.tillstand, event, samtycke, world.tid, world.regler)


def test_k1_a_consent_is_in_force_for_all_that_it_says() -> None:
    assert of(World().samtycke("anna", [VARDCENTRAL, BUP], som="A"), "A") == ALL


def test_k9_superseded_for_one_recipient_it_is_for_the_other_alone() -> None:
    world = World().samtycke("anna", [VARDCENTRAL, BUP], som="A").samtycke("anna", [BUP], som="B")
    assert (of(world, "A"), of(world, "B")) == (PART, ALL)


def test_k9_superseded_for_all_its_recipients_it_is_for_nothing() -> None:
    world = World().samtycke("anna", [BUP], som="A").samtycke("anna", [VARDCENTRAL, BUP], som="B")
    assert (of(world, "A"), of(world, "B")) == (NOTHING, ALL)


def test_k11_what_was_not_given_freely_is_in_force_for_nothing() -> None:
    assert of(World().samtycke("anna", [VARDCENTRAL], som="A", enskilt=False), "A") == NOTHING


def test_k8_one_guardians_consent_is_in_force_when_all_have_given_theirs() -> None:
    world = World().vardnad("barn", "mor", "far").samtycke("barn", [BUP], givare=["mor"], som="A")
    assert of(world, "A", "barn") == NOTHING
    assert of(world.samtycke("barn", [BUP], givare=["far"], som="B"), "A", "barn") == ALL
