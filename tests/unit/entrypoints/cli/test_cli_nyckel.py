"""`samverkanshub nyckel`: what who runs the hub is told of the key-encryption keys, and what is refused."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from samverkanshub import bootstrap
from samverkanshub.adapters.memory import MemoryKeys
from samverkanshub.domain.errors import Conflict
from samverkanshub.entrypoints.cli.nyckel import nyckel
from samverkanshub.pipeline import nycklar
from samverkanshub.pipeline.nycklar import MEANS
from samverkanshub.ports import Generation, Omgang, Unavailable
from samverkanshub.settings import Settings


class Care:
    """Five keys under a generation of `wrapping`."""

    def __init__(self, wrapping: MemoryKeys) -> None:
        self.wrapping = wrapping
        self.under = {1: 5}
        self.named: dict[str, int] = {}
        self.fodda: dict[int, int] = {}

    async def data_keys(self) -> Mapping[int, int]:
        return {nr: count - list(self.named.values()).count(nr) for nr, count in self.under.items()}

    async def births(self) -> Mapping[int, int]:
        return self.fodda

    async def secrets(self) -> Mapping[str, int]:
        return self.named

    async def wrapped(self) -> Mapping[int, int]:
        return self.under

    async def rotate(self, tid: int) -> Generation:
        self.under[max(self.under) + 1] = 0
        return await self.wrapping.make(max(self.under), tid)

    async def rewrap(self, limit: int) -> int:
        newest, moved = max(self.under), sum(count for nr, count in self.under.items() if nr < max(self.under))
        self.under = {**dict.fromkeys(self.under, 0), newest: self.under[newest] + moved}
        return moved

    async def destroy(self, nr: int) -> None:
        if self.under.get(nr):
            raise Conflict("keys are wrapped by this generation", code="omslag-anvands")
        self.under.pop(nr)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"SAMVERKAN_DATA": str(tmp_path)}


@pytest.fixture(autouse=True)
def care(monkeypatch: pytest.MonkeyPatch) -> Care:
    care = Care(MemoryKeys())

    @asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[tuple[MemoryKeys, Care]]:
        yield care.wrapping, care

    monkeypatch.setattr(bootstrap, "key_care", opened)
    return care


def test_a_generation_is_made_in_one_step_and_everything_wrapped_by_it_in_the_next(env: dict[str, str]) -> None:
    """Between them its file is mounted everywhere: a process without it could open nothing that it has wrapped."""
    assert CliRunner().invoke(nyckel, ["skapa"], env=env).stdout == "generation 2 is made\n"
    assert [line.split()[-1] for line in CliRunner().invoke(nyckel, ["lista"], env=env).stdout.splitlines()] == [
        "5",
        "0",
    ]
    result = CliRunner().invoke(nyckel, ["rotera"], env=env)
    assert (result.exit_code, result.stdout) == (0, "generation 2: 5 keys and secrets wrapped anew\n")
    assert [line.split()[-1] for line in CliRunner().invoke(nyckel, ["lista"], env=env).stdout.splitlines()] == [
        "0",
        "5",
    ]


def test_to_wrap_anew_makes_no_generation(env: dict[str, str], care: Care) -> None:
    result = CliRunner().invoke(nyckel, ["rotera"], env=env)
    assert (result.exit_code, sorted(care.under)) == (0, [1])


def test_a_generation_is_missing_until_it_is_declared_lost(env: dict[str, str], care: Care) -> None:
    care.under = {1: 5, 2: 3}
    assert CliRunner().invoke(nyckel, ["lista"], env=env).stdout.endswith("2  saknas  3\n")
    told = CliRunner().invoke(nyckel, ["forlorad", "2"], env=env).stdout
    assert told == (
        "generation 2 wraps 3 data keys: what they seal reads `nyckel-forlorad`\ngeneration 2 is declared lost\n"
    )
    assert CliRunner().invoke(nyckel, ["lista"], env=env).stdout.endswith("2  forlorad  3\n")
    assert CliRunner().invoke(nyckel, ["forlorad", "1"], env=env).exit_code == 1, "it is here"


def test_it_is_told_of_how_many_it_is_lost_when_they_were_born(env: dict[str, str], care: Care) -> None:
    care.under, care.fodda = {1: 5, 2: 3}, {1: 2, 2: 4}
    told = CliRunner().invoke(nyckel, ["forlorad", "2"], env=env).stdout.splitlines()
    assert told == [
        "generation 2 wraps 3 data keys: what they seal reads `nyckel-forlorad`",
        "generation 2 wraps when 4 persons were born: made anew by the api for those whose own key is left, and until "
        "then none of them has a birthday",
        "generation 2 is declared lost",
    ]


def test_a_secret_is_not_declared_lost_without_saying_so(env: dict[str, str], care: Care) -> None:
    """Nobody makes another in its place, and what it takes with it is told before and not after."""
    care.under, care.named = {1: 5, 2: 4}, {"alias": 1, "valv.person.2": 2, "valv.ansprak": 2}
    assert CliRunner().invoke(nyckel, ["lista"], env=env).stdout.splitlines()[-1] == (
        "2  saknas  4  valv.ansprak, valv.person.2"
    )
    refused = CliRunner().invoke(nyckel, ["forlorad", "2"], env=env)
    assert refused.exit_code == 1
    assert refused.stdout.splitlines() == [
        "generation 2 wraps 2 data keys: what they seal reads `nyckel-forlorad`",
        f"generation 2 wraps the secret `valv.ansprak`: {MEANS['valv.ansprak']}",
        f"generation 2 wraps the secret `valv.person.2`: {MEANS['valv.person']}",
    ]
    assert "docs/radering.md, Förlorade hemligheter" in refused.stderr
    assert "saknas" in CliRunner().invoke(nyckel, ["lista"], env=env).stdout, "nothing is declared"
    meant = CliRunner().invoke(nyckel, ["forlorad", "2", "--med-hemligheter"], env=env)
    assert (meant.exit_code, meant.stdout.splitlines()[-1]) == (0, "generation 2 is declared lost")
    assert "2  forlorad  4" in CliRunner().invoke(nyckel, ["lista"], env=env).stdout


def test_of_one_that_is_here_nothing_is_said_to_be_lost(env: dict[str, str], care: Care) -> None:
    care.named = {"alias": 1}
    refused = CliRunner().invoke(nyckel, ["forlorad", "1"], env=env)
    assert (refused.exit_code, refused.stdout, "this generation is here" in refused.stderr) == (1, "", True)


@pytest.mark.parametrize(("name", "means"), [*MEANS.items(), ("valv.person.7", MEANS["valv.person"])])
def test_what_each_secret_is_for_is_said(name: str, means: str) -> None:
    assert nycklar.means(name) == means


def test_a_generation_in_use_is_not_destroyed_and_one_that_is_not_is(env: dict[str, str]) -> None:
    refused = CliRunner().invoke(nyckel, ["forstor", "1"], env=env)
    assert (refused.exit_code, "keys are wrapped" in refused.stderr) == (1, True)
    for step in ("skapa", "rotera"):
        CliRunner().invoke(nyckel, [step], env=env)
    assert CliRunner().invoke(nyckel, ["forstor", "1"], env=env).stdout == "generation 1 is destroyed\n"


def test_a_vault_that_does_not_answer_is_told(env: dict[str, str], care: Care, monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent() -> Mapping[int, int]:
        raise Unavailable("valv")

    monkeypatch.setattr(care, "wrapped", silent)
    assert CliRunner().invoke(nyckel, ["lista"], env=env).exit_code == 1


class Lookups:
    """Three persons looked up by the first version; one of them cannot be by another."""

    def __init__(self, lost: frozenset[int] = frozenset()) -> None:
        self.by = {1: 3}
        self.gone = lost

    async def lost(self) -> frozenset[int]:
        return self.gone

    async def versions(self) -> dict[int, int]:
        return self.by

    async def begin(self) -> int:
        self.by[2] = 0
        return 2

    async def make_anew(self, limit: int, efter: str = "") -> Omgang:
        moved = max(self.by[1] - 1, 0) if 2 in self.by else 0
        if moved:
            self.by = {1: 1, 2: self.by[2] + moved}
        return Omgang(moved, 1, "" if efter else "last")

    async def retire(self) -> list[int]:
        return []


def test_a_new_mapping_key_says_who_is_left_with_the_old(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    @asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[Lookups]:
        yield Lookups()

    monkeypatch.setattr(bootstrap, "mapping_care", opened)
    result = CliRunner().invoke(nyckel, ["uppslag"], env=env)
    assert (result.exit_code, result.stdout) == (0, "mapping key 2 made: 2 lookups made anew\n")
    assert "mapping key 1 is kept: 1 persons" in result.stderr


def test_with_a_lost_mapping_key_still_in_use_nobody_can_be_looked_up_and_that_is_said(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    @asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[Lookups]:
        yield Lookups(frozenset({1}))

    monkeypatch.setattr(bootstrap, "mapping_care", opened)
    result = CliRunner().invoke(nyckel, ["uppslag"], env=env)
    assert result.stdout == "mapping key 2 made: 2 lookups made anew\n"
    assert "mapping key 1 is lost, and nobody can be looked up: 1 persons" in result.stderr


def test_persons_with_an_old_data_key_are_given_another(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    left = {"": Omgang(0, 200, "b"), "b": Omgang(199, 1, "c"), "c": Omgang(8, 0, "d"), "d": Omgang(0, 0, "")}

    class Keys:
        async def renew(self, days: int, limit: int, efter: str = "") -> Omgang:
            assert (days, limit) == (90, 200)
            return left[efter]

    @asynccontextmanager
    async def opened(_settings: Settings) -> AsyncIterator[Keys]:
        yield Keys()

    monkeypatch.setattr(bootstrap, "data_keys", opened)
    result = CliRunner().invoke(nyckel, ["data", "--aldre-an", "90"], env=env)
    assert (result.exit_code, result.stdout) == (0, "207 persons have another data key\n")
    assert "201 persons have lost theirs" in result.stderr
