"""One step of a partition, and the time and names that histories are told in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from samverkanshub.domain import gate
from samverkanshub.domain.decision import Decision
from samverkanshub.domain.events import Event, Position
from samverkanshub.domain.fold import fold
from samverkanshub.domain.needs import needs
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import Tillstand
from samverkanshub.domain.tid import to_ms

SECOND = 1000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = to_ms("2026-03-02T09:00:00+01:00")
OMRADE = 0


def iso(tid: int) -> str:
    """RFC 3339 of an instant in ms."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=tid)).isoformat()


def refs(units: Iterable[str]) -> list[dict[str, str]]:
    """Recipients as a consent names them: an id with a dot is a unit, one without an organisation; or a request id."""
    return [{"slag": _slag(id_), "id": id_} for id_ in units]


def _slag(id_: str) -> str:
    if id_.startswith("begaran-"):
        return "begaran"
    return "enhet" if "." in id_ else "organisation"


def loaded(tillstand: Tillstand, event: Event) -> Tillstand:
    """The part of the state that `needs` asks for, loaded as the pipeline does."""
    part = Tillstand(tillstand.omrade)
    while True:
        persons, arenden = needs(part, event)
        again = Tillstand(
            tillstand.omrade,
            {id_: tillstand.personer[id_] for id_ in persons if id_ in tillstand.personer},
            {id_: tillstand.arenden[id_] for id_ in arenden if id_ in tillstand.arenden},
        )
        if again == part:
            return part
        part = again


def merged(whole: Tillstand, part: Tillstand) -> Tillstand:
    """The whole state with what was folded in a part of it."""
    return Tillstand(part.omrade, {**whole.personer, **part.personer}, {**whole.arenden, **part.arenden})


def step(tillstand: Tillstand, event: Event, position: Position, regler: Regelverk) -> tuple[Decision, Tillstand]:
    """Decide and fold one event, on what `needs` asks for, which must be enough."""
    part = loaded(tillstand, event)
    decision = gate.decide(part, event, position, regler)
    after = merged(tillstand, fold(part, event, decision, position))
    assert decision == gate.decide(tillstand, event, position, regler), "`needs` leaves out what the rules look at"
    assert after == fold(tillstand, event, decision, position), "`needs` leaves out what the fold changes"
    return decision, after
