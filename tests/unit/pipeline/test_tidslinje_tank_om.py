"""T1: what would have been decided otherwise in one ärende, told within the auditor's scope; it changes nothing."""

import asyncio
from typing import Any

import pytest
from auditing import Auditing, auditor
from intakehub import (
    ANNA,
    BO,
    DISA,
    UTSATT,
    VC,
    Whole,
    called,
    caller,
    consent,
    deviation,
    person,
    report,
    summons,
    unit,
)

from samverkanshub.domain.errors import NotFound
from samverkanshub.pipeline.granskning.fraga import Fraga
from samverkanshub.pipeline.granskning.rader import Laser
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.tidslinje import slakt, tank_om
from samverkanshub.pipeline.tidslinje.slakt import related, spans
from samverkanshub.pipeline.tidslinje.tank_om import (
    ANNAN_DOM,
    EJ_MOJLIGT,
    FOR_STORT,
    PROVAT,
    Provat,
    Provning,
    Skillnad,
    Tanke,
    Utslag,
)
from samverkanshub.pipeline.tidslinje.tjanst import Tidslinjer


class Thinking:
    """Asks what would have been, as one auditor or another."""

    def __init__(self, whole: Whole) -> None:
        self.whole, self.audit = whole, Auditing(whole)
        self.provning = Provning(whole.hub.log, whole.hub.artefacts)
        self.service = Tidslinjer(self.audit.service, whole.vault, None, self.provning)  # type: ignore[arg-type]

    async def of(self, who: str | Caller, handelse: str, **tanke: Any) -> Provat:
        asking = auditor(who) if isinstance(who, str) else who
        before = await self.whole.hub.log.end(0), dict(self.whole.hub.database.decisions)
        found = await self.service.tank_om(asking, Fraga(handelse=handelse), Tanke(**tanke))
        assert (await self.whole.hub.log.end(0), self.whole.hub.database.decisions) == before, "it changes nothing"
        return found


@pytest.fixture
def think(whole: Whole) -> Thinking:
    return Thinking(whole)


def verdicts(found: Provat) -> set[tuple[str, str]]:
    assert found.utfall == PROVAT
    return {(one.fran.utslag, one.till.utslag) for one in found.skillnader}


async def test_k4_without_the_consent_what_rested_on_it_would_be_withheld(whole: Whole, think: Thinking) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    found = await think.of("region-dalarna", sent.handelse_id, samtycke=given.handelse_id)
    assert ("levereras", "undanhalls") in verdicts(found)
    of_message = [one for one in found.skillnader if one.handelse_id == sent.handelse_id and one.vag]
    assert {one.mottagare for one in of_message} == {"vinr"}, "P5: another authority's unit is a role"
    assert {one.till.skal for one in of_message} == {("samtycke-aterkallat",)}
    assert found.poster >= 3


async def test_it_may_begin_at_a_later_event(whole: Whole, think: Thinking) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    later = await whole.publish(VC, "sip_kallelse", summons(syfte="ett annat"))
    found = await think.of("region-dalarna", sent.handelse_id, samtycke=given.handelse_id, fran=later.handelse_id)
    assert {one.handelse_id for one in found.skillnader} == {later.handelse_id}


async def test_a_consent_that_nothing_rests_on_changes_nothing_and_cannot_end_before_it_began(
    whole: Whole, think: Thinking
) -> None:
    sent = await whole.publish(VC, "sip_kallelse", summons())
    later = await whole.publish(VC, "samtycke_lamnat", consent())
    found = await think.of("region-dalarna", sent.handelse_id, samtycke=later.handelse_id)
    assert found == Provat(PROVAT)


async def test_t3_the_recipients_auditor_reads_what_it_would_not_have_got_and_not_why(
    whole: Whole, think: Thinking
) -> None:
    given, sent, _ = await called(whole)
    found = await think.of("mora", sent.handelse_id, samtycke=given.handelse_id)
    assert verdicts(found) == {("levereras", "")}
    assert {one.till.skal for one in found.skillnader} == {()}


