"""A whole hub in memory whose log itself says which keys hold: intake, gate and auditors check what is signed."""

import os
from dataclasses import replace
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from hub import no_failpoint
from intakehub import Whole, caller, keyed_regelverk

from samverkanshub.adapters.memory import MemoryGuard, MemoryProjection, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.client.events import prepare
from samverkanshub.client.tokens import Identity
from samverkanshub.codec import checkpoint
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.keys import PrivateKey, es256_key, nyckel, private_key, to_pem
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.actors import Nyckel
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.notary import Notary
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.pipeline.replay import Replay, Replayed
from samverkanshub.verifier import Sources, Verified, read_key, verify
from samverkanshub.verifier.verify import EVERYTHING

MORA = "mora.vinr.utsatt"
OLD, NEW = private_key(b"o" * 32), es256_key(b"n" * 48)
"""Two keys of Mora's, one of each type."""
FIRST: Nyckel = nyckel(OLD, "2026-01-01")
SECOND: Nyckel = nyckel(NEW, "2026-01-01")
SIGNER = FileSigner(to_pem(private_key(b"t" * 32)))
TREE_KEY = read_key(checkpoint.verifier_key("log.example/omrade/0", SIGNER.public))


def revoked(key: Nyckel) -> Nyckel:
    return replace(key, aterkallad=True)


def sent(
    key: PrivateKey, typ: str, data: dict[str, Any], *, grupp: str = MORA, user: str = "u-17", id: str = ""
) -> bytes:
    """The CloudEvent of a reader group, signed with a key."""
    identity = Identity(grupp.split(".")[0], grupp, user, nyckel(key, "2026-01-01").id, key)
    cloud_id = id or str(uuid5(NAMESPACE_OID, f"{typ}{data}"))
    return prepare(identity, default_schemas(), typ=typ, version=1, data=data, id=cloud_id, seed=os.urandom(32)).body


class Signed(Whole):
    """The hub, with the keys of Mora's that the log says."""

    async def started(self) -> "Signed":
        """With both keys in force."""
        await super().started()
        await self.keys(FIRST, SECOND)
        return self

    async def keys(self, *mora: Nyckel, told: bool = True, bas: str = "") -> None:
        """Put in force a directory where Mora has these keys; intake is `told` of it, or goes by the one before.

        `bas`: the regelverk that it is to come instead of.
        """
        plain = keyed_regelverk()
        changed = replace(plain, katalog=replace(plain.katalog, nycklar={**plain.katalog.nycklar, "mora": mora}))
        found = artefacts_of(changed)
        two = Approval(str(uuid5(NAMESPACE_OID, repr((mora, await self.hub.log.end(0))))), "anna", "bo", bas)
        await change(found, [0], two, **self.hub.writers())
        await self.log.judge()
        if told:
            self.regelverk.found = regelverk_from(found)

    async def send(self, key: PrivateKey, typ: str, data: dict[str, Any], **how: Any) -> Receipt:
        """Publish as a user of Mora's, signed with a key."""
        return await self.intake.publish(caller(how.get("grupp", MORA)), sent(key, typ, data, **how))

    async def envelope(self, offset: int) -> Envelope:
        """What the log holds there."""
        record = await self.hub.log.at(0, offset)
        assert record is not None
        return envelopes.decode(record.value, self.hub.schemas)

    def statuses(self) -> list[tuple[str, str]]:
        """What became of each record after the activations: status, and why it was put in quarantine."""
        why = {row.offset: row.reason for row in self.hub.database.quarantine.values()}
        rows = [row for _, row in self.hub.decisions() if row.typ != "regelverk_aktiverat"]
        return [(row.status, why.get(row.offset, "")) for row in rows]

    async def verified(self, start: int = 0) -> Verified:
        """What an auditor finds with the log, the decisions and the regelverk, or with those from a position on.

        No vault is asked.
        """
        tree, projection = MemoryTree(), MemoryProjection(self.hub.database)
        await Notary(projection, {0: tree}, MemoryGuard(), SIGNER, no_failpoint, "log.example").round()
        return await verify(
            Sources(
                *(0, _Published(tree), TREE_KEY, self.hub.log, projection),
                regelverk=self.hub.artefacts,
                held=(start, await self.hub.log.end(0)) if start else EVERYTHING,
            )
        )

    async def replayed(self) -> Replayed:
        """What comes of judging the log again."""
        projection = MemoryProjection(self.hub.database)
        again = Replay(self.hub.log, projection, self.hub.artefacts, self.hub.schemas, lambda _: None)
        found = await again.standing(0)
        await again.compare(found)
        return found


class _Published:
    def __init__(self, tree: MemoryTree) -> None:
        self._tree = tree

    async def read(self, path: str) -> bytes | None:
        return self._tree.checkpoint() if path == "checkpoint" else self._tree.files.get(path)


def salted(envelope: Envelope, **changed: Any) -> Envelope:
    """An envelope with something in it changed by whoever can write to the log, and a salt of its own."""
    return replace(envelope, beslutssalt=sha256(repr(changed).encode()).digest(), **changed)
