"""API1: what is another's is answered as what does not exist: status, headers and body alike, on every route.

Of two actors, two reader groups of one actor, two auditors; and V7: of a barred employee.
"""

from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from angripare import KOLLEGA_GRUPP, SANDARE, A, B, Dorr, form
from auditing import auditor
from intakehub import ANNA, called, consent, deviation, summons, unit
from rutter import ACTOR, API, AUDITOR

NOBODYS = str(uuid5(NAMESPACE_OID, "nobody's"))
OTHERS = (KOLLEGA_GRUPP, B)
"""Another reader group of the same actor, which works with who uses violence, and another actor's."""


@dataclass
class Agda:
    """What A and the sender have: ids that others try."""

    leverans: str
    handelse: str
    samtycke: str
    alias: str
    markor: str
    pliktmarkor: str


@pytest.fixture
async def agda(dorr: Dorr) -> Agda:
    given, sent, row = await called(dorr.whole)
    page = (await dorr.fraga("GET", "/inkorg", A)).json()
    duties = (await dorr.fraga("GET", "/plikter", A)).json()
    return Agda(
        row["leverans_id"], sent.handelse_id, given.handelse_id, row["arende"], page["markor"], duties["markor"]
    )


Objekt = tuple[str, str, dict[str, Any], dict[str, Any]]
"""A method, a path, and how to ask there for what is A's and for what is nobody's."""


def asked_for(agda: Agda) -> list[Objekt]:
    """Everything that a route of an actor's takes an id in."""

    def at(path: str, name: str, **how: Any) -> Objekt:
        return ("POST" if how else "GET", path, {"id": name, **how}, {"id": NOBODYS, **how})

    return [
        at("/handelser/{id}/utfall", agda.handelse),
        at("/handelser/{id}/utfall", agda.samtycke),
        at("/leveranser/{id}/oppna", agda.leverans, json=None),
        at("/leveranser/{id}/kvittens", agda.leverans, json={"slag": "mottagen"}),
        ("GET", "/inkorg", {"params": {"markor": agda.markor}}, {"params": {"markor": "x" * len(agda.markor)}}),
        ("GET", "/plikter", {"params": {"markor": agda.markor}}, {"params": {"markor": "x" * len(agda.markor)}}),
    ]


async def answer(dorr: Dorr, grupp: str, metod: str, vag: str, how: dict[str, Any], user: str = "u-17") -> Any:
    rest = {name: value for name, value in how.items() if name != "id"}
    found = await dorr.fraga(metod, vag.format(id=how.get("id", "")), grupp, user, **rest)
    return found.status_code, dict(found.headers), found.content


async def test_what_is_anothers_is_answered_as_what_does_not_exist(dorr: Dorr, agda: Agda) -> None:
    before = len(await dorr.whole.records())
    for metod, vag, theirs, nobodys in asked_for(agda):
        for grupp in OTHERS:
            there = await answer(dorr, grupp, metod, vag, theirs)
            assert there == await answer(dorr, grupp, metod, vag, nobodys), (grupp, vag)
            assert there[0] in (404, 422), (grupp, vag)
    assert len(await dorr.whole.records()) == before, "nothing is appended for it"


async def test_the_same_is_answered_to_who_has_it(dorr: Dorr, agda: Agda) -> None:
    """It can fail: A opens, acknowledges and goes on, and the sender reads what became of it."""
    theirs = {vag: how for _, vag, how, _ in asked_for(agda)[2:5]}
    for vag, how in theirs.items():
        metod = "GET" if "params" in how else "POST"
        assert (await answer(dorr, A, metod, vag, how))[0] in (200, 201), vag
    for id_ in (agda.handelse, agda.samtycke):
        assert (await answer(dorr, SANDARE, "GET", "/handelser/{id}/utfall", {"id": id_}))[0] == 200


def test_every_route_that_takes_an_id_is_tried(agda: Agda) -> None:
    tried = {(metod, vag.replace("{id}", _named(vag))) for metod, vag, *_ in asked_for(agda)}
    by_path = {route for route, rutt in API.items() if rutt.vem == {ACTOR} and rutt.foremal not in ("", "händelse")}
    assert tried == by_path


