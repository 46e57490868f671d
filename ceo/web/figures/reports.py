"""The report of a municipality in an edition: as a page, and as a file for printing; and the two pages for its council."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.releases import Release
from ceo.web.api.negotiation import PUBLIC, unchanged, validators_of
from ceo.web.figures.allowances import REPORT_COST, Reader
from ceo.web.figures.asked import Drawing, find_asked, open_cube, send_kept
from ceo.web.figures.edition_view import places_of, shared_values
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import Links, render_figures
from ceo.web.installation import Installation
from ceo.workflows.releases.earlier import Chosen, choose_earlier
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.reports import ReportKind, ReportSource, read_report_source, write_page, write_pdf

_PDF: Final = ".pdf"
_PDF_TYPE: Final = "application/pdf"


@get("/{release:str}/{edition:str}/gemeente/{municipality_code:str}/{document:str}")
async def show_report(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[str],
    municipality_code: FromPath[str],
    document: FromPath[str],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Response[Any]:
    """Show the report of a municipality, or send it as a file: `rapport`, `rapport.pdf`, `raad`, `raad.pdf`."""
    name, as_file = document.removesuffix(_PDF), document.endswith(_PDF)
    if name not in set(ReportKind):
        raise NotFoundException
    asked = await find_asked(installation, release, edition)
    row = await find_release(installation.database, asked.edition.name, asked.edition.edition, public=True)
    assert row is not None, "what was published does not go away"
    earlier = await choose_earlier(installation.database, row)
    reading = _Reading(Reader(request, installation), row, earlier, municipality_code, ReportKind(name))
    if as_file:
        return await _send_file(request, reading)

    async def prepare(links: Links, language: str) -> Callable[[], str]:
        cube = await open_cube(installation, asked)
        places = places_of(cube.facts, installation.municipalities)
        place = next((one for one in places if one.code == municipality_code), None)
        if place is None:
            raise NotFoundException
        values = shared_values(cube) | {"asked": asked, "edition": asked.edition, "place": place, "kind": name}
        fragment = (await reading.written("page", write_page)).decode()
        return lambda: render_figures("report.html", language, links, values | {"fragment": fragment})

    # On which day an earlier release was withdrawn is not looked up: the tag tells that something changed, and no day does.
    drawing = Drawing("report.html", (*reading.told, asked.newest), [], (), prepare)
    return await send_kept(reading.reader, kept, drawing)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One report of one municipality that somebody asks for, and the earlier editions on which it looks back."""

    reader: Reader
    row: Release
    earlier: tuple[Chosen, ...]
    municipality: str
    kind: ReportKind

    @property
    def told(self) -> tuple[str, ...]:
        """Return what the report follows from: the same gives the same bytes."""
        row = self.row
        state = (row.state, row.ended_because, str(row.ended_on or ""))
        return (row.digest, *state, self.municipality, self.kind.value, *(one.digest for one in self.earlier))

    async def written(self, form: str, write: Callable[[ReportSource, str, ReportKind], bytes]) -> bytes:
        """Return the report as a worker process writes it, once. Who makes it write one pays for that."""
        installation = self.reader.installation
        if self.row.manifest is None or self.municipality not in self.row.manifest["snapshots"]:
            raise NotFoundException

        async def prepare() -> Callable[[], bytes]:
            source = await read_report_source(
                installation.database, self.row, installation.settings.base_url, municipality=self.municipality
            )
            if not source.asked:
                raise NotFoundException
            return partial(write, source, self.municipality, self.kind)

        key = (json.dumps(self.told), form)
        if not installation.reports.has_public(key):
            await self.reader.pay(REPORT_COST)
        return await installation.reports.write_public(key, prepare)


async def _send_file(request: Request[Any, Any, Any], reading: _Reading) -> Response[Any]:
    row = reading.row
    validators = validators_of(reading.told, (), today=reading.reader.installation.today)
    headers = {"cache-control": PUBLIC, **validators.headers}
    same = unchanged(request, validators, headers)
    if same is not None:
        return same
    content = await reading.written("pdf", write_pdf)
    name = f"{reading.municipality}-{row.name}-{row.edition}-{reading.kind.value}{_PDF}"
    headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=_PDF_TYPE, headers=headers)
