"""The id of a notice tells it from every other, and is the same when it is sent again."""

from dataclasses import replace
from uuid import UUID

from samverkanshub.adapters.kafka.notices import notice_id
from samverkanshub.ports import NoticeRow

NOTICE = NoticeRow(7, 1, "mora", b"{}", partition=2)


def test_the_id_is_a_uuid_that_follows_from_where_the_notice_stands() -> None:
    assert UUID(notice_id(NOTICE)).version == 5
    assert notice_id(NOTICE) == notice_id(replace(NOTICE)) == "89f782b5-d4aa-5966-b3d7-3aea3b0ecaa3"


def test_notices_that_stand_elsewhere_have_other_ids() -> None:
    others = [replace(NOTICE, **changed) for changed in ({"partition": 0}, {"offset": 8}, {"nr": 2}, {"aktor": "orsa"})]
    assert len({notice_id(notice) for notice in (NOTICE, *others)}) == 5