def _named(vag: str) -> str:
    return "{leverans_id}" if vag.startswith("/leveranser") else "{handelse_id}"


# ------------------------------------------------------------------------------------------------- ids within events


def within(agda: Agda, alias: str, handelse: str, samtycke: str, leverans: str) -> list[tuple[str, dict[str, Any]]]:
    """Events that name something that is A's or the sender's, by these ids."""
    return [
        ("avvikelse", deviation(arende=alias)),
        ("aterkallelse", {"personer": [], "meddelande": handelse, "skal": "fel_mottagare"}),
        ("samtycke_aterkallat", {"personer": consent()["personer"], "samtycke": samtycke}),
        ("samtycke_makulerat", {"personer": consent()["personer"], "samtycke": samtycke, "skal": "dubbelt"}),
        ("jav", {"personer": [], "arende": alias, "anvandare": "u-17"}),
        ("skyddsbedomning_gjord", {"personer": [], "leverans": leverans}),
    ]


async def test_an_event_that_names_what_is_anothers_is_answered_as_one_that_names_nothing(
    dorr: Dorr, agda: Agda
) -> None:
    theirs = within(agda, agda.alias, agda.handelse, NOBODYS, agda.leverans)
    nobodys = within(agda, "x" * len(agda.alias), NOBODYS, NOBODYS, NOBODYS)
    for (typ, data), (_, none) in zip(theirs, nobodys, strict=True):
        there, nowhere = await dorr.sand(B, typ, data), await dorr.sand(B, typ, none)
        assert form(there) == form(nowhere), typ
        assert there.status_code in (404, 422), typ


async def test_a_consent_of_anothers_can_be_withdrawn_and_nothing_else(dorr: Dorr, agda: Agda) -> None:
    """K4: to withdraw is anybody's who knows of it, and only narrows; to annul or change is its registrar's."""
    for typ in ("samtycke_makulerat", "samtycke_andrat"):
        data = (
            {**consent(), "samtycke": agda.samtycke}
            if typ == "samtycke_andrat"
            else within(agda, "", "", agda.samtycke, "")[3][1]
        )
        answered = await dorr.sand(B, typ, data)
        assert (answered.status_code, answered.json()["type"]) == (422, "okant-samtycke"), typ


async def test_an_id_that_another_actor_has_used_is_ones_own(dorr: Dorr) -> None:
    """API1: idempotency ids are scoped per actor: neither a conflict, nor the other's answer."""
    id_ = str(uuid5(NAMESPACE_OID, "the same"))
    first = await dorr.sand(SANDARE, "samtycke_lamnat", consent(), id=id_)
    theirs = await dorr.sand(B, "samtycke_lamnat", consent(andamal="kontakt"), id=id_)
    assert (first.status_code, theirs.status_code) == (201, 201)
    assert first.json()["handelse_id"] != theirs.json()["handelse_id"]
    again = await dorr.sand(B, "samtycke_lamnat", consent(andamal="kontakt"), id=id_)
    assert again.json()["handelse_id"] == theirs.json()["handelse_id"]
    assert (await dorr.sand(B, "samtycke_lamnat", consent(), id=id_)).status_code == 409


async def test_a_kvittens_id_that_another_actor_has_used_is_ones_own(dorr: Dorr, agda: Agda) -> None:
    id_ = str(uuid5(NAMESPACE_OID, "the same"))
    await dorr.sand(B, "avvikelse", deviation(), id=id_)
    vag, body = f"/leveranser/{agda.leverans}/kvittens", {"slag": "mottagen", "id": id_}
    first = await dorr.fraga("POST", vag, A, json=body)
    again = await dorr.fraga("POST", vag, A, json=body)
    assert (first.status_code, first.json()) == (again.status_code, again.json())


# ------------------------------------------------------------------------------------------------------------ auditors


