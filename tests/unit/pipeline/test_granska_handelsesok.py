"""Every line of a scope, found by event, ärende, actor, rule or days, and by nothing that is not shown (T1, T3)."""

from uuid import uuid4  # noqa: TID251

import pytest
from auditing import Auditing
from intakehub import BO, UTSATT, VC, Whole, called, caller, consent, summons

from samverkanshub.codec.decisions import decode_decision
from samverkanshub.domain.errors import NotFound, Refused
from samverkanshub.pipeline.granskning.fraga import Rad


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


def events(rows: list[Rad]) -> set[str]:
    return {row["handelse"] for row in rows}


async def test_t1_each_line_says_where_in_the_log_it_was_judged_and_by_which_regelverk(
    whole: Whole, audit: Auditing
) -> None:
    _, sent, _ = await called(whole)
    judgement = await whole.projection.judgement(sent.handelse_id)
    assert judgement is not None
    rows = await audit.rows("region-dalarna", "handelser", handelse=sent.handelse_id)
    assert rows
    assert {row["plats"] for row in rows} == {f"{judgement.partition}/{judgement.row.offset}"}
    assert {row["regelverk"] for row in rows} == {decode_decision(judgement.row.record).place.regelverk}
    assert events(rows) == {sent.handelse_id}


async def test_everything_of_the_scope_is_found_where_nothing_is_searched_for(whole: Whole, audit: Auditing) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    rows = await audit.rows("region-dalarna", "handelser")
    assert {given.handelse_id, sent.handelse_id} <= events(rows)
    assert "skeende" in {row["slag"] for row in rows}, "that it was opened, as the sender reads it"


async def test_an_arende_is_found_by_the_alias_that_its_rows_show(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await called(whole)
    other = await whole.publish(VC, "sip_kallelse", summons(BO))
    [alias] = {row["arende"] for row in await audit.rows("region-dalarna", "arende", handelse=sent.handelse_id)}
    found = events(await audit.rows("region-dalarna", "handelser", arende=alias))
    assert sent.handelse_id in found
    assert other.handelse_id not in found


async def test_t3_anothers_alias_and_one_made_up_are_answered_alike(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await called(whole)
    other = await whole.publish(VC, "sip_kallelse", summons(BO))
    [alias] = {row["arende"] for row in await audit.rows("region-dalarna", "arende", handelse=sent.handelse_id)}
    unknown = await audit.refusal("mora", "handelser", arende="made-up")
    assert unknown[:3] == (NotFound, "finns-ej", "/arende")
    assert await audit.refusal("mora", "handelser", arende=alias) == unknown
    assert await audit.refusal(audit.of_matter(other.handelse_id), "handelser", arende=alias) == unknown
    nothing = await audit.refusal("mora", "handelser", handelse=str(uuid4()))
    assert await audit.refusal("falun", "handelser", handelse=sent.handelse_id) == nothing


async def test_a_line_is_found_by_whom_it_names_and_by_their_unit_and_actor(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await called(whole)
    for name in (VC, VC.rpartition(".")[0], "region-dalarna", "vinr"):
        assert sent.handelse_id in events(await audit.rows("region-dalarna", "handelser", aktor=name)), name


async def test_t3_nobody_is_found_by_a_name_that_the_lines_do_not_show(whole: Whole, audit: Auditing) -> None:
    """To the sender's auditor the recipient is a role: that it was in Mora is not to be learnt by trying."""
    await called(whole)
    for name in (UTSATT, "mora.vinr", "mora", "falun"):
        assert await audit.rows("region-dalarna", "handelser", aktor=name) == []


async def test_lines_are_found_by_a_rule_that_they_cite(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await called(whole)
    withheld = await whole.publish(VC, "sip_kallelse", summons(BO))
    rows = await audit.rows("region-dalarna", "handelser", regel="B0")
    assert events(rows) == {withheld.handelse_id}
    assert all("B0" in row["regler"] for row in rows)
    assert sent.handelse_id in events(await audit.rows("region-dalarna", "handelser", regel="B3"))


async def test_days_and_the_rest_narrow_together(whole: Whole, audit: Auditing) -> None:
    await called(whole)
    assert await audit.rows("region-dalarna", "handelser", fran="2027-06-01") == []
    assert await audit.rows("region-dalarna", "handelser", till="2026-01-01") == []
    assert await audit.rows("region-dalarna", "handelser", aktor=VC, regel="O1") == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("arende", "a b"), ("aktor", "Någon Annan"), ("aktor", "197807182394"), ("regel", "k1"), ("regel", "K1 or true")],
)
async def test_what_is_of_the_wrong_form_is_named_and_never_repeated(audit: Auditing, name: str, value: str) -> None:
    kind, code, falt, detail = await audit.refusal("mora", "handelser", **{name: value})
    assert (kind, code, falt) == (Refused, "fel-form", f"/{name}")
    assert value not in detail


async def test_k2_consents_that_end_soon_are_listed_with_the_first_to_end_first(whole: Whole, audit: Auditing) -> None:
    later = await whole.publish(VC, "samtycke_lamnat", consent(till="2027-01-15T00:00:00+01:00"))
    sooner = await whole.publish(VC, "samtycke_lamnat", consent(BO, till="2027-01-05T00:00:00+01:00"))
    await whole.publish(VC, "samtycke_lamnat", consent("201705142394", till="2027-06-01T00:00:00+02:00"))
    rows = await audit.rows("region-dalarna", "slutar")
    assert [row["handelse"] for row in rows] == [sooner.handelse_id, later.handelse_id]
    assert len({row["person"] for row in rows}) == 2
    assert rows[0]["avsandare"] == VC
    assert rows[0]["slutar"] < rows[1]["slutar"]
    [one] = await audit.rows("region-dalarna", "slutar", fran="2027-05-01", till="2027-07-01")
    assert one["andamal"] == "sip"


async def test_k4_a_consent_that_has_ended_already_is_not_about_to(whole: Whole, audit: Auditing) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent(till="2027-01-05T00:00:00+01:00"))
    assert await audit.rows("region-dalarna", "slutar")
    ended = {"personer": consent()["personer"], "samtycke": given.handelse_id, "skal": "dubbelt"}
    await whole.publish(VC, "samtycke_makulerat", ended)
    assert await audit.rows("region-dalarna", "slutar") == []


async def test_t3_who_receives_under_a_consent_does_not_read_when_it_ends(whole: Whole, audit: Auditing) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(till="2027-01-05T00:00:00+01:00"))
    sent = await whole.publish(VC, "sip_kallelse", summons())
    assert await audit.rows("mora", "slutar") == []
    [one] = await audit.rows(audit.of_matter(sent.handelse_id), "slutar")
    assert one["avsandare"] == VC


async def test_p5_a_consent_in_a_protected_persons_matter_names_no_unit_either(whole: Whole, audit: Auditing) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(till="2027-01-05T00:00:00+01:00"))
    sent = await whole.publish(VC, "sip_kallelse", summons())
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": consent()["personer"], **flag})
    [one] = await audit.rows(audit.of_matter(sent.handelse_id), "slutar")
    assert one["avsandare"] == "vardcentral"
