"""How the hub runs, in numbers: ages by the database's clock, and no label that says anything of anybody."""

import httpx
import pytest
from hubfakes import NOW_S, Fake, bearer
from prometheus_client.parser import text_string_to_metric_families

from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.entrypoints.http.driftmatt import CLOCKS, STATES
from samverkanshub.entrypoints.http.health import FRESH_MS
from samverkanshub.entrypoints.http.trangsel import Rum, Slag
from samverkanshub.ports import (
    STEG,
    Fonster,
    Kanarielage,
    Klocka,
    Matrad,
    Obekraftade,
    PositionInfo,
    Signing,
    Unavailable,
    Verkan,
)
from samverkanshub.topics import KINDS

NOW = NOW_S * 1000
LOG = Matrad("samverkan.logg", 0, 9, 3_000, "grinden", 5, True, NOW - 65_000, NOW - 9_000)
NOTICES = Matrad("samverkan.notis.mora", 0, 4, 90, "19121212-1212", 1, True, NOW - 70_000, NOW - 9_000)


@pytest.fixture
def running(hub: Fake) -> Fake:
    clocks = (Klocka("watch", -2_500, 1), Klocka("kafka", 300, 1), Klocka("valv", 0, 1), Klocka("19121212-1212", 1, 1))
    hub.says["lage"] = [Kanarielage(0, 9, 7, 1, 1, (4, 11, 12, 18), 18, 25, 20_000, 90_000, 1, 90_000)]
    hub.says["verkan"] = [Verkan(0, 40, 900, 2, 90_000)]
    hub.says["fonster"] = Fonster(NOW, (LOG, NOTICES), clocks)
    hub.says["positions"] = [PositionInfo(0, 5, 3, 5)]
    hub.says["signing"] = [Signing(0, 5, 4, 7_000, 0)]
    hub.says["obekraftade"] = [Obekraftade("mora", 2, 1, 600_000, 3_000), Obekraftade("falun", 1, 0, 100_000, -9)]
    return hub


async def told(web: httpx.AsyncClient) -> dict[str, float]:
    """Each sample, as `name{label=value}`."""
    found = {}
    for family in text_string_to_metric_families((await web.get("/metrics")).text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}".removesuffix("{}")] = sample.value
    return found


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("samverkan_matning_alder_sekunder", 9),
        ("samverkan_gate_epok{partition=0}", 3),
        ("samverkan_logg_efter_poster{partition=0}", 4),
        ("samverkan_logg_efter_sekunder{partition=0}", 65),
        ("samverkan_osignerat_alder_sekunder{partition=0}", 7),
        ("samverkan_lasare{amne=logg,lage=okant}", 1),
        ("samverkan_lasare{amne=notis,lage=bra}", 0),
        ("samverkan_lasare_efter_sekunder{amne=notis}", 70),
        ("samverkan_amne_byte{amne=logg}", 3_000),
        ("samverkan_amne_poster{amne=notis}", 4),
        ("samverkan_klocka_fore_sekunder{vem=watch}", -2.5),
        ("samverkan_klocka_fore_sekunder{vem=api}", 0),
        ("samverkan_klocka_fore_sekunder{vem=kafka}", 0.3),
        ("samverkan_klocka_fore_sekunder{vem=valv}", 0),
        ("samverkan_kanarie_var_sekunder", 60),
        ("samverkan_kanarie_sanda{partition=0}", 9),
        ("samverkan_kanarie_framme{partition=0}", 7),
        ("samverkan_kanarie_forlorade{partition=0}", 1),
        ("samverkan_kanarie_steg_sekunder{partition=0,steg=domd}", 0.011),
        ("samverkan_kanarie_steg_sekunder{partition=0,steg=notis}", 0.018),
        ("samverkan_kanarie_p99_sekunder{partition=0}", 0.025),
        ("samverkan_kanarie_sand_alder_sekunder{partition=0}", 20),
        ("samverkan_kanarie_framme_alder_sekunder{partition=0}", 90),
        ("samverkan_verkan_sekunder{partition=0}", 0.04),
        ("samverkan_verkan_langst_sekunder{partition=0}", 0.9),
        ("samverkan_verkan_vantar{partition=0}", 2),
        ("samverkan_verkan_aldsta_sekunder{partition=0}", 90),
        ("samverkan_orosanmalan_obekraftade", 3),
        ("samverkan_orosanmalan_forsenade", 1),
        ("samverkan_orosanmalan_aldsta_sekunder", 600),
    ],
)
async def test_each_number_is_told(running: Fake, web: httpx.AsyncClient, name: str, value: float) -> None:
    assert (await told(web))[name] == value


