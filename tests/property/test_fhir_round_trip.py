"""Every consent that the hub can hold goes out as FHIR and comes back the same, however its time was written."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any
from uuid import UUID

from examples import law
from hypothesis import given
from hypothesis import strategies as st

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.codec.fhir.consent import consent_of, held_in
from samverkanshub.codec.fhir.held import BY_ID, Held, Part
from samverkanshub.codec.fhir.imported import samtycke_from
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.codec.walk import walk
from samverkanshub.domain.errors import Refused
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.tid import SWEDEN, a_year_after, to_ms

EVENT = "5f0c7e1e-3b0a-5f0e-9a50-0d1e5c6b7a80"
IDS = st.from_regex(r"[a-z][a-z.-]{0,18}", fullmatch=True)
UUIDS = st.integers(1, 2**80).map(lambda n: str(UUID(int=n, version=4)))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@cache
def regelverk() -> Regelverk:
    return read_regelverk(resources.root() / "deploy" / "regelverk", {})


def listed(name: str, least: int = 1) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(regelverk().listor[name])), min_size=least, max_size=4)


MOTTAGARE = st.lists(
    st.fixed_dictionaries({"slag": st.sampled_from(("enhet", "organisation", "begaran")), "id": IDS}),
    min_size=1,
    max_size=3,
)
ANVANDARE = st.lists(st.fixed_dictionaries({"aktor": IDS, "anvandare": IDS}), min_size=1, max_size=2)
UNDANTAG = st.fixed_dictionaries(
    {},
    optional={
        "kategorier": listed("kategori"),
        "uppgifter": st.lists(IDS, min_size=1, max_size=3),
        "mottagare": MOTTAGARE,
        "anvandare": ANVANDARE,
    },
)


@st.composite
def times(draw: st.DrawFn) -> tuple[str, str]:
    """From and until, at most a Swedish year apart, each written with an offset of its own."""
    start = draw(st.datetimes(datetime(1971, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC)))
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    longest = a_year_after(start.astimezone(SWEDEN)).astimezone(UTC) - start
    end = start + timedelta(milliseconds=draw(st.integers(1, longest // timedelta(milliseconds=1))))
    return draw(written(start)), draw(written(end))


def written(moment: datetime) -> st.SearchStrategy[str]:
    """RFC 3339 with any offset that the hub takes, whole milliseconds."""
    offsets = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
    return offsets.map(lambda offset: moment.astimezone(offset).isoformat(timespec="milliseconds"))


@st.composite
def codes(draw: st.DrawFn) -> dict[str, Any]:
    """The codes of a consent given, or with `samtycke` of one changed."""
    fran, till = draw(times())
    form = draw(st.sampled_from(("skriftligt", "muntligt", "pa_annat_satt")))
    where = st.sampled_from(("gemensam_journal", "eget_system"))
    present = ("ingen", "personal", "stodperson", "misstankt", "anhorig_till_misstankt", "annan")
    more = {"undantag": UNDANTAG.filter(bool), "enligt_beslut": UUIDS, "samtycke": UUIDS}
    optional = more | ({} if form == "muntligt" else {"dokumenterat": where})
    required = {"dokumenterat": where} if form == "muntligt" else {}
    others = {
        "andamal": st.sampled_from(sorted(regelverk().andamal)),
        "mottagare": MOTTAGARE,
        "kategorier": listed("kategori"),
        "enskilt": st.booleans(),
        "narvarande": st.lists(st.sampled_from(present), min_size=1, max_size=3),
        "tolk": st.sampled_from(("ingen", "auktoriserad", "annan", "misstankt", "anhorig_till_misstankt")),
    }
    found = draw(st.fixed_dictionaries({**others, **required}, optional=optional))
    return {**found, "fran": fran, "till": till, "form": form}


@st.composite
def consents(draw: st.DrawFn, *kinds: str) -> Held:
    """A consent whose persons are named in one of these ways, each person as it falls out."""
    koder = draw(codes())
    names = {BY_ID: UUIDS}
    counts = {"registrerad": 1, "vardnadshavare": draw(st.integers(0, 3)), "foretradare": draw(st.integers(0, 2))}
    counts |= {"narvarande": draw(st.integers(0, 2)), "tolk": draw(st.integers(0, 1))}
    parts = []
    for roll in (roll for roll, count in counts.items() for _ in range(count)):
        slag = draw(st.sampled_from(kinds))
        parts.append(Part(roll, slag, draw(names.get(slag, IDS))))
    typ = "samtycke_andrat" if "samtycke" in koder else "samtycke_lamnat"
    return Held(typ, draw(IDS), tuple(parts), koder)


def same(held: Held) -> tuple[Any, ...]:
    """A consent but for how its time is written."""
    koder = {**held.koder, "fran": to_ms(held.koder["fran"]), "till": to_ms(held.koder["till"])}
    return held.typ, held.enhet, held.personer, koder


@law
@given(consents(BY_ID))
def test_k1_what_goes_out_by_the_hubs_ids_comes_back_the_same(held: Held) -> None:
    assert same(held_in(consent_of(held, EVENT, to_ms(held.koder["fran"])))) == same(held)


@law
@given(consents("personnummer", "samordningsnummer", "referens"))
def test_k1_what_a_sender_publishes_goes_out_and_comes_back_as_the_same_data(held: Held) -> None:
    data = {"personer": [{"roll": one.roll, one.slag: one.varde} for one in held.personer], **held.koder}
    walk(default_schemas().data(held.typ, 1), data, regelverk().listor)
    found = samtycke_from(consent_of(held, EVENT, 0), regelverk(), default_schemas())
    back = Held(found.typ, found.enhet, held.personer, {n: v for n, v in found.data.items() if n != "personer"})
    assert (found.data["personer"], same(back)) == (data["personer"], same(held))


# ------------------------------------------------------------------------------------------ whatever comes in

SECRET = "197807182394"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("", SECRET, "active", "2026-01-01")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(("url", "system", SECRET)), inner),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every element in a resource."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        yield (*path, key)
        yield from places(inner, (*path, key))


def replaced(resource: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The resource with another value in one place."""
    if not path:
        return value
    copy = dict(resource) if isinstance(resource, dict) else list(resource)
    copy[path[0]] = replaced(resource[path[0]], path[1:], value)
    return copy


@law
@given(st.data(), consents("personnummer", "samordningsnummer", "referens"))
def test_k1_whatever_stands_in_an_elements_place_is_read_or_refused_by_name(data: st.DataObject, held: Held) -> None:
    resource = consent_of(held, EVENT, 0)
    path = data.draw(st.sampled_from(sorted(places(resource), key=str)))
    error = refusal(replaced(resource, path, data.draw(ANYTHING)))
    if error is not None:
        assert error.falt.startswith(("Consent", "resourceType"))
        assert SECRET not in f"{error.detail}{error.falt}{error.values}"


def refusal(resource: dict[str, Any]) -> Refused | None:
    try:
        samtycke_from(resource, regelverk(), default_schemas())
    except Refused as error:
        return error
    return None
