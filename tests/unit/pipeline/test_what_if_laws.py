"""K4: in random histories of consents and messages, one withdrawn earlier never delivers more, nor concerns others.

One that was changed later is another matter: the change is then refused (K4), and what it superseded (K9) stands.
"""

from random import Random
from uuid import UUID

from hub import Hub, envelope, person_id
from test_what_if import CONSENT, SIP, listed, without

from samverkanshub.codec.envelope import Envelope, persons_of
from samverkanshub.domain.events import MESSAGES
from samverkanshub.pipeline.narrowing import is_event
from samverkanshub.pipeline.what_if import CONSENTED, Change

MORA = "mora.vinr.utsatt"
UNITS = ("region-dalarna.vardcentral-mora", "leksand.vinr", "region-dalarna.bup")
CATEGORIES = ("behov", "insats", "ekonomi", "halsa")
LENGTH = 14


def units(rng: Random) -> list[dict[str, str]]:
    return [{"slag": "enhet", "id": unit} for unit in rng.sample(UNITS, rng.randint(1, len(UNITS)))]


def event(rng: Random, given: list[Envelope]) -> Envelope:
    """A consent, a change or an end of one, or a message, about one of two persons."""
    person, chance = rng.choice(("sally", "anna")), rng.random()
    id_ = str(UUID(int=rng.getrandbits(128), version=4))
    about = {"registrerad": person}
    said = {**CONSENT, "mottagare": units(rng), "kategorier": rng.sample(CATEGORIES, rng.randint(1, 3))}
    if chance < 0.3 or not given:
        return envelope("samtycke_lamnat", MORA, about, said, id=id_)
    if chance < 0.45:
        earlier = rng.choice(given)
        who = {"registrerad": next(n for n in ("sally", "anna") if person_id(n) == earlier.personer[0].person_id)}
        if rng.random() < 0.5:
            return envelope("samtycke_andrat", MORA, who, {**said, "samtycke": earlier.handelse_id}, id=id_)
        return envelope("samtycke_aterkallat", MORA, who, {"samtycke": earlier.handelse_id}, id=id_)
    message = {**SIP, "mottagare": units(rng), "ekonomi": [{"text": "x", "referens": "ref-2"}]}
    return envelope("sip_kallelse", MORA, {"utsatt": person}, message, id=id_)


async def drawn(seed: int) -> tuple[Hub, list[Envelope]]:
    """A history, judged by nobody yet, and the consents in it."""
    rng, hub = Random(seed), await Hub().started()
    given: list[Envelope] = []
    for _ in range(LENGTH):
        made = event(rng, given)
        given += [made] if made.typ in CONSENTED else []
        hub.clock.ms += rng.choice((0, 0, 60_000))
        await hub.append(made)
    return hub, given


def delivered(change: Change, *, after: bool) -> bool:
    said = change.till if after else change.fran
    return change.typ in MESSAGES and bool(change.vag) and said is not None and said.utslag == "levereras"


async def test_k4_a_consent_withdrawn_earlier_never_delivers_more_and_concerns_nobody_else() -> None:
    withheld = 0
    for seed in range(12):
        hub, given = await drawn(seed)
        records = [record async for record in hub.log.records(0, 0, await hub.log.end(0))]
        changed = {one.koder.get("samtycke") for one in given}
        for consent in given:
            at = next(one.offset for one in records if is_event(one, consent.handelse_id))
            start = Random(seed).randint(at + 1, len(records))
            found = await listed(hub, await without(hub, start, consent.handelse_id))
            more = [one for one in found if delivered(one, after=True) and not delivered(one, after=False)]
            assert more == [] or consent.handelse_id in changed, (seed, consent.handelse_id, start)
            about = consent.personer[0].person_id
            assert all(about in (persons_of(records[one.position].headers) or ()) for one in found), seed
            withheld += sum(delivered(one, after=False) for one in found)
    assert withheld, "some consent matters"
