"""Explaining: the decision as the projection keeps it, or as `decide` printed it, with all that it cites (T1)."""

from typing import Any

import msgspec
import pytest
from intakehub import UTSATT, VC, Whole, called, caller, deviation, summons

from samverkanshub import resources
from samverkanshub.adapters.journal import JournalRegelverken
from samverkanshub.adapters.memory import MemoryArtefacts
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain.errors import Refused
from samverkanshub.pipeline.explaining import Explained, Recorded, explained, printed_before, recorded
from samverkanshub.pipeline.journal import judged, read_journal
from samverkanshub.pipeline.printed import printed
from samverkanshub.pipeline.rulebook import ActiveRegelverk

UNKNOWN = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
SUMMONS = "bbbbbbbb-0000-4000-8000-000000000002"


async def found(whole: Whole, handelse_id: str) -> Recorded | None:
    return await recorded(whole.projection, ActiveRegelverk(whole.projection, whole.hub.artefacts), handelse_id)


async def told(whole: Whole, handelse_id: str, mottagare: str = "") -> Explained:
    decision = await found(whole, handelse_id)
    assert decision is not None
    return explained(decision, mottagare)


def points(answer: Explained, mottagare: str) -> dict[str, Any]:
    return {punkt.vag: punkt for part in answer.delar if part.mottagare == mottagare for punkt in part.punkter}


async def test_t1_a_decision_is_explained_with_place_regelverk_digest_consent_and_category(whole: Whole) -> None:
    consent, receipt, _ = await called(whole)
    answer = await told(whole, receipt.handelse_id)
    row = next(row for _, row in whole.hub.decisions() if row.handelse_id == receipt.handelse_id)
    assert (answer.partition, answer.position, answer.tid) == (0, row.offset, row.tid)
    assert (answer.typ, answer.aktor, answer.status) == ("sip_kallelse", "region-dalarna", "dom")
    assert answer.digest == row.digest.hex()
    assert len(answer.regelverk) == 64
    point = points(answer, UTSATT)["/behov/0"]
    assert (point.utslag, point.kategori, point.samtycken) == ("levereras", "behov", (consent.handelse_id,))


async def test_a_provision_is_named_by_the_regelverk_that_it_was_judged_by_and_no_other(whole: Whole) -> None:
    receipt = await whole.publish(VC, "avvikelse", deviation())
    assert (await told(whole, receipt.handelse_id)).delar
    decision = await found(whole, receipt.handelse_id)
    assert decision is not None
    assert dict(decision.namn)["sol-2025-400-19-1"].startswith("Socialtjänstlagen (2025:400) 19 kap. 1 §, ")
    other = ActiveRegelverk(whole.projection, MemoryArtefacts())
    without = await recorded(whole.projection, other, receipt.handelse_id)
    assert without is not None
    assert without.namn == ()
    assert without.entries == decision.entries


async def test_an_opening_is_explained_with_the_categories_of_what_it_opens(whole: Whole) -> None:
    _, _, delivered = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivered["leverans_id"])
    opening = next(row for _, row in whole.hub.decisions() if row.typ == "oppning_begard")
    answer = await told(whole, opening.handelse_id)
    assert points(answer, UTSATT)["/behov/0"].kategori == "behov"


async def test_only_the_recipient_asked_for_is_explained(whole: Whole) -> None:
    _, receipt, _ = await called(whole)
    for asked in ("mora", "mora.vinr", UTSATT):
        assert UTSATT in {part.mottagare for part in (await told(whole, receipt.handelse_id, asked)).delar}
    assert {part.mottagare for part in (await told(whole, receipt.handelse_id, "falun")).delar} == {""}


async def test_what_the_sender_is_told_to_think_of_is_in_words(whole: Whole) -> None:
    child = summons("201705142394", personer=[{"roll": "barn", "personnummer": "201705142394"}])
    receipt = await whole.publish(VC, "sip_kallelse", child)
    assert (await told(whole, receipt.handelse_id)).tips == ("Be socialtjänsten registrera alla vårdnadshavare.",)


async def test_an_event_without_a_decision_is_not_explained(whole: Whole) -> None:
    assert await found(whole, UNKNOWN) is None


# ------------------------------------------------------------------------------------------ as `decide` prints it


async def _printed() -> bytes:
    """What `decide` prints of the example in docs/journal.md."""
    page = (resources.root() / "docs" / "journal.md").read_text()
    content = page.split("```jsonl\n")[1].split("```")[0].encode()
    store, schemas = MemoryArtefacts(), default_schemas()
    journal = await read_journal(content, JournalRegelverken(resources.root() / "docs"), store, schemas)
    lines = [msgspec.json.encode(printed(one, schemas)) async for one in judged(journal, store, schemas)]
    return b"\n".join(lines)


async def test_what_decide_prints_is_explained_alike_offline() -> None:
    content = await _printed()
    decision = printed_before(content, SUMMONS)
    assert decision is not None
    answer = explained(decision)
    assert (answer.position, answer.status, answer.typ) == (2, "dom", "sip_kallelse")
    point = points(answer, "region-dalarna.vardcentral-mora.handlaggare")["/ekonomi/0"]
    assert [why.mening for why in point.skal] == ["Samtycket omfattar inte uppgifter av denna kategori."]
    assert printed_before(content, UNKNOWN) is None


@pytest.mark.parametrize("line", [b"{", b"{}", b"[]", b'{"handelse_id": 1}'])
async def test_what_decide_has_not_printed_is_refused_by_line(line: bytes) -> None:
    with pytest.raises(Refused, match="line 10 is no decision"):
        printed_before(await _printed() + b"\n" + line, UNKNOWN)
