"""G1: a person is erased: a fence in the vault, an event in every område, and then no keys (docs/radering.md).

The log decides and the vault obeys. What somebody leaves half-way is gone on with, by `watch` or at the next start: a
fence whose event was never sent is taken down, one whose event is in the log is seen to its end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Set
from typing import Final

from samverkanshub.codec import envelope as kuvert
from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.atgarder import RADERING_FORESLAGEN, Atgard
from samverkanshub.domain.decision import ACCEPTED
from samverkanshub.domain.errors import Conflict, NotFound
from samverkanshub.domain.events import HUB, RADERING, Person
from samverkanshub.domain.ids import event_id
from samverkanshub.pipeline.activation import Approval
from samverkanshub.pipeline.append import Appender
from samverkanshub.pipeline.driftatgarder import Besked, Driftatgarder, approval
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.hubs_own import own_event
from samverkanshub.pipeline.olydda import Lydnad, Olydda, Said, Which, begun, everywhere, outcome
from samverkanshub.pipeline.sealed import DECISION_SALT_BYTES, Entropy
from samverkanshub.pipeline.spar import PERSON, TYP
from samverkanshub.pipeline.utplanad import blanked
from samverkanshub.ports import (
    BEGARD,
    RADERAD,
    SKICKAD,
    Claim,
    Erasing,
    Failpoint,
    Judgement,
    Log,
    Projection,
    Raderas,
    Traced,
    Unavailable,
    Vault,
)

DRAIN_S: Final = 30.0
"""How long whoever made or read a claim before the fence has, to append it and have it judged."""
STALE_MS: Final = 120_000
"""How old a fence is when whoever put it up is thought dead."""
FRESH_MS: Final = 600_000
"""What was claimed so lately and is not judged may still come to the log."""
PAGE: Final = 100
WHO: Final = "registrerad"


class Radering:
    """Proposes, carries out and goes on with erasures. `vem` is an operator. Every verb raises `Unavailable`."""

    def __init__(
        self,
        vault: Vault,
        erasing: Erasing,
        projection: Projection,
        log: Log,
        atgarder: Driftatgarder,
        schemas: Schemas,
        failpoint: Failpoint,
        entropy: Entropy,
        *,
        omraden: int,
        wait_s: float,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._vault = vault
        self._erasing = erasing
        self._projection = projection
        self._atgarder = atgarder
        self._schemas = schemas
        self._fail = failpoint
        self._entropy = entropy
        self._omraden = omraden
        self._wait_s = wait_s
        self._sleep = sleep
        self._appender = Appender(log, projection, failpoint, wait_s)
        self._lydnad = Lydnad(projection, erasing, omraden)

    # ------------------------------------------------------------------------------------------ by two

    async def foresla(self, id: str, vem: str, lookup: str, skal: str) -> Besked:
        """G1: propose to erase whom the vault knows by a lookup. `NotFound` (`okand-person`) where that is nobody."""
        [known] = await self._vault.find([lookup])
        if known is None:
            raise NotFound("nobody is known by that", code="okand-person")
        return await self._atgarder.foresla_radering(id, vem, known.person_id, known.omrade, skal)

    async def avboj(self, id: str, vem: str, forslag: str, skal: str) -> Besked:
        """Decline what is proposed, also what one proposed oneself."""
        return await self._atgarder.avboj(id, vem, RADERING_FORESLAGEN, forslag, skal)

    async def godkann(self, vem: str, forslag: str) -> Besked:
        """G1, G2, G3: erase whom another proposed to, unless any område refuses; what it refuses by is told.

        `Forbidden` for who proposed it, `NotFound` where it is settled, `Conflict` where it is under way
        (`radering-pagar`), something about the person is on its way to the log (`handelse-pa-vag`) or it was approved
        and never sent when there were fewer områden (`omrade-tillagt`: decline it and propose anew). An answer without
        a judgement says that it is in the log and is seen to its end.
        """
        act = await self._atgarder.forslag(RADERING_FORESLAGEN, forslag)
        agreed, person_id = approval(act, vem), await self._atgarder.whose(act)
        for partition in range(self._omraden):
            await self._atgarder.require_listed(partition, RADERING)
        claim = await self._claim(agreed, person_id, act)
        if not set(range(self._omraden)) <= set(claim.partitions):
            raise Conflict("an område has been added since it was approved", code="omrade-tillagt")
        await self._fail("radering.fore-sparr")
        if not await self._erasing.begin(claim.handelse_id, person_id):
            raise Conflict("the erasure is under way, or done", code="radering-pagar")
        await self._fail("radering.efter-sparr")
        await self._settle_down(claim.handelse_id, person_id)
        if not await self._erasing.sent(claim.handelse_id):
            raise Conflict("the fence was taken down meanwhile", code="radering-pagar")
        return await self._carry_out(claim, person_id)

    async def _claim(self, agreed: Approval, person_id: str, act: Atgard) -> Claim:
        """The event, as it stands from the first time it was approved."""
        by = {"foreslagen_av": agreed.foreslagen_av, "godkand_av": agreed.godkand_av}
        what = {"forslag": act.handelse_id, "skal": act.skal, "omrade": str(act.plats[0])}
        codes = {**what, **by, "vem": agreed.godkand_av}
        who = (Person(person_id, WHO),)
        event = own_event(agreed.id, RADERING, self._entropy(DECISION_SALT_BYTES), codes, who)
        # Where it was proposed first: when it came there says which områden there were, and all of those are asked.
        own, others = act.plats[0], (number for number in range(self._omraden) if number != act.plats[0])
        places, bytes_ = (own, *others), kuvert.encode(event, self._schemas)
        ids = (HUB, event.id, event_id(HUB, event.id))
        return await self._vault.claim(Claim(*ids, b"", places, kuvert.key(event), kuvert.headers(event), bytes_))

    async def _settle_down(self, handelse_id: str, person_id: str) -> None:
        """Wait for whoever made or read a claim before the fence, then see that nothing is still on its way."""
        try:
            await self._sleep(DRAIN_S)
            if await self._on_its_way(person_id, handelse_id):
                raise Conflict("something about the person is on its way to the log", code="handelse-pa-vag")
        except BaseException:
            await self._erasing.release(handelse_id)
            raise

    async def _on_its_way(self, person_id: str, own: str) -> bool:
        after = ""
        while page := await self._erasing.naming(person_id, after, PAGE):
            for named in page:
                late = named.alder_ms < FRESH_MS and named.claim.handelse_id != own
                if late and await self._appender.judgement(named.claim.handelse_id) is None:
                    return True
            after = page[-1].claim.handelse_id
        return False

    # ------------------------------------------------------------------------------------------ carried out

    async def _carry_out(self, claim: Claim, person_id: str) -> Besked:
        await self._fail("radering.fore-append")
        places = await self._appender.everywhere(claim)
        await self._fail("radering.efter-append")
        for place in places:
            if not await self._projection.wait_judged(place.partition, place.offset, self._wait_s):
                return Besked(claim.handelse_id)
        return await self._settled(claim.handelse_id, person_id)

    async def _settled(self, handelse_id: str, person_id: str) -> Besked:
        """What the områden said of it, and the keys gone where every one let it."""
        said = await self._said(handelse_id, person_id)
        let = everywhere(said, self._omraden, await begun(self._projection, set(range(self._omraden))))
        told = [] if let else [outcome(one) for one in said.values()]
        refused = sorted({why["kod"] for one in told if one["dom"] != ACCEPTED for why in one["skal"]})
        if refused:
            await self._erasing.release(handelse_id)
            return Besked(handelse_id, "avvisas", tuple(refused))
        if not let:
            return Besked(handelse_id)
        await self._fail("radering.fore-nycklar")
        await self._erase(handelse_id, person_id)
        return Besked(handelse_id, ACCEPTED)

    async def _erase(self, handelse_id: str, person_id: str) -> None:
        await self._erasing.erase(handelse_id, person_id)
        await self._fail("radering.efter-nycklar")
        await self._blank(person_id)
        await self._fail("radering.efter-tomning")
        await self._erasing.done(handelse_id)

    async def _blank(self, person_id: str) -> None:
        after = ""
        while page := await self._erasing.naming(person_id, after, PAGE):
            for named in page:
                await self._fail("radering.fore-tomning")
                left, own_key = blanked(named.claim, person_id, self._schemas)
                await self._erasing.blank(left, own_key=own_key)
            after = page[-1].claim.handelse_id

    async def _said(self, handelse_id: str, person_id: str) -> Said:
        """The first judgement of an erasure in each område."""
        found: dict[int, Judgement] = {}
        async for judgement in records(self._projection, Traced(PERSON, person_id, within=(TYP, RADERING))):
            if judgement.row.handelse_id == handelse_id:
                found.setdefault(judgement.partition, judgement)
        return found

    # ------------------------------------------------------------------------------------------ gone on with

    async def resume(self) -> None:
        """Go on with what whoever began it has left: nothing of it depends on anybody but the log and the vault."""
        for one in await self._erasing.pending():
            if one.steg == RADERAD:
                await self._erase(one.handelse_id, one.person_id)
            elif one.alder_ms > STALE_MS:
                await self._go_on(one)

    async def _go_on(self, one: Raderas) -> None:
        """What was never sent was never decided. What may have been is sent again: the gate takes the first."""
        claim = None if one.steg == BEGARD else await self._vault.claimed(one.handelse_id)
        if claim is None:
            await self._erasing.release(one.handelse_id)
        elif await self._erasing.sent(one.handelse_id):
            await self._carry_out(claim, one.person_id)

    async def obey(self) -> int:
        """Erase whom the log says is erased and the vault, restored from before that, still knows; how many.

        Raises `Unavailable` (`grind`) when it has, where of others it cannot be told yet.
        """
        seen = await self._lydnad.look()
        for handelse_id, person_id in sorted(seen.kvar):
            await self._erase(handelse_id, person_id)
        _require_told(seen)
        return len(seen.kvar)

    async def unheeded(self) -> Set[Which]:
        """The erasures that the log has let, and of which the vault has kept the keys.

        Raises `Unavailable` (`grind`) where of some it cannot be told yet.
        """
        seen = await self._lydnad.look()
        _require_told(seen)
        return seen.kvar

    async def forgotten(self) -> bool:
        """Does the vault know nothing of an erasure that the log has let? Then it is an older one than it was.

        It may also be seen to be by what it had done. One that is sent and not done is no sign of that: it is on its
        way, or `resume` sees to it.
        """
        seen = await self._lydnad.look()
        left = seen.kvar | seen.oklara
        under_way = await self._erasing.pending() if left else []
        sent = {(one.handelse_id, one.person_id) for one in under_way if one.steg == SKICKAD}
        return seen.aldre or bool(left - sent)


def _require_told(seen: Olydda) -> None:
    if seen.oklara:
        raise Unavailable("grind")
