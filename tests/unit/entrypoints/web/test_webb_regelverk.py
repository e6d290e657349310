"""Operators see the regelverk in force and what is proposed, try it, and approve or decline it; in words and by two."""

import re
from dataclasses import replace
from datetime import date

import httpx
import pytest
from sidohub import SMALL, Forslagen, Paged

from samverkanshub import resources
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.adapters.regelverk import read_regelverk
from samverkanshub.domain.aktiveringar import Aktivering, Del
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Frist
from samverkanshub.domain.revisorer import Revisor
from samverkanshub.domain.skillnad import ANDRAD, SLAG, TILLAGD, Andring, Falt
from samverkanshub.domain.verkan import Tal, Verkan
from samverkanshub.entrypoints.web import regelverkskoder
from samverkanshub.entrypoints.web.atgardande import ELSE, FEL, STANDS_IN_THE_LOG
from samverkanshub.entrypoints.web.regelverksord import STAND, areas, differences, time, told, warnings
from samverkanshub.entrypoints.web.sidor import regelverk as sida
from samverkanshub.entrypoints.web.sidor.regelverk import GJORT
from samverkanshub.entrypoints.web.skydd import BY_ITSELF
from samverkanshub.entrypoints.web.verkansord import ALIKE, GAMMALT, VARFOR, Talrad
from samverkanshub.entrypoints.web.verkansord import told as effect
from samverkanshub.pipeline.driftatgarder import Besked
from samverkanshub.pipeline.forslag import Bild, Forslag
from samverkanshub.pipeline.forslagslage import AVBOJT, FORALDRAT, GODKANT, HALVVAGS, OPPET, SAKNAS
from samverkanshub.pipeline.kontroll import AVBRUTEN, KLAR, PAGAR
from samverkanshub.pipeline.kontroll import FEL as FAILED
from samverkanshub.pipeline.verkan import FOR_LANG, Stracka
from samverkanshub.pipeline.verkansprov import Funnet, Prov

PAGE = "/webb/regelverk"
NOW = 1_790_000_000_000
DAY = date(2026, 11, 22)
ID = "33333333-3333-4333-8333-333333333333"
ACTIVE = Aktivering(0, 17, NOW, "h17", "d" * 64, "anna.1", "bo.1", (("frister", "f" * 64),))
CHANGED = Andring("frist", "o4.kvittens", ANDRAD, "", (Falt("sekunder", "3600", "1800"),))
VERKAN = Verkan(
    *(1200, 34, 3, 7, 1),
    Tal(20, 10, 60, 30),
    {"B0": Tal(20, 0, 60, 0), "K3": Tal(0, 10, 0, 30)},
    {"sip_kallelse": Tal(20, 10, 60, 30)},
    {"mora": Tal(20, 0, 60, 0), "": Tal(0, 10, 0, 30)},
)


def proposal(stand: str = OPPET, av: str = "drift.2", **more: object) -> Forslag:
    found = Forslag(ID, av, NOW, "nya_bestammelser", "e" * 64, stand, (("frister", "a" * 64),), (CHANGED,))
    return replace(found, **more)  # type: ignore[arg-type]


def shown(*forslag: Forslag) -> Bild:
    return Bild(SMALL, {0: (ACTIVE,)}, (Del("frister", "f" * 64, ACTIVE),), forslag)


@pytest.fixture
def forslag(hub: Paged) -> Forslagen:
    hub.forslag.visad = shown(proposal())
    return hub.forslag


def text(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.replace("\u00a0", " ")))


# ------------------------------------------------------------------------------------------ whose it is


async def test_the_page_is_the_operators_alone(browser: httpx.AsyncClient) -> None:
    assert (await browser.get(PAGE)).headers["location"] == "/webb/logga-in"
    for vem in ("revisor/mora/granskare.1", "aktor/mora.vinr.utsatt"):
        assert (await browser.post("/webb/logga-in", data={"vem": vem})).status_code == 303
        for path in (PAGE, f"{PAGE}/prov"):
            assert (await browser.get(path)).status_code == 403
        for verb in ("prova", "avbryt", "godkann", "slutfor", "avboj"):
            assert (await browser.post(f"{PAGE}/{verb}", data={"forslag": ID})).status_code == 403


