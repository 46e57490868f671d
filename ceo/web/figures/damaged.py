"""Figures that were changed since they were published: they are not shown, and readers are told why."""

from __future__ import annotations

from typing import Any, Final

from litestar import MediaType, Request, Response
from litestar.status_codes import HTTP_503_SERVICE_UNAVAILABLE

from ceo.web.figures.pages import Links, language_of, render_figures
from ceo.workflows.releases.files import DamagedEditionError

# In seconds.
_AGAIN: Final = "3600"


def tell_damaged(request: Request[Any, Any, Any], _: DamagedEditionError) -> Response[str]:
    """Tell that figures are damaged. The log has told which."""
    language = language_of(request)
    page = render_figures("damaged.html", language, Links(language, request.scope["path"]), {})
    headers = {"retry-after": _AGAIN, "cache-control": "no-store"}
    return Response(page, status_code=HTTP_503_SERVICE_UNAVAILABLE, media_type=MediaType.HTML, headers=headers)
