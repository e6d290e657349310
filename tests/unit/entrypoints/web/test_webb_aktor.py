"""An agency without a system of its own: what it sends by form is judged as any system's, and it reads what comes."""

import logging
import re
from dataclasses import replace
from html import unescape
from typing import Any

import httpx
import pytest
from helahub import Hela
from intakehub import ANNA, BO, DISA, UTSATT, VC, VC_RATTVIK, caller, consent, report, summons
from sidohub import Paged

from samverkanshub.domain.errors import Conflict, HubError, Refused
from samverkanshub.domain.events import CONSENTS
from samverkanshub.entrypoints.http.entre import Entre
from samverkanshub.entrypoints.http.trangsel import Slag
from samverkanshub.entrypoints.web.inloggad import IDLE_MS
from samverkanshub.entrypoints.web.sidor.skicka import LARGEST
from samverkanshub.ports import Unavailable

PAGES = (
    *("/webb/inkorg", "/webb/att-gora", "/webb/skicka", "/webb/skickat", "/webb/skickat?urval=fragor"),
    *("/webb/skicka/orosanmalan", "/webb/skicka/misstankt"),
)
CHILD = {"personer/0/roll": "barn", "personer/0/slag": "personnummer", "personer/0/nummer": DISA}
REPORT = {**CHILD, "kommun": "rattvik", "beskrivning/text": "oro för barnet", "anmalarslag": "anmalningsskyldig"}
SIP = {
    "personer/0/roll": "utsatt",
    "personer/0/slag": "personnummer",
    "personer/0/nummer": ANNA,
    "mottagare": "enhet:mora.vinr",
    "delaktighet/satt": "deltar",
    "delaktighet/information": "muntligt",
    "behov/0/text": "stöd i vardagen",
}
ROW = {"typ": "orosanmalan", "slag": "meddelande", "leverans_id": "l", "handelse_id": "h", "arende": "a", "tid": 0}
RECEPTION = "rattvik.barn-unga.mottagning"


