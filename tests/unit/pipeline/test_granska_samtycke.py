"""T1, K4: where a consent was used, and what rested on an annulled one, as each auditor may read of it."""

from typing import Any
from uuid import uuid4  # noqa: TID251

import pytest
from auditing import Auditing
from intakehub import UTSATT, VC, Whole, called, caller, consent, exemption, summons, unit

from samverkanshub.domain.errors import NotFound


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def used(whole: Whole) -> tuple[str, str]:
    """A consent, and a summons that rests on it and was opened in Mora."""
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    return given.handelse_id, sent.handelse_id


async def annulled(whole: Whole, samtycke: str) -> str:
    ended = await whole.publish(
        VC, "samtycke_makulerat", {"personer": consent()["personer"], "samtycke": samtycke, "skal": "fel_person"}
    )
    return ended.handelse_id


def slags(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["typ"], row["slag"]) for row in rows}


async def test_t1_a_consent_is_read_where_it_was_given_delivered_on_and_opened_on(
    whole: Whole, audit: Auditing
) -> None:
    samtycke, sent = await used(whole)
    mora = await audit.rows("mora", "samtycke", samtycke=samtycke)
    assert ("sip_kallelse", "beslut") in slags(mora)
    assert ("oppning_begard", "beslut") in slags(mora)
    region = await audit.rows("region-dalarna", "samtycke", samtycke=samtycke)
    assert slags(region) >= {("samtycke_lamnat", "beslut"), ("sip_kallelse", "beslut"), ("sip_kallelse", "skeende")}
    assert all(samtycke in row["samtycken"] for row in mora + region if row["handelse"] == sent and row["vag"])


async def test_t1_an_exemption_alone_is_read_where_it_was_made_and_annulled(whole: Whole, audit: Auditing) -> None:
    """K3, K4: nothing rests on it; what it withholds is asked for by rule."""
    made = await whole.publish(VC, "undantag_anmalt", exemption(kategorier=["behov"]))
    rows = await audit.rows("region-dalarna", "samtycke", samtycke=made.handelse_id)
    assert slags(rows) == {("undantag_anmalt", "beslut")}
    await annulled(whole, made.handelse_id)
    rows = await audit.rows("region-dalarna", "makulerat", samtycke=made.handelse_id)
    assert slags(rows) == {("undantag_anmalt", "beslut"), ("samtycke_makulerat", "beslut")}


async def test_what_rests_on_another_consent_is_not_read(whole: Whole, audit: Auditing) -> None:
    samtycke, _ = await used(whole)
    await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[unit("falun.vinr")]))
    other = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("falun.vinr")]))
    rows = await audit.rows("region-dalarna", "samtycke", samtycke=samtycke)
    assert other.handelse_id not in {row["handelse"] for row in rows}


@pytest.mark.parametrize("fraga", ["samtycke", "makulerat"])
async def test_t3_a_consent_of_others_and_one_that_is_none_are_answered_alike(
    whole: Whole, audit: Auditing, fraga: str
) -> None:
    samtycke, _ = await used(whole)
    unknown = await audit.refusal("falun", fraga, samtycke=str(uuid4()))
    assert unknown[:3] == (NotFound, "finns-ej", "/samtycke")
    assert await audit.refusal("falun", fraga, samtycke=samtycke) == unknown
    assert (await audit.refusal("mora", "samtycke"))[0] is NotFound


async def test_k4_what_rested_on_an_annulled_consent_is_listed_with_what_was_opened(
    whole: Whole, audit: Auditing
) -> None:
    samtycke, sent = await used(whole)
    assert await audit.rows("mora", "makulerat", samtycke=samtycke) == [], "it stands"
    ended = await annulled(whole, samtycke)
    for who in ("region-dalarna", "mora"):
        incidents = await audit.rows(who, "makulerat")
        assert {(row["handelse"], row["slag"]) for row in incidents} == {(ended, "incident")}
        assert ["oppnad-utan-grund"] in [row["skal"] for row in incidents]
        everything = await audit.rows(who, "makulerat", samtycke=samtycke)
        assert {sent, ended} <= {row["handelse"] for row in everything}
    assert await audit.rows("falun", "makulerat") == []
    assert await audit.rows("mora", "makulerat", till="2026-12-23") == []


async def test_k4_who_annuls_reads_nothing_of_what_others_sent_under_the_consent(whole: Whole, audit: Auditing) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent(mottagare=[unit("mora.vinr"), unit("falun.vinr")]))
    sent = await whole.publish(
        UTSATT, "sip_kallelse", summons(mottagare=[unit("falun.vinr"), unit("region-dalarna.vardcentral-mora")])
    )
    assert (await whole.projection.judgement(sent.handelse_id)) is not None
    await annulled(whole, given.handelse_id)
    mine = await audit.rows("region-dalarna", "makulerat")
    assert "vinr" not in {row["mottagare"] for row in mine}
    theirs, falun = await audit.rows("mora", "makulerat"), await audit.rows("falun", "makulerat")
    assert {row["mottagare"] for row in theirs} == {"vinr"}, "the sender's auditor reads of its own deliveries"
    assert {row["mottagare"] for row in falun} == {"falun.vinr.utovare", "falun.vinr.utsatt"}


async def test_an_auditor_of_one_matter_reads_of_the_consent_in_it_alone(whole: Whole, audit: Auditing) -> None:
    samtycke, sent = await used(whole)
    await annulled(whole, samtycke)
    rows = await audit.rows(audit.of_matter(sent), "samtycke", samtycke=samtycke)
    assert slags(rows) >= {("sip_kallelse", "beslut"), ("samtycke_makulerat", "incident")}
    assert await audit.rows(audit.of_matter(sent), "makulerat")
