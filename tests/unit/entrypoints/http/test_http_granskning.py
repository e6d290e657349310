"""Auditors' questions over HTTP: one address, three forms, and nothing in the address."""

import httpx
import pytest
from hubfakes import EVENT_ID, Fake, bearer, token

from samverkanshub.domain.errors import Forbidden, NotFound
from samverkanshub.pipeline.granskning.fraga import Fraga, Sida

ROWS = [{"tid": 1, "skal": ["a", "b"], "namn": '=a,"b"'}, {"tid": 2, "skal": [], "namn": "å"}]


async def ask(web: httpx.AsyncClient, query: str = "", **body: object) -> httpx.Response:
    return await web.post(f"/granskning/arende{query}", json=body, headers=bearer(token(revisor=True)))


async def test_a_question_is_handed_on_whole_and_its_page_back(hub: Fake, web: httpx.AsyncClient) -> None:
    answer = await ask(web, handelse=EVENT_ID, antal=7, markor="m0", omfattning="myndighet:mora")
    rows = [{"tid": 1, "skal": ["a", "b"]}]
    assert answer.json() == {"kolumner": ["tid", "skal"], "rader": rows, "markor": "m", "vidare": False}
    [[caller, fraga, given]] = hub.calls("ask")
    assert (caller.revisor, fraga) == (True, "arende")
    assert given == Fraga(handelse=EVENT_ID, antal=7, markor="m0", omfattning="myndighet:mora")


async def test_rows_are_exported_as_csv_and_json_lines_with_the_cursor_beside(
    hub: Fake, web: httpx.AsyncClient
) -> None:
    hub.says["ask"] = Sida(("tid", "skal", "namn"), ROWS, "m")
    table, lines = await ask(web, "?format=csv"), await ask(web, "?format=jsonl")
    assert table.text == 'tid,skal,namn\r\n1,a b,"\'=a,""b"""\r\n2,,å\r\n'
    assert lines.text == '{"tid":1,"skal":["a","b"],"namn":"=a,\\"b\\""}\n{"tid":2,"skal":[],"namn":"å"}\n'
    assert [one.headers["samverkan-markor"] for one in (table, lines)] == ["m", "m"]
    assert [one.headers["samverkan-vidare"] for one in (table, lines)] == ["0", "0"]
    kinds = [one.headers["content-type"].partition(";")[0] for one in (table, lines)]
    assert kinds == ["text/csv", "application/jsonl"]


async def test_where_it_was_looked_no_further_that_is_said_in_every_form(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["ask"] = Sida(("tid",), [], "m", vidare=True)
    assert (await ask(web)).json() == {"kolumner": ["tid"], "rader": [], "markor": "m", "vidare": True}
    assert [(await ask(web, f"?format={one}")).headers["samverkan-vidare"] for one in ("csv", "jsonl")] == ["1", "1"]


async def test_an_answer_without_rows_has_its_columns(hub: Fake, web: httpx.AsyncClient) -> None:
    hub.says["ask"] = Sida(("tid", "skal"), [], "")
    assert [(await ask(web, f"?format={form}")).text for form in ("csv", "jsonl")] == ["tid,skal\r\n", ""]


@pytest.mark.parametrize(
    ("query", "body", "falt"),
    [("?format=xml", {}, "/format"), ("", {"innehall": True}, ""), ("", {"antal": "x"}, "/antal")],
)
async def test_what_no_question_has_is_refused_and_not_repeated(
    hub: Fake, web: httpx.AsyncClient, query: str, body: dict[str, object], falt: str
) -> None:
    answer = await ask(web, query, **body)
    assert (answer.status_code, answer.json().get("falt", "")) == (400, falt)
    assert hub.calls("ask") == []


@pytest.mark.parametrize(("error", "status"), [(Forbidden("no"), 403), (NotFound("no"), 404)])
async def test_an_export_that_is_refused_is_a_problem_as_any_other(
    hub: Fake, web: httpx.AsyncClient, error: Exception, status: int
) -> None:
    hub.says["ask"] = error
    answer = await ask(web, "?format=csv")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
