"""T1: a decision that an auditor chose is explained within its scope, and proved by what outsiders verify with."""

import pytest
from auditing import Auditing, auditor
from intakehub import ANNA, UTSATT, VC, Whole, called, consent, person, summons
from test_bevis import KEYS, Noted

from samverkanshub.domain.errors import Halt, NotFound, Refused
from samverkanshub.pipeline.granskning.fraga import Fraga
from samverkanshub.pipeline.identity import Caller
from samverkanshub.pipeline.tidslinje.bevisat import ANDRAT, EJ_PROVAD, EJ_SIGNERAD, HELT, NYCKEL_SAKNAS, Bevisning
from samverkanshub.pipeline.tidslinje.tjanst import Forklarat, Tidslinjer
from samverkanshub.ports import Unavailable
from samverkanshub.verifier import Key, Shown, verify_evidence


class Shower:
    """Explains and proves as the page does; `keys` are those it has."""

    def __init__(self, whole: Whole) -> None:
        self.audit, self.noted = Auditing(whole), Noted(whole)
        self.keys: dict[int, Key] = dict(KEYS)
        bevisning = Bevisning(self.noted.bevis, lambda: self.keys)
        self.service = Tidslinjer(self.audit.service, whole.vault, bevisning, None)  # type: ignore[arg-type]

    async def of(self, who: str | Caller, handelse: str) -> Forklarat:
        asking = auditor(who) if isinstance(who, str) else who
        return await self.service.forklara(asking, Fraga(handelse=handelse, antal=500))


@pytest.fixture
def shower(whole: Whole) -> Shower:
    return Shower(whole)


async def test_t1_a_decision_cites_its_place_and_regelverk_and_is_in_the_signed_tree(
    whole: Whole, shower: Shower
) -> None:
    _, sent, _ = await called(whole)
    size = await shower.noted.signed()
    found = await shower.of("region-dalarna", sent.handelse_id)
    assert {row["handelse"] for row in found.sida.rader} == {sent.handelse_id}
    assert found.sida.rader[0]["plats"] == f"0/{found.bevisat.position}"
    assert (found.bevisat.utfall, found.bevisat.size) == (HELT, size)
    assert (found.bevisat.origin, len(found.bevisat.decision)) == ("hub.example/omrade/0", 64)
    assert found.bevisat.root


async def test_t3_p5_the_evidence_itself_is_for_whoever_reads_all_of_it(whole: Whole, shower: Shower) -> None:
    _, sent, _ = await called(whole)
    await shower.noted.signed()
    for who in ("region-dalarna", "mora"):
        assert (await shower.of(who, sent.handelse_id)).bevisat.fil == b"", "it names the other's units"
    matter = shower.audit.of_matter(sent.handelse_id)
    fil = (await shower.of(matter, sent.handelse_id)).bevisat.fil
    shown = verify_evidence(fil, KEYS)
    assert isinstance(shown, Shown)
    assert shown.place.handelse_id == sent.handelse_id
    flag = {"niva": "sekretessmarkering", "provisoriskt": False, "kalla": "socialtjanst"}
    await whole.publish(UTSATT, "skydd", {"personer": [person("registrerad", ANNA)], **flag})
    await shower.noted.signed()
    assert (await shower.of(matter, sent.handelse_id)).bevisat.fil == b"", "P5: it names units"


async def test_what_is_not_signed_yet_or_has_no_key_is_said_to_be_so(whole: Whole, shower: Shower) -> None:
    _, sent, _ = await called(whole)
    assert (await shower.of("mora", sent.handelse_id)).bevisat.utfall == EJ_SIGNERAD
    await shower.noted.signed()
    shower.keys.clear()
    assert (await shower.of("mora", sent.handelse_id)).bevisat.utfall == NYCKEL_SAKNAS


async def test_a_tree_that_is_not_of_the_decision_is_found_out(
    whole: Whole, shower: Shower, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, sent, _ = await called(whole)
    await whole.publish(VC, "samtycke_lamnat", consent(kategorier=["behov"]))
    other = await whole.publish(VC, "sip_kallelse", summons(syfte="ett annat"))
    await shower.noted.signed()
    genuine = shower.noted.bevis.of_decision

    async def swapped(handelse_id: str, mottagare: str = "") -> bytes:
        return await genuine(other.handelse_id, mottagare)

    monkeypatch.setattr(shower.noted.bevis, "of_decision", swapped)
    assert (await shower.of("mora", sent.handelse_id)).bevisat.utfall == ANDRAT

    async def broken(handelse_id: str, mottagare: str = "") -> bytes:
        raise Halt("a tile of the tree is missing", code="bricka-saknas")

    monkeypatch.setattr(shower.noted.bevis, "of_decision", broken)
    found = (await shower.of("mora", sent.handelse_id)).bevisat
    assert (found.utfall, found.skal) == (ANDRAT, "a tile of the tree is missing")

    async def altered(handelse_id: str, mottagare: str = "") -> bytes:
        return (await genuine(handelse_id, mottagare)).replace(b"index ", b"index 1")

    monkeypatch.setattr(shower.noted.bevis, "of_decision", altered)
    assert (await shower.of("mora", sent.handelse_id)).bevisat.utfall == ANDRAT


@pytest.mark.parametrize("error", [NotFound("no"), Refused("no"), Unavailable("projektion")])
async def test_what_could_not_be_proved_is_no_alarm_of_something_altered(
    whole: Whole, shower: Shower, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    _, sent, _ = await called(whole)
    await shower.noted.signed()

    async def fails(handelse_id: str, mottagare: str = "") -> bytes:
        raise error

    monkeypatch.setattr(shower.noted.bevis, "of_decision", fails)
    assert (await shower.of("mora", sent.handelse_id)).bevisat.utfall == EJ_PROVAD


async def test_t3_nothing_is_explained_of_what_is_none_of_the_auditors(whole: Whole, shower: Shower) -> None:
    _, sent, _ = await called(whole)
    with pytest.raises(NotFound):
        await shower.of("falun", sent.handelse_id)
    [kept] = await shower.audit.questions.kept("myndighet:falun", 9)
    assert (kept.fraga, kept.rader) == ("forklaring", 0)
