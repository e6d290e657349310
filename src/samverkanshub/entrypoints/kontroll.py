"""`python -m samverkanshub.entrypoints.kontroll`: a check for an auditor, started by the api, told of line by line.

The errand comes on standard input. It reads what `verify` and `replay` read, and writes only the checkpoints that
it has seen. Exits with 1 where it could not be done.
"""

import asyncio
import os
import sys
from base64 import b64encode

import msgspec
from asyncpg.exceptions import PostgresError

from samverkanshub import bootstrap, roles
from samverkanshub.adapters.postgres.projection import PostgresProjection
from samverkanshub.adapters.sedda import SeenFiles
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.cli.starting import FAILED, settings_with
from samverkanshub.entrypoints.cli.verifying import keys_of
from samverkanshub.entrypoints.teller import NICE, Teller
from samverkanshub.pipeline.granskning.lasning import records
from samverkanshub.pipeline.kontroll import EJ_PROVAD, LIKA, SKILJER, VERIFIERING, Funnet, Rapport, Uppdrag
from samverkanshub.pipeline.narrowing import Scope
from samverkanshub.pipeline.replay import Replayed
from samverkanshub.ports import Traced, Unavailable
from samverkanshub.roles import History
from samverkanshub.settings import Settings
from samverkanshub.verifier import SOUND, TAMPERED, Directory, Sources, Uncheckable, Verified, verify

Places = frozenset[tuple[int, int]]


async def places_of(projection: PostgresProjection, inom: tuple[str, str]) -> Places:
    """Where the records stand that the scope is about."""
    return frozenset([(one.partition, one.row.offset) async for one in records(projection, Traced(*inom))])


async def check(settings: Settings, uppdrag: Uppdrag, teller: Teller) -> list[Funnet]:
    """Do it, område by område, of those where the scope has something."""
    async with roles.audited(settings) as (history, projection):
        places = await places_of(projection, uppdrag.inom)
        omraden = sorted({partition for partition, _ in places})
        if uppdrag.slag == VERIFIERING:
            return await _verified(settings, history, projection, omraden, teller)
        return [await _replayed(history, number, places, teller) for number in omraden]


async def _verified(
    settings: Settings, history: History, projection: PostgresProjection, omraden: list[int], teller: Teller
) -> list[Funnet]:
    # As the notary's operator laid them there: its private key is in no process but its own.
    keys = bootstrap.public_keys(settings) or keys_of(bootstrap.verifier_keys(settings))
    seen = SeenFiles(settings.data / "sedda")
    teller.more(sum(history.spans[number].end for number in omraden))
    return [
        signed(
            number,
            await verify(
                Sources(
                    *(number, Directory(settings.trad / str(number)), keys[number], history.reader, projection),
                    seen=seen,
                    regelverk=history.artefacts,
                ),
                teller.done,
            ),
        )
        for number in omraden
    ]


async def _replayed(history: History, number: int, places: Places, teller: Teller) -> Funnet:
    """T1: judged again from the beginning, up to the last record that the scope is about, and those compared."""
    own = frozenset(place for place in places if place[0] == number)
    replaying = history.replay(teller.done, Scope(until=max(offset for _, offset in own) + 1, platser=own))
    found = await replaying.standing(number)
    teller.more(replaying.end(found))
    await replaying.compare(found)
    return judged(found)


def signed(omrade: int, found: Verified) -> Funnet:
    """What came of verifying."""
    outcome = {SOUND: LIKA, TAMPERED: SKILJER}.get(found.outcome, EJ_PROVAD)
    finding = found.finding
    return Funnet(
        *(omrade, outcome, found.leaves, found.records, found.decisions),
        skiljer=int(finding is not None),
        plats=finding.position if finding else -1,
        vad=(finding.what,) if finding else (),
        rot=b64encode(found.root).decode() if outcome == LIKA else "",
    )


def judged(found: Replayed) -> Funnet:
    """What came of judging again."""
    outcome = SKILJER if found.differing else LIKA if found.compared else EJ_PROVAD
    first = found.first
    return Funnet(
        *(found.partition, outcome, found.compared),
        skiljer=found.differing,
        plats=first.position if first else -1,
        vad=first.what if first else (),
    )


def main() -> int:
    """Do what standard input asks for; 0 when it is done, whatever was found."""
    uppdrag = msgspec.json.decode(sys.stdin.buffer.read(), type=Uppdrag)
    os.nice(NICE)
    teller = Teller(Rapport)
    try:
        teller.found(tuple(asyncio.run(check(settings_with("kontroll", "kafka", "projektion"), uppdrag, teller))))
    except (HubError, Unavailable, Uncheckable, PostgresError, OSError) as error:
        print(f"kontroll: {type(error).__name__}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
