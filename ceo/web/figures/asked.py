"""The edition that an address names, and how a page of it is answered: kept pages and conditional requests before any figure is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from ceo.clock import dutch_day
from ceo.web.api.negotiation import PUBLIC, unchanged, validators_of
from ceo.web.compressing import send_packed
from ceo.web.figures.allowances import CHOSEN_PAGE_COST, PAGE_COST, Reader
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import Links, language_of, render_figures
from ceo.web.installation import Installation
from ceo.web.pages import static_address
from ceo.workflows.releases.public import PublicEdition, public_editions
from ceo.workflows.releases.reading import find_release

if TYPE_CHECKING:
    from exports.release.cube import SealedCube

Choices = tuple[tuple[str, str], ...]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """An edition that was asked for, and the number of the newest one of its release."""

    edition: PublicEdition
    newest: int

    @property
    def path(self) -> str:
        """Return its place below the start of the figures."""
        return f"/{self.edition.name}/{self.edition.edition}"


async def find_asked(installation: Installation, name: str, edition: str) -> Asked:
    """Return a published edition. Whatever is not published, or never was, is not found."""
    found = await public_editions(installation.database, name)
    asked = next((one for one in found if str(one.edition) == edition), None)
    if asked is None:
        raise NotFoundException
    return Asked(asked, max(one.edition for one in found))


async def open_cube(installation: Installation, asked: Asked) -> SealedCube:
    """Return the cube of an edition."""
    row = await find_release(installation.database, asked.edition.name, asked.edition.edition, public=True)
    if row is None:  # it was published a moment ago, and nothing that was published goes away
        raise NotFoundException
    return await installation.cubes.open(installation.database, row)


@dataclass(frozen=True, slots=True)
class Sender:
    """Answers one request for a page of an edition. `choices` are those of the address that the page depends on."""

    request: Request[Any, Any, Any]
    installation: Installation
    kept: KeptPages
    asked: Asked
    choices: Choices = ()

    async def send(self, template: str, view: Callable[[SealedCube], Values], *, keep: bool = True) -> Response[Any]:
        """Answer with a page; `view` makes its values from the cube when the page is not kept. `keep`: others may ask for it."""

        async def prepare(links: Links, language: str) -> Callable[[], str]:
            release = await open_cube(self.installation, self.asked)
            around = {"asked": self.asked, "edition": self.asked.edition}
            return lambda: render_figures(template, language, links, around | dict(view(release)))

        about = (asdict(self.asked.edition), self.asked.newest)
        days = [self.asked.edition.published_on, self.asked.edition.ended_on]
        reader = Reader(self.request, self.installation)
        return await send_kept(reader, self.kept, Drawing(template, about, days, self.choices, prepare, keep))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page to be drawn: of which template, what it is `about`, on which days that changed, and by which choices.

    `prepare` reads what it is drawn from, and returns the plain function that draws it. `keep`: others may ask for it.
    """

    template: str
    about: Any
    days: list[date | None]
    choices: Choices
    prepare: Callable[[Links, str], Awaitable[Callable[[], str]]]
    keep: bool = True


async def send_kept(reader: Reader, kept: KeptPages, drawing: Drawing) -> Response[Any]:
    """Answer that nothing changed, or with the kept page, or with one that is drawn now, which the reader pays for."""
    request = reader.request
    language, path = language_of(request), request.scope["path"]
    told = (drawing.template, path, drawing.about, drawing.choices, language, *_styles())
    validators = validators_of(told, drawing.days, today=dutch_day())
    # Weak: a page may be sent packed or as it is.
    headers = {**validators.headers, "etag": f"W/{validators.etag}", "cache-control": PUBLIC}
    answer: Response[Any] | None = unchanged(request, validators)
    if answer is None:
        links = Links(language, path, drawing.choices)
        if validators.etag not in kept:
            await reader.pay(CHOSEN_PAGE_COST if any(value for _, value in drawing.choices) else PAGE_COST)
        page = await kept.find(
            validators.etag, lambda: drawing.prepare(links, language), reader=reader.source, keep=drawing.keep
        )
        answer = send_packed(request, page)
    answer.headers.update(headers)
    return answer


@cache
def _styles() -> tuple[str, ...]:
    return tuple(static_address(name) for name in ("resident.css", "figures.css"))
