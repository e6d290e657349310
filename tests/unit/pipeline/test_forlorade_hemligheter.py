"""What is served without a secret of the vault's that is lost, what is not, and that none is made in its place."""

import pytest
from intakehub import ANNA, DISA, UTSATT, VC, VC_RATTVIK, Whole, caller, consent, person, report, summons

from samverkanshub.entrypoints.direkt import Igen, kind_of
from samverkanshub.pipeline.direkt import Taget
from samverkanshub.ports import SecretLost

REPORT = report(personer=[person("barn", DISA)])


def lost(whole: Whole, name: str) -> None:
    whole.vault.lost_secrets.add(name)
    whole.intake._opaque._ciphers.clear()
    whole.deliver._opaque._ciphers.clear()


@pytest.mark.parametrize("name", ["valv.person", "valv.ansprak"])
async def test_b1_a_report_that_cannot_be_taken_in_says_whom_to_telephone(whole: Whole, name: str) -> None:
    lost(whole, name)
    with pytest.raises(SecretLost) as refused:
        await whole.publish(VC_RATTVIK, "orosanmalan", REPORT)
    assert (refused.value.what, refused.value.namn, bool(refused.value.ring)) == ("kek", name, True)
    assert await whole.records() == []


@pytest.mark.parametrize("name", ["alias", "markor"])
async def test_b1_a_report_needs_neither_names_of_arenden_nor_cursors(whole: Whole, name: str) -> None:
    lost(whole, name)
    receipt = await whole.publish(VC_RATTVIK, "orosanmalan", REPORT)
    assert receipt.status == (202 if name == "alias" else 201)
    assert len(await whole.records()) == 1


async def test_without_names_of_arenden_what_shows_or_reads_one_is_refused(whole: Whole) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent())
    receipt = await whole.publish(VC, "sip_kallelse", summons())
    lost(whole, "alias")
    with pytest.raises(SecretLost, match="`alias`"):
        await whole.deliver.inbox(caller(UTSATT), "", 10)
    with pytest.raises(SecretLost, match="`alias`"):
        await whole.intake._opaque.arende(receipt.arende, VC.split(".")[0])


async def test_without_cursors_no_list_is_shown(whole: Whole) -> None:
    lost(whole, "markor")
    with pytest.raises(SecretLost, match="`markor`"):
        await whole.deliver.inbox(caller(UTSATT), "", 10)


async def test_without_the_mapping_key_nobody_is_taken_for_somebody_new(whole: Whole) -> None:
    await whole.publish(VC, "samtycke_lamnat", consent())
    [before] = await whole.vault.find([f"nr:{ANNA}"])
    lost(whole, "valv.person")
    with pytest.raises(SecretLost, match=r"`valv\.person`"):
        await whole.vault.persons([f"nr:{ANNA}"], 0)
    whole.vault.lost_secrets.clear()
    assert await whole.vault.find([f"nr:{ANNA}"]) == [before], "the generation's file came back"


def test_what_is_said_names_the_secret_the_generation_and_the_page() -> None:
    error = SecretLost("valv.person", 7)
    for part in ("`valv.person`", "generation 7", "docs/radering.md", "Förlorade hemligheter"):
        assert part in str(error)


def test_of_what_came_directly_a_report_is_tried_until_it_is_taken_and_another_is_answered() -> None:
    assert kind_of(Taget("", True, SecretLost("valv.person", 1))) == Igen.ALLTID
    assert kind_of(Taget("", False, SecretLost("valv.person", 1))) == Igen.ALDRIG