async def of_all_questions(dorr: Dorr, aktor: str, agda: Agda, user: str = "granskare.1") -> dict[str, Any]:
    """What an auditor of an actor reads of everything that A and the sender have."""
    asked = {
        "arende": {"handelse": agda.handelse},
        "samtycke": {"samtycke": agda.samtycke},
        "person": {"nummer": ANNA},
        "brev": {"nummer": ANNA},
        **{fraga: {} for fraga in ("handelser", "makulerat", "slutar", "undanhallet", "oppningar", "incidenter")},
    }
    grupp = f"{aktor}.vinr.utsatt" if aktor != "region-dalarna" else SANDARE
    return {
        fraga: form(await dorr.fraga("POST", f"/granskning/{fraga}", grupp, user, revisor=True, json=given))
        for fraga, given in asked.items()
    }


async def test_an_auditor_of_another_authority_reads_nothing_of_it(dorr: Dorr, agda: Agda) -> None:
    nothing = Agda(NOBODYS, NOBODYS, NOBODYS, "", "", "")
    own = await of_all_questions(dorr, "mora", agda)
    others = await of_all_questions(dorr, "falun", agda)
    assert others["arende"] == (await of_all_questions(dorr, "falun", nothing))["arende"]
    assert others["samtycke"] == (await of_all_questions(dorr, "falun", nothing))["samtycke"]
    for fraga in ("handelser", "makulerat", "slutar", "undanhallet", "oppningar", "incidenter"):
        status, _, body = others[fraga]
        assert (status, body["rader"]) == (200, []), fraga
    assert own["handelser"][2]["rader"], "it can fail"


async def test_an_auditor_of_one_matter_reads_nothing_of_another(dorr: Dorr, agda: Agda) -> None:
    elsewhere = await dorr.whole.publish(SANDARE, "avvikelse", deviation())
    who = dorr.audit.of_matter(elsewhere.handelse_id)
    for fraga, name in (("arende", "handelse"), ("samtycke", "samtycke")):
        theirs = await dorr.audit.refusal(who, fraga, **{name: agda.handelse})
        assert theirs == await dorr.audit.refusal(who, fraga, **{name: NOBODYS}), fraga
    assert not [row for row in await dorr.audit.rows(who, "handelser") if row["handelse"] == agda.handelse]


@pytest.mark.parametrize("user", ["u-17", "granskare.2"])
async def test_who_calls_oneself_an_auditor_and_is_none_reads_nothing(user: str, dorr: Dorr, agda: Agda) -> None:
    for fraga, told in (await of_all_questions(dorr, "mora", agda, user)).items():
        assert told[0] == 403, fraga
    assert auditor("mora", user).revisor
    assert [route for route, rutt in API.items() if rutt.vem == {AUDITOR}] == [("POST", "/granskning/{fraga}")]


# ----------------------------------------------------------------------------------------------------------------- V7


async def bars(dorr: Dorr, agda: Agda, user: str) -> None:
    bar = {"personer": [], "arende": agda.alias, "anvandare": user}
    assert (await dorr.sand(A, "jav", bar, user="u-99")).json()["dom"] == "godtagen"


async def test_v7_a_barred_employee_reaches_nothing_of_it_on_any_route(dorr: Dorr, agda: Agda) -> None:
    await bars(dorr, agda, "u-17")
    opened = await dorr.fraga("POST", f"/leveranser/{agda.leverans}/oppna", A)
    assert (opened.status_code, opened.json()["type"]) == (403, "javig")
    kvitterad = await dorr.fraga("POST", f"/leveranser/{agda.leverans}/kvittens", A, json={"slag": "mottagen"})
    assert (kvitterad.status_code, kvitterad.json()["dom"]) == (201, "avvisad")
    assert (await dorr.fraga("GET", "/plikter", A)).json()["rader"] == []
    rows = (await dorr.fraga("GET", "/inkorg", A)).json()["rader"]
    assert rows
    assert not any({"uppgifter", "personer"} & set(row) for row in rows)
    assert ANNA not in str(rows)


async def test_v7_colleagues_of_a_barred_employee_reach_it_as_before(dorr: Dorr, agda: Agda) -> None:
    await bars(dorr, agda, "u-17")
    assert (await dorr.fraga("POST", f"/leveranser/{agda.leverans}/oppna", A, "u-18")).status_code == 200


