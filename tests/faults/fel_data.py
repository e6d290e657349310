"""What is stored: records nobody can read, a full disk, a projection of yesterday, a log that has lost its end."""

import asyncio
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from secrets import token_bytes
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer

from faults.fel import Prov, Skipped, fel
from faults.lager import restored, taken
from faults.last import deviation
from faults.scen import Broken, Scen, until
from samverkanshub import topics
from samverkanshub.adapters.servers.child import Child, Who
from samverkanshub.adapters.servers.postgres import run_as
from samverkanshub.client import ClientError
from samverkanshub.client.client import health_of
from samverkanshub.codec.envelope import EVENT_HEADER, PERSONS_HEADER
from samverkanshub.entrypoints.worker.keeper import Exit

WAIT_S = 60.0
HUGE = topics.MAX_RECORD_BYTES - 20_000


# ------------------------------------------------------------------------------------------ unreadable records


@fel("olasliga-poster")
async def unreadable(prov: Prov) -> None:
    """Bytes that are no event, of a schema that nobody knows, and far too many, straight to the log."""
    known = [row["person_id"] for row in await prov.hub.sql("select person_id from person limit 50", valv=True)]
    bodies = [b"\0\0\0\0\1\xff\xff", b"\0\0\1\x86\x9f" + token_bytes(40), token_bytes(HUGE), b"", b"{}"]
    producer = AIOKafkaProducer(bootstrap_servers=prov.hub.settings.kafka, acks="all", max_request_size=4 * HUGE)
    await producer.start()
    try:
        for number in range(prov.rng.randint(5, 9)):
            person = prov.rng.choice(known) if known and prov.rng.random() < 0.3 else _nobody()
            prov.planted.append(await _produced(producer, bodies[number % len(bodies)], person))
            await asyncio.sleep(prov.rng.uniform(0.1, 0.6))
        prov.tell(f"{number + 1} records")
    finally:
        await producer.stop()


def _nobody() -> UUID:
    return UUID(bytes=token_bytes(16), version=4)


async def _produced(producer: AIOKafkaProducer, value: bytes, person: UUID) -> int:
    headers = [(PERSONS_HEADER, person.bytes), (EVENT_HEADER, bytes(16))]
    sent = await producer.send_and_wait(topics.LOGG, value, key=person.bytes, partition=0, headers=headers)
    return int(sent.offset)


# ------------------------------------------------------------------------------------------ a full disk

LIMIT = """
import os, resource, sys
pid, most, user, group = map(int, sys.argv[1:])
if user:
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)
resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, -1))
"""


@fel("full-disk")
async def full_disk(prov: Prov) -> None:
    """No file of broker, PostgreSQL or notary may grow for a while (RLIMIT_FSIZE of the running process)."""
    what = prov.rng.choice(("kafka", "postgres", "notarie"))
    prov.tell(what)
    most = {
        "kafka": _longest(prov.hub.kafka.directory / "data" / f"{topics.LOGG}-0"),
        "postgres": 65_536,
        "notarie": 64,
    }
    children = {"kafka": prov.hub.kafka.child, "postgres": prov.hub.postgres.child, "notarie": prov.hub.notary.child}
    child = children[what]
    for pid in _tree_of(child.pid):
        _limit(pid, most[what], what)
    await asyncio.sleep(prov.rng.uniform(4, 8))
    for pid in _tree_of(child.pid) if child.running else ():
        with suppress(subprocess.CalledProcessError):
            _limit(pid, resource.RLIM_INFINITY, what)
    await _again(prov, child, what)


async def _again(prov: Prov, child: Child, what: str) -> None:
    """A server that has ended for want of room is started again, as whoever made room would."""
    await asyncio.sleep(1)
    if child.running or what == "notarie":
        return
    prov.tell("it ended, and is started again")
    await (prov.hub.kafka if what == "kafka" else prov.hub.postgres).start()