def said(answer: httpx.Response) -> str:
    """The page's text."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def hidden(answer: httpx.Response, name: str) -> str:
    """What an input of the page holds."""
    found = re.search(rf'name="{re.escape(name)}"[^>]* value="([^"]*)"', answer.text)
    assert found, name
    return unescape(found.group(1))


async def form(browser: httpx.AsyncClient, typ: str, **more: str) -> dict[str, str]:
    """The form as it is first shown, with what its button says."""
    page = await browser.get(f"/webb/skicka/{typ}")
    assert page.status_code == 200
    return {"_id": hidden(page, "_id"), "gor": "skicka", **more}


async def send(browser: httpx.AsyncClient, typ: str, data: dict[str, str]) -> httpx.Response:
    return await browser.post(f"/webb/skicka/{typ}", data={**await form(browser, typ), **data})


# ------------------------------------------------------------------------------------------------------ whose pages


@pytest.mark.parametrize("path", PAGES)
async def test_the_pages_are_the_actors_alone(aktor: httpx.AsyncClient, path: str) -> None:
    answer = await aktor.get(path)
    assert answer.status_code == 200
    assert "style=" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
async def test_no_other_role_gets_them(operator: httpx.AsyncClient, path: str) -> None:
    assert (await operator.get(path)).status_code == 403


@pytest.mark.parametrize("path", PAGES)
async def test_who_is_not_logged_in_is_sent_to_do_that(browser: httpx.AsyncClient, path: str) -> None:
    assert (await browser.get(path)).headers["location"] == "/webb/logga-in"


async def test_where_nothing_has_come_the_pages_say_so(aktor: httpx.AsyncClient) -> None:
    assert "Inget har kommit än" in said(await aktor.get("/webb/inkorg"))
    assert "Inget väntar på er" in said(await aktor.get("/webb/att-gora"))
    assert "Ni har inte skickat något än" in said(await aktor.get("/webb/skickat"))
    assert "Inget väntar på samtycke" in said(await aktor.get("/webb/skickat?urval=fragor"))


async def test_a_user_whose_group_is_of_no_actor_in_the_directory_is_out(hub: Paged, aktor: httpx.AsyncClient) -> None:
    hub.katalog = type(hub.katalog)({}, {}, {})
    assert (await aktor.get("/webb/inkorg")).status_code == 303


async def test_a_type_that_has_no_form_has_no_page(aktor: httpx.AsyncClient) -> None:
    for typ in ("plikt_steg", "regelverk_aktiverat", "finns-inte"):
        assert (await aktor.get(f"/webb/skicka/{typ}")).status_code == 404


# ---------------------------------------------------------------------------------------------------------- sending


async def test_a_report_sent_by_form_reaches_its_recipient_who_opens_and_acknowledges_it(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    answer = await send(mora, "orosanmalan", REPORT)
    assert answer.status_code == 200
    assert "Skickad och prövad" in said(answer)
    assert "Barn och unga, Rättvik" in said(answer)
    assert DISA not in answer.text
    sent = _id_of(answer)

    rattvik = await hela.browser(RECEPTION)
    listed = await rattvik.get("/webb/inkorg")
    assert "Orosanmälan" in said(listed)
    assert "oro för barnet" not in listed.text
    assert "Kvittera orosanmälan" in said(await rattvik.get("/webb/att-gora"))
    opened = await rattvik.post("/webb/inkorg/oppna", data={"leverans": hidden(listed, "leverans")})
    assert opened.status_code == 200
    assert "oro för barnet" in said(opened)
    assert DISA in said(opened)
    kvittens = {"leverans": hidden(opened, "leverans"), "_id": hidden(opened, "_id"), "slag": "mottagen"}
    for _ in range(2):
        answer = await rattvik.post("/webb/inkorg/kvittera", data=kvittens)
        assert "Kvitterat" in said(answer)
    outcome = await mora.post("/webb/skickat", data={"handelse": sent})
    assert said(outcome).count("Mottagaren har kvitterat leveransen.") == 1


def _id_of(answer: httpx.Response) -> str:
    found = re.search(r"<code>([0-9a-f-]{36})</code>", answer.text)
    assert found
    return found.group(1)


async def test_a_form_sent_twice_is_one_event(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    filled = {**await form(mora, "orosanmalan"), **REPORT}
    answers = [await mora.post("/webb/skicka/orosanmalan", data=filled) for _ in range(2)]
    assert len({_id_of(answer) for answer in answers}) == 1
    assert len(await hela.whole.records()) == 1


async def test_a_form_sent_again_with_other_content_is_told_calmly_and_sends_nothing(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    filled = {**await form(mora, "orosanmalan"), **REPORT}
    first = await mora.post("/webb/skicka/orosanmalan", data=filled)
    again = await mora.post("/webb/skicka/orosanmalan", data={**filled, "beskrivning/text": "mer oro"})
    assert again.status_code == 409
    assert "redan skickat, med annat innehåll" in said(again)
    assert "mer oro" in again.text
    assert hidden(again, "handelse") == _id_of(first)
    assert hidden(again, "_id") != filled["_id"]
    assert len(await hela.whole.records()) == 1


async def test_a_fault_is_named_beside_its_input_and_nothing_typed_is_lost(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    wrong = {**REPORT, "personer/0/nummer": "201705142395", "handelser/3/text": "slog", "handelser/3/kalla": "barn"}
    filled = {**await form(mora, "orosanmalan"), **wrong}
    answer = await mora.post("/webb/skicka/orosanmalan", data=filled)
    assert answer.status_code == 422
    assert 'href="#f-personer-0-nummer"' in answer.text
    assert re.search(r'id="f-personer-0-nummer"[^>]*f-personer-0-nummer-fel"[^>]*aria-invalid="true"', answer.text)
    assert "<title>Fel: Orosanmälan" in answer.text
    for typed in ("201705142395", "oro för barnet", "slog"):
        assert typed in answer.text
    assert hidden(answer, "_id") == filled["_id"]
    assert not await hela.whole.records()


@pytest.mark.parametrize(
    ("typ", "data", "plats"),
    [
        ("orosanmalan", {**REPORT, "kommun": ""}, "f-kommun"),
        ("orosanmalan", {**REPORT, "boende/text": "", "boende/kalla": "barn"}, "f-boende-text"),
        ("sip_kallelse", {**SIP, "mottagare": ""}, "f-mottagare-0"),
        ("sip_kallelse", {**SIP, "delaktighet/information": ""}, "f-delaktighet-information"),
        ("riskbedomning_delad", {**SIP, "bedomd_tid": "i går"}, "f-metod"),
        ("samtycke_lamnat", {"personer/0/roll": "registrerad"}, "f-andamal"),
        ("samtycke_aterkallat", {"samtycke": "nyss"}, "f-personer-0-nummer"),
        ("overlamning", {"arende": "", "till": "falun.vinr"}, "f-arende"),
        ("overlamning", {"arende": "ingens", "till": "falun.vinr"}, "f-arende"),
        ("samtycke_svar", {"meddelande": "11111111-1111-4111-8111-111111111111", "svar": "nekat"}, "f-meddelande"),
    ],
)
async def test_every_refusal_points_to_an_input(hela: Hela, typ: str, data: dict[str, str], plats: str) -> None:
    answer = await send(await hela.browser(UTSATT), typ, data)
    assert answer.status_code in (404, 422)
    assert f'href="#{plats}"' in answer.text
    assert f'id="{plats}"' in answer.text
    assert not await hela.whole.records()


async def test_all_that_is_missing_is_told_at_once(hela: Hela) -> None:
    answer = await send(await hela.browser(UTSATT), "riskbedomning_delad", {**SIP, "mottagare": "", "bedomd_av": ""})
    found = re.findall(r'href="#(f-[^"]*)"', answer.text)
    assert sorted(found) == ["f-bedomd_av", "f-bedomd_tid", "f-metod", "f-mottagare-0", "f-niva"]
    assert answer.text.count('aria-invalid="true"') == len(found)


async def test_who_must_report_need_not_say_so(hela: Hela) -> None:
    page = await (await hela.browser(UTSATT)).get("/webb/skicka/orosanmalan")
    assert 'value="anmalningsskyldig" selected' in page.text
    assert 'value="mora" selected' in page.text


async def test_what_the_gate_refuses_comes_back_to_be_changed(hela: Hela) -> None:
    data = {"samtycke": "11111111-1111-4111-8111-111111111111", **CHILD, "personer/0/roll": "registrerad"}
    answer = await send(await hela.browser(UTSATT), "samtycke_aterkallat", data)
    assert answer.status_code == 422
    assert "Det är inget samtycke av den personen" in said(answer)


async def test_more_rows_are_shown_without_a_script_and_what_was_typed_stays(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    filled = {**await form(mora, "orosanmalan"), **REPORT, "_rader/handelser": "1", "gor": "fler:handelser"}
    answer = await mora.post("/webb/skicka/orosanmalan", data=filled)
    assert answer.text.count('name="handelser/') == 2 * 4
    assert hidden(answer, "_rader/handelser") == "2"
    assert "oro för barnet" in answer.text
    assert hidden(answer, "_id") == filled["_id"]
    answer = await mora.post("/webb/skicka/orosanmalan", data={**filled, "_rader/handelser": "999"})
    assert answer.text.count('name="handelser/') == 100 * 4


async def test_without_a_key_kept_here_the_page_says_so_and_sends_nothing(hela: Hela) -> None:
    hela.nycklar.without.add("mora")
    mora = await hela.browser(UTSATT)
    assert "Er nyckel finns inte här" in said(await mora.get("/webb/skicka/orosanmalan"))
    answer = await send(mora, "orosanmalan", REPORT)
    assert answer.status_code == 422
    assert "oro för barnet" in answer.text
    assert not await hela.whole.records()


async def test_while_the_log_does_not_answer_the_form_stays_with_whom_to_telephone(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    filled = {**await form(mora, "orosanmalan"), **REPORT}
    hela.whole.log.down = True
    answer = await mora.post("/webb/skicka/orosanmalan", data=filled)
    assert answer.status_code == 503
    assert "Ring 0248-111" in said(answer)
    assert "oro för barnet" in answer.text
    hela.whole.log.down = False
    again = await mora.post("/webb/skicka/orosanmalan", data={**filled, "_id": hidden(answer, "_id")})
    assert "Skickad och prövad" in said(again)


async def test_while_nothing_is_judged_the_receipt_says_whom_to_telephone(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    filled = {**await form(mora, "orosanmalan"), **REPORT}
    hela.whole.log.paused = True
    answer = await mora.post("/webb/skicka/orosanmalan", data=filled)
    assert "Mottagen, och prövas" in said(answer)
    assert "Ring 0248-111" in said(answer)


async def test_where_the_hub_does_not_even_know_who_asks_the_form_is_given_back_with_whom_to_telephone(
    hela: Hela,
) -> None:
    mora = await hela.browser(UTSATT)
    hela.whole.regelverk.active = False
    answer = await mora.post("/webb/skicka/orosanmalan", data={**REPORT, "gor": "skicka"})
    assert answer.status_code == 503
    assert "Ring 023-111" in said(answer)
    assert hidden(answer, "beskrivning/text") == "oro för barnet"
    assert "oro för barnet" not in (await mora.get("/webb/skicka/orosanmalan")).text


async def test_who_has_been_logged_out_while_writing_gets_back_what_was_written(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    filled = {**await form(mora, "orosanmalan"), **REPORT}
    hela.whole.hub.clock.ms += IDLE_MS
    answer = await mora.post("/webb/skicka/orosanmalan", data=filled)
    assert answer.status_code == 401
    assert {name: hidden(answer, name) for name in filled} == filled
    assert not await hela.whole.records()
    forged = await mora.post("/webb/skicka/orosanmalan", data=filled, headers={"sec-fetch-site": "cross-site"})
    assert forged.status_code == 403
    assert "oro för barnet" not in forged.text


async def test_what_somebody_else_had_written_is_not_sent_as_ones_own(hela: Hela) -> None:
    """Who was logged out gets it back in the page, and another logs in in the same browser before it is sent again."""
    mora, other = await hela.browser(UTSATT), await hela.browser(VC_RATTVIK)
    filled = {**await form(mora, "orosanmalan"), **REPORT}
    filled["_av"] = hidden(await mora.get("/webb/skicka/orosanmalan"), "_av")
    answer = await other.post("/webb/skicka/orosanmalan", data=filled)
    assert (answer.status_code, "skrevs av någon annan" in said(answer)) == (409, True)
    assert not await hela.whole.records()
    mine = {**filled, "_av": hidden(answer, "_av"), "_id": hidden(answer, "_id")}
    assert "Skickad och prövad" in said(await other.post("/webb/skicka/orosanmalan", data=mine))


async def test_what_somebody_else_would_acknowledge_is_not_done_in_ones_own_name(
    hub: Paged, aktor: httpx.AsyncClient
) -> None:
    data = {"leverans": "11111111-1111-4111-8111-111111111111", "slag": "mottagen", "_av": "mora.vinr.utsatt/x"}
    answer = await aktor.post("/webb/inkorg/kvittera", data=data)
    assert (answer.status_code, "skrevs av någon annan" in said(answer)) == (409, True)
    assert not hub.calls("acknowledge")


async def test_nothing_that_is_typed_stands_in_an_address_or_a_log(
    hela: Hela, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    mora = await hela.browser(UTSATT)
    page = await mora.get("/webb/skicka/orosanmalan")
    assert re.findall(r'method="(\w+)"', page.text) == ["post"] * page.text.count("<form")
    for gor in ("bedom", "skicka"):
        answer = await mora.post("/webb/skicka/orosanmalan", data={**REPORT, "gor": gor})
        assert not answer.url.query
        assert all(address.count("/") <= 4 for address in re.findall(r'(?:href|action)="(/webb[^"]*)"', answer.text))
    logged = caplog.text + capsys.readouterr().out
    assert DISA not in logged
    assert "oro" not in logged.replace("orosanmalan", "")


# -------------------------------------------------------------------------------------------------------- asked about


async def test_while_writing_one_reads_who_would_get_what_and_why_not(hela: Hela) -> None:
    vc = await hela.browser(VC)
    asked = {**await form(vc, "sip_kallelse"), **SIP, "gor": "bedom"}
    part = await vc.post("/webb/skicka/sip_kallelse", data=asked, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "levereras inte" in said(part)
    assert "Det finns inget samtycke för uppgiften" in said(part)
    assert "Fråga den utsatta om samtycke" in said(part)
    assert ANNA not in part.text
    whole = await vc.post("/webb/skicka/sip_kallelse", data=asked)
    assert "levereras inte" in said(whole)
    assert hidden(whole, "_id") == asked["_id"]
    assert not await hela.whole.records()


async def test_what_is_not_filled_in_yet_is_told_beside_the_form_and_the_telephone_follows_the_municipality(
    hela: Hela,
) -> None:
    mora = await hela.browser(UTSATT)
    asked = {**REPORT, "personer/0/nummer": "", "gor": "bedom"}
    part = await mora.post("/webb/skicka/orosanmalan", data=asked, headers={"hx-request": "true"})
    assert part.status_code == 200
    assert "Det går inte att säga än" in said(part)
    assert 'id="ring" hx-swap-oob="true"' in part.text
    assert "Ring 0248-111" in said(part)


async def test_a_consent_is_nothing_to_try_out(hela: Hela) -> None:
    answer = await (await hela.browser(VC)).post("/webb/skicka/samtycke_lamnat", data={"gor": "bedom"})
    assert "Får jag skicka detta" not in said(answer)


# ------------------------------------------------------------------------------------------ consents and handovers


async def test_a_consent_request_is_answered_from_what_was_sent(hela: Hela) -> None:
    vc = await hela.browser(VC)
    sent = await send(vc, "sip_kallelse", SIP)
    assert "Ingen har fått något av det än" in said(sent)
    prefilled = await vc.post(
        "/webb/skicka/samtycke_lamnat",
        data={name: hidden(sent, name) for name in ("andamal", "mottagare")} | {"kategorier": ["behov", "identitet"]},
    )
    assert re.search(r'value="enhet:mora.vinr" selected', prefilled.text)
    assert re.search(r'name="kategorier" value="identitet" checked', prefilled.text)
    given = consent(kategorier=["behov", "identitet"])
    registered: dict[str, Any] = {
        "_id": hidden(prefilled, "_id"),
        "gor": "skicka",
        "personer/0/roll": "registrerad",
        "personer/0/slag": "personnummer",
        "personer/0/nummer": ANNA,
        "andamal": "sip",
        "mottagare": "enhet:mora.vinr",
        "kategorier": given["kategorier"],
        "fran": "2026-12-01T00:00",
        "till": "2027-06-01T00:00",
        "form": "skriftligt",
        "enskilt": "ja",
        "narvarande": "ingen",
        "tolk": "ingen",
    }
    assert "Skickad och prövad" in said(await vc.post("/webb/skicka/samtycke_lamnat", data=registered))
    answered = await send(
        vc, "samtycke_svar", {"meddelande": _id_of(sent), "svar": "lamnat", "av_roll": "utsatt", "slapp": "ja"}
    )
    assert "Skickad och prövad" in said(answered)
    outcome = await vc.post("/webb/skickat", data={"handelse": _id_of(sent)})
    assert "Får: Behov 1" in said(outcome)


async def test_what_waits_for_consent_is_found_among_what_was_sent_and_refused_there(hela: Hela) -> None:
    vc = await hela.browser(VC)
    await send(vc, "sip_kallelse", SIP)
    waits = await vc.get("/webb/skickat?urval=fragor")
    assert "Fråga om samtycke" in said(waits)
    one = await vc.post("/webb/skickat", data={"handelse": hidden(waits, "handelse")})
    asked = await vc.post("/webb/skicka/samtycke_svar", data={n: hidden(one, n) for n in ("meddelande", "av_roll")})
    answer = {name: hidden(asked, name) for name in ("meddelande", "_id")} | {"svar": "nekat", "gor": "skicka"}
    assert "Skickad och prövad" in said(await vc.post("/webb/skicka/samtycke_svar", data=answer))
    assert "Inget väntar på samtycke" in said(await vc.get("/webb/skickat?urval=fragor"))


async def test_a_consent_is_changed_from_the_list_of_ones_own_and_begins_as_it_is(hela: Hela) -> None:
    await hela.whole.publish(VC, "samtycke_lamnat", consent())
    vc, mora = await hela.browser(VC), await hela.browser(UTSATT)
    listed = await vc.get("/webb/skickat?urval=samtycken")
    assert "Till: Våld i nära relationer, Mora" in said(listed)
    assert "Samtycket är registrerat." in said(listed)
    for typ in ("samtycke_andrat", "samtycke_aterkallat", "samtycke_makulerat"):
        assert f'action="/webb/skicka/{typ}"' in listed.text
    assert ANNA not in listed.text
    named = {"samtycke": hidden(listed, "samtycke")}
    form = await vc.post("/webb/skicka/samtycke_andrat", data=named)
    assert hidden(form, "fran") == "2026-12-01T00:00"
    assert re.search(r'value="enhet:mora.vinr" selected', form.text)
    assert re.search(r'name="kategorier" value="behov" checked', form.text)
    assert hidden(form, "personer/0/nummer") == ""
    assert re.search(r'name="enskilt" value="ja"(?! checked)', form.text), "how it was given is told anew (K11)"
    assert hidden(form, "samtycke") == named["samtycke"]
    others = await mora.post("/webb/skicka/samtycke_andrat", data=named)
    assert hidden(others, "fran") == ""
    assert ANNA not in form.text


async def test_a_message_is_no_consent_to_begin_from(hub: Paged, aktor: httpx.AsyncClient) -> None:
    hub.says["own"] = {"typ": "sip_kallelse", "koder": {}, "roller": []}
    data = {"samtycke": "11111111-1111-4111-8111-111111111111"}
    assert hidden(await aktor.post("/webb/skicka/samtycke_andrat", data=data), "fran") == ""


async def test_what_was_sent_is_listed_with_what_became_of_it_and_what_can_be_done(hela: Hela) -> None:
    mora = await hela.browser(UTSATT)
    await send(mora, "orosanmalan", REPORT)
    listed = await mora.get("/webb/skickat")
    assert "Barn och unga, Rättvik, Mottagningsgruppen levererad" in said(listed)
    for typ in ("aterkallelse", "samtal_noterat", "orosanmalan"):
        assert f'action="/webb/skicka/{typ}"' in listed.text
    for secret in (DISA, "oro för barnet"):
        assert secret not in listed.text
    rattvik = await hela.browser(RECEPTION)
    await rattvik.post("/webb/inkorg/oppna", data={"leverans": hidden(await rattvik.get("/webb/inkorg"), "leverans")})
    assert "Leveransen öppnades" in said(await mora.get("/webb/skickat"))
    assert "Ni har inte skickat något än" in said(await rattvik.get("/webb/skickat"))


async def test_a_report_that_cannot_be_read_says_so_and_whom_to_telephone(hub: Paged, aktor: httpx.AsyncClient) -> None:
    """B1, B7."""
    row = {"handelse_id": "h", "typ": "orosanmalan", "status": "karantan", "ring": "0243-70000", "tid": 0}
    refused = {**row, "status": "dom", "dom": "avvisas", "skal": [{"regel": "K4", "kod": "okant-samtycke"}], "ring": ""}
    hub.says["sent"] = {"rader": [row, refused], "markor": ""}
    told = said(await aktor.get("/webb/skickat"))
    assert "Kunde inte läsas av hubben Ring 0243-70000." in told
    assert "Avvisad Det samtycke som anges är inte ett av denna persons." in told


# ------------------------------------------------------------------------------------------------ facts about persons


FACT = {"personer/0/roll": "registrerad", "personer/0/slag": "personnummer", "personer/0/nummer": ANNA}


async def test_a_protection_is_raised_by_form_and_binds(hela: Hela) -> None:
    vc = await hela.browser(VC)
    page = await vc.get("/webb/skicka/skydd")
    assert "Det gäller så snart det är skickat" in said(page)
    assert 'name="provisoriskt" value="ja" checked' in page.text
    data = {**FACT, "niva": "sekretessmarkering", "provisoriskt": "ja", "kalla": "uppgift_fran_enskild"}
    answer = await send(vc, "skydd", data)
    assert answer.status_code == 200
    assert ANNA not in answer.text
    asked = await vc.post("/webb/skicka/sip_kallelse", data={**SIP, "motestid/text": "i morgon", "gor": "bedom"})
    assert "begränsad krets" in said(asked) or "muntligen" in said(asked)
    assert "Skyddade personuppgifter" in said(await vc.get("/webb/skickat?urval=personer"))


async def test_a_suspicion_is_registered_by_who_may_and_named_by_nothing_after(hela: Hela) -> None:
    """F1, V6."""
    data = {**FACT, "personer/1/roll": "misstankt", "personer/1/slag": "personnummer", "personer/1/nummer": BO}
    data |= {"kalla": "polisanmalan", "granskas": "2027-01-31"}
    mora, vc = await hela.browser(UTSATT), await hela.browser(VC)
    answer = await send(mora, "misstankt", data)
    assert answer.status_code == 200
    assert not {ANNA, BO} & set(re.findall(r"\d{12}", answer.text))
    assert "/webb/skicka/misstankt" in (await mora.get("/webb/skicka")).text
    assert "/webb/skicka/misstankt" not in (await vc.get("/webb/skicka")).text
    assert "får inte registrera det här" in said(await vc.get("/webb/skicka/misstankt"))
    refused = await send(vc, "misstankt", data)
    assert (refused.status_code, "får inte registrera" in said(refused)) == (422, True)


@pytest.mark.parametrize(
    ("typ", "data", "plats"),
    [
        ("skydd", {**FACT, "niva": "ingen", "kalla": "folkbokforing", "provisoriskt": "ja"}, "f-niva"),
        ("skydd", {**FACT, "niva": "sekretessmarkering", "kalla": "folkbokforing"}, "f-provisoriskt"),
        ("skydd", {**FACT, "niva": "sekretessmarkering", "kalla": "folkbokforing", "granskas": "snart"}, "f-granskas"),
        ("vardnad", {**FACT, "kalla": "domstol", "datum": "2026-01-01", "provisoriskt": "ja"}, "f-personer-0-nummer"),
        ("hushall", {**FACT, "kalla": "folkbokforing"}, "f-datum"),
        ("mognad", {**FACT, "kalla": "samtal", "datum": "2026-01-01", "andamal": "sip"}, "f-mogen"),
        ("utskrivningsklar", {**FACT, "tidpunkt": "2026-12-01T10:00"}, "f-fast_vardkontakt"),
    ],
)
async def test_what_is_wrong_with_a_fact_is_told_where_it_is(
    hela: Hela, typ: str, data: dict[str, str], plats: str
) -> None:
    answer = await send(await hela.browser(VC), typ, data)
    assert answer.status_code == 422
    assert f'href="#{plats}"' in answer.text
    assert not await hela.whole.records()


async def test_a_handover_is_asked_from_the_inbox_and_answered_from_the_duty(hela: Hela) -> None:
    await hela.whole.publish(VC, "samtycke_lamnat", consent())
    await hela.whole.publish(VC, "sip_kallelse", summons())
    mora, other = await hela.browser(UTSATT), await hela.browser("mora.ekonomiskt-bistand.handlaggare")
    inbox = await mora.get("/webb/inkorg")
    assert inbox.text.count("Lämna över") == 1
    asked = await mora.post("/webb/skicka/overlamning", data={"arende": hidden(inbox, "arende")})
    filled = {"arende": hidden(asked, "arende"), "_id": hidden(asked, "_id"), "gor": "skicka"}
    answer = await mora.post("/webb/skicka/overlamning", data={**filled, "till": "mora.ekonomiskt-bistand"})
    assert "Skickad och prövad" in said(answer)
    assert "En annan enhet är tillfrågad" in said(await other.get("/webb/inkorg"))
    listed = await other.get("/webb/att-gora")
    assert "Lämna över ärendet" not in said(listed)
    prefilled = await other.post(
        "/webb/skicka/overlamning_svar", data={name: hidden(listed, name) for name in ("arende", "overlamning")}
    )
    yes = {name: hidden(prefilled, name) for name in ("arende", "overlamning", "_id")}
    answer = await other.post("/webb/skicka/overlamning_svar", data={**yes, "svar": "godtas", "gor": "skicka"})
    assert "Skickad och prövad" in said(answer)


async def test_who_is_responsible_meanwhile_is_proposed_and_answered_from_the_duty(hela: Hela) -> None:
    deviation = {"mottagare": f"enhet:{VC.rpartition('.')[0]}", "slag": "samverkan", "mellan_huvudman": "ja"}
    deviation |= {"lex_sarah": "ej_bedomt", "lex_maria": "galler_inte", "beskrivning/text": "ingen tog över"}
    mora, vc = await hela.browser(UTSATT), await hela.browser(VC)
    assert "Skickad och prövad" in said(await send(mora, "avvikelse", deviation))
    duties = await mora.get("/webb/att-gora")
    asked = await mora.post("/webb/skicka/ansvar_forslag", data={"arende": hidden(duties, "arende")})
    proposal = {"arende": hidden(asked, "arende"), "enhet": "mora.vinr", "_id": hidden(asked, "_id"), "gor": "skicka"}
    assert "Skickad och prövad" in said(await mora.post("/webb/skicka/ansvar_forslag", data=proposal))
    assert "Det gäller Våld i nära relationer, Mora" in said(await vc.get("/webb/inkorg"))
    listed = await vc.get("/webb/att-gora")
    filled = {name: hidden(listed, name) for name in ("arende", "forslag")}
    asked = await vc.post("/webb/skicka/ansvar_svar", data=filled)
    yes = {name: hidden(asked, name) for name in ("arende", "forslag", "_id")} | {"svar": "godtas", "gor": "skicka"}
    assert "Skickad och prövad" in said(await vc.post("/webb/skicka/ansvar_svar", data=yes))


# ---------------------------------------------------------------------------------------------------------- reading


async def test_what_is_not_ones_own_is_not_told_from_what_does_not_exist(hela: Hela) -> None:
    await hela.whole.publish(VC_RATTVIK, "orosanmalan", report())
    page = await hela.whole.deliver.inbox(caller(RECEPTION), "", 10)
    theirs, mora = page["rader"][0], await hela.browser(UTSATT)
    for leverans in (theirs["leverans_id"], "11111111-1111-4111-8111-111111111111", "inget"):
        answer = await mora.post("/webb/inkorg/oppna", data={"leverans": leverans})
        assert (answer.status_code, "inget här som ni kan öppna" in said(answer)) == (404, True)
        answer = await mora.post("/webb/inkorg/kvittera", data={"leverans": leverans, "slag": "mottagen"})
        assert "Leveransen är inte er" in said(answer)
    for handelse in (theirs["handelse_id"], "11111111-1111-4111-8111-111111111111", "inget"):
        answer = await mora.post("/webb/skickat", data={"handelse": handelse})
        assert (answer.status_code, "inte skickat någon händelse" in said(answer)) == (404, True)


async def test_a_number_for_an_event_is_not_shown_again(aktor: httpx.AsyncClient) -> None:
    answer = await aktor.post("/webb/skickat", data={"handelse": ANNA})
    assert (answer.status_code, ANNA in answer.text) == (404, False)


async def test_a_kvittens_that_says_nothing_is_asked_again(hela: Hela) -> None:
    await hela.whole.publish(VC_RATTVIK, "orosanmalan", report())
    page = await hela.whole.deliver.inbox(caller(RECEPTION), "", 10)
    rattvik, leverans = await hela.browser(RECEPTION), page["rader"][0]["leverans_id"]
    answer = await rattvik.post("/webb/inkorg/kvittera", data={"leverans": leverans})
    assert (answer.status_code, "Välj vad ni kvitterar" in said(answer)) == (422, True)
    data = {"leverans": leverans, "slag": "overtagen", "enhet": "mora.vinr"}
    answer = await rattvik.post("/webb/inkorg/kvittera", data=data)
    assert (answer.status_code, "era egna enheter" in said(answer)) == (422, True)


async def test_another_kvittens_from_the_same_page_is_a_choice_to_make_again(hela: Hela) -> None:
    """Who goes back, and takes over what was first received."""
    await hela.whole.publish(VC_RATTVIK, "orosanmalan", report())
    rattvik = await hela.browser(RECEPTION)
    listed = await rattvik.get("/webb/inkorg")
    opened = await rattvik.post("/webb/inkorg/oppna", data={"leverans": hidden(listed, "leverans")})
    data = {"leverans": hidden(opened, "leverans"), "_id": hidden(opened, "_id"), "slag": "mottagen"}
    assert "Kvitterat" in said(await rattvik.post("/webb/inkorg/kvittera", data=data))
    again = await rattvik.post("/webb/inkorg/kvittera", data={**data, "slag": "overtagen"})
    assert (again.status_code, "redan kvitterat härifrån" in said(again)) == (409, True)
    assert 'value="overtagen" checked' in again.text
    answer = await rattvik.post(
        "/webb/inkorg/kvittera", data={**data, "slag": "overtagen", "_id": hidden(again, "_id")}
    )
    assert (answer.status_code, "Kvitterat" in said(answer)) == (200, True)


async def test_a_kvittens_whose_id_is_none_gets_one(hela: Hela) -> None:
    await hela.whole.publish(VC_RATTVIK, "orosanmalan", report())
    rattvik = await hela.browser(RECEPTION)
    data = {"leverans": hidden(await rattvik.get("/webb/inkorg"), "leverans"), "slag": "mottagen", "_id": "inget"}
    answer = await rattvik.post("/webb/inkorg/kvittera", data=data)
    assert (answer.status_code, "inte er" in said(answer), "inget är kvitterat" in said(answer)) == (422, False, True)
    answer = await rattvik.post("/webb/inkorg/kvittera", data={**data, "_id": hidden(answer, "_id")})
    assert answer.status_code == 200


async def test_a_kvittens_that_no_server_took_is_given_back(hub: Paged, aktor: httpx.AsyncClient) -> None:
    hub.says["acknowledge"] = Unavailable("logg")
    data = {"leverans": "11111111-1111-4111-8111-111111111111", "slag": "overtagen", "_id": "x"}
    answer = await aktor.post("/webb/inkorg/kvittera", data=data)
    assert answer.status_code == 503
    assert {name: hidden(answer, name) for name in data} == data


@pytest.mark.parametrize(("error", "words"), [(Conflict("x"), "Redan gjort"), (Refused("x"), "går inte att använda")])
async def test_what_was_refused_is_not_told_as_a_fault_of_the_hubs(
    hub: Paged, aktor: httpx.AsyncClient, error: HubError, words: str
) -> None:
    hub.says["latest"] = error
    answer = await aktor.get("/webb/inkorg")
    assert (words in said(answer), "antecknat" in said(answer)) == (True, False)


async def test_an_opening_that_nobody_judges_in_time_is_told_as_that(hub: Paged, aktor: httpx.AsyncClient) -> None:
    hub.says["open"] = Unavailable("grind")
    answer = await aktor.post("/webb/inkorg/oppna", data={"leverans": "11111111-1111-4111-8111-111111111111"})
    assert answer.status_code == 503
    assert "Hubben svarar inte" in said(answer)


async def test_a_long_inbox_has_more_pages(hub: Paged, aktor: httpx.AsyncClient) -> None:
    hub.says["latest"] = {"rader": [ROW] * 100, "markor": "vidare+1"}
    assert 'href="/webb/inkorg?markor=vidare%2B1"' in (await aktor.get("/webb/inkorg")).text
    await aktor.get("/webb/inkorg", params={"markor": "vidare+1"})
    assert hub.calls("latest")[-1][1:] == ["vidare+1", 100]


@pytest.mark.parametrize(
    ("left_s", "gjort", "duty", "words", "not_words"),
    [
        (60, {}, True, ("Ny", "snart"), ("tiden har gått", "Öppna igen")),
        (-60, {"oppnad": 1}, True, ("tiden har gått", "Öppnad 1970", "Öppna igen"), ("snart", "Ny ")),
        (7200, {}, True, ("Ny",), ("snart", "tiden har gått")),
        (-60, {"mottagen": 1, "dokumenterad": 2, "oppnad": 1}, False, ("Kvitterad 1970",), ("tiden har gått",)),
    ],
)
async def test_a_row_says_whether_it_is_opened_acknowledged_and_due(
    hub: Paged,
    aktor: httpx.AsyncClient,
    left_s: int,
    gjort: dict[str, int],
    duty: bool,
    words: tuple[str, ...],
    not_words: tuple[str, ...],
) -> None:
    """O4: the time counts as long as somebody must still acknowledge it."""
    hub.says["latest"] = {
        "rader": [{**ROW, "frist": hub.now_ms() + left_s * 1000, "gjort": gjort}],
        "markor": "",
    }
    owed = {"slag": "o4.kvittens", "roll": "delar", "avser": "l", "arende": "a"}
    hub.says["of"] = {"rader": [owed] if duty else [], "markor": ""}
    told = said(await aktor.get("/webb/inkorg"))
    assert [word for word in words if word not in told] == []
    assert [word for word in not_words if word in told] == []


async def test_a_long_list_of_what_was_sent_has_more_pages_of_the_same_kind(
    hub: Paged, aktor: httpx.AsyncClient
) -> None:
    hub.says["sent"] = {"rader": [], "markor": "vidare"}
    told = await aktor.get("/webb/skickat", params={"urval": "fragor"})
    assert 'href="/webb/skickat?urval=fragor&amp;markor=vidare"' in told.text
    assert "Inget av det senaste" in said(told)
    await aktor.get("/webb/skickat", params={"urval": "samtycken", "markor": "vidare"})
    _, typer, markor, _, waiting = hub.calls("sent")[-1]
    assert (typer, markor, waiting) == (CONSENTS, "vidare", False)
    assert (await aktor.get("/webb/skickat", params={"urval": "annat"})).status_code == 404


@pytest.mark.parametrize("path", ["/webb/inkorg", "/webb/att-gora"])
async def test_a_later_page_of_a_list_leads_back_to_its_first(aktor: httpx.AsyncClient, path: str) -> None:
    answer = await aktor.get(path, params={"markor": "vidare+1"})
    assert f'<a href="{path}">Från början</a>' in answer.text


async def test_a_form_larger_than_any_event_is_not_read(aktor: httpx.AsyncClient) -> None:
    answer = await aktor.post("/webb/skicka/orosanmalan", data={"beskrivning/text": "x" * LARGEST})
    assert answer.status_code == 413
    assert "xxx" not in answer.text


async def test_where_there_is_too_much_to_do_the_form_is_given_back_with_whom_to_telephone(
    aktor: httpx.AsyncClient, entre: Entre
) -> None:
    entre.dorren.hall.granser = replace(entre.dorren.hall.granser, sidor=1)
    assert entre.dorren.hall.plats(Slag.SIDA, 1).enter() is None
    answer = await aktor.post("/webb/skicka/orosanmalan", data=REPORT)
    assert answer.status_code == 429
    assert "Ring 0243-70000" in said(answer)
    assert {name: hidden(answer, name) for name in REPORT} == REPORT


# ------------------------------------------------------------------------------------------------------------- to harm


@pytest.mark.parametrize("known", [True, False])
async def test_a_form_of_more_inputs_than_any_of_ours_is_not_read_and_not_given_back(hela: Hela, known: bool) -> None:
    mora = await hela.browser(UTSATT)
    if not known:
        mora.cookies.clear()
    answer = await mora.post("/webb/skicka/orosanmalan", data={f"a{n}": "b" for n in range(3_000)})
    assert answer.status_code == (413 if known else 303)
    assert answer.text.count("<input") <= 1
