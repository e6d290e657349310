"""T1: a regelverk that one operator proposes and another approves, through the whole hub in memory."""

from dataclasses import replace

import pytest
from foreslagna import ONE, OTHER, SKAL, Prepared, hub_with_operators, new, proposed, service, with_operators
from intakehub import Whole

from samverkanshub import resources
from samverkanshub.adapters.marked import DirectoryFault
from samverkanshub.codec.artefacts import artefacts_of, digests, regelverk_digest
from samverkanshub.domain.actors import Nyckel
from samverkanshub.domain.errors import Conflict, Forbidden, NotFound, Refused
from samverkanshub.domain.operatorer import Operator
from samverkanshub.domain.regelverk import Regelverk
from samverkanshub.domain.skillnad import OPERATOR, TILLAGD
from samverkanshub.pipeline.activation import Approval, change
from samverkanshub.pipeline.foresla import LARGEST
from samverkanshub.pipeline.forslag import Forslagen
from samverkanshub.pipeline.forslagslage import AVBOJT, FORALDRAT, GODKANT, HALVVAGS, OPPET, SAKNAS, Forslagslage
from samverkanshub.pipeline.isteg import following
from samverkanshub.pipeline.rulebook import ActiveRegelverk


@pytest.fixture
async def whole() -> Whole:
    return await hub_with_operators()


@pytest.fixture
def forslag(whole: Whole) -> Forslagen:
    return service(whole)


async def put_forward(forslag: Forslagen, *more: str) -> str:
    return (await forslag.foresla(new(f"f{more}"), ONE, proposed(*more), SKAL)).handelse_id


async def in_force(whole: Whole) -> str:
    return (await ActiveRegelverk(whole.projection, whole.hub.artefacts).current()).digest


async def test_what_is_in_force_is_told_with_from_where_and_by_whom(whole: Whole, forslag: Forslagen) -> None:
    bild = await forslag.bild()
    first, second = bild.aktiveringar[0]
    assert (first.position, second.position) == (0, 1)
    assert (second.foreslagen_av, second.godkand_av) == ("anna", "bo")
    assert bild.regelverk.digest == second.digest == await in_force(whole)
    by_name = {one.namn: one.sedan.position for one in bild.delar}
    assert by_name["operatorer"] == 1, "it came with the second"
    assert {by_name[name] for name in by_name if name != "operatorer"} == {0}, "the rest is as it was"
    assert bild.forslag == ()


async def test_what_one_proposes_is_told_with_what_differs_and_is_not_in_force(
    whole: Whole, forslag: Forslagen
) -> None:
    before = await in_force(whole)
    id_ = await put_forward(forslag)
    [one] = (await forslag.bild()).forslag
    assert (one.id, one.av, one.skal, one.stand) == (id_, ONE, SKAL, OPPET)
    assert [(change.slag, change.hur) for change in one.andringar] == [(OPERATOR, TILLAGD)]
    assert one.digest == regelverk_digest(digests(proposed()))
    assert await in_force(whole) == before


async def test_another_approves_it_and_it_is_in_force_from_its_position(whole: Whole) -> None:
    prepared = Prepared()
    forslag = service(whole, prepared)
    id_ = await put_forward(forslag)
    assert (await forslag.godkann(OTHER, id_)).dom == "godtas"
    bild = await forslag.bild()
    last = bild.aktiveringar[0][-1]
    assert (last.foreslagen_av, last.godkand_av, last.digest) == (ONE, OTHER, await in_force(whole))
    assert last.position == await whole.hub.log.end(0) - 1
    assert bild.regelverk.digest == last.digest
    assert [(one.stand, one.andringar) for one in bild.forslag] == [(GODKANT, ())]
    assert [one.digest for one in prepared.found] == [last.digest], "its actors' topics are there before it is"


async def test_who_proposed_it_cannot_approve_it(whole: Whole, forslag: Forslagen) -> None:
    id_, end = await put_forward(forslag), await whole.hub.log.end(0)
    with pytest.raises(Forbidden) as refused:
        await forslag.godkann(ONE, id_)
    assert refused.value.code == "eget-forslag"
    assert await whole.hub.log.end(0) == end


