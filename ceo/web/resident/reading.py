"""Reading otherwise: in another language, or in the other register."""

from __future__ import annotations

import re
from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.held_keys import held_key
from ceo.web.installation import Installation
from ceo.web.readers import chosen_reader, keep_choice, reader_of, within
from ceo.workflows.answering.answer import OpenDraft, open_draft, read_on_as

# Where a choice can lead back to, below the municipality's own address. The page for doing without mail has the token of its link.
_PLACE: Final = re.compile(r"(?:[a-z]+(?:-[a-z]+)*|afmelden/[A-Za-z0-9_-]{1,100})?")


@post("/weergave", status_code=HTTP_303_SEE_OTHER)
async def choose_reading(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[Any]:
    """Keep how a client wants to read, in the draft if there is one, and show the same page again."""
    form = await read_form(request)
    reader = reader_of(request, None)
    key = held_key(request, municipality)
    draft = (
        await open_draft(installation.database, installation.versions, key, today=installation.today) if key else None
    )
    if isinstance(draft, OpenDraft):
        reader = within(chosen_reader(form, draft.reader) or draft.reader, draft.questionnaire)
        await read_on_as(installation.database, draft, reader)
    else:
        reader = within(chosen_reader(form, reader) or reader, None)
    place = "".join(form.get("terug", ())[:1])
    answer = Redirect(
        f"/{municipality.code}/{place if _PLACE.fullmatch(place) else ''}".rstrip("/"), status_code=HTTP_303_SEE_OTHER
    )
    keep_choice(answer, reader, secure=installation.settings.secure)
    return answer
