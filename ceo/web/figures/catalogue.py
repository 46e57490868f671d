"""The catalogue: every release, and the way to an indicator or a municipality by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.web.figures.allowances import Reader
from ceo.web.figures.asked import Asked, Drawing, open_cube, send_kept
from ceo.web.figures.catalogue_index import Found, Index, index_of, matches, search
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import Links, render_figures
from ceo.web.installation import Installation
from ceo.workflows.releases.public import PublicEdition, newest_of_each, public_editions

# In signs: nobody looks for more.
_LONGEST: Final = 80


@dataclass(frozen=True, slots=True)
class Listed:
    """A release in the catalogue with what a search found in it; `is_found`: the search is about the release itself."""

    edition: PublicEdition
    index: Index
    is_found: bool
    indicators: Found
    municipalities: Found

    @property
    def anything(self) -> bool:
        """Return whether a search found something here."""
        return self.is_found or bool(self.indicators.entries or self.municipalities.entries)


@get("/")
async def show_catalogue(
    request: Request[Any, Any, Any],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Response[Any]:
    """Show the newest edition of every release, and what a search found in them."""
    asked = " ".join(request.query_params.get("zoek", "")[:_LONGEST].split())
    newest = newest_of_each(await public_editions(installation.database))
    days = [day for one in newest for day in (one.published_on, one.ended_on)]

    async def prepare(links: Links, language: str) -> Callable[[], str]:
        indexes = [await _index(installation, kept, one) for one in newest]

        def drawn() -> str:
            listed = [_listed(one, index, asked) for one, index in zip(newest, indexes, strict=True)]
            values = {"listed": listed, "asked": asked, "found": [one for one in listed if one.anything]}
            return render_figures("catalogue.html", language, links, values)

        return drawn

    about = [asdict(one) for one in newest]
    # Whatever people look for is drawn for them alone: what they type has no end.
    drawing = Drawing("catalogue.html", about, days, (("zoek", asked),), prepare, keep=not asked)
    return await send_kept(Reader(request, installation), kept, drawing)


async def _index(installation: Installation, kept: KeptPages, edition: PublicEdition) -> Index:
    if edition.digest not in kept.indexes:
        release = await open_cube(installation, Asked(edition, edition.edition))
        kept.indexes[edition.digest] = index_of(release.facts)
    return kept.indexes[edition.digest]


def _listed(edition: PublicEdition, index: Index, asked: str) -> Listed:
    return Listed(
        edition,
        index,
        matches(index.words, asked),
        search(index.indicators, asked),
        search(index.municipalities, asked),
    )
