"""What a reader group has sent, as a list; and its inbox, what came last first (T3, B0)."""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from intakehub import (
    ANNA,
    BO,
    UTSATT,
    VC,
    VC_RATTVIK,
    Whole,
    called,
    caller,
    consent,
    deviation,
    person,
    report,
    summons,
)

from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.domain.events import CONSENTS, MESSAGES
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.receipts import Receipt

ALL = MESSAGES | CONSENTS


async def sent(whole: Whole, who: str | Caller, **how: Any) -> list[dict[str, Any]]:
    """All that the group has sent, one row a page."""
    found: list[dict[str, Any]] = []
    reader, markor = caller(who) if isinstance(who, str) else who, ""
    while True:
        page = await whole.deliver.sent(reader, ALL, markor, 1, **how)
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


async def test_b0_a_question_that_has_been_answered_is_read_no_further(whole: Whole) -> None:
    asks = await whole.publish(VC_RATTVIK, "sip_kallelse", summons())
    answer = {"personer": [], "meddelande": asks.handelse_id, "svar": "nekat"}
    await whole.publish(VC_RATTVIK, "samtycke_svar", answer)
    waiting = await whole.publish(VC_RATTVIK, "sip_kallelse", summons(BO))
    read, claimed = list[str](), whole.vault.claimed

    async def noted(handelse_id: str) -> Any:
        read.append(handelse_id)
        return await claimed(handelse_id)

    whole.vault.claimed = noted  # type: ignore[method-assign]
    await whole.deliver.sent(caller(VC_RATTVIK), ALL, "", 9, waiting=True)
    assert read == [waiting.handelse_id]


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


COLLEAGUE = caller(VC, "u-18")


async def bars(whole: Whole, receipt: Receipt, anvandare: str, how_often: int = 1) -> None:
    bar = {"personer": [], "arende": receipt.arende, "anvandare": anvandare}
    id_ = str(uuid5(NAMESPACE_OID, f"{anvandare}{how_often}"))
    assert (await whole.publish(VC, "jav", bar, id=id_, user="chef")).dom == "godtagen"


async def ids(whole: Whole, who: Caller) -> list[str]:
    return [row["handelse_id"] for row in await sent(whole, who)]


async def test_v7_a_barred_employee_sees_nothing_sent_in_the_arende_nor_registered_of_the_person(whole: Whole) -> None:
    """Not in the list, not by its number, and no change of a consent begins from it. Colleagues see it all."""
    given, receipt, _ = await called(whole)
    await bars(whole, receipt, "u-17")
    assert await ids(whole, caller(VC)) == []
    for one in (given, receipt):
        with pytest.raises(NotFound):
            await whole.deliver.outcome(caller(VC), one.handelse_id)
        with pytest.raises(NotFound):
            await whole.deliver.own(caller(VC), one.handelse_id)
    assert await ids(whole, COLLEAGUE) == [receipt.handelse_id, given.handelse_id]
    assert (await whole.deliver.own(COLLEAGUE, given.handelse_id))["koder"]["andamal"] == "sip"


async def test_v7_what_a_barred_employee_sends_since_is_theirs_to_see_and_no_colleagues(whole: Whole) -> None:
    """It is taken as from anybody: that it cannot be seen would tell that the employer has an ärende about her."""
    _, receipt, _ = await called(whole)
    await bars(whole, receipt, "u-17")
    await bars(whole, receipt, "u-18")
    again = await whole.publish(VC, "sip_kallelse", summons(syfte="igen"))
    assert await ids(whole, caller(VC)) == [again.handelse_id]
    assert (await whole.deliver.outcome(caller(VC), again.handelse_id))["status"] == "dom"
    assert await ids(whole, COLLEAGUE) == []
    await bars(whole, receipt, "u-17", how_often=2)
    assert await ids(whole, caller(VC)) == [], "and no longer, once barred again"


async def test_v7_of_another_person_or_in_another_arende_about_nobody_nothing_is_hidden(whole: Whole) -> None:
    about_nobody = await whole.publish(VC, "avvikelse", deviation())
    another = await whole.publish(VC, "avvikelse", deviation(), id=str(uuid5(NAMESPACE_OID, "another")))
    child = await whole.publish(VC, "orosanmalan", report())
    await bars(whole, about_nobody, "u-17")
    assert await ids(whole, caller(VC)) == [child.handelse_id, another.handelse_id]


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
