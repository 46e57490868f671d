"""The API is exactly what its document says: random requests, right and wrong ones, to every address, with all checks of schemathesis."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, settings
from installation import settings_on
from journeys.serving import PATIENCE
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from web.programs import EDITION, START

from ceo.web.api.openapi.examples import requests_of
from ceo.web.app import create_app
from ceo.workflows.api_allowances import Allowances, Limit

# Random requests to one address; what is at the edges of its schema and the examples come on top.
MOST_EXAMPLES = 6
WITHOUT_END = Limit(capacity=1_000_000, per_second=1_000_000.0)


# What is answered is the same on both databases, and other tests look at both: one of them is enough work here.
@pytest.fixture(scope="module")
def address(released_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real server with a published release, which lets everybody ask as much as they like."""
    folder = tmp_path_factory.mktemp("schema")
    shutil.copytree(released_sqlite.parent, folder, dirs_exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = f"http://127.0.0.1:{port}"
    app = create_app(settings_on(f"sqlite+aiosqlite:///{folder / released_sqlite.name}", folder, found))
    app.state.allowances = Allowances(WITHOUT_END, WITHOUT_END)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.05)
        yield found
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


@pytest.fixture(scope="module")
def document(address: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{address}{START}/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def api(document: dict[str, Any]) -> BaseSchema:
    """The document as schemathesis reads it."""
    schema = schemathesis.openapi.from_dict(document)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    return schema


asked = schemathesis.pytest.from_fixture("api")


@pytest.mark.xdist_group("api schema")
@asked.parametrize()
@settings(
    max_examples=MOST_EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_the_document_says(case: Case, address: str) -> None:
    case.call_and_validate(base_url=address, timeout=PATIENCE)


@pytest.mark.xdist_group("api schema")
def test_the_document_names_every_route_of_the_api_and_no_other(document: dict[str, Any], address: str) -> None:
    app = create_app(settings_on("sqlite+aiosqlite:///", Path(), address))
    routes = {
        route.path_format.replace(":str", "").replace(":int", "")
        for route in app.routes
        if route.path.startswith(START) and "instroom" not in route.path
    }
    assert set(document["paths"]) == routes


@pytest.mark.xdist_group("api schema")
def test_examples_are_as_their_schemas_say_and_examples_of_requests_can_be_asked(
    document: dict[str, Any], address: str
) -> None:
    seen = 0
    for item in document["paths"].values():
        for answer in item["get"]["responses"].values():
            for content in answer.get("content", {}).values():
                if "example" in content:
                    schema = {"components": document["components"], **content["schema"]}
                    Draft202012Validator(schema).validate(content["example"])
                    seen += 1
    assert seen > len(document["paths"])
    with httpx.Client() as client:
        for path, typed in requests_of(document).items():
            answer = client.get(typed.removeprefix("curl '").removesuffix("'"))
            assert answer.status_code == 200, (path, answer.text)


@pytest.mark.xdist_group("api schema")
def test_the_page_that_describes_the_api_needs_nothing_from_elsewhere_and_no_script(address: str) -> None:
    page = httpx.get(f"{address}{START}/docs")
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "<script" not in page.text
    sources = [part.split('"')[0] for part in page.text.split('src="')[1:]]
    assert not sources
    for path in (EDITION.replace("wmo-landelijk-2026/1", "{name}/{edition}"), f"{START}/releases"):
        assert f"GET {path}" in page.text
