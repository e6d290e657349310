"""O4, O5, H1, A3, V7, R3 through intake, gate and outcome: what an act names is found, and who must know is told."""

import json
from typing import Any

import pytest
from intakehub import UTSATT, VC, Whole, caller, consent, deviation, event, report, summons, unit

from samverkanshub.domain.errors import Forbidden, NotFound, Refused
from samverkanshub.pipeline.receipts import Receipt

RATTVIK = "rattvik.barn-unga.mottagning"
BUP = "region-dalarna.bup.handlaggare"
GROUND = {"chef": "chef.7", "skal": "insatsen_klar", "informerad": "den_utsatta"}


async def act(hub: Whole, grupp: str, typ: str, **koder: Any) -> Receipt:
    return await hub.publish(grupp, typ, {"personer": [], **koder})


async def outcome(hub: Whole, grupp: str, handelse_id: str) -> dict[str, Any]:
    return await hub.deliver.outcome(caller(grupp), handelse_id)


async def rows(hub: Whole, grupp: str) -> list[dict[str, Any]]:
    return (await hub.deliver.inbox(caller(grupp), "", 500))["rader"]


async def reported(hub: Whole) -> tuple[str, dict[str, Any]]:
    """A report from the vårdcentral, and its delivery in Rättvik."""
    sent = await hub.publish(VC, "orosanmalan", report())
    return sent.handelse_id, await hub.delivered(RATTVIK)


async def called(hub: Whole) -> tuple[Receipt, dict[str, Any]]:
    """A SIP called by the vårdcentral, and its delivery in Mora."""
    await hub.publish(VC, "samtycke_lamnat", consent())
    sent = await hub.publish(VC, "sip_kallelse", summons())
    return sent, await hub.delivered(UTSATT)


@pytest.fixture
async def hub() -> Whole:
    return await Whole().started()


async def test_o5_the_reporter_reads_the_feedback_on_the_delivery_and_as_a_notice(hub: Whole) -> None:
    sent, delivery = await reported(hub)
    said = await act(hub, RATTVIK, "aterkoppling", leverans=delivery["leverans_id"], utfall="inledd")
    assert (said.status, said.dom) == (201, "godtagen")
    told = await outcome(hub, VC, sent)
    assert [one["slag"] for found in told["mottagare"] for one in found["skeenden"]] == ["aterkoppling-inledd"]
    notice = (await rows(hub, VC))[-1]
    assert (notice["slag"], notice["kod"], notice["avser"]) == ("andring", "aterkoppling-inledd", sent)


async def test_t3_a_delivery_that_is_not_the_callers_is_as_one_that_does_not_exist(hub: Whole) -> None:
    _, delivery = await reported(hub)
    for leverans in (delivery["leverans_id"], "7d0c2a36-6d0f-4a3e-9c44-52d1b8a4e6f1"):
        with pytest.raises(NotFound) as refused:
            await act(hub, BUP, "aterkoppling", leverans=leverans, utfall="inledd")
        assert (refused.value.code, refused.value.falt) == ("finns-ej", "/data/leverans")


async def test_o4_the_record_of_a_call_names_who_took_it_in_a_sealed_item(hub: Whole) -> None:
    sent, _ = await reported(hub)
    call = {"meddelande": sent, "tid": "2026-03-02T09:30:00+01:00", "funktion": "handlaggare"}
    with pytest.raises(Refused) as refused:
        await act(hub, VC, "samtal_noterat", **call)
    assert refused.value.values["regel"] == "O4"
    noted = await act(hub, VC, "samtal_noterat", **call, mottaget_av="Kim på mottagningen")
    assert noted.dom == "godtagen"
    assert "klockan-gar-vidare" in (await outcome(hub, VC, noted.handelse_id))["hints"], "the unit is connected"
    assert "samtal-noterat" in [one["slag"] for one in (await outcome(hub, VC, sent))["skeenden"]]
    assert all(b"Kim" not in record.value for record in await hub.records())


async def test_t3_a_message_that_is_not_the_callers_is_as_one_that_does_not_exist(hub: Whole) -> None:
    sent, _ = await reported(hub)
    call = {"tid": "2026-03-02T09:30:00+01:00", "funktion": "handlaggare", "mottaget_av": "Kim"}
    for meddelande in (sent, "7d0c2a36-6d0f-4a3e-9c44-52d1b8a4e6f1"):
        with pytest.raises(NotFound) as refused:
            await act(hub, BUP, "samtal_noterat", meddelande=meddelande, **call)
        assert refused.value.falt == "/data/meddelande"