async def test_approved_twice_it_is_in_force_once(whole: Whole, forslag: Forslagen) -> None:
    id_ = await put_forward(forslag)
    await forslag.godkann(OTHER, id_)
    with pytest.raises(NotFound):
        await forslag.godkann(OTHER, id_)
    assert len((await forslag.bild()).aktiveringar[0]) == 3


async def test_of_two_that_build_on_the_same_the_second_is_refused_and_says_why(
    whole: Whole, forslag: Forslagen
) -> None:
    """A lost update: to approve it would take back what the first brought."""
    first, second = await put_forward(forslag, "drift.3"), await put_forward(forslag, "drift.4")
    whole.hub.clock.ms += 1000
    await forslag.godkann(OTHER, first)
    now, end = await in_force(whole), await whole.hub.log.end(0)
    with pytest.raises(Conflict) as refused:
        await forslag.godkann(OTHER, second)
    assert refused.value.code == FORALDRAT
    assert (await in_force(whole), await whole.hub.log.end(0)) == (now, end)
    assert {one.id: one.stand for one in (await forslag.bild()).forslag} == {first: GODKANT, second: FORALDRAT}


async def test_what_was_changed_and_changed_back_is_what_it_builds_on(whole: Whole, forslag: Forslagen) -> None:
    id_ = await put_forward(forslag)
    for nr, found in enumerate((proposed("drift.5"), artefacts_of(with_operators()))):
        whole.hub.clock.ms += 1000
        await change(found, [0], Approval(new(f"a{nr}"), "anna", "bo"), **whole.hub.writers())
        await whole.log.judge()
    assert (await forslag.bild()).forslag[0].stand == OPPET
    assert (await forslag.godkann(OTHER, id_)).dom == "godtas"


async def test_declined_it_is_settled(whole: Whole, forslag: Forslagen) -> None:
    id_, before = await put_forward(forslag), await in_force(whole)
    await forslag.avboj(new("n"), OTHER, id_, "fel_innehall")
    assert [one.stand for one in (await forslag.bild()).forslag] == [AVBOJT]
    with pytest.raises(NotFound):
        await forslag.godkann(OTHER, id_)
    assert await in_force(whole) == before


async def test_nothing_made_up_is_approved_or_tried(forslag: Forslagen) -> None:
    for verb in (forslag.godkann(OTHER, new("none")), forslag.prova(new("t"), OTHER, new("none"))):
        with pytest.raises(NotFound):
            await verb


async def test_one_that_declines_what_is_no_regelverk_is_no_proposal(forslag: Forslagen) -> None:
    """An act of another kind cannot be approved as a regelverk."""
    id_ = await put_forward(forslag)
    declined = await forslag.avboj(new("n"), OTHER, id_, "fel_innehall")
    with pytest.raises(NotFound):
        await forslag.godkann(OTHER, declined.handelse_id)


async def test_one_whose_artefacts_are_gone_is_told_so_and_cannot_be_approved(whole: Whole, forslag: Forslagen) -> None:
    id_, end = await put_forward(forslag), await whole.hub.log.end(0)
    whole.hub.artefacts._content.pop(digests(proposed())["operatorer"])
    assert [one.stand for one in (await forslag.bild()).forslag] == [SAKNAS]
    with pytest.raises(Conflict) as refused:
        await forslag.godkann(OTHER, id_)
    assert refused.value.code == "artefakt-saknas"
    assert await whole.hub.log.end(0) == end


async def test_who_tries_what_is_in_the_log_before_it_is_tried(whole: Whole, forslag: Forslagen) -> None:
    """T1: what can be asked by trying is asked by name; it settles nothing."""
    id_ = await put_forward(forslag)
    assert (await forslag.prova(new("t"), OTHER, id_)).dom == "godtas"
    assert forslag.provat() is not None
    noted = whole.hub.outcome(await whole.hub.log.end(0) - 1)["atgard"]
    assert (noted["atgard"], noted["vem"], noted["forslag"]) == ("regelverk_provat", OTHER, id_)
    assert [one.stand for one in (await forslag.bild()).forslag] == [OPPET]
    await forslag.avbryt()


