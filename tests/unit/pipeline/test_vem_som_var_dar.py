"""V6, K11: what a sender reads is the same to the byte whether or not another agency suspects one who was there.

But for what the consent, or the lifting, would have carried: that is told as if it had never been registered.
"""

import json
from typing import Any

import pytest
from intakehub import ANNA, BO, DISA, VC, Whole, caller, consent, exemption, person, summons

Sent = tuple[str, dict[str, Any]]
THERE = [person("registrerad", ANNA), person("narvarande", BO)]
OWN = ("handelse_id", "arende", "bedomning", "tid")
ITEMS = ["identitet", "behov", "halsa", "insats"]
HEALTH = {"kategorier": ["halsa"], "uppgifter": [], "mottagare": []}


def given(**changes: Any) -> Sent:
    return "samtycke_lamnat", consent(**{"personer": THERE, "narvarande": ["stodperson"], **changes})


def lifted() -> Sent:
    return "undantag_havt", exemption(personer=THERE, **HEALTH, narvarande=["stodperson"])


def exempted() -> Sent:
    return "undantag_anmalt", lifted()[1]


def withdrawn() -> Sent:
    return "samtycke_aterkallat", {"personer": [person("registrerad", ANNA)]}


def annulled() -> Sent:
    return "samtycke_makulerat", {"personer": [person("registrerad", ANNA)], "skal": "fel_uppgift"}


FREE: Sent = "samtycke_lamnat", consent(kategorier=ITEMS, undantag=HEALTH)
CALL: Sent = "sip_kallelse", summons(halsa=[{"text": "astma"}])


async def told(exposed: str, *sent: Sent) -> str:
    """What the vårdcentral reads of the last it sends, and of a summons it asks about, where Bo is suspected."""
    whole = await Whole().started()
    pair = [person("registrerad", exposed), person("misstankt", BO)]
    fact = {"kalla": "polisanmalan", "granskas": "2027-01-01", "borttagen": False}
    await whole.publish("mora.barn-unga.mottagning", "misstankt", {"personer": pair, **fact})
    ids: list[str] = []
    for typ, data in sent:
        more = {"samtycke": ids[0]} if typ in ("samtycke_aterkallat", "samtycke_makulerat") else {}
        ids.append((await whole.publish(VC, typ, {**data, **more})).handelse_id)
    outcome = await whole.deliver.outcome(caller(VC), ids[-1])
    answer = await whole.assess(VC, *CALL)
    for name in OWN:
        outcome.pop(name, None)
        answer.pop(name, None)
    return json.dumps([outcome, answer], sort_keys=True)


@pytest.mark.parametrize(
    "sent",
    [
        [given(), withdrawn(), CALL],
        [given(), annulled(), CALL],
        [given(fran="2027-01-01T00:00:00+01:00"), CALL],
        [given(enskilt=False), CALL],
        [given(narvarande=["misstankt"]), CALL],
        [given(till="2026-12-02T00:00:00+01:00"), CALL],
        [given(kategorier=["ekonomi"]), CALL],
        [CALL],
    ],
    ids=["withdrawn", "annulled", "not yet", "not in private", "said to be there", "ended", "for other items", "none"],
)
async def test_v6_what_a_suspicion_does_not_decide_is_told_alike(sent: list[Sent]) -> None:
    assert await told(ANNA, *sent) == await told(DISA, *sent)


@pytest.mark.parametrize(
    ("sent", "instead"), [([given(kategorier=ITEMS), CALL], [CALL]), ([FREE, lifted(), CALL], [FREE, CALL])]
)
async def test_v6_what_one_who_was_there_makes_void_is_told_as_if_it_had_never_been(
    sent: list[Sent], instead: list[Sent]
) -> None:
    assert await told(ANNA, *sent) == await told(DISA, *instead)
    assert await told(DISA, *sent) != await told(DISA, *instead), "which is other than where nobody presses"


@pytest.mark.parametrize(
    "sent", [[given()], [exempted()], [FREE, lifted()], [given(), withdrawn()], [given(), annulled()]]
)
async def test_v6_a_registration_is_taken_alike(sent: list[Sent]) -> None:
    """Its own outcome, that is."""
    (mine, _), (others, _) = [json.loads(await told(exposed, *sent)) for exposed in (ANNA, DISA)]
    assert mine == others
    assert mine["dom"] == "godtas"
