"""G1: claims that were blanked with somebody's erasure, of events that never came to the log: who sends one again may.

Whoever claims and dies leaves a claim without a record. Once somebody whom it names is erased the claim fits nothing,
the honest repeat neither; and since no record has the id, there is nothing that another content would contradict.
"""

from samverkanshub.ports import Claim, LogEnd, Projection, Unavailable


class Tomda:
    """Tells them from those whose events are in the log. Without a `reader` of the log's end it finds none."""

    def __init__(self, projection: Projection, reader: LogEnd | None, wait_s: float) -> None:
        self._projection = projection
        self._reader = reader
        self._wait_s = wait_s

    async def is_nowhere(self, claim: Claim) -> bool:
        """Is it blanked, and was its event in none of its partitions when asked?

        Raises `Unavailable` where the gate does not come to the log's end in time. Nobody appends a blanked claim, nor
        does who ends the consent that it was; and an erasure waits for whoever read it before (`DRAIN_S`): what is not
        there then does not come.
        """
        if claim.digest or self._reader is None or await self._is_judged(claim):
            return False
        for partition in claim.partitions:
            end = await self._reader.end(partition)
            if end and not await self._projection.wait_judged(partition, end - 1, self._wait_s):
                raise Unavailable("grind")
        return not await self._is_judged(claim)

    async def _is_judged(self, claim: Claim) -> bool:
        return await self._projection.judgement(claim.handelse_id) is not None
