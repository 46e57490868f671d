"""Stopping for now: what was answered is kept, and how to come back."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.web.held_keys import COOKIE
from ceo.web.readers import reader_page
from ceo.web.resident.entrance import HeldDraft
from ceo.web.resident.questions import go_to


@get("/stoppen")
async def show_stop(municipality: NamedDependency[Municipality], draft: HeldDraft) -> Response[Any]:
    """Tell how to come back, and until when."""
    return reader_page(
        "stop.html",
        draft.reader,
        draft.questionnaire,
        place="stoppen",
        municipality=municipality,
        round=draft.round,
        answered=sum(answer.value is not None for answer in draft.path.environment.values()),
    )


@post("/stoppen", status_code=HTTP_303_SEE_OTHER)
async def leave(municipality: NamedDependency[Municipality]) -> Response[Any]:
    """Forget the key on this device: for a computer that others use too."""
    answer = go_to(municipality, "")
    answer.delete_cookie(COOKIE, path=f"/{municipality.code}")
    return answer
