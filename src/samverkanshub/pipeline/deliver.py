"""Delivery: the inbox, opening, kvittens, and what a sender reads of its event.

Every question of permission is the gate's: an opening is appended, judged at its own place in the log, and answered
from that judgement alone (DESIGN.md point 4).
"""

import os
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.delivery import RECALLED
from samverkanshub.domain.errors import Forbidden, NotFound, Refused
from samverkanshub.domain.events import KVITTENS, KVITTENSER, OPPNING, OROSANMALAN, Event, Person
from samverkanshub.domain.flows.jav import BARRED
from samverkanshub.pipeline.append import Appender
from samverkanshub.pipeline.content import content
from samverkanshub.pipeline.held import Held
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.outcome import Outcomes
from samverkanshub.pipeline.own import OwnEvents, only_tells
from samverkanshub.pipeline.protected import Names
from samverkanshub.pipeline.receipts import JUDGED, Receipt, once_appended, outcome_of, receipt
from samverkanshub.pipeline.rulebook import Regelverken
from samverkanshub.pipeline.sealed import Entropy
from samverkanshub.pipeline.skickat import Skickat, as_sent
from samverkanshub.pipeline.tomda import Tomda
from samverkanshub.ports import (
    Appended,
    Claim,
    Clock,
    Failpoint,
    InboxRow,
    Judgement,
    Log,
    LogEnd,
    Projection,
    Ring,
    Unavailable,
    Vault,
)

MOST_ROWS: Final = 500
INBOX: Final = "inkorg"
OWN_STEPS: Final = KVITTENSER | {"oppnad"}
"""What a recipient does with a delivery."""
NEVER_LISTED: Final = frozenset({"vagar", "muntligen"})
"""T3: which items there are is told by an opening alone; the gaps between their paths would tell what is withheld."""


