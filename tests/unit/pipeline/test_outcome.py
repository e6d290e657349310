"""Outcome: what a sender reads of its event, and what it may not learn from it (T3, B0, P5, V6)."""

import json
from dataclasses import replace

import pytest
from intakehub import (
    ANNA,
    BO,
    DISA,
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
    unit,
)

from samverkanshub.codec import envelope as kuvert
from samverkanshub.domain import ids
from samverkanshub.domain.errors import NotFound

RATTVIK = "rattvik.barn-unga.mottagning"
UNKNOWN = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
FLAG = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}


async def salt(whole: Whole, handelse_id: str) -> bytes:
    claim = await whole.vault.claimed(handelse_id)
    return kuvert.decode(claim.value, whole.hub.schemas).beslutssalt


async def test_the_sender_reads_what_was_withheld_by_which_rule_and_what_to_ask(whole):
    """T3, B0."""
    receipt = await whole.publish(VC, "sip_kallelse", summons())
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    mine = next(one for one in outcome["mottagare"] if one["lasargrupp"] == UTSATT)
    assert mine["status"] == "undanhallen"
    assert {"regel": "B0", "kod": "samtycke-saknas"} in mine["undanhallet"][0]["skal"]
    assert outcome["samtycke_att_fraga"][0]["mottagare"] == ["mora.vinr"]


async def test_in_part_is_told_apart_from_whole(whole):
    """K3."""
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["identitet", "behov"]))
    receipt = await whole.publish(VC, "sip_kallelse", summons())
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    assert {one["status"] for one in outcome["mottagare"]} == {"delvis"}


@pytest.mark.parametrize("grupp", [UTSATT, VC_RATTVIK, RATTVIK])
async def test_only_the_sending_reader_group_reads_the_outcome(whole, grupp):
    _, receipt, _ = await called(whole)
    for handelse in (receipt.handelse_id, UNKNOWN):
        with pytest.raises(NotFound) as unknown:
            await whole.deliver.outcome(caller(grupp), handelse)
        assert unknown.value.detail == "`handelse` is none of the caller's events"


async def test_an_outcome_waits_and_a_reports_says_whom_to_telephone_meanwhile(whole):
    """B1."""
    whole.log.paused = True
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    outcome = await whole.deliver.outcome(caller(VC_RATTVIK), receipt.handelse_id)
    assert (outcome["status"], outcome["ring"]) == ("vantar", "0248-111")


async def test_a_report_in_quarantine_says_whom_to_telephone(whole):
    """B1."""
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    (place,) = [key for key, row in whole.hub.database.decisions.items() if row.handelse_id == receipt.handelse_id]
    stuck = replace(whole.hub.database.decisions[place], status="karantan")
    whole.hub.database.decisions[place] = stuck
    outcome = await whole.deliver.outcome(caller(VC_RATTVIK), receipt.handelse_id)
    again = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert (outcome["status"], outcome["ring"]) == ("karantan", "0248-111")
    assert (again.status, again.ring) == (202, "0248-111")


async def test_the_outcome_of_a_consent_has_no_recipients(whole):
    given, _, _ = await called(whole)
    outcome = await whole.deliver.outcome(caller(VC), given.handelse_id)
    assert outcome["status"] == "dom"
    assert "mottagare" not in outcome


async def test_where_somebody_is_protected_the_sender_reads_by_name_only_whom_it_named(whole):
    """P5: also when the flag came after the judgement."""
    receipt = await whole.publish(VC, "avvikelse", deviation())
    plain = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    assert any(one["roll"] == "avvikelsesystem" and "enhet" in one for one in plain["mottagare"])
    sent = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", DISA)], **FLAG})
    outcome = await whole.deliver.outcome(caller(VC_RATTVIK), sent.handelse_id)
    home = next(one for one in outcome["mottagare"] if one["roll"] == "barn_unga")
    assert home["begaran"] == ids.request_id(await salt(whole, sent.handelse_id), RATTVIK)
    assert "rattvik" not in json.dumps(outcome["mottagare"])


