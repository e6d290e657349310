"""K9 as a table: which consent governs when several have been given, changed, withdrawn, annulled or have ended.

A letter is a consent of the same person and purpose: `A` to the vårdcentral for insats and halsa, `B` narrower, for
insats alone, `C` wider, for insats, halsa and ekonomi, `D` to BUP alone, `F` to the vårdcentral for insats from day 50.
`+` gives, `B<A` changes A into B, `-` withdraws, `x` annuls, `~` lets it end. Then a day, and what reaches
the vårdcentral on it.
"""

import pytest
from mini_regelverk import BUP, BUP_GRUPP, VARDCENTRAL, VC
from steps import DAY, START
from world import World

from samverkanshub.domain.state import Samtycke

TERMS: dict[str, tuple[list[str], list[str], int]] = {
    "A": ([VARDCENTRAL], ["insats", "halsa"], 0),
    "B": ([VARDCENTRAL], ["insats"], 0),
    "C": ([VARDCENTRAL], ["insats", "halsa", "ekonomi"], 0),
    "D": ([BUP], ["insats"], 0),
    "F": ([VARDCENTRAL], ["insats"], 50),  # comes into force on day 50
}
A, B, C = {"insats", "halsa"}, {"insats"}, {"insats", "halsa", "ekonomi"}
NOTHING: set[str] = set()

TABLE: list[tuple[str, int, set[str]]] = [
    ("+A", 1, A),
    ("+A +B", 1, B),
    ("+B +A", 1, A),
    ("+A +C", 1, C),
    ("+C +A", 1, A),
    ("+A +B -B", 1, NOTHING),
    ("+A +B xB", 1, NOTHING),
    ("+A +B ~B", 1, NOTHING),
    ("+A +C -C", 1, NOTHING),
    ("+A +B -A", 1, B),
    ("+A +B xA", 1, B),
    ("+A -A +B", 1, B),
    ("+A -A +B -B", 1, NOTHING),
    ("+A xA +B", 1, B),
    ("+A +B +C", 1, C),
    ("+A +B -B +C", 1, C),
    ("+A +B +C -C", 1, NOTHING),
    ("+A +B +C -C -B", 1, NOTHING),
    ("+A B<A", 1, B),
    ("+A C<A", 1, C),
    ("+A B<A -B", 1, NOTHING),
    ("+A B<A -A", 1, NOTHING),  # one consent under two ids: withdrawing it withdraws what it was changed into
    ("+A B<A xB", 1, NOTHING),
    ("+A B<A xA", 1, B),  # annulled is one registration alone
    ("+A B<A ~B", 1, NOTHING),
    ("+A B<A C<B", 1, C),
    ("+A B<A C<B -A", 1, NOTHING),
    ("+A D<A", 1, NOTHING),  # what is changed ends also for recipients that its successor leaves out
    ("+A +D", 1, A),
    ("+A +D -D", 1, A),
    ("+A +F", 1, A),
    ("+A +F", 49, A),
    ("+A +F", 50, B),
    ("+F +A", 50, A),  # the later is the one that the log took later
    ("+A +F -F", 50, A),  # withdrawn before it came into force, it superseded nothing
    ("+A +F xF", 50, A),
    ("+A F<A", 49, A),
    ("+A F<A", 50, B),
    ("+A F<A -F", 49, NOTHING),
    ("+A +F +C", 60, C),
    ("+A +F", 260, NOTHING),
]


def gives(world: World, word: str, slut: int | None) -> None:
    """`+A`, or `B<A`: B is what A is changed into."""
    name, changes = (word[0], {"andrar": word[2]}) if "<" in word else (word[1], {})
    recipients, categories, day = TERMS[name]
    start = START + (day or -1) * DAY
    world.samtycke("anna", recipients, kategorier=categories, som=name, fran=start, slut=slut, **changes)


def history(words: str) -> World:
    """What happens in a row, from left to right."""
    world, ended = World(), [word[1] for word in words.split() if word[0] == "~"]
    for word in words.split():
        if word[0] == "-":
            world.aterkallar("anna", word[1])
        elif word[0] == "x":
            world.makulerar("anna", word[1])
        elif word[0] == "~":
            world.at(START + DAY)
        else:
            gives(world, word, START + DAY if word.lstrip("+")[0] in ended else None)
    return world


