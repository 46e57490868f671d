"""What the pages about working together share: who acts, what was typed, and what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from litestar import Request
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.people import NATIONAL
from ceo.storage.together import Theme
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.desk import number_in
from ceo.web.staff.access import place_of
from ceo.web.staff.pages import staff_words
from ceo.web.staff.together.words import FIELDS, fault_words
from ceo.workflows.releases.deciding import By
from ceo.workflows.rights import Staff
from ceo.workflows.together.typed import Fault, Wrong, can_be_id

Form = Mapping[str, Sequence[str]]
# Faults of a moment, not of what was typed.
_OVERTAKEN: Final = frozenset({Fault.CHANGED, Fault.CLOSED, Fault.VOTED})
LONGEST_SEARCH: Final = 100
_CHOOSE: Final = N_("Kies een thema")


def home_of(request: Request[Any, Any, Any], part: str = "") -> str:
    """Return the address of a part of working together in the place of a request, such as "vragen"."""
    place = place_of(request)
    start = "/werk/landelijk/kennisagenda" if place == NATIONAL else f"/werk/{place}/samen"
    return f"{start}/{part}" if part else start


def directory_of(request: Request[Any, Any, Any]) -> str:
    """Return the address of the directory in the place of a request."""
    place = place_of(request)
    return "/werk/landelijk/staalkaart" if place == NATIONAL else f"/werk/{place}/samen/staalkaart"


def by_of(request: Request[Any, Any, Any], staff: Staff) -> By:
    """Return who acts, and for which place."""
    return By(place_of(request), staff.id, now())


def require_id(text: str) -> str:
    """Return an id of an address, or tell that there is no such page."""
    if not can_be_id(text):
        raise NotFoundException
    return text


def version_in(form: Form) -> int:
    """Return the number of the version that stood on the page of a form."""
    return number_in(form, "versie") or 0


def told(request: Request[Any, Any, Any], wrong: Iterable[Wrong], whole: str) -> dict[str, str]:
    """Return in words what is wrong, by the name of the field; what is about the whole stands at the field `whole`."""
    found: dict[str, list[str]] = {}
    for one in wrong:
        field = FIELDS[one.field] if one.field else whole
        found.setdefault(field, []).append(staff_words(request, fault_words(one.field, one.fault), about=one.about))
    return {field: " ".join(dict.fromkeys(lines)) for field, lines in found.items()}


def status_of(wrong: Sequence[Wrong]) -> int:
    """Return how a form is answered: 409 when somebody else was first or it is too late, 422 when it is wrong."""
    if any(one.fault in _OVERTAKEN for one in wrong):
        return HTTP_409_CONFLICT
    return HTTP_422_UNPROCESSABLE_ENTITY if wrong else HTTP_200_OK


def names_person(wrong: Iterable[Wrong]) -> bool:
    """Return whether somebody seems to be named, so that the page asks to look again."""
    return any(one.fault is Fault.PERSON for one in wrong)


def was_changed(wrong: Iterable[Wrong]) -> bool:
    """Return whether somebody else changed it meanwhile, so that the page shows what is kept."""
    return any(one.fault is Fault.CHANGED for one in wrong)


def place_name(installation: Installation, place: str, request: Request[Any, Any, Any]) -> str:
    """Return what a place is called; its code when it is not there any more, because municipalities merge."""
    if place == NATIONAL:
        return staff_words(request, N_("Landelijke redactie"))
    municipality = installation.municipalities.get(place)
    return municipality.name if municipality is not None else place


def theme_choices(request: Request[Any, Any, Any], themes: Iterable[Theme], *, kept: str = "") -> list[tuple[str, str]]:
    """Return the themes to choose from for something new: those that have not ended, and the one that was chosen before."""
    named = [(one.id, one.name) for one in themes if not one.ended or one.id == kept]
    return [("", staff_words(request, _CHOOSE)), *named]


def page_in(request: Request[Any, Any, Any]) -> int:
    """Return which page of a list is asked for; 1 when the address says something else."""
    return number_in({"pagina": [request.query_params.get("pagina", "1")]}, "pagina") or 1
