"""The vault's key is made for an embedded vault alone and never guessed; nobody writes to Kafka without a limit."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from samverkanshub import bootstrap
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.adapters.kafka.acl import Satt
from samverkanshub.domain.errors import Halt
from samverkanshub.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"SAMVERKAN_DATA": str(tmp_path)})


def test_the_key_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    bootstrap.make_kek(settings)
    key = settings.kek_fil.read_bytes()
    bootstrap.make_kek(settings)
    assert settings.kek_fil.read_bytes() == key
    assert stat.S_IMODE(settings.kek_fil.stat().st_mode) == 0o600
    bootstrap.key_wrapping(settings)


async def test_no_first_generation_is_made_again_where_a_later_is_in_use(settings: Settings) -> None:
    bootstrap.make_kek(settings)
    keys = bootstrap.key_wrapping(settings)
    await keys.make(2, 0)
    await keys.destroy(1)
    bootstrap.make_kek(settings)
    assert not settings.kek_fil.exists()


def test_no_key_is_made_for_an_outside_vault(settings: Settings) -> None:
    bootstrap.make_kek(replace(settings, valv="postgresql://hub@db/valv"))
    with pytest.raises(Halt, match="`SAMVERKAN_KEK_FIL` cannot be read") as refused:
        bootstrap.key_wrapping(settings)
    assert refused.value.code == "fel-kek"


def test_a_key_of_another_length_is_refused(settings: Settings) -> None:
    settings.kek_fil.write_bytes(b"kort")
    with pytest.raises(Halt, match="must hold 32 bytes"):
        bootstrap.key_wrapping(settings)


def test_who_logs_in_is_asked_of_a_provider_where_one_is_set(settings: Settings, tmp_path: Path) -> None:
    clock = SystemClock(0)
    assert bootstrap.login_provider(settings, clock) is None
    there = replace(settings, oidc_utfardare="https://id.example", oidc_klient="hubben")
    assert bootstrap.login_provider(there, clock) is not None
    for wrong in (tmp_path / "saknas", tmp_path / "bytes"):
        (tmp_path / "bytes").write_bytes(b"\xff")
        with pytest.raises(Halt, match="`SAMVERKAN_OIDC_HEMLIGHET_FIL` cannot be read") as refused:
            bootstrap.login_provider(replace(there, oidc_hemlighet_fil=wrong), clock)
        assert refused.value.code == "fel-oidc"


def test_the_regelverk_that_comes_along_can_be_read(settings: Settings) -> None:
    assert "mora" in bootstrap.local_regelverk(settings).katalog.aktorer


async def test_whom_kafka_lets_write_is_limited_first_and_both_are_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def limits(where: object, what: dict[str, object]) -> int:
        asked.append(("limits", "samverkan-aktor-mora" in what))
        return 4

    async def rights(where: object, what: tuple[object, ...]) -> Satt:
        asked.append(("rights", len(what) > 0))
        return Satt(1, 2, ("User:annan",))

    for name, fake in (("put_quotas", limits), ("put_rights", rights)):
        monkeypatch.setattr(bootstrap, name, fake)
        monkeypatch.setattr(bootstrap, name.replace("put", "compare"), fake)
    kafka = replace(settings, kafka="127.0.0.1:1", utveckling=True)
    assert await bootstrap.put_kafka_rights(kafka) == Satt(1, 2, ("User:annan",), 4)
    assert await bootstrap.compare_kafka_rights(kafka) == Satt(1, 2, ("User:annan",), 4)
    assert asked == [("limits", True), ("rights", True), ("rights", True), ("limits", True)]
