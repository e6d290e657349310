"""A file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from samverkanshub.adapters.files import write_atomically


def test_a_file_is_replaced_and_its_directories_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    write_atomically(path, b"1")
    write_atomically(path, b"2", mode=0o600)
    assert path.read_bytes() == b"2"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_atomically(path, b"1")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, b"2")
    assert path.read_bytes() == b"1"
    assert [found.name for found in tmp_path.iterdir()] == ["a"]
