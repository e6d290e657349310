"""K4, Q2, V7: incidents with those affected, their deadline, and what each authority decided on telling of them."""

from typing import Any
from uuid import uuid4  # noqa: TID251

import pytest
from auditing import Auditing, auditor
from hub import START_MS
from intakehub import ANNA, UTSATT, VC, Whole, called, caller, consent, person, summons, unit
from watched import HOUR

from samverkanshub.domain.errors import Forbidden, NotFound, Refused
from samverkanshub.domain.revisorer import Revisor


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def opened(whole: Whole) -> tuple[str, str, str, str]:
    """A consent, a summons on it, its delivery in Mora, opened, and the ärende as Mora knows it."""
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    return given.handelse_id, sent.handelse_id, delivery["leverans_id"], delivery["arende"]


async def test_k4_an_annulled_consent_is_an_incident_to_be_told_of_within_72_hours(
    whole: Whole, audit: Auditing
) -> None:
    samtycke, _, leverans, _ = await opened(whole)
    data = {"personer": consent()["personer"], "samtycke": samtycke, "skal": "fel_person"}
    ended = await whole.publish(VC, "samtycke_makulerat", data)
    rows = await audit.rows("mora", "incidenter")
    assert {(row["handelse"], row["typ"]) for row in rows} == {(ended.handelse_id, "samtycke_makulerat")}
    [mine] = [row for row in rows if row["leverans"] == leverans]
    assert (mine["mottagare"], mine["skal"], mine["frist"]) == (UTSATT, ["oppnad-utan-grund"], START_MS + 72 * HOUR)
    assert len(mine["personer"]) == 1, "whom it concerns, by an alias"
    assert (mine["beslut"], mine["beslutat"]) == ("", 0)
    sender = await audit.rows("region-dalarna", "incidenter")
    assert {row["mottagare"] for row in sender} == {"vinr"}
    assert mine["personer"] != sender[0]["personer"], "another authority's auditor has other aliases"
    assert await audit.rows("falun", "incidenter") == []


async def test_q2_what_was_recalled_after_it_was_opened_is_one(whole: Whole, audit: Auditing) -> None:
    _, sent, leverans, _ = await opened(whole)
    recall = await whole.publish(VC, "aterkallelse", {"personer": [], "meddelande": sent, "skal": "fel_mottagare"})
    [row] = await audit.rows("mora", "incidenter")
    assert (row["handelse"], row["leverans"], row["skal"]) == (recall.handelse_id, leverans, ["aterkallad-oppnad"])
    assert await audit.rows(audit.of_matter(sent), "incidenter")


async def test_v7_what_a_barred_employee_had_opened_is_one_of_its_own_authority(whole: Whole, audit: Auditing) -> None:
    _, sent, leverans, arende = await opened(whole)
    await whole.deliver.open(caller(UTSATT), leverans)
    assert await audit.rows("mora", "incidenter") == []
    barred = await whole.publish(UTSATT, "jav", {"personer": [], "arende": arende, "anvandare": "u-17"})
    [row] = await audit.rows("mora", "incidenter")
    assert (row["handelse"], row["leverans"], row["skal"]) == (barred.handelse_id, leverans, ["oppnad-av-javig"])
    assert await audit.rows("region-dalarna", "incidenter") == [], "no business of the sender's"
    assert len(await audit.rows(audit.of_matter(sent), "incidenter")) == 1


async def test_v7_of_one_matter_nothing_that_was_opened_in_another_about_the_same_person(
    whole: Whole, audit: Auditing
) -> None:
    _, sent, leverans, arende = await opened(whole)
    other = await opened_elsewhere(whole)
    await whole.publish(UTSATT, "jav", {"personer": [], "arende": arende, "anvandare": "u-17"})
    [row] = await audit.rows(audit.of_matter(sent), "incidenter")
    assert row["mottagare"] == UTSATT
    rows = await audit.rows("mora", "incidenter")
    assert {(row["leverans"], row["arende"]) for row in rows} == {
        (leverans, arende),
        (other["leverans_id"], other["arende"]),
    }, "its own authority reads of both, each in its own ärende"


