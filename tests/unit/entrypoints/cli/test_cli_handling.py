"""`handling`: one command for each type of act, with the options that its schema says."""

import json

import pytest
from test_cli_verbs import DELIVERY_ID, EVENT_ID, Fake, Shell, environment, fake, shell

from samverkanshub.domain.events import ACTS
from samverkanshub.entrypoints.cli.handling import TYPES

__all__ = ["environment", "fake", "shell"]


def test_every_act_has_a_verb() -> None:
    assert set(TYPES) | {"aterkallelse", "samtycke_svar"} == ACTS


@pytest.mark.parametrize("typ", TYPES)
def test_each_says_what_it_asks_for(shell: Shell, typ: str) -> None:
    result = shell("handling", typ.replace("_", "-"), "--help")
    assert result.exit_code == 0
    assert "--json" in result.output


def test_h1_a_handover_from_the_command_line(shell: Shell, fake: Fake) -> None:
    assert shell("handling", "overlamning", "--arende", "alias", "--till", "falun.vinr").exit_code == 0
    sent = json.loads(fake.calls("publish")[0][1])
    assert sent["type"] == "se.samverkanshub.overlamning.v1"
    assert sent["data"] == {"personer": [], "arende": "alias", "till": "falun.vinr"}


def test_o5_choices_and_flags_are_those_of_the_schema(shell: Shell, fake: Fake) -> None:
    given = ("handling", "aterkoppling", "--leverans", DELIVERY_ID, "--utfall", "inledd", "--olampligt")
    assert shell(*given, "--id", EVENT_ID).exit_code == 0
    sent = json.loads(fake.calls("publish")[0][1])
    assert sent["id"] == EVENT_ID
    assert sent["data"] == {"personer": [], "leverans": DELIVERY_ID, "utfall": "inledd", "olampligt": True}
    assert shell("handling", "aterkoppling", "--leverans", DELIVERY_ID, "--utfall", "kanske").exit_code == 2
    assert shell("handling", "aterkoppling", "--utfall", "inledd").exit_code == 2


def test_v7_who_is_barred_is_not_who_calls(shell: Shell, fake: Fake) -> None:
    assert shell("handling", "jav", "--arende", "alias", "--jav-anvandare", "handlaggare.9").exit_code == 0
    assert json.loads(fake.calls("publish")[0][1])["data"]["anvandare"] == "handlaggare.9"


@pytest.mark.parametrize("typ", ["kvittens", "orosanmalan", "samtycke-svar"])
def test_what_is_no_act_or_has_a_verb_of_its_own_is_no_command_here(shell: Shell, typ: str) -> None:
    assert shell("handling", typ).exit_code == 2
