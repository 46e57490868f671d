"""What leaves under an agreement: a file that is recorded when it is fetched, and a key with which its user fetches them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from analysis.microdata.rule import MicrodataFault
from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.agreements.requiring import agreement_page, require_agreement
from ceo.web.national.desk import first
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_words
from ceo.web.staff.rounds.typed import read_day
from ceo.workflows.api_keys.making import LONGEST_LABEL, MOST_KEYS, KeyFault, MadeKey
from ceo.workflows.microdata.forms import MEDIA_TYPES, MicrodataFile
from ceo.workflows.microdata.handing_out import WantedFile, hand_out
from ceo.workflows.microdata.keys import make_agreement_key
from ceo.workflows.releases.deciding import By
from ceo.workflows.rights import Right, Staff

_KEY_FAULTS: Final[Mapping[KeyFault, tuple[str, str]]] = {
    KeyFault.LABEL: ("naam", N_("Vul in welk programma de sleutel krijgt, in hoogstens %(longest)s tekens.")),
    KeyFault.EXPIRES: (
        "tot",
        N_("Vul een dag in van vandaag tot de laatste dag van de overeenkomst, en hoogstens een jaar verder."),
    ),
    KeyFault.TOO_MANY: (
        "naam",
        N_("Er werken al %(most)s sleutels. Trek eerst een sleutel in die niet meer nodig is."),
    ),
}


@post("/overeenkomsten/{number:str}/bestand", status_code=HTTP_200_OK, **needs(Right.HAND_OUT_DATA))
async def fetch_file(
    request: Request[Any, Any, Any],
    number: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Hand out a file, or tell why it does not leave."""
    row = await require_agreement(installation, number)
    form = first(await read_form(request), "vorm")
    if form not in MEDIA_TYPES:
        raise NotFoundException
    by = By(NATIONAL, staff.id, now())
    made = await hand_out(installation.database, installation.settings, WantedFile(row.id, form), by)
    if isinstance(made, tuple):
        return await agreement_page(request, row, status=HTTP_409_CONFLICT, refused=made)
    return file_answer(made)


@post("/overeenkomsten/{number:str}/sleutels", status_code=HTTP_200_OK, **needs(Right.HAND_OUT_DATA))
async def make_key(
    request: Request[Any, Any, Any],
    number: FromPath[str],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Make a key of the agreement, and show it this once."""
    if not staff.may(Right.MANAGE_KEYS, NATIONAL):
        raise PermissionDeniedException
    row = await require_agreement(installation, number)
    form = await read_form(request)
    label, last_day = first(form, "naam"), first(form, "tot")
    by = By(NATIONAL, staff.id, now())
    made = await make_agreement_key(installation.database, row.id, label, read_day(last_day), by)
    if isinstance(made, MadeKey):
        return await agreement_page(request, row, made=made)
    refused = tuple(one for one in made if isinstance(one, MicrodataFault))
    faults = {
        _KEY_FAULTS[one][0]: staff_words(request, _KEY_FAULTS[one][1], longest=LONGEST_LABEL, most=MOST_KEYS)
        for one in made
        if isinstance(one, KeyFault)
    }
    return await agreement_page(
        request,
        row,
        status=HTTP_409_CONFLICT if refused else HTTP_422_UNPROCESSABLE_ENTITY,
        refused=refused,
        faults=faults,
        typed={"naam": label, "tot": last_day},
    )


def file_answer(made: MicrodataFile) -> Response[bytes]:
    """Answer with a file that no browser keeps."""
    headers = {"content-disposition": f'attachment; filename="{made.name}"', "cache-control": "private, no-store"}
    return Response(made.content, media_type=MEDIA_TYPES[made.form], headers=headers)


ROUTES: Final = (fetch_file, make_key)