async def test_it_stands_in_the_operators_menu(operator: httpx.AsyncClient) -> None:
    assert f'href="{PAGE}" aria-current="page"' in (await operator.get(PAGE)).text


async def test_nothing_is_approved_by_another_sites_form(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    sent = {"sec-fetch-site": "cross-site"}
    assert (await operator.post(f"{PAGE}/godkann", data={"forslag": ID}, headers=sent)).status_code == 403
    assert forslag.asked == []


# ------------------------------------------------------------------------------------------ what it shows


async def test_with_nothing_proposed_it_says_so_and_what_is_in_force(operator: httpx.AsyncClient, hub: Paged) -> None:
    hub.forslag.visad = shown()
    page = text(await operator.get(PAGE))
    assert "Inget är föreslaget." in page
    assert "d" * 64 in page
    assert "Frister" in page
    assert "område 0, plats 17" in page
    assert "anna.1" in page
    assert "bo.1" in page


async def test_what_is_proposed_is_told_with_what_differs(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    page = text(await operator.get(PAGE))
    assert "väntar på godkännande" in page
    assert "av drift.2. Skäl: " in page
    assert "Frister: 1 ändras" in page
    assert "En orosanmälan bekräftas (o4.kvittens)" in page
    assert "sekunder: 3600 → 1800" in page


async def test_who_proposed_is_not_offered_to_approve(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    assert f"{PAGE}/godkann" in (await operator.get(PAGE)).text
    forslag.visad = shown(proposal(av="drift.1"))
    answer = await operator.get(PAGE)
    assert f"{PAGE}/godkann" not in answer.text
    assert "En annan operatör ska godkänna det." in text(answer)
    assert f"{PAGE}/avboj" in answer.text


async def test_what_builds_on_an_older_one_can_be_declined_alone(operator: httpx.AsyncClient, hub: Paged) -> None:
    hub.forslag.visad = shown(proposal(FORALDRAT))
    answer = await operator.get(PAGE)
    assert "bygger på ett regelverk som inte gäller längre" in text(answer)
    assert f"{PAGE}/godkann" not in answer.text
    assert f"{PAGE}/avboj" in answer.text


@pytest.mark.parametrize("stand", [SAKNAS, HALVVAGS])
async def test_of_what_is_not_compared_it_is_not_said_that_nothing_differs(
    operator: httpx.AsyncClient, hub: Paged, stand: str
) -> None:
    hub.forslag.visad = shown(proposal(stand, andringar=()))
    assert "Inget skiljer sig" not in text(await operator.get(PAGE))
    hub.forslag.visad = shown(proposal(OPPET, andringar=()))
    assert "Inget skiljer sig från det regelverk som gäller nu." in text(await operator.get(PAGE))


async def test_halfway_in_force_it_is_told_where_and_finished_by_any_operator(
    operator: httpx.AsyncClient, hub: Paged
) -> None:
    """Also by who proposed it: two have agreed on it already."""
    hub.forslag.visad = replace(shown(proposal(HALVVAGS, av="drift.1")), efter=(1, 3))
    answer = await operator.get(PAGE)
    assert "Områdena 1 och 3 dömer efter ett annat regelverk än område 0." in text(answer)
    assert "Det här skiljer sig från det regelverk som gäller i de områden som är efter:" in text(answer)
    assert f"{PAGE}/slutfor" in answer.text
    for verb in ("godkann", "avboj", "prova"):
        assert f"{PAGE}/{verb}" not in answer.text
    hub.forslag.visad = shown(proposal())
    assert f"{PAGE}/slutfor" not in (await operator.get(PAGE)).text


@pytest.mark.parametrize(
    ("numbers", "words"),
    [((), ""), ((1,), "område 1"), ((1, 2), "områdena 1 och 2"), ((1, 2, 3), "områdena 1, 2 och 3")],
)
def test_areas_are_told_by_number(numbers: tuple[int, ...], words: str) -> None:
    assert areas(numbers) == words


A, B, GONE = (
    Operator("drift.1", "2026-01-01"),
    Operator("drift.2", "2026-01-01"),
    Operator("drift.2", "2026-01-01", "2026-12-24"),
)
AUDITOR = Revisor("mora", "granskare.1", "myndighet", "mora", "2026-01-01")
BEFORE = replace(SMALL, operatorer=(A, B), revisorer=(AUDITOR,))


@pytest.mark.parametrize(
    ("operators", "auditors", "vem", "said"),
    [
        ((A, B), (AUDITOR,), "drift.1", ()),
        ((A, GONE), (AUDITOR,), "drift.1", ("Från 2026-12-24 är färre än två operatörer",)),
        ((A,), (AUDITOR,), "drift.1", ("Bara drift.1 blir operatör", "Inte längre operatör: drift.2.")),
        ((A,), (AUDITOR,), "drift.2", ("Bara drift.1 blir operatör", "Du är inte längre operatör")),
        ((), (AUDITOR,), "drift.1", ("Ingen blir operatör", "Du är inte längre operatör")),
        ((A, B), (), "drift.1", ("Ingen är längre granskare",)),
    ],
)
def test_whom_it_shuts_out_is_told_in_plain_sentences(
    operators: tuple[Operator, ...], auditors: tuple[Revisor, ...], vem: str, said: tuple[str, ...]
) -> None:
    found = warnings(proposal(operatorer=operators, revisorer=auditors), BEFORE, vem, DAY)
    assert len(found) == len(said)
    assert all(one.startswith(words) for one, words in zip(found, said, strict=True))


async def test_whom_it_shuts_out_stands_above_the_button(operator: httpx.AsyncClient, hub: Paged) -> None:
    hub.forslag.visad = replace(shown(proposal(operatorer=())), regelverk=BEFORE)
    page = (await operator.get(PAGE)).text
    assert page.index("Ingen blir operatör") < page.index(f"{PAGE}/godkann")
    assert warnings(proposal(GODKANT, operatorer=()), BEFORE, "drift.1", DAY) == ()


@pytest.mark.parametrize("stand", [GODKANT, AVBOJT])
async def test_what_is_settled_is_listed_and_offers_nothing(
    operator: httpx.AsyncClient, hub: Paged, stand: str
) -> None:
    hub.forslag.visad = shown(proposal(stand))
    answer = await operator.get(PAGE)
    assert "Inget är föreslaget." in text(answer)
    assert STAND[stand][1] in text(answer)
    assert ID not in answer.text


# ------------------------------------------------------------------------------------------ what it does


@pytest.mark.parametrize(
    ("verb", "data", "asked"),
    [
        ("godkann", {"forslag": ID}, ("godkann", "drift.1", ID)),
        ("avboj", {"forslag": ID, "skal": "fel_innehall", "_id": ID}, ("avboj", "drift.1", ID, "fel_innehall")),
        ("prova", {"forslag": ID, "_id": ID}, ("prova", "drift.1", ID)),
        ("avbryt", {}, ("avbryt",)),
        ("slutfor", {}, ("slutfor",)),
    ],
)
async def test_it_is_done_in_the_name_of_who_is_logged_in(
    operator: httpx.AsyncClient, forslag: Forslagen, verb: str, data: dict[str, str], asked: tuple[str, ...]
) -> None:
    answer = await operator.post(f"{PAGE}/{verb}", data={**data, "vem": "drift.2"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(PAGE)
    assert forslag.asked == [asked]


@pytest.mark.parametrize(
    ("error", "verb", "said"),
    [
        (Forbidden("own", code="eget-forslag"), "godkann", FEL["eget-forslag"]),
        (Conflict("old", code=FORALDRAT), "godkann", FEL["foraldrat"]),
        (NotFound("none", code="inget-forslag"), "godkann", FEL["inget-forslag"]),
        (NotFound("none", code="inget-forslag"), "avboj", FEL["inget-forslag"]),
        (Conflict("older", code="regelverk-for-gammalt"), "avboj", FEL["regelverk-for-gammalt"]),
        (Conflict("running", code="prov-pagar"), "prova", FEL["prov-pagar"]),
        (NotFound("none", code="inget-forslag"), "prova", FEL["inget-forslag"]),
    ],
)
async def test_what_cannot_be_done_is_said_plainly_on_the_page(
    operator: httpx.AsyncClient, forslag: Forslagen, error: Exception, verb: str, said: str
) -> None:
    forslag.refusal = error
    answer = await operator.post(f"{PAGE}/{verb}", data={"forslag": ID, "_id": ID, "skal": "fel_innehall"})
    assert answer.status_code == (403 if isinstance(error, Forbidden) else 409)
    assert said in text(answer)
    assert "<title>Fel: Regelverk" in answer.text


async def test_what_was_just_done_is_said(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    done = await operator.post(f"{PAGE}/godkann", data={"forslag": ID})
    assert GJORT["godkant"] in text(await operator.get(done.headers["location"]))
    assert GJORT["avbojt"] in text(await operator.get(f"{PAGE}?gjort=avbojt"))
    assert "whatever" not in text(await operator.get(f"{PAGE}?gjort=whatever"))


async def test_nothing_is_done_in_the_name_of_another_than_the_form_was_shown_to(
    operator: httpx.AsyncClient, forslag: Forslagen
) -> None:
    """Who approves is who read what differs."""
    for verb in ("godkann", "avboj", "prova"):
        data = {"forslag": ID, "_id": ID, "skal": "fel_innehall", "_av": "/drift.2"}
        assert (await operator.post(f"{PAGE}/{verb}", data=data)).status_code == 409
    assert forslag.asked == []
    assert 'name="_av" value="/drift.1"' in (await operator.get(PAGE)).text


async def test_what_is_no_id_is_nothing_proposed(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    for verb in ("godkann", "avboj", "prova"):
        answer = await operator.post(f"{PAGE}/{verb}", data={"forslag": "1", "skal": "fel_innehall", "_id": ID})
        assert answer.status_code == 409
        assert ELSE in text(answer)
    assert forslag.asked == []


async def test_to_decline_takes_a_reason_and_the_field_is_named(
    operator: httpx.AsyncClient, forslag: Forslagen
) -> None:
    for skal in ("", "whatever"):
        answer = await operator.post(f"{PAGE}/avboj", data={"forslag": ID, "skal": skal})
        assert answer.status_code == 422
        assert f'aria-describedby="skal-{ID}-fel"' in answer.text
        assert FEL["saknas"] in text(answer)
        assert "whatever" not in answer.text
    assert forslag.asked == []


@pytest.mark.parametrize(
    ("kod", "said"),
    [("godkand-av-samma", "Samma person har föreslagit och godkänt"), ("ej-operator", "inte operatör den dagen")],
)
async def test_why_the_gate_refused_is_told(
    operator: httpx.AsyncClient, forslag: Forslagen, kod: str, said: str
) -> None:
    forslag.besked = Besked("h", "avvisas", (kod,))
    for verb in ("godkann", "avboj"):
        answer = await operator.post(f"{PAGE}/{verb}", data={"forslag": ID, "_id": ID, "skal": "fel_innehall"})
        assert answer.status_code == 409
        assert said in text(answer)


async def test_what_the_gate_has_not_come_to_is_said_to_wait(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    forslag.besked = Besked("h")
    for verb in ("godkann", "avboj"):
        answer = await operator.post(f"{PAGE}/{verb}", data={"forslag": ID, "_id": ID, "skal": "fel_innehall"})
        assert STANDS_IN_THE_LOG in text(await operator.get(answer.headers["location"]))


# ------------------------------------------------------------------------------------------ proposing


def sent(*files: tuple[str, bytes], **more: str) -> dict[str, object]:
    data = {"skal": "nya_aktorer", "_id": ID, **more}
    return {"data": data, "files": [("filer", (name, content, "application/yaml")) for name, content in files]}


async def test_files_are_proposed_in_the_name_of_who_sent_them(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    answer = await operator.post(
        f"{PAGE}/foresla", **sent(("frister.yaml", b"1"), ("b.yaml", b"22"), ("ring.yaml", b""))
    )
    assert GJORT["foreslaget"] in text(await operator.get(answer.headers["location"]))
    assert forslag.asked == [("foresla", "drift.1", "b.yaml=2,frister.yaml=1", "nya_aktorer")]


async def test_every_fault_of_the_files_is_told_with_its_place(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    forslag.refusal = DirectoryFault(["frister.yaml:3: `sekunder` must be <whole>", "listor.yaml:1: the file is empty"])
    answer = await operator.post(f"{PAGE}/foresla", **sent(("frister.yaml", b"1")))
    assert answer.status_code == 422
    assert "frister.yaml:3: `sekunder` must be &lt;whole&gt;" in answer.text
    assert "listor.yaml:1: the file is empty" in answer.text
    assert 'aria-describedby="filer-hjalp filer-fel"' in answer.text


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (Conflict("same", code="samma-regelverk"), 409, FEL["samma-regelverk"]),
        (Conflict("proposed", code="redan-foreslaget"), 409, FEL["redan-foreslaget"]),
    ],
)
async def test_what_cannot_be_proposed_is_said_plainly(
    operator: httpx.AsyncClient, forslag: Forslagen, error: Exception, status: int, said: str
) -> None:
    forslag.refusal = error
    answer = await operator.post(f"{PAGE}/foresla", **sent(("frister.yaml", b"1")))
    assert answer.status_code == status
    assert said in text(answer)


async def test_to_propose_takes_a_reason_of_its_own(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    answer = await operator.post(f"{PAGE}/foresla", **sent(("frister.yaml", b"1"), skal="fel_innehall"))
    assert answer.status_code == 422
    assert 'aria-describedby="skal-nytt-fel"' in answer.text
    assert forslag.asked == []


async def test_nothing_is_proposed_in_anothers_name_or_by_another_role(
    operator: httpx.AsyncClient, forslag: Forslagen
) -> None:
    answer = await operator.post(f"{PAGE}/foresla", **sent(("frister.yaml", b"1"), _av="/drift.2"))
    assert answer.status_code == 409
    await operator.post("/webb/logga-in", data={"vem": "revisor/mora/granskare.1"})
    assert (await operator.post(f"{PAGE}/foresla", **sent(("frister.yaml", b"1")))).status_code == 403
    assert forslag.asked == []


async def test_more_than_a_regelverk_is_not_read(operator: httpx.AsyncClient, forslag: Forslagen) -> None:
    answer = await operator.post(f"{PAGE}/foresla", **sent(("frister.yaml", b" " * (sida.LARGEST + 1))))
    assert answer.status_code == 413
    assert forslag.asked == []


# ------------------------------------------------------------------------------------------ a trial


def trial(stand: str = KLAR, funnet: Funnet | None = None, **more: object) -> Prov:
    return replace(Prov(ID, "e" * 64, SMALL.digest, NOW, stand, 0, 0, funnet), **more)  # type: ignore[arg-type]


DONE = trial(KLAR, Funnet((Stracka(0, 10, 1210, kortad=False), Stracka(1, 5, 50_005, kortad=True)), VERKAN))


async def test_while_it_runs_the_page_tells_how_far_it_is_anew_by_itself(
    operator: httpx.AsyncClient, forslag: Forslagen
) -> None:
    forslag.prov = trial(PAGAR, gjort=1_234, av=5_000)
    for path in (PAGE, f"{PAGE}/prov"):
        page = (await operator.get(path)).text
        assert "hx-trigger" in page
        assert '<progress max="5000" value="1234"' in page
    assert "<html" not in (await operator.get(f"{PAGE}/prov")).text
    assert sida.trial.opt[BY_ITSELF], "it prolongs nobody's login"
    forslag.prov = trial(PAGAR)
    assert "Förbereds" in (await operator.get(f"{PAGE}/prov")).text
    forslag.prov = DONE
    assert "hx-trigger" not in (await operator.get(f"{PAGE}/prov")).text


async def test_what_it_found_is_told_in_numbers_by_rule_type_and_municipality(
    operator: httpx.AsyncClient, forslag: Forslagen
) -> None:
    forslag.prov = DONE
    page = text(await operator.get(PAGE))
    assert "1 200 händelser de senaste 30 dagarna dömdes med båda regelverken. 30–34 av dem hade dömts" in page
    assert "20–24 leveranser hade gått fram" in page
    assert "10–14 leveranser hade undanhållits" in page
    assert "5–9 händelser som avvisades hade tagits emot" in page
    assert "hade avvisats" not in page, "one of them is not told of"
    assert "hade fått andra grunder" not in page
    assert "Område 1 har fler poster än så under dagarna: bara de 50 000 senaste är prövade." in page
    assert "Område 0 har fler" not in page
    assert "Efter regel som undanhåller" in page
    assert "K3 Undantag" in page
    assert "Kallelse till SIP" in page
    assert "Ingen kommun" in page


def test_the_most_shifted_comes_first_and_municipalities_by_name() -> None:
    found = effect(DONE, SMALL)
    assert [[row.namn for row in one.rader] for one in found.tabeller] == [
        ["B0 Samtycke saknas, och ingen annan grund", "K3 Undantag"],
        ["Kallelse till SIP"],
        ["mora", "Ingen kommun"],
    ]


def test_where_nothing_differs_that_is_all_that_is_said() -> None:
    found = effect(trial(KLAR, Funnet((), Verkan(handelser=7))), SMALL)
    judged = "7 händelser de senaste 30 dagarna dömdes med båda regelverken."
    assert found.rader == (f"{judged} Färre än 5, kanske ingen, av dem hade dömts annorlunda.", ALIKE)
    assert (found.tabeller, found.slag) == ((), "bra")


@pytest.mark.parametrize("few", [1, 4])
def test_t4_that_a_few_would_be_otherwise_is_told_as_that_none_would(few: int) -> None:
    """Whoever may try what they like would read of one: was there one to that unit, that day?"""
    tal = Tal(few, few, 9 * few, 9 * few)
    made = Verkan(50, few, few, few, few, tal, {"B0": tal}, {"sip_kallelse": tal}, {"mora": tal})
    assert effect(trial(KLAR, Funnet((), made)), SMALL) == effect(trial(KLAR, Funnet((), Verkan(handelser=50))), SMALL)


def test_t4_beside_enough_a_few_are_not_told_nor_worked_out() -> None:
    """Sums are told in steps too, so that what is left of them says nothing."""
    many, few = Tal(41, 2, 60, 30), Tal(2, 0, 30, 0)
    made = Verkan(100, 45, alla=Tal(43, 2, 90, 30), typer={"sip_kallelse": many, "orosanmalan": few})
    [typer] = effect(trial(KLAR, Funnet((), made)), SMALL).tabeller
    assert typer.rader == (Talrad("Kallelse till SIP", "40–44", "färre än 5", "60–64", "färre än 5"),)


async def test_its_result_stands_with_the_proposal_it_is_of_and_is_old_once_another_is_in_force(
    operator: httpx.AsyncClient, forslag: Forslagen
) -> None:
    other = "44444444-4444-4444-8444-444444444444"
    forslag.visad = shown(proposal(), proposal(id=other, digest="c" * 64))
    forslag.prov = DONE
    first, second = (await operator.get(PAGE)).text.split(f'id="f-{other}"')
    assert "Prövning av regelverk eeeeeeeeeeee: klart" in first
    assert "Prövning av regelverk" not in second
    assert GAMMALT not in first
    forslag.prov = replace(DONE, bas="b" * 64)
    assert GAMMALT in (await operator.get(PAGE)).text
    assert effect(forslag.prov, SMALL).slag == "okant"
    forslag.visad = shown(proposal(GODKANT))
    assert "Senaste prövning" in text(await operator.get(PAGE))


@pytest.mark.parametrize(
    ("prov", "rubrik", "rader"),
    [
        (trial(AVBRUTEN), "avbrutet", ()),
        (trial(FAILED), "gick inte att göra", ()),
        (trial(FAILED, fel=FOR_LANG), "gick inte att göra", (VARFOR[FOR_LANG],)),
        (trial(FAILED, fel="whatever"), "gick inte att göra", ()),
    ],
)
def test_one_that_found_nothing_says_why_where_it_can(prov: Prov, rubrik: str, rader: tuple[str, ...]) -> None:
    found = effect(prov, SMALL)
    assert (found.rubrik, found.rader) == (f"Prövning av regelverk eeeeeeeeeeee: {rubrik}", rader)
    assert found.slag == "okant"


# ------------------------------------------------------------------------------------------ words


def test_the_projects_own_regelverk_is_told_whole_in_words() -> None:
    own = read_regelverk(resources.root() / "deploy" / "regelverk", {})
    named = replace(own, operatorer=(Operator("drift.1", "2026-01-01"),))
    content = {one.id: one for one in told(Bild(named, {0: ()}, (), ()), "drift.1", DAY).innehall}
    assert set(content) == {"aktorer", "frister", "bestammelser", "listor", "roller", "bevaranden"}
    assert len(content["aktorer"].rader) == len(own.katalog.aktorer)
    assert len(content["bestammelser"].rader) == len(own.bestammelser)
    assert ("operatör", "drift.1", "", "2026-01-01–") in content["roller"].rader
    for one in content.values():
        assert all(len(row) == len(one.rubriker) for row in one.rader)


def test_every_deadline_list_part_and_reason_has_words() -> None:
    own = read_regelverk(resources.root() / "deploy" / "regelverk", {})
    assert set(own.frister) == set(regelverkskoder.FRISTER)
    assert set(own.listor) == set(regelverkskoder.LISTOR)
    assert set(regelverkskoder.DELAR) == set(SLAG)
    assert {OPPET, FORALDRAT, SAKNAS, HALVVAGS, GODKANT, AVBOJT} == set(STAND)


@pytest.mark.parametrize(
    ("frist", "words"),
    [
        (Frist(3600), "1 tim"),
        (Frist(1800), "30 min"),
        (Frist(90), "90 s"),
        (Frist(), "0 s"),
        (Frist(dagar=0), "slutet av samma dag"),
        (Frist(dagar=3, arbetstid=True), "slutet av dag 3, i arbetstid"),
        (Frist(3600, dagar=3), "slutet av dag 3 och 1 tim"),
        (Frist(3600, kommuner={"mora": Frist(1800)}), "1 tim; mora: 30 min"),
    ],
)
def test_a_deadline_is_told_as_a_clerk_would_say_it(frist: Frist, words: str) -> None:
    assert time(frist) == words


def test_what_differs_is_told_a_table_for_each_part() -> None:
    found = differences(
        [
            Andring("aktor", "orsa", TILLAGD, "Orsa kommun"),
            CHANGED,
            Andring("regel", "befolkningsgrans", ANDRAD, "", (Falt("", "25000", "1"),)),
            Andring("lista", "marke X", TILLAGD),
        ]
    )
    assert [(one.namn, one.kort) for one in found] == [
        ("Aktörer", "1 läggs till"),
        ("Frister", "1 ändras"),
        ("Regler", "1 ändras"),
        ("Slutna listor", "1 läggs till"),
    ]
    assert found[0].rader == (("Orsa kommun (orsa)", "läggs till", ""),)
    assert found[2].rader[0][2] == "25000 → 1"
    assert found[3].rader[0][0] == "marke X"


def test_a_municipalitys_own_deadline_is_named_with_it() -> None:
    [one] = differences([Andring("frist", "nytt", ANDRAD, "", (Falt("mora sekunder", "", "1800"),))])
    assert one.rader == (("nytt", "ändras", "mora sekunder: inget → 1800"),)
