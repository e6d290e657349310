"""V6, K8: no answer to an auditor tells that somebody was registered as suspected, but to the registrar's own."""

import json
from typing import Any

import pytest
from auditing import Auditing
from intakehub import ANNA, BO, DISA, UTSATT, VC, Whole, caller, consent, person, summons

from samverkanshub.domain.errors import NotFound

BOARD = "falun.barn-unga.mottagning"
QUESTIONS = ("handelser", "incidenter", "makulerat", "oppningar", "slutar", "undanhallet")


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def suspected(whole: Whole) -> tuple[str, str, str]:
    """A child's summons, opened in Mora on both guardians' consent, one of whom Falun then registers as suspected."""
    family = [person("registrerad", DISA), person("vardnadshavare", ANNA), person("vardnadshavare", BO)]
    custody = {"kalla": "folkbokforing", "datum": "2026-12-01", "provisoriskt": False}
    await whole.publish(BOARD, "vardnad", {"personer": family, **custody})
    given = await whole.publish(VC, "samtycke_lamnat", consent(DISA, personer=family))
    sent = await whole.publish(VC, "sip_kallelse", summons(personer=[person("barn", DISA)]))
    await whole.deliver.open(caller(UTSATT), (await whole.delivered(UTSATT))["leverans_id"])
    pair = {"personer": [person("registrerad", DISA), person("misstankt", BO)]}
    suspicion = {"kalla": "utredning", "granskas": "2027-01-01", "borttagen": False}
    fact = await whole.publish(BOARD, "misstankt", {**pair, **suspicion})
    return given.handelse_id, sent.handelse_id, fact.handelse_id


async def everything(audit: Auditing, who: Any, samtycke: str, sent: str) -> str:
    asked = [await audit.rows(who, fraga) for fraga in QUESTIONS]
    asked += [await audit.rows(who, "arende", handelse=sent), await audit.rows(who, "samtycke", samtycke=samtycke)]
    asked += [await audit.rows(who, "person", nummer=nummer) for nummer in (DISA, ANNA, BO)]
    return json.dumps(asked)


async def test_v6_neither_sender_nor_recipient_nor_the_matters_auditor_reads_of_it(
    whole: Whole, audit: Auditing
) -> None:
    samtycke, sent, fact = await suspected(whole)
    for who in ("region-dalarna", "mora", audit.of_matter(sent)):
        told = await everything(audit, who, samtycke, sent)
        assert "misstank" not in told
        assert fact not in told


async def test_k8_the_sender_reads_which_openings_to_look_into_and_the_recipient_nothing(
    whole: Whole, audit: Auditing
) -> None:
    samtycke, sent, fact = await suspected(whole)
    region = await audit.rows("region-dalarna", "samtycke", samtycke=samtycke)
    assert ["oppning-att-granska"] in [row["skal"] for row in region]
    mora = await audit.rows("mora", "samtycke", samtycke=samtycke)
    assert ["oppning-att-granska"] not in [row["skal"] for row in mora]
    assert await audit.rows("mora", "incidenter") == []
    asked = {"handelse": fact, "anmalan": "anmald"}
    assert (await audit.refusal("mora", "incidentbeslut", **asked))[0] is NotFound
    assert sent in {row["handelse"] for row in mora}


async def test_v6_what_a_suspicion_made_happen_is_told_without_its_place_in_the_log(
    whole: Whole, audit: Auditing
) -> None:
    _, sent, fact = await suspected(whole)
    judgement = await whole.projection.judgement(fact)
    assert judgement is not None
    place = f"{judgement.partition}/{judgement.row.offset}"
    for who in ("region-dalarna", "mora", audit.of_matter(sent)):
        rows = await audit.rows(who, "handelser")
        assert [row for row in rows if place == row["plats"]] == []
        assert any(row["plats"] for row in rows)


async def test_v6_a_consent_that_a_suspicion_makes_void_ends_as_any_other(whole: Whole, audit: Auditing) -> None:
    pair = {"personer": [person("registrerad", ANNA), person("misstankt", BO)]}
    fact = {"kalla": "utredning", "granskas": "2027-01-01", "borttagen": False}
    there = [person("registrerad", ANNA), person("narvarande", BO)]
    soon = {"till": "2027-01-05T00:00:00+01:00", "narvarande": ["annan"], "personer": there}
    free = await whole.publish(VC, "samtycke_lamnat", consent(**soon))
    before = await audit.rows("region-dalarna", "slutar")
    await whole.publish(BOARD, "misstankt", {**pair, **fact})
    void = await whole.publish(VC, "samtycke_lamnat", consent(**soon, kategorier=["behov"]))
    after = await audit.rows("region-dalarna", "slutar")
    assert [row["handelse"] for row in before] == [free.handelse_id]
    assert void.handelse_id in [row["handelse"] for row in after]
