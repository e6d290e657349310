"""What questions cost: a bound of records for a page, and a register that is the same as reading it all."""

from dataclasses import replace
from typing import Any

import pytest
from auditing import Auditing
from intakehub import ANNA, BO, UTSATT, VC, Whole, called, caller, consent, person, summons
from watched import HOUR, passes

from samverkanshub.domain.decision import INCIDENT, Entry, Reason
from samverkanshub.domain.spridning import FUNCTION as SPREAD
from samverkanshub.pipeline import spar
from samverkanshub.pipeline.granskning import lasning, slutar
from samverkanshub.pipeline.granskning.rader import readers_of
from samverkanshub.ports import Judgement, Traced


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def entered(audit: Auditing) -> None:
    """Everything is in the register."""
    await audit.registrator.enter()
    assert await audit.register.places() == {0: await audit.whole.projection.position(0)}


class Reading:
    """How many judged records questions have read of the projection."""

    def __init__(self, audit: Auditing, monkeypatch: pytest.MonkeyPatch) -> None:
        self.records = 0
        self._traced = audit.whole.projection.traced
        monkeypatch.setattr(audit.whole.projection, "traced", self.traced)

    async def traced(self, sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        found = await self._traced(sought, limit, after)
        self.records += len(found)
        return found


async def some_withheld(whole: Whole) -> None:
    await called(whole)
    await whole.publish(VC, "sip_kallelse", summons(BO))
    passes(whole, 14 * 24 * HOUR)
    await whole.publish(VC, "sip_kallelse", summons(BO, syfte="igen"))


@pytest.mark.parametrize("fraga", ["undanhallet", "oppningar", "slutar"])
async def test_what_the_register_has_is_not_read_record_by_record(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch, fraga: str
) -> None:
    await some_withheld(whole)
    leverans = (await whole.delivered(UTSATT))["leverans_id"]
    await whole.deliver.open(caller(UTSATT), leverans)
    whole_year = {"fran": "2026-01-01", "till": "2029-01-01"}
    rows = {who: await audit.rows(who, fraga, **whole_year) for who in ("mora", "region-dalarna")}
    assert any(rows.values())
    await entered(audit)
    reading = Reading(audit, monkeypatch)
    for who, expected in rows.items():
        assert (await audit.page(who, fraga, **whole_year)).rader == expected
    assert reading.records <= 1, "but for the first, which tells whether there are traces"


async def test_a_search_by_rule_reads_what_cites_it_alone(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_withheld(whole)
    rows = await audit.rows("region-dalarna", "handelser", regel="B0")
    assert {"B0"} <= set(rows[0]["regler"])
    await entered(audit)
    read: list[int] = []
    judgements = whole.projection.judgements

    async def noted(places: list[tuple[int, int]]) -> list[Judgement]:
        read.extend(offset for _, offset in places)
        return await judgements(places)

    monkeypatch.setattr(whole.projection, "judgements", noted)
    reading = Reading(audit, monkeypatch)
    assert (await audit.page("region-dalarna", "handelser", regel="B0")).rader == rows
    assert reading.records <= 1
    assert 0 < len(read) < await whole.projection.position(0)
    assert await audit.rows("region-dalarna", "handelser", regel="B0", fran="2027-01-01") == [
        row for row in rows if row["tid"] > rows[0]["tid"]
    ]


async def test_a_search_by_rule_asks_for_what_its_days_have_alone(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    await some_withheld(whole)
    await entered(audit)
    citing, spans = audit.register.citing, list[tuple[int, int]]()

    async def noted(aktor: str, regel: str, partition: int, span: tuple[int, int], limit: int) -> list[int]:
        spans.append(span)
        return await citing(aktor, regel, partition, span, limit)

    monkeypatch.setattr(audit.register, "citing", noted)
    assert (await audit.page("region-dalarna", "handelser", regel="B0", fran="2029-01-01")).rader == []
    assert spans == []
    rows = (await audit.page("region-dalarna", "handelser", regel="B0", fran="2026-01-01")).rader
    assert rows
    later = await whole.projection.spans(rows[0]["tid"] + 1, 2**62)
    assert spans[0][0] < later[0][0] < spans[0][1] == await whole.projection.position(0)


async def test_what_is_fetched_is_looked_at_whether_or_not_it_is_of_the_days(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a clock once went back, so that halving finds more than the days."""
    await some_withheld(whole)
    await entered(audit)
    whole_log = {0: (0, await whole.projection.position(0))}

    async def unhalved(fran: int, till: int) -> dict[int, tuple[int, int]]:
        return whole_log

    monkeypatch.setattr(whole.projection, "spans", unhalved)
    monkeypatch.setattr(lasning, "LOOKED_AT", 1)
    first = await audit.page("region-dalarna", "handelser", regel="B0", fran="2029-01-01")
    assert (first.rader, first.vidare) == ([], True)


BEGUN_ANEW: Any = [
    ("oppningar", "oppningar", {}),
    ("oppningar", "oppnat", {}),
    ("slutar", "samtycken", {}),
    ("handelser", "citing", {"regel": "B0"}),
]


@pytest.mark.parametrize(("fraga", "read", "given"), BEGUN_ANEW)
async def test_nothing_is_left_out_while_a_rebuild_is_put_in_place(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch, fraga: str, read: str, given: dict[str, str]
) -> None:
    await some_withheld(whole)
    leverans = (await whole.delivered(UTSATT))["leverans_id"]
    for _ in range(3):
        await whole.deliver.open(caller(UTSATT), leverans)
    asked = {"fran": "2026-01-01", "till": "2029-01-01", **given}
    asking = "mora" if fraga == "oppningar" else "region-dalarna"
    rows = (await audit.page(asking, fraga, **asked)).rader
    assert rows
    await entered(audit)
    reads = getattr(audit.register, read)

    async def put_in_place(*args: Any) -> Any:
        audit.register.begin_anew()
        return await reads(*args)

    monkeypatch.setattr(audit.register, read, put_in_place)
    assert (await audit.page(asking, fraga, **asked)).rader == rows


async def test_of_one_matter_the_matter_is_read_and_not_every_opening(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    driven, traced = set[str](), whole.projection.traced

    async def noted(sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        if sought.within:
            driven.add(sought.slag)
        return await traced(sought, limit, after)

    who = audit.of_matter(sent.handelse_id)
    monkeypatch.setattr(whole.projection, "traced", noted)
    for fraga in ("oppningar", "undanhallet", "incidenter", "makulerat"):
        driven.clear()
        await audit.page(who, fraga)
        assert spar.ARENDE in driven
        assert driven.isdisjoint({spar.TYP, spar.REGEL, spar.AVVEK}), fraga


@pytest.mark.parametrize(("fraga", "given"), [("undanhallet", {}), ("handelser", {"regel": "B0"})])
async def test_what_is_not_entered_is_read_of_each_partition_alone(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch, fraga: str, given: dict[str, str]
) -> None:
    await some_withheld(whole)
    asked, traced = list[Traced](), whole.projection.traced

    async def noted(sought: Traced, limit: int, after: tuple[int, int] = (-1, -1)) -> list[Judgement]:
        asked.append(sought)
        return await traced(sought, limit, after)

    monkeypatch.setattr(whole.projection, "traced", noted)
    assert (await audit.page("region-dalarna", fraga, **given)).rader
    assert {one.partition for one in asked if one.within} == {0}


async def test_another_authority_reads_nothing_of_it(whole: Whole, audit: Auditing) -> None:
    """T3: the register is of each authority's own."""
    await some_withheld(whole)
    await entered(audit)
    for fraga in ("undanhallet", "oppningar", "slutar"):
        assert (await audit.page("falun", fraga)).rader == []
    assert (await audit.page("mora", "undanhallet")).rader == []
    assert (await audit.page("falun", "handelser", regel="B0")).rader == []
    whole_log = (0, await whole.projection.position(0))
    assert await audit.register.citing("region-dalarna", "B0", 0, whole_log, 9)
    assert await audit.register.citing("mora", "B0", 0, whole_log, 9) == [], "nor what cites a rule in others' lines"


async def test_a_line_is_entered_for_those_whose_auditors_may_read_it() -> None:
    parts = frozenset({"mora", "falun", "polisen"})
    withheld = Entry("falun.a.b", "/x", (Reason("B0", "samtycke-saknas", True),), "namngiven")
    delivered = Entry("falun.a.b", "/x", (Reason("B3", "samtycke", False),), "namngiven")
    assert readers_of(withheld, "mora", parts) == {"mora"}
    assert readers_of(delivered, "mora", parts) == {"mora", "falun"}
    assert readers_of(replace(delivered, funktion=SPREAD), "mora", parts) == {"falun"}
    assert readers_of(replace(delivered, mottagare=""), "mora", parts) == {"mora"}
    assert readers_of(replace(delivered, funktion=INCIDENT), "mora", parts) == parts
    assert readers_of(replace(delivered, mottagare="elsewhere.a.b"), "mora", parts) == parts, "as its directory had it"


@pytest.mark.parametrize("given", [{}, {"regel": "B0"}, {"aktor": VC}, {"aktor": "nobody.at.all"}])
async def test_no_page_looks_at_more_records_than_so_many_and_none_is_left_out(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    await some_withheld(whole)
    rows = await audit.rows("region-dalarna", "handelser", **given)
    monkeypatch.setattr(lasning, "LOOKED_AT", 1)
    assert await audit.rows("region-dalarna", "handelser", **given) == rows
    first = await audit.page("region-dalarna", "handelser", antal=500, **given)
    assert first.vidare, "it says that it is not all"
    assert len(first.rader) <= len(rows)


async def test_consents_that_no_longer_stand_are_looked_past_so_many_at_a_time(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in range(1, 6):
        given = await whole.publish(VC, "samtycke_lamnat", consent(till=f"2027-05-0{day}T00:00:00+02:00"))
        await whole.publish(
            VC, "samtycke_aterkallat", {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id}
        )
    stands = await whole.publish(VC, "samtycke_lamnat", consent(BO))
    days = {"fran": "2026-01-01", "till": "2030-01-01"}
    monkeypatch.setattr(slutar, "LOOKED_AT", 2)
    assert [row["handelse"] for row in await audit.rows("region-dalarna", "slutar", **days)] == [stands.handelse_id]
    first = await audit.page("region-dalarna", "slutar", **days)
    assert (first.rader, first.vidare) == ([], True)
