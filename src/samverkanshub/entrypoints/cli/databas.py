"""`samverkanshub databas`: what the databases' server is told once, by its superuser."""

import click

from samverkanshub.adapters.postgres.roller import roles_sql


@click.group("databas")
def databas() -> None:
    """The databases' roles."""


@databas.command("roller")
def roles() -> None:
    """Print SQL that makes a role for each process and gives the database to its owner. Run it in both databases.

    `prepare`, as the owner, then gives the roles their rights, each time it runs.
    """
    click.echo(roles_sql(), nl=False)
