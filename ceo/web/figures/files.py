"""The files of an edition: what each is for, about how large it is, and the file itself as a stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.response import Stream

from ceo.web.api.files import FileAnswer
from ceo.web.api.negotiation import PUBLIC
from ceo.web.figures.asked import Asked, open_cube
from ceo.web.installation import Installation
from ceo.web.languages import N_
from exports.release.formats import RELEASE_FORMATS


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is called and for whom it is. `start` and `each` are its bytes: of any file, and of every figure in it."""

    label: str
    use: str
    start: int
    each: float


# For people first, then for programs. Sizes were measured on a national release (366,786 figures) and on one of twelve municipalities.
KINDS: Final[Mapping[str, FileKind]] = {
    "xlsx": FileKind("Excel", N_("Om te lezen en mee te rekenen. Met een blad per thema en een toelichting."), 20_000, 118),
    "ods": FileKind("ODS", N_("Hetzelfde voor LibreOffice en andere programma’s."), 20_000, 55),
    "csv": FileKind("CSV", N_("Alle cijfers onder elkaar, een cijfer per regel. Voor elk rekenprogramma."), 2_000, 215),
    "csv-metadata.json": FileKind("CSVW", N_("Beschrijft de kolommen van het CSV-bestand voor programma’s."), 18_000, 0),
    "parquet": FileKind("Parquet", N_("Dezelfde tabel, klein en snel. Voor R, Python en DuckDB."), 30_000, 8),
    "json": FileKind("JSON", N_("Dezelfde cijfers voor websites en programma’s."), 18_000, 270),
    "sdmx-structure.json": FileKind("SDMX-structuur (JSON)", N_("De begrippen en codelijsten, voor statistiekbureaus."), 42_000, 0.29),
    "sdmx-structure.xml": FileKind("SDMX-structuur (XML)", N_("De begrippen en codelijsten, voor statistiekbureaus."), 67_000, 0.42),
    "sdmx.csv": FileKind("SDMX-CSV", N_("Alle cijfers volgens de standaard van statistiekbureaus."), 2_000, 174),
    "sdmx.xml": FileKind("SDMX-ML", N_("Alle cijfers volgens de standaard van statistiekbureaus."), 4_000, 297),
    "ddi.xml": FileKind("DDI", N_("Het codeboek: de vragen, de antwoorden en de metingen."), 35_000, 0.07),
    "ttl": FileKind("DCAT (Turtle)", N_("Beschrijft deze uitgave voor datacatalogi."), 15_000, 0.17),
    "jsonld": FileKind("DCAT (JSON-LD)", N_("Beschrijft deze uitgave voor datacatalogi."), 20_000, 0.26),
}  # fmt: skip
_THOUSAND: Final = 1000
_AROUND: Final[Mapping[str, str]] = {"cache-control": PUBLIC}


def about_size(extension: str, figures: int) -> str:
    """Return about how large a file of so many figures is, in one or two digits.

    >>> about_size("csv", 366_786), about_size("parquet", 366_786), about_size("ttl", 366_786)
    ('79 MB', '3 MB', '77 kB')
    """
    kind = KINDS[extension]
    kilobytes = (kind.start + kind.each * figures) / _THOUSAND
    if kilobytes < _THOUSAND:
        return f"{max(round(kilobytes, -1 if kilobytes >= 100 else None), 1):.0f} kB"  # noqa: PLR2004 - two digits
    return f"{kilobytes / _THOUSAND:.0f} MB"


async def send_file(
    request: Request[Any, Any, Any], installation: Installation, asked: Asked, extension: str
) -> Response[Any] | Stream:
    """Send a file of an edition, or a reference to it. The same edition gives the same bytes."""
    from ceo.web.figures.citing import REFERENCES

    if extension in RELEASE_FORMATS:
        form = RELEASE_FORMATS[extension]
        answer = FileAnswer(request, installation, asked.edition, extension, form.media_type, _AROUND)
        return answer.unchanged() or await answer.send(form, lambda: open_cube(installation, asked))
    if extension not in REFERENCES:
        raise NotFoundException
    kind, write = REFERENCES[extension]
    answer = FileAnswer(request, installation, asked.edition, extension, f"{kind}; charset=utf-8", _AROUND)
    same = answer.unchanged()
    if same is not None:
        return same
    release = await open_cube(installation, asked)
    return Response(write(release.facts, release.seal), media_type=answer.media_type, headers=answer.headers)
