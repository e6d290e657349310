"""Is a consent in force for all that it says, for a part, or for nothing? B7, K2, K3, K4, K8, K9, K11."""

from typing import Any

import pytest
from k8_steps import beslut
from mini_regelverk import BUP, MORA_VINR, VARDCENTRAL
from steps import refs
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


# ------------------------------------------------------------------------------------------ exempted, frozen


def both(undantag: dict[str, Any], **more: Any) -> World:
    """A consent that exempts nothing, and another, to a third unit, that exempts this; both for a SIP."""
    world = World().samtycke("anna", [VARDCENTRAL, BUP], kategorier=["halsa", "ekonomi"], som="A")
    return world.samtycke("anna", [MORA_VINR], undantag=undantag, som="B", **more)


EMPLOYEE = {"aktor": "region-dalarna", "anvandare": "lakare-7"}


@pytest.mark.parametrize(
    ("undantag", "left"),
    [
        ({"kategorier": ["halsa", "ekonomi"]}, NOTHING),
        ({"mottagare": refs([VARDCENTRAL, BUP])}, NOTHING),
        ({"mottagare": refs(["region-dalarna"])}, NOTHING),
        ({"kategorier": ["ekonomi"]}, PART),
        ({"mottagare": refs([BUP])}, PART),
        ({"mottagare": [{"slag": "enhet", "id": BUP, "meddelande": "m"}]}, PART),
        ({"uppgifter": ["ref-1"]}, PART),
        ({"anvandare": [EMPLOYEE]}, PART),
        ({"anvandare": [EMPLOYEE | {"aktor": "mora"}]}, ALL),
        ({"kategorier": ["vald"]}, ALL),
        ({"mottagare": refs(["rattvik.vinr"])}, ALL),
    ],
)
def test_k3_what_came_with_another_consent_takes_from_what_it_says(undantag: dict[str, Any], left: str) -> None:
    assert of(both(undantag), "A") == left


def test_k3_an_exemption_for_another_purpose_takes_nothing() -> None:
    assert of(both({"kategorier": ["halsa", "ekonomi"]}, andamal="riskbedomning"), "A") == ALL


def test_k3_what_is_lifted_takes_nothing() -> None:
    world = both({"kategorier": ["halsa", "ekonomi"]})
    assert of(world.haver_undantag("anna", kategorier=["ekonomi"]), "A") == PART
    assert of(world.haver_undantag("anna", kategorier=["halsa"]), "A") == ALL


@pytest.mark.parametrize(
    "undantag",
    [{"kategorier": ["ekonomi"]}, {"mottagare": refs([BUP])}, {"uppgifter": ["ref-1"]}, {"anvandare": [EMPLOYEE]}],
)
def test_k3_what_a_consent_exempts_itself_it_does_not_say(undantag: dict[str, Any]) -> None:
    """Nor where another exempts the same."""
    world = World().samtycke("anna", [VARDCENTRAL, BUP], undantag=undantag, som="A")
    assert of(world, "A") == ALL
    assert of(world.samtycke("anna", [MORA_VINR], undantag=undantag, som="B"), "A") == ALL


def test_k3_one_that_exempts_all_that_it_covers_is_in_force_for_nothing() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], kategorier=["halsa"], undantag={"kategorier": ["halsa"]}, som="A")
    assert of(world, "A") == NOTHING


def test_k3_k8_the_exemption_of_a_guardian_whose_word_is_replaced_takes_nothing() -> None:
    exempt = {"kategorier": ["halsa"]}
    world = beslut(World().vardnad("barn", "mor", "far"), "fb_6_13a", ["far"])
    world.samtycke("barn", [BUP], kategorier=["halsa"], givare=["mor"], som="A")
    world.samtycke("barn", [VARDCENTRAL], givare=["far"], undantag=exempt)
    assert of(world, "A", "barn") == ALL
    world.samtycke("barn", [VARDCENTRAL], givare=["mor"], undantag=exempt)
    assert of(world, "A", "barn") == NOTHING


def test_b7_of_who_is_frozen_nothing_is_in_force() -> None:
    world = World().samtycke("anna", [VARDCENTRAL], som="A")
    assert of(world.frys("anna"), "A") == NOTHING


def test_b7_nor_where_somebody_close_is() -> None:
    world = World().hushall("anna", "bo").samtycke("anna", [VARDCENTRAL], som="A")
    assert of(world, "A") == ALL
    assert of(world.frys("bo"), "A") == NOTHING
