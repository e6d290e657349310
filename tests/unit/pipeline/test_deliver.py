"""Delivery: nobody sees another's; what is opened is what the gate lets through at that very place in the log."""

import asyncio
import json

import pytest
from intakehub import (
    ANNA,
    BO,
    DISA,
    UTOVARE,
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

from samverkanshub.adapters.memory import MemoryErasing
from samverkanshub.domain.errors import Forbidden, NotFound, Refused
from samverkanshub.ports import Unavailable

BARNAHUS = "barnahus-dalarna.samrad.handlaggare"
RATTVIK_UTSATT = "rattvik.vinr.utsatt"
RATTVIK = "rattvik.barn-unga.mottagning"
UNKNOWN = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
FLAG = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}


async def withdraw(whole: Whole, consent_id: str) -> None:
    data = {"personer": [person("registrerad", ANNA)], "samtycke": consent_id}
    await whole.publish(VC, "samtycke_aterkallat", data)


# ------------------------------------------------------------------------------------------------ inbox


async def test_the_inbox_tells_neither_content_nor_person(whole):
    _, _, row = await called(whole)
    told = json.dumps(row)
    for plain in (ANNA, "stöd i vardagen", "samordna"):
        assert plain not in told
    assert {"vagar", "muntligen"}.isdisjoint(row), "T3: what is withheld shows in the gaps of a list"


async def test_each_actor_knows_the_arende_by_an_alias_of_its_own(whole):
    """DESIGN.md point 6."""
    _, receipt, row = await called(whole)
    opened = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    assert receipt.arende == outcome["arende"] != row["arende"] == opened["arende"]


async def test_the_inbox_goes_on_from_its_cursor(whole):
    await called(whole)
    await whole.publish(VC, "avvikelse", deviation())
    first = await whole.deliver.inbox(caller(UTSATT), "", 1)
    second = await whole.deliver.inbox(caller(UTSATT), first["markor"], 1)
    third = await whole.deliver.inbox(caller(UTSATT), second["markor"], 1)
    assert [row["typ"] for row in first["rader"] + second["rader"]] == ["samtycke_lamnat", "sip_kallelse"]
    assert [row["typ"] for row in third["rader"]] == ["avvikelse"]
    last = await whole.deliver.inbox(caller(UTSATT), third["markor"], 1)
    assert (last["rader"], last["markor"]) == ([], third["markor"])


async def test_a_cursor_is_sealed_for_its_reader_group(whole):
    await called(whole)
    markor = (await whole.deliver.inbox(caller(UTSATT), "", 10))["markor"]
    for grupp, cursor in ((UTOVARE, markor), (UTSATT, "AAAA"), (UTSATT, "å"), (UTSATT, markor[:-2])):
        with pytest.raises(Refused) as refused:
            await whole.deliver.inbox(caller(grupp), cursor, 10)
        assert (refused.value.code, refused.value.falt) == ("ogiltig-markor", "/markor")


async def test_an_empty_inbox_has_a_cursor_as_long_as_any(whole):
    empty = await whole.deliver.inbox(caller(UTSATT), "", 10)
    await called(whole)
    assert len((await whole.deliver.inbox(caller(UTSATT), "", 10))["markor"]) == len(empty["markor"])


@pytest.mark.parametrize("limit", [0, -1, 501])
async def test_a_page_has_a_size_within_reason(whole, limit):
    with pytest.raises(Refused):
        await whole.deliver.inbox(caller(UTSATT), "", limit)


async def test_the_inbox_hides_the_sender_once_somebody_is_protected(whole):
    """P4, P5."""
    _, _, row = await called(whole)
    assert row["avsandare"] == "region-dalarna.vardcentral-mora"
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **FLAG})
    assert (await whole.delivered(UTSATT))["avsandare"] == ""


async def test_a_flag_does_not_hide_the_reporter_from_the_statutory_recipient(whole):
    """P5, B1: neither in the inbox nor when it opens."""
    await whole.publish(VC_RATTVIK, "orosanmalan", report())
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", DISA)], **FLAG})
    row = await whole.delivered(RATTVIK)
    content = await whole.deliver.open(caller(RATTVIK), row["leverans_id"])
    assert row["avsandare"] == content["avsandare"] == "region-dalarna.vardcentral-rattvik"


async def test_a_protected_household_hides_names_too(whole):
    """P6."""
    _, _, row = await called(whole)
    other = "196811022380"
    household = [person("registrerad", ANNA), person("medlem", other)]
    await whole.publish(UTSATT, "hushall", {"personer": household, "kalla": "socialtjanst", "datum": "2026-12-01"})
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", other)], **FLAG})
    assert row["avsandare"]
    assert (await whole.delivered(UTSATT))["avsandare"] == ""


