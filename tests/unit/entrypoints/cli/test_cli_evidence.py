"""`samverkanshub evidence` writes what `verify` takes with the public key alone: 0, 2 or 1, and a page of Swedish."""

import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

sys.path.append(str(Path(__file__).parents[2] / "verifier"))
from evidenced import AT, COUNT, encoded, log, other, signed, with_extra
from publishing import VKEY, flip

from samverkanshub import roles
from samverkanshub.adapters.sedda import SeenFiles
from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import private_key
from samverkanshub.domain.errors import Conflict
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.verifier import read_checkpoint, read_key

EVENT = "5f0c7e1e-3b0a-5f0e-9a50-000000000011"


def run(verb: str, *words: str | Path, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, [verb, *map(str, words)])


# ------------------------------------------------------------------------------------------ verifying


@pytest.fixture
def verifies(tmp_path: Path) -> Callable[..., Result]:
    def made(content: bytes, *words: str) -> Result:
        file = tmp_path / "bevis.tlog-proof"
        file.write_bytes(content)
        own = {"SAMVERKAN_DATA": str(tmp_path / "nothing"), "SAMVERKAN_KLIENT_SEDDA": str(tmp_path / "sedda")}
        return run("verify", file, "--nyckel", VKEY, *words, **own)

    return made


def test_t1_a_decision_is_told_with_what_it_cites_and_what_is_proved(verifies: Callable[..., Result]) -> None:
    result = verifies(log().parts())
    assert result.exit_code == 0, result.output
    for told in (
        "BEVIS OM ETT BESLUT i loggen hub.example/omrade/0\n",
        f"Händelse {EVENT}\nPlats {AT} i loggens partition 0\n",
        "Visar det som rör mora; beslutet i övrigt är dolt\n",
        "\nHändelsen\n  godtas\n    T1 mottagen: ",
        "\nmora.vinr.utsatt\n  levereras /behov/0\n    B3 samtycke: Det finns ett samtycke i kraft",
        f"Kontrollpunkt över {COUNT} poster, med roten ",
        "\nBeviset visar\n",
        "\nBeviset visar inte\n  - att inget mer i beslutet rör mottagaren",
        f"`samverkanshub replay --partition 0 --from {AT} --until {AT + 1}`",
        "inte i den; en revisor som har sparat den",
    ):
        assert told in result.stdout
    assert "falun" not in result.stdout
    assert "att inget mer i beslutet" not in verifies(log().whole()).stdout


def test_an_absence_is_told_with_what_is_proved_and_that_it_is_secret(verifies: Callable[..., Result]) -> None:
    result = verifies(log().absence("mora", 10, 13))
    assert result.exit_code == 0, result.output
    for told in (
        "BEVIS OM VAD SOM INTE LEVERERATS i loggen hub.example/omrade/0\n",
        "Aktör mora, med alla dess enheter och läsargrupper\nPlats 10 till och med 12 i loggens partition 0\n",
        "Alla 3 beslut där är med, och inget av dem levererar något till aktören\n",
        "Undanhållet för aktören på plats: 10, 11, 12\n",
        "`samverkanshub replay --partition 0 --from 10 --until 13`",
        "lika hemlig som loggen",
    ):
        assert told in result.stdout
    assert "på plats: (ingen)" in verifies(log().absence("leksand", 10, 13)).stdout


def test_json_is_for_programs(verifies: Callable[..., Result]) -> None:
    answer = json.loads(verifies(log().whole(), "--json").stdout)
    assert (answer["outcome"], answer["slag"], answer["position"], answer["mottagare"]) == ("sound", "beslut", AT, "")
    assert {part["mottagare"] for part in answer["delar"]} >= {"", "mora.vinr.utsatt", "falun.vinr.utsatt"}
    answer = json.loads(verifies(log().absence("mora", 10, 13), "--json").stdout)
    assert (answer["slag"], answer["from"], answer["until"], answer["withheld"]) == ("franvaro", 10, 13, [10, 11, 12])


def test_what_was_changed_is_2_and_names_the_position(verifies: Callable[..., Result]) -> None:
    content = with_extra(log().whole(), lambda extra: extra.update(post=other(extra["post"])))
    result = verifies(content)
    assert (result.exit_code, f": tampered: evidence at position {AT}: " in result.stdout) == (2, True)
    answer = json.loads(verifies(content, "--json").stdout)
    assert (answer["outcome"], answer["finding"]["position"]) == ("tampered", AT)
    assert verifies(flip(content, len(content) - 10)).exit_code == 2


def test_what_is_no_evidence_is_1(verifies: Callable[..., Result]) -> None:
    result = verifies(b"a letter\n")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("samverkanshub: `bevis.tlog-proof` is no evidence: its first line is neither")


def test_a_key_of_another_log_is_told_of(verifies: Callable[..., Result], tmp_path: Path) -> None:
    sound = private_key(bytes(32)).public_key().public_bytes_raw()
    key = checkpoint.verifier_key("elsewhere.example/omrade/0", sound)
    verifies(log().whole())
    result = run("verify", tmp_path / "bevis.tlog-proof", "--nyckel", key)
    assert (result.exit_code, "it is of no log whose key was given" in result.stdout) == (2, True)


