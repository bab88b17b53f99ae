"""The program's log: JSON lines that say which request or job they belong to."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from scepadmin import environment, log_lines

pytestmark = pytest.mark.django_db


@login_not_required
def fail(request: HttpRequest) -> HttpResponse:
    """A view with a bug."""
    del request
    logging.getLogger("tests.view").warning("about to fail, %s", "<b>")
    message = "a bug"
    raise RuntimeError(message)


urlpatterns = [path("fail/", fail)]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written to stderr, through the formatter in the settings."""
    written = io.StringIO()
    chosen = log_lines.settings("INFO")
    formatter = logging.config.DictConfigurator(chosen).configure_formatter(
        chosen["formatters"]["json"]
    )
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


def read(written: io.StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


@pytest.mark.urls("tests.scepadmin.test_log_lines")
def test_lines_of_one_request_have_its_id(client: Client, lines: io.StringIO) -> None:
    client.raise_request_exception = False
    client.get("/fail/", headers={"X-Request-ID": "chosen-by-the-client"})

    said = [line for line in read(lines) if line["level"] in {"warning", "error"}]
    assert said[0]["event"] == "about to fail, <b>"
    assert {line["request_id"] for line in said} == {said[0]["request_id"]}
    assert said[0]["request_id"] != "chosen-by-the-client"
    failures = [line for line in said if "RuntimeError: a bug" in line.get("exception", "")]
    assert [line["request"] for line in failures] == ["GET /fail/"]
    assert set(said[0]) >= {"at", "event", "level", "logger", "request_id"}


def test_the_level_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCEPADMIN_LOG_LEVEL", raising=False)
    assert environment.log_level("SCEPADMIN_LOG_LEVEL") == "WARNING"
    monkeypatch.setenv("SCEPADMIN_LOG_LEVEL", "info")
    assert environment.log_level("SCEPADMIN_LOG_LEVEL") == "INFO"


def test_a_level_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCEPADMIN_LOG_LEVEL", "loud")

    with pytest.raises(ValueError, match="must be one of debug, info, warning, error, not 'LOUD'"):
        environment.log_level("SCEPADMIN_LOG_LEVEL")
