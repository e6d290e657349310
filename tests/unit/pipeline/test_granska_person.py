"""T2: who was sent and who opened what about a person, and the letter that says so."""

from typing import Any

import pytest
from auditing import Auditing
from intakehub import ANNA, BO, UTSATT, VC, Whole, called, caller, person, summons, unit

from samverkanshub.domain.errors import Refused
from samverkanshub.pipeline.granskning.fraga import Sekretessbeslut

LETTER_TO_NOBODY = ["Uppgifter om dig som har gått genom samverkanshubben", "Det finns inga uppgifter att redovisa."]


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def opened(whole: Whole) -> str:
    _, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    return sent.handelse_id


def what(rows: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(row["slag"], row["mottagare"], row["kategori"]) for row in rows}


async def letter(audit: Auditing, who: str, beslut: list[dict[str, Any]], nummer: str = ANNA) -> list[str]:
    visade = tuple(row["rad"] for row in await audit.rows(who, "person", nummer=nummer))
    decisions = tuple(Sekretessbeslut(one["kalla"], tuple(one.get("dolj", ())), visade) for one in beslut)
    return [row["text"] for row in await audit.rows(who, "brev", nummer=nummer, beslut=decisions)]


async def test_t2_the_recipients_auditor_reads_what_it_got_and_which_of_it_was_opened(
    whole: Whole, audit: Auditing
) -> None:
    sent = await opened(whole)
    rows = await audit.rows("mora", "person", nummer=ANNA)
    assert {("levererat", UTSATT, "behov"), ("oppnat", UTSATT, "behov")} <= what(rows)
    assert {row["handelse"] for row in rows} == {sent}
    assert {row["avsandare"] for row in rows} == {"vardcentral"}
    assert all(row["grunder"] and row["regler"] for row in rows), "T1: on which basis"
    assert len({row["rad"] for row in rows}) == len(rows)
    assert [row["tid"] for row in rows] == sorted(row["tid"] for row in rows)


async def test_t2_the_senders_auditor_reads_that_it_was_opened_and_by_what_role(whole: Whole, audit: Auditing) -> None:
    await opened(whole)
    rows = await audit.rows("region-dalarna", "person", nummer=ANNA)
    assert {("levererat", "vinr", "behov"), ("oppnat", "vinr", "")} <= what(rows)
    assert {row["avsandare"] for row in rows} == {VC}


async def test_t2_of_one_matter_each_opening_is_read_once(whole: Whole, audit: Auditing) -> None:
    sent = await opened(whole)
    rows = await audit.rows(audit.of_matter(sent), "person", nummer=ANNA)
    assert ("oppnat", UTSATT, "") not in what(rows)
    assert ("oppnat", UTSATT, "behov") in what(rows)


async def test_v3_what_concerns_another_is_not_read(whole: Whole, audit: Auditing) -> None:
    await opened(whole)
    given = {"personer": [person("utsatt", ANNA), person("misstankt", BO)]}
    await whole.publish(VC, "sip_kallelse", summons(**given, syfte="igen"))
    assert await audit.rows("mora", "person", nummer=BO) == []


async def test_what_nobody_knows_and_what_lies_outside_the_scope_are_answered_alike(
    whole: Whole, audit: Auditing
) -> None:
    await opened(whole)
    known, nobody = await audit.page("falun", "person", nummer=ANNA), await audit.page("falun", "person", nummer=BO)
    assert known == nobody
    assert known.rader == []
    assert await whole.vault.find([f"nr:{BO}"]) == [None], "asking makes nobody"
    none = await audit.page("falun", "person")
    assert none == nobody


# ---------------------------------------------------------------------------------------------------------- the letter


async def test_t2_the_letter_says_in_plain_swedish_what_happened(whole: Whole, audit: Auditing) -> None:
    await opened(whole)
    [kalla] = {row["kalla"] for row in await audit.rows("mora", "person", nummer=ANNA)}
    heading, *told = await letter(audit, "mora", [{"kalla": kalla}])
    assert heading == LETTER_TO_NOBODY[0]
    unit, plan = "socialtjänstens enhet mot våld i nära relationer", "en kallelse till en samordnad individuell plan"
    about = "behov, insatser och vem du är från en vårdcentral. Stöd: samtycke."
    assert f"Den 23 december 2026 klockan 05.26 fick {unit} {plan} med uppgifter om {about}" in told
    assert len(told) == len(set(told))
    assert any(" öppnade " in sentence for sentence in told)


async def test_t2_until_every_source_has_decided_there_is_no_letter(whole: Whole, audit: Auditing) -> None:
    await opened(whole)
    refused = await audit.refusal("mora", "brev", nummer=ANNA)
    assert refused[:3] == (Refused, "sekretess-ej-provad", "/beslut")


