"""The report of a municipality in an edition: as a page, and as a file for printing; and the two pages for its council."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.web.api.negotiation import PUBLIC, unchanged, validators_of
from ceo.web.figures.asked import Asked, Drawing, find_asked, open_cube, send_kept
from ceo.web.figures.edition_view import places_of, shared_values
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import Links, render_figures
from ceo.web.installation import Installation
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
    reading = _Reading(installation, asked, municipality_code, ReportKind(name))
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

    days = [asked.edition.published_on, asked.edition.ended_on]
    about = (asked.edition.digest, asked.edition.state, asked.newest, municipality_code, name)
    return await send_kept(request, kept, Drawing("report.html", about, days, (), draw))


class _Reading:
    """One report of one municipality that is asked for."""

    def __init__(self, installation: Installation, asked: Asked, municipality: str, kind: ReportKind) -> None:
        self.installation = installation
        self.asked = asked
        self.municipality = municipality
        self.kind = kind

    async def written(self, form: str, write: Callable[[ReportSource, str, ReportKind], bytes]) -> bytes:
        """Return the report as a worker process writes it; the same edition gives the same bytes, so it is written once."""
        installation, edition = self.installation, self.asked.edition
        row = await find_release(installation.database, edition.name, edition.edition, public=True)
        assert row is not None, "what was published does not go away"
        source = await read_report_source(installation.database, row, installation.settings.base_url)
        if self.municipality not in dict(source.asked):
            raise NotFoundException
        key = (f"{edition.digest} {self.municipality}", f"{self.kind.value} {form}")
        return await installation.reports.write_once(key, write, source, self.municipality, self.kind)


async def _send_file(request: Request[Any, Any, Any], reading: _Reading) -> Response[Any]:
    edition = reading.asked.edition
    told = (edition.digest, reading.municipality, reading.kind.value)
    validators = validators_of(told, (edition.published_on,), today=reading.installation.today)
    headers = {"cache-control": PUBLIC, **validators.headers}
    same = unchanged(request, validators, headers)
    if same is not None:
        return same
    content = await reading.written("pdf", write_pdf)
    name = f"{reading.municipality}-{edition.name}-{edition.edition}-{reading.kind.value}{_PDF}"
    headers["content-disposition"] = f'attachment; filename="{name}"'
    return Response(content, media_type=_PDF_TYPE, headers=headers)
