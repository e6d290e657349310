"""K8, V6, P7 through intake and outcome: a guardian who becomes suspected, a decision, two identities."""

import json

from intakehub import ANNA, BO, DISA, UTSATT, VC, Whole, caller, consent, person, summons

from samverkanshub.codec import envelope as kuvert

BOARD = "mora.barn-unga.mottagning"
OTHER_IDENTITY = "197609262394"
SUSPICION = {"kalla": "utredning", "granskas": "2027-01-01", "borttagen": False}


async def custody(whole: Whole) -> None:
    guardians = [person("registrerad", DISA), person("vardnadshavare", ANNA), person("vardnadshavare", BO)]
    fact = {"kalla": "folkbokforing", "datum": "2026-12-01", "provisoriskt": False}
    await whole.publish(BOARD, "vardnad", {"personer": guardians, **fact})


def by(*guardians: str) -> dict[str, object]:
    persons = [person("registrerad", DISA), *(person("vardnadshavare", number) for number in guardians)]
    return consent(DISA, personer=persons)


async def suspect(whole: Whole) -> None:
    pair = [person("registrerad", DISA), person("misstankt", BO)]
    await whole.publish(BOARD, "misstankt", {"personer": pair, **SUSPICION})


def about_the_child() -> dict[str, object]:
    return summons(personer=[person("barn", DISA)])


async def test_the_sender_reads_which_openings_to_look_into_and_never_why(whole):
    """K8, V6."""
    await custody(whole)
    await whole.publish(VC, "samtycke_lamnat", by(ANNA, BO))
    sent = await whole.publish(VC, "sip_kallelse", about_the_child())
    await whole.deliver.open(caller(UTSATT), (await whole.delivered(UTSATT))["leverans_id"])
    before = len(whole.hub.notices.sent)
    await suspect(whole)
    outcome = await whole.deliver.outcome(caller(VC), sent.handelse_id)
    (mine,) = [one for one in outcome["mottagare"] if one["lasargrupp"] == UTSATT]
    assert [happened["slag"] for happened in mine["skeenden"]] == ["oppning-att-granska"]
    assert "misstank" not in json.dumps(outcome)
    told = [json.loads(notice.body) for notice in whole.hub.notices.sent[before:]]
    assert told == [{"slag": "utfall", "handelse": sent.handelse_id}]


async def test_a_decision_by_reference_lets_the_other_guardians_consent_carry(whole):
    """K8, T1."""
    await custody(whole)
    await suspect(whole)
    await whole.publish(VC, "samtycke_lamnat", by(ANNA))
    terms = {"slag": "fb_6_13a", "andamal": ["sip"], "fran": "2026-12-01", "referens": "SN-2026-17"}
    replaced = [person("registrerad", DISA), person("vardnadshavare", BO)]
    decided = await whole.publish(BOARD, "beslut_om_barn", {"personer": replaced, **terms})
    assert decided.dom == "godtagen"
    sent = await whole.publish(VC, "sip_kallelse", about_the_child())
    outcome = await whole.deliver.outcome(caller(VC), sent.handelse_id)
    (mine,) = [one for one in outcome["mottagare"] if one["lasargrupp"] == UTSATT]
    cited = {ground["id"] for item in mine["levererat"] for ground in item["grund"]}
    assert cited == {"samtycke", "fb-6-13a"}


async def test_an_old_and_a_new_identity_are_never_linked(whole):
    """P7: two numbers are two persons, each with a key of its own, and nothing the log holds of one names the other."""
    flag = {"niva": "fingerade_personuppgifter", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(VC, "samtycke_lamnat", consent(ANNA))
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    await whole.publish(VC, "samtycke_lamnat", consent(OTHER_IDENTITY))
    await whole.publish(VC, "sip_kallelse", summons(OTHER_IDENTITY))
    old, new = await whole.vault.persons([f"nr:{ANNA}", f"nr:{OTHER_IDENTITY}"], omrade=0)
    assert old.person_id != new.person_id
    assert old.key.key != new.key.key
    for record in await whole.records():
        event = kuvert.to_event(kuvert.decode(record.value, whole.hub.schemas))
        assert len({old.person_id, new.person_id} & event.person_ids) == 1
    states = {key: state for key, state in whole.hub.database.states.items() if new.person_id in str(key)}
    assert states
    assert all(old.person_id.encode() not in state for state in states.values())


def test_no_type_of_event_has_a_role_that_links_two_identities(whole):
    """P7: a new role is to be thought through here first."""
    schemas = whole.hub.schemas
    roles = {roll for typ in schemas.types for roll in schemas.data(typ, 1).roller}
    assert roles == {
        *("utsatt", "barn", "registrerad", "vardnadshavare", "narstaende", "anmalare", "misstankt", "medlem"),
        *("foretradare", "narvarande", "tolk", "fryst"),
    }
