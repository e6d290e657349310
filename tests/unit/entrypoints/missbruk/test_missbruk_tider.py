"""API4: no time however odd is an error of the hub's: not in an event, nor typed into a form."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).parents[3] / "fuzz"))

import httpx
import pytest
from helahub import Hela
from intakehub import UTSATT, Whole
from mal import SCHEMAS, SENDERS, TYPES, _example, cloud_event, intake

from samverkanshub.codec.canonical import jcs
from samverkanshub.entrypoints.web.blankett.ord import varde
from samverkanshub.entrypoints.web.blankett.tolka import klocka, tidpunkt

ODD: Final = (
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31T23:59",
    "2026-02-30T00:00:00Z",
    "2026-12-01T24:00:00Z",
    "2026-12-01T00:00:60Z",
    "2026-12-01T00:00:00.999999999Z",
    "2026-12-01T00:00:00+24:00",
    "2026-W01-1",
    "20261201T000000Z",
    "٢٠٢٦-12-01T00:00:00Z",
    "2026-12-01t00:00:00z",
    "2026-03-29T02:30",
    "",
)


def times() -> Iterator[tuple[str, str]]:
    """Every member of a type's data that is a time or a day."""
    for typ in TYPES:
        for one in SCHEMAS.data(typ, 1).fields.values():
            if getattr(one.node, "format", "") in ("tidpunkt", "datum"):
                yield typ, one.name


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_time_in_an_event_is_its_senders_fault(odd: str) -> None:
    """Through intake's checks, and gate and fold where it is taken."""
    for typ, name in times():
        for source in SENDERS:
            intake(jcs(cloud_event(typ, {**_example(typ), name: odd}, source)))


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_time_that_was_typed_is_shown_as_it_was_or_as_a_time(odd: str) -> None:
    for told in (klocka, tidpunkt):
        assert isinstance(told(odd), str)
        assert isinstance(told(tidpunkt(odd)), str)


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_time_that_somebody_sent_is_shown_to_who_opens_it(odd: str) -> None:
    assert varde("bedomd_tid", odd) is not None


async def test_a_form_with_an_odd_time_comes_back_to_who_typed_it() -> None:
    hela = Hela(await Whole().started())
    http: httpx.AsyncClient = await hela.browser(UTSATT)
    typed: dict[str, Any] = {"fran": "0001-01-01T00:00", "till": "9999-12-31T23:59"}
    for wanted in ("skicka", "bedom", ""):
        answer = await http.post("/webb/skicka/samtycke_lamnat", data={**typed, "gor": wanted})
        assert answer.status_code in (200, 422), wanted
    await hela.close()


def test_there_are_times_to_try() -> None:
    assert {"samtycke_lamnat", "misstankt", "samtal_noterat", "utskrivningsklar"} <= {typ for typ, _ in times()}
