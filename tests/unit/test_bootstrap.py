"""The vault's key is made for an embedded vault alone, kept for its owner, and never guessed."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from samverkanshub import bootstrap
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


def test_the_regelverk_that_comes_along_can_be_read(settings: Settings) -> None:
    assert "mora" in bootstrap.local_regelverk(settings).katalog.aktorer
