"""The demo's remains scanned for what the demo's people have in it: `make scan`, or `python tests/skanning/main.py`.

The cases are played on a hub of its own, which then ends. What it has left is looked through, and what its databases
and processes held while it ran: every file, Kafka's records decoded, every value of both databases, logs, caches. Then
a number and a text are planted in every place and in every form, and must all be found.

Exit status: 0 where nothing was found and all that was planted was, else 1. The last line is
`scan: N needles, N found`: how many numbers and texts were looked for, each in all its forms, and how many times one of
them was found in a place.
"""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from samverkanshub import bootstrap
from samverkanshub.adapters.servers.places import locked
from samverkanshub.entrypoints.audit.run import signed
from samverkanshub.entrypoints.cli.arkiv import written
from samverkanshub.entrypoints.cli.demo import own_directory, own_settings
from samverkanshub.entrypoints.cli.supervisor import running_hub
from samverkanshub.entrypoints.cli.up import until_told
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.entrypoints.kopia.backup import back_up
from samverkanshub.settings import Settings
from skanning import planterat
from skanning.nalar import Needle, of_the_demo
from skanning.platser import remains, running, unredacted
from skanning.sokning import Found, Search

ROOT: Final = Path("/")
"""Where the roles are started, and would leave what they do not put anywhere."""


async def scan() -> int:
    """Play, look, plant and look again; the exit status."""
    chosen = cases.load(run.directory())
    looked_for = of_the_demo(chosen)
    with own_directory() as data:
        settings = with_roles(own_settings("scan", data))
        found = await _of_the_demo(settings, chosen, Search(looked_for))
        blind = await _planted(settings, Search(planterat.needles()))
    print("\n".join(told(looked_for, found, blind)))
    return 1 if found or blind else 0


def told(looked_for: Sequence[Needle], found: Sequence[Found], blind: Sequence[str]) -> list[str]:
    """What came of it, in lines."""
    times = len({(one.where, one.what) for one in found})
    return [
        *(f"found: {one.what} ({one.form}) in {one.where}" for one in found),
        *(f"planted and not found: {place}" for place in blind),
        f"scan: {len({needle.what for needle in looked_for})} needles, {times} found",
    ]


async def _of_the_demo(settings: Settings, chosen: Sequence[cases.Case], search: Search) -> list[Found]:
    keys = run.make_keys(chosen, settings, settings.data / "nycklar-privata")
    temporary = settings.data / "tmp"
    temporary.mkdir(parents=True, mode=0o1777)
    root = set(ROOT.iterdir())
    async with running_hub(settings, {**os.environ, "TMPDIR": str(temporary)}, _say) as hub:  # noqa: TID251
        _say(f"playing {len(chosen)} cases")
        tally = await run.play(chosen, cases.common(run.directory()), run.connector(hub.url, keys), lambda told: None)
        _say(tally.line())
        found = await running(search, hub.settings)
        await _put_away(hub.settings)
    _say("looking through what it left")
    beside = [
        one for path in {*ROOT.iterdir()} - root if path.is_file() for one in search(path.read_bytes(), str(path))
    ]
    return [*found, *beside, *unredacted(settings.loggar), *await remains(search, settings.data)]


async def _put_away(settings: Settings) -> None:
    """A backup and an archive, which are looked through with the rest."""
    await back_up(settings, settings.data / "kopia", settings.data / "postgres")
    await signed(settings, 1)
    await written(settings, settings.data / "arkiv")


async def _planted(settings: Settings, search: Search) -> list[str]:
    """Where what was planted was not found."""
    _say("planting in every place and form")
    with locked(settings.data):
        async with bootstrap.servers(settings, os.environ) as servers:  # noqa: TID251
            places = [*await planterat.in_kafka(servers.settings.kafka), *await planterat.in_postgres(servers.settings)]
            async with planterat.in_a_process(settings.data) as place:
                found = await running(search, servers.settings)
    places += [place, *planterat.in_files(settings)]
    found += await remains(search, settings.data)
    blind = planterat.missed(places, found)
    print(f"planted: {len(places)} places, {len(places) - len(blind)} found")
    return blind


def _say(what: str) -> None:
    print(f"scan: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(until_told(scan())))
