"""Who is logged in on the pages, in memory."""

from samverkanshub.ports import Hos


class MemoryLogins:
    """`Logins` in memory."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[bytes, int, Hos, int]] = {}

    async def put(self, nyckel: bytes, vem: bytes, till: int, now: int, hos: Hos | None = None) -> None:
        """Keep a login; forget those that have ended."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1] > now}
        self._kept[nyckel] = (vem, till, hos or Hos(), now)

    async def prolong(self, nyckel: bytes, vem: bytes, till: int) -> None:
        """Keep what the key has until `till`; nothing where it has nothing."""
        if nyckel in self._kept:
            self._kept[nyckel] = (vem, till, *self._kept[nyckel][2:])

    async def get(self, nyckel: bytes, now: int) -> bytes | None:
        """What was kept under the key, while it lasts."""
        vem, till, *_ = self._kept.get(nyckel, (None, 0, Hos(), 0))
        return vem if till > now else None

    async def drop(self, nyckel: bytes) -> None:
        """Forget it."""
        self._kept.pop(nyckel, None)

    async def drop_of(self, hos: Hos, fore: int) -> None:
        """Forget those kept before `fore` (ms) under both digests, where both are given, else under the one that is."""

        def named(kept: Hos) -> bool:
            whose, session = hos.vem == kept.vem, hos.session == kept.session
            if not hos.vem:
                return bool(hos.session) and session
            return whose and (not hos.session or session or not kept.session)

        self._kept = {key: kept for key, kept in self._kept.items() if not (named(kept[2]) and kept[3] < fore)}
