"""T1, T3, P5: all about an ärende, as each auditor may read of it, through the whole hub in memory."""

from dataclasses import replace
from typing import Any
from uuid import uuid4  # noqa: TID251

import msgspec
import pytest
from auditing import Auditing, auditor
from hub import START_MS
from intakehub import (
    ANNA,
    UTSATT,
    VC,
    VC_RATTVIK,
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
from watched import CHILD_UNIT, HOUR, passes, watch

from samverkanshub.domain.errors import Forbidden, NotFound, Refused
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.ports import Unavailable

VINR = "mora.vinr.utsatt"


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def opened(whole: Whole) -> tuple[str, str]:
    """A summons with consent, opened and acknowledged in Mora: its event and its delivery."""
    _, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    await whole.deliver.acknowledge(caller(UTSATT), delivery["leverans_id"], "mottagen")
    return sent.handelse_id, delivery["leverans_id"]


def kinds(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Type and kind of each row, once where it stands beside itself."""
    found = [(row["typ"], row["slag"]) for row in rows]
    return [one for at, one in enumerate(found) if at == 0 or found[at - 1] != one]


async def test_t1_the_sender_authoritys_auditor_reads_every_line_with_what_it_cites(
    whole: Whole, audit: Auditing
) -> None:
    sent, delivery = await opened(whole)
    rows = await audit.rows("region-dalarna", "arende", handelse=sent)
    line, _ = [row for row in rows if row["vag"].startswith("/behov/") and row["utslag"] == "levereras"]
    assert (line["mottagare"], line["avsandare"], line["typ"]) == ("vinr", VC, "sip_kallelse")
    assert (line["handelse"], line["tid"]) == (sent, START_MS)
    assert line["regler"] == ["B3"]
    assert line["samtycken"]
    assert line["grunder"], "T1: the basis with validity and mark"
    assert ("sip_kallelse", "skeende") in kinds(rows), "as its outcome tells it"
    assert [row["skal"] for row in rows if row["slag"] == "skeende"] == [["oppnad"], ["mottagen"]]
    told = {row["leverans"] for row in rows} - {""}
    assert delivery not in told, "P5: it is made of who received it"
    [happened] = {row["leverans"] for row in rows if row["slag"] == "skeende"}
    assert happened in {row["leverans"] for row in rows if row["handelse"] == sent and row["slag"] == "beslut"}
    assert [row["tid"] for row in rows] == sorted(row["tid"] for row in rows)


async def test_the_recipient_authoritys_auditor_reads_what_reached_it_and_who_of_its_own_opened_it(
    whole: Whole, audit: Auditing
) -> None:
    sent, delivery = await opened(whole)
    rows = await audit.rows("mora", "arende", handelse=sent)
    assert {row["avsandare"] for row in rows if row["typ"] == "sip_kallelse" and row["slag"] == "beslut"} == {
        "vardcentral"
    }
    assert {row["mottagare"] for row in rows if row["slag"] == "beslut"} <= {VINR, "mora.vinr.utovare", ""}
    assert {row["leverans"] for row in rows if row["mottagare"] == VINR} == {delivery}
    assert ("oppning_begard", "beslut") in kinds(rows)


async def test_t3_what_was_withheld_is_read_by_its_senders_auditor_and_is_nothing_to_the_recipients(
    whole: Whole, audit: Auditing
) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["behov"]))
    sent = await whole.publish(VC, "sip_kallelse", summons())
    mine = await audit.rows("region-dalarna", "arende", handelse=sent.handelse_id)
    theirs = await audit.rows("mora", "arende", handelse=sent.handelse_id)
    assert "undanhalls" in {row["utslag"] for row in mine}
    assert {row["utslag"] for row in theirs if row["slag"] == "beslut"} == {"levereras"}
    assert {row["vag"] for row in theirs} < {row["vag"] for row in mine}


async def test_t3_nobody_else_learns_that_there_is_an_arende(whole: Whole, audit: Auditing) -> None:
    sent, delivery = await opened(whole)
    unknown = await audit.refusal("falun", "arende", handelse=str(uuid4()))
    assert unknown[:3] == (NotFound, "finns-ej", "/handelse")
    for handelse in (sent, delivery, (await whole.records())[0].headers[0][0], ""):
        if len(handelse) == 36 or not handelse:
            assert await audit.refusal("falun", "arende", handelse=handelse) == unknown


async def test_an_authority_that_got_nothing_of_a_message_has_no_part_in_its_arende(
    whole: Whole, audit: Auditing
) -> None:
    sent = await whole.publish(VC, "sip_kallelse", summons())
    assert (await audit.refusal("mora", "arende", handelse=sent.handelse_id))[0] is NotFound
    assert await audit.rows("region-dalarna", "arende", handelse=sent.handelse_id)


async def test_what_one_authority_does_in_an_arende_of_several_is_not_read_by_anothers_auditor(
    whole: Whole, audit: Auditing
) -> None:
    sent, _ = await opened(whole)
    both = consent(mottagare=[unit("mora.vinr"), unit("falun.vinr")])
    await whole.publish(VC, "samtycke_lamnat", both)
    also = await whole.publish(VC, "sip_kallelse", summons(mottagare=[unit("falun.vinr")]))
    falun = await audit.rows("falun", "arende", handelse=also.handelse_id)
    assert {row["handelse"] for row in falun} == {also.handelse_id}
    mora = await audit.rows("mora", "arende", handelse=sent)
    assert also.handelse_id not in {row["handelse"] for row in mora}
    everything = await audit.rows("region-dalarna", "arende", handelse=sent)
    assert {sent, also.handelse_id} <= {row["handelse"] for row in everything}
    assert [row for row in [*mora, *everything] if "falun" in msgspec.json.encode(row).decode()] == []


async def test_an_auditor_of_one_matter_reads_all_of_it_with_names_and_nothing_of_any_other(
    whole: Whole, audit: Auditing
) -> None:
    sent, delivery = await opened(whole)
    other = await whole.publish(VC, "avvikelse", deviation())
    who = audit.of_matter(sent)
    rows = await audit.rows(who, "arende", handelse=sent)
    assert {row["mottagare"] for row in rows if row["leverans"] == delivery and row["slag"] == "beslut"} == {VINR}
    assert {VC, VINR} <= {row["avsandare"] for row in rows}
    unknown = await audit.refusal(who, "arende", handelse=str(uuid4()))
    assert await audit.refusal(who, "arende", handelse=other.handelse_id) == unknown


async def test_p5_of_a_protected_persons_matter_nobody_is_named(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    who = audit.of_matter(sent)
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    told = msgspec.json.encode(await audit.rows(who, "arende", handelse=sent)).decode()
    assert not [name for name in (VC, VINR, "mora.", "region-dalarna.") if name in told]
    own = msgspec.json.encode(await audit.rows("mora", "arende", handelse=sent)).decode()
    assert "region-dalarna" not in own


async def test_o4_the_duties_of_an_arende_stand_by_what_made_them(whole: Whole, audit: Auditing) -> None:
    passes(whole, 6 * HOUR)
    sent = await whole.publish(VC_RATTVIK, "orosanmalan", report())
    passes(whole, 2 * HOUR)
    await watch(whole).round()
    bears = [row for row in await audit.rows("rattvik", "arende", handelse=sent.handelse_id) if row["slag"] == "plikt"]
    waits = [
        row for row in await audit.rows("region-dalarna", "arende", handelse=sent.handelse_id) if row["slag"] == "plikt"
    ]
    assert [row["funktion"] for row in bears] == ["o4.skyddsbedomning", "o4.kvittens"]
    assert [(row["funktion"], row["mottagare"]) for row in waits] == [("o4.kvittens", "barn_unga")]
    assert (bears[1]["utslag"], bears[1]["mottagare"], bears[1]["frist"] > START_MS) == (
        *("oppen", "rattvik.barn-unga"),
        True,
    )
    assert "paminnelse" in bears[1]["skal"]
    delivery = await whole.delivered(CHILD_UNIT)
    assert delivery["typ"]


async def test_k4_a_withdrawal_stands_in_the_arende_that_it_was_told_in(whole: Whole, audit: Auditing) -> None:
    given, sent, delivery = await called(whole)
    await whole.deliver.open(caller(UTSATT), delivery["leverans_id"])
    withdrawal = {"personer": consent()["personer"], "samtycke": given.handelse_id}
    ended = await whole.publish(VC, "samtycke_aterkallat", withdrawal)
    rows = await audit.rows(audit.of_matter(sent.handelse_id), "arende", handelse=sent.handelse_id)
    assert ended.handelse_id in {row["handelse"] for row in rows}


async def test_days_leave_out_what_came_before_and_after(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    asked = {"handelse": sent}
    assert await audit.rows("mora", "arende", **asked, fran="2026-12-23", till="2026-12-24")
    assert await audit.rows("mora", "arende", **asked, till="2026-12-23") == []
    assert await audit.rows("mora", "arende", **asked, fran="2027-01-01") == []


# ---------------------------------------------------------------------------------------------- who asks, and what of


async def test_only_who_is_named_asks_and_only_as_an_auditor_and_on_its_days(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    audit.named(Revisor("orsa", "granskare.1", "myndighet", "mora", "2026-12-24"))
    audit.named(Revisor("leksand", "granskare.1", "myndighet", "mora", "2026-01-01", "2026-12-23"))
    plain = replace(auditor("mora"), revisor=False)
    for who in (plain, auditor("mora", "granskare.2"), auditor("avesta"), auditor("orsa"), auditor("leksand")):
        assert (await audit.refusal(who, "arende", handelse=sent))[:2] == (Forbidden, "ej-behorig")
    assert await audit.questions.kept("myndighet:mora", 9) == [], "nobody asked"
    whole.hub.clock.ms += 24 * HOUR
    assert await audit.rows("orsa", "arende", handelse=sent), "from its first day on"


async def test_who_has_several_scopes_says_which(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    audit.named(Revisor("mora", "granskare.1", "myndighet", "falun", "2026-01-01"))
    assert (await audit.refusal("mora", "arende", handelse=sent))[1] == "fel-omfattning"
    assert (await audit.refusal("mora", "arende", handelse=sent, omfattning="myndighet:orsa"))[1] == "fel-omfattning"
    assert await audit.rows("mora", "arende", handelse=sent, omfattning="myndighet:mora")
    assert (await audit.refusal("mora", "arende", handelse=sent, omfattning="myndighet:falun"))[0] is NotFound


async def test_a_matter_that_is_none_is_no_scope(audit: Auditing) -> None:
    assert (await audit.refusal(audit.of_matter(str(uuid4())), "fragor"))[1] == "fel-omfattning"


@pytest.mark.parametrize(
    ("given", "falt"),
    [
        ({"handelse": "1"}, "/handelse"),
        ({"samtycke": "x"}, "/samtycke"),
        ({"nummer": "1978"}, "/nummer"),
        ({"fran": "i dag"}, "/fran"),
        ({"till": "2026-13-01"}, "/till"),
        ({"anvandare": "197807182394"}, "/anvandare"),
        ({"anvandare": "Anna"}, "/anvandare"),
        ({"antal": 0}, "/antal"),
        ({"antal": 501}, "/antal"),
    ],
)
async def test_what_is_malformed_is_named_and_neither_repeated_nor_kept(
    audit: Auditing, given: dict[str, Any], falt: str
) -> None:
    refused = await audit.refusal("mora", "arende", **given)
    assert (refused[0], refused[2]) == (Refused, falt)
    assert not isinstance(value := next(iter(given.values())), str) or value not in refused[3]
    assert await audit.questions.kept("myndighet:mora", 9) == []


async def test_no_cursor_goes_on_in_another_question_or_for_another_auditor(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    markor = (await audit.page("mora", "arende", handelse=sent, antal=1)).markor
    audit.named(Revisor("mora", "granskare.2", "myndighet", "mora", "2026-01-01"))
    asked = {"handelse": sent, "markor": markor}
    for who, fraga, given in (
        (auditor("mora", "granskare.2"), "arende", asked),
        ("region-dalarna", "arende", asked),
        ("mora", "arende", {**asked, "fran": "2026-01-01"}),
        ("mora", "fragor", {"markor": markor}),
        ("mora", "arende", {**asked, "markor": "påhittad"}),
    ):
        assert (await audit.refusal(who, fraga, **given))[1:3] == ("ogiltig-markor", "/markor")
    assert (await audit.page("mora", "arende", **asked, antal=7)).rader, "as many rows as one likes"


async def test_a_projection_from_before_there_were_traces_is_not_asked(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    for key in [key for key in whole.hub.database.traces if key[3] == 0]:
        del whole.hub.database.traces[key]
    with pytest.raises(Unavailable):
        await audit.page("mora", "arende", handelse=sent)


# ---------------------------------------------------------------------------------------------- their own questions


async def test_every_question_is_kept_with_who_asked_what_and_how_much_was_answered(
    whole: Whole, audit: Auditing
) -> None:
    sent, _ = await opened(whole)
    page = await audit.page("mora", "arende", handelse=sent, antal=2)
    await audit.refusal("mora", "arende", handelse=str(uuid4()))
    first, refused = await audit.questions.kept("myndighet:mora", 9)
    assert (first.aktor, first.anvandare, first.fraga, first.tid) == ("mora", "granskare.1", "arende", START_MS)
    assert (first.rader, refused.rader) == (len(page.rader), 0)
    assert msgspec.json.decode(first.parametrar) == {"handelse": sent, "antal": 2}


async def test_no_number_is_kept_and_the_same_number_is_kept_alike(whole: Whole, audit: Auditing) -> None:
    for nummer in (ANNA, f"{ANNA[:8]}-{ANNA[8:]}"):
        await audit.refusal("mora", "arende", nummer=nummer)
    kept = [one.parametrar for one in await audit.questions.kept("myndighet:mora", 9)]
    assert kept[0] == kept[1]
    assert ANNA[2:] not in kept[0]


async def test_nothing_is_answered_where_the_question_cannot_be_kept(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)

    async def away(_asked: object) -> None:
        raise Unavailable("valv")

    audit.questions.keep = away  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        await audit.page("mora", "arende", handelse=sent)


async def test_to_read_the_questions_is_a_question_that_is_kept_once(whole: Whole, audit: Auditing) -> None:
    sent, _ = await opened(whole)
    await audit.page("mora", "arende", handelse=sent)
    await audit.page("falun", "fragor")
    first = await audit.page("mora", "fragor")
    assert [row["fraga"] for row in first.rader] == ["arende"], "nothing of another scope, nor of itself"
    second = await audit.page("mora", "fragor", markor=first.markor)
    assert [row["fraga"] for row in second.rader] == ["fragor"]
    assert len(await audit.questions.kept("myndighet:mora", 9)) == 3


async def test_a_question_that_there_is_not_is_not_found(audit: Auditing) -> None:
    assert (await audit.refusal("mora", "innehall"))[:3] == (NotFound, "finns-ej", "/fraga")
