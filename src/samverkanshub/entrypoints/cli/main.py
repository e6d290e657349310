"""`samverkanshub`: the command line of those who run the hub and of those who use it.

Exit status: 0 done, 1 refused or failed, 2 wrong usage, 78 settings that cannot be used.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

from samverkanshub.entrypoints.cli.aktor import aktor
from samverkanshub.entrypoints.cli.samtal import VERBS as SAMTAL
from samverkanshub.entrypoints.cli.verbs import VERBS

LAZY: Final[Mapping[str, str]] = {
    "ansprak": "samverkanshub.entrypoints.cli.ansprak:command",
    "archive": "samverkanshub.entrypoints.cli.arkiv:archive",
    "audit": "samverkanshub.entrypoints.cli.audit:command",
    "backup": "samverkanshub.entrypoints.cli.kopia:backup",
    "certifikat": "samverkanshub.entrypoints.cli.certifikat:certifikat",
    "databas": "samverkanshub.entrypoints.cli.databas:databas",
    "decide": "samverkanshub.entrypoints.cli.decide:decide",
    "demo": "samverkanshub.entrypoints.cli.demo:demo",
    "direkt": "samverkanshub.entrypoints.cli.direkt:direkt",
    "drill": "samverkanshub.entrypoints.cli.kopia:drill",
    "evidence": "samverkanshub.entrypoints.cli.evidence:evidence",
    "journal": "samverkanshub.entrypoints.cli.replay:journal",
    "replay": "samverkanshub.entrypoints.cli.replay:replay",
    "fhir": "samverkanshub.entrypoints.cli.fhir:fhir",
    "handling": "samverkanshub.entrypoints.cli.handling:handling",
    "granska": "samverkanshub.entrypoints.cli.granska:granska",
    "explain": "samverkanshub.entrypoints.cli.explain:explain",
    "restore": "samverkanshub.entrypoints.cli.kopia:restoring",
    "rebuild": "samverkanshub.entrypoints.cli.rebuild:rebuild",
    "radera": "samverkanshub.entrypoints.cli.radera:erase",
    "radering": "samverkanshub.entrypoints.cli.radera:erasure",
    "regelverk": "samverkanshub.entrypoints.cli.regelverk:regelverk",
    "kafka": "samverkanshub.entrypoints.cli.kafka:kafka",
    "karantan": "samverkanshub.entrypoints.cli.karantan:karantan",
    "nyckel": "samverkanshub.entrypoints.cli.nyckel:nyckel",
    "notarie": "samverkanshub.entrypoints.cli.notarie:notarie",
    "prepare": "samverkanshub.entrypoints.cli.prepare:prepare",
    "verify": "samverkanshub.entrypoints.cli.verify:command",
    "up": "samverkanshub.entrypoints.cli.up:up",
}
"""Commands whose modules need servers' libraries, imported only when they are asked for."""


class LazyGroup(click.Group):
    """A group that knows some commands by name and imports them when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, sorted."""
        return sorted({*super().list_commands(ctx), *LAZY})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        return _imported(LAZY[cmd_name]) if cmd_name in LAZY else super().get_command(ctx, cmd_name)


def _imported(place: str) -> click.Command:
    module, _, name = place.partition(":")
    found: Any = getattr(import_module(module), name)
    assert isinstance(found, click.Command)
    return found


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samverkanshub")
def main() -> None:
    """Samverkanshub: messages between agencies, let through by consent or by law."""


for _command in (aktor, *VERBS, *SAMTAL):
    main.add_command(_command)


if __name__ == "__main__":
    main()
