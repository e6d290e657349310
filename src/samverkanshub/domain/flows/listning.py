"""The list of open duties, and of ärenden fallen between chairs (H2): what a reader group may read of them.

It tells what the gate's notices and outcomes tell, to those they are told to: nobody learns by asking for the list what
the gate keeps from them (T3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from samverkanshub.domain.actors import Katalog, Lasargrupp
from samverkanshub.domain.flows import ansvar, flow
from samverkanshub.domain.flows.steg import hidden
from samverkanshub.domain.plikter import H2_INNEHAVARE, O4_KVITTENS, ladder_done
from samverkanshub.domain.routing import statutory_municipalities
from samverkanshub.domain.state import ArendeState, Meddelande, Plikt
from samverkanshub.domain.varden import quick

BEARS: Final = "bar"
SHARES: Final = "delar"
WAITS: Final = "vantar"
UNREAD: Final = "okand"
"""Where a report went that could not be read."""


@quick
@dataclass(frozen=True, slots=True)
class Listad:
    """A duty as a reader group reads of it: `roll` is its unit's part in it, `avser` a delivery or event of its own.

    `fraga` is another unit's event that asks the unit for an answer: a handover (H1) or who is responsible (A3).
    """

    plikt: Plikt
    roll: str
    avser: str
    fraga: str = ""


def is_listed(plikt: Plikt) -> bool:
    """H2: every open duty; that nobody holds an ärende from when all who answer for it have been told so."""
    return not plikt.uppfylld and (plikt.slag != H2_INNEHAVARE or ladder_done(plikt))


def concerned(arende: ArendeState, plikt: Plikt) -> frozenset[str]:
    """Units and reader groups that the duty may be listed for, whatever the directory says: all others need not ask."""
    named = {plikt.barare, plikt.vantar, *plikt.aven}
    if plikt.slag == H2_INNEHAVARE:
        named |= {message.handelse.enhet for message in arende.meddelanden} | {arende.ansvarig}
        named |= {lev.mottagare for lev in arende.leveranser} | {asked.till for asked in arende.overlamningar}
    return frozenset(named - {""})


def reported(arende: ArendeState, plikt: Plikt, mottagare: str) -> tuple[int, str]:
    """O4, B7: when the report came that nobody has acknowledged yet (ms), and to which municipalities, after commas.

    For one of those concerned by it alone, so that each duty is counted once: who bears it or, where the report could
    not be read and nobody does, who waits for it. (0, "") for all others, and for other duties.
    """
    if plikt.slag != O4_KVITTENS or mottagare != (plikt.barare or plikt.vantar):
        return 0, ""
    message = _message(arende, plikt)
    return (message.tid, ",".join(statutory_municipalities(message.handelse))) if message else (0, UNREAD)


def listed(arende: ArendeState, grupp: Lasargrupp, katalog: Katalog) -> Iterator[Listad]:
    """H2, O4: the open duties of an ärende that the group's unit bears, shares or waits for, and the group is told of.

    V6: no row says who else has a part in it, nor whom the ärende is about.
    """
    for plikt in filter(is_listed, arende.plikter):
        roll = _roll(arende, plikt, grupp, katalog)
        if roll:
            yield Listad(plikt, roll, _own(arende, plikt, grupp), _asked(arende, plikt, grupp.enhet, katalog))


def _roll(arende: ArendeState, plikt: Plikt, grupp: Lasargrupp, katalog: Katalog) -> str:
    """The part that the group's unit has in the duty; empty where it has none, or the group is not told of it."""
    if plikt.slag == H2_INNEHAVARE:
        answers = grupp.enhet in flow.answering(arende, katalog) and _reads_for_unit(grupp, katalog)
        return SHARES if answers else ""
    if grupp.enhet in (plikt.barare, *plikt.aven) and _reminded(arende, plikt, grupp, katalog):
        return BEARS if grupp.enhet == plikt.barare else SHARES
    waits = grupp.enhet == plikt.vantar and not hidden(arende, plikt)
    return WAITS if waits and _reads_outcome(arende, plikt, grupp, katalog) else ""


def _reads_for_unit(grupp: Lasargrupp, katalog: Katalog) -> bool:
    """V1: is what the unit is told, or its head, told to the group?"""
    return grupp.enhetschef or grupp in flow.readers(katalog, grupp.enhet)


def _reminded(arende: ArendeState, plikt: Plikt, grupp: Lasargrupp, katalog: Katalog) -> bool:
    """O4: the readers that hold the delivery in question, where any of the unit do; else all of it, and its head."""
    own = {one.id for one in katalog.groups_of(grupp.enhet)}
    held = {lev.mottagare for lev in flow.deliveries_of(arende, plikt.handelse_id)} & own
    return grupp.enhetschef or (grupp.id in held if held else _reads_for_unit(grupp, katalog))


def _reads_outcome(arende: ArendeState, plikt: Plikt, grupp: Lasargrupp, katalog: Katalog) -> bool:
    """T3: the group that sent the message, whose outcome tells of the duty; of what is no message, all of the unit."""
    message = _message(arende, plikt)
    return grupp.id == message.handelse.lasargrupp if message else _reads_for_unit(grupp, katalog)


def _own(arende: ArendeState, plikt: Plikt, grupp: Lasargrupp) -> str:
    """The group's own delivery, or the unit's own event, that the duty is about; empty where it has neither."""
    deliveries = flow.deliveries_of(arende, plikt.handelse_id)
    held = (lev.leverans_id for lev in deliveries if lev.mottagare == grupp.id and not lev.aterkallad)
    return next(held, plikt.handelse_id if _sender(arende, plikt) == grupp.enhet else "")


def _asked(arende: ArendeState, plikt: Plikt, enhet: str, katalog: Katalog) -> str:
    """H1, A3: what the unit has been asked and has not answered; empty where it has been asked nothing.

    T3: whoever has closed their part is not told of a proposal, nor is anybody asked to answer one that has fallen.
    """
    handed = (one for one in arende.overlamningar if one.handelse_id == plikt.handelse_id and one.till == enhet)
    waiting = [one.handelse_id for one in handed if not one.svar]
    agree = ansvar.parties(arende, plikt, katalog)
    proposed = (one for one in arende.forslag if one.plikt == plikt.id and {enhet, one.enhet} <= agree)
    waiting += [one.handelse_id for one in proposed if enhet not in (one.fran, *one.godtaget_av)]
    return next(iter(waiting), "")


def _sender(arende: ArendeState, plikt: Plikt) -> str:
    """The unit whose event made the duty: who waits for it, or bears it itself, where it was no message."""
    message = _message(arende, plikt)
    return message.handelse.enhet if message else plikt.vantar or plikt.barare


def _message(arende: ArendeState, plikt: Plikt) -> Meddelande | None:
    return next((one for one in arende.meddelanden if one.handelse.handelse_id == plikt.handelse_id), None)
