"""The drill: a hub is lost, with all that lay with it, and put back from a backup; each step is timed and tried."""

import asyncio
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Final

from samverkanshub import bootstrap, roles
from samverkanshub.adapters.kafka.reader import KafkaLogReader
from samverkanshub.adapters.kopia import CHECKPOINTS
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.bootstrap import broker
from samverkanshub.client import Client, ClientError, Opened
from samverkanshub.domain import tlog
from samverkanshub.domain.errors import Halt
from samverkanshub.entrypoints.audit.run import require_sound, signed
from samverkanshub.entrypoints.cli.supervisor import Hub, running_hub
from samverkanshub.entrypoints.cli.verifying import keys_of
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.play import TOLD, Connect
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.entrypoints.kopia.backup import back_up
from samverkanshub.entrypoints.kopia.restore import Restored, restore
from samverkanshub.pipeline.narrowing import EVERYTHING
from samverkanshub.ports import VAGRAD
from samverkanshub.settings import PRIVATE, Settings
from samverkanshub.verifier import Checkpoint, read_checkpoint

PARTITION: Final = 0
LOOK_S: Final = 0.1
LOOKS: Final = 600
OTHER_TREE: Final = "annat-trad"
AFTER: Final = "/efter-aterlasning"
"""What the log's name has after it when signed records were lost: another log begins there, and says so."""
Tell = Callable[[str], None]
Content = dict[str, Opened]
"""What deliveries showed when they were opened, by id."""


@dataclass(slots=True)
class Drilled:
    """What came of it. Seconds are of this machine and this much data: measured, never promised."""

    backup_s: float = 0.0
    lost: int = 0
    lost_s: float = 0.0
    records: int = 0
    vault_s: float = 0.0
    log_s: float = 0.0
    serving_s: float = 0.0
    faults: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    @property
    def restored_s(self) -> float:
        """From the empty place to a hub that has judged everything and opens it."""
        return self.vault_s + self.log_s + self.serving_s

    def see(self, what: str, right: bool) -> None:
        """Note a thing that was tried."""
        (self.tried if right else self.faults).append(what)

    def lines(self) -> list[str]:
        """What it came to; the last line is the drill's."""
        seconds = f"vault {self.vault_s:.1f}, log {self.log_s:.1f}, judged again and serving {self.serving_s:.1f}"
        return [
            *(f"ok: {what}" for what in self.tried),
            *(f"FAULT: {what}" for what in self.faults),
            f"RPO: the backup took {self.backup_s:.1f} s; what came in the {self.lost_s:.1f} s after is lost",
            f"RTO: {self.restored_s:.1f} s for {self.records} records ({seconds})",
            f"drill: {self.records} records restored in {self.restored_s:.1f} s, {self.lost} lost, "
            f"{len(self.faults)} faults",
        ]


async def drilled(settings: Settings, place: Path, say: Tell) -> Drilled:
    """Play the demo below `place`, back it up, lose it, put it back, and try it. In the main thread only."""
    found = Drilled()
    settings = _apart(settings, place / "apart")
    chosen = cases.load(run.directory())
    keys = run.make_keys(chosen, settings, place / "apart" / PRIVATE)
    before = await _lost(found, with_roles(settings), place / "backup", chosen, keys, say)
    shutil.rmtree(settings.data)
    say("all that lay with the hub is gone; keys, guard and backup are left")
    settings = with_roles(settings)
    await _put_back(found, settings, place / "backup", say)
    await _stands_still(found, settings, keys, before, say)
    root = _published(settings, place / "backup")
    await _goes_on(found, replace(settings, loggnamn=settings.loggnamn + AFTER), root, (chosen, keys), say)
    return found


def _published(settings: Settings, path: Path) -> Checkpoint:
    """What was published before the backup, under the log's own name."""
    key = keys_of(bootstrap.verifier_keys(settings))[PARTITION]
    return read_checkpoint((path / CHECKPOINTS / str(PARTITION)).read_bytes(), key)


def _apart(settings: Settings, apart: Path) -> Settings:
    """The same with everything that no backup has lying elsewhere; and no canaries among what is counted."""
    kek, notary, public = apart / "kek", apart / "notarie.pem", apart / "nycklar"
    moved = replace(settings, kek_fil=kek, notarie_nyckel=notary, nycklar=public, vakt=apart / "vakt")
    return replace(moved, konsol_nycklar=apart / PRIVATE, kanarie_s=0.0)


# ------------------------------------------------------------------------------------------------- before


async def _lost(
    found: Drilled, settings: Settings, path: Path, chosen: Sequence[cases.Case], keys: dict[str, Path], say: Tell
) -> Content:
    """Play all but the last case, back up, play the last; what deliveries showed before the backup."""
    async with running_hub(settings, say=say) as hub:
        connect = run.connector(hub.url, keys)
        say(f"playing {len(chosen) - 1} cases")
        await _play(found, connect, chosen[:-1], "the cases came out as expected")
        shown = await _opened(connect, chosen)
        await _all_signed(hub.settings)
        began = monotonic()
        say("backing up, while it runs")
        manifest = await back_up(hub.settings, path, hub.settings.data / "postgres")
        found.backup_s = monotonic() - began
        say("playing a case that the backup does not have")
        await _play(found, connect, chosen[-1:], "so did the one after the backup")
        found.lost = await _all_signed(hub.settings) - manifest.poster[PARTITION]
        found.lost_s = monotonic() - began
    return shown


