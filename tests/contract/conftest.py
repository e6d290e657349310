"""What every suite of a port that is kept in a database runs over."""

import pytest


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.servers)])
def dsn(request: pytest.FixtureRequest) -> str:
    """An empty database of the suite's own; empty for the implementation in memory."""
    if request.param == "memory":
        return ""
    suite = request.module.__name__.removeprefix("test_")
    return str(request.getfixturevalue("make_database")(f"contract_{suite}"))
