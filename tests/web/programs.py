"""Programs that read the API of a site of their own, on a database with a published release."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from lending import released_on
from litestar import Litestar
from web.running import lent, started

from ceo.clock import dutch_day, now
from ceo.settings import Settings
from ceo.storage.database import Database
from ceo.storage.releases import Release
from ceo.web.installation import Installation
from ceo.workflows.api_keys.making import MadeKey, Scope, WantedKey, make_key
from ceo.workflows.demonstration.national import MEASUREMENT
from ceo.workflows.releases.reading import find_release
from exports.release.cube import SealedCube

START = "/api/v1"
EDITION = f"{START}/releases/{MEASUREMENT}/1"
_addresses = count()


@dataclass(frozen=True)
class Program:
    """A program that asks, at an address of its own, with or without a key."""

    app: Litestar
    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for something; names of headers with underscores."""
        return await self.client.get(path, headers=_named(headers))

    async def ask(self, path: str, **parameters: Any) -> httpx.Response:
        """Ask something of the first edition; a parameter with several values is given several times."""
        return await self.client.get(f"{EDITION}/{path}", params=parameters)

    async def figures(self, **parameters: Any) -> list[dict[str, Any]]:
        """All figures of a selection, page after page."""
        answer, found = await self.ask("figures", **parameters), []
        while True:
            assert answer.status_code == 200, answer.text
            document = answer.json()
            found += document["figures"]
            if document["next"] is None:
                return found
            assert f'<{document["next"]}>; rel="next"' in answer.headers["link"]
            answer = await self.client.get(document["next"])

    @property
    def installation(self) -> Installation:
        """What the handlers share."""
        installation: Installation = self.app.state.installation
        return installation

    @property
    def database(self) -> Database:
        """The open database."""
        return self.installation.database

    def with_key(self, key: str) -> Program:
        """The same program, with a key."""
        return program_on(self.app, key)

    async def with_new_key(self, place: str, *scopes: Scope) -> Program:
        """A program with a new key of a place."""
        wanted = WantedKey("Proef", scopes or (Scope.DRAFTS,), dutch_day() + timedelta(days=1))
        made = await make_key(self.database, place, wanted, actor="u1", now=now())
        assert isinstance(made, MadeKey), made
        return self.with_key(made.key)


def program_on(app: Litestar, key: str = "") -> Program:
    """Return a program at an address that no other one has."""
    number = next(_addresses)
    transport = httpx.ASGITransport(app=app, client=(f"10.99.{number >> 8 & 255}.{number & 255}", 4711))
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return Program(app, httpx.AsyncClient(transport=transport, base_url="http://testserver.local", headers=headers))


def settings_of_release(request: pytest.FixtureRequest, folder: Path) -> Settings:
    """Return the settings of an installation on a copy of the released database of the kind that a fixture's parameter names."""
    return released_on(request).copied(folder).settings


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Program]:
    """Start a site, with a program that has no key."""
    with lent(settings) as app:
        async with started(app):
            yield program_on(app)


async def released(program: Program, edition: int = 1) -> tuple[Release, SealedCube]:
    """The row and the cube of an edition, as the software reads them."""
    row = await find_release(program.database, MEASUREMENT, edition, public=False)
    assert row is not None
    return row, await program.installation.cubes.open(program.database, row)


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The document of a refusal."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    return document


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
