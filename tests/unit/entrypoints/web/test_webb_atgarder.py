"""Operators act: the quarantine, planned stops, the list of telephone numbers, and what each of them is told in."""

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import NAMESPACE_OID, UUID, uuid5

import httpx
import pytest
from helahub import Hela
from hub import artefacts, person_id
from hubfakes import bearer
from sidohub import Paged

from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.domain.actors import Aktor, Enhet, Katalog
from samverkanshub.domain.atgarder import (
    SKAL,
    STOPP_PLANERAT,
    UPPTINING_FORESLAGEN,
    Atgard,
    Lage,
    standing,
)
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.tid import to_ms
from samverkanshub.entrypoints.http.stopp import FRESH_MS
from samverkanshub.entrypoints.web import atgardsord, karantanen, telefoner
from samverkanshub.entrypoints.web.atgardande import ELSE, FEL, REFUSED, STANDS_IN_THE_LOG
from samverkanshub.entrypoints.web.sidor import stopp
from samverkanshub.pipeline.driftatgarder import Besked
from samverkanshub.pipeline.karantan import Karantanpost
from samverkanshub.ports import QuarantineRow, Unavailable

ID, FORSLAG = str(uuid5(NAMESPACE_OID, "id")), str(uuid5(NAMESPACE_OID, "forslag"))
PAGES = ("/webb/drift/karantan", "/webb/drift/stopp", "/webb/telefonlista")
MINE = {"_av": "/drift.1", "_id": ID}
PROPOSED = Atgard(FORSLAG, UPPTINING_FORESLAGEN, 1_000, "drift.2", "felet_rattat", post=(0, 7))
STOP = Atgard(
    ID,
    STOPP_PLANERAT,
    1_000,
    "drift.1",
    "uppgradering",
    fran=to_ms("2026-11-24T06:00:00+01:00"),
    till=to_ms("2026-11-24T07:30:00+01:00"),
)
PERSON = person_id("anna")


def frozen(hub: Paged, *acts: Atgard) -> None:
    """A record freezes somebody, and operators have done this."""
    hub.says["quarantine"] = lambda: [QuarantineRow(7, "ej-avro", (PERSON,), hub.now_ms() - 65_000, b"")]
    hub.says["atgardslage"] = standing(acts)


# ------------------------------------------------------------------------------------------ in words


def test_every_act_and_every_reason_has_its_words() -> None:
    assert set(atgardsord.ATGARDER) == {*SKAL, "upptining", "regelverk_aktiverat", "radering"}
    assert set(atgardsord.SKAL) == {kod for reasons in SKAL.values() for kod in reasons}


def test_an_act_is_told_with_who_did_it_what_about_and_for_how_long_it_was_open() -> None:
    thawed = Atgard("u", "upptining", 61_000, "drift.1", "felet_rattat", foreslagen_av="drift.2", post=(0, 7))
    rules = Atgard("r", "regelverk_foreslaget", 90_000, "drift.2", "rattelse", regelverk="ab" * 32)
    told = atgardsord.done(standing([PROPOSED, thawed, rules, replace(STOP, tid=999)]), 100_000)
    assert [(one.vad, one.vem, one.galler, one.stand.text if one.stand else "") for one in told] == [
        ("Regelverk föreslaget", "drift.2", "regelverk abababababab", "öppet i 10 s"),
        ("Upptining godkänd", "drift.1, föreslagen av drift.2", "post 0/7", ""),
        ("Upptining föreslagen", "drift.2", "post 0/7", "avgjort efter 1 min"),
        ("Stopp planerat", "drift.1", "2026-11-24 kl. 06:00–07:30", f"öppet i {atgardsord.alder(99_001)}"),
    ]


def test_a_stop_that_is_over_is_open_no_more() -> None:
    [told] = atgardsord.done(standing([STOP]), STOP.till + 1)
    assert told.stand is not None
    assert told.stand.text.startswith("avgjort efter")
    assert atgardsord.done(standing([STOP]), STOP.till, most=0) == []


@pytest.mark.parametrize(
    ("till", "text"),
    [("2026-11-24T07:30:00+01:00", "07:30"), ("2026-11-25T07:30:00+01:00", "2026-11-25 kl. 07:30")],
)
def test_a_period_says_the_day_once_where_it_is_one(till: str, text: str) -> None:
    assert atgardsord.period(STOP.fran, to_ms(till)) == f"2026-11-24 kl. 06:00–{text}"


