"""Which codes a recipient sees beside the uppgifter it may open: P2, P5, V1, V3, T3."""

from samverkanshub.domain.events import Event, Uppgift
from samverkanshub.domain.visning import visible_codes

REPORT = Event(
    "h",
    "orosanmalan",
    "a",
    "a.e",
    "a.e.g",
    "u",
    koder={
        "kommun": "mora",
        "vistelsekommun": "falun",
        "misstanke": ["sexualbrott"],
        "akut_fara": True,
        "mottagare": [],
    },
    uppgifter=(
        Uppgift("/beskrivning", "barnets_situation"),
        Uppgift("/handelser/0", "vald"),
        Uppgift("/boende", "boende"),
    ),
)
ALL = {"/beskrivning", "/handelser/0", "/boende"}


def shown(opened: set[str], message: Event = REPORT, *, named: bool = True, perpetrator: bool = False) -> set[str]:
    return set(visible_codes(message, opened, sender_named=named, with_perpetrator=perpetrator))


def test_who_sees_the_whole_message_sees_its_codes_but_not_its_recipients():
    assert shown(ALL) == {"kommun", "vistelsekommun", "misstanke", "akut_fara"}


def test_where_home_is_withheld_no_municipality_is_told():
    """P2."""
    assert shown(ALL - {"/boende"}) == {"misstanke", "akut_fara"}


def test_where_the_sender_is_hidden_no_municipality_is_told():
    """P5."""
    assert shown(ALL, named=False) == {"misstanke", "akut_fara"}


def test_readers_who_work_with_the_perpetrator_are_told_no_municipality():
    """V1."""
    assert shown(ALL, perpetrator=True) == {"misstanke", "akut_fara"}


def test_a_code_goes_with_the_uppgifter_of_its_category():
    """V3."""
    assert "misstanke" not in shown({"/beskrivning", "/boende"})


def test_a_code_whose_category_has_no_uppgift_goes_with_a_whole_message():
    """T3."""
    message = Event("h", "riskbedomning_delad", "a", "a.e", "a.e.g", "u", koder={"niva": "hog", "bedomd_av": "a.e"})
    withheld = Event(
        "h", "riskbedomning_delad", "a", "a.e", "a.e.g", "u", koder={"niva": "hog"}, uppgifter=(Uppgift("/x", "vald"),)
    )
    assert shown(set(), message) == {"niva", "bedomd_av"}
    assert shown(set(), message, named=False) == {"niva"}
    assert shown(set(), withheld) == set()


def test_a_type_without_a_list_shows_no_codes():
    assert shown(set(), Event("h", "skydd", "a", "a.e", "a.e.g", "u", koder={"niva": "ingen"})) == set()
