"""`samverkanshub rebuild`: the projection made anew from the log, while the hub keeps running (docs/rebuild.md)."""

import sys

import click
import msgspec

from samverkanshub import roles
from samverkanshub.adapters.tree_files import TreeFiles
from samverkanshub.entrypoints.cli.replay import Checking, progress, run
from samverkanshub.entrypoints.cli.starting import settings_of_a_running
from samverkanshub.pipeline.rebuild import Compared
from samverkanshub.settings import Settings

SAME = 0
DIFFERS = 2


@click.command("rebuild", cls=Checking)
@click.option("--jamfor", is_flag=True, help="Compare, and leave the one in use where it is.")
@click.option("--trots-skillnad", is_flag=True, help="Put the new one in place even where it differs.")
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON.")
def rebuild(jamfor: bool, trots_skillnad: bool, as_json: bool) -> None:
    """Make the projection anew from the log beside the one in use, compare every row, and put it in place.

    The hub keeps running; its gate is stopped at the swap, and is to be started again by whoever keeps it (`up` does).
    What was in use is kept in the schema `projektion_gammal` until the next time. The vault is not touched.

    Exit status: 0 the same, 2 something differs (swapped with --trots-skillnad alone), 1 it could not be done.
    """
    if jamfor and trots_skillnad:
        raise click.UsageError("`--jamfor` swaps nothing")
    settings = settings_of_a_running("rebuild", "projektion")
    sys.exit(run(_rebuild(settings, jamfor, trots_skillnad, as_json)))


async def _rebuild(settings: Settings, jamfor: bool, trots_skillnad: bool, as_json: bool) -> int:
    # Read before the projection is: what is signed is judged.
    signed = {number: TreeFiles(settings.trad / str(number)).head() for number in range(settings.omraden)}
    with progress() as bar:
        task = bar.add_task("bygger om", total=None)
        async with roles.rebuild(settings, lambda count: bar.advance(task, count)) as rebuilding:
            found = await rebuilding.compare({number: head for number, head in signed.items() if head.size})
            swapped = not jamfor and (found.same or trots_skillnad)
            if swapped:
                await rebuilding.swap(despite=trots_skillnad)
    click.echo(msgspec.json.encode(found) if as_json else told(found, swapped))
    return SAME if found.same else DIFFERS


def told(found: Compared, swapped: bool) -> str:
    """What came of it, in a few lines."""
    tables = [f"  {one.tabell}: {one.borta} rows of the one in use, {one.nya} of the new one" for one in found.tables]
    roots = [f"  område {number}: another root than the signed one" for number in found.roots]
    said = "the same rows and roots" if found.same else "it differs"
    done = "the new one is in use" if swapped else "the one in use is left"
    return "\n".join([f"{found.records} records judged: {said}; {done}", *tables, *roots])
