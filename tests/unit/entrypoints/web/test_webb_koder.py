"""Every code that an auditor may read has its words."""

import re
from pathlib import Path

import msgspec
import pytest

from samverkanshub import resources
from samverkanshub.codec.schemas import default_schemas
from samverkanshub.domain import brevord, plikter
from samverkanshub.domain.events import KVITTENSER
from samverkanshub.domain.flows.bortfall import OPEN_AGAIN
from samverkanshub.domain.flows.karantan import SENT_ANEW, TO_NOTE
from samverkanshub.domain.flows.overlamning import VOIDED
from samverkanshub.domain.flows.samtycke_svar import TOLD
from samverkanshub.domain.flows.tillbaka import BESIDE
from samverkanshub.domain.flows.upptining import SEND_AGAIN
from samverkanshub.domain.misstanke import REVIEW
from samverkanshub.entrypoints.web import koder
from samverkanshub.pipeline.granskning import arende, incidenter, oppningar, person, rader
from samverkanshub.pipeline.granskning.fraga import ANMALAN

RULES = Path(__file__).parents[4] / "docs" / "regler.yaml"
ENVELOPES = {"kuvert", "beslut", "beslutspost"}


def test_every_type_of_event_has_its_name() -> None:
    index = msgspec.json.decode((resources.root() / "schemas" / "avro" / "index.json").read_bytes())
    types = {one["namn"] for one in index["scheman"]} - ENVELOPES
    assert types
    assert default_schemas().latest("sip_kallelse")
    assert set(koder.TYPER) == types


def test_every_rule_has_its_name() -> None:
    assert set(koder.REGLER) == set(re.findall(r"^([A-Z]\d+):", RULES.read_text(encoding="utf-8"), re.MULTILINE))


def test_every_kind_of_line_and_every_choice_has_its_words() -> None:
    lines = {rader.BESLUT, rader.SKEENDE, rader.PLIKT, person.LEVERERAT, person.OPPNAT, "incident"}
    assert set(koder.SLAG) == lines
    assert {arende.OPEN, arende.MET, "visad", "nekad"} <= set(koder.UTSLAG)
    assert set(koder.URVAL) == {
        oppningar.AGAIN,
        oppningar.AFTER_HOURS,
        oppningar.NOTHING_FOLLOWED,
        oppningar.SAMPLED,
    }
    assert set(koder.ANMALAN) == set(ANMALAN)
    assert set(plikter.LADDERS) <= set(koder.FUNKTIONER)


HAPPENED = (
    *("oppnad", *KVITTENSER, "rattar", OPEN_AGAIN, SENT_ANEW, TO_NOTE, VOIDED, SEND_AGAIN, REVIEW, *TOLD.values()),
    *(f"{kod}{rest}" for kod in ("aterkallad", "rattad") for rest in ("", "-oppnad", f"-{BESIDE}")),
    *(
        f"{duty}-{step}".replace(".", "-").replace("_", "-")
        for duty, all_ in plikter.LADDERS.items()
        for step, _ in all_
    ),
    *(plikter.PAMINNELSE, plikter.ANDRA_KONTAKT, plikter.ENHETSCHEF, plikter.REGION, incidenter.OPENED_BY_BARRED),
)


@pytest.mark.parametrize("kod", sorted(set(HAPPENED)))
def test_everything_that_may_happen_to_a_delivery_has_a_sentence(kod: str) -> None:
    assert koder.mening(kod, nekar=False).endswith(".")


def test_the_same_code_is_told_by_what_it_did() -> None:
    assert koder.mening("aterkallad", nekar=True) != koder.mening("aterkallad", nekar=False)
    assert koder.mening("ny-kod", nekar=True) == "ny-kod"
    assert koder.regel("K3") == "K3 Undantag"
    assert koder.regel("Z9") == "Z9"


def test_purposes_have_their_words() -> None:
    listor = (resources.root() / "deploy" / "regelverk" / "listor.yaml").read_text(encoding="utf-8")
    purposes = re.findall(r"^  ([a-z]+): [a-z_]+$", listor.partition("\nandamal:\n")[2], re.MULTILINE)
    assert set(koder.ANDAMAL) == set(purposes)
    assert brevord.said("sip", koder.ANDAMAL) == "SIP"
