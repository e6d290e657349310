"""Roles that die: at a named place, between any two steps, stopped for too long, or two at a time."""

import asyncio
from functools import partial
from signal import SIGCONT, SIGSTOP

from faults.fel import Prov, fel
from faults.roller import Roll
from faults.scen import Broken, until
from samverkanshub.entrypoints.cli.supervisor import GATE
from samverkanshub.entrypoints.worker.options import Options

REACHED_S = 45.0
API = ("fore-ansprak", "efter-ansprak", "fore-append", "efter-append", "efter-svar")
GATES = ("fore-commit", "efter-commit", "fore-notis", "efter-notis")
NOTARY = ("fore-trad", "efter-trad", "fore-signatur", "efter-signatur", "efter-publicering")


async def _dies_at(prov: Prov, role: Roll, point: str, most: int) -> None:
    """Killed twice by the failpoint, each time at another passing."""
    for _ in range(2):
        spec = f"{point}=kill@{prov.rng.randint(1, most)}"
        await role.arm(spec)
        lives = len(role.ended)
        prov.tell(spec)
        if not await role.dies(lives, REACHED_S):
            raise Broken(f"`{spec}` was not reached in {REACHED_S:.0f} s")


async def _api_dies(prov: Prov, point: str) -> None:
    await _dies_at(prov, prov.hub.api, point, 12)


async def _gate_dies(prov: Prov, point: str) -> None:
    await _dies_at(prov, prov.hub.gate, point, 8)


async def _notary_dies(prov: Prov, point: str) -> None:
    await _dies_at(prov, prov.hub.notary, point, 3)


for _point in API:
    fel(f"api-{_point}")(partial(_api_dies, point=f"api.{_point}"))
for _point in GATES:
    fel(f"gate-{_point}")(partial(_gate_dies, point=f"gate.{_point}"))
for _point in NOTARY:
    fel(f"notarie-{_point}")(partial(_notary_dies, point=f"notarie.{_point}"))


@fel("watch-mellan-steg", hastar=True)
async def watch_dies(prov: Prov) -> None:
    """It has steps to append all the time, since kvittenser are owed within seconds, and dies between two of them."""
    await until(partial(_owes, prov, 8), REACHED_S, "something is owed")
    for point in prov.rng.sample(("watch.fore-append", "watch.efter-append"), 2):
        await _dies_at(prov, prov.hub.watch, point, 6)


async def _owes(prov: Prov, most: int) -> bool:
    return len(await prov.hub.sql("select 1 from forfaller limit 100")) > most


@fel("gate-stoppad")
async def gate_stopped(prov: Prov) -> None:
    """SIGSTOP past the session time-out, with another gate or without one, and then SIGCONT."""
    gate, other = prov.hub.gate, prov.rng.random() < 0.7
    if other:
        await _joins(prov)
    gate.send(SIGSTOP)
    prov.tell(f"stopped{' beside another' if other else ''}")
    try:
        await asyncio.sleep(Options("").session_s + prov.rng.uniform(2, 5))
    finally:
        gate.send(SIGCONT)
    await asyncio.sleep(3)
    if other:
        await _leaves(prov)


@fel("tva-gater")
async def two_gates(prov: Prov) -> None:
    """Another joins, one of the two dies or leaves, comes back, and the other leaves."""
    await _joins(prov)
    await asyncio.sleep(prov.rng.uniform(1, 4))
    for role in prov.rng.sample([prov.hub.gate, prov.hub.more[0]], 2):
        await role.kill()
        prov.tell(f"{role.name} killed")
        await asyncio.sleep(prov.rng.uniform(0.5, 12))
    await _leaves(prov)


async def _joins(prov: Prov) -> None:
    other = Roll(GATE, prov.hub.gate.settings, "gate-2", ("--instans", "gate-2"))
    prov.hub.more.append(other)
    other.start()
    await asyncio.sleep(prov.rng.uniform(2, 5))


async def _leaves(prov: Prov) -> None:
    other = prov.hub.more.pop()
    await other.stop()
    prov.tell("gate-2 left")
