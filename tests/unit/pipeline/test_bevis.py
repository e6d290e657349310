"""Evidence as it is written from what the gate has decided and the notary signed, and as anybody verifies it."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest
from intakehub import UTOVARE, UTSATT, VC, Whole, called, consent, deviation, report, summons, unit

from samverkanshub.adapters.memory import MemoryGuard, MemoryTree
from samverkanshub.adapters.signer import FileSigner
from samverkanshub.codec import checkpoint
from samverkanshub.codec.decisions import decode_decision, encode_decision
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.domain.decision import DELIVERED, Decision
from samverkanshub.domain.errors import Conflict, Halt, NotFound, Refused
from samverkanshub.pipeline.bevis import MOST, Bevis
from samverkanshub.pipeline.notary import Notary
from samverkanshub.verifier import Absent, Shown, read_key, verify_evidence

SIGNER = FileSigner(to_pem(private_key(bytes(range(32)))))
KEYS = {0: read_key(checkpoint.verifier_key("hub.example/omrade/0", SIGNER.public))}
NOBODY = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"


class Noted:
    """A hub whose log is signed as far as it is told to be."""

    def __init__(self, whole: Whole) -> None:
        self.whole, self.tree = whole, MemoryTree()
        never = whole.points
        self._notary = Notary(whole.projection, {0: self.tree}, MemoryGuard(), SIGNER, never, "hub.example")  # type: ignore[arg-type]
        self.bevis = Bevis(whole.projection, whole.regelverk, lambda _: self.tree)

    async def signed(self) -> int:
        return (await self._notary.round())[0].size

    async def shown(self, event: str, recipient: str = "") -> Shown:
        found = verify_evidence(await self.bevis.of_decision(event, recipient), KEYS)
        assert isinstance(found, Shown)
        return found

    async def absent(self, aktor: str, first: int, end: int) -> Absent:
        found = verify_evidence(await self.bevis.of_absence(aktor, 0, first, end), KEYS)
        assert isinstance(found, Absent)
        return found


@pytest.fixture
async def noted(whole: Whole) -> Noted:
    return Noted(whole)


# ------------------------------------------------------------------------------------------ of a decision


async def test_t1_a_whole_decision_is_shown_with_all_that_it_cites(noted: Noted) -> None:
    given, receipt, _ = await called(noted.whole)
    await noted.signed()
    found = await noted.shown(receipt.handelse_id)
    judgement = await noted.whole.projection.judgement(receipt.handelse_id)
    assert judgement
    assert (found.position, found.partition, found.place.handelse_id) == (judgement.row.offset, 0, receipt.handelse_id)
    assert (found.record, found.decision) == (judgement.row.record_digest, judgement.row.digest)
    to_unit = [post.entry for post in found.poster if post.entry.mottagare == UTSATT and post.entry.vag == "/behov/0"]
    assert [(entry.verdict, entry.samtycken) for entry in to_unit] == [(DELIVERED, (given.handelse_id,))]


async def test_t3_one_recipients_entries_are_shown_and_no_byte_of_another(noted: Noted) -> None:
    whole = noted.whole
    await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[unit("mora.vinr"), unit("falun.vinr")]))
    receipt = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("mora.vinr"), unit("falun.vinr")]))
    await noted.signed()
    everything = await noted.shown(receipt.handelse_id)
    found = await noted.shown(receipt.handelse_id, "mora")
    assert found.decision == everything.decision
    assert {post.entry.mottagare for post in found.poster} == {"", UTSATT, UTOVARE}
    hidden = set(everything.poster) - set(found.poster)
    assert {post.entry.mottagare.split(".")[0] for post in hidden} == {"", "falun"}, "duties name who bears them"
    extra = b64decode((await noted.bevis.of_decision(receipt.handelse_id, "mora")).split(b"\n")[1].split()[1])
    entries = b"".join(b64decode(row["innehall"]) for row in json.loads(extra)["rader"])
    for content in (extra, entries):
        assert b"falun" not in content
    for post in hidden:
        assert b64encode(post.salt) not in extra


async def test_nothing_is_shown_of_one_whom_the_decision_does_not_concern(noted: Noted) -> None:
    _, receipt, _ = await called(noted.whole)
    await noted.signed()
    with pytest.raises(NotFound, match="`--recipient`"):
        await noted.bevis.of_decision(receipt.handelse_id, "falun")


async def test_an_event_that_nobody_knows(noted: Noted) -> None:
    await noted.signed()
    with pytest.raises(NotFound, match="no decision on `EVENT`"):
        await noted.bevis.of_decision(NOBODY)


async def test_what_no_checkpoint_is_over_cannot_be_proved_yet(noted: Noted) -> None:
    size = await noted.signed()
    _, receipt, _ = await called(noted.whole)
    with pytest.raises(Conflict, match=f"which is over {size}: try again"):
        await noted.bevis.of_decision(receipt.handelse_id)
    with pytest.raises(Conflict):
        await noted.bevis.of_absence("falun", 0, size, size + 1)
    await noted.signed()
    assert (await noted.shown(receipt.handelse_id)).checkpoint.size == size + 2


async def test_before_the_first_checkpoint_nothing_can_be_proved(noted: Noted) -> None:
    _, receipt, _ = await called(noted.whole)
    with pytest.raises(Conflict):
        await noted.bevis.of_decision(receipt.handelse_id)


async def test_a_published_tree_that_was_changed_is_not_made_evidence_of(noted: Noted) -> None:
    _, receipt, _ = await called(noted.whole)
    size = await noted.signed()
    path = f"tile/0/000.p/{size}"
    kept = noted.tree.files[path]
    noted.tree.files[path] = kept[:-1] + bytes([kept[-1] ^ 1])
    with pytest.raises(Halt, match="do not give the root"):
        await noted.bevis.of_decision(receipt.handelse_id)
    del noted.tree.files[path]
    with pytest.raises(Halt, match="missing"):
        await noted.bevis.of_decision(receipt.handelse_id)


async def test_a_decision_that_was_changed_is_not_made_evidence_of(noted: Noted) -> None:
    _, receipt, _ = await called(noted.whole)
    size = await noted.signed()
    decisions = noted.whole.hub.database.decisions
    place = decode_decision(decisions[0, size - 1].record).place
    nothing = Decision(place.handelse_id, "", "", place.regelverk, ())
    forged = encode_decision(nothing, 0, place.offset, b"", noted.whole.hub.schemas).record
    for record, said in ((forged, "is not the one"), (b"garbage", "is no decision record")):
        decisions[0, size - 1] = replace(decisions[0, size - 1], record=record)
        with pytest.raises(Halt, match=f"the decision at position {size - 1} {said}"):
            await noted.bevis.of_decision(receipt.handelse_id)
        with pytest.raises(Halt, match=f"the decision at position {size - 1} {said}"):
            await noted.bevis.of_absence("falun", 0, size - 1, size)


@pytest.mark.parametrize("recipient", ["", "mora"])
async def test_a_decision_on_another_event_is_not_made_evidence_of(noted: Noted, recipient: str) -> None:
    given, receipt, _ = await called(noted.whole)
    size = await noted.signed()
    decisions = noted.whole.hub.database.decisions
    decisions[0, size - 2] = replace(decisions[0, size - 2], handelse_id=NOBODY)
    decisions[0, size - 1] = replace(decisions[0, size - 1], handelse_id=given.handelse_id)
    for event in (given.handelse_id, NOBODY):
        with pytest.raises(Halt, match=r"at position \d+ belongs to another event than `EVENT`"):
            await noted.bevis.of_decision(event, recipient)
    with pytest.raises(NotFound):
        await noted.bevis.of_decision(receipt.handelse_id, recipient)


async def test_a_decision_of_another_place_is_not_made_evidence_of(noted: Noted) -> None:
    _, receipt, _ = await called(noted.whole)
    size = await noted.signed()
    decisions = noted.whole.hub.database.decisions
    decisions[0, size - 2] = replace(decisions[0, size - 1], offset=size - 2)
    with pytest.raises(Halt, match=f"at position {size - 2} belongs to another place"):
        await noted.bevis.of_decision(receipt.handelse_id)


# ------------------------------------------------------------------------------------------ of an absence


async def test_nothing_went_to_one_whom_nothing_concerned_or_from_whom_it_was_withheld(noted: Noted) -> None:
    await called(noted.whole)
    refused = await noted.whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("falun.vinr")]))
    size = await noted.signed()
    found = await noted.absent("falun", 0, size)
    judgement = await noted.whole.projection.judgement(refused.handelse_id)
    assert judgement
    assert (found.first, found.end, found.withheld) == (0, size, (judgement.row.offset,))
    assert (await noted.absent("leksand", size - 1, size)).withheld == ()


async def test_what_was_delivered_cannot_be_denied(noted: Noted) -> None:
    _, receipt, _ = await called(noted.whole)
    size = await noted.signed()
    judgement = await noted.whole.projection.judgement(receipt.handelse_id)
    assert judgement
    for whom in ("mora", "mora.vinr", UTSATT):
        with pytest.raises(Refused, match=r"delivered at position \d+"):
            await noted.bevis.of_absence(whom, 0, 0, size)
        with pytest.raises(Refused, match=f"delivered at position {judgement.row.offset}"):
            await noted.bevis.of_absence(whom, 0, judgement.row.offset, size)


async def test_one_of_no_such_name_was_delivered_nothing_and_that_proves_nothing(noted: Noted) -> None:
    size = await noted.signed()
    with pytest.raises(NotFound, match="names nobody"):
        await noted.bevis.of_absence("mor", 0, 0, size)


@pytest.mark.parametrize(
    ("first", "end", "said"),
    [(1, 1, "`--until` must be later"), (2, 1, "`--until` must be later"), (0, MOST + 1, "1 to 100000 positions")],
)
async def test_a_range_has_one_position_at_least(noted: Noted, first: int, end: int, said: str) -> None:
    with pytest.raises(Refused, match=said):
        await noted.bevis.of_absence("falun", 0, first, end)


async def test_a_time_is_the_first_position_then_or_later(noted: Noted) -> None:
    whole = noted.whole
    for _ in range(3):
        whole.hub.clock.ms += 60_000
        await whole.publish(VC, "avvikelse", deviation())
    await whole.publish(VC, "orosanmalan", report())
    rows = await whole.projection.judged(0, 0, 100)
    for row in rows:
        at = await noted.bevis.position_at(0, row.tid)
        assert rows[at].tid == row.tid
        assert at == 0 or rows[at - 1].tid < row.tid
    assert await noted.bevis.position_at(0, rows[-1].tid + 1) == len(rows)
    assert await noted.bevis.position_at(0, 0) == 0
