"""What intake refuses: the field is named, nothing is claimed or appended, and no value is repeated."""

import json
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intakehub import (
    ANNA,
    BO,
    DISA,
    UTSATT,
    VC,
    VC_RATTVIK,
    Whole,
    caller,
    consent,
    deviation,
    event,
    exemption,
    person,
    report,
    summons,
    unit,
)

from samverkanshub.domain.errors import HubError, NotFound, Refused
from samverkanshub.domain.ids import event_id
from samverkanshub.ports import Unavailable

ALIAS = "arende"


def spoilt(body: bytes, **changes: Any) -> bytes:
    """The event with other members than those signed; a member `None` is taken out."""
    members = json.loads(body) | changes
    return json.dumps({name: value for name, value in members.items() if value is not None}).encode()


def with_data(grupp: str, typ: str, good: dict[str, Any], bad: dict[str, Any]) -> bytes:
    """A well signed event whose data are then others, so that what is wrong is found before the signature."""
    return spoilt(event(grupp, typ, good), data=bad)


async def refusal(whole: Whole, grupp: str, body: bytes) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        await whole.intake.publish(caller(grupp), body)
    assert await whole.records() == []
    assert whole.vault._claims == {}
    return refused.value.code, refused.value.falt


# ------------------------------------------------------------------------------------------------ who and what


async def test_nobody_publishes_as_another_reader_group(whole):
    body = event(UTSATT, "sip_kallelse", summons())
    assert await refusal(whole, VC, body) == ("fel-avsandare", "/source")
    assert await refusal(whole, "mora.vinr.utovare", body) == ("fel-avsandare", "/source")


@pytest.mark.parametrize(
    ("type_", "code"),
    [
        ("se.samverkanshub.kvittens.v1", "egen-vag"),
        ("se.samverkanshub.oppning_begard.v1", "egen-vag"),
        ("se.samverkanshub.regelverk_aktiverat.v1", "egen-vag"),
        ("se.samverkanshub.skvaller.v1", "okand-typ"),
        ("se.samverkanshub.kuvert.v1", "okand-typ"),
        ("se.samverkanshub.sip_kallelse.v9", "okand-version"),
    ],
)
async def test_only_known_types_enter_this_way(whole, type_, code):
    body = spoilt(event(VC, "sip_kallelse", summons()), type=type_)
    assert await refusal(whole, VC, body) == (code, "/type")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"nyckelid": "okand"}, ("okand-nyckel", "/nyckelid")),
        ({"signatur": "A" * 86}, ("fel-signatur", "/signatur")),
        ({"saltfro": "A" * 43}, ("fel-signatur", "/signatur")),
        ({"id": "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"}, ("fel-signatur", "/signatur")),
    ],
)
async def test_the_signature_must_be_the_actors_own_over_this_event(whole, change, expected):
    assert await refusal(whole, VC, spoilt(event(VC, "sip_kallelse", summons()), **change)) == expected


@pytest.mark.parametrize("change", [{"skyddade_personuppgifter": True}, {"syfte": "annat"}, {"behov": []}])
async def test_the_signature_covers_codes_and_commitments(whole, change):
    body = with_data(VC, "sip_kallelse", summons(), summons(**change))
    assert await refusal(whole, VC, body) == ("fel-signatur", "/signatur")


async def test_another_users_token_does_not_carry_a_signature_made_for_somebody_else(whole):
    body = event(VC, "sip_kallelse", summons())
    other = caller(VC)
    with pytest.raises(Refused) as refused:
        await whole.intake.publish(type(other)(other.aktor, other.enhet, other.lasargrupp, "u-18"), body)
    assert refused.value.code == "fel-signatur"


# ------------------------------------------------------------------------------------------------ the listed refusals


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (ANNA[:11] + "5", "personnummer", "ogiltigt-nummer"),
        ("202303672394", "personnummer", "ogiltigt-nummer"),
        (ANNA, "samordningsnummer", "ogiltigt-nummer"),
        ("x" * 12, "personnummer", "ogiltigt-nummer"),
    ],
)
async def test_an_invalid_number_is_refused(whole, number, kind, code):
    bad = summons() | {"personer": [{"roll": "utsatt", kind: number}]}
    body = with_data(VC, "sip_kallelse", summons(), bad)
    assert await refusal(whole, VC, body) == (code, f"/data/personer/0/{kind}")


