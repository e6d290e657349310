"""T3: what was withheld, by reason, sender and month, as the sender's auditor alone reads it."""

import pytest
from auditing import Auditing
from intakehub import BO, UTSATT, VC, Whole, consent, summons, unit
from watched import HOUR, passes


@pytest.fixture
def audit(whole: Whole) -> Auditing:
    return Auditing(whole)


async def test_t3_withheld_items_are_counted_by_reason_sender_and_month(whole: Whole, audit: Auditing) -> None:
    await whole.publish(VC, "sip_kallelse", summons())
    await whole.publish(VC, "sip_kallelse", summons(BO))
    passes(whole, 14 * 24 * HOUR)
    await whole.publish(VC, "sip_kallelse", summons(syfte="igen"))
    december, january = await audit.rows("region-dalarna", "undanhallet")
    assert (december["manad"], december["regel"], december["skal"]) == ("2026-12", "B0", "samtycke-saknas")
    assert december["avsandare"] == VC
    assert (january["manad"], january["regel"], january["beslut"]) == ("2027-01", "B0", 1)
    assert (december["beslut"], december["uppgifter"]) == (2, 2 * january["uppgifter"])
    only = await audit.rows("region-dalarna", "undanhallet", fran="2027-01-01")
    assert only == [january]


async def test_t3_it_is_nothing_to_whom_it_was_withheld_from_nor_to_anybody_else(whole: Whole, audit: Auditing) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["behov"]))
    await whole.publish(VC, "sip_kallelse", summons())
    assert await audit.rows("region-dalarna", "undanhallet")
    for who in ("mora", "falun"):
        page = await audit.page(who, "undanhallet")
        assert (page.rader, page.markor) == ([], "")


async def test_k3_an_exemption_counts_by_its_own_rule(whole: Whole, audit: Auditing) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent(undantag={"kategorier": ["behov"]}))
    await whole.publish(VC, "sip_kallelse", summons())
    assert "K3" in {row["regel"] for row in await audit.rows("region-dalarna", "undanhallet")}


async def test_an_auditor_of_one_matter_counts_in_it_alone(whole: Whole, audit: Auditing) -> None:
    sent = await whole.publish(VC, "sip_kallelse", summons())
    await whole.publish(UTSATT, "sip_kallelse", summons(BO, mottagare=[unit("region-dalarna.vardcentral-mora")]))
    rows = await audit.rows(audit.of_matter(sent.handelse_id), "undanhallet")
    assert {(row["avsandare"], row["beslut"]) for row in rows} == {(VC, 1)}