async def _play(found: Drilled, connect: Connect, chosen: Sequence[cases.Case], what: str) -> None:
    tally = await run.play(chosen, cases.common(run.directory()), connect, lambda told: None)
    found.see(what, not tally.mismatches)


async def _all_signed(settings: Settings) -> int:
    return await signed(settings, await KafkaLogReader(broker(settings)).end(PARTITION))


async def _opened(connect: Connect, chosen: Sequence[cases.Case]) -> Content:
    """One delivery of each group that has any, as it shows itself when it is opened."""
    shown: Content = {}
    for group in run.groups(chosen):
        client = connect(group, "")
        try:
            shown |= await _first(client)
        finally:
            await client.close()
    return shown


async def _first(client: Client) -> Content:
    async for row in client.inbox_all():
        if row.slag != TOLD and row.leverans_id:
            try:
                return {row.leverans_id: await client.open(row.leverans_id)}
            except ClientError:
                continue
    return {}


# -------------------------------------------------------------------------------------------------- after


async def _put_back(found: Drilled, settings: Settings, path: Path, say: Tell) -> None:
    restored: Restored = await restore(settings, os.environ, path, say)  # noqa: TID251
    found.records, found.vault_s, found.log_s = restored.poster, restored.vault_s, restored.log_s


async def _stands_still(found: Drilled, settings: Settings, keys: dict[str, Path], before: Content, say: Tell) -> None:
    """Under its own name: what was opened opens the same, and the notary does not sign another history."""
    began = monotonic()
    async with running_hub(settings, say=say) as hub:
        await _judged(hub, found.records)
        found.serving_s = monotonic() - began
        after = await _opened(run.connector(hub.url, keys), cases.load(run.directory()))
        found.see(f"{len(before)} deliveries open with the same content", bool(before) and _same(before, after))
        refuses = await _refuses(hub, TreeFiles(settings.trad / str(PARTITION)))
        found.see("the notary refuses to sign other records, under the old name, in the place of those lost", refuses)


def _same(before: Content, after: Content) -> bool:
    return {id: one.uppgifter for id, one in before.items()} == {id: one.uppgifter for id, one in after.items()}


async def _refuses(hub: Hub, tree: TreeFiles) -> bool:
    """The openings are records too: once they are as many as were lost it is another history than the one signed."""
    async with bootstrap.reading(hub.settings) as projection:
        for _ in range(LOOKS):
            told = {one.partition: (one.state, one.code) for one in await projection.notary_states()}
            if told.get(PARTITION) == (VAGRAD, OTHER_TREE):
                return not tree.checkpoint()
            await asyncio.sleep(LOOK_S)
    return False


async def _judged(hub: Hub, end: int) -> None:
    """Wait until the gate has judged all that was restored."""
    async with bootstrap.reading(hub.settings) as projection:
        for _ in range(LOOKS):
            if await projection.position(PARTITION) >= end:
                return
            await asyncio.sleep(LOOK_S)
    raise Halt("the gate has not judged what was restored", code="ej-bedomt")


async def _goes_on(
    found: Drilled,
    settings: Settings,
    before: Checkpoint,
    played: tuple[Sequence[cases.Case], dict[str, Path]],
    say: Tell,
) -> None:
    """Under another name it signs again; what is signed is sound, and is what was signed before as far as that goes."""
    chosen, keys = played
    async with running_hub(settings, say=say) as hub:
        size = await _all_signed(hub.settings)
        found.see("the tree has the root that was published before the backup", _continues(hub.settings, before))
        await require_sound(hub.settings, keys_of(bootstrap.verifier_keys(hub.settings)))
        found.see(f"verify: {size} leaves sound", True)
        found.see("replay: every decision the same", await _replayed(hub.settings))
        async with roles.rebuild(hub.settings, lambda count: None) as rebuilding:
            compared = await rebuilding.compare({PARTITION: TreeFiles(settings.trad / str(PARTITION)).head()})
        found.see("rebuild: every row and root the same", compared.same)
        await _play(found, run.connector(hub.url, keys), chosen[-1:], "the case that was lost is played again")


def _continues(settings: Settings, before: Checkpoint) -> bool:
    tree = TreeFiles(settings.trad / str(PARTITION))
    return tlog.root(tree.tile, tree.head().size, before.size) == before.root


async def _replayed(settings: Settings) -> bool:
    async with roles.history(settings) as history:
        replaying = history.replay(lambda count: None, EVERYTHING)
        standing = await replaying.standing(PARTITION)
        await replaying.compare(standing)
    return standing.first is None and bool(standing.compared)