async def flagged_but_not_judged(whole: Whole) -> None:
    """A flag that has been answered while the gate is down."""
    whole.log.paused = True
    flag = await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **FLAG})
    assert flag.status == 202


async def test_the_inbox_hides_the_sender_from_the_answer_to_a_flag_on(whole):
    """P4, P5: the gate is down, so that what the projection says of the persons is not true any more."""
    _, _, row = await called(whole)
    assert row["avsandare"]
    await flagged_but_not_judged(whole)
    assert (await whole.delivered(UTSATT))["avsandare"] == ""


async def test_the_inbox_tells_the_reporter_to_the_statutory_recipient_whether_the_gate_is_down_or_not(whole):
    """B1."""
    await whole.publish(VC_RATTVIK, "orosanmalan", report())
    await flagged_but_not_judged(whole)
    assert (await whole.delivered(RATTVIK))["avsandare"] == "region-dalarna.vardcentral-rattvik"


async def test_a_log_that_cannot_be_asked_hides_names_and_never_fails_the_inbox(whole, monkeypatch):
    async def down(_partition):
        raise Unavailable("kafka")

    await called(whole)
    monkeypatch.setattr(whole.hub.log, "end", down)
    assert (await whole.delivered(UTSATT))["avsandare"] == ""


async def test_a_log_that_does_not_answer_is_not_waited_for_long(whole, monkeypatch):
    async def silent(_partition):
        await asyncio.Event().wait()

    await called(whole)
    monkeypatch.setattr(whole.hub.log, "end", silent)
    assert (await whole.delivered(UTSATT))["avsandare"] == ""


async def in_the_arende_of(whole: Whole, grupp: str) -> str:
    """Two units called in one matter; the alias by which the second knows it."""
    named = [unit("mora.vinr"), unit("rattvik.vinr")]
    await whole.publish(VC, "samtycke_lamnat", consent(mottagare=named))
    guests = [person("utsatt", ANNA), person("narstaende", BO)]
    await whole.publish(VC, "sip_kallelse", summons(mottagare=named, personer=guests))
    return (await whole.delivered(grupp))["arende"]


@pytest.mark.parametrize("whose", [ANNA, BO])
async def test_a_deviation_in_the_arende_of_somebody_protected_does_not_name_its_sender(whole, whose):
    """P5, A1: it names no person, but its reader knows the ärende by the same alias as the summons."""
    alias = await in_the_arende_of(whole, RATTVIK_UTSATT)
    await whole.publish(RATTVIK_UTSATT, "avvikelse", deviation(arende=alias))
    assert (await whole.delivered(UTSATT))["avsandare"] == "rattvik.vinr"
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", whose)], **FLAG})
    row = await whole.delivered(UTSATT)
    assert (row["typ"], row["avsandare"], row["avsandare_roll"]) == ("avvikelse", "", "vinr")


# ------------------------------------------------------------------------------------------------ opening


async def test_an_opening_shows_the_uppgifter_that_the_gate_let_through(whole):
    """B3."""
    _, receipt, row = await called(whole, halsa=[{"text": "journal"}])
    content = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert content["handelse_id"] == receipt.handelse_id
    assert content["uppgifter"] == {"/behov/0": "stöd i vardagen", "/syfte": "samordna insatser"}
    assert content["personer"] == [{"roll": "utsatt", "nummer": ANNA}]


async def test_what_is_withheld_is_invisible_to_the_recipient(whole):
    """T3: neither its path, nor its category, nor who else it concerns, nor who else received."""
    guardian = person("narstaende", "196811022380")
    personer = [person("utsatt", ANNA), guardian]
    _, _, row = await called(whole, personer=personer, halsa=[{"text": "journal"}])
    told = json.dumps(await whole.deliver.open(caller(UTSATT), row["leverans_id"]))
    for hidden in ("halsa", "journal", "narstaende", "undanh", "mottagare", guardian["personnummer"]):
        assert hidden not in told


async def test_elements_are_numbered_as_if_what_is_withheld_had_never_been(whole):
    """T3, K3: a gap in the numbers of an array would tell of it."""
    await whole.publish(VC, "samtycke_lamnat", consent(undantag={"uppgifter": ["hemlig"]}))
    needs = [{"text": "hemligt", "referens": "hemlig"}, *({"text": f"behov {number}"} for number in range(11))]
    await whole.publish(VC, "sip_kallelse", summons(behov=needs))
    row = await whole.delivered(UTSATT)
    content = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    shown = {vag: text for vag, text in content["uppgifter"].items() if vag.startswith("/behov/")}
    assert shown == {f"/behov/{number}": f"behov {number}" for number in range(11)}
    assert content["avser"].keys() == content["uppgifter"].keys()


