"""What actors put on their own topics is taken in as what comes over HTTP, and told apart from what is not theirs."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from intakehub import ANNA, UTSATT, VC, RingFile, Whole, event, report, summons, unit
from joserfc.jwk import ECKey

from samverkanshub.codec.forseglat import seal
from samverkanshub.domain.errors import HubError
from samverkanshub.entrypoints.http.problems import problem_of
from samverkanshub.pipeline.direkt import AT_ONCE, Direkt, Taget
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Unavailable

KEY = ECKey.generate_key("P-256", private=True)
COUNTY = "023-111"
ID = "0d4f1d3c-55b5-4f6e-9e2c-58d7b0f4b8a1"


def keys() -> Mapping[str, ECKey]:
    return {KEY.thumbprint(): KEY}


@pytest.fixture
def direkt(whole: Whole) -> Direkt:
    return Direkt(whole.intake, whole.regelverk, keys, RingFile(), lambda aktor: aktor != "polisen")


def sealed(grupp: str, typ: str, data: dict[str, Any], user: str = "u-17", aktor: str = "", **how: Any) -> bytes:
    return seal(user, event(grupp, typ, data, **how), aktor or grupp.split(".")[0], KEY)


def error(taget: Taget) -> HubError | Unavailable:
    assert not isinstance(taget.utfall, Receipt)
    return taget.utfall


async def test_an_event_is_taken_in_as_its_actors_and_twice_is_once(whole: Whole, direkt: Direkt) -> None:
    record = sealed(VC, "sip_kallelse", summons(), id=ID)
    first, again = await direkt.take("region-dalarna", record), await direkt.take("region-dalarna", record)
    assert isinstance(first.utfall, Receipt)
    assert (first.id, first.rapport, first.utfall.status, first.utfall.dom) == (ID, False, 201, "godtagen")
    assert again == first
    assert len(await whole.records()) == 1
    over_http = await whole.publish(VC, "sip_kallelse", summons(), id=ID)
    assert over_http.handelse_id == first.utfall.handelse_id


async def test_the_same_id_with_other_content_is_a_conflict(direkt: Direkt) -> None:
    await direkt.take("region-dalarna", sealed(VC, "sip_kallelse", summons(), id=ID))
    other = await direkt.take("region-dalarna", sealed(VC, "sip_kallelse", summons(syfte="annat"), id=ID))
    assert (other.id, type(error(other)).__name__) == (ID, "Conflict")


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (lambda: b"not sealed", "fel-forsegling"),
        (lambda: sealed(UTSATT, "sip_kallelse", summons()), "fel-forsegling"),
        (lambda: sealed(UTSATT, "sip_kallelse", summons(), aktor="region-dalarna"), "ej-behorig"),
        (lambda: sealed(VC, "sip_kallelse", summons(), user="u-18"), "fel-signatur"),
        (lambda: sealed(VC, "sip_kallelse", summons(), user=f"u-{ANNA}"), "fel-form"),
        (lambda: sealed(VC, "sip_kallelse", summons(), user="U 17"), "fel-form"),
        (lambda: sealed(VC, "sip_kallelse", summons(mottagare=[unit("nej.nej")])), "okand-mottagare"),
    ],
)
async def test_what_is_not_the_actors_own_or_not_right_is_refused(
    whole: Whole, direkt: Direkt, record: Any, code: str
) -> None:
    came = await direkt.take("region-dalarna", record())
    assert isinstance(found := error(came), HubError)
    assert found.code == code
    assert ANNA not in found.detail
    assert await whole.records() == []


CHOSEN = "annaandersson"
"""What a sender may have written anywhere: a name, of letters alone."""


def _event(**changed: Any) -> dict[str, Any]:
    return {**json.loads(event(VC, "sip_kallelse", summons())), **changed}


def _at(path: str, value: Any) -> dict[str, Any]:
    """The event with this at a path of it."""
    *above, last = path.split("/")
    made = place = _event()
    for step in above:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return made


def _twice(within: dict[str, Any]) -> bytes:
    """As JSON, where an object has two members of one name."""
    return json.dumps(within).replace("xx1", CHOSEN).replace("xx2", CHOSEN).encode()


WRONG: dict[str, bytes] = {
    "no JSON": CHOSEN.encode(),
    "an attribute's name": json.dumps(_event(**{CHOSEN: 1})).encode(),
    "an attribute's name twice": _twice(_event(xx1=1, xx2=2)),
    "a member's name": json.dumps(_at(f"data/{CHOSEN}", 1)).encode(),
    "a member's name twice": _twice(_event(data={"xx1": 1, "xx2": 2})),
    "a member's name with NUL in its text": json.dumps(_at(f"data/{CHOSEN}", "\0")).encode(),
    "a member of a person": json.dumps(_at(f"data/personer/0/{CHOSEN}", 1)).encode(),
    "a role": json.dumps(_at("data/personer/0/roll", CHOSEN)).encode(),
    "a number": json.dumps(_at("data/personer/0/personnummer", CHOSEN)).encode(),
    "a recipient": json.dumps(_at("data/mottagare/0/id", CHOSEN)).encode(),
    "a recipient's kind": json.dumps(_at("data/mottagare/0/slag", CHOSEN)).encode(),
    "a code": json.dumps(_at("data/kommun", CHOSEN)).encode(),
    **{name: json.dumps(_event(**{name: CHOSEN})).encode() for name in _event()},
}
"""Events that are refused, each with that in one place; but for its key, which is only not known."""


@pytest.mark.parametrize("where", WRONG)
async def test_what_is_answered_to_a_bad_record_repeats_nothing_that_its_sender_chose(
    whole: Whole, direkt: Direkt, where: str
) -> None:
    """It lies readable in the topic of notices."""
    came = await direkt.take("region-dalarna", seal("u-17", WRONG[where], "region-dalarna", KEY))
    assert isinstance(found := error(came), HubError)
    assert found.code != "internt-fel", "it is tried again as the hub's own fault is"
    assert CHOSEN not in f"{came.id} {problem_of(error(came))}"
    assert await whole.records() == []


async def test_who_may_not_publish_directly_is_told_so(direkt: Direkt) -> None:
    found = error(await direkt.take("polisen", seal("u-1", b"{}", "polisen", KEY)))
    assert isinstance(found, HubError)
    assert found.code == "ej-direkt"


async def test_b1_what_nobody_could_read_may_be_a_report_and_names_the_telephone(whole: Whole, direkt: Direkt) -> None:
    unread = await direkt.take("mora", b"not sealed")
    assert (unread.rapport, error(unread).ring) == (True, COUNTY)
    whole.log.down = True
    down = await direkt.take("region-dalarna", sealed(VC, "orosanmalan", report()))
    assert (down.rapport, error(down).ring) == (True, "0248-111")
    ordinary = await direkt.take("region-dalarna", sealed(VC, "sip_kallelse", summons()))
    assert (ordinary.rapport, error(ordinary).ring) == (False, "")


async def test_a_fault_of_the_hub_is_told_without_what_it_said(
    whole: Whole, direkt: Direkt, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(*_: Any) -> Receipt:
        raise RuntimeError(ANNA)

    monkeypatch.setattr(whole.intake, "publish", fails)
    came = await direkt.take("region-dalarna", sealed(VC, "sip_kallelse", summons()))
    assert isinstance(found := error(came), HubError)
    assert (found.code, ANNA in found.detail, ANNA in "".join(capsys.readouterr())) == ("internt-fel", False, False)


async def test_an_act_is_no_report_and_reports_wait_for_nobody(whole: Whole, direkt: Direkt) -> None:
    whole.log.down = True
    act = sealed(VC, "aterkallelse", {"personer": [], "meddelande": ID, "skal": "fel_person"})
    assert not (await direkt.take("region-dalarna", act)).rapport
    whole.log.down, full = False, asyncio.Event()
    publish = whole.intake.publish

    async def waits(caller: Any, body: bytes) -> Receipt:
        if b"orosanmalan" not in body:
            await full.wait()
        return await publish(caller, body)

    whole.intake.publish = waits  # type: ignore[method-assign]
    waiting = [
        asyncio.create_task(direkt.take("region-dalarna", sealed(VC, "sip_kallelse", summons(), id=f"{ID[:-1]}{nr}")))
        for nr in range(AT_ONCE + 2)
    ]
    await asyncio.sleep(0)
    taken = await direkt.take("region-dalarna", sealed(VC, "orosanmalan", report()))
    assert isinstance(taken.utfall, Receipt)
    full.set()
    assert {type((await one).utfall) for one in waiting} == {Receipt}
