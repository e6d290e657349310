"""The regelverk that the log's position puts in force, as the api reads it."""

from typing import Final, Protocol, cast

from samverkanshub.codec import states
from samverkanshub.codec.artefacts import regelverk_digest
from samverkanshub.domain.errors import Halt
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.state import OmradeState
from samverkanshub.pipeline.artefakter import load_regelverk
from samverkanshub.ports import ArtefactStore, Projection, Unavailable

FIRST: Final = 0
"""The område whose activation the api goes by: every partition's record 0 names the same regelverk."""


class Regelverken(Protocol):
    """Where intake and delivery get the regelverk from."""

    async def current(self) -> Regelverk:
        """The regelverk in force; raises `Unavailable` until record 0 is judged."""

    async def named_by(self, omrade: OmradeState) -> Regelverk:
        """The regelverk that a partition's state says is in force there; raises `Unavailable` where there is none."""


async def in_force(regelverk: Regelverken, projection: Projection, partition: int) -> Regelverk:
    """The regelverk in force in a partition, as far as its gate has judged. Raises `Unavailable` as `named_by`."""
    stored = await projection.state(partition, "omrade", str(partition))
    found = states.decode("omrade", stored) if stored is not None else OmradeState(partition)
    return await regelverk.named_by(cast(OmradeState, found))


class ActiveRegelverk:
    """Reads the digests in force at each call, and the artefacts only when they change."""

    def __init__(self, projection: Projection, artefacts: ArtefactStore) -> None:
        self._projection = projection
        self._artefacts = artefacts
        self._loaded: Regelverk | None = None

    async def current(self) -> Regelverk:
        """The regelverk in force. `Unavailable` until record 0 is judged, and where an artefact is missing."""
        return await in_force(self, self._projection, FIRST)

    async def named_by(self, omrade: OmradeState) -> Regelverk:
        """The regelverk that a partition's state says is in force there. `Unavailable` as `current`."""
        if not omrade.artefakter:
            raise Unavailable("regelverk")
        if self._loaded is None or self._loaded.digest != regelverk_digest(dict(omrade.artefakter)):
            self._loaded = await self._load(omrade)
        return self._loaded

    async def _load(self, omrade: OmradeState) -> Regelverk:
        try:
            return await load_regelverk(self._artefacts, omrade.artefakter)
        except Halt as missing:
            raise Unavailable("regelverk") from missing
