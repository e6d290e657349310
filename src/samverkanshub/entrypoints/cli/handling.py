"""`samverkanshub handling TYP --…`: what happens in an ärende after its messages. One command a type, from its schema.

Answering a consent request and recalling a message have verbs of their own.
"""

from typing import Any, Final

import click

from samverkanshub.client import Client
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.shape import Code, Field
from samverkanshub.domain.events import ACTS, ATERKALLELSE, SAMTYCKE_SVAR
from samverkanshub.entrypoints.cli import render
from samverkanshub.entrypoints.cli.calling import show, with_client
from samverkanshub.entrypoints.cli.verbs import EVENT_ID, taken

WHO_CALLS: Final = frozenset({"anvandare"})
TYPES: Final = tuple(sorted(ACTS - {ATERKALLELSE, SAMTYCKE_SVAR}))


class Acts(click.Group):
    """A command for each type of act, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every type of act, sorted."""
        return [_spelled(typ) for typ in TYPES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command that sends acts of a type."""
        typ = cmd_name.replace("-", "_")
        return _command(typ) if typ in TYPES else None


@click.group("handling", cls=Acts)
def handling() -> None:
    """Act in an ärende: hand over, close, agree, give feedback, note a call, bar an employee."""


def _command(typ: str) -> click.Command:
    async def send(client: Client, id_: Any, as_json: bool, **given: Any) -> bool:
        told = {name.removeprefix("data_"): value for name, value in given.items() if value is not None}
        receipt = await client.act(typ, id=str(id_) if id_ else None, **told)
        show(receipt, render.receipt, as_json=as_json)
        return taken(receipt)

    run: Any = EVENT_ID(with_client(send))
    for field in reversed([*default_schemas().data(typ, 1).fields.values()]):
        run = _option(typ, field)(run)
    return click.command(_spelled(typ), help=f"Send {typ}.")(run)


def _option(typ: str, field: Field) -> Any:
    """The option of a field; one that would be taken for who calls is called by its type too."""
    node = field.node
    name = f"--{_spelled(f'{typ}-{field.name}' if field.name in WHO_CALLS else field.name)}"
    if isinstance(node, Code) and node.slag == "bool":
        return click.option(name, _kept(field.name), is_flag=True, default=None)
    choices = click.Choice(node.symbols) if isinstance(node, Code) and node.symbols else click.STRING
    return click.option(name, _kept(field.name), type=choices, required=field.required)


def _kept(name: str) -> str:
    """A parameter's name that no other option has."""
    return f"data_{name}"


def _spelled(name: str) -> str:
    return name.replace("_", "-")
