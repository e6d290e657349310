"""Consent as a conversation, recall and correction, as senders and recipients read them (B0, K4, Q2)."""

import json

import pytest
from intakehub import (
    ANNA,
    DISA,
    UTSATT,
    VC,
    VC_RATTVIK,
    Whole,
    called,
    caller,
    consent,
    person,
    report,
    summons,
    unit,
)

from samverkanshub.domain.errors import Forbidden, NotFound

VINR = [unit("mora.vinr")]


async def outcome(whole: Whole, handelse_id: str, grupp: str = VC):
    return await whole.deliver.outcome(caller(grupp), handelse_id)


def of(told, grupp: str = UTSATT):
    return next(one for one in told["mottagare"] if one["lasargrupp"] == grupp)


async def answer(whole: Whole, message: str, svar: str = "lamnat", **more):
    return await whole.publish(VC, "samtycke_svar", {"personer": [], "meddelande": message, "svar": svar, **more})


async def recall(whole: Whole, message: str):
    return await whole.publish(VC, "aterkallelse", {"personer": [], "meddelande": message, "skal": "fel_uppgift"})


async def rows(whole: Whole, grupp: str = UTSATT, slag: str = "meddelande"):
    page = await whole.deliver.inbox(caller(grupp), "", 100)
    return [row for row in page["rader"] if row["slag"] == slag]


async def test_a_consent_asked_for_given_and_answered_releases_the_message(whole):
    """B0, K4: the outcome is that of the latest judgement, and the content can be opened."""
    sent = await whole.publish(VC, "sip_kallelse", summons())
    assert (await outcome(whole, sent.handelse_id))["samtycke_att_fraga"] != []
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["identitet", "insats"]))
    assert await rows(whole) == [], "a consent releases nothing by itself"
    given = await answer(whole, sent.handelse_id, slapp=True)
    told = await outcome(whole, sent.handelse_id)
    mine = of(told)
    assert (given.dom, mine["status"]) == ("godtagen", "delvis")
    assert [item["vag"] for item in mine["levererat"]] == ["/personer/0/nummer", "/syfte"]
    assert [item["vag"] for item in mine["undanhallet"]] == ["/behov/0"]
    assert told["skeenden"][0]["slag"] == "samtycke-lamnat"
    assert [request["kategorier"] for request in told["samtycke_att_fraga"]] == [["behov"]]
    (row,) = await rows(whole)
    opened = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert opened["uppgifter"] == {"/syfte": "samordna insatser"}
    assert of(await outcome(whole, sent.handelse_id))["oppnad"] is not None


async def test_what_is_released_to_who_had_the_rest_is_a_complement_of_its_own(whole):
    """K4: opened and acknowledged by itself."""
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["identitet"]))
    sent = await whole.publish(VC, "sip_kallelse", summons())
    await whole.publish(VC, "samtycke_lamnat", consent())
    await answer(whole, sent.handelse_id, slapp=True)
    first, second = await rows(whole)
    assert (second["kod"], second["avser"]) == ("komplettering", first["leverans_id"])
    opened = await whole.deliver.open(caller(UTSATT), second["leverans_id"])
    assert set(opened["uppgifter"]) == {"/syfte", "/behov/0"}
    mine = of(await outcome(whole, sent.handelse_id))
    assert (mine["status"], mine["oppnad"]) == ("levererad", None)
    (complement,) = mine["kompletteringar"]
    assert complement["oppnad"] is not None
    assert {item["vag"] for item in complement["levererat"]} == {"/syfte", "/behov/0"}


@pytest.mark.parametrize(
    ("svar", "slag"), [("nekat", "samtycke-nekat"), ("ej_fragat_fara", "ej-fragat-fara"), ("lamnat", "samtycke-lamnat")]
)
async def test_an_answered_request_is_listed_no_more(whole, svar, slag):
    """B0: and what the sender answered is in its outcome alone."""
    sent = await whole.publish(VC, "sip_kallelse", summons())
    await answer(whole, sent.handelse_id, svar)
    told = await outcome(whole, sent.handelse_id)
    assert told["samtycke_att_fraga"] == []
    assert [one["slag"] for one in told["skeenden"]] == [slag]
    assert (await whole.deliver.inbox(caller(UTSATT), "", 10))["rader"] == []


