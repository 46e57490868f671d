"""The report of a municipality in an edition: as a page, and as a file for printing; and the two pages for its council."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.storage.releases import Release
from ceo.web.api.negotiation import PUBLIC, unchanged, validators_of
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
    reading = _Reading(installation, row, earlier, municipality_code, ReportKind(name))
    if as_file:
        return await _send_file(request, reading)

    async def draw(links: Links, language: str) -> str:
        cube = await open_cube(installation, asked)
        places = places_of(cube.facts, installation.municipalities)
        place = next((one for one in places if one.code == municipality_code), None)
        if place is None:
            raise NotFoundException
        values = shared_values(cube) | {"asked": asked, "edition": asked.edition, "place": place, "kind": name}
        fragment = (await reading.written("page", write_page)).decode()
        return render_figures("report.html", language, links, values | {"fragment": fragment})

    about = (*reading.told, row.state, asked.newest)
    # On which day an earlier release was withdrawn is not looked up: the tag tells that something changed, and no day does.
    return await send_kept(request, kept, Drawing("report.html", about, [], (), draw))


@dataclass(frozen=True, slots=True)
class _Reading:
    """One report of one municipality that is asked for, and the earlier editions on which it looks back."""

    installation: Installation
    row: Release
    earlier: tuple[Chosen, ...]
    municipality: str
    kind: ReportKind

    @property
    def told(self) -> tuple[str, ...]:
        """Return what the report follows from: the same gives the same bytes."""
        return (self.row.digest, self.municipality, self.kind.value, *(one.digest for one in self.earlier))

    async def written(self, form: str, write: Callable[[ReportSource, str, ReportKind], bytes]) -> bytes:
        """Return the report as a worker process writes it, once."""
        database, base_url = self.installation.database, self.installation.settings.base_url
        source = await read_report_source(database, self.row, base_url, municipality=self.municipality)
        if not source.asked:
            raise NotFoundException
        key = (" ".join(self.told), form)
        return await self.installation.reports.write_once(key, write, source, self.municipality, self.kind)


async def _send_file(request: Request[Any, Any, Any], reading: _Reading) -> Response[Any]:
    row = reading.row
    validators = validators_of(reading.told, (), today=reading.installation.today)
    headers = {"cache-control": PUBLIC, **validators.headers}
    same = unchanged(request, validators, headers)
    if same is not None:
        return same
    content = await reading.written("pdf", write_pdf)
    name = f"{reading.municipality}-{row.name}-{row.edition}-{reading.kind.value}{_PDF}"
    headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=_PDF_TYPE, headers=headers)
