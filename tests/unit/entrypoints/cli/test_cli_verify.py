"""`samverkanshub verify` answers 0, 2 or 1, and 2 for tampering alone; and says what it has not checked."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

sys.path.append(str(Path(__file__).parents[2] / "verifier"))
from publishing import NAME, ORIGIN, SIGNER, VKEY, Files, flip, leaf_rows, noted

from samverkanshub.codec import checkpoint
from samverkanshub.codec.keys import private_key, to_pem
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.entrypoints.cli.verify import LIMITS, status, told
from samverkanshub.entrypoints.cli.verifying import unreadable
from samverkanshub.verifier import Finding, Verified, published

ROWS = leaf_rows(700)
OTHER = leaf_rows(700, other_from=7)
NOWHERE = {"SAMVERKAN_KAFKA": "127.0.0.1:1", "SAMVERKAN_PROJEKTION": "postgresql://nobody@127.0.0.1:1/nothing"}


class Auditor:
    """An auditor's own machine: the log's key, and nothing of the hub's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tree = path / "trad"

    def holds(self, files: Files, below: str = "") -> None:
        for name, content in files.content.items():
            place = self.tree / below / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)

    def asks(self, *words: str | Path, **env: str) -> Result:
        own = {"SAMVERKAN_DATA": str(self.path / "hub"), "SAMVERKAN_KLIENT_SEDDA": str(self.path / "sedda")}
        return CliRunner(env={**own, **env}).invoke(main, ["verify", *map(str, words)])

    def verifies(self, *words: str | Path) -> Result:
        return self.asks("--nyckel", VKEY, *words, self.tree)


@pytest.fixture
def auditor(tmp_path: Path) -> Auditor:
    return Auditor(tmp_path)


def test_a_sound_tree_and_what_was_not_checked(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 300))
    result = auditor.verifies()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{ORIGIN}: 300 leaves sound, root ")
    for said in ("NOT held against the records", "NOT held against the decisions", "no earlier checkpoint", LIMITS):
        assert said in result.stdout


def test_a_tampered_tree_is_named_by_its_first_position(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 300).flipped("tile/entries/001.p/44", 66 * 2 + 9))
    result = auditor.verifies()
    assert result.exit_code == 2
    named = "leaf at position 258 (tile/entries/001.p/44): is not the leaf hashed in the tile"
    assert result.stdout.startswith(f"{ORIGIN}: tampered with: {named}\n")


def test_every_checkpoint_seen_must_be_continued(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 300))
    assert auditor.verifies().exit_code == 0
    auditor.holds(noted(ROWS, 300, 700))
    assert "continues the earlier checkpoint of size 300\n" in auditor.verifies().stdout
    auditor.holds(noted(OTHER, 700))
    result = auditor.verifies()
    assert (result.exit_code, "checkpoint at position 0" in result.stdout) == (2, True)
    auditor.holds(noted(ROWS, 300))
    result = auditor.verifies()
    assert (result.exit_code, "checkpoint at position 300" in result.stdout) == (2, True)
    kept = sorted(file.name.split(".")[0].lstrip("0") for file in (auditor.path / "sedda").rglob("*") if file.is_file())
    assert kept == ["300", "700", "700"]


def test_what_was_seen_is_kept_apart_for_each_directory(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 300))
    auditor.verifies()
    auditor.holds(noted(OTHER, 300))
    assert auditor.verifies().exit_code == 2
    assert auditor.verifies("--sedda", auditor.path / "annan").exit_code == 0


def test_a_kept_checkpoint_that_is_damaged_proves_nothing(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 300))
    auditor.verifies()
    (kept,) = (file for file in (auditor.path / "sedda").rglob("*") if file.is_file())
    kept.write_bytes(flip(kept.read_bytes(), 20))
    result = auditor.verifies()
    assert (result.exit_code, "could not be checked: the checkpoint kept from before" in result.stdout) == (1, True)


def test_what_cannot_be_kept_is_said(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 300))
    (auditor.path / "sedda").mkdir()
    (auditor.path / "sedda" / "logg-hub.example%2Fomrade%2F0").write_text("in the way")
    result = auditor.verifies()
    assert (result.exit_code, "could not be checked: the checkpoint cannot be kept" in result.stdout) == (1, True)


