"""`samverkanshub health`: once or live, and how the hub runs in the words of the page of operators."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from samverkanshub import bootstrap

sys.path.append(str(Path(__file__).parents[1] / "http"))

from hubfakes import Fake

from samverkanshub.client import Options, Retry
from samverkanshub.domain.atgarder import STOPP_PLANERAT, Atgard, standing
from samverkanshub.entrypoints.cli import halsa
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.http.app import create_app
from samverkanshub.pipeline.driftbild import Driftbild, Matt, look
from samverkanshub.ports import (
    Ansprakslage,
    Fonster,
    Fynd,
    Kanarielage,
    Klocka,
    Matrad,
    Obekraftade,
    Unavailable,
    Verkan,
)

Run = Callable[..., Result]


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.fixture
def run(fake: Fake, tmp_path: Path) -> Run:
    def invoked(*words: str) -> Result:
        transport = httpx.ASGITransport(create_app(fake), raise_app_exceptions=False)  # type: ignore[arg-type]
        options = Options(retry=Retry(attempts=1), transport=transport)
        env = {"SAMVERKAN_KLIENT_URL": "http://hub", "SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_UTVECKLING": "1"}
        return CliRunner(env=env).invoke(main, ["health", *words], obj=options)

    return invoked


def test_b1_a_planned_stop_is_told_with_whom_to_telephone(run: Run, fake: Fake) -> None:
    now = fake.now_ms()
    stop = Atgard("s", STOPP_PLANERAT, now, "drift.1", "uppgradering", fran=now + 60_000, till=now + 120_000)
    fake.says["atgardslage"] = standing([stop])
    answer = run()
    assert (answer.exit_code, f"uppgradering; ring {fake.number('')}" in answer.output) == (0, True)


@pytest.fixture
def running(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """The database is the fake hub's."""
    now = fake.now_ms()
    rows = (Matrad("samverkan.logg", 0, 9, 3_000, "grinden", 5, True, now - 65_000, now - 9_000),)
    fake.says["fonster"] = Fonster(now, rows, (Klocka("watch", -2_500, 1),))
    fake.says["obekraftade"] = [Obekraftade("mora", 2, 1, 600_000, 3_000)]
    fake.says["lage"] = [Kanarielage(0, 9, 8, 1, 0, (4, 11, 12, 18), 18, 25, 20_000, 20_000)]
    fake.says["verkan"] = [Verkan(0, 40, 900, 1, 90_000)]
    fake.says["jamforda"] = [Ansprakslage(0, 3, 4_000, {"annan-post": 1}, 5_000, (Fynd(17, "annan-post"),))]

    async def found(_settings: object, vem: str) -> Driftbild:
        return await look(fake, Matt(fake, fake, 60_000, fake), fake, fake, vem)  # type: ignore[arg-type]

    monkeypatch.setattr(bootstrap, "running", found)
    return fake


def stops_after(monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    """Ctrl-C comes in the pause after so many looks."""
    paused = list[float]()

    async def pause(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == rounds:
            raise KeyboardInterrupt

    monkeypatch.setattr(halsa.asyncio, "sleep", pause)


def test_how_the_hub_runs_is_told_in_the_words_of_the_page(run: Run, running: Fake) -> None:
    result = run("--drift")
    assert result.exit_code == 0
    for line in (
        "mätning av ämnen: för 9 s sedan",
        "bevakningens klocka: 2,5 s efter databasens, för mycket",
        "den här datorns klocka: som databasens",
        "  logg 0, grinden: För få mätningar för att säga något. 4 poster efter, 1 min 5 s",
        "orosanmälningar som ingen har bekräftat: 2",
        "  mora: 2, försenade 1; första fristen gick ut för 3 s sedan",
        "provposter: kommer fram",
        "  område 0: 9 skickade, 8 framme i tid, 1 förlorade; den senaste 18\u00a0ms, 99 av 100 25\u00a0ms",
        "återkallelser till verkan, område 0: 1 väntar, den äldsta har väntat 1 min 30 s; "
        "den senaste tog 40\u00a0ms, längst det senaste dygnet 900\u00a0ms",
        "posterna mot det som hubben tog emot: en post i loggen är inte som hubben tog emot den",
        "  område 0: 3 inte jämförda än, 1 stämmer inte",
        "    17: Hubben tog emot den med andra personer, koder eller uppgifter.",
    ):
        assert line in result.stdout.splitlines()


def test_the_same_is_told_as_json(run: Run, running: Fake) -> None:
    told = json.loads(run("--drift", "--json").stdout)
    assert (told["halsa"]["halsa"], told["drift"]["obekraftade"][0]["kommun"]) == ("gron", "mora")


def test_a_database_that_does_not_answer_is_told_and_health_all_the_same(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_settings: object, _vem: str) -> Driftbild:
        raise Unavailable("projektion")

    monkeypatch.setattr(bootstrap, "running", away)
    result = run("--drift")
    assert ("hälsa: gron" in result.stdout, "mätning: databasen svarar inte" in result.stdout) == (True, True)
    assert "bekräftat: okänt" in result.stdout
    assert "återkallelser till verkan: okänt" in result.stdout


def test_how_the_hub_runs_is_told_also_where_the_api_does_not_answer(
    run: Run, running: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dead(_url: str, _options: Options | None) -> object:
        raise halsa.ClientError("the hub does not answer")

    monkeypatch.setattr(halsa, "health_of", dead)
    result = run("--drift")
    assert (result.exit_code, "does not answer" in result.stdout, "bekräftat: 2" in result.stdout) == (1, True, True)
    assert json.loads(run("--drift", "--json").stdout)["halsa"] is None


def test_live_it_is_told_line_after_line_where_nobody_looks_and_ctrl_c_ends_it_cleanly(
    run: Run, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    stops_after(monkeypatch, 3)
    result = run("--watch")
    assert (result.exit_code, result.stdout.count("hälsa: gron")) == (0, 3)
    assert "\x1b" not in result.stdout


def test_live_on_a_terminal_it_is_written_in_place(run: Run, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    stops_after(monkeypatch, 2)
    monkeypatch.setattr(halsa, "_on_terminal", lambda: True)
    result = run("--watch")
    assert (result.exit_code, result.stdout.count(halsa.CLEAR)) == (0, 2)


def test_live_a_hub_that_does_not_answer_is_told_and_asked_again(
    run: Run, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, genuine = iter(["down"]), halsa.health_of

    async def sometimes(url: str, options: Options | None) -> object:
        if next(answers, None):
            raise halsa.ClientError("the hub does not answer")
        return await genuine(url, options)

    stops_after(monkeypatch, 2)
    monkeypatch.setattr(halsa, "health_of", sometimes)
    result = run("--watch")
    assert ("does not answer" in result.stdout, "hälsa: gron" in result.stdout) == (True, True)
