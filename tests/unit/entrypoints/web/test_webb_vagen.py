"""What gets through, as operators read it: canaries, and how soon a withdrawal takes effect."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from sidohub import Paged

from samverkanshub.entrypoints.http.drift import FRESH_MS
from samverkanshub.entrypoints.web import vagord
from samverkanshub.pipeline.drift import Amneslage
from samverkanshub.pipeline.driftbild import Driftbild
from samverkanshub.ports import Fonster, Kanarielage, PositionInfo, Unavailable, Verkan

MINUTE = 60_000


def canaries(**told: Any) -> Kanarielage:
    given = {"sanda": 1_440, "framme": 1_438, "forlorade": 2, "ute": 0, "senaste_ms": 18, "p99_ms": 1_300}
    given |= {"sand_for_ms": 20_000, "framme_for_ms": 20_000}
    return Kanarielage(**({"partition": 0, "steg": (4, 11, 12, 18)} | given | told))


def bild(
    *kanarier: Kanarielage, verkan: tuple[Verkan, ...] = (), var_ms: int = MINUTE, matt_ms: int = 9_000
) -> Driftbild:
    measured = Amneslage(matt_ms, ())
    return Driftbild(1, measured, (), (), (), (), {}, verkan=verkan, kanarier=kanarier, kanarie_ms=var_ms)


@pytest.mark.parametrize(
    ("lage", "slag", "text"),
    [
        (canaries(), "bra", "kommer fram"),
        (canaries(framme_for_ms=2 * MINUTE + 30_000), "bra", "kommer fram"),
        (canaries(framme_for_ms=3 * MINUTE), "fel", "ingen har kommit fram på 3 min"),
        (canaries(framme_for_ms=5 * MINUTE, sand_for_ms=4 * MINUTE), "fel", "ingen har skickats på 4 min"),
        (canaries(framme_for_ms=-1, forlorade=0), "okant", "den första är på väg"),
        (canaries(framme_for_ms=-1), "fel", "ingen har kommit fram"),
        (canaries(forlorade_timme=30), "fel", "av den senaste timmens är 30 inte framme i tid"),
    ],
)
def test_canaries_are_judged_by_two_that_should_have_come(lage: Kanarielage, slag: str, text: str) -> None:
    told = vagord.told(bild(lage)).provposter
    assert (told.slag, told.text) == (slag, text)


def test_the_worst_partition_is_the_word_on_them_all() -> None:
    well, unknown, bad = canaries(), canaries(framme_for_ms=-1, forlorade=0), canaries(framme_for_ms=3 * MINUTE)
    assert vagord.told(bild(well, unknown, bad)).provposter.slag == "fel"
    assert vagord.told(bild(well, unknown)).provposter.slag == "okant"


def test_a_partition_in_which_none_has_been_sent_is_told_and_is_not_well() -> None:
    told = vagord.told(replace(bild(canaries()), platser=(PositionInfo(0, 5, 3, 5), PositionInfo(1, 5, 3, 5))))
    assert (told.provposter.slag, told.provposter.text) == ("okant", "ingen har skickats än i område 1")
    assert [(rad.partition, rad.sanda) for rad in told.prov] == [(0, 1_440), (1, 0)]


def test_canaries_that_are_off_or_have_not_begun_are_told_so_and_are_no_fault() -> None:
    off = vagord.told(bild(canaries(framme_for_ms=9 * MINUTE), var_ms=0))
    assert (off.provposter.slag, off.provposter.text, off.prov[0].slag) == ("okant", "avslagna", "okant")
    assert vagord.told(bild()).provposter.text == "ingen har skickats än"


def test_each_step_of_the_last_canary_is_told_with_how_long_it_took() -> None:
    [rad] = vagord.told(bild(canaries())).prov
    assert (rad.senaste, rad.p99) == ("18\u00a0ms", "1,3\u00a0s")
    assert rad.steg == "i loggen 4\u00a0ms, dömd 11\u00a0ms, i inkorgen 12\u00a0ms, notis skickad 18\u00a0ms"


def test_a_step_that_nobody_saw_is_left_out() -> None:
    [rad] = vagord.told(bild(canaries(steg=(-1, 11, 12, 18)))).prov
    assert rad.steg.startswith("dömd")


@pytest.mark.parametrize(
    ("verkan", "slag", "text"),
    [
        (Verkan(0, 40, 900, 0, 0), "bra", "ingen väntar"),
        (Verkan(0, 40, 900, 1, 400), "bra", "1 väntar, den äldsta kom nyss"),
        (Verkan(0, 40, 900, 2, 30_000), "bra", "2 väntar, den äldsta har väntat 30 s"),
        (Verkan(0, 40, 900, 2, 90_000), "fel", "2 väntar, den äldsta har väntat 1 min 30 s"),
    ],
)
def test_k4_a_withdrawal_that_waits_half_a_minute_is_late(verkan: Verkan, slag: str, text: str) -> None:
    rows = vagord.told(bild(verkan=(verkan,))).verkan
    assert rows is not None
    assert (rows[0].slag, rows[0].text, rows[0].senaste, rows[0].storst) == (slag, text, "40\u00a0ms", "900\u00a0ms")


@pytest.mark.parametrize("matt_ms", [-1, 31_000])
@pytest.mark.parametrize(
    ("verkan", "slag", "text"),
    [
        (Verkan(0, 40, 900, 0, 0), "okant", "mätningen är för gammal för att säga om någon väntar"),
        (Verkan(0, 40, 900, 1, 400), "okant", "minst 1 väntar, den äldsta kom nyss"),
        (Verkan(0, 40, 900, 2, 90_000), "fel", "minst 2 väntar, den äldsta har väntat 1 min 30 s"),
    ],
)
def test_k4_that_none_waits_is_not_said_where_nobody_has_looked(
    verkan: Verkan, slag: str, text: str, matt_ms: int
) -> None:
    """With gate and watch both dead, nobody sees the next withdrawal."""
    rows = vagord.told(bild(verkan=(verkan,), matt_ms=matt_ms)).verkan
    assert rows is not None
    assert (rows[0].slag, rows[0].text) == (slag, text)


@pytest.mark.parametrize(("ms", "text"), [(-1, "ingen"), (0, "0\u00a0ms"), (1_000, "1\u00a0s"), (90_000, "1 min 30 s")])
def test_how_long_something_took_is_told_in_the_unit_that_matters(ms: int, text: str) -> None:
    assert vagord.tid(ms) == text


async def test_the_page_tells_both(hub: Paged, operator: httpx.AsyncClient) -> None:
    hub.says["lage"] = [canaries()]
    hub.says["verkan"] = [Verkan(0, 40, 900, 2, 90_000)]
    text = (await operator.get("/webb/drift")).text
    for told in ("Kommer fram.", "1\u00a0440", "18\u00a0ms", "2 väntar, den äldsta har väntat 1 min 30 s", "försenad"):
        assert told in text


async def test_the_page_says_that_it_is_unknown_whether_any_waits(hub: Paged, operator: httpx.AsyncClient) -> None:
    hub.says["verkan"] = [Verkan(0, 40, 900, 0, 0)]
    hub.says["fonster"] = Fonster(hub.now_ms(), (), ())
    text = (await operator.get("/webb/drift")).text
    assert '<span class="marke okant">okänt</span> mätningen är för gammal' in text


async def test_with_nothing_to_tell_the_page_says_so(hub: Paged, operator: httpx.AsyncClient) -> None:
    text = (await operator.get("/webb/drift")).text
    assert "Ingen har skickats än." in text
    assert "Inget är dömt än." in text
    hub.says["verkan"] = Unavailable("projektion")
    hub.pass_time(FRESH_MS)
    text = (await operator.get("/webb/drift")).text
    assert "Databasen svarar inte." in text
