"""P5: a consent may name the request id of a recipient that the sender may not read by name; the gate resolves it."""

from dataclasses import replace
from typing import Any

import pytest
from mini_regelverk import (
    MORA_BARN,
    MORA_MOTTAGNING,
    UTOVARE,
    VARDCENTRAL,
    VC,
    with_subscriptions,
)
from world import World

from samverkanshub.domain import ids
from samverkanshub.domain.regelverk import Prenumeration
from samverkanshub.domain.state import Ref


def request_id(world: World, grupp: str, som: str) -> str:
    return ids.request_id(bytes.fromhex(world.named[som].beslutssalt), grupp)


def summons(world: World) -> str:
    return world.named["sip_kallelse"].handelse_id


def proposed() -> World:
    """A summons that a subscription proposes for the vårdcentral too, whose name its sender may not read."""
    world = World()
    world.regler = with_subscriptions(world.regler, Prenumeration(VARDCENTRAL, "sip_kallelse", "", ()))
    return world.skydd("anna").sip("anna", ["region-dalarna.bup"], enligt_prenumeration=True)


def test_p5_the_gate_resolves_the_id_for_the_unit_that_sent_the_message() -> None:
    world = proposed()
    world.samtycke("anna", [request_id(world, VC, "sip_kallelse")])
    assert world.refused() == set()
    assert world.tillstand.person("anna").samtycken[0].mottagare == (Ref("enhet", VARDCENTRAL, summons(world)),)
    assert {one.mottagare for one in world.last.deliveries} == {"region-dalarna.vardcentral-mora.skyddad"}  # type: ignore[union-attr]


def test_p5_the_consent_then_releases_the_message_to_whom_it_names() -> None:
    world = proposed()
    world.samtycke("anna", [request_id(world, VC, "sip_kallelse")]).svarar()
    assert world.last is not None
    reached = {one.mottagare for one in world.last.deliveries if one.slag == "meddelande"}
    assert reached == {"region-dalarna.vardcentral-mora.skyddad"}


@pytest.mark.parametrize("av", [VC, MORA_MOTTAGNING])
def test_p5_an_id_made_for_another_units_message_is_refused_as_one_made_up(av: str) -> None:
    for made_up in (False, True):
        world = proposed()
        wanted = "begaran-" + "a" * 32 if made_up else request_id(world, VC, "sip_kallelse")
        assert world.samtycke("anna", [wanted], av=av).refused() == {"Q1 okand-mottagare"}
        assert world.tillstand.person("anna").samtycken == ()


def test_p5_another_reader_group_of_the_same_unit_may_register_it() -> None:
    """The message is the unit's, and so is the consent."""
    world = proposed()
    assert world.samtycke("anna", [request_id(world, VC, "sip_kallelse")], av=UTOVARE).refused() == set()


BUP = "region-dalarna.bup"
SKYDDAD = "region-dalarna.vardcentral-mora.skyddad"
BUP_GRUPP = "region-dalarna.bup.handlaggare"
WITHHELD = {"samtycke-saknas"}


def no_consent(world: World, grupp: str) -> bool:
    """Is the item withheld for want of consent, as for anybody that no consent names?"""
    return {reason.kod for reason in world.entries(grupp)[0].reasons} - {"ej-begransad-krets"} == WITHHELD


def by_request_id(**more: Any) -> World:
    world = proposed()
    return world.samtycke("anna", [request_id(world, VC, "sip_kallelse")], **more)


def released() -> tuple[World, str]:
    """Consented to by request id and then released, with the delivery that it became."""
    world = by_request_id().svarar()
    assert world.last is not None
    return world, next(one.leverans_id for one in world.last.deliveries if one.slag == "meddelande")


def test_p5_k1_a_consent_by_request_id_tells_nobody_who_names_units_which_one_it_is() -> None:
    """A new message to the right unit lacks consent just as one to any other does."""
    world = by_request_id().sip("anna", [VARDCENTRAL, BUP])
    assert no_consent(world, SKYDDAD)
    assert no_consent(world, BUP_GRUPP)


def test_p5_k9_a_consent_that_names_the_unit_covers_it_as_always() -> None:
    world = by_request_id().samtycke("anna", [VARDCENTRAL]).sip("anna", [VARDCENTRAL])
    assert world.delivered(SKYDDAD) == {"insats"}


def test_p5_k4_what_it_released_is_opened_under_it_and_not_after_its_withdrawal() -> None:
    world, leverans = released()
    assert world.oppnar(SKYDDAD, leverans).refused() == set()
    world, leverans = released()
    assert world.aterkallar("anna").oppnar(SKYDDAD, leverans).refused() == {"K4 ej-langre-tillganglig"}


def test_p5_k4_what_was_opened_under_it_is_an_incident_when_it_is_annulled() -> None:
    world, leverans = released()
    world.oppnar(SKYDDAD, leverans).makulerar("anna")
    assert world.last is not None
    wrong = {entry.leverans_id for entry in world.last.entries if entry.funktion == "incident"}
    assert wrong == {leverans}