def test_since_an_earlier_checkpoint(auditor: Auditor) -> None:
    earlier, other = auditor.path / "tidigare", auditor.path / "annan"
    earlier.write_bytes(noted(ROWS, 200).content["checkpoint"])
    other.write_bytes(noted(OTHER, 200).content["checkpoint"])
    auditor.holds(noted(ROWS, 300))
    assert "continues the earlier checkpoint of size 200\n" in auditor.verifies("--since", earlier).stdout
    assert auditor.verifies("--since", other).exit_code == 2
    other.write_text("what\n")
    result = auditor.verifies("--since", other)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "samverkanshub: `--since` is no checkpoint of a log that is to be verified\n"


# ------------------------------------------------------------------------------------------ keys and places


def vkey(partition: int) -> str:
    return checkpoint.verifier_key(f"{NAME}/omrade/{partition}", SIGNER.public)


def test_a_tree_for_each_omrade_that_there_is_a_key_of(auditor: Auditor) -> None:
    keys = auditor.path / "nycklar"
    keys.write_text(f"{vkey(0)}\n{vkey(1)}\n")
    auditor.holds(noted(ROWS, 3), "0")
    result = auditor.asks("--nyckel", keys, auditor.tree)
    assert result.exit_code == 1
    assert f"{NAME}/omrade/1: could not be checked: there is no checkpoint\n" in result.stdout
    assert auditor.asks("--nyckel", keys, "--omrade", "0", auditor.tree).exit_code == 0


def test_of_one_tree_the_checkpoint_says_which_it_is(auditor: Auditor) -> None:
    keys = auditor.path / "nycklar"
    keys.write_text(f"{vkey(1)}\n{vkey(0)}\n")
    auditor.holds(noted(ROWS, 3))
    result = auditor.asks("--nyckel", keys, "--json", auditor.tree)
    (found,) = json.loads(result.stdout)
    assert (found["origin"], found["outcome"], found["leaves"], found["finding"]) == (ORIGIN, "sound", 3, None)
    assert LIMITS in result.stderr


def test_the_hubs_own_key(auditor: Auditor) -> None:
    key = auditor.path / "notarie.pem"
    key.write_bytes(to_pem(private_key(bytes(range(32)))))
    own = {"SAMVERKAN_NOTARIE_NYCKEL": str(key), "SAMVERKAN_LOGGNAMN": NAME, "SAMVERKAN_OMRADEN": "2"}
    printed = CliRunner(env={"SAMVERKAN_DATA": str(auditor.path), **own}).invoke(main, ["notarie", "publik"])
    assert printed.stdout == f"{vkey(0)}\n{vkey(1)}\n"
    auditor.holds(noted(ROWS, 3))
    assert auditor.asks(auditor.tree, **own).exit_code == 0


def test_servers_of_ones_own_have_no_key_unless_it_is_given(auditor: Auditor) -> None:
    for words in (["verify"], ["notarie", "publik"]):
        result = CliRunner(env={"SAMVERKAN_DATA": str(auditor.path), **NOWHERE}).invoke(main, words)
        assert (result.exit_code, result.stderr) == (1, "samverkanshub: `SAMVERKAN_LOGGNAMN` must be given\n")


