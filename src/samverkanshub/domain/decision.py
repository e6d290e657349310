"""A decision: sorted entries whose verdict is derived from their reasons, so that the two cannot disagree (T1)."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Final

from samverkanshub.domain.state import Nekande, Plikt
from samverkanshub.domain.varden import quick

DELIVERED: Final = "levereras"
WITHHELD: Final = "undanhalls"
ACCEPTED: Final = "godtas"
REFUSED: Final = "avvisas"
TOLD_OF: Final = "notis"
"""The function of a line that says who was told something."""
INCIDENT: Final = "incident"
"""The function of a line on what should not have gone, for somebody to act on."""


@quick
@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Why: the rule's id in RULES.md, a stable code, and whether it stops (`nekar`) or carries (`medger`)."""

    regel: str
    kod: str
    nekar: bool


@quick
@dataclass(frozen=True, slots=True, order=True)
class Grund:
    """A basis: provision or rule, its validity (ISO dates, empty when open) and legal mark (V, P, N or policy)."""

    id: str
    regel: str
    marke: str
    giltig_fran: str = ""
    giltig_till: str = ""


@quick
@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One line of a decision: what becomes of one uppgift to one recipient, or, with both empty, of the event.

    `mottagare` is a reader group; `funktion` says why it is a recipient (`namngiven`, `lagstadgad`, `konsultation`,
    `spridning`, `notis`). `frist` is a deadline in ms, 0 for none; `frist_slag` names it.
    """

    mottagare: str
    vag: str
    reasons: tuple[Reason, ...]
    funktion: str = ""
    grunder: tuple[Grund, ...] = ()
    samtycken: tuple[str, ...] = ()
    leverans_id: str = ""
    frist: int = 0
    frist_slag: str = ""

    @property
    def verdict(self) -> str:
        """Delivered (or accepted) where something carries and nothing stops; else withheld (or refused)."""
        return verdict_of(self.reasons, self.mottagare)


def verdict_of(reasons: tuple[Reason, ...], mottagare: str) -> str:
    """What reasons come to: for a recipient, or, without one, of the event as a whole."""
    allowed, refused = (DELIVERED, WITHHELD) if mottagare else (ACCEPTED, REFUSED)
    for reason in reasons:
        if reason.nekar:
            return refused
    return allowed if reasons else refused


_ORDER: Final = attrgetter(*(member.name for member in fields(Entry)))


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries sorted, each looked at once and not at every comparison."""
    return tuple(sorted(entries, key=_ORDER))


@quick
@dataclass(frozen=True, slots=True)
class ConsentRequest:
    """What to ask, of whom, for which recipients, so that a withheld item could go (B0)."""

    andamal: str
    av_roller: tuple[str, ...]
    mottagare: tuple[str, ...]
    kategorier: tuple[str, ...]


@quick
@dataclass(frozen=True, slots=True)
class Delivery:
    """An inbox row to be: what one reader group receives from one record. `vagar` lists the items it may open.

    `slag` is `meddelande`, `konsultation`, `andring`, `larm` or `oppning`; `kod` says more from a closed list.
    `avser` is what a reminder or an alarm is about: a delivery, or an event of the recipient's own. `enhet` is the unit
    that it speaks of, empty where P5 hides it; `enhet_roll` that unit's type.
    `avsandare` is the sender's unit, empty where P5 hides it; `avsandare_roll` is that unit's type. `muntligen` lists
    items told orally; `kategorier` what a consent that is told of covers for its recipient (K7).
    """

    leverans_id: str
    mottagare: str
    slag: str
    arende_id: str
    handelse_id: str
    typ: str
    avsandare_roll: str
    avsandare: str = ""
    vagar: tuple[str, ...] = ()
    muntligen: tuple[str, ...] = ()
    markningar: tuple[str, ...] = ()
    kod: str = ""
    frist: int = 0
    avser: str = ""
    enhet: str = ""
    enhet_roll: str = ""
    kategorier: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, slots=True)
class Skeende:
    """Something that the sender of a message reads in its outcome: of one delivery, or, without one, of all of it.

    `slag` is a stable code; `handelse_id` the message.
    """

    handelse_id: str
    slag: str
    leverans_id: str = ""


@quick
@dataclass(frozen=True, slots=True)
class Decision:
    """Everything the gate says about one record. `entries` are sorted; `arende_id` is empty where there is none.

    `skyddad`: a person concerned has protected identity, so the sender reads by name only who it named itself (P5).
    `hints` are stable codes for the sender's outcome, such as `ring` or `barnahus-konsulteras`. `plikter` are the
    duties that the record makes, with their deadlines frozen; `uppfyller` are the ids of those that it meets;
    `skeenden` what it adds to outcomes of earlier events.
    `omprovar` is the earlier message whose outcome this record brings up to date, with what `entries` and `requests`
    say of it; `aterkallar` the one that it recalls or corrects, with the deliveries and the duties that end thereby,
    and the duties that stand open again.
    `nekanden` are refusals by the person who refused. `begaran` are the request ids that a message makes and
    the units they stand for (P5).
    """

    handelse_id: str
    typ: str
    aktor: str
    regelverk: str
    entries: tuple[Entry, ...]
    arende_id: str = ""
    deliveries: tuple[Delivery, ...] = ()
    requests: tuple[ConsentRequest, ...] = ()
    hints: tuple[str, ...] = ()
    skyddad: bool = False
    upprepning: bool = False
    plikter: tuple[Plikt, ...] = ()
    uppfyller: tuple[str, ...] = ()
    skeenden: tuple[Skeende, ...] = ()
    omprovar: str = ""
    aterkallar: str = ""
    aterkallade: tuple[str, ...] = ()
    slopade_plikter: tuple[str, ...] = ()
    oppnade_plikter: tuple[str, ...] = ()
    nekanden: tuple[tuple[str, Nekande], ...] = ()
    begaran: tuple[tuple[str, str], ...] = ()


def accepted(decision: Decision) -> bool:
    """Did the gate accept the event itself?"""
    return all(entry.verdict == ACCEPTED for entry in decision.entries if not entry.mottagare)
