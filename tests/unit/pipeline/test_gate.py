"""The gate's batch over memory: order, repeats, quarantine, restart. Rules are cited where a test needs one."""

from dataclasses import replace

import msgspec
import pytest
from hub import Hub, artefacts, envelope, person_id

from samverkanshub.codec import envelope as envelopes
from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain.errors import Halt, Refused
from samverkanshub.pipeline.activation import Approval, change

MORA = "region-dalarna.vardcentral-mora.handlaggare"
KATEGORIER = ["identitet", "behov", "insats", "motestid"]


def consent(person: str = "anna", **changes: object):
    data = {
        "andamal": "sip",
        "mottagare": [{"slag": "enhet", "id": "mora.vinr"}],
        "kategorier": KATEGORIER,
        "fran": "2026-01-01T00:00:00+01:00",
        "till": "2026-12-31T00:00:00+01:00",
        "form": "skriftligt",
        "enskilt": True,
        "narvarande": ["ingen"],
        "tolk": "ingen",
    }
    return envelope("samtycke_lamnat", MORA, {"registrerad": person}, {**data, **changes})


def summons(person: str = "anna", **changes: object):
    data = {
        "mottagare": [{"slag": "enhet", "id": "mora.vinr"}],
        "skyddade_personuppgifter": False,
        "delaktighet": {"satt": "deltar", "information": "muntligt"},
        "syfte": "samordna",
        "behov": [{"text": "stöd"}],
    }
    return envelope("sip_kallelse", MORA, {"utsatt": person}, {**data, **changes})


def report(child: str = "disa"):
    data = {
        "kommun": "rattvik",
        "akut_fara": False,
        "misstanke": ["bevittnat_vald"],
        "anmalarslag": "anmalningsskyldig",
        "beskrivning": "oro",
    }
    sender = "region-dalarna.vardcentral-rattvik.handlaggare"
    return envelope("orosanmalan", sender, {"barn": child}, data, ages={child: "0-11"})


def act(typ: str, group: str, delivery: str, arende: str, person: str = "anna", id: str = "", **data: object):
    return envelope(typ, group, {"utsatt": person}, {"leverans": delivery, **data}, arende=arende, id=id)


async def test_a_summons_with_consent_is_delivered_to_each_reader_group_of_the_unit():
    """B3, K1."""
    hub = await Hub().started()
    await hub.publish(consent())
    outcome = await hub.publish(summons())
    assert {one["lasargrupp"]: len(one["levererat"]) for one in outcome["mottagare"]} == {
        "mora.vinr.utovare": 3,
        "mora.vinr.utsatt": 3,
    }
    assert outcome["samtycke_att_fraga"] == []


async def test_a_summons_without_consent_is_withheld_and_becomes_a_question():
    """B0."""
    hub = await Hub().started()
    outcome = await hub.publish(summons())
    assert all(not one["levererat"] for one in outcome["mottagare"])
    assert outcome["samtycke_att_fraga"] == [
        {
            "andamal": "sip",
            "av_roller": ["utsatt"],
            "mottagare": ["mora.vinr"],
            "kategorier": ["behov", "identitet", "insats"],
        }
    ]


async def test_a_report_reaches_the_home_municipality_and_barnahus_is_consulted():
    """B1, O1, O2."""
    hub = await Hub().started()
    outcome = await hub.publish(report())
    received = {one["lasargrupp"]: one["funktion"] for one in outcome["mottagare"] if one["leverans_id"]}
    assert received["rattvik.barn-unga.mottagning"] == "lagstadgad"
    assert "konsultation" in received.values()


async def test_a_repeat_changes_nothing():
    hub = await Hub().started()
    await hub.publish(consent())
    await hub.publish(summons())
    states, inbox = dict(hub.database.states), dict(hub.database.inbox)
    assert (await hub.publish(summons()))["dom"] == "upprepning"
    assert hub.database.inbox == inbox
    same = {key: value for key, value in hub.database.states.items() if key[1] != "omrade"}
    assert same == {key: value for key, value in states.items() if key[1] != "omrade"}


