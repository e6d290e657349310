"""V6, K8: no answer to an auditor tells that somebody was registered as suspected, but to the registrar's own."""

import json
from typing import Any

import pytest
from auditing import Auditing
from intakehub import ANNA, BO, DISA, UTSATT, VC, Whole, caller, consent, person, summons

from samverkanshub.domain.errors import NotFound

BOARD = "falun.barn-unga.mottagning"
QUESTIONS = ("incidenter", "makulerat", "oppningar", "undanhallet")


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
