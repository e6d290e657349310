"""Who may do what in Kafka, as a table; each user has the least that its work needs."""

import pytest

from samverkanshub import rattigheter, topics
from samverkanshub.rattigheter import (
    API,
    BYTES_PER_S,
    DRIFT,
    GATE,
    OF_THE_HUB,
    REVISOR,
    WATCH,
    Atgard,
    Ratt,
    Resurs,
    anvandare,
    kvoter,
    ratter,
)

AKTORER = ("falun", "mora")
LOGG, NOTIS, GRIND = "topic samverkan.logg", "topic samverkan.notis.*", "group samverkan.gate"
ALLOWED = {
    (API, LOGG): {"Write", "Read", "DescribeConfigs"},
    (API, NOTIS): {"Create", "Describe", "DescribeConfigs"},
    (GATE, LOGG): {"Read"},
    (GATE, GRIND): {"Read"},
    (GATE, NOTIS): {"Write"},
    (WATCH, LOGG): {"Write", "Read"},
    (WATCH, NOTIS): {"Describe"},
    (WATCH, "topic samverkan.notis.samverkanshub"): {"Read"},
    (WATCH, "group *"): {"Describe"},
    (WATCH, "cluster kafka-cluster"): {"Describe"},
    (REVISOR, LOGG): {"Read"},
    ("samverkan-aktor-falun", "topic samverkan.notis.falun"): {"Read"},
    ("samverkan-aktor-falun", "group samverkan.notis.falun.*"): {"Read"},
    ("samverkan-aktor-mora", "topic samverkan.notis.mora"): {"Read"},
    ("samverkan-aktor-mora", "group samverkan.notis.mora.*"): {"Read"},
}


def test_the_rights_are_these_and_no_others() -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for ratt in ratter(AKTORER):
        where = f"{ratt.resurs} {ratt.namn}{'*' if ratt.prefix else ''}"
        found.setdefault((ratt.anvandare, where), set()).add(ratt.atgard)
    assert found == ALLOWED


def test_only_the_gate_sends_notices_and_only_api_and_watch_write_the_log() -> None:
    writers = {(ratt.anvandare, ratt.namn) for ratt in ratter(AKTORER) if ratt.atgard == Atgard.WRITE}
    assert writers == {(GATE, topics.NOTIS), (API, topics.LOGG), (WATCH, topics.LOGG)}


def test_nobody_but_an_actor_reads_its_notices() -> None:
    for aktor in AKTORER:
        readers = {
            ratt.anvandare
            for ratt in ratter(AKTORER)
            if ratt.atgard == Atgard.READ and ratt.resurs == Resurs.AMNE and _covers(ratt, topics.notis(aktor))
        }
        assert readers == {anvandare(aktor)}


def test_the_super_user_needs_no_right_and_every_other_user_has_one() -> None:
    assert {ratt.anvandare for ratt in ratter(AKTORER)} == set(rattigheter.alla_anvandare(AKTORER)) - {DRIFT}


def test_an_actor_reads_nothing_of_one_whose_name_begins_as_its_own() -> None:
    of_mora = [ratt for ratt in ratter(("mora", "mora-norra")) if ratt.anvandare == anvandare("mora")]
    others = {topics.notis("mora-norra"), f"{topics.lasgrupper('mora-norra')}inkorg"}
    assert not [ratt for ratt in of_mora for name in others if _covers(ratt, name)]


def _covers(ratt: Ratt, name: str) -> bool:
    return name.startswith(ratt.namn) if ratt.prefix else name == ratt.namn


def test_the_order_in_which_actors_are_named_is_nothing() -> None:
    assert ratter(("mora", "falun", "mora")) == ratter(AKTORER)


@pytest.mark.parametrize(
    ("ratt", "said"),
    [
        (
            Ratt(GATE, Resurs.AMNE, topics.NOTIS, Atgard.WRITE, prefix=True),
            "--add --allow-principal User:samverkan-gate --operation Write --topic 'samverkan.notis.'"
            " --resource-pattern-type prefixed",
        ),
        (
            Ratt(WATCH, Resurs.GRUPP, "*", Atgard.DESCRIBE),
            "--add --allow-principal User:samverkan-watch --operation Describe --group '*'",
        ),
        (
            Ratt(WATCH, Resurs.KLUSTER, rattigheter.KLUSTER, Atgard.DESCRIBE),
            "--add --allow-principal User:samverkan-watch --operation Describe --cluster",
        ),
    ],
)
def test_a_right_reads_as_kafkas_own_command_takes_it(ratt: Ratt, said: str) -> None:
    assert str(ratt) == said


def test_who_publishes_directly_writes_to_its_own_topic_alone_and_the_api_takes_in_and_answers() -> None:
    more = set(ratter(AKTORER, ["mora"])) - set(ratter(AKTORER))
    assert {(one.anvandare, one.namn, one.prefix, one.atgard) for one in more} == {
        (anvandare("mora"), "samverkan.in.mora", False, Atgard.WRITE),
        *((API, "samverkan.in.", True, Atgard(one)) for one in ("Read", "Delete", "Create", "DescribeConfigs")),
        (API, "samverkan.intag", False, Atgard.READ),
        (API, "samverkan.notis.", True, Atgard.WRITE),
        (WATCH, "samverkan.in.", True, Atgard.DESCRIBE),
    }


def test_every_actor_has_limits_and_nobody_of_the_hub() -> None:
    assert set(kvoter(AKTORER)) == {anvandare(aktor) for aktor in AKTORER}
    assert not set(kvoter(AKTORER)) & set(OF_THE_HUB)
    assert all(
        limits == {"producer_byte_rate": 131_072, "request_percentage": 50} for limits in kvoter(AKTORER).values()
    )


def test_the_largest_record_is_through_before_a_sender_gives_up_waiting() -> None:
    """Kafka holds a connection for as long as a record is over its limit, and a client of ours waits for 40 s."""
    assert topics.LARGEST_IN / BYTES_PER_S < 20
