"""T3, K4, Q2, V7: what a judged record can be found by, through the whole hub in memory."""

from typing import Any
from uuid import UUID

from hub import person_id
from intakehub import ANNA, UTSATT, VC, Whole, called, caller, consent, deviation, summons

from samverkanshub.domain.events import HUB


def keys(whole: Whole, offset: int) -> dict[str, set[str]]:
    """The traces of a record: ids by kind."""
    found: dict[str, set[str]] = {}
    for slag, id_, _, at in whole.hub.database.traces:
        if at == offset:
            found.setdefault(slag, set()).add(id_)
    return found


async def last(whole: Whole) -> dict[str, set[str]]:
    return keys(whole, await whole.hub.log.end(0) - 1)


async def anna(whole: Whole) -> str:
    [known] = await whole.vault.find([f"nr:{ANNA}"])
    assert known is not None
    return known.person_id


async def test_record_0_is_the_hubs_own(whole: Whole) -> None:
    assert keys(whole, 0)["typ"] == {"regelverk_aktiverat"}
    assert keys(whole, 0)["aktor"] <= {"hubben", HUB}


async def test_a_message_is_found_by_all_that_it_is_about(whole: Whole) -> None:
    given, sent, _ = await called(whole)
    row = (await whole.projection.judgement(sent.handelse_id)).row  # type: ignore[union-attr]
    assert await last(whole) == {
        "aktor": {"region-dalarna", "mora"},
        "anvandare": {"region-dalarna/u-17"},
        "arende": {row.arende_id},
        "person": {await anna(whole)},
        "samtycke": {given.handelse_id},
        "typ": {"sip_kallelse"},
    }


async def test_who_received_nothing_has_no_part_in_it_and_the_rule_is_found(whole: Whole) -> None:
    await whole.publish(VC, "sip_kallelse", summons())
    found = await last(whole)
    assert (found["aktor"], found["undanhallet"]) == ({"region-dalarna"}, {"B0", "*"})


async def test_an_opening_is_found_by_its_user_and_by_who_sent_what_is_opened(whole: Whole) -> None:
    _, _, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    found = await last(whole)
    assert (found["aktor"], found["anvandare"]) == ({"mora", "region-dalarna"}, {"mora/u-17"})
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    again = await last(whole)
    assert again["typ"] == {"oppning_begard"}


async def test_k4_an_annulled_consent_is_an_incident_found_by_the_consent(whole: Whole) -> None:
    given, _, _ = await called(whole)
    await whole.publish(VC, "samtycke_makulerat", _about(given.handelse_id))
    found = await last(whole)
    assert found["incident"] == {"*"}
    assert given.handelse_id in found["samtycke"]
    assert found["aktor"] == {"region-dalarna", "mora"}


async def test_v7_that_an_employee_is_barred_is_one_too_and_that_it_is_lifted_is_not(whole: Whole) -> None:
    _, _, delivery = await called(whole)
    bar = {"personer": [], "arende": delivery["arende"], "anvandare": "u-17"}
    await whole.publish(UTSATT, "jav", bar)
    found = await last(whole)
    assert (found["incident"], found["javig"]) == ({"*"}, {"mora/u-17"})
    await whole.publish(UTSATT, "jav", {**bar, "havd": True})
    assert "incident" not in await last(whole)


async def test_a_repeat_is_found_by_its_sender_alone(whole: Whole) -> None:
    await whole.publish(VC, "avvikelse", deviation())
    record = (await whole.records())[-1]
    await whole.log.append(0, record.key, record.headers, record.value)
    assert await last(whole) == {"aktor": {"region-dalarna"}}


async def test_b7_what_could_not_be_read_is_found_by_its_persons(whole: Whole) -> None:
    await whole.hub.append_raw(b"\xff", (("personer", UUID(person_id("anna")).bytes),))
    await whole.log.judge()
    assert await last(whole) == {"aktor": {HUB}, "person": {person_id("anna")}}


def _about(samtycke: str) -> dict[str, Any]:
    return {"personer": consent()["personer"], "samtycke": samtycke, "skal": "fel_person"}