async def test_d1_the_receipt_says_to_whom_the_record_must_not_be_shown(hub: Whole) -> None:
    _, delivery = await reported(hub)
    await hub.deliver.open(caller(RATTVIK), delivery["leverans_id"])
    plain = await hub.deliver.acknowledge(caller(RATTVIK), delivery["leverans_id"], "dokumenterad")
    assert plain.varningar == ()
    protected = {"personer": report()["personer"], "niva": "sekretessmarkering", "provisoriskt": True}
    protected["personer"] = [{**protected["personer"][0], "roll": "registrerad"}]
    await hub.publish(RATTVIK, "skydd", {**protected, "kalla": "socialtjanst"})
    marked = await hub.deliver.acknowledge(caller(RATTVIK), delivery["leverans_id"], "dokumenterad")
    assert marked.varningar == ("skyddade-personuppgifter", "visa-ej-for-ombud")
    assert (await outcome(hub, RATTVIK, marked.handelse_id))["hints"] == list(marked.varningar)


async def test_h1_who_takes_over_by_naming_another_unit_asks_it_and_is_answered(hub: Whole) -> None:
    _, delivery = await called(hub)
    await hub.deliver.open(caller(UTSATT), delivery["leverans_id"])
    taken = await hub.deliver.acknowledge(
        caller(UTSATT), delivery["leverans_id"], "overtagen", "mora.ekonomiskt-bistand"
    )
    assert taken.dom == "godtagen"
    asked = "mora.ekonomiskt-bistand.handlaggare"
    question = (await rows(hub, asked))[-1]
    assert (question["kod"], question["avsandare_roll"]) == ("overlamning-foreslagen", "vinr")
    answer = {"arende": question["arende"], "overlamning": question["handelse_id"], "svar": "godtas"}
    assert (await act(hub, asked, "overlamning_svar", **answer)).dom == "godtagen"
    told = await outcome(hub, UTSATT, taken.handelse_id)
    assert [one["slag"] for one in told["skeenden"]] == ["overlamning-godtagen"]
    assert (await rows(hub, UTSATT))[-1]["kod"] == "overlamning-godtagen"


async def test_h1_asked_again_the_earlier_questions_outcome_says_that_it_is_void(hub: Whole) -> None:
    sent, _ = await called(hub)
    first = await act(hub, VC, "overlamning", arende=sent.arende, till="region-dalarna.bup")
    again = await act(hub, VC, "overlamning", arende=sent.arende, till="mora.vinr")
    assert again.dom == "godtagen"
    assert [one["slag"] for one in (await outcome(hub, VC, first.handelse_id))["skeenden"]] == ["overlamning-ersatt"]
    assert (await outcome(hub, VC, again.handelse_id))["skeenden"] == []


async def test_h1_handed_over_answered_and_closed(hub: Whole) -> None:
    sent, _ = await called(hub)
    asked = await act(hub, VC, "overlamning", arende=sent.arende, till="region-dalarna.bup")
    assert asked.dom == "godtagen"
    question = (await rows(hub, BUP))[-1]
    assert (question["kod"], question["avsandare"], question["avsandare_roll"]) == (
        "overlamning-foreslagen",
        "",
        "vardcentral",
    )
    early = await act(hub, VC, "avslut", arende=sent.arende, overlamning=asked.handelse_id)
    assert early.dom == "avvisad"
    answer = {"arende": question["arende"], "overlamning": question["handelse_id"], "svar": "godtas"}
    assert (await act(hub, BUP, "overlamning_svar", **answer)).dom == "godtagen"
    told = await outcome(hub, VC, asked.handelse_id)
    assert [one["slag"] for one in told["skeenden"]] == ["overlamning-godtagen"]
    assert (await rows(hub, VC))[-1]["kod"] == "overlamning-godtagen"
    closed = await hub.intake.publish(
        caller(VC),
        event(
            VC,
            "avslut",
            {"personer": [], "arende": sent.arende, "overlamning": asked.handelse_id},
            id="7d0c2a36-6d0f-4a3e-9c44-52d1b8a4e6f2",
        ),
    )
    assert closed.dom == "godtagen"


async def test_h1_without_a_successor_intake_names_what_is_missing(hub: Whole) -> None:
    sent, _ = await called(hub)
    with pytest.raises(Refused) as refused:
        await act(hub, VC, "avslut", arende=sent.arende, skal="insatsen_klar", informerad="ingen")
    assert (refused.value.falt, refused.value.values["regel"]) == ("/data/chef", "H1")
    assert (await act(hub, VC, "avslut", arende=sent.arende, **GROUND)).dom == "godtagen"


