"""API3: that a person is known to the hub shows in no answer: not in status, headers, shape or number of rows.

Of each two people of the same age and sex one is somebody of whom others have sent much, the other nobody. The same is
sent about both, and asked about both, by who has no part in what was sent; every answer is held against its twin.

What does show is what the rules say that a sender shall be told: somebody's protection (P1, P5), their exemption (K3),
a consent in force that names the recipient (B3). Nothing of that is in force here. Time is not measured: see
docs/security.md.
"""

import sys
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

sys.path.append(str(Path(__file__).parents[2] / "codec"))

import httpx
import pytest
from angripare import A, B, Dorr, form
from codec_examples import DATA
from intakehub import UTSATT, VC, VC_RATTVIK, Whole, caller, consent, deviation, person, report, summons, unit

from samverkanshub.domain.events import CONSENTS, MESSAGES, NOTICES, PERSON_FACTS

ADULTS: Final = ("197807182394", "197812182397")
CHILDREN: Final = ("201705142394", "201706072392")
SENDERS: Final = (B, VC_RATTVIK)
"""A municipality's and health care's, neither with any part in what is known."""
ORSA: Final = [unit("orsa.vinr")]
ORSAS: Final = "orsa.vinr.utsatt"
EARLIER: Final = str(uuid5(NAMESPACE_OID, "nobody's"))
TAKE_PERSONS: Final = sorted(
    typ for typ in MESSAGES | CONSENTS | PERSON_FACTS | NOTICES if DATA[typ].get("personer") and typ != "avvikelse"
)
CHILD: Final = frozenset({"barn"})


def about(typ: str, twin: int) -> dict[str, Any]:
    """The example of a type, about the one twin or the other; who else it names is nobody to anybody."""
    data, persons = DATA[typ], []
    young = any(one["roll"] in CHILD for one in data["personer"])
    for index, one in enumerate(data["personer"]):
        named = (CHILDREN if young else ADULTS)[twin]
        persons.append(person(one["roll"], named) if not index else person(one["roll"], f"lokal-{twin}{index}"))
    return {**data, "personer": persons}


async def much_about(whole: Whole) -> None:
    """Others have sent consents, a summons, a report and more about the first of each two, and opened some of it."""
    adult, child = ADULTS[0], CHILDREN[0]
    await whole.publish(VC, "samtycke_lamnat", consent(adult, mottagare=ORSA))
    await whole.publish(VC, "sip_kallelse", summons(adult, mottagare=ORSA))
    row = await whole.delivered(ORSAS)
    await whole.deliver.open(caller(ORSAS), row["leverans_id"])
    await whole.deliver.acknowledge(caller(ORSAS), row["leverans_id"], "overtagen")
    await whole.publish(UTSATT, "orosanmalan", report(child, anmalarslag="privatperson", kommun="mora"))
    await whole.publish(VC, "avvikelse", deviation())
    await whole.publish(VC, "samtycke_lamnat", consent(adult, andamal="kontakt", mottagare=ORSA))


@pytest.fixture
async def twins(dorr: Dorr) -> Dorr:
    """One of each is known."""
    await much_about(dorr.whole)
    known = {person.nummer for person in dorr.whole.vault._by_lookup.values()}
    assert {ADULTS[0], CHILDREN[0]} <= known
    assert not {ADULTS[1], CHILDREN[1]} & known
    return dorr


Answers = list[tuple[int, dict[str, str], Any]]


async def sent(dorr: Dorr, grupp: str, typ: str, data: dict[str, Any]) -> Answers:
    """The answer to what is sent, and what its sender reads of it then."""
    answer = await dorr.sand(grupp, typ, data)
    found = [form(answer)]
    if answer.status_code < 300:
        assert answer.json()["dom"], "judged"
        found.append(form(await dorr.fraga("GET", answer.headers["location"], grupp)))
    return found


def unlike(answers: dict[str, list[Answers]]) -> dict[str, Any]:
    """What was not answered alike of both."""
    return {name: both for name, both in answers.items() if both[0] != both[1]}


@pytest.mark.parametrize("grupp", SENDERS)
async def test_everything_that_takes_a_person_is_asked_about_and_sent_of_either_alike(twins: Dorr, grupp: str) -> None:
    asked, taken = {}, set()
    for typ in TAKE_PERSONS:
        both = [about(typ, twin) for twin in (0, 1)]
        if typ in MESSAGES:
            asked[f"{typ} bedomd"] = [[form(await twins.bedom(grupp, typ, data))] for data in both]
        asked[typ] = [await sent(twins, grupp, typ, data) for data in both]
        taken |= {typ for answers in asked[typ] if answers[0][0] == 201}
    assert unlike(asked) == {}
    assert len(taken) >= 6, f"it can fail: {sorted(taken)}"


