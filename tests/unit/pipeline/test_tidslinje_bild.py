"""An ärende as one picture, of what each auditor may read of it and no more: T1, T3, V6, K4, K7, P4."""

from typing import Any
from uuid import uuid4  # noqa: TID251

import pytest
from auditing import Auditing, auditor
from intakehub import (
    ANNA,
    BO,
    UTSATT,
    VC,
    VC_RATTVIK,
    Whole,
    called,
    caller,
    consent,
    exemption,
    person,
    report,
    summons,
    unit,
)
from watched import HOUR, passes, watch

from samverkanshub.domain.errors import NotFound
from samverkanshub.domain.tidslinje import (
    ATERKALLAT,
    ERSATT,
    KVITTERAD,
    MISSTANKT,
    OPPNAD,
    SKYDDAD,
    Tidslinje,
    ends,
    known_at,
    state_of,
)
from samverkanshub.pipeline.granskning.fraga import Fraga
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.tidslinje.tjanst import Tidslinjer

END = 2**40


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


def tidslinjer(audit: Auditing) -> Tidslinjer:
    """Where nothing is to be proved."""
    return Tidslinjer(audit.service, audit.whole.vault, None, None)  # type: ignore[arg-type]


async def picture(audit: Auditing, who: str | Caller, handelse: str, **given: Any) -> Tidslinje:
    asking = auditor(who) if isinstance(who, str) else who
    return (await tidslinjer(audit).bild(asking, Fraga(handelse=handelse, **given))).tidslinje


async def opened(whole: Whole) -> tuple[str, str, str]:
    """A consent, a summons resting on it, opened and acknowledged in Mora: consent, summons, delivery."""
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    await whole.deliver.acknowledge(caller(UTSATT), delivery["leverans_id"], "mottagen")
    return given.handelse_id, sent.handelse_id, delivery["leverans_id"]


def withdrawal(consent_id: str) -> dict[str, Any]:
    return {"personer": consent()["personer"], "samtycke": consent_id}


async def test_t1_the_senders_auditor_sees_events_deliveries_and_consents_in_order(
    whole: Whole, audit: Auditing
) -> None:
    given, sent, delivery = await opened(whole)
    found = await picture(audit, "region-dalarna", sent)
    assert [(one.typ, one.slag, one.kod) for one in found.handelser] == [
        ("samtycke_lamnat", "handelse", ""),
        ("sip_kallelse", "handelse", ""),
        ("sip_kallelse", "skeende", "oppnad"),
        ("sip_kallelse", "skeende", "mottagen"),
    ]
    [bar] = found.staplar
    assert (bar.id, bar.kedja, bar.andamal) == (given, given, "sip")
    assert 0 < bar.fran < bar.till
    assert [one.position for one in bar.citerad][:1] == [found.handelser[1].position]
    carried = [one for one in found.leveranser if one.till == "vinr" and one.levererade]
    assert {(one.fran, one.handelse_id) for one in carried} == {(VC, sent)}
    assert delivery not in {one.id for one in carried}, "P5: it is made of who received it"
    [sip] = [one for one in carried if state_of(one, END) == KVITTERAD]
    assert state_of(sip, found.handelser[2].position) == OPPNAD
    assert found.enheter[0] == VC


async def test_t3_the_recipients_auditor_sees_what_reached_it_and_nothing_withheld(
    whole: Whole, audit: Auditing
) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["behov"]))
    sent = (await whole.publish(VC, "sip_kallelse", summons())).handelse_id
    mine = await picture(audit, "region-dalarna", sent)
    theirs = await picture(audit, "mora", sent)
    assert any(one.undanhallna for one in mine.leveranser)
    assert not any(one.undanhallna for one in theirs.leveranser)
    assert {one.fran for one in theirs.leveranser} == {"vardcentral"}
    assert all(one.till.startswith("mora.vinr") for one in theirs.leveranser)


async def test_k7_who_was_told_of_a_consent_sees_its_bar_and_k4_its_withdrawal(whole: Whole, audit: Auditing) -> None:
    given, sent, _ = await opened(whole)
    await whole.publish(VC, "samtycke_aterkallat", withdrawal(given))
    for who in ("region-dalarna", "mora"):
        found = await picture(audit, who, sent)
        [bar] = found.staplar
        assert [one.slag for one in bar.skeden] == [ATERKALLAT], who
        marks = [one for one in found.handelser if one.typ == "samtycke_aterkallat"]
        assert [one.bana for one in marks] == [given], who
        before, at = marks[0].position - 1, marks[0]
        assert known_at(found, before, at.tid).staplar == (bar,)
        assert known_at(found, at.position, at.tid).staplar == ()


