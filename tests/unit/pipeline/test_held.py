"""While nothing that is judged can be proved, only reports, and what narrows access, are taken in."""

from dataclasses import dataclass
from typing import Any

import pytest
from intakehub import (
    ANNA,
    BO,
    HELD_MS,
    UTSATT,
    VC,
    Whole,
    called,
    caller,
    consent,
    exemption,
    person,
    report,
    summons,
)

from samverkanshub.domain.errors import Refused
from samverkanshub.pipeline.held import FRESH_MS, Held
from samverkanshub.ports import Signing, Unavailable

LIMIT_MS = 300_000
WELL = Signing(1, 3, 3, 0, 0)
RATTVIK = "rattvik.barn-unga.mottagning"


@dataclass
class World:
    """A projection and a clock."""

    signing_: Signing
    asked: int = 0
    now: int = 1_750_000_000_000

    async def signing(self) -> list[Signing]:
        self.asked += 1
        return [WELL, self.signing_]

    def now_ms(self) -> int:
        return self.now


def held(world: Any, limit_ms: int = LIMIT_MS) -> Held:
    return Held(world, world, limit_ms)


async def holds(signing: Signing, limit_ms: int = LIMIT_MS) -> bool:
    try:
        await held(World(signing), limit_ms).require_signed()
    except Unavailable as error:
        return error.what == "notarie"
    return False


@pytest.mark.parametrize(("age", "so"), [(0, False), (LIMIT_MS, False), (LIMIT_MS + 1, True)])
async def test_it_holds_back_from_the_limit_on_what_is_judged_and_not_signed(age: int, so: bool) -> None:
    assert await holds(Signing(0, 9, 8, age, 0)) == so


@pytest.mark.parametrize(("age", "so"), [(0, False), (LIMIT_MS, False), (LIMIT_MS + 1, True)])
async def test_it_holds_back_where_the_notary_is_silent_or_stopped_though_all_is_signed(age: int, so: bool) -> None:
    assert await holds(Signing(0, 9, 9, 0, age)) == so


async def test_it_holds_back_at_once_where_less_is_judged_than_is_signed() -> None:
    """A projection restored from an older backup: what it judges now may be another history than the one signed."""
    assert await holds(Signing(0, 8, 9, 0, 0))
    assert await holds(Signing(0, 0, 9, 0, 0)), "the gate has judged nothing of it yet"
    assert not await holds(Signing(0, 8, 9, 0, 0), limit_ms=0)


async def test_it_never_holds_back_where_there_is_nothing_to_prove() -> None:
    assert not await holds(Signing(0, 0, 0, 0, 10 * LIMIT_MS))


async def test_it_is_asked_once_a_second_and_lets_go_when_the_notary_is_back() -> None:
    world = World(Signing(0, 9, 8, LIMIT_MS + 1, 0))
    asked = held(world)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await asked.require_signed()
    assert world.asked == 1
    world.signing_ = WELL
    world.now += FRESH_MS
    await asked.require_signed()
    assert world.asked == 2


async def test_without_a_limit_it_never_holds_back() -> None:
    world = World(Signing(0, 8, 9, 10 * LIMIT_MS, 10 * LIMIT_MS))
    await held(world, 0).require_signed()
    assert world.asked == 0


# ------------------------------------------------------------------------------------------ intake and inbox


async def away(whole: Whole) -> None:
    """The notary has not signed for too long, as is found at the next question."""

    async def signing() -> list[Signing]:
        return [Signing(0, 5, 4, HELD_MS + 1, 0)]

    whole.projection.signing = signing  # type: ignore[method-assign]
    whole.hub.clock.ms += FRESH_MS


async def test_a_message_is_refused_before_anything_of_it_is_kept(whole: Whole) -> None:
    await away(whole)
    before = len(await whole.records())
    with pytest.raises(Unavailable) as error:
        await whole.publish(VC, "sip_kallelse", summons())
    assert error.value.what == "notarie"
    assert len(await whole.records()) == before
    assert "api.fore-ansprak" not in whole.points.passed


