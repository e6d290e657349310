"""A change of law is a change of data, in force from its activation; what was decided before it replays as it was."""

import shutil
from pathlib import Path

import pytest
from hub import Hub, artefacts, envelope

from samverkanshub import resources
from samverkanshub.adapters.memory import MemoryDatabase, MemoryGateStore
from samverkanshub.adapters.regelverk import read
from samverkanshub.codec.artefacts import regelverk_from
from samverkanshub.codec.decisions import decode_decision
from samverkanshub.pipeline.activation import Approval, change

VILLKOR = [
    "risk-allvarligt-brott-mot-narstaende",
    "uppgiften-kan-bidra-till-att-forebygga",
    "inte-olampligt-med-hansyn-till-insatser",
]
BEFORE = """\
    giltig_fran: 2025-04-01
    fran_till: *forebygga
    villkor: *villkor-18c
    alternativ: *begangna-brott
"""
AFTER = """\
    giltig_fran: 2025-04-01
    giltig_till: 2026-07-01
    fran_till: *forebygga
    villkor: *villkor-18c
    alternativ: *begangna-brott
  - id: osl-10-18c
    regel: B2
    namn: Uppgift till polisen för att förebygga allvarligt brott mot närstående
    kalla: Offentlighets- och sekretesslagen (2009:400) 10 kap. 18 c §, prövad lydelse
    marke: N
    giltig_fran: 2026-07-01
    fran_till: *forebygga
    villkor: [risk-allvarligt-brott-mot-narstaende, nytt-villkor]
"""


@pytest.fixture(scope="module")
def amended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The regelverk as shipped with 18 c in a new wording, which asks for another condition."""
    directory = Path(tmp_path_factory.mktemp("lag") / "regelverk")
    shutil.copytree(resources.root() / "deploy" / "regelverk", directory)
    known = "    - paragrafens-straffgrans-uppnadd\n"
    for name, old, new in (("bestammelser", BEFORE, AFTER), ("listor", known, f"{known}    - nytt-villkor\n")):
        file = directory / f"{name}.yaml"
        text = file.read_text("utf-8")
        assert text.count(old) == 1
        file.write_text(text.replace(old, new), "utf-8")
    return read(directory, {})


def assessment(nr: int, *villkor: str):
    """A risk assessment for the police, on 18 c."""
    data = {
        "mottagare": [{"slag": "enhet", "id": "polisen.dalarna"}],
        "metod": "FREDA",
        "niva": "hog",
        "bedomd_av": f"mora.handlaggare-{nr}",
        "bedomd_tid": "2026-12-01T10:00:00Z",
        "grund": {"bestammelse": "osl-10-18c", "villkor": list(villkor)},
        "sammanfattning": "hög risk",
    }
    return envelope("riskbedomning_delad", "mora.vinr.utsatt", {"utsatt": "anna"}, data)


def basis(outcome: dict) -> list[tuple[str, str]]:
    """Basis and mark of the summary, as the outcome shows them to the sender."""
    (police,) = outcome["mottagare"]
    return [
        (g["id"], g["marke"]) for item in police["levererat"] if item["vag"] == "/sammanfattning" for g in item["grund"]
    ]


def why(outcome: dict) -> set[str]:
    (police,) = outcome["mottagare"]
    return {reason["kod"] for item in police["undanhallet"] for reason in item["skal"] if reason["regel"] == "B2"}


async def history(amended: dict[str, bytes]) -> Hub:
    """Two assessments before the amendment is in force and two after it."""
    hub = await Hub().started()
    await hub.publish(assessment(1, *VILLKOR))
    await hub.publish(assessment(2, VILLKOR[0], "nytt-villkor"))
    await change(amended, [0], Approval("5f0c7e1e-3b0a-5f0e-9a50-0d1e5c6b7a80", "anna", "bo"), **hub.writers())
    await hub.judge_all()
    await hub.publish(assessment(3, *VILLKOR))
    await hub.publish(assessment(4, VILLKOR[0], "nytt-villkor"))
    return hub


async def test_the_new_wording_decides_from_the_position_of_its_activation(amended: dict[str, bytes]) -> None:
    hub = await history(amended)
    assert basis(hub.outcome(1)) == [("osl-10-18c", "N")]
    assert why(hub.outcome(2)) == {f"villkor-saknas-{villkor}" for villkor in VILLKOR[1:]}
    assert why(hub.outcome(4)) == {"villkor-saknas-nytt-villkor"}
    assert basis(hub.outcome(5)) == [("osl-10-18c", "N")]


async def test_t1_each_decision_cites_the_wording_it_rests_on_and_its_regelverk(amended: dict[str, bytes]) -> None:
    hub = await history(amended)
    records = {row.offset: decode_decision(row.record) for _, row in hub.decisions()}
    cited = {
        offset: {(g.giltig_fran, g.giltig_till) for post in record.poster for g in post.entry.grunder}
        for offset, record in records.items()
    }
    assert (cited[1], cited[5]) == ({("2025-04-01", "")}, {("2026-07-01", "")})
    assert records[1].place.regelverk == regelverk_from(artefacts()).digest
    assert records[5].place.regelverk == regelverk_from(amended).digest


async def test_what_was_decided_before_and_after_replays_to_the_same_bytes(amended: dict[str, bytes]) -> None:
    hub = await history(amended)
    recorded = {row.offset: (row.record, row.digest, row.outcome) for _, row in hub.decisions()}
    hub.database = MemoryDatabase()
    hub.store = MemoryGateStore(hub.database)
    hub.gate = hub.new_gate()
    await hub.gate.assign(0)
    await hub.judge_all()
    assert {row.offset: (row.record, row.digest, row.outcome) for _, row in hub.decisions()} == recorded