def test_a_stop_is_planned_until_it_has_begun() -> None:
    before, during = (atgardsord.stopps([STOP], nu)[0].text for nu in (STOP.fran - 1, STOP.fran))
    assert before == "Planerat driftstopp: 2026-11-24 kl. 06:00–07:30 (uppgradering)."
    assert during.startswith("Driftstopp pågår: ")


def post(offset: int, frysta: int = 1, orsak: str = "ej-avro", tid: int = 5_000) -> Karantanpost:
    return Karantanpost(0, offset, orsak, tid, 2, frysta)


def test_what_freezes_somebody_comes_first_the_oldest_of_it_first() -> None:
    found = karantanen.told([post(1, 0), post(9, tid=9_000), post(7)], Lage(), "drift.1", 10_000)
    assert [(one.offset, one.alder_ms) for one in found] == [(7, 5_000), (9, 1_000), (1, 5_000)]


@pytest.mark.parametrize(("vem", "eget"), [("drift.1", False), ("drift.2", True)])
def test_b7_who_proposed_a_redrive_is_told_so(vem: str, eget: bool) -> None:
    [found] = karantanen.told([post(7)], standing([PROPOSED]), vem, 11_000)
    assert found.forslag == karantanen.Forslag(FORSLAG, "drift.2", "felet är rättat", 10_000, eget)


def test_b7_afterwards_it_is_told_who_thawed_them() -> None:
    thawed = Atgard("u", "upptining", 61_000, "drift.1", foreslagen_av="drift.2", post=(0, 7))
    [found] = karantanen.told([post(7, 0)], standing([PROPOSED, thawed]), "drift.1", 70_000)
    assert (found.forslag, found.upptinad) == (None, ("drift.2 och drift.1", 61_000))


@pytest.mark.parametrize("kod", ["ej-avro", "ej-vikbar-keyerror", "ny-kod"])
def test_why_a_record_could_not_be_read_is_a_sentence(kod: str) -> None:
    assert karantanen.why(kod).endswith(".")


class Numbers:
    def number(self, kommun: str) -> str:
        return {"mora": "0250-1"}.get(kommun, "023-1")


def test_b1_each_municipality_has_whom_to_telephone_by_name() -> None:
    units = [
        Enhet(
            "mora.bu",
            "mora",
            "Barn",
            "barn_unga",
            "socialtjanst",
            territorium=("mora",),
            telefon="0250-2",
            oppettider="man-fre 08:00-16:30",
        ),
        Enhet(
            "mora.jour", "mora", "Jour", "socialjour", "socialtjanst", territorium=("mora", "orsa"), telefon="0250-3"
        ),
        Enhet("mora.vinr", "mora", "Våld", "vinr", "socialtjanst", territorium=("mora",)),
    ]
    actors = {id_: Aktor(id_, namn, "kommun") for id_, namn in (("orsa", "Orsa"), ("mora", "Mora"))}
    katalog = Katalog(actors, {unit.id: unit for unit in units}, {}, kommuner={"orsa": "orsa", "mora": "mora"})
    assert telefoner.told(katalog, Numbers()) == [
        telefoner.Kommun(
            "Mora",
            "0250-1",
            (telefoner.Nummer("0250-2", "mån-fre 08:00-16:30"),),
            (telefoner.Nummer("0250-3", ""),),
            (),
        ),
        telefoner.Kommun("Orsa", "023-1", (), (telefoner.Nummer("0250-3", ""),), ()),
    ]


# ------------------------------------------------------------------------------------------ who may see them


async def test_an_operator_sees_them_where_nothing_is_done_yet(operator: httpx.AsyncClient) -> None:
    for path in PAGES:
        answer = await operator.get(path)
        assert (answer.status_code, "aria-current" in answer.text) == (200, True), path


async def test_an_auditor_does_not(revisor: httpx.AsyncClient) -> None:
    assert [(await revisor.get(path)).status_code for path in PAGES] == [403, 403, 403]


