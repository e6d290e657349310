"""A port or directory in use is named, with who uses it."""

import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from samverkanshub.adapters.servers.places import (
    LOOPBACK,
    Taken,
    Wanted,
    claim_ports,
    closed_to,
    free_port,
    locked,
    temporary_data,
)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_directory_is_had_by_one_at_a_time(tmp_path: Path) -> None:
    with (
        locked(tmp_path),
        pytest.raises(Taken, match=f"`{tmp_path}` is used by process {os.getpid()}"),
        locked(tmp_path),
    ):
        pass
    with locked(tmp_path):
        pass


def test_a_port_in_use_is_named_with_its_setting(taken: int) -> None:
    with pytest.raises(Taken, match=f"port {taken} of `SAMVERKAN_API_PORT` on 127.0.0.1"):
        claim_ports([Wanted(LOOPBACK, taken, "SAMVERKAN_API_PORT")])


def test_every_port_in_use_is_named(taken: int) -> None:
    with pytest.raises(Taken) as error:
        claim_ports([Wanted(LOOPBACK, taken, "EN"), Wanted(LOOPBACK, 0, "LEDIG"), Wanted(LOOPBACK, taken, "TVA")])
    assert "`EN`" in str(error.value)
    assert "`TVA`" in str(error.value)
    assert "LEDIG" not in str(error.value)


def test_free_ports_are_different_and_the_given_ones_stay() -> None:
    given = free_port()
    ports = claim_ports([Wanted(LOOPBACK, 0, "A"), Wanted(LOOPBACK, given, "B"), Wanted(LOOPBACK, 0, "C")])
    assert ports[1] == given
    assert len({*ports}) == 3


def test_a_closed_directory_on_the_way_is_found(tmp_path: Path) -> None:
    stranger = os.getuid() + 12345
    closed = tmp_path / "stangd"
    (closed / "data").mkdir(parents=True)
    closed.chmod(0o700)
    assert closed_to(closed / "data", stranger) is not None
    assert closed_to(Path("/tmp/data"), stranger) is None


def test_a_directory_made_for_servers_can_be_passed_and_not_listed() -> None:
    path = temporary_data("samverkanshub-prov-")
    try:
        assert stat.S_IMODE(path.stat().st_mode) == 0o711
        assert closed_to(path / "postgres", os.getuid() + 12345) is None
    finally:
        path.rmdir()
