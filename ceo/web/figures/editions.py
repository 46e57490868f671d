"""Pages of an edition: what it is, how it was made, its files, and the way to the newest one."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.web.api.negotiation import PUBLIC
from ceo.web.figures.asked import Sender, find_asked
from ceo.web.figures.files import send_file
from ceo.web.figures.kept_pages import KeptPages
from ceo.web.figures.pages import Links, language_of
from ceo.web.installation import Installation
from ceo.workflows.releases.public import newest_of_each, public_editions


@get("/{release:str}")
async def show_newest(
    request: Request[Any, Any, Any], release: FromPath[str], installation: NamedDependency[Installation]
) -> Redirect:
    """Lead to the newest edition of a release."""
    newest = newest_of_each(await public_editions(installation.database, release))
    if not newest:
        raise NotFoundException
    links = Links(language_of(request), request.scope["path"])
    return Redirect(
        links.to(f"/{release}/{newest[0].edition}"), status_code=HTTP_303_SEE_OTHER, headers={"cache-control": PUBLIC}
    )


@get("/{release:str}/{edition:str}")
async def show_edition(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Any:
    """Show what an edition holds; `1.csv` is the file of edition 1 with that extension."""
    number, dot, extension = edition.partition(".")
    asked = await find_asked(installation, release, number)
    if dot:
        return await send_file(request, installation, asked, extension)
    from ceo.web.figures.edition_view import edition_values

    province = request.query_params.get("provincie", "")
    municipalities = installation.municipalities
    if province and province not in {one.province_code for one in municipalities.values()}:
        raise NotFoundException
    sender = Sender(request, installation, kept, asked, (("provincie", province),))
    return await sender.send("edition.html", lambda cube: edition_values(cube, province, municipalities))


@get("/{release:str}/{edition:str}/methode")
async def show_method(
    request: Request[Any, Any, Any],
    release: FromPath[str],
    edition: FromPath[str],
    installation: NamedDependency[Installation],
    kept: NamedDependency[KeptPages],
) -> Response[Any]:
    """Tell how the figures were made, in plain words and then in detail."""
    from ceo.web.figures.method_view import method_values

    asked = await find_asked(installation, release, edition)
    return await Sender(request, installation, kept, asked).send("method.html", method_values)
