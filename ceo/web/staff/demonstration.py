"""Looking around in the workplace of the demonstration as one of its people."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from ceo.clock import now
from ceo.web.installation import Installation
from ceo.web.staff.access import ANYONE, needs
from ceo.web.staff.pages import go_to, keep_signed_in, staff_page
from ceo.workflows.demonstration.staff import people_to_be
from ceo.workflows.staff.signed_in import begin_sign_in


@get("/rondkijken", **needs(ANYONE))
async def show_people_to_be(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation]
) -> Response[str]:
    """Show as whom a visitor of the demonstration can look around."""
    people = await people_to_be(installation.database, installation.settings)
    if not people:
        raise NotFoundException
    names = {code: municipality.name for code, municipality in installation.municipalities.items()}
    return staff_page(request, "staff/look_around.html", people=people, names=names)


@post("/rondkijken/{person_id:str}", **needs(ANYONE))
async def look_around(
    request: Request[Any, Any, Any], person_id: FromPath[str], installation: NamedDependency[Installation]
) -> Response[Any]:
    """Sign a visitor in as one of the people of the demonstration."""
    people = await people_to_be(installation.database, installation.settings)
    if person_id not in {person.id for person in people}:
        raise NotFoundException
    secret = await begin_sign_in(installation.database, person_id, complete=True, device="", now=now())
    answer = go_to("/werk")
    keep_signed_in(request, answer, secret)
    return answer
