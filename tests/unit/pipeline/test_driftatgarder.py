"""B7, T1, B1: what operators do from their pages, through the whole hub in memory."""

from dataclasses import replace
from uuid import NAMESPACE_OID, UUID, uuid5

import pytest
from hub import artefacts, person_id
from intakehub import Whole

from samverkanshub.codec.artefacts import artefacts_of, digests, regelverk_from
from samverkanshub.domain.atgarder import (
    REGELVERK_AVBOJT,
    REGELVERK_FORESLAGET,
    STOPP_PLANERAT,
    UPPTINING_AVBOJD,
    UPPTINING_FORESLAGEN,
)
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound, Refused
from samverkanshub.domain.operatorer import Operator
from samverkanshub.pipeline.activation import change
from samverkanshub.pipeline.driftatgarder import Driftatgarder, approval
from samverkanshub.pipeline.karantan import frozen
from samverkanshub.ports import Judgement, Traced, Unavailable

ONE, OTHER = "drift.1", "drift.2"
POST = (0, 2)
"""Record 0 and the regelverk that names operators come before it."""
FRAN, TILL = "2026-12-24T06:00:00+01:00", "2026-12-24T07:30:00+01:00"


def new(what: str) -> str:
    return str(uuid5(NAMESPACE_OID, what))


def service(whole: Whole) -> Driftatgarder:
    given = (whole.projection, whole.log, whole.regelverk, whole.hub.schemas, bytes)
    return Driftatgarder(*given, wait_s=0.05, omraden=1)


@pytest.fixture
async def whole() -> Whole:
    """A hub with two operators, where a record about Anna and Bo could not be read."""
    made = await Whole().started()
    operators = tuple(Operator(vem, "2026-01-01") for vem in (ONE, OTHER))
    await made.activated(artefacts_of(replace(regelverk_from(artefacts()), operatorer=operators)))
    ids = b"".join(sorted(UUID(person_id(name)).bytes for name in ("anna", "bo")))
    await made.hub.append_raw(b"no record", (("personer", ids),))
    await made.log.judge()
    return made


@pytest.fixture
def drift(whole: Whole) -> Driftatgarder:
    return service(whole)


async def proposed(drift: Driftatgarder) -> str:
    return (await drift.foresla_upptining(new("f"), ONE, POST, "felet_rattat")).handelse_id


async def test_b7_what_one_proposes_another_approves_and_they_are_judged_anew(
    whole: Whole, drift: Driftatgarder
) -> None:
    forslag = await proposed(drift)
    assert await frozen(whole.projection, 0) == 2
    (open_one,) = (await drift.lage()).oppna(UPPTINING_FORESLAGEN)
    assert (open_one.handelse_id, open_one.vem, open_one.skal, open_one.post) == (forslag, ONE, "felet_rattat", POST)
    assert (await drift.godkann_upptining(OTHER, forslag)).dom == "godtas"
    assert await frozen(whole.projection, 0) == 0
    lage = await drift.lage()
    assert lage.oppna(UPPTINING_FORESLAGEN) == ()
    (done, _), *_ = lage.gjort
    assert (done.slag, done.vem, done.foreslagen_av, done.post) == ("upptining", OTHER, ONE, POST)


async def test_b7_who_proposed_cannot_approve(whole: Whole, drift: Driftatgarder) -> None:
    forslag, end = await proposed(drift), await whole.hub.log.end(0)
    with pytest.raises(Forbidden) as refused:
        await drift.godkann_upptining(ONE, forslag)
    assert refused.value.code == "eget-forslag"
    assert await whole.hub.log.end(0) == end
    assert await frozen(whole.projection, 0) == 2


async def test_b7_what_is_proposed_is_known_to_an_api_that_has_just_started(whole: Whole, drift: Driftatgarder) -> None:
    forslag = await proposed(drift)
    assert (await service(whole).lage()).oppna(UPPTINING_FORESLAGEN)[0].handelse_id == forslag