async def test_of_one_matter_a_consent_is_told_of_where_decisions_rest_on_it(whole: Whole, audit: Auditing) -> None:
    given, sent, _ = await opened(whole)
    found = await picture(audit, audit.of_matter(sent), sent)
    [bar] = found.staplar
    assert (bar.id, bar.position, bar.till) == (given, -1, 0)
    assert bar.citerad
    assert [one.typ for one in found.handelser] == ["sip_kallelse", "oppning_begard", "kvittens"]


async def test_k9_a_changed_consent_is_a_bar_of_the_same_lane(whole: Whole, audit: Auditing) -> None:
    given, sent, _ = await called(whole)
    changed = consent(kategorier=["identitet", "behov"]) | {"samtycke": given.handelse_id}
    await whole.publish(VC, "samtycke_andrat", changed)
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    first, second = found.staplar
    assert first.kedja == second.kedja == given.handelse_id
    assert [one.slag for one in first.skeden] == ["andrat"]
    assert second.skeden == ()


async def test_k9_a_consent_that_a_later_one_takes_over_ends_where_that_begins(whole: Whole, audit: Auditing) -> None:
    given, sent, _ = await called(whole)
    wider = consent(mottagare=[unit("mora.vinr"), unit("falun.vinr")], fran="2027-01-15T00:00:00+01:00")
    later = await whole.publish(VC, "samtycke_lamnat", wider)
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    bars = {bar.id: bar for bar in found.staplar}
    first, second = bars[given.handelse_id], bars[later.handelse_id]
    assert [(one.slag, one.tid, one.position) for one in first.skeden] == [(ERSATT, second.fran, second.position)]
    assert ends(first) == second.fran < first.till
    assert second.skeden == ()
    assert known_at(found, second.position, second.fran - 1).staplar == (first,)
    assert known_at(found, second.position, second.fran).staplar == (second,)


@pytest.mark.parametrize(
    "other",
    [
        {"mottagare": [unit("falun.vinr")]},
        {"mottagare": [{"slag": "organisation", "id": "falun"}]},
        {"enskilt": False, "narvarande": ["misstankt"]},
        {"andamal": "kontakt"},
    ],
)
async def test_k9_one_for_others_or_that_is_none_takes_nothing_over(
    whole: Whole, audit: Auditing, other: dict[str, Any]
) -> None:
    given, sent, _ = await called(whole)
    await whole.publish(VC, "samtycke_lamnat", consent(**other))
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    assert [bar.skeden for bar in found.staplar if bar.id == given.handelse_id] == [()]


async def test_k9_an_organisation_is_taken_over_by_itself(whole: Whole, audit: Auditing) -> None:
    org = consent(mottagare=[{"slag": "organisation", "id": "mora"}])
    given = await whole.publish(VC, "samtycke_lamnat", org)
    sent = await whole.publish(VC, "sip_kallelse", summons())
    await whole.publish(VC, "samtycke_lamnat", consent())
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    assert {bar.skeden for bar in found.staplar} == {()}
    await whole.publish(VC, "samtycke_lamnat", {**org, "kategorier": ["behov"]})
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    [bar] = [bar for bar in found.staplar if bar.id == given.handelse_id]
    assert [one.slag for one in bar.skeden] == [ERSATT]


async def test_k3_an_exemption_and_its_lifting_are_marks_both_and_another_persons_is_none(
    whole: Whole, audit: Auditing
) -> None:
    _, sent, _ = await called(whole)
    for number in (ANNA, BO):
        await whole.publish(VC, "undantag_anmalt", exemption(number, kategorier=["halsa"]))
    await whole.publish(VC, "undantag_havt", exemption(kategorier=["halsa"]))
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    assert [one.typ for one in found.handelser if one.typ.startswith("undantag")] == [
        "undantag_anmalt",
        "undantag_havt",
    ]


async def test_p4_protection_shades_what_its_registrar_reads_and_nobody_else_is_told(
    whole: Whole, audit: Auditing
) -> None:
    _, sent, _ = await opened(whole)
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    [shade] = (await picture(audit, "mora", sent)).skuggor
    assert (shade.slag, shade.slut) == (SKYDDAD, None)
    assert (await picture(audit, "region-dalarna", sent)).skuggor == ()
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag, "niva": "ingen"})
    found = await picture(audit, "mora", sent)
    [shade] = found.skuggor
    assert shade.slut is not None
    assert known_at(found, shade.slut.position - 1, 0).skuggor == (SKYDDAD,)
    assert known_at(found, shade.slut.position, 0).skuggor == ()


def suspicion(**changes: Any) -> dict[str, Any]:
    named = [person("registrerad", ANNA), person("misstankt", BO)]
    return {"personer": named, "kalla": "utredning", "granskas": "2027-03-01"} | changes