async def test_v7_what_a_barred_employee_may_not_read_of_what_the_group_sent_is_as_if_it_were_not(
    dorr: Dorr, agda: Agda
) -> None:
    back = summons(mottagare=[unit("region-dalarna.vardcentral-mora")])
    sent = await dorr.sand(A, "sip_kallelse", back, user="u-18")
    await bars(dorr, agda, "u-17")
    handelse = sent.json()["handelse_id"]
    theirs = await answer(dorr, A, "GET", "/handelser/{id}/utfall", {"id": handelse})
    assert theirs == await answer(dorr, A, "GET", "/handelser/{id}/utfall", {"id": NOBODYS})
    assert (await answer(dorr, A, "GET", "/handelser/{id}/utfall", {"id": handelse}, "u-18"))[0] == 200


async def test_v7_a_barred_employee_sends_and_asks_as_anybody(dorr: Dorr, agda: Agda) -> None:
    """No message is refused or answered otherwise: that would tell that the employer has an ärende about her."""
    before = form(await dorr.bedom(SANDARE, "sip_kallelse", summons(), user="u-18"))
    bar = {"personer": [], "arende": await alias_of_sender(dorr, agda), "anvandare": "u-17"}
    assert (await dorr.sand(SANDARE, "jav", bar, user="u-99")).json()["dom"] == "godtagen"
    assert form(await dorr.bedom(SANDARE, "sip_kallelse", summons(), user="u-17")) == before
    sent = [
        await dorr.sand(SANDARE, "sip_kallelse", summons(syfte=f"till {user}"), user=user) for user in ("u-17", "u-18")
    ]
    assert form(sent[0]) == form(sent[1])


async def alias_of_sender(dorr: Dorr, agda: Agda) -> str:
    return str((await dorr.fraga("GET", f"/handelser/{agda.handelse}/utfall", SANDARE)).json()["arende"])


async def test_v7_what_only_narrows_is_answered_a_barred_employee_as_anybody(dorr: Dorr, agda: Agda) -> None:
    """It cannot wait for a colleague, and tells nothing; what widens is the other case."""
    bar = {"personer": [], "arende": await alias_of_sender(dorr, agda), "anvandare": "u-17"}
    two = [await dorr.sand(SANDARE, "samtycke_lamnat", consent(andamal=a), user="u-18") for a in ("kontakt", "sip")]
    await dorr.sand(SANDARE, "jav", bar, user="u-99")
    answers = []
    for given, user in zip(two, ("u-17", "u-18"), strict=True):
        ended = {"personer": consent()["personer"], "samtycke": given.json()["handelse_id"]}
        answers.append(await dorr.sand(SANDARE, "samtycke_aterkallat", ended, user=user))
    assert form(answers[0]) == form(answers[1])
    judged = [await dorr.fraga("GET", one.headers["location"], SANDARE, "u-18") for one in answers]
    assert [one.json()["dom"] for one in judged if one.status_code == 200] == ["godtas"] * len(judged)


async def test_v7_a_barred_employee_who_tries_a_consent_is_found_by_the_auditor(dorr: Dorr, agda: Agda) -> None:
    """The refusal does tell the employee that they are barred (docs/security.md says why); and it tells the auditor."""
    bar = {"personer": [], "arende": await alias_of_sender(dorr, agda), "anvandare": "u-17"}
    await dorr.sand(SANDARE, "jav", bar, user="u-99")
    tried = (await dorr.sand(SANDARE, "samtycke_lamnat", consent(andamal="kontakt"))).json()
    assert tried["dom"] == "avvisad"
    asked = {"regel": "V7"}
    found = await dorr.fraga("POST", "/granskning/handelser", SANDARE, "granskare.1", revisor=True, json=asked)
    row = next(row for row in found.json()["rader"] if row["handelse"] == tried["handelse_id"])
    assert (row["typ"], row["skal"]) == ("samtycke_lamnat", ["javig"])
