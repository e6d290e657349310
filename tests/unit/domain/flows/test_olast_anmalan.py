"""B1, B7, O4: a report that could not be read has reached nobody, and somebody must telephone."""

from dataclasses import replace

import pytest
from flowworld import REGION, VC_CHEF, FlowWorld
from mini_regelverk import BUP_GRUPP, MORA_BARN, MORA_MOTTAGNING, UTSATT, VARDCENTRAL, VC
from steps import HOUR, OMRADE

from samverkanshub.domain.decision import Decision, Entry, Reason
from samverkanshub.domain.events import ADULT, Event, Person, Position, Uppgift
from samverkanshub.domain.flows import karantan, listning
from samverkanshub.domain.fold import freeze
from samverkanshub.domain.state import ArendeState

O4 = "o4.kvittens"
NAMED = (Uppgift("/mottaget_av", "ovrigt"),)


def report(world: FlowWorld, *, av: str = VC, barn: str = "barn") -> Event:
    """A report about the child, as it is read, or not."""
    child = Person(barn, "barn", world.alder.get(barn, ADULT))
    item = Uppgift("/barnets_situation", "barnets_situation", "barn", barn)
    koder = {
        "mottagare": [],
        "kommun": "mora",
        "akut_fara": False,
        "misstanke": ["omsorgssvikt"],
        "anmalarslag": "anmalningsskyldig",
    }
    return world.event("orosanmalan", av, (child,), koder=koder, uppgifter=(item,))


def unread(world: FlowWorld, event: Event) -> Decision:
    """The gate cannot judge the record: what the pipeline does then."""
    position = Position(OMRADE, world.offset, world.tid)
    found = Decision(event.handelse_id, event.typ, event.aktor, "", (Entry("", "", (Reason("", "karantan", True),)),))
    found = karantan.clocked(world.tillstand, event, found, position, world.regler)
    frozen = freeze(world.tillstand, sorted(event.person_ids), position)
    world.tillstand = karantan.fold(frozen, event, found)
    world.message, world.last = found, found
    world.offset += 1
    return found


def stuck() -> tuple[FlowWorld, Event]:
    """A report from the vårdcentral that could not be read."""
    world = FlowWorld()
    event = report(world)
    unread(world, event)
    return world, event


def notes_call(world: FlowWorld, event: Event, *, av: str = VC) -> FlowWorld:
    """The sender records that it has telephoned."""
    call = world.event("samtal_noterat", av, (), koder={"meddelande": event.handelse_id}, uppgifter=NAMED)
    world.happens(replace(call, arende_id=world.arende.arende_id))
    return world


def test_o4_its_clock_runs_from_the_record_for_the_sender_alone() -> None:
    world, event = stuck()
    plikt = world.duty(O4)
    assert (plikt.barare, plikt.vantar, plikt.handelse_id) == ("", VARDCENTRAL, event.handelse_id)
    assert [(steg.namn, steg.tid - world.tid) for steg in plikt.steg] == [
        ("paminnelse", HOUR),
        ("andra_kontakt", 2 * HOUR),
        ("region", 3 * HOUR),
    ]
    assert world.skeenden() == {"samtal-att-notera"}
    assert {entry.frist_slag for entry in world.last.entries if entry.frist} == {  # type: ignore[union-attr]
        "o4.kvittens/paminnelse",
        "o4.kvittens/andra_kontakt",
        "o4.kvittens/region",
    }


def test_o4_it_stands_in_the_childs_arende_opened_where_there_is_none() -> None:
    world, _ = stuck()
    assert dict(world.tillstand.person("barn").arenden) == {world.arende.process: world.arende.arende_id}
    assert world.arende.arende_id in world.tillstand.person("barn").berorda
    earlier = FlowWorld()
    earlier.orosanmalan()
    same = earlier.arende.arende_id
    unread(earlier, report(earlier))
    assert earlier.arende.arende_id == same
    assert earlier.owing(O4) == {MORA_BARN, ""}


@pytest.mark.parametrize(
    ("steg", "told"),
    [("paminnelse", {VC_CHEF}), ("andra_kontakt", {VC_CHEF}), ("region", {VC_CHEF, REGION})],
)
def test_o4_its_ladder_goes_to_the_senders_head_and_the_region(steg: str, told: set[str]) -> None:
    world, event = stuck()
    assert world.steg(O4, steg).told(f"o4-kvittens-{steg}".replace("_", "-")) == told
    assert world.last is not None
    assert {row.avser for row in world.last.deliveries if row.mottagare == VC_CHEF} == {event.handelse_id}
    assert [(one.handelse_id, one.slag) for one in world.last.skeenden] == [
        (event.handelse_id, f"o4-kvittens-{steg}".replace("_", "-"))
    ]


def test_o4_the_senders_record_of_the_call_stops_it() -> None:
    world, event = stuck()
    assert notes_call(world, event).refused() == set()
    assert world.owing(O4) == set()
    assert world.duty(O4).utfall == "samtal-noterat"
    assert world.skeenden() == {"samtal-noterat"}
    assert notes_call(world, event).refused() == set(), "another call is noted, and changes nothing"
    assert world.last is not None
    assert world.last.uppfyller == ()