@pytest.mark.parametrize("reference", [ANNA, f"{ANNA[:8]}-{ANNA[8:]}", f"p-{ANNA}"])
async def test_a_personnummer_is_no_local_reference(whole, reference):
    bad = summons() | {"personer": [{"roll": "utsatt", "referens": reference}]}
    code, falt = await refusal(whole, VC, with_data(VC, "sip_kallelse", summons(), bad))
    assert (code.startswith("personnummer-i-"), falt) == (True, "/data/personer/0/referens")


async def test_an_uppgift_about_two_persons_is_refused(whole):
    """V3."""
    roles = [person("barn", DISA), person("vardnadshavare", ANNA), person("vardnadshavare", BO)]
    bad = report(personer=roles, handelser=[{"text": "x", "avser": "vardnadshavare"}])
    body = with_data(VC_RATTVIK, "orosanmalan", report(), bad)
    assert (await refusal(whole, VC_RATTVIK, body))[0] == "uppgift-om-flera"


@pytest.mark.parametrize("point", ["andamal", "mottagare", "kategorier", "fran", "till"])
async def test_a_general_consent_is_refused_saying_which_point_is_missing(whole, point):
    """K1."""
    bad = {name: value for name, value in consent().items() if name != point}
    body = with_data(VC, "samtycke_lamnat", consent(), bad)
    assert await refusal(whole, VC, body) == ("generellt-samtycke", f"/data/{point}")


async def test_a_consent_to_all_categories_is_general(whole):
    """K1."""
    body = with_data(VC, "samtycke_lamnat", consent(), consent(kategorier=["alla"]))
    assert await refusal(whole, VC, body) == ("generellt-samtycke", "/data/kategorier")


async def test_a_consent_for_more_than_a_year_is_refused(whole):
    """K2."""
    body = event(VC, "samtycke_lamnat", consent(till="2027-12-01T00:00:01+01:00"))
    assert await refusal(whole, VC, body) == ("over-ett-ar", "/data/till")


async def test_a_sip_without_both_principals_is_refused(whole):
    """S1."""
    body = event(VC, "sip_kallelse", summons(mottagare=[unit("region-dalarna.bup")]))
    assert await refusal(whole, VC, body) == ("huvudman-saknas", "/data/mottagare")


@pytest.mark.parametrize("write", ["{0}", "{1}-{2}", "{1} {2}", "kvinnan ({0})"])
async def test_a_personnummer_in_an_avvikelse_is_refused(whole, write):
    """A1."""
    text = "Gäller " + write.format(ANNA, ANNA[2:8], ANNA[8:])
    body = event(VC, "avvikelse", deviation(beskrivning=text))
    assert await refusal(whole, VC, body) == ("personnummer-i-avvikelse", "/data/beskrivning")


async def test_time_and_place_are_refused_where_protection_is_declared(whole):
    """P1."""
    body = event(VC, "sip_kallelse", summons(skyddade_personuppgifter=True, motestid="tisdag kl 10"))
    assert await refusal(whole, VC, body) == ("meddelas-muntligen", "/data/motestid")


async def test_a_suspicion_from_health_care_is_refused(whole):
    """F1."""
    fact = {"kalla": "annat", "granskas": "2027-06-01", "borttagen": False}
    data = {"personer": [person("registrerad", ANNA), person("misstankt", BO)], **fact}
    assert await refusal(whole, VC, event(VC, "misstankt", data)) == ("far-ej-registrera", "/type")


