"""B2, B6 from intake to outcome: what the sender invokes is taken, judged, and told with basis and mark."""

from typing import Any

import pytest
from intakehub import ANNA, DISA, UTSATT, VC, Whole, caller, person, unit

from samverkanshub.domain.errors import Refused

RATTVIK = "rattvik.barn-unga.mottagning"
ALL = [
    "risk-allvarligt-brott-mot-narstaende",
    "uppgiften-kan-bidra-till-att-forebygga",
    "inte-olampligt-med-hansyn-till-insatser",
]
DUTY = {"bestammelse": "uppgift-till-barnutredning", "villkor": ["pagaende-utredning-om-barnet"]}


def assessment(till: str, **changes: Any) -> dict[str, Any]:
    return {
        "personer": [person("utsatt", ANNA)],
        "mottagare": [unit(till)],
        "metod": "FREDA",
        "niva": "hog",
        "bedomd_av": "mora.handlaggare-7",
        "bedomd_tid": "2026-12-20T10:00:00Z",
        "sammanfattning": "hög risk",
        **changes,
    }


def on_18c(*villkor: str) -> dict[str, Any]:
    return assessment("polisen.dalarna", grund={"bestammelse": "osl-10-18c", "villkor": list(villkor)})


def informing(**changes: Any) -> dict[str, Any]:
    return {
        "personer": [person("barn", DISA)],
        "mottagare": [unit("rattvik.barn-unga")],
        "grund": DUTY,
        "beskrivning": "så här har hon haft det",
        **changes,
    }


async def outcome(whole: Whole, grupp: str, typ: str, data: dict[str, Any]) -> dict[str, Any]:
    receipt = await whole.publish(grupp, typ, data)
    return await whole.deliver.outcome(caller(grupp), receipt.handelse_id)


async def test_b2_the_outcome_shows_provision_and_mark_of_each_item(whole: Whole) -> None:
    found = await outcome(whole, UTSATT, "riskbedomning_delad", on_18c(*ALL))
    (police,) = found["mottagare"]
    assert {item["vag"] for item in police["levererat"]} == {"/personer/0/nummer", "/sammanfattning"}
    assert all(item["grund"] == [{"id": "osl-10-18c", "marke": "N"}] for item in police["levererat"])
    assert found["samtycke_att_fraga"] == []


async def test_b2_what_failed_is_told_with_what_may_hold_instead_and_what_to_ask(whole: Whole) -> None:
    found = await outcome(whole, UTSATT, "riskbedomning_delad", on_18c(*ALL[:2]))
    (police,) = found["mottagare"]
    assert police["levererat"] == []
    assert {"regel": "B2", "kod": f"villkor-saknas-{ALL[2]}"} in police["undanhallet"][0]["skal"]
    instead = [hint for hint in found["hints"] if hint.startswith("bestammelse-")]
    assert instead == ["bestammelse-osl-10-21", "bestammelse-osl-10-23", "bestammelse-osl-10-24"]
    assert found["samtycke_att_fraga"][0]["mottagare"] == ["polisen.dalarna"]


@pytest.mark.parametrize(
    ("grund", "code", "falt"),
    [
        ({"bestammelse": "osl-10-99", "villkor": []}, "okand-bestammelse", "/data/grund/bestammelse"),
        ({"bestammelse": "osl-10-18c", "villkor": ["pahittat"]}, "ej-i-lista", "/data/grund/villkor/0"),
        ({"bestammelse": "osl-10-18c"}, "saknas", "/data/grund/villkor"),
    ],
)
async def test_b2_what_the_catalogue_does_not_have_is_refused(
    whole: Whole, grund: dict[str, Any], code: str, falt: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await whole.publish(UTSATT, "riskbedomning_delad", assessment("polisen.dalarna", grund=grund))
    assert (refusal.value.code, refusal.value.falt) == (code, falt)


async def test_b6_the_outcome_shows_inner_secrecy_as_basis(whole: Whole) -> None:
    data = assessment("mora.barn-unga", behov_i_arbetet=True)
    found = await outcome(whole, UTSATT, "riskbedomning_delad", data)
    shown = {grund["id"] for one in found["mottagare"] for item in one["levererat"] for grund in item["grund"]}
    assert shown == {"osl-8-2"}


async def test_b2_a_child_investigation_is_informed_while_it_is_open(whole: Whole) -> None:
    registered = {"personer": [person("registrerad", DISA)], "oppen": True}
    before = await outcome(whole, VC, "uppgift_till_utredning", informing())
    codes = {why["kod"] for one in before["mottagare"] for item in one["undanhallet"] for why in item["skal"]}
    assert codes == {"utredning-ej-oppen-hos-mottagaren"}
    assert before["samtycke_att_fraga"] == []
    await whole.publish(RATTVIK, "utredning", registered)
    after = await outcome(whole, VC, "uppgift_till_utredning", informing(beskrivning="igen"))
    assert {one["lasargrupp"] for one in after["mottagare"] if one["levererat"]} == {
        RATTVIK,
        "rattvik.barn-unga.handlaggare",
    }
    shown = {(g["id"], g["marke"]) for one in after["mottagare"] for item in one["levererat"] for g in item["grund"]}
    assert shown == {("uppgift-till-barnutredning", "P")}


async def test_b2_the_unit_that_investigates_opens_what_it_was_told(whole: Whole) -> None:
    await whole.publish(RATTVIK, "utredning", {"personer": [person("registrerad", DISA)], "oppen": True})
    await whole.publish(VC, "uppgift_till_utredning", informing())
    row = await whole.delivered(RATTVIK)
    opened = await whole.deliver.open(caller(RATTVIK), row["leverans_id"])
    assert opened["uppgifter"]["/beskrivning"] == "så här har hon haft det"


@pytest.mark.parametrize(
    ("grupp", "changes", "code"),
    [
        ("kvinnojouren-siljan.jour.handlaggare", {}, "ej-anmalningsskyldig"),
        (VC, {"mottagare": [unit("rattvik.barn-unga"), unit("mora.barn-unga")]}, "en-utredande-enhet"),
        (VC, {"grund": {"bestammelse": "osl-25-12", "villkor": []}}, "fel-bestammelse"),
    ],
)
async def test_b2_the_duty_to_inform_is_held_to_at_intake(
    whole: Whole, grupp: str, changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await whole.publish(grupp, "uppgift_till_utredning", informing(**changes))
    assert refusal.value.code == code
    with pytest.raises(Refused) as missing:
        await whole.publish(VC, "uppgift_till_utredning", {k: v for k, v in informing().items() if k != "grund"})
    assert (missing.value.code, missing.value.falt) == ("saknas", "/data/grund")


async def test_b2_only_a_child_unit_registers_an_investigation(whole: Whole) -> None:
    with pytest.raises(Refused) as refusal:
        await whole.publish(VC, "utredning", {"personer": [person("registrerad", DISA)], "oppen": True})
    assert refusal.value.code == "far-ej-registrera"