async def test_an_opening_after_the_withdrawal_opens_nothing():
    """K4."""
    hub = await Hub().started()
    given = consent()
    await hub.publish(given)
    sent = await hub.publish(summons())
    delivery = next(one for one in sent["mottagare"] if one["lasargrupp"] == "mora.vinr.utsatt")["leverans_id"]
    first = await hub.publish(act("oppning_begard", "mora.vinr.utsatt", delivery, sent["arende"], id=_id(1)))
    assert len(first["oppna"]) == 3
    withdrawal = {"samtycke": given.handelse_id}
    await hub.publish(envelope("samtycke_aterkallat", MORA, {"registrerad": "anna"}, withdrawal))
    second = await hub.publish(act("oppning_begard", "mora.vinr.utsatt", delivery, sent["arende"], id=_id(2)))
    assert (second["dom"], second["oppna"]) == ("avvisas", [])
    told = [row for row in hub.database.inbox.values() if row.slag == "andring"]
    assert {row.lasargrupp for row in told} == {"mora.vinr.utsatt", "mora.vinr.utovare"}, "K7: both were told of it"


async def test_another_groups_delivery_is_not_found():
    """T3."""
    hub = await Hub().started()
    await hub.publish(consent())
    sent = await hub.publish(summons())
    delivery = next(one for one in sent["mottagare"] if one["lasargrupp"] == "mora.vinr.utsatt")["leverans_id"]
    stolen = await hub.publish(act("oppning_begard", "polisen.dalarna.handlaggare", delivery, sent["arende"]))
    assert (stolen["dom"], stolen["skal"]) == ("avvisas", [{"regel": "T3", "kod": "finns-ej"}])


async def test_taking_over_makes_the_unit_responsible_and_needs_an_opening():
    hub = await Hub().started()
    sent = await hub.publish(report())
    delivery = next(one for one in sent["mottagare"] if one["funktion"] == "lagstadgad")["leverans_id"]
    group = "rattvik.barn-unga.mottagning"
    early = await hub.publish(act("kvittens", group, delivery, sent["arende"], "disa", _id(3), slag="overtagen"))
    assert early["skal"] == [{"regel": "D1", "kod": "ej-oppnad"}]
    await hub.publish(act("oppning_begard", group, delivery, sent["arende"], "disa", _id(4)))
    taken = await hub.publish(act("kvittens", group, delivery, sent["arende"], "disa", _id(5), slag="overtagen"))
    assert taken["dom"] == "godtas"
    assert [event.slag for event in hub.database.delivery_events.values()] == ["oppnad", "overtagen"]


async def test_a_poison_record_freezes_its_persons_and_a_report_still_passes():
    """B7: every basis but B1 denies."""
    hub = await Hub().started()
    await hub.publish(consent())
    headers = envelopes.headers(summons())
    await hub.gate.batch(0, [await hub.append_raw(b"\x00garbage", headers)])
    assert [row.person_ids for row in hub.database.quarantine.values()] == [(person_id("anna"),)]
    outcome = await hub.publish(summons())
    assert all("B7" in {why["regel"] for why in item["skal"]} for item in outcome["mottagare"][0]["undanhallet"])
    assert outcome["samtycke_att_fraga"] == []
    await hub.gate.batch(0, [await hub.append_raw(b"\x00garbage", envelopes.headers(report()))])
    passed = await hub.publish(report())
    assert "rattvik.barn-unga.mottagning" in {one["lasargrupp"] for one in passed["mottagare"] if one["levererat"]}
    assert "ring" in passed["hints"]


async def test_a_poison_record_without_readable_persons_stops_the_partition():
    hub = await Hub().started()
    record = await hub.append_raw(b"garbage", (("handelse", b"x"),))
    with pytest.raises(Halt) as stop:
        await hub.gate.batch(0, [record])
    assert stop.value.code == "karantan-utan-personer"


