"""What every verb of the command line shares: who calls, where the hub is, and how a failure is told."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from functools import update_wrapper
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from samverkanshub.client import Client, ClientError, Options
from samverkanshub.entrypoints.cli.render import failure

FAILED: Final = 1
PREFIX: Final = "SAMVERKAN_KLIENT_"
ANY_HUB: Final = "http://127.0.0.1:8080"

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def _option(name: str, described: str, **settings: Any) -> Callable[[F], F]:
    return click.option(f"--{name}", envvar=PREFIX + name.upper(), show_envvar=True, help=described, **settings)


def _pem(_ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> bytes:
    return path.read_bytes() if path else b""


URL = _option("url", "The hub's address.", default=ANY_HUB, show_default=True)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")


def who(*, required: bool = True) -> tuple[Callable[[F], F], ...]:
    """The options that say who calls."""
    return (
        URL,
        _option("aktor", "The actor that calls.", required=required),
        _option("lasargrupp", "Its reader group.", required=required),
        _option("anvandare", "The user's id in the actor's own system; never a personnummer.", required=required),
        _option(
            "nyckel",
            "File with the actor's private key (PEM).",
            required=required,
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            callback=_pem,
        ),
    )


def with_client(command: Callable[..., Coroutine[Any, Any, bool]]) -> Callable[..., None]:
    """A command that is given a `client` for who calls; returns whether it went well. `--json` goes to it too."""

    def call(
        options: Options | None, /, url: str, aktor: str, lasargrupp: str, anvandare: str, nyckel: bytes, **given: Any
    ) -> None:
        async def act() -> bool:
            async with client_of(url, aktor, lasargrupp, anvandare, nyckel, options) as client:
                return await command(client=client, **given)

        ended(act, as_json=given["as_json"], typ=given.get("typ", ""))

    run: Callable[..., None] = update_wrapper(click.pass_obj(call), command)
    for option in reversed((*who(), AS_JSON)):
        run = option(run)
    return run


def client_of(url: str, aktor: str, lasargrupp: str, anvandare: str, nyckel: bytes, options: Options | None) -> Client:
    """A client for who calls; `BadParameter` for what is no key."""
    try:
        return Client(url, aktor, lasargrupp, anvandare, nyckel, options=options)
    except ValueError:
        raise click.BadParameter("is no Ed25519 private key in PEM", param_hint="--nyckel") from None


def ended(act: Callable[[], Coroutine[Any, Any, bool]], *, as_json: bool, typ: str = "") -> None:
    """Run to the end and exit: 0 where it went well, 1 where it was refused or failed, which is told."""
    try:
        well = asyncio.run(act())
    except ClientError as error:
        click.echo(failure(error, typ, as_json=as_json), err=not as_json)
        well = False
    sys.exit(0 if well else FAILED)


def show(value: Any, human: Callable[[Any], str], *, as_json: bool) -> None:
    """Write an answer: as JSON, or for reading."""
    click.echo(msgspec.json.encode(value) if as_json else human(value))
