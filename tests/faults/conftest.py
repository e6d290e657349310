"""A sound run directory, played once, and copies of it to spoil."""

import shutil
from pathlib import Path

import pytest
from korning_i_minne import played, write


@pytest.fixture(scope="session")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return await write(await played(), tmp_path_factory.mktemp("korning") / "hel")


@pytest.fixture
def run(whole: Path, tmp_path: Path) -> Path:
    """A run of its own, to spoil."""
    return Path(shutil.copytree(whole, tmp_path / "korning"))
