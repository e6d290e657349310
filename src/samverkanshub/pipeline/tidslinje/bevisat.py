"""A decision's inclusion in the signed log, verified with the public key by the code that outsiders verify with."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from samverkanshub.domain.errors import Conflict, Halt, HubError, Undecodable
from samverkanshub.pipeline.bevis import Bevis
from samverkanshub.pipeline.granskning import skyltar
from samverkanshub.pipeline.granskning.rader import Laser, Post, neutral
from samverkanshub.ports import Unavailable
from samverkanshub.verifier import Key, Tampered
from samverkanshub.verifier.evidence import Shown, verify_proof

HELT: Final = "helt"
EJ_SIGNERAD: Final = "ej-signerad"
NYCKEL_SAKNAS: Final = "nyckel-saknas"
ANDRAT: Final = "andrat"
EJ_PROVAD: Final = "ej-provad"
"""It could not be made or read, which says nothing of the decision: no false alarm of something altered."""


@dataclass(frozen=True, slots=True)
class Bevisat:
    """What came of it. `skal` says what is wrong (`andrat`). `fil` is the evidence, where the scope may have it."""

    utfall: str
    skal: str = ""
    partition: int = 0
    position: int = 0
    origin: str = ""
    size: int = 0
    root: str = ""
    record: str = ""
    decision: str = ""
    fil: bytes = field(default=b"", repr=False)


class Bevisning:
    """Makes evidence and verifies it. `keys` gives the log's verifier keys by område, asked for each time."""

    def __init__(self, bevis: Bevis, keys: Callable[[], Mapping[int, Key]]) -> None:
        self._bevis = bevis
        self._keys = keys

    async def of(self, laser: Laser, post: Post) -> Bevisat:
        """The decision on a record that the scope reads of. Never fails: what could not be done is told."""
        try:
            content = await self._bevis.of_decision(post.row.handelse_id)
            return await self._verified(content, laser, post)
        except Conflict:
            return Bevisat(EJ_SIGNERAD, partition=post.place[0], position=post.place[1])
        except (Halt, Undecodable, Tampered) as fault:
            return Bevisat(ANDRAT, skal=str(fault), partition=post.place[0], position=post.place[1])
        except (HubError, Unavailable):
            return Bevisat(EJ_PROVAD, partition=post.place[0], position=post.place[1])

    async def _verified(self, content: bytes, laser: Laser, post: Post) -> Bevisat:
        keys = await asyncio.to_thread(self._keys)
        if post.place[0] not in keys:
            return Bevisat(NYCKEL_SAKNAS, partition=post.place[0], position=post.place[1])
        shown = await asyncio.to_thread(verify_proof, content, keys)
        if (shown.decision, shown.record) != (post.row.digest, post.row.record_digest):
            raise Halt("the evidence is of another decision than the one explained", code="annat-beslut")
        return _told(shown, content if await may_have(laser, post) else b"")


def _told(shown: Shown, fil: bytes) -> Bevisat:
    return Bevisat(
        HELT,
        partition=shown.partition,
        position=shown.position,
        origin=shown.checkpoint.origin,
        size=shown.checkpoint.size,
        root=b64encode(shown.checkpoint.root).decode(),
        record=shown.record.hex(),
        decision=shown.decision.hex(),
        fil=fil,
    )


async def may_have(laser: Laser, post: Post) -> bool:
    """T3, P5, V6: may the scope have the decision as it is? Only where it reads every line, and each as it is.

    The file holds the record itself, with names of units and reasons that an answer tells otherwise or not at all.
    """
    if laser.hides_why(post.row):
        return False
    for entry in post.entries:
        named = not entry.mottagare or skyltar.is_named(laser.scope, entry.mottagare, hidden=post.hidden)
        plain = neutral(entry.reasons) == list(entry.reasons)
        same = skyltar.line(laser.scope, entry.vag, hidden=post.hidden) == entry.vag
        if not (named and plain and same and await laser.sees(post, entry)):
            return False
    return True
