"""What `watch` tells health, in the projection's database."""

import asyncpg

from samverkanshub.adapters.postgres.database import Database


class PostgresWatchStatus:
    """`WatchStatus` over its database, whose clock says when. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "watch_status")

    async def report(self, partition: int, state: str) -> None:
        """Replace what was last said of the partition."""
        await self._db.fetch("report", partition, state)