async def test_a_child_that_is_its_own_guardian_is_refused(whole):
    """V3."""
    roles = [person("barn", DISA), person("vardnadshavare", DISA)]
    body = event(VC_RATTVIK, "orosanmalan", report(personer=roles))
    assert await refusal(whole, VC_RATTVIK, body) == ("dubbel-person", "/data/personer/1")


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
async def test_what_postgres_cannot_store_is_refused_by_name(whole, value):
    body = with_data(VC, "sip_kallelse", summons(), summons(syfte=value))
    assert await refusal(whole, VC, body) == ("ej-lagringsbart", "/data/syfte")


async def test_data_nested_beyond_reason_are_refused(whole):
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    code, _ = await refusal(whole, VC, with_data(VC, "sip_kallelse", summons(), summons(syfte=deep)))
    assert code == "fel-form"


async def test_a_body_over_256_kib_is_refused(whole):
    assert (await refusal(whole, VC, b" " * (256 * 1024 + 1)))[0] == "for-stor"


# ------------------------------------------------------------------------------------------------ references


@pytest.mark.parametrize("alias", ["AAAA", "A" * 43])
async def test_an_alias_that_is_made_up_is_unknown(whole, alias):
    with pytest.raises(NotFound) as unknown:
        await whole.publish(VC, "avvikelse", deviation(arende=alias))
    assert (unknown.value.code, unknown.value.falt) == ("okant-arende", "/data/arende")


async def test_another_actors_alias_is_as_unknown_as_one_made_up(whole):
    """DESIGN.md point 6."""
    alias = (await whole.publish(VC, "sip_kallelse", summons())).arende
    with pytest.raises(NotFound) as unknown:
        await whole.publish(UTSATT, "avvikelse", deviation(arende=alias, mottagare=[unit("region-dalarna.bup")]))
    assert unknown.value.code == "okant-arende"


def ends(typ: str, samtycke: str, number: str = ANNA) -> dict[str, Any]:
    named = {"personer": [person("registrerad", number)], "samtycke": samtycke}
    return named | ({"skal": "fel_uppgift"} if typ == "samtycke_makulerat" else {})


async def test_a_consent_is_withdrawn_by_any_who_knows_it_and_answered_after_the_append(whole):
    """K4."""
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    receipt = await whole.publish(UTSATT, "samtycke_aterkallat", ends("samtycke_aterkallat", given.handelse_id))
    assert receipt.status == 201  # the gate in memory judges at once


async def test_a_withdrawal_of_a_change_that_never_reached_the_log_ends_what_it_changed(whole):
    """K4: the change was claimed, so its bytes go first; else what it was changed from would stand."""
    first = await whole.publish(VC, "samtycke_lamnat", consent())
    change, later = str(uuid5(NAMESPACE_OID, "change")), {"fran": "2027-01-01T00:00:00+01:00"}
    whole.log.down = True
    with pytest.raises(Unavailable):
        await whole.publish(VC, "samtycke_andrat", consent(samtycke=first.handelse_id, **later), id=change)
    whole.log.down = False
    second = event_id("region-dalarna", change)
    await whole.publish(UTSATT, "samtycke_aterkallat", ends("samtycke_aterkallat", second))
    await whole.publish(VC, "sip_kallelse", summons())
    rows = (await whole.deliver.inbox(caller(UTSATT), "", 100))["rader"]
    assert "sip_kallelse" not in {row["typ"] for row in rows}


@pytest.mark.parametrize("typ", ["samtycke_aterkallat", "samtycke_makulerat"])
async def test_who_withdraws_what_is_no_consent_of_this_person_is_told_so(whole, typ):
    """K4: otherwise the sender would believe what did not happen."""
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    called = await whole.publish(VC, "sip_kallelse", summons())
    unknown = "0f5f6c2e-3c63-4a5b-9d39-7a1f9f6f3d21"
    for data in (ends(typ, unknown), ends(typ, given.handelse_id, BO), ends(typ, called.handelse_id)):
        with pytest.raises(Refused) as refused:
            await whole.publish(VC, typ, data)
        assert (refused.value.code, refused.value.falt) == ("okant-samtycke", "/data/samtycke")