def test_a_key_of_another_signs_nothing(auditor: Auditor) -> None:
    other = private_key(bytes(32)).public_key().public_bytes_raw()
    auditor.holds(noted(ROWS, 3))
    result = auditor.asks("--nyckel", checkpoint.verifier_key(ORIGIN, other), auditor.tree)
    assert (result.exit_code, "it is not signed by the key" in result.stdout) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--nyckel", VKEY.replace("A", "B"), "."], "`--nyckel` cannot be used"),
        (["--nyckel", "ingen", "."], "`--nyckel` is neither a verifier key nor a file"),
        (["--nyckel", checkpoint.verifier_key("hub.example", SIGNER.public), "."], "it names no område"),
        (["."], "`SAMVERKAN_NOTARIE_NYCKEL` cannot be read"),
    ],
)
def test_without_a_key_or_servers_nothing_can_be_checked(auditor: Auditor, words: list[str], said: str) -> None:
    result = auditor.asks(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("kafka", "status", "said"), [("", 78, "`SAMVERKAN_KAFKA` must be given"), ("127.0.0.1:1", 1, "`projektion`")]
)
def test_a_hub_that_is_not_up_cannot_be_checked(auditor: Auditor, kafka: str, status: int, said: str) -> None:
    """Of the log its address is given; the embedded database of that hub is found where the data lies."""
    (auditor.path / "hub" / "postgres").mkdir(parents=True)
    result = auditor.asks("--nyckel", VKEY, SAMVERKAN_KAFKA=kafka)
    assert (result.exit_code, result.stdout) == (status, "")
    assert said in result.stderr


def test_no_omrade_verified_is_nothing_sound_and_is_named(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 3))
    for result in (auditor.verifies("--omrade", "7"), auditor.asks("--nyckel", VKEY, "http://hub.example/logg/7")):
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == "samverkanshub: no key of område 7 was given\n"
    empty = auditor.path / "tom"
    empty.touch()
    result = auditor.asks("--nyckel", empty, auditor.tree)
    assert (result.exit_code, result.stderr) == (1, "samverkanshub: `--nyckel` holds no verifier key\n")


def test_a_place_with_no_log_is_named(auditor: Auditor) -> None:
    nowhere, empty = auditor.path / "saknas", auditor.path / "tom"
    empty.mkdir()
    for place, said in ((nowhere, "is no directory"), (empty, "holds neither an archive nor the tree")):
        result = auditor.asks("--nyckel", VKEY, place)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith(f"samverkanshub: `{place}` {said}")
        assert result.stderr.count("\n") == 1


def test_an_empty_earlier_checkpoint_is_not_none(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 3))
    empty = auditor.path / "tom"
    empty.touch()
    result = auditor.verifies("--since", empty)
    said = "samverkanshub: `--since` is no checkpoint of a log that is to be verified\n"
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", said)


def test_where_what_was_seen_cannot_be_kept_the_directory_is_named(auditor: Auditor) -> None:
    auditor.holds(noted(ROWS, 3))
    (auditor.path / "fil").touch()
    result = auditor.verifies("--sedda", auditor.path / "fil" / "sedda")
    assert result.exit_code == 1
    assert f"the checkpoint cannot be kept in `{auditor.path / 'fil' / 'sedda'}`: Not a directory" in result.stdout


def test_wrong_usage_is_no_tampering(auditor: Auditor) -> None:
    assert auditor.asks("--omrade", "alla").exit_code == 1
    assert auditor.asks("--since", auditor.path / "saknas", auditor.tree).exit_code == 1


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError(2, "No such file", "trad/checkpoint"), "`trad/checkpoint` cannot be read: No such file"),
        (OSError(5, "Input/output error"), "something that is needed cannot be read: Input/output error"),
        (ConnectionResetError(), "something that is needed cannot be read: ConnectionResetError"),
    ],
)
def test_what_cannot_be_read_is_named_as_far_as_it_has_a_name(error: OSError, said: str) -> None:
    assert unreadable(error) == said


def test_servers_that_do_not_answer_cannot_be_checked(auditor: Auditor) -> None:
    for name, content in noted(ROWS, 3).content.items():
        place = auditor.path / "hub" / "trad" / "0" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    result = auditor.asks("--nyckel", VKEY, **NOWHERE)
    assert result.exit_code == 1
    assert f"{ORIGIN}: could not be checked: `kafka` does not answer" in result.stdout