async def test_what_is_wrong_is_told_of_either_alike(twins: Dorr) -> None:
    """Also where a refusal comes late: of a consent that is none, an ärende that is none, a message that is none."""
    named = {
        "samtycke_andrat": {"samtycke": EARLIER},
        "samtycke_aterkallat": {"samtycke": EARLIER},
        "samtycke_makulerat": {"samtycke": EARLIER},
        "sip_kallelse": {"rattar": EARLIER},
    }
    asked = {}
    for typ, more in named.items():
        both = [{**about(typ, twin), **more} for twin in (0, 1)]
        asked[typ] = [await sent(twins, B, typ, data) for data in both]
    assert unlike(asked) == {}


async def test_inbox_and_duties_are_as_empty_whoever_was_asked_about(twins: Dorr) -> None:
    """P5: the recipients of what is sent read as many rows of either, under aliases of the same length."""
    for twin in (0, 1):
        data = deviation(mottagare=[unit("falun.vinr")])
        await twins.whole.publish(VC_RATTVIK, "avvikelse", data, id=str(uuid5(NAMESPACE_OID, f"{twin}")))
        await sent(twins, VC_RATTVIK, "sip_kallelse", {**summons(ADULTS[twin]), "mottagare": [unit("falun.vinr")]})
    rows = (await twins.fraga("GET", "/inkorg", B)).json()["rader"]
    assert [len(row["arende"]) for row in rows] == [len(rows[0]["arende"])] * len(rows)
    assert (await twins.fraga("GET", "/plikter", VC_RATTVIK)).status_code == 200


async def test_an_auditor_whose_authority_has_no_part_reads_of_either_alike(twins: Dorr) -> None:
    for fraga in ("person", "brev"):
        both = [
            form(await twins.fraga("POST", f"/granskning/{fraga}", B, "granskare.1", revisor=True, json={"nummer": n}))
            for n in ADULTS
        ]
        assert both[0] == both[1], fraga


async def test_b3_a_consent_in_force_does_show_to_who_sends_to_whom_it_names(twins: Dorr) -> None:
    """The comparison can fail: what a consent lets through is let through, whoever sends it (B3)."""
    both = [form(await twins.bedom(VC_RATTVIK, "sip_kallelse", summons(n, mottagare=ORSA))) for n in ADULTS]
    assert both[0] != both[1]


# ------------------------------------------------------------------------------------------------- whatever was sent

NAMES: Final = ("mora.vinr", "falun.vinr", "rattvik.vinr", "region-dalarna.bup")
MESSAGES_OF_MANY_KINDS: Final = [
    {"mottagare": [unit(one) for one in several], "skyddade_personuppgifter": protected, kind: [{"text": "stöd"}]}
    for several, protected, kind in product(
        chain(combinations(NAMES, 1), combinations(NAMES, 3)), (False, True), ("behov", "vald")
    )
]


@pytest.mark.parametrize("grupp", [B, VC_RATTVIK, A])
async def test_law_a_message_about_somebody_known_to_others_is_answered_as_about_nobody(dorr: Dorr, grupp: str) -> None:
    await _known_elsewhere(dorr.whole)
    asked = {}
    for nr, message in enumerate(MESSAGES_OF_MANY_KINDS):
        asked[f"{nr}"] = [await _answers(dorr, grupp, {**summons(number), **message}) for number in ADULTS]
    assert unlike(asked) == {}


async def _known_elsewhere(whole: Whole) -> None:
    """By those who are never the sender here."""
    await whole.publish(VC, "samtycke_lamnat", consent(ADULTS[0], mottagare=ORSA))
    await whole.publish(VC, "sip_kallelse", summons(ADULTS[0], mottagare=ORSA))


async def _answers(dorr: Dorr, grupp: str, data: dict[str, Any]) -> list[Any]:
    return [form(await dorr.bedom(grupp, "sip_kallelse", data)), *await sent(dorr, grupp, "sip_kallelse", data)]


async def test_a_person_may_not_be_asked_for_in_an_address(twins: Dorr) -> None:
    """No route takes a person in its path or query, where proxies and logs would keep it."""
    answer: httpx.Response = await twins.fraga("GET", f"/inkorg?nummer={ADULTS[0]}", B)
    assert ADULTS[0] not in answer.text
