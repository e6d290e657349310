"""What is exported as FHIR: the consents that the log holds, with the status of now, and whom a decision concerns."""

from typing import Any

import pytest
from intakehub import (
    ANNA,
    BO,
    DISA,
    UTSATT,
    VC,
    Whole,
    called,
    caller,
    consent,
    deviation,
    exemption,
    person,
    summons,
    unit,
)

from samverkanshub.codec.fhir.audit import Beslutat, audit_events
from samverkanshub.codec.fhir.consent import held_in
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.pipeline import fhir
from samverkanshub.pipeline.explaining import Recorded, recorded
from samverkanshub.pipeline.rulebook import ActiveRegelverk

UNKNOWN = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
NOW = 1_796_080_000_000
END_MS = 1_811_800_800_000
"""When the tests' consents end."""
BOARD = "falun.barn-unga.mottagning"


async def exported(whole: Whole, handelse_id: str, now_ms: int = NOW) -> dict[str, Any]:
    return await fhir.consent(whole.projection, whole.hub.log, whole.hub.schemas, whole.regelverk, handelse_id, now_ms)


async def of(whole: Whole, handelse_id: str) -> Recorded:
    found = await recorded(whole.projection, ActiveRegelverk(whole.projection, whole.hub.artefacts), handelse_id)
    assert found is not None
    return found


async def decided(whole: Whole, handelse_id: str) -> Beslutat:
    found = await of(whole, handelse_id)
    return fhir.beslutat(found, await fhir.messages_of(whole.projection, found))


async def about(whole: Whole) -> str:
    """The hub's id of whom the newest record of the log is about."""
    records = await whole.records()
    event = fhir.read(records[-1], whole.hub.schemas).event
    assert event is not None
    assert event.exposed is not None
    return event.exposed.person_id


# ------------------------------------------------------------------------------------------ consents


async def test_k1_a_consent_of_the_log_goes_out_by_the_hubs_ids_alone(whole: Whole) -> None:
    exempt = {"kategorier": ["vald"]}
    given = await whole.publish(VC, "samtycke_lamnat", consent(undantag=exempt))
    resource = await exported(whole, given.handelse_id)
    assert (resource["id"], resource["status"]) == (given.handelse_id, "active")
    assert resource["patient"]["reference"] == f"urn:uuid:{await about(whole)}"
    assert ANNA not in str(resource)
    expected = {name: value for name, value in consent(undantag=exempt).items() if name != "personer"}
    assert held_in(resource).koder == expected
    assert held_in(resource).enhet == caller(VC).enhet


async def test_k4_the_status_is_that_of_now_and_an_end_leads_to_what_it_ended(whole: Whole) -> None:
    for typ, more, status in (
        ("samtycke_aterkallat", {}, "inactive"),
        ("samtycke_makulerat", {"skal": "fel_person"}, "entered-in-error"),
    ):
        given = await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["behov", "risk"]), id=_id(typ))
        data = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id, **more}
        ended = await whole.publish(VC, typ, data)
        assert (await exported(whole, given.handelse_id))["status"] == status
        assert await exported(whole, ended.handelse_id) == await exported(whole, given.handelse_id)


def _id(typ: str) -> str:
    return UNKNOWN[:-1] + str(len(typ) % 10)


async def test_k9_what_was_changed_is_in_force_until_its_successor_is(whole: Whole) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    change = consent(samtycke=given.handelse_id, fran="2027-01-01T00:00:00+01:00")
    changed = await whole.publish(VC, "samtycke_andrat", change)
    assert changed.dom == "godtagen"
    start = 1_798_758_000_000
    found = [(await exported(whole, given.handelse_id, now))["status"] for now in (start - 1, start)]
    assert found == ["active", "inactive"]
    assert held_in(await exported(whole, changed.handelse_id)).koder["samtycke"] == given.handelse_id


async def test_k9_a_superseded_consent_is_not_active(whole: Whole) -> None:
    first = await whole.publish(VC, "samtycke_lamnat", consent())
    assert (await exported(whole, first.handelse_id))["status"] == "active"
    later = await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["identitet"]))
    found = [(await exported(whole, one.handelse_id))["status"] for one in (first, later)]
    assert found == ["inactive", "active"]


async def test_k9_one_that_is_superseded_for_some_recipients_has_no_one_status(whole: Whole) -> None:
    both = consent(mottagare=[unit("mora.vinr"), unit("rattvik.vinr")])
    first = await whole.publish(VC, "samtycke_lamnat", both)
    later = await whole.publish(VC, "samtycke_lamnat", consent())
    with pytest.raises(Refused, match="for a part") as refused:
        await exported(whole, first.handelse_id)
    assert refused.value.code == "samtycke-delvis-i-kraft"
    assert (await exported(whole, later.handelse_id))["status"] == "active"


async def test_k3_one_whose_recipients_or_categories_another_consent_exempts_is_not_active(whole: Whole) -> None:
    first = await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[unit("mora.vinr")]))
    other = consent(mottagare=[unit("rattvik.vinr")], undantag={"mottagare": [unit("mora.vinr")]})
    later = await whole.publish(VC, "samtycke_lamnat", other)
    found = [(await exported(whole, one.handelse_id))["status"] for one in (first, later)]
    assert found == ["inactive", "active"]


async def test_k3_one_of_which_another_consent_exempts_a_part_has_no_one_status(whole: Whole) -> None:
    first = await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[unit("mora.vinr")]))
    other = consent(mottagare=[unit("rattvik.vinr")], undantag={"kategorier": ["behov"]})
    await whole.publish(VC, "samtycke_lamnat", other)
    with pytest.raises(Refused) as refused:
        await exported(whole, first.handelse_id)
    assert refused.value.code == "samtycke-delvis-i-kraft"


