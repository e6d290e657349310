"""The vault's key is made for an embedded vault alone, kept for its owner, and never guessed."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from samverkanshub import bootstrap
from samverkanshub.adapters.clock import SystemClock
from samverkanshub.domain.errors import Halt
from samverkanshub.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"SAMVERKAN_DATA": str(tmp_path)})


def test_the_key_is_made_once_for_its_owner_alone(settings: Settings) -> None:
    bootstrap.make_kek(settings)
    key = bootstrap.kek(settings)
    bootstrap.make_kek(settings)
    assert bootstrap.kek(settings) == key
    assert stat.S_IMODE(settings.kek_fil.stat().st_mode) == 0o600


def test_no_key_is_made_for_an_outside_vault(settings: Settings) -> None:
    bootstrap.make_kek(replace(settings, valv="postgresql://hub@db/valv"))
    with pytest.raises(Halt, match="`SAMVERKAN_KEK_FIL` cannot be read") as refused:
        bootstrap.kek(settings)
    assert refused.value.code == "fel-kek"


def test_a_key_of_another_length_is_refused(settings: Settings) -> None:
    settings.kek_fil.write_bytes(b"kort")
    with pytest.raises(Halt, match="must hold 32 bytes"):
        bootstrap.kek(settings)


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