def test_the_checkpoint_is_held_to_the_one_of_its_size_that_was_seen(
    verifies: Callable[..., Result], tmp_path: Path
) -> None:
    seen, mine = SeenFiles(tmp_path / "sedda"), read_checkpoint(log().note, read_key(VKEY))
    assert "INTE en som du har sett" in verifies(log().whole()).stdout
    seen.keep(mine)
    assert "Den är en som du har sett" in verifies(log().whole()).stdout
    assert json.loads(verifies(log().whole(), "--json").stdout)["checkpoint"]["seen"]
    other_log = signed([*log().decisions[:-1], encoded(COUNT)])
    seen.keep(replace(mine, note=other_log.note))
    for content, position in ((log().whole(), AT), (log().absence("mora", 10, 13), 10)):
        result = verifies(content)
        assert (result.exit_code, f"checkpoint at position {position}: another root" in result.stdout) == (2, True)
    assert [file.read_bytes() for file in seen.of(mine.origin).glob("*.strider-*")] == [log().note]
    seen.keep(replace(mine, note=b"damaged"))
    assert verifies(log().whole()).exit_code == 1


# ------------------------------------------------------------------------------------------ writing


class Asked:
    """Writes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.refuses: Exception | None = None

    async def of_decision(self, *asked: Any) -> bytes:
        if self.refuses:
            raise self.refuses
        self.asked.append(asked)
        return b"a proof\n"

    async def of_absence(self, *asked: Any) -> bytes:
        self.asked.append(asked)
        return b"an absence\n"

    async def position_at(self, partition: int, tid: int) -> int:
        self.asked.append((partition, tid))
        return 1000 * len(self.asked)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked()

    @asynccontextmanager
    async def evidence(_settings: object) -> AsyncIterator[Asked]:
        yield asked

    monkeypatch.setattr(roles, "evidence", evidence)
    return asked


def test_a_file_is_its_owners_alone(hub: Asked, tmp_path: Path) -> None:
    file = tmp_path / "a.tlog-proof"
    result = run("evidence", EVENT, "--recipient", "mora", "-o", file)
    assert (result.exit_code, result.output, file.read_bytes()) == (0, "", b"a proof\n")
    assert file.stat().st_mode & 0o777 == 0o600
    assert hub.asked == [(EVENT, "mora")]


def test_without_a_file_it_is_written_to_stdout(hub: Asked) -> None:
    assert run("evidence", EVENT).stdout == "a proof\n"


def test_a_range_is_given_in_positions_or_in_swedish_time(hub: Asked) -> None:
    assert run("evidence", "--absence", "mora", "--from", "7", "--until", "9").stdout == "an absence\n"
    assert hub.asked == [("mora", 0, 7, 9)]
    hub.asked.clear()
    times = ("--from", "2026-11-01", "--until", "2026-11-02T00:00:00Z", "--omrade", "3")
    run("evidence", "--absence", "mora", *times, SAMVERKAN_OMRADEN="4")
    assert hub.asked == [(3, 1_793_487_600_000), (3, 1_793_577_600_000), ("mora", 3, 1000, 2000)]


def test_an_omrade_that_there_is_none_of_is_1(hub: Asked) -> None:
    result = run("evidence", "--absence", "mora", "--from", "7", "--until", "9", "--omrade", "1")
    assert (result.exit_code, result.stderr, hub.asked) == (1, "samverkanshub: there is no område 1\n", [])


def test_what_cannot_be_proved_yet_is_1(hub: Asked, tmp_path: Path) -> None:
    hub.refuses = Conflict("position 5 is not under a signed checkpoint yet", code="ej-signerad")
    result = run("evidence", EVENT, "-o", tmp_path / "a")
    assert (result.exit_code, "not under a signed checkpoint yet" in result.stderr) == (1, True)
    assert not (tmp_path / "a").exists()


def test_a_file_that_cannot_be_written_is_1(hub: Asked, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("evidence", EVENT, "-o", tmp_path / "file" / "a")
    assert (result.exit_code, "cannot be written" in result.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        (),
        (EVENT, "--absence", "mora", "--from", "1", "--until", "2"),
        ("--absence", "mora"),
        ("--absence", "mora", "--from", "1"),
        ("--absence", "mora", "--until", "1"),
        ("--absence", "mora", "--from", "1", "--until", "2", "--recipient", "mora"),
        (EVENT, "--from", "1"),
        ("--absence", "mora", "--from", "yesterday", "--until", "2"),
    ],
)
def test_wrong_usage_is_2(hub: Asked, words: tuple[str, ...]) -> None:
    assert run("evidence", *words).exit_code == 2
    assert hub.asked == []


def test_a_hub_that_is_not_up_could_not_be_asked(tmp_path: Path) -> None:
    result = run("evidence", EVENT, SAMVERKAN_DATA=str(tmp_path))
    assert (result.exit_code, "`projektion` does not answer" in result.stderr) == (1, True)
