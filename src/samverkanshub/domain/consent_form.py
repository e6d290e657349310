"""The form of a consent or an exemption, judged without state: K1, K2 and K5 of RULES.md."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from samverkanshub.domain.brist import Brist, of
from samverkanshub.domain.events import (
    EXEMPTIONS,
    SAMTYCKE_ANDRAT,
    SAMTYCKE_LAMNAT,
    UNDANTAG_HAVT,
    Event,
)
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import SWEDEN, a_year_after, to_ms

GIVEN: Final = frozenset({SAMTYCKE_LAMNAT, SAMTYCKE_ANDRAT})
SAID: Final = GIVEN | EXEMPTIONS
"""What has the form of K5 and says how freely it was said (K11)."""
POINTS: Final = ("andamal", "mottagare", "kategorier", "fran", "till")
"""What K1 says that a consent names, beside the person."""
EXEMPT: Final = ("kategorier", "uppgifter", "mottagare", "anvandare")
"""What can be exempted (K3)."""
ALL: Final = frozenset({"all", "alla", "allt", "alla_kategorier", "samtliga", "*"})
JOINT_RECORD: Final = "dokumentera-i-gemensam-journal"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def specific(typ: str, data: Mapping[str, Any]) -> Iterator[Brist]:
    """K1: never general. One point missing, empty, or "all": refused, saying which.

    Agreement, "Samtycke och sekretess i SIP". Takes raw data too, so that intake can cite the rule before the schema.
    """
    if typ not in GIVEN:
        return
    for point in POINTS:
        if not data.get(point):
            yield _general(point, f"a consent must name `{point}`")
        elif _says_all(data[point]):
            yield _general(point, f'`{point}` says "all": a consent is never general')


def _general(point: str, detail: str) -> Brist:
    return Brist("K1", "generellt-samtycke", f"/data/{point}", detail)


def _says_all(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in ALL
    if isinstance(value, Mapping):
        return _says_all(value.get("id"))
    return isinstance(value, list | tuple) and any(_says_all(item) for item in value)


@of(*GIVEN)
def names_its_person(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K1: a consent names whose it is."""
    if not event.with_role("registrerad"):
        yield _general("personer", "a consent must name the person whose it is, in the role `registrerad`")


@of(*GIVEN)
def at_most_a_year(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K2: ends after it starts and at most one year on by the Swedish calendar; from 29 February, on 28 February."""
    if any(specific(event.typ, event.koder)):
        return
    start, end = _instant(event.koder["fran"]), _instant(event.koder["till"])
    if start is None or end is None:
        yield Brist("K2", "fel-form", _unreadable(start), f"`{_unreadable(start)[6:]}` is no time the hub can use")
    elif end <= start:
        yield Brist("K2", "slut-fore-start", "/data/till", "`till` must be after `fran`")
    elif end > a_year_after(start):
        yield Brist("K2", "over-ett-ar", "/data/till", "`till` must be at most one year after `fran`")


def _unreadable(start: datetime | None) -> str:
    return "/data/fran" if start is None else "/data/till"


def _instant(value: Any) -> datetime | None:
    """The instant on Swedish clocks, or None for what is no time of the years 1970 to 2199."""
    try:
        ms = to_ms(str(value))
        moment = (_EPOCH + timedelta(milliseconds=ms)).astimezone(SWEDEN)
    except (ValueError, OverflowError):
        return None
    return moment if 1970 <= moment.year < 2200 else None


@of(*SAID)
def oral_says_where(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K5: oral consent, or an exemption made or lifted orally, says where it is documented."""
    if event.koder.get("form") == "muntligt" and not event.koder.get("dokumenterat"):
        yield Brist("K5", "saknas", "/data/dokumenterat", "`dokumenterat` must say where oral consent is documented")


@of(*SAID)
def says_who_was_present(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K11: the registration says who was present; an empty list says nothing of it, `ingen` that nobody was."""
    said = event.koder.get("narvarande", True)
    if not said:
        yield Brist("K11", "saknas", "/data/narvarande", "`narvarande` must say who was present, or that nobody was")


def exempted_employees_known(event: Event, regelverk: Regelverk) -> Iterator[Brist]:
    """K3: an exempted employee is named with an actor of the directory."""
    where = "/data/undantag" if event.typ in GIVEN else "/data"
    for index, named in enumerate(exempt_in(event).get("anvandare") or ()):
        if named["aktor"] not in regelverk.katalog.aktorer:
            falt = f"{where}/anvandare/{index}/aktor"
            yield Brist("K3", "okand-aktor", falt, f"`{falt}` is no actor in the directory")


def oral_belongs_in_joint_record(event: Event) -> Iterator[str]:
    """K5: the joint record first: where a unit's own system holds it, the registrar's outcome points to the other.

    It stands all the same: a unit without the joint record has no other place (Agreement: "i andra hand").
    """
    if event.koder.get("form") == "muntligt" and event.koder.get("dokumenterat") == "eget_system":
        yield JOINT_RECORD


@of(*EXEMPTIONS)
def exempts_something(event: Event, _regelverk: Regelverk) -> Iterator[Brist]:
    """K3: who exempts, or lifts an exemption, names what; nothing named would read as everything."""
    if not exempt_in(event):
        done = "lifted" if event.typ == UNDANTAG_HAVT else "exempted"
        yield Brist("K3", "saknas", "/data", f"`{event.typ}` must name what is {done}")


def exempt_in(event: Event) -> Mapping[str, Any]:
    """K3: what an event exempts or lifts: an exemption's own data, or the part of a consent that says so."""
    said = event.koder if event.typ in EXEMPTIONS else event.koder.get("undantag") if event.typ in GIVEN else None
    return {part: said[part] for part in EXEMPT if said.get(part)} if said else {}
