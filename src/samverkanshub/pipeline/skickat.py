"""What a reader group has sent, as a list: what was judged last first, each with its outcome (T3)."""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Final

from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.events import CONSENTS, MESSAGES
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.javiga import closed
from samverkanshub.pipeline.opaque import Opaque
from samverkanshub.pipeline.outcome import Outcomes, up_to_date
from samverkanshub.pipeline.protected import Names
from samverkanshub.pipeline.receipts import outcome_of
from samverkanshub.ports import Judgement, Place, Projection

LIST: Final = "skickat"
MOST_LOOKED: Final = 500
"""How many events are looked at for a page of those that wait for an answer."""
MOST_TOLD: Final = 100
"""And of how many of them it is looked up what has become of them since."""
ASKS: Final = "samtycke_att_fraga"


class Skickat:
    """Lists what its caller's reader group has sent; what the gate has not judged yet shows a moment later."""

    def __init__(self, projection: Projection, opaque: Opaque, outcomes: Outcomes, names: Callable[[], Names]) -> None:
        self._projection = projection
        self._opaque = opaque
        self._outcomes = outcomes
        self._names = names

    async def of(
        self, caller: Caller, typer: Collection[str], cursor: str, limit: int, *, waiting: bool = False
    ) -> dict[str, Any]:
        """`rader`: outcomes with `tid` (ms) and, of consents, `koder` as they were sent; `markor`: empty at the end.

        `waiting`: only messages that still wait for an answer about consent (B0). Nothing is listed that the caller's
        user is barred from (V7). A page may hold fewer than `limit` before the end.
        """
        before = await self._opaque.open_latest(cursor, LIST, caller.lasargrupp)
        wanted = MESSAGES & set(typer) if waiting else set(typer)
        rader, last = await self._read(caller, sorted(wanted), before, limit, waiting=waiting)
        return {"rader": rader, "markor": await self._opaque.seal_latest(last, LIST, caller.lasargrupp)}

    async def _read(
        self, caller: Caller, typer: list[str], before: Place | None, limit: int, *, waiting: bool
    ) -> tuple[list[dict[str, Any]], Place]:
        """The rows, and where they end: nowhere where there are no more."""
        names, looked, told, rader = self._names(), 0, 0, list[dict[str, Any]]()
        while looked < MOST_LOOKED and told < MOST_TOLD:
            found = await self._projection.sent(caller.lasargrupp, typer, limit, before)
            asked = [one for one in found if not waiting or outcome_of(one).get(ASKS)]
            readable = await self._readable(caller, [one for one in asked if not waiting or await self._waits(one)])
            told += len(asked)
            for one in found:
                before = (one.row.tid, one.partition, one.row.offset)
                if envelope := readable.get(one.row.handelse_id):
                    rader += [await self._row(caller, envelope, one, names)]
                if len(rader) == limit:
                    return rader, before
            if len(found) < limit:
                return rader, ()
            looked += len(found)
        return rader, before or ()

    async def _waits(self, one: Judgement) -> bool:
        """B0: is it still not answered? Asked first, since whatever has been answered is read no further."""
        happened = await self._projection.delivery_events(one.row.handelse_id)
        outcome = await up_to_date(self._projection, one.partition, outcome_of(one), happened)
        return bool(outcome.get(ASKS))

    async def _readable(self, caller: Caller, found: Collection[Judgement]) -> dict[str, Envelope]:
        """By id, those that this actor sent and the caller's user is not barred from (V7)."""
        sent = list[tuple[Envelope, Judgement]]()
        for one in found:
            with suppress(NotFound):  # Of the group's, before it was this actor's.
                sent.append((await self._outcomes.sent(caller, one.row.handelse_id), one))
        hidden = await closed(self._projection, caller, sent)
        return {envelope.handelse_id: envelope for envelope, _ in sent if envelope.handelse_id not in hidden}

    async def _row(self, caller: Caller, envelope: Envelope, one: Judgement, names: Names) -> dict[str, Any]:
        body = await self._outcomes.told(caller, envelope, one, names)
        return {**body, "tid": one.row.tid} | ({"koder": dict(envelope.koder)} if body["typ"] in CONSENTS else {})


def as_sent(envelope: Envelope) -> dict[str, Any]:
    """An event of consent as its sender may begin another from it: its codes, and who stood in it by role alone."""
    return {
        "typ": envelope.typ,
        "koder": dict(envelope.koder) if envelope.typ in CONSENTS else {},
        "roller": [person.roll for person in envelope.personer] if envelope.typ in CONSENTS else [],
    }