# ------------------------------------------------------------------------------------------ over the web


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a hub answers, by path; 404 for the rest."""
    answers: dict[str, Any] = {}

    def answer(request: httpx.Request) -> httpx.Response:
        content = answers.get(request.url.path, 404)
        if isinstance(content, Exception):
            raise content
        return httpx.Response(content) if isinstance(content, int) else httpx.Response(200, content=content)

    client = httpx.AsyncClient
    monkeypatch.setattr(
        published.httpx, "AsyncClient", lambda **given: client(**{**given, "transport": httpx.MockTransport(answer)})
    )
    return answers


@pytest.mark.parametrize("url", ["http://hub.example", "http://hub.example/", "http://hub.example/logg/0/"])
def test_a_hubs_address_or_a_trees(auditor: Auditor, web: dict[str, Any], url: str) -> None:
    web |= {f"/logg/0/{name}": content for name, content in noted(ROWS, 300).content.items()}
    result = auditor.asks("--nyckel", VKEY, url)
    assert (result.exit_code, "300 leaves sound" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (404, 2, "tile at position 0 (tile/0/000): is missing"),
        (503, 1, "could not be checked: `https://hub.example/logg/0/tile/0/000` was answered with 503"),
        (302, 1, "could not be checked: `https://hub.example/logg/0/tile/0/000` was answered with 302"),
        (httpx.ReadTimeout("slow"), 1, "`https://hub.example/logg/0/tile/0/000` was not answered (ReadTimeout)"),
        (bytes(2_000_000), 1, "could not be checked: `tile/0/000` is larger than any file of a log"),
    ],
)
def test_an_answer_that_is_none_is_told_from_what_is_missing(
    auditor: Auditor, web: dict[str, Any], answer: object, code: int, said: str
) -> None:
    web |= {f"/logg/0/{name}": content for name, content in noted(ROWS, 300).content.items()}
    web["/logg/0/tile/0/000"] = answer
    result = auditor.asks("--nyckel", VKEY, "https://sally:hemligt@hub.example")
    assert (result.exit_code, said in result.stdout) == (code, True)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://sally:hem@ligt@hub.example:8443/samverkan", "https://hub.example:8443/samverkan/logg/0"),
        ("https://hub.example/samverkan?nyckel=hemligt", "https://hub.example/samverkan"),
        ("https://hub.example?nyckel=hemligt@ligt", "..."),
        ("https://sally:hemligt@[2001:db8::1]:8443", "https://[2001:db8::1]:8443/logg/0"),
        ("https://sally:hem/ligt@hub.example", "..."),
        ("https://sally:hem?ligt@hub.example", "..."),
        ("https://sally:12#hemligt@hub.example", "..."),
        ("https://sally:hemligt@[hub.example", "..."),
    ],
)
def test_nothing_secret_of_an_address_is_shown(auditor: Auditor, web: dict[str, Any], given: str, shown: str) -> None:
    web |= dict.fromkeys(["/checkpoint", "/samverkan", "/samverkan/logg/0/checkpoint", "/logg/0/checkpoint", "/"], 503)
    result = auditor.asks("--nyckel", VKEY, given)
    assert (result.exit_code, f"`{shown}/checkpoint` was " in result.stdout) == (1, True)
    for part in ("hem", "ligt", "sally", "12"):
        assert part not in result.output


def test_what_was_held_of_signatures_is_said_and_what_was_not() -> None:
    found = Verified(
        ORIGIN, size=9, root=bytes(32), leaves=9, records=9, decisions=9, signatures=5, refused=2, unheld=1
    )
    said = told(found)
    assert "held against the directory in force: 5 senders' signatures" in said
    assert "2 records signed by a key that did not hold there, put in quarantine by the gate" in said
    assert "NOT held against any key: 1 records" in said
    assert status([found]) == 0


def test_each_forgery_is_named_and_what_are_left_are_counted() -> None:
    forged = [Finding("signature", at, "the sender's does not hold there (fel-signatur)") for at in (3, 4, 7)]
    found = Verified(ORIGIN, leaves=9, records=9, forged=forged, forged_count=5, finding=forged[0])
    said = told(found)
    assert said.startswith(f"{ORIGIN}: tampered with: signature at position 3: ")
    assert "signatures that do not hold at positions 3, 4, 7 and 2 more" in said
    assert status([found]) == 2
    alone = told(replace(found, forged=forged[:1], forged_count=1))
    assert "positions" not in alone