async def test_a_report_never_waits_for_the_notary(whole: Whole) -> None:
    """B1: it waits for no machinery, nor does who opens and acknowledges it."""
    await away(whole)
    await whole.publish(VC, "orosanmalan", report())
    reader = caller(RATTVIK)
    row = await whole.delivered(RATTVIK)
    assert (await whole.deliver.open(reader, row["leverans_id"]))["uppgifter"]
    assert (await whole.deliver.acknowledge(reader, row["leverans_id"], "mottagen")).dom == "godtagen"


async def test_what_only_narrows_access_never_waits_for_the_notary(whole: Whole) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    await away(whole)
    data = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id}
    assert (await whole.publish(VC, "samtycke_aterkallat", data)).status == 201
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    assert (await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", BO)], **flag})).status == 201


async def test_an_exemption_alone_never_waits_for_the_notary_and_messages_do(whole: Whole) -> None:
    """K3: nor is one undone meanwhile, since that lets more through (K4)."""
    await away(whole)
    made = await whole.publish(VC, "undantag_anmalt", exemption(kategorier=["behov"]))
    assert (made.status, made.dom) == (201, "godtagen")
    by_id = exemption(mottagare=[{"slag": "begaran", "id": "begaran-okand"}])
    assert (await whole.publish(VC, "undantag_anmalt", by_id)).dom == "avvisad", "which the gate alone can say (P5)"
    annulled = {"personer": [person("registrerad", ANNA)], "samtycke": made.handelse_id, "skal": "fel_person"}
    for typ, data in (
        ("sip_kallelse", summons()),
        ("samtycke_lamnat", consent()),
        ("samtycke_makulerat", annulled),
        ("undantag_havt", exemption(kategorier=["behov"])),
    ):
        with pytest.raises(Unavailable) as error:
            await whole.publish(VC, typ, data)
        assert error.value.what == "notarie"


async def test_t3_who_would_annul_anothers_exemption_is_refused_meanwhile_as_ever(whole: Whole) -> None:
    """Or waiting would tell what another actor has registered."""
    made = await whole.publish(VC, "undantag_anmalt", exemption(kategorier=["behov"]))
    await away(whole)
    annulled = {"personer": [person("registrerad", ANNA)], "samtycke": made.handelse_id, "skal": "fel_person"}
    with pytest.raises(Refused) as refused:
        await whole.publish(UTSATT, "samtycke_makulerat", annulled)
    assert refused.value.code == "okant-samtycke"


async def test_a_consent_that_is_annulled_never_waits_for_the_notary(whole: Whole) -> None:
    given = await whole.publish(VC, "samtycke_lamnat", consent())
    await away(whole)
    data = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id, "skal": "fel_person"}
    assert (await whole.publish(VC, "samtycke_makulerat", data)).status == 201


@pytest.mark.parametrize("changed", [False, True])
async def test_k4_a_consent_that_carries_an_exemption_is_withdrawn_meanwhile_and_not_annulled(
    whole: Whole, changed: bool
) -> None:
    """To annul it undoes the exemption too, which lets more through; to withdraw it does not."""
    exempts = consent(undantag={"kategorier": ["behov"]})
    given = await whole.publish(VC, "samtycke_lamnat", consent() if changed else exempts)
    if changed:
        given = await whole.publish(VC, "samtycke_andrat", {**exempts, "samtycke": given.handelse_id})
    await away(whole)
    named = {"personer": [person("registrerad", ANNA)], "samtycke": given.handelse_id}
    before = len(await whole.records())
    with pytest.raises(Unavailable) as error:
        await whole.publish(VC, "samtycke_makulerat", {**named, "skal": "fel_person"})
    assert (error.value.what, len(await whole.records())) == ("notarie", before)
    assert (await whole.publish(VC, "samtycke_aterkallat", named)).status == 201


async def test_a_flag_is_not_lowered_meanwhile(whole: Whole) -> None:
    await away(whole)
    flag = {"niva": "ingen", "provisoriskt": False, "kalla": "socialtjanst"}
    with pytest.raises(Unavailable):
        await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", BO)], **flag})


async def test_another_message_is_not_opened_meanwhile(whole: Whole) -> None:
    _, _, row = await called(whole)
    await away(whole)
    with pytest.raises(Unavailable):
        await whole.deliver.open(caller(UTSATT), row["leverans_id"])
