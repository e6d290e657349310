"""K6: a consent is bound to its purpose, which serves exactly one type of message."""

import pytest
from mini_regelverk import AVVIKELSE_GRUPP, AVVIKELSESYSTEM, VARDCENTRAL, VC
from world import World

from samverkanshub.domain.rules import PURPOSES

ALL = ("sip", "riskbedomning", "kontakt", "barnskydd", "kvalitet")


def test_k6_each_purpose_serves_one_type() -> None:
    assert len(set(PURPOSES.values())) == len(PURPOSES)
    assert set(PURPOSES.values()) <= set(ALL)


@pytest.mark.parametrize("andamal", ["sip", "riskbedomning", "barnskydd", "kvalitet"])
def test_k6_a_consent_for_one_purpose_permits_that_exchange_and_no_other(andamal: str) -> None:
    consented = World().samtycke("anna", [VARDCENTRAL], andamal=andamal, kategorier=["insats", "risk"])
    sip = consented.sip("anna", [VARDCENTRAL])
    assert (sip.delivered(VC) == {"insats"}) == (andamal == "sip")
    if andamal != "sip":
        assert sip.why(VC, "insats") == {"B0 samtycke-saknas", "K6 annat-andamal"}
    assert (consented.riskbedomning("anna", [VARDCENTRAL]).delivered(VC) == {"risk"}) == (andamal == "riskbedomning")


def test_k6_an_orosanmalans_content_to_others_than_its_statutory_recipients_needs_barnskydd() -> None:
    world = World().vardnad("barn", "mor").samtycke("barn", [VARDCENTRAL], givare=["mor"], andamal="sip")
    report = {"av": "region-dalarna.bup.handlaggare", "till": [VARDCENTRAL]}
    world.orosanmalan(items=["insats"], **report)
    assert world.why(VC, "insats") == {"B0 samtycke-saknas", "K6 annat-andamal"}
    world.samtycke("barn", [VARDCENTRAL], givare=["mor"], andamal="barnskydd").orosanmalan(items=["insats"], **report)
    assert world.delivered(VC) == {"insats"}


def test_k6_an_avvikelse_that_identifies_nobody_needs_no_consent() -> None:
    assert World().avvikelse([AVVIKELSESYSTEM]).delivered(AVVIKELSE_GRUPP) == {"ovrigt"}
