"""The agreement that an address names, and the page about it, on which it is also told why something was not done."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK

from analysis.microdata.rule import MicrodataFault, MicrodataRule
from ceo.storage.agreements import Agreement
from ceo.storage.people import NATIONAL
from ceo.storage.releases import ReleaseState
from ceo.web.installation import Installation
from ceo.web.national.agreements.words import AGREEMENT_WORDS, AREAS, FORMS, standing_of
from ceo.web.staff.pages import staff_page
from ceo.workflows.api_keys.making import MadeKey
from ceo.workflows.api_keys.making import works as key_works
from ceo.workflows.microdata.agreeing import find_agreement, works
from ceo.workflows.microdata.forms import AGREEMENT
from ceo.workflows.microdata.keys import keys_of
from ceo.workflows.releases.reading import find_release
from ceo.workflows.releases.standing import name_of

HOME: Final = "/werk/landelijk/overeenkomsten"
_NUMBER: Final = re.compile(r"\d{4}-[1-9]\d{0,8}", re.ASCII)
_USUAL_KEY_DAYS: Final = 180


async def require_agreement(installation: Installation, number: str) -> Agreement:
    """Return the agreement of an address, or tell that there is no such page."""
    row = await find_agreement(installation.database, number, NATIONAL) if _NUMBER.fullmatch(number) else None
    if row is None:
        raise NotFoundException
    return row


async def agreement_page(
    request: Request[Any, Any, Any],
    row: Agreement,
    *,
    status: int = HTTP_200_OK,
    refused: Sequence[MicrodataFault] = (),
    made: MadeKey | None = None,
    **values: Any,
) -> Response[str]:
    """Answer with the page of an agreement. `refused`: why a file was not made; `made`: a new key, shown this once."""
    installation: Installation = request.app.state.installation
    today = installation.today
    edition = await find_release(installation.database, row.release, row.edition, public=False)
    assert edition is not None, "an agreement is about an edition"
    keys = await keys_of(installation.database, row.id, NATIONAL)
    return staff_page(
        request,
        "national/agreements/one.html",
        status=status,
        # A key is shown on it once.
        headers={"cache-control": "no-store"} if made is not None else None,
        row=row,
        own=f"{HOME}/{row.id}",
        home=HOME,
        edition=edition,
        withdrawn=edition.state == ReleaseState.WITHDRAWN,
        standing=standing_of(row, today),
        works=works(row, today),
        rule=MicrodataRule.model_validate(row.rule),
        made_by=await name_of(installation.database, row.made_by),
        forms_of_files=FORMS,
        text_form=(AGREEMENT, AGREEMENT_WORDS),
        areas=AREAS,
        refused=refused,
        made=made,
        working_keys=[key for key in keys if key_works(key, today)],
        **{"faults": {}, "typed": {"naam": "", "tot": ""}, **values},
    )
