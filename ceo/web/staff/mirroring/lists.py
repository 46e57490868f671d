"""Lists of one's own: municipalities that this one likes to stand beside, by names that people type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from babel.lists import format_list
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.status_codes import HTTP_200_OK, HTTP_422_UNPROCESSABLE_ENTITY
from markupsafe import Markup

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.figures.catalogue_index import plain
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.languages import N_
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, staff_language, staff_page, staff_words
from ceo.workflows.areas.naming import MunicipalityNames, UnknownName
from ceo.workflows.areas.own_lists import ListOfOwn, find_own_lists, keep_own_list, remove_own_list
from ceo.workflows.mirroring.reading import OwnEdition, own_editions, taking_part
from ceo.workflows.rights import Right, Staff

UNKNOWN: Final = N_("‘%(typed)s’ kennen wij niet als gemeente.")
UNKNOWN_LIKE: Final = N_("‘%(typed)s’ kennen wij niet als gemeente. Bedoelt u %(alike)s?")
CHANGED: Final = N_(
    "Er is al een lijst met deze naam, of iemand veranderde haar net: %(present)s. Bewaar nog eens om haar te vervangen."
)
# In signs.
_LONGEST_TYPED: Final = 20_000
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class ListForm:
    """A list as somebody types it. `seen`: the codes of the list of this name as the page showed it.

    `faults`: everything that is wrong, by field.
    """

    name: str = ""
    members: str = ""
    seen: str = ""
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def each_fault(self) -> tuple[tuple[str, str], ...]:
        """Return every fault apart, with its field, for the summary."""
        return tuple((place, words) for place, found in self.faults.items() for words in found)

    @property
    def faults_by_field(self) -> Mapping[str, Markup]:
        """Return the faults of a field together, each on its own line."""
        return {place: Markup("<br>").join(found) for place, found in self.faults.items() if found}


@dataclass(frozen=True, slots=True)
class ShownList:
    """A kept list with the names in it. `absent`: those that do not take part in `edition`, the newest with figures of this one."""

    kept: ListOfOwn
    names: Sequence[str]
    absent: Sequence[str] = ()
    edition: OwnEdition | None = None


@get("/spiegelen/lijsten", **needs(Right.SEE_CYCLE))
async def show_lists(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the lists, and a form for a new one or for the one that is named in the address."""
    lists = await find_own_lists(installation.database, municipality.code)
    wanted = request.query_params.get("naam", "")
    chosen = next((one for one in lists if one.name == wanted), None)
    if wanted and chosen is None:
        raise NotFoundException
    form = ListForm() if chosen is None else _form_of(installation, chosen)
    return _page(request, await _shown(installation, municipality.code, lists), form)


@post("/spiegelen/lijsten", **needs(Right.EDIT_CYCLE))
async def keep_list(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Keep a list, or show everything that is wrong with it."""
    given = await read_form(request)
    name, typed, seen = (next(iter(given.get(one, ())), "") for one in ("naam", "gemeenten", "gezien"))
    name = " ".join(name.split())
    lists = await find_own_lists(installation.database, municipality.code)
    present = next((one for one in lists if one.name == name), None)
    codes, unknown = _codes(installation, typed[:_LONGEST_TYPED])
    faults: dict[str, list[str]] = {
        "naam": [],
        "gemeenten": [_unknown_words(request, one) for one in unknown],
    }
    if present is not None and seen != ",".join(present.members):
        told = ", ".join(_names(installation, present.members))
        faults["naam"].append(staff_words(request, CHANGED, present=told))
        seen = ",".join(present.members)
    else:
        # Names that are no municipality go along: they are faults, so nothing is kept, and all others are told as well.
        kept = await keep_own_list(
            installation.database,
            municipality.code,
            ListOfOwn(name, (*codes, *(one.typed for one in unknown))),
            actor=staff.id,
            today=installation.today,
            now=now(),
        )
        if isinstance(kept, ListOfOwn):
            return go_to(f"/werk/{municipality.code}/spiegelen/lijsten", done="bewaard")
        for fault in kept:
            if not any(f"({one.typed})" in fault.cause for one in unknown):
                faults["naam" if fault.place == "name" else "gemeenten"].append(f"{fault.cause} {fault.cure}")
    shown = await _shown(installation, municipality.code, lists)
    return _page(request, shown, ListForm(name, typed, seen, faults))


@post("/spiegelen/lijsten/weg", **needs(Right.EDIT_CYCLE))
async def remove_list(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Remove a list, and offer to put it back."""
    name = next(iter((await read_form(request)).get("naam", ())), "")
    lists = await find_own_lists(installation.database, municipality.code)
    removed = next((one for one in lists if one.name == name), None)
    if removed is None:
        return go_to(f"/werk/{municipality.code}/spiegelen/lijsten", done="al-weg")
    await remove_own_list(installation.database, municipality.code, name, actor=staff.id, now=now())
    rest = tuple(one for one in lists if one.name != name)
    shown = await _shown(installation, municipality.code, rest)
    return _page(request, shown, ListForm(), removed=_form_of(installation, removed))


def _page(
    request: Request[Any, Any, Any], lists: Sequence[ShownList], form: ListForm, removed: ListForm | None = None
) -> Response[str]:
    return staff_page(
        request,
        "staff/mirroring/lists.html",
        status=HTTP_422_UNPROCESSABLE_ENTITY if form.each_fault else HTTP_200_OK,
        lists=lists,
        form=form,
        removed=removed,
    )


async def _shown(installation: Installation, municipality: str, lists: Sequence[ListOfOwn]) -> tuple[ShownList, ...]:
    """Return lists with who does not take part in the newest edition that this municipality mirrors itself in, where there is one."""
    editions = await own_editions(installation.database, municipality) if lists else ()
    newest = next((one for one in editions if one.current and not one.alone), None)
    if newest is None:
        return tuple(ShownList(one, _names(installation, one.members)) for one in lists)
    there = await taking_part(installation.database, newest)
    return tuple(
        ShownList(
            one,
            _names(installation, one.members),
            _names(installation, tuple(code for code in one.members if code not in there)),
            newest,
        )
        for one in lists
    )


def _form_of(installation: Installation, kept: ListOfOwn) -> ListForm:
    return ListForm(kept.name, "\n".join(_names(installation, kept.members)), ",".join(kept.members))


def _names(installation: Installation, codes: tuple[str, ...]) -> list[str]:
    known = installation.municipalities
    return sorted((known[code].name if code in known else code for code in codes), key=plain)


def _codes(installation: Installation, typed: str) -> tuple[list[str], list[UnknownName]]:
    """Return the codes of the names or codes that were typed, with lines or commas between; and what is no municipality."""
    names = MunicipalityNames({code: one.name for code, one in installation.municipalities.items()})
    texts = (" ".join(one.split())[:_LONGEST_NAME] for one in typed.replace(",", "\n").splitlines())
    codes, unknown = list[str](), list[UnknownName]()
    for text in filter(None, texts):
        found = names.find(text)
        if isinstance(found, UnknownName):
            unknown.append(found)
        else:
            codes.append(found)
    return codes, unknown


def _unknown_words(request: Request[Any, Any, Any], unknown: UnknownName) -> str:
    """Return that something is no municipality, with the names that may be meant."""
    if not unknown.alike:
        return staff_words(request, UNKNOWN, typed=unknown.typed)
    told = format_list(unknown.alike, style="or", locale=staff_language(request))
    return staff_words(request, UNKNOWN_LIKE, typed=unknown.typed, alike=told)


ROUTES: Final = (show_lists, keep_list, remove_list)
