"""T3: nothing that happens outside an auditor's scope changes a row, a count or a cursor of any answer."""

import pytest
from auditing import Auditing
from intakehub import ANNA, UTSATT, VC, Whole, called, caller, consent, deviation, summons, unit

from samverkanshub.codec.tabell import to_csv, to_jsonl
from samverkanshub.pipeline.granskning.fraga import Sida

FALUN = "falun.vinr.utsatt"


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def answers(audit: Auditing, who: str, sent: str, samtycke: str) -> dict[str, tuple[Sida, bytes, bytes]]:
    """What an auditor reads of all there is to ask, a page of two rows at a time, and as it is exported."""
    asked = {
        "arende": {"handelse": sent},
        "samtycke": {"samtycke": samtycke},
        "person": {"nummer": ANNA},
        **{fraga: {} for fraga in ("handelser", "makulerat", "slutar", "undanhallet", "oppningar", "incidenter")},
    }
    found = {}
    for fraga, given in asked.items():
        for antal in (2, 500):
            page = await audit.page(who, fraga, antal=antal, **given)
            found[f"{fraga} {antal}"] = (page, to_csv(page.kolumner, page.rader), to_jsonl(page.rader))
    return found


async def elsewhere(whole: Whole, samtycke: str) -> None:
    """Much about the same person, in the same ärende, between the vårdcentral and Falun; nothing of it is Mora's."""
    both = consent(mottagare=[unit("falun.vinr")], andamal="sip", fran="2026-12-02T00:00:00+01:00")
    other = await whole.publish(VC, "samtycke_lamnat", both)
    sent = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("falun.vinr")]))
    delivery = await whole.delivered(FALUN)
    await whole.deliver.open(caller(FALUN), delivery["leverans_id"])
    await whole.publish(VC, "avvikelse", deviation(mottagare=[unit("falun.vinr")]))
    await whole.publish(VC, "aterkallelse", {"personer": [], "meddelande": sent.handelse_id, "skal": "fel_mottagare"})
    ended = {"personer": consent()["personer"], "samtycke": other.handelse_id, "skal": "dubbelt"}
    await whole.publish(VC, "samtycke_makulerat", ended)
    await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("falun.vinr")], syfte="igen"))
    assert other.handelse_id != samtycke


async def test_what_others_do_about_the_same_person_changes_no_answer(whole: Whole, audit: Auditing) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    before = await answers(audit, "mora", sent.handelse_id, given.handelse_id)
    vc_before = await answers(audit, "region-dalarna", sent.handelse_id, given.handelse_id)
    await elsewhere(whole, given.handelse_id)
    assert await answers(audit, "mora", sent.handelse_id, given.handelse_id) == before
    assert await answers(audit, "region-dalarna", sent.handelse_id, given.handelse_id) != vc_before, "it can fail"


async def test_to_who_has_no_part_in_anything_a_full_hub_answers_as_an_empty_one(whole: Whole, audit: Auditing) -> None:
    asked = ("handelser", "makulerat", "slutar", "undanhallet", "oppningar", "incidenter")
    empty = [await audit.page("rattvik", fraga) for fraga in asked]
    nobody = await audit.page("rattvik", "person", nummer=ANNA)
    given, _, _ = await called(whole)
    await elsewhere(whole, given.handelse_id)
    assert [await audit.page("rattvik", fraga) for fraga in asked] == empty
    assert await audit.page("rattvik", "person", nummer=ANNA) == nobody
