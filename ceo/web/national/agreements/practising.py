"""A file of made-up people to practise with, after the published figures of an edition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.storage.releases import ReleaseState
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.national.agreements.editions import chosen_edition, edition_choices
from ceo.web.national.agreements.files import file_answer
from ceo.web.national.agreements.requiring import HOME
from ceo.web.national.agreements.words import FORMS
from ceo.web.national.desk import first
from ceo.web.staff.access import needs
from ceo.web.staff.pages import staff_page, staff_words
from ceo.web.staff.rounds.typed import read_number
from ceo.workflows.microdata.forms import MICRODATA_FORMS
from ceo.workflows.microdata.practising import WantedPractice, make_practice_file
from ceo.workflows.releases.reading import list_releases
from ceo.workflows.rights import Right

# On a page; the command line makes more.
_MOST_PEOPLE: Final = 50_000
_LARGEST_SEED: Final = 999_999_999
_PROPOSED: Final[Mapping[str, Sequence[str]]] = {"mensen": ("5000",), "startgetal": ("1",), "vorm": ("sav",)}
_BAD_PEOPLE: Final = N_("Vul een heel getal in van 1 tot en met %(most)s.")
_BAD_SEED: Final = N_("Vul een heel getal in van 0 tot en met %(most)s.")
_BAD_FORM: Final = N_("Kies een vorm uit de lijst.")


@get("/overeenkomsten/oefenen", **needs(Right.HAND_OUT_DATA))
async def show_practice(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Ask how many people are to be made up, and after which edition."""
    return await _page(request, installation, _PROPOSED, {})


@post("/overeenkomsten/oefenen", status_code=HTTP_200_OK, **needs(Right.HAND_OUT_DATA))
async def make_practice(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[Any]:
    """Send the file, or tell everything that is wrong."""
    form = await read_form(request)
    release, edition = chosen_edition(first(form, "uitgave"))
    people = read_number(first(form, "mensen"), 1, _MOST_PEOPLE)
    seed = read_number(first(form, "startgetal"), 0, _LARGEST_SEED)
    kind = first(form, "vorm")
    faults: dict[str, str] = {}
    if people is None:
        faults["mensen"] = staff_words(request, _BAD_PEOPLE, most=_MOST_PEOPLE)
    if seed is None:
        faults["startgetal"] = staff_words(request, _BAD_SEED, most=_LARGEST_SEED)
    if kind not in MICRODATA_FORMS:
        faults["vorm"] = staff_words(request, _BAD_FORM)
    if people is None or seed is None or faults:
        return await _page(request, installation, form, faults)
    wanted = WantedPractice(release, edition, people, seed, kind)
    made = await make_practice_file(installation.database, installation.settings, wanted)
    if isinstance(made, tuple):
        told = " ".join(f"{one.cause} {one.cure}" for one in made)
        return await _page(request, installation, form, {"uitgave": told})
    return file_answer(made)


async def _page(
    request: Request[Any, Any, Any],
    installation: Installation,
    form: Mapping[str, Sequence[str]],
    faults: dict[str, str],
) -> Response[str]:
    found = await list_releases(installation.database, public=True)
    return staff_page(
        request,
        "national/agreements/practice.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        home=HOME,
        editions=edition_choices(request, [one for one in found if one.state != ReleaseState.WITHDRAWN]),
        forms_of_files=FORMS,
        faults=faults,
        typed={name: first(form, name) for name in ("uitgave", "mensen", "startgetal", "vorm")},
    )


ROUTES: Final = (show_practice, make_practice)
