"""`samverkanshub demo`: a hub of its own, the cases played through it, and what became of each message and why."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click
import yaml
from rich.console import Console
from rich.progress import Progress

from samverkanshub.entrypoints.cli.starting import FAILED, MISCONFIGURED, complain
from samverkanshub.entrypoints.cli.supervisor import Hub, running_hub
from samverkanshub.entrypoints.cli.up import until_told
from samverkanshub.entrypoints.demo import cases, run, show
from samverkanshub.entrypoints.demo.cases import Case
from samverkanshub.entrypoints.demo.play import Tally
from samverkanshub.entrypoints.demo.regelverk import with_roles
from samverkanshub.observability import configure_logging
from samverkanshub.settings import Settings, SettingsError

FREE_PORTS: Final = ("SAMVERKAN_API_PORT", "SAMVERKAN_KAFKA_PORT", "SAMVERKAN_POSTGRES_PORT")


@click.command("demo")
@click.option("--exit", "end", is_flag=True, help="End after the cases; exit status 1 on any mismatch.")
@click.option("--only", default="", help="Only the cases whose file name begins so.")
@click.option("--record", type=click.Path(path_type=Path), help="Write the results as expected ones into a directory.")
def demo(end: bool, only: str, record: Path | None) -> None:
    """Start a hub in a directory of its own, play the cases of deploy/demo, and tell what became of each message."""
    with own_directory() as data:
        settings = with_roles(own_settings("demo", data))
        status = asyncio.run(until_told(_demo(settings, end=end, only=only, record=record)))
    sys.exit(status)


@contextmanager
def own_directory() -> Iterator[Path]:
    """A directory for this run alone, removed with all that is in it; what is secret in it has modes of its own."""
    data = Path(tempfile.mkdtemp(prefix="samverkanshub-demo-"))
    data.chmod(0o755)  # PostgreSQL runs as another user when the hub is started by root.
    try:
        yield data
    finally:
        shutil.rmtree(data, ignore_errors=True)


def own_settings(role: str, data: Path) -> Settings:
    """The settings of a hub for this run alone, with logging set up; exits with 78 after naming every fault."""
    try:
        settings = Settings.from_env(_environment(data))
    except SettingsError as error:
        for fault in error.faults:
            complain(fault)
        sys.exit(MISCONFIGURED)
    configure_logging(role, settings.loggniva)
    return settings


def _environment(data: Path) -> dict[str, str]:
    """This process's, with free ports and the run's own directory unless it says otherwise."""
    given = dict(os.environ)  # noqa: TID251
    return {**dict.fromkeys(FREE_PORTS, "0"), "SAMVERKAN_DATA": str(data), **given}


async def _demo(settings: Settings, *, end: bool, only: str, record: Path | None) -> int:
    console = Console(soft_wrap=True)
    shared, chosen = cases.common(run.directory()), [c for c in cases.load(run.directory()) if c.fil.startswith(only)]
    keys = run.make_keys(chosen, settings, settings.data / "nycklar-privata")
    async with running_hub(settings, say=complain) as hub:
        tally = await _play(console, hub, chosen, shared, keys, record)
        if not end:
            _stay(console, hub, tally)
            complain(f"`{await hub.servers.ended()}` ended by itself, so all ends")
            return FAILED
    console.print(tally.line(), highlight=False)
    return 1 if tally.mismatches else 0


async def _play(
    console: Console, hub: Hub, chosen: list[Case], shared: cases.Common, keys: dict[str, Path], record: Path | None
) -> Tally:
    results: dict[str, list[dict[str, Any]]] = {}
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("spelar fallen", total=sum(len(case.steg) for case in chosen))

        def tell(told: run.Told) -> None:
            if told.case.fil not in results:
                show.heading(console, told.number, len(chosen), told.case)
            results.setdefault(told.case.fil, []).append(told.result)
            show.step(console, told.step, told.result, told.expected)
            progress.advance(task)

        tally = await run.play(chosen, shared, run.connector(hub.url, keys), tell)
    if record:
        _record(record, results)
    return tally


def _record(directory: Path, results: dict[str, list[dict[str, Any]]]) -> None:
    for name, found in results.items():
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False, width=120)
        (directory / f"{name}.vantat.yaml").write_text(text, encoding="utf-8")


def _stay(console: Console, hub: Hub, tally: Tally) -> None:
    console.print(f"\n{tally.line()}", highlight=False)
    console.print(f"hubben lyssnar på {hub.url}, med sidor på {hub.url}/webb, och stannar uppe", highlight=False)
    console.print("Ctrl-C avslutar", highlight=False)