def _limit(pid: int, most: int, what: str) -> None:
    """By a process of the user whose it is: another's limits may not be touched, not even by root in a container."""
    who = run_as() if what == "postgres" else Who()
    command = [sys.executable, "-I", "-S", "-c", LIMIT, *map(str, (pid, most, who.uid, who.gid))]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        if Path(f"/proc/{pid}").exists():
            raise Skipped(f"RLIMIT_FSIZE of {what} cannot be set") from error


def _tree_of(pid: int) -> Iterator[int]:
    """A process and its children."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        yield from map(int, task.read_text().split())


def _longest(directory: Path) -> int:
    return max((file.stat().st_size for file in directory.glob("*.log")), default=0) + 2000


# ------------------------------------------------------------------------------------------ an older backup


@fel("projektion-aterlast")
async def projection_restored(prov: Prov) -> None:
    """The projection is set back to a backup under way; the gate judges again what has come since."""
    hub = prov.hub
    backup = await taken(hub.settings.projektion)
    at = (await hub.position())["position"]
    await until(partial(hub.judged, at + prov.rng.randint(20, 120)), WAIT_S, "the gate goes on")
    await hub.gate.hold()
    lost = (await hub.position())["position"] - at
    await restored(hub.settings.projektion, backup)
    prov.tell(f"{lost} decisions lost")
    await asyncio.sleep(prov.rng.uniform(0, 4))
    hub.gate.release()
    await until(partial(hub.judged, at + lost), WAIT_S, "what was lost is judged again")


@fel("logg-avkortad", ends=True)
async def log_truncated(prov: Prov) -> None:
    """Kafka's data set back to an older copy: the gate refuses, health is red, nothing judged is judged otherwise."""
    hub = prov.hub
    copy = hub.settings.data / "kopia"
    await _copied(hub, copy)
    end = await hub.end()
    await until(partial(hub.judged, end + prov.rng.randint(10, 60)), WAIT_S, "the gate goes on")
    await prov.last.end(30.0)
    await until(hub.settled, WAIT_S, "all is settled")
    before = await _decisions(hub)
    held = prov.rng.random() < 0.5
    if held:
        await hub.gate.hold()
    await _set_back(hub, copy)
    hub.gate.release()
    prov.tell(f"{len(before) - await hub.end()} records lost, the gate {'away' if held else 'at work'}")
    await _refused(prov, "logg-kortare-an-position")
    await _longer(prov, len(before) + 1)
    await hub.gate.kill()
    await _refused(prov, "annan-logg")
    if await _decisions(hub) != before:
        raise Broken("decisions are others than before")


async def _copied(hub: Scen, copy: Path) -> None:
    await hub.kafka.stop()
    shutil.copytree(hub.kafka.directory / "data", copy)
    await hub.kafka.start()


async def _set_back(hub: Scen, copy: Path) -> None:
    await hub.kafka.stop()
    shutil.rmtree(hub.kafka.directory / "data")
    shutil.copytree(copy, hub.kafka.directory / "data")
    await hub.kafka.start()


async def _decisions(hub: Scen) -> list[dict[str, Any]]:
    return await hub.sql('select "offset", digest, record_digest from beslut order by "offset"')


async def _refused(prov: Prov, code: str) -> None:
    """Does the gate refuse with this, and is health red for it?"""
    hub = prov.hub

    async def red() -> bool:
        found = await health_of(hub.url)
        return found.halsa == "rod" and any(code in reason for reason in found.skal)

    await until(red, WAIT_S, f"health is red for `{code}`")
    lives = len(hub.gate.ended)
    await hub.gate.dies(lives, WAIT_S)
    if hub.gate.ended[-1] != Exit.HALTED:
        raise Broken(f"the gate ended with {hub.gate.ended[-1]} and not as one that refuses")
    prov.tell(code)


async def _longer(prov: Prov, than: int) -> None:
    """New events, until the log is longer than what was judged."""
    async with prov.last.client("mora.vinr.utsatt", "efter") as client:

        async def longer() -> bool:
            with suppress(ClientError):
                await client.publish("avvikelse", deviation(prov.rng))
            return await prov.hub.end() > than

        await until(longer, WAIT_S, "the log grows")
