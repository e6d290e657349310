"""What an auditor reads of one judged record: a row for each line of its decision that the scope may see (T1, T3)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain.decision import DELIVERED, INCIDENT, TOLD_OF, WITHHELD, Entry, Grund, Reason
from samverkanshub.domain.events import MISSTANKT, Event
from samverkanshub.domain.routing import SUBSCRIBED
from samverkanshub.domain.samrad import CONSULTED
from samverkanshub.domain.spridning import FUNCTION as SPREAD
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.fraga import Rad
from samverkanshub.pipeline.granskning.omfattning import Omfattning
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.outcome import INSTEAD
from samverkanshub.pipeline.protected import Names
from samverkanshub.ports import DecisionRow, DeliveryEvent, Judgement, Projection, Register

BESLUT: Final = "beslut"
SKEENDE: Final = "skeende"
COLUMNS: Final = (
    *("tid", "handelse", "typ", "arende", "slag", "avsandare", "mottagare", "funktion", "leverans", "vag", "utslag"),
    *("regler", "skal", "grunder", "samtycken", "frist"),
)
NOT_WHY: Final[Rad] = {"typ": "", "handelse": "", "avsandare": "", "regler": [], "grunder": []}
Skal = tuple[str, str]
"""A reason as it is counted: the rule and the code."""
PLIKT: Final = "plikt"
"""The function of a line on a duty: an authority reads of the duties themselves, as they are listed for it."""
TOLD_TO_OTHERS: Final = frozenset({TOLD_OF, SPREAD})
"""R3, K7: what tells others something, which whoever occasioned it does not read of."""
NOT_AS_SENDER: Final = TOLD_TO_OTHERS | {PLIKT, INCIDENT}


@dataclass(frozen=True, slots=True)
class Post:
    """A judged record, decoded once: its decision's lines, its ärende's alias, and whether P5 hides names in it."""

    judgement: Judgement
    entries: tuple[Entry, ...]
    arende: str
    hidden: bool
    ensamma: frozenset[str]
    """Q1: candidates by subscription alone, which a sender does not read of, since they got nothing."""
    regelverk: str
    """The digest of what it was judged by."""

    @property
    def row(self) -> DecisionRow:
        """The decision as it is kept."""
        return self.judgement.row

    @property
    def place(self) -> tuple[int, int]:
        """Partition and offset."""
        return self.judgement.partition, self.row.offset


class Laser:
    """Reads judged records for one auditor's scope."""

    def __init__(
        self, projection: Projection, register: Register, opaque: Opaque, names: Names, scope: Omfattning
    ) -> None:
        self.projection = projection
        self.register = register
        self.opaque = opaque
        self.scope = scope
        self._names = names
        self._sent: dict[str, DecisionRow | None] = {}

    def beside(self) -> "Laser":
        """The same of what belongs to no ärende too, for an authority; of one matter there is nothing beside it."""
        scope = self.scope.about("") if self.scope.aktor else self.scope
        return Laser(self.projection, self.register, self.opaque, self._names, scope)

    async def post(self, judgement: Judgement) -> Post:
        """The record as this scope may read it."""
        row = judgement.row
        record = decode_decision(row.record)
        entries = tuple(post.entry for post in record.poster)
        alias, alone = await self.opaque.alias(row.arende_id, self.scope.lasare), _by_subscription_alone(entries)
        return Post(judgement, entries, alias, await self._hides(judgement), alone, record.place.regelverk)

    async def _hides(self, judgement: Judgement) -> bool:
        """P5; not asked for an authority, to which others are roles alone, whoever is protected.

        What belongs to no ärende, as a consent does, is hidden as the matter is in which it is read.
        """
        if self.scope.aktor:
            return False
        arende_id = judgement.row.arende_id or self.scope.arende_id
        about = Event(judgement.row.handelse_id, "", "", "", "", "", arende_id=arende_id)
        return await self._names.hidden(judgement.partition, about)

    async def rows(self, post: Post, wanted: Callable[[Entry], bool] = lambda _: True) -> list[Rad]:
        """Its lines, those that are wanted, and what it made happen to deliveries of the scope's own messages."""
        found = await self.lines(post, wanted)
        return found + [await self._happened(post, one) for one in await self.happened(post)]

    async def lines(self, post: Post, wanted: Callable[[Entry], bool]) -> list[Rad]:
        """Its lines alone, those that are wanted."""
        seen = [one for one in post.entries if wanted(one) and await self.sees(post, one)]
        return sorted([await self.row(post, one) for one in seen], key=_order)

    async def happened(self, post: Post) -> list[DeliveryEvent]:
        """What others made happen to deliveries of the scope's own messages; of one matter, whoever did."""
        if self.scope.aktor and self.scope.owns(post.row.aktor):
            return []
        events = await self.projection.delivery_events_at(*post.place)
        return [one for one in events if await self._is_own(one.handelse_id)]

    async def row(self, post: Post, entry: Entry) -> Rad:
        """A line of a decision with what T1 says it cites."""
        leverans = await self.delivery_id(post, entry.leverans_id, entry.mottagare)
        row = entry_row(self.scope, post, entry) | {"leverans": leverans}
        return row | NOT_WHY if self.hides_why(post.row) else row

    def hides_why(self, row: DecisionRow) -> bool:
        """V6: that somebody was registered as suspected is told to whoever registered it, and of others to nobody."""
        return row.typ == MISSTANKT and not (self.scope.aktor and self.scope.owns(row.aktor))

    async def _happened(self, post: Post, one: DeliveryEvent) -> Rad:
        """What happened to a delivery of one's own message: what its outcome tells too."""
        row = await self.projection.delivery(one.leverans_id) if one.leverans_id else None
        leverans = await self.delivery_id(post, one.leverans_id, row.lasargrupp if row else "")
        sent = self._sent.get(one.handelse_id)
        told = {"slag": SKEENDE, "handelse": one.handelse_id, "leverans": leverans, "skal": [one.slag]}
        # V6: what made it happen is not told, as the outcome does not tell it.
        return base(post) | told | {"typ": sent.typ if sent else ""}

    async def delivery_id(self, post: Post, leverans_id: str, lasargrupp: str) -> str:
        """P5: a delivery's id is made of its recipient, and tells who that is to whoever tries every reader group."""
        if skyltar.is_named(self.scope, lasargrupp, hidden=post.hidden):
            return leverans_id
        return await self.opaque.of_auditor("leverans", leverans_id, self.scope.lasare)

    async def sees(self, post: Post, entry: Entry) -> bool:
        """T3: of one matter every line; of an authority what it decided as sender, and what was let through to it."""
        if self.scope.arende_id not in ("", post.row.arende_id) and not await self._in_matter(entry.leverans_id):
            return False
        if self.scope.aktor and entry.funktion == INCIDENT and self.hides_why(post.row):
            return await self._is_own(await self._message(entry.leverans_id))
        if not self.scope.aktor or (self._receives(entry) and entry.verdict == DELIVERED):
            return True
        if entry.funktion == PLIKT:
            return False
        if entry.funktion == INCIDENT:
            return await self._is_own(await self._message(entry.leverans_id))
        return self.scope.owns(post.row.aktor) and _is_senders(entry, post.ensamma)

    def _receives(self, entry: Entry) -> bool:
        return bool(entry.mottagare) and self.scope.sees_group(entry.mottagare)

    async def _in_matter(self, leverans_id: str) -> bool:
        """Is it a delivery of the ärende that is asked about, though the record is of none, as a withdrawal is?"""
        row = await self.projection.delivery(leverans_id) if leverans_id else None
        return row is not None and row.arende_id == self.scope.arende_id

    async def _message(self, leverans_id: str) -> str:
        row = await self.projection.delivery(leverans_id) if leverans_id else None
        return row.handelse_id if row is not None else ""

    async def _is_own(self, handelse_id: str) -> bool:
        """Did the scope's own authority send this event, in the ärende that is asked about?"""
        if handelse_id not in self._sent:
            found = await self.projection.judgement(handelse_id) if handelse_id else None
            self._sent[handelse_id] = found.row if found is not None else None
        row = self._sent[handelse_id]
        return row is not None and self.scope.owns(row.aktor) and self.scope.arende_id in ("", row.arende_id)