async def test_what_cannot_be_noted_is_not_tried(whole: Whole, forslag: Forslagen) -> None:
    id_ = await put_forward(forslag)
    assert (await forslag.prova(new("a"), "nobody", id_)).dom == "avvisas"
    whole.log.paused = True
    assert (await forslag.prova(new("b"), OTHER, id_)).dom == ""
    assert forslag.provat() is None


# ------------------------------------------------------------------------------------------ what cannot be proposed


async def test_the_one_in_force_cannot_be_proposed(forslag: Forslagen) -> None:
    with pytest.raises(Conflict) as refused:
        await forslag.foresla(new("f"), ONE, artefacts_of(with_operators()), SKAL)
    assert refused.value.code == "samma-regelverk"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("frister", b'{"frister":{},"helgdagar":[],"kontorstid":1}', "regelverk-olasligt"),
        ("frister", b"{", "regelverk-olasligt"),
        ("okand", b"{}", "regelverk-olasligt"),
        ("regler", b'{"befolkningsgrans":1,"scheman":["1:ab"],"version":1}', "okant-schema-i-regelverk"),
        ("regler", b'{"befolkningsgrans":1,"scheman":[],"version":99}', "okand-regelversion"),
        ("listor", b" " * (LARGEST + 1), "for-stort"),
    ],
)
async def test_a_bad_one_is_refused_and_nothing_of_it_is_stored(
    whole: Whole, forslag: Forslagen, name: str, content: bytes, code: str
) -> None:
    end, given = await whole.hub.log.end(0), {**proposed(), name: content}
    with pytest.raises(Refused) as refused:
        await forslag.foresla(new("f"), ONE, given, SKAL)
    assert refused.value.code == code
    for digest in {*digests(given).values()} - {*digests(artefacts_of(with_operators())).values()}:
        with pytest.raises(LookupError):
            await whole.hub.artefacts.get(digest)
    assert await whole.hub.log.end(0) == end


@pytest.mark.parametrize(
    "left",
    [(), (Operator(ONE, "2026-01-01"),), (Operator(ONE, "2026-01-01"), Operator("x", "2020-01-01", "2026-01-01"))],
)
async def test_one_that_nobody_could_change_again_by_two_is_refused(
    whole: Whole, forslag: Forslagen, left: tuple[Operator, ...]
) -> None:
    """T1: it would take the pages from everybody who could approve another."""
    end = await whole.hub.log.end(0)
    with pytest.raises(Refused) as refused:
        await forslag.foresla(new("f"), ONE, artefacts_of(replace(with_operators(), operatorer=left)), SKAL)
    assert (refused.value.code, refused.value.falt) == ("for-fa-operatorer", "operatorer")
    assert await whole.hub.log.end(0) == end


@pytest.mark.parametrize("left", [(), (Nyckel("aa", "00", "2026-01-01"),)], ids=["taken away", "holding again"])
async def test_a_key_that_is_revoked_is_so_for_ever(whole: Whole, forslag: Forslagen, left: tuple[Nyckel, ...]) -> None:
    """T1: one taken away could come back later, by who does not know why it was."""

    def with_keys(found: Regelverk, *keys: Nyckel) -> Regelverk:
        return replace(found, katalog=replace(found.katalog, nycklar={"mora": keys}))

    revoked, other = Nyckel("aa", "00", "2026-01-01", aterkallad=True), Nyckel("bb", "01", "2026-01-01")
    await whole.activated(artefacts_of(with_keys(with_operators(), revoked, other)))
    end = await whole.hub.log.end(0)
    with pytest.raises(Refused) as refused:
        await forslag.foresla(new("f"), ONE, artefacts_of(with_keys(with_operators("drift.3"), *left, other)), SKAL)
    assert (refused.value.code, refused.value.falt) == ("aterkallad-nyckel", "nycklar/mora")
    assert await whole.hub.log.end(0) == end
    kept = with_keys(with_operators("drift.3"), replace(revoked, till="2026-02-01"), other)
    assert (await forslag.foresla(new("g"), ONE, artefacts_of(kept), SKAL)).dom == "godtas"