def test_t3_it_is_listed_for_the_senders_unit_which_waits_and_for_nobody_else() -> None:
    world, event = stuck()
    katalog = world.regler.katalog

    def rows(grupp: str) -> list[tuple[str, str]]:
        found = listning.listed(world.arende, katalog.lasargrupper[grupp], katalog)
        return [(one.roll, one.avser) for one in found]

    assert rows(VC) == rows(VC_CHEF) == [("vantar", event.handelse_id)]
    for grupp in (UTSATT, MORA_MOTTAGNING, REGION):
        assert rows(grupp) == []


@pytest.mark.parametrize("av", [UTSATT, BUP_GRUPP])
def test_t3_nobody_elses_does(av: str) -> None:
    world, event = stuck()
    assert notes_call(world, event, av=av).refused() == {"T3 finns-ej"}
    assert world.owing(O4) == {""}


def test_t3_nor_one_about_another_message() -> None:
    world, event = stuck()
    assert notes_call(world, replace(event, handelse_id="annan")).refused() == {"T3 finns-ej"}


@pytest.mark.parametrize("same_id", [True, False], ids=["the-same-event", "with-rattar"])
def test_b7_so_does_the_report_sent_anew_whose_own_clock_runs_instead(same_id: bool) -> None:
    world, event = stuck()
    anew = event if same_id else replace(report(world), koder={**event.koder, "rattar": event.handelse_id})
    world.happens(anew)
    world.message = world.last
    assert MORA_MOTTAGNING in world.reached(), "B1: a frozen child's too"
    assert world.owing(O4) == {MORA_BARN}
    assert world.duty(O4).utfall == "sand-pa-nytt"
    assert "sand-pa-nytt" in world.skeenden()
    assert world.last is not None
    assert "okand-att-ratta" not in world.last.hints


@pytest.mark.parametrize(("av", "rattar"), [(VC, ""), (UTSATT, "h1")], ids=["without-naming-it", "by-another-unit"])
def test_b7_another_report_about_the_child_does_not(av: str, rattar: str) -> None:
    world, event = stuck()
    assert event.handelse_id == "h1"
    other = report(world, av=av)
    world.happens(replace(other, koder={**other.koder, **({"rattar": rattar} if rattar else {})}))
    assert world.owing(O4) == {MORA_BARN, ""}


def test_b7_thawing_the_child_does_not_either() -> None:
    """It is to be sent anew, or told."""
    world, event = stuck()
    koder = {"partition": str(OMRADE), "offset": "1", "foreslagen_av": "a", "godkand_av": "b", "skal": "felet_rattat"}
    thaw = Event("upp", "upptining", "samverkanshub", "", "", "", (Person("barn", "fryst"),), koder=koder)
    world.happens(replace(thaw, koder={**koder, "handelse": event.handelse_id}))
    assert world.refused() == set()
    assert world.owing(O4) == {""}


def test_b7_the_same_record_twice_runs_one_clock() -> None:
    world, event = stuck()
    assert unread(world, event).plikter == ()
    assert len(world.arende.plikter) == 1


def test_b1_no_clock_for_an_adult_for_another_message_for_nobody_or_from_nobody() -> None:
    world = FlowWorld(alder={"barn": ADULT})
    event = report(world)
    others = [
        event,
        replace(report(FlowWorld()), typ="sip_kallelse"),
        replace(report(FlowWorld()), personer=()),
        replace(report(FlowWorld()), enhet="okand.enhet"),
    ]
    for other in others:
        assert unread(world, other).plikter == ()
    assert world.tillstand.arenden == {}


def test_h1_the_arende_does_not_end_while_it_runs() -> None:
    world = FlowWorld()
    world.orosanmalan()
    world.kvitterar(MORA_MOTTAGNING).oppnar(MORA_MOTTAGNING)
    leverans = world.leverans(MORA_MOTTAGNING)
    assert leverans is not None
    world.handlar("skyddsbedomning_gjord", MORA_MOTTAGNING, leverans=leverans.leverans_id)
    unread(world, report(world))
    world.handlar("avslut", MORA_MOTTAGNING, chef="c", skal="annat", informerad="ingen")
    assert world.refused() == set()
    assert open_arende(world) == world.arende


def open_arende(world: FlowWorld) -> ArendeState | None:
    found = dict(world.tillstand.person("barn").arenden).get(world.arende.process, "")
    return world.tillstand.arenden.get(found)


def test_o4_it_is_counted_once_among_what_nobody_has_acknowledged_where_it_went_is_not_known() -> None:
    world, _ = stuck()
    [plikt] = [one for one in world.arende.plikter if one.slag == O4]
    assert [listning.reported(world.arende, plikt, who) for who in listning.concerned(world.arende, plikt)] == [
        (0, "okand")
    ]
