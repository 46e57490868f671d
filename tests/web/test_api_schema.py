"""The API is exactly what its document says: random requests, right and wrong ones, to every address, with all checks of schemathesis."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
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
from postgresql import clone_database, run_sql
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from web.programs import EDITION, START

from ceo.web.api.openapi.examples import requests_of
from ceo.web.app import create_app
from ceo.workflows.api_allowances import Allowances, Limit

# Random requests to one address; what is at the edges of its schema and the examples come on top.
MOST_EXAMPLES = 6
WITHOUT_END = Limit(capacity=1_000_000, per_second=1_000_000.0)


@contextmanager
def served(database_url: str, folder: Path) -> Iterator[str]:
    """Serve an installation as in production, but let everybody ask as much as they like; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    found = f"http://127.0.0.1:{port}"
    app = create_app(settings_on(database_url, folder, found))
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
def addresses(
    released_sqlite: Path,
    postgresql: str,
    released_postgresql: tuple[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, str]]:
    """The addresses of two real servers with the same published release, one on each database."""
    here, there = (tmp_path_factory.mktemp("schema") for _ in range(2))
    shutil.copytree(released_sqlite.parent, here, dirs_exist_ok=True)
    template, keys = released_postgresql
    shutil.copytree(keys, there, dirs_exist_ok=True)
    name = clone_database(postgresql, template)
    with (
        served(f"sqlite+aiosqlite:///{here / released_sqlite.name}", here) as on_sqlite,
        served(postgresql.format(name=name), there) as on_postgresql,
    ):
        yield on_sqlite, on_postgresql
    run_sql(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def address(addresses: tuple[str, str]) -> str:
    """The address of one of the servers, for what does not depend on the database."""
    return addresses[0]


@pytest.fixture(scope="module")
def address_for(addresses: tuple[str, str]) -> Callable[[Case], str]:
    """Say which server gets a request: each gets half of them, and the same request goes to the same one when it is tried again."""
    turns, found = cycle(addresses), dict[str, str]()

    def choose(case: Case) -> str:
        asked = f"{case.method} {case.formatted_path} {case.query} {case.headers} {case.cookies} {case.body}"
        if asked not in found:
            found[asked] = next(turns)
        return found[asked]

    return choose


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
def test_every_answer_is_as_the_document_says(case: Case, address_for: Callable[[Case], str]) -> None:
    case.call_and_validate(base_url=address_for(case), timeout=PATIENCE)


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
    document: dict[str, Any], addresses: tuple[str, str]
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
            if "Authorization" in typed:  # without a key there is nothing to ask
                continue
            for address in addresses:
                answer = client.get(typed.removeprefix("curl '").removesuffix("'").replace(addresses[0], address))
                assert answer.status_code == 200, (path, address, answer.text)


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