async def test_b7_declined_it_is_settled_and_they_stay_frozen(whole: Whole, drift: Driftatgarder) -> None:
    forslag = await proposed(drift)
    await drift.avboj(new("n"), OTHER, UPPTINING_FORESLAGEN, forslag, "behover_utredas")
    assert (await drift.lage()).gjort[0][0].slag == UPPTINING_AVBOJD
    with pytest.raises(NotFound):
        await drift.godkann_upptining(OTHER, forslag)
    assert await frozen(whole.projection, 0) == 2


async def test_b7_a_redrive_is_proposed_once_at_a_time_and_only_where_somebody_is_frozen(drift: Driftatgarder) -> None:
    await proposed(drift)
    with pytest.raises(Conflict) as refused:
        await drift.foresla_upptining(new("g"), OTHER, POST, "felet_rattat")
    assert refused.value.code == "redan-foreslaget"
    with pytest.raises(NotFound):
        await drift.foresla_upptining(new("g"), OTHER, (0, 1), "felet_rattat")


async def test_a_form_sent_twice_is_one_act(drift: Driftatgarder) -> None:
    first = await drift.planera_stopp(new("s"), ONE, FRAN, TILL, "uppgradering")
    again = await drift.planera_stopp(new("s"), ONE, FRAN, TILL, "uppgradering")
    assert (first.handelse_id, first.dom, again.dom) == (again.handelse_id, "godtas", "upprepning")
    assert len((await drift.lage()).oppna(STOPP_PLANERAT)) == 1


async def test_b1_a_stop_is_planned_and_lifted(whole: Whole, drift: Driftatgarder) -> None:
    stopp = (await drift.planera_stopp(new("s"), ONE, FRAN, TILL, "uppgradering")).handelse_id
    (planned,) = (await drift.lage()).stopp(whole.hub.clock.ms)
    assert (planned.handelse_id, planned.till - planned.fran) == (stopp, 90 * 60_000)
    await drift.hav_stopp(new("h"), OTHER, stopp, "installt")
    assert (await drift.lage()).stopp(whole.hub.clock.ms) == ()


async def test_b1_a_stop_that_ends_before_it_begins_is_not_appended(whole: Whole, drift: Driftatgarder) -> None:
    end = await whole.hub.log.end(0)
    with pytest.raises(Refused):
        await drift.planera_stopp(new("s"), ONE, TILL, FRAN, "uppgradering")
    assert await whole.hub.log.end(0) == end


async def test_b1_a_stop_that_is_over_is_refused_by_the_gate_and_stands_nowhere(drift: Driftatgarder) -> None:
    besked = await drift.planera_stopp(
        new("s"), ONE, "2026-01-01T06:00:00+01:00", "2026-01-01T07:00:00+01:00", "ovning"
    )
    assert (besked.dom, besked.skal) == ("avvisas", ("stopp-bakvant",))
    assert (await drift.lage()).oppna(STOPP_PLANERAT) == ()


async def test_t1_a_proposed_regelverk_is_settled_when_it_is_active(whole: Whole, drift: Driftatgarder) -> None:
    found = artefacts()
    other = (await drift.foresla_regelverk(new("o"), ONE, {"katalog": "ab" * 32}, "rattelse")).handelse_id
    forslag = (await drift.foresla_regelverk(new("r"), ONE, digests(found), "ny_version")).handelse_id
    with pytest.raises(Conflict):
        await drift.foresla_regelverk(new("q"), OTHER, digests(found), "ny_version")
    act = await drift.forslag(REGELVERK_FORESLAGET, forslag)
    await change(found, [0], approval(act, OTHER), **whole.hub.writers())
    await whole.log.judge()
    assert [one.handelse_id for one in (await drift.lage()).oppna(REGELVERK_FORESLAGET)] == [other]