async def test_the_artefact_that_is_bad_is_named(forslag: Forslagen) -> None:
    with pytest.raises(Refused) as refused:
        await forslag.foresla(new("f"), ONE, {**proposed(), "frister": b"{}"}, SKAL)
    assert refused.value.falt == "frister"
    assert "`frister`" in refused.value.detail


def files(**changed: bytes) -> dict[str, bytes]:
    """The project's own files, some of them changed."""
    own = resources.root() / "deploy" / "regelverk"
    found = {path.name: path.read_bytes() for path in own.glob("*.yaml") if path.name != "ring.yaml"}
    return found | {f"{name}.yaml": content for name, content in changed.items()}


BOMB = b"a0: &a0 [x, x]\n" + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (nr, nr, nr - 1, nr - 1) for nr in range(1, 40))
OPERATORS = b"operatorer:\n" + b"".join(
    b"  - {anvandare: drift.%d, giltig_fran: 2026-01-01}\n" % nr for nr in (1, 2, 9)
)


async def test_files_are_compiled_with_the_keys_in_force_and_proposed(whole: Whole, forslag: Forslagen) -> None:
    assert (await forslag.foresla_filer(new("f"), ONE, files(operatorer=OPERATORS), SKAL)).dom == "godtas"
    [one] = (await forslag.bild()).forslag
    assert [(change.slag, change.id) for change in one.andringar] == [(OPERATOR, "drift.9 2026-01-01")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"frister": b"frister: {o4.kvittens: {sekunder: x}}"}, "frister.yaml:1: "),
        ({"frister": b"frister: [\n"}, "not YAML"),
        ({"annat": b"x: 1"}, "annat.yaml:1: it is no file of a regelverk"),
        ({"frister": BOMB}, "frister.yaml:1: it is too deep, or too large"),
        ({"frister": b"a: &a [*a]"}, "frister.yaml:1: it is too deep, or too large"),
        ({"frister": b"[" * 20_000}, "frister.yaml:1: "),
    ],
)
async def test_files_with_faults_are_refused_with_their_places_and_nothing_is_stored(
    whole: Whole, forslag: Forslagen, changed: dict[str, bytes], said: str
) -> None:
    end, stored = await whole.hub.log.end(0), dict(whole.hub.artefacts._content)
    with pytest.raises(DirectoryFault) as fault:
        await forslag.foresla_filer(new("f"), ONE, files(**changed), SKAL)
    assert any(said in one for one in fault.value.faults)
    assert (await whole.hub.log.end(0), whole.hub.artefacts._content) == (end, stored)


async def test_no_file_leads_out_of_the_directory(forslag: Forslagen) -> None:
    with pytest.raises(DirectoryFault):
        await forslag.foresla_filer(new("f"), ONE, {**files(), "../../etc/x.yaml": b"x: 1"}, SKAL)


# ------------------------------------------------------------------------------------------ several områden


@pytest.fixture
async def two() -> Whole:
    """A hub of two områden, whose gate has the second too."""
    made = await hub_with_operators()
    for nr in (0, 1):
        found = artefacts_of(with_operators())
        await change(found, [1], Approval(new(f"start{nr}"), "anna", "bo"), **made.hub.writers())
    await made.hub.gate.assign(1)
    return made


async def judged(whole: Whole, partition: int) -> None:
    end = await whole.hub.log.end(partition)
    await whole.hub.gate.batch(partition, [one async for one in whole.hub.log.records(partition, 0, end)])


