"""What stands beside a decision in the database, against the decision itself and the record that it is on. Pure.

What follows from all that was judged before (`arende_id`, `outcome`) only who judges the log again can hold.
"""

from collections.abc import Iterator
from typing import Final, Protocol

from samverkanshub.codec.decisions import QUARANTINE, DecisionRecord
from samverkanshub.codec.envelope import Envelope, decode
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.errors import Undecodable
from samverkanshub.domain.events import HUB

JUDGED: Final = "dom"
REPEATED: Final = "upprepning"
QUARANTINED: Final = "karantan"
_SAYS: Final = {("T1", REPEATED): REPEATED, ("", QUARANTINE): QUARANTINED}
_NAMES: Final = ("aktor", "lasargrupp", "typ")


class Columns(Protocol):
    """The columns of a decision's row that are held, beside its record and its digests."""

    @property
    def handelse_id(self) -> str: ...
    @property
    def aktor(self) -> str: ...
    @property
    def lasargrupp(self) -> str: ...
    @property
    def typ(self) -> str: ...
    @property
    def arende_id(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def tid(self) -> int: ...


class Logged(Protocol):
    """A record of the log, as far as columns follow from it; `tid` is its stamp in ms."""

    @property
    def tid(self) -> int: ...
    @property
    def value(self) -> bytes: ...


class Clock:
    """The time (ms) of an område, which never goes back. Not known before the first row of what begins later than 0.

    That row is then held from below alone, and with it those that follow from it until the stamps have caught up.
    """

    def __init__(self, *, known: bool) -> None:
        self._at = 0 if known else None

    def fault(self, tid: int, stamped: int) -> str:
        """What is wrong with the time beside the next decision, on a record with this stamp; empty for nothing."""
        right = tid >= stamped if self._at is None else tid == max(stamped, self._at)
        return "" if right else _other("tid")

    def goes_to(self, tid: int) -> None:
        """The next decision is no earlier than this."""
        self._at = tid


def fault(row: Columns, decision: DecisionRecord, record: Logged | None, clock: Clock, schemas: Schemas) -> str:
    """What is wrong with a row whose decision is the one signed; empty for nothing.

    Without the record of the log only what the decision says itself is held.
    """
    wrong = next((name for name, value in _of_decision(decision) if getattr(row, name) != value), "")
    if wrong or record is None:
        return _other(wrong) if wrong else ""
    envelope = _envelope(record.value, schemas) if decision.place.handelse_id else None
    if decision.place.handelse_id != (envelope.handelse_id if envelope else ""):
        return "is on another event than the record's"
    wrong = next((name for name in _NAMES if envelope and getattr(row, name) != getattr(envelope, name)), "")
    found = _other(wrong) if wrong else clock.fault(row.tid, record.tid)
    # What decodes as the hub's own but cannot be folded changes nothing, the time included.
    if not (row.status == QUARANTINED and envelope and envelope.aktor == HUB):
        clock.goes_to(row.tid)
    return found


def _of_decision(decision: DecisionRecord) -> Iterator[tuple[str, str]]:
    """The columns that the decision says itself: of a record that nobody can read it names no event."""
    status = _status(decision)
    yield "handelse_id", decision.place.handelse_id
    yield "status", status
    unread = not decision.place.handelse_id
    yield from ((name, "") for name in _NAMES if unread)
    if unread or status == REPEATED:
        yield "arende_id", ""


def _status(decision: DecisionRecord) -> str:
    """As the entry on the event itself says."""
    own = [post.entry for post in decision.poster if not post.entry.mottagare and not post.entry.vag]
    said = (_SAYS.get((reason.regel, reason.kod)) for entry in own for reason in entry.reasons)
    return next((status for status in said if status), JUDGED)


def _envelope(value: bytes, schemas: Schemas) -> Envelope | None:
    try:
        return decode(value, schemas)
    except Undecodable:
        return None


def _other(column: str) -> str:
    return f"stands beside another `{column}` than follows from it and its record"
