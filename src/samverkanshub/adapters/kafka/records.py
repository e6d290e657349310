"""A fetched record as the port's `LogRecord`. The transport and the reader share it, so that a replay sees the same."""

from typing import Any, Final

from samverkanshub.domain.errors import Halt
from samverkanshub.ports import LogRecord

LOG_APPEND_TIME: Final = 1


def to_record(fetched: Any) -> LogRecord:
    """The record that aiokafka fetched, bytes untouched.

    A null value, or a header's null value, is handed on as empty: neither is an envelope, and both are judged alike.
    Raises `Halt` where the broker kept a time of the sender's: rules must never see one.
    """
    if fetched.timestamp_type != LOG_APPEND_TIME:
        raise Halt(
            f"the record at `{fetched.offset}` of partition `{fetched.partition}` has no LogAppendTime",
            code="logg-utan-loggtid",
            partition=fetched.partition,
        )
    return LogRecord(
        partition=fetched.partition,
        offset=fetched.offset,
        tid=fetched.timestamp,
        key=fetched.key,
        headers=tuple((name, value or b"") for name, value in fetched.headers),
        value=fetched.value or b"",
    )