@pytest.mark.parametrize(("words", "day", "expected"), TABLE, ids=[f"{w} day {d}" for w, d, _ in TABLE])
def test_k9_a_later_consent_supersedes_and_the_superseded_never_revives(
    words: str, day: int, expected: set[str]
) -> None:
    world = history(words)
    moment = max(START + day * DAY, world.tid)
    world.at(moment).sip("anna", [VARDCENTRAL], ["insats", "halsa", "ekonomi"])
    assert world.delivered(VC) == expected


def test_k9_a_change_carries_to_the_recipient_it_names_instead() -> None:
    world = history("+A D<A").sip("anna", [VARDCENTRAL, BUP])
    assert (world.delivered(VC), world.delivered(BUP_GRUPP)) == (NOTHING, {"insats"})


def test_k9_a_consent_for_an_organisation_supersedes_one_for_its_unit() -> None:
    world = history("+A").samtycke("anna", ["region-dalarna"], kategorier=["insats"], som="E")
    assert world.sip("anna", [VARDCENTRAL], ["insats", "halsa"]).delivered(VC) == {"insats"}
    world.aterkallar("anna", "E").sip("anna", [VARDCENTRAL], ["insats", "halsa"])
    assert world.delivered(VC) == NOTHING


def test_k9_a_consent_for_another_purpose_supersedes_nothing() -> None:
    world = history("+A").samtycke("anna", [VARDCENTRAL], andamal="riskbedomning", kategorier=["risk"])
    assert world.sip("anna", [VARDCENTRAL], ["insats", "halsa"]).delivered(VC) == A


def test_k9_superseded_from_the_very_ms_that_the_later_comes_into_force() -> None:
    world = history("+A +F").at(START + 50 * DAY - 1).sip("anna", [VARDCENTRAL], ["halsa"])
    assert world.delivered(VC) == {"halsa"}
    assert world.at(START + 50 * DAY).sip("anna", [VARDCENTRAL], ["halsa"]).delivered(VC) == NOTHING


def test_k9_one_registered_at_its_very_end_was_never_in_force_and_superseded_nothing() -> None:
    world = history("+A").at(START + DAY)
    world.samtycke("anna", [VARDCENTRAL], kategorier=["insats"], fran=START, slut=START + DAY)
    assert world.sip("anna", [VARDCENTRAL], ["halsa"]).delivered(VC) == {"halsa"}


def test_k9_one_withdrawn_in_the_ms_that_it_came_into_force_did_supersede() -> None:
    world = history("+A")
    moment = world.tid
    world.samtycke("anna", [VARDCENTRAL], kategorier=["insats"], som="B").at(moment).aterkallar("anna", "B")
    assert world.sip("anna", [VARDCENTRAL], ["halsa"]).delivered(VC) == NOTHING


def test_k9_a_change_keeps_the_id_it_was_first_given_under() -> None:
    consents: tuple[Samtycke, ...] = history("+A B<A C<B").tillstand.person("anna").samtycken
    assert {consent.kedja for consent in consents} == {consents[0].id}


def test_k4_a_change_of_what_somebody_else_has_given_is_refused() -> None:
    world = history("+A").samtycke("bodil", [VARDCENTRAL], andrar="A")
    assert world.refused() == {"K4 okant-samtycke"}
    assert world.sip("bodil", [VARDCENTRAL]).delivered(VC) == NOTHING


def test_k9_what_was_changed_in_the_very_ms_that_it_was_given_did_supersede_the_older() -> None:
    """Else the older one would govern for recipients that the change drops."""
    world = history("+A")
    moment = world.tid
    world.samtycke("anna", [VARDCENTRAL], kategorier=["insats"], som="B")
    world.at(moment).samtycke("anna", [BUP], kategorier=["insats"], andrar="B", som="D")
    world.sip("anna", [VARDCENTRAL, BUP], ["insats", "halsa"])
    assert (world.delivered(VC), world.delivered(BUP_GRUPP)) == (NOTHING, {"insats"})
    assert world.why(VC, "insats") == {"K9 samtycke-andrat"}


def test_k9_a_consent_changed_twice_ends_where_the_first_of_its_successors_comes_into_force() -> None:
    world = history("+A")
    world.samtycke("anna", [BUP], andrar="A", som="later", fran=START + 60 * DAY)
    world.samtycke("anna", [BUP], andrar="A", som="sooner", fran=START + 30 * DAY)
    assert world.at(START + 30 * DAY - 1).sip("anna", [VARDCENTRAL]).delivered(VC) == {"insats"}
    assert world.at(START + 30 * DAY).sip("anna", [VARDCENTRAL]).delivered(VC) == NOTHING
