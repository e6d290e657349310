"""Delivered on a word that was not enough, or that another has superseded: each is named (I2: K8, K9)."""

from pathlib import Path
from typing import Any

import pytest
from intakehub import VC, Whole, consent, person, summons
from korning_i_minne import ANNA, BO, DISA, Played, write
from skada import Row, broken, change, entries, event_at, status
from watched import CHILD_UNIT

BASIS = {"id": "samtycke", "regel": "B3", "marke": "P", "giltig_fran": "", "giltig_till": ""}
Step = tuple[str, str, dict[str, Any]]


def custody(*guardians: str) -> Step:
    named = [person("registrerad", DISA), *(person("vardnadshavare", one) for one in guardians)]
    said = {"kalla": "folkbokforing", "datum": "2026-11-30", "provisoriskt": False}
    return CHILD_UNIT, "vardnad", {"personer": named, **said}


def by(*guardians: str) -> Step:
    named = [person("registrerad", DISA), *(person("vardnadshavare", one) for one in guardians)]
    return CHILD_UNIT, "samtycke_lamnat", consent(personer=named)


OWN: Step = (VC, "samtycke_lamnat", consent())
NARROWER: Step = (VC, "samtycke_lamnat", consent(kategorier=["halsa"]))
SUMMONS: Step = (VC, "sip_kallelse", summons())
OF_THE_CHILD: Step = (VC, "sip_kallelse", summons(personer=[person("barn", DISA)]))


async def played(where: Path, *steps: Step) -> Path:
    run = Played(await Whole().started())
    for number, (group, typ, data) in enumerate(steps, start=1):
        assert await run.publish(group, typ, data, f"00000000-0000-4000-8000-{number:012d}"), typ
    await run.sign()
    return await write(run, where)


def delivered(run: Path, offset: int, *consents: int) -> None:
    """What was decided at an offset, as if it had delivered on the consents given at these."""

    def shown(lines: list[Row]) -> None:
        for line in (line for line in lines if line["mottagare"] and line["vag"]):
            given = [event_at(run, one) for one in consents]
            line.update(utslag="levereras", funktion="", grunder=[BASIS], samtycken=given)

    change(run, "projektion/beslut", entries(offset, shown))


async def test_k9_a_consent_that_a_later_one_has_superseded_carries_nothing(tmp_path: Path) -> None:
    run = await played(tmp_path / "k", OWN, NARROWER, SUMMONS)
    assert status(run, "I2") != 1
    delivered(run, 3, 1)
    assert f"consent {event_at(run, 1)} was superseded" in broken(run, "I2")


async def test_k9_what_supersedes_does_so_although_it_is_withdrawn(tmp_path: Path) -> None:
    run = Played(await Whole().started())
    given = [await run.publish(*step, f"00000000-0000-4000-8000-{n:012d}") for n, step in enumerate((OWN, NARROWER), 1)]
    ended = {"personer": [person("registrerad", ANNA)], "samtycke": given[1]}
    assert await run.publish(VC, "samtycke_aterkallat", ended, "00000000-0000-4000-8000-000000000003")
    await run.publish(*SUMMONS, "00000000-0000-4000-8000-000000000004")
    await run.sign()
    where = await write(run, tmp_path / "k")
    delivered(where, 4, 1)
    assert f"consent {given[0]} was superseded" in broken(where, "I2")


async def test_k11_k9_what_was_not_said_in_private_supersedes_nothing(tmp_path: Path) -> None:
    pressed: Step = (VC, "samtycke_lamnat", consent(kategorier=["halsa"], enskilt=False))
    assert status(await played(tmp_path / "k", OWN, pressed, SUMMONS), "I2") == 0


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ((by(ANNA),), "consent is of a child whose guardians are not registered"),
        ((custody(ANNA, BO), by(ANNA)), "consent lacks 1 of 2 guardians"),
    ],
)
async def test_k8_a_childs_consent_is_that_of_all_guardians_registered(
    tmp_path: Path, before: tuple[Step, ...], why: str
) -> None:
    run = await played(tmp_path / "k", *before, OF_THE_CHILD)
    delivered(run, len(before) + 1, len(before))
    assert why in broken(run, "I2")


async def test_k8_what_all_guardians_have_said_is_enough(tmp_path: Path) -> None:
    run = await played(tmp_path / "k", custody(ANNA, BO), by(ANNA), by(BO), OF_THE_CHILD)
    assert status(run, "I2") == 0


async def test_k8_an_adults_consent_is_its_own(tmp_path: Path) -> None:
    run = await played(tmp_path / "k", (VC, "samtycke_lamnat", consent(BO)), SUMMONS)
    delivered(run, 2, 1)
    assert "is another person's" in broken(run, "I2")


async def test_k8_who_speaks_for_an_adult_is_appointed(tmp_path: Path) -> None:
    spoken: Step = (VC, "samtycke_lamnat", consent(personer=[person("registrerad", ANNA), person("foretradare", BO)]))
    run = await played(tmp_path / "k", spoken, SUMMONS)
    assert status(run, "I2") != 1
    delivered(run, 2, 1)
    assert "consent is by nobody who may speak for the person" in broken(run, "I2")
