"""A timeline laid out: nothing overlaps, however much there is, and the same stands in the tables."""

import random
from itertools import pairwise

import pytest

from samverkanshub.domain import tidslinje as bild
from samverkanshub.domain.tidslinje import Handelse, Leverans, Skede, Skugga, Stapel, Tidslinje
from samverkanshub.entrypoints.web.teckning import LETTER, MARK, NAME, Axel, Marke, Teckning, drawn, in_lines
from samverkanshub.entrypoints.web.tidslinjen import ORD, tables, then

MINUTE, DAY = 60_000, 86_400_000
START = 1_798_000_000_000
VC, VINR, PSYK = "region-dalarna.vardcentral-mora.handlaggare", "vinr", "vuxenpsykiatri"


def sent(at: int, tid: int, *to: tuple[str, int, int]) -> tuple[Handelse, list[Leverans]]:
    """A message and its deliveries: to whom, how many items went and how many did not."""
    id_ = f"h{at}"
    event = Handelse(id_, "sip_kallelse", bild.HANDELSE, at, tid, VC)
    return event, [Leverans(f"l{at}{n}", id_, "sip_kallelse", VC, unit, at, tid, *c) for n, (unit, *c) in enumerate(to)]


def generated(count: int, seed: int, spread: int) -> Tidslinje:
    """An ärende of so many events, this far apart at most (ms)."""
    draw, tid = random.Random(seed), START
    events, deliveries = list[Handelse](), list[Leverans]()
    for at in range(10, 10 + count):
        tid += draw.randrange(spread)
        if draw.random() < 0.4:
            event, carried = sent(at, tid, (VINR, draw.randrange(3), draw.randrange(3)), (PSYK, 1, 0))
            events.append(event)
            deliveries += carried
        else:
            kind = draw.choice(["kvittens", "oppning_begard", "samtal_noterat", "plikt_steg"])
            events.append(Handelse(f"h{at}", kind, bild.HANDELSE, at, tid, draw.choice([VINR, PSYK, ""])))
    given = Stapel("s1", "s1", "sip", 5, START, START + 300 * DAY, (), (Skede(11, START + 1, "sip_kallelse"),))
    return Tidslinje(tuple(events), tuple(deliveries), (given,))


