"""Questions of a state and an event are worked out once, and never answered of another."""

from samverkanshub.domain.events import Event, Person
from samverkanshub.domain.state import OmradeState, Tillstand, remembered


def event(*personer: Person) -> Event:
    return Event("h", "skydd", "mora", "mora.vinr", "mora.vinr.utsatt", "u", personer)


def test_the_same_question_of_the_same_event_is_worked_out_once():
    asked = []

    @remembered
    def who(tillstand, event):
        asked.append(event)
        return event.person_ids

    state, about = Tillstand(OmradeState(0)), event(Person("bo", "utsatt"))
    assert who(state, about) == who(state, about) == {"bo"}
    assert len(asked) == 1


def test_another_event_and_another_state_have_answers_of_their_own():
    @remembered
    def who(tillstand, event):
        return event.person_ids, tillstand.omrade.tid

    state = Tillstand(OmradeState(0))
    # Made one after the other and thrown away, so that one may well come to stand where another stood.
    found = [who(state, event(Person(f"p{number}", "utsatt")))[0] for number in range(200)]
    assert found == [{f"p{number}"} for number in range(200)]
    assert who(Tillstand(OmradeState(0, tid=7)), event()) == (frozenset(), 7)


def test_two_questions_of_one_event_are_two():
    first = remembered(lambda tillstand, event: "first")
    second = remembered(lambda tillstand, event: "second")
    state, about = Tillstand(OmradeState(0)), event()
    assert (first(state, about), second(state, about)) == ("first", "second")