async def opened_elsewhere(whole: Whole) -> dict[str, Any]:
    """A delivery about the same person in another ärende, opened by the same user."""
    await whole.publish(
        VC, "samtycke_lamnat", consent(andamal="kontakt", kategorier=["identitet", "kontakt", "ovrigt"])
    )
    data = {
        "personer": [person("utsatt", ANNA)],
        "kommun": "mora",
        "skyddade_personuppgifter": False,
        "misstanke": [],
        "beskrivning": "x",
    }
    sent = await whole.publish(VC, "kontaktformedling", data)
    delivery = await whole.delivered(UTSATT)
    assert delivery["handelse_id"] == sent.handelse_id
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    return delivery


async def test_v7_who_had_opened_nothing_is_no_incident(whole: Whole, audit: Auditing) -> None:
    _, _, _, arende = await opened(whole)
    await whole.publish(UTSATT, "jav", {"personer": [], "arende": arende, "anvandare": "u-99"})
    assert await audit.rows("mora", "incidenter") == []


# ------------------------------------------------------------------------------------------------ what was decided


async def recalled(whole: Whole) -> str:
    _, sent, _, _ = await opened(whole)
    data = {"personer": [], "meddelande": sent, "skal": "fel_mottagare"}
    return (await whole.publish(VC, "aterkallelse", data)).handelse_id


async def test_each_authority_decides_for_itself_and_a_later_decision_stands(whole: Whole, audit: Auditing) -> None:
    incident = await recalled(whole)
    await audit.page("mora", "incidentbeslut", handelse=incident, anmalan="ej-anmald")
    whole.hub.clock.ms += HOUR
    page = await audit.page("mora", "incidentbeslut", handelse=incident, anmalan="anmald")
    [row] = page.rader
    assert (row["beslut"], row["beslutat"], row["beslutat_av"]) == ("anmald", START_MS + HOUR, "granskare.1")
    assert await audit.rows("mora", "incidenter") == [row]
    assert {row["beslut"] for row in await audit.rows("region-dalarna", "incidenter")} == {""}
    assert len(await audit.questions.decided([incident])) == 2, "the earlier is kept"


async def test_nobody_decides_for_another_nor_on_what_is_no_incident(whole: Whole, audit: Auditing) -> None:
    incident = await recalled(whole)
    asked = {"handelse": incident, "anmalan": "anmald"}
    audit.named(Revisor("falun", "tillsyn.1", "myndighet", "mora", "2026-01-01"))
    for who in (auditor("falun", "tillsyn.1"), audit.of_matter(incident)):
        assert (await audit.refusal(who, "incidentbeslut", **asked))[0] is Forbidden
    unknown = await audit.refusal("falun", "incidentbeslut", **{**asked, "handelse": str(uuid4())})
    assert unknown[0] is NotFound
    assert await audit.refusal("falun", "incidentbeslut", **asked) == unknown
    message = (await whole.projection.judged_at(0, 2)).row.handelse_id  # type: ignore[union-attr]
    assert await audit.refusal("mora", "incidentbeslut", handelse=message, anmalan="anmald") == unknown
    assert (await audit.refusal("mora", "incidentbeslut", handelse=incident, anmalan="kanske"))[0] is Refused
    assert await audit.questions.decided([incident]) == []


@pytest.mark.parametrize("used", [True, False])
async def test_t3_whoever_reads_of_no_incident_is_not_told_whether_there_is_one(
    whole: Whole, audit: Auditing, *, used: bool
) -> None:
    """Others' use of a consent that the authority itself gave and annulled is no incident of its own."""
    given = await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[unit("rattvik.vinr"), unit("mora.vinr")]))
    if used:
        recipients = [unit("region-dalarna.vardcentral-mora"), unit("rattvik.vinr")]
        await whole.publish(UTSATT, "sip_kallelse", summons(mottagare=recipients))
    data = {"personer": consent()["personer"], "samtycke": given.handelse_id, "skal": "fel_person"}
    ended = (await whole.publish(VC, "samtycke_makulerat", data)).handelse_id
    assert bool(await audit.rows("mora", "incidenter")) is used
    assert await audit.rows("region-dalarna", "incidenter") == []
    unknown = await audit.refusal("region-dalarna", "incidentbeslut", handelse=str(uuid4()), anmalan="anmald")
    assert await audit.refusal("region-dalarna", "incidentbeslut", handelse=ended, anmalan="anmald") == unknown
    assert await audit.questions.decided([ended]) == []
