"""What the real gate writes the verifier finds sound: repeats, quarantine and clocks that go back among it."""

import pytest
from hub import Hub, envelope, no_failpoint

from samverkanshub.adapters.memory import MemoryGuard, MemoryProjection, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.envelope import Envelope
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.domain import gate
from samverkanshub.domain.events import HUB
from samverkanshub.pipeline.notary import Notary
from samverkanshub.verifier import SOUND, Sources, Verified, read_key, verify

SIGNER = FileSigner(to_pem(private_key(b"v" * 32)))
KEY = read_key(checkpoint.verifier_key("log.example/omrade/0", SIGNER.public))
SIP = {
    "mottagare": [{"slag": "enhet", "id": "region-dalarna.vardcentral-mora"}],
    "skyddade_personuppgifter": False,
    "delaktighet": {"satt": "deltar", "information": "muntligt"},
    "behov": [{"text": "två", "referens": "ref-1"}],
}


def summons(syfte: str = "ett") -> Envelope:
    return envelope("sip_kallelse", "mora.vinr.utsatt", {"utsatt": "sally"}, {**SIP, "syfte": syfte})


class Published:
    """A memory tree as the verifier reads it."""

    def __init__(self, tree: MemoryTree) -> None:
        self._tree = tree

    async def read(self, path: str) -> bytes | None:
        return self._tree.checkpoint() if path == "checkpoint" else self._tree.files.get(path)


async def verified(hub: Hub) -> Verified:
    tree, projection = MemoryTree(), MemoryProjection(hub.database)
    await Notary(projection, {0: tree}, MemoryGuard(), SIGNER, no_failpoint, "log.example").round()
    return await verify(Sources(0, Published(tree), KEY, hub.log, projection))


async def test_everything_that_a_gate_may_write_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    decide = gate.decide
    hub = await Hub().started()

    def decide_but(tillstand, event, position, regelverk):  # type: ignore[no-untyped-def]
        if event.aktor == HUB or event.typ == "orosanmalan":
            raise ValueError
        return decide(tillstand, event, position, regelverk)

    monkeypatch.setattr(gate, "decide", decide_but)
    await hub.publish(summons())
    await hub.publish(summons())
    await hub.gate.batch(0, [await hub.append_raw(b"\x00garbage", envelopes.headers(summons()))])
    for ms, aktor in ((5000, HUB), (-4000, "mora")):
        hub.clock.ms += ms
        own = summons(f"{ms}")
        await hub.publish(Envelope(**{name: getattr(own, name) for name in Envelope.__slots__} | {"aktor": aktor}))
    hub.clock.ms -= 2000
    await hub.publish(summons("tre"))
    rows = [row for _, row in hub.decisions()]
    assert [row.status for row in rows] == ["dom", "dom", "upprepning", "karantan", "karantan", "dom", "dom"]
    assert [row.tid - rows[0].tid for row in rows] == [0, 0, 0, 0, 5000, 1000, 1000]
    found = await verified(hub)
    assert (found.finding, found.outcome, found.decisions) == (None, SOUND, len(rows))
