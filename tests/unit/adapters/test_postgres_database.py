"""An outage is told from a fault in the data by one table."""

import asyncpg
import pytest

from samverkanshub.adapters.postgres.database import is_outage, outages_of, queries
from samverkanshub.ports import Superseded, Unavailable

OUTAGES = [
    ConnectionRefusedError(),
    ConnectionResetError(),
    FileNotFoundError(),
    TimeoutError(),
    asyncpg.ConnectionDoesNotExistError("x"),
    asyncpg.CannotConnectNowError("x"),
    asyncpg.AdminShutdownError("x"),
    asyncpg.CrashShutdownError("x"),
    asyncpg.QueryCanceledError("x"),
    asyncpg.TooManyConnectionsError("x"),
    asyncpg.DiskFullError("x"),
    asyncpg.DeadlockDetectedError("x"),
    asyncpg.IdleInTransactionSessionTimeoutError("x"),
    asyncpg.ReadOnlySQLTransactionError("x"),
    asyncpg.PostgresIOError("x"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InterfaceError("pool is closing"),
    asyncpg.TargetServerAttributeNotMatched("x"),
]
FAULTS = [
    asyncpg.CharacterNotInRepertoireError("x"),
    asyncpg.NumericValueOutOfRangeError("x"),
    asyncpg.UniqueViolationError("x"),
    asyncpg.UndefinedTableError("x"),
    asyncpg.InvalidPasswordError("x"),
    asyncpg.InvalidCatalogNameError("x"),
    asyncpg.PostgresError("x"),
    asyncpg.exceptions._base.DataError("invalid input for query argument $1: 'closed'"),
    asyncpg.InterfaceError("the server expects 1 argument for this query, 2 were passed"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
    ValueError(),
    Superseded(),
]


@pytest.mark.parametrize("error", OUTAGES, ids=repr)
def test_the_server_or_the_way_to_it_failed(error: Exception) -> None:
    assert is_outage(error)
    with pytest.raises(Unavailable, match="`valv`") as raised, outages_of("valv"):
        raise error
    assert raised.value.__cause__ is error


@pytest.mark.parametrize("error", FAULTS, ids=repr)
def test_a_fault_in_data_or_code_is_never_taken_for_an_outage(error: Exception) -> None:
    assert not is_outage(error)
    with pytest.raises(type(error)), outages_of("valv"):
        raise error


@pytest.mark.parametrize("name", ["gate_store", "projection", "vault"])
def test_every_query_has_a_name_and_a_text(name: str) -> None:
    assert len(queries(name)) > 5
    assert all(queries(name).values())