class Deliver:
    """Shows a reader group what it may see. `wait_s` is how long an opening or a kvittens waits for the gate.

    `reader` tells how far the log has come; without one, names go by what the gate has judged. `held_ms` as intake's:
    a report may be opened and acknowledged however long the notary has been away.
    """

    def __init__(
        self,
        vault: Vault,
        log: Log,
        projection: Projection,
        regelverk: Regelverken,
        schemas: Schemas,
        clock: Clock,
        ring: Ring,
        failpoint: Failpoint,
        wait_s: float = 5.0,
        entropy: Entropy = os.urandom,
        reader: LogEnd | None = None,
        held_ms: int = 0,
    ) -> None:
        self._vault = vault
        self._projection = projection
        self._regelverk = regelverk
        self._appender = Appender(log, projection, failpoint, wait_s)
        self._own = OwnEvents(vault, schemas, clock, entropy, Tomda(projection, reader, wait_s))
        self._opaque = Opaque(vault)
        self._names = partial(Names, projection, reader, wait_s)
        self._held = Held(projection, clock, held_ms)
        self._outcomes = Outcomes(vault, projection, schemas, ring, self._opaque, self._names)
        self._skickat = Skickat(projection, self._opaque, self._outcomes, self._names)

    # ------------------------------------------------------------------------------------------ inbox

    async def inbox(self, caller: Caller, cursor: str, limit: int) -> dict[str, Any]:
        """`rader` after the cursor, in order, and `markor` to go on from. Neither content nor person."""
        if not 1 <= limit <= MOST_ROWS:
            raise Refused(f"`antal` must be 1 to {MOST_ROWS}", falt="/antal", code="fel-form")
        start = await self._opaque.open_cursor(cursor, caller.lasargrupp)
        page = await self._projection.inbox(caller.lasargrupp, start, limit)
        names = self._names()
        return {
            "rader": [await self._row(caller, row, names) for row in page.rows],
            "markor": await self._opaque.seal_cursor(page.cursor, caller.lasargrupp),
        }

    async def latest(self, caller: Caller, cursor: str, limit: int) -> dict[str, Any]:
        """The rows of `inbox`, what came last first, each with what the group itself has done with it.

        `gjort` has when it was first opened (`oppnad`), and first acknowledged in each way (ms). `markor` goes on, and
        is empty at the end; it is no cursor of `inbox`.
        """
        before = await self._opaque.open_latest(cursor, INBOX, caller.lasargrupp)
        found = await self._projection.latest(caller.lasargrupp, limit, before)
        done = await self._done([row.leverans_id for row in found])
        names, more = self._names(), found[-1:] if len(found) == limit else []
        last = [place for row in more for place in (row.tid, row.partition, row.offset, row.nr)]
        return {
            "rader": [{**await self._row(caller, row, names), "gjort": done.get(row.leverans_id, {})} for row in found],
            "markor": await self._opaque.seal_latest(last, INBOX, caller.lasargrupp),
        }

    async def _done(self, leverans_ids: Sequence[str]) -> dict[str, dict[str, int]]:
        """T3: what a group has done itself, and nothing of what its sender reads beside."""
        found: dict[str, dict[str, int]] = {}
        for step in await self._projection.steps_of(leverans_ids):
            if step.slag in OWN_STEPS:
                found.setdefault(step.leverans_id, {}).setdefault(step.slag, step.tid)
        return found

    async def _row(self, caller: Caller, row: InboxRow, names: Names) -> dict[str, Any]:
        decoded: dict[str, Any] = msgspec.json.decode(row.body)
        body = {name: value for name, value in decoded.items() if name not in NEVER_LISTED}
        named = body.get("enhet") or (body.get("avsandare") and not _is_report_to_act_on(body))
        if named and await names.hidden(row.partition, _named(row)):
            body |= {"avsandare": "", "enhet": ""}
        alias = await self._opaque.alias(row.arende_id, caller.aktor)
        return {**body, "leverans_id": row.leverans_id, "handelse_id": row.handelse_id, "tid": row.tid, "arende": alias}

    # ------------------------------------------------------------------------------------------ opening

    async def open(self, caller: Caller, leverans_id: str) -> dict[str, Any]:
        """The content of a delivery, judged now. A retry is a new request.

        Raises `NotFound` for what is not the caller's, whether it exists or not, and for what only tells something,
        `Forbidden` where nothing of it may be shown any more, and `Unavailable` without content where no judgement came
        in time.
        """
        row = await self._mine(caller, leverans_id)
        claim = await self._own.about(caller, row, OPPNING, {"leverans": leverans_id})
        place = await self._appender.append(claim)
        outcome = _opened(await self._appender.judged_there(place), claim.handelse_id)
        regelverk = await self._regelverk.current()
        group = regelverk.katalog.lasargrupper.get(caller.lasargrupp)
        message = await self._own.message(row)
        shown = await content(
            self._vault, row, message, outcome, with_perpetrator=group is None or group.arbetar_med_utovare
        )
        return shown | {"arende": await self._opaque.alias(row.arende_id, caller.aktor)}

    async def _mine(self, caller: Caller, leverans_id: str) -> InboxRow:
        row = await self._projection.delivery(leverans_id)
        if row is None or row.lasargrupp != caller.lasargrupp or only_tells(row):
            raise _not_found()
        if msgspec.json.decode(row.body).get("typ") != OROSANMALAN:
            await self._held.require_signed()
        return row

    # ------------------------------------------------------------------------------------------ kvittens

    async def acknowledge(self, caller: Caller, leverans_id: str, slag: str, enhet: str = "", id: str = "") -> Receipt:
        """A kvittens: `mottagen`, `dokumenterad` or `overtagen`; the last may ask another own unit in turn (H1).

        The same `id` (UUID) again is the same event, or a `Conflict`; without one each is an event of its own.
        Raises as `open` does before the append, and never after it.
        """
        if slag not in KVITTENSER:
            raise Refused(f"`slag` must be one of {', '.join(sorted(KVITTENSER))}", falt="/slag", code="ej-i-lista")
        await self._check_unit(caller, slag, enhet)
        row = await self._mine(caller, leverans_id)
        koder = {"leverans": leverans_id, "slag": slag} | ({"enhet": enhet} if enhet else {})
        claim = await self._own.claimed(caller, row, KVITTENS, koder, id)
        place = await self._appender.append(claim)
        return await once_appended(self._receipt(caller, claim, place), Receipt(202, claim.handelse_id))

    async def _receipt(self, caller: Caller, claim: Claim, place: Appended) -> Receipt:
        judgement = await self._appender.judged(claim.handelse_id, place)
        return await receipt(claim.handelse_id, judgement, caller.aktor, self._opaque, (), "")

    async def _check_unit(self, caller: Caller, slag: str, enhet: str) -> None:
        if not enhet:
            return
        units = (await self._regelverk.current()).katalog.enheter
        if slag != "overtagen" or enhet not in units or units[enhet].aktor != caller.aktor:
            raise Refused("`enhet` is no unit of the caller's that takes over", falt="/enhet", code="okand-enhet")

    # ------------------------------------------------------------------------------------------ outcome

    async def outcome(self, caller: Caller, handelse_id: str) -> dict[str, Any]:
        """What became of an event of the caller's reader group; `NotFound` for every other, and where barred (V7)."""
        return await self._outcomes.of(caller, handelse_id)

    async def sent(
        self, caller: Caller, typer: Collection[str], cursor: str, limit: int, *, waiting: bool = False
    ) -> dict[str, Any]:
        """What the caller's reader group has sent of these types, as `Skickat.of` has it."""
        return await self._skickat.of(caller, typer, cursor, limit, waiting=waiting)

    async def own(self, caller: Caller, handelse_id: str) -> dict[str, Any]:
        """A consent as the caller's reader group registered it, without who it names; raises as `outcome` does."""
        envelope, _ = await self._outcomes.own(caller, handelse_id)
        return as_sent(envelope)


def _named(row: InboxRow) -> Event:
    """Whom the row's message names, as far as the projection tells: ids without roles."""
    persons = tuple(Person(person_id, "") for person_id in row.person_ids)
    return Event(row.handelse_id, "", "", "", "", "", personer=persons, arende_id=row.arende_id)


def _is_report_to_act_on(body: Mapping[str, Any]) -> bool:
    """P5 does not hide the reporter from the statutory recipient of B1, the only one that O4 gives a deadline."""
    return body.get("typ") == OROSANMALAN and bool(body.get("frist"))


def _opened(judgement: Judgement | None, handelse_id: str) -> dict[str, Any]:
    """The outcome of this opening, where the gate let it be opened."""
    if judgement is None or judgement.row.handelse_id != handelse_id or judgement.row.status != JUDGED:
        raise Unavailable("grind")
    outcome = outcome_of(judgement)
    if outcome["dom"] == "godtas":
        return outcome
    codes = {reason["kod"] for reason in outcome.get("skal", ())}
    if "finns-ej" in codes:
        raise _not_found()
    if RECALLED.kod in codes:
        raise Forbidden("`leverans` has been recalled by its sender", code=RECALLED.kod)
    if BARRED.kod in codes:
        raise Forbidden("the caller's user is barred in this ärende", code=BARRED.kod)
    raise Forbidden("`leverans` may not be opened any more", code="ej-langre-tillganglig")


def _not_found() -> NotFound:
    return NotFound("`leverans` is none of the caller's deliveries to open")
