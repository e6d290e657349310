"""Laws of what is delivered, in every history: on a basis in force, never against V1 and P2, and nothing recalled."""

from examples import costly_law, law
from histories import Move, histories, play
from hypothesis import given
from oracles import close_relatives, kept_secret, suspected
from reach import PROBES, access, delivered, judged, openings, probe
from steps import OMRADE
from test_gate_laws import LATER
from varld import Step

from samverkanshub.domain import gate, rules
from samverkanshub.domain.consent import starts
from samverkanshub.domain.decision import DELIVERED
from samverkanshub.domain.events import ADULT, NEVER_TO_PERPETRATORS_READERS, OROSANMALAN, WHEREABOUTS, Position
from samverkanshub.domain.plikter import O4_KVITTENS
from samverkanshub.domain.routing import answers
from samverkanshub.domain.tid import in_force, swedish_day


@law
@given(histories)
def test_t1_everything_delivered_cites_a_basis_in_force(history: list[Move]) -> None:
    """In force on the day of its position; a consent that is cited where consent is the basis, and only there."""
    for one in delivered(play(history)):
        day, entry = swedish_day(one.tid), one.entry
        assert entry.grunder, one.uppgift.vag
        assert entry.leverans_id == one.delivery.leverans_id
        assert all(in_force(day, grund.giltig_fran, grund.giltig_till) for grund in entry.grunder)
        assert any(grund.regel == "B3" for grund in entry.grunder) == bool(entry.samtycken)


@law
@given(histories)
def test_b3_a_consent_carries_only_in_force_for_its_purpose_recipient_and_category(history: list[Move]) -> None:
    for one in delivered(play(history)):
        found = {s.id: s for s in one.after.person(one.uppgift.person_id).samtycken}
        for consent in (found[id_] for id_ in one.entry.samtycken):
            assert not consent.aterkallat
            assert not consent.makulerat
            assert consent.fri
            if one.entry.funktion != "spridning":  # K7: told of before it is in force, whatever it covers.
                assert one.uppgift.kategori in consent.kategorier
                assert rules.PURPOSES[one.message.typ] == consent.andamal
                assert max(consent.fran, consent.position_tid) <= one.tid < consent.till
            unit = one.regler.katalog.unit_of(one.entry.mottagare)
            named = [ref for ref in consent.mottagare if ref.id in (unit.id, unit.aktor)]
            assert (
                any(ref.meddelande in ("", one.message.handelse_id) for ref in named)
                or consent.id == one.message.handelse_id
            )


@law
@given(histories)
def test_v1_holds_for_every_recipient_in_every_history(history: list[Move]) -> None:
    """What a consent tells of is never more than that there is one."""
    for one in delivered(play(history)):
        group = one.regler.katalog.lasargrupper[one.entry.mottagare]
        if not group.arbetar_med_utovare:
            continue
        assert NEVER_TO_PERPETRATORS_READERS.isdisjoint(one.delivery.kategorier)
        if one.uppgift.kategori in NEVER_TO_PERPETRATORS_READERS:
            about, whose = one.message.exposed, one.uppgift.person_id
            assert about is not None
            assert whose != about.person_id
            assert one.state.person(whose).misstankta == (), "nobody who has been exposed"
            assert whose in suspected(one.state, one.message), "a suspect's own"


@law
@given(histories)
def test_p2_holds_for_every_recipient_in_every_history(history: list[Move]) -> None:
    for one in delivered(play(history)):
        whose = one.uppgift.person_id
        if one.uppgift.kategori not in WHEREABOUTS or not kept_secret(one.state, one.message, whose):
            continue
        unit, arende = one.regler.katalog.unit_of(one.entry.mottagare), one.after.arenden[one.delivery.arende_id]
        holds = unit.verksamhet == "socialtjanst" and arende.ansvarig == unit.id
        by_law = {grund.regel for grund in one.entry.grunder} == {"B1"}
        assert by_law or holds


@law
@given(histories)
def test_t3_a_delivery_names_what_was_delivered_or_is_told_orally_and_nothing_else(history: list[Move]) -> None:
    for *_, decision in judged(play(history)):
        for delivery in (one for one in decision.deliveries if one.slag in ("meddelande", "konsultation", "oppning")):
            lines = (entry for entry in decision.entries if not entry.vag.startswith("#"))
            own = [entry for entry in lines if entry.mottagare == delivery.mottagare]
            assert set(delivery.vagar) == {entry.vag for entry in own if entry.verdict == DELIVERED and entry.vag}
            told = {entry.vag for entry in own if any(reason.regel == "P1" for reason in entry.reasons)}
            assert set(delivery.muntligen) <= told


