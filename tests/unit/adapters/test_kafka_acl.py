"""Which of Kafka's rights let anybody at the hub's topics or groups, whoever gave them."""

import pytest

from samverkanshub.adapters.kafka.acl import Rad

TOPIC, GROUP, CLUSTER, TRANSACTION, TOKEN, USER = range(2, 8)
LITERAL, PREFIXED = 3, 4
DENY, ALLOW = 2, 3
READ = 3


def row(resurs: int, namn: str, monster: int, tillats: int = ALLOW, principal: str = "User:annan") -> Rad:
    return Rad(resurs, namn, monster, principal, "*", READ, tillats)


@pytest.mark.parametrize(
    ("found", "reaches"),
    [
        (row(TOPIC, "samverkan.logg", LITERAL), True),
        (row(TOPIC, "samverkan.notis.", PREFIXED), True),
        (row(TOPIC, "samverkan.notis.mora", PREFIXED), True),
        (row(TOPIC, "sam", PREFIXED), True),
        (row(TOPIC, "*", LITERAL), True),
        (row(GROUP, "samverkan.gate", LITERAL), True),
        (row(TOPIC, "sam", LITERAL), False),
        (row(TOPIC, "annat", PREFIXED), False),
        (row(TOPIC, "samverkan.logg", LITERAL, DENY), False),
    ],
)
def test_a_right_reaches_by_its_name_or_by_what_that_begins_with(found: Rad, reaches: bool) -> None:
    assert found.reaches is reaches


@pytest.mark.parametrize("resurs", [CLUSTER, TRANSACTION, TOKEN, USER])
def test_a_right_to_what_is_no_topic_or_group_reaches_the_hub_whatever_it_is_called(resurs: int) -> None:
    """Who may alter the cluster makes users and rights; whose token one may ask for one can be."""
    assert row(resurs, "annat", LITERAL).reaches
    assert not row(resurs, "annat", LITERAL, DENY).reaches


@pytest.mark.parametrize(("principal", "ours"), [("User:samverkan-api", True), ("User:*", False), ("User:sam", False)])
def test_a_right_is_the_hubs_to_give_and_take_where_the_user_is(principal: str, ours: bool) -> None:
    assert row(TOPIC, "samverkan.logg", LITERAL, principal=principal).ours is ours