async def test_a_log_shorter_than_the_position_is_refused():
    hub = await Hub().started()
    hub.database.positions[0].position = 7
    with pytest.raises(Halt) as stop:
        await hub.new_gate().assign(0)
    assert stop.value.code == "logg-kortare-an-position"


async def test_another_log_at_the_position_is_refused():
    hub = await Hub().started()
    hub.database.positions[0].last_digest = b"0" * 32
    with pytest.raises(Halt) as stop:
        await hub.new_gate().assign(0)
    assert stop.value.code == "annan-logg"


async def test_an_event_before_any_regelverk_stops_the_gate():
    hub = Hub()
    await hub.gate.assign(0)
    record = await hub.append(consent())
    with pytest.raises(Halt) as stop:
        await hub.gate.batch(0, [record])
    assert stop.value.code == "regelverk-saknas"


async def test_a_missing_artefact_stops_the_gate():
    hub = await Hub().started()
    hub.artefacts._content.clear()
    with pytest.raises(Halt) as stop:
        await hub.new_gate().assign(0)
    assert stop.value.code == "artefakt-saknas"


async def test_a_gap_in_the_log_stops_the_gate():
    hub = await Hub().started()
    await hub.append(consent())
    with pytest.raises(Halt) as stop:
        await hub.gate.batch(0, [await hub.append(summons())])
    assert stop.value.code == "lucka-i-loggen"


async def test_one_batch_gives_what_single_records_give():
    """The same log gives the same rows, however it was fetched."""
    one, many = await Hub().started(), await Hub().started()
    events = [consent(), summons(), report(), consent("bodil"), summons("bodil"), summons()]
    for event in events:
        await one.publish(event)
    await many.gate.batch(0, [await many.append(event) for event in events])
    assert many.database.states == one.database.states
    assert many.database.inbox == one.database.inbox
    assert {key: row.record for key, row in many.database.decisions.items()} == {
        key: row.record for key, row in one.database.decisions.items()
    }


async def test_no_notice_and_no_inbox_row_names_a_person():
    hub = await Hub().started()
    await hub.publish(consent())
    await hub.publish(summons())
    bodies = b"".join(notice.body for notice in hub.notices.sent) + b"".join(
        r.body for r in hub.database.inbox.values()
    )
    assert person_id("anna").encode() not in bodies


async def test_a_regelverk_approved_by_its_proposer_is_kept_without_effect():
    hub = await Hub().started()
    before = hub.database.states[(0, "omrade", "0")]
    await change(other_regelverk(), [0], Approval(_id(9), "anna", "anna"), **hub.writers())
    await hub.judge_all()
    assert hub.outcome(1)["skal"] == [{"regel": "T1", "kod": "godkand-av-samma"}]
    assert artefacts_in(hub.database.states[(0, "omrade", "0")]) == artefacts_in(before)
    assert (await hub.publish(summons()))["dom"] == "godtas"


async def test_a_regelverk_holds_from_its_position_on_and_may_come_back():
    """T1: each decision names the regelverk of its position."""
    hub = await Hub().started()
    await change(other_regelverk(), [0], Approval(_id(8), "anna", "bo"), **hub.writers())
    await change(artefacts(), [0], Approval(_id(7), "anna", "bo"), **hub.writers())
    await hub.judge_all()
    regelverken = [decode_decision(row.record).place.regelverk for _, row in hub.decisions()]
    assert regelverken[0] == regelverken[2] != regelverken[1]


async def test_an_activation_that_the_gate_could_not_read_is_never_written():
    hub = await Hub().started()
    with pytest.raises(Refused) as refusal:
        await change(artefacts(), [0], Approval(_id(6), "Anna A", "bo"), **hub.writers())
    assert refusal.value.falt == "/data/foreslagen_av"
    assert await hub.log.end(0) == 1


def other_regelverk() -> dict[str, bytes]:
    regelverk = regelverk_from(artefacts())
    return artefacts_of(replace(regelverk, befolkningsgrans=30_000))


def artefacts_in(state: bytes) -> object:
    return msgspec.json.decode(state)["artefakter"]


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"
