"""`samverkanshub granska …`: what happened, for those whom the regelverk names as auditors. Each page is a question."""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, Final

import click
import msgspec

from samverkanshub.client import AuditPage, Client
from samverkanshub.codec.tabell import to_csv, to_jsonl
from samverkanshub.entrypoints.cli.calling import with_client
from samverkanshub.entrypoints.cli.render import moment, plain

MOST_ROWS: Final = 500
ASKED: Final = "data_"
"""How a parameter begins that is asked about, where one of the same name says who calls."""
TIMES: Final = frozenset({"tid", "frist", "beslutat", "slutar"})

_DAY: Final = click.DateTime(["%Y-%m-%d"])
_SHARED: Final = (
    click.option("--fran", type=_DAY, help="The first Swedish day."),
    click.option("--till", type=_DAY, help="The Swedish day to end before."),
    click.option("--omfattning", default="", help="Which scope, of several: myndighet:… or arende:…"),
    click.option("--markor", default="", help="Go on after this cursor."),
    click.option("--antal", type=click.IntRange(1, MOST_ROWS), default=100, show_default=True, help="Rows of a page."),
    click.option("--alla", is_flag=True, help="Read every page."),
    click.option(
        "--format",
        "form",
        type=click.Choice(("text", "json", "csv", "jsonl")),
        default="text",
        show_default=True,
        help="How the rows are written.",
    ),
)


@click.group("granska")
def granska() -> None:
    """Ask what happened, as an auditor: codes, decisions and ids, never content."""


def _asking(fraga: str, *asked: Callable[[Any], Any], described: str) -> None:
    """A command for a question, with what it needs and what all share."""

    async def ask(client: Client, as_json: bool, form: str, alla: bool, antal: int, markor: str, **given: Any) -> bool:
        wanted = {name.removeprefix(ASKED): _given(value) for name, value in given.items() if value}
        page = await client.audit(fraga, markor, antal, **wanted)
        while alla and not (more := await client.audit(fraga, page.markor, antal, **wanted)).ended:
            page = AuditPage(page.kolumner, (*page.rader, *more.rader), more.markor)
        page = AuditPage(page.kolumner, page.rader, page.markor) if alla else page
        click.echo(_written(page, "json" if as_json else form), nl=False)
        return True

    run: Any = with_client(ask)
    for option in reversed((*asked, *_SHARED)):
        run = option(run)
    granska.add_command(click.command(fraga, help=described)(run))


def _given(value: Any) -> Any:
    if isinstance(value, str | list):
        return value
    return str(value.date() if hasattr(value, "date") else value)


def _decisions(_ctx: click.Context, _parameter: click.Parameter, file: BinaryIO | None) -> list[Any]:
    try:
        return msgspec.json.decode(file.read(), type=list[Any]) if file else []
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise click.BadParameter("is no JSON list") from None


def _written(page: AuditPage, form: str) -> bytes:
    if form == "json":
        return msgspec.json.encode(page) + b"\n"
    if form == "csv":
        return to_csv(page.kolumner, page.rader)
    return to_jsonl(page.rader) if form == "jsonl" else _text(page).encode()


def _text(page: AuditPage) -> str:
    """A line a row, of what it says; the columns that say nothing are left out."""
    rows = [plain(" ".join(_cells(page.kolumner, row))) for row in page.rader] or ["inga rader"]
    more = ["det kan finnas fler: så långt som en sida läser är läst, gå vidare från markören"] if page.vidare else []
    return "\n".join([*rows, *more, *([f"markör: {page.markor}"] if page.markor else [])]) + "\n"


def _cells(kolumner: Iterable[str], row: dict[str, Any]) -> Iterable[str]:
    for name in kolumner:
        value = row.get(name, "")
        if value in ("", 0, []) and name != "rader":
            continue
        told = ",".join(map(str, value)) if isinstance(value, list) else value
        yield moment(value) if name == "tid" else f"{name}={moment(value) if name in TIMES else told}"


_EVENT: Final = click.argument("handelse", type=click.UUID)
_NUMBER: Final = click.option(
    "--nummer-fil",
    "nummer",
    type=click.File("r"),
    default="-",
    show_default=True,
    callback=lambda _ctx, _parameter, file: file.read().strip(),
    help="File with the person's number; never given on the command line.",
)
_DECISIONS: Final = click.option(
    "--beslut",
    type=click.File("rb"),
    callback=_decisions,
    help='The sources\' decisions, JSON: [{"kalla": "…", "dolj": ["…"], "visade": ["…"]}].',
)
_DECISION: Final = click.argument("anmalan", type=click.Choice(("anmald", "ej-anmald")))
_CONSENT: Final = click.argument("samtycke", type=click.UUID)

_asking("arende", _EVENT, described="All about the ärende of HANDELSE, in order.")
_asking(
    "handelser",
    click.option("--handelse", type=click.UUID, help="Of this event alone."),
    click.option("--arende", default="", help="Of this ärende alone, by its alias as rows show it."),
    click.option("--part", "data_aktor", default="", help="Of this sender or recipient alone, as rows name it."),
    click.option("--regel", default="", help="Citing this rule, such as K1."),
    described="Every line of the scope, by event, ärende, actor, rule or days (T1).",
)
_asking("samtycke", _CONSENT, described="Where the consent that SAMTYCKE registered was used.")
_asking(
    "makulerat",
    click.option("--samtycke", type=click.UUID, help="All that rested on this one."),
    described="What was delivered and opened under consents that were annulled (K4).",
)
_asking("slutar", described="Consents about to end, within thirty days or on the days given (K2).")
_asking("person", _NUMBER, described="Who was sent and who opened what about a person (T2).")
_asking("brev", _NUMBER, _DECISIONS, described="The same as a letter, once each source has decided on secrecy (T2).")
_asking("undanhallet", described="What was withheld, by reason, sender and month (T3).")
_asking(
    "oppningar",
    click.option("--av", "data_anvandare", help="By this user alone."),
    click.option("--froe", help="Seed of a random sample, one opening in ten; the same seed draws the same."),
    described="Openings by user, with why each should be looked at.",
)
_asking("incidenter", described="What should not have gone, whom it concerns, and what was decided (K4, Q2, V7).")
_asking("incidentbeslut", _EVENT, _DECISION, described="Decide on telling of the incident that HANDELSE is.")
_asking("fragor", described="What auditors of the same scope have asked.")
