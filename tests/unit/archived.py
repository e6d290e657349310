"""An archive written by the real gate, notary and archiver, for tests to verify and to tamper with."""

import asyncio
from pathlib import Path

from samverkanshub.adapters.arkiv import ArchiveFiles
from samverkanshub.adapters.memory import MemoryProjection
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.adapters.tree_files import GuardFiles, TreeFiles
from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.pipeline.arkivering import Archiving
from samverkanshub.pipeline.notary import Notary
from samverkanshub.ports import Span
from unit.pipeline.hub import Hub, envelope, no_failpoint

SIGNER = FileSigner(to_pem(private_key(b"k" * 32)))
SIP = {
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
    "behov": [{"text": "två", "referens": "ref-1"}],
}


async def archived(path: Path, start: int = 0) -> Path:
    """An archive of four records, signed, from `start` on."""
    hub = await Hub().started()
    for no in ("ett", "två", "tre"):
        await hub.publish(envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, {**SIP, "syfte": no}))
    projection, tree = MemoryProjection(hub.database), TreeFiles(path / "trad")
    await Notary(projection, {0: tree}, GuardFiles(path / "vakt"), SIGNER, no_failpoint, "log.example").round()
    kept, span = ArchiveFiles(path / "arkiv"), Span(0, start, 4)
    kept.begin([span])
    await Archiving(hub.log, projection, hub.artefacts, kept, hub.schemas, lambda n: None).write(span)
    kept.keep_tree(0, tree)
    kept.keep_keys([vkey(0)])
    kept.finish([span])
    return path / "arkiv"


def archive(path: Path, start: int = 0) -> Path:
    return asyncio.run(archived(path, start))


def vkey(number: int) -> str:
    return checkpoint.verifier_key(checkpoint.origin("log.example", number), SIGNER.public)
