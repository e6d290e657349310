"""G1: the vault, which serves nobody anything until it has obeyed the log's erasures: it may be a restored one."""

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from typing import Final

from samverkanshub.codec.schemas import Schemas
from samverkanshub.domain.events import RADERING
from samverkanshub.pipeline.radering import Radering
from samverkanshub.pipeline.reading import read
from samverkanshub.ports import Claim, DataKey, KnownPerson, LogReader, Projection, SecretLost, Unavailable, Vault

WAIT_S: Final = 3.0
"""How long somebody waits for it before being told to come again."""
LOOK_S: Final = 5.0
"""How long it is taken to be the vault that it was: it may be restored, or fail over, under a process that runs."""
LOOK_WAIT_S: Final = 0.5
"""How long somebody waits for a look: a projection that does not answer keeps no report out (B1)."""


class Obeyed:
    """Sees to it that the vault has obeyed; an erasure that nobody has judged yet is waited for.

    Who does not erase itself (`acts`) waits for who does. Once it has obeyed it is looked at again when it is used, at
    most each `look_s`: an older one in its place is let serve nobody either. Where nobody answers it is as it was.
    """

    def __init__(
        self,
        radering: Radering,
        projection: Projection,
        reader: LogReader,
        schemas: Schemas,
        omraden: int,
        *,
        acts: bool = True,
        look_s: float = LOOK_S,
    ) -> None:
        self._radering = radering
        self._projection = projection
        self._reader = reader
        self._schemas = schemas
        self._waits: dict[int, int] = {}
        """By område: where it must be judged to, no erasure being after that."""
        self._omraden = omraden
        self._acts = acts
        self._look_s = look_s
        self._looked = 0.0
        self._task: asyncio.Task[None] | None = None
        self._done = False

    async def require(self) -> None:
        """Raises `Unavailable` until the vault has obeyed."""
        if self._done and _now() - self._looked >= self._look_s:
            await self._wait(self._look, LOOK_WAIT_S)
        if not self._done:
            await self._wait(self._obey, WAIT_S)
        if not self._done:
            raise Unavailable("valv")

    async def _wait(self, verb: Callable[[], Coroutine[None, None, None]], seconds: float) -> None:
        """For what is under way, or else for this."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(verb())
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._task), seconds)

    async def _look(self) -> None:
        with suppress(Unavailable):
            self._done = not await self._radering.forgotten()
        if not self._done:
            # An older one has more of the log to obey.
            self._waits.clear()
        self._looked = _now()

    async def _obey(self) -> None:
        for number in range(self._omraden):
            await self._require_judged(number)
        if self._acts:
            await self._radering.obey()
        elif await self._radering.unheeded():
            raise Unavailable("valv")
        self._done, self._looked = True, _now()

    async def _require_judged(self, number: int) -> None:
        position = await self._projection.position(number)
        if number not in self._waits:
            self._waits[number] = await self._last_erasure(number, position)
        if position < self._waits[number]:
            raise Unavailable("grind")

    async def _last_erasure(self, number: int, position: int) -> int:
        """The offset after the last erasure that is not judged; 0 where every one is."""
        last = 0
        async for record in self._reader.records(number, position, await self._reader.end(number)):
            event = read(record, self._schemas).event
            last = record.offset + 1 if event is not None and event.typ == RADERING else last
        return last


def _now() -> float:
    return asyncio.get_running_loop().time()


class ErasedFirst:
    """`Vault` in front of another: what a person, a key or a claim is asked of it only when it has obeyed."""

    def __init__(self, vault: Vault, obeyed: Obeyed) -> None:
        self._vault = vault
        self._obeyed = obeyed

    async def persons(self, lookups: Sequence[str], omrade: int) -> list[KnownPerson]:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.persons(lookups, omrade)

    async def find(self, lookups: Sequence[str]) -> list[KnownPerson | None]:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.find(lookups)

    async def by_ids(self, person_ids: Sequence[str]) -> dict[str, KnownPerson]:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.by_ids(person_ids)

    async def born(self, person_ids: Sequence[str]) -> dict[str, str]:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.born(person_ids)

    async def subject_key(self, subject: str) -> DataKey:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.subject_key(subject)

    async def keys(self, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], DataKey]:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.keys(wanted)

    async def erased(self, person_ids: Collection[str]) -> frozenset[str]:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.erased(person_ids)

    async def claim(self, claim: Claim) -> Claim:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.claim(claim)

    async def claim_anew(self, tomt: Claim, claim: Claim) -> Claim:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.claim_anew(tomt, claim)

    async def claimed(self, handelse_id: str) -> Claim | None:
        """As the vault behind it."""
        await self._obeyed.require()
        return await self._vault.claimed(handelse_id)

    async def digest(self, content: bytes) -> bytes:
        """As the vault behind it: it holds nobody."""
        return await self._vault.digest(content)

    async def secret(self, name: str) -> bytes:
        """As the vault behind it: it is nobody's."""
        return await self._vault.secret(name)

    async def lost(self) -> list[SecretLost]:
        """As the vault behind it: they are nobody's."""
        return await self._vault.lost()

    async def use_token(self, aktor: str, jti: str, expires_ms: int) -> bool:
        """As the vault behind it: a token is nobody's."""
        return await self._vault.use_token(aktor, jti, expires_ms)