async def test_t2_no_source_has_decided_on_what_came_after_it_was_asked(whole: Whole, audit: Auditing) -> None:
    _, _, delivery = await called(whole)
    rows = await audit.rows("mora", "person", nummer=ANNA)
    visade = tuple(row["rad"] for row in rows)
    asked = {"nummer": ANNA, "beslut": (Sekretessbeslut(rows[0]["kalla"], visade, visade),)}
    assert [row["text"] for row in await audit.rows("mora", "brev", **asked)] == LETTER_TO_NOBODY
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    assert (await audit.refusal("mora", "brev", **asked))[:3] == (Refused, "sekretess-ej-provad", "/beslut")


@pytest.mark.parametrize(("falt", "fraga"), [("fran", "undanhallet"), ("till", "brev")])
async def test_the_day_that_begins_before_all_time_is_refused_by_its_field(
    audit: Auditing, falt: str, fraga: str
) -> None:
    refused = await audit.refusal("mora", fraga, **{falt: "0001-01-01"})
    assert refused[:3] == (Refused, "fel-form", f"/{falt}")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ({"fran": "2027-11-01"}, "från och med den 1 november 2027"),
        ({"till": "2026-12-01"}, "till och med den 30 november 2026"),
        (
            {"fran": "2027-11-01", "till": "2027-12-01"},
            "från och med den 1 november 2027 till och med den 30 november 2027",
        ),
    ],
)
async def test_t2_a_letter_of_some_days_says_which(
    whole: Whole, audit: Auditing, days: dict[str, str], told: str
) -> None:
    await opened(whole)
    heading, nothing = LETTER_TO_NOBODY
    known, nobody = [
        [row["text"] for row in await audit.rows("mora", "brev", nummer=who, **days)] for who in (ANNA, BO)
    ]
    assert known == nobody == [heading, f"Brevet gäller bara tiden {told}.", nothing]


async def test_t2_what_a_source_hides_leaves_no_trace(whole: Whole, audit: Auditing) -> None:
    await opened(whole)
    rows = await audit.rows("mora", "person", nummer=ANNA)
    [kalla] = {row["kalla"] for row in rows}
    openings = [row["rad"] for row in rows if row["slag"] == "oppnat"]
    part = await letter(audit, "mora", [{"kalla": kalla, "dolj": openings}])
    assert not any("öppnade" in sentence for sentence in part)
    assert any("fick" in sentence for sentence in part)
    nothing = await letter(audit, "mora", [{"kalla": kalla, "dolj": [row["rad"] for row in rows]}])
    assert nothing == LETTER_TO_NOBODY
    assert await letter(audit, "mora", [], BO) == nothing, "the same as to whom nobody knows"


async def test_t2_a_source_hides_of_its_own_alone(whole: Whole, audit: Auditing) -> None:
    await opened(whole)
    answer = summons(mottagare=[unit("region-dalarna.vardcentral-mora")])
    await whole.publish(UTSATT, "sip_kallelse", answer)
    rows = await audit.rows("region-dalarna", "person", nummer=ANNA)
    [vc] = {row["kalla"] for row in rows if row["avsandare"] == VC}
    all_rows = [row["rad"] for row in rows]
    sources = [{"kalla": kalla} for kalla in {row["kalla"] for row in rows} - {vc}]
    told = await letter(audit, "region-dalarna", [{"kalla": vc}, *({**one, "dolj": all_rows} for one in sources)])
    assert any("fick" in sentence for sentence in told)


async def test_t2_a_source_decides_once_so_that_no_later_decision_shows_what_one_hides(
    whole: Whole, audit: Auditing
) -> None:
    await opened(whole)
    rows = await audit.rows("mora", "person", nummer=ANNA)
    [kalla] = {row["kalla"] for row in rows}
    twice = (Sekretessbeslut(kalla, tuple(row["rad"] for row in rows)), Sekretessbeslut(kalla))
    kind, code, falt, detail = await audit.refusal("mora", "brev", nummer=ANNA, beslut=twice)
    assert (kind, code, falt) == (Refused, "fel-form", "/beslut")
    assert "`kalla`" in detail
    assert kalla not in detail


@pytest.mark.parametrize("beslut", [[{"kalla": "å"}], [{"kalla": "a", "dolj": ["197807182394 Anna"]}]])
async def test_a_decision_names_nothing_but_what_was_listed(audit: Auditing, beslut: list[dict[str, Any]]) -> None:
    with pytest.raises(Refused) as refused:
        await letter(audit, "mora", beslut)
    assert (refused.value.falt, refused.value.code) == ("/beslut", "fel-form")
