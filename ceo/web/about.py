"""Pages about the pages: what happens with answers, and who can use the questionnaire and how that was tested."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency

from ceo.storage.municipalities import Municipality
from ceo.web.held_keys import COOKIE as ACCESS_COOKIE
from ceo.web.installation import Installation
from ceo.web.readers import COOKIE as READING_COOKIE
from ceo.web.readers import reader_of, reader_page
from ceo.web.resident.thanking import MARKER as SENT_COOKIE
from ceo.workflows.answering.promises import rounds_of
from ceo.workflows.results.editions import FLOOR

# Where residents can go who find no hearing at their municipality.
_PRIVACY_AUTHORITY: Final = "https://autoriteitpersoonsgegevens.nl"
_OMBUDSMAN: Final = "https://www.nationaleombudsman.nl"


@get("/privacy")
async def show_privacy(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Tell what is kept, for what, how long, who sees it, and what residents can ask for."""
    rounds = await rounds_of(installation.database, municipality.code)
    return reader_page(
        "privacy.html",
        reader_of(request, None),
        None,
        place="privacy",
        municipality=municipality,
        round=rounds[0] if rounds else None,
        rounds=[one for one in rounds if one.opens_on <= installation.today],
        floor=FLOOR,
        access_cookie=ACCESS_COOKIE,
        reading_cookie=READING_COOKIE,
        sent_cookie=SENT_COOKIE,
        authority=_PRIVACY_AUTHORITY,
    )


@get("/toegankelijkheid")
async def show_accessibility(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Tell for whom the pages were made, how that was tested, what is known to fall short, and where to turn."""
    rounds = await rounds_of(installation.database, municipality.code)
    return reader_page(
        "accessibility.html",
        reader_of(request, None),
        None,
        place="toegankelijkheid",
        municipality=municipality,
        round=rounds[0] if rounds else None,
        ombudsman=_OMBUDSMAN,
    )
