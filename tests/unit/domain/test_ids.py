"""Ids derive from what they stand for; the one under which P5 hides a name, from what its reader cannot know."""

import re
from hashlib import sha256
from uuid import UUID, uuid5

import pytest

from samverkanshub.codec.formats import check_format
from samverkanshub.domain import ids

SALTS = [sha256(bytes([number])).digest() for number in range(64)]


DERIVED = (
    ids.notice_id(0, 7, 1, "mora"),
    ids.answer_id("mora", 7, 1),
    ids.step_id("p", "paminnelse", 7),
    ids.age_id("p", "barn", "2026-11-23"),
    ids.canary_id(0, 7),
    ids.audit_id("h", 7),
)
"""What the hub names itself, each of what it stands for."""


def test_each_derived_id_is_one_of_its_kind_and_a_uuid() -> None:
    assert len(set(DERIVED)) == len(DERIVED)
    assert all(str(UUID(one)) == one for one in DERIVED)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ids.notice_id(0, 1, 17, "mora"), ids.notice_id(0, 11, 7, "mora")),
        (ids.answer_id("mora", 1, 17), ids.answer_id("mora", 11, 7)),
        (ids.canary_id(1, 17), ids.canary_id(11, 7)),
        (ids.audit_id("h1", 7), ids.audit_id("h", 17)),
    ],
)
def test_no_two_places_have_one_id_because_their_digits_stand_beside_each_other(one: str, other: str) -> None:
    assert one != other


def test_a_request_id_is_the_same_for_the_same_recipient_of_the_same_event() -> None:
    assert ids.request_id(SALTS[0], "mora.vinr.utsatt") == ids.request_id(SALTS[0], "mora.vinr.utsatt")
    assert ids.request_id(SALTS[0], "mora.vinr.utsatt") != ids.request_id(SALTS[0], "mora.vinr.utovare")


def test_a_request_id_cannot_be_made_without_the_events_salt() -> None:
    """P5."""
    assert len({ids.request_id(salt, "mora.vinr.utsatt") for salt in SALTS}) == len(SALTS)


def test_a_consent_may_name_a_request_id_and_it_never_reads_as_a_number() -> None:
    """P5, A1: no digit in it at all."""
    for salt in SALTS:
        found = ids.request_id(salt, "mora.vinr.utsatt")
        check_format(found, "id", "/data/mottagare/0/id")
        assert re.fullmatch(r"begaran-[a-p]{32}", found)


@pytest.mark.parametrize("name", ["", "mora", "Ängelsberg\n\N{SNOWMAN}", "x" * 500])
def test_they_are_uuids_of_the_hubs_namespace(name: str) -> None:
    """RFC 9562, 5.5: as anybody can make them again with a library."""
    assert ids.arende_id(name) == str(uuid5(ids.NAMESPACE, f"arende\n{name}"))
    assert ids.notice_id(0, 7, 1, name) == str(uuid5(ids.NAMESPACE, f"notis\n0\n7\n1\n{name}"))