async def test_t1_a_proposed_regelverk_is_declined(drift: Driftatgarder) -> None:
    forslag = (await drift.foresla_regelverk(new("o"), ONE, {"katalog": "ab" * 32}, "rattelse")).handelse_id
    await drift.avboj(new("n"), ONE, REGELVERK_FORESLAGET, forslag, "fel_innehall")
    lage = await drift.lage()
    assert (lage.gjort[0][0].slag, lage.oppna(REGELVERK_FORESLAGET)) == (REGELVERK_AVBOJT, ())


async def test_what_no_operator_does_is_refused_by_the_gate(drift: Driftatgarder) -> None:
    besked = await drift.planera_stopp(new("s"), "drift.9", FRAN, TILL, "uppgradering")
    assert besked.skal == ("ej-operator",)


async def test_where_the_gate_has_not_come_to_it_it_says_so_and_is_known_later(
    whole: Whole, drift: Driftatgarder
) -> None:
    whole.log.paused = True
    assert (await drift.planera_stopp(new("s"), ONE, FRAN, TILL, "uppgradering")).dom == ""
    assert (await drift.lage()).oppna(STOPP_PLANERAT) == ()
    await whole.log.judge()
    assert len((await drift.lage()).oppna(STOPP_PLANERAT)) == 1


@pytest.mark.parametrize("faulty", [{"vem": "Bo Ek"}, {"skal": "for att"}])
async def test_codes_that_the_gate_could_not_read_never_reach_the_log(
    whole: Whole, drift: Driftatgarder, faulty: dict[str, str]
) -> None:
    end = await whole.hub.log.end(0)
    with pytest.raises(Refused):
        await drift.planera_stopp(new("s"), **{"vem": ONE, "fran": FRAN, "till": TILL, "skal": "flytt", **faulty})
    assert await whole.hub.log.end(0) == end


async def test_b7_a_regelverk_older_than_such_events_gets_none(whole: Whole, drift: Driftatgarder) -> None:
    await whole.before_the_schema_of("driftatgard")
    with pytest.raises(Conflict) as refused:
        await drift.planera_stopp(new("s"), ONE, FRAN, TILL, "uppgradering")
    assert refused.value.code == "regelverk-for-gammalt"


async def test_nobodys_form_takes_the_id_of_what_another_does(whole: Whole, drift: Driftatgarder) -> None:
    """Neither another operator's, whose form has the same id, nor the hub's own of an approval."""
    first = await drift.planera_stopp(new("s"), ONE, FRAN, TILL, "uppgradering")
    other = await drift.planera_stopp(new("s"), OTHER, FRAN, TILL, "uppgradering")
    assert (first.dom, other.dom) == ("godtas", "godtas")
    forslag = await proposed(drift)
    (act,) = (await drift.lage()).oppna(UPPTINING_FORESLAGEN)
    await drift.planera_stopp(approval(act, OTHER).id, ONE, FRAN, TILL, "uppgradering")
    assert (await drift.godkann_upptining(OTHER, forslag)).dom == "godtas"


async def test_what_a_look_found_is_told_by_the_next_though_it_was_cut_short(
    whole: Whole, drift: Driftatgarder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database goes away between two partitions, and the first had something to tell."""
    await drift.lage()
    await proposed(service(whole))
    read_on = Driftatgarder._read_on

    async def cut_short(self: Driftatgarder, partition: int) -> None:
        await read_on(self, partition)
        raise Unavailable("projektion")

    with monkeypatch.context() as patched:
        patched.setattr(Driftatgarder, "_read_on", cut_short)
        with pytest.raises(Unavailable):
            await drift.lage()
    assert len((await drift.lage()).oppna(UPPTINING_FORESLAGEN)) == 1


async def test_each_partition_is_read_of_itself_alone(
    whole: Whole, drift: Driftatgarder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not of all that come after it, every time that somebody looks."""
    await proposed(drift)
    asked, traced = list[Traced](), whole.projection.traced

    async def noted(sought: Traced, limit: int, after: tuple[int, int]) -> list[Judgement]:
        asked.append(sought)
        return await traced(sought, limit, after)

    monkeypatch.setattr(whole.projection, "traced", noted)
    await service(whole).lage()
    assert {one.partition for one in asked} == {0}