async def test_the_recipients_of_a_deviation_in_the_arende_of_somebody_protected_have_no_names(whole):
    """P5, A1: those that the sender did not name itself."""
    given = consent(mottagare=[unit("mora.vinr")])
    await whole.publish(VC, "samtycke_lamnat", given)
    await whole.publish(VC, "sip_kallelse", summons())
    alias = (await whole.delivered(UTSATT))["arende"]
    sent = await whole.publish(UTSATT, "avvikelse", deviation(arende=alias, mottagare=[unit("mora.lss")]))
    plain = (await whole.deliver.outcome(caller(UTSATT), sent.handelse_id))["mottagare"]
    assert {one["roll"] for one in plain if "begaran" in one} == set()
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **FLAG})
    hidden = (await whole.deliver.outcome(caller(UTSATT), sent.handelse_id))["mottagare"]
    assert {one["roll"] for one in hidden if "begaran" in one} == {"avvikelsesystem"}


async def test_the_outcome_hides_names_from_the_answer_to_a_flag_on(whole):
    """P4, P5: the gate is down, so that what the projection says of the persons is not true any more."""
    sent = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    whole.log.paused = True
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", DISA)], **FLAG})
    outcome = await whole.deliver.outcome(caller(VC_RATTVIK), sent.handelse_id)
    assert "rattvik" not in json.dumps(outcome["mottagare"])


async def test_a_request_id_cannot_be_made_from_what_the_sender_knows(whole):
    """P5: whoever tries every group of the directory with the event's id must not find the one that is hidden."""
    guessed = []
    for _ in range(2):
        whole = await Whole().started()
        await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", DISA)], **FLAG})
        sent = await whole.publish(VC_RATTVIK, "orosanmalan", report())
        outcome = await whole.deliver.outcome(caller(VC_RATTVIK), sent.handelse_id)
        guessed.append((sent.handelse_id, [one["begaran"] for one in outcome["mottagare"]]))
    (one, first), (other, second) = guessed
    assert one == other
    assert set(first).isdisjoint(second)


async def test_where_a_hidden_recipient_stands_in_the_list_tells_nothing_of_its_name(whole):
    """P5: by name first, then by request id; the gate lists them by the names that are hidden."""
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", DISA)], **FLAG})
    named = [unit("avesta.skola"), unit("orsa.skola")]
    sent = await whole.publish(VC_RATTVIK, "orosanmalan", report(mottagare=named))
    found = (await whole.deliver.outcome(caller(VC_RATTVIK), sent.handelse_id))["mottagare"]
    assert [one.get("enhet", "") for one in found[:2]] == ["avesta.skola", "orsa.skola"]
    assert [one["begaran"] for one in found[2:]] == sorted(one["begaran"] for one in found[2:])


async def test_what_to_ask_names_a_hidden_recipient_by_request_id(whole):
    """P5: a consent may name the request id."""
    receipt = await whole.publish(VC, "sip_kallelse", summons())
    (place,) = [key for key, row in whole.hub.database.decisions.items() if row.handelse_id == receipt.handelse_id]
    row = whole.hub.database.decisions[place]
    judged = json.loads(row.outcome) | {"skyddad": True}
    for one in judged["mottagare"]:
        one["namngiven"] = False
    whole.hub.database.decisions[place] = replace(row, outcome=json.dumps(judged).encode())
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    assert outcome["samtycke_att_fraga"][0]["mottagare"][0] in {one["begaran"] for one in outcome["mottagare"]}
    assert "mora.vinr" not in json.dumps(outcome)


ASK = {"regel": "V6", "kod": "kontakta-socialtjansten"}
"""What stands in place of every reason that tells of a suspicion."""


async def suspected(whole: Whole) -> None:
    pair = [person("registrerad", ANNA), person("misstankt", BO)]
    fact = {"kalla": "polisanmalan", "granskas": "2027-01-01", "borttagen": False}
    await whole.publish("mora.barn-unga.mottagning", "misstankt", {"personer": pair, **fact})


