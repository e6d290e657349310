"""P5: an event that names nobody is still about those whom its ärende names."""

import pytest

from samverkanshub.domain.events import Event, Person
from samverkanshub.domain.needs import needs
from samverkanshub.domain.protection import concerns_protected
from samverkanshub.domain.state import ArendeState, Meddelande, OmradeState, PersonState, Tillstand

ARENDE = "a"
SUMMONS = Event(
    "s", "sip_kallelse", "mora", "mora.vinr", "mora.vinr.utsatt", "u",
    (Person("anna", "utsatt"), Person("syster", "narstaende"), Person("bo", "misstankt")), arende_id=ARENDE,
)  # fmt: skip
DEVIATION = Event("d", "avvikelse", "mora", "mora.vinr", "mora.vinr.utsatt", "u", arende_id=ARENDE)


def after_the_summons(protected: str) -> Tillstand:
    arende = ArendeState(ARENDE, "sip", "anna", meddelanden=(Meddelande(1, 1, SUMMONS),))
    return Tillstand(OmradeState(0), {protected: PersonState(protected, skydd="sekretessmarkering")}, {ARENDE: arende})


@pytest.mark.parametrize(("protected", "concerned"), [("anna", True), ("syster", True), ("bo", True), ("ingen", False)])
def test_p5_v2_whom_the_arende_names_is_concerned_the_suspected_too(protected: str, concerned: bool) -> None:
    assert concerns_protected(after_the_summons(protected), DEVIATION) is concerned


def test_p5_those_whom_the_arende_names_are_loaded_to_be_asked_about() -> None:
    assert needs(after_the_summons("anna"), DEVIATION)[0] == {"anna", "syster", "bo"}
