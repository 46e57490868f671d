"""What is written to the log: a line for each request, and nothing about persons."""

import json
import logging
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import httpx
import pytest
import structlog
from litestar import Litestar, get
from litestar.params import FromPath
from web.running import Site

from ceo.logs import set_up_logs, told_fault
from ceo.settings import Settings
from ceo.storage.municipalities import shipped_municipalities
from ceo.web.app import assemble, settled
from ceo.workflows.installation.keyring import UnknownKeyError

pytestmark = pytest.mark.anyio
PROXY, ELSEWHERE = "10.0.0.1", "192.0.2.7"


@pytest.fixture(autouse=True)
def _logs_of_the_tests() -> Iterator[None]:
    """Put the log back as pytest made it."""
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@get("/stuk/{code:str}", sync_to_thread=False)
def break_down(code: FromPath[str]) -> str:
    """Fail on what somebody sent, as a fault of ours would."""
    return str(int(code))


@cache
def _breaking() -> Litestar:
    """Return an application with a fault; one that does not run is as new."""
    app = assemble()
    app.register(break_down)
    return app


@asynccontextmanager
async def serving(settings: Settings, **changes: Any) -> Any:
    """A site that logs for programs."""
    changed = replace(settings, **{"log_form": "json", "trusted_proxies": (f"{PROXY}/32",), **changes})
    set_up_logs(changed)
    app = settled(_breaking(), changed)
    async with app.lifespan():
        yield Site(app, changed, iter([row.code for row in shipped_municipalities()]))


def client_at(site: Site, peer: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site.app, client=(peer, 4711), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://testserver.local")


def lines(written: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.splitlines()]


async def test_a_request_is_one_line_with_its_route_and_without_its_address(
    installation_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(installation_settings) as site:
        opened = await site.round()
        capsys.readouterr()
        browser = site.browser()
        answer = await browser.client.get(f"/{opened.municipality}/code/{opened.codes[0]}")
        written = capsys.readouterr().err
    [line] = lines(written)
    assert set(line) == {"timestamp", "level", "event", "method", "route", "status", "ms", "request_id"}
    assert (line["event"], line["level"], line["method"], line["status"]) == ("request", "info", "GET", 303)
    assert line["route"] == "/{municipality_code}/code/{code}"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert 0 < line["ms"] < 60_000
    assert [known for known in (opened.codes[0], opened.municipality) if known in written] == []
    assert re.search(r"\d+\.\d+\.\d+\.\d+", written) is None, "where a request came from"


async def test_the_id_of_a_request_comes_from_a_trusted_proxy_or_is_made(
    installation_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {(PROXY, "van-de-proxy-1"): True, (ELSEWHERE, "van-de-proxy-1"): False}
    given |= {(PROXY, wrong): False for wrong in ("", "a b", "a" * 65, "a\u00e9", "<script>")}
    async with serving(installation_settings) as site:
        for (peer, sent), taken in given.items():
            async with client_at(site, peer) as client:
                answer = await client.get("/gezond", headers=[(b"x-request-id", sent.encode("latin-1"))])
            assert (answer.headers["x-request-id"] == sent) is taken
        ids = [line["request_id"] for line in lines(capsys.readouterr().err)]
    assert len(set(ids)) == len(given)


async def test_a_fault_is_logged_with_its_path_through_the_code_and_without_what_was_sent(
    installation_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(installation_settings) as site, client_at(site, ELSEWHERE) as client:
        answer = await client.get("/stuk/geheim")
        written = capsys.readouterr().err
    assert answer.status_code == 500
    fault, request = lines(written)
    assert (fault["level"], fault["request_id"]) == ("error", answer.headers["x-request-id"])
    assert "in break_down" in fault["exception"]
    assert fault["exception"].endswith("ValueError")
    assert request["route"] == "/stuk/{code}"
    assert "geheim" not in written


@pytest.mark.parametrize("form", ["json", "text"])
async def test_at_the_level_of_warnings_requests_are_not_logged(
    installation_settings: Settings, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    async with (
        serving(installation_settings, log_form=form, log_level="warning") as site,
        client_at(site, ELSEWHERE) as client,
    ):
        await client.get("/gezond")
        assert capsys.readouterr().err == ""
        await client.get("/stuk/geheim")
        assert "in break_down" in capsys.readouterr().err


async def test_an_address_that_is_no_page_is_logged_without_it(
    installation_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with serving(installation_settings) as site, client_at(site, ELSEWHERE) as client:
        await client.get("/geheim/pad?geheim=1")
        written = capsys.readouterr().err
    assert [(line["route"], line["status"]) for line in lines(written)] == [("", 404)]
    assert "geheim" not in written


def test_what_others_log_is_cut_to_its_first_line(capsys: pytest.CaptureFixture[str], tmp_path: Any) -> None:
    set_up_logs(Settings(tmp_path, "", "http://localhost", log_form="json"))
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: ValueError('geheim')")
    logging.getLogger("ceo.web.house").warning("twee\nregels")
    logging.getLogger("uvicorn.error").info("Started server process")
    assert [line["event"] for line in lines(capsys.readouterr().err)] == [
        "Task exception was never retrieved",
        "twee\nregels",
    ]


def test_the_message_of_an_exception_is_told_only_when_our_own_code_wrote_it() -> None:
    assert told_fault(UnknownKeyError("no key 'ab'")).endswith("UnknownKeyError: no key 'ab'")
    assert told_fault(AssertionError("a round has a day")) == "AssertionError: a round has a day"
    assert told_fault(KeyError("geheim")) == "KeyError"
    assert told_fault(FileNotFoundError(2, "No such file", "/geheim")) == "FileNotFoundError: No such file"


def test_what_led_to_a_fault_is_told_too() -> None:
    try:
        try:
            int("geheim")
        except ValueError as error:
            raise LookupError("geheim") from error
    except LookupError as error:
        told = told_fault(ExceptionGroup("geheim", [error]))
    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        "ExceptionGroup",
        "with",
        "ValueError",
        "which led to",
        "LookupError",
    ]
    assert 'int("geheim")' in told  # the line of the code itself


def test_exceptions_that_lead_to_each_other_are_told_once() -> None:
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert told_fault(first).splitlines() == ["KeyError", "which led to", "ValueError"]
