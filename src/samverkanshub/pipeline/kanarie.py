"""Sends canaries through the real path and follows each to its end, to see what gets lost on it and how slow it is.

A canary is written to the log as all that `watch` writes is. The gate judges it in its turn, keeps its decision and its
row of the inbox, and sends its notice, as for any record. It is about nobody, and goes to the hub's own reader group.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

import msgspec

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.schemas import ENVELOPE, Schemas
from samverkanshub.domain.events import KANARIE, KANARIENS
from samverkanshub.domain.flows.flow import NOTICE
from samverkanshub.domain.ids import canary_id, delivery_id
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.pipeline.matning import FONSTER_MS
from samverkanshub.pipeline.rulebook import Regelverken, in_force
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy
from samverkanshub.ports import (
    Appended,
    Clock,
    Kanarier,
    Klocka,
    Log,
    LogReader,
    Matningar,
    Projection,
    Unavailable,
)

EVERY_S: Final = 2.0
"""How often what is on its way is looked for; what arrives at once is seen at once."""
GRANS_MS: Final = 30_000
"""One that nobody has seen arrive in this time is lost, also where it comes later."""
SOON_S: Final = 5.0
"""How long one is awaited when it is sent."""
POLL_S: Final = 0.01
KAFKA: Final = "kafka"


@dataclass(slots=True)
class _Egen:
    """A canary of this process's own: the steps that are noted, and whether its notice has come."""

    steg: set[str] = field(default_factory=set)
    kommen: bool = False


@dataclass(slots=True)
class Kanariefagel:
    """Sends one in each partition every `var_ms`, when told to go on; for one event loop.

    Two who send are as good as one: a turn's canary has one id, and whoever comes second leaves it to the first.
    `notiser` is the topic of the hub's own notices, in partition 0.
    """

    log: Log
    notiser: LogReader
    projection: Projection
    regelverk: Regelverken
    kanarier: Kanarier
    matningar: Matningar
    schemas: Schemas
    clock: Clock
    entropy: Entropy
    var_ms: int
    omraden: int = 1
    _tur: int = -1
    _last: int = -1
    _egna: dict[str, _Egen] = field(default_factory=dict)
    """By delivery. Of others' nobody here knows when they did what."""

    async def turn(self) -> None:
        """Look for those on their way, and send new ones where it is time. Raises `Unavailable`.

        What does not answer once it has is no reason not to send: what is lost then is what is to be counted.
        """
        try:
            await self._look()
        except Unavailable:
            # Nothing is sent before its topic is there: a gate that could not send its notice would stop.
            if self._last < 0:
                raise
        tur = self.clock.now_ms() // self.var_ms
        first, late, self._tur = self._tur < 0, tur != self._tur, tur
        if late and not first:
            await self._clear_away()
            sending = (self._send(partition, tur) for partition in range(self.omraden))
            for failed in await asyncio.gather(*sending, return_exceptions=True):
                if failed is not None:
                    raise failed

    async def _look(self) -> None:
        await self._look_for_notices()
        positions = {info.partition: info for info in await self.projection.positions()}
        for ute in await self.kanarier.ute():
            info = positions.get(ute.partition)
            if info is not None and info.position > ute.offset:
                await self._follow(ute.partition, ute.handelse_id, info.notified)

    async def _clear_away(self) -> None:
        """Put the old together to sums, and forget the own that nobody looks for any more."""
        await self.kanarier.samla(GRANS_MS)
        ute = {_delivery(one.handelse_id) for one in await self.kanarier.ute()}
        self._egna = {leverans: egen for leverans, egen in self._egna.items() if leverans in ute}

    # ------------------------------------------------------------------------------------------ sending

    async def _send(self, partition: int, tur: int) -> None:
        if not await self._readable(partition):
            return
        own = own_event(canary_id(partition, tur), KANARIE, self.entropy(DECISION_SALT_BYTES), {})
        before = await self.kanarier.sand(partition, own.handelse_id)
        if before is None:
            return
        self._egna[_delivery(own.handelse_id)] = _Egen()
        with suppress(Unavailable):
            appended = await self._append(partition, own)
            after = await self.kanarier.steg(partition, own.handelse_id, "loggad", appended.offset)
            await self._note_clock(appended.tid, before, after)
            await self._await(appended, own.handelse_id)

    async def _append(self, partition: int, own: Envelope) -> Appended:
        value = envelopes.encode(own, self.schemas)
        return await self.log.append(partition, envelopes.key(own), envelopes.headers(own), value)

    async def _readable(self, partition: int) -> bool:
        """B7: a regelverk older than this program does not list what a canary is; the gate would quarantine it."""
        if not await self.projection.position(partition):
            return False
        regelverk = await in_force(self.regelverk, self.projection, partition)
        return regelverk.lists(frozenset(self.schemas.latest(name).id for name in (ENVELOPE, KANARIE)))

    async def _note_clock(self, tid: int, before: int, after: int) -> None:
        """The broker's clock said `tid` some time between two looks at the database's."""
        klocka = Klocka(KAFKA, tid - (before + after) // 2, (after - before + 1) // 2)
        await self.matningar.keep((), klocka, FONSTER_MS)

    async def _await(self, appended: Appended, handelse_id: str) -> None:
        """Follow it for as long as it is soon; then it is looked for now and then."""
        now = asyncio.get_running_loop().time
        until = now() + SOON_S
        if not await self.projection.wait_judged(appended.partition, appended.offset, SOON_S):
            return
        while not await self._follow(appended.partition, handelse_id) and now() < until:
            await asyncio.sleep(POLL_S)
            await self._look_for_notices()

    # ------------------------------------------------------------------------------------------ following

    async def _follow(self, partition: int, handelse_id: str, notified: int = 0) -> bool:
        """Note the steps that it has done since, in a log whose notices are sent so far; has it done the last?"""
        judged, leverans = await self.projection.judgement(handelse_id), _delivery(handelse_id)
        if judged is None:
            return False
        egen = self._egna.get(leverans)
        if egen is None:
            return await self._found(partition, handelse_id, judged.row.offset < notified)
        await self._step(egen, partition, handelse_id, "domd")
        if await self.projection.delivery(leverans) is None:
            return False
        await self._step(egen, partition, handelse_id, "inkorg")
        if egen.kommen:
            await self._step(egen, partition, handelse_id, "notis")
            del self._egna[leverans]
        return egen.kommen

    async def _found(self, partition: int, handelse_id: str, noticed: bool) -> bool:
        """One that another process sent: that it has arrived is all that can be known. If it was lost, it stays so."""
        if noticed:
            await self.kanarier.framme(partition, handelse_id, GRANS_MS)
        return noticed

    async def _step(self, egen: _Egen, partition: int, handelse_id: str, steg: str) -> None:
        if steg not in egen.steg:
            await self.kanarier.steg(partition, handelse_id, steg)
            egen.steg.add(steg)

    async def _look_for_notices(self) -> None:
        """What has come to the hub's own topic of notices since it was last looked at; at first, from now on."""
        end = await self.notiser.end(0)
        start = self._last if 0 <= self._last <= end else end
        if start < end:
            async for record in self.notiser.records(0, start, end):
                egen = self._egna.get(str(msgspec.json.decode(record.value).get("leverans")))
                if egen is not None:
                    egen.kommen = True
        # When all is read: what Kafka did not answer of is read the next time.
        self._last = end


def _delivery(handelse_id: str) -> str:
    return delivery_id(handelse_id, KANARIENS, NOTICE)
