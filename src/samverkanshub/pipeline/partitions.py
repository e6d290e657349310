"""Which partitions of the log an event goes to, and whether they are open to it."""

from collections.abc import Sequence
from typing import cast

from samverkanshub.codec import states
from samverkanshub.domain.events import PERSON_FACTS
from samverkanshub.domain.state import OmradeState
from samverkanshub.pipeline.checked import Checked
from samverkanshub.ports import KnownPerson, Projection, Unavailable


class Partitions:
    """`omraden` is how many partitions the log has, one a samverkansområde."""

    def __init__(self, projection: Projection, omraden: int) -> None:
        self._projection = projection
        self._omraden = omraden
        self._open: set[int] = set()

    async def of(self, checked: Checked, known: Sequence[KnownPerson], arende_id: str, omrade: int) -> tuple[int, ...]:
        """DESIGN.md point 1: where the exposed person is at home; a person fact goes to every partition, that first.

        Every one of the log, since a partition may come to know the person by an event that is not judged yet. `omrade`
        is the sender's, for what concerns nobody. Raises `Unavailable` while record 0 of one of them is not judged.
        """
        exposed = checked.event.exposed
        if exposed is None:
            own = await self._of_arende(arende_id, omrade)
        else:
            own = known[checked.event.personer.index(exposed)].omrade
        everywhere = range(self._omraden) if checked.event.typ in PERSON_FACTS else ()
        found = (own, *(partition for partition in everywhere if partition != own))
        for partition in found:
            await self._require_open(partition)
        return found

    async def _of_arende(self, arende_id: str, otherwise: int) -> int:
        if not arende_id:
            return otherwise
        for info in await self._projection.positions():
            if await self._projection.state(info.partition, "arende", arende_id) is not None:
                return info.partition
        raise Unavailable("projektion")

    async def _require_open(self, partition: int) -> None:
        """Record 0 names the regelverk: what lands before it can never be judged. Once there, it is there for ever."""
        if partition in self._open:
            return
        stored = await self._projection.state(partition, "omrade", str(partition))
        if stored is None or not cast(OmradeState, states.decode("omrade", stored)).artefakter:
            raise Unavailable("regelverk")
        self._open.add(partition)
