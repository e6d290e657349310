"""A round: a hub, a load, one fault, recovery, and what is left held to what was promised."""

import asyncio
import json
import shutil
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx
import yaml

from faults.dump import copy_logs, dumped, write_lines
from faults.fel import Fel, Prov, Skipped
from faults.last import Last, numbers
from faults.noter import now_ms
from faults.scen import Broken, Scen, scen, until
from samverkanshub import resources
from samverkanshub.domain.errors import HubError
from samverkanshub.ports import Unavailable

CHECKER = Path(__file__).with_name("granska.py")
BEFORE_S, AFTER_S = (1.5, 4.0), (2.0, 5.0)
END_S = 120.0
SETTLE_S = 120.0
CHECK_S = 300.0
GIVEN = {"SAMVERKAN_DOM_VANTAN_S": "1", "SAMVERKAN_KANARIE_S": "0"}
"""No canary comes while the round is written down; that the checker takes one for what it is, its own tests say."""
SOON = {"o4.kvittens": 4, "o4.andra_kontakt": 6, "o4.region": 8, "h2.kvittens": 4, "h2.enhetschef": 6}
"""Seconds."""
MARGIN_S = 25
"""How late a reminder may be where the watch has been killed, and how long such a round waits for one at its end."""
NEED_NOT_BE = ("I3 NOT CHECKED", "I8 NOT CHECKED")
"""A round may end before anything is withdrawn and opened again, or due."""
EXPECTED = frozenset({200, 201, 202, 403, 404, 429, 503})
"""What a hub may answer whatever befalls it: an opening may be refused, and anything be asked for again."""


@dataclass
class Utfall:
    """How a round ended.

    `faults`: all that is amiss; `skipped`: why it could not be made; `planted`: where its own records are.
    """

    nr: int
    fel: str
    seed: str
    taken: int
    planted: list[int]
    told: list[str]
    faults: list[str]
    skipped: str = ""

    def line(self) -> str:
        """As it is told."""
        state = f"hoppad ({self.skipped})" if self.skipped else "BRUTEN" if self.faults else "hel"
        said = "; ".join(self.told)
        return f"runda {self.nr}  {self.fel:26} {state:8} {self.taken:5} händelser  {said}" + "".join(
            f"\n    {fault}" for fault in self.faults
        )


async def runda(nr: int, fault: Fel, seed: str, into: Path) -> Utfall:
    """Play one round, and write its run directory; whatever goes wrong is in what is returned."""
    found = Utfall(nr, fault.namn, seed, 0, [], [], [])
    began = now_ms()
    for part in ("klienter", "checkpoints"):
        (into / part).mkdir(parents=True)
    try:
        async with scen(proxied=fault.proxied, **GIVEN, **(_in_haste(into) if fault.hastar else {})) as hub:
            try:
                await _played(hub, fault, found, into)
            finally:
                copy_logs(hub, into / "loggar")
    except (HubError, Unavailable, OSError, RuntimeError) as error:
        found.faults.append(f"{type(error).__name__}: {error}")
        (into / "spar.txt").write_text(traceback.format_exc())
    _facts(found, into, began, {"marginal_ms": 1000 * MARGIN_S} if fault.hastar else {})
    if not (found.skipped or fault.ends):
        found.faults += await _checked(into)
    return found


def _in_haste(into: Path) -> dict[str, str]:
    """The regelverk as it is but for when kvittenser are owed: in seconds, at any hour."""
    made = into / "regelverk"
    shutil.copytree(resources.root() / "deploy" / "regelverk", made)
    frister = yaml.safe_load((made / "frister.yaml").read_text())
    for name, seconds in SOON.items():
        frister["frister"][name] |= {"sekunder": seconds, "arbetstid": False}
    (made / "frister.yaml").write_text(yaml.safe_dump(frister))
    return {"SAMVERKAN_REGELVERK": str(made)}


