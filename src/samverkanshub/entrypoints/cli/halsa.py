"""`samverkanshub health`: is the hub well, once or live; with how it runs, for who runs it."""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import click
import msgspec

from samverkanshub.client import ClientError, Health, Options, health_of
from samverkanshub.entrypoints.cli import render
from samverkanshub.entrypoints.cli.calling import AS_JSON, TLS, URL, ended, with_tls

EVERY_S: Final = 2.0
CLEAR: Final = "\x1b[H\x1b[J"
"""What makes a terminal write from its upper left corner again."""

Look = Callable[[], Awaitable[tuple[bool, str]]]
"""Whether the hub is well, and the text that says how it stands. Raises `ClientError`."""


@click.command("health")
@URL
@TLS[0]
@click.option("--drift", is_flag=True, help="Topics and readers too, from the database: on the hub's own machine.")
@click.option("--watch", is_flag=True, help="Look again every two seconds, until Ctrl-C.")
@AS_JSON
@click.pass_obj
def health(options: Options | None, url: str, drift: bool, watch: bool, as_json: bool) -> None:
    """Is the hub well? Exit status 1 when it is red."""

    options = with_tls(options)

    async def look() -> tuple[bool, str]:
        return await (_both(url, options, as_json) if drift else _health(url, options, as_json))

    async def once() -> bool:
        well, text = await look()
        click.echo(text)
        return well

    if watch:
        _again_and_again(look, as_json=as_json)
    else:
        ended(once, as_json=as_json)


async def _health(url: str, options: Options | None, as_json: bool) -> tuple[bool, str]:
    found = await health_of(url, options)
    return found.halsa == "gron", msgspec.json.encode(found).decode() if as_json else render.health(found)


async def _both(url: str, options: Options | None, as_json: bool) -> tuple[bool, str]:
    """An api that does not answer is told as well: how the hub runs is read beside it."""
    found: Health | ClientError
    try:
        found = await health_of(url, options)
    except ClientError as error:
        found = error
    answered, running = isinstance(found, Health), await _running()
    well = isinstance(found, Health) and found.halsa == "gron"
    if as_json:
        return well, msgspec.json.encode({"halsa": found if answered else None, "drift": running}).decode()
    text = render.health(found) if isinstance(found, Health) else render.failure(found, "", as_json=False)
    return well, f"{text}\n{_told(running)}"


async def _running() -> Any:
    # What needs the servers' libraries is read when it is asked for: who only calls a hub need not have them.
    from samverkanshub.entrypoints.cli import driftlage

    return await driftlage.look()


def _told(running: Any) -> str:
    from samverkanshub.entrypoints.cli import driftlage

    return driftlage.text(running)


# ------------------------------------------------------------------------------------------ live


def _again_and_again(look: Look, *, as_json: bool) -> None:
    """In place on a terminal, line after line elsewhere; what does not answer is told, and asked again."""
    try:
        asyncio.run(_live(look, as_json=as_json))
    except KeyboardInterrupt:
        if _on_terminal():
            click.echo()
    sys.exit(0)


async def _live(look: Look, *, as_json: bool) -> None:
    while True:
        try:
            _, text = await look()
        except ClientError as error:
            text = render.failure(error, "", as_json=as_json)
        _write(text, as_json=as_json)
        await asyncio.sleep(EVERY_S)


def _write(text: str, *, as_json: bool) -> None:
    if as_json:
        click.echo(text)
    elif _on_terminal():
        click.echo(f"{CLEAR}{_clock()}\n{text}", color=True)
    else:
        click.echo(f"{_clock()}\n{text}\n")


def _clock() -> str:
    return time.strftime("%H:%M:%S")


def _on_terminal() -> bool:
    return sys.stdout.isatty()
