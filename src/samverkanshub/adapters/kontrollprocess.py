"""Runs a check in a process of its own, so that the api goes on answering; it dies with this one."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

from samverkanshub.adapters.servers.child import GUARD
from samverkanshub.ports import Unavailable

_NOBODY_ELSE: Final = ("0", "0")
"""It runs as the present user and group."""


class Kontrollprocess:
    """Port `pipeline.kontroll.Runner`: a module that is given an errand on its input and tells lines on its output."""

    def __init__(self, module: str) -> None:
        self._module = module

    async def run(self, uppdrag: bytes) -> AsyncIterator[bytes]:
        """Every line, as it is told. Raises `Unavailable` where the process does not end well. Closed: it is killed."""
        process = await self._start()
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: PT018  they are pipes
            process.stdin.write(uppdrag)
            process.stdin.close()
            async for line in process.stdout:
                yield line
            if await process.wait():
                raise Unavailable("kontroll")
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):  # It ended by itself just now.
                    process.kill()
                await process.wait()

    async def _start(self) -> asyncio.subprocess.Process:
        guard = (sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(signal.SIGKILL)), *_NOBODY_ELSE)
        pipe = asyncio.subprocess.PIPE
        try:
            return await asyncio.create_subprocess_exec(
                *guard, sys.executable, "-m", self._module, stdin=pipe, stdout=pipe, start_new_session=True
            )
        except OSError:
            raise Unavailable("kontroll") from None
