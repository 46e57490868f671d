"""Pages that only a failing server sends: made by a server that fails on purpose, and put in the way of the browser."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx
from browser.staging import LANGUAGES
from installation import settings_on
from litestar import get
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from playwright.sync_api import Page

from ceo.storage.commit_group import QueueFullError
from ceo.web.app import create_app
from ceo.workflows.installation.installing import install

_FAILURES: Final = (400, 403, 413, 429, 500, 503)


def failing(status: int) -> Callable[[Page], object]:
    """Return the step that loads the page once more from a server that fails with a status."""

    def load_again(page: Page) -> None:
        told = _told()[page.evaluate("navigator.language"), status]
        page.route(page.url, lambda route: route.fulfill(status=status, content_type="text/html", body=told), times=1)
        page.reload()

    return load_again


@get("/mislukt/{status:int}", sync_to_thread=False)
def _fail(status: FromPath[int]) -> None:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        raise QueueFullError
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        raise RuntimeError
    raise HTTPException(status_code=status)


@cache
def _told() -> dict[tuple[str, int], str]:
    """Return what the server answers when it fails, by language and status."""
    with ThreadPoolExecutor(max_workers=1) as beside, tempfile.TemporaryDirectory() as folder:
        # The browser's own event loop runs in this thread.
        return beside.submit(asyncio.run, _fail_in_every_way(Path(folder))).result()


async def _fail_in_every_way(folder: Path) -> dict[tuple[str, int], str]:
    settings = settings_on(f"sqlite+aiosqlite:///{folder / 'ceo.sqlite3'}", folder)
    await install(settings)
    app = create_app(settings)
    app.register(_fail)
    transport = httpx.ASGITransport(app=app)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url=settings.base_url) as client:
        return {
            (language, status): (await client.get(f"/mislukt/{status}", headers={"accept-language": language})).text
            for language in LANGUAGES
            for status in _FAILURES
        }
