async def test_both_answer(kafka: str, postgres: str, make_database) -> None:
    import asyncpg

    dsn = make_database("prov")
    c = await asyncpg.connect(dsn)
    assert await c.fetchval("show fsync") == "on"
    await c.close()
    from samverkanshub.adapters.servers.kafka import answers

    assert await answers(kafka)
