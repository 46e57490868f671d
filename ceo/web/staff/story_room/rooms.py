"""The rooms: the rounds with stories, the stories of one, and the page on which a person decides what goes from a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_409_CONFLICT, HTTP_422_UNPROCESSABLE_ENTITY

from ceo.clock import now
from ceo.storage.municipalities import Municipality
from ceo.web.forms import read_form
from ceo.web.installation import Installation
from ceo.web.staff.access import needs
from ceo.web.staff.pages import go_to, page_number, staff_page, staff_words
from ceo.web.staff.story_room.requiring import first, require_id, room_of, version_in
from ceo.web.staff.story_room.words import CHANGED, NOT_IN_STORY, SURE, USES
from ceo.workflows.rights import Right, Staff
from ceo.workflows.rounds.listing import list_rounds
from ceo.workflows.stories.deciding import Outcome, decide_story, put_back, set_aside
from ceo.workflows.stories.marking import Mark, find_words, joined, pieces_of, read_marks, suggest_marks, without
from ceo.workflows.stories.reading import ToDecide, find_to_decide, read_room
from ceo.workflows.stories.rooms import Room, StoryState

# What the address calls where stories stand.
STATES: Final = {"nieuw": StoryState.WAITING, "lezen": StoryState.DECIDED, "opzij": StoryState.ASIDE}
_TOLD: Final = {"opzij": "opzij", "terug": "terug"}


@get("/verhalen", **needs(Right.READ_STORIES))
async def show_rounds_with_stories(
    request: Request[Any, Any, Any],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
) -> Response[str]:
    """Show the rounds of which stories can be read."""
    page = await list_rounds(
        installation.database, municipality.code, today=installation.today, number=page_number(request)
    )
    rounds = [one for one in page.rounds if one.counted]
    return staff_page(request, "staff/story_room/rounds.html", rounds=rounds, page=page)


@get("/verhalen/{round_id:int}", **needs(Right.READ_STORIES))
async def show_room(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show the stories of a round that their tellers let the municipality read, by what was decided about them."""
    chosen = request.query_params.get("stand", "nieuw")
    if chosen not in STATES:
        raise NotFoundException
    room = room_of(municipality, round_id, staff)
    page = await read_room(
        installation.database, installation.versions, room, STATES[chosen], number=page_number(request)
    )
    if page is None:
        raise NotFoundException
    return staff_page(request, "staff/story_room/room.html", page=page, uses=USES, states=STATES, chosen=chosen)


@get("/verhalen/{round_id:int}/{story_id:str}/gegevens", **needs(Right.READ_STORIES))
async def show_deciding(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    story_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[str]:
    """Show a story with what seems to tell who somebody is, for a person who decides what goes."""
    room = room_of(municipality, round_id, staff)
    asked = await _require(installation, room, story_id)
    return _first_page(request, asked, {})


@post("/verhalen/{round_id:int}/{story_id:str}/gegevens", **needs(Right.READ_STORIES))
async def decide(
    request: Request[Any, Any, Any],
    round_id: FromPath[int],
    story_id: FromPath[str],
    municipality: NamedDependency[Municipality],
    installation: NamedDependency[Installation],
    staff: NamedDependency[Staff],
) -> Response[Any]:
    """Show the text without what was marked, keep it, set the story aside, or let it wait again."""
    room = room_of(municipality, round_id, staff)
    form = await read_form(request)
    asked = await _require(installation, room, story_id)
    what, text, seen = first(form, "wat"), asked.story.told, version_in(form)
    here = f"/werk/{municipality.code}/verhalen/{round_id}"
    if what in _TOLD and asked.state is StoryState.DECIDED and "zeker" not in form:
        return _first_page(request, asked, {"zeker": staff_words(request, SURE)}, HTTP_422_UNPROCESSABLE_ENTITY)
    if what in _TOLD:
        change = set_aside if what == "opzij" else put_back
        outcome = await change(installation.database, room, story_id, row_version=seen, now=now())
        return await _after(request, installation, room, story_id, outcome, go_to(here, done=_TOLD[what]))
    typed = [line.strip() for line in first(form, "woorden").splitlines() if line.strip()]
    missed = [words for words in typed if not find_words(text, words)]
    added = [mark for words in typed for mark in find_words(text, words)]
    chosen = joined((*read_marks(form.get("mark", ()), text), *added))
    if missed or what != "bewaar":
        words = ", ".join(missed)
        faults = {"woorden": staff_words(request, NOT_IN_STORY, words=words)} if missed else {}
        offered = joined((*suggest_marks(text), *(asked.marks or ()), *chosen))
        return _deciding_page(request, asked, offered, chosen, faults, typed="\n".join(missed), seen=seen, looked=True)
    outcome = await decide_story(
        installation.database, installation.versions, room, story_id, chosen, row_version=seen, now=now()
    )
    answer = go_to(f"{here}/{story_id}", done="besloten")
    return await _after(request, installation, room, story_id, outcome, answer)


async def _require(installation: Installation, room: Room, story_id: str) -> ToDecide:
    """Return a story that may be read, or tell that there is no such page."""
    asked = await find_to_decide(installation.database, installation.versions, room, require_id(story_id))
    if asked is None:
        raise NotFoundException
    return asked


async def _after(
    request: Request[Any, Any, Any],
    installation: Installation,
    room: Room,
    story_id: str,
    outcome: Outcome,
    answer: Response[Any],
) -> Response[Any]:
    """Answer after a decision; who decided about something else than there is now is shown what there is."""
    if outcome is Outcome.GONE:
        raise NotFoundException
    if outcome is Outcome.DONE:
        return answer
    asked = await _require(installation, room, story_id)
    return _first_page(request, asked, {"tekst": staff_words(request, CHANGED)}, HTTP_409_CONFLICT)


def _first_page(
    request: Request[Any, Any, Any], asked: ToDecide, faults: dict[str, str], status: int = HTTP_200_OK
) -> Response[str]:
    """Show a story as nobody has touched it yet: with what is suggested, or what was chosen the last time."""
    suggested = suggest_marks(asked.story.told)
    chosen = suggested if asked.marks is None else asked.marks
    return _deciding_page(request, asked, joined((*suggested, *chosen)), chosen, faults, status=status)


def _deciding_page(  # noqa: PLR0913 - what stands on the page
    request: Request[Any, Any, Any],
    asked: ToDecide,
    offered: Sequence[Mark],
    chosen: Sequence[Mark],
    faults: dict[str, str],
    *,
    typed: str = "",
    seen: int | None = None,
    looked: bool = False,
    status: int | None = None,
) -> Response[str]:
    """Show a story in pieces with its marks. `looked`: somebody pressed a button to see the text without them."""
    text = asked.story.told
    return staff_page(
        request,
        "staff/story_room/deciding.html",
        status=status or (HTTP_422_UNPROCESSABLE_ENTITY if faults else HTTP_200_OK),
        asked=asked,
        pieces=pieces_of(text, offered),
        chosen={mark.written for mark in offered if _is_in(mark, chosen)},
        result=without(text, chosen) if looked and not faults else "",
        uses=USES,
        typed=typed,
        faults=faults,
        version=asked.row_version if seen is None else seen,
    )


def _is_in(mark: Mark, chosen: Sequence[Mark]) -> bool:
    return any(one.start < mark.end and mark.start < one.end for one in chosen)


ROUTES: Final = (show_rounds_with_stories, show_room, show_deciding, decide)
