"""`python -m samverkanshub.entrypoints.verkan`: what a proposed regelverk would mean, started by the api.

The errand comes on standard input, and how far it is and what it found are told line by line. It writes nothing.
Exits with 1 where it could not be done.
"""

import asyncio
import os
import sys

import msgspec
from asyncpg.exceptions import PostgresError

from samverkanshub import roles
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Halt, HubError
from samverkanshub.domain.verkan import Verkan
from samverkanshub.entrypoints.cli.starting import FAILED, settings_with
from samverkanshub.entrypoints.teller import NICE, Teller
from samverkanshub.pipeline.verkan import Provning, stretch
from samverkanshub.pipeline.verkansprov import Funnet, Named, Rapport, Uppdrag
from samverkanshub.ports import ArtefactStore, Unavailable
from samverkanshub.settings import Settings


async def tried(settings: Settings, uppdrag: Uppdrag, teller: Teller) -> Funnet:
    """Judge every område both ways. Raises `Halt` and `Unavailable`."""
    async with roles.history(settings) as history:
        forslag = await _artefacts(history.artefacts, uppdrag.forslag)
        nu = await _artefacts(history.artefacts, uppdrag.nu)
        strackor = [await stretch(history.recorded, number, uppdrag.sedan) for number in sorted(history.spans)]
        teller.more(sum(one.end for one in strackor))
        verkan = Verkan()
        provning = Provning(history.reader, history.artefacts, default_schemas(), forslag, nu, teller.done)
        for one in strackor:
            await provning.count(one, verkan)
    return Funnet(tuple(strackor), verkan)


async def _artefacts(store: ArtefactStore, named: Named) -> dict[str, bytes]:
    try:
        return {name: await store.get(digest) for name, digest in named}
    except LookupError as missing:
        raise Halt("an artefact is missing", code="artefakt-saknas") from missing


def main() -> int:
    """Do what standard input asks for; 0 when it is done, or it is told why it cannot be."""
    uppdrag = msgspec.json.decode(sys.stdin.buffer.read(), type=Uppdrag)
    os.nice(NICE)
    teller = Teller(Rapport)
    try:
        teller.found(asyncio.run(tried(settings_with("kontroll", "kafka", "projektion"), uppdrag, teller)))
    except Halt as halt:
        teller.told(Rapport(fel=halt.code))
    except (HubError, Unavailable, PostgresError, OSError) as error:
        print(f"verkan: {type(error).__name__}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main())
