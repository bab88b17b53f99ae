"""Rows ticked in a list."""

from uuid import UUID

import pytest

from django.http import Http404
from django.test import RequestFactory

from webui import selection

ONE = UUID(int=1)
TWO = UUID(int=2)


def test_rows_come_in_the_body_or_in_the_url(rf: RequestFactory) -> None:
    body = {"object": [str(ONE), str(TWO)], "ask": "1"}

    assert selection.chosen(rf.post("/", body)) == [ONE, TWO]
    assert selection.chosen(rf.get("/", body)) == [ONE, TWO]
    assert selection.chosen(rf.post(f"/?object={ONE}")) == [ONE]
    assert selection.chosen(rf.get("/")) == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_row_that_is_no_uuid_does_not_exist(rf: RequestFactory, method: str) -> None:
    with pytest.raises(Http404):
        selection.chosen(getattr(rf, method)("/", {"object": "junk"}))


def test_a_tool_asks_and_its_dialog_acts(rf: RequestFactory) -> None:
    assert selection.is_question(rf.get("/"))
    assert selection.is_question(rf.post("/", {"ask": "1"}))
    assert not selection.is_question(rf.post("/", {"object": str(ONE)}))
