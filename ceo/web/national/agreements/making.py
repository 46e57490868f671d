"""Making an agreement: first the edition, then with whom, for what, until when, what goes along and how it is protected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from analysis.microdata.rule import FEWEST_RECORDS, AreaGiven
from ceo.clock import now
from ceo.storage.agreements import Agreement
from ceo.storage.people import NATIONAL
from ceo.storage.releases import ReleaseState
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.national.agreements.editions import chosen_edition, edition_choices
from ceo.web.national.agreements.requiring import HOME
from ceo.web.national.agreements.words import AREAS, told_faults
from ceo.web.national.desk import first, text_in
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_page
from ceo.web.staff.rounds.typed import read_day
from ceo.workflows.microdata.agreeing import WantedAgreement, make_agreement
from ceo.workflows.microdata.questions import offered_questions
from ceo.workflows.microdata.typed_rule import TypedRule, read_rule
from ceo.workflows.releases.deciding import By
from ceo.workflows.releases.reading import list_releases
from ceo.workflows.rights import Right, Staff

Form = Mapping[str, Sequence[str]]
# As the fields stand when nothing was typed yet.
_PROPOSED: Final[Form] = {
    "k": (str(FEWEST_RECORDS),),
    "onderdrukt": ("5",),
    "gebied": (AreaGiven.NOTHING.value,),
    "gemeenten": ("3",),
}
_LINES: Final = ("groepen", "grenzen")
_WORDS: Final = ("gebruiker", "doel", "tot", "herkennen", "k", "onderdrukt", "gebied", "gemeenten")


@get("/overeenkomsten/nieuw", **needs(Right.HAND_OUT_DATA))
async def show_making(request: Request[Any, Any, Any], installation: NamedDependency[Installation]) -> Response[str]:
    """Ask about which edition an agreement is to be; `uitgave` names one, and then everything else is asked."""
    return await _page(request, installation, request.query_params.get("uitgave", ""), _PROPOSED, {})


@post("/overeenkomsten/nieuw", status_code=HTTP_303_SEE_OTHER, **needs(Right.HAND_OUT_DATA))
async def agree(
    request: Request[Any, Any, Any], installation: NamedDependency[Installation], staff: NamedDependency[Staff]
) -> Response[Any]:
    """Make an agreement, or tell everything that is wrong with it."""
    form = await read_form(request)
    named = first(form, "uitgave")
    release, edition = chosen_edition(named)
    wanted = WantedAgreement(
        release=release,
        edition=edition,
        user=first(form, "gebruiker"),
        purpose=first(form, "doel"),
        ends_on=read_day(first(form, "tot")),
        rule=read_rule(_typed_rule(form)),
    )
    made = await make_agreement(installation.database, wanted, By(NATIONAL, staff.id, now()))
    if isinstance(made, Agreement):
        return go_to(f"{HOME}/{made.id}", done="gemaakt")
    return await _page(request, installation, named, form, told_faults(made))


def _typed_rule(form: Form) -> TypedRule:
    return TypedRule(
        variables=tuple(dict.fromkeys(form.get("vragen", ()))),
        quasi_identifiers=first(form, "herkennen"),
        k=first(form, "k"),
        largest_suppressed=first(form, "onderdrukt"),
        coarsenings=text_in(form, "groepen"),
        limits=text_in(form, "grenzen"),
        area=first(form, "gebied"),
        fewest_municipalities=first(form, "gemeenten"),
    )


async def _page(
    request: Request[Any, Any, Any], installation: Installation, named: str, form: Form, faults: dict[str, str]
) -> Response[str]:
    found = await list_releases(installation.database, public=True)
    current = [one for one in found if one.state == ReleaseState.PUBLISHED]
    release, edition = chosen_edition(named)
    chosen = next((one for one in current if (one.name, one.edition) == (release, edition)), None)
    return staff_page(
        request,
        "national/agreements/new.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK,
        home=HOME,
        editions=edition_choices(request, current),
        chosen=chosen,
        questions=await offered_questions(installation.database, release, edition) if chosen is not None else (),
        areas=AREAS,
        faults=faults,
        typed={
            **{name: first(form, name) for name in _WORDS},
            **{name: text_in(form, name) for name in _LINES},
            "vragen": tuple(form.get("vragen", ())),
        },
    )


ROUTES: Final = (show_making, agree)