@pytest.mark.parametrize("typ", ["samtycke_svar", "aterkallelse"])
async def test_a_message_of_somebody_elses_is_as_one_that_does_not_exist(whole, typ):
    """T3."""
    _, sent, _ = await called(whole)
    given, unknown = await whole.publish(VC, "samtycke_lamnat", consent()), "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
    data = {"svar": "nekat"} if typ == "samtycke_svar" else {"skal": "annat"}
    for grupp, message in ((UTSATT, sent.handelse_id), (VC, unknown), (VC, given.handelse_id)):
        with pytest.raises(NotFound) as refused:
            await whole.publish(grupp, typ, {"personer": [], "meddelande": message, **data})
        assert refused.value.falt == "/data/meddelande"


async def test_a_recalled_delivery_leaves_the_inbox_and_cannot_be_opened(whole):
    """Q2."""
    _, sent, row = await called(whole)
    await recall(whole, sent.handelse_id)
    assert await rows(whole) == []
    (told,) = await rows(whole, slag="andring")
    assert (told["kod"], told["avser"]) == ("aterkallad", row["leverans_id"])
    with pytest.raises(Forbidden) as refused:
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert refused.value.code == "aterkallad"
    mine = await outcome(whole, sent.handelse_id)
    assert of(mine)["status"] == "aterkallad"
    assert mine["skeenden"][0]["slag"] == "aterkallad"


async def test_what_was_opened_before_a_recall_is_the_recipients_to_act_on(whole):
    """Q2."""
    _, sent, row = await called(whole)
    await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    await recall(whole, sent.handelse_id)
    (told,) = await rows(whole, slag="andring")
    assert (told["kod"], told["avser"]) == ("aterkallad-oppnad", row["leverans_id"])
    mine = of(await outcome(whole, sent.handelse_id))
    assert (mine["status"], [one["slag"] for one in mine["skeenden"]]) == ("levererad", ["aterkallad-oppnad"])


async def test_a_recalled_message_asks_nothing_more(whole):
    """Q2, B0."""
    sent = await whole.publish(VC, "sip_kallelse", summons())
    await recall(whole, sent.handelse_id)
    assert (await outcome(whole, sent.handelse_id))["samtycke_att_fraga"] == []


async def test_a_correction_is_read_in_the_outcome_of_both(whole):
    """Q2."""
    _, sent, row = await called(whole)
    new = await whole.publish(VC, "sip_kallelse", summons(rattar=sent.handelse_id, behov=[{"text": "avlastning"}]))
    assert new.dom == "godtagen"
    assert (await outcome(whole, sent.handelse_id))["rattad_av"] == new.handelse_id
    assert (await outcome(whole, new.handelse_id))["rattar"] == sent.handelse_id
    (only,) = await rows(whole)
    opened = await whole.deliver.open(caller(UTSATT), only["leverans_id"])
    assert opened["uppgifter"]["/behov/0"] == "avlastning"
    assert row["leverans_id"] != only["leverans_id"]


async def test_a_correction_of_what_is_not_ones_own_is_refused(whole):
    """Q2: and is known from one of a made-up message by nothing."""
    _, sent, _ = await called(whole)
    for rattar in (sent.handelse_id, "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"):
        data = summons(rattar=rattar, mottagare=[unit("region-dalarna.vardcentral-mora")])
        refused = await whole.publish(UTSATT, "sip_kallelse", data)
        told = await outcome(whole, refused.handelse_id, UTSATT)
        assert (told["dom"], told["skal"]) == ("avvisas", [{"regel": "Q2", "kod": "okand-att-ratta"}])


async def test_an_answer_names_no_recipient_that_p5_hides(whole):
    """P5: where somebody has become protected since, the complement is listed under role and request id too."""
    sent = await whole.publish(VC, "sip_kallelse", summons())
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    await whole.publish(VC, "samtycke_lamnat", consent())
    given = await answer(whole, sent.handelse_id, slapp=True)
    assert "mora" not in json.dumps(await outcome(whole, given.handelse_id))
    assert of(await outcome(whole, sent.handelse_id))["status"] == "levererad"