async def test_p5_of_a_protected_persons_matter_nobody_is_named_in_another_history_either(
    whole: Whole, think: Thinking
) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    ended = {"personer": consent()["personer"], "samtycke": given.handelse_id}
    await whole.publish(VC, "samtycke_aterkallat", ended)
    who = think.audit.of_matter(sent.handelse_id)
    asked = {"samtycke": given.handelse_id, "fran": sent.handelse_id}
    named = {one.mottagare for one in (await think.of(who, sent.handelse_id, **asked)).skillnader}
    assert "mora.vinr.utsatt" in named
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    found = await think.of(who, sent.handelse_id, **asked)
    assert found.skillnader
    assert not [one.mottagare for one in found.skillnader if "." in one.mottagare]


async def test_beside_one_matter_there_is_nothing_to_read(whole: Whole, think: Thinking) -> None:
    _, sent, _ = await called(whole)

    async def looking(laser: Laser, given: Fraga) -> tuple[tuple[str, str], int]:
        narrowed = laser.scope.about("an-arende")
        laser.scope = narrowed
        return (laser.scope.arende_id, laser.beside().scope.arende_id), 0

    look = think.audit.service.look
    assert await look(think.audit.of_matter(sent.handelse_id), "x", Fraga(), looking) == ("an-arende", "an-arende")
    assert await look(auditor("mora"), "x", Fraga(), looking) == ("an-arende", "")


async def test_without_a_provision_what_rested_on_it_needs_another_basis(whole: Whole, think: Thinking) -> None:
    sent = await whole.publish(VC, "orosanmalan", report())
    who = think.audit.of_matter(sent.handelse_id)
    cited = await cited_provision(think, who, sent.handelse_id)
    found = await think.of(who, sent.handelse_id, bestammelse=cited)
    assert found.utfall == PROVAT
    assert found.skillnader, "the report's secrecy would not be broken by it"
    with pytest.raises(NotFound):
        await think.of(who, sent.handelse_id, bestammelse="finns-inte")


async def cited_provision(think: Thinking, who: Caller, handelse: str) -> str:
    shown = await think.service.bild(who, Fraga(handelse=handelse))
    return shown.tidslinje.bestammelser[0]


async def test_what_the_picture_does_not_have_cannot_be_thought_away(whole: Whole, think: Thinking) -> None:
    given, sent, _ = await called(whole)
    other = await whole.publish(VC, "samtycke_lamnat", consent(BO))
    for tanke in (
        {"samtycke": other.handelse_id},
        {"samtycke": sent.handelse_id},
        {"samtycke": given.handelse_id, "fran": other.handelse_id},
        {},
    ):
        with pytest.raises(NotFound):
            await think.of("region-dalarna", sent.handelse_id, **tanke)
    with pytest.raises(NotFound):
        await think.of("falun", sent.handelse_id, samtycke=given.handelse_id)


async def test_what_the_gate_would_have_refused_is_not_possible(whole: Whole, think: Thinking) -> None:
    given, sent, _ = await called(whole)
    found = await think.of("region-dalarna", sent.handelse_id, samtycke=given.handelse_id, fran=given.handelse_id)
    assert found == Provat(EJ_MOJLIGT), "before it was given it cannot be withdrawn"


async def test_only_what_belongs_together_is_judged_again(whole: Whole, think: Thinking) -> None:
    given, sent, _ = await called(whole)
    before = (await think.of("mora", sent.handelse_id, samtycke=given.handelse_id)).poster
    for number in (BO, DISA):
        await whole.publish(VC, "samtycke_lamnat", consent(number))
    await whole.publish(VC, "avvikelse", deviation())
    after = await think.of("mora", sent.handelse_id, samtycke=given.handelse_id)
    assert after.poster == before
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    together = {
        "personer": [person("registrerad", ANNA), person("medlem", BO)],
        "kalla": "socialtjanst",
        "datum": "2026-12-01",
    }
    await whole.publish(UTSATT, "hushall", together)
    wider = await think.of("mora", sent.handelse_id, samtycke=given.handelse_id)
    assert wider.utfall == PROVAT
    assert wider.poster >= before + 3, "who lives together belongs together"


