"""What every verb of the command line shares: who calls, where the hub is, and how a failure is told."""

import asyncio
import ssl
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import update_wrapper
from pathlib import Path
from typing import Any, Final, TypeVar

import click
import msgspec

from samverkanshub.client import Client, ClientError, Options, tls_context
from samverkanshub.entrypoints.cli.render import failure

FAILED: Final = 1
PREFIX: Final = "SAMVERKAN_KLIENT_"
ANY_HUB: Final = "http://127.0.0.1:8080"

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def _option(name: str, described: str, **settings: Any) -> Callable[[F], F]:
    variable = PREFIX + name.upper().replace("-", "_")
    return click.option(f"--{name}", envvar=variable, show_envvar=True, help=described, **settings)


def _pem(_ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> bytes:
    return path.read_bytes() if path else b""


def _kept(ctx: click.Context, parameter: click.Parameter, path: Path | None) -> None:
    ctx.meta[f"{__name__}.{parameter.name}"] = path


def _tls_file(name: str, described: str) -> Callable[[F], F]:
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return _option(name, described, type=file, expose_value=False, callback=_kept)


URL = _option("url", "The hub's address.", default=ANY_HUB, show_default=True)
TLS: Final = (
    _tls_file("ca", "File with the authority of the hub's certificate (PEM); else the machine's."),
    _tls_file("certifikat", "File with the actor's client certificate (PEM), where the hub asks for one."),
    _tls_file("certifikat-nyckel", "File with its private key (PEM); else it is in the same file."),
)
AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write the answer as JSON.")


def who(*, required: bool = True) -> tuple[Callable[[F], F], ...]:
    """The options that say who calls."""
    return (
        URL,
        *TLS,
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
        return Client(url, aktor, lasargrupp, anvandare, nyckel, options=with_tls(options))
    except ValueError:
        raise click.BadParameter("is no private key of Ed25519 or P-256 in PEM", param_hint="--nyckel") from None


def with_tls(options: Options | None) -> Options | None:
    """The options with what was said of TLS for this command. Raises as `told_tls` does."""
    tls = told_tls()
    return replace(options or Options(), tls=tls) if tls else options


def told_tls() -> ssl.SSLContext | None:
    """What was said of TLS for this command, if anything; `BadParameter` for files that cannot be used."""
    meta = click.get_current_context().meta
    ca, certificate, key = (meta.get(f"{__name__}.{name}") for name in ("ca", "certifikat", "certifikat_nyckel"))
    if not (ca or certificate):
        return None
    try:
        return tls_context(ca, certificate, key)
    except OSError:
        raise click.BadParameter("cannot be read as PEM, or do not belong together", param_hint="TLS files") from None


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
