"""What the schemas and the stateless rules accept is judged, never quarantined, whatever optional part is left out."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hub import Hub, artefacts, envelope

from samverkanshub.codec.artefacts import artefacts_of, regelverk_from
from samverkanshub.codec.envelope import Envelope
from samverkanshub.domain.errors import Halt, Refused
from samverkanshub.entrypoints.demo import cases, run
from samverkanshub.pipeline.activation import Approval, change

SHARED = cases.common(run.directory())
STEPS = [(case, step) for case in cases.load(run.directory()) for step in case.steg if step.publicera]
NOW = datetime(2026, 12, 1, tzinfo=UTC)
EARLIER = "00000000-0000-4000-8000-00000000000e"
ALIAS = "A" * 43


def variants(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The data, and the data less each of its members."""
    return [data, *({k: v for k, v in data.items() if k != left_out} for left_out in data)]


def made(case: cases.Case, step: cases.Step) -> list[Envelope]:
    named = [other.som for other in case.steg if other.som]
    names = {name: EARLIER for som in named for name in (som, f"leverans:{som}")}
    names |= {f"arende:{som}": ALIAS for som in named}
    data = cases.fill(step, SHARED, names, NOW)
    roles: dict[str, tuple[str, ...]] = {}
    for person in data.pop("personer"):
        roles[person["roll"]] = (*roles.get(person["roll"], ()), person["personnummer"])
    found = []
    for variant in variants(data):
        try:
            found.append(envelope(step.publicera, step.av, roles, variant))
        except Refused:
            continue
    return found


@pytest.mark.parametrize(("case", "step"), STEPS, ids=[f"{case.fil}-{step.publicera}" for case, step in STEPS])
async def test_what_the_schema_accepts_is_never_quarantined(case: cases.Case, step: cases.Step):
    hub = await Hub().started()
    taken = made(case, step)
    assert taken or "nekad" in case.vantat[case.steg.index(step)], "only what the case shows refused is never taken"
    for one in taken:
        assert (await hub.publish(one))["dom"] in ("godtas", "avvisas", "upprepning")
    assert not hub.database.quarantine


async def test_a_unit_that_leaves_the_directory_stops_nothing():
    """B1: a report waits for no machinery, and what was sent before can still be opened."""
    hub = await Hub().started()
    sender = "region-dalarna.vardcentral-mora"
    data = {
        "mottagare": [{"slag": "enhet", "id": "mora.vinr"}],
        "slag": "samverkan",
        "mellan_huvudman": False,
        "lex_sarah": "ej_bedomt",
        "lex_maria": "ej_bedomt",
        "beskrivning": "ingen svarade",
    }
    sent = await hub.publish(envelope("avvikelse", f"{sender}.handlaggare", {}, data))
    delivery = next(one for one in sent["mottagare"] if one["lasargrupp"] == "mora.vinr.utsatt")["leverans_id"]
    await change(without(sender), [0], Approval(EARLIER, "anna", "bo"), **hub.writers())
    await hub.judge_all()
    act = envelope("oppning_begard", "mora.vinr.utsatt", {}, {"leverans": delivery}, arende=sent["arende"])
    assert len((await hub.publish(act))["oppna"]) == 1
    assert not hub.database.quarantine


async def test_a_rule_set_or_schema_that_the_program_lacks_stops_it():
    """Old rule sets stay callable; to judge by one that is not there would be to guess."""
    for artefact, code in ((b'"version":2', "okand-regelversion"), (b'"999:', "okant-schema-i-regelverk")):
        hub = await Hub().started()
        await change(altered(artefact), [0], Approval(EARLIER, "anna", "bo"), **hub.writers())
        with pytest.raises(Halt) as stop:
            await hub.judge_all()
        assert stop.value.code == code


async def test_a_schema_that_the_regelverk_does_not_list_is_quarantined_by_every_program():
    hub = await Hub().started()
    regler = artefacts()["regler"]
    fewer = {**artefacts(), "regler": regler[: regler.index(b'"105:')] + regler[regler.index(b'"106:') :]}
    await change(fewer, [0], Approval(EARLIER, "anna", "bo"), **hub.writers())
    await hub.judge_all()
    case, step = next((case, step) for case, step in STEPS if step.publicera == "sip_kallelse")
    assert (await hub.publish(made(case, step)[0]))["dom"] == "karantan"
    assert [row.reason for row in hub.database.quarantine.values()] == ["okant-schema"]


def altered(artefact: bytes) -> dict[str, bytes]:
    regler = artefacts()["regler"]
    changed = regler.replace(b'"version":1', artefact) if b"version" in artefact else regler.replace(b'"118:', artefact)
    assert changed != regler
    return {**artefacts(), "regler": changed}


def without(enhet: str) -> dict[str, bytes]:
    regelverk = regelverk_from(artefacts())
    katalog = regelverk.katalog
    enheter = {id_: unit for id_, unit in katalog.enheter.items() if id_ != enhet}
    groups = {id_: group for id_, group in katalog.lasargrupper.items() if group.enhet != enhet}
    return artefacts_of(replace(regelverk, katalog=replace(katalog, enheter=enheter, lasargrupper=groups)))