async def test_what_there_is_none_of_is_left_out(running: Fake, web: httpx.AsyncClient) -> None:
    running.says["lage"] = [Kanarielage(0, 1, 0, 1, 0, (), -1, -1, 90_000, -1, 1, -1)]
    running.says["verkan"] = [Verkan(0, -1, -1, 0, 0)]
    found = await told(web)
    assert (found["samverkan_kanarie_forlorade{partition=0}"], found["samverkan_verkan_vantar{partition=0}"]) == (1, 0)
    for name in ("kanarie_framme_alder", "kanarie_p99", "kanarie_steg", "verkan", "verkan_langst"):
        assert f"samverkan_{name}_sekunder{{partition=0}}" not in found


async def test_where_no_canary_has_arrived_it_is_told_how_long_that_has_been(
    running: Fake, web: httpx.AsyncClient
) -> None:
    """A path that never was whole has an age too, or no alert would tell of it."""
    running.says["lage"] = [Kanarielage(0, 9, 0, 8, 1, (), -1, -1, 20_000, -1, 8, 500_000)]
    assert (await told(web))["samverkan_kanarie_framme_alder_sekunder{partition=0}"] == 500


async def test_k4_that_no_withdrawal_waits_is_not_said_where_nobody_has_looked(
    running: Fake, web: httpx.AsyncClient
) -> None:
    """One that was seen to wait still does, and its age goes on; whether others do is not known."""
    running.says["verkan"] = [Verkan(0, 40, 900, 0, 0), Verkan(1, 40, 900, 2, 90_000)]
    running.says["fonster"] = Fonster(NOW + 60_000, (LOG, NOTICES), ())
    found = await told(web)
    assert {name for name in found if "verkan_vantar" in name or "verkan_aldsta" in name} == {
        "samverkan_verkan_vantar{partition=1}",
        "samverkan_verkan_aldsta_sekunder{partition=1}",
    }


async def test_ages_go_on_by_the_databases_clock_while_everything_else_is_dead(
    running: Fake, web: httpx.AsyncClient
) -> None:
    await told(web)
    running.says["fonster"] = Fonster(NOW + 3_600_000, (LOG, NOTICES), ())
    running.now_ms = lambda: NOW + FRESH_MS
    later = await told(web)
    assert later["samverkan_logg_efter_sekunder{partition=0}"] == 3_665
    assert later["samverkan_matning_alder_sekunder"] == 3_609


async def test_what_the_database_does_not_tell_is_not_shown_as_it_was(running: Fake, web: httpx.AsyncClient) -> None:
    await told(web)
    running.says["fonster"] = Unavailable("projektion")
    running.now_ms = lambda: NOW + FRESH_MS
    found = await told(web)
    assert not [name for name in found if name.startswith(("samverkan_logg_efter", "samverkan_lasare"))]
    unknown = found["samverkan_orosanmalan_forsenade"]
    assert unknown != unknown, "not a number"


async def test_what_never_was_measured_is_told_apart_from_what_just_was(web: httpx.AsyncClient) -> None:
    assert (await told(web))["samverkan_matning_alder_sekunder"] == -1


TEMPLATES = {route.path_format for route in create_app(Fake()).routes} | {"okand"}
CLOSED = {
    "amne": set(KINDS),
    "kod": {"ej-tillganglig", "finns-ej", "obehorig"},
    "lage": set(STATES),
    "metod": {"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "ANNAN"},
    "partition": {"0"},
    "slag": set(Slag),
    "status": {"200", "401", "404", "503"},
    "steg": set(STEG),
    "tjanst": {"kafka", "projektion", "valv", "regelverk"},
    "vad": set(Rum),
    "vag": TEMPLATES,
    "vem": set(CLOCKS),
}


async def test_every_label_is_of_a_closed_set_and_says_nothing_of_anybody(
    running: Fake, web: httpx.AsyncClient
) -> None:
    """Neither who reads nor where a report waits: whoever may read metrics would learn of somebody in a small place."""
    running.says["open"] = Unavailable("gate")
    await web.post("/leveranser/19121212-1212/oppna", headers=bearer())
    await web.get("/inkorg/19121212-1212")
    await web.get("/inkorg", headers=bearer())
    text = (await web.get("/metrics")).text
    labels: dict[str, set[str]] = {}
    for sample in (sample for family in text_string_to_metric_families(text) for sample in family.samples):
        for name, value in sample.labels.items():
            labels.setdefault(name, set()).add(value)
    assert {name: values - CLOSED[name] for name, values in labels.items() if name != "le"} == {
        name: set() for name in labels if name != "le"
    }
    for secret in ("1212", "mora", "falun"):
        assert secret not in text
