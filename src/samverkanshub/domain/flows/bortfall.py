"""Q2: which duties fall with a message that is taken back, and which duty to call stands open again (S3, S4, H2, A3).

What somebody has opened stays with them as an incident: then what the message asked of its sender stands too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain import plikter
from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.events import SIP_KALLELSE, Event
from samverkanshub.domain.flows import flow, sip
from samverkanshub.domain.flows.kvittenser import MET_BY_KVITTENS
from samverkanshub.domain.messages import MESSAGE, Sak
from samverkanshub.domain.state import ArendeState, Leverans, Meddelande, Plikt, Tillstand
from samverkanshub.domain.varden import quick, replace

OPEN_AGAIN: Final = "s4-kallelse-oppen-igen"


@quick
@dataclass(frozen=True, slots=True)
class Bortfall:
    """An ärende when a message of it is taken back. `gone`: the deliveries that are withdrawn.

    `decision` is that on the event that takes it back: on a correction, whose own deliveries stand from here on.
    """

    sak: Sak
    arende: ArendeState
    message: Meddelande
    gone: frozenset[str]
    decision: Decision

    def fallen(self) -> tuple[str, ...]:
        """The duties that nothing asks for any more, sorted by id."""
        return tuple(sorted(plikt.id for plikt in self.arende.plikter if not plikt.uppfylld and self._falls(plikt)))

    def _falls(self, plikt: Plikt) -> bool:
        taken = self.message.handelse
        if plikt.slag in MET_BY_KVITTENS:
            return plikt.handelse_id == taken.handelse_id and plikt.barare in self._freed()
        if any(message.handelse_id == taken.handelse_id for message in self._standing()):
            return False
        if plikt.slag == plikter.A3_ANSVAR:
            return plikt.handelse_id == taken.handelse_id
        if plikt.slag == plikter.S3_INFORMATION:
            return taken.typ == SIP_KALLELSE and plikt.barare == taken.enhet and not self._leaves_guardian_out()
        about_nobody = all(message.exposed is None for message in self._standing())
        return plikt.slag == plikter.H2_INNEHAVARE and taken.exposed is not None and about_nobody

    def _freed(self) -> set[str]:
        """Units that are left with nothing of it to acknowledge."""
        katalog = self.sak.regelverk.katalog
        held = [lev for lev in _left(self.arende, self.message) if lev.mottagare in katalog.lasargrupper]
        units = {lev.leverans_id: katalog.lasargrupper[lev.mottagare].enhet for lev in held}
        kept = {unit for id_, unit in units.items() if id_ not in self.gone}
        return set(units.values()) - kept

    def _stands(self, message: Meddelande, arende: ArendeState, since: int = 0) -> bool:
        """Does somebody have it still, delivered at `since` (ms) or later?"""
        left = (lev for lev in _left(arende, message) if lev.slag == MESSAGE and lev.leverans_id not in self.gone)
        return any(lev.tid >= since for lev in left)

    def _sent_instead(self) -> Iterator[Event]:
        if sip.went_out(self.decision):
            yield self.sak.event

    def _standing(self) -> list[Event]:
        kept = (message.handelse for message in self.arende.meddelanden if self._stands(message, self.arende))
        return [*kept, *self._sent_instead()]

    def _leaves_guardian_out(self) -> bool:
        """S3: would another summons of the caller's that stands have made the duty, as things are now?"""
        return any(sip.owes_information(self.sak, message) for message in self._own_summonses(self._standing()))

    def _own_summonses(self, messages: list[Event]) -> Iterator[Event]:
        enhet = self.message.handelse.enhet
        yield from (one for one in messages if (one.typ, one.enhet) == (SIP_KALLELSE, enhet))

    # ------------------------------------------------------------------------------------------ S4

    def open_again(self) -> tuple[str, ...]:
        """S4: the latest notice's duty, where no summons of the fasta vårdkontakt's that stands has met it.

        Of all the person's SIP: a summons that is taken back calls nobody, opened or not, and whichever ärende it and
        the notice were of. An earlier notice's duty is owed by nobody (S4).
        """
        if self.message.handelse.typ != SIP_KALLELSE:
            return ()
        owed = [p for arende in self._sips() for p in arende.plikter if p.slag == plikter.S4_KALLELSE]
        latest = sorted(owed, key=lambda plikt: (not plikt.uppfylld, plikt.uppfylld))[-1:]
        return tuple(plikt.id for plikt in latest if plikt.utfall == sip.CALLED and self._uncalled(plikt))

    def _sips(self) -> Iterator[ArendeState]:
        """The person's, one open at a time, this among them."""
        known = self.sak.tillstand.arenden
        found = (known[id_] for id_ in self.sak.tillstand.person(self.arende.person_id).berorda)
        yield from (arende for arende in found if arende.process == self.arende.process)

    def _uncalled(self, plikt: Plikt) -> bool:
        if self.message.handelse.enhet != plikt.barare:
            return False
        others = ((m, a) for a in self._sips() for m in a.meddelanden if m != self.message and not m.aterkallad)
        called = [message.handelse for message, arende in others if self._stands(message, arende, plikt.uppfylld)]
        return not any(self._own_summonses([*called, *self._sent_instead()]))


def _left(arende: ArendeState, message: Meddelande) -> Iterator[Leverans]:
    """What stood of a message before."""
    for lev in arende.leveranser:
        if lev.handelse_id == message.handelse.handelse_id and not lev.aterkallad:
            yield lev


def entries(reopened: tuple[str, ...]) -> Iterator[Entry]:
    """T1: each duty that stands open again, as a line of the decision."""
    for id_ in reopened:
        yield Entry("", f"#{plikter.S4_KALLELSE}/oppen-igen/{id_}", (Reason("S4", OPEN_AGAIN, False),), "plikt")


def opened(tillstand: Tillstand, decision: Decision) -> Tillstand:
    """S4: the state with each duty that stands open again, in the person's open SIP, since a call reaches no other.

    Where the person has none, the duty's own is open again (H1).
    """
    for id_ in decision.oppnade_plikter:
        tillstand = _opened(tillstand, id_)
    return tillstand


def _opened(tillstand: Tillstand, id_: str) -> Tillstand:
    home = next(a for a in tillstand.arenden.values() if any(plikt.id == id_ for plikt in a.plikter))
    home = plikter.open_again(home, lambda plikt: plikt.id == id_)
    return _where_called(flow.as_open(tillstand.with_arende(home), home), home, id_)


def _where_called(tillstand: Tillstand, home: ArendeState, id_: str) -> Tillstand:
    """H1: in the ärende that the person's next summons joins."""
    there = tillstand.arenden[dict(tillstand.person(home.person_id).arenden)[home.process]]
    if there.arende_id == home.arende_id:
        return tillstand
    (plikt,) = (plikt for plikt in home.plikter if plikt.id == id_)
    home = replace(home, plikter=tuple(one for one in home.plikter if one != plikt))
    parties = tuple(sorted({*there.deltagare, plikt.barare, plikt.vantar}))
    there = replace(there, deltagare=parties, plikter=(*there.plikter, plikt))
    return tillstand.with_arende(home).with_arende(there)
