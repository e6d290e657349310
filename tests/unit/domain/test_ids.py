"""Ids derive from what they stand for; the one under which P5 hides a name, from what its reader cannot know."""

import re
from hashlib import sha256
from uuid import uuid5

import pytest

from samverkanshub.codec.formats import check_format
from samverkanshub.domain import ids

SALTS = [sha256(bytes([number])).digest() for number in range(64)]


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