async def outcome_of(whole: Whole, **changes):
    sent = await whole.publish(VC, "sip_kallelse", summons(**changes))
    outcome = await whole.deliver.outcome(caller(VC), sent.handelse_id)
    assert "misstankt" not in json.dumps(outcome)
    return outcome, {item["vag"]: item["skal"] for item in outcome["mottagare"][0]["undanhallet"]}


async def test_an_item_of_a_suspected_persons_reads_as_it_would_of_anybody_else(whole):
    """V6: what the rules say of the others that have not consented, and no more."""
    await suspected(whole)
    listed = [person("utsatt", ANNA), person("narstaende", BO), person("narstaende", DISA)]
    _, why = await outcome_of(whole, personer=listed)
    assert why["/personer/1/nummer"] == why["/personer/0/nummer"] == [{"regel": "B0", "kod": "samtycke-saknas"}]


async def test_where_a_suspicion_alone_withholds_the_sender_is_told_to_ask_socialtjansten(whole):
    """V6, V4: though he has consented."""
    await suspected(whole)
    for number in (ANNA, BO):
        await whole.publish(UTSATT, "samtycke_lamnat", consent(number))
    outcome, why = await outcome_of(whole, personer=[person("utsatt", ANNA), person("narstaende", BO)])
    assert why == {"/personer/1/nummer": [ASK]}
    assert outcome["hints"] == ["kontakta-socialtjansten"]


async def test_that_a_guardian_is_suspected_is_not_told(whole):
    """V6, K8: every item of the child's is withheld alike, and neither guardian's more than the other's."""
    await suspected(whole)
    guardians = [person("vardnadshavare", BO), person("vardnadshavare", ANNA)]
    custody = {"kalla": "folkbokforing", "datum": "2026-01-01", "provisoriskt": False}
    of_child = [person("registrerad", DISA), *guardians]
    await whole.publish("mora.barn-unga.mottagning", "vardnad", {"personer": of_child, **custody})
    _, why = await outcome_of(whole, personer=[person("barn", DISA), *guardians])
    assert why["/personer/0/nummer"] == why["/syfte"] == why["/behov/0"] == [ASK]
    assert why["/personer/1/nummer"] == why["/personer/2/nummer"] == [{"regel": "B0", "kod": "samtycke-saknas"}]


async def test_the_reasons_of_an_act_tell_of_no_suspicion(whole):
    """V6, K8: also where the event itself is refused for it."""
    given, _, _ = await called(whole)
    (place,) = [key for key, row in whole.hub.database.decisions.items() if row.handelse_id == given.handelse_id]
    row = whole.hub.database.decisions[place]
    why = [{"regel": "K8", "kod": "vardnadshavare-misstankt"}]
    whole.hub.database.decisions[place] = replace(
        row, outcome=json.dumps(json.loads(row.outcome) | {"skal": why}).encode()
    )
    assert (await whole.deliver.outcome(caller(VC), given.handelse_id))["skal"] == [ASK]


async def test_nobody_named_twice_in_a_message_to_many_units(whole):
    """Q1."""
    receipt = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("mora.vinr"), unit("mora.lss")]))
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    groups = [one["lasargrupp"] for one in outcome["mottagare"]]
    assert sorted(set(groups)) == sorted(groups)


async def test_a_report_that_reached_no_connected_recipient_says_whom_to_telephone(whole):
    """B1: also when it was judged, in the receipt of a retry and in the outcome."""
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    (place,) = [key for key, row in whole.hub.database.decisions.items() if row.handelse_id == receipt.handelse_id]
    row = whole.hub.database.decisions[place]
    judged = json.loads(row.outcome) | {"hints": ["ring"]}
    whole.hub.database.decisions[place] = replace(row, outcome=json.dumps(judged).encode())
    again = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    assert (again.status, again.ring) == (201, "0248-111")
    assert (await whole.deliver.outcome(caller(VC_RATTVIK), receipt.handelse_id))["ring"] == "0248-111"
