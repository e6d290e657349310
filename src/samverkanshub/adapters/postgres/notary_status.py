"""What the notary tells health and intake, in the projection's database."""

import asyncpg

from samverkanshub.adapters.postgres.database import Database


class PostgresNotaryStatus:
    """`NotaryStatus` over its database, whose clock says when. `Unavailable` is `projektion`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._db = Database(pool, "projektion", "notary_status")

    async def report(self, partition: int, size: int, state: str, code: str) -> None:
        """Replace what was last said of the partition."""
        await self._db.fetch("report", partition, size, state, code)