async def test_it_is_in_force_in_every_omrade(two: Whole) -> None:
    await judged(two, 1)
    forslag = service(two, omraden=2)
    id_ = await put_forward(forslag)
    assert (await forslag.godkann(OTHER, id_)).dom == "godtas"
    await judged(two, 1)
    bild = await forslag.bild()
    assert {number: found[-1].digest for number, found in bild.aktiveringar.items()} == {
        0: bild.regelverk.digest,
        1: bild.regelverk.digest,
    }
    assert bild.forslag[0].stand == GODKANT


async def test_begun_and_not_done_everywhere_it_is_carried_on_with(two: Whole) -> None:
    await judged(two, 1)
    forslag = service(two, omraden=2)
    id_ = await put_forward(forslag)
    await service(two, omraden=1).godkann(OTHER, id_)
    assert (await forslag.bild()).forslag[0].stand == "halvvags"
    await forslag.godkann(OTHER, id_)
    await judged(two, 1)
    assert (await forslag.bild()).forslag[0].stand == GODKANT


async def test_while_the_gate_is_away_nothing_is_said_and_no_other_omrade_is_changed(two: Whole) -> None:
    await judged(two, 1)
    forslag = service(two, omraden=2)
    id_ = await put_forward(forslag)
    two.log.paused, end = True, await two.hub.log.end(1)
    assert (await forslag.godkann(OTHER, id_)).dom == ""
    assert await two.hub.log.end(1) == end
    two.log.paused = False
    await two.log.judge()
    assert (await forslag.godkann(OTHER, id_)).dom == "godtas"
    assert await two.hub.log.end(1) == end + 1


async def test_of_two_approved_while_the_gate_is_away_it_takes_the_first_and_refuses_the_second(
    whole: Whole, forslag: Forslagen
) -> None:
    """T1: the gate has the last word, since what it has not judged nobody can know."""
    first, second = await put_forward(forslag, "drift.3"), await put_forward(forslag, "drift.4")
    whole.log.paused = True
    assert [(await forslag.godkann(OTHER, one)).dom for one in (first, second)] == ["", ""]
    whole.log.paused = False
    await whole.log.judge()
    end = await whole.hub.log.end(0)
    assert whole.hub.outcome(end - 2)["dom"] == "godtas"
    assert whole.hub.outcome(end - 1)["skal"] == [{"regel": "T1", "kod": "bygger-pa-annat-regelverk"}]
    bild = await forslag.bild()
    assert {one.id: one.stand for one in bild.forslag} == {first: GODKANT, second: FORALDRAT}
    assert bild.regelverk.digest == regelverk_digest(digests(proposed("drift.3")))


async def test_late_after_another_in_one_omrade_it_is_not_put_back_there_and_that_one_is_finished(two: Whole) -> None:
    """T1: what was approved first comes late to the second område, where what builds on it is in force already."""
    await judged(two, 1)
    alone, both = service(two), service(two, omraden=2)
    first = await put_forward(alone, "drift.3")
    await alone.godkann(OTHER, first)
    two.hub.clock.ms += 1000
    second = await put_forward(alone, "drift.3", "drift.4")
    await alone.godkann(OTHER, second)
    by_area = await both._isteg.aktiveringar()
    late = following({0: by_area[0][:-1], 1: by_area[1]}, 1)
    await both.slutfor()
    await both._isteg.activate(proposed("drift.3"), 1, late)
    await judged(two, 1)
    bild = await both.bild()
    assert (
        bild.aktiveringar[1][-1].digest
        == bild.regelverk.digest
        == regelverk_digest(digests(proposed("drift.3", "drift.4")))
    )
    assert bild.efter == ()