def boxes(made: Teckning) -> list[tuple[int, int, int, int]]:
    """What each mark with its name covers: left, right, top, bottom."""
    return [(*_span(one), one.y - MARK // 2, one.y + MARK // 2) for one in made.marken]


def _span(one: Marke) -> tuple[int, int]:
    label = 4 + LETTER * len(one.etikett) if one.etikett else 0
    return one.x - MARK // 2, one.x + MARK // 2 + label


@pytest.mark.parametrize("spread", [1, 1_000, MINUTE, DAY, 40 * DAY])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_hundred_events_stay_apart_and_so_do_their_names(seed: int, spread: int) -> None:
    made = drawn(generated(100, seed, spread), ORD)
    assert len(made.marken) >= 100
    covered = boxes(made)
    for at, one in enumerate(covered):
        for other in covered[at + 1 :]:
            apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
            assert apart, (one, other)
    assert all(right <= made.bredd for _, right, _, _ in covered)
    assert made.bredd <= 2600, "it can be scrolled through"


@pytest.mark.parametrize("spread", [1, MINUTE, DAY])
def test_lanes_hold_their_marks_and_follow_each_other(spread: int) -> None:
    made = drawn(generated(100, 7, spread), ORD)
    assert all(one.y + one.hojd == later.y for one, later in pairwise(made.banor))
    assert made.banor[-1].y + made.banor[-1].hojd == made.hojd
    tops = [(lane.y, lane.y + lane.hojd) for lane in made.banor]
    assert all(any(top <= y1 and y2 <= bottom for top, bottom in tops) for _, _, y1, y2 in boxes(made))


def test_some_names_are_written_where_there_is_room() -> None:
    made = drawn(generated(6, 1, 40 * DAY), ORD)
    assert any(one.etikett for one in made.marken)
    assert all(one.namn for one in made.marken), "those without are named to who asks"


def test_the_axis_goes_with_time_and_its_dates_do_not_touch() -> None:
    found = generated(100, 3, DAY)
    axis = Axel.of(found)
    xs = [axis.x(one.tid) for one in found.handelser]
    assert xs == sorted(xs)
    assert all(later - one >= 84 for (one, _), (later, _) in pairwise(axis.ticks))
    assert len(axis.ticks) > 3


def test_a_delivery_is_joined_to_what_it_is_of_and_drawn_by_how_it_stands() -> None:
    event, [whole, part, none] = sent(10, START, (VINR, 2, 0), (PSYK, 1, 1), ("polis", 0, 2))
    opened = Leverans("l", "h10", "sip_kallelse", VC, "x", 10, START, 1, 0, (Skede(11, START + 1, bild.OPPNAD),))
    made = drawn(Tidslinje((event,), (whole, part, none, opened)), ORD)
    assert sorted(one.slag for one in made.linjer) == ["halv", "kors", "punkt", "ring"]
    shapes = {one.form: one for one in made.marken}
    assert shapes.keys() == {"meddelande", "punkt", "halv", "kors", "ring"}
    assert "undanhölls" in shapes["kors"].namn
    assert all(one.y1 == shapes["meddelande"].y for one in made.linjer)
    assert {one.y2 for one in made.linjer} == {one.y for one in made.marken if one.form != "meddelande"}


def test_a_consent_of_unknown_times_is_an_open_bar_between_what_rests_on_it() -> None:
    cited = (Skede(10, START, "sip_kallelse"), Skede(12, START + DAY, "sip_kallelse"))
    [bar] = drawn(Tidslinje(staplar=(Stapel("s", "s", "", -1, 0, 0, (), cited),)), ORD).staplar
    assert (bar.oppen, bar.slag) == (True, "okant")
    ended = Stapel("s", "s", "sip", 3, START, START + 9 * DAY, (Skede(8, START + DAY, bild.ATERKALLAT),))
    [bar] = drawn(Tidslinje(staplar=(ended,)), ORD).staplar
    assert (bar.oppen, bar.slag) == (False, bild.ATERKALLAT)


def test_a_shade_that_lasts_goes_to_the_end() -> None:
    events = generated(5, 1, DAY).handelser
    first = Skede(10, events[0].tid, "skydd")
    made = drawn(Tidslinje(events, skuggor=(Skugga(bild.SKYDDAD, first),)), ORD)
    [shade] = made.skuggor
    assert shade.x + shade.bredd == made.bredd
    ended = Skugga(bild.SKYDDAD, first, Skede(12, events[2].tid, "skydd"))
    [shade] = drawn(Tidslinje(events, skuggor=(ended,)), ORD).skuggor
    assert shade.x + shade.bredd < made.bredd


@pytest.mark.parametrize(
    ("event", "form"),
    [
        (Handelse("h", "sip_kallelse", bild.HANDELSE, 1, START, VC), "meddelande"),
        (Handelse("h", "undantag_anmalt", bild.HANDELSE, 1, START, VC), "samtycke"),
        (Handelse("h", "kvittens", bild.HANDELSE, 1, START, VC), "handling"),
        (Handelse("h", "sip_kallelse", bild.SKEENDE, 1, START, VC, kod="oppnad"), "skeende"),
        (Handelse("", "", "incident", 1, START, ""), "incident"),
        (Handelse("h", "sip_kallelse", bild.HANDELSE, 1, START, VC, "avvisas"), "avvisad"),
    ],
)
def test_events_differ_in_shape_by_what_they_are(event: Handelse, form: str) -> None:
    [mark] = drawn(Tidslinje((event,)), ORD, vald="h", andras=frozenset({"h"})).marken
    assert mark.form == form
    assert (mark.vald, mark.andras) == (bool(event.id), bool(event.id))


@pytest.mark.parametrize(
    "name", [VC, "vinr", "socialtjänstens enhet mot våld i nära relationer", "x" * 90, "Samtycke: SIP"]
)
def test_a_lanes_name_is_broken_into_lines_that_fit(name: str) -> None:
    lines = in_lines(name)
    assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert all(len(line) * LETTER <= NAME for line in lines)


def test_nothing_at_all_is_an_empty_picture() -> None:
    made = drawn(Tidslinje(), ORD)
    assert (made.banor, made.marken) == ((), ())
    assert tables(Tidslinje()) == ()


def test_the_tables_hold_everything_that_the_picture_does() -> None:
    found = generated(100, 5, DAY)
    by_name = {one.id: one for one in tables(found, vald="h10", andras=frozenset({"h11"}))}
    assert len(by_name["handelser"].rader) == len(found.handelser)
    assert len(by_name["leveranser"].rader) == len(found.leveranser)
    assert by_name["samtycken"].rader[0].celler[0] == "SIP"
    assert {one.val for one in by_name["handelser"].rader if one.vald} == {"h10"}
    assert {one.val for one in by_name["handelser"].rader if one.andras} == {"h11"}
    assert all(len(row.celler) == len(one.rubriker) for one in by_name.values() for row in one.rader)


def test_rows_say_in_words_what_happened_and_hide_where_others_records_stand() -> None:
    standing = Skugga(bild.MISSTANKT, Skede(3, START, "misstankt"))
    found = Tidslinje(
        handelser=(
            Handelse("h1", "sip_kallelse", bild.SKEENDE, 7, START, VINR, kod="mottagen"),
            Handelse("h2", "sip_kallelse", bild.HANDELSE, 8, START, VC, "avvisas"),
            Handelse("", "", "incident", 9, START, ""),
        ),
        staplar=(Stapel("s", "s", "", -1, 0, 0, (), (Skede(8, START, "sip_kallelse"),)),),
        skuggor=(standing, Skugga(bild.SKYDDAD, Skede(3, START, "skydd"), Skede(5, START, "skydd"))),
    )
    consents, events, periods = tables(found)
    happened, refused, incident = (row.celler for row in events.rader)
    assert happened[1:3] == ("", "Kallelse till SIP: Mottagaren har kvitterat leveransen.")
    assert refused[1:3] == ("8", "Kallelse till SIP (avvisad)")
    assert incident[2] == "Incident att granska"
    assert consents.rader[0].val == "", "its registration is not the auditor's to read"
    assert [row.celler[2] == "pågår" for row in periods.rader] == [True, False]


def test_what_was_known_then_is_told_in_words() -> None:
    event, carried = sent(10, START, (VINR, 2, 0))
    given = Stapel("s", "s", "sip", 5, START - DAY, START + DAY)
    shade = Skugga(bild.SKYDDAD, Skede(9, START, "skydd"))
    found = then(Tidslinje((event,), tuple(carried), (given,), (shade,)), "h10")
    assert found is not None
    assert found.samtycken[0].startswith("SIP, till ")
    assert found.perioder == ("Skyddade personuppgifter",)
    assert found.leveranser == ("Kallelse till SIP till socialtjänstens enhet mot våld i nära relationer: levererades",)
    assert then(Tidslinje((event,)), "h99") is None
