"""What the pages on which somebody decides about an edition have in common: what was looked at, the reason, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.web.staff.access import place_of
from ceo.web.staff.pages import go_to, staff_words
from ceo.web.staff.releases.requiring import edition_address, first, release_page
from ceo.web.staff.releases.words import DECIDED
from ceo.workflows.releases.deciding import By, Looked, ReleaseDecided
from ceo.workflows.releases.standing import Standing
from ceo.workflows.rights import Staff

Form = Mapping[str, Sequence[str]]
# Of a reason, which readers see beside the figures.
LONGEST_REASON: Final = 1000


def looked_at(standing: Standing, form: Form) -> Looked:
    """Return what somebody decided about: the edition with the digest that stood on the page."""
    return Looked(standing.row.name, standing.row.edition, first(form, "controlegetal"))


def decided_by(request: Request[Any, Any, Any], staff: Staff) -> By:
    """Return who decides, and for which place."""
    return By(place_of(request), staff.id, now())


def reason_in(form: Form) -> str:
    """Return the reason that was typed; "" when there is none, or it is too long."""
    reason = first(form, "reden")
    return reason if len(reason) <= LONGEST_REASON else ""


def ask_why(
    request: Request[Any, Any, Any], template: str, standing: Standing, form: Form | None = None, *, told: str = ""
) -> Response[str]:
    """Answer with a page that asks for a reason; again, with what is wrong (`told`), when the one in the form does not do."""
    return release_page(
        request,
        template,
        standing,
        status=HTTP_422_UNPROCESSABLE_ENTITY if told else HTTP_200_OK,
        typed=first(form or {}, "reden"),
        faults={"reden": staff_words(request, told, most=LONGEST_REASON)} if told else {},
    )


def answer_to(
    request: Request[Any, Any, Any], standing: Standing, decided: ReleaseDecided, *, done: str
) -> Response[Any]:
    """Lead back to the edition, which tells what was done (`done` is its code there); or answer why it was not."""
    if decided is ReleaseDecided.DONE:
        return go_to(edition_address(request, standing), done=done)
    return not_decided(request, standing, decided)


def not_decided(request: Request[Any, Any, Any], standing: Standing, decided: ReleaseDecided) -> Response[str]:
    """Answer with why a decision was not taken, and what to do; the edition is as it was."""
    if decided is ReleaseDecided.UNKNOWN:
        raise NotFoundException
    told = staff_words(request, DECIDED[decided], most=LONGEST_REASON)
    return release_page(request, "staff/releases/not_decided.html", standing, status=HTTP_409_CONFLICT, told=told)
