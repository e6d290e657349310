"""When persons were born, kept apart from their numbers, of those of whom it is not there: K8 tells birthdays by it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.ports import BirthCare, Unavailable

BATCH: Final = 200
MOST: Final = 50
"""Batches of one round: the vault has others to answer."""
AGAIN_S: Final = 10.0
"""How long a vault that does not answer is waited for, and until the next round where there is more to do."""
EVERY_S: Final = 600.0
"""How often it is looked whether anybody is missing: an older api makes persons, a vault is restored meanwhile."""
UNKNOWN: Final = -1


@dataclass(slots=True)
class Fodda:
    """Makes it of whoever is missing, and tells how many still are. Several at once are as good as one."""

    care: BirthCare
    saknas: int = UNKNOWN
    """Persons with a number and no birth that can be read, as last counted; -1 where that could not be done."""
    _after: str = field(default="", repr=False)

    async def keep(
        self, failed: Callable[[Exception], object], every_s: float = EVERY_S, again_s: float = AGAIN_S
    ) -> None:
        """Round after round until ended, which may be at any moment. `failed` is told of what no waiting mends."""
        while True:
            try:
                more = await self.round()
            except Unavailable:
                more = True
            except Exception as error:
                # Whatever it was: who is missing is still missing.
                failed(error)
                more = False
            await asyncio.sleep(again_s if more else every_s)

    async def round(self) -> bool:
        """Make it of as many as one round may; is there more to do? Raises `Unavailable`."""
        if not await self._count():
            self._after = ""
            return False
        for _ in range(MOST):
            self._after = await self.care.fill(self._after, BATCH)
            if not self._after:
                break
        await self._count()
        return bool(self._after)

    async def _count(self) -> int:
        try:
            self.saknas = await self.care.missing()
        except Exception:
            self.saknas = UNKNOWN
            raise
        return self.saknas
