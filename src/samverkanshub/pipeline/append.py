"""Appending a claimed event to its partitions, and waiting for what the gate says of it."""

from samverkanshub.ports import Appended, Claim, Failpoint, Judgement, Log, Projection


class Appender:
    """The one way into the log. A claim stands in the vault before anything of it is appended."""

    def __init__(self, log: Log, projection: Projection, failpoint: Failpoint, wait_s: float) -> None:
        self._log = log
        self._projection = projection
        self._fail = failpoint
        self._wait_s = wait_s

    async def append(self, claim: Claim) -> Appended:
        """Append the claim's bytes to all its partitions, with acks=all; where the first of them put them.

        Raises `Unavailable` unless every partition has answered: who narrows access is told so only when it is
        narrowed everywhere. Repeating it is harmless, since the gate takes the first occurrence.
        """
        await self._fail("api.fore-append")
        places = await self.everywhere(claim)
        await self._fail("api.efter-append")
        return places[0]

    async def everywhere(self, claim: Claim) -> list[Appended]:
        """The same; where each of its partitions put them, in their order."""
        return [await self._there(partition, claim) for partition in claim.partitions]

    async def _there(self, partition: int, claim: Claim) -> Appended:
        await self._fail("append.fore-omrade")
        return await self._log.append(partition, claim.key, claim.headers, claim.value)

    async def judgement(self, handelse_id: str) -> Judgement | None:
        """What the gate has said of an event's first occurrence by now."""
        return await self._projection.judgement(handelse_id)

    async def judged(self, handelse_id: str, place: Appended) -> Judgement | None:
        """What the gate says of the event, given some seconds to say it; None where it did not in time."""
        if not await self._projection.wait_judged(place.partition, place.offset, self._wait_s):
            return None
        return await self._projection.judgement(handelse_id)

    async def judged_there(self, place: Appended) -> Judgement | None:
        """What the gate says of exactly this record; None where it did not in time."""
        if not await self._projection.wait_judged(place.partition, place.offset, self._wait_s):
            return None
        return await self._projection.judged_at(place.partition, place.offset)