async def test_v6_suspicion_shades_for_its_registrar_alone_and_never_in_the_suspects_own(
    whole: Whole, audit: Auditing
) -> None:
    _, sent, _ = await opened(whole)
    whole_bo = consent(BO)
    await whole.publish(VC, "samtycke_lamnat", whole_bo)
    his = (await whole.publish(VC, "sip_kallelse", summons(BO))).handelse_id
    await whole.publish(UTSATT, "misstankt", suspicion())
    found = await picture(audit, "mora", sent)
    assert [one.slag for one in found.skuggor] == [MISSTANKT]
    assert "misstankt" in {one.typ for one in found.handelser}
    for who in ("region-dalarna", audit.of_matter(sent)):
        other = await picture(audit, who, sent)
        assert other.skuggor == ()
        assert "misstankt" not in {one.typ for one in other.handelser}
    own = await picture(audit, "mora", his)
    assert (own.skuggor, "misstankt" in {one.typ for one in own.handelser}) == ((), False)
    await whole.publish(UTSATT, "misstankt", suspicion(borttagen=True))
    [shade] = (await picture(audit, "mora", sent)).skuggor
    assert shade.slut is not None


async def test_o4_a_delivery_that_nobody_acknowledges_is_escalated(whole: Whole, audit: Auditing) -> None:
    passes(whole, 6 * HOUR)
    sent = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    passes(whole, 3 * HOUR)
    await watch(whole).round()
    for who in ("rattvik", "region-dalarna"):
        found = await picture(audit, who, sent.handelse_id)
        assert "eskalerad" in {state_of(one, END) for one in found.leveranser}, who


async def test_t3_what_is_none_of_the_auditors_is_nothing(whole: Whole, audit: Auditing) -> None:
    given, sent, _ = await opened(whole)
    for who, handelse in (("falun", sent), ("mora", str(uuid4())), ("region-dalarna", given), ("mora", "")):
        with pytest.raises(NotFound):
            await picture(audit, who, handelse)


async def test_days_leave_out_events_and_keep_the_bars(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await opened(whole)
    found = await picture(audit, "mora", sent, fran="2027-01-01")
    assert (found.handelser, found.leveranser) == ((), ())


async def test_t3_every_look_is_kept_and_one_that_is_refused_too(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await opened(whole)
    await picture(audit, "mora", sent)
    with pytest.raises(NotFound):
        await picture(audit, "falun", sent)
    [mora] = await audit.questions.kept("myndighet:mora", 9)
    [falun] = await audit.questions.kept("myndighet:falun", 9)
    assert (mora.fraga, falun.fraga, falun.rader) == ("tidslinje", "tidslinje", 0)
    assert mora.rader
    assert sent in mora.parametrar


async def arenden(audit: Auditing, who: str | Caller, nummer: str) -> list[str]:
    asking = auditor(who) if isinstance(who, str) else who
    found = await tidslinjer(audit).arenden(asking, Fraga(nummer=nummer))
    return [one.handelse_id for one in found]


async def test_a_persons_arenden_are_those_about_them_that_the_auditor_may_see(whole: Whole, audit: Auditing) -> None:
    _, sent, _ = await opened(whole)
    await whole.publish(UTSATT, "misstankt", suspicion())
    assert await arenden(audit, "mora", ANNA) == [sent]
    assert await arenden(audit, "region-dalarna", ANNA) == [sent]
    assert await arenden(audit, audit.of_matter(sent), ANNA) == [sent]
    assert await arenden(audit, "falun", ANNA) == []
    assert await arenden(audit, "mora", BO) == [], "V6: in that ärende he is only named"
    assert await arenden(audit, "mora", "197507109291") == [], "whom nobody knows"
    kept = await audit.questions.kept("myndighet:mora", 9)
    assert not any(number in one.parametrar for one in kept for number in (ANNA, BO))


async def test_a_picture_holds_so_many_records_and_says_that_there_is_more(
    whole: Whole, audit: Auditing, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, sent, _ = await opened(whole)
    monkeypatch.setattr("samverkanshub.pipeline.tidslinje.lasning.MOST", 1)
    found = await picture(audit, audit.of_matter(sent), sent)
    assert (found.klippt, [one.typ for one in found.handelser]) == (True, ["sip_kallelse"])


async def test_a_unit_of_another_authority_is_a_role(whole: Whole, audit: Auditing) -> None:
    both = consent(mottagare=[unit("mora.vinr"), unit("falun.vinr")])
    await whole.publish(VC, "samtycke_lamnat", both)
    sent = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("mora.vinr"), unit("falun.vinr")]))
    found = await picture(audit, "region-dalarna", sent.handelse_id)
    assert not [name for name in found.enheter if name.startswith(("mora", "falun"))]
    assert len([one for one in found.leveranser if one.till == "vinr"]) >= 2, "each recipient is one"