def withheld_of(entries: Sequence[Entry]) -> dict[Skal, int]:
    """T3: how many items each reason withheld, of what its sender's auditor reads; an item to one recipient is one."""
    alone, found = _by_subscription_alone(entries), defaultdict[Skal, int](int)
    for entry in entries:
        if entry.mottagare and entry.verdict == WITHHELD and _is_senders(entry, alone):
            for skal in stopped_by(entry):
                found[skal] += 1
    return found


def stopped_by(entry: Entry) -> frozenset[Skal]:
    """The reasons that withheld an item, as they are told."""
    return frozenset(
        (reason.regel, reason.kod) for reason in neutral(reason for reason in entry.reasons if reason.nekar)
    )


def readers_of(entry: Entry, avsandare: str, parts: frozenset[str]) -> frozenset[str]:
    """Of the actors that have a part in a record, whose auditors may read a line of it: no fewer than `sees` lets."""
    if entry.funktion == INCIDENT:
        return parts
    sender = parts & {avsandare} if entry.funktion not in NOT_AS_SENDER else frozenset[str]()
    if not entry.mottagare or entry.verdict != DELIVERED:
        return sender
    receiver = parts & {entry.mottagare.partition(".")[0]}
    # A directory may give a unit to another actor than its id says.
    return sender | (receiver or parts)


