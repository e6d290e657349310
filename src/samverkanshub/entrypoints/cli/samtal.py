"""The verbs of a sender whose message waits for a consent, or should not have gone."""

from typing import Any, Final

import click

from samverkanshub.client import Client
from samverkanshub.entrypoints.cli import render
from samverkanshub.entrypoints.cli.calling import show, with_client
from samverkanshub.entrypoints.cli.verbs import EVENT_ID, taken

ANSWERS: Final = {"lamnat": "lamnat", "nekat": "nekat", "ej-fragat-fara": "ej_fragat_fara"}
REASONS: Final = {
    **{"fel-mottagare": "fel_mottagare", "fel-person": "fel_person"},
    **{"fel-uppgift": "fel_uppgift", "annat": "annat"},
}


@click.command("svara")
@click.argument("handelse")
@click.argument("svar", type=click.Choice(tuple(ANSWERS)))
@click.option("--slapp", is_flag=True, help="With `lamnat`: judge what was withheld anew, and deliver what may go.")
@click.option("--av-roll", default="", help="Whose answer it is, where several were to be asked: their role.")
@EVENT_ID
@with_client
async def answer(client: Client, handelse: str, svar: str, slapp: bool, av_roll: str, id_: Any, as_json: bool) -> bool:
    """Answer the consent request that the message HANDELSE gave."""
    if slapp and svar != "lamnat":
        raise click.UsageError("--slapp goes with `lamnat` only")
    event_id = str(id_) if id_ else None
    receipt = await client.answer(handelse, ANSWERS[svar], slapp=slapp, av_roll=av_roll, id=event_id)
    show(receipt, render.receipt, as_json=as_json)
    return taken(receipt)


@click.command("aterkalla")
@click.argument("handelse")
@click.argument("skal", type=click.Choice(tuple(REASONS)))
@EVENT_ID
@with_client
async def recall(client: Client, handelse: str, skal: str, id_: Any, as_json: bool) -> bool:
    """Recall the message HANDELSE: what nobody has opened is withdrawn, who has opened it is told."""
    receipt = await client.recall(handelse, REASONS[skal], id=str(id_) if id_ else None)
    show(receipt, render.receipt, as_json=as_json)
    return taken(receipt)


VERBS: Final = (answer, recall)
