"""The page for the council: what a lay reader understands in five minutes, and the same as two pages to print."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from hashlib import sha256
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from markupsafe import Markup

from ceo.storage.municipalities import Municipality
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.mirroring.requiring import Opened, opened
from ceo.web.staff.pages import go_to, staff_page
from ceo.workflows.mirroring.council import CouncilNews, council_news, with_news, write_council_page
from ceo.workflows.mirroring.reading import OwnEdition, newest_by_core, own_editions
from ceo.workflows.releases.earlier import choose_earlier
from ceo.workflows.releases.reports import ReportKind, ReportSource, read_report_source, write_pdf
from ceo.workflows.rights import Right

_PDF_TYPE: Final = "application/pdf"


@get("/raad", **needs(Right.SEE_CYCLE))
async def show_council(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show what the council is told: figures, what goes well and less well, since last time, what was agreed, and words of clients."""
    newest = newest_by_core(await own_editions(installation.database, municipality.code))
    edition = _asked(request, newest)
    fragment, news = Markup(), None
    if edition is not None:
        found = await opened(installation, edition)
        news = await council_news(installation.database, municipality.code, edition, today=installation.today)
        written = await _written(installation, found, municipality.code, news, ("page", write_council_page))
        fragment = Markup(written.decode())  # noqa: S704 - written by exports.html, which escapes every text
    return staff_page(
        request, "staff/mirroring/council.html", editions=newest, own_edition=edition, fragment=fragment, news=news
    )


@get("/raad.pdf", **needs(Right.SEE_CYCLE))
async def send_council(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Send the same as a PDF of at most two pages: where there is too little room, with the most important news."""
    edition = _asked(request, newest_by_core(await own_editions(installation.database, municipality.code)))
    if edition is None:
        return go_to(f"/werk/{municipality.code}/raad")
    found = await opened(installation, edition)
    news = await council_news(installation.database, municipality.code, edition, today=installation.today)
    content = await _written(installation, found, municipality.code, news, ("pdf", write_pdf))
    name = f"{municipality.code}-{edition.release}-{edition.edition}-raad-besloten.pdf"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "private, no-store"}
    return Response(content, media_type=_PDF_TYPE, headers=headers)


def _asked(request: Request[Any, Any, Any], newest: dict[str, OwnEdition]) -> OwnEdition | None:
    """Return the edition of the core that was asked for (`kern`), the newest of all without; None when there is none at all."""
    core = request.query_params.get("kern", "")
    if core and core not in newest:
        raise NotFoundException
    return newest[core] if core else next(iter(newest.values()), None)


async def _written(
    installation: Installation,
    found: Opened,
    municipality: str,
    news: CouncilNews,
    form: tuple[str, Callable[[ReportSource, str, ReportKind], bytes]],
) -> bytes:
    """Return the pages as a worker process writes them, once for the same figures and news.

    The key holds a digest of the news and not its words: what a client takes back must not stay behind in it.
    """
    name, write = form
    row = found.row
    earlier = [one.digest for one in await choose_earlier(installation.database, row)]
    told = [row.digest, row.state, row.ended_because, municipality, earlier, asdict(news)]
    key = sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    async def prepare() -> Callable[[], bytes]:
        source = await read_report_source(
            installation.database, row, installation.settings.base_url, municipality=municipality
        )
        return partial(write, with_news(source, news), municipality, ReportKind.COUNCIL)

    return await installation.reports.write_public((f"council {key}", name), prepare)


ROUTES: Final = (show_council, send_council)