def _is_senders(entry: Entry, alone: frozenset[str]) -> bool:
    """Is the line one that the sender's auditor reads because it sent it?"""
    return entry.funktion not in NOT_AS_SENDER and entry.mottagare not in alone


def _by_subscription_alone(entries: Iterable[Entry]) -> frozenset[str]:
    """Q1: who was proposed by a subscription and got nothing."""
    told = list(entries)
    proposed = {entry.mottagare for entry in told if entry.funktion == SUBSCRIBED}
    return frozenset(
        proposed - {one.mottagare for one in told if one.mottagare in proposed and one.verdict == DELIVERED}
    )


def entry_row(scope: Omfattning, post: Post, entry: Entry) -> Rad:
    """A line of a decision, but for its delivery."""
    row = post.row
    # B4: whom a consultation comes from is not told to whoever is consulted.
    stripped = entry.funktion == CONSULTED and not scope.owns(row.aktor)
    sender = "" if stripped else skyltar.sender(scope, row.aktor, row.lasargrupp, hidden=post.hidden)
    return base(post) | {
        "slag": INCIDENT if entry.funktion == INCIDENT else BESLUT,
        "avsandare": sender,
        "mottagare": skyltar.group(scope, entry.mottagare, hidden=post.hidden),
        "funktion": entry.funktion,
        "vag": skyltar.line(scope, entry.vag, hidden=post.hidden),
        "utslag": entry.verdict,
        "regler": sorted({reason.regel for reason in neutral(entry.reasons)} - {""}),
        "skal": sorted({reason.kod for reason in neutral(entry.reasons)}),
        "grunder": [basis(one) for one in entry.grunder],
        "samtycken": list(entry.samtycken),
        "frist": entry.frist,
    }


def base(post: Post) -> Rad:
    """What every row about a record says."""
    row = post.row
    blank: dict[str, Any] = dict.fromkeys(COLUMNS, "")
    blank |= {"regler": [], "skal": [], "grunder": [], "samtycken": [], "frist": 0}
    return blank | {"tid": row.tid, "handelse": row.handelse_id, "typ": row.typ, "arende": post.arende}


def neutral(reasons: Iterable[Reason]) -> list[Reason]:
    """V6, T3: no list points to a suspected person, or tells an authority that its own is exempted."""
    told = list(reasons)
    others = [one for one in told if one.kod not in INSTEAD]
    return others or [Reason(*INSTEAD[one.kod], one.nekar) for one in told[:1]]


def basis(one: Grund) -> str:
    """A basis as one cites it: provision or rule, legal mark, and from and to when it is valid."""
    return f"{one.id} {one.marke} {one.giltig_fran}/{one.giltig_till}"


def _order(row: Rad) -> tuple[str, ...]:
    """By what is shown: a place in the alphabet of what is not would tell it."""
    return row["mottagare"], row["leverans"], row["vag"], row["slag"], row["funktion"]
