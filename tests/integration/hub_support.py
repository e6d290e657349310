"""A hub run as a process of its own, with stand-ins for its roles: what is tried is who lives and who dies.

python hub_support.py hub           the supervisor, settings from SAMVERKAN_*
python hub_support.py api|gate|watch|notary      a stand-in for the role
"""

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from samverkanshub.entrypoints.cli.supervisor import ROLES, Hub, Role, running_hub
from samverkanshub.entrypoints.cli.up import until_told
from samverkanshub.settings import Settings

ENDS = "ended-in-order"
HEARS = "hears"
NAMES = [role.name for role in ROLES]


@dataclass(frozen=True, slots=True)
class StandIn(Role):
    """This file in place of a role's module."""

    def command(self) -> list[str]:
        return [sys.executable, __file__, self.name]


async def _hub() -> int:
    gate, api, watch, notary = (StandIn(role.name, "") for role in ROLES)
    async with running_hub(Settings.from_env(), roles=(gate, api, watch, notary)) as hub:
        await _listening()
        _told(hub)
        print(f"{await hub.servers.ended()} ended", flush=True)
        return 1


async def _listening() -> None:
    """Whoever is told to end before it can hear so just dies, and nothing could be said of the order."""
    data = Settings.from_env().data
    while not all((data / f"{name}-{HEARS}").exists() for name in NAMES):  # noqa: ASYNC110 -- files
        await asyncio.sleep(0.01)


def _told(hub: Hub) -> None:
    kafka, postgres = hub.servers.kafka, hub.servers.postgres
    assert kafka
    assert postgres
    pids = {"kafka": kafka.child.pid, "postgres": postgres.child.pid, "gate": hub.gate.pid, "api": hub.api.pid}
    pids |= {"watch": hub.watch.pid, "notary": hub.notary.pid}
    print("up", *(f"{name}={pid}" for name, pid in pids.items()), f"url={hub.url}", flush=True)


def _role(name: str) -> None:
    settings = Settings.from_env()
    order = settings.data / ENDS

    def end(_: int, __: FrameType | None) -> None:
        with order.open("a") as file:
            file.write(f"{name}\n")
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    (settings.data / f"{name}-{HEARS}").touch()
    print(f"{name} felpunkter={settings.felpunkter}", flush=True)
    if name == "api":
        asyncio.run(_listen(settings))
    while True:
        time.sleep(600)


async def _listen(settings: Settings) -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), settings.api_vard, settings.api_port)
    await server.serve_forever()


def processes_of(data: Path) -> dict[int, str]:
    """Every process that has the data directory in its command line or environment, by pid."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _mentions(entry, str(data).encode()):
            found[int(entry.name)] = _read(entry / "cmdline").replace(b"\0", b" ").decode(errors="replace")
    return found


def _mentions(process: Path, data: bytes) -> bool:
    return data in _read(process / "cmdline") or data in _read(process / "environ")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    if sys.argv[1] == "hub":
        sys.exit(asyncio.run(until_told(_hub())))
    _role(sys.argv[1])
