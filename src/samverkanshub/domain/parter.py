"""Who takes part in an ärende, as units of the directory."""

from collections.abc import Iterator
from typing import Final

from samverkanshub.domain.actors import Katalog
from samverkanshub.domain.messages import MESSAGE, PROCESSES
from samverkanshub.domain.state import ArendeState

GODTAS: Final = "godtas"
"""The yes to a handover or a proposal."""


def parties(arende: ArendeState, katalog: Katalog) -> frozenset[str]:
    """The units that have sent, received or taken over in an ärende, and have not closed their part since (H1).

    A consultation or an alarm makes nobody a party; a reader group that has left the directory counts for nothing. In
    what only holds consents that have been told of (K7) nobody takes part.
    """
    if arende.process not in PROCESSES.values():
        return frozenset()
    latest: dict[str, int] = {}
    for enhet, offset in sorted(_takings(arende, katalog), key=lambda taking: taking[1]):
        latest[enhet] = offset
    closed = {avslut.enhet: avslut.offset for avslut in arende.avslut}
    taking_part = {enhet for enhet, offset in latest.items() if offset > closed.get(enhet, -1)}
    return frozenset(taking_part | ({arende.ansvarig} if arende.ansvarig else set()))


def _takings(arende: ArendeState, katalog: Katalog) -> Iterator[tuple[str, int]]:
    """Each time that a unit has come to take part: which, and at what offset."""
    yield from ((message.handelse.enhet, message.offset) for message in arende.meddelanden)
    yield from ((one.till, one.offset) for one in arende.overlamningar if one.svar == GODTAS)
    for lev in arende.leveranser:
        if lev.slag == MESSAGE and not lev.aterkallad and lev.mottagare in katalog.lasargrupper:
            yield katalog.lasargrupper[lev.mottagare].enhet, lev.offset
