"""A check in a process of its own: its lines, its bad end, and its death when nobody listens any more."""

import asyncio
import json
import os

import pytest

from samverkanshub.adapters.kontrollprocess import Kontrollprocess
from samverkanshub.ports import Unavailable

ECHO = "json.tool"
"""A module that writes what it is given, a line a value."""


async def test_what_it_is_given_it_reads_and_what_it_tells_is_told_line_by_line() -> None:
    lines = [line.strip() async for line in Kontrollprocess(ECHO).run(b'["a", "b"]')]
    assert lines == [b"[", b'"a",', b'"b"', b"]"]


@pytest.mark.parametrize(("module", "given"), [(ECHO, b"no json"), ("samverkanshub.no_such_module", b"")])
async def test_one_that_does_not_end_well_is_unavailable(module: str, given: bytes) -> None:
    with pytest.raises(Unavailable):
        [line async for line in Kontrollprocess(module).run(given)]


async def test_closed_before_its_end_it_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[asyncio.subprocess.Process] = []
    runner, begin = Kontrollprocess(ECHO), Kontrollprocess._start

    async def seen(self: Kontrollprocess) -> asyncio.subprocess.Process:
        started.append(await begin(self))
        return started[0]

    monkeypatch.setattr(Kontrollprocess, "_start", seen)
    lines = runner.run(json.dumps(["x" * 50] * 100_000).encode())
    assert await anext(lines)
    await lines.aclose()  # type: ignore[attr-defined]
    assert started[0].returncode == -9
    with pytest.raises(ProcessLookupError):
        os.kill(started[0].pid, 0)
