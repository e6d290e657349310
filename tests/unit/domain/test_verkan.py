"""What another regelverk would come to is counted: by rule, type of event and municipality, and never by whom."""

from dataclasses import replace

from samverkanshub.domain.decision import INCIDENT, TOLD_OF, Decision, Entry, Reason
from samverkanshub.domain.events import AVVIKELSE, PLIKT_STEG, REGELVERK, SIP_KALLELSE
from samverkanshub.domain.verkan import Skifte, Tal, Verkan, skiften

MORA, FALUN = "mora.vinr.utsatt", "falun.vinr.utsatt"
CARRIED = Reason("B3", "samtycke-i-kraft", False)
LACKING = Reason("B0", "samtycke-saknas", True)
EXEMPT = Reason("K3", "undantag", True)
TAKEN = Entry("", "", (Reason("T1", "godtas", False),))
NOT_TAKEN = Entry("", "", (Reason("S1", "huvudman-saknas", True),))


def given(who: str, vag: str, **more: str) -> Entry:
    return Entry(who, vag, (CARRIED,), **more)


def withheld(who: str, vag: str, *why: Reason) -> Entry:
    return Entry(who, vag, why or (LACKING,))


def decided(*entries: Entry, typ: str = SIP_KALLELSE, regelverk: str = "r1") -> Decision:
    return Decision("h", typ, "mora", regelverk, tuple(sorted((TAKEN, *entries))))


def test_the_same_decision_shifts_nothing() -> None:
    one = decided(given(MORA, "/behov"), withheld(FALUN, "/behov"))
    assert skiften(one, one) == ()


def test_what_was_withheld_comes_and_the_rules_that_withheld_it_are_named() -> None:
    was = decided(withheld(MORA, "/behov", LACKING, EXEMPT), withheld(MORA, "/syfte"))
    would = decided(given(MORA, "/behov"), given(MORA, "/syfte"))
    assert skiften(was, would) == (Skifte(MORA, True, True, 2, ("B0", "K3")),)


def test_what_went_is_withheld_and_the_rules_that_would_withhold_it_are_named() -> None:
    was = decided(given(MORA, "/behov"))
    would = decided(withheld(MORA, "/behov", EXEMPT))
    assert skiften(was, would) == (Skifte(MORA, False, True, 1, ("K3",)),)


def test_a_part_of_a_delivery_is_not_all_of_it() -> None:
    was = decided(given(MORA, "/behov"), withheld(MORA, "/syfte"))
    would = decided(given(MORA, "/behov"), given(MORA, "/syfte"))
    assert skiften(was, would) == (Skifte(MORA, True, False, 1, ("B0",)),)


def test_an_item_may_come_while_another_goes() -> None:
    was = decided(given(MORA, "/behov"), withheld(MORA, "/syfte", EXEMPT))
    would = decided(withheld(MORA, "/behov"), given(MORA, "/syfte"))
    assert skiften(was, would) == (Skifte(MORA, True, False, 1, ("K3",)), Skifte(MORA, False, False, 1, ("B0",)))


def test_where_the_event_would_be_refused_that_is_why() -> None:
    refused = Decision("h", SIP_KALLELSE, "mora", "r2", (NOT_TAKEN,))
    assert skiften(decided(given(MORA, "/behov")), refused) == (Skifte(MORA, False, True, 1, ("S1",)),)


def test_a_delivery_of_nothing_but_itself_has_no_items() -> None:
    """O2: a consultation names no item."""
    assert skiften(decided(), decided(given(MORA, ""))) == (Skifte(MORA, True, True, 0, ()),)


def test_who_is_only_told_of_something_is_not_counted() -> None:
    for function in (TOLD_OF, INCIDENT):
        assert skiften(decided(), decided(given(MORA, "", funktion=function))) == ()


# ------------------------------------------------------------------------------------------ the sum


def kommun(grupp: str) -> str:
    return grupp.partition(".")[0]


def test_each_delivery_is_counted_by_rule_type_and_municipality() -> None:
    verkan = Verkan()
    verkan.add(
        decided(withheld(MORA, "/behov", LACKING, EXEMPT), given(FALUN, "/behov")),
        decided(given(MORA, "/behov"), withheld(FALUN, "/behov"), regelverk="r2"),
        kommun,
    )
    assert (verkan.handelser, verkan.andrade, verkan.annars, verkan.godtas, verkan.avvisas) == (1, 1, 0, 0, 0)
    assert verkan.alla == Tal(1, 1, 1, 1)
    assert verkan.regler == {"B0": Tal(1, 1, 1, 1), "K3": Tal(1, 0, 1, 0)}
    assert verkan.typer == {SIP_KALLELSE: Tal(1, 1, 1, 1)}
    assert verkan.kommuner == {"mora": Tal(1, 0, 1, 0), "falun": Tal(0, 1, 0, 1)}


def test_that_it_was_another_regelverk_alone_is_no_difference() -> None:
    verkan = Verkan()
    verkan.add(decided(given(MORA, "/behov")), decided(given(MORA, "/behov"), regelverk="r2"), kommun)
    assert verkan == Verkan(handelser=1)


def test_other_grounds_or_duties_are_counted_apart_from_deliveries() -> None:
    verkan = Verkan()
    was = decided(given(MORA, "/behov"), typ=AVVIKELSE)
    verkan.add(was, replace(was, hints=("ring",)), kommun)
    assert verkan == Verkan(handelser=1, andrade=1, annars=1)


def test_an_event_that_would_be_taken_or_refused_is_counted_so() -> None:
    taken, refused = decided(), Decision("h", SIP_KALLELSE, "mora", "r2", (NOT_TAKEN,))
    verkan = Verkan()
    verkan.add(taken, refused, kommun)
    verkan.add(refused, taken, kommun)
    assert verkan == Verkan(handelser=2, andrade=2, godtas=1, avvisas=1)


def test_what_the_hub_itself_appended_is_not_counted() -> None:
    """Its steps followed from decisions that would have been others."""
    verkan = Verkan()
    for typ in (PLIKT_STEG, REGELVERK):
        verkan.add(decided(typ=typ), decided(given(MORA, "/behov"), typ=typ), kommun)
    assert verkan == Verkan()
