"""What a reader group has sent, as a list; and its inbox, what came last first (T3, B0)."""

from typing import Any

import pytest
from intakehub import ANNA, BO, UTSATT, VC, VC_RATTVIK, Whole, called, caller, consent, person, report, summons

from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.events import CONSENTS, MESSAGES

ALL = MESSAGES | CONSENTS


async def sent(whole: Whole, grupp: str, **how: Any) -> list[dict[str, Any]]:
    """All that the group has sent, one row a page."""
    found: list[dict[str, Any]] = []
    markor = ""
    while True:
        page = await whole.deliver.sent(caller(grupp), ALL, markor, 1, **how)
        found += page["rader"]
        if not (markor := page["markor"]):
            return found


async def test_a_group_reads_all_that_it_sent_the_last_first_each_as_its_outcome_tells(whole: Whole) -> None:
    """T3."""
    given, receipt, _ = await called(whole)
    rows = await sent(whole, VC)
    assert [row["handelse_id"] for row in rows] == [receipt.handelse_id, given.handelse_id]
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    assert rows[0] == {**outcome, "tid": rows[0]["tid"]}
    assert await sent(whole, VC_RATTVIK) == []


async def test_a_consent_is_told_with_what_its_own_sender_wrote_and_without_whose_it_is(whole: Whole) -> None:
    await called(whole)
    row = (await sent(whole, VC))[-1]
    assert row["koder"]["kategorier"] == consent()["kategorier"]
    assert ANNA not in str(row)
    assert "personer" not in row["koder"]


async def test_b0_what_waits_for_an_answer_about_consent_is_listed_until_it_is_answered(whole: Whole) -> None:
    await whole.publish(VC_RATTVIK, "orosanmalan", report())
    asks = await whole.publish(VC_RATTVIK, "sip_kallelse", summons())
    await whole.publish(VC_RATTVIK, "samtycke_nekat", {**_no(), "personer": [person("registrerad", ANNA)]})
    assert [row["handelse_id"] for row in await sent(whole, VC_RATTVIK, waiting=True)] == [asks.handelse_id]
    await whole.publish(VC_RATTVIK, "samtycke_svar", {"personer": [], "meddelande": asks.handelse_id, "svar": "nekat"})
    assert await sent(whole, VC_RATTVIK, waiting=True) == []


@pytest.mark.parametrize("most", ["MOST_LOOKED", "MOST_TOLD"])
async def test_a_page_looks_so_far_and_goes_on_from_there(
    whole: Whole, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    monkeypatch.setattr(f"samverkanshub.pipeline.skickat.{most}", 1)
    asks = await whole.publish(VC_RATTVIK, "sip_kallelse", summons())
    later = await whole.publish(VC_RATTVIK, "sip_kallelse", summons(BO))
    answer = {"personer": [], "meddelande": later.handelse_id, "svar": "nekat"}
    await whole.publish(VC_RATTVIK, "samtycke_svar", answer)
    page = await whole.deliver.sent(caller(VC_RATTVIK), ALL, "", 1, waiting=True)
    assert (page["rader"], bool(page["markor"])) == ([], True)
    [row] = (await whole.deliver.sent(caller(VC_RATTVIK), ALL, page["markor"], 1, waiting=True))["rader"]
    assert row["handelse_id"] == asks.handelse_id


def _no() -> dict[str, Any]:
    return {"andamal": "kontakt", "mottagare": consent()["mottagare"]}


async def test_another_lists_place_is_none_of_this_one(whole: Whole) -> None:
    await called(whole)
    markor = (await whole.deliver.sent(caller(VC), ALL, "", 1))["markor"]
    with pytest.raises(Refused, match="`markor`"):
        await whole.deliver.latest(caller(VC), markor, 1)
    with pytest.raises(Refused, match="`markor`"):
        await whole.deliver.sent(caller(UTSATT), ALL, markor, 1)


async def test_a_consent_is_begun_anew_from_its_codes_and_roles_and_by_nobody_else(whole: Whole) -> None:
    given, receipt, _ = await called(whole)
    own = await whole.deliver.own(caller(VC), given.handelse_id)
    assert (own["typ"], own["roller"], own["koder"]["andamal"]) == ("samtycke_lamnat", ["registrerad"], "sip")
    assert ANNA not in str(own)
    assert (await whole.deliver.own(caller(VC), receipt.handelse_id))["koder"] == {}, "of a message nothing is told"
    with pytest.raises(NotFound):
        await whole.deliver.own(caller(UTSATT), given.handelse_id)


async def test_the_inbox_is_read_from_its_end_with_what_the_group_has_done(whole: Whole) -> None:
    _, _, row = await called(whole)
    await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], "mottagen")
    page = await whole.deliver.latest(caller(UTSATT), "", 1)
    assert page["rader"][0]["leverans_id"] == row["leverans_id"]
    assert set(page["rader"][0]["gjort"]) == {"oppnad", "mottagen"}
    told = await whole.deliver.latest(caller(UTSATT), page["markor"], 2)
    assert ([one["typ"] for one in told["rader"]], told["markor"]) == (["samtycke_lamnat"], "")
    assert told["rader"][0]["gjort"] == {}
    oldest_first = (await whole.deliver.inbox(caller(UTSATT), "", 9))["rader"]
    assert [one["typ"] for one in oldest_first] == ["samtycke_lamnat", "sip_kallelse"], "systems read as they did"
    assert all("gjort" not in one for one in oldest_first)


async def test_t3_a_recipient_is_told_of_what_it_did_and_not_of_the_senders_reminders(whole: Whole) -> None:
    _, _, row = await called(whole)
    for step in await whole.projection.steps_of([row["leverans_id"]]):
        assert step.slag not in ("oppnad", "mottagen")
    assert (await whole.deliver.latest(caller(UTSATT), "", 1))["rader"][0]["gjort"] == {}
