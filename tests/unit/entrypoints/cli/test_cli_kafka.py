"""`samverkanshub kafka`: rights as Kafka's own command takes them, and a password for each user."""

from pathlib import Path

import pytest
from aiokafka.errors import ClusterAuthorizationFailedError
from click.testing import CliRunner, Result

from samverkanshub import bootstrap
from samverkanshub.adapters.kafka.acl import Satt
from samverkanshub.entrypoints.cli.main import main
from samverkanshub.ports import Unavailable
from samverkanshub.rattigheter import OF_THE_HUB
from samverkanshub.settings import Settings


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"SAMVERKAN_DATA": str(tmp_path), "SAMVERKAN_UTVECKLING": "1"}


def run(env: dict[str, str], *words: str, **given: str) -> Result:
    return CliRunner().invoke(main, ["kafka", *words], env={**env, **given})


def test_every_right_is_a_line_that_kafkas_own_command_takes(env: dict[str, str]) -> None:
    result = run(env, "acl")
    assert result.exit_code == 0
    assert (
        "--add --allow-principal User:samverkan-aktor-mora --operation Read --topic 'samverkan.notis.mora'"
        in result.stdout.splitlines()
    )


def test_who_publishes_directly_may_write_to_its_own_topic(env: dict[str, str]) -> None:
    more = set(run(env, "acl", SAMVERKAN_DIREKT="mora").stdout.splitlines()) - set(run(env, "acl").stdout.splitlines())
    assert "--add --allow-principal User:samverkan-aktor-mora --operation Write --topic 'samverkan.in.mora'" in more
    assert not [line for line in more if "falun" in line]


def test_every_user_gets_a_password_that_its_owner_alone_can_read_and_keeps_it(
    env: dict[str, str], tmp_path: Path
) -> None:
    first = run(env, "anvandare", str(tmp_path / "losen"))
    assert first.exit_code == 0
    names = first.stdout.split()
    assert set(OF_THE_HUB) <= set(names)
    assert "samverkan-aktor-mora" in names
    files = sorted((tmp_path / "losen").iterdir())
    assert [file.name for file in files] == sorted(names)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    before = {file.name: file.read_text() for file in files}
    assert len(set(before.values())) == len(files)
    assert min(map(len, before.values())) >= 40
    assert not [password for password in before.values() if password in first.output]
    run(env, "anvandare", str(tmp_path / "losen"))
    assert {file.name: file.read_text() for file in files} == before


@pytest.mark.parametrize("words", [("acl", "--satt"), ("anvandare", "losen", "--satt")])
def test_nothing_is_put_in_force_where_no_server_is_named(env: dict[str, str], words: tuple[str, ...]) -> None:
    result = run(env, *words)
    assert (result.exit_code, "`SAMVERKAN_KAFKA` must be given" in result.stderr) == (78, True)


def test_what_is_put_in_force_is_told_and_so_is_who_else_reaches_the_topics(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def put(settings: Settings) -> Satt:
        return Satt(3, 1, ("User:*",), 2)

    monkeypatch.setattr(bootstrap, "put_kafka_rights", put)
    result = run(env, "acl", "--satt", SAMVERKAN_KAFKA="127.0.0.1:1")
    assert (result.exit_code, result.stdout) == (0, "3 rights given, 1 taken, 2 users' limits set\n")
    assert "`User:*` has rights" in result.stderr


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (Satt(0, 0, ()), 0),
        (Satt(1, 0, ()), 2),
        (Satt(0, 1, ()), 2),
        (Satt(0, 0, ("User:*",)), 2),
        (Satt(0, 0, (), 1), 2),
    ],
)
def test_rights_that_are_otherwise_are_told_by_the_exit_status(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, found: Satt, status: int
) -> None:
    async def compare(settings: Settings) -> Satt:
        return found

    monkeypatch.setattr(bootstrap, "compare_kafka_rights", compare)
    result = run(env, "acl", "--jamfor", SAMVERKAN_KAFKA="127.0.0.1:1")
    assert (result.exit_code, result.stdout) == (
        status,
        f"{found.givna} rights missing, {found.tagna} too many, {found.kvoter} users' limits otherwise\n",
    )
    assert result.stderr.count("`User:*` has rights") == len(found.frammande)


def test_who_may_not_is_told_who_may(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    async def put(settings: Settings) -> Satt:
        raise Unavailable("kafka") from ClusterAuthorizationFailedError()

    monkeypatch.setattr(bootstrap, "put_kafka_rights", put)
    result = run(env, "acl", "--satt", SAMVERKAN_KAFKA="127.0.0.1:1")
    assert (result.exit_code, "samverkan-drift" in result.stderr) == (1, True)