async def test_each_opening_is_a_request_of_its_own_in_the_log(whole):
    _, _, row = await called(whole)
    before = len(await whole.records())
    for _ in range(2):
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert len(await whole.records()) == before + 2


async def test_nothing_opened_after_a_withdrawal_shows_content(whole):
    """K4."""
    given, _, row = await called(whole)
    await withdraw(whole, given.handelse_id)
    with pytest.raises(Forbidden) as forbidden:
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert forbidden.value.code == "ej-langre-tillganglig"


async def test_an_opening_appended_before_a_withdrawal_is_judged_before_it(whole):
    """DESIGN.md point 4: order in the log is order of judgement."""
    given, _, row = await called(whole)
    whole.log.paused = True
    with pytest.raises(Unavailable):
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    await withdraw(whole, given.handelse_id)
    with pytest.raises(Unavailable):
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    await whole.log.judge()
    verdicts = [json.loads(one.outcome)["dom"] for _, one in whole.hub.decisions() if one.typ == "oppning_begard"]
    assert verdicts == ["godtas", "avvisas"]


async def test_time_and_place_read_as_told_orally_once_somebody_is_protected(whole):
    """P1, P4: the flag came between sending and opening."""
    _, _, row = await called(whole, motestid="tisdag kl 10")
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **FLAG})
    content = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert content["uppgifter"]["/motestid"] == "meddelas muntligen"
    assert "tisdag" not in json.dumps(content)
    assert content["avsandare"] == ""


@pytest.mark.parametrize("grupp", [UTOVARE, VC, RATTVIK])
async def test_anothers_delivery_is_answered_as_one_that_does_not_exist_and_nothing_is_appended(whole, grupp):
    """Issue, part 4: no actor or reader group opens or acknowledges for another."""
    _, _, row = await called(whole)
    before = len(await whole.records())
    answers = []
    for leverans in (row["leverans_id"], UNKNOWN):
        for act in (
            whole.deliver.open(caller(grupp), leverans),
            whole.deliver.acknowledge(caller(grupp), leverans, "mottagen"),
        ):
            with pytest.raises(NotFound) as unknown:
                await act
            answers.append((unknown.value.code, unknown.value.detail, unknown.value.falt, unknown.value.values))
    assert len({repr(answer) for answer in answers}) == 1
    assert len(await whole.records()) == before


async def test_an_opening_that_is_not_judged_in_time_shows_nothing(whole):
    """503 without content."""
    _, _, row = await called(whole)
    whole.log.paused = True
    with pytest.raises(Unavailable) as late:
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert late.value.what == "grind"


async def test_an_opening_that_cannot_be_appended_shows_nothing(whole):
    _, _, row = await called(whole)
    whole.log.down = True
    with pytest.raises(Unavailable):
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])


async def test_a_delivery_whose_message_the_vault_has_lost_shows_nothing(whole):
    _, _, row = await called(whole)
    whole.vault._claims.clear()
    with pytest.raises(Unavailable):
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])


async def test_what_an_erased_person_had_reads_as_erased(whole):
    """The key died with the person; the log is as it was."""
    _, _, row = await called(whole)
    [known] = await whole.vault.find([f"nr:{ANNA}"])
    await MemoryErasing(whole.vault).erase("r", known.person_id)
    content = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert set(content["uppgifter"].values()) == {"raderad"}


async def test_a_report_shows_its_statutory_recipient_everything(whole):
    """B1."""
    await whole.publish(VC_RATTVIK, "orosanmalan", report(boende="hos mormor"))
    row = await whole.delivered(RATTVIK)
    content = await whole.deliver.open(caller(RATTVIK), row["leverans_id"])
    assert set(content["uppgifter"]) == {"/beskrivning", "/boende"}
    assert content["koder"] == {
        "akut_fara": False,
        "anmalarslag": "anmalningsskyldig",
        "misstanke": ["bevittnat_vald"],
        "kommun": "rattvik",
    }


async def test_where_a_child_stays_is_told_to_nobody_whom_no_consent_to_that_let_in(whole):
    """P2, V3: the school that the guardian let read about the child's situation."""
    family = [person("registrerad", DISA), person("vardnadshavare", BO)]
    custody = {"kalla": "folkbokforing", "datum": "2026-01-01", "provisoriskt": False}
    await whole.publish("mora.barn-unga.mottagning", "vardnad", {"personer": family, **custody})
    given = {"andamal": "barnskydd", "kategorier": ["barnets_situation"], "mottagare": [unit("mora.skola")]}
    await whole.publish(VC, "samtycke_lamnat", consent(personer=family, **given))
    sent = report(mottagare=[unit("mora.skola")], misstanke=["omsorgssvikt"], vistelsekommun="falun")
    await whole.publish(VC, "orosanmalan", sent)
    row = await whole.delivered("mora.skola.handlaggare")
    content = await whole.deliver.open(caller("mora.skola.handlaggare"), row["leverans_id"])
    assert content["uppgifter"] == {"/beskrivning": "oro för barnet"}
    assert content["koder"] == {"akut_fara": False, "anmalarslag": "anmalningsskyldig"}