async def test_b7_the_consent_of_who_is_frozen_is_not_active(whole: Whole) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    assert (await exported(whole, given.handelse_id))["status"] == "active"
    await whole.hub.append_raw(b"unreadable", (await whole.records())[-1].headers)
    await whole.hub.judge_all()
    assert (await exported(whole, given.handelse_id))["status"] == "inactive"


async def test_k2_one_whose_time_has_passed_is_not_active(whole: Whole) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    found = [(await exported(whole, given.handelse_id, END_MS + ms))["status"] for ms in (-1, 0)]
    assert found == ["active", "inactive"]


async def test_k11_what_was_not_given_freely_is_not_active_also_where_that_is_registered_later(whole: Whole) -> None:
    said = await whole.publish(VC, "samtycke_lamnat", consent(enskilt=False))
    assert (await exported(whole, said.handelse_id))["status"] == "inactive"
    there = [person("registrerad", ANNA), person("narvarande", BO)]
    given = await whole.publish(VC, "samtycke_lamnat", consent(narvarande=["annan"], personer=there))
    assert (await exported(whole, given.handelse_id))["status"] == "active"
    suspicion = {"kalla": "utredning", "granskas": "2027-01-01", "borttagen": False}
    pair = [person("registrerad", ANNA), person("misstankt", BO)]
    await whole.publish(BOARD, "misstankt", {"personer": pair, **suspicion})
    assert (await exported(whole, given.handelse_id))["status"] == "inactive"


async def test_k8_one_guardians_word_is_not_active_until_all_of_them_have_given_theirs(whole: Whole) -> None:
    def of_child(*givers: str) -> dict[str, Any]:
        guardians = [person("vardnadshavare", number) for number in givers]
        return {"personer": [person("registrerad", DISA), *guardians]}

    first = await whole.publish(VC, "samtycke_lamnat", consent(**of_child(ANNA)))
    assert (await exported(whole, first.handelse_id))["status"] == "inactive", "nobody knows who the guardians are"
    await whole.publish(
        BOARD, "vardnad", {**of_child(ANNA, BO), "kalla": "folkbokforing", "datum": "2026-12-01", "provisoriskt": False}
    )
    assert (await exported(whole, first.handelse_id))["status"] == "inactive"
    await whole.publish(VC, "samtycke_lamnat", consent(**of_child(BO)))
    assert (await exported(whole, first.handelse_id))["status"] == "active"


async def test_what_is_no_consent_is_not_exported_as_one(whole: Whole) -> None:
    message = await whole.publish(VC, "avvikelse", deviation())
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    ends = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id}
    await whole.publish(VC, "samtycke_aterkallat", ends)
    refused = await whole.publish(VC, "samtycke_andrat", consent(samtycke=given.handelse_id))
    exempted = await whole.publish(VC, "undantag_anmalt", exemption(kategorier=["behov"]))
    undone = await whole.publish(
        VC, "samtycke_makulerat", ends | {"samtycke": exempted.handelse_id, "skal": "fel_uppgift"}
    )
    for handelse_id, why in (
        (UNKNOWN, "there is no decision"),
        (message.handelse_id, "is no consent given"),
        (exempted.handelse_id, "is no consent given"),
        (undone.handelse_id, "is no consent given"),
        (refused.handelse_id, "was refused"),
    ):
        with pytest.raises(NotFound, match=why):
            await exported(whole, handelse_id)


# ------------------------------------------------------------------------------------------ decisions


async def test_t1_a_decision_says_whom_each_item_concerns_by_the_hubs_id(whole: Whole) -> None:
    given, receipt, _ = await called(whole)
    who = await about(whole)
    found = await decided(whole, receipt.handelse_id)
    assert (found.om, found.personer["/behov/0"]) == (who, who)
    delivered = [one for one in audit_events(found) if one["outcome"] == "0" and "meta" in one]
    assert delivered
    for event in delivered:
        references = [one["what"]["reference"] for one in event["entity"]]
        assert references == [f"urn:uuid:{who}", f"urn:uuid:{given.handelse_id}"]
    assert ANNA not in str(audit_events(found))


async def test_k7_what_a_consent_tells_whom_is_exported_with_whose_it_is(whole: Whole) -> None:
    given, _, _ = await called(whole)
    found = await decided(whole, given.handelse_id)
    assert found.om == await about(whole)
    assert any("meta" in one for one in audit_events(found))


async def test_an_opening_concerns_whom_the_opened_message_does(whole: Whole) -> None:
    _, _, delivered = await called(whole)
    who = await about(whole)
    await whole.deliver.open(caller(UTSATT), delivered["leverans_id"])
    opening = next(row for _, row in whole.hub.decisions() if row.typ == "oppning_begard")
    assert (await decided(whole, opening.handelse_id)).personer["/behov/0"] == who


async def test_whom_two_messages_tell_apart_is_not_guessed(whole: Whole) -> None:
    first = await whole.publish(VC, "sip_kallelse", summons())
    second = await whole.publish(VC, "sip_kallelse", summons("196811022380"))
    found = await recorded(whole.projection, ActiveRegelverk(whole.projection, whole.hub.artefacts), first.handelse_id)
    assert found is not None
    both = []
    for receipt in (first, second):
        one = await recorded(
            whole.projection, ActiveRegelverk(whole.projection, whole.hub.artefacts), receipt.handelse_id
        )
        assert one is not None
        both += await fhir.messages_of(whole.projection, one)
    assert len(both) == 2
    mixed = fhir.beslutat(found, both)
    assert (mixed.om, mixed.personer["/behov/0"]) == ("", "")
