"""The topics as values: names, partitions, and what an existing one is held to."""

import pytest

from samverkanshub import topics


def test_the_log_has_a_partition_for_each_omrade_and_is_kept_for_ever() -> None:
    logg = topics.logg(3)
    assert (logg.name, logg.partitions) == ("samverkan.logg", 3)
    assert logg.config["retention.ms"] == logg.config["retention.bytes"] == "-1"
    assert logg.config["message.timestamp.type"] == "LogAppendTime"
    assert logg.config["compression.type"] == "uncompressed"


def test_a_sealed_body_of_the_largest_size_fits_in_a_record() -> None:
    assert int(topics.logg(1).config["max.message.bytes"]) >= 4 * 256 * 1024


def test_every_actor_has_one_topic_of_notices_and_the_hub_one_for_its_canaries() -> None:
    specs = topics.specs(1, ["polisen", "mora", "polisen"])
    names = ["logg", "notis.mora", "notis.polisen", "notis.samverkanshub"]
    assert [spec.name for spec in specs] == [f"samverkan.{name}" for name in names]
    assert {spec.partitions for spec in specs} == {1}


def test_a_topic_made_to_its_spec_agrees() -> None:
    assert topics.disagreements(topics.logg(2), 2, topics.CONFIG_LOGG) == []


@pytest.mark.parametrize(
    ("partitions", "config", "said"),
    [
        (1, {}, "`samverkan.logg` has 1 partitions, not 2"),
        (2, {"retention.ms": "604800000"}, "`samverkan.logg` has `retention.ms` 604800000, not -1"),
        (2, {"cleanup.policy": "compact"}, "`samverkan.logg` has `cleanup.policy` compact, not delete"),
    ],
)
def test_a_log_that_forgets_or_is_split_otherwise_is_told_of(
    partitions: int, config: dict[str, str], said: str
) -> None:
    assert topics.disagreements(topics.logg(2), partitions, config) == [said]