async def test_only_the_actor_that_registered_a_consent_annuls_or_changes_it(whole):
    """K4: an annulment undoes exemptions too."""
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    for typ, data in (
        ("samtycke_makulerat", ends("samtycke_makulerat", given.handelse_id)),
        ("samtycke_andrat", consent() | {"samtycke": given.handelse_id}),
    ):
        with pytest.raises(Refused) as refused:
            await whole.publish(UTSATT, typ, data)
        assert refused.value.code == "okant-samtycke"
        assert (await whole.publish(VC_RATTVIK, typ, data)).status == 201


async def test_an_exemption_alone_is_annulled_by_who_registered_it_and_is_no_consent_to_withdraw_or_change(whole):
    """K3, K4: and its annulment lets more through, so that its answer waits for the gate."""
    made = await whole.publish(VC, "undantag_anmalt", exemption(kategorier=["behov"]))
    for av, typ, data in (
        (VC, "samtycke_aterkallat", ends("samtycke_aterkallat", made.handelse_id)),
        (VC, "samtycke_andrat", consent() | {"samtycke": made.handelse_id}),
        (UTSATT, "samtycke_makulerat", ends("samtycke_makulerat", made.handelse_id)),
        (VC, "samtycke_makulerat", ends("samtycke_makulerat", made.handelse_id, BO)),
    ):
        with pytest.raises(Refused) as refused:
            await whole.publish(av, typ, data)
        assert refused.value.code == "okant-samtycke"
    annulled = await whole.publish(VC_RATTVIK, "samtycke_makulerat", ends("samtycke_makulerat", made.handelse_id))
    assert (annulled.status, annulled.dom) == (201, "godtagen")


@pytest.mark.parametrize(
    ("typ", "data", "waits"),
    [
        ("samtycke_lamnat", consent(), False),
        ("samtycke_lamnat", consent(undantag={"mottagare": [], "kategorier": []}), False),
        ("samtycke_lamnat", consent(undantag={"kategorier": ["behov"]}), True),
        ("undantag_anmalt", exemption(kategorier=["behov"]), True),
    ],
)
async def test_what_an_annulment_lets_through_its_answer_waits_for(whole, monkeypatch, typ, data, waits):
    """K4: that of a consent narrows; that of what exempts something does not, a consent or not."""
    made = await whole.publish(VC, typ, data)
    asked = []
    judged = whole.projection.wait_judged

    async def wait_judged(*args):
        asked.append(args)
        return await judged(*args)

    monkeypatch.setattr(whole.projection, "wait_judged", wait_judged)
    receipt = await whole.publish(VC, "samtycke_makulerat", ends("samtycke_makulerat", made.handelse_id))
    assert (receipt.dom, bool(asked)) == ("godtagen", waits)


# ------------------------------------------------------------------------------------------------ nothing is repeated

SPOIL = st.one_of(
    st.sampled_from([ANNA, f"{ANNA[2:8]}-{ANNA[8:]}", ANNA + "\0", f"text om {ANNA}"]),
    st.just([ANNA]),
    st.just({"text": ANNA, "avser": ANNA, ANNA: ANNA}),
    st.just([{"text": ANNA, "avser": ANNA}]),
    st.just([{"roll": ANNA, "personnummer": ANNA}]),
    st.just([{"roll": "utsatt", "personnummer": ANNA, "referens": ANNA}]),
    st.just([{"slag": "enhet", "id": ANNA}]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.dictionaries(
        st.sampled_from(["personer", "mottagare", "syfte", "behov", "kommun", "grund", "motestid", ANNA]), SPOIL
    ),
    attributes=st.dictionaries(st.sampled_from(["id", "source", "type", "time", "nyckelid", "subject", ANNA]), SPOIL),
)
async def test_no_error_ever_repeats_a_personnummer(whole, data, attributes):
    body = spoilt(event(VC, "sip_kallelse", summons(BO)), data=summons(BO) | data, **attributes)
    told = ""
    try:
        await whole.intake.publish(caller(VC), body)
    except HubError as error:
        told = f"{error!r} {error.detail} {error.falt} {error.values} {error.code} {error.ring}"
    assert ANNA not in told
    assert ANNA[2:8] not in told
