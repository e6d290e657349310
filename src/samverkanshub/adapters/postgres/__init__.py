"""PostgreSQL, 15 and later: the projection and the vault, two databases that never share a transaction."""
