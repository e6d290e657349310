"""Each record is answered once: as HTTP would have; what a server was away for is tried again, a report for ever."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from samverkanshub.adapters.failpoints import Failpoints
from samverkanshub.client.direkt import answer
from samverkanshub.domain.errors import Halt, HubError, Refused
from samverkanshub.entrypoints.direkt import MEANWHILE, WAITS_S, Igen, Mottagning, kind_of
from samverkanshub.pipeline.direkt import Taget
from samverkanshub.pipeline.receipts import Receipt
from samverkanshub.ports import Inkommet, Unavailable

POST = Inkommet("mora", 7, b"sealed")
TAKEN = Taget("id-1", False, Receipt(201, "h-1", "a-1", ("lokal-referens",), "", "godtagen"))


def away(rapport: bool, what: str = "valv", ring: str = "") -> Taget:
    error = Unavailable(what)
    error.ring = ring
    return Taget("id-1", rapport, error)


@dataclass
class Outside:
    """What is taken, in turn, and what was answered; the answers' topic may be away for some tries."""

    coming: list[Taget]
    away: int = 0
    told: list[tuple[int, Any]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def take(self, aktor: str, sealed: bytes) -> Taget:
        assert (aktor, sealed) == (POST.aktor, POST.value)
        return self.coming.pop(0)

    async def answer(self, post: Inkommet, nr: int, body: bytes) -> None:
        if self.away:
            self.away -= 1
            raise Unavailable("kafka")
        self.told.append((nr, answer(body)))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def handle(self) -> None:
        await Mottagning(self, self, Failpoints(), self.sleep).handle(POST)
        assert not self.coming


async def test_what_is_taken_is_answered_as_over_http() -> None:
    outside = Outside([TAKEN])
    await outside.handle()
    [(nr, told)] = outside.told
    assert (nr, told.plats, told.status, told.id, told.handelse) == (201, 7, 201, "id-1", "h-1")
    assert (told.arende, told.dom, told.varningar, told.problem) == ("a-1", "godtagen", ("lokal-referens",), None)


async def test_what_is_refused_is_answered_with_the_problem_that_http_has() -> None:
    outside = Outside([Taget("", True, Refused("`x` is wrong", falt="/data/x", code="fel-form"))])
    await outside.handle()
    [(_, told)] = outside.told
    assert (told.status, told.id, told.problem.type, told.problem.falt) == (422, "", "fel-form", "/data/x")
    assert outside.slept == []


async def test_b1_a_report_is_tried_until_it_is_taken_and_its_sender_told_at_once_whom_to_telephone() -> None:
    outside = Outside([*[away(True, ring="0250-111")] * 9, TAKEN])
    await outside.handle()
    (first, meanwhile), (last, told) = outside.told
    assert (first, meanwhile.status, meanwhile.vantar, meanwhile.ring) == (MEANWHILE, 503, True, "0250-111")
    assert (last, told.status, told.vantar) == (201, 201, False)
    assert outside.slept == [*WAITS_S, *[WAITS_S[-1]] * 4]


async def test_anything_else_is_tried_for_half_a_minute_and_then_left_to_its_sender() -> None:
    outside = Outside([away(False)] * (len(WAITS_S) + 1))
    await outside.handle()
    assert [(nr, told.status, told.vantar) for nr, told in outside.told] == [(503, 503, False)]
    assert sum(outside.slept) == 30.0


@pytest.mark.parametrize(
    ("rapport", "fault", "igen"),
    [
        *((True, Unavailable(what), Igen.ALLTID) for what in ("valv", "kafka", "regelverk", "grind", "notarie")),
        *((False, Unavailable(what), Igen.EN_STUND) for what in ("valv", "kafka", "projektion")),
        *((False, Unavailable(what), Igen.ALDRIG) for what in ("regelverk", "grind", "notarie")),
        (True, Halt("no key can be read", code="fel-intagsnyckel"), Igen.ALLTID),
        (True, Refused("a key", code="okand-intagsnyckel"), Igen.EN_STUND),
        (True, HubError("the hub failed", code="internt-fel"), Igen.EN_STUND),
        (False, HubError("the hub failed", code="internt-fel"), Igen.EN_STUND),
        (True, Refused("wrong", code="fel-forsegling"), Igen.ALDRIG),
        (True, Refused("wrong", code="fel-form"), Igen.ALDRIG),
    ],
)
def test_b1_only_what_the_sender_did_wrong_is_answered_at_once_for_good(
    rapport: bool, fault: HubError | Unavailable, igen: Igen
) -> None:
    assert kind_of(Taget("", rapport, fault)) == igen


async def test_b1_a_report_is_tried_again_though_nobody_can_be_told_meanwhile() -> None:
    outside = Outside([*[away(True)] * 3, TAKEN], away=2)
    await outside.handle()
    assert [(nr, told.status) for nr, told in outside.told] == [(MEANWHILE, 503), (201, 201)]
    assert outside.slept == list(WAITS_S[:3])


async def test_an_answer_is_sent_until_it_is_on_its_topic() -> None:
    outside = Outside([TAKEN], away=3)
    await outside.handle()
    assert [told.status for _, told in outside.told] == [201]
    assert outside.slept == list(WAITS_S[:3])


def test_a_notice_is_no_answer() -> None:
    assert answer(msgspec.json.encode({"slag": "utfall", "handelse": "h"})) is None