def exempted() -> World:
    """Anna consents to the region for SIPs, but not to whoever the request id stands for."""
    world = proposed()
    exempt = {"mottagare": [{"slag": "begaran", "id": request_id(world, VC, "sip_kallelse")}]}
    return world.samtycke("anna", ["region-dalarna"], undantag=exempt)


def test_p5_k3_an_exemption_by_request_id_holds_for_its_message_and_wherever_the_unit_is_not_named() -> None:
    world = exempted().svarar()
    assert world.last is not None
    assert "meddelande" not in {one.slag for one in world.last.deliveries}
    world.sip("anna", [BUP], enligt_prenumeration=True)
    assert "K3 undantag" in world.why(SKYDDAD, "insats")


def test_p5_k3_an_exemption_by_request_id_tells_nobody_who_names_units_which_one_it_is() -> None:
    world = exempted().sip("anna", [VARDCENTRAL, BUP])
    assert world.delivered(SKYDDAD) == {"insats"}
    assert "K3 undantag" not in world.why(BUP_GRUPP, "insats")


def test_p5_k3_one_made_without_any_consent_holds_as_far_and_no_further() -> None:
    world = proposed().samtycke("anna", ["region-dalarna"])
    by_id = [{"slag": "begaran", "id": request_id(world, VC, "sip_kallelse")}]
    world.undantar("anna", mottagare=by_id).sip("anna", [BUP], enligt_prenumeration=True)
    assert "K3 undantag" in world.why(SKYDDAD, "insats")
    assert world.sip("anna", [VARDCENTRAL, BUP]).delivered(SKYDDAD) == {"insats"}


def test_p5_b0_a_refusal_by_request_id_is_of_its_message() -> None:
    world = proposed()
    answer = world.nekar("anna", [request_id(world, VC, "sip_kallelse")]).svarar().last
    assert answer is not None
    codes = {reason.kod for entry in answer.entries if entry.mottagare == SKYDDAD for reason in entry.reasons}
    assert codes == {"samtycke-nekat"}
    assert no_consent(world.sip("anna", [VARDCENTRAL]), SKYDDAD)


def test_p5_an_id_of_another_persons_arende_is_refused() -> None:
    world = proposed()
    assert world.samtycke("eva", [request_id(world, VC, "sip_kallelse")]).refused() == {"Q1 okand-mottagare"}


def test_p5_one_whom_the_sender_named_has_no_request_id() -> None:
    world = proposed()
    bup = request_id(world, "region-dalarna.bup.handlaggare", "sip_kallelse")
    assert world.samtycke("anna", [bup]).refused() == {"Q1 okand-mottagare"}


def test_p5_an_exemption_and_a_refusal_may_name_it_too() -> None:
    """K3, B0."""
    world = proposed()
    wanted = request_id(world, VC, "sip_kallelse")
    exempt = {"mottagare": [{"slag": "begaran", "id": wanted}]}
    world.samtycke("anna", ["region-dalarna"], undantag=exempt)
    assert world.tillstand.person("anna").undantag[0].mottagare == (Ref("enhet", VARDCENTRAL, summons(world)),)
    world.undantar("anna", mottagare=exempt["mottagare"])
    assert {one.mottagare for one in world.tillstand.person("anna").undantag} == {
        (Ref("enhet", VARDCENTRAL, summons(world)),)
    }
    world.haver_undantag("anna", mottagare=exempt["mottagare"])
    assert world.tillstand.person("anna").undantag == ()


def test_p5_the_recipient_of_a_report_has_one_and_the_salt_is_kept_nowhere() -> None:
    world = World().vardnad("barn", "mor").orosanmalan()
    wanted = request_id(world, MORA_MOTTAGNING, "orosanmalan")
    given = world.samtycke("barn", [wanted], givare=["mor"], andamal="barnskydd", av=VC)
    report = world.named["orosanmalan"].handelse_id
    assert given.tillstand.person("barn").samtycken[0].mottagare == (Ref("enhet", MORA_BARN, report),)
    kept = [m.handelse for arende in world.tillstand.arenden.values() for m in arende.meddelanden]
    assert {one.beslutssalt for one in kept} == {""}


def test_q1_a_message_names_no_request_id() -> None:
    world = proposed()
    wanted = request_id(world, VC, "sip_kallelse")
    event = world.named["sip_kallelse"]
    named = {**event.koder, "mottagare": [{"slag": "begaran", "id": wanted}]}
    refused = world.happens(replace(event, handelse_id="other", koder=named, mottagare=())).refused()
    assert "Q1 okand-mottagare" in refused


def test_p5_an_event_without_random_bytes_makes_no_ids() -> None:
    """As a journal from before may have them."""
    world = proposed()
    event = replace(world.named["sip_kallelse"], handelse_id="bare", beslutssalt="")
    assert world.happens(event).last is not None
    assert world.last is not None
    assert world.last.begaran == ()
