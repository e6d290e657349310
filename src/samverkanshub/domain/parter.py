"""Who takes part in an ärende, as units of the directory."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.events import OROSANMALAN, UPPGIFT_TILL_UTREDNING
from samverkanshub.domain.messages import MESSAGE, PROCESSES
from samverkanshub.domain.state import ArendeState

GODTAS: Final = "godtas"
"""The yes to a handover or a proposal."""
REPORTS: Final = frozenset({OROSANMALAN, UPPGIFT_TILL_UTREDNING})
"""What tells socialtjänst of a child, whose sender is told no more of the inquiry than O5 lets it."""


def parties(arende: ArendeState, katalog: Katalog) -> frozenset[str]:
    """The units that have sent, received or taken over in an ärende, and have not closed their part since (H1).

    A consultation or an alarm makes nobody a party, nor does a message of which nothing was delivered, or which has
    been recalled (T3); a reader group that has left the directory counts for nothing. In what only holds consents that
    have been told of (K7) nobody takes part.
    """
    return _remaining(arende, katalog, (*_sent(arende), *_received(arende, katalog)))


def bearers(arende: ArendeState, katalog: Katalog) -> frozenset[str]:
    """O5: the parties that answer for the ärende: not who has only reported, which learns of the inquiry alone."""
    return _remaining(arende, katalog, (*_sent(arende, but=REPORTS), *_received(arende, katalog)))


def holder(arende: ArendeState, katalog: Katalog) -> str:
    """H2: the unit that holds the ärende; empty where none does, or one that has left the directory since."""
    return arende.ansvarig if arende.ansvarig in katalog.enheter else ""


def _remaining(arende: ArendeState, katalog: Katalog, takings: Iterable[tuple[str, int]]) -> frozenset[str]:
    """Those of them that have not closed their part since, and the holder."""
    if arende.process not in PROCESSES.values():
        return frozenset()
    latest: dict[str, int] = {}
    for enhet, offset in sorted(takings, key=lambda taking: taking[1]):
        latest[enhet] = offset
    closed = {avslut.enhet: avslut.offset for avslut in arende.avslut}
    taking_part = {enhet for enhet, offset in latest.items() if offset > closed.get(enhet, -1)}
    return frozenset(taking_part | ({holder(arende, katalog)} - {""}))


def _sent(arende: ArendeState, but: Collection[str] = ()) -> Iterator[tuple[str, int]]:
    """Each time that a unit has come to take part by a message that stands with a recipient: which, at what offset."""
    stand = {lev.handelse_id for lev in arende.leveranser if lev.slag == MESSAGE and not lev.aterkallad}
    for message in arende.meddelanden:
        if message.handelse.handelse_id in stand and message.handelse.typ not in but:
            yield message.handelse.enhet, message.offset


def _received(arende: ArendeState, katalog: Katalog) -> Iterator[tuple[str, int]]:
    """Each time that a unit has come to take part by what it accepted or got: which, and at what offset."""
    yield from ((one.till, one.offset) for one in arende.overlamningar if one.svar == GODTAS)
    for lev in arende.leveranser:
        if lev.slag == MESSAGE and not lev.aterkallad and lev.mottagare in katalog.lasargrupper:
            yield katalog.lasargrupper[lev.mottagare].enhet, lev.offset
