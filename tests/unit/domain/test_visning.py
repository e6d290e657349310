"""Which codes a recipient sees beside the uppgifter it may open: P2, P5, V1, V2, V3, T3, B1."""

from dataclasses import replace

import pytest

from samverkanshub.domain.events import Event, Person, Uppgift
from samverkanshub.domain.visning import visible_codes

CHILD, ANNA, BO = Person("p-barn", "barn"), Person("p-anna", "utsatt"), Person("p-bo", "misstankt")
REPORT = Event(
    "h",
    "orosanmalan",
    "a",
    "a.e",
    "a.e.g",
    "u",
    personer=(CHILD, BO),
    koder={
        "kommun": "mora",
        "vistelsekommun": "falun",
        "misstanke": ["sexualbrott"],
        "akut_fara": True,
        "mottagare": [],
    },
    uppgifter=(
        Uppgift("/beskrivning", "barnets_situation", "barn", "p-barn"),
        Uppgift("/handelser/0", "vald", "barn", "p-barn"),
        Uppgift("/boende", "boende", "barn", "p-barn"),
        Uppgift("/vistelse", "vistelse", "barn", "p-barn"),
        Uppgift("/ovrigt/0", "boende", "misstankt", "p-bo"),
    ),
)
RISK = Event(
    "h",
    "riskbedomning_delad",
    "a",
    "a.e",
    "a.e.g",
    "u",
    personer=(ANNA, BO),
    koder={"niva": "mycket_hog", "metod": "FREDA", "bedomd_tid": "2026-12-20T10:00:00+01:00", "bedomd_av": "a.e"},
    uppgifter=(
        Uppgift("/personer/0/nummer", "identitet", "utsatt", "p-anna"),
        Uppgift("/sammanfattning", "risk", "utsatt", "p-anna"),
        Uppgift("/misstankts_situation/0", "risk", "misstankt", "p-bo"),
    ),
)
ALL = {uppgift.vag for uppgift in REPORT.uppgifter}
LEVEL = {"niva", "metod", "bedomd_tid", "bedomd_av"}


def shown(
    opened: set[str],
    message: Event = REPORT,
    *,
    named: bool = True,
    perpetrator: bool = False,
    statutory: bool = False,
) -> set[str]:
    given = {"sender_named": named, "with_perpetrator": perpetrator, "statutory": statutory}
    return set(visible_codes(message, opened, **given))


def test_who_sees_the_whole_message_sees_its_codes_but_not_its_recipients():
    assert shown(ALL) == {"kommun", "vistelsekommun", "misstanke", "akut_fara"}


@pytest.mark.parametrize(
    ("withheld", "told"),
    [("/boende", set()), ("/vistelse", set())],
)
def test_where_whereabouts_are_withheld_no_municipality_is_told(withheld, told):
    """P2."""
    assert shown(ALL - {withheld}) & {"kommun", "vistelsekommun"} == told


def test_without_an_item_of_where_the_child_is_no_municipality_is_told():
    """P2, V3: nothing was judged that could let it through."""
    for vag, code in (("/boende", "kommun"), ("/vistelse", "vistelsekommun")):
        message = replace(REPORT, uppgifter=tuple(u for u in REPORT.uppgifter if u.vag != vag))
        assert code not in shown(ALL, message)
        assert shown({"/ovrigt/0"}, message) == set()


def test_the_statutory_recipient_is_told_all_codes():
    """B1: never blinded."""
    bare = replace(REPORT, uppgifter=REPORT.uppgifter[:1])
    assert shown({"/beskrivning"}, bare, statutory=True) == {"kommun", "vistelsekommun", "misstanke", "akut_fara"}


def test_where_the_sender_is_hidden_no_municipality_is_told():
    """P5."""
    assert shown(ALL, named=False) == {"misstanke", "akut_fara"}


def test_readers_who_work_with_the_perpetrator_are_told_no_municipality():
    """V1: in the statutory unit too."""
    for statutory in (True, False):
        assert shown(ALL, perpetrator=True, statutory=statutory) == {"misstanke", "akut_fara"}


def test_a_code_goes_with_the_exposed_persons_own_uppgifter_of_its_category():
    """V3."""
    assert "misstanke" not in shown({"/beskrivning", "/boende", "/vistelse"})
    assert "misstanke" in shown({"/handelser/0"})


def test_a_code_about_the_exposed_person_does_not_show_on_the_suspects_item():
    """V2, V3: the suspect's consent opens his own item of the same category, and no more."""
    assert shown({"/misstankts_situation/0"}, RISK) == set()


def test_a_code_about_the_exposed_person_shows_though_the_suspects_item_is_withheld():
    """V2, V3."""
    assert shown({"/personer/0/nummer", "/sammanfattning"}, RISK) == LEVEL


def test_a_code_whose_category_has_no_item_of_the_exposed_persons_is_not_shown():
    """V3: no rule has said that what it tells may be told, however much else is opened."""
    message = replace(RISK, uppgifter=(RISK.uppgifter[0], RISK.uppgifter[2]))
    assert shown({"/personer/0/nummer", "/misstankts_situation/0"}, message) == set()


def test_who_assessed_is_the_senders_name_too():
    """P5."""
    assert shown({"/sammanfattning"}, RISK, named=False) == LEVEL - {"bedomd_av"}


def test_a_code_of_no_category_needs_an_item_of_the_exposed_persons():
    """V2: a suspect's reader is not told that the child is in acute danger."""
    assert shown({"/ovrigt/0"}) == set()
    assert shown({"/beskrivning"}) == {"akut_fara"}


def test_what_concerns_nobody_shows_its_codes():
    """A1."""
    message = Event("h", "avvikelse", "a", "a.e", "a.e.g", "u", koder={"slag": "samverkan", "arende": "x"})
    assert shown(set(), message) == {"slag"}


def test_a_type_without_a_list_shows_no_codes():
    assert shown(set(), Event("h", "skydd", "a", "a.e", "a.e.g", "u", koder={"niva": "ingen"})) == set()
