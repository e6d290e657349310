"""Who is logged in on the pages, in memory."""


class MemoryLogins:
    """`Logins` in memory."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[bytes, int]] = {}

    async def put(self, nyckel: bytes, vem: bytes, till: int, now: int) -> None:
        """Keep a login; forget those that have ended."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept[1] > now} | {nyckel: (vem, till)}

    async def prolong(self, nyckel: bytes, vem: bytes, till: int) -> None:
        """Keep what the key has until `till`; nothing where it has nothing."""
        if nyckel in self._kept:
            self._kept[nyckel] = (vem, till)

    async def get(self, nyckel: bytes, now: int) -> bytes | None:
        """What was kept under the key, while it lasts."""
        vem, till = self._kept.get(nyckel, (None, 0))
        return vem if till > now else None

    async def drop(self, nyckel: bytes) -> None:
        """Forget it."""
        self._kept.pop(nyckel, None)