async def _played(hub: Scen, fault: Fel, found: Utfall, into: Path) -> None:
    last = Last(hub.url, hub.keys, into / "klienter", found.seed)
    prov = Prov(hub, last, Random(f"{found.seed}:{fault.namn}"), found.told, found.planted)
    async with observed(hub, into / "checkpoints" / "0.jsonl"):
        last.begin()
        try:
            await _befallen(fault, prov)
        except Skipped as why:
            found.skipped = str(why)
        except Broken as broken:
            found.faults.append(str(broken))
        await _recovered(hub, last, fault, found)
    found.taken = last.taken
    found.faults += [*last.failures, *_unexpected(last.seen, fault)]
    if not fault.ends:
        if fault.hastar:
            await asyncio.sleep(MARGIN_S)
        await _at_rest(hub)
        compared = await dumped(hub, into)
        found.faults += [f"replay differs: {one}" for one in compared.tables]


async def _befallen(fault: Fel, prov: Prov) -> None:
    await asyncio.sleep(prov.rng.uniform(*BEFORE_S))
    await fault.apply(prov)
    if not fault.ends:
        await asyncio.sleep(prov.rng.uniform(*AFTER_S))


async def _recovered(hub: Scen, last: Last, fault: Fel, found: Utfall) -> None:
    if fault.ends:
        await last.end(0.0)
        last.failures.clear()
        return
    await last.end(END_S)
    try:
        await until(hub.settled, SETTLE_S, "all is settled")
    except Broken as broken:
        found.faults.append(str(broken))


async def _at_rest(hub: Scen) -> None:
    for role in hub.roles:
        await role.stop()


def _unexpected(seen: "Counter[str]", fault: Fel) -> list[str]:
    allowed = EXPECTED | fault.statuses
    known = {key: n for key, n in seen.items() if key[-3:].isdigit() and int(key[-3:]) not in allowed}
    return [f"answered {n} times with what nobody may see: {key}" for key, n in sorted(known.items())]


@asynccontextmanager
async def observed(hub: Scen, into: Path) -> AsyncIterator[None]:
    """Somebody outside reads the checkpoint again and again, and keeps each that is new."""
    watching = asyncio.ensure_future(_observe(hub, into))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _observe(hub: Scen, into: Path) -> None:
    seen: dict[str, int] = {}
    async with httpx.AsyncClient(base_url=hub.url, timeout=5, trust_env=False) as web:
        while True:
            with suppress(httpx.TransportError):
                answer = await web.get("/logg/0/checkpoint")
                if answer.status_code == 200 and answer.text not in seen:
                    seen[answer.text] = now_ms()
                    write_lines(into, [{"tid": tid, "text": text} for text, tid in seen.items()])
            await asyncio.sleep(0.2)


def _facts(found: Utfall, into: Path, began: int, more: dict[str, int]) -> None:
    adults, children = numbers()
    outcome = "hoppad" if found.skipped else "bruten" if found.faults else "hel"
    rounds = [{"nr": found.nr, "fel": found.fel, "utfall": outcome, "hoppad": bool(found.skipped)}]
    facts = {"seed": found.seed, "rundor": rounds, "fran_ms": began, "till_ms": now_ms(), "nummer": adults + children}
    facts |= {"planterade": [[0, offset] for offset in found.planted], **more}
    (into / "fakta.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


async def _checked(into: Path) -> list[str]:
    """What the offline checker says; nothing where all is sound."""
    if not CHECKER.exists() or not (into / "replay").exists():
        return []
    checking = await asyncio.create_subprocess_exec(
        sys.executable, str(CHECKER), str(into), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        said, _ = await asyncio.wait_for(checking.communicate(), CHECK_S)
    finally:
        if checking.returncode is None:
            checking.kill()
    (into / "granskning.txt").write_bytes(said)
    return _judged(checking.returncode or 0, said.decode().splitlines())


def _judged(status: int, lines: list[str]) -> list[str]:
    """What of it breaks the round: all but what held, and what a round need not have any of."""
    left = [line for line in lines if not (" sound: " in line or line.startswith(NEED_NOT_BE))]
    if status not in (0, 1, 2) or not lines:
        left.append(f"ended with {status}")
    return [f"granska: {line}" for line in left]