async def test_an_omrade_that_got_another_by_itself_is_brought_back_in_step(two: Whole) -> None:
    """The first's id is taken there: what is finished has one of its own."""
    await judged(two, 1)
    forslag = service(two, omraden=2)
    id_ = await put_forward(forslag)
    await forslag.godkann(OTHER, id_)
    await change(proposed("drift.9"), [1], Approval(new("alone"), "anna", "bo"), **two.hub.writers())
    await judged(two, 1)
    bild = await forslag.bild()
    assert (bild.efter, bild.forslag[0].stand) == ((1,), HALVVAGS)
    await forslag.slutfor()
    await judged(two, 1)
    assert (await forslag.bild()).efter == ()
    with pytest.raises(NotFound):
        await forslag.slutfor()


async def test_halfway_it_is_told_what_differs_where_it_is_not_in_force(two: Whole) -> None:
    await judged(two, 1)
    id_ = await put_forward(service(two))
    await service(two).godkann(OTHER, id_)
    [one] = (await service(two, omraden=2).bild()).forslag
    assert (one.stand, [(change.slag, change.hur) for change in one.andringar]) == (HALVVAGS, [(OPERATOR, TILLAGD)])


# ------------------------------------------------------------------------------------------ crossing each other


async def test_approved_and_then_declined_while_the_gate_is_away_it_is_approved_and_is_finished(two: Whole) -> None:
    """T1: the first in the log settles it, and what is in force is not told as declined."""
    await judged(two, 1)
    forslag = service(two, omraden=2)
    id_ = await put_forward(forslag)
    two.log.paused = True
    assert (await forslag.godkann(OTHER, id_)).dom == ""
    await forslag.avboj(new("n"), ONE, id_, "fel_innehall")
    two.log.paused = False
    await two.log.judge()
    bild = await forslag.bild()
    assert (bild.forslag[0].stand, bild.efter) == (HALVVAGS, (1,))
    await forslag.godkann(OTHER, id_)
    await judged(two, 1)
    bild = await forslag.bild()
    assert (bild.forslag[0].stand, bild.efter) == (GODKANT, ())


async def test_declined_and_then_proposed_and_approved_anew_the_first_is_still_declined(
    whole: Whole, forslag: Forslagen
) -> None:
    first = await put_forward(forslag)
    await forslag.avboj(new("n"), OTHER, first, "behover_utredas")
    whole.hub.clock.ms += 1000
    second = (await forslag.foresla(new("again"), OTHER, proposed(), SKAL)).handelse_id
    await forslag.godkann(ONE, second)
    assert {one.id: one.stand for one in (await forslag.bild()).forslag} == {first: AVBOJT, second: GODKANT}


async def test_refused_since_another_came_first_it_can_be_approved_once_that_is_changed_back(
    whole: Whole, forslag: Forslagen
) -> None:
    """T1: an id that the gate has refused is taken, so the next approval has another."""
    id_ = await put_forward(forslag)
    whole.log.paused = True
    await change(proposed("drift.7"), [0], Approval(new("before"), "anna", "bo"), **whole.hub.writers())
    await forslag.godkann(OTHER, id_)
    whole.log.paused = False
    await whole.log.judge()
    assert whole.hub.outcome(await whole.hub.log.end(0) - 1)["skal"][0]["kod"] == "bygger-pa-annat-regelverk"
    await change(artefacts_of(with_operators()), [0], Approval(new("back"), "anna", "bo"), **whole.hub.writers())
    await whole.log.judge()
    assert (await forslag.godkann(OTHER, id_)).dom == "godtas"
    assert (await forslag.bild()).forslag[0].stand == GODKANT


async def test_approved_through_two_apis_at_once_the_second_says_how_it_stands(
    whole: Whole, forslag: Forslagen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate takes it for a repeat, which says nothing of what became of the first."""
    id_, other = await put_forward(forslag), service(whole)
    before = await other._lage()
    assert (await forslag.godkann(OTHER, id_)).dom == "godtas"
    looks = iter([before, await other._lage(), await other._lage()])

    async def look() -> Forslagslage:
        return next(looks)

    monkeypatch.setattr(other, "_lage", look)
    assert (await other.godkann(OTHER, id_)).dom == "godtas"
    looks = iter([before, before])
    with pytest.raises(NotFound):
        await other.godkann(OTHER, id_)
