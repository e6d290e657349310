"""T2: every code that a letter may say has its words."""

from samverkanshub import resources
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.domain.brevord import KATEGORIER, ROLLER, TYPER, said


def test_t2_every_category_role_and_type_has_its_words() -> None:
    listor = read_regelverk(resources.root() / "deploy" / "regelverk", {}).listor
    assert set(KATEGORIER) == listor["kategori"]
    assert set(ROLLER) == listor["enhetstyp"]
    assert set(TYPER) == listor["meddelandetyp"]


def test_a_code_without_words_is_said_as_it_is() -> None:
    assert said("ny_enhet", ROLLER) == "ny enhet"
