"""H2, O4, V7: the list of open duties through intake, gate, watch and projection."""

from dataclasses import replace
from typing import Any

import pytest
from intakehub import UTOVARE, UTSATT, VC, VC_RATTVIK, Whole, caller, consent, report, summons
from watched import CHILD_UNIT, HOUR, passes, watch

from samverkanshub.domain.errors import Refused
from samverkanshub.pipeline.identity import Caller


@pytest.fixture
async def hub() -> Whole:
    return await Whole().started()


async def rows(hub: Whole, who: str | Caller, **how: Any) -> list[dict[str, Any]]:
    """Everything that the caller's list has, read one row at a time."""
    found: list[dict[str, Any]] = []
    reader, markor = caller(who) if isinstance(who, str) else who, ""
    while (page := await hub.skyldigheter.of(reader, markor, 1, **how))["rader"]:
        found += page["rader"]
        markor = page["markor"]
    assert page["markor"] == markor, "T3: no cursor moves past what is not shown"
    return found


async def called(hub: Whole) -> dict[str, Any]:
    """A SIP called by the vårdcentral: its delivery in Mora."""
    await hub.publish(VC, "samtycke_lamnat", consent())
    await hub.publish(VC, "sip_kallelse", summons())
    return await hub.delivered(UTSATT)


async def fallen(hub: Whole) -> dict[str, Any]:
    """The same, which nobody has taken over for a week."""
    delivery = await called(hub)
    passes(hub, 7 * 24 * HOUR)
    await watch(hub).round()
    return delivery


async def test_o4_a_unit_reads_what_it_owes_under_its_own_alias_and_the_sender_what_it_waits_for(hub: Whole) -> None:
    passes(hub, 6 * HOUR)  # To office hours, in which the socialjour has no part in it.
    sent = await hub.publish(VC_RATTVIK, "orosanmalan", report())
    delivery = await hub.delivered(CHILD_UNIT)
    found = {row["slag"]: row for row in await rows(hub, CHILD_UNIT)}
    assert set(found) == {"o4.kvittens", "o4.skyddsbedomning"}
    own = found["o4.kvittens"]
    assert (own["roll"], own["arende"], own["avser"]) == ("bar", delivery["arende"], delivery["leverans_id"])
    assert (own["nasta_steg"], own["tagna"], own["nasta_tid"] > hub.hub.clock.ms) == ("paminnelse", [], True)
    assert set(own) == {"slag", "roll", "arende", "avser", "fraga", "nasta_steg", "nasta_tid", "tagna"}, (
        "V6: nobody is named"
    )
    [waits] = await rows(hub, VC_RATTVIK)
    assert (waits["roll"], waits["arende"], waits["avser"]) == ("vantar", sent.arende, sent.handelse_id)
    passes(hub, 2 * HOUR)
    await watch(hub).round()
    [waits] = await rows(hub, VC_RATTVIK)
    assert waits["tagna"][:1] == ["paminnelse"]
    await hub.deliver.acknowledge(caller(CHILD_UNIT), delivery["leverans_id"], "mottagen")
    assert await rows(hub, VC_RATTVIK) == []


async def test_h2_an_arende_that_nobody_holds_is_listed_until_somebody_takes_it_over(hub: Whole) -> None:
    delivery = await fallen(hub)
    for grupp in (UTSATT, VC):
        [row] = await rows(hub, grupp, without_holder=True)
        assert (row["slag"], row["tagna"], row["nasta_steg"], row["nasta_tid"]) == (
            *("h2.innehavare", ["enhetschef"]),
            *("", 0),
        )
    assert (await rows(hub, UTSATT, without_holder=True))[0]["arende"] == delivery["arende"]
    assert await rows(hub, UTOVARE, without_holder=True) == [], "V1"
    assert [row["slag"] for row in await rows(hub, UTOVARE)] == ["h2.kvittens"], "its own delivery, as it is reminded"
    await hub.deliver.open(caller(UTSATT), delivery["leverans_id"])
    await hub.deliver.acknowledge(caller(UTSATT), delivery["leverans_id"], "overtagen")
    assert [await rows(hub, grupp, without_holder=True) for grupp in (UTSATT, VC)] == [[], []]


async def test_o5_the_reporters_list_is_the_same_whether_or_not_anybody_holds_the_arende(hub: Whole) -> None:
    await hub.publish(VC_RATTVIK, "orosanmalan", report())
    passes(hub, 7 * 24 * HOUR)
    await watch(hub).round()
    assert len(await rows(hub, CHILD_UNIT, without_holder=True)) == 1
    assert await hub.skyldigheter.of(caller(VC_RATTVIK), "", 9, without_holder=True) == {"rader": [], "markor": ""}


async def test_v7_a_barred_employee_reads_nothing_of_the_arende_and_colleagues_do(hub: Whole) -> None:
    delivery = await fallen(hub)
    bar = {"personer": [], "arende": delivery["arende"], "anvandare": caller(UTSATT).anvandare}
    assert (await hub.publish(UTSATT, "jav", bar)).dom == "godtagen"
    assert await rows(hub, UTSATT) == []
    assert await rows(hub, replace(caller(UTSATT), anvandare="u-18"))


async def test_nobody_reads_a_list_with_anothers_cursor_nor_with_one_of_the_inbox(hub: Whole) -> None:
    await fallen(hub)
    mine = (await hub.skyldigheter.of(caller(UTSATT), "", 9))["markor"]
    inbox = (await hub.deliver.inbox(caller(UTSATT), "", 9))["markor"]
    for who, markor in ((VC, mine), (UTSATT, inbox), (UTSATT, "påhittad")):
        with pytest.raises(Refused) as refused:
            await hub.skyldigheter.of(caller(who), markor, 9)
        assert (refused.value.falt, refused.value.code) == ("/markor", "ogiltig-markor")
    with pytest.raises(Refused) as refused:
        await hub.deliver.inbox(caller(UTSATT), mine, 9)
    assert refused.value.falt == "/markor"


@pytest.mark.parametrize("antal", [0, 501])
async def test_too_few_or_too_many_rows_are_refused_by_name(hub: Whole, antal: int) -> None:
    with pytest.raises(Refused) as refused:
        await hub.skyldigheter.of(caller(UTSATT), "", antal)
    assert refused.value.falt == "/antal"


async def test_a_group_that_has_left_the_directory_owes_nothing(hub: Whole) -> None:
    gone = Caller("mora", "mora.vinr", "mora.vinr.nedlagd", "u-17")
    assert await hub.skyldigheter.of(gone, "", 9) == {"rader": [], "markor": ""}