async def test_t3_an_alias_of_another_actors_is_no_arende(hub: Whole) -> None:
    sent, delivery = await called(hub)
    assert sent.arende != delivery["arende"]
    with pytest.raises(NotFound):
        await act(hub, UTSATT, "overlamning", arende=sent.arende, till="region-dalarna.bup")
    other = await act(hub, BUP, "overlamning", arende=sent.arende, till="mora.vinr")
    assert other.dom == "avvisad", "the actor knows the alias, the unit takes no part"


async def test_a3_agreed_by_the_parties(hub: Whole) -> None:
    sent = await hub.publish(VC, "avvikelse", deviation())
    alias = (await hub.delivered(UTSATT))["arende"]
    proposed = await act(hub, VC, "ansvar_forslag", arende=sent.arende, enhet="mora.vinr")
    told = (await rows(hub, UTSATT))[-1]
    assert (told["kod"], told["enhet"], told["enhet_roll"]) == ("ansvar-foreslaget", "mora.vinr", "vinr")
    await act(hub, UTSATT, "ansvar_svar", arende=alias, forslag=proposed.handelse_id, svar="godtas")
    assert [one["slag"] for one in (await outcome(hub, VC, sent.handelse_id))["skeenden"]] == [
        "ansvar-foreslaget",
        "ansvar-overenskommet",
    ]


async def test_v7_a_barred_employee_opens_nothing_and_sees_the_row_without_content(hub: Whole) -> None:
    _, delivery = await called(hub)
    bar = {"arende": delivery["arende"], "anvandare": caller(UTSATT).anvandare}
    assert (await act(hub, UTSATT, "jav", **bar)).dom == "godtagen"
    with pytest.raises(Forbidden) as refused:
        await hub.deliver.open(caller(UTSATT), delivery["leverans_id"])
    assert refused.value.code == "javig"
    row = await hub.delivered(UTSATT)
    assert set(row) == {
        *("slag", "typ", "arende", "avsandare", "avsandare_roll", "markningar", "kod", "frist", "avser", "tid"),
        *("enhet", "enhet_roll", "leverans_id", "handelse_id"),
    }
    receipt = await hub.deliver.acknowledge(caller(UTSATT), delivery["leverans_id"], "mottagen")
    assert receipt.dom == "avvisad"


async def test_r3_the_senders_outcome_is_the_same_whether_another_assessment_exists(hub: Whole) -> None:
    sent = await hub.publish(VC, "riskbedomning_delad", assessment("hog", [unit("mora.vinr")]))
    first = await outcome(hub, VC, sent.handelse_id)
    other = await Whole().started()
    await other.publish(UTSATT, "riskbedomning_delad", assessment("lag", [unit("polisen.dalarna")]))
    again = await other.publish(VC, "riskbedomning_delad", assessment("hog", [unit("mora.vinr")]))
    second = await outcome(other, VC, again.handelse_id)
    for one in (first, second):
        one.pop("arende"), one.pop("handelse_id")
    assert first == second
    assert "overvag-att-lamna-ut" in first["hints"]


def assessment(niva: str, mottagare: list[dict[str, str]]) -> dict[str, Any]:
    """An assessment of Anna, for which there is no consent."""
    return {
        "personer": summons()["personer"],
        "mottagare": mottagare,
        "metod": "FREDA",
        "niva": niva,
        "bedomd_av": "enhet.kurator",
        "bedomd_tid": "2026-03-01T10:00:00+01:00",
        "sammanfattning": "text",
    }


async def test_t3_k3_a_unit_that_is_exempted_itself_reads_of_its_refusal_what_an_opening_would_say(hub: Whole) -> None:
    """That it is exempted is the person's to tell: the record says so (T1), and no outcome of its own."""
    _, delivery = await called(hub)
    await hub.deliver.open(caller(UTSATT), delivery["leverans_id"])
    exempt = {"undantag": {"kategorier": [], "uppgifter": [], "mottagare": [{"slag": "enhet", "id": "mora.vinr"}]}}
    await hub.publish(VC, "samtycke_lamnat", consent(**exempt))
    taken = await hub.deliver.acknowledge(caller(UTSATT), delivery["leverans_id"], "overtagen")
    outcome = await hub.deliver.outcome(caller(UTSATT), taken.handelse_id)
    assert (taken.dom, outcome["skal"]) == ("avvisad", [{"regel": "K4", "kod": "ej-langre-tillganglig"}])
    assert "undantag" not in json.dumps(outcome)