async def test_the_suspects_consent_does_not_show_the_risk_to_the_exposed(whole):
    """V2, V3."""
    await whole.publish(UTOVARE, "samtycke_lamnat", consent(BO, andamal="riskbedomning", kategorier=["risk"]))
    assessment = {
        "personer": [person("utsatt", ANNA), person("misstankt", BO)],
        "mottagare": [unit("mora.vinr")],
        "metod": "FREDA",
        "niva": "mycket_hog",
        "bedomd_av": "u-1",
        "bedomd_tid": "2026-12-20T10:00:00+01:00",
        "sammanfattning": "mycket hög risk",
        "misstankts_situation": [{"text": "hotar"}],
    }
    await whole.publish(VC, "riskbedomning_delad", assessment)
    row = await whole.delivered(UTOVARE)
    content = await whole.deliver.open(caller(UTOVARE), row["leverans_id"])
    assert content["uppgifter"] == {"/misstankts_situation/0": "hotar"}
    assert content["koder"] == {}


async def test_a_consultation_shows_codes_that_identify_nobody(whole):
    """O2, B4: Rättvik has fewer inhabitants than the limit, so not even the municipality."""
    await whole.publish(VC_RATTVIK, "orosanmalan", report(boende="hos mormor"))
    row = await whole.delivered(BARNAHUS)
    content = await whole.deliver.open(caller(BARNAHUS), row["leverans_id"])
    assert content["koder"] == {"misstanke": ["bevittnat_vald"], "aldersklass": "0-11"}
    assert (content["personer"], content["uppgifter"], content["avsandare"]) == ([], {}, "")
    assert row["avsandare"] == ""


async def test_an_avvikelse_opens_for_its_parties(whole):
    """A1, A2."""
    await whole.publish(VC, "avvikelse", deviation())
    row = await whole.delivered(UTSATT)
    content = await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    assert content["uppgifter"] == {"/atgard": "ny rutin", "/beskrivning": "kallelsen kom för sent"}
    assert content["koder"]["lex_sarah"] == "galler_inte"


# ------------------------------------------------------------------------------------------------ kvittens


async def test_a_kvittens_is_an_event_and_shows_in_the_senders_outcome(whole):
    """O4, D1."""
    _, receipt, row = await called(whole)
    assert (await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], "mottagen")).status == 201
    await whole.deliver.open(caller(UTSATT), row["leverans_id"])
    await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], "overtagen", "mora.vinr")
    outcome = await whole.deliver.outcome(caller(VC), receipt.handelse_id)
    mine = next(one for one in outcome["mottagare"] if one["lasargrupp"] == UTSATT)
    assert [done["slag"] for done in mine["kvittenser"]] == ["mottagen", "overtagen"]
    assert mine["oppnad"] == whole.hub.clock.ms


async def test_what_was_never_opened_is_not_documented(whole):
    """D1."""
    _, _, row = await called(whole)
    receipt = await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], "dokumenterad")
    assert (receipt.status, receipt.dom) == (201, "avvisad")


@pytest.mark.parametrize(
    ("slag", "enhet", "expected"),
    [
        ("borttappad", "", ("ej-i-lista", "/slag")),
        ("overtagen", "falun.vinr", ("okand-enhet", "/enhet")),
        ("overtagen", "mora.ingen", ("okand-enhet", "/enhet")),
        ("mottagen", "mora.vinr", ("okand-enhet", "/enhet")),
    ],
)
async def test_a_kvittens_of_the_wrong_form_is_refused_before_the_append(whole, slag, enhet, expected):
    _, _, row = await called(whole)
    before = len(await whole.records())
    with pytest.raises(Refused) as refused:
        await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], slag, enhet)
    assert (refused.value.code, refused.value.falt) == expected
    assert len(await whole.records()) == before


@pytest.mark.parametrize("fault", [Unavailable("projektion"), TypeError("a bug")])
async def test_a_kvittens_that_is_appended_is_never_answered_with_an_error(whole, monkeypatch, fault):
    _, _, row = await called(whole)

    async def down(*_args):
        raise fault

    monkeypatch.setattr(whole.projection, "wait_judged", down)
    receipt = await whole.deliver.acknowledge(caller(UTSATT), row["leverans_id"], "mottagen")
    assert receipt.status == 202
    assert (await whole.deliver.outcome(caller(UTSATT), receipt.handelse_id))["dom"] == "godtas"