async def test_who_is_not_logged_in_is_sent_to_do_that(browser: httpx.AsyncClient) -> None:
    for path in PAGES:
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/webb/logga-in"), path


async def test_an_actor_sees_the_telephone_list_alone(aktor: httpx.AsyncClient) -> None:
    found = [(await aktor.get(path)).status_code for path in PAGES]
    assert found == [403, 403, 200]
    page = (await aktor.get("/webb/telefonlista")).text
    assert "0250-26000" in page
    assert "112" in page


async def test_nobody_else_acts(aktor: httpx.AsyncClient) -> None:
    for path in ("karantan/foresla", "karantan/godkann", "karantan/avboj", "stopp", "stopp/hav"):
        assert (await aktor.post(f"/webb/drift/{path}", data=MINE)).status_code == 403, path


# ------------------------------------------------------------------------------------------ the quarantine


async def test_b7_the_page_says_how_many_why_and_how_old_and_never_who(operator: httpx.AsyncClient, hub: Paged) -> None:
    frozen(hub)
    page = (await operator.get("/webb/drift/karantan")).text
    for told in ("1 av 1", "1 min 5 s", "0/7", "ej-avro", "Föreslå upptining"):
        assert told in page, told
    assert PERSON not in page


async def test_b7_what_is_proposed_is_in_the_name_of_who_is_logged_in(operator: httpx.AsyncClient, hub: Paged) -> None:
    data = {**MINE, "partition": "0", "offset": "7", "skal": "felet_rattat", "vem": "drift.9"}
    answer = await operator.post("/webb/drift/karantan/foresla", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/webb/drift/karantan?gjort=foreslagen")
    assert hub.calls("foresla_upptining") == [[ID, "drift.1", (0, 7), "felet_rattat"]]
    assert "En annan operatör ska godkänna den." in (await operator.get(answer.headers["location"])).text


async def test_b7_another_ones_proposal_can_be_approved_or_declined(operator: httpx.AsyncClient, hub: Paged) -> None:
    frozen(hub, PROPOSED)
    page = (await operator.get("/webb/drift/karantan")).text
    assert ("Föreslagen av drift.2" in page, "karantan/godkann" in page, "Avböj" in page) == (True, True, True)
    await operator.post("/webb/drift/karantan/godkann", data={**MINE, "forslag": FORSLAG})
    await operator.post("/webb/drift/karantan/avboj", data={**MINE, "forslag": FORSLAG, "skal": "behover_utredas"})
    assert hub.calls("godkann_upptining") == [["drift.1", FORSLAG]]
    assert hub.calls("avboj") == [[ID, "drift.1", UPPTINING_FORESLAGEN, FORSLAG, "behover_utredas"]]


async def test_b7_ones_own_can_be_taken_back_and_not_approved(operator: httpx.AsyncClient, hub: Paged) -> None:
    frozen(hub, replace(PROPOSED, vem="drift.1"))
    page = (await operator.get("/webb/drift/karantan")).text
    assert ("karantan/godkann" in page, "Ta tillbaka" in page) == (False, True)
    hub.says["godkann_upptining"] = Forbidden("who proposed cannot approve", code="eget-forslag")
    answer = await operator.post("/webb/drift/karantan/godkann", data={**MINE, "forslag": FORSLAG})
    assert answer.status_code == 403
    assert FEL["eget-forslag"] in answer.text


async def test_what_did_not_go_is_told_in_words(operator: httpx.AsyncClient, hub: Paged) -> None:
    for says, status, text in (
        (NotFound("gone", code="inget-forslag"), 409, FEL["inget-forslag"]),
        (Conflict("old", code="regelverk-for-gammalt"), 409, FEL["regelverk-for-gammalt"]),
        (Besked(FORSLAG, "avvisas", ("ej-operator",)), 409, REFUSED),
        (Unavailable("kafka"), 503, "Hubben svarar inte"),
    ):
        hub.says["godkann_upptining"] = says
        answer = await operator.post("/webb/drift/karantan/godkann", data={**MINE, "forslag": FORSLAG})
        assert (answer.status_code, text in answer.text) == (status, True), text


async def test_what_the_gate_has_not_come_to_is_told_to_stand_in_the_log(
    operator: httpx.AsyncClient, hub: Paged
) -> None:
    hub.says["godkann_upptining"] = Besked(FORSLAG)
    answer = await operator.post(
        "/webb/drift/karantan/godkann", data={**MINE, "forslag": FORSLAG}, follow_redirects=True
    )
    assert STANDS_IN_THE_LOG in answer.text


async def test_what_is_lacking_or_another_ones_does_nothing(operator: httpx.AsyncClient, hub: Paged) -> None:
    whole = {**MINE, "partition": "0", "offset": "7", "skal": "felet_rattat"}
    for changed, status, text in (
        ({"skal": ""}, 422, FEL["saknas"]),
        ({"skal": "klart"}, 422, FEL["saknas"]),
        ({"offset": "-7"}, 409, ELSE),
        ({"_id": "1"}, 409, ELSE),
        ({"_av": "/drift.2"}, 409, "någon annan"),
    ):
        answer = await operator.post("/webb/drift/karantan/foresla", data={**whole, **changed})
        assert (answer.status_code, text in answer.text) == (status, True), changed
    assert hub.calls("foresla_upptining") == []


# ------------------------------------------------------------------------------------------ planned stops


async def test_b1_a_stop_is_planned_on_swedish_clocks(operator: httpx.AsyncClient, hub: Paged) -> None:
    data = {**MINE, "fran": "2026-11-24T06:00", "till": "2026-11-24T07:30", "skal": "uppgradering"}
    answer = await operator.post("/webb/drift/stopp", data=data)
    assert answer.headers["location"] == "/webb/drift/stopp?gjort=planerat"
    times = ["2026-11-24T06:00:00+01:00", "2026-11-24T07:30:00+01:00"]
    assert hub.calls("planera_stopp") == [[ID, "drift.1", *times, "uppgradering"]]


NOW = to_ms("2026-11-24T05:00:00+01:00")


@pytest.mark.parametrize(
    ("sent", "fel"),
    [
        ({}, {}),
        ({"fran": ""}, {"fran": stopp.TIME}),
        ({"till": "i morgon"}, {"till": stopp.TIME}),
        ({"till": "2026-11-24T06:00"}, {"till": stopp.BACKWARDS}),
        ({"fran": "2026-11-23T06:00", "till": "2026-11-23T07:00"}, {"till": stopp.OVER}),
        ({"fran": "", "till": "2026-11-23T07:00"}, {"fran": stopp.TIME, "till": stopp.OVER}),
        ({"skal": "klart"}, {"skal": FEL["saknas"]}),
    ],
)
def test_what_is_wrong_in_the_form_is_told_by_field(sent: dict[str, str], fel: dict[str, str]) -> None:
    whole = {"fran": "2026-11-24T06:00", "till": "2026-11-24T07:30", "skal": "flytt", **sent}
    assert stopp.wrong({name: [value] for name, value in whole.items()}, NOW) == fel


async def test_the_form_keeps_what_was_written_beside_what_is_wrong(operator: httpx.AsyncClient, hub: Paged) -> None:
    data = {**MINE, "fran": "2026-11-24T06:00", "till": "", "skal": "flytt"}
    answer = await operator.post("/webb/drift/stopp", data=data)
    assert answer.status_code == 422
    assert 'aria-describedby="till-hjalp till-fel" aria-invalid="true" autofocus' in answer.text
    assert 'value="2026-11-24T06:00"' in answer.text
    assert '<option value="flytt" selected>' in answer.text
    assert hub.calls("planera_stopp") == []


async def test_b1_a_stop_is_lifted_with_a_reason(operator: httpx.AsyncClient, hub: Paged) -> None:
    assert (await operator.post("/webb/drift/stopp/hav", data={**MINE, "stopp": FORSLAG})).status_code == 422
    answer = await operator.post("/webb/drift/stopp/hav", data={**MINE, "stopp": FORSLAG, "skal": "installt"})
    assert answer.headers["location"] == "/webb/drift/stopp?gjort=havt"
    assert hub.calls("hav_stopp") == [[ID, "drift.1", FORSLAG, "installt"]]


def planned(hub: Paged) -> None:
    now = hub.now_ms()
    hub.says["atgardslage"] = standing([replace(STOP, fran=now - 1_000, till=now + 3_600_000)])


async def test_b1_a_stop_is_told_on_every_page_of_actors_and_operators(
    open_browser: Callable[[], httpx.AsyncClient], hub: Paged
) -> None:
    planned(hub)
    for vem, path, told in (
        ("aktor/mora.vinr.utsatt", "/webb/inkorg", True),
        ("aktor/mora.vinr.utsatt", "/webb/skicka", True),
        ("operator/drift.1", "/webb/drift", True),
        ("revisor/mora/granskare.1", "/webb/granskning", False),
    ):
        browser = open_browser()
        await browser.post("/webb/logga-in", data={"vem": vem})
        page = (await browser.get(path)).text
        assert ("Driftstopp pågår" in page) == told, path
        assert ('href="/webb/telefonlista"' in page) == told, path


async def test_b1_what_was_known_is_told_where_no_server_answers(aktor: httpx.AsyncClient, hub: Paged) -> None:
    planned(hub)
    await aktor.get("/webb/inkorg")
    hub.says["atgardslage"] = hub.says["latest"] = Unavailable("projektion")
    hub.pass_time(FRESH_MS)
    answer = await aktor.get("/webb/inkorg")
    assert answer.status_code == 503
    assert "Driftstopp pågår" in answer.text


async def test_b1_agencies_systems_are_told_too(open_browser: Callable[[], httpx.AsyncClient], hub: Paged) -> None:
    planned(hub)
    browser = open_browser()
    [told] = (await browser.get("/halsa")).json()["stopp"]
    assert (told["pagar"], told["skal"], told["ring"]) == (True, "uppgradering", hub.number(""))
    hub.says["use_token"] = Unavailable("valv")
    problem = await browser.get("/inkorg", headers=bearer())
    assert problem.status_code == 503
    assert problem.json()["stopp"] == [told]


# ------------------------------------------------------------------------------------------ the page Drift


async def test_drift_tells_what_is_frozen_and_what_operators_did(operator: httpx.AsyncClient, hub: Paged) -> None:
    frozen(hub, PROPOSED)
    page = (await operator.get("/webb/drift")).text
    for told in ("Innehållet följer inte sitt schema.", "föreslagen av drift.2", "Upptining föreslagen", "öppet i"):
        assert told in page, told
    assert PERSON not in page


async def test_drift_says_where_it_does_not_know(operator: httpx.AsyncClient, hub: Paged) -> None:
    hub.says["quarantine"] = Unavailable("projektion")
    assert "Databasen svarar inte, så det är okänt." in (await operator.get("/webb/drift")).text


# ------------------------------------------------------------------------------------------ the whole way


async def test_b7_two_operators_thaw_whom_a_record_froze(hela: Hela) -> None:
    whole = hela.whole
    operators = tuple(Operator(vem, "2026-01-01") for vem in ("drift.1", "drift.2"))
    await whole.activated(artefacts_of(replace(regelverk_from(artefacts()), operatorer=operators)))
    whole.regelverk.found = replace(whole.regelverk.found, operatorer=operators)
    ids = b"".join(sorted(UUID(person_id(name)).bytes for name in ("anna", "bo")))
    await whole.hub.append_raw(b"no record", (("personer", ids),))
    await whole.log.judge()
    one, other = await hela.logged_in("operator/drift.1"), await hela.logged_in("operator/drift.2")
    shown = hidden((await one.get("/webb/drift/karantan")).text, "foresla")
    await one.post("/webb/drift/karantan/foresla", data={**shown, "skal": "felet_rattat"})
    shown = hidden((await other.get("/webb/drift/karantan")).text, "godkann")
    own = await one.post("/webb/drift/karantan/godkann", data={**shown, "_av": "/drift.1"})
    assert (own.status_code, FEL["eget-forslag"] in own.text) == (403, True)
    done = await other.post("/webb/drift/karantan/godkann", data=shown, follow_redirects=True)
    for told in ("0 av 2", "bedöms på nytt", "drift.1 och drift.2", "Upptining godkänd"):
        assert told in done.text, told


def hidden(page: str, form: str) -> dict[str, str]:
    """What a form sends by itself."""
    found = re.search(rf'action="/webb/drift/karantan/{form}".*?</form>', page, re.DOTALL)
    assert found
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', found[0]))
