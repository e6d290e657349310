"""`samverkanshub backup`, `restore` and `drill`: what must not be lost, put away, put back and tried."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

import click

from samverkanshub import bootstrap
from samverkanshub.entrypoints.cli.demo import own_directory, own_settings
from samverkanshub.entrypoints.cli.starting import FAILED, complain, settings_or_exit
from samverkanshub.entrypoints.cli.up import until_told
from samverkanshub.entrypoints.kopia.backup import back_up
from samverkanshub.entrypoints.kopia.drill import drilled
from samverkanshub.entrypoints.kopia.restore import restore
from samverkanshub.settings import Settings

APART: Final = (
    "not in it, and to be kept apart: SAMVERKAN_KEK_FIL and its later generations, SAMVERKAN_NOTARIE_NYCKEL, "
    "SAMVERKAN_VAKT, the settings, the regelverk's files and the actors' public keys"
)
FOLDER: Final = click.Path(file_okay=False, path_type=Path)


@click.command("backup")
@click.argument("path", metavar="DIR", type=FOLDER)
def backup(path: Path) -> None:
    """Write log, vault and artefacts of a hub that is up into DIR, which must be empty (docs/aterlasning.md).

    What opens it is not in it: keys, guard and settings are to be kept elsewhere.
    """
    settings = settings_or_exit("backup")
    sys.exit(asyncio.run(until_told(_backup(settings, path))))


async def _backup(settings: Settings, path: Path) -> int:
    embedded = None if settings.valv else settings.data / "postgres"
    found = await back_up(bootstrap.of_a_running(settings), path, embedded)
    for number, count in found.poster.items():
        click.echo(f"område {number}: {count} records")
    complain(APART)
    return 0


@click.command("restore")
@click.argument("path", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restoring(path: Path) -> None:
    """Put the backup in DIR into SAMVERKAN_DATA, which must have neither log nor databases; then start with `up`.

    Keys and guard are to be in place first. Projection and trees are made anew. The notary signs nothing until the log
    has reached what was ever signed (docs/aterlasning.md).
    """
    settings = settings_or_exit("restore")
    sys.exit(asyncio.run(until_told(_restore(settings, path.absolute()))))


async def _restore(settings: Settings, path: Path) -> int:
    found = await restore(settings, os.environ, path, complain)  # noqa: TID251
    click.echo(f"{found.poster} records in {found.log_s:.1f} s, the vault in {found.vault_s:.1f} s")
    return 0


@click.command("drill")
def drill() -> None:
    """Lose a hub with the demo's data on it, put it back from a backup, and see that all works (docs/aterlasning.md).

    Exit status: 0 where all that was backed up came back, else 1.
    """
    with own_directory() as place:
        status = asyncio.run(until_told(_drill(own_settings("drill", place / "hub"), place)))
    sys.exit(status)


async def _drill(settings: Settings, place: Path) -> int:
    found = await drilled(settings, place, complain)
    for line in found.lines():
        click.echo(line)
    return FAILED if found.faults else 0