# ------------------------------------------------------------------------------------------------ K7, P5


async def test_a_consent_is_read_by_those_it_names_and_says_only_what_concerns_them(whole):
    """K7: before any message; neither the other recipients nor what is exempted."""
    more = {"undantag": {"kategorier": ["motestid"]}, "mottagare": [*VINR, unit("region-dalarna.bup")]}
    await whole.publish(VC, "samtycke_lamnat", consent(**more))
    (row,) = await rows(whole, slag="samtycke")
    assert (row["typ"], row["avsandare_roll"]) == ("samtycke_lamnat", "vardcentral")
    opened = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert opened["personer"] == [{"roll": "registrerad", "nummer": ANNA}]
    assert opened["koder"]["kategorier"] == ["behov", "identitet", "insats"]
    assert (opened["koder"]["andamal"], opened["koder"]["givare"]) == ("sip", ["registrerad"])
    assert "bup" not in json.dumps(opened)
    assert "motestid" not in json.dumps(opened)


async def test_a_consent_that_has_ended_is_opened_no_more_and_its_end_is_told(whole):
    """K4, K7."""
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    (row,) = await rows(whole, slag="samtycke")
    ended = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id}
    await whole.publish(VC, "samtycke_aterkallat", ended)
    (told,) = await rows(whole, slag="andring")
    assert (told["kod"], told["avser"]) == ("samtycke-aterkallat", row["leverans_id"])
    with pytest.raises(Forbidden) as refused:
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert refused.value.code == "ej-langre-tillganglig"


async def test_its_registrar_is_not_told_who_opens_a_consent(whole):
    """P5, K7: the outcome of a consent has nothing that changes."""
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    (row,) = await rows(whole, slag="samtycke")
    before = len(whole.hub.notices.sent)
    await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], "mottagen")
    assert whole.hub.notices.sent[before:] == []
    assert "mottagare" not in await outcome(whole, given.handelse_id)


async def test_what_a_message_brings_of_consents_is_not_in_its_senders_outcome(whole):
    """K7: of an organisation, a unit is told when it becomes a party."""
    await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[{"slag": "organisation", "id": "mora"}]))
    assert await rows(whole, slag="samtycke") == []
    sent = await whole.publish(VC, "sip_kallelse", summons())
    assert len(await rows(whole, slag="samtycke")) == 1
    told = await outcome(whole, sent.handelse_id)
    assert "#" not in json.dumps(told)
    assert {one["funktion"] for one in told["mottagare"]} == {"namngiven"}


async def test_a_consent_names_a_recipient_by_the_request_id_that_its_sender_was_given(whole):
    """P5: and the sender reads no name in what comes of it."""
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", DISA)], **flag})
    sent = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    told = await outcome(whole, sent.handelse_id, VC_RATTVIK)
    begaran = next(one["begaran"] for one in told["mottagare"] if one["roll"] == "barn_unga")
    custody = {"kalla": "folkbokforing", "datum": "2026-01-01", "provisoriskt": False}
    guardian = [person("registrerad", DISA), person("vardnadshavare", ANNA)]
    await whole.publish("mora.barn-unga.mottagning", "vardnad", {"personer": guardian, **custody})
    named = [{"slag": "begaran", "id": begaran}]
    more = {"personer": guardian, "andamal": "barnskydd", "mottagare": named}
    given = await whole.publish(VC_RATTVIK, "samtycke_lamnat", consent(**more))
    assert given.dom == "godtagen"
    assert "rattvik.barn" not in json.dumps(await outcome(whole, given.handelse_id, VC_RATTVIK))
    assert len(await rows(whole, "rattvik.barn-unga.mottagning", "samtycke")) == 1
    refused = await whole.publish(VC, "samtycke_lamnat", consent(**more))
    assert refused.dom == "avvisad"
    why = (await outcome(whole, refused.handelse_id))["skal"]
    assert why == [{"regel": "Q1", "kod": "okand-mottagare"}]