async def test_too_much_is_said_to_be_so(whole: Whole, think: Thinking, monkeypatch: pytest.MonkeyPatch) -> None:
    given, sent, _ = await called(whole)
    asked = {"samtycke": given.handelse_id}
    with monkeypatch.context() as less:
        less.setattr(slakt, "MOST", 2)
        assert await think.of("mora", sent.handelse_id, **asked) == Provat(FOR_STORT)
    monkeypatch.setattr(tank_om, "LONGEST_S", 0.0)
    assert await think.of("mora", sent.handelse_id, **asked) == Provat(FOR_STORT)


async def test_where_judging_again_is_not_what_was_recorded_nothing_is_told(
    whole: Whole, think: Thinking, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, sent, _ = await called(whole)

    async def without_the_consent(*args: Any) -> dict[int, Any]:
        found = await related(*args)
        return {offset: row for offset, row in found.items() if row.typ != "samtycke_lamnat"}

    monkeypatch.setattr(tank_om, "related", without_the_consent)
    second = await whole.publish(VC, "sip_kallelse", summons(syfte="ett annat"))
    assert second.handelse_id
    found = await think.of("region-dalarna", sent.handelse_id, samtycke=given.handelse_id)
    assert found == Provat(EJ_MOJLIGT), "the consent is not among what was read"

    async def recorded_otherwise(*args: Any) -> dict[int, Any]:
        found = await related(*args)
        last = max(found)
        return found | {last: found[min(found)]}

    monkeypatch.setattr(tank_om, "related", recorded_otherwise)
    assert await think.of("region-dalarna", sent.handelse_id, samtycke=given.handelse_id) == Provat(ANNAN_DOM)


async def test_one_is_judged_at_a_time_and_the_loop_goes_on_meanwhile(whole: Whole, think: Thinking) -> None:
    given, sent, _ = await called(whole)
    asked = {"samtycke": given.handelse_id}
    both = asyncio.gather(
        *(think.service.tank_om(auditor("mora"), Fraga(handelse=sent.handelse_id), Tanke(**asked)) for _ in (1, 2))
    )
    turns = 0
    while not both.done():
        await asyncio.sleep(0)
        turns += 1
    first, second = await both
    assert first == second
    assert turns > 10


async def test_every_look_is_kept_with_what_was_thought_away(whole: Whole, think: Thinking) -> None:
    given, sent, _ = await called(whole)
    found = await think.of("mora", sent.handelse_id, samtycke=given.handelse_id)
    [kept] = await think.audit.questions.kept("myndighet:mora", 9)
    assert (kept.fraga, kept.rader) == ("tank-om", len(found.skillnader))
    assert given.handelse_id in kept.parametrar


async def test_units_that_were_never_told_are_not_found_by_thinking(whole: Whole, think: Thinking) -> None:
    both = consent(mottagare=[unit("mora.vinr"), unit("falun.vinr")])
    given = await whole.publish(VC, "samtycke_lamnat", both)
    sent = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("mora.vinr"), unit("falun.vinr")]))
    found = await think.of("mora", sent.handelse_id, samtycke=given.handelse_id)
    assert found.skillnader
    assert {one.mottagare.partition(".")[0] for one in found.skillnader} == {"mora"}


def test_offsets_are_read_in_as_few_stretches_as_near_each_other() -> None:
    assert list(spans([])) == []
    assert list(spans([0, 3, 9])) == [(0, 10)]
    assert list(spans([0, 3, 2000, 2001])) == [(0, 4), (2000, 2002)]


def test_a_difference_says_where_it_is() -> None:
    one = Skillnad("h", "sip_kallelse", 4, 1, "vinr", "/behov/0", Utslag("levereras"), Utslag("undanhalls", ("x",)))
    assert (one.position, one.vag) == (4, "/behov/0")