@law
@given(histories)
def test_v6_no_request_points_to_one_suspected_or_close_to_one(history: list[Move]) -> None:
    """In no role is a consent asked for that is theirs alone; were any message sent or answered now or then."""
    world = play(history)
    position = Position(OMRADE, world.offset, world.tid)
    steps = [(step.before, step.event, step.decision) for step in world.steps]
    for event in (probe(typ, namn) for typ, namn in PROBES):
        steps.append((world.tillstand, event, gate.decide(world.tillstand, event, position, world.regler)))
    for tillstand, event, decision in steps:
        never = suspected(tillstand, event) | close_relatives(tillstand, event)
        for request in decision.requests:
            asked = {person.person_id for person in event.with_role(request.av_roller[0])}
            assert asked - never, request.av_roller


@costly_law
@given(histories)
def test_k2_what_time_alone_opens_rests_on_a_consent_whose_start_lay_ahead(history: list[Move]) -> None:
    world = play(history)
    ahead = any(starts(s) > world.tid for p in world.tillstand.personer.values() for s in p.samtycken)
    for ms in LATER:
        opened = access(world, world.tid + ms) - access(world)
        assert ahead or all(row.grupp.startswith("mora.socialjour") for row in opened), "O1 goes by the hour"


@law
@given(histories)
def test_o1_every_report_reaches_a_responsible_unit_or_says_whom_to_telephone(history: list[Move]) -> None:
    """B1, O1, O4: the child unit has it and owes a kvittens, and all who do are connected and one of them answers now.

    Else the sender is told to telephone. At 18 it is N1's.
    """
    world = play(history)
    position = Position(OMRADE, world.offset, world.tid)
    event = probe("oro", "barn")
    decision = gate.decide(world.tillstand, event, position, world.regler)
    now = Step(world.tillstand, event, decision, position, world.regler, world.tillstand)
    for step in (now, *world.steps):
        if step.event.typ == OROSANMALAN and step.accepted:
            assert _somebody_has_it(step), step.decision.hints


def _somebody_has_it(step: Step) -> bool:
    hints, about = set(step.decision.hints), step.event.exposed
    if about is not None and about.aldersklass == ADULT:
        return {"kontaktformedling", "ring-112"} <= hints
    katalog, through = step.regler.katalog, [e for e in step.decision.entries if e.verdict == DELIVERED and e.vag]
    reached = {katalog.unit_of(e.mottagare).typ for e in through if e.mottagare in katalog.lasargrupper}
    owing = {katalog.enheter[plikt.barare].typ for plikt in step.decision.plikter}
    clocks = [katalog.enheter[p.barare] for p in step.decision.plikter if p.slag == O4_KVITTENS]
    awake = all(unit.ansluten for unit in clocks) and any(
        answers(unit, step.position.tid, step.regler) for unit in clocks
    )
    return ("barn_unga" in reached and "barn_unga" in owing and awake) or "ring" in hints


@law
@given(histories)
def test_q2_nothing_is_opened_that_was_recalled(history: list[Move]) -> None:
    """Whoever had not opened it before, but the statutory recipient of a report."""
    world = play(history)
    gone: set[str] = set()
    opened: set[str] = set()
    for step in world.steps:
        if step.event.typ == "oppning_begard" and step.accepted:
            assert step.event.koder["leverans"] not in gone
            opened.add(step.event.koder["leverans"])
        if step.accepted and (taken := _takes_back(step)):
            gone |= _unopened(step, taken, opened)
    for leverans, _, decision in openings(world, Position(OMRADE, world.offset, world.tid)):
        assert leverans.leverans_id not in gone or decision.deliveries == ()


def _takes_back(step: Step) -> str:
    """The message that an event recalls or corrects; a report that corrects nothing of its sender's stands alone."""
    wrong = "okand-att-ratta" in step.decision.hints
    recalled = step.event.koder["meddelande"] if step.event.typ == "aterkallelse" else ""
    return "" if wrong else str(step.event.koder.get("rattar", recalled))


def _unopened(step: Step, message: str, opened: set[str]) -> set[str]:
    everything = [lev for arende in step.before.arenden.values() for lev in arende.leveranser]
    of_it = [lev for lev in everything if lev.handelse_id == message and lev.leverans_id not in opened]
    stays = [lev for lev in of_it if lev.typ == OROSANMALAN and lev.funktion not in ("namngiven", "prenumeration")]
    return {lev.leverans_id for lev in of_it} - {lev.leverans_id for lev in stays}


@law
@given(histories)
def test_v1_what_only_tells_something_reaches_a_perpetrators_reader_for_a_reason(history: list[Move]) -> None:
    """B4, V1: because it had something itself, because the unit has no other readers, or because it is its head."""
    world = play(history)
    for step in world.steps:
        katalog = step.regler.katalog
        for row in (one for one in step.decision.deliveries if one.slag in ("andring", "paminnelse", "larm")):
            group = katalog.lasargrupper[row.mottagare]
            others = [one for one in katalog.groups_of(group.enhet) if not one.arbetar_med_utovare]
            had = {lev.mottagare for arende in step.before.arenden.values() for lev in arende.leveranser}
            assert (row.vagar, row.muntligen) == ((), ())
            assert not group.arbetar_med_utovare or group.enhetschef or not others or group.id in had
