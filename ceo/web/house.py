"""The house in which a page is drawn: the style sheet of a municipality, with its colours and its logo, and whom residents can turn to.

Everything is kept in memory, so that no page waits for a query. What was changed elsewhere is looked for in the background.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.database import Database
from ceo.storage.municipalities import Municipality
from ceo.web.compressing import Packed, pack, send_packed
from ceo.workflows.house.contact import NO_CONTACT, Contact
from ceo.workflows.house.logos import aspect_of
from ceo.workflows.house.style import NO_STYLE, Style, newer_styles

_LOG: Final = logging.getLogger(__name__)
# Seconds between two looks at the database.
_REST: Final = 30.0
# In rem: a logo is at most so high and so wide beside the name in the header.
_LOGO_HEIGHT: Final = 2.5
_LOGO_WIDTH: Final = 8.0
_COMMENT: Final = re.compile(r"\s*/\*.*?\*/\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class House:
    """What a page shows of the municipality that it belongs to. `code` is "" for pages that belong to none."""

    code: str
    contact: Contact
    stylesheet: Packed

    @property
    def style(self) -> str:
        """Return the address of the style sheet; it changes with the content, so that browsers may keep it for a year."""
        return f"/{self.code}/stijl.css?v={self.stylesheet.version}" if self.code else ""


class HouseStyles:
    """The houses of all municipalities of one process."""

    def __init__(self, database: Database, municipalities: Iterable[str]) -> None:
        self._database = database
        self._nowhere = House("", NO_CONTACT, stylesheet_of(NO_STYLE))
        self._houses = {code: House(code, NO_CONTACT, self._nowhere.stylesheet) for code in municipalities}
        self._numbers: dict[str, int] = {}
        self._looked_at = 0.0
        self._looking: asyncio.Task[None] | None = None

    def of(self, code: str) -> House:
        """Return the house of a municipality as it was last seen; for any other code the house of nobody."""
        if time.monotonic() - self._looked_at > _REST and self._looking is None:
            self._looking = asyncio.create_task(self._look_later())
        return self._houses.get(code, self._nowhere)

    async def look(self) -> None:
        """See which municipalities have another style than the last time."""
        self._looked_at = time.monotonic()
        for code, style in (await newer_styles(self._database, self._numbers)).items():
            self._houses[code] = House(code, style.contact, stylesheet_of(style))
            self._numbers[code] = style.number

    async def _look_later(self) -> None:
        try:
            await self.look()
        except Exception:  # noqa: BLE001 - whatever went wrong, pages keep the style that they have
            _LOG.exception("house styles could not be read; pages keep those of the last time")
        finally:
            self._looking = None

    async def close(self) -> None:
        """Finish looking."""
        if self._looking is not None:
            await self._looking


@asynccontextmanager
async def open_house_styles(database: Database, municipalities: Iterable[str]) -> AsyncIterator[HouseStyles]:
    """Read all house styles before the first page is asked for."""
    houses = HouseStyles(database, municipalities)
    await houses.look()
    try:
        yield houses
    finally:
        await houses.close()


def house_of(request: Request[Any, Any, Any]) -> House:
    """Return the house of the address that is asked for, also when there is no such page."""
    houses: HouseStyles = request.app.state.installation.houses
    return houses.of(request.scope["path"].split("/", 2)[1])


def stylesheet_of(style: Style) -> Packed:
    """Return the style of every page, with the choices of one municipality behind it."""
    return pack("\n".join((_shared_style(), *_own_rules(style))).encode(), "text/css")


@get("/stijl.css")
async def send_stylesheet(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],  # noqa: ARG001 - an address of no municipality is refused
) -> Response[bytes]:
    """Send the style of a municipality."""
    return send_packed(request, house_of(request).stylesheet)


@cache
def _shared_style() -> str:
    text = files("ceo.web").joinpath("static", "resident.css").read_text(encoding="utf-8")
    return _COMMENT.sub("\n", text).strip()


def _own_rules(style: Style) -> Iterator[str]:
    tokens = style.theme.tokens
    if tokens:
        yield f":root {{ {' '.join(f'{name}: {value};' for name, value in tokens.items())} }}"
    if style.logo:
        height = min(_LOGO_HEIGHT, _LOGO_WIDTH / aspect_of(style.logo))
        yield ".top { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem; }"
        yield (
            f'.top::before {{ content: ""; inline-size: {height * aspect_of(style.logo):.2f}rem; block-size: {height:.2f}rem; '
            f'background: url("{style.logo}") center / contain no-repeat; print-color-adjust: exact; }}'
        )
